"""Bivariate normal probabilities and the one-parameter likelihood of many ordinal tables at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, owens_t

from cxresearch.stats._check import Floats, Ints

#: Stands for infinity as a threshold; the normal tail there is zero in double precision.
FAR = 40.0
#: Largest correlation that is tried; an estimate that ends here has left the inside of the interval.
EDGE = 1.0 - 1e-6
#: Information per respondent below which a likelihood counts as flat; .01 is little for real tables.
FLAT = 1e-6


def bivariate_normal(h: Floats, k: Floats, rho: Floats) -> Floats:
    """P(X < h, Y < k) for standard normals with correlation rho, by Owen's T (Owen 1956), |rho| < 1."""
    h = np.where(h == 0, 1e-300, h)
    k = np.where(k == 0, 1e-300, k)
    root = np.sqrt((1 - rho) * (1 + rho))
    with np.errstate(over="ignore"):
        to_h, to_k = (k / h - rho) / root, (h / k - rho) / root
    opposite = np.where((h < 0) != (k < 0), 0.5, 0.0)
    result: Floats = 0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, to_h) - owens_t(k, to_k) - opposite
    return result


def bivariate_density(h: Floats, k: Floats, rho: Floats) -> Floats:
    """Density of two standard normals with correlation rho: the derivative of their distribution in rho."""
    rest = (1 - rho) * (1 + rho)
    result: Floats = np.exp(-(h**2 - 2 * rho * h * k + k**2) / (2 * rest)) / (2 * np.pi * np.sqrt(rest))
    return result


def cells(rho: Floats, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Cell probabilities of P tables and their derivatives in rho.

    rho is (P,); rows and columns are (P, C - 1) thresholds, padded with FAR.
    """
    tables, cuts = rows.shape
    h, k = rows[:, :, None], columns[:, None, :]
    inside = np.broadcast_to(rho[:, None, None], (tables, cuts, cuts))
    below = np.zeros((tables, cuts + 2, cuts + 2))
    slope = np.zeros_like(below)
    below[:, 1:-1, 1:-1] = bivariate_normal(h, k, inside)
    slope[:, 1:-1, 1:-1] = bivariate_density(h, k, inside)
    below[:, 1:-1, -1] = ndtr(rows)
    below[:, -1, 1:-1] = ndtr(columns)
    below[:, -1, -1] = 1.0
    return (
        np.diff(np.diff(below, axis=1), axis=2),
        np.diff(np.diff(slope, axis=1), axis=2),
    )


class Fitted(NamedTuple):
    """Correlations of P tables."""

    rho: Floats
    converged: bool
    at_edge: Ints  # tables whose likelihood still rises at the edge of the interval; their rho is 1 or -1


def fit_tables(counts: Floats, rows: Floats, columns: Floats, start: Floats) -> Fitted:
    """Maximise every table's likelihood over rho by Fisher scoring inside a shrinking bracket."""
    low, high = np.full(start.shape, -EDGE), np.full(start.shape, EDGE)
    rho = np.clip(start, -0.9, 0.9)
    total = counts.sum(axis=(1, 2))
    curvature = np.full(start.shape, np.inf)
    live = np.arange(rho.size)
    for _ in range(100):
        p, slope = cells(rho[live], rows[live], columns[live])
        p = np.maximum(p, 1e-15)
        score = (counts[live] * slope / p).sum(axis=(1, 2)) / total[live]
        information = (slope**2 / p).sum(axis=(1, 2))
        curvature[live] = information
        up = score > 0
        low[live], high[live] = np.where(up, rho[live], low[live]), np.where(up, high[live], rho[live])
        step = rho[live] + score / np.maximum(information, 1e-12)
        outside = (step <= low[live]) | (step >= high[live])
        new = np.where(outside, (low[live] + high[live]) / 2, step)
        moved = np.abs(new - rho[live])
        rho[live] = new
        live = live[moved > 1e-11]
        if not live.size:
            break
    # towards an empty corner the likelihood rises ever more slowly and flattens out before it reaches the edge
    at_edge: Ints = np.flatnonzero((np.abs(rho) > EDGE - 1e-9) | (curvature < FLAT))
    rho[at_edge] = np.sign(rho[at_edge])
    return Fitted(rho, not live.size, at_edge)
