"""How many groups, by distances: gap statistic and silhouette."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, Ints, check_count, check_weights, matrix, no_variance, wrong
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.mixture.threads import in_turn, one_thread
from cxresearch.stats.partition.features import Features
from cxresearch.stats.partition.lloyd import STEPS, best_of, check_distinct, table_of

#: The same for what was seen and for what is drawn.
GAP_STARTS, GAP_TOLERANCE = 10, 1e-5
#: With more people than this the starts see a sample of that size.
GAP_SAMPLE = 1000
GAP_DRAWS = 50
#: More people than this: silhouettes are those of a sample among that sample.
MOST_COMPARED = 2000


def design_matrix(people: Indicators) -> Floats:
    """Return one table of comparable numbers: each column has variance 1 in all, missing answers stand at the mean.

    Ordered, numeric and yes-or-no columns are standardised, counts after taking the square root; a nominal column
    becomes a dummy a category. A constant column becomes zeros.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0], [1], [-1], [0], [1]], numeric=[[1.0], [3.0], [2.0], [1.0], [3.0]])
    >>> design_matrix(people)[:3].round(3).tolist()
    [[-1.0, -1.118], [1.0, 1.118], [0.0, 0.0]]
    """
    x = Features.of(people).matrix(people)
    return np.where(np.isnan(x), 0.0, x)


def gap_statistic(
    x: ArrayLike,
    ks: Sequence[int],
    draws: int = GAP_DRAWS,
    seed: int = 1,
    weights: ArrayLike | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Gap between the log sum of squares within k groups and what an even spread would give.

    Parameters
    ----------
    x : array_like, shape (n, d)
    ks : sequence of int
        Numbers of groups, 1 allowed.
    draws : int
        Samples, even within the box along the principal components of x, at least 2.
    seed : int
    weights : array_like, shape (n,), optional
    jobs, progress
        As in :func:`structure_test`.

    Returns
    -------
    pandas.DataFrame
        A row a k, ascending: `k`, `log_within`, `expected`, `gap` (expected - log_within), `se` (standard deviation
        of the samples times sqrt(1 + 1 / draws)) and `preferred`: the smallest k whose gap is at least that of the
        next one less its `se`, else the largest.

    Raises
    ------
    NotEnoughData
        ``stats.no-variance``, ``stats.too-few-patterns``.

    References
    ----------
    Tibshirani, Walther & Hastie 2001, J. R. Stat. Soc. B 63:411-423.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(150, 2)) + np.repeat([[0, 0], [8, 0], [0, 8]], 50, axis=0)
    >>> found = gap_statistic(x, range(1, 6), draws=20)
    >>> found.loc[found["preferred"], "k"].tolist()
    [3]
    """
    array = matrix(x, "x", columns=1)
    wanted = sorted({check_count(k, "k", 1) for k in ks})
    if not wanted:
        raise wrong("not-counts", "There is no number of groups to try.", given=wanted, allowed="at least one k")
    draws, seed = check_count(draws, "draws", 2), check_count(seed, "seed")
    w = check_weights(weights, array.shape[0])
    centred = array - w @ array / w.sum()
    if np.abs(centred).max() <= 1e-12 * max(float(np.abs(array).max()), np.finfo(np.float64).tiny):
        raise no_variance("All rows are the same.")
    check_distinct(array[w > 0], wanted[-1])
    with one_thread():
        axes = np.linalg.svd(centred * np.sqrt(w)[:, None], full_matrices=False)[2]
        seen = _log_within(centred, w, wanted, seed)
    turned = centred @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)

    def drawn(own: int) -> Floats:
        even = np.random.default_rng([seed, own]).uniform(low, high, turned.shape)
        return _log_within(even, w, wanted, seed)

    samples = np.array(list(in_turn(drawn, range(1, draws + 1), check_count(jobs, "jobs", 1), progress)))
    expected = samples.mean(axis=0)
    gap, se = expected - seen, samples.std(axis=0) * np.sqrt(1 + 1 / draws)
    enough = np.append(gap[:-1] >= gap[1:] - se[1:], True)
    frame = pd.DataFrame({"k": wanted, "log_within": seen, "expected": expected, "gap": gap, "se": se})
    return frame.assign(preferred=np.arange(len(wanted)) == int(enough.argmax()))


def _log_within(x: Floats, weights: Floats, ks: Sequence[int], seed: int) -> Floats:
    table = table_of(x, weights)
    within = [best_of(table, k, GAP_STARTS, seed, STEPS, GAP_TOLERANCE, GAP_SAMPLE, 0).within for k in ks]
    least = np.finfo(np.float64).eps * table.total
    return np.log(np.maximum(within, least))


def silhouettes(x: ArrayLike, labels: ArrayLike) -> Floats:
    """Silhouette of each row: how much nearer it is to its own group than to the next one, -1 to 1.

    Parameters
    ----------
    x : array_like, shape (n, d)
    labels : array_like of int, shape (n,)
        At least two different ones; a group of one person has silhouette 0.

    References
    ----------
    Rousseeuw 1987, J. Comput. Appl. Math. 20:53-65.

    Examples
    --------
    >>> silhouettes([[0.0], [1.0], [9.0], [10.0]], [0, 0, 1, 1]).round(3).tolist()
    [0.895, 0.882, 0.882, 0.895]
    """
    array, groups = matrix(x, "x", columns=1), _groups(labels, np.asarray(x).shape[0])
    k, n = int(groups.max()) + 1, groups.size
    member = np.eye(k)[groups]
    size = member.sum(axis=0)
    found = np.zeros(n)
    squares = np.einsum("ij,ij->i", array, array)
    for first in range(0, n, 500):
        rows = slice(first, first + 500)
        square = squares[rows, None] + squares[None, :] - 2 * array[rows] @ array.T
        heap = np.sqrt(np.maximum(square, 0.0)) @ member
        own = groups[rows]
        here = np.arange(own.size)
        inside = heap[here, own] / np.maximum(size[own] - 1, 1)
        outside = heap / size
        outside[here, own] = np.inf
        nearest = outside.min(axis=1)
        wider = np.maximum(np.maximum(inside, nearest), np.finfo(np.float64).tiny)
        found[rows] = np.where(size[own] > 1, (nearest - inside) / wider, 0.0)
    return found


def silhouette(x: ArrayLike, labels: ArrayLike, seed: int = 1, weights: ArrayLike | None = None) -> float:
    """Mean silhouette; with more than 2,000 rows that of a sample of 2,000 among themselves.

    Examples
    --------
    >>> round(silhouette([[0.0], [1.0], [9.0], [10.0]], [0, 0, 1, 1]), 3)
    0.889
    """
    array, groups = matrix(x, "x", columns=1), _groups(labels, np.asarray(x).shape[0])
    w = check_weights(weights, groups.size)
    if groups.size > MOST_COMPARED:
        heard = np.flatnonzero(w > 0)
        few = min(MOST_COMPARED, heard.size)
        rows = np.random.default_rng(check_count(seed, "seed")).choice(heard, few, replace=False)
        if np.unique(groups[rows]).size < 2:  # the others are very few
            rows = np.append(rows, np.flatnonzero(groups != groups[rows[0]])[:MOST_COMPARED])
        array, groups, w = array[rows], groups[rows], w[rows]
    return float(np.average(silhouettes(array, groups), weights=w))


def _groups(labels: ArrayLike, n: int) -> Ints:
    array = np.asarray(labels)
    if array.shape != (n,):
        raise wrong("unequal-length", "labels and rows must have equal length.", given=(array.shape, n))
    different, codes = np.unique(array, return_inverse=True)
    if different.size < 2:
        raise wrong("labels", "A silhouette needs two groups.", given=different.tolist(), allowed="at least two labels")
    return codes.astype(np.intp)
