"""Do the members of a unit agree? Indices of agreement within groups; their reliability is in `icc`.

Every index is computed for all groups at once in O(n log n); a group of one has no agreement (NaN).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import check_count, wrong
from cxresearch.stats.by_group import (
    ByGroup,
    Spread,
    by_group,
    group_means,
    group_medians,
    group_variance,
    read_groups,
)
from cxresearch.stats.icc import icc1, icc2

__all__ = ["ByGroup", "Spread", "average_deviation", "awg", "icc1", "icc2", "null_variance", "rwg"]

#: Variances of answers that follow a null distribution, for scales of 5 to 11 points (LeBreton & Senter 2008, tab. 2).
NULL_VARIANCES: dict[str, tuple[float, ...]] = {
    "slight": (1.34, 1.85, 2.90, 3.47, 5.66, 6.30, 7.31),
    "moderate": (0.90, 1.26, 2.14, 2.79, 4.73, 5.09, 6.32),
    "heavy": (0.44, 0.69, 1.39, 2.35, 3.16, 3.46, 4.02),
    "triangular": (1.32, 1.45, 2.10, 2.81, 3.00, 2.89, 3.32),
    "normal": (1.04, 1.25, 1.40, 1.73, 1.58, 1.45, 1.40),
}
NULLS = ("uniform", *NULL_VARIANCES)


def null_variance(points: int, null: str = "uniform") -> float:
    """Variance of answers of people who do not agree at all, on a scale of `points` points.

    Parameters
    ----------
    points : int
        Number of answer options; for skewed, triangular and normal nulls 5 to 11.
    null : {"uniform", "slight", "moderate", "heavy", "triangular", "normal"}
        Uniform (points^2 - 1) / 12; slightly, moderately and heavily skewed allow for a leniency bias.

    Returns
    -------
    float

    Raises
    ------
    ArgumentError
        ``stats.null``, ``stats.points``.

    References
    ----------
    James, Demaree & Wolf 1984, J. Appl. Psychol. 69:85-98; LeBreton & Senter 2008, Organ. Res. Methods
    11:815-852, table 2.

    Examples
    --------
    >>> null_variance(5), null_variance(5, "slight"), null_variance(7, "moderate")
    (2.0, 1.34, 2.14)
    """
    if null not in NULLS:
        raise ArgumentError(unknown_name("stats.null", "null distribution", null, NULLS))
    a = check_count(points, "points", least=2)
    if null == "uniform":
        return (a * a - 1) / 12
    if not 5 <= a <= 11:
        raise wrong(
            "points",
            "The variance of this null distribution is published for 5 to 11 points only.",
            given=a,
            allowed="5 to 11",
            do="Give the variance itself as `null`.",
        )
    return NULL_VARIANCES[null][a - 5]


def rwg(items: ArrayLike, groups: ArrayLike, points: int = 5, null: str | float = "uniform") -> ByGroup:
    """Agreement within groups against answers at random; with several items stepped up to their scale.

    Parameters
    ----------
    items : array_like, shape (n,) or (n, j)
        Answers, complete; one column an item.
    groups : array_like, shape (n,)
        Unit of each person.
    points : int
        Number of answer options (not the highest code: 0..10 has 11).
    null : str or float
        A null distribution, see :func:`null_variance`, or its variance. Report a uniform and a skewed one.

    Returns
    -------
    ByGroup
        1 - s^2 / s_E^2, for j items stepped up as by Spearman and Brown, with the mean item variance. Groups
        that vary more than the null have 0 and are marked in `cut`.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, ``stats.null``, ``stats.points``.

    References
    ----------
    James, Demaree & Wolf 1984, J. Appl. Psychol. 69:85-98; LeBreton & Senter 2008. As in R
    ``multilevel::rwg`` and ``rwg.j``.

    Examples
    --------
    >>> rwg([[4, 4], [5, 4], [4, 5], [1, 5], [5, 2]], [1, 1, 1, 2, 2]).values.round(4).tolist()
    [0.9091, 0.0]
    """
    x, codes, labels, count = read_groups(items, groups)
    if isinstance(null, str):
        expected = null_variance(points, null)
    else:
        expected = check_real(null, "null", low=0, open_low=True)
    variance = group_variance(x, codes, count).mean(axis=1)
    ratio = np.minimum(variance / expected, 1.0)  # NaN stays NaN
    j = x.shape[1]
    values = j * (1 - ratio) / (j * (1 - ratio) + ratio)
    name = null if isinstance(null, str) else f"variance {expected:g}"
    return by_group("rwg", labels, count, values, variance > expected, f"{j} item(s), {name} null")


def average_deviation(items: ArrayLike, groups: ArrayLike, around: str = "mean") -> ByGroup:
    """Average deviation (AD) of a group's answers from their mean or median, in scale points.

    Parameters
    ----------
    items : array_like, shape (n,) or (n, j)
        Answers, complete; with several items AD is averaged over items.
    groups : array_like, shape (n,)
        Unit of each person.
    around : {"mean", "median"}

    Returns
    -------
    ByGroup
        0 is perfect agreement. A common upper limit is points / 6 (Burke & Dunlap 2002).

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, ``stats.around``.

    References
    ----------
    Burke, Finkelstein & Dusig 1999, Organ. Res. Methods 2:49-68; Burke & Dunlap 2002, Organ. Res. Methods
    5:159-172. As in R ``multilevel::ad.m``.

    Examples
    --------
    >>> average_deviation([1, 2, 2, 5], [1, 1, 1, 1], "median").values.tolist()
    [1.0]
    """
    if around not in ("mean", "median"):
        raise ArgumentError(unknown_name("stats.around", "centre", around, ("mean", "median")))
    x, codes, labels, count = read_groups(items, groups)
    centre = group_means(x, codes, count) if around == "mean" else group_medians(x, codes, count)
    values = group_means(np.abs(x - centre[codes]), codes, count).mean(axis=1)
    values[count < 2] = np.nan
    return by_group(f"ad_{around}", labels, count, values, np.zeros(count.size, bool), f"around the {around}")


def awg(items: ArrayLike, groups: ArrayLike, low: float = 1, high: float = 5) -> ByGroup:
    """Agreement against the most disagreement that the group's own mean allows (Brown & Hauenstein).

    Parameters
    ----------
    items : array_like, shape (n,) or (n, j)
        Answers between `low` and `high`, complete; with several items awg is averaged over items.
    groups : array_like, shape (n,)
        Unit of each person.
    low, high : float
        Ends of the scale.

    Returns
    -------
    ByGroup
        -1 to 1. An item is left out where the mean lies within one member's answer of an end of the scale
        (there it cannot be interpreted), and counts as 1 where all members chose the same end.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, ``stats.range`` for answers outside the scale.

    References
    ----------
    Brown & Hauenstein 2005, Organ. Res. Methods 8:165-184. As in R ``multilevel::awg``.

    Examples
    --------
    >>> awg([1, 2, 2, 4, 3, 4], [1, 1, 1, 2, 2, 2]).values.round(4).tolist()
    [nan, 0.875]
    """
    x, codes, labels, count = read_groups(items, groups)
    if not low < high or (x < low).any() or (x > high).any():
        raise wrong(
            "range",
            "Answers lie outside the scale.",
            given=(float(x.min()), float(x.max())),
            allowed=f"{low} to {high}",
        )
    means, variance = group_means(x, codes, count), group_variance(x, codes, count)
    k = count[:, None].astype(np.float64)
    slack = 1e-9 * (high - low)  # a mean that is one member away from an end is still inside
    inside = (means >= (low * (k - 1) + high) / k - slack) & (means <= (high * (k - 1) + low) / k + slack)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 1 - 2 * variance / ((high - means) * (means - low) * k / (k - 1))
    value[~inside] = np.nan
    value[(np.abs(means - low) <= slack) | (np.abs(means - high) <= slack)] = 1.0
    used = (~np.isnan(value)).sum(axis=1)
    values = np.where(used > 0, np.nansum(value, axis=1) / np.maximum(used, 1), np.nan)
    values[count < 2] = np.nan
    return by_group("awg", labels, count, values, np.zeros(count.size, bool), f"scale {low:g} to {high:g}")
