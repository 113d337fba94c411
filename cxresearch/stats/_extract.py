"""Extraction of common factors from a correlation matrix: least squares (minres) and maximum likelihood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from cxresearch.stats._check import Floats

Method = Literal["minres", "ml"]

#: A uniqueness is not allowed below this (as in R's factanal and psych).
LEAST_UNIQUENESS = 0.005
_STEPS, _TOLERANCE, _CLOSE = 500, 1e-10, 1e-6

#: (variables, correlations, factors) -> value, slope (k,), curvature (k, k)
Objective = Callable[[Floats, Floats, int], tuple[float, Floats, Floats]]


class Extracted(NamedTuple):
    """Unrotated loadings."""

    loadings: Floats  # (k, m), orthogonal
    uniquenesses: Floats  # (k,), at the bound where a Heywood case is held off
    converged: bool
    iterations: int


def extract(r: Floats, factors: int, method: Method) -> Extracted:
    """Find the uniquenesses by projected Newton steps, then the loadings from the leading eigenvectors."""
    start = np.clip(_start(r), LEAST_UNIQUENESS, 1.0)
    if method == "minres":
        psi, converged, steps = _minimise(_least_squares, r, factors, start, LEAST_UNIQUENESS, 1.0)
        values, vectors = np.linalg.eigh(r - np.diag(psi))
        loadings = vectors[:, ::-1][:, :factors] * np.sqrt(np.maximum(values[::-1][:factors], 0.0))
    else:
        log_psi, converged, steps = _minimise(
            _likelihood, r, factors, np.log(start), float(np.log(LEAST_UNIQUENESS)), 0.0
        )
        psi = np.exp(log_psi)
        root = np.sqrt(psi)
        values, vectors = np.linalg.eigh(r / np.outer(root, root))
        scale = np.sqrt(np.maximum(values[::-1][:factors] - 1.0, 0.0))
        loadings = root[:, None] * vectors[:, ::-1][:, :factors] * scale
    return Extracted(loadings, psi, converged, steps)


def _minimise(
    objective: Objective, r: Floats, factors: int, x: Floats, low: float, high: float
) -> tuple[Floats, bool, int]:
    """Newton steps on the variables that are free of their bounds, halved until the objective falls."""
    f, slope, curve = objective(x, r, factors)
    length = np.inf
    for step in range(_STEPS):
        free = ~((x <= low) & (slope > 0) | (x >= high) & (slope < 0))
        length = float(np.abs(slope[free]).max(initial=0.0))
        if length < _TOLERANCE:
            return x, True, step
        inner = curve[np.ix_(free, free)]
        values, vectors = np.linalg.eigh(inner)
        values = np.maximum(np.abs(values), 1e-6 * max(float(np.abs(values).max()), 1e-6))
        move = np.zeros_like(x)
        move[free] = -(vectors @ ((vectors.T @ slope[free]) / values))
        size = 1.0
        while size > 1e-10:
            new = np.clip(x + size * move, low, high)
            new_f, new_slope, new_curve = objective(new, r, factors)
            if new_f <= f + 1e-4 * float(slope @ (new - x)) + 1e-14 * (1 + abs(f)):  # the last: rounding
                break
            size /= 2
        else:  # nothing falls any more: the limit of rounding, if the slope is small
            return x, length < _CLOSE, step
        x, f, slope, curve = new, new_f, new_slope, new_curve
    return x, length < _CLOSE, _STEPS


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


def _least_squares(psi: Floats, r: Floats, factors: int) -> tuple[float, Floats, Floats]:
    """Half the squared residuals, slope and curvature in the uniquenesses (Harman & Jones 1966; Joreskog 1977)."""
    values, vectors = np.linalg.eigh(r - np.diag(psi))
    rest = values.copy()
    rest[-factors:] = np.minimum(rest[-factors:], 0.0)
    slope: Floats = -(vectors**2 @ rest)
    small, large = values[:-factors, None], values[None, -factors:]
    w = vectors[:, :-factors]
    curve = (w @ w.T) ** 2 + _across(vectors, 2 * small / _apart(small, large))
    return float(0.5 * (rest**2).sum()), slope, curve


def _likelihood(log_psi: Floats, r: Floats, factors: int) -> tuple[float, Floats, Floats]:
    """Discrepancy of maximum likelihood, slope and curvature in the log uniquenesses (Joreskog 1967, 1977)."""
    root = np.exp(log_psi / 2)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    values = np.maximum(values, 1e-12)
    rest = values.copy()
    rest[-factors:] = np.minimum(rest[-factors:], 1.0)
    slope: Floats = vectors**2 @ (1.0 - rest)
    small, large = values[:-factors, None], values[None, -factors:]
    w = vectors[:, :-factors]
    curve = (w * small[:, 0] @ w.T) * (w @ w.T)
    curve = curve + _across(vectors, (small - 1) * (small + large) / _apart(small, large))
    return float((rest - np.log(rest) - 1.0).sum()), slope, curve


def _apart(small: Floats, large: Floats) -> Floats:
    """Gaps between left-out and kept eigenvalues, away from zero."""
    gaps: Floats = np.minimum(small - large, -1e-8)
    return gaps


def _across(vectors: Floats, share: Floats) -> Floats:
    """Sum of share[j, l] w_sj w_tj w_sl w_tl over left-out eigenvectors j and kept ones l."""
    rest, kept = share.shape
    w, top = vectors[:, :rest], vectors[:, rest:]
    total = np.zeros((vectors.shape[0], vectors.shape[0]))
    for column in range(kept):
        total += np.outer(top[:, column], top[:, column]) * (w * share[:, column] @ w.T)
    return total
