"""Normal distributions within the classes, with the covariance models of mclust.

Values come standardised: centred, and divided by their standard deviation (by one number for all columns where the
model is spherical, which would otherwise be another model).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._check import Floats
from cxresearch.stats.mixture.family import SHRINK, TINY

#: Variances below this share of the variance of all are no group but a point.
FLOOR = 1e-6
_LOG_2PI = float(np.log(2 * np.pi))


class Diagonal:
    """Columns independent within a class; unanswered ones drop out.

    Parameters
    ----------
    values : ndarray, shape (rows, q)
        Standardised, NaN where missing.
    scale : ndarray, shape (q,)
        What they were divided by.
    equal : bool
        The same variances in all classes (EEI instead of VVI).
    spherical : bool
        One variance for all columns of a class (VII).
    """

    def __init__(self, values: Floats, scale: Floats, equal: bool = False, spherical: bool = False) -> None:
        self.q = values.shape[1]
        self.width = 2 * self.q
        self.equal, self.spherical = equal, spherical
        seen = ~np.isnan(values)
        value = np.where(seen, values, 0.0)
        self.features = np.hstack([value, value**2, seen.astype(np.float64)])
        self.base = -(seen @ (np.log(scale) + 0.5 * _LOG_2PI))

    def natural(self, theta: Floats) -> Floats:
        mean, precision = theta[..., : self.q], 1 / theta[..., self.q :]
        constant = -0.5 * (mean**2 * precision - np.log(precision))
        return np.concatenate([mean * precision, -0.5 * precision, constant], axis=-1)

    def estimate(self, sums: Floats) -> Floats:
        first, second, seen = np.split(sums, 3, axis=-1)
        answered = np.maximum(seen, TINY)
        mean = first / answered
        around = np.maximum(second - first * mean, 0.0)
        if self.equal:
            around, answered = around.sum(axis=1, keepdims=True), answered.sum(axis=1, keepdims=True)
        if self.spherical:
            around, answered = around.sum(axis=2, keepdims=True), answered.sum(axis=2, keepdims=True)
        variance = np.where(answered > TINY, around / answered, 1.0)
        return np.concatenate([mean, np.maximum(np.broadcast_to(variance, mean.shape), FLOOR)], axis=-1)

    def legal(self, theta: Floats, before: Floats) -> Floats:
        possible = theta.copy()
        possible[..., self.q :] = np.maximum(theta[..., self.q :], SHRINK * before[..., self.q :])
        return possible

    def degenerate(self, theta: Floats) -> NDArray[np.bool_]:
        return np.asarray((theta[..., self.q :] <= FLOOR).any(axis=(1, 2)))


class Full:
    """Columns correlated within a class; a row has all of its numbers or none.

    Parameters
    ----------
    values, scale
        As in :class:`Diagonal`.
    equal : bool
        The same covariances in all classes (EEE instead of VVV).
    """

    def __init__(self, values: Floats, scale: Floats, equal: bool = False) -> None:
        self.q = values.shape[1]
        self.width = self.q + self.q**2
        self.equal = equal
        self.upper = np.triu_indices(self.q)
        seen = ~np.isnan(values[:, :1])
        value = np.where(seen, values, 0.0)
        products = value[:, self.upper[0]] * value[:, self.upper[1]]
        self.features = np.hstack([value, products, seen.astype(np.float64)])
        self.base = -seen[:, 0].astype(np.float64) * (np.log(scale).sum() + 0.5 * self.q * _LOG_2PI)
        self.twice = np.where(self.upper[0] == self.upper[1], 1.0, 2.0)

    def natural(self, theta: Floats) -> Floats:
        mean, covariance = self._split(theta)
        roots, axes = np.linalg.eigh(covariance)
        roots = np.maximum(roots, FLOOR)
        precision = axes / roots[..., None, :] @ np.swapaxes(axes, -1, -2)
        slope = (precision @ mean[..., None])[..., 0]
        constant = -0.5 * ((slope * mean).sum(axis=-1) + np.log(roots).sum(axis=-1))
        products = -0.5 * self.twice * precision[..., self.upper[0], self.upper[1]]
        return np.concatenate([slope, products, constant[..., None]], axis=-1)

    def estimate(self, sums: Floats) -> Floats:
        first, seen = sums[..., : self.q], np.maximum(sums[..., -1:], TINY)
        mean = first / seen
        around = np.empty((*sums.shape[:2], self.q, self.q))
        products = sums[..., self.q : -1] - first[..., self.upper[0]] * mean[..., self.upper[1]]
        around[..., self.upper[0], self.upper[1]] = products
        around[..., self.upper[1], self.upper[0]] = products
        if self.equal:
            around, seen = around.sum(axis=1, keepdims=True), seen.sum(axis=1, keepdims=True)
        covariance = np.where(seen[..., None] > TINY, around / seen[..., None], np.eye(self.q))
        covariance = np.broadcast_to(covariance, (*mean.shape, self.q))
        return np.concatenate([mean, covariance.reshape(*mean.shape[:2], -1)], axis=-1)

    def legal(self, theta: Floats, before: Floats) -> Floats:
        return theta

    def degenerate(self, theta: Floats) -> NDArray[np.bool_]:
        return np.asarray((np.linalg.eigvalsh(self._split(theta)[1]) <= FLOOR).any(axis=(1, 2)))

    def _split(self, theta: Floats) -> tuple[Floats, Floats]:
        square = theta[..., self.q :].reshape(*theta.shape[:2], self.q, self.q)
        return theta[..., : self.q], square
