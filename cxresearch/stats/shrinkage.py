"""Ranking units honestly: estimates drawn towards the mean by what their errors deserve, ranks with intervals.

Unit means y_i with known standard errors are taken as normal around true values theta_i, which are normal
around mu with variance tau^2 (random effects). A noisy unit at the top of a league table is mostly noise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._arguments import SEED, check_draws, check_real, frozen, generator
from cxresearch.stats._check import Floats, Ints, check_level, numbers, too_few, wrong
from cxresearch.stats.heterogeneity import between_variance, pooled_mean, restricted_log_likelihood

INTERVALS = ("morris", "blup")


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """Shrunken estimates and ranks of k units, in the order in which they were given.

    Parameters
    ----------
    raw, se : ndarray, shape (k,)
        As given.
    shrunken, low, high : ndarray, shape (k,)
        Empirical-Bayes estimate of each unit and its interval.
    weight : ndarray, shape (k,)
        Share of the unit's own value in its estimate (1 - B); the rest is the mean of all.
    mean, mean_se : float
        Mean of the true values and its standard error.
    tau2 : float
        Variance of the true values.
    rank : ndarray of int, shape (k,)
        By expected rank, 1 is the best; ties share the smaller rank.
    expected_rank : ndarray, shape (k,)
        Posterior mean of the rank, without simulation.
    rank_low, rank_high : ndarray of int, shape (k,)
        Interval of the rank over draws from the posterior.
    level : float
    method : str

    Examples
    --------
    >>> ranking = shrink([4.2, 3.2, 3.5, 3.0, 3.6, 3.7, 3.1, 3.3], [1.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    >>> int(ranking.raw.argmax()), int(ranking.shrunken.argmax())
    (0, 5)
    """

    raw: Floats
    se: Floats
    shrunken: Floats
    low: Floats
    high: Floats
    weight: Floats
    mean: float
    mean_se: float
    tau2: float
    rank: Ints
    expected_rank: Floats
    rank_low: Ints
    rank_high: Ints
    level: float
    method: str

    @property
    def reliability(self) -> float:
        """Mean share of a unit's own value, that is how well the data tell units apart."""
        return float(self.weight.mean())


def shrink(
    values: ArrayLike,
    se: ArrayLike,
    tau2: str | float = "reml",
    interval: str = "morris",
    level: float = 0.95,
    highest_first: bool = True,
    draws: int = 10_000,
    seed: int | np.random.Generator = SEED,
) -> Ranking:
    """Empirical-Bayes estimates of units, with intervals, and their ranks with intervals.

    Parameters
    ----------
    values : array_like, shape (k,)
        Mean of each unit.
    se : array_like, shape (k,)
        Its standard error, above 0, taken as known.
    tau2 : {"reml", "paule-mandel"} or float
        How the variance of the true values is estimated, or its value.
    interval : {"morris", "blup"}
        "morris": estimates and intervals allow for tau2 being estimated (needs four units or more). "blup":
        plug tau2 in as if it were known (R ``metafor::blup``); too narrow with few units.
    level : float
        Of the intervals of values and of ranks.
    highest_first : bool
        Whether rank 1 is the highest value.
    draws : int
        Draws from the posterior for the ranks.
    seed : int or numpy.random.Generator

    Returns
    -------
    Ranking
        The ranks come from a joint posterior with a flat prior on tau2 (unless tau2 is a number) and on the
        mean, so they know how uncertain tau2 is; with three units tau2 is held at its estimate.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, ``stats.se``, ``stats.tau2``, ``stats.interval``.
    NotEnoughData
        ``stats.too-few`` below three units, or four for "morris".

    Notes
    -----
    Morris: B_i = (k - 3) / (k - 1) * V_i / (V_i + tau2), estimate (1 - B_i) y_i + B_i mu, variance
    V_i (1 - (k - r_i) / k * B_i) + 2 / (k - 3) * B_i^2 * (V + tau2) / (V_i + tau2) * (y_i - mu)^2, with
    weights W_i = 1 / (V_i + tau2), r_i = k W_i / sum W and V = sum W_i V_i / sum W. With equal standard errors
    the estimate is James and Stein's.

    References
    ----------
    Efron & Morris 1975, J. Am. Stat. Assoc. 70:311-319; Morris 1983, J. Am. Stat. Assoc. 78:47-65, sec. 5;
    ranks: Goldstein & Spiegelhalter 1996, J. R. Stat. Soc. A 159:385-443; Laird & Louis 1989, J. Educ. Stat.
    14:29-46.

    Examples
    --------
    >>> ranking = shrink([4.2, 3.2, 3.5, 3.0, 3.6, 3.7, 3.1, 3.3], [1.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    >>> ranking.rank.tolist(), int(ranking.rank_low[0]), int(ranking.rank_high[0])
    ([4, 6, 3, 8, 2, 1, 7, 5], 1, 8)
    """
    level = check_level(level)
    y, v = _read(values, se)
    k = y.size
    if interval not in INTERVALS:
        raise ArgumentError(unknown_name("stats.interval", "interval", interval, INTERVALS))
    least = 4 if interval == "morris" else 3
    if k < least:
        raise too_few("too-few", "There are too few units.", given=k, allowed=f"at least {least}")
    known = not isinstance(tau2, str)
    between = check_real(tau2, "tau2", low=0) if known else between_variance(y, v, str(tau2))
    mu, mu_variance = pooled_mean(y, v, between)
    own = 1 / (v + between)
    b = v * own
    if interval == "morris" and not known:
        b = (k - 3) / (k - 1) * b
        typical = float(own @ v / own.sum())
        doubt = 2 / (k - 3) * b**2 * (typical + between) * own * (y - mu) ** 2
        variance = v * (1 - (1 - own / own.sum()) * b) + doubt
    else:
        variance = v * (1 - b) + b**2 * mu_variance
    half = float(special.ndtri((1 + level) / 2)) * np.sqrt(variance)
    centre = (1 - b) * y + b * mu
    rng, draws = generator(seed), check_draws(draws)
    points, tau2_draws = np.array([between]), np.full(draws, between)
    if not known and k >= 4:
        posterior = _posterior_tau2(y, v)
        points, tau2_draws = posterior((np.arange(200) + 0.5) / 200), posterior(rng.random(draws))
    ranks = _rank_draws(y, v, tau2_draws, rng, highest_first)
    expected = _expected_rank(y, v, points, highest_first)
    tail = (1 - level) / 2
    bounds = np.quantile(ranks, [tail, 1 - tail], axis=1, method="inverted_cdf").astype(np.intp)
    how = "given" if known else str(tau2)
    return Ranking(
        raw=frozen(y),
        se=frozen(np.sqrt(v)),
        shrunken=frozen(centre),
        low=frozen(centre - half),
        high=frozen(centre + half),
        weight=frozen(1 - b),
        mean=mu,
        mean_se=float(np.sqrt(mu_variance)),
        tau2=between,
        rank=frozen(1 + np.sum(expected[:, None] > expected[None, :] + 1e-9, axis=1)),
        expected_rank=frozen(expected),
        rank_low=frozen(bounds[0]),
        rank_high=frozen(bounds[1]),
        level=level,
        method=f"empirical Bayes, tau2 {how}, {interval} intervals",
    )


def _read(values: ArrayLike, se: ArrayLike) -> tuple[Floats, Floats]:
    y, error = numbers(values, "values").copy(), numbers(se, "se")
    if error.size != y.size:
        raise wrong("unequal-length", "Each unit needs one standard error.", given=(error.size, y.size))
    if (error <= 0).any():
        raise wrong(
            "se",
            "Standard errors must be above 0.",
            given=float(error.min()),
            allowed="above 0",
            do="A unit without variation or with one answer cannot be ranked: leave it out and say so.",
        )
    return y, error**2


def _posterior_tau2(y: Floats, v: Floats) -> Callable[[Floats], Floats]:
    """Quantiles of tau2 given the restricted likelihood and a flat prior, on a grid."""
    scale = float(np.exp(np.mean(np.log(v)))) + float(np.var(y))
    share = (np.arange(4000) + 0.5) / 4000  # tau2 = scale * share / (1 - share)
    log = restricted_log_likelihood(y, v, scale * share / (1 - share)) - 2 * np.log1p(-share)  # with the Jacobian
    mass = np.concatenate([[0.0], np.cumsum(np.exp(log - log.max()))])

    def quantile(at: Floats) -> Floats:
        found = np.minimum(np.interp(at * mass[-1], mass, np.arange(4001) / 4000), 1 - 1e-9)
        result: Floats = scale * found / (1 - found)
        return result

    return quantile


def _expected_rank(y: Floats, v: Floats, tau2: Floats, highest_first: bool) -> Floats:
    """1 + the sum over the others of the chance that they are ahead, averaged over tau2."""
    total = np.zeros(y.size)
    for between in tau2:
        b = v / (v + between)
        mu, mu_variance = pooled_mean(y, v, float(between))
        centre = (1 - b) * y + b * mu
        ahead = centre[None, :] - centre[:, None]
        spread = v * (1 - b)
        variance = spread[None, :] + spread[:, None] + (b[None, :] - b[:, None]) ** 2 * mu_variance
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where(ahead == 0, 0.0, ahead / np.sqrt(variance))
        total += special.ndtr(z if highest_first else -z).sum(axis=1)
    return 0.5 + total / tau2.size  # each unit is ahead of itself with chance one half


def _rank_draws(y: Floats, v: Floats, tau2: Floats, rng: np.random.Generator, highest_first: bool) -> Ints:
    """Ranks of all units in each draw, (k, draws); equal true values (tau2 = 0) are ordered by chance."""
    b = v[:, None] / (v[:, None] + tau2)
    own = b / v[:, None]
    total = own.sum(axis=0)
    mu = (y @ own) / total + rng.standard_normal(tau2.size) / np.sqrt(total)
    theta = (1 - b) * y[:, None] + b * mu + rng.standard_normal(b.shape) * np.sqrt(v[:, None] * (1 - b))
    theta += 1e-9 * np.sqrt(v.min()) * rng.standard_normal(b.shape)
    order = np.argsort(-theta if highest_first else theta, axis=0)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, y.size + 1)[:, None], axis=0)
    return ranks
