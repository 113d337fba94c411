"""Correlations of what is seen and of the normal variables behind it, by Hermite polynomials."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from cxresearch.stats._check import Floats
from cxresearch.stats.structure.ladder import Ladder

#: Terms of the series; the rest matters for correlations near 1 only.
TERMS = 60
#: Latent correlations are sought up to here.
EDGE = 0.995
#: Least eigenvalue of a latent correlation matrix.
LEAST = 1e-4
#: Values of a column beyond this many are taken together for the series.
STEPS = 200


def correlations(ladder: Ladder, table: Floats) -> Floats:
    """Product-moment correlations over the people who answered both of two columns, weighted, (d, d).

    0 where a column is constant or a pair was never answered together.
    """
    weighted = table * ladder.weights[:, None]
    if ladder.complete:
        mean = weighted.sum(axis=0) / ladder.n
        covariance = weighted.T @ table / ladder.n - np.outer(mean, mean)
        variance = np.diag(covariance)[:, None], np.diag(covariance)[None, :]
    else:
        seen = ladder.answered[:, ladder.owner].astype(np.float64)
        pairs = np.maximum((seen * ladder.weights[:, None]).T @ seen, np.finfo(np.float64).tiny)
        mean = weighted.T @ seen / pairs
        square = (weighted * table).T @ seen / pairs - mean**2
        covariance = weighted.T @ table / pairs - mean * mean.T
        variance = square, square.T
    size = np.sqrt(np.maximum(variance[0] * variance[1], 0.0))
    r: Floats = np.divide(covariance, size, out=np.zeros_like(size), where=size > 1e-10)
    np.fill_diagonal(r, 1.0)
    return np.clip(r, -1.0, 1.0)


def coefficients(ladder: Ladder) -> Floats:
    """Normalised Hermite coefficients 1, 2, ... of the steps from a normal variable to the number seen, (d, TERMS).

    A category of a nominal column is taken as the upper part of a normal variable.
    """
    rows = []
    for margin, block, nominal in zip(ladder.margins, ladder.blocks, ladder.nominal, strict=True):
        if nominal:
            rows += [_series(np.array([1 - share]), np.array([1 / np.sqrt(share * (1 - share))])) for share in margin]
        else:
            rows.append(_series(np.cumsum(margin)[:-1], np.diff(block[:, 0])))
    return np.array(rows)


def visible(coefficient: Floats, latent: Floats) -> tuple[Floats, Floats]:
    """Return the correlations that normal variables with these correlations leave behind, and their slopes."""
    r, slope, power = np.zeros_like(latent), np.zeros_like(latent), np.ones_like(latent)
    for term in range(TERMS):
        product = np.outer(coefficient[:, term], coefficient[:, term])
        slope += product * (term + 1) * power
        power = power * latent
        r += product * power
    return r, slope


def latent_correlations(coefficient: Floats, seen: Floats) -> Floats:
    """Correlations of the normal variables behind correlations that are seen, pair by pair, by safe Newton steps.

    Not projected: see :func:`definite`.
    """
    low, high = np.full(seen.shape, -EDGE), np.full(seen.shape, EDGE)
    latent = np.clip(seen, -0.9, 0.9)
    for _ in range(60):
        r, slope = visible(coefficient, latent)
        low, high = np.where(r < seen, latent, low), np.where(r < seen, high, latent)
        step = latent + (seen - r) / np.maximum(slope, 1e-3)
        step = np.where((step <= low) | (step >= high), (low + high) / 2, step)
        if np.abs(step - latent).max() < 1e-10:
            break
        latent = step
    np.fill_diagonal(latent, 1.0)
    return latent


def definite(latent: Floats) -> Floats:
    """Lift small eigenvalues, so that the matrix can be drawn from (the nearest such matrix, rescaled)."""
    values, vectors = np.linalg.eigh(latent)
    if values[0] >= LEAST:
        return latent
    lifted = vectors * np.maximum(values, LEAST) @ vectors.T
    root = np.sqrt(np.diag(lifted))
    r: Floats = lifted / np.outer(root, root)
    return r


def _series(share: Floats, jump: Floats) -> Floats:
    """Coefficients of a variable that jumps where these shares lie below."""
    inside = (share > 0) & (share < 1)
    share, jump = share[inside], jump[inside]
    if not share.size:
        return np.zeros(TERMS)
    if share.size > STEPS:
        share, jump = _thinned(share, jump)
    return np.asarray(_hermite(ndtri(share)) @ jump)


def _hermite(cuts: Floats) -> Floats:
    """Coefficients of the steps from 0 to 1 at these cuts, (TERMS, cuts)."""
    polynomial = np.zeros((TERMS, cuts.size))
    polynomial[0], polynomial[1] = 1.0, cuts
    for term in range(1, TERMS - 1):
        polynomial[term + 1] = (cuts * polynomial[term] - np.sqrt(term) * polynomial[term - 1]) / np.sqrt(term + 1)
    density = np.exp(-(cuts**2) / 2) / np.sqrt(2 * np.pi)
    result: Floats = polynomial * density / np.sqrt(np.arange(1, TERMS + 1))[:, None]
    return result


def _thinned(share: Floats, jump: Floats) -> tuple[Floats, Floats]:
    """Put neighbouring jumps together at the middle of their shares."""
    group = (np.arange(share.size) * STEPS) // share.size
    first = np.flatnonzero(np.diff(group, prepend=-1))
    size = np.diff(np.append(first, share.size))
    return np.add.reduceat(share, first) / size, np.add.reduceat(jump, first)
