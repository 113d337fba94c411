"""Adjusted p-values and equivalence against R."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.adjust import adjust
from cxresearch.stats.equivalence import tost
from cxresearch.stats.mean import mean_difference

CLOSE = {"rel": 1e-9, "abs": 1e-12}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("holm", "holm"), ("hochberg", "hochberg"), ("bh", "BH"), ("by", "BY"), ("bonferroni", "bonferroni")],
)
def test_adjustment_matches_r(given, ours, theirs):
    wanted = np.array(given["p_adjust"][theirs])
    p = np.array(given["p_adjust"]["p"])
    assert adjust(p, ours) == pytest.approx(wanted, **CLOSE)
    assert adjust(p[::-1], ours)[::-1] == pytest.approx(wanted, **CLOSE)


@pytest.mark.parametrize("method", ["holm", "hochberg", "bh", "by", "bonferroni", "none"])
def test_missing_p_values_are_not_counted(method):
    with_gap = adjust([0.01, np.nan, 0.04, 0.03], method)
    assert np.isnan(with_gap[1])
    assert with_gap[[0, 2, 3]] == pytest.approx(adjust([0.01, 0.04, 0.03], method), **CLOSE)


def test_none_changes_nothing_not_even_its_argument():
    p = np.array([0.5, 0.01])
    assert adjust(p, "none").tolist() == [0.5, 0.01]
    adjust(p, "holm")
    assert p.tolist() == [0.5, 0.01]


def test_empty_family():
    assert adjust([], "holm").size == 0


def test_unknown_method_is_named():
    with pytest.raises(ArgumentError, match="bonferroni") as caught:
        adjust([0.1], "bonferoni")
    assert caught.value.codes == ("stats.method",)


@pytest.mark.parametrize("p", [[1.2], [-0.1]])
def test_impossible_p(p):
    with pytest.raises(ArgumentError):
        adjust(p)


def test_tost_matches_one_sided_t_tests(ref):
    result = tost(mean_difference(ref["input"]["x"], ref["input"]["y"]), ref["tost"]["margin"])
    assert (result.p_lower, result.p_upper) == pytest.approx((ref["tost"]["p_lower"], ref["tost"]["p_upper"]), **CLOSE)
    wanted = ref["welch_90"]
    assert (result.low, result.high) == pytest.approx((wanted["low"], wanted["high"]), **CLOSE)
    assert not result.equivalent


def test_not_significant_is_not_equivalent():
    """Ten wide answers: no significant difference, and no equivalence either."""
    difference = mean_difference([1, 5, 3, 4, 2], [2, 5, 1, 4, 3])
    assert difference.contains(0)
    assert not tost(difference, 0.5).equivalent


def test_normal_reference_without_df(ref):
    difference = replace(mean_difference(ref["input"]["x"], ref["input"]["y"]), df=None)
    assert tost(difference, 0.5).p_lower < ref["tost"]["p_lower"]


@pytest.mark.parametrize("margin", [0, -0.3, float("nan"), float("inf"), True, "0.3", None])
def test_bad_margins(margin):
    with pytest.raises(ArgumentError) as caught:
        tost(mean_difference([1, 2, 3], [2, 3, 5]), margin)
    assert caught.value.codes == ("stats.margin",)


def test_bad_alpha_and_missing_error():
    difference = mean_difference([1, 2, 3], [2, 3, 5])
    with pytest.raises(ArgumentError):
        tost(difference, 0.3, alpha=0.5)
    with pytest.raises(ArgumentError):
        tost(replace(difference, se=None), 0.3)
    with pytest.raises(NotEnoughData):
        tost(replace(difference, se=0.0), 0.3)
