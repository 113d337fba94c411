"""How many answers does a number need, and how exact will it be? Sizes by formula, unrounded, and the way back.

Comparisons of means and gaps have their own room, `power`; what is here plans single numbers, and differences of
shares and of Net Promoter Scores. Every size is that of a simple random sample times the design effect.
"""

from __future__ import annotations

from scipy import optimize, special

from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import check_level, wrong
from cxresearch.stats.power import Design, difference_power, equivalence_power, sample_size

_CLOSE = 1e-12


def nps_variance(promoters: float, detractors: float) -> float:
    """Variance of one answer to the recommendation question, counted as -1, 0, +1.

    Parameters
    ----------
    promoters, detractors : float
        Shares of 9 and 10, and of 0 to 6; together at most 1.

    References
    ----------
    Rocks 2016, arXiv:1601.07235.

    Examples
    --------
    >>> round(nps_variance(0.45, 0.2), 4)
    0.5875
    """
    p, d = check_real(promoters, "promoters", low=0, high=1), check_real(detractors, "detractors", low=0, high=1)
    if p + d > 1 + 1e-9:
        raise wrong("detractors", "Promoters and detractors are more than everybody.", given=p + d, allowed="at most 1")
    return p + d - (p - d) ** 2


def corrected_size(n: float, population: float | None) -> float:
    """Size that is needed when a finite population is drawn without replacement, n / (1 + (n - 1) / N).

    References
    ----------
    Cochran 1977, Sampling Techniques, sec. 4.4.

    Examples
    --------
    >>> round(corrected_size(384.1459, 1000), 2), corrected_size(384.0, None)
    (277.73, 384.0)
    """
    return n if population is None else n / (1 + (n - 1) / population)


def uncorrected_size(n: float, population: float | None) -> float:
    """Size that would be as exact in an endless population; infinite where everybody answers.

    Examples
    --------
    >>> round(uncorrected_size(277.7335, 1000), 1)
    384.1
    """
    if population is None:
        return n
    if n > population:
        what = "More people answer than there are."
        raise wrong("population", what, given=n, allowed=f"at most {population:g}", do="Check n and population.")
    return float("inf") if n == population else n * (population - 1) / (population - n)


def precision_size(
    variance: float, margin: float, level: float = 0.95, deff: float = 1.0, population: float | None = None
) -> float:
    """Answers for which an estimate lies within +- margin with a confidence, z^2 variance deff / margin^2, unrounded.

    Parameters
    ----------
    variance : float
        Of one answer: p (1 - p) of a share, :func:`nps_variance` of an NPS.
    margin : float
        Half width of the interval, in the same units (an NPS of 3.5 points is 0.035).
    level : float
        Confidence level.
    deff : float
        Design effect, above 0.
    population : float, optional
        People that could be asked, for the finite population correction.

    References
    ----------
    Cochran 1977, Sampling Techniques, sec. 4.4; Kish 1965, Survey Sampling, sec. 2.6 and 8.2.

    Examples
    --------
    >>> round(precision_size(0.25, 0.05), 4), round(precision_size(0.6, 0.035), 2)
    (384.1459, 1881.53)
    """
    endless = _z(level) ** 2 * _variance(variance) * _deff(deff) / _margin(margin) ** 2
    return corrected_size(endless, population)


def precision_margin(
    variance: float, n: float, level: float = 0.95, deff: float = 1.0, population: float | None = None
) -> float:
    """Half width of the interval of an estimate from n answers: the way back from :func:`precision_size`.

    Examples
    --------
    >>> round(precision_margin(0.6, 1000), 4)
    0.048
    """
    endless = uncorrected_size(check_real(n, "n", low=0, open_low=True), population) / _deff(deff)
    return float(_z(level) * (_variance(variance) / endless) ** 0.5)


def mean_size(
    sd: float, margin: float, level: float = 0.95, deff: float = 1.0, population: float | None = None
) -> float:
    """Answers for which the t interval of a mean is +- margin wide, unrounded.

    The quantile is that of t for the size itself, so that the standard deviation need not be known; about two
    answers more than z^2 sd^2 / margin^2.

    Parameters
    ----------
    sd : float
        Standard deviation of the answers.
    margin, level, deff, population
        As in :func:`precision_size`.

    References
    ----------
    Cochran 1977, Sampling Techniques, sec. 4.6 (Stein's problem, with the spread assumed).

    Examples
    --------
    >>> round(mean_size(1.0, 0.1), 2)
    386.57
    """
    scale = (check_real(sd, "sd", low=0, open_low=True) / _margin(margin)) ** 2
    share = (1 + check_level(level)) / 2

    def short(n: float) -> float:
        return n - float(special.stdtrit(n - 1, share)) ** 2 * scale

    high = 2.0
    while short(high) < 0:
        high *= 2
    low = 1 + 1e-3  # below it no quantile of t is finite enough
    endless = low if short(low) >= 0 else float(optimize.brentq(short, low, high, xtol=_CLOSE * high, rtol=1e-14))
    return corrected_size(endless * _deff(deff), population)


def mean_margin(sd: float, n: float, level: float = 0.95, deff: float = 1.0, population: float | None = None) -> float:
    """Half width of the t interval of a mean: the way back from :func:`mean_size`.

    Examples
    --------
    >>> round(mean_margin(1.0, 387), 4)
    0.0999
    """
    endless = uncorrected_size(check_real(n, "n", low=0, open_low=True), population) / _deff(deff)
    if endless <= 1:
        raise wrong("n", "One answer has no spread.", given=n, allowed=f"above {_deff(deff):g}")
    quantile = _z(level) if endless == float("inf") else float(special.stdtrit(endless - 1, (1 + level) / 2))
    return float(quantile * check_real(sd, "sd", low=0, open_low=True) / endless**0.5)


def difference_size(
    variance_a: float,
    variance_b: float,
    difference: float,
    power: float = 0.8,
    alpha: float = 0.05,
    ratio: float = 1.0,
    correlation: float | None = None,
) -> float:
    """Answers of the first group so that z finds a difference, (z + z')^2 (v_a + v_b / ratio) / d^2, unrounded.

    Parameters
    ----------
    variance_a, variance_b : float
        Of one answer in each group or wave.
    difference : float
        Smallest difference to find, in the same units.
    power : float
        Wanted chance to find it.
    alpha : float
        Error rate of the two-sided test.
    ratio : float
        Answers of the second group for each of the first.
    correlation : float, optional
        Between both answers of the same people, in a panel; the size is then that of people.

    References
    ----------
    Cohen 1988, Statistical Power Analysis, ch. 2; Rocks 2016, arXiv:1601.07235 (the variances of the NPS).

    Examples
    --------
    >>> round(difference_size(0.6, 0.6, 0.05), 1)
    3767.5
    """
    spread = _spread(variance_a, variance_b, ratio, correlation)
    size = check_real(difference, "difference", low=0, open_low=True)
    return float((_z(1 - _alpha(alpha)) + _z_power(power)) ** 2 * spread / size**2)


def detectable_by_z(
    variance_a: float,
    variance_b: float,
    n_a: float,
    power: float = 0.8,
    alpha: float = 0.05,
    ratio: float = 1.0,
    correlation: float | None = None,
) -> float:
    """Smallest difference that is found with a power: the way back from :func:`difference_size`.

    Examples
    --------
    >>> round(detectable_by_z(0.6, 0.6, 1000), 4)
    0.097
    """
    spread = _spread(variance_a, variance_b, ratio, correlation) / check_real(n_a, "n_a", low=0, open_low=True)
    return float((_z(1 - _alpha(alpha)) + _z_power(power)) * spread**0.5)


def share_difference_size(
    share_a: float,
    share_b: float,
    power: float = 0.8,
    alpha: float = 0.05,
    ratio: float = 1.0,
    correlation: float | None = None,
) -> float:
    """Answers of the first group so that the chi-square test finds the difference of two shares, unrounded.

    The error of the test is taken from the pooled share, that of the difference from both shares, as in R's
    ``power.prop.test``; no continuity correction.

    Parameters
    ----------
    share_a, share_b : float
        True shares, between 0 and 1, not the same.
    power, alpha, ratio, correlation
        As in :func:`difference_size`, whose formula a `correlation` brings.

    References
    ----------
    Fleiss, Tytun & Ury 1980, Biometrics 36:343-346, without their correction; R ``power.prop.test``.

    Examples
    --------
    >>> round(share_difference_size(0.5, 0.75, power=0.9), 3)
    76.707
    """
    a, b = (check_real(p, "share", low=0, high=1) for p in (share_a, share_b))
    r = check_real(ratio, "ratio", low=0, open_low=True)
    if a == b:
        raise wrong("difference", "Both shares are the same.", given=a, allowed="shares that differ")
    if correlation is not None:
        return difference_size(a * (1 - a), b * (1 - b), abs(a - b), power, alpha, ratio, correlation)
    pooled = (a + r * b) / (1 + r)
    under_null = _z(1 - _alpha(alpha)) * ((1 + 1 / r) * pooled * (1 - pooled)) ** 0.5
    truly = _z_power(power) * (a * (1 - a) + b * (1 - b) / r) ** 0.5
    return float(((under_null + truly) / (a - b)) ** 2)


def detectable_share_difference(
    share: float,
    n_a: float,
    power: float = 0.8,
    alpha: float = 0.05,
    ratio: float = 1.0,
    correlation: float | None = None,
) -> float:
    """Smallest difference from a share, towards one half, that the chi-square test finds with a power.

    Towards one half a difference is harder to find than away from it. Infinite where even the largest one on that
    side is not found.

    Examples
    --------
    >>> round(detectable_share_difference(0.7, 1000), 4)
    0.0589
    """
    p = check_real(share, "share", low=0, high=1)
    n = check_real(n_a, "n_a", low=0, open_low=True)
    way = 1.0 if p <= 0.5 else -1.0
    most = (1 - p if way > 0 else p) * (1 - 1e-9)

    def short(d: float) -> float:
        return share_difference_size(p, p + way * d, power, alpha, ratio, correlation) - n

    if short(most) > 0:
        return float("inf")
    return float(optimize.brentq(short, most * 1e-9, most, xtol=1e-15, rtol=1e-13))


def gap_size(design: Design, margin: float, power: float = 0.8, alpha: float = 0.05, aligned: bool = True) -> float:
    """Answers of the first side, unrounded, so that a true gap of `margin` is found, and with `aligned` its absence too.

    The whole numbers are those of :func:`~cxresearch.stats.power.sample_size`.

    Examples
    --------
    >>> from cxresearch.stats.power import TwoSides
    >>> round(gap_size(TwoSides(), 0.3, aligned=False), 2), round(gap_size(TwoSides(), 0.3), 2)
    (175.38, 190.99)
    """

    def found(n: float) -> float:
        return difference_power(design, n, margin, alpha) - power

    def agreed(n: float) -> float:
        return equivalence_power(design, n, margin, 0.0, alpha) - power

    sizes = []
    for goal, truth, reached in (("difference", margin, found), ("aligned", 0.0, agreed))[: 1 + aligned]:
        whole = sample_size(design, power, truth, margin, goal, alpha).n_a
        known = whole > design.least and reached(whole - 1.0) < 0 < reached(float(whole))
        sizes.append(float(optimize.brentq(reached, whole - 1, whole, rtol=1e-13)) if known else float(whole))
    return max(sizes)


def _spread(variance_a: float, variance_b: float, ratio: float, correlation: float | None) -> float:
    a, b = _variance(variance_a), _variance(variance_b)
    if correlation is None:
        return a + b / check_real(ratio, "ratio", low=0, open_low=True)
    r = check_real(correlation, "correlation", low=-1, high=1, open_high=True)
    return float(a + b - 2 * r * (a * b) ** 0.5)


def _z(level: float) -> float:
    return float(special.ndtri((1 + check_level(level)) / 2))


def _z_power(power: float) -> float:
    return float(special.ndtri(check_real(power, "power", low=0, high=1, open_low=True, open_high=True)))


def _alpha(alpha: float) -> float:
    return check_real(alpha, "alpha", low=0, high=1, open_low=True, open_high=True)


def _variance(variance: float) -> float:
    return check_real(variance, "variance", low=0, open_low=True)


def _margin(margin: float) -> float:
    return check_real(margin, "margin", low=0, open_low=True)


def _deff(deff: float) -> float:
    return check_real(deff, "deff", low=0, open_low=True)
