"""Intervals from bootstrap replicates: percentile, and bias-corrected and accelerated (BCa)."""

from __future__ import annotations

import numpy as np
from scipy import special

from cxresearch.stats._check import Floats


def percentile_bounds(replicates: Floats, level: float) -> tuple[float, float]:
    """Bounds of the percentile interval; replicates that are NaN are left out.

    Examples
    --------
    >>> [round(bound, 9) for bound in percentile_bounds(np.arange(101.0), 0.9)]
    [5.0, 95.0]
    """
    return _quantiles(replicates, (1 - level) / 2, (1 + level) / 2)


def bca_bounds(replicates: Floats, value: float, acceleration: float, level: float) -> tuple[float, float]:
    """Bounds of the BCa interval; ties with the value count half in the bias correction.

    Parameters
    ----------
    replicates : ndarray, shape (draws,)
    value : float
        The statistic of the sample itself.
    acceleration : float
        From the jackknife, see :func:`jackknife_acceleration`.
    level : float

    References
    ----------
    Efron 1987, J. Am. Stat. Assoc. 82:171-185; Efron & Tibshirani 1993, ch. 14. As ``scipy.stats.bootstrap``.

    Examples
    --------
    >>> [round(bound, 9) for bound in bca_bounds(np.arange(101.0), 50.0, 0.0, 0.9)]
    [5.0, 95.0]
    """
    known = replicates[~np.isnan(replicates)]
    slack = 1e-12 * max(1.0, float(np.abs(known).max(initial=0.0)))
    below = float(np.mean(known < value - slack) + np.mean(known <= value + slack)) / 2
    edge = 1 / (2 * max(known.size, 1))  # a value outside all replicates has no finite correction
    bias = float(special.ndtri(min(max(below, edge), 1 - edge)))
    shares = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + float(special.ndtri(tail))
        shares.append(float(special.ndtr(bias + z / (1 - acceleration * z))))
    return _quantiles(known, *shares)


def jackknife_acceleration(left_out: list[Floats]) -> float:
    """Acceleration from the statistic without each respondent, one array a group.

    References
    ----------
    Efron & Tibshirani 1993, eq. 14.15; several groups as in ``scipy.stats.bootstrap``.

    Examples
    --------
    >>> jackknife_acceleration([np.array([1.0, 2.0, 3.0])])
    0.0
    """
    cubes = squares = 0.0
    for values in left_out:
        n = values.size
        influence = (n - 1) * (values.mean() - values)
        cubes += float(np.sum(influence**3)) / n**3
        squares += float(np.sum(influence**2)) / n**2
    return cubes / (6 * squares**1.5) if squares > 0 else 0.0


def _quantiles(replicates: Floats, low: float, high: float) -> tuple[float, float]:
    known = replicates[~np.isnan(replicates)]
    if known.size == 0:
        return np.nan, np.nan
    bounds = np.quantile(known, [low, high])
    return float(bounds[0]), float(bounds[1])
