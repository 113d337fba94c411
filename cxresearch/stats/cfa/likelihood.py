"""The normal likelihood of one group and its first and second derivatives, complete or casewise.

Every derivative of the covariance matrix by a parameter is a sum of outer products ``u v' + v u'`` of few
vectors (unit vectors, loadings, loadings times latent covariances), so that all second derivatives are read
off small matrices of products of these vectors. All quantities are per respondent: the *deviance* is minus
twice the log-likelihood, the *information* minus its second derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.cfa.model import Layout
from cxresearch.stats.cfa.patterns import Patterns

LOG_2PI = float(np.log(2 * np.pi))

#: Patterns of missing answers taken at a time.
CHUNK = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class AtMoments:
    """The likelihood at one mean vector and covariance matrix.

    Parameters
    ----------
    deviance : float
        Minus twice the log-likelihood per respondent, constants included.
    shares : array, shape (k,)
    inverse : array, shape (k, p, p)
        Inverse of the covariance matrix of the answered items, 0 elsewhere.
    between : array, shape (k, p, p)
        Inverse times mean squares around the model's means times inverse.
    pull : array, shape (k, p)
        Inverse times deviation of the means.
    """

    deviance: float
    shares: Floats
    inverse: Floats
    between: Floats
    pull: Floats

    @property
    def by_mean(self) -> Floats:
        """Gradient of the deviance by the means."""
        gradient: Floats = -2 * self.shares @ self.pull
        return gradient

    @property
    def by_cov(self) -> Floats:
        """Gradient of the deviance by the covariance matrix, every entry on its own."""
        gradient: Floats = np.tensordot(self.shares, self.inverse - self.between, axes=1)
        return gradient


def at_moments(data: Patterns, mean: Floats, cov: Floats) -> AtMoments | None:
    """Evaluate the likelihood; None where the covariance matrix is not positive definite."""
    both = data.pairs_seen
    padded = cov * both
    diagonal = np.arange(data.p)
    padded[:, diagonal, diagonal] += 1 - data.seen
    try:
        root = np.linalg.cholesky(padded)
        inverse = np.linalg.inv(padded) * both
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(root).all():
        return None
    inverse = (inverse + inverse.transpose(0, 2, 1)) / 2
    away = (data.means - mean) * data.seen
    squares = data.covs + away[:, :, None] * away[:, None, :]
    log_det = 2 * np.log(root[:, diagonal, diagonal]).sum(axis=1)
    fit = (inverse * squares).sum(axis=(1, 2))
    constant = data.seen.sum(axis=1) * LOG_2PI
    return AtMoments(
        deviance=float(data.shares @ (log_det + fit + constant)),
        shares=data.shares,
        inverse=inverse,
        between=inverse @ squares @ inverse,
        pull=np.matmul(inverse, away[:, :, None])[:, :, 0],
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """Derivatives of the model-implied moments by all parameters of a group, free or not.

    Parameters
    ----------
    layout : Layout
    full : array
        The parameters.
    mean : array, shape (p, size)
        Derivatives of the means.
    vectors : array, shape (p, p + 2 m)
        Unit vectors, loadings times latent covariances, loadings.
    one, two : array of int
        For every parameter of the covariances, the columns u and v of `vectors` with derivative
        ``factor * (u v' + v u')``.
    factor : array
    places : array of int
        Where these parameters stand among all.
    """

    layout: Layout
    full: Floats
    mean: Floats
    vectors: Floats
    one: Ints
    two: Ints
    factor: Floats
    places: Ints


def slopes_at(layout: Layout, full: Floats) -> Slopes:
    """Differentiate the model-implied moments."""
    p, m, at = layout.p, layout.m, layout.at
    loadings, phi = layout.loading_matrix(full), layout.latent_covariance(full)
    items = np.arange(p)
    mean = np.zeros((p, layout.size))
    mean[items, items] = full[at["mean"]][layout.factor]
    mean[items, at["intercept"].start + items] = 1.0
    mean[:, at["mean"]] = loadings
    f, g = layout.latent_pairs
    return Slopes(
        layout=layout,
        full=full,
        mean=mean,
        vectors=np.hstack([np.eye(p), loadings @ phi, loadings]),
        one=np.concatenate([items, items, p + m + f]),
        two=np.concatenate([p + layout.factor, items, p + m + g]),
        factor=np.concatenate([np.ones(p), np.full(p, 0.5), np.where(f == g, 0.5, 1.0)]),
        places=np.concatenate([items, at["residual"].start + items, at["covariance"].start + np.arange(f.size)]),
    )


def gradient(at: AtMoments, slopes: Slopes) -> Floats:
    """Gradient of the deviance by the parameters of a group."""
    by: Floats = at.by_mean @ slopes.mean
    products = slopes.vectors.T @ at.by_cov @ slopes.vectors
    by[slopes.places] += 2 * slopes.factor * products[slopes.one, slopes.two]
    return by


def expected_information(at: AtMoments, slopes: Slopes) -> Floats:
    """Fisher information per respondent on the parameters of a group.

    Of missing answers it takes the pattern as given.
    """
    return _of_means(at, slopes) + _of_covariances(at, slopes, at.inverse / 2)


def observed_information(at: AtMoments, slopes: Slopes) -> Floats:
    """Half the matrix of second derivatives of the deviance by the parameters of a group."""
    information = _of_means(at, slopes) + _of_covariances(at, slopes, at.between - at.inverse / 2)
    one, two = slopes.one, slopes.two
    pulled = at.pull @ slopes.vectors
    products = np.einsum("k,kpx,ky->pxy", at.shares, at.inverse @ slopes.vectors, pulled, optimize=True)
    mixed = np.zeros_like(information)
    mixed[:, slopes.places] = slopes.mean.T @ (products[:, one, two] + products[:, two, one]) * slopes.factor
    return information + mixed + mixed.T + _curvature(at, slopes.layout, slopes.full)


def _of_means(at: AtMoments, slopes: Slopes) -> Floats:
    information: Floats = slopes.mean.T @ np.tensordot(at.shares, at.inverse, axes=1) @ slopes.mean
    return information


def _of_covariances(at: AtMoments, slopes: Slopes, other: Floats) -> Floats:
    """Sum over patterns of tr(D inverse D' other), symmetrised, over the derivatives D, D'."""
    vectors, size = slopes.vectors, slopes.vectors.shape[1]
    a, b = slopes.one, slopes.two
    aa, ab, ba, bb = (x[:, None] * size + y for x, y in ((a, a), (a, b), (b, a), (b, b)))
    total = np.zeros((a.size, a.size))
    for start in range(0, len(at.shares), CHUNK):
        some = slice(start, start + CHUNK)
        left = (at.shares[some, None, None] * (vectors.T @ at.inverse[some] @ vectors)).reshape(-1, size**2)
        right = (vectors.T @ other[some] @ vectors).reshape(-1, size**2)
        total += np.einsum("kij,kij->ij", left[:, aa], right[:, bb])
        total += np.einsum("kij,kij->ij", left[:, bb], right[:, aa])
        total += np.einsum("kij,kij->ij", left[:, ab], right[:, ba])
        total += np.einsum("kij,kij->ij", left[:, ba], right[:, ab])
    information = np.zeros((slopes.layout.size,) * 2)
    information[np.ix_(slopes.places, slopes.places)] = total * np.outer(slopes.factor, slopes.factor)
    return information


def _curvature(at: AtMoments, layout: Layout, full: Floats) -> Floats:
    """The part of the second derivatives that comes from the products of parameters in the moments."""
    p, place = layout.p, layout.at
    slope, pull = at.by_cov, at.by_mean / 2
    loadings, phi = layout.loading_matrix(full), layout.latent_covariance(full)
    curve = np.zeros((layout.size, layout.size))
    curve[:p, :p] = slope * phi[np.ix_(layout.factor, layout.factor)]
    towards = slope @ loadings
    f, g = layout.latent_pairs
    items = np.arange(p)
    with_phi = np.where(layout.factor[:, None] == f, towards[:, g], 0.0)
    with_phi += np.where((layout.factor[:, None] == g) & (f != g), towards[:, f], 0.0)
    with_mean = np.zeros((p, layout.m))
    with_mean[items, layout.factor] = pull
    curve[:p, place["covariance"]], curve[place["covariance"], :p] = with_phi, with_phi.T
    curve[:p, place["mean"]], curve[place["mean"], :p] = with_mean, with_mean.T
    return curve
