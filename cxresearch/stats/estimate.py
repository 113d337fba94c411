"""The nouns of this floor: one number with its interval, and one test with its effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One statistic with its confidence interval, unrounded.

    Parameters
    ----------
    statistic : str
        Stable identifier of what was estimated, such as ``"mean_difference"``.
    value : float
        In the units of the statistic.
    low, high : float
        Bounds of the interval, in the same units. An odds ratio may be infinite.
    level : float
        Confidence level, for example 0.95.
    n : int
        Respondents, pairs or units the value rests on.
    method : str
        Short technical English description of the interval.
    se : float, optional
        Standard error of the value, in its units.
    df : float, optional
        Degrees of freedom of the t interval; None means a normal or another interval.
    n_effective : float, optional
        Effective number of respondents under weights.

    Examples
    --------
    >>> share = Estimate(statistic="proportion", value=0.5, low=0.4, high=0.6, level=0.95, n=96,
    ...                  method="Wilson score")
    >>> share.contains(0.45)
    True
    """

    statistic: str
    value: float
    low: float
    high: float
    level: float
    n: int
    method: str
    se: float | None = None
    df: float | None = None
    n_effective: float | None = None

    def contains(self, x: float) -> bool:
        """Whether `x` lies in the closed interval.

        Examples
        --------
        >>> Estimate(statistic="mean", value=3, low=2, high=4, level=0.95, n=9, method="t").contains(5)
        False
        """
        return bool(self.low <= x <= self.high)


@dataclass(frozen=True, kw_only=True)
class Test:
    """One significance test with its effect size, unrounded.

    Parameters
    ----------
    name : str
        Stable identifier, such as ``"welch_t"``.
    statistic : float
    df, df2 : float or None
        Degrees of freedom (numerator and denominator where there are two).
    p : float
        Two-sided (or omnibus) p-value.
    n : int
        Respondents, pairs or units used.
    method : str
        Short technical English description.
    effect : Estimate or None
        Size of the effect with its interval.

    Examples
    --------
    >>> Test(name="welch_t", statistic=2.1, df=17.2, df2=None, p=0.05, n=20, method="Welch", effect=None).name
    'welch_t'
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    name: str
    statistic: float
    df: float | None
    df2: float | None
    p: float
    n: int
    method: str
    effect: Estimate | None
