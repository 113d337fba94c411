"""The Net Promoter Score of an airport, and its edges."""

from __future__ import annotations

import numpy as np
import pytest

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.nps import nps

CLOSE = {"rel": 1e-9, "abs": 1e-12}


def test_airport_matches_r(ref, given, airport):
    plain = nps(airport.netpro)
    assert plain.n == given["nps_sfo"]["n"] == ref["nps_sfo"]["n"]
    assert plain.value == pytest.approx(100 * given["nps_sfo"]["nps"], **CLOSE)
    assert plain.se == pytest.approx(100 * given["nps_sfo"]["se"], **CLOSE)
    assert plain.value == pytest.approx(ref["nps_sfo"]["plain"], **CLOSE)


def test_weighted_airport_matches_svymean(ref, airport):
    weighted = nps(airport.netpro, airport.weight)
    assert weighted.value == pytest.approx(ref["nps_sfo"]["weighted"], **CLOSE)
    assert weighted.se == pytest.approx(ref["nps_sfo"]["se"], **CLOSE)


def test_adjusted_wald_by_hand():
    """Ten answers, 5 promoters, 2 detractors; 3 imaginary ones make 5.75 and 2.75 of 13."""
    estimate = nps([10, 9, 9, 8, 7, 7, 6, 3, 10, 9])
    centre = (5.75 - 2.75) / 13
    half = 1.959963984540054 * np.sqrt(((5.75 + 2.75) / 13 - centre**2) / 13)
    assert (estimate.low, estimate.high) == pytest.approx((100 * (centre - half), 100 * (centre + half)), **CLOSE)


@pytest.mark.parametrize(("score", "value"), [(10, 100), (0, -100), (8, 0)])
@pytest.mark.parametrize("weights", [None, [1, 2, 3, 4, 5, 6]])
def test_a_unanimous_answer_keeps_an_interval(score, value, weights):
    estimate = nps([score] * 6, weights)
    assert estimate.value == value
    assert estimate.contains(value)
    assert -100 <= estimate.low < estimate.high <= 100


def test_equal_weights_give_the_same_score():
    scores = [0, 3, 7, 8, 9, 9, 10, 10]
    assert nps(scores, [2] * 8).value == pytest.approx(nps(scores).value)


@pytest.mark.parametrize("scores", [[0, 11], [5, 6.5], [-1, 3]])
def test_answers_off_the_scale(scores):
    with pytest.raises(ArgumentError) as caught:
        nps(scores)
    assert caught.value.codes == ("stats.not-nps",)


def test_one_answer_is_too_few():
    with pytest.raises(NotEnoughData):
        nps([9])
