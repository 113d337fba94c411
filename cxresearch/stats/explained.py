"""Share of variance between groups: omega squared and partial eta squared.

Values that cannot be negative come with an interval for the noncentrality of their test statistic. Its lower
bound is above 0 exactly when the test is significant at (1 - level) / 2. A percentile bootstrap would exclude
0 always, because resampling adds the sampling error a second time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import check_level, no_variance, samples
from cxresearch.stats._noncentral import holding, noncentral_f
from cxresearch.stats.estimate import Estimate


def omega_squared(groups: Sequence[ArrayLike], level: float = 0.95) -> Estimate:
    """Omega squared of a one-way comparison of means: share of variance between groups, nearly unbiased.

    Parameters
    ----------
    groups : sequence of array_like
        Two groups or more, each of two values or more.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1 (a negative value is shown as 0); interval lambda / (lambda + n) from the
        noncentral F of the classical analysis of variance, which supposes equal variances.

    Raises
    ------
    ArgumentError
        Missing values, an impossible level.
    NotEnoughData
        ``stats.too-few``, ``stats.too-few-groups``, ``stats.no-variance`` when no group varies.

    References
    ----------
    Hays 1963, Statistics for Psychologists; Steiger 2004, Psychol. Methods 9:164-182.

    Examples
    --------
    >>> round(omega_squared([[1, 2, 3], [2, 3, 4], [5, 6, 7]]).value, 4)
    0.7273
    """
    level = check_level(level)
    arrays = samples(groups)
    n, k = sum(x.size for x in arrays), len(arrays)
    grand = float(np.concatenate(arrays).mean())
    between = sum(x.size * (float(x.mean()) - grand) ** 2 for x in arrays)
    within = sum(float(np.sum((x - x.mean()) ** 2)) for x in arrays)
    if all(np.ptp(x) == 0 for x in arrays):
        raise no_variance("No group varies.")
    f = between / (k - 1) / (within / (n - k))
    value = max(0.0, (k - 1) * (f - 1) / ((k - 1) * (f - 1) + n))
    bounds = [nc / (nc + n) for nc in noncentral_f(f, k - 1, n - k, level)]
    return holding("omega_squared", value, bounds, level, n, "noncentral F")


def partial_eta_squared(f: float, df1: float, df2: float, n: int, level: float = 0.95) -> Estimate:
    """Partial eta squared from an F test, F df1 / (F df1 + df2).

    Parameters
    ----------
    f, df1, df2 : float
        The F statistic and its degrees of freedom.
    n : int
        Respondents, for the record only.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1; interval lambda / (lambda + df1 + df2 + 1) from the noncentral F.

    References
    ----------
    Smithson 2003, Confidence Intervals, ch. 5; Steiger 2004, Psychol. Methods 9:164-182.

    Examples
    --------
    >>> partial_eta_squared(4.0, 2, 24, n=27).value
    0.25
    """
    level = check_level(level)
    bounds = [nc / (nc + df1 + df2 + 1) for nc in noncentral_f(f, df1, df2, level)]
    return holding("partial_eta_squared", f * df1 / (f * df1 + df2), bounds, level, int(n), "noncentral F")
