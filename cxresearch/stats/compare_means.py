"""Tests of means: Welch for independent groups, Student and Greenhouse-Geisser for paired ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import matrix, no_variance, samples
from cxresearch.stats.effect import hedges_g, hedges_g_paired
from cxresearch.stats.estimate import Test
from cxresearch.stats.explained import omega_squared, partial_eta_squared
from cxresearch.stats.mean import mean_difference, paired_difference


def welch_t(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Test:
    """Welch's t test of two means; effect Hedges' g.

    References
    ----------
    Welch 1947, Biometrika 34:28-35. As R ``t.test``. Errors as :func:`~cxresearch.stats.mean.mean_difference`.

    Examples
    --------
    >>> round(welch_t([3, 4, 5, 4], [2, 3, 2, 1]).p, 4)
    0.0134
    """
    difference = mean_difference(a, b, level)
    t, df = difference.value / (difference.se or 1), difference.df or 1
    return Test(
        name="welch_t",
        statistic=t,
        df=df,
        df2=None,
        p=float(2 * stats.t.sf(abs(t), df)),
        n=difference.n,
        method="Welch t test, two-sided",
        effect=hedges_g(a, b, level),
    )


def welch_anova(groups: Sequence[ArrayLike], level: float = 0.95) -> Test:
    """Welch's test that several means are equal without equal variances; effect omega squared (classical).

    Raises
    ------
    NotEnoughData
        ``stats.no-variance`` when any group is constant: its weight would be infinite.

    References
    ----------
    Welch 1951, Biometrika 38:330-336. As R ``oneway.test``.

    Examples
    --------
    >>> round(welch_anova([[1, 2, 3], [2, 3, 4], [5, 6, 9]]).statistic, 4)
    5.2168
    """
    arrays = samples(groups)
    if any(np.ptp(x) == 0 for x in arrays):
        raise no_variance("A group does not vary, so Welch's analysis of variance is not defined.")
    k = len(arrays)
    sizes = np.array([x.size for x in arrays], dtype=float)
    means = np.array([x.mean() for x in arrays])
    weight = sizes / np.array([x.var(ddof=1) for x in arrays])
    centre = float(np.average(means, weights=weight))
    lack = float(np.sum((1 - weight / weight.sum()) ** 2 / (sizes - 1)))
    f = float(np.sum(weight * (means - centre) ** 2)) / (k - 1) / (1 + 2 * (k - 2) * lack / (k**2 - 1))
    df2 = (k**2 - 1) / (3 * lack)
    return Test(
        name="welch_anova",
        statistic=f,
        df=float(k - 1),
        df2=df2,
        p=float(stats.f.sf(f, k - 1, df2)),
        n=int(sizes.sum()),
        method="Welch analysis of variance",
        effect=omega_squared(arrays, level),
    )


def paired_t(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Test:
    """Student's t test of paired differences; effect Hedges' g on the average SD.

    References
    ----------
    Student 1908. As R ``t.test(paired = TRUE)``. Errors as :func:`~cxresearch.stats.mean.paired_difference`.

    Examples
    --------
    >>> round(paired_t([3, 4, 5, 4], [2, 4, 2, 3]).statistic, 4)
    1.9868
    """
    difference = paired_difference(a, b, level)
    t, df = difference.value / (difference.se or 1), difference.df or 1
    return Test(
        name="paired_t",
        statistic=t,
        df=df,
        df2=None,
        p=float(2 * stats.t.sf(abs(t), df)),
        n=difference.n,
        method="paired t test, two-sided",
        effect=hedges_g_paired(a, b, level),
    )


def rm_anova(values: ArrayLike, level: float = 0.95) -> Test:
    """One-way repeated-measures analysis of variance with Greenhouse-Geisser degrees of freedom.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Finite numbers.
    level : float
        Of partial eta squared (its interval uses the uncorrected degrees of freedom).

    Raises
    ------
    NotEnoughData
        ``stats.no-variance`` when respondents do not differ in their profile.

    References
    ----------
    Greenhouse & Geisser 1959, Psychometrika 24:95-112; Box 1954. As R ``anova.mlm(test = "Spherical")``.

    Examples
    --------
    >>> round(rm_anova([[1, 2, 4], [2, 3, 3], [1, 3, 5], [3, 3, 4]]).statistic, 4)
    7.9565
    """
    x = matrix(values)
    n, k = x.shape
    profile = x - x.mean(axis=1, keepdims=True)
    centred = profile - profile.mean(axis=0)
    error = float(np.sum(centred**2))
    if error <= 1e-24 * max(1.0, float(np.sum(x**2))):
        raise no_variance("Respondents do not differ in their profile over the conditions.")
    df1, df2 = k - 1.0, (n - 1.0) * (k - 1)
    f = n * float(np.sum((profile.mean(axis=0)) ** 2)) / df1 / (error / df2)
    covariance = centred.T @ centred
    epsilon = min(1.0, float(np.trace(covariance) ** 2 / (df1 * np.sum(covariance**2))))
    return Test(
        name="rm_anova",
        statistic=f,
        df=df1 * epsilon,
        df2=df2 * epsilon,
        p=float(stats.f.sf(f, df1 * epsilon, df2 * epsilon)),
        n=n,
        method="repeated-measures analysis of variance, Greenhouse-Geisser",
        effect=partial_eta_squared(f, df1, df2, n, level),
    )
