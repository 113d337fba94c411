"""Means and their differences: independent, paired, and under a survey design."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import (
    CONSTANT,
    check_level,
    check_weights,
    codes_of,
    no_variance,
    numbers,
    pairs,
)
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.weights import effective_n, linearised_mean, linearised_means


def mean(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Arithmetic mean with Student's t interval.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least two finite values.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In the units of `values`; df = n - 1. Equal values give a standard error of zero.

    Raises
    ------
    ArgumentError
        Missing or non-numeric values, an impossible level.
    NotEnoughData
        ``stats.too-few`` below two values.

    References
    ----------
    Student 1908, Biometrika 6:1-25.

    Examples
    --------
    >>> estimate = mean([1, 2, 3, 4, 5])
    >>> estimate.value, round(estimate.low, 4), round(estimate.high, 4)
    (3.0, 1.0368, 4.9632)
    """
    level = check_level(level)
    x = numbers(values)
    value, variance = _moments(x)
    se = float(np.sqrt(variance / x.size))
    return _t_estimate("mean", value, se, x.size - 1.0, level, x.size, "Student t")


def mean_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Difference of two independent means, a - b, with Welch's interval (unequal variances).

    Parameters
    ----------
    a, b : array_like, shapes (n_a,), (n_b,)
        Answers of the two groups, without missing values.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In the units of the values; df after Welch-Satterthwaite.

    Raises
    ------
    ArgumentError
        Missing or non-numeric values, an impossible level.
    NotEnoughData
        ``stats.too-few`` below two values a group, ``stats.no-variance`` when both groups are constant.

    References
    ----------
    Welch 1947, Biometrika 34:28-35. As in R ``t.test``.

    Examples
    --------
    >>> estimate = mean_difference([3, 4, 5, 4], [2, 3, 2, 1])
    >>> estimate.value, round(estimate.low, 4), round(estimate.high, 4), round(estimate.df, 2)
    (2.0, 0.5873, 3.4127, 6.0)
    """
    level = check_level(level)
    x, y = numbers(a, "a"), numbers(b, "b")
    (mean_x, variance_x), (mean_y, variance_y) = _moments(x), _moments(y)
    se, df = _welch(variance_x / x.size, x.size - 1, variance_y / y.size, y.size - 1, mean_x, mean_y)
    return _t_estimate("mean_difference", mean_x - mean_y, se, df, level, x.size + y.size, "Welch t")


def paired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean of the differences a - b of pairs, with Student's t interval.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Two values of the same respondent or unit, in the same order.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In the units of the values; n counts pairs, df = n - 1.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, an impossible level.
    NotEnoughData
        ``stats.too-few`` below two pairs, ``stats.no-variance`` when all differences are equal.

    References
    ----------
    Student 1908, Biometrika 6:1-25. As in R ``t.test(paired = TRUE)``.

    Examples
    --------
    >>> paired_difference([3, 4, 5], [2, 4, 3]).value
    1.0
    """
    level = check_level(level)
    x, y = pairs(a, b)
    value, variance = _moments(x - y)
    se = float(np.sqrt(variance / x.size))
    if se <= CONSTANT * float(max(np.abs(x).max(), np.abs(y).max())):
        raise no_variance("All pairs differ by the same amount.")
    return _t_estimate("paired_difference", value, se, x.size - 1.0, level, x.size, "paired Student t")


def weighted_mean_difference(
    a: ArrayLike,
    b: ArrayLike,
    weights_a: ArrayLike | None = None,
    weights_b: ArrayLike | None = None,
    clusters_a: ArrayLike | None = None,
    clusters_b: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Difference of two weighted means, a - b, with a design-based interval.

    Groups are independent samples unless a cluster id occurs in both; then the two means are domains of
    one sample and the covariance within shared clusters counts.

    Parameters
    ----------
    a, b : array_like, shapes (n_a,), (n_b,)
        Answers of the two groups, without missing values.
    weights_a, weights_b : array_like, optional
        Sampling weights; the scale of each group is free.
    clusters_a, clusters_b : array_like, optional
        Primary sampling units, with one set of ids for both groups.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In the units of the values. Independent: Welch-Satterthwaite on the design df of each group, which
        is Welch's interval when weights are equal and nothing is clustered. Shared clusters: df = clusters - 2.

    Raises
    ------
    ArgumentError
        Missing values, impossible weights, unequal lengths.
    NotEnoughData
        ``stats.too-few``, ``stats.lone-cluster``, ``stats.no-variance``.

    References
    ----------
    Lumley 2004, J. Stat. Softw. 9(8):1-19 (R ``survey::svyttest``); Satterthwaite 1946, Biometrics Bull.
    2:110-114 for the df of independent groups.

    Examples
    --------
    >>> estimate = weighted_mean_difference([3, 4, 5, 4], [2, 3, 2, 1], [1, 2, 1, 1], [1, 1, 1, 1])
    >>> estimate.value, round(estimate.se, 4)
    (2.0, 0.5228)
    """
    level = check_level(level)
    x, y = numbers(a, "a"), numbers(b, "b")
    w_x, w_y = check_weights(weights_a, x.size, "weights_a"), check_weights(weights_b, y.size, "weights_b")
    n_effective = effective_n(w_x) + effective_n(w_y)
    n = int((w_x > 0).sum() + (w_y > 0).sum())
    if clusters_a is not None and clusters_b is not None:
        ids_a = codes_of(clusters_a, x.size, "clusters_a")[1]
        ids_b = codes_of(clusters_b, y.size, "clusters_b")[1]
        if set(ids_a) & set(ids_b):
            both = np.concatenate([np.asarray(clusters_a, dtype=object), np.asarray(clusters_b, dtype=object)])
            return _joint(x, y, w_x, w_y, both, level, n, n_effective)
    one = linearised_mean(x, w_x, clusters_a)
    two = linearised_mean(y, w_y, clusters_b)
    se, df = _welch((one.se or 0) ** 2, one.df or 1, (two.se or 0) ** 2, two.df or 1, one.value, two.value)
    return _t_estimate(
        "mean_difference",
        one.value - two.value,
        se,
        df,
        level,
        n,
        "design-based t, independent groups",
        n_effective,
    )


def _joint(
    x: np.ndarray,
    y: np.ndarray,
    w_x: np.ndarray,
    w_y: np.ndarray,
    clusters: np.ndarray,
    level: float,
    n: int,
    n_effective: float,
) -> Estimate:
    """Difference of two domains of one clustered sample."""
    group = np.repeat([0, 1], [x.size, y.size])
    means, cov, df = linearised_means(np.concatenate([x, y]), group, np.concatenate([w_x, w_y]), clusters)
    variance = cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]
    se = float(np.sqrt(max(variance, 0.0)))
    if se <= CONSTANT * float(np.abs(means).max()):
        raise no_variance("The difference does not vary between clusters.")
    if df < 2:
        raise no_variance("Two clusters leave no degrees of freedom for a difference.")
    return _t_estimate(
        "mean_difference",
        float(means[0] - means[1]),
        se,
        df - 1.0,
        level,
        n,
        "design-based t, shared clusters",
        n_effective,
    )


def _moments(x: np.ndarray) -> tuple[float, float]:
    """Mean and variance (n - 1), exact for constant values and careful with large offsets."""
    start = float(x[0])
    shifted = x - start
    centre = float(shifted.mean())
    return start + centre, float(np.sum((shifted - centre) ** 2) / (x.size - 1))


def _welch(var_a: float, df_a: float, var_b: float, df_b: float, mean_a: float, mean_b: float) -> tuple[float, float]:
    """Standard error and Welch-Satterthwaite df from the variances of two means."""
    total = var_a + var_b
    se = float(np.sqrt(total))
    if se <= CONSTANT * max(abs(mean_a), abs(mean_b)):
        raise no_variance("Neither group varies, so the difference has no standard error.")
    share = var_a / total
    return se, float(1 / (share**2 / df_a + (1 - share) ** 2 / df_b))


def _t_estimate(
    statistic: str,
    value: float,
    se: float,
    df: float,
    level: float,
    n: int,
    method: str,
    n_effective: float | None = None,
) -> Estimate:
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    return Estimate(
        statistic=statistic,
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        n=int(n),
        method=method,
        se=se,
        df=float(df),
        n_effective=n_effective,
    )
