"""Distances between people who answered different questions on different scales."""

from __future__ import annotations

import numpy as np

from cxresearch.stats._check import Floats
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.partition.features import NOMINAL, Features, columns_of, kinds_of


def gower(people: Indicators, others: Indicators | None = None, ranges: Floats | None = None) -> Floats:
    """Gower's distance: mean over the columns both answered of how different they are there, 0 to 1.

    Of nominal columns 0 or 1, of others the difference as a share of the range. As R ``cluster::daisy`` with
    ``metric = "gower"``. NaN where two people answered nothing in common.

    Parameters
    ----------
    people : Indicators
        Rows of the result.
    others : Indicators, optional
        Columns of the result; the same people where None.
    ranges : ndarray, optional
        Of each column (1 for nominal ones), see :func:`ranges_of`; those of `people` where None.

    References
    ----------
    Gower 1971, Biometrics 27:857-871.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0], [2], [1]], numeric=[[0.0], [10.0], [np.nan]])
    >>> gower(people).round(2).tolist()
    [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    ranges = ranges_of(people) if ranges is None else ranges
    here = columns_of(people)
    there = here if others is None else columns_of(others)
    heap = np.zeros((here[0].size, there[0].size))
    count = np.zeros_like(heap)
    for kind, width, a, b in zip(kinds_of(people), ranges, here, there, strict=True):
        seen = np.outer(~np.isnan(a), ~np.isnan(b))
        x, y = np.nan_to_num(a)[:, None], np.nan_to_num(b)[None, :]
        apart = (x != y).astype(np.float64) if kind == NOMINAL else np.abs(x - y) / width
        heap += np.where(seen, apart, 0.0)
        count += seen
    return np.divide(heap, count, out=np.full_like(heap, np.nan), where=count > 0)


def ranges_of(people: Indicators) -> Floats:
    """Largest minus smallest value of each column; 1 for nominal and for constant ones."""
    widths = [
        1.0 if kind == NOMINAL else float(np.nanmax(values) - np.nanmin(values))
        for kind, values in zip(kinds_of(people), columns_of(people), strict=True)
    ]
    return np.array([width if width > 0 else 1.0 for width in widths])


def euclidean(x: Floats, features: Features) -> Floats:
    """Distances between rows, over what both hold and scaled up to all columns, as R ``dist`` does.

    A column of dummies counts as one; NaN where two rows hold nothing in common.
    """
    widths = [block.size for block in features.middle]
    first = np.concatenate([[0], np.cumsum(widths)[:-1]]).astype(np.intp)
    missing = np.isnan(x)
    filled = np.where(missing, 0.0, x)
    if not missing.any():
        squares = np.einsum("ij,ij->i", filled, filled)
        square = squares[:, None] + squares[None, :] - 2 * filled @ filled.T
    else:
        seen = (~missing).astype(np.float64)
        square = (filled**2) @ seen.T + seen @ (filled**2).T - 2 * filled @ filled.T
        shared = seen[:, first] @ seen[:, first].T
        square = np.divide(square * first.size, shared, out=np.full_like(square, np.nan), where=shared > 0)
    np.fill_diagonal(square, 0.0)
    result: Floats = np.sqrt(np.maximum(square, 0.0))
    return result
