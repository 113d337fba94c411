"""Equivalence: is a difference small enough not to matter?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from cxresearch.stats._check import no_variance, wrong
from cxresearch.stats.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """Two one-sided tests of a difference against -margin and +margin.

    Parameters
    ----------
    p : float
        The larger of the two one-sided p-values.
    p_lower, p_upper : float
        Of "the difference is at or below -margin" and "at or above +margin".
    low, high : float
        The 1 - 2 alpha interval.
    margin, alpha : float
        As given to :func:`tost`.
    equivalent : bool
        p < alpha, which is the same as the interval lying inside the margins.

    Examples
    --------
    >>> Equivalence(p=0.2, p_lower=0.1, p_upper=0.2, low=-1, high=1, margin=0.5, alpha=0.05,
    ...             equivalent=False).equivalent
    False
    """

    p: float
    p_lower: float
    p_upper: float
    low: float
    high: float
    margin: float
    alpha: float
    equivalent: bool


def tost(difference: Estimate, margin: float, alpha: float = 0.05) -> Equivalence:
    """Two one-sided tests (TOST) from the value, standard error and df of a difference.

    Works for Welch, paired and design-based differences alike, because each brings its own error.

    Parameters
    ----------
    difference : Estimate
        With `se`; `df` None means a normal reference distribution.
    margin : float
        Smallest difference that matters, above 0, in the units of the difference; set before the data.
    alpha : float
        Level of each one-sided test, below 0.5.

    Returns
    -------
    Equivalence

    Raises
    ------
    ArgumentError
        ``stats.margin``, ``stats.alpha``, ``stats.no-standard-error``.
    NotEnoughData
        ``stats.no-variance`` when the standard error is zero.

    References
    ----------
    Schuirmann 1987, J. Pharmacokinet. Biopharm. 15:657-680; Lakens 2017, Soc. Psychol. Pers. Sci. 8:355-362.

    Examples
    --------
    >>> gap = Estimate(statistic="mean_difference", value=0.05, low=-0.15, high=0.25, level=0.95, n=400,
    ...                method="Welch t", se=0.1, df=390.0)
    >>> result = tost(gap, margin=0.3)
    >>> result.equivalent, round(result.p, 4), round(result.high, 4)
    (True, 0.0064, 0.2149)
    """
    if isinstance(margin, bool) or not isinstance(margin, (int, float, np.number)) or not (0 < float(margin) < np.inf):
        raise wrong(
            "margin",
            "The margin of equivalence is not possible.",
            given=margin,
            allowed="a finite number above 0",
            do="Set the smallest difference that matters, before looking at the data.",
        )
    if not isinstance(alpha, (float, np.floating)) or not 0 < alpha < 0.5:
        raise wrong("alpha", "The error level is not possible.", given=alpha, allowed="between 0 and 0.5")
    if difference.se is None:
        raise wrong(
            "no-standard-error",
            "The difference has no standard error to test with.",
            given=difference.statistic,
        )
    if difference.se == 0:
        raise no_variance("The difference has a standard error of zero.")
    value, se, margin = difference.value, difference.se, float(margin)
    law = stats.norm() if difference.df is None else stats.t(difference.df)
    p_lower = float(law.sf((value + margin) / se))
    p_upper = float(law.cdf((value - margin) / se))
    half = float(law.ppf(1 - alpha)) * se
    p = max(p_lower, p_upper)
    return Equivalence(
        p=p,
        p_lower=p_lower,
        p_upper=p_upper,
        low=value - half,
        high=value + half,
        margin=margin,
        alpha=float(alpha),
        equivalent=bool(p < alpha),
    )
