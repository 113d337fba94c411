"""How many answers does a gap need? Power and sample size of a difference, of equivalence and of the verdict.

A design says how the two sides are sampled; every question takes a design and the size of the first side. The
decision is the one of the gaps question: "aligned" where TOST rejects, else "higher" or "lower" where the
two-sided t test rejects, else "inconclusive". Ordinal answers are in `power_ordinal` and
`power_simulated`, and can be asked from here too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import too_few, wrong
from cxresearch.stats._verdict_chance import chances
from cxresearch.stats.design import Paired, SampleSize, Side, TwoSides, VerdictPower, cluster_effect
from cxresearch.stats.power_ordinal import noether_power, ordinal_size, proportional_odds
from cxresearch.stats.power_simulated import ordinal_power, ordinal_verdict_power

__all__ = [
    "Paired",
    "SampleSize",
    "Side",
    "TwoSides",
    "VerdictPower",
    "cluster_effect",
    "detectable_difference",
    "detectable_margin",
    "difference_power",
    "equivalence_power",
    "noether_power",
    "ordinal_power",
    "ordinal_size",
    "ordinal_verdict_power",
    "proportional_odds",
    "sample_size",
    "verdict_power",
]

Design = TwoSides | Paired
GOALS = ("difference", "aligned", "higher", "lower")
_MOST = 10**9


def difference_power(design: Design, n: float, difference: float, alpha: float = 0.05) -> float:
    """Power of the two-sided t test of a difference (Welch, or paired).

    Parameters
    ----------
    design : TwoSides or Paired
        Spread and sampling of the two sides.
    n : float
        Answers of the first side, or pairs.
    difference : float
        True difference, in the units of the standard deviations.
    alpha : float
        Error rate of the two-sided test.

    Returns
    -------
    float
        Both tails counted (R ``power.t.test(strict = TRUE)``): at a difference of 0 it is alpha. Exact for
        pairs and for equal spread and size; else Welch's degrees of freedom at the true variances.

    Raises
    ------
    ArgumentError
        Impossible arguments.
    NotEnoughData
        ``stats.too-few`` when a side has no degree of freedom.

    References
    ----------
    Cohen 1988, Statistical Power Analysis, ch. 2; Moser, Stevens & Watts 1989, Commun. Stat. Theory Methods
    18:3963-3975 (Welch).

    Examples
    --------
    >>> round(difference_power(TwoSides(), 20, 1.0), 4)
    0.869
    """
    se, df, alpha = _read(design, n, alpha)
    found = chances(check_real(difference, "difference"), se, df, None, alpha)
    return found.higher + found.lower


def equivalence_power(design: Design, n: float, margin: float, difference: float = 0.0, alpha: float = 0.05) -> float:
    """Power of TOST: chance that the 1 - 2 alpha interval lies within +- margin.

    Parameters
    ----------
    design, n, alpha
        As in :func:`difference_power`; alpha is that of each one-sided test.
    margin : float
        Smallest difference that matters, above 0.
    difference : float
        True difference; at the margin itself the power is at most alpha.

    Returns
    -------
    float
        Exact for pairs and for equal spread and size (the two one-sided tests share one standard error); else
        with Welch's degrees of freedom at the true variances.

    References
    ----------
    Phillips 1990, J. Pharmacokinet. Biopharm. 18:137-144; Owen 1965, Biometrika 52:437-446;
    R ``PowerTOST::power.TOST(method = "exact")``.

    Examples
    --------
    >>> round(equivalence_power(TwoSides(), 100, margin=0.5), 4)
    0.9397
    """
    se, df, alpha = _read(design, n, alpha)
    margin = check_real(margin, "margin", low=0, open_low=True)
    return chances(check_real(difference, "difference"), se, df, margin, alpha).aligned


def verdict_power(
    design: Design, n: float, margin: float, difference: float = 0.0, alpha: float = 0.05
) -> VerdictPower:
    """Chance of each of the four verdicts under a true difference.

    Parameters
    ----------
    design, n, margin, difference
        As in :func:`equivalence_power`.
    alpha : float
        Of the two-sided test and of each one-sided test. For m comparisons judged together alpha / m gives a
        lower bound of the power under Holm's adjustment.

    Returns
    -------
    VerdictPower
        "aligned" goes before "higher" and "lower": a small difference can be significant and within the margin.

    Examples
    --------
    >>> chance = verdict_power(TwoSides(), 60, margin=0.3)
    >>> round(chance.aligned, 3), round(chance.inconclusive, 3)
    (0.03, 0.92)
    """
    se, df, alpha = _read(design, n, alpha)
    margin = check_real(margin, "margin", low=0, open_low=True)
    found = chances(check_real(difference, "difference"), se, df, margin, alpha)
    return VerdictPower(
        aligned=found.aligned, higher=found.higher, lower=found.lower, inconclusive=max(0.0, 1 - sum(found))
    )


def sample_size(
    design: Design,
    power: float = 0.8,
    difference: float = 0.0,
    margin: float | None = None,
    goal: str = "difference",
    alpha: float = 0.05,
) -> SampleSize:
    """Smallest sample that reaches a power.

    Parameters
    ----------
    design : TwoSides or Paired
        Its `ratio` says how many answers of the second side come with one of the first.
    power : float
        Wanted chance, between alpha and 1.
    difference : float
        True difference.
    margin : float, optional
        Needed for every goal but "difference".
    goal : {"difference", "aligned", "higher", "lower"}
        A significant difference, or one of the verdicts. A true difference within the margin is "higher" only
        up to some sample size: more answers show that it is "aligned".
    alpha : float

    Returns
    -------
    SampleSize

    Raises
    ------
    ArgumentError
        Impossible arguments; ``stats.out-of-reach`` when no sample is large enough (a difference of 0, a
        difference at or beyond the margin for "aligned", inside it for "higher").

    Examples
    --------
    >>> sample_size(TwoSides(), difference=0.5).n_a, sample_size(TwoSides(), margin=0.5, goal="aligned").n_a
    (64, 70)
    """
    power = check_real(power, "power", low=0, high=1, open_low=True, open_high=True)
    reached = _goal(design, difference, margin, goal, alpha)
    least = design.least
    high = least
    while reached(float(high)) < power:
        high *= 2
        if high > _MOST:
            raise wrong(
                "out-of-reach",
                "No sample is large enough for this power.",
                given=reached(float(_MOST)),
                allowed="a difference other than 0, and for 'aligned' one within the margin",
                do="Change the difference, the margin or the power.",
            )
    low = max(least - 1, high // 2)  # known to fall short, or too few
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(float(middle)) >= power else (middle, high)
    n_b = int(np.ceil(design.ratio * high - 1e-9))
    return SampleSize(n_a=high, n_b=n_b, power=reached(float(high)))


def detectable_difference(design: Design, n: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """Smallest true difference that the two-sided test finds with a given power.

    Examples
    --------
    >>> round(detectable_difference(TwoSides(), 64), 4)
    0.4991
    """
    power = check_real(power, "power", low=alpha, high=1, open_low=True, open_high=True)
    se = _read(design, n, alpha)[0]
    return _root(lambda difference: difference_power(design, n, difference, alpha) - power, se)


def detectable_margin(
    design: Design, n: float, power: float = 0.8, difference: float = 0.0, alpha: float = 0.05
) -> float:
    """Smallest margin within which alignment can be shown with a given power.

    Examples
    --------
    >>> round(detectable_margin(TwoSides(), 70), 4)
    0.4971
    """
    power = check_real(power, "power", low=0, high=1, open_low=True, open_high=True)
    se, size = _read(design, n, alpha)[0], abs(check_real(difference, "difference"))
    return _root(lambda more: equivalence_power(design, n, size + more, difference, alpha) - power, se) + size


def _read(design: Design, n: float, alpha: float) -> tuple[float, float, float]:
    alpha = check_real(alpha, "alpha", low=0, high=0.5, open_low=True, open_high=True)
    se, df = design.precision(check_real(n, "n", low=0, open_low=True))
    if not df > 0:
        raise too_few("too-few", "A side has no degree of freedom.", given=n, allowed=f"at least {design.least}")
    return se, df, alpha


def _goal(design: Design, difference: float, margin: float | None, goal: str, alpha: float) -> Callable[[float], float]:
    if goal not in GOALS:
        raise ArgumentError(unknown_name("stats.goal", "goal", goal, GOALS))
    if goal == "difference":
        return lambda n: difference_power(design, n, difference, alpha)
    if margin is None:
        raise wrong("margin", "This goal needs a margin.", given=None, allowed="a number above 0")
    return lambda n: float(getattr(verdict_power(design, n, margin, difference, alpha), goal))


def _root(short: Callable[[float], float], step: float) -> float:
    high = step
    while short(high) < 0:
        high *= 2
    return float(optimize.brentq(short, high / 2**40, high, xtol=1e-14 * high, rtol=1e-13))
