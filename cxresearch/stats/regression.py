"""Least squares with a covariance that suits the data: classical, HC3 or cluster-robust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import CONSTANT, Floats, codes_of, matrix, no_variance, numbers, too_few, wrong

ERRORS = ("ols", "hc3", "cluster")


@dataclass(frozen=True, kw_only=True, eq=False)
class LeastSquares:
    """Coefficients of a linear model and their covariance.

    Parameters
    ----------
    coefficients : ndarray, shape (p,)
    cov : ndarray, shape (p, p)
    df : float
        Residual degrees of freedom, or clusters - 1.
    n : int
    r2 : float
        Share of variance explained (the first column must be the constant).
    errors : {"ols", "hc3", "cluster"}

    Examples
    --------
    >>> fit = least_squares([[1, 0], [1, 1], [1, 2]], [1, 2, 4])
    >>> fit.coefficients.round(4).tolist(), round(fit.r2, 4)
    ([0.8333, 1.5], 0.9643)
    """

    coefficients: Floats
    cov: Floats
    df: float
    n: int
    r2: float
    errors: str


def least_squares(
    design: ArrayLike, y: ArrayLike, errors: str = "ols", clusters: ArrayLike | None = None
) -> LeastSquares:
    """Ordinary least squares by QR, with classical, HC3 or cluster-robust (CR1) covariance.

    Parameters
    ----------
    design : array_like, shape (n, p)
        Columns of the model; the constant is the caller's.
    y : array_like, shape (n,)
        Outcome.
    errors : {"ols", "hc3", "cluster"}
        Which covariance; "cluster" is meant where `clusters` are given.
    clusters : array_like, shape (n,), optional
        Cluster of each row.

    Returns
    -------
    LeastSquares

    Raises
    ------
    ArgumentError
        ``stats.errors``, missing values, unequal lengths.
    NotEnoughData
        ``stats.too-few`` when n <= p or below two clusters, ``stats.collinear`` when columns depend on each
        other, ``stats.no-variance`` for a constant outcome, ``stats.leverage`` for HC3 with a row that the
        model must fit exactly.

    References
    ----------
    MacKinnon & White 1985, J. Econometrics 29:305-325 (HC3); Liang & Zeger 1986, Biometrika 73:13-22, with
    the correction G / (G - 1) * (n - 1) / (n - p) and df = G - 1. As in R ``sandwich::vcovHC`` and ``vcovCL``.

    Examples
    --------
    >>> least_squares([[1, 0], [1, 1], [1, 2], [1, 4]], [1, 2, 4, 5], errors="hc3").df
    2.0
    """
    if clusters is not None:
        errors = "cluster"
    if errors not in ERRORS or (errors == "cluster" and clusters is None):
        raise ArgumentError(
            unknown_name("stats.errors", "kind of standard errors without clusters", errors, ERRORS[:2])
        )
    x, z = matrix(design, "design", columns=1), numbers(y, "y")
    n, p = x.shape
    if z.size != n:
        raise wrong("unequal-length", "Outcome and design must have equal length.", given=(z.size, n))
    if n <= p:
        raise too_few("too-few", "There are not more rows than coefficients.", given=n, allowed=f"more than {p}")
    size = np.sqrt(np.sum(x**2, axis=0))
    size[size == 0] = 1.0
    q, r = np.linalg.qr(x / size)
    singular = np.linalg.svd(r, compute_uv=False)
    if singular[-1] <= n * CONSTANT * singular[0]:
        raise too_few("collinear", "Columns of the model depend on each other.", allowed="independent columns")
    total = float(np.sum((z - z.mean()) ** 2))
    if np.sqrt(total / n) <= CONSTANT * float(np.abs(z).max()):
        raise no_variance("The outcome does not vary.")
    b = np.linalg.solve(r, q.T @ z)
    residual = z - q @ (r @ b)
    b = b + np.linalg.solve(r, q.T @ residual)  # one step of refinement
    residual = z - (x / size) @ b
    bread = np.linalg.solve(r, q.T)  # (p, n); its Gram matrix is the inverse of X'X
    meat, df = _scores(bread, q, residual, errors, clusters)
    cov = (meat @ meat.T) / np.outer(size, size)
    return LeastSquares(
        coefficients=b / size, cov=cov, df=df, n=n, r2=1 - float(residual @ residual) / total, errors=errors
    )


def _scores(
    bread: Floats, q: Floats, residual: Floats, errors: str, clusters: ArrayLike | None
) -> tuple[Floats, float]:
    """A matrix whose Gram matrix is the covariance, and the degrees of freedom."""
    p, n = bread.shape
    if errors == "ols":
        return bread * np.sqrt(float(residual @ residual) / (n - p)), float(n - p)
    if errors == "hc3":
        leverage = np.sum(q**2, axis=1)
        if leverage.max() > 1 - 1e-10:
            raise too_few("leverage", "One row alone decides a coefficient, so HC3 is not defined.")
        return bread * (residual / (1 - leverage)), float(n - p)
    codes, labels = codes_of(clusters, n, "clusters")
    g = len(labels)
    if g < 2:
        raise too_few("too-few", "There are too few clusters.", given=g, allowed="at least 2")
    sums = np.array([np.bincount(codes, weights=row) for row in bread * residual])
    return sums * np.sqrt(g / (g - 1) * (n - 1) / (n - p)), float(g - 1)
