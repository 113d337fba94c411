"""Sizes of survey plans against R, against exact distributions, and their laws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from cxresearch.errors import ArgumentError
from cxresearch.stats import multinomial as mn
from cxresearch.stats import planning as pl
from cxresearch.stats.allocation import largest_remainder, permuted_blocks
from cxresearch.stats.design import cluster_effect
from cxresearch.stats.power import Side, TwoSides, sample_size

REF = json.loads((Path(__file__).parents[1] / "reference" / "plan.json").read_text(encoding="utf-8"))
few = settings(max_examples=40, deadline=None, derandomize=True)
shares = st.floats(0.02, 0.98)
levels = st.floats(0.6, 0.999)


def each(name):
    return pytest.mark.parametrize("row", REF[name], ids=str)


@each("share")
def test_share_as_r(row):
    p = row["share"]
    assert pl.precision_size(p * (1 - p), row["margin"]) == pytest.approx(row["n"], rel=1e-9)


@each("mean")
def test_mean_as_r(row):
    assert pl.mean_size(row["sd"], row["margin"]) == pytest.approx(row["n"], rel=1e-9)


@each("nps")
def test_nps_as_r(row):
    variance = pl.nps_variance(row["promoters"], row["detractors"])
    assert variance == pytest.approx(row["variance"], rel=1e-12)
    assert pl.precision_size(variance, row["margin"]) == pytest.approx(row["n"], rel=1e-9)


def test_nps_as_published():
    """At a variance of .489 an interval of +-5 points needs 752 answers (STATISTICS of the NPS); .6 and 3.5: 1,882."""
    assert int(np.ceil(pl.precision_size(0.489, 0.05))) == 752
    assert int(np.ceil(pl.precision_size(0.6, 0.035))) == 1882


@each("finite")
def test_finite_population_as_r(row):
    p = row["share"]
    found = pl.precision_size(p * (1 - p), row["margin"], population=row["population"])
    assert found == pytest.approx(row["n"], rel=1e-9)


def test_finite_population_by_the_hypergeometric_distribution():
    margin = pl.precision_margin(0.25, 278, population=1000)
    assert margin / stats.norm.ppf(0.975) == pytest.approx(REF["hypergeometric_se"], rel=1e-10)
    assert margin / stats.norm.ppf(0.975) == pytest.approx(REF["survey_se"], rel=0.002)  # divides by n - 1
    assert margin == pytest.approx(stats.norm.ppf(0.975) * stats.hypergeom(1000, 500, 278).std() / 278, rel=1e-10)


def test_design_effects_as_r_survey():
    found = REF["cluster"]
    assert cluster_effect(found["size"], found["icc"]) == pytest.approx(found["deff"], rel=2e-3)
    assert 1 + REF["weights"]["cv"] ** 2 == pytest.approx(REF["weights"]["kish"], rel=1e-12)


@each("shares")
def test_two_shares_as_r(row):
    found = pl.share_difference_size(row["a"], row["b"], row["power"], row["alpha"])
    assert found == pytest.approx(row["n"], rel=1e-7)


@each("unequal")
def test_two_shares_of_unequal_groups_as_hmisc(row):
    found = pl.share_difference_size(row["a"], row["b"], ratio=row["ratio"])
    assert found == pytest.approx(row["n_a"], rel=1e-9)
    assert found * row["ratio"] == pytest.approx(row["n_b"], rel=1e-9)


def test_detectable_share_as_r():
    assert pl.detectable_share_difference(0.3, 1000) == pytest.approx(REF["detectable_share"], rel=1e-7)
    assert pl.detectable_share_difference(0.7, 1000) == pytest.approx(REF["detectable_share"], rel=1e-7)
    assert pl.detectable_share_difference(0.5, 3) == np.inf


@each("nps_change")
def test_nps_change_as_r(row):
    found = pl.difference_size(row["variance_a"], row["variance_b"], row["difference"], ratio=row["ratio"])
    assert found == pytest.approx(row["n"], rel=1e-8)


@each("mean_difference")
def test_mean_difference_as_r(row):
    design = TwoSides(a=Side(sd=row["sd"]))
    found = pl.gap_size(design, row["difference"], row["power"], aligned=False)
    assert found == pytest.approx(row["n"], rel=1e-6)


@each("personas")
def test_counts_by_all_their_possibilities(row):
    assert mn.chance_all_at_least(row["shares"], row["n"], row["least"]) == pytest.approx(row["chance"], abs=1e-12)


@each("binomial")
def test_one_segment_as_r(row):
    assert mn.size_all_at_least([row["share"]], row["least"]) == row["n"]


@each("kano")
def test_kano_reaches_its_power_by_the_multinomial_distribution(row):
    assert int(np.ceil(mn.kano_size(row["first"], row["second"]))) == row["n"]
    assert 0.8 <= row["exact_power"] < 0.82


def test_large_counts_keep_their_digits():
    n, p = 60_000, 0.0123
    rest = mn.chance_all_at_least([p, 0.5], n, 700)  # the second segment is never that small
    assert rest == pytest.approx(stats.binom.sf(699, n, p), abs=1e-9)


@few
@given(shares, st.floats(0.005, 0.3), levels, st.floats(0.5, 4), st.one_of(st.none(), st.integers(50, 10**6)))
def test_size_and_margin_are_one_relation(p, margin, level, deff, population):
    v = p * (1 - p)
    n = pl.precision_size(v, margin, level, deff, population)
    assert pl.precision_margin(v, n, level, deff, population) == pytest.approx(margin, rel=1e-6)
    assert population is None or n <= max(population, 1)
    assert pl.precision_size(v, margin / 2, level, deff, population) > n
    assert pl.precision_size(v, margin, (1 + level) / 2, deff, population) > n
    assert pl.precision_size(v, margin, level, 1.5 * deff, population) >= n
    assert pl.precision_size(v, margin, level, deff) >= n or n <= 1
    assert v <= 0.25


@few
@given(st.floats(0.2, 3), st.floats(0.02, 1), levels, st.floats(1, 3))
def test_size_and_margin_of_a_mean(sd, margin, level, deff):
    n = pl.mean_size(sd, margin, level, deff)
    assert pl.mean_margin(sd, n, level, deff) == pytest.approx(margin, rel=1e-6)
    assert n >= pl.precision_size(sd**2, margin, level, deff)  # t is wider than z


@few
@given(st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.01, 0.3), st.floats(0.55, 0.99), st.floats(0.2, 5))
def test_size_and_difference_are_one_relation(a, b, difference, power, ratio):
    n = pl.difference_size(a, b, difference, power, ratio=ratio)
    assert pl.detectable_by_z(a, b, n, power, ratio=ratio) == pytest.approx(difference, rel=1e-9)
    assert pl.difference_size(b, a, difference, power, ratio=1 / ratio) == pytest.approx(n * ratio, rel=1e-9)
    paired = pl.difference_size(a, b, difference, power, correlation=0.0)
    assert paired == pytest.approx(pl.difference_size(a, b, difference, power), rel=1e-12)
    assert pl.difference_size(a, b, difference, power, correlation=0.5) < paired


@few
@given(shares, st.floats(0.02, 0.4), st.floats(0.55, 0.99), st.floats(0.3, 3))
def test_size_and_difference_of_shares(p, difference, power, ratio):
    way = 1 if p <= 0.5 else -1
    n = pl.share_difference_size(p, p + way * difference, power, ratio=ratio)
    assert pl.detectable_share_difference(p, n, power, ratio=ratio) == pytest.approx(difference, rel=1e-6)
    if p == 0.5 or difference < 2 * abs(0.5 - p):  # the other way lies farther from one half
        return
    assert pl.share_difference_size(1 - p, 1 - p - way * difference, power, ratio=ratio) == pytest.approx(n, rel=1e-9)


@few
@given(st.lists(st.floats(0.03, 1), min_size=1, max_size=5), st.integers(1, 60), st.floats(0.6, 0.99))
def test_segments(weights, least, probability):
    p = np.array(weights) / (sum(weights) * 1.1)
    n = mn.size_all_at_least(p, least, probability)
    assert mn.chance_all_at_least(p, n, least) >= probability > mn.chance_all_at_least(p, n - 1, least)
    assert mn.most_in_all(p, n, probability) >= least
    assert mn.size_all_at_least([float(p.min())], least, probability) <= n
    bonferroni = 1 - sum(stats.binom.cdf(least - 1, n, share) for share in p)
    assert mn.chance_all_at_least(p, n, least) >= bonferroni - 1e-9


def test_gap_sizes_are_those_of_power():
    for ratio in (1.0, 4.0):
        design = TwoSides(a=Side(sd=1.2, icc=0.05, cluster_size=10), b=Side(sd=0.9), ratio=ratio)
        whole = max(
            sample_size(design, 0.8, 0.3, 0.3, "difference").n_a, sample_size(design, 0.8, 0.0, 0.3, "aligned").n_a
        )
        assert int(np.ceil(pl.gap_size(design, 0.3) - 1e-9)) == whole


@few
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 5000), st.one_of(st.none(), st.integers(0, 9))
)
def test_quotas_sum_to_n_and_stay_within_one(weights, n, seed):
    assume(sum(weights) > 1e-6)
    found = largest_remainder(weights, n, seed)
    exact = np.array(weights) / sum(weights) * n
    assert found.sum() == n
    assert (np.abs(found - exact) < 1 + 1e-6).all()
    np.testing.assert_array_equal(found, largest_remainder(np.array(weights) * 7, n, seed))


def test_equal_remainders_are_settled_by_lot_or_by_order():
    assert largest_remainder([1, 1, 1], 4).tolist() == [2, 1, 1]
    assert len({tuple(largest_remainder([1, 1, 1], 4, seed)) for seed in range(20)}) == 3


@few
@given(st.lists(st.integers(1, 3), min_size=2, max_size=4), st.integers(1, 100), st.integers(0, 99))
def test_blocks_hold_the_ratio(ratio, n, seed):
    whole = sum(ratio)
    arms, blocks = permuted_blocks(ratio, n, (whole, 3 * whole), np.random.default_rng(seed))
    assert n <= len(arms) < n + 3 * whole
    for block in np.unique(blocks):
        counts = np.bincount(arms[blocks == block], minlength=len(ratio))
        assert (counts * whole == np.array(ratio) * counts.sum()).all()


def test_every_order_within_a_block_is_as_likely():
    rng = np.random.default_rng(1)
    arms, _ = permuted_blocks((1, 1), 24_000, (4,), rng)
    orders = arms.reshape(-1, 4) @ [8, 4, 2, 1]
    counts = np.unique(orders, return_counts=True)[1]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: pl.precision_size(0.25, 0), "stats.margin"), (lambda: pl.nps_variance(0.7, 0.5), "stats.detractors"),
        (lambda: pl.precision_margin(0.25, 400, population=300), "stats.population"),
        (lambda: pl.mean_margin(1, 1), "stats.n"), (lambda: pl.share_difference_size(0.4, 0.4), "stats.difference"),
        (lambda: mn.size_all_at_least([0.6, 0.6], 5), "stats.shares"), (lambda: mn.kano_size(0.2, 0.3), "stats.shares"),
        (lambda: mn.size_all_at_least([1e-9], 50), "stats.shares"),
        (lambda: largest_remainder([-1, 2], 5), "stats.shares"),
        (lambda: permuted_blocks((1, 1), 4, (3,), np.random.default_rng(1)), "stats.block-sizes"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_taught(call, code):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert caught.value.codes == (code,)
