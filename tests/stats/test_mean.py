"""Means and differences against R, and at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.mean import mean, mean_difference, paired_difference, weighted_mean_difference

CLOSE = {"rel": 1e-9, "abs": 1e-12}


def test_mean_matches_r(ref):
    estimate, wanted = mean(ref["input"]["x"]), ref["mean"]
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (wanted["value"], wanted["low"], wanted["high"]), **CLOSE
    )
    assert (estimate.se, estimate.df) == pytest.approx((wanted["se"], wanted["df"]), **CLOSE)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_welch_matches_r(ref, level):
    estimate = mean_difference(ref["input"]["x"], ref["input"]["y"], level)
    wanted = ref[f"welch_{level * 100:.0f}"]
    for field in ("value", "low", "high", "se", "df"):
        assert getattr(estimate, field) == pytest.approx(wanted[field], **CLOSE)


def test_paired_matches_r(ref):
    estimate, wanted = paired_difference(ref["input"]["u"], ref["input"]["v"]), ref["paired"]
    for field in ("value", "low", "high", "se", "df"):
        assert getattr(estimate, field) == pytest.approx(wanted[field], **CLOSE)


def test_shared_clusters_match_svyttest(ref, clus):
    """Schools of one district lie in both groups, so their means correlate."""
    yes, no = clus[clus.sch_wide == "Yes"], clus[clus.sch_wide == "No"]
    estimate = weighted_mean_difference(yes.api00, no.api00, yes.pw, no.pw, yes.dnum, no.dnum)
    wanted = ref["survey"]["ttest_clus"]
    assert estimate.value == pytest.approx(wanted["value"], **CLOSE)
    assert estimate.value / estimate.se == pytest.approx(wanted["t"], **CLOSE)
    assert estimate.df == wanted["df"]
    assert (estimate.low, estimate.high) == pytest.approx((wanted["low"], wanted["high"]), **CLOSE)


def test_ignoring_shared_clusters_would_be_wrong(clus):
    yes, no = clus[clus.sch_wide == "Yes"], clus[clus.sch_wide == "No"]
    joint = weighted_mean_difference(yes.api00, no.api00, yes.pw, no.pw, yes.dnum, no.dnum)
    apart = weighted_mean_difference(
        yes.api00, no.api00, yes.pw, no.pw, yes.dnum.astype(str) + "y", no.dnum.astype(str) + "n"
    )
    assert joint.value == pytest.approx(apart.value)
    assert joint.se != pytest.approx(apart.se, rel=0.02)


def test_equal_weights_are_welch(ref):
    x, y = ref["input"]["x"], ref["input"]["y"]
    weighted = weighted_mean_difference(x, y, [3.0] * len(x), [0.5] * len(y))
    plain = mean_difference(x, y)
    for field in ("value", "low", "high", "se", "df"):
        assert getattr(weighted, field) == pytest.approx(getattr(plain, field), **CLOSE)


def test_numbers_with_a_large_offset():
    """NIST NumAcc3: 1001 values around 1000000.2 with a standard deviation of exactly 0.1."""
    values = np.r_[1000000.2, np.tile([1000000.1, 1000000.3], 500)]
    estimate = mean(values)
    assert estimate.value == pytest.approx(1000000.2, rel=1e-15)
    assert estimate.se * np.sqrt(1001) == pytest.approx(0.1, rel=1e-9)


def test_constant_values_have_no_error_but_a_mean():
    estimate = mean([4.1, 4.1, 4.1])
    assert (estimate.value, estimate.low, estimate.high, estimate.se) == (4.1, 4.1, 4.1, 0.0)


@pytest.mark.parametrize("difference", [mean_difference, weighted_mean_difference, paired_difference])
@pytest.mark.parametrize(("a", "b"), [([3, 3, 3], [3, 3, 3]), ([0.3, 0.3], [0.1, 0.1])])
def test_difference_of_constants_is_not_reportable(difference, a, b):
    with pytest.raises(NotEnoughData) as caught:
        difference(a, b)
    assert caught.value.codes == ("stats.no-variance",)


def test_one_constant_group_is_enough_for_welch():
    assert mean_difference([1, 2, 3], [2, 2, 2, 2]).df == pytest.approx(2)


@pytest.mark.parametrize("values", [[], [1.0]])
def test_too_few_values(values):
    for call in (
        lambda: mean(values),
        lambda: mean_difference(values, [1, 2]),
        lambda: mean_difference([1, 2], values),
    ):
        with pytest.raises(NotEnoughData) as caught:
            call()
        assert caught.value.codes == ("stats.too-few",)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([1, np.nan, 2], "stats.missing-values"),
        ([1, np.inf, 2], "stats.missing-values"),
        (["a", "b"], "stats.not-numeric"),
        ([[1, 2], [3, 4]], "stats.shape"),
    ],
)
def test_bad_values_are_named(values, code):
    with pytest.raises(ArgumentError) as caught:
        mean(values)
    assert caught.value.codes == (code,)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, float("nan"), True, "0.95"])
def test_bad_levels(level):
    with pytest.raises(ArgumentError) as caught:
        mean([1, 2, 3], level)
    assert caught.value.codes == ("stats.level",)


def test_pairs_must_match_in_length():
    with pytest.raises(ArgumentError) as caught:
        paired_difference([1, 2, 3], [1, 2])
    assert caught.value.codes == ("stats.unequal-length",)
