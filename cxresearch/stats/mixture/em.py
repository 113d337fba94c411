"""One step of expectation and maximisation, for all starts at once."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.mixture.family import SHRINK, Family, log

_CELLS = 2**17  # log densities held at once: they fit the cache
#: A class of fewer people than this is none.
EMPTY = 0.1


class Engine:
    """Weighted rows and the families of their columns.

    Parameters (`theta`) have shape (starts, k, width): the share of the class, then what each family needs.

    Parameters
    ----------
    families : sequence of Family
    weights : ndarray, shape (rows,)
    """

    def __init__(self, families: Sequence[Family], weights: Floats) -> None:
        self.families = tuple(families)
        self.weights = weights
        ones = np.ones((weights.size, 1))
        self.features = np.ascontiguousarray(np.hstack([ones, *(family.features for family in families)]))
        self.row_base = sum((family.base for family in families), np.zeros(weights.size))
        self.base = float(weights @ self.row_base)
        sizes = [family.features.shape[1] for family in families]
        self._columns = [slice(1 + sum(sizes[:i]), 1 + sum(sizes[: i + 1])) for i in range(len(sizes))]
        widths = [family.width for family in families]
        self._parts = [slice(1 + sum(widths[:i]), 1 + sum(widths[: i + 1])) for i in range(len(widths))]
        self.width = 1 + sum(widths)

    def step(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the parameters after one step and the log-likelihood before it, each start by itself."""
        starts, k, _ = theta.shape
        coefficients = self._coefficients(theta)
        rows = max(_CELLS // (starts * k), 64)
        sums = np.zeros_like(coefficients)
        likelihood = np.full(starts, self.base)
        for at in range(0, self.weights.size, rows):
            part, w = self.features[at : at + rows], self.weights[at : at + rows]
            density = coefficients @ part.T
            classes = density.reshape(k, starts, w.size)
            top = classes.max(axis=0)
            classes -= top
            np.exp(classes, out=classes)
            total = classes.sum(axis=0)
            classes *= w / total
            sums += density @ part
            top += np.log(total)
            likelihood += top @ w
        return self._estimate(np.swapaxes(sums.reshape(k, starts, -1), 0, 1)), likelihood

    def blend(self, rows: Ints, own: float) -> Floats:
        """Return starting values: each class is the average of all rows, drawn towards one row; (starts, k)."""
        average = self.weights @ self.features / self.weights.sum()
        theta = self._estimate(own * self.features[rows] + (1 - own) * average)
        theta[..., 0] = 1 / rows.shape[1]
        return theta

    def subset(self, rows: Ints, weights: Floats) -> Engine:
        """Return the engine of some of the rows, with other weights."""
        smaller = copy.copy(self)
        smaller.features, smaller.weights = self.features[rows], weights
        smaller.row_base = self.row_base[rows]
        smaller.base = float(weights @ smaller.row_base)
        return smaller

    def degenerate(self, theta: Floats) -> NDArray[np.bool_]:
        """Return which starts have a class without people or without variation, (starts,)."""
        broken: NDArray[np.bool_] = (theta[..., 0] * self.weights.sum() < EMPTY).any(axis=1)
        for family, part in zip(self.families, self._parts, strict=True):
            broken |= family.degenerate(theta[..., part])
        return broken

    def legal(self, theta: Floats, before: Floats) -> Floats:
        """Bring extrapolated parameters back to where they are possible."""
        possible = np.empty_like(theta)
        shares = np.maximum(theta[..., 0], SHRINK * before[..., 0])
        possible[..., 0] = shares / shares.sum(axis=1, keepdims=True)
        for family, part in zip(self.families, self._parts, strict=True):
            possible[..., part] = family.legal(theta[..., part], before[..., part])
        return possible

    def _coefficients(self, theta: Floats) -> Floats:
        """Coefficients of all features, one row for each class of each start, classes outermost."""
        parts = [log(theta[..., :1])]
        parts += [family.natural(theta[..., part]) for family, part in zip(self.families, self._parts, strict=True)]
        together = np.swapaxes(np.concatenate(parts, axis=-1), 0, 1)
        return np.ascontiguousarray(together.reshape(-1, together.shape[-1]))

    def _estimate(self, sums: Floats) -> Floats:
        theta = np.empty((*sums.shape[:2], self.width))
        theta[..., 0] = sums[..., 0] / sums[..., 0].sum(axis=1, keepdims=True)
        for family, part, columns in zip(self.families, self._parts, self._columns, strict=True):
            theta[..., part] = family.estimate(sums[..., columns])
        return theta
