"""People with the same answers are one pattern with a weight: what makes 100,000 answers to a few items small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._check import Floats, Ints, check_weights
from cxresearch.stats.mixture.indicators import Indicators

_LARGEST = 2**62


@dataclass(frozen=True, kw_only=True, eq=False)
class Patterns:
    """Different rows of answers and how often each was given.

    Parameters
    ----------
    rows : Indicators
        The different rows, in an order that depends on their answers alone.
    weights : ndarray, shape (rows.n,)
        Sum to `n`.
    n : int
        People with an answer and a weight above 0.
    """

    rows: Indicators
    weights: Floats
    n: int


def patterns(indicators: Indicators) -> Patterns:
    """Put equal rows together; rows without an answer or of weight 0 carry nothing and are left out.

    Examples
    --------
    >>> found = patterns(Indicators.of(categorical=[[1, 0], [0, 0], [1, 0], [-1, -1]]))
    >>> found.rows.categorical.tolist(), found.weights.tolist(), found.n
    ([[0, 0], [1, 0]], [1.0, 2.0], 3)
    """
    kept = indicators.answered.any(axis=1)
    if indicators.weights is not None:
        kept &= indicators.weights > 0
    n = int(kept.sum())
    people = indicators if n == indicators.n else indicators.take(kept)
    first, which = distinct(people)
    scale = check_weights(people.weights, n) if n else np.empty(0)
    weights = np.bincount(which, weights=scale, minlength=first.size).astype(np.float64)
    return Patterns(rows=people.take(first), weights=weights, n=n)


def distinct(indicators: Indicators) -> tuple[Ints, Ints]:
    """Return a row of each different pattern, sorted by their answers, and the pattern of each row.

    Examples
    --------
    >>> first, which = distinct(Indicators.of(numeric=[[2.0], [1.0], [2.0], [np.nan]]))
    >>> first.tolist(), which.tolist()
    ([1, 0, 3], [1, 0, 1, 2])
    """
    key: NDArray[np.int64] = np.zeros(indicators.n, dtype=np.int64)
    size = 1
    coded = [
        (column + 1, levels + 1) for column, levels in zip(indicators.categorical.T, indicators.levels, strict=True)
    ]
    for column in (*indicators.numeric.T, *indicators.counts.T):
        values, code = np.unique(column, return_inverse=True)
        coded.append((code, values.size))
    for code, m in coded:
        if size * m > _LARGEST:
            seen, key = np.unique(key, return_inverse=True)
            size = seen.size
        key = key * m + code
        size *= m
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which
