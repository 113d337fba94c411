"""From columns to families and back: standardisation, covariance model, number of parameters."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._check import Floats, wrong
from cxresearch.stats.mixture.density import Classes
from cxresearch.stats.mixture.em import Engine
from cxresearch.stats.mixture.family import Categories, Family, Poisson
from cxresearch.stats.mixture.gaussian import Diagonal, Full
from cxresearch.stats.mixture.patterns import Patterns

#: Covariance models by name, with the names of mclust.
COVARIANCES = {"diagonal": "VVI", "equal_diagonal": "EEI", "spherical": "VII", "full": "VVV", "equal_full": "EEE"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Specification:
    """What is fitted: the columns of some data under a covariance model.

    Parameters
    ----------
    levels : tuple of int
    categories : int
        Categories that somebody chose, less one for each column: free probabilities of a class.
    covariance : str
    centre, scale : ndarray, shape (q,)
        Standardise the numeric columns.
    varying : ndarray of bool, shape (q,)
        Numeric columns that are not constant; only these enter the likelihood.
    rate : ndarray, shape (r,)
        Overall rates of the counts.
    """

    levels: tuple[int, ...]
    categories: int
    covariance: str
    centre: Floats
    scale: Floats
    varying: NDArray[np.bool_]
    rate: Floats

    @classmethod
    def of(cls, data: Patterns, covariance: str) -> Specification:
        """Look at the data once."""
        rows, w = data.rows, data.weights[:, None]
        seen = ~np.isnan(rows.numeric)
        total = np.maximum((w * seen).sum(axis=0), 1e-300)
        value = np.where(seen, rows.numeric, 0.0)
        start = np.array([column[s][0] if s.any() else 0.0 for column, s in zip(value.T, seen.T, strict=True)])
        centre = start + np.where(seen, w * (rows.numeric - start), 0.0).sum(axis=0) / total
        variance = np.where(seen, w * (rows.numeric - centre) ** 2, 0.0).sum(axis=0) / total
        varying = np.sqrt(variance) > 1e-12 * np.maximum(np.abs(centre), 1e-300)
        if covariance == "spherical" and varying.any():
            variance = np.where(varying, variance[varying].mean(), variance)
        if covariance in ("full", "equal_full"):
            _check_complete(seen[:, varying])
        counted = ~np.isnan(rows.counts)
        rate = np.where(counted, w * rows.counts, 0.0).sum(axis=0) / np.maximum((w * counted).sum(axis=0), 1e-300)
        chosen = [np.unique(column[column >= 0]).size for column in rows.categorical.T]
        return cls(
            levels=rows.levels,
            categories=int(sum(max(c - 1, 0) for c in chosen)),
            covariance=covariance,
            centre=centre,
            scale=np.where(varying, np.sqrt(variance), 1.0),
            varying=varying,
            rate=np.where(rate > 0, rate, 1.0),
        )

    def engine(self, data: Patterns) -> Engine:
        """Return the engine for these data."""
        families: list[Family] = []
        if self.levels:
            families.append(Categories(data.rows.categorical, self.levels))
        if self.varying.any():
            scale = self.scale[self.varying]
            values = (data.rows.numeric[:, self.varying] - self.centre[self.varying]) / scale
            if self.covariance in ("full", "equal_full"):
                families.append(Full(values, scale, equal=self.covariance == "equal_full"))
            else:
                equal, spherical = self.covariance == "equal_diagonal", self.covariance == "spherical"
                families.append(Diagonal(values, scale, equal=equal, spherical=spherical))
        if self.rate.size:
            families.append(Poisson(data.rows.counts, self.rate))
        return Engine(families, data.weights)

    def n_parameters(self, k: int) -> int:
        """Return the number of free parameters of k classes."""
        q = int(self.varying.sum())
        spread = {
            "diagonal": k * q,
            "equal_diagonal": q,
            "spherical": k * (q > 0),
            "full": k * q * (q + 1) // 2,
            "equal_full": q * (q + 1) // 2,
        }[self.covariance]
        return k - 1 + k * (self.categories + q + self.rate.size) + spread

    def classes(self, theta: Floats) -> Classes:
        """Turn the engine's parameters of one start, (k, width), into those of the data."""
        k, q, r = theta.shape[0], int(self.varying.sum()), self.rate.size
        ends = np.cumsum([1, *self.levels])
        mean = np.tile(self.centre, (k, 1))
        covariance = np.zeros((k, self.varying.size, self.varying.size))
        numeric, scale = theta[:, ends[-1] : theta.shape[1] - r], self.scale[self.varying]
        if q:
            mean[:, self.varying] += numeric[:, :q] * scale
            if self.covariance in ("full", "equal_full"):
                block = numeric[:, q:].reshape(k, q, q)
            else:
                block = numeric[:, q:, None] * np.eye(q)
            which = np.flatnonzero(self.varying)
            covariance[:, which[:, None], which] = block * np.outer(scale, scale)
        return Classes(
            shares=theta[:, 0].copy(),
            probabilities=tuple(theta[:, a:b].copy() for a, b in itertools.pairwise(ends)),
            means=mean,
            covariances=covariance,
            rates=theta[:, theta.shape[1] - r :] * self.rate,
        )

    def theta(self, classes: Classes) -> Floats:
        """Turn parameters of the data into those of the engine, (1, k, width)."""
        parts = [classes.shares[:, None], *classes.probabilities]
        if self.varying.any():
            scale = self.scale[self.varying]
            parts.append((classes.means - self.centre)[:, self.varying] / scale)
            block = classes.covariances[:, self.varying][:, :, self.varying] / np.outer(scale, scale)
            full = self.covariance in ("full", "equal_full")
            parts.append(block.reshape(len(block), -1) if full else np.diagonal(block, axis1=1, axis2=2))
        parts.append(classes.rates / self.rate)
        return np.concatenate(parts, axis=1)[None]


def _check_complete(seen: NDArray[np.bool_]) -> None:
    partly = int((seen.any(axis=1) & ~seen.all(axis=1)).sum())
    if partly:
        raise wrong(
            "covariance",
            "A full covariance needs people who answered all numeric columns or none of them.",
            given=f"{partly} different rows with some of them",
            allowed="diagonal, equal_diagonal or spherical, which let unanswered columns drop out",
            do="Use covariance='diagonal', or leave the column with the holes out.",
        )
