"""Starting values that know the direction of every item, so that reverse-keyed items reach the same optimum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cxresearch.stats._check import Floats
from cxresearch.stats.cfa.model import Layout, Table
from cxresearch.stats.cfa.saturated import Saturated

#: How many times a fit is tried from perturbed starting values before it is given up.
RETRIES = 2


def starts(parameters: Table, ends: tuple[Saturated, ...], near: Floats | None = None) -> Iterator[Floats]:
    """Free parameters to start from, best guess first.

    Parameters
    ----------
    parameters : Table
    ends : tuple of Saturated
        Unrestricted moments of every group.
    near : array, shape (groups, size), optional
        The solution of a similar model.
    """
    if near is not None:
        yield _with_means(parameters, near, ends)
    cold = np.array([one_group(parameters.layout, end) for end in ends])
    yield _with_means(parameters, cold, ends)
    yield _with_means(parameters, _humble(parameters.layout, cold, ends), ends)
    rng = np.random.default_rng(1904)
    at = parameters.layout.at
    for _ in range(RETRIES):
        full = cold.copy()
        loadings, residuals = full[:, at["loading"]], full[:, at["residual"]]
        loadings *= rng.uniform(0.5, 1.5, loadings.shape)
        residuals *= rng.uniform(0.5, 1.5, residuals.shape)
        yield _with_means(parameters, full, ends)


def one_group(layout: Layout, end: Saturated) -> Floats:
    """Parameters of one group from a one-factor solution of every construct.

    Loadings come from principal axes of each construct's items, latent correlations from those
    between the items of two constructs.

    Examples
    --------
    >>> layout = Layout(items=("a", "b", "c"), constructs=("f",), factor=np.zeros(3, dtype=int))
    >>> cov = np.array([[1, -0.5, 0.5], [-0.5, 1, -0.5], [0.5, -0.5, 1]])
    >>> end = Saturated(mean=np.zeros(3), cov=cov, deviance=0.0, deviance_independent=0.0, converged=True)
    >>> one_group(layout, end)[:3].round(6).tolist()
    [1.0, -1.0, 1.0]
    """
    sd = np.sqrt(np.diag(end.cov))
    cor = end.cov / np.outer(sd, sd)
    matrix = np.zeros((layout.p, layout.m))
    for f in range(layout.m):
        own = np.flatnonzero(layout.factor == f)
        matrix[own, f] = _one_factor(cor[np.ix_(own, own)])
    among = _latent_correlations(matrix, cor)
    strength = matrix.sum(axis=1)
    unit = (strength * sd)[layout.markers]
    full = np.zeros(layout.size)
    full[layout.at["loading"]] = strength * sd / unit[layout.factor]
    full[layout.at["intercept"]] = end.mean
    full[layout.at["residual"]] = np.where(
        np.isin(np.arange(layout.p), layout.lone), 0.0, (1 - np.minimum(strength**2, 0.9)) * sd**2
    )
    rows, columns = layout.latent_pairs
    full[layout.at["covariance"]] = (among * np.outer(unit, unit))[rows, columns]
    return full


def _humble(layout: Layout, cold: Floats, ends: tuple[Saturated, ...]) -> Floats:
    """Weak uncorrelated constructs, from which searches start that else run off towards infinity."""
    full, at = cold.copy(), layout.at
    rows, columns = layout.latent_pairs
    full[:, at["covariance"]] = np.where(rows == columns, 0.05, 0.0)
    full[:, at["loading"]] = np.clip(full[:, at["loading"]], -2.0, 2.0)
    for row, end in zip(full, ends, strict=True):
        row[at["residual"]] = np.where(row[at["residual"]] > 0, np.diag(end.cov) / 2, 0.0)
    return full


def _one_factor(cor: Floats) -> Floats:
    """Loadings of one factor by principal axes, kept away from 0 and 1 and signed like the first item."""
    k = cor.shape[0]
    if k == 1:
        return np.ones(1)
    off = np.abs(cor - np.eye(k))
    shared = np.clip(off.max(axis=1), 0.05, 0.9)
    loadings: Floats = np.sqrt(shared)
    for _ in range(20):
        values, vectors = np.linalg.eigh(cor - np.eye(k) + np.diag(shared))
        loadings = vectors[:, -1] * np.sqrt(max(values[-1], 0.05))
        shared = np.clip(loadings**2, 0.02, 0.9)
    loadings = np.clip(loadings, -0.95, 0.95)
    if loadings[0] < 0:
        loadings = -loadings
    loadings[0] = max(loadings[0], 0.15, 0.2 * float(np.abs(loadings).max()))
    return loadings


def _latent_correlations(matrix: Floats, cor: Floats) -> Floats:
    size = (matrix**2).sum(axis=0)
    among = (matrix.T @ cor @ matrix) / np.outer(size, size)
    np.fill_diagonal(among, 0.0)
    among = np.clip(among, -0.9, 0.9)
    while np.linalg.eigvalsh(among)[0] < -0.95:
        among *= 0.8
    np.fill_diagonal(among, 1.0)
    return among


def _with_means(parameters: Table, full: Floats, ends: tuple[Saturated, ...]) -> Floats:
    """Free parameters from those of every group, with latent means and intercepts that fit the item means."""
    layout = parameters.layout
    at = layout.at
    if (parameters.index[:, at["mean"]] < 0).all():
        return parameters.gather(full)
    full = parameters.expand(parameters.gather(full))
    for g, end in enumerate(ends):
        matrix = layout.loading_matrix(full[g])
        shift = matrix.T @ (end.mean - ends[0].mean) / (matrix**2).sum(axis=0)
        full[g, at["mean"]] = shift if g else 0.0
        full[g, at["intercept"]] = end.mean - matrix @ full[g, at["mean"]]
    return parameters.gather(full)
