"""How alike are two profiles? Shape, distance and its parts, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, matrix, numbers, wrong


@dataclass(frozen=True, kw_only=True, eq=False)
class Similarity:
    """Indices of similarity of n pairs of profiles over k items.

    Parameters
    ----------
    q : ndarray, shape (n,)
        Pearson's r over the items: shape alone. NaN where a profile is flat.
    d2 : ndarray
        Squared distance; the sum of `elevation`, `scatter` and `shape`.
    elevation, scatter, shape : ndarray
        k (mean difference)^2; squared difference of the spreads about the profiles' means; what is left because
        they rise and fall at different items.
    icc_double_entry : ndarray
        Pearson's r over the items entered twice, (x, y) and (y, x): level, spread and shape in one number.
    icc : ndarray
        One-way intraclass correlation with items as targets, nearly the same.
    q_distinctive, icc_distinctive : ndarray
        q and the double-entry ICC after the normative profiles were taken off; NaN where there are none.

    Examples
    --------
    >>> result = similarity([[1, 2, 3]], [[2, 3, 4]])
    >>> result.q.tolist(), result.d2.tolist(), result.elevation.tolist()
    ([1.0], [3.0], [3.0])
    """

    q: Floats
    d2: Floats
    elevation: Floats
    scatter: Floats
    shape: Floats
    icc_double_entry: Floats
    icc: Floats
    q_distinctive: Floats
    icc_distinctive: Floats


def similarity(
    x: ArrayLike, y: ArrayLike, normative_x: ArrayLike | None = None, normative_y: ArrayLike | None = None
) -> Similarity:
    """Compare profiles row by row.

    Parameters
    ----------
    x, y : array_like, shape (n, k)
        Rows are pairs of profiles, columns the k >= 3 items in the same units.
    normative_x, normative_y : array_like, shape (k,), optional
        What everybody finds high or low; taken off for the distinctive indices.

    Returns
    -------
    Similarity

    Raises
    ------
    ArgumentError
        Missing values, unequal shapes, fewer than three items.

    References
    ----------
    Cronbach & Gleser 1953, Psychol. Bull. 50:456-473; McCrae 2008, J. Pers. Assess. 90:105-109 (double entry);
    Furr 2008, J. Pers. 76:1267-1316 (normative profile).

    Examples
    --------
    >>> similarity([[1, 2, 3]], [[3, 2, 1]]).icc_double_entry.tolist()
    [-1.0]
    """
    a, b = two_profiles(x, y)
    k = a.shape[1]
    mean_a, mean_b = a.mean(axis=1), b.mean(axis=1)
    spread_a, spread_b = (np.sqrt(np.sum((v - m[:, None]) ** 2, axis=1)) for v, m in ((a, mean_a), (b, mean_b)))
    q = profile_q(a, b)
    d2 = np.sum((a - b) ** 2, axis=1)
    elevation, scatter = k * (mean_a - mean_b) ** 2, (spread_a - spread_b) ** 2
    shape = 2 * spread_a * spread_b * (1 - np.nan_to_num(q))
    middle = (a + b) / 2
    between = 2 * np.sum((middle - middle.mean(axis=1, keepdims=True)) ** 2, axis=1) / (k - 1)
    within = d2 / 2 / k
    nothing = np.full(q.size, np.nan)
    q_own, icc_own = nothing, nothing.copy()
    if normative_x is not None and normative_y is not None:
        own_a, own_b = (
            a - normative_profile(normative_x, k, "normative_x"),
            b - normative_profile(normative_y, k, "normative_y"),
        )
        q_own, icc_own = profile_q(own_a, own_b), double_entry(own_a, own_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        icc = (between - within) / (between + within)
    return Similarity(
        q=frozen(q),
        d2=frozen(d2),
        elevation=frozen(elevation),
        scatter=frozen(scatter),
        shape=frozen(shape),
        icc_double_entry=frozen(double_entry(a, b)),
        icc=frozen(icc),
        q_distinctive=frozen(q_own),
        icc_distinctive=frozen(icc_own),
    )


def two_profiles(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return two tables of profiles of equal shape."""
    a, b = matrix(x, "x", rows=1, columns=3), matrix(y, "y", rows=1, columns=3)
    if a.shape != b.shape:
        raise wrong("unequal-length", "Both profiles need the same rows and items.", given=(a.shape, b.shape))
    return a, b


def normative_profile(normative: ArrayLike, k: int, name: str) -> Floats:
    """Return a profile of k values."""
    profile = numbers(normative, name)
    if profile.size != k:
        raise wrong("unequal-length", "The normative profile needs one value an item.", given=(profile.size, k))
    return profile


def profile_q(a: Floats, b: Floats) -> Floats:
    """Pearson's r of each row; NaN where a row is flat."""
    u, v = a - a.mean(axis=-1, keepdims=True), b - b.mean(axis=-1, keepdims=True)
    return _ratio(np.sum(u * v, axis=-1), np.sum(u * u, axis=-1), np.sum(v * v, axis=-1), a, b)


def double_entry(a: Floats, b: Floats) -> Floats:
    """Pearson's r of (a, b) with (b, a); NaN where both are flat and equal."""
    centre = (a.mean(axis=-1, keepdims=True) + b.mean(axis=-1, keepdims=True)) / 2
    u, v = a - centre, b - centre
    total = np.sum(u * u, axis=-1) + np.sum(v * v, axis=-1)
    return _ratio(2 * np.sum(u * v, axis=-1), total, total, a, b)


def _ratio(product: Floats, square_a: Floats, square_b: Floats, a: Floats, b: Floats) -> Floats:
    noise = 1e-26 * np.maximum(np.sum(a * a, axis=-1), np.sum(b * b, axis=-1))
    flat = (square_a <= noise) | (square_b <= noise)
    root = np.sqrt(np.where(flat, 1.0, square_a) * np.where(flat, 1.0, square_b))
    result: Floats = np.where(flat, np.nan, np.clip(product / root, -1.0, 1.0))
    return result
