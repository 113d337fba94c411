"""Intervals that several files of this floor need: t around a value, and functions of coefficients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from cxresearch.stats._check import Floats
from cxresearch.stats.estimate import Estimate


def t_interval(
    statistic: str, value: float, se: float, df: float | None, level: float, n: int, method: str
) -> Estimate:
    """An estimate with value +- t se, or z se where df is None."""
    share = (1 + level) / 2
    half = float(special.ndtri(share) if df is None else special.stdtrit(df, share)) * se
    return Estimate(
        statistic=statistic,
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        n=n,
        method=method,
        se=se,
        df=df,
    )


def two_sided_p(value: float, se: float, df: float | None) -> float:
    """P-value of "the value is 0"; NaN where there is no value."""
    size = -abs(value) / se if se > 0 else np.nan
    return float(2 * (special.ndtr(size) if df is None else special.stdtr(df, size)))


def delta(function: Callable[[Any], Any], at: Floats, cov: Floats) -> tuple[float, float]:
    """Value of a smooth function of coefficients and its standard error, by the delta method.

    The gradient comes from complex steps (Squire & Trapp 1998, SIAM Rev. 40:110-112), exact to rounding.
    """
    with np.errstate(all="ignore"):
        value = float(np.real(function(at.astype(np.complex128))))
        steps = at.astype(np.complex128) + 1e-30j * np.eye(at.size)
        gradient = np.array([np.imag(function(step)) / 1e-30 for step in steps])
        variance = float(gradient @ cov @ gradient)
    if not (np.isfinite(value) and np.isfinite(variance)):
        return np.nan, np.nan
    return value, float(np.sqrt(max(variance, 0.0)))
