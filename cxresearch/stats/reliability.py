"""Reliability of a scale of several items; omega is in `omega`, constructs against each other in `validity`.

All of it can be imported from here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import Floats, check_level, no_variance, wrong
from cxresearch.stats._items import Items, alpha_of, items, mean_off, minority_signs
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.omega import Omega, SchmidLeiman, omega
from cxresearch.stats.ordinal_reliability import OrdinalReliability, ordinal_reliability, standardised_alpha
from cxresearch.stats.validity import (
    HeterotraitMonotrait,
    average_variance_extracted,
    composite_reliability,
    htmt,
)

__all__ = [
    "PROBLEMS",
    "CronbachAlpha",
    "HeterotraitMonotrait",
    "ItemTotal",
    "Omega",
    "OrdinalReliability",
    "SchmidLeiman",
    "average_variance_extracted",
    "composite_reliability",
    "cronbach_alpha",
    "htmt",
    "omega",
    "ordinal_reliability",
    "spearman_brown",
    "standardised_alpha",
]

#: What the codes in ``problems`` mean.
PROBLEMS = {
    "negative_items": "items run against the others (see `negative`): reverse them, or they do not belong",
    "negative_average": "items covary negatively on average: the value is not a reliability",
}


@dataclass(frozen=True, kw_only=True)
class ItemTotal:
    """One item beside the sum of the scale.

    Parameters
    ----------
    item : int
        Position, counted from 0.
    mean, sd : float
    r_total : float
        Correlation with the sum of all items, the item among them.
    r_drop : float or None
        Corrected: with the sum of the others. None when the others add up to a constant.
    alpha_dropped : float or None
        Raw alpha without the item; None with two items.
    """

    item: int
    mean: float
    sd: float
    r_total: float
    r_drop: float | None
    alpha_dropped: float | None


@dataclass(frozen=True, kw_only=True)
class CronbachAlpha:
    """Cronbach's alpha of a scale.

    Parameters
    ----------
    raw : Estimate
        Alpha of the sum of the answers, with Feldt's interval (answers normal).
    robust : Estimate
        The same value with a distribution-free interval: the one to report for skewed ratings from about 100
        respondents on, where Feldt's is too short at any n (docs/validation-measurement.md).
    standardised : float or None
        Alpha of the sum of standardised answers; None when that sum is constant.
    mean_r : float
        Mean correlation between items.
    items : tuple of ItemTotal
    negative : tuple of int
        Items (counted from 0) on the smaller side of the first principal component. When both sides weigh
        the same, only their wording tells which one is reversed.
    problems : tuple of str
        Codes, explained in ``PROBLEMS``.
    n, n_dropped : int
        Respondents with an answer to every item, and without.
    """

    raw: Estimate
    robust: Estimate
    standardised: float | None
    mean_r: float
    items: tuple[ItemTotal, ...]
    negative: tuple[int, ...]
    problems: tuple[str, ...]
    n: int
    n_dropped: int


def cronbach_alpha(values: ArrayLike, level: float = 0.95) -> CronbachAlpha:
    """Cronbach's alpha with Feldt's and a distribution-free interval, item-total correlations and alpha without each item.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Answers; NaN is a missing one, and such respondents are left out (listwise). Nothing is reversed.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    CronbachAlpha
        A lower bound of the reliability of the sum when errors are unrelated; it does not show that items
        measure one thing.

    Raises
    ------
    NotEnoughData
        ``stats.too-few`` below three complete respondents, ``stats.constant-item``, ``stats.no-variance``
        when the sum is constant.

    References
    ----------
    Cronbach 1951, Psychometrika 16:297-334; Feldt 1965, Psychometrika 30:357-370; Feldt, Woodruff & Salih
    1987, Appl. Psychol. Meas. 11:93-103; distribution-free: Maydeu-Olivares, Coffman & Hartmann 2007, Psychol.
    Methods 12:157-176 (with t for z). As R ``psych::alpha`` (which gives other values without each item
    when there are two).

    Examples
    --------
    >>> alpha = cronbach_alpha([[1, 2, 2], [3, 3, 4], [4, 5, 5], [2, 2, 1], [5, 4, 5], [3, 4, 3]])
    >>> round(alpha.raw.value, 4), round(alpha.raw.low, 4), round(alpha.items[0].r_drop, 4)
    (0.9344, 0.7222, 0.8798)
    """
    level = check_level(level)
    x = items(values)
    n, k = x.values.shape
    covariance = x.r * np.outer(x.relative, x.relative)
    if covariance.sum() <= 1e-12 * np.abs(covariance).sum():
        raise no_variance("The items add up to the same sum for everybody.")
    value = alpha_of(covariance)
    tail = (1 - level) / 2
    low, high = (1 - (1 - value) * float(stats.f.ppf(q, n - 1, (n - 1) * (k - 1))) for q in (1 - tail, tail))
    negative = minority_signs(x.r)
    mean_r = mean_off(x.r)
    problems = ("negative_items",) if negative else ()
    return CronbachAlpha(
        raw=Estimate(statistic="cronbach_alpha", value=value, low=low, high=high, level=level, n=n, method="Feldt F"),
        robust=_robust(x, value, level),
        standardised=alpha_of(x.r) if x.r.sum() > 1e-12 * k else None,
        mean_r=mean_r,
        items=_item_totals(x, covariance),
        negative=negative,
        problems=problems + (("negative_average",) if value < 0 or mean_r < 0 else ()),
        n=n,
        n_dropped=x.n_dropped,
    )


def spearman_brown(a: ArrayLike, b: ArrayLike, level: float = 0.95, robust: bool = False) -> Estimate:
    """Reliability of the sum of two (standardised) items, 2 r / (1 + r): the figure to report for two items.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Answers of the same respondents; a missing answer (NaN) drops the respondent.
    level : float
        Confidence level between 0 and 1.
    robust : bool
        Take the standard error of Fisher's z from the answers instead of 1 / sqrt(n - 3), which is too small
        for skewed ratings.

    Returns
    -------
    Estimate
        Interval from Fisher's z of r, stepped up. Negative when the items correlate negatively.

    Raises
    ------
    NotEnoughData
        ``stats.too-few`` below four complete respondents, ``stats.constant-item``, ``stats.no-variance``
        when r is -1.

    References
    ----------
    Spearman 1910, Brown 1910, Br. J. Psychol. 3:271-295, 296-322; Eisinga, te Grotenhuis & Pelzer 2013, Int. J.
    Public Health 58:637-642.

    Examples
    --------
    >>> estimate = spearman_brown([1, 2, 3, 4, 5, 3], [2, 1, 3, 5, 4, 4])
    >>> round(estimate.value, 4)
    0.8692
    """
    level = check_level(level)
    first, second = np.asarray(a, dtype=object), np.asarray(b, dtype=object)
    if first.ndim != 1 or first.shape != second.shape:
        raise wrong("unequal-length", "Two items need one answer each.", given=(first.shape, second.shape))
    x = items(pd.DataFrame({"a": first, "b": second}), rows=4)
    r, n = float(x.r[0, 1]), x.values.shape[0]
    if r <= -1 + 1e-12:
        raise no_variance("The standardised items add up to a constant.")
    se = 1 / np.sqrt(n - 3)
    if robust and r < 1 - 1e-12:
        scores = (x.values - x.means) / x.sds
        spread = scores[:, 0] * scores[:, 1] - r / 2 * (scores**2).sum(axis=1)
        se = np.sqrt((spread**2).sum() / (n * (n - 3))) / (1 - r**2)
    z, half = np.arctanh(min(r, 1 - 1e-15)), stats.norm.ppf((1 + level) / 2) * se
    low, high = (1.0, 1.0) if r >= 1 - 1e-12 else (float(np.tanh(z - half)), float(np.tanh(z + half)))
    return Estimate(
        statistic="spearman_brown",
        value=2 * r / (1 + r),
        low=2 * low / (1 + low),
        high=2 * high / (1 + high),
        level=level,
        n=n,
        method="Fisher z of r, distribution-free" if robust else "Fisher z of r",
    )


def _robust(x: Items, value: float, level: float) -> Estimate:
    """Interval from the influence of every respondent on alpha."""
    n, k = x.values.shape
    away = (x.values - x.means) / x.sds * x.relative
    own, total = (away**2).sum(axis=1), away.sum(axis=1) ** 2
    ratio = k * float(own.sum() / total.sum())  # 1 - alpha = (ratio - 1) / (k - 1)
    influence = ratio / (k - 1) * (own / own.sum() - total / total.sum())  # one n-th of it
    se = float(np.sqrt((influence**2).sum() * n / (n - 1)))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * se
    return Estimate(
        statistic="cronbach_alpha",
        value=value,
        low=value - half,
        high=max(value, min(value + half, 1.0)),
        level=level,
        n=n,
        method="distribution-free, t",
        se=se,
        df=n - 1.0,
    )


def _item_totals(x: Items, covariance: Floats) -> tuple[ItemTotal, ...]:
    k = x.relative.size
    total, with_total, own = float(covariance.sum()), covariance.sum(axis=0), np.diag(covariance)
    rows = []
    for i in range(k):
        with_rest = float(with_total[i] - own[i])
        rest = float(np.delete(np.delete(covariance, i, 0), i, 1).sum())
        scale = float(np.abs(np.delete(np.delete(covariance, i, 0), i, 1)).sum())
        varies = rest > 1e-12 * scale
        rest_trace = float(own.sum() - own[i])
        rows.append(
            ItemTotal(
                item=i,
                mean=float(x.means[i]),
                sd=float(x.sds[i]),
                r_total=float(with_total[i] / np.sqrt(own[i] * total)),
                r_drop=with_rest / float(np.sqrt(own[i] * rest)) if varies else None,
                alpha_dropped=(k - 1) / (k - 2) * (1 - rest_trace / rest) if k > 2 and varies else None,
            )
        )
    return tuple(rows)
