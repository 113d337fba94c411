"""Standardised mean differences; the other effect sizes live in `dominance`, `association`, `explained`.

All effect sizes can be imported from here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from cxresearch.stats._check import CONSTANT, check_level, no_variance, numbers, pairs, wrong
from cxresearch.stats._noncentral import noncentral_t
from cxresearch.stats.association import (
    cramers_v,
    epsilon_squared,
    kendalls_w,
    odds_ratio_paired,
)
from cxresearch.stats.dominance import cliffs_delta, cliffs_delta_paired, superiority
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.explained import omega_squared, partial_eta_squared

__all__ = [
    "cliffs_delta",
    "cliffs_delta_paired",
    "cramers_v",
    "epsilon_squared",
    "hedges_correction",
    "hedges_g",
    "hedges_g_paired",
    "kendalls_w",
    "odds_ratio_paired",
    "omega_squared",
    "partial_eta_squared",
    "standardised_difference",
    "superiority",
]


def hedges_correction(df: float) -> float:
    """Exact small-sample factor J(df) = gamma(df/2) / (sqrt(df/2) gamma((df-1)/2)); 0 at df = 1.

    References
    ----------
    Hedges 1981, J. Educ. Statist. 6:107-128, eq. 6e.

    Examples
    --------
    >>> round(hedges_correction(10), 6)
    0.922746
    """
    if df <= 1:
        return 0.0
    return float(np.exp(gammaln(df / 2) - np.log(df / 2) / 2 - gammaln((df - 1) / 2)))


def hedges_g(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Difference of two independent means in pooled standard deviations, corrected for small samples.

    Parameters
    ----------
    a, b : array_like, shapes (n_a,), (n_b,)
        Answers of the two groups, without missing values.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations, positive when `a` is higher. The interval inverts the noncentral t
        distribution and carries the same correction; it supposes equal variances. `se` is the large-sample
        one.

    Raises
    ------
    ArgumentError
        Missing or non-numeric values, an impossible level.
    NotEnoughData
        ``stats.too-few`` (n < 2 a group or 3 in all), ``stats.no-variance`` when both groups are constant.

    References
    ----------
    Hedges 1981, J. Educ. Statist. 6:107-128; Cumming & Finch 2001, Educ. Psychol. Meas. 61:532-574.
    As in R ``effectsize::hedges_g``.

    Examples
    --------
    >>> estimate = hedges_g([3, 4, 5, 4], [2, 3, 2, 1])
    >>> round(estimate.value, 4), round(estimate.low, 4), round(estimate.high, 4)
    (2.1277, 0.4038, 3.7681)
    """
    level = check_level(level)
    x, y = numbers(a, "a"), numbers(b, "b")
    df = x.size + y.size - 2
    difference = float(x.mean() - y.mean())
    pooled = float(np.sqrt((np.sum((x - x.mean()) ** 2) + np.sum((y - y.mean()) ** 2)) / df))
    if pooled <= CONSTANT * float(max(np.abs(x).max(), np.abs(y).max())):
        raise no_variance("Neither group varies, so there is no standard deviation to divide by.")
    root = float(np.sqrt(1 / x.size + 1 / y.size))
    d, j = difference / pooled, hedges_correction(df)
    low, high = noncentral_t(d / root, df, level)
    se = j * float(np.sqrt(root**2 + d**2 / (2 * df)))
    return Estimate(
        statistic="hedges_g",
        value=d * j,
        low=low * root * j,
        high=high * root * j,
        level=level,
        n=x.size + y.size,
        method="pooled SD, exact correction, noncentral t",
        se=se,
    )


def hedges_g_paired(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean paired difference a - b in average standard deviations (d_av), corrected for small samples.

    Divides by sqrt((var_a + var_b) / 2), so the value compares with that of independent groups. The
    interval is the noncentral t one of mean / SD of differences, rescaled by SD of differences / average SD.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Answers of the two groups, without missing values.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations, positive when `a` is higher; n counts pairs.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, an impossible level.
    NotEnoughData
        ``stats.too-few`` below three pairs, ``stats.no-variance`` when all differences are equal.

    References
    ----------
    Algina & Keselman 2003, Educ. Psychol. Meas. 63:537-553; Cumming 2012, Understanding the New
    Statistics, ch. 11 (d_av); Hedges 1981 for the correction, here with df = n - 1.

    Examples
    --------
    >>> round(hedges_g_paired([3, 4, 5, 4], [2, 3, 2, 3]).value, 4)
    1.535
    """
    level = check_level(level)
    x, y = pairs(a, b, least=3)
    n, difference = x.size, x - y
    spread = float(difference.std(ddof=1))
    if spread <= CONSTANT * float(max(np.abs(x).max(), np.abs(y).max())):
        raise no_variance("All pairs differ by the same amount.")
    average = float(np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2))
    root, j = float(np.sqrt(n)), hedges_correction(n - 1)
    low, high = noncentral_t(float(difference.mean()) / spread * root, n - 1, level)
    scale = spread / average * j
    return Estimate(
        statistic="hedges_g_paired",
        value=float(difference.mean()) / average * j,
        low=low / root * scale,
        high=high / root * scale,
        level=level,
        n=n,
        method="average SD, exact correction, rescaled noncentral t",
    )


def standardised_difference(difference: Estimate, sd: float) -> Estimate:
    """Divide a difference and its interval by a standard deviation that is taken as known.

    For weighted and clustered differences, whose interval the noncentral t cannot give; the sampling error
    of `sd` is not counted.

    Parameters
    ----------
    difference : Estimate
        In the units of `sd`.
    sd : float
        Above 0.

    Returns
    -------
    Estimate
        In standard deviations.

    Raises
    ------
    ArgumentError
        ``stats.sd`` when `sd` is not a finite number above 0.

    References
    ----------
    Glass 1976, Educ. Researcher 5(10):3-8 (a difference in units of a given SD).

    Examples
    --------
    >>> gap = Estimate(statistic="mean_difference", value=0.5, low=0.1, high=0.9, level=0.95, n=50,
    ...                method="Welch t", se=0.2, df=48.0)
    >>> standardised_difference(gap, sd=2.0).value
    0.25
    """
    if isinstance(sd, bool) or not isinstance(sd, (int, float, np.number)) or not 0 < float(sd) < np.inf:
        raise wrong("sd", "The standard deviation is not possible.", given=sd, allowed="a finite number above 0")
    unit = float(sd)
    return Estimate(
        statistic="standardised_difference",
        value=difference.value / unit,
        low=difference.low / unit,
        high=difference.high / unit,
        level=difference.level,
        n=difference.n,
        method=f"{difference.method}, over a fixed SD",
        se=None if difference.se is None else difference.se / unit,
        df=difference.df,
        n_effective=difference.n_effective,
    )
