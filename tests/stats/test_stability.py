"""Comparing groupings and refitting them: known values, invariance, planted groups and noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from cxresearch.errors import ArgumentError, CxError, NotEnoughData
from cxresearch.stats.stability import adjusted_rand, jaccard, match, stability

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=4, max_size=60)


@given(LABELS)
def test_rand_index_agrees_with_scikit_learn(pairs):
    one, two = (np.array(x) for x in zip(*pairs, strict=True))
    assert adjusted_rand(one, two) == pytest.approx(adjusted_rand_score(one, two), abs=1e-12)


@given(LABELS, st.randoms(use_true_random=False))
def test_names_of_groups_do_not_matter(pairs, random):
    one, two = (np.array(x) for x in zip(*pairs, strict=True))
    other = list(range(5))
    random.shuffle(other)
    renamed = np.array(other)[two]
    assert jaccard(one, renamed) == pytest.approx(jaccard(one, two), nan_ok=True)
    assert adjusted_rand(one, renamed) == pytest.approx(adjusted_rand(one, two))


def test_jaccard_of_known_groups():
    assert jaccard([0] * 4 + [1] * 6, [0] * 2 + [1] * 8).tolist() == [0.5, 6 / 8]
    assert jaccard([0, 0, -1, 1], [0, 0, 0, 1], k=3)[:2].tolist() == [1.0, 1.0]
    assert np.isnan(jaccard([0, 0], [0, 0], k=2)[1])


def test_matching_takes_each_group_once():
    assert match([0, 0, 1, 1], [0, 0, 0, 0]).tolist().count(-1) == 1
    assert match([0, 1, 2], [2, 0, 1]).tolist() == [2, 0, 1]


def kmeans(x, k):
    def fit(rows, seed):
        return KMeans(k, n_init=3, random_state=seed).fit(x[rows]).predict(x)

    return fit


def test_planted_groups_come_back_and_noise_does_not():
    rng = np.random.default_rng(1)
    kind = np.repeat([0, 1, 2], 60)
    planted = np.array([[0, 0], [6, 0], [0, 6]])[kind] + rng.normal(size=(180, 2))
    found = stability(180, kmeans(planted, 3), kmeans(planted, 3)(np.arange(180), 1), draws=15, halves=5)
    assert (found.jaccard > 0.9).all()
    assert found.ari > 0.9
    assert (found.dissolved == 0).all()
    noise = rng.normal(size=(180, 6))
    found = stability(180, kmeans(noise, 4), kmeans(noise, 4)(np.arange(180), 1), draws=15, halves=5)
    assert found.jaccard.min() < 0.6
    assert found.ari < 0.5


def test_cores_do_not_matter():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(80, 3))
    one, two = (
        stability(80, kmeans(x, 3), kmeans(x, 3)(np.arange(80), 1), draws=6, halves=3, jobs=jobs) for jobs in (1, 2)
    )
    assert one.jaccard.tolist() == two.jaccard.tolist()
    assert one.ari == two.ari


def test_a_refit_that_fails_counts_against_the_groups():
    def fails(rows, seed):
        from cxresearch.errors import Fault

        raise NotEnoughData(Fault(code="x", what="x"))

    found = stability(10, fails, np.repeat([0, 1], 5), draws=3, halves=2)
    assert found.jaccard.tolist() == [0, 0]
    assert (found.ari, found.failed) == (0, 3)


def test_faults():
    for bad in (
        lambda: stability(3, lambda r, s: r, [0, 0, 1]),
        lambda: stability(5, lambda r, s: r, [0, 1]),
        lambda: stability(5, lambda r, s: r, [0] * 5, draws=-1),
        lambda: jaccard([0, 1], [0]),
    ):
        with pytest.raises(CxError):
            bad()


def test_a_group_that_nobody_is_in_is_known_to_be_empty():
    labels = np.repeat([0, 1], 20)
    found = stability(40, lambda rows, seed: labels, labels, k=3, draws=4, halves=2)
    assert found.jaccard[:2].tolist() == [1.0, 1.0]
    assert np.isnan(found.jaccard[2]) and found.replicates.shape == (4, 3)
    with pytest.raises(ArgumentError):
        stability(40, lambda rows, seed: labels, labels, k=1, draws=4, halves=2)
