"""The normal likelihood of one group and its first and second derivatives, complete or casewise.

All quantities are per respondent. With :math:`\\ell` the log-likelihood of a respondent,
the *deviance* is :math:`-2\\ell` and the *information* is :math:`-\\partial^2 \\ell`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.cfa.model import Layout
from cxresearch.stats.cfa.patterns import Patterns

LOG_2PI = float(np.log(2 * np.pi))


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


class Jacobian(NamedTuple):
    """Derivatives of the means and of the lower triangle of the covariances by one group's parameters."""

    mean: Floats
    cov: Floats


def jacobian(layout: Layout, full: Floats) -> Jacobian:
    """Differentiate the model-implied moments by all parameters of a group, free or not."""
    p, m, at = layout.p, layout.m, layout.at
    loadings, phi = layout.loading_matrix(full), layout.latent_covariance(full)
    items = np.arange(p)
    mean = np.zeros((p, layout.size))
    mean[items, items] = full[at["mean"]][layout.factor]
    mean[items, at["intercept"].start + items] = 1.0
    mean[:, at["mean"]] = loadings

    a, b = np.tril_indices(p)
    cov = np.zeros((a.size, layout.size))
    with_factor = (loadings @ phi)[:, layout.factor]  # covariance of each item with each item's construct
    row = np.arange(a.size)
    cov[row, a] += with_factor[b, a]
    cov[row, b] += with_factor[a, b]
    diagonal = a == b
    cov[row[diagonal], at["residual"].start + a[diagonal]] = 1.0
    f, g = layout.latent_pairs
    products = loadings[a][:, f] * loadings[b][:, g]
    products += np.where(f == g, 0.0, loadings[a][:, g] * loadings[b][:, f])
    cov[:, at["covariance"]] = products
    assert cov.shape[1] == 3 * p + m * (m + 1) // 2 + m
    return Jacobian(mean, cov)


def gradient(at: AtMoments, slopes: Jacobian) -> Floats:
    """Gradient of the deviance by the parameters of a group."""
    a, b = np.tril_indices(slopes.mean.shape[0])
    weight = np.where(a == b, 1.0, 2.0)
    by: Floats = at.by_mean @ slopes.mean + (weight * at.by_cov[a, b]) @ slopes.cov
    return by


def expected_information(at: AtMoments, slopes: Jacobian) -> Floats:
    """Fisher information per respondent on the parameters of a group.

    Of missing answers it takes the pattern as given.
    """
    kernel = _kernel(at.shares, at.inverse, at.inverse / 2)
    between_means = np.tensordot(at.shares, at.inverse, axes=1)
    information: Floats = slopes.mean.T @ between_means @ slopes.mean + slopes.cov.T @ kernel @ slopes.cov
    return information


def observed_information(at: AtMoments, slopes: Jacobian, layout: Layout, full: Floats) -> Floats:
    """Half the matrix of second derivatives of the deviance by the parameters of a group."""
    p = layout.p
    a, b = np.tril_indices(p)
    weight = np.where(a == b, 1.0, 2.0)
    kernel = _kernel(at.shares, at.inverse, at.between - at.inverse / 2)
    between_means = np.tensordot(at.shares, at.inverse, axes=1)
    crossing = np.einsum("k,kia,kb->iab", at.shares, at.inverse, at.pull)
    cross = weight / 2 * (crossing[:, a, b] + crossing[:, b, a])
    mixed = slopes.mean.T @ cross @ slopes.cov
    information: Floats = slopes.mean.T @ between_means @ slopes.mean + slopes.cov.T @ kernel @ slopes.cov
    information += mixed + mixed.T
    return information + _curvature(at, layout, full)


def _kernel(shares: Floats, one: Floats, two: Floats) -> Floats:
    """Sum over patterns of tr(E one E' two), symmetrised, over the lower triangle's unit matrices E, E'."""
    p = one.shape[1]
    places = _places(p)
    if len(shares) == 1:
        aa, bb, ab, ba = ((one[0].take(i), two[0].take(i)) for i in (places.aa, places.bb, places.ab, places.ba))
        kernel = aa[0] * bb[1] + bb[0] * aa[1] + ab[0] * ba[1] + ba[0] * ab[1]
        kernel *= shares[0]
    else:
        product = (shares[:, None, None] * one).reshape(-1, p * p).T @ two.reshape(-1, p * p)
        both = product + product.T
        kernel = both.take(places.aa * p * p + places.bb) + both.take(places.ab * p * p + places.ba)
    kernel *= places.weight
    weighted: Floats = kernel
    return weighted


class _Places(NamedTuple):
    """Where, in a flattened p x p matrix, the rows and columns of pairs of triangle entries meet."""

    aa: Ints
    bb: Ints
    ab: Ints
    ba: Ints
    weight: Floats


@lru_cache(maxsize=8)
def _places(p: int) -> _Places:
    a, b = np.tril_indices(p)
    half = np.where(a == b, 0.5, 1.0)
    ab = a[:, None] * p + b
    return _Places(a[:, None] * p + a, b[:, None] * p + b, ab, ab.T.copy(), np.outer(half, half))


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
