"""How a column is distributed within a class: everything the EM engine has to know about it.

Each family is linear in sufficient statistics: the log density of a row in a class is
the row's features times coefficients of that class.  So one matrix product gives the log densities of all rows in
all classes of all starts, and one more gives all weighted sums that new parameters are made of.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from cxresearch.stats._check import Floats, Ints

#: What stands for a probability or rate of 0 under a logarithm.
TINY = 1e-300
#: An extrapolation may at most shrink what must stay positive to this share of itself.
SHRINK = 0.1


class Family(Protocol):
    """Features of the rows, and the way between parameters and coefficients.

    Arrays of parameters have shape (starts, k, width), those of coefficients and sums (starts, k, d).
    """

    width: int
    features: Floats  # (rows, d)
    base: Floats  # (rows,): part of the log density that is the same in all classes

    def natural(self, theta: Floats) -> Floats:
        """Return the coefficients of each class."""

    def estimate(self, sums: Floats) -> Floats:
        """Return the parameters that fit the weighted sums of features."""

    def legal(self, theta: Floats, before: Floats) -> Floats:
        """Bring extrapolated parameters back to where they are possible, starting from possible ones."""

    def degenerate(self, theta: Floats) -> NDArray[np.bool_]:
        """Return which starts have a class without variation, (starts,)."""


def log(values: Floats) -> Floats:
    """Logarithm that takes 0 for something very small."""
    found: Floats = np.log(np.maximum(values, TINY))
    return found


class Categories:
    """Probabilities of the categories of one or many columns, independent within a class."""

    def __init__(self, codes: Ints, levels: tuple[int, ...]) -> None:
        self.levels = levels
        self.first = np.concatenate([[0], np.cumsum(levels)]).astype(np.intp)
        self.width = int(self.first[-1])
        self.features = np.zeros((codes.shape[0], self.width))
        row, item = np.nonzero(codes >= 0)
        self.features[row, self.first[item] + codes[row, item]] = 1.0
        self.base = np.zeros(codes.shape[0])

    def natural(self, theta: Floats) -> Floats:
        return log(theta)

    def estimate(self, sums: Floats) -> Floats:
        return self._normalised(sums)

    def legal(self, theta: Floats, before: Floats) -> Floats:
        return self._normalised(np.maximum(theta, SHRINK * before))

    def degenerate(self, theta: Floats) -> NDArray[np.bool_]:
        return np.zeros(theta.shape[0], dtype=bool)

    def _normalised(self, positive: Floats) -> Floats:
        answers = np.add.reduceat(positive, self.first[:-1], axis=-1)
        unseen = answers <= TINY  # nobody of this class answered: nothing is known
        if unseen.any():
            positive = np.where(np.repeat(unseen, self.levels, axis=-1), 1.0, positive)
            answers = np.where(unseen, self.levels, answers)
        share: Floats = positive / np.repeat(answers, self.levels, axis=-1)
        return share


class Poisson:
    """Rates of counts, in units of the overall rate."""

    def __init__(self, counts: Floats, scale: Floats) -> None:
        self.scale = scale
        self.width = counts.shape[1]
        seen = ~np.isnan(counts)
        value = np.where(seen, counts, 0.0)
        self.features = np.hstack([value, seen.astype(np.float64)])
        self.base = np.where(seen, value * np.log(scale) - special.gammaln(value + 1), 0.0).sum(axis=1)

    def natural(self, theta: Floats) -> Floats:
        return np.concatenate([log(theta), -theta * self.scale], axis=-1)

    def estimate(self, sums: Floats) -> Floats:
        value, seen = sums[..., : self.width], sums[..., self.width :]
        rate: Floats = np.where(seen > TINY, value / np.maximum(seen, TINY) / self.scale, 1.0)
        return rate

    def legal(self, theta: Floats, before: Floats) -> Floats:
        return np.maximum(theta, SHRINK * before)

    def degenerate(self, theta: Floats) -> NDArray[np.bool_]:
        return np.zeros(theta.shape[0], dtype=bool)
