"""Power for ordinal answers by simulation: two multinomials over the answer options, by ranks or by means.

Only counts are drawn, so the cost does not grow with the number of answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from cxresearch.stats._arguments import SEED, check_draws, check_real, generator
from cxresearch.stats._check import Floats, check_count, numbers, wrong
from cxresearch.stats.design import VerdictPower
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.power_ordinal import both_shares
from cxresearch.stats.proportion import proportion


def ordinal_power(
    a: ArrayLike,
    b: ArrayLike,
    n_a: int,
    n_b: int,
    alpha: float = 0.05,
    draws: int = 10_000,
    seed: int | np.random.Generator = SEED,
) -> Estimate:
    """Power of the Brunner-Munzel test between two distributions of answers, by simulation.

    Parameters
    ----------
    a, b : array_like, shape (k,)
        Shares of the answer options in the two populations, lowest first; they sum to 1.
    n_a, n_b : int
        Answers, at least 2 each.
    alpha : float
        Error rate of the two-sided test.
    draws : int
        Simulated samples, at least 100.
    seed : int or numpy.random.Generator

    Returns
    -------
    Estimate
        The share of significant samples with its Wilson interval for the error of simulation; n counts draws.
        Where no answers overlap a sample counts as significant if the exact rank test would be.

    Raises
    ------
    ArgumentError
        ``stats.shares``, impossible numbers.

    References
    ----------
    Brunner & Munzel 2000, Biom. J. 42:17-25.

    Examples
    --------
    >>> power = ordinal_power([0.1, 0.2, 0.4, 0.2, 0.1], [0.05, 0.1, 0.35, 0.3, 0.2], 100, 100)
    >>> 0.89 < power.value < 0.93
    True
    """
    p, q = both_shares(a, b)
    n, m = check_count(n_a, "n_a", least=2), check_count(n_b, "n_b", least=2)
    alpha = check_real(alpha, "alpha", low=0, high=1, open_low=True, open_high=True)
    rng, draws = generator(seed), check_draws(draws)
    hits = brunner_munzel_hits(rng.multinomial(n, p, draws), rng.multinomial(m, q, draws), alpha)
    return proportion(int(hits.sum()), draws)


def brunner_munzel_hits(x: NDArray[Any], y: NDArray[Any], alpha: float) -> NDArray[np.bool_]:
    """Which tables of counts (draws, k) are significant by Brunner and Munzel's t approximation?"""
    n, m = int(x[0].sum()), int(y[0].sum())
    place_x = (np.cumsum(y, axis=1) - y / 2) / m  # share of y below each option, ties half
    place_y = (np.cumsum(x, axis=1) - x / 2) / n
    value = np.sum(x * place_x, axis=1) / n
    v_x = np.sum(x * (place_x - value[:, None]) ** 2, axis=1) / (n * (n - 1))
    v_y = np.sum(y * (place_y - (1 - value)[:, None]) ** 2, axis=1) / (m * (m - 1))
    total = v_x + v_y
    apart = total <= 1e-14
    with np.errstate(divide="ignore", invalid="ignore"):
        df = total**2 / (v_x**2 / (n - 1) + v_y**2 / (m - 1))
        t = np.abs(value - 0.5) / np.sqrt(total)
        hits: NDArray[np.bool_] = 2 * special.stdtr(np.where(apart, 1.0, df), -np.where(apart, 0.0, t)) < alpha
    lone = float(np.log(2) - special.gammaln(n + m + 1) + special.gammaln(n + 1) + special.gammaln(m + 1))
    hits[apart] = (np.abs(value[apart] - 0.5) > 0.25) & (lone < np.log(alpha))
    return hits


def ordinal_verdict_power(
    a: ArrayLike,
    b: ArrayLike,
    n_a: int,
    n_b: int,
    margin: float,
    values: ArrayLike | None = None,
    alpha: float = 0.05,
    draws: int = 10_000,
    seed: int | np.random.Generator = SEED,
) -> VerdictPower:
    """Chance of each verdict on the mean gap a - b of two distributions of answers, by simulation.

    Parameters
    ----------
    a, b, n_a, n_b, alpha, draws, seed
        As in :func:`ordinal_power`.
    margin : float
        Smallest difference of means that matters.
    values : array_like, shape (k,), optional
        Scores of the options; 1, 2, ..., k where None.

    Returns
    -------
    VerdictPower
        Samples in which neither side varies count as inconclusive.

    Examples
    --------
    >>> flat = [0.2] * 5
    >>> ordinal_verdict_power(flat, flat, 1000, 1000, margin=0.3).aligned > 0.99
    True
    """
    p, q = both_shares(a, b)
    n, m = check_count(n_a, "n_a", least=2), check_count(n_b, "n_b", least=2)
    scores = np.arange(1.0, p.size + 1) if values is None else numbers(values)
    if scores.size != p.size:
        raise wrong("unequal-length", "Each option needs one value.", given=(scores.size, p.size))
    margin = check_real(margin, "margin", low=0, open_low=True)
    alpha = check_real(alpha, "alpha", low=0, high=0.5, open_low=True, open_high=True)
    rng, draws = generator(seed), check_draws(draws)
    (mean_x, v_x), (mean_y, v_y) = (
        _mean_variance(rng.multinomial(size, shares, draws), scores) for size, shares in ((n, p), (m, q))
    )
    gap, total = mean_x - mean_y, v_x + v_y
    with np.errstate(divide="ignore", invalid="ignore"):
        df = total**2 / (v_x**2 / (n - 1) + v_y**2 / (m - 1))
        se = np.sqrt(total)
        aligned = np.abs(gap) + special.stdtrit(df, 1 - alpha) * se < margin
        apart = np.abs(gap) > special.stdtrit(df, 1 - alpha / 2) * se
    aligned, apart = aligned & (total > 0), apart & (total > 0)
    higher, lower = apart & ~aligned & (gap > 0), apart & ~aligned & (gap < 0)
    shares = [float(np.mean(part)) for part in (aligned, higher, lower)]
    return VerdictPower(aligned=shares[0], higher=shares[1], lower=shares[2], inconclusive=max(0.0, 1 - sum(shares)))


def _mean_variance(counts: NDArray[Any], scores: Floats) -> tuple[Floats, Floats]:
    n = int(counts[0].sum())
    centred = scores - scores.mean()
    mean = counts @ centred / n
    squares = np.maximum(counts @ centred**2 - n * mean**2, 0.0)
    squares[counts.max(axis=1) == n] = 0.0
    return mean, squares / (n * (n - 1))
