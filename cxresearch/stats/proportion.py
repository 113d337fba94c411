"""Proportions and their differences; the Net Promoter Score lives in `nps` and can be imported from here."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.stats._check import Floats, check_count, check_level, check_weights, numbers, too_few, wrong
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.nps import nps
from cxresearch.stats.weights import effective_n, linearised_mean

__all__ = ["equal_shares", "nps", "proportion", "proportion_difference", "shares", "weighted_proportion", "wilson"]


def proportion(count: int, n: int, level: float = 0.95) -> Estimate:
    """Share of successes with Wilson's score interval.

    Parameters
    ----------
    count, n : int
        Successes and trials, 0 <= count <= n, n >= 1.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1; `se` is sqrt(p(1-p)/n).

    Raises
    ------
    ArgumentError
        ``stats.not-counts`` for impossible counts.
    NotEnoughData
        ``stats.too-few`` when n is 0.

    References
    ----------
    Wilson 1927, JASA 22:209-212; Brown, Cai & DasGupta 2001, Statist. Sci. 16:101-133.
    As in R ``prop.test(correct = FALSE)``.

    Examples
    --------
    >>> estimate = proportion(8, 10)
    >>> estimate.value, round(estimate.low, 4), round(estimate.high, 4)
    (0.8, 0.4902, 0.9433)
    """
    level = check_level(level)
    n = check_count(n, "n")
    count = check_count(count, "count")
    if count > n:
        raise wrong("not-counts", "More successes than trials.", given=(count, n), allowed="count <= n")
    if n == 0:
        raise too_few("too-few", "There are no trials.", given=0, allowed="at least 1")
    p = count / n
    low, high = wilson(p, n, level)
    return Estimate(
        statistic="proportion",
        value=p,
        low=low,
        high=high,
        level=level,
        n=n,
        method="Wilson score",
        se=float(np.sqrt(p * (1 - p) / n)),
    )


def weighted_proportion(
    indicator: ArrayLike,
    weights: ArrayLike | None = None,
    level: float = 0.95,
    clusters: ArrayLike | None = None,
) -> Estimate:
    """Weighted share with Wilson's interval on the effective sample size.

    The effective size is n divided by the linearised design effect, never above n, and reduced for few
    clusters by (t[n-1] / t[df])^2. When the share is 0 or 1 the design effect is not defined and Kish's
    effective n stands in. Equal weights without clusters give Wilson's interval.

    Parameters
    ----------
    indicator : array_like, shape (n,)
        0 or 1 (or booleans).
    weights, clusters : array_like, shape (n,), optional
        Sampling weights and primary sampling units (branch, account).
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1; `se` is the linearised one.

    Raises
    ------
    ArgumentError
        ``stats.not-binary``, impossible weights, missing values.
    NotEnoughData
        Fewer than two respondents or clusters.

    References
    ----------
    Korn & Graubard 1998, Survey Methodology 24:193-201 (effective sample size); Dean & Pagano 2015,
    J. Surv. Statist. Methodol. 3:484-503 (Wilson interval with it).

    Examples
    --------
    >>> estimate = weighted_proportion([1, 1, 0, 1, 0], [1, 1, 1, 1, 1])
    >>> estimate.value, round(estimate.low, 4), round(estimate.high, 4)
    (0.6, 0.2307, 0.8824)
    """
    level = check_level(level)
    x = numbers(indicator, "indicator")
    if not np.isin(x, (0.0, 1.0)).all():
        raise wrong("not-binary", "The indicator must be 0 or 1.", given=sorted(set(x.tolist()))[:5])
    w = check_weights(weights, x.size)
    linear = linearised_mean(x, w, clusters)
    p = min(1.0, max(0.0, linear.value))
    n_effective = _effective_size(x, w, linear, level)
    low, high = wilson(p, n_effective, level)
    return Estimate(
        statistic="proportion",
        value=p,
        low=low,
        high=high,
        level=level,
        n=linear.n,
        method="Wilson score on the effective sample size",
        se=linear.se,
        df=linear.df,
        n_effective=n_effective,
    )


def proportion_difference(count_a: int, n_a: int, count_b: int, n_b: int, level: float = 0.95) -> Estimate:
    """Difference of two independent shares, a - b, with Newcombe's hybrid score interval.

    Parameters
    ----------
    count_a, n_a, count_b, n_b : int
        Successes and trials of each group.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between -1 and 1; `se` is the unpooled Wald one.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`proportion`.

    References
    ----------
    Newcombe 1998, Statist. Med. 17:873-890, method 10 (no continuity correction).

    Examples
    --------
    >>> estimate = proportion_difference(56, 70, 48, 80)  # Newcombe's own example (a)
    >>> round(estimate.value, 4), round(estimate.low, 4), round(estimate.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    a, b = proportion(count_a, n_a, level), proportion(count_b, n_b, level)
    value = a.value - b.value
    low = value - float(np.hypot(a.value - a.low, b.high - b.value))
    high = value + float(np.hypot(a.high - a.value, b.value - b.low))
    return Estimate(
        statistic="proportion_difference",
        value=value,
        low=low,
        high=high,
        level=a.level,
        n=a.n + b.n,
        method="Newcombe hybrid score",
        se=float(np.hypot(a.se or 0, b.se or 0)),
    )


def equal_shares(count_a: int, n_a: int, count_b: int, n_b: int) -> float:
    """P-value of the hypothesis that two independent shares are the same.

    Pearson's chi-square without correction, the score test to Newcombe's interval; Fisher's exact test where an
    expected count is below 5.  1 where nobody differs.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`proportion`.

    References
    ----------
    Cochran 1954, Biometrics 10:417-451 (expected counts).

    Examples
    --------
    >>> round(equal_shares(56, 70, 48, 80), 4), round(equal_shares(0, 3, 44, 150), 2)
    (0.008, 0.56)
    """
    from scipy.stats import chi2_contingency, fisher_exact

    proportion(count_a, n_a), proportion(count_b, n_b)
    table = np.array([[count_a, n_a - count_a], [count_b, n_b - count_b]])
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if not expected.all():
        return 1.0
    if expected.min() < 5:
        return float(fisher_exact(table).pvalue)
    return float(chi2_contingency(table, correction=False).pvalue)


def shares(
    codes: ArrayLike, categories: Iterable[object], weights: ArrayLike | None = None, level: float = 0.95
) -> list[Estimate]:
    """Share of each category, in the order given, each with its own Wilson interval.

    Parameters
    ----------
    codes : array_like, shape (n,)
        One answer each; every code must be one of `categories`.
    categories : iterable
        All possible codes; those nobody chose get a share of 0.
    weights : array_like, shape (n,), optional
        Sampling weights, 0 or more; their scale does not matter.
    level : float
        Of each interval by itself, not of all together.

    Returns
    -------
    list of Estimate
        ``statistic="share"``.

    Raises
    ------
    ArgumentError
        ``stats.unknown-category``, impossible weights.
    NotEnoughData
        No answers (fewer than two under weights).

    References
    ----------
    As :func:`proportion` and :func:`weighted_proportion`.

    Examples
    --------
    >>> [round(s.value, 2) for s in shares([1, 2, 2, 5], [1, 2, 3, 4, 5])]
    [0.25, 0.5, 0.0, 0.0, 0.25]
    """
    wanted = list(categories)
    answers = np.asarray(codes)
    hits = [answers == category for category in wanted]
    known = np.logical_or.reduce(hits) if hits else np.zeros(answers.shape, bool)
    if answers.ndim != 1 or not known.all():
        strange = sorted({str(v) for v in answers[~known].ravel()}) if answers.ndim == 1 else answers.shape
        raise ArgumentError(
            Fault(
                code="stats.unknown-category",
                what="Some answers are in no category.",
                given=strange,
                allowed=listing(wanted),
            )
        )
    if weights is None:
        parts = [proportion(int(hit.sum()), answers.size, level) for hit in hits]
    else:
        parts = [weighted_proportion(hit, weights, level) for hit in hits]
    return [Estimate(**{**vars(part), "statistic": "share"}) for part in parts]


def wilson(p: float, n: float, level: float) -> tuple[float, float]:
    """Wilson's interval for a share `p` of `n` (which need not be whole); always holds `p`."""
    z = float(stats.norm.ppf((1 + level) / 2))
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)))
    return min(p, max(0.0, centre - half)), max(p, min(1.0, centre + half))


def _effective_size(x: Floats, w: Floats, linear: Estimate, level: float) -> float:
    """N over the linearised design effect, corrected for few clusters, never above n."""
    n, df = linear.n, float(linear.df or 1)
    spread = float(np.average((x - linear.value) ** 2, weights=w))
    size = float(n) if linear.se else effective_n(w)
    if linear.se and spread > 0:
        size = min(size, n * spread / (n - 1) / linear.se**2)
    quantile = (1 + level) / 2
    return size * min(1.0, float(stats.t.ppf(quantile, n - 1) / stats.t.ppf(quantile, df)) ** 2)
