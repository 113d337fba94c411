"""Effect sizes of tables, of ranks over several groups and of pairs of yes/no answers.

Values that cannot be negative (V, epsilon, W) come with an interval for the noncentrality of their test
statistic, see :mod:`cxresearch.stats.explained`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import (
    check_count,
    check_level,
    counts_table,
    matrix,
    no_variance,
    samples,
    too_few,
)
from cxresearch.stats._noncentral import holding, noncentral_chi2
from cxresearch.stats.estimate import Estimate


def cramers_v(table: ArrayLike, level: float = 0.95) -> Estimate:
    """Cramer's V of a table of counts (without bias correction).

    Parameters
    ----------
    table : array_like, shape (r, c)
        Counts; empty rows and columns are left out.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1; interval from the noncentral chi-square, sqrt(lambda / (n min(r-1, c-1))).

    Raises
    ------
    ArgumentError
        ``stats.not-counts``, ``stats.shape``.
    NotEnoughData
        ``stats.too-few-categories`` when fewer than two rows or columns have answers.

    References
    ----------
    Cramer 1946; Smithson 2003, Confidence Intervals, ch. 4; as R ``effectsize::cramers_v(adjust = FALSE)``.

    Examples
    --------
    >>> estimate = cramers_v([[30, 10], [15, 25]])
    >>> round(estimate.value, 4), round(estimate.low, 4), round(estimate.high, 4)
    (0.378, 0.1588, 0.5971)
    """
    level = check_level(level)
    counts = counts_table(table)
    chi2, df, _ = pearson(counts)
    n = float(counts.sum())
    scale = n * (min(counts.shape) - 1)
    bounds = [float(np.sqrt(nc / scale)) for nc in noncentral_chi2(chi2, df, level)]
    return holding("cramers_v", float(np.sqrt(chi2 / scale)), bounds, level, int(n), "noncentral chi-square")


def pearson(counts: np.ndarray) -> tuple[float, int, np.ndarray]:
    """Pearson's chi-square, its degrees of freedom and the expected counts."""
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    chi2 = float(np.sum((counts - expected) ** 2 / expected))
    return chi2, (counts.shape[0] - 1) * (counts.shape[1] - 1), expected


def epsilon_squared(groups: Sequence[ArrayLike], level: float = 0.95) -> Estimate:
    """Rank epsilon squared of the Kruskal-Wallis test, H / (n - 1).

    Parameters
    ----------
    groups : sequence of array_like
        Two groups or more, each of one value or more.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1; interval lambda / (n - 1) from the noncentral chi-square of H.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`omega_squared`; ``stats.no-variance`` when all values are tied.

    References
    ----------
    Kelley 1935; Tomczak & Tomczak 2014, Trends Sport Sci. 1:19-25; noncentral limit: Andrews 1954,
    Ann. Math. Statist. 25:724-736.

    Examples
    --------
    >>> round(epsilon_squared([[1, 2, 3], [2, 3, 4], [5, 6, 7]]).value, 4)
    0.7571
    """
    level = check_level(level)
    arrays = samples(groups, least=1)
    h, n = kruskal_h(arrays)
    bounds = [min(1.0, nc / (n - 1)) for nc in noncentral_chi2(h, len(arrays) - 1, level)]
    return holding("epsilon_squared", h / (n - 1), bounds, level, n, "noncentral chi-square")


def kruskal_h(arrays: Sequence[np.ndarray]) -> tuple[float, int]:
    """The Kruskal-Wallis H corrected for ties, and n."""
    pooled = np.concatenate(arrays)
    n = pooled.size
    ranks = stats.rankdata(pooled) - (n + 1) / 2
    total = float(np.sum(ranks**2))
    if total == 0:
        raise no_variance("All answers of all groups are tied.")
    ends = np.cumsum([x.size for x in arrays])[:-1]
    between = sum(float(part.sum()) ** 2 / part.size for part in np.split(ranks, ends))
    return (n - 1) * between / total, n


def kendalls_w(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Kendall's coefficient of concordance, corrected for ties: do respondents rank alike?

    Parameters
    ----------
    values : array_like, shape (n, k)
        Rows are respondents (or raters), columns the k things they judged.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1; interval lambda / (n (k - 1)) from the noncentral chi-square of Friedman's test.

    Raises
    ------
    ArgumentError
        Missing values, fewer than two columns.
    NotEnoughData
        ``stats.too-few`` below two rows, ``stats.no-variance`` when every respondent ties everything.

    References
    ----------
    Kendall & Babington Smith 1939, Ann. Math. Statist. 10:275-287.

    Examples
    --------
    >>> round(kendalls_w([[1, 2, 3], [1, 3, 2], [1, 2, 3]]).value, 4)
    0.7778
    """
    level = check_level(level)
    x = matrix(values)
    q = friedman_q(x)
    scale = x.shape[0] * (x.shape[1] - 1)
    bounds = [min(1.0, nc / scale) for nc in noncentral_chi2(q, x.shape[1] - 1, level)]
    return holding("kendalls_w", q / scale, bounds, level, x.shape[0], "noncentral chi-square")


def friedman_q(x: np.ndarray) -> float:
    """Friedman's chi-square corrected for ties."""
    k = x.shape[1]
    ranks = stats.rankdata(x, axis=1) - (k + 1) / 2
    total = float(np.sum(ranks**2))
    if total == 0:
        raise no_variance("Every respondent gave the same answer to everything.")
    between = float(np.sum(ranks.sum(axis=0) ** 2))
    return float((k - 1) * between / total)


def odds_ratio_paired(only_a: int, only_b: int, level: float = 0.95) -> Estimate:
    """Odds ratio of paired yes/no answers: pairs with yes only in a over pairs with yes only in b.

    Parameters
    ----------
    only_a, only_b : int
        The two counts of discordant pairs.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        0 to infinity; exact interval from Clopper-Pearson of only_a / (only_a + only_b). n counts
        discordant pairs.

    Raises
    ------
    ArgumentError
        ``stats.not-counts``.
    NotEnoughData
        ``stats.too-few`` when no pair is discordant.

    References
    ----------
    Agresti 2002, Categorical Data Analysis, sec. 10.1; Clopper & Pearson 1934, Biometrika 26:404-413.

    Examples
    --------
    >>> estimate = odds_ratio_paired(12, 4)
    >>> estimate.value, round(estimate.low, 4), round(estimate.high, 4)
    (3.0, 0.9092, 12.7623)
    """
    level = check_level(level)
    b, c = check_count(only_a, "only_a"), check_count(only_b, "only_b")
    if b + c == 0:
        raise too_few("too-few", "No pair answered differently, so there is no odds ratio.", given=0)
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, b, c + 1)) if b else 0.0
    high = float(stats.beta.ppf(1 - tail, b + 1, c)) if c else 1.0
    odds = [np.inf if p == 1 else p / (1 - p) for p in (b / (b + c), low, high)]
    return Estimate(
        statistic="odds_ratio_paired",
        value=b / c if c else float("inf"),
        low=float(odds[1]),
        high=float(odds[2]),
        level=level,
        n=b + c,
        method="exact conditional (Clopper-Pearson)",
    )
