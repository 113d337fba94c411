"""Hard groups: what must not matter, what is known, and input that cannot be grouped."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.mixture import Indicators
from cxresearch.stats.partition import METHODS, Features, gower, k_means, medoids, partition
from cxresearch.stats.partition.prototypes import GAMMA, costs, k_prototypes

SEEDS = st.integers(0, 10_000)


def people(seed, n=90, weights=None, holes=0.0, apart=2.5):
    """Three planted groups in ordered, nominal, numeric and count columns."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 3
    ratings = np.clip(np.round(kind[:, None] * apart / 2 + 1 + 0.6 * rng.normal(size=(n, 3))), 0, 4)
    choice = np.where(rng.random(n) < 0.85, kind, rng.integers(0, 3, n))
    categorical = np.column_stack([ratings, choice]).astype(int)
    categorical[rng.random(categorical.shape) < holes] = -1
    numeric = kind[:, None] * apart + rng.normal(size=(n, 2))
    numeric[rng.random(numeric.shape) < holes] = np.nan
    made = Indicators.of(
        categorical,
        numeric,
        rng.poisson(1 + 4 * kind)[:, None],
        levels=[5, 5, 5, 3],
        ordered=[True] * 3 + [False],
        weights=weights,
    )
    return made, kind


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("holes", [0.0, 0.15])
def test_planted_groups_are_found(method, holes):
    made, kind = people(1, holes=holes)
    found = partition(made, 3, method)
    assert adjusted_rand_score(kind, found.labels) > 0.8
    assert (np.diff(found.shares) <= 0).all() and found.shares.sum() == pytest.approx(1)
    assert adjusted_rand_score(found.labels, found.assign(made)) > 0.9
    assert found.centres.shape == (3, 7)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=10)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(method, seed, random):
    made, _ = people(seed, n=40, holes=0.1, apart=1.0)
    order = list(range(40))
    random.shuffle(order)
    one, two = partition(made, 3, method, seed=3), partition(made.take(order), 3, method, seed=3)
    assert one.labels[order].tolist() == two.labels.tolist()
    assert one.within == pytest.approx(two.within)


@pytest.mark.parametrize("method", ["kmeans", "kprototypes"])
@given(SEEDS)
@settings(max_examples=10)
def test_a_weight_of_two_is_the_same_person_twice(method, seed):
    weights = 1.0 + (np.arange(40) % 4 == 0)
    made, _ = people(seed, n=40, weights=weights, holes=0.1)
    twice = Indicators.of(made.categorical, made.numeric, made.counts, levels=made.levels, ordered=made.ordered).take(
        np.repeat(np.arange(40), weights.astype(int))
    )
    one, two = partition(made, 3, method, starts=40), partition(twice, 3, method, starts=40)
    assert one.within * 50 / 40 == pytest.approx(two.within)  # weights have mean 1
    assert one.centres.to_numpy() == pytest.approx(two.centres.to_numpy())


def test_people_of_weight_zero_are_placed_but_do_not_count():
    weights = np.ones(90)
    weights[:10] = 0
    made, _ = people(2, weights=weights)
    plain, _ = people(2)
    without = partition(plain.take(np.arange(10, 90)), 3)
    found = partition(made, 3)
    assert found.labels[10:].tolist() == without.labels.tolist()
    assert found.labels[:10].tolist() == without.assign(plain.take(np.arange(10))).tolist()


@given(SEEDS, st.integers(2, 4))
@settings(max_examples=25)
def test_kmeans_rests_where_nobody_gains_by_leaving(seed, k):
    x = np.random.default_rng(seed).integers(0, 4, (30, 3)).astype(float)
    found = k_means(x, k, starts=5)
    distance = ((x[:, None] - found.centres) ** 2).sum(axis=2)
    own = distance[np.arange(30), found.labels]
    assert (own <= distance.min(axis=1) + 1e-9).all()
    for group in range(k):
        assert found.centres[group] == pytest.approx(x[found.labels == group].mean(axis=0))
    assert found.within == pytest.approx(own.sum())
    assert found.within <= found.total


@given(SEEDS)
@settings(max_examples=10)
def test_more_starts_are_never_worse_and_more_groups_never_looser(seed):
    x = np.random.default_rng(seed).normal(size=(60, 4))
    x[np.random.default_rng(seed).random(x.shape) < 0.1] = np.nan
    few, many = k_means(x, 4, starts=2, seed=seed), k_means(x, 4, starts=12, seed=seed)
    assert many.within <= few.within + 1e-9
    assert k_means(x, 5, starts=12, seed=seed).within <= many.within * 1.02


def test_kmeans_finds_the_best_of_all_divisions():
    x = np.array([[0.0, 0], [1, 1], [0, 2], [5, 5], [6, 4], [3, 3], [9, 0], [8, 1]])
    best = min(
        sum(((x[np.array(d) == g] - x[np.array(d) == g].mean(axis=0)) ** 2).sum() for g in set(d))
        for d in product(range(3), repeat=8)
        if len(set(d)) == 3
    )
    assert k_means(x, 3).within == pytest.approx(best)


def test_medoids_find_the_best_triple_and_keep_equal_people_apart_only_if_they_must():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(14, 2))
    d = np.sqrt(((x[:, None] - x) ** 2).sum(axis=2))
    best = min(d[:, [a, b, c]].min(axis=1).sum() for a, b, c in product(range(14), repeat=3))
    assert medoids(d, 3).within == pytest.approx(best)
    same = medoids(np.zeros((4, 4)), 2)
    assert same.within == 0 and np.unique(same.labels).size == 2
    assert medoids(d, 14).within == 0


def test_prototypes_find_the_best_of_all_divisions():
    x = np.array([[0.0], [0.3], [2.0], [2.2], [0.1], [np.nan]])
    codes = np.array([[0, 1], [0, 0], [1, 1], [1, -1], [2, 1], [1, 1]])

    def cost(division):
        heap = 0.0
        for group in set(division):
            rows = np.array(division) == group
            heap += np.nansum((x[rows] - np.nanmean(x[rows])) ** 2) if not np.isnan(x[rows]).all() else 0.0
            for column in codes[rows].T:
                seen = column[column >= 0]
                heap += GAMMA * (seen.size - np.bincount(seen, minlength=1).max())
        return heap

    best = min(cost(d) for d in product(range(2), repeat=6) if len(set(d)) == 2)
    found = k_prototypes(x, codes, 2, np.ones(6), starts=30, seed=1)
    assert found.within == pytest.approx(best)
    assert costs(x, codes, found.means, found.modes).min(axis=1).sum() == pytest.approx(best)


def test_gower_does_not_mind_units_and_is_a_share():
    made, _ = people(5, holes=0.1)
    other = Indicators.of(made.categorical, made.numeric * 7 - 3, made.counts, levels=made.levels, ordered=made.ordered)
    assert gower(made) == pytest.approx(gower(other), nan_ok=True)
    assert np.nanmin(gower(made)) >= 0 and np.nanmax(gower(made)) <= 1
    assert gower(made.take([0, 1]), made, None).shape == (2, 90)


def test_each_column_has_the_same_variance():
    made, _ = people(6, weights=np.linspace(0.5, 2, 90))
    x = Features.of(made).matrix(made)
    variance = np.average(x**2, axis=0, weights=made.case_weights)
    assert np.average(x, axis=0, weights=made.case_weights) == pytest.approx(np.zeros(9), abs=1e-12)
    assert variance[:3] == pytest.approx(np.ones(3))
    assert variance[3:6].sum() == pytest.approx(1)


# --- edges ------------------------------------------------------------------------------------------------
def test_nobody_without_an_answer_is_grouped():
    made = Indicators.of([[0, 0], [-1, -1], [2, 2], [2, 1], [0, 1]], levels=[3, 3], ordered=[True, True])
    for method in METHODS:
        found = partition(made, 2, method)
        assert found.labels[1] == -1 and found.assign(made)[1] == -1
        assert sorted(set(found.labels.tolist())) == [-1, 0, 1]


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_column_changes_nothing(method):
    made, _ = people(7)
    with_one = Indicators.of(
        np.column_stack([made.categorical, np.zeros(90, dtype=int)]),
        made.numeric,
        made.counts,
        levels=[*made.levels, 2],
        ordered=[*made.ordered, True],
    )
    assert partition(made, 3, method).labels.tolist() == partition(with_one, 3, method).labels.tolist()
    assert np.isinf(Features.of(with_one).scale).tolist().count(True) == 1


@pytest.mark.parametrize("method", METHODS)
def test_more_groups_than_different_rows_are_refused(method):
    made = Indicators.of([[0, 1], [0, 1], [1, 0], [1, 0], [1, 0]])
    assert partition(made, 2, method).within == pytest.approx(0, abs=1e-12)
    with pytest.raises(NotEnoughData) as told:
        partition(made, 3, method)
    assert told.value.codes == ("stats.too-few-patterns",)
    assert "2 different rows" in str(told.value)


@pytest.mark.parametrize("method", METHODS)
def test_three_people_can_be_three_groups_or_one(method):
    made = Indicators.of(numeric=[[1.0], [2.0], [4.0]])
    assert sorted(partition(made, 3, method).labels.tolist()) == [0, 1, 2]
    assert partition(made, 1, method).labels.tolist() == [0, 0, 0]


def test_what_cannot_be_done_is_told():
    made, _ = people(8, weights=np.linspace(1, 2, 90))
    for method in ("ward", "gower"):
        with pytest.raises(ArgumentError) as told:
            partition(made, 3, method)
        assert told.value.codes == ("stats.weights",) and "kmeans" in str(told.value)
    many = Indicators.of(numeric=np.random.default_rng(1).normal(size=(5001, 1)))
    with pytest.raises(ArgumentError) as told:
        partition(many, 3, "ward")
    assert told.value.codes == ("stats.too-many",)
    with pytest.raises(ArgumentError) as told:
        partition(made, 3, "kmean")
    assert "'kmeans'" in str(told.value)
    apart = Indicators.of(numeric=[[1.0, np.nan], [np.nan, 2.0], [2.0, 1.0]])
    for method in ("ward", "gower"):
        with pytest.raises(NotEnoughData) as none:
            partition(apart, 2, method)
        assert none.value.codes == ("stats.no-overlap",)
    assert partition(apart, 2).labels.size == 3
    with pytest.raises(ArgumentError) as told:
        partition(many, 2).assign(made)
    assert told.value.codes == ("stats.columns",)
    with pytest.raises(ArgumentError):
        medoids([[0.0, 1.0], [2.0, 0.0]], 1)
    with pytest.raises(ArgumentError):
        k_means([[0.0], [np.inf]], 1)
