"""Is it agreement that matters, or one side alone? Polynomial regression with its response surface.

Z = b0 + b1 X + b2 Y + b3 X^2 + b4 XY + b5 Y^2, with X and Y in the same units, centred at the same point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import Floats, check_level, no_variance, numbers, pairs, wrong
from cxresearch.stats._intervals import delta, t_interval, two_sided_p
from cxresearch.stats.estimate import Estimate, Test
from cxresearch.stats.regression import least_squares

#: Rows are a1..a5, columns b0..b5: slope and curvature along Y = X, along Y = -X, and a5.
LINES = np.array(
    [[0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 1, -1, 0, 0, 0], [0, 0, 0, 1, -1, 1], [0, 0, 0, 1, 0, -1]], float
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One condition of a congruence effect.

    Parameters
    ----------
    name : str
        ``"p10"``, ``"p11"``, ``"a3"`` or ``"a4"``.
    estimate : Estimate
    expected : float
        Value under congruence (for a4 the bound it must lie below).
    p : float
        Two-sided p-value of "the value is `expected`".
    met : bool
        For a4: significantly below 0. For the others: not significantly different from `expected`, which is
        weaker than shown to be equal to it; see the interval.
    """

    name: str
    estimate: Estimate
    expected: float
    p: float
    met: bool


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """Shares of pairs in which X is higher, about equal, lower than Y; they sum to 1.

    Examples
    --------
    >>> discrepancy([1, 2, 3, 5], [1, 3, 3, 4]).congruent
    0.75
    """

    over: float
    congruent: float
    under: float
    cut: float
    n: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface:
    """A fitted response surface.

    Parameters
    ----------
    n : int
    midpoint : float
        Subtracted from X and Y; the constant, the stationary point and p10, p20 are in centred units.
    errors : {"ols", "hc3", "cluster"}
    df, r2 : float
    b : mapping of Estimate
        b0..b5.
    a : mapping of Estimate
        a1 = b1 + b2 and a2 = b3 + b4 + b5 along Y = X; a3 = b1 - b2 and a4 = b3 - b4 + b5 along Y = -X;
        a5 = b3 - b5.
    axes : mapping of Estimate
        Stationary point x0, y0; principal axes Y = p10 + p11 X and Y = p20 + p21 X; `shift`, the X at which
        the surface turns along Y = -X. By the delta method; NaN where not defined (no curvature).
    curvature : Test
        F test of b3 = b4 = b5 = 0: without curvature there is no ridge, whatever the axes say.
    checks : tuple of Check
        p10 = 0, p11 = 1, a3 = 0, a4 < 0.
    congruent : bool
        All four are met and the curvature is significant.
    discrepancy : Discrepancy
        With less than 10 % of pairs apart do not run a surface.
    """

    n: int
    midpoint: float
    errors: str
    df: float
    r2: float
    b: Mapping[str, Estimate]
    a: Mapping[str, Estimate]
    axes: Mapping[str, Estimate]
    curvature: Test
    checks: tuple[Check, ...]
    congruent: bool
    discrepancy: Discrepancy


def response_surface(
    x: ArrayLike,
    y: ArrayLike,
    z: ArrayLike,
    midpoint: float,
    errors: str = "ols",
    clusters: ArrayLike | None = None,
    level: float = 0.95,
) -> Surface:
    """Fit the polynomial regression of an outcome on two linked ratings, and read its surface.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Two ratings of the same unit on the same scale (self-image and customers' view).
    z : array_like, shape (n,)
        Outcome of the unit.
    midpoint : float
        Centre of the common scale, such as 3 for 1..5; subtracted from x and y.
    errors : {"ols", "hc3"}
        Standard errors; `clusters` makes them cluster-robust.
    clusters : array_like, shape (n,), optional
        Cluster of each unit.
    level : float
        Confidence level; the checks use the error rate 1 - level.

    Returns
    -------
    Surface

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, ``stats.errors``, ``stats.midpoint``.
    NotEnoughData
        As :func:`~cxresearch.stats.regression.least_squares`; ``stats.collinear`` also for x or y with fewer
        than three values.

    References
    ----------
    Edwards & Parry 1993, Acad. Manage. J. 36:1577-1613; Shanock et al. 2010, J. Bus. Psychol. 25:543-554;
    Humberg, Nestler & Back 2019, Soc. Psychol. Pers. Sci. 10:409-419 (the checks). As in R ``RSA::RSA``.

    Examples
    --------
    >>> x, y = np.meshgrid([1.0, 2, 3, 4, 5], [1.0, 2, 3, 4, 5])
    >>> noise = np.sin(7 * np.arange(25)) / 10
    >>> surface = response_surface(x.ravel(), y.ravel(), -((x - y) ** 2).ravel() + noise, midpoint=3)
    >>> round(surface.a["a4"].value, 2), surface.congruent
    (-3.99, True)
    """
    level = check_level(level)
    first, second = pairs(x, y)
    outcome = numbers(z, "z")
    if outcome.size != first.size:
        raise wrong("unequal-length", "Outcome and ratings must have equal length.", given=(outcome.size, first.size))
    midpoint = check_real(midpoint, "midpoint")
    u, v = first - midpoint, second - midpoint
    design = np.column_stack([np.ones(u.size), u, v, u * u, u * v, v * v])
    fit = least_squares(design, outcome, errors, clusters)
    method = f"{fit.errors} standard errors, t"

    def estimates(names: list[str], values: Floats, ses: Floats, how: str) -> Mapping[str, Estimate]:
        rows = zip(names, values.tolist(), ses.tolist(), strict=True)
        return MappingProxyType({k: t_interval(k, value, se, fit.df, level, fit.n, how) for k, value, se in rows})

    b = estimates([f"b{i}" for i in range(6)], fit.coefficients, np.sqrt(np.diag(fit.cov)), method)
    line_cov = LINES @ fit.cov @ LINES.T
    a = estimates([f"a{i}" for i in range(1, 6)], LINES @ fit.coefficients, np.sqrt(np.diag(line_cov)), method)
    found = np.array([delta(function, fit.coefficients, fit.cov) for function in AXES.values()])
    axes = estimates(list(AXES), found[:, 0], found[:, 1], f"delta method, {method}")
    curvature = _curvature(fit.coefficients[3:], fit.cov[3:, 3:], fit.df, fit.n)
    checks = tuple(_check({**a, **axes}[name], goal, level) for name, goal in GOALS)
    return Surface(
        n=fit.n,
        midpoint=midpoint,
        errors=fit.errors,
        df=fit.df,
        r2=fit.r2,
        b=b,
        a=a,
        axes=axes,
        curvature=curvature,
        checks=checks,
        congruent=all(check.met for check in checks) and curvature.p < 1 - level,
        discrepancy=discrepancy(first, second),
    )


def discrepancy(x: ArrayLike, y: ArrayLike, cut: float = 0.5, unit: str = "own") -> Discrepancy:
    """How many pairs are apart by more than `cut` standard deviations?

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Two ratings of the same units.
    cut : float
        In standard deviations, above 0.
    unit : {"own", "common"}
        "own": each rating standardised by its own mean and SD (the published rule; it removes a difference of
        levels). "common": both by the mean and SD of all ratings, which keeps it.

    Returns
    -------
    Discrepancy
        `over` counts x above y.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, ``stats.cut``, ``stats.unit``.
    NotEnoughData
        ``stats.no-variance`` when a rating does not vary.

    References
    ----------
    Fleenor, McCauley & Brutus 1996, Leadersh. Q. 7:487-506; Shanock et al. 2010; Humberg, Nestler & Back 2019
    for the common unit.

    Examples
    --------
    >>> discrepancy([3, 4, 5, 4], [1, 2, 3, 2], unit="common").over
    1.0
    """
    first, second = pairs(x, y)
    cut = check_real(cut, "cut", low=0, open_low=True)
    if unit not in ("own", "common"):
        raise ArgumentError(unknown_name("stats.unit", "unit", unit, ("own", "common")))
    both = np.concatenate([first, second])
    scales = [(v.mean(), v.std(ddof=1)) for v in ((first, second) if unit == "own" else (both, both))]
    if (min(np.ptp(first), np.ptp(second)) == 0 and unit == "own") or np.ptp(both) == 0:
        raise no_variance("A rating does not vary, so there is no unit to compare by.")
    gap = (first - scales[0][0]) / scales[0][1] - (second - scales[1][0]) / scales[1][1]
    over, under = float(np.mean(gap > cut)), float(np.mean(gap < -cut))
    return Discrepancy(over=over, congruent=float(np.mean(np.abs(gap) <= cut)), under=under, cut=cut, n=gap.size)


def _x0(b: Any) -> Any:
    return (b[2] * b[4] - 2 * b[1] * b[5]) / (4 * b[3] * b[5] - b[4] ** 2)


def _y0(b: Any) -> Any:
    return (b[1] * b[4] - 2 * b[2] * b[3]) / (4 * b[3] * b[5] - b[4] ** 2)


def _slope(b: Any) -> Any:
    """Slope of the first principal axis, written so that nothing cancels."""
    tilt, root = b[3] - b[5], np.sqrt((b[3] - b[5]) ** 2 + b[4] ** 2)
    return b[4] / (tilt + root) if tilt.real > 0 else (root - tilt) / b[4]


AXES: dict[str, Callable[[Any], Any]] = {
    "x0": _x0,
    "y0": _y0,
    "p10": lambda b: _y0(b) - _slope(b) * _x0(b),
    "p11": _slope,
    "p20": lambda b: _y0(b) + _x0(b) / _slope(b),
    "p21": lambda b: -1 / _slope(b),
    "shift": lambda b: (b[2] - b[1]) / (2 * (b[3] - b[4] + b[5])),
}
GOALS = (("p10", 0.0), ("p11", 1.0), ("a3", 0.0), ("a4", 0.0))


def _check(estimate: Estimate, goal: float, level: float) -> Check:
    p = two_sided_p(estimate.value - goal, estimate.se or 0.0, estimate.df)
    apart = p < 1 - level
    met = apart and estimate.value < 0 if estimate.statistic == "a4" else not apart and not np.isnan(p)
    return Check(name=estimate.statistic, estimate=estimate, expected=goal, p=p, met=bool(met))


def _curvature(b: Floats, cov: Floats, df: float, n: int) -> Test:
    """Wald F of the three terms of second degree."""
    f = float(b @ np.linalg.lstsq(cov, b, rcond=None)[0]) / b.size
    p = float(special.fdtrc(b.size, df, f))
    return Test(name="curvature", statistic=f, df=3.0, df2=df, p=p, n=n, method="Wald F of b3, b4, b5", effect=None)
