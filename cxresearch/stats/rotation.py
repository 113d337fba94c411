"""Rotation of factor loadings: varimax (orthogonal) and oblimin (oblique), with a canonical order and sign."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, matrix, wrong
from cxresearch.stats._items import frozen, in_range

_VARIMAX_STEPS, _OBLIMIN_STEPS = 1000, 5000
_TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Rotation:
    """Rotated loadings.

    Parameters
    ----------
    loadings : ndarray, shape (k, m)
        Pattern matrix; factors in falling order of their sums of squares, signs so that each column sums
        to a positive number.
    phi : ndarray, shape (m, m)
        Correlations of the factors; the identity under varimax.
    ss_loadings : ndarray, shape (m,)
        diag(phi L'L): the variance each factor accounts for.
    method : str
    kaiser : bool
        Whether rows were scaled to unit length while rotating.
    criterion : float
        Value of the criterion: larger is simpler under varimax, smaller under oblimin.
    converged : bool
    iterations : int
    """

    loadings: Floats
    phi: Floats
    ss_loadings: Floats
    method: str
    kaiser: bool
    criterion: float
    converged: bool
    iterations: int


class _Turned(NamedTuple):
    loadings: Floats
    transform: Floats  # T: loadings = A inv(T)', phi = T'T
    criterion: float
    converged: bool
    iterations: int


def varimax(loadings: ArrayLike, kaiser: bool = True) -> Rotation:
    """Rotate orthogonally to the largest variance of squared loadings within factors.

    Parameters
    ----------
    loadings : array_like, shape (k, m)
    kaiser : bool
        Scale rows to unit length while rotating (Kaiser's normalisation, the default of R and SPSS).
        Without it, items of large communality rule the rotation.

    Returns
    -------
    Rotation

    References
    ----------
    Kaiser 1958, Psychometrika 23:187-200; as R ``stats::varimax``, iterated to convergence.

    Examples
    --------
    >>> turned = varimax([[0.6, 0.6], [0.5, 0.5], [0.6, -0.6], [0.4, -0.4]])
    >>> abs(turned.loadings).round(3).tolist()
    [[0.849, 0.0], [0.707, 0.0], [0.0, 0.849], [0.0, 0.566]]
    """
    a = _loadings(loadings)
    weight = _weights(a, kaiser)
    return _canonical(_best_varimax(a / weight), weight, "varimax", kaiser)


def oblimin(loadings: ArrayLike, gamma: float = 0.0, kaiser: bool = False) -> Rotation:
    """Rotate obliquely by direct oblimin; gamma = 0 is direct quartimin.

    Started from the given, the varimax and two fixed positions; the smallest criterion is kept.

    Parameters
    ----------
    loadings : array_like, shape (k, m)
    gamma : float
        0 or less: the more negative, the less oblique. Above 0 the criterion may have no minimum (Jennrich 1979).
    kaiser : bool
        Scale rows to unit length while rotating (SPSS does, ``GPArotation::oblimin`` and ``psych::fa``
        do not).

    Returns
    -------
    Rotation

    References
    ----------
    Jennrich & Sampson 1966, Psychometrika 31:313-323; gradient projection after Jennrich 2002, Psychometrika
    67:7-19; Bernaards & Jennrich 2005, Educ. Psychol. Meas. 65:676-696; Jennrich 1979, Psychometrika 44:173-177.

    Examples
    --------
    >>> turned = oblimin([[0.7, 0.3], [0.6, 0.3], [0.7, -0.3], [0.6, -0.3]])
    >>> round(float(turned.phi[0, 1]), 3), turned.converged
    (0.652, True)
    """
    gamma = in_range(gamma, "gamma", "The oblimin weight", -10, 0)
    a = _loadings(loadings)
    weight = _weights(a, kaiser)
    scaled = a / weight
    starts = [np.eye(a.shape[1]), _best_varimax(scaled).transform, *_turns(a.shape[1])]
    tries = [_oblimin(scaled, gamma, start) for start in starts]
    best = tries[0]
    for other in tries[1:]:
        if (other.converged, -other.criterion) > (best.converged, -best.criterion + 1e-8):
            best = other
    return _canonical(best, weight, "oblimin", kaiser)


def unrotated(loadings: ArrayLike) -> Rotation:
    """Put loadings into canonical order and sign without rotating them.

    Examples
    --------
    >>> unrotated([[-0.8], [-0.7]]).loadings.tolist()
    [[0.8], [0.7]]
    """
    a = _loadings(loadings)
    return _canonical(_Turned(a, np.eye(a.shape[1]), 0.0, True, 0), np.ones((a.shape[0], 1)), "none", False)


def _loadings(loadings: ArrayLike) -> Floats:
    a = matrix(loadings, "loadings", rows=1, columns=1)
    if a.shape[0] < a.shape[1]:
        raise wrong("shape", "There are more factors than items.", given=a.shape, allowed="(items, factors)")
    return a


def _weights(a: Floats, kaiser: bool) -> Floats:
    """Row lengths, (k, 1); ones without Kaiser's normalisation and for rows of zeros."""
    length = np.sqrt((a**2).sum(axis=1, keepdims=True)) if kaiser else np.ones((a.shape[0], 1))
    weights: Floats = np.where(length > 0, length, 1.0)
    return weights


def _turns(m: int) -> list[Floats]:
    """Two fixed orthogonal starts: the given position may be a saddle, where a rotation would stay."""
    rng = np.random.default_rng(m)
    return [np.linalg.qr(rng.standard_normal((m, m)))[0] for _ in range(2)] if m > 1 else []


def _best_varimax(a: Floats) -> _Turned:
    best = _varimax(a, np.eye(a.shape[1]))
    for start in _turns(a.shape[1]):
        other = _varimax(a, start)
        if (other.converged, other.criterion) > (best.converged, best.criterion + 1e-8):
            best = other
    return best


def _varimax(a: Floats, start: Floats) -> _Turned:
    """Rotate in one plane after the other by the best angle of each (Kaiser 1958), until none turns."""
    k, m = a.shape
    z, transform = a @ start, start.copy()
    done, step = m == 1, 0
    while not done and step < _VARIMAX_STEPS:
        step += 1
        largest = 0.0
        for p, q in combinations(range(m), 2):
            u, v = z[:, p] ** 2 - z[:, q] ** 2, 2 * z[:, p] * z[:, q]
            across = 2 * float(u @ v - u.sum() * v.sum() / k)
            along = float(u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / k)
            if np.hypot(across, along) < 1e-14:
                continue  # every angle is as good
            angle = float(np.arctan2(across, along)) / 4
            largest = max(largest, abs(angle))
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            z[:, [p, q]] = z[:, [p, q]] @ turn
            transform[:, [p, q]] = transform[:, [p, q]] @ turn
        done = largest < _TOLERANCE
    return _Turned(z, transform, float((z**2).var(axis=0).sum()), done, step)


def _oblimin(a: Floats, gamma: float, start: Floats) -> _Turned:
    """Gradient projection (GPFoblq): loadings are a inv(T)' with columns of T of unit length."""
    m = a.shape[1]
    others = 1.0 - np.eye(m)

    def value(transform: Floats) -> tuple[float, Floats, Floats]:
        inverse = np.linalg.inv(transform)
        turned = a @ inverse.T
        x = turned**2 @ others
        x = x - gamma * x.mean(axis=0)
        slope: Floats = -(turned.T @ (turned * x) @ inverse).T
        return float((turned**2 * x).sum() / 4), turned, slope

    transform, step, size = start, 0, 1.0
    f, turned, slope = value(transform)
    done = m == 1
    while not done and step < _OBLIMIN_STEPS:
        step += 1
        projected = slope - transform * (transform * slope).sum(axis=0)
        length = float(np.linalg.norm(projected))
        if length < _TOLERANCE:
            done = True
            break
        size *= 2
        for _ in range(40):
            moved = transform - size * projected
            moved = moved / np.sqrt((moved**2).sum(axis=0))
            new_f, new_turned, new_slope = value(moved)
            if f - new_f > 0.5 * length**2 * size:
                break
            size /= 2
        else:
            done = length < 1e-6  # no step improves any more: rounding, unless still far
            break
        transform, f, turned, slope = moved, new_f, new_turned, new_slope
    return _Turned(turned, transform, f, done, step)


def _canonical(turned: _Turned, weight: Floats, method: str, kaiser: bool) -> Rotation:
    """Undo the row scaling; order factors by the variance they account for and make columns sum above zero."""
    loadings = turned.loadings * weight
    phi = turned.transform.T @ turned.transform if method == "oblimin" else np.eye(loadings.shape[1])
    total = loadings.sum(axis=0)
    largest = np.take_along_axis(loadings, np.abs(loadings).argmax(axis=0)[None, :], axis=0)[0]
    sign = np.where(np.abs(total) > 1e-9, np.sign(total), np.where(largest < 0, -1.0, 1.0))
    ss = np.diag(phi @ loadings.T @ loadings)
    order = np.argsort(-ss, kind="stable")
    phi = (phi * np.outer(sign, sign))[np.ix_(order, order)] + 0.0  # no negative zeros
    np.fill_diagonal(phi, 1.0)
    return Rotation(
        loadings=frozen((loadings * sign)[:, order]),
        phi=frozen((phi + phi.T) / 2),
        ss_loadings=frozen(ss[order]),
        method=method,
        kaiser=kaiser,
        criterion=turned.criterion,
        converged=turned.converged,
        iterations=turned.iterations,
    )
