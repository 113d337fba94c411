"""Intervals for noncentrality parameters, by inverting the distribution of the test statistic."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import optimize, special

from cxresearch.stats.estimate import Estimate

_EXACT = 4e-16
_HUGE_T, _HUGE_F = 1e4, 1e8  # beyond these the numerator's own error is nothing beside the denominator's


def noncentral_t(t: float, df: float, level: float) -> tuple[float, float]:
    """Bounds of the noncentrality of an observed t (Steiger & Fouladi 1997), odd in t."""
    if t < 0:
        low, high = noncentral_t(-t, df, level)
        return -high, -low
    tail = (1 - level) / 2
    if t > _HUGE_T:
        return (
            t * float(np.sqrt(special.chdtri(df, 1 - tail) / df)),
            t * float(np.sqrt(special.chdtri(df, tail) / df)),
        )
    spread = float(np.sqrt(1 + t * t / (2 * df)))

    def bound(share: float) -> float:
        def miss(nc: float) -> float:
            probability = float(special.nctdtr(df, nc, t))  # falls as nc grows
            return (1.0 if np.isnan(probability) and nc < t else probability) - share

        low, high = t - spread, t + spread
        while miss(low) < 0:
            low -= 2 * spread
        while miss(high) > 0:
            high += 2 * spread
        return float(optimize.brentq(miss, low, high, xtol=1e-13 * max(1.0, t), rtol=4 * _EXACT))

    return bound(1 - tail), bound(tail)


def noncentral_chi2(x: float, df: float, level: float) -> tuple[float, float]:
    """Bounds of the noncentrality of an observed chi-square; 0 where none is that small."""
    return _positive(lambda nc: float(special.chndtr(x, df, nc)), x, level)


def noncentral_f(f: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """Bounds of the noncentrality of an observed F; 0 where none is that small."""
    if f > _HUGE_F:
        tail, unit = (1 - level) / 2, f * df1 / df2
        return unit * float(special.chdtri(df2, 1 - tail)), unit * float(special.chdtri(df2, tail))
    return _positive(lambda nc: float(special.ncfdtr(df1, df2, nc, f)), f * df1, level)


def _positive(cdf: Callable[[float], float], centre: float, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    if centre <= 0:
        return 0.0, 0.0

    def bound(share: float) -> float:
        if cdf(0.0) <= share:
            return 0.0
        high = centre + 1.0
        while cdf(high) > share:
            high *= 2
        return float(
            optimize.brentq(lambda nc: cdf(nc) - share, 0.0, high, xtol=1e-13 * max(1.0, centre), rtol=4 * _EXACT)
        )

    return bound(1 - tail), bound(tail)


def holding(statistic: str, value: float, bounds: Sequence[float], level: float, n: int, method: str) -> Estimate:
    """An estimate whose interval is stretched to hold its own value (it may not near 0)."""
    return Estimate(
        statistic=statistic,
        value=value,
        low=min(value, bounds[0]),
        high=max(value, bounds[1]),
        level=level,
        n=n,
        method=method,
    )
