"""Shares against R and Newcombe's own examples."""

from __future__ import annotations

import numpy as np
import pytest

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.proportion import equal_shares, proportion, proportion_difference, shares, weighted_proportion
from cxresearch.stats.weights import effective_n

CLOSE = {"rel": 1e-9, "abs": 1e-12}


def test_wilson_matches_r(ref):
    wanted = ref["wilson"]
    for k, n, interval in zip(wanted["k"], wanted["n"], wanted["ci"], strict=True):
        estimate = proportion(k, n)
        assert (estimate.low, estimate.high) == pytest.approx(interval, **CLOSE)


def test_newcombe_matches_r(ref):
    for arguments, interval in zip(ref["newcombe"]["args"], ref["newcombe"]["ci"], strict=True):
        estimate = proportion_difference(*arguments)
        assert (estimate.low, estimate.high) == pytest.approx(interval, **CLOSE)


def test_newcombe_matches_the_printed_examples():
    """Newcombe 1998, method 10: three of his contrasts as printed (four decimals)."""
    for arguments, printed in [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ]:
        estimate = proportion_difference(*arguments)
        assert (estimate.low, estimate.high) == pytest.approx(printed, abs=5e-5)


def test_equal_weights_give_wilson():
    indicator = [1] * 8 + [0] * 4
    weighted, plain = weighted_proportion(indicator, [2.5] * 12), proportion(8, 12)
    assert (weighted.value, weighted.low, weighted.high) == pytest.approx((plain.value, plain.low, plain.high), **CLOSE)
    assert weighted.n_effective == pytest.approx(12)


def test_unequal_weights_and_clusters_cost_information():
    indicator, weights = [1, 0, 1, 1, 0, 1, 0, 1], [1, 3, 1, 5, 1, 1, 2, 1]
    plain = weighted_proportion(indicator)
    weighted = weighted_proportion(indicator, weights)
    clustered = weighted_proportion(indicator, clusters=[1, 2, 1, 1, 2, 1, 2, 1])
    assert weighted.n_effective < plain.n_effective
    assert clustered.n_effective < plain.n_effective


@pytest.mark.parametrize("answer", [0, 1])
def test_a_unanimous_weighted_answer_keeps_an_interval(answer):
    weights = [1, 2, 3, 4, 5]
    estimate = weighted_proportion([answer] * 5, weights)
    assert estimate.value == answer
    assert estimate.n_effective == pytest.approx(effective_n(weights))
    assert estimate.high - estimate.low > 0.3


def test_shares_keep_empty_categories_and_sum_to_one():
    for weights in (None, [1, 2, 1, 1, 3]):
        parts = shares([1, 2, 2, 5, 1], [1, 2, 3, 4, 5], weights)
        assert sum(part.value for part in parts) == pytest.approx(1)
        assert parts[2].value == 0
        assert parts[2].high > 0
        assert {part.statistic for part in parts} == {"share"}


def test_shares_of_labels():
    assert [s.value for s in shares(["yes", "no", "yes", "yes"], ["no", "yes"])] == [0.25, 0.75]


def test_unknown_category_is_named():
    with pytest.raises(ArgumentError, match="99") as caught:
        shares([1, 2, 99], [1, 2, 3])
    assert caught.value.codes == ("stats.unknown-category",)


def test_missing_answer_is_no_category():
    with pytest.raises(ArgumentError):
        shares([1.0, np.nan], [1, 2])


@pytest.mark.parametrize("arguments", [(5, 4), (-1, 4), (1.5, 4), (1, 4.5), (True, 4), ("1", 4)])
def test_impossible_counts(arguments):
    with pytest.raises(ArgumentError) as caught:
        proportion(*arguments)
    assert caught.value.codes == ("stats.not-counts",)


def test_no_trials():
    with pytest.raises(NotEnoughData):
        proportion(0, 0)


def test_indicator_must_be_binary():
    with pytest.raises(ArgumentError) as caught:
        weighted_proportion([0, 1, 2])
    assert caught.value.codes == ("stats.not-binary",)


def test_equal_shares_agree_with_scipy_and_never_claim_much_from_three_people():
    from scipy.stats import chi2_contingency, fisher_exact

    table = [[30, 70], [45, 60]]
    assert equal_shares(30, 100, 45, 105) == pytest.approx(chi2_contingency(table, correction=False).pvalue)
    assert equal_shares(0, 3, 44, 150) == pytest.approx(fisher_exact([[0, 3], [44, 106]]).pvalue)
    assert equal_shares(0, 3, 0, 150) == equal_shares(3, 3, 150, 150) == 1.0


@pytest.mark.parametrize(("n", "share"), [(5, 0.3), (20, 0.1), (200, 0.02)])
def test_equal_shares_keep_their_size_with_few_people(n, share):
    rng = np.random.default_rng(n)
    counts = rng.binomial([n, 150], share, (2000, 2))
    p = np.array([equal_shares(int(a), n, int(b), 150) for a, b in counts])
    assert (p <= 0.05).mean() <= 0.07
