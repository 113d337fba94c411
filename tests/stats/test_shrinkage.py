"""Empirical-Bayes ranking, against metafor, lme4 and the batting averages of Efron and Morris."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.heterogeneity import between_variance
from cxresearch.stats.shrinkage import shrink

REF = json.loads((Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8"))["shrinkage"]
Y, V = np.array(REF["y"]), np.array(REF["v"])
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])  # of 45 at bats, 1970
few = settings(max_examples=20, deadline=None, derandomize=True)


def test_variance_between_as_metafor():
    assert between_variance(Y, V) == pytest.approx(REF["reml"], abs=1e-10)
    assert between_variance(Y, V, "paule-mandel") == pytest.approx(REF["pm"], abs=1e-10)


def test_predictions_as_metafor():
    ranking = shrink(Y, np.sqrt(V), interval="blup", draws=100)
    assert ranking.tau2 == pytest.approx(REF["reml"], abs=1e-10)
    assert ranking.mean == pytest.approx(REF["mu"], abs=1e-10)
    assert ranking.mean_se == pytest.approx(REF["mu_se"], abs=1e-10)
    assert ranking.shrunken == pytest.approx(REF["blup"], abs=1e-10)
    assert (ranking.high - ranking.low) / 2 / 1.959963984540054 == pytest.approx(REF["blup_se"], abs=1e-10)
    assert ranking.low == pytest.approx(REF["low"], abs=1e-9)
    assert ranking.high == pytest.approx(REF["high"], abs=1e-9)


def test_balanced_data_as_lme4():
    dye = REF["dyestuff"]
    for method in ("reml", "paule-mandel"):  # the same when all errors are equal
        ranking = shrink(dye["means"], np.full(6, np.sqrt(dye["v"])), method, interval="blup", draws=100)
        assert ranking.tau2 == pytest.approx(dye["tau2"], rel=1e-5)  # lmer stops a little earlier
        assert ranking.shrunken == pytest.approx(dye["blup"], rel=1e-6)


def test_batting_averages_as_published():
    """Efron & Morris 1977, Sci. Am. 236(5):119-127: grand average .265, shrinking factor .212."""
    average = HITS / 45
    sigma = np.sqrt(average.mean() * (1 - average.mean()) / 45)
    ranking = shrink(average, np.full(18, sigma), draws=1000)
    assert ranking.mean == pytest.approx(0.265, abs=5e-4)
    assert ranking.weight == pytest.approx(np.full(18, 0.212), abs=5e-4)
    printed = [0.294, 0.289, 0.285, 0.280, 0.275, 0.275, 0.270, 0.266, 0.261, 0.261, 0.256, 0.256, 0.256, 0.256, 0.256,
               0.251, 0.247, 0.242]  # fmt: skip
    assert ranking.shrunken == pytest.approx(printed, abs=1.1e-3)
    james_stein = 1 - 15 * sigma**2 / np.sum((average - average.mean()) ** 2)
    assert ranking.weight == pytest.approx(np.full(18, james_stein), abs=1e-12)


def test_batting_averages_on_the_stabilised_scale():
    """Efron & Morris 1975, tab. 1: sqrt(45) arcsin(2 y - 1) has variance 1, B = .791 for all."""
    x = np.sqrt(45) * np.arcsin(2 * HITS / 45 - 1)
    ranking = shrink(x, np.ones(18), draws=100)
    assert ranking.mean == pytest.approx(-3.317, abs=5e-4)  # of the 18 printed values
    assert 1 - ranking.weight == pytest.approx(np.full(18, 0.791), abs=5e-4)
    # Morris 1983, eq. 1.17: V (1 - (k - 1) / k B) + 2 / (k - 3) B^2 (y - mean)^2
    b = 1 - ranking.weight[0]
    variance = 1 - 17 / 18 * b + 2 / 15 * b**2 * (x - x.mean()) ** 2
    assert ((ranking.high - ranking.low) / 2 / 1.959963984540054) ** 2 == pytest.approx(variance, abs=1e-12)


def test_ranks_know_what_they_do_not_know():
    average = HITS / 45
    sigma = np.sqrt(average.mean() * (1 - average.mean()) / 45)
    ranking = shrink(average, np.full(18, sigma))
    assert ranking.rank.tolist() == sorted(ranking.rank.tolist())
    assert ranking.rank_low[0] == 1
    assert ranking.rank_high[0] >= 14  # the best of 18 may be almost anywhere
    sure = shrink(average, np.full(18, 1e-4))
    assert (sure.rank_high - sure.rank_low).max() <= 5  # only ties are left open
    assert ranking.expected_rank.sum() == pytest.approx(18 * 19 / 2)
    assert ranking.rank[4] == ranking.rank[5] == 5  # equal data share a rank
    reverse = shrink(average, np.full(18, sigma), highest_first=False)
    assert reverse.expected_rank == pytest.approx(19 - ranking.expected_rank, abs=1e-9)
    assert ranking.reliability == pytest.approx(0.212, abs=1e-3)


def test_nothing_but_noise_shrinks_to_the_mean():
    ranking = shrink([3.0, 3.01, 2.99, 3.0, 3.02], [0.5] * 5, draws=500)
    assert ranking.tau2 == 0
    assert ranking.weight == pytest.approx(np.full(5, 0.5))  # Morris: 1 - (k - 3) / (k - 1) even at tau2 = 0
    plug_in = shrink([3.0, 3.01, 2.99, 3.0, 3.02], [0.5] * 5, interval="blup", draws=500)
    assert plug_in.shrunken == pytest.approx(np.full(5, plug_in.mean))
    equal = shrink([2.0] * 6, [0.3] * 6, draws=500)
    assert equal.tau2 == 0
    assert equal.shrunken == pytest.approx(np.full(6, 2.0))


def test_given_variance_and_three_units():
    known = shrink([1, 2, 3], [1, 1, 1], tau2=1.0, interval="blup", draws=500)
    assert known.weight == pytest.approx([0.5, 0.5, 0.5])
    assert "given" in known.method
    three = shrink([1, 2, 3], [1, 1, 1], interval="blup", draws=500)
    assert three.tau2 == pytest.approx(0)  # as much spread as noise alone makes, so nobody is ahead
    assert three.rank.tolist() == [1, 1, 1]
    assert (three.rank_low.tolist(), three.rank_high.tolist()) == ([1, 1, 1], [3, 3, 3])
    assert shrink([1, 2, 3], [0.5] * 3, interval="blup", draws=500).rank.tolist() == [3, 2, 1]


def test_refusals():
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        shrink([1, 2, 3], [1, 1, 1])
    with pytest.raises(ArgumentError, match=r"stats\.se"):
        shrink([1, 2, 3, 4], [1, 1, 1, 0])
    with pytest.raises(ArgumentError, match=r"stats\.unequal-length"):
        shrink([1, 2, 3, 4], [1, 1, 1])
    with pytest.raises(ArgumentError, match="reml"):
        shrink([1, 2, 3, 4], [1, 1, 1, 1], tau2="remel")
    with pytest.raises(ArgumentError, match=r"stats\.tau2"):
        shrink([1, 2, 3, 4], [1, 1, 1, 1], tau2=-1.0)
    with pytest.raises(ArgumentError, match=r"stats\.interval"):
        shrink([1, 2, 3, 4], [1, 1, 1, 1], interval="bayes")


units = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3)), min_size=5, max_size=12)


@few
@given(units, st.floats(0.2, 5), st.floats(-3, 3), st.sampled_from(["reml", "paule-mandel"]))
def test_shrinkage_laws(data, scale, shift, method):
    y, se = np.array(data).T
    ranking = shrink(y, se, method, draws=200)
    toward = (ranking.shrunken - ranking.raw) * (ranking.mean - ranking.raw)
    assert (toward >= -1e-9).all()
    assert (ranking.low <= ranking.shrunken).all()
    assert (ranking.shrunken <= ranking.high).all()
    assert ((ranking.weight >= 0) & (ranking.weight <= 1)).all()
    moved = shrink(scale * y + shift, scale * se, method, draws=200)
    assert moved.tau2 == pytest.approx(scale**2 * ranking.tau2, rel=1e-6, abs=1e-9)
    assert moved.shrunken == pytest.approx(scale * ranking.shrunken + shift, rel=1e-6, abs=1e-6)
    order = np.argsort(se)
    again = shrink(y[order], se[order], method, draws=200)
    assert again.shrunken == pytest.approx(ranking.shrunken[order], rel=1e-6, abs=1e-8)
    assert (np.diff(again.weight) <= 1e-9).all()  # a larger error leaves less of its own value
    assert (ranking.rank_low <= ranking.rank_high).all()
    assert (ranking.rank_low >= 1).all()
    assert (ranking.rank_high <= y.size).all()
    wide = shrink(y, se, method, level=0.99, draws=200)
    assert (wide.low <= ranking.low).all()
    assert (wide.rank_high >= ranking.rank_high).all()
