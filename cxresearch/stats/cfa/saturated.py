"""The two ends of the scale of fit: free means and covariances (EM where answers are missing), and independence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.stats._check import Floats
from cxresearch.stats.cfa.likelihood import at_moments
from cxresearch.stats.cfa.patterns import Patterns

#: EM stops when no standardised moment moves by more than this in a step, or after so many steps.
TOLERANCE, STEPS = 1e-9, 5000


@dataclass(frozen=True, kw_only=True, eq=False)
class Saturated:
    """Unrestricted maximum likelihood of one group.

    Parameters
    ----------
    mean, cov : array
        Divided by n, not by n - 1.
    deviance : float or None
        Minus twice the log-likelihood per respondent; None where the covariance matrix is singular.
    deviance_independent : float
        The same with all covariances zero.
    converged : bool
    """

    mean: Floats
    cov: Floats
    deviance: float | None
    deviance_independent: float
    converged: bool


def saturated(data: Patterns) -> Saturated:
    """Estimate free means and covariances.

    References
    ----------
    Dempster, Laird & Rubin 1977, J. R. Stat. Soc. B 39:1-38; Little & Rubin 2019, ch. 11.

    Examples
    --------
    >>> from cxresearch.stats.cfa.patterns import patterns
    >>> found = saturated(patterns(np.array([[1.0, 2.0], [2.0, 5.0], [3.0, 5.0]])))
    >>> found.mean.tolist(), bool(found.cov[0, 1] == 1.0)
    ([2.0, 4.0], True)
    """
    alone_mean, alone_variance = _item_by_item(data)
    independent = at_moments(data, alone_mean, np.diag(alone_variance))
    assert independent is not None, "items without variance are refused before"
    if data.complete:
        mean, cov, converged = data.means[0], data.covs[0], True
    else:
        mean, cov, converged = _em(data, alone_mean, alone_variance)
    at = at_moments(data, mean, cov) if _regular(cov) else None
    return Saturated(
        mean=mean,
        cov=cov,
        deviance=None if at is None else at.deviance,
        deviance_independent=independent.deviance,
        converged=converged,
    )


def _item_by_item(data: Patterns) -> tuple[Floats, Floats]:
    weight = data.shares[:, None] * data.seen
    weight = weight / weight.sum(axis=0)
    mean = (weight * data.means).sum(axis=0)
    spread = np.diagonal(data.covs, axis1=1, axis2=2) + (data.means - mean) ** 2
    return mean, (weight * spread).sum(axis=0)


def _em(data: Patterns, mean: Floats, variance: Floats) -> tuple[Floats, Floats, bool]:
    """EM on standardised items, from independence."""
    scale = np.sqrt(variance)
    work = data.scaled(mean, scale)
    centre, cov = np.zeros(data.p), np.eye(data.p)
    both, seen, shares = work.pairs_seen, work.seen, work.shares
    diagonal = np.arange(data.p)
    converged = False
    for _ in range(STEPS):
        padded = cov * both
        padded[:, diagonal, diagonal] += 1 - seen
        try:
            inverse = np.linalg.inv(padded) * both
        except np.linalg.LinAlgError:
            break
        slope = cov @ inverse  # regression of every item on the answered ones
        away = (work.means - centre) * seen
        filled = np.matmul(slope, away[:, :, None])[:, :, 0]
        shift = shares @ filled
        squares = slope @ work.covs @ slope.transpose(0, 2, 1) + filled[:, :, None] * filled[:, None, :]
        left = cov - slope @ cov
        new = np.tensordot(shares, squares + left, axes=1) - np.outer(shift, shift)
        new = (new + new.T) / 2
        moved = max(float(np.abs(shift).max()), float(np.abs(new - cov).max()))
        centre, cov = centre + shift, new
        if moved < TOLERANCE:
            converged = True
            break
    return mean + centre * scale, cov * np.outer(scale, scale), converged


def _regular(cov: Floats) -> bool:
    """Whether the items are linearly independent to working precision."""
    scale = np.sqrt(np.diag(cov))
    return bool(np.linalg.eigvalsh(cov / np.outer(scale, scale))[0] > 1e-10)
