"""The plane in which groups lie furthest apart, for a map of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from cxresearch.stats._check import Floats, check_weights, too_few, wrong

RIDGE = 1e-6  # of the mean variance, so that columns that add up to others do no harm


@dataclass(frozen=True, kw_only=True, eq=False)
class Plane:
    """People and groups in two dimensions.

    Parameters
    ----------
    people : ndarray, shape (n, 2)
    centres : ndarray, shape (k, 2)
    covariances : ndarray, shape (k, 2, 2)
        Of the people of each group, NaN with fewer than three.
    explained : ndarray, shape (2,)
        Share of the differences between groups that each dimension shows; with two groups the second shows none and is
        the direction in which people vary most.
    directions : ndarray, shape (p, 2)
    """

    people: Floats
    centres: Floats
    covariances: Floats
    explained: Floats
    directions: Floats


def discriminant_plane(x: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None) -> Plane:
    """Find the two directions with the largest spread between groups relative to that within.

    Parameters
    ----------
    x : array_like, shape (n, p)
        Without missing values; two columns or more.
    groups : array_like of int, shape (n,)
        0 to k - 1.
    weights : array_like, shape (n,), optional

    Returns
    -------
    Plane
        The variance within groups is 1 in each direction; the sign of a direction makes its largest weight positive.

    Raises
    ------
    ArgumentError
        ``stats.shape``.
    NotEnoughData
        ``stats.too-few`` with fewer than two groups.

    References
    ----------
    Fisher 1936, Ann. Eugen. 7:179-188; Rao 1948, J. R. Stat. Soc. B 10:159-203 (canonical variates).

    Examples
    --------
    >>> x = np.array([[0, 0], [1, 1], [0, 1], [9, 0], [8, 1], [9, 1.0]])
    >>> plane = discriminant_plane(x, [0, 0, 0, 1, 1, 1])
    >>> bool(abs(plane.centres[0, 0] - plane.centres[1, 0]) > 8), plane.explained.round(6).tolist()
    (True, [1.0, 0.0])
    """
    values, label = np.asarray(x, dtype=np.float64), np.asarray(groups, dtype=np.intp)
    if values.ndim != 2 or values.shape[1] < 2 or label.shape != (values.shape[0],):
        raise wrong(
            "shape", "A plane needs people in rows, two columns or more, and a group each.", values.shape, "n x p"
        )
    k = int(label.max()) + 1
    if k < 2 or len(np.unique(label)) < 2:
        raise too_few("too-few", "There is one group only.", given=1, allowed="at least 2 groups")
    w = check_weights(weights, len(values))
    w = w / w.sum()
    grand = w @ values
    sizes = np.bincount(label, w, minlength=k)
    means = np.array([w[label == g] @ values[label == g] / max(sizes[g], 1e-300) for g in range(k)])
    away = values - means[label]
    within = (away * w[:, None]).T @ away
    between = (means - grand).T @ np.diag(sizes) @ (means - grand)
    within += RIDGE * max(float(np.trace(within)) / len(within), 1e-12) * np.eye(len(within))
    found, vectors = linalg.eigh(between, within)
    directions = vectors[:, ::-1][:, :2].copy()
    spread = np.maximum(found[::-1], 0.0)
    if len(np.unique(label)) == 2:
        directions[:, 1] = _widest(values - grand, w, directions[:, 0], within)
    directions *= np.sign(directions[np.abs(directions).argmax(axis=0), [0, 1]])
    people = (values - grand) @ directions
    share = spread[:2] / spread.sum() if spread.sum() > 0 else np.zeros(2)
    return Plane(
        people=people,
        centres=(means - grand) @ directions,
        covariances=np.array([_covariance(people[label == g], w[label == g]) for g in range(k)]),
        explained=np.where(share > 1e-9, share, 0.0),
        directions=directions,
    )


def _widest(x: Floats, w: Floats, first: Floats, within: Floats) -> Floats:
    """The direction of largest variance among those uncorrelated (within groups) with the first."""
    normal = within @ first
    basis = linalg.null_space(normal[None, :])
    total = basis.T @ ((x * w[:, None]).T @ x) @ basis
    _, vectors = linalg.eigh(total)
    direction: Floats = basis @ vectors[:, -1]
    return direction / np.sqrt(direction @ within @ direction)


def _covariance(people: Floats, w: Floats) -> Floats:
    if len(people) < 3 or w.sum() <= 0:
        return np.full((2, 2), np.nan)
    return np.cov(people, rowvar=False, aweights=w)
