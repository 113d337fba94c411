"""How many people are needed so that every segment holds enough, or that one category is seen to lead."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, signal, special, stats

from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import Floats, check_count, numbers, wrong

_TAIL = 1e-14  # of each Poisson count that is left out
_MOST = 10**8

FONG = 1.65  # as printed there: 90 %, two-sided


def chance_all_at_least(shares: ArrayLike, n: int, least: int) -> float:
    """Chance that every segment holds at least `least` of n people drawn independently.

    Parameters
    ----------
    shares : array_like, shape (k,)
        True shares, above 0; where they sum to less than 1 the others are nobody's segment.
    n, least : int
        People drawn, and wanted in each segment.

    Returns
    -------
    float
        Exact but for rounding: multinomial counts are Poisson counts given their sum.

    References
    ----------
    Levin 1981, Ann. Statist. 9:1123-1126.

    Examples
    --------
    >>> round(chance_all_at_least([0.5, 0.5], 10, 4), 6)  # 4, 5 or 6 of 10 heads
    0.65625
    """
    p = _shares(shares)
    n, least = check_count(n, "n"), check_count(least, "least")
    if least == 0:
        return 1.0
    if least * p.size > n:
        return 0.0
    rest = 1 - float(p.sum())
    if p.size == 1:
        return float(stats.binom.sf(least - 1, n, p[0]))
    parts = [_counts(n * share, least) for share in p]
    if rest > 1e-9:
        parts.append(_counts(n * rest, 0))
    start, chances = parts[0]
    for low, more in parts[1:]:
        start, chances = start + low, signal.fftconvolve(chances, more)
    if not start <= n < start + chances.size:
        return 0.0
    return float(np.clip(chances[n - start] / stats.poisson.pmf(n, n), 0.0, 1.0))


def size_all_at_least(shares: ArrayLike, least: int, probability: float = 0.95) -> int:
    """Fewest people so that every segment holds at least `least` of them with a probability.

    Parameters
    ----------
    shares, least
        As in :func:`chance_all_at_least`.
    probability : float

    Examples
    --------
    >>> size_all_at_least([0.1], 50)
    615
    >>> size_all_at_least([0.1, 0.1, 0.3, 0.5], 50)
    640
    """
    p = _shares(shares)
    least = check_count(least, "least", least=1)
    wanted = check_real(probability, "probability", low=0, high=1, open_low=True, open_high=True)
    low, high = least * p.size - 1, max(int(least / p.min()), least * p.size)
    while chance_all_at_least(p, high, least) < wanted:
        low, high = high, 2 * high
        if high > _MOST:
            raise wrong("shares", "A segment is too rare to be planned for.", given=float(p.min()))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance_all_at_least(p, middle, least) >= wanted else (middle, high)
    return high


def most_in_all(shares: ArrayLike, n: int, probability: float = 0.95) -> int:
    """Most people that every segment holds with a probability when n are drawn.

    Examples
    --------
    >>> most_in_all([0.1], 615), most_in_all([0.1], 614)
    (50, 49)
    """
    p = _shares(shares)
    mean = n * float(p.min())
    low, high = max(0, int(mean - 8 * mean**0.5)), int(mean) + 1
    if chance_all_at_least(p, n, low) < probability:
        low, high = 0, low
    while chance_all_at_least(p, n, high) >= probability:  # a wish below one half lies above the mean
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if chance_all_at_least(p, n, middle) >= probability else (low, middle)
    return low


def kano_size(first: float, second: float, power: float = 0.8) -> float:
    """Answers so that Fong's test tells the most frequent Kano category from the next one, unrounded.

    The test calls a feature ambiguous where abs(a - b) < 1.65 sqrt((a + b) (2 n - a - b) / (2 n)).

    Parameters
    ----------
    first, second : float
        Expected shares of both categories; the first is the larger one.
    power : float
        Wanted chance that the test decides.

    References
    ----------
    Fong 1996, Center for Quality of Management Journal 5(3):21-24 (the test); the size from the variance of the
    difference of two multinomial shares, s - d^2.

    Examples
    --------
    >>> round(kano_size(0.4, 0.25), 1)
    137.6
    """
    a, b = (check_real(p, "shares", low=0, high=1) for p in (first, second))
    if not (a > b and a + b <= 1 + 1e-9):
        raise wrong("shares", "The first category must be the larger one.", given=(a, b), allowed="sum at most 1")
    return float(((FONG * _fong(a + b) + _z(power) * (a + b - (a - b) ** 2) ** 0.5) / (a - b)) ** 2)


def kano_detectable(together: float, n: float, power: float = 0.8) -> float:
    """Smallest difference of two Kano categories of a common share that Fong's test decides; infinite if none.

    Examples
    --------
    >>> round(kano_detectable(0.65, 137.6), 3)
    0.15
    """
    s = check_real(together, "shares", low=0, high=1, open_low=True)

    def short(d: float) -> float:
        return kano_size((s + d) / 2, (s - d) / 2, power) - check_real(n, "n", low=0, open_low=True)

    return float("inf") if short(s) > 0 else float(optimize.brentq(short, s * 1e-9, s, xtol=1e-15, rtol=1e-13))


def _fong(s: float) -> float:
    return float((s * (2 - s) / 2) ** 0.5)


def _z(power: float) -> float:
    return float(special.ndtri(check_real(power, "power", low=0, high=1, open_low=True, open_high=True)))


def _counts(mean: float, least: int) -> tuple[int, Floats]:
    """Chances of the counts of a Poisson variable of at least `least`, and the first count."""
    low = max(least, int(special.pdtrik(_TAIL, mean)) - 1 if mean > 40 else 0)
    high = max(low, int(special.pdtrik(1 - _TAIL, mean)) + 2)
    return low, np.asarray(stats.poisson.pmf(np.arange(low, high + 1), mean), dtype=np.float64)


def _shares(shares: ArrayLike) -> Floats:
    p = numbers(shares, "shares", least=1)
    if (p <= 0).any() or float(p.sum()) > 1 + 1e-6:
        what = "shares must be those of the segments."
        raise wrong("shares", what, given=p.tolist(), allowed="above 0, sum at most 1")
    return p / max(1.0, float(p.sum()))
