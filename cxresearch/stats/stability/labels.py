"""Two groupings of the same people: which group is which, and how much they agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, Ints, wrong


def crossed(a: ArrayLike, b: ArrayLike, k: int | None = None) -> Floats:
    """Count people by group in `a` (rows) and in `b` (columns); who has no group (below 0) in either is left out.

    Examples
    --------
    >>> crossed([0, 0, 1, -1], [1, 1, 0, 0]).tolist()
    [[0.0, 2.0], [1.0, 0.0]]
    """
    x, y = labels_of(a, "a"), labels_of(b, "b")
    if x.size != y.size:
        raise wrong("unequal-length", "Both groupings need the same people.", given=(x.size, y.size))
    rows = int(x.max(initial=-1)) + 1
    if k is not None and rows > k:
        raise wrong("labels", "There are more groups than k.", given=rows, allowed=f"labels below {k}")
    table = np.zeros((rows if k is None else k, int(y.max(initial=-1)) + 1))
    both = (x >= 0) & (y >= 0)
    np.add.at(table, (x[both], y[both]), 1.0)
    return table


def match(a: ArrayLike, b: ArrayLike) -> Ints:
    """Find for each group of `a` the group of `b` that is the same one, so that most people agree.

    Parameters
    ----------
    a, b : array_like of int, shape (n,)
        Labels 0, 1, ...; below 0 without a group.

    Returns
    -------
    ndarray of int
        The partner of each group of `a`, each group of `b` once (Hungarian method); -1 where none is left.

    References
    ----------
    Kuhn 1955, Nav. Res. Logist. Q. 2:83-97.

    Examples
    --------
    >>> match([0, 0, 1, 1, 2], [2, 2, 0, 0, 1]).tolist()
    [2, 0, 1]
    """
    from scipy.optimize import linear_sum_assignment

    table = crossed(a, b)
    partner = np.full(table.shape[0], -1, dtype=np.intp)
    own, other = linear_sum_assignment(table, maximize=True)
    partner[own] = other
    return partner


def jaccard(a: ArrayLike, b: ArrayLike, k: int | None = None) -> Floats:
    """How well each group of `a` is found in `b`: people in it and the most similar group of `b`, of those in either.

    Parameters
    ----------
    a, b : array_like of int, shape (n,)
        Labels 0, 1, ...; who has no group (below 0) in either is left out.
    k : int, optional
        Groups of `a`; without it the largest label + 1.

    Returns
    -------
    ndarray, shape (k,)
        0 to 1; NaN for a group without people.

    References
    ----------
    Hennig 2007, Comput. Stat. Data Anal. 52:258-271.

    Examples
    --------
    >>> jaccard([0, 0, 1, 1], [1, 1, 1, 0]).round(3).tolist()
    [0.667, 0.5]
    """
    table = crossed(a, b, k)
    own = table.sum(axis=1)
    either = own[:, None] + table.sum(axis=0)[None, :] - table
    similar = np.divide(table, either, out=np.zeros_like(table), where=either > 0)
    return np.where(own > 0, similar.max(axis=1, initial=0.0), np.nan)


def adjusted_rand(a: ArrayLike, b: ArrayLike) -> float:
    """Agreement of two groupings beyond chance: 1 the same groups, 0 as by chance.

    Who has no group (below 0) in either is left out; 1 where both put all into one group, or each into its own.

    References
    ----------
    Hubert & Arabie 1985, J. Classif. 2:193-218.

    Examples
    --------
    >>> adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0]), round(adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]), 3)
    (1.0, -0.5)
    """
    table = crossed(a, b)
    both, rows, columns, everyone = (
        float((x * (x - 1) / 2).sum()) for x in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    expected = rows * columns / everyone if everyone else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def labels_of(labels: ArrayLike, name: str) -> Ints:
    """Return one whole number a person."""
    array = np.asarray(labels)
    if array.ndim != 1 or not (np.issubdtype(array.dtype, np.integer) or array.dtype == np.bool_):
        raise wrong("labels", f"{name} must be one whole number a person.", given=labels, allowed="0, 1, ..., -1")
    return array.astype(np.intp)
