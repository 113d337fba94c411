"""How well a model fits: chi-square and the indices made from it, as lavaan has them with a mean structure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from cxresearch.stats._check import Floats
from cxresearch.stats.cfa.model import Layout
from cxresearch.stats.cfa.saturated import Saturated


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Fit of one model, unrounded. Look at `admissible` before at anything else.

    Parameters
    ----------
    chi2 : float
        Likelihood-ratio statistic against free means and covariances.
    df : int
    p : float
        NaN where df is 0: nothing is tested.
    cfi, tli : float
        Comparative fit index, Tucker-Lewis index (not cut at 1).
    rmsea, rmsea_low, rmsea_high : float
        Root mean square error of approximation with its 90 % interval.
    srmr : float
        Standardised root mean square residual of covariances and means (Bentler's form).
    log_likelihood, log_likelihood_saturated : float
    n_parameters : int
        Free parameters, equal ones counted once.
    aic, bic : float
    baseline_chi2 : float
    baseline_df : int
        Of the model in which all items are uncorrelated.
    n : float
        Respondents; under survey weights their effective number.
    converged : bool
    problems : tuple of str
        Ids of what makes the solution improper: ``"not_converged"``, ``"saturated_not_converged"``,
        ``"information_not_positive_definite"``, ``"negative_residual_variance:item"``,
        ``"negative_latent_variance:construct"``, ``"latent_covariance_not_positive_definite"``;
        with several groups each ends in ``"@group"``.

    References
    ----------
    Bentler 1990, Psychol. Bull. 107:238-246; Tucker & Lewis 1973, Psychometrika 38:1-10; Steiger & Lind 1980;
    Steiger 1998, Struct. Equ. Modeling 5:411-419 (several groups); Bentler 1995, EQS manual (SRMR).

    Examples
    --------
    >>> cfi(85.3055, 24, 918.8516, 36)  # doctest: +ELLIPSIS
    0.93055...
    """

    chi2: float
    df: int
    p: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    log_likelihood: float
    log_likelihood_saturated: float
    n_parameters: int
    aic: float
    bic: float
    baseline_chi2: float
    baseline_df: int
    n: float
    converged: bool
    problems: tuple[str, ...]

    @property
    def admissible(self) -> bool:
        """Whether the solution may be shown as one: converged, no negative variance, proper covariances."""
        return not self.problems


def cfi(chi2: float, df: int, baseline_chi2: float, baseline_df: int) -> float:
    """Comparative fit index (Bentler 1990).

    Examples
    --------
    >>> cfi(30.0, 10, 110.0, 10)
    0.8
    """
    excess = max(chi2 - df, 0.0)
    baseline = max(excess, baseline_chi2 - baseline_df, 0.0)
    return 1.0 if baseline == 0 else 1 - excess / baseline


def tli(chi2: float, df: int, baseline_chi2: float, baseline_df: int) -> float:
    """Tucker-Lewis index; 1 where df is 0.

    Examples
    --------
    >>> tli(20.0, 10, 110.0, 10)
    0.9
    """
    if df == 0:
        return 1.0
    expected = baseline_chi2 / baseline_df
    return math.nan if expected == 1 else (expected - chi2 / df) / (expected - 1)


def rmsea(chi2: float, df: int, n: float, groups: int = 1, level: float = 0.90) -> tuple[float, float, float]:
    """Root mean square error of approximation with its interval: value, low, high.

    Examples
    --------
    >>> [round(x, 4) for x in rmsea(85.3055, 24, 301)]
    [0.0921, 0.0714, 0.1137]
    """
    if df == 0:
        return 0.0, 0.0, 0.0

    def of(noncentrality: float) -> float:
        return math.sqrt(noncentrality / (n * df)) * math.sqrt(groups)

    tail = (1 - level) / 2
    return (
        of(max(chi2 - df, 0.0)),
        of(_noncentrality(chi2, df, 1 - tail)),
        of(_noncentrality(chi2, df, tail)),
    )


def _noncentrality(chi2: float, df: int, share: float) -> float:
    """The noncentrality at which `share` of the distribution lies below `chi2`; 0 where there is none."""
    if stats.chi2.cdf(chi2, df) <= share:
        return 0.0

    def miss(value: float) -> float:
        return float(stats.ncx2.cdf(chi2, df, value)) - share

    high = max(chi2, 1.0)
    while miss(high) > 0:
        high *= 2
    return float(optimize.brentq(miss, 1e-12, high, xtol=1e-10, rtol=1e-13, maxiter=500))


def srmr(layout: Layout, full: Floats, ends: tuple[Saturated, ...], weights: Floats) -> float:
    """Standardised root mean square residual of covariances and means, averaged over groups by size."""
    total = 0.0
    rows, columns = np.tril_indices(layout.p)
    for row, end, weight in zip(full, ends, weights, strict=True):
        mean, cov = layout.moments(row)
        sd = np.sqrt(np.diag(end.cov))
        off = ((end.cov - cov) / np.outer(sd, sd))[rows, columns]
        shift = (end.mean - mean) / sd
        total += float(weight) * math.sqrt(float(np.mean(np.concatenate([off, shift]) ** 2)))
    return total


def fit_of(
    layout: Layout,
    full: Floats,
    ends: tuple[Saturated, ...],
    sizes: tuple[float, ...],
    deviance: float,
    jacobian_log: float,
    n_parameters: int,
    converged: bool,
    problems: tuple[str, ...],
) -> Fit:
    """Put the measures together.

    Parameters
    ----------
    layout, full, ends, sizes
        Model, its parameters per group, unrestricted moments per group, group sizes.
    deviance : float
        Minus twice the log-likelihood per respondent on the common scale.
    jacobian_log : float
        What the common scale adds to the log-likelihood.
    n_parameters, converged, problems
        As in :class:`Fit`.
    """
    n, groups = sum(sizes), len(sizes)
    weights = np.array(sizes) / n
    whole = float(weights @ np.array([end.deviance for end in ends], dtype=np.float64))
    apart = float(weights @ np.array([end.deviance_independent for end in ends]))
    p = layout.p
    df = groups * (p + p * (p + 1) // 2) - n_parameters
    chi2, baseline_df = max(n * (deviance - whole), 0.0), groups * p * (p - 1) // 2
    baseline = n * (apart - whole)
    value, low, high = rmsea(chi2, df, n, groups)
    log_likelihood = -n * deviance / 2 + jacobian_log
    return Fit(
        chi2=chi2,
        df=df,
        p=float(stats.chi2.sf(chi2, df)) if df else math.nan,
        cfi=cfi(chi2, df, baseline, baseline_df),
        tli=tli(chi2, df, baseline, baseline_df),
        rmsea=value,
        rmsea_low=low,
        rmsea_high=high,
        srmr=srmr(layout, full, ends, weights),
        log_likelihood=log_likelihood,
        log_likelihood_saturated=-n * whole / 2 + jacobian_log,
        n_parameters=n_parameters,
        aic=-2 * log_likelihood + 2 * n_parameters,
        bic=-2 * log_likelihood + math.log(n) * n_parameters,
        baseline_chi2=baseline,
        baseline_df=baseline_df,
        n=n,
        converged=converged,
        problems=problems,
    )
