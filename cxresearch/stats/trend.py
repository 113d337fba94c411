"""Do the values of the same people rise or fall over ordered conditions?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import matrix, no_variance
from cxresearch.stats.estimate import Estimate, Test
from cxresearch.stats.mean import mean, paired_difference


def linear_trend(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean change from one condition to the next, by a linear contrast within respondents.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Rows are respondents, columns the conditions in order; complete.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Least-squares slope of each respondent over the columns, averaged; t interval with n - 1 degrees of freedom.
        It needs no sphericity, because each respondent enters with one number.

    Raises
    ------
    ArgumentError
        Missing values, fewer than two columns.
    NotEnoughData
        ``stats.too-few`` below two rows, ``stats.no-variance`` when all respondents have the same slope.

    References
    ----------
    Rosenthal, Rosnow & Rubin 2000, Contrasts and Effect Sizes in Behavioral Research, ch. 5.

    Examples
    --------
    >>> linear_trend([[5, 4, 3], [4, 3, 3], [5, 3, 2]]).value.__round__(4)
    -1.0
    """
    x = matrix(values)
    steps = np.arange(x.shape[1]) - (x.shape[1] - 1) / 2
    slopes = x @ steps / (steps @ steps)
    estimate = mean(slopes, level)
    if (estimate.se or 0.0) <= 1e-14 * max(1.0, float(np.abs(x).max())):
        raise no_variance("All respondents change by the same amount.")
    return replace(estimate, statistic="linear_trend", method="linear contrast within respondents, t")


def page_test(values: ArrayLike, falling: bool = False) -> Test:
    """Page's test of an ordered alternative, by ranks within respondents.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Rows are respondents, columns the conditions in order; k >= 3, complete.
    falling : bool
        Whether values are expected to fall from column to column instead of to rise.

    Returns
    -------
    Test
        `statistic` is L, `p` one-sided for the expected order: normal approximation with the variance corrected
        for ties.

    Raises
    ------
    ArgumentError
        Missing values, fewer than three columns.
    NotEnoughData
        ``stats.too-few`` below two rows, ``stats.no-variance`` when every respondent ties everything.

    References
    ----------
    Page 1963, J. Am. Stat. Assoc. 58:216-230; ties: Hollander, Wolfe & Chicken 2014, Nonparametric Statistical
    Methods, sec. 7.2. Without ties as ``scipy.stats.page_trend_test(method="asymptotic")``.

    Examples
    --------
    >>> test = page_test([[5, 4, 3], [4, 3, 2], [5, 3, 4]], falling=True)
    >>> test.statistic, round(test.p, 4)
    (41.0, 0.0206)
    """
    x = matrix(values, columns=3)
    n, k = x.shape
    ranks = stats.rankdata(-x if falling else x, axis=1)
    order = np.arange(1, k + 1)
    statistic = float(ranks.sum(axis=0) @ order)
    spread = float(np.sum((ranks - (k + 1) / 2) ** 2))  # over respondents; smaller where they tie
    variance = spread * float(np.sum((order - (k + 1) / 2) ** 2)) / (k - 1)
    if variance == 0:
        raise no_variance("Every respondent gave the same answer to everything.")
    z = (statistic - n * k * (k + 1) ** 2 / 4) / float(np.sqrt(variance))
    return Test(
        name="page",
        statistic=statistic,
        df=None,
        df2=None,
        p=float(stats.norm.sf(z)),
        n=n,
        method="Page's L, normal approximation with ties, one-sided",
        effect=None,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """Changes from each condition to the next.

    Parameters
    ----------
    differences : tuple of Estimate
        Next minus previous, k - 1 of them.
    p : float
        Of "not every change goes in the expected direction": the largest one-sided p-value, which needs no
        adjustment because every step has to be shown.
    """

    differences: tuple[Estimate, ...]
    p: float


def every_step(values: ArrayLike, falling: bool = False, level: float = 0.95) -> Steps:
    """Test whether *each* change from one condition to the next goes in the expected direction.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Rows are respondents, columns the conditions in order; complete.
    falling : bool
    level : float
        Confidence level of the intervals, which are not adjusted.

    Returns
    -------
    Steps

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`cxresearch.stats.mean.paired_difference`.

    References
    ----------
    Berger 1982, Technometrics 24:295-300 (intersection-union test).

    Examples
    --------
    >>> steps = every_step([[5, 4, 3], [4, 3, 3], [5, 3, 2]], falling=True)
    >>> [round(d.value, 4) for d in steps.differences], round(steps.p, 4)
    ([-1.3333, -0.6667], 0.0918)
    """
    x = matrix(values)
    found = [paired_difference(x[:, i + 1], x[:, i], level) for i in range(x.shape[1] - 1)]
    way = -1 if falling else 1
    p = [float(stats.t.sf(way * d.value / (d.se or np.nan), d.df)) for d in found]
    return Steps(differences=tuple(found), p=max(p))
