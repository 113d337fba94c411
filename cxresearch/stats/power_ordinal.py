"""Sample size and power of a rank sum test of two distributions of answers, by formulas (Noether, Whitehead).

The simulations that need no formula are in `power_simulated`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import Floats, numbers, wrong
from cxresearch.stats.design import SampleSize

METHODS = ("noether", "whitehead")


def proportional_odds(shares: ArrayLike, odds_ratio: float) -> Floats:
    """Distribution whose odds of a higher answer are `odds_ratio` times those of `shares`, at every cut.

    Parameters
    ----------
    shares : array_like, shape (k,)
        Shares of the answer options, lowest first; they sum to 1.
    odds_ratio : float
        Above 0; above 1 moves answers up.

    Returns
    -------
    ndarray, shape (k,)

    Examples
    --------
    >>> proportional_odds([0.5, 0.5], 3).tolist()
    [0.25, 0.75]
    """
    p = _shares(shares, "shares")
    ratio = check_real(odds_ratio, "odds_ratio", low=0, open_low=True)
    below = np.cumsum(p)[:-1]
    moved = below / (below + ratio * (1 - below))
    return np.diff(np.concatenate([[0.0], moved, [1.0]]))


def noether_power(a: ArrayLike, b: ArrayLike, n_a: float, n_b: float, alpha: float = 0.05) -> float:
    """Power of the rank sum test by Noether's formula with the variance corrected for ties.

    Parameters
    ----------
    a, b : array_like, shape (k,)
        Shares of the answer options in the two populations, lowest first; they sum to 1.
    n_a, n_b : float
        Answers.
    alpha : float
        Error rate of the two-sided test.

    Returns
    -------
    float
        The formula takes the variance from the null hypothesis; it suits small and middling effects.

    References
    ----------
    Noether 1987, J. Am. Stat. Assoc. 82:645-647; Zhao, Rahardja & Qu 2008, Stat. Med. 27:462-468 (ties).

    Examples
    --------
    >>> round(noether_power([0.1, 0.2, 0.4, 0.2, 0.1], [0.05, 0.1, 0.35, 0.3, 0.2], 100, 100), 3)
    0.901
    """
    p, q = both_shares(a, b)
    n, m = (check_real(v, k, low=0, open_low=True) for v, k in ((n_a, "n_a"), (n_b, "n_b")))
    alpha = check_real(alpha, "alpha", low=0, high=1, open_low=True, open_high=True)
    return float(special.ndtr(np.sqrt(n * _noether_drift(p, q, m / n)) + special.ndtri(alpha / 2)))


def ordinal_size(
    a: ArrayLike,
    b: ArrayLike | None = None,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    method: str = "noether",
    odds_ratio: float | None = None,
) -> SampleSize:
    """Answers needed for a rank sum test of two distributions, by a formula.

    Parameters
    ----------
    a : array_like, shape (k,)
        Shares of the answer options of the first side.
    b : array_like, shape (k,), optional
        Those of the second side; or give `odds_ratio`.
    power : float
        Above alpha / 2, below 1.
    ratio : float
        Answers of b for each answer of a.
    alpha : float
    method : {"noether", "whitehead"}
        Noether's formula with ties, or Whitehead's, which needs the `odds_ratio`.
    odds_ratio : float, optional
        Of a higher answer in b, see :func:`proportional_odds`; not 1.

    Returns
    -------
    SampleSize
        `power` is that of the formula at the whole numbers.

    Raises
    ------
    ArgumentError
        ``stats.method``, ``stats.shares``, ``stats.odds-ratio``, ``stats.out-of-reach`` when the two
        distributions have no tendency.

    References
    ----------
    Whitehead 1993, Stat. Med. 12:2257-2271, eq. 7; Noether 1987; Zhao, Rahardja & Qu 2008.

    Examples
    --------
    >>> ordinal_size([0.1, 0.2, 0.4, 0.2, 0.1], odds_ratio=2, method="whitehead").n_a
    107
    """
    if method not in METHODS:
        raise ArgumentError(unknown_name("stats.method", "formula", method, METHODS))
    if (b is None) == (odds_ratio is None):
        raise wrong("odds-ratio", "Give either the second distribution or an odds ratio.", given=odds_ratio)
    ratio = check_real(ratio, "ratio", low=0, open_low=True)
    alpha = check_real(alpha, "alpha", low=0, high=1, open_low=True, open_high=True)
    power = check_real(power, "power", low=alpha / 2, high=1, open_low=True, open_high=True)
    p, q = both_shares(a, proportional_odds(a, odds_ratio) if odds_ratio is not None else b)
    if method == "noether":
        drift = _noether_drift(p, q, ratio)
    elif odds_ratio is None:
        raise wrong("odds-ratio", "Whitehead's formula needs the odds ratio.", given=None, allowed="above 0, not 1")
    else:
        pooled = (p + ratio * q) / (1 + ratio)
        drift = ratio / (1 + ratio) * np.log(odds_ratio) ** 2 * (1 - float(np.sum(pooled**3))) / 3
    if drift < 1e-12:
        raise wrong("out-of-reach", "Neither side tends to be higher, so no sample is large enough.", given=drift)
    z = float(special.ndtri(alpha / 2))
    n_a = int(np.ceil((special.ndtri(power) - z) ** 2 / drift - 1e-9))
    reached = float(special.ndtr(np.sqrt(n_a * drift) + z))
    return SampleSize(n_a=n_a, n_b=int(np.ceil(n_a * ratio - 1e-9)), power=reached)


def _noether_drift(p: Floats, q: Floats, ratio: float) -> float:
    """Squared distance from the null in standard errors, for each answer of the first side."""
    tendency = float(q @ (np.cumsum(p) - p / 2)) - 0.5
    pooled = (p + ratio * q) / (1 + ratio)
    room = 1 - float(np.sum(pooled**3))
    return 12 * ratio / (1 + ratio) * tendency**2 / room if room > 0 else 0.0


def both_shares(a: ArrayLike, b: ArrayLike | None) -> tuple[Floats, Floats]:
    """Return two distributions over the same options."""
    p, q = _shares(a, "a"), _shares(b if b is not None else a, "b")
    if p.size != q.size:
        raise wrong("unequal-length", "Both sides need the same answer options.", given=(p.size, q.size))
    return p, q


def _shares(shares: ArrayLike, name: str) -> Floats:
    p = numbers(shares, name)
    if (p < 0).any() or abs(float(p.sum()) - 1) > 1e-6:
        raise wrong("shares", f"{name} must be shares that sum to 1.", given=p.tolist(), allowed="0 or more, sum 1")
    scaled: Floats = p / p.sum()
    return scaled
