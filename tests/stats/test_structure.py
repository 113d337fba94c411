"""Nulls keep what they promise, the test sees groups and only groups, and input that cannot be tested is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.correlation import polychoric
from cxresearch.stats.mixture import Indicators
from cxresearch.stats.structure import (
    cluster_index,
    copula_null,
    gap_statistic,
    independent_null,
    silhouette,
    structure_test,
)
from cxresearch.stats.structure.cut import _steps
from cxresearch.stats.structure.index import count_dimensions
from cxresearch.stats.structure.ladder import ladder_of
from cxresearch.stats.structure.moments import coefficients, correlations, latent_correlations, visible

from .structure_populations import WITH, WITHOUT, factors, holes, mixed, normal, rated, weighted

SEEDS = st.integers(0, 10_000)


def sample(name, seed=1, n=None, m=None):
    population = {**WITHOUT, **WITH}[name]
    return population.draw(np.random.default_rng(seed), n or population.n, m or population.m)


def relation(people):
    ladder = ladder_of(people)
    r = correlations(ladder, ladder.table(ladder.places))
    return np.where(ladder.owner[:, None] == ladder.owner, 0.0, r)


# --- what nulls keep --------------------------------------------------------------------------------------
@pytest.mark.parametrize("spread", ["normal", "even"])
@given(SEEDS)
@settings(max_examples=8)
def test_the_copula_null_keeps_margins_holes_and_correlations(spread, seed):
    rng = np.random.default_rng(seed)
    people = holes(sample("two factors, skewed, n = 200", seed, n=300), rng)
    drawn = copula_null(people, spread, 2).draw(rng)
    assert ((drawn.categorical < 0) == (people.categorical < 0)).all()
    assert (np.sort(drawn.categorical, axis=0) == np.sort(people.categorical, axis=0)).all()
    assert np.abs(relation(drawn) - relation(people)).max() < 0.06
    assert (drawn.categorical != people.categorical).mean() > 0.3


def test_choices_numbers_counts_and_weights_are_kept_as_well():
    rng = np.random.default_rng(2)
    people = mixed(rng, 1500, 10)
    people = Indicators.of(
        people.categorical,
        people.numeric,
        people.counts,
        levels=people.levels,
        ordered=people.ordered,
        weights=np.exp(0.3 * rng.normal(size=1500)),
    )
    drawn = copula_null(people).draw(rng)
    assert drawn.weights is people.weights
    for before, after in zip(ladder_of(people).margins, ladder_of(drawn).margins, strict=True):
        assert len(before) == len(after) or len(before) > 100  # under weights a rare value may be drawn by nobody
        if len(before) == len(after):
            assert after == pytest.approx(before, abs=5e-3)
    assert np.sqrt(((relation(drawn) - relation(people)) ** 2).mean()) < 0.012


def test_the_independent_null_keeps_margins_only():
    people = sample("one factor")
    drawn = independent_null(people, np.random.default_rng(1))
    assert (np.sort(drawn.categorical, axis=0) == np.sort(people.categorical, axis=0)).all()
    off = ~np.eye(8, dtype=bool)
    assert relation(people)[off].min() > 0.3 and np.abs(relation(drawn)[off]).max() < 0.16


@given(SEEDS)
@settings(max_examples=10)
def test_latent_correlations_are_polychoric_ones_by_moments(seed):
    people = rated(factors(np.random.default_rng(seed), 4000, 5, 0.7, normal))
    ladder = ladder_of(people)
    latent = latent_correlations(coefficients(ladder), relation(people) + np.eye(5))
    assert latent == pytest.approx(polychoric(people.categorical).r, abs=0.025)
    assert latent[~np.eye(5, dtype=bool)] == pytest.approx(np.full(20, 0.49), abs=0.07)


def test_the_series_agrees_with_a_closed_form():
    half = Indicators.of([[0, 0], [1, 1], [0, 1], [1, 0]])  # thresholds 0: r = 2 / pi * arcsin(rho)
    rho = np.array([[1.0, 0.6], [0.6, 1.0]])
    assert visible(coefficients(ladder_of(half)), rho)[0][0, 1] == pytest.approx(2 / np.pi * np.arcsin(0.6), abs=1e-9)


def test_numbers_of_any_shape_keep_their_correlation():
    rng = np.random.default_rng(3)
    x = np.exp(rng.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 800))
    people = Indicators.of(numeric=x)
    drawn = copula_null(people).draw(rng).numeric
    assert np.sort(drawn, axis=0) == pytest.approx(np.sort(x, axis=0))
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(np.corrcoef(x.T)[0, 1], abs=0.02)


# --- the test ---------------------------------------------------------------------------------------------
def test_groups_are_seen_and_attitudes_are_not():
    for name in ("three groups, 2 SD apart", "latent classes, yes or no, .85"):
        for null in ("copula", "continuum", "independent"):
            assert structure_test(sample(name), null=null, draws=19).p == 0.05
    for name in ("two factors", "acquiescence", "noise"):
        found = structure_test(sample(name, seed=4), draws=19)
        assert found.p > 0.05
    assert structure_test(sample("two factors"), null="independent", draws=19).p == 0.05
    assert structure_test(sample("noise", seed=4), null="independent", draws=19).p > 0.05


def test_the_result_holds_together():
    found = structure_test(sample("three groups, 1.2 SD apart"), ks=(3, 2, 3), draws=29, seed=5)
    assert found.frame["k"].tolist() == [2, 3, 2, 3]
    assert found.frame["space"].tolist() == ["items", "items", "dimensions", "dimensions"]
    assert found.drawn.shape == (29, 4) and found.null_statistics.shape == (29,)
    assert found.frame["expected"].to_numpy() == pytest.approx(found.drawn.mean(axis=0))
    assert found.frame["sd"].to_numpy() == pytest.approx(found.drawn.std(axis=0, ddof=1))
    z = (found.frame["expected"] - found.frame["index"]) / found.frame["sd"]
    assert found.frame["z"].to_numpy() == pytest.approx(z.to_numpy())
    assert found.statistic == pytest.approx(z.max())
    assert found.k == found.frame["k"].iloc[int(z.argmax())]
    assert found.p == pytest.approx((1 + (found.null_statistics >= found.statistic).sum()) / 30)
    assert (found.n, found.draws, found.seed, found.null) == (600, 29, 5, "copula")


def test_cores_and_the_order_of_rows_do_not_matter():
    people = holes(sample("one factor", n=200), np.random.default_rng(1))
    order = np.random.default_rng(2).permutation(200)
    heard = []
    one = structure_test(people, ks=(2, 3), draws=19)
    two = structure_test(people.take(order), ks=(2, 3), draws=19, jobs=2, progress=lambda *a: heard.append(a))
    assert (one.p, one.statistic, one.drawn.tolist()) == (two.p, two.statistic, two.drawn.tolist())
    assert heard == [(i, 19) for i in range(1, 20)]
    assert structure_test(people, ks=(2, 3), draws=19, seed=2).drawn.tolist() != one.drawn.tolist()


def test_someone_who_stops_listening_stops_the_test():
    def enough(done, of):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        structure_test(sample("one factor", n=100), ks=(2,), draws=19, progress=enough)


def test_constant_columns_and_people_without_answers_do_not_matter():
    people = sample("one factor", n=120)
    more = np.column_stack([people.categorical, np.ones(120, dtype=int)])
    more = np.vstack([more, np.full((10, 9), -1)])
    with_more = Indicators.of(more, levels=[5] * 9, ordered=[True] * 9)
    one, two = (structure_test(p, ks=(2, 3), draws=19) for p in (people, with_more))
    assert (two.n, two.dimensions) == (120, one.dimensions)
    assert two.frame["index"].to_numpy() == pytest.approx(one.frame["index"].to_numpy(), abs=2e-3)


def test_of_very_many_people_a_sample_is_tested():
    people = rated(factors(np.random.default_rng(1), 5300, 4, 0.7, normal))
    assert structure_test(people, ks=(2,), draws=19).n == 5000


def test_dimensions_are_counted():
    assert count_dimensions(ladder_of(sample("noise")), 5) == 1
    assert count_dimensions(ladder_of(sample("one factor")), 5) == 1
    assert count_dimensions(ladder_of(sample("two factors")), 5) == 2
    assert count_dimensions(ladder_of(sample("two factors")), 1) == 1


def test_weights_are_part_of_both_sides():
    people = weighted(sample("one factor", n=300), np.random.default_rng(1))
    found = structure_test(people, ks=(2,), draws=19)
    plain = structure_test(sample("one factor", n=300), ks=(2,), draws=19)
    assert found.p > 0.05
    assert found.frame["index"].iloc[0] != plain.frame["index"].iloc[0]


# --- the index, gap and silhouette ------------------------------------------------------------------------
@given(SEEDS, st.integers(2, 5))
@settings(max_examples=15)
def test_the_index_is_a_share_that_scale_and_place_do_not_change(seed, k):
    x = np.random.default_rng(seed).normal(size=(50, 3))
    one = cluster_index(x, k)
    assert 0 < one < 1
    assert cluster_index(5 * x - 3, k) == pytest.approx(one, rel=0.03)


def test_the_index_of_a_halved_normal_variable_is_known():
    x = np.random.default_rng(1).normal(size=(20_000, 1))
    assert cluster_index(x, 2, starts=3) == pytest.approx(1 - 2 / np.pi, abs=0.01)


def test_gap_and_silhouette_find_three_clouds():
    rng = np.random.default_rng(2)
    x = np.array([[0, 0], [9, 0], [0, 9]])[np.arange(90) % 3] + rng.normal(size=(90, 2))
    gaps = gap_statistic(x, range(1, 6), draws=20, jobs=2)
    assert gaps.loc[gaps["preferred"], "k"].tolist() == [3]
    assert gaps.equals(gap_statistic(x, range(1, 6), draws=20))
    one_cloud = gap_statistic(rng.uniform(size=(100, 2)), range(1, 5), draws=20)
    assert one_cloud.loc[one_cloud["preferred"], "k"].tolist() == [1]
    assert silhouette(x, np.arange(90) % 3) > 0.7 > 0.1 > silhouette(x, np.arange(90) % 2)


def test_the_silhouette_of_very_many_is_that_of_a_sample():
    rng = np.random.default_rng(3)
    kind = rng.integers(0, 2, 6000)
    x = 4 * kind[:, None] + rng.normal(size=(6000, 2))
    assert silhouette(x, kind, seed=1) == pytest.approx(silhouette(x, kind, seed=2), abs=0.02)
    assert silhouette(x, kind, seed=1) == silhouette(x, kind, seed=1)


def test_a_group_of_a_few_among_very_many_has_a_silhouette():
    x = np.random.default_rng(1).normal(size=(30_000, 2))
    kind = np.zeros(30_000, dtype=int)
    x[:2], kind[:2] = 50.0, 1
    assert silhouette(x, kind, seed=3) > 0.9


# --- edges ------------------------------------------------------------------------------------------------
def code_of(call):
    with pytest.raises((ArgumentError, NotEnoughData)) as told:
        call()
    return told.value.codes[0]


def test_what_cannot_be_tested_is_told():
    people = sample("one factor", n=100)
    constant = Indicators.of(np.column_stack([people.categorical[:, 0], np.ones(100, dtype=int)]))
    two_rows = Indicators.of(np.repeat([[0, 1], [1, 0]], 50, axis=0))
    assert code_of(lambda: structure_test(people.take([0, 1, 2]))) == "stats.too-few"
    assert code_of(lambda: structure_test(people, null="copulas")) == "stats.null"
    assert code_of(lambda: structure_test(people, ks=())) == "stats.not-counts"
    assert code_of(lambda: structure_test(people, ks=(1, 2))) == "stats.not-counts"
    assert code_of(lambda: structure_test(people, draws=18)) == "stats.not-counts"
    assert code_of(lambda: structure_test(constant)) == "stats.no-variance"
    assert code_of(lambda: structure_test(two_rows)) == "stats.too-few-patterns"
    assert code_of(lambda: copula_null(people, "uniform")) == "stats.spread"
    assert code_of(lambda: cluster_index([[1.0], [1.0]], 1)) == "stats.no-variance"
    assert code_of(lambda: gap_statistic([[1.0], [1.0]], [1, 2])) == "stats.no-variance"
    assert code_of(lambda: gap_statistic([[1.0], [2.0]], [3])) == "stats.too-few-patterns"
    assert code_of(lambda: silhouette([[1.0], [2.0]], [0, 0])) == "stats.labels"


def test_the_two_columns_that_say_the_same_are_no_obstacle():
    people = sample("one factor", n=150)
    twice = Indicators.of(np.hstack([people.categorical] * 2), levels=[5] * 16, ordered=[True] * 16)
    assert structure_test(twice, ks=(2, 3), draws=19).p > 0.05


def test_more_columns_than_people_can_be_tested():
    people = sample("noise", n=40, m=60)
    assert structure_test(people, ks=(2,), draws=19).p > 0.05


# --- short cuts -------------------------------------------------------------------------------------------
@given(st.integers(2, 400), st.integers(1, 8), SEEDS)
@settings(max_examples=60)
def test_steps_are_the_same_whether_people_are_put_in_order_or_not(n, levels, seed):
    rng = np.random.default_rng(seed)
    margin = np.bincount(rng.integers(0, levels, n))
    margin = margin[margin > 0] / n
    latent = rng.standard_normal(n)
    ordered = np.empty(n, dtype=np.intp)
    ordered[np.argsort(latent)] = np.repeat(np.arange(margin.size), np.rint(margin * n).astype(int))
    assert _steps(latent, np.full(n, 0.7), margin).tolist() == ordered.tolist()
    nearly = np.full(n, 1.0) + 1e-9 * rng.random(n)  # weights that differ: everybody is sorted
    assert (_steps(latent, nearly, margin) == ordered).mean() >= 1 - (margin.size - 1) / n
