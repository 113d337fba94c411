"""Extraction of common factors from a correlation matrix: least squares (minres) and maximum likelihood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy import optimize

from cxresearch.stats._check import Floats

Method = Literal["minres", "ml"]

#: A uniqueness is not allowed below this (as in R's factanal and psych).
LEAST_UNIQUENESS = 0.005


class Extracted(NamedTuple):
    """Unrotated loadings."""

    loadings: Floats  # (k, m), orthogonal
    uniquenesses: Floats  # (k,), at the bound where a Heywood case is held off
    converged: bool
    iterations: int


def extract(r: Floats, factors: int, method: Method) -> Extracted:
    """Find the uniquenesses by bounded quasi-Newton, then the loadings from the leading eigenvectors."""
    objective = _least_squares if method == "minres" else _likelihood
    start = np.clip(_start(r), LEAST_UNIQUENESS, 1.0)
    psi, steps = _minimise(objective, r, factors, start)
    value, slope = objective(psi, r, factors)
    held = (psi <= LEAST_UNIQUENESS * 1.0001) & (slope > 0) | (psi >= 1.0) & (slope < 0)
    converged = bool(np.abs(np.where(held, 0.0, slope) * psi).max() < 1e-5)
    if method == "minres":
        values, vectors = np.linalg.eigh(r - np.diag(psi))
        loadings = vectors[:, ::-1][:, :factors] * np.sqrt(np.maximum(values[::-1][:factors], 0.0))
    else:
        root = np.sqrt(psi)
        values, vectors = np.linalg.eigh(r / np.outer(root, root))
        scale = np.sqrt(np.maximum(values[::-1][:factors] - 1.0, 0.0))
        loadings = root[:, None] * vectors[:, ::-1][:, :factors] * scale
    return Extracted(loadings, psi, converged, steps)


def _minimise(
    objective: Callable[[Floats, Floats, int], tuple[float, Floats]], r: Floats, factors: int, start: Floats
) -> tuple[Floats, int]:
    found = optimize.minimize(
        objective,
        start,
        args=(r, factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * start.size,
        options={"maxiter": 2000, "maxfun": 5000, "maxcor": 30, "ftol": 1e-16, "gtol": 1e-9},
    )
    psi: Floats = found.x
    return psi, int(found.nit)


def _start(r: Floats) -> Floats:
    """One minus the squared multiple correlations; a half where the matrix cannot be inverted."""
    try:
        diagonal = np.diag(np.linalg.inv(r))
    except np.linalg.LinAlgError:
        diagonal = np.full(r.shape[0], 2.0)
    if (diagonal < 1 - 1e-8).any() or not np.isfinite(diagonal).all():
        diagonal = np.full(r.shape[0], 2.0)
    start: Floats = 1.0 / np.maximum(diagonal, 1.0)
    return start


def _least_squares(psi: Floats, r: Floats, factors: int) -> tuple[float, Floats]:
    """Half the squared residuals and their slope in the uniquenesses (Harman & Jones 1966; Joreskog 1977)."""
    values, vectors = np.linalg.eigh(r - np.diag(psi))
    rest = values.copy()
    rest[-factors:] = np.minimum(rest[-factors:], 0.0)
    slope: Floats = -(vectors**2 @ rest)
    return float(0.5 * (rest**2).sum()), slope


def _likelihood(psi: Floats, r: Floats, factors: int) -> tuple[float, Floats]:
    """Discrepancy of maximum likelihood and its slope in the uniquenesses (Joreskog 1967)."""
    root = np.sqrt(psi)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    values = np.maximum(values, 1e-12)
    rest = values.copy()
    rest[-factors:] = np.minimum(rest[-factors:], 1.0)
    slope: Floats = -(vectors**2 @ (rest - 1.0)) / psi
    return float((rest - np.log(rest) - 1.0).sum()), slope
