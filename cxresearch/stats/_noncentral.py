"""Intervals for noncentrality parameters, by inverting the distribution of the test statistic."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scipy import optimize, special

from cxresearch.stats.estimate import Estimate

_EXACT = 4e-16


def noncentral_t(t: float, df: float, level: float) -> tuple[float, float]:
    """Bounds of the noncentrality of an observed t (Steiger & Fouladi 1997)."""
    tail = (1 - level) / 2
    spread = (1 + t * t / (2 * df)) ** 0.5

    def bound(share: float) -> float:
        def miss(nc: float) -> float:  # P(T <= t) falls with nc; t > 0 keeps the tail precise
            return float(special.nctdtr(df, nc, t)) - share

        low, high = t - spread, t + spread
        while miss(low) < 0:
            low -= 2 * spread
        while miss(high) > 0:
            high += 2 * spread
        return float(optimize.brentq(miss, low, high, xtol=1e-13 * max(1.0, abs(t)), rtol=4 * _EXACT))

    return bound(1 - tail), bound(tail)


def noncentral_chi2(x: float, df: float, level: float) -> tuple[float, float]:
    """Bounds of the noncentrality of an observed chi-square; 0 where none is that small."""
    return _positive(lambda nc: float(special.chndtr(x, df, nc)), x, level)


def noncentral_f(f: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """Bounds of the noncentrality of an observed F; 0 where none is that small."""
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


def holding(
    statistic: str, value: float, bounds: Sequence[float], level: float, n: int, method: str
) -> Estimate:
    """An estimate whose interval is stretched to hold its own value (it may not near 0)."""
    return Estimate(statistic=statistic, value=value, low=min(value, bounds[0]), high=max(value, bounds[1]),
                    level=level, n=n, method=method)
