"""Intraclass correlations: how much of the variance lies between units, how well raters agree.

`icc1` and `icc2` take long data (one row a person, any group sizes); `icc_raters` takes a full table of targets
by raters and knows the six forms of Shrout and Fleiss.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import CONSTANT, Floats, check_level, codes_of, matrix, no_variance, numbers, too_few
from cxresearch.stats._noncentral import holding
from cxresearch.stats.estimate import Estimate

FORMS = ("1", "2", "3", "1k", "2k", "3k")


class OneWay(NamedTuple):
    """Mean squares of a one-way analysis of variance, with the sizes and (shifted) means of the groups."""

    between: float
    within: float
    sizes: Floats
    means: Floats

    @property
    def n(self) -> int:
        """Members of all groups."""
        return int(self.sizes.sum())

    @property
    def size(self) -> float:
        """Mean group size."""
        return self.n / self.sizes.size

    @property
    def f(self) -> float:
        """The F ratio."""
        return self.between / self.within


def icc1(values: ArrayLike, groups: ArrayLike, level: float = 0.95) -> Estimate:
    """ICC(1): share of the variance of single answers that lies between groups.

    Parameters
    ----------
    values : array_like, shape (n,)
        One answer or score a person.
    groups : array_like, shape (n,)
        Unit of each person (branch, team). Groups may differ in size; groups of one count as groups.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        (MSB - MSW) / (MSB + (k - 1) MSW) with the mean group size as k, at least -1 / (k - 1); n counts
        persons. The interval is Wald's, which inverts an F test that is exact for normal answers whatever the
        group sizes; with equal sizes it is the usual F interval.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, an impossible level.
    NotEnoughData
        ``stats.too-few-groups`` below two groups, ``stats.too-few`` when no group has two members,
        ``stats.no-variance`` when no group varies within itself.

    Notes
    -----
    R ``multilevel::ICC1`` takes the mean group size, the analysis-of-variance estimator proper a slightly
    smaller one, (n - sum n_g^2 / n) / (G - 1); the two agree when groups are equally large. The usual F interval
    with a mean size holds too seldom when sizes differ (91 % with groups of 5 to 80, docs/validation-gaps.md).

    References
    ----------
    Bartko 1976, Psychol. Bull. 83:762-765; Bliese 2000, in Klein & Kozlowski, Multilevel Theory, 349-381;
    interval: Wald 1940, Ann. Math. Stat. 11:96-99; Harville & Fenech 1985, Biometrics 41:137-152.

    Examples
    --------
    >>> estimate = icc1([1, 2, 2, 4, 5, 4], ["a", "a", "a", "b", "b", "b"])
    >>> round(estimate.value, 4), round(estimate.low, 4), round(estimate.high, 4)
    (0.9118, 0.3505, 0.9999)
    """
    level = check_level(level)
    table = one_way(values, groups)
    bounds = [ratio / (1 + ratio) for ratio in _variance_ratio(table, level)]
    value = (table.f - 1) / (table.f + table.size - 1)
    return holding("icc1", value, bounds, level, table.n, "one-way F, mean group size, Wald's interval")


def icc2(values: ArrayLike, groups: ArrayLike, level: float = 0.95) -> Estimate:
    """ICC(2): reliability of the group means, (MSB - MSW) / MSB.

    Parameters
    ----------
    values, groups : array_like, shape (n,)
        As in :func:`icc1`.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        At most 1, and below 0 where group means differ less than chance would make them; n counts persons.
        Interval as for ICC(1), for a group of mean size.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`icc1`; also ``stats.no-variance`` when all group means are equal.

    References
    ----------
    As :func:`icc1`; R ``multilevel::ICC2``.

    Examples
    --------
    >>> round(icc2([1, 2, 2, 4, 5, 4], ["a", "a", "a", "b", "b", "b"]).value, 4)
    0.9688
    """
    level = check_level(level)
    table = one_way(values, groups)
    if table.f < CONSTANT:
        raise no_variance("All groups have the same mean, so ICC(2) is not defined.")
    bounds = [table.size * ratio / (1 + table.size * ratio) for ratio in _variance_ratio(table, level)]
    return holding("icc2", 1 - 1 / table.f, bounds, level, table.n, "one-way F, Wald's interval")


def one_way(values: ArrayLike, groups: ArrayLike) -> OneWay:
    """Mean squares between and within groups, in O(n).

    Examples
    --------
    >>> one_way([1, 3, 5, 7], [0, 0, 1, 1]).between
    16.0
    """
    x = numbers(values)
    codes, labels = codes_of(groups, x.size, "groups")
    count = np.bincount(codes).astype(np.float64)
    if count.size < 2:
        raise too_few("too-few-groups", "There are too few groups.", given=len(labels), allowed="at least 2")
    if count.size == x.size:
        raise too_few("too-few", "Every group has one member only.", given=1, allowed="a group of two or more")
    scale = float(np.abs(x).max())
    x = x - float(x[0])
    means = np.bincount(codes, weights=x) / count
    within = float(np.sum((x - means[codes]) ** 2)) / (x.size - count.size)
    between = float(count @ (means - x.mean()) ** 2) / (count.size - 1)
    if np.sqrt(within) <= CONSTANT * scale:
        raise no_variance("No group varies within itself, so the F ratio has no denominator.")
    return OneWay(between, within, count, means)


def _variance_ratio(table: OneWay, level: float) -> tuple[float, float]:
    """Wald's exact bounds of the variance between over the variance within."""
    groups = table.sizes.size
    least = -1 / float(table.sizes.max())

    def f(ratio: float) -> float:
        weight = table.sizes / (1 + table.sizes * ratio)  # inverse variances of the group means
        apart = table.means - weight @ table.means / weight.sum()
        return float(weight @ apart**2) / (groups - 1) / table.within

    def bound(share: float) -> float:
        goal = float(special.fdtri(groups - 1.0, float(table.n - groups), share))
        low = least * (1 - 1e-12)
        if f(low) <= goal:
            return least
        high = 1.0
        while f(high) > goal:
            high *= 2
        return float(optimize.brentq(lambda ratio: f(ratio) - goal, low, high, xtol=1e-15, rtol=1e-14))

    return bound((1 + level) / 2), bound((1 - level) / 2)


def icc_raters(ratings: ArrayLike, form: str = "2", level: float = 0.95) -> Estimate:
    """Intraclass correlation of raters over targets, one of the six forms of Shrout and Fleiss.

    Parameters
    ----------
    ratings : array_like, shape (n, k)
        Rows are targets (cases, mystery visits), columns the k raters; complete.
    form : {"1", "2", "3", "1k", "2k", "3k"}
        1: each target has other raters; 2: raters are a random sample, their level counts (absolute
        agreement); 3: these raters only, their level does not count (consistency). With k: reliability of
        the mean of the k raters instead of one rater.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        n counts targets. Intervals by F, for form 2 with Satterthwaite's degrees of freedom.

    Raises
    ------
    ArgumentError
        ``stats.icc-form``, missing values, fewer than two raters.
    NotEnoughData
        ``stats.too-few`` below two targets, ``stats.no-variance`` without residual variation.

    References
    ----------
    Shrout & Fleiss 1979, Psychol. Bull. 86:420-428; McGraw & Wong 1996, Psychol. Methods 1:30-46.
    As in R ``psych::ICC``.

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(icc_raters(judges, form).value, 2) for form in ("1", "2", "3", "1k", "2k", "3k")]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    level = check_level(level)
    if form not in FORMS:
        raise ArgumentError(unknown_name("stats.icc-form", "form of the ICC", form, FORMS))
    x = matrix(ratings, "ratings")
    n, k = x.shape
    scale = float(np.abs(x).max())
    x = x - float(x[0, 0])
    rows, columns, grand = x.mean(axis=1), x.mean(axis=0), float(x.mean())
    targets = k * float(np.sum((rows - grand) ** 2)) / (n - 1)
    raters = n * float(np.sum((columns - grand) ** 2)) / (k - 1)
    residual = float(np.sum((x - rows[:, None] - columns + grand) ** 2)) / ((n - 1) * (k - 1))
    within = float(np.sum((x - rows[:, None]) ** 2)) / (n * (k - 1))
    error = within if form[0] == "1" else residual
    if np.sqrt(error) <= CONSTANT * scale or np.sqrt(targets) <= CONSTANT * scale:
        raise no_variance("Raters or targets leave no variation to compare, so the F ratio is not defined.")
    tail = (1 - level) / 2
    if form[0] == "2":
        value = (targets - residual) / (targets + (k - 1) * residual + k * (raters - residual) / n)
        bounds = _random_raters(targets, raters, residual, value, n, k, tail)
    else:
        df1, df2 = n - 1.0, (n - 1.0) * (k - 1.0) if form[0] == "3" else n * (k - 1.0)
        f = targets / error
        value = (f - 1) / (f + k - 1)
        limits = [f / float(special.fdtri(df1, df2, share)) for share in (1 - tail, tail)]
        bounds = [(limit - 1) / (limit + k - 1) for limit in limits]
    if form.endswith("k"):
        value, bounds = k * value / (1 + (k - 1) * value), [k * b / (1 + (k - 1) * b) for b in bounds]
    return holding(f"icc_{form}", value, bounds, level, n, "Shrout-Fleiss, F interval")


def _random_raters(
    targets: float, raters: float, residual: float, icc: float, n: int, k: int, tail: float
) -> list[float]:
    """Interval of form 2: the error is a sum of two mean squares with Satterthwaite's df."""
    ratio = raters / residual
    a, b = k * icc * ratio, n * (1 + (k - 1) * icc) - k * icc
    df = (k - 1) * (n - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    error = k * raters + (k * n - k - n) * residual
    up = float(special.fdtri(n - 1.0, df, 1 - tail))
    down = float(special.fdtri(df, n - 1.0, 1 - tail))
    return [
        n * (targets - up * residual) / (up * error + n * targets),
        n * (down * targets - residual) / (error + n * down * targets),
    ]
