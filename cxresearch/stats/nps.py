"""The Net Promoter Score with an honest interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import check_level, check_weights, numbers, wrong
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.weights import effective_n, linearised_mean


def nps(
    scores: ArrayLike,
    weights: ArrayLike | None = None,
    level: float = 0.95,
    clusters: ArrayLike | None = None,
) -> Estimate:
    """Net Promoter Score: per cent promoters (9, 10) minus per cent detractors (0 to 6).

    Parameters
    ----------
    scores : array_like, shape (n,)
        Whole numbers 0 to 10.
    weights, clusters : array_like, shape (n,), optional
        Survey design; with either, the score is the linearised mean of -100, 0, +100.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In points, -100 to 100. Unweighted: adjusted Wald, that is the Wald interval after adding three
        respondents (3/4 promoters, 3/4 detractors, 3/2 passives) and so centred a little nearer to 0 than
        the value; `se` is the plain sqrt(var / n). Under a design: t interval; where all answers fall in
        one class its width comes from the adjusted Wald at Kish's effective n.

    Raises
    ------
    ArgumentError
        ``stats.not-nps`` for values that are not 0..10, impossible weights.
    NotEnoughData
        ``stats.too-few`` below two respondents.

    References
    ----------
    Rocks 2016, arXiv:1601.07235 (intervals compared); Reichheld 2003, Harv. Bus. Rev. 81(12):46-54.

    Examples
    --------
    >>> estimate = nps([10, 9, 9, 8, 7, 7, 6, 3, 10, 9])
    >>> round(estimate.value, 1), round(estimate.low, 1), round(estimate.high, 1)
    (30.0, -19.1, 65.2)
    """
    level = check_level(level)
    x = numbers(scores, "scores")
    if ((x < 0) | (x > 10) | (x != np.floor(x))).any():
        strange = sorted({float(v) for v in x if not (0 <= v <= 10 and v == int(v))})
        raise wrong(
            "not-nps",
            "The scores are no answers of a 0 to 10 scale.",
            given=strange[:5],
            allowed="0, 1, ..., 10",
            do="Drop codes for blank or do not know first.",
        )
    points = np.where(x >= 9, 100.0, np.where(x <= 6, -100.0, 0.0))
    if weights is None and clusters is None:
        promoters, detractors = float(np.mean(points > 0)), float(np.mean(points < 0))
        low, high = _adjusted_wald(promoters, detractors, x.size, level)
        value = 100 * (promoters - detractors)
        spread = promoters + detractors - (promoters - detractors) ** 2
        return Estimate(
            statistic="nps",
            value=value,
            low=low,
            high=high,
            level=level,
            n=x.size,
            method="adjusted Wald",
            se=100 * float(np.sqrt(max(spread, 0.0) / x.size)),
        )
    w = check_weights(weights, x.size)
    linear = linearised_mean(points, w, clusters, level=level)
    low, high = max(-100.0, linear.low), min(100.0, linear.high)
    if not linear.se:
        low, high = _adjusted_wald(float(linear.value > 0), float(linear.value < 0), effective_n(w), level)
    return Estimate(
        statistic="nps",
        value=linear.value,
        low=low,
        high=high,
        level=level,
        n=linear.n,
        method="weighted mean of -100, 0, 100, Taylor-linearised t interval",
        se=linear.se,
        df=linear.df,
        n_effective=linear.n_effective,
    )


def _adjusted_wald(promoters: float, detractors: float, n: float, level: float) -> tuple[float, float]:
    """Rocks' interval in points, cut at -100 and 100 and never short of the plain score."""
    more = n + 3
    up, down = (promoters * n + 0.75) / more, (detractors * n + 0.75) / more
    centre = up - down
    half = float(stats.norm.ppf((1 + level) / 2)) * float(np.sqrt((up + down - centre**2) / more))
    plain = 100 * (promoters - detractors)
    return min(plain, max(-100.0, 100 * (centre - half))), max(plain, min(100.0, 100 * (centre + half)))
