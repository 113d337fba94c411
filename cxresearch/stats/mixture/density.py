"""How likely a person's answers are in each class: only what was answered counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from cxresearch.stats._check import Floats
from cxresearch.stats.mixture.family import log
from cxresearch.stats.mixture.indicators import Indicators


@dataclass(frozen=True, kw_only=True, eq=False)
class Classes:
    """Parameters of k classes in the units of the data.

    Parameters
    ----------
    shares : ndarray, shape (k,)
    probabilities : tuple of ndarray, shapes (k, levels)
    means : ndarray, shape (k, q)
    covariances : ndarray, shape (k, q, q)
        A column that is constant in the data has variance 0 and says nothing about anybody.
    rates : ndarray, shape (k, r)
    """

    shares: Floats
    probabilities: tuple[Floats, ...]
    means: Floats
    covariances: Floats
    rates: Floats


def posterior(classes: Classes, people: Indicators) -> tuple[Floats, Floats]:
    """Return the probability of each class given the answers, (n, k), and the log density of the answers, (n,).

    Examples
    --------
    >>> half = Classes(shares=np.array([0.5, 0.5]), probabilities=(np.array([[0.9, 0.1], [0.2, 0.8]]),),
    ...                means=np.empty((2, 0)), covariances=np.empty((2, 0, 0)), rates=np.empty((2, 0)))
    >>> found, density = posterior(half, Indicators.of(categorical=[[1], [-1]], newcomers=True))
    >>> found.round(3).tolist(), np.exp(density).round(3).tolist()
    ([[0.111, 0.889], [0.5, 0.5]], [0.45, 1.0])
    """
    joint = log(classes.shares) + log_densities(classes, people)
    top = joint.max(axis=1, keepdims=True)
    share = np.exp(joint - top)
    total = share.sum(axis=1, keepdims=True)
    return share / total, (top + np.log(total))[:, 0]


def log_densities(classes: Classes, people: Indicators) -> Floats:
    """Return the log density of each person's answers in each class, (n, k); 0 for a person without answers."""
    found = np.zeros((people.n, classes.shares.size))
    for codes, probability in zip(people.categorical.T, classes.probabilities, strict=True):
        by_code = np.vstack([log(probability).T, np.zeros(classes.shares.size)])  # the last row is for code -1
        found += by_code[codes]
    if people.r:
        seen = ~np.isnan(people.counts)
        value = np.where(seen, people.counts, 0.0)
        found += value @ log(classes.rates).T - seen @ classes.rates.T
        found -= np.where(seen, special.gammaln(value + 1), 0.0).sum(axis=1, keepdims=True)
    return found + _normal(classes, people.numeric)


def _normal(classes: Classes, values: Floats) -> Floats:
    found = np.zeros((values.shape[0], classes.shares.size))
    varying = np.asarray(np.diagonal(classes.covariances, axis1=1, axis2=2).all(axis=0))
    if not varying.any():
        return found
    if _uncorrelated(classes.covariances):
        return _independent(classes, values[:, varying], varying)
    seen, which = np.unique(~np.isnan(values) & varying, axis=0, return_inverse=True)
    which = which.ravel()
    for pattern, columns in enumerate(seen):
        if not columns.any():
            continue
        rows = np.flatnonzero(which == pattern)
        for c, (mean, covariance) in enumerate(zip(classes.means, classes.covariances, strict=True)):
            root = np.linalg.cholesky(covariance[np.ix_(columns, columns)])
            around = values[np.ix_(rows, columns)] - mean[columns]
            z = linalg.solve_triangular(root, around.T, lower=True)
            found[rows, c] = -0.5 * (z**2).sum(axis=0) - np.log(np.diag(root)).sum()
        found[rows] -= 0.5 * columns.sum() * np.log(2 * np.pi)
    return found


def _uncorrelated(covariances: Floats) -> bool:
    return not (covariances * ~np.eye(covariances.shape[1], dtype=bool)).any()


def _independent(classes: Classes, values: Floats, varying: NDArray[np.bool_]) -> Floats:
    """Log densities of columns that are independent within the classes, whatever is missing."""
    missing = np.isnan(values)
    found = np.zeros((values.shape[0], classes.shares.size))
    for c, (mean, covariance) in enumerate(zip(classes.means, classes.covariances, strict=True)):
        variance = np.diag(covariance)[varying]
        each = -0.5 * ((values - mean[varying]) ** 2 / variance + np.log(2 * np.pi * variance))
        found[:, c] = np.where(missing, 0.0, each).sum(axis=1)
    return found
