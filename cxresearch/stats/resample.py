"""Bootstrap of many means or gaps at once.

A bootstrap sample of one item is a multinomial draw over its distinct answers, so for rating scales only the
histogram is resampled: the same distribution as drawing respondents, at a cost that does not grow with n. Where
answers are continuous, or the items must be resampled together, whole respondents are drawn as weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._arguments import SEED, check_draws, frozen, generator
from cxresearch.stats._check import Floats, Ints, check_level, numbers, too_few, wrong
from cxresearch.stats.bca import bca_bounds, jackknife_acceleration, percentile_bounds
from cxresearch.stats.estimate import Estimate

METHODS = ("percentile", "bca")
#: More distinct answers than this are resampled as respondents.
DISTINCT = 50
_CELLS = 2_000_000  # weights held at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Resampled:
    """Bootstrap estimates of k items.

    Parameters
    ----------
    estimates : tuple of Estimate
        In the order of the columns; `se` is the standard deviation of the replicates.
    replicates : ndarray, shape (draws, k)
        Bootstrap values. Rows belong together only where `joint`.
    joint : bool
        Whether all items of one row come from the same resampled respondents.

    Examples
    --------
    >>> result = bootstrap_means([[1, 5], [2, 4], [3, 3], [4, 5]], draws=500)
    >>> [estimate.value for estimate in result.estimates], result.replicates.shape
    ([2.5, 4.25], (500, 2))
    """

    estimates: tuple[Estimate, ...]
    replicates: Floats
    joint: bool


def bootstrap_means(
    values: ArrayLike,
    method: str = "percentile",
    joint: bool = False,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int | np.random.Generator = SEED,
) -> Resampled:
    """Bootstrap the means of one or many items; for pairs give the differences.

    Parameters
    ----------
    values : array_like, shape (n,) or (n, k)
        Rows are respondents. An item that was not answered is NaN and left out for that item alone.
    method : {"percentile", "bca"}
    joint : bool
        Resample whole respondents, so that replicates of several items can be combined.
    level : float
        Confidence level between 0 and 1.
    draws : int
        Bootstrap samples, at least 100.
    seed : int or numpy.random.Generator

    Returns
    -------
    Resampled

    Raises
    ------
    ArgumentError
        ``stats.not-numeric``, ``stats.method``, impossible numbers.
    NotEnoughData
        ``stats.too-few`` for an item with fewer than two answers.

    References
    ----------
    Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13, 14. A constant item has an interval of
    width 0: the bootstrap knows nothing but the sample.

    Examples
    --------
    >>> estimate = bootstrap_means([1, 2, 2, 3, 5, 4, 4, 2]).estimates[0]
    >>> estimate.value, estimate.low, estimate.high
    (2.875, 2.0, 3.75)
    """
    x = _table(values, "values")
    return _bootstrap([x], "mean", method, joint, level, draws, seed)


def bootstrap_gaps(
    a: ArrayLike,
    b: ArrayLike,
    method: str = "percentile",
    joint: bool = False,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int | np.random.Generator = SEED,
) -> Resampled:
    """Bootstrap the differences of means a - b of two independent groups, item by item.

    Parameters
    ----------
    a, b : array_like, shapes (n_a,) or (n_a, k) and (n_b,) or (n_b, k)
        Answers of the two groups; NaN where an item was not answered.
    method, joint, level, draws, seed
        As in :func:`bootstrap_means`.

    Returns
    -------
    Resampled

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`bootstrap_means`; ``stats.unequal-length`` for different numbers of items.

    Examples
    --------
    >>> estimate = bootstrap_gaps([4, 5, 3, 5, 4], [2, 3, 3, 1], method="bca").estimates[0]
    >>> round(estimate.value, 2), 0 < estimate.low < estimate.high
    (1.95, True)
    """
    x, y = _table(a, "a"), _table(b, "b")
    if x.shape[1] != y.shape[1]:
        raise wrong("unequal-length", "Both groups need the same items.", given=(x.shape[1], y.shape[1]))
    return _bootstrap([x, y], "mean_difference", method, joint, level, draws, seed)


def _bootstrap(
    tables: list[Floats],
    statistic: str,
    method: str,
    joint: bool,
    level: float,
    draws: int,
    seed: int | np.random.Generator,
) -> Resampled:
    level, draws, rng = check_level(level), check_draws(draws), generator(seed)
    if method not in METHODS:
        raise ArgumentError(unknown_name("stats.method", "bootstrap interval", method, METHODS))
    replicates = resampled_means(tables[0], draws, rng, joint)
    for other in tables[1:]:
        replicates -= resampled_means(other, draws, rng, joint)
    estimates = []
    for j, column in enumerate(replicates.T):
        groups = [t[~np.isnan(t[:, j]), j] for t in tables]
        value = float(groups[0].mean()) - sum(float(g.mean()) for g in groups[1:])
        if method == "bca":
            low, high = bca_bounds(column, value, _acceleration(groups), level)
        else:
            low, high = percentile_bounds(column, level)
        estimates.append(
            Estimate(
                statistic=statistic,
                value=value,
                low=low,
                high=high,
                level=level,
                n=sum(g.size for g in groups),
                method=f"{method} bootstrap, {draws} draws",
                se=float(column.std(ddof=1)),
            )
        )
    return Resampled(estimates=tuple(estimates), replicates=frozen(replicates), joint=joint)


def resampled_means(x: Floats, draws: int, rng: np.random.Generator, joint: bool = False) -> Floats:
    """Bootstrap means of each column of x (NaN: not answered), shape (draws, k).

    Examples
    --------
    >>> resampled_means(np.array([[1.0], [2.0]]), 100, np.random.default_rng(1)).shape
    (100, 1)
    """
    if joint:
        return _by_respondent(x, draws, rng)
    result = np.empty((draws, x.shape[1]))
    for j, column in enumerate(x.T):
        known = column[~np.isnan(column)]
        answers, counts = _histogram(known)
        if answers.size > min(DISTINCT, known.size / 2):
            result[:, j : j + 1] = _by_respondent(known[:, None], draws, rng)
        else:
            start = float(answers[0])
            drawn = rng.multinomial(known.size, counts / known.size, size=draws)
            result[:, j] = start + (drawn @ (answers - start)) / known.size
    return result


def _histogram(known: Floats) -> tuple[Floats, Ints]:
    """Distinct answers and their counts; whole numbers within a small range need no sorting."""
    low, high = float(known.min()), float(known.max())
    codes = (known - low).astype(np.intp) if high - low < 1000 else np.empty(0, np.intp)
    if codes.size == 0 or (codes != known - low).any():
        answers, counts = np.unique(known, return_counts=True)
        return answers, counts.astype(np.intp)
    counts = np.bincount(codes)
    seen = np.flatnonzero(counts)
    return low + seen.astype(np.float64), counts[seen].astype(np.intp)


def resampling_weights(n: int, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    """How often each of n respondents is drawn, in blocks of rows (draws in all, n)."""
    block = max(1, min(draws, _CELLS // n))
    for done in range(0, draws, block):
        rows = min(block, draws - done)
        picked = rng.integers(0, n, size=(rows, n), dtype=np.int64)
        picked += np.arange(rows, dtype=np.int64)[:, None] * n
        yield np.bincount(picked.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


def in_order_of_values(x: Floats) -> Floats:
    """Return the rows ordered by their values, so that draws do not depend on the order of the file.

    Examples
    --------
    >>> in_order_of_values(np.array([[3.0, 1.0], [np.nan, 1.0], [2.0, 1.0]])).tolist()
    [[nan, 1.0], [2.0, 1.0], [3.0, 1.0]]
    """
    return x[np.lexsort(np.nan_to_num(x, nan=-np.inf).T)]


def drawn_means(x: Floats, weights: Floats) -> Floats:
    """Means of each column of x (NaN: not answered) under :func:`resampling_weights`, shape (draws, k).

    A draw that holds no answer to an item is NaN.

    Examples
    --------
    >>> drawn_means(np.array([[1.0, np.nan], [4.0, 2.0]]), np.array([[2.0, 1.0], [3.0, 0.0]])).tolist()
    [[2.0, 2.0], [1.0, nan]]
    """
    known = ~np.isnan(x)
    count = weights @ known.astype(float)
    total = weights @ np.where(known, x, 0.0)
    out = np.full(total.shape, np.nan)
    np.divide(total, count, out=out, where=count > 0)
    return out


def _by_respondent(x: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Means under resampled respondents; NaN in a draw that holds no answer to an item."""
    known = ~np.isnan(x)
    start = np.nanmean(x, axis=0)
    filled = np.where(known, x - start, 0.0)
    rows = []
    for weights in resampling_weights(x.shape[0], draws, rng):
        total = weights @ known.astype(np.float64) if not known.all() else np.full((1, 1), float(x.shape[0]))
        with np.errstate(divide="ignore", invalid="ignore"):
            rows.append(weights @ filled / total)
    result: Floats = start + np.concatenate(rows)
    return result


def _acceleration(groups: list[Floats]) -> float:
    """Acceleration of BCa for a mean or a difference of means, from the closed jackknife of a mean."""
    signs = (-1.0, 1.0)  # leaving out a high answer lowers its own mean, and raises a - b where it is in b
    return jackknife_acceleration([s * g / (g.size - 1) for s, g in zip(signs, groups, strict=False)])


def _table(values: ArrayLike, name: str) -> Floats:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise wrong("not-numeric", f"{name} must be a table of numbers.", given=values) from error
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] == 0:
        raise wrong("shape", f"{name} must have two dimensions.", given=array.shape, allowed="(n,) or (n, k)")
    numbers(array[~np.isnan(array)], name, least=0)
    answered = (~np.isnan(array)).sum(axis=0)
    if answered.min() < 2:
        raise too_few(
            "too-few", f"An item of {name} has too few answers.", given=int(answered.min()), allowed="at least 2"
        )
    return array
