"""How often is one answer higher than the other? Effect sizes for ordinal answers.

Everything is computed from sorted values, O(n log n); no matrix of all pairs is ever formed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import expit, logit

from cxresearch.stats._check import Floats, check_level, no_variance, numbers, pairs
from cxresearch.stats.estimate import Estimate


def cliffs_delta(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Cliff's delta, P(A > B) - P(A < B), for independent ordinal answers.

    Parameters
    ----------
    a, b : array_like, shapes (n_a,), (n_b,)
        Only the order of the values counts.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between -1 and 1, positive when `a` tends to be higher; `se` from Cliff's unbiased variance,
        asymmetric interval with t of n_a + n_b - 2 degrees of freedom. Where no values overlap, the bound
        is Wilson's for the smaller group.

    Raises
    ------
    ArgumentError
        Missing or non-numeric values, an impossible level.
    NotEnoughData
        ``stats.too-few`` below two values a group, ``stats.no-variance`` when all values are tied.

    References
    ----------
    Cliff 1993, Psychol. Bull. 114:494-509; Feng & Cliff 2004, J. Mod. Appl. Stat. Methods 3:322-332.

    Examples
    --------
    >>> estimate = cliffs_delta([3, 4, 5, 4], [2, 3, 2, 4])
    >>> estimate.value, round(estimate.low, 4), round(estimate.high, 4)
    (0.6875, -0.1874, 0.9541)
    """
    level = check_level(level)
    x, y = numbers(a, "a"), numbers(b, "b")
    n, m = x.size, y.size
    rows, ties_x = _dominance(x, y)
    columns = -_dominance(y, x)[0]
    delta = float(rows.mean())
    _refuse_ties(x, y)
    cells = n * m - float(ties_x.sum())  # sum of squared signs
    spread_cells = cells - n * m * delta**2
    unbiased = (m**2 * np.sum((rows - delta) ** 2) + n**2 * np.sum((columns - delta) ** 2) - spread_cells) / (
        n * m * (n - 1) * (m - 1)
    )
    variance = max(float(unbiased), (1 - delta**2) / (n * m - 1), 0.0)
    quantile = float(stats.t.ppf((1 + level) / 2, n + m - 2))
    low, high = _asymmetric(delta, variance, quantile, min(n, m))
    return Estimate(
        statistic="cliffs_delta",
        value=delta,
        low=low,
        high=high,
        level=level,
        n=n + m,
        method="Cliff's unbiased variance, asymmetric interval",
        se=float(np.sqrt(variance)),
        df=float(n + m - 2),
    )


def cliffs_delta_paired(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Cliff's within-pair delta d_w: share of pairs with a > b minus share with a < b.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Answers of the two groups, without missing values.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between -1 and 1; n counts pairs, tied pairs count as 0. When all pairs point the same way the
        bound is Wilson's.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, an impossible level.
    NotEnoughData
        ``stats.too-few`` below two pairs, ``stats.no-variance`` when all pairs are tied.

    References
    ----------
    Cliff 1996, Ordinal Methods for Behavioral Data Analysis, ch. 6; Feng & Cliff 2004 for the interval.

    Examples
    --------
    >>> cliffs_delta_paired([3, 4, 5, 4], [2, 4, 2, 3]).value
    0.75
    """
    level = check_level(level)
    x, y = pairs(a, b)
    signs = np.sign(x - y)
    if not signs.any():
        raise no_variance("All pairs are tied.")
    delta = float(signs.mean())
    variance = float(signs.var(ddof=1)) / x.size
    quantile = float(stats.t.ppf((1 + level) / 2, x.size - 1))
    low, high = _asymmetric(delta, variance, quantile, x.size)
    return Estimate(
        statistic="cliffs_delta_paired",
        value=delta,
        low=low,
        high=high,
        level=level,
        n=x.size,
        method="within-pair delta, asymmetric interval",
        se=float(np.sqrt(variance)),
        df=float(x.size - 1),
    )


def superiority(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Probability of superiority, P(A > B) + P(A = B) / 2, with a logit interval.

    Parameters
    ----------
    a, b : array_like, shapes (n_a,), (n_b,)
        Answers of the two groups, without missing values.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1, above 0.5 when `a` tends to be higher. The variance is Brunner and Munzel's, the
        interval is formed on the logit scale with their t degrees of freedom. Where no values overlap the
        bound is Wilson's for the smaller group.

    Raises
    ------
    ArgumentError
        Missing or non-numeric values, an impossible level.
    NotEnoughData
        ``stats.too-few`` below two values a group, ``stats.no-variance`` when all values are tied.

    References
    ----------
    Brunner & Munzel 2000, Biom. J. 42:17-25; Brunner, Bathke & Konietschke 2018, Rank and Pseudo-Rank
    Procedures, sec. 3.7 (logit interval).

    Examples
    --------
    >>> estimate = superiority([3, 4, 5, 4], [2, 3, 2, 4])
    >>> round(estimate.value, 5), round(estimate.low, 4), round(estimate.high, 4)
    (0.84375, 0.2594, 0.9881)
    """
    level = check_level(level)
    x, y = numbers(a, "a"), numbers(b, "b")
    _refuse_ties(x, y)
    value, se, df = brunner_munzel_parts(x, y)
    if se == 0:
        z2 = float(stats.norm.ppf((1 + level) / 2)) ** 2
        near = min(x.size, y.size) / (min(x.size, y.size) + z2)
        low, high = (near, 1.0) if value == 1 else (0.0, 1 - near)
    else:
        half = float(stats.t.ppf((1 + level) / 2, df)) * se / (value * (1 - value))
        low, high = float(expit(logit(value) - half)), float(expit(logit(value) + half))
    return Estimate(
        statistic="superiority",
        value=value,
        low=low,
        high=high,
        level=level,
        n=x.size + y.size,
        method="Brunner-Munzel variance, logit interval",
        se=se,
        df=df,
    )


def brunner_munzel_parts(x: Floats, y: Floats) -> tuple[float, float, float]:
    """P(X > Y) + P(X = Y) / 2, its standard error and degrees of freedom; se is 0 without overlap."""
    place_x, place_y = _dominance(x, y)[0] / 2, _dominance(y, x)[0] / 2
    value = float(place_x.mean()) + 0.5
    v_x, v_y = float(place_x.var(ddof=1)) / x.size, float(place_y.var(ddof=1)) / y.size
    total = v_x + v_y
    if abs(value - 0.5) == 0.5 or total == 0:
        return value, 0.0, float(x.size + y.size - 2)
    share = v_x / total
    return (
        value,
        float(np.sqrt(total)),
        float(1 / (share**2 / (x.size - 1) + (1 - share) ** 2 / (y.size - 1))),
    )


def _dominance(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """For each x: share of y below minus share above, and the number of y tied with it."""
    ordered = np.sort(y)
    below = np.searchsorted(ordered, x, side="left")
    up_to = np.searchsorted(ordered, x, side="right")
    return (below + up_to - y.size) / y.size, (up_to - below).astype(np.float64)


def _refuse_ties(x: Floats, y: Floats) -> None:
    if x.min() == max(x.max(), y.max()) and x.max() == y.min():
        raise no_variance("All answers of both groups are tied.")


def _asymmetric(delta: float, variance: float, quantile: float, smaller: int) -> tuple[float, float]:
    """Feng and Cliff's interval, which bends towards 0 as delta nears 1 or -1."""
    if abs(delta) == 1:
        near = (smaller - quantile**2) / (smaller + quantile**2)
        return (near, 1.0) if delta == 1 else (-1.0, -near)
    spread = quantile**2 * variance
    half = quantile * float(np.sqrt(variance) * np.sqrt((1 - delta**2) ** 2 + spread))
    below = 1 - delta**2 + spread
    low, high = (delta - delta**3 - half) / below, (delta - delta**3 + half) / below
    return max(-1.0, min(delta, low)), min(1.0, max(delta, high))
