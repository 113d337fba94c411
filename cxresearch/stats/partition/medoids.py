"""Partitioning around medoids: groups around one of their own people, for any distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, Ints, check_count, matrix, wrong

STEPS = 1000


@dataclass(frozen=True, kw_only=True, eq=False)
class Medoids:
    """People at the centres of groups, largest group first.

    Parameters
    ----------
    rows : ndarray of int, shape (k,)
    labels : ndarray of int, shape (n,)
    within : float
        Sum of the distances of all people to the medoid of their group.
    """

    rows: Ints
    labels: Ints
    within: float


def medoids(distance: ArrayLike, k: int) -> Medoids:
    """Find k people to whom the others lie nearest, by PAM: build one by one, then swap while that helps.

    Parameters
    ----------
    distance : array_like, shape (n, n)
        Symmetric, zero on the diagonal.
    k : int
        At most n.

    References
    ----------
    Kaufman & Rousseeuw 1990, Finding groups in data, ch. 2; Schubert & Rousseeuw 2019, SISAP:171-187 (FastPAM).

    Examples
    --------
    >>> x = np.array([0.0, 1.0, 2.0, 9.0, 10.0])
    >>> found = medoids(np.abs(x[:, None] - x), 2)
    >>> found.rows.tolist(), found.labels.tolist(), found.within
    ([1, 3], [0, 0, 0, 1, 1], 3.0)
    """
    d = matrix(distance, "distance", rows=1, columns=1)
    k = check_count(k, "k", 1)
    n = d.shape[0]
    if d.shape != (n, n) or not np.array_equal(d, d.T) or (d < 0).any() or np.diag(d).any():
        raise wrong(
            "distance",
            "This is no matrix of distances.",
            given=d.shape,
            allowed="a symmetric table of 0 or more, with zeros in the diagonal",
        )
    if k > n:
        raise wrong("not-counts", "There are more groups than people.", given=k, allowed=f"at most {n}")
    rows = _built(d, k)
    for _ in range(STEPS):
        gain, place, row = _best_swap(d, rows)
        if gain <= 1e-12 * max(float(d.max()), np.finfo(np.float64).tiny):
            break
        rows[place] = row
    labels = _nearest_medoid(d, rows)
    order = np.lexsort((rows, -np.bincount(labels, minlength=k)))
    labels = np.argsort(order)[labels]
    rows = rows[order]
    return Medoids(rows=rows, labels=labels, within=float(d[np.arange(n), rows[labels]].sum()))


def _nearest_medoid(d: Floats, rows: Ints) -> Ints:
    labels = d[:, rows].argmin(axis=1)
    labels[rows] = np.arange(rows.size)
    return np.asarray(labels)


def _built(d: Floats, k: int) -> Ints:
    rows = [int(d.sum(axis=0).argmin())]
    reached = d[:, rows[0]].copy()
    while len(rows) < k:
        gain = np.maximum(reached[:, None] - d, 0.0).sum(axis=0)
        gain[rows] = -1.0
        rows.append(int(gain.argmax()))
        reached = np.minimum(reached, d[:, rows[-1]])
    return np.array(rows, dtype=np.intp)


def _best_swap(d: Floats, rows: Ints) -> tuple[float, int, int]:
    """What the best exchange of a medoid for another person gains, which medoid, and for whom."""
    n, k = d.shape[0], rows.size
    to = d[:, rows]
    own = to.argmin(axis=1)
    first = to[np.arange(n), own]
    to[np.arange(n), own] = np.inf
    second = to.min(axis=1) if k > 1 else np.full(n, np.inf)
    nearer = np.minimum(d - first[:, None], 0.0)  # (person, candidate)
    instead = np.minimum(d, second[:, None]) - first[:, None] - nearer
    member = np.zeros((k, n))
    member[own, np.arange(n)] = 1.0
    change = nearer.sum(axis=0)[None, :] + member @ instead
    change[:, rows] = np.inf
    place, row = np.unravel_index(int(change.argmin()), change.shape)
    return -float(change[place, row]), int(place), int(row)
