"""Effect sizes against R, definitions over all pairs, and edges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats._noncentral import noncentral_f, noncentral_t
from cxresearch.stats.effect import (
    cliffs_delta,
    cliffs_delta_paired,
    cramers_v,
    epsilon_squared,
    hedges_correction,
    hedges_g,
    hedges_g_paired,
    kendalls_w,
    odds_ratio_paired,
    omega_squared,
    partial_eta_squared,
    standardised_difference,
    superiority,
)
from cxresearch.stats.mean import mean_difference

CLOSE = {"rel": 1e-8, "abs": 1e-10}


def _same(estimate, wanted):
    assert estimate.value == pytest.approx(wanted["value"], **CLOSE)
    assert (estimate.low, estimate.high) == pytest.approx(wanted["ci"], **CLOSE)


def test_hedges_g_matches_r(ref):
    estimate = hedges_g(ref["input"]["x"], ref["input"]["y"])
    _same(estimate, ref["hedges_g"])
    assert hedges_correction(27) == pytest.approx(ref["hedges_g"]["J"], **CLOSE)
    low, high = ref["hedges_g"]["effectsize_low"], ref["hedges_g"]["effectsize_high"]
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=1e-6)  # effectsize stops searching early


def test_other_effects_match_r(ref):
    data = ref["input"]
    groups = [data["x"], data["y"], data["z"]]
    _same(hedges_g_paired(data["u"], data["v"]), ref["hedges_g_paired"])
    _same(cliffs_delta(data["x"], data["y"]), ref["cliffs_delta"])
    _same(cliffs_delta_paired(data["big_a"], data["big_b"]), ref["cliffs_delta_paired"])
    _same(cramers_v(data["tab"]), ref["cramers_v"])
    _same(omega_squared(groups), ref["omega_squared"])
    _same(epsilon_squared(groups), ref["epsilon_squared"])
    _same(partial_eta_squared(ref["omega_squared"]["F"], 2, 35, 38), ref["partial_eta_squared"])
    assert kendalls_w(data["m"]).value == pytest.approx(ref["kendalls_w"]["value"], **CLOSE)
    odds = odds_ratio_paired(12, 4)
    assert (odds.low, odds.high) == pytest.approx(ref["odds_ratio_paired"]["ci"], **CLOSE)


def test_superiority_matches_its_definition(ref):
    estimate, wanted = superiority(ref["input"]["x"], ref["input"]["y"]), ref["brunner_munzel"]
    assert estimate.value == pytest.approx(wanted["value"], **CLOSE)
    assert (estimate.se, estimate.df) == pytest.approx((wanted["se"], wanted["df"]), **CLOSE)
    assert (estimate.low, estimate.high) == pytest.approx(wanted["ci"], **CLOSE)


def test_delta_is_twice_superiority_minus_one(ref):
    delta, share = (f(ref["input"]["x"], ref["input"]["y"]).value for f in (cliffs_delta, superiority))
    assert delta == pytest.approx(2 * share - 1, **CLOSE)
    assert delta == pytest.approx(ref["cliffs_delta"]["rank_biserial"], **CLOSE)


def test_ordinal_effects_of_large_groups_are_quick():
    """A matrix of all pairs would need 80 GB."""
    rng = np.random.default_rng(1)
    a, b = rng.integers(1, 8, 100_000), rng.integers(1, 8, 100_000)
    assert cliffs_delta(a, b).contains(0)
    assert superiority(a, b).contains(0.5)


def test_groups_without_overlap_keep_an_interval():
    delta, share = cliffs_delta([4, 5, 5], [1, 2, 1, 3]), superiority([4, 5, 5], [1, 2, 1, 3])
    assert (delta.value, delta.high, share.value, share.high) == (1, 1, 1, 1)
    assert -1 < delta.low < 1
    assert 0 < share.low < 1
    mirrored = superiority([1, 2, 1, 3], [4, 5, 5])
    assert (mirrored.low, mirrored.high) == pytest.approx((0, 1 - share.low))


@pytest.mark.parametrize("effect", [cliffs_delta, superiority, hedges_g, hedges_g_paired, cliffs_delta_paired])
def test_all_tied_is_not_reportable(effect):
    with pytest.raises(NotEnoughData) as caught:
        effect([3, 3, 3], [3, 3, 3])
    assert caught.value.codes == ("stats.no-variance",)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: omega_squared([[1, 1], [2, 2]]), "stats.no-variance"),
        (lambda: epsilon_squared([[1, 1], [1, 1]]), "stats.no-variance"),
        (lambda: kendalls_w([[1, 1], [2, 2]]), "stats.no-variance"),
        (lambda: omega_squared([[1, 2, 3]]), "stats.too-few-groups"),
        (lambda: omega_squared([[1, 2], [3]]), "stats.too-few"),
        (lambda: cramers_v([[3, 4], [0, 0]]), "stats.too-few-categories"),
        (lambda: odds_ratio_paired(0, 0), "stats.too-few"),
        (lambda: hedges_g_paired([1, 2], [2, 4]), "stats.too-few"),
    ],
)
def test_too_little_data_says_why(call, code):
    with pytest.raises(NotEnoughData) as caught:
        call()
    assert caught.value.codes == (code,)


@pytest.mark.parametrize("table", [[[1, -1], [2, 3]], [[1.5, 1], [2, 3]]])
def test_table_must_hold_counts(table):
    with pytest.raises(ArgumentError) as caught:
        cramers_v(table)
    assert caught.value.codes == ("stats.not-counts",)


def test_perfect_association_and_none():
    assert cramers_v([[20, 0], [0, 20]]).value == pytest.approx(1)
    none = cramers_v([[10, 10], [10, 10]])
    assert (none.value, none.low) == (0, 0)
    assert kendalls_w([[1, 2, 3]] * 4).value == pytest.approx(1)


def test_one_sided_discordance_is_an_infinite_odds_ratio():
    estimate = odds_ratio_paired(5, 0)
    assert (estimate.value, estimate.high) == (np.inf, np.inf)
    assert estimate.low > 0
    assert odds_ratio_paired(0, 5).low == 0


@pytest.mark.parametrize("t", [0.0, 0.7, -3.2, 45.0, 900.0])
@pytest.mark.parametrize("df", [2, 15, 5000])
def test_noncentral_t_bounds_invert_the_distribution(t, df):
    low, high = noncentral_t(t, df, 0.95)
    assert stats.nct.sf(abs(t), df, low if t >= 0 else -high) == pytest.approx(0.025, rel=1e-6)
    assert stats.nct.cdf(abs(t), df, high if t >= 0 else -low) == pytest.approx(0.025, rel=1e-6)


@pytest.mark.parametrize(("below", "above"), [(0.99e4, 1.01e4)])
def test_huge_t_joins_on(below, above):
    """Where the noncentral t overflows, the error of the variance alone takes over without a step."""
    for df in (3, 40, 2000):
        for one, two in zip(noncentral_t(below, df, 0.95), noncentral_t(above, df, 0.95), strict=True):
            assert one / below == pytest.approx(two / above, rel=1e-5)


def test_nearly_constant_groups_still_answer():
    estimate = hedges_g([5, 5, 5, 5, 5 + 1e-7], [1, 1, 1])
    assert 0 < estimate.low < estimate.value < estimate.high < np.inf
    assert all(np.isfinite(noncentral_f(1e12, 3, 30, 0.95)))


def test_standardised_difference_scales_everything():
    difference = mean_difference([1, 2, 3, 5], [2, 2, 1, 1])
    scaled = standardised_difference(difference, 2.0)
    assert (scaled.value, scaled.low, scaled.se, scaled.df) == (
        difference.value / 2,
        difference.low / 2,
        difference.se / 2,
        difference.df,
    )
    for sd in (0, -1, float("nan"), float("inf"), True):
        with pytest.raises(ArgumentError):
            standardised_difference(difference, sd)
