"""Agreement with R (stats, cluster) and scikit-learn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_samples

from cxresearch.stats.mixture import Indicators
from cxresearch.stats.partition import Features, gower, k_means, medoids, partition
from cxresearch.stats.partition.distances import euclidean
from cxresearch.stats.partition.hierarchy import largest_first, ward
from cxresearch.stats.structure import gap_statistic, silhouette, silhouettes

REFERENCE = Path(__file__).parent.parent / "reference"


@pytest.fixture(scope="module")
def r() -> dict[str, Any]:
    """Values from make_partition.R."""
    return json.loads((REFERENCE / "partition.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def mobi() -> Indicators:
    return Indicators.of(numeric=pd.read_csv(REFERENCE / "data" / "ecsi_mobi.csv").iloc[:, :12])


@pytest.fixture(scope="module")
def x(mobi: Indicators) -> np.ndarray:
    return Features.of(mobi).matrix(mobi)


def same_groups(a: Any, b: Any) -> bool:
    return np.array_equal(largest_first(np.asarray(a)), largest_first(np.asarray(b)))


def table(values: Any) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_ward_is_that_of_r(r, mobi, x):
    labels, heights = ward(euclidean(x, Features.of(mobi)), 4)
    assert same_groups(labels, r["mobi_ward"]["labels"])
    assert heights[-20:] == pytest.approx(r["mobi_ward"]["heights"], rel=1e-9)
    assert same_groups(partition(mobi, 4, "ward").labels, r["mobi_ward"]["labels"])


def test_ward_with_holes_is_that_of_r(r):
    holes = table(r["holes"]["x"])
    features = Features.of(Indicators.of(numeric=holes))
    distance = euclidean(holes, features)
    assert distance == pytest.approx(table(r["holes"]["dist"]), abs=1e-9)
    assert same_groups(ward(distance, 3)[0], r["holes"]["labels"])


def test_kmeans_is_as_low_as_that_of_r(r, mobi, x):
    for k, within in zip((2, 3, 4), r["mobi_kmeans"]["within"], strict=True):  # 200 starts of Hartigan and Wong
        assert within * (1 - 1e-9) <= k_means(x, k, starts=50).within <= within * (1 + 1e-4)
        assert partition(mobi, k, "kmeans", starts=50).within <= within * (1 + 1e-4)


def test_kmeans_with_weights_is_as_low_as_that_of_scikit_learn(x):
    weights = np.random.default_rng(1).uniform(0.2, 4, len(x))
    weights /= weights.mean()
    for k in (2, 3, 5):
        other = KMeans(k, n_init=50, random_state=1, tol=1e-9).fit(x, sample_weight=weights)
        found = k_means(x, k, weights, starts=50)
        assert found.within <= other.inertia_ * (1 + 1e-4)
        own = ((x[:, None] - found.centres) ** 2).sum(axis=2)
        assert (weights * own.min(axis=1)).sum() == pytest.approx(found.within)


def test_pam_is_that_of_r(r, x):
    distance = np.sqrt(((x[:, None] - x) ** 2).sum(axis=2))
    found = medoids(distance, 3)
    assert sorted(found.rows + 1) == sorted(r["mobi_pam"]["medoids"])
    assert same_groups(found.labels, r["mobi_pam"]["labels"])
    assert found.within == pytest.approx(r["mobi_pam"]["objective"], rel=1e-9)


def flowers(r: dict[str, Any], holes: bool = False) -> Indicators:
    codes, numbers = np.array(r["flower"]["codes"]), table(r["flower"]["numbers"])
    if holes:
        codes[1, 3], numbers[4, 0], codes[8, 4], codes[8, 0] = -1, np.nan, -1, -1
    return Indicators.of(codes, numbers, ordered=[False] * 4 + [True] * 2)


def test_gower_is_that_of_daisy(r):
    assert gower(flowers(r)) == pytest.approx(table(r["flower"]["gower"]), abs=1e-12)
    assert gower(flowers(r, holes=True)) == pytest.approx(table(r["flower_holes"]["gower"]), abs=1e-12)
    assert same_groups(partition(flowers(r), 3, "gower").labels, r["flower"]["labels"])


def test_silhouettes_are_those_of_r_and_scikit_learn(r, x):
    labels = r["mobi_ward"]["labels"]
    assert silhouettes(x, labels) == pytest.approx(np.array(r["mobi_silhouette"]["all"]), abs=1e-7)
    assert silhouettes(x, labels) == pytest.approx(silhouette_samples(x, labels), abs=1e-7)
    assert silhouette(x, labels) == pytest.approx(r["mobi_silhouette"]["mean"], abs=1e-7)


def test_gap_is_that_of_r_to_within_simulation(r, x):
    found = gap_statistic(x, range(1, 6), draws=60, seed=3)
    half = np.log(2)  # clusGap takes half of the sum of squares
    assert found["log_within"].to_numpy() == pytest.approx(np.array(r["mobi_gap"]["log_within"]) + half, abs=8e-3)
    error = 4 * found["se"].to_numpy() / np.sqrt(60)
    assert (np.abs(found["expected"] - half - r["mobi_gap"]["expected"]) < error + 8e-3).all()
    assert found["se"].to_numpy() == pytest.approx(r["mobi_gap"]["se"], rel=0.5)
