"""The cluster index: how much of the variation lies within the best k groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, Ints, check_count, no_variance
from cxresearch.stats.partition.lloyd import STARTS, best_of, k_means, table_of
from cxresearch.stats.structure.ladder import Ladder
from cxresearch.stats.structure.nulls import independent

#: Spaces in which groups are sought.
ITEMS, DIMENSIONS = "items", "dimensions"
#: For the many data sets of a test; the same for what was seen and for what is drawn.
TEST_STARTS = 3
TEST_STEPS = 100
TEST_TOLERANCE = 1e-4
#: With more people than this the starts see a sample of that size.
TEST_SAMPLE = 1000
#: Of the eigenvalues of unrelated columns, above which a dimension is counted.
QUANTILE = 0.95
UNRELATED = 40


def cluster_index(x: ArrayLike, k: int, weights: ArrayLike | None = None, seed: int = 1, starts: int = STARTS) -> float:
    """Sum of squares within the best k groups of k-means as a share of the total, 0 to 1; small means lumps.

    Parameters
    ----------
    x : array_like, shape (n, d)
        NaN is missing.
    k : int
    weights : array_like, shape (n,), optional
    seed, starts : int

    Raises
    ------
    NotEnoughData
        ``stats.no-variance``, and as :func:`cxresearch.stats.partition.k_means`.

    References
    ----------
    Liu, Hayes, Nobel & Marron 2008, J. Am. Stat. Assoc. 103:1281-1293 (k = 2).

    Examples
    --------
    >>> cluster_index([[0.0], [1.0], [9.0], [10.0]], 2)
    0.012195121951219513
    """
    found = k_means(x, k, weights, starts, seed)
    if found.total <= 0:
        raise no_variance("All rows are the same.")
    return found.within / found.total


@dataclass(frozen=True, kw_only=True, eq=False)
class Indices:
    """Cluster indices of people on ladders, for several k, in the space of all items and in that of few dimensions.

    Parameters
    ----------
    ks : tuple of int
    dimensions : int
        Leading principal components of the items, each of which counts the same.
    seed : int
    """

    ks: tuple[int, ...]
    dimensions: int
    seed: int

    @property
    def rows(self) -> list[tuple[int, str]]:
        """Number of groups and space of each index."""
        return [(k, space) for space in (ITEMS, DIMENSIONS) for k in self.ks]

    def of(self, ladder: Ladder, places: Ints) -> Floats:
        """Return the indices, in the order of `rows`."""
        found = []
        items = ladder.table(places)
        for x in (items, leading(items, ladder.weights, self.dimensions)):
            table = table_of(x, ladder.weights)
            for k in self.ks:
                means = best_of(table, k, TEST_STARTS, self.seed, TEST_STEPS, TEST_TOLERANCE, TEST_SAMPLE, 0)
                found.append(means.within / max(table.total, np.finfo(np.float64).tiny))
        return np.array(found)


def leading(table: Floats, weights: Floats, dimensions: int) -> Floats:
    """Scores of the leading principal components, each with variance 1."""
    values, vectors = np.linalg.eigh((table * weights[:, None]).T @ table / weights.size)
    values, vectors = values[::-1][:dimensions], vectors[:, ::-1][:, :dimensions]
    return np.asarray(table @ (vectors / np.sqrt(np.maximum(values, 1e-12))))


def count_dimensions(ladder: Ladder, most: int) -> int:
    """Leading eigenvalues above those of unrelated columns, at least 1 and at most `most` (parallel analysis).

    Unrelated columns are the same answers, shuffled.
    """
    null, seed = independent(ladder), [ladder.n, ladder.owner.size]
    shuffled = [_eigenvalues(ladder, null.places(np.random.default_rng([*seed, draw]))) for draw in range(UNRELATED)]
    above = _eigenvalues(ladder, ladder.places) > np.quantile(shuffled, QUANTILE, axis=0)
    return max(1, min(int(np.cumprod(above).sum()), most, ladder.owner.size))


def _eigenvalues(ladder: Ladder, places: Ints) -> Floats:
    table = ladder.table(places)
    return np.asarray(np.linalg.eigvalsh((table * ladder.weights[:, None]).T @ table / ladder.n)[::-1])


def distinct_places(places: Ints, weights: Floats) -> int:
    """Return the number of different rows that carry weight."""
    return int(np.unique(places[weights > 0], axis=0).shape[0])


def check_ks(ks: Sequence[int]) -> tuple[int, ...]:
    """Return numbers of groups, ascending, each once."""
    return tuple(sorted({check_count(k, "k", 2) for k in ks}))
