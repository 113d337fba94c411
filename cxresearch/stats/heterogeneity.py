"""Between-unit variance of estimates with known errors: restricted likelihood, Paule-Mandel, pooled mean."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import Floats

METHODS = ("reml", "paule-mandel")


def between_variance(y: Floats, v: Floats, method: str = "reml") -> float:
    """Variance of the true values behind estimates y with error variances v, 0 or more.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
    method : {"reml", "paule-mandel"}
        REML maximises the restricted likelihood (normal true values); Paule and Mandel solve
        sum (y - mu)^2 / (v + tau2) = k - 1 and need no normality. The two agree when all v are equal.

    References
    ----------
    Viechtbauer 2005, J. Educ. Behav. Stat. 30:261-293; Paule & Mandel 1982, J. Res. Natl. Bur. Stand.
    87:377-385. As in R ``metafor::rma(method = "REML")`` and ``"PM"``.

    Examples
    --------
    >>> round(between_variance(np.array([1.0, 2, 3]), np.array([0.5, 0.5, 0.5])), 9)
    0.5
    """
    if method not in METHODS:
        raise ArgumentError(unknown_name("stats.tau2", "estimator of tau2", method, METHODS))
    if method == "paule-mandel":
        return _paule_mandel(y, v)
    top = float(np.var(y, ddof=1)) * y.size + float(v.max())
    grid = np.concatenate([[0.0], np.geomspace(float(v.min()) * 1e-6, 10 * top, 400)])
    best = int(np.argmax(restricted_log_likelihood(y, v, grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    if best == 0 and _score(y, v, 0.0) <= 0:
        return 0.0
    if _score(y, v, low) > 0 > _score(y, v, high):
        return float(optimize.brentq(lambda t: _score(y, v, t), low, high, xtol=1e-16 * top, rtol=1e-14))
    peak = optimize.minimize_scalar(  # two humps within one step of the grid
        lambda t: -float(restricted_log_likelihood(y, v, np.array([t]))[0]), bounds=(low, high), method="bounded"
    )
    return float(peak.x)


def pooled_mean(y: Floats, v: Floats, tau2: float) -> tuple[float, float]:
    """Mean of the true values and its variance, by inverse variances."""
    w = 1 / (v + tau2)
    return float(w @ y / w.sum()), float(1 / w.sum())


def restricted_log_likelihood(y: Floats, v: Floats, tau2: Floats) -> Floats:
    """Restricted log-likelihood at each tau2, up to a constant."""
    w = 1 / (v[:, None] + tau2)
    total = w.sum(axis=0)
    mu = (y @ w) / total
    result: Floats = np.sum(np.log(w), axis=0) / 2 - np.log(total) / 2 - np.sum(w * (y[:, None] - mu) ** 2, axis=0) / 2
    return result


def _score(y: Floats, v: Floats, tau2: float) -> float:
    """Twice the derivative of the restricted log-likelihood."""
    w = 1 / (v + tau2)
    residual = w * (y - w @ y / w.sum())
    return float(residual @ residual - w.sum() + w @ w / w.sum())


def _paule_mandel(y: Floats, v: Floats) -> float:
    def excess(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(w @ (y - w @ y / w.sum()) ** 2) - (y.size - 1)

    if excess(0.0) <= 0:
        return 0.0
    high = float(np.var(y, ddof=1)) * y.size
    return float(optimize.brentq(excess, 0.0, high, xtol=1e-16 * high, rtol=1e-14))
