"""Survey weights: Taylor-linearised means, their covariance, and what weighting costs.

Weights here are sampling weights, never frequencies: multiplying all of them by a constant changes nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import (
    Floats,
    Ints,
    check_level,
    check_weights,
    codes_of,
    no_variance,
    numbers,
    too_few,
)
from cxresearch.stats.estimate import Estimate


class LinearisedMeans(NamedTuple):
    """Means of k groups in the order of their sorted labels, their covariance, design degrees of freedom."""

    means: Floats
    cov: Floats
    df: int


def linearised_mean(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Weighted (ratio, Hajek) mean with a Taylor-linearised with-replacement standard error.

    Parameters
    ----------
    values : array_like, shape (n,)
        Finite numbers.
    weights : array_like, shape (n,), optional
        Sampling weights, 0 or more; their scale does not matter.
    clusters : array_like, shape (n,), optional
        Primary sampling unit of each row (branch, account); ids are read within their stratum.
    strata : array_like, shape (n,), optional
        Stratum of each row.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        In the units of `values`; t interval with df = clusters - strata, counting units of positive
        weight. Values that do not vary give a standard error of zero.

    Raises
    ------
    ArgumentError
        Missing values, negative or all-zero weights, unequal lengths.
    NotEnoughData
        Fewer than two values (``stats.too-few``), or a stratum with one cluster (``stats.lone-cluster``).

    References
    ----------
    Lumley 2004, J. Stat. Softw. 9(8):1-19 (R ``survey::svymean``); Binder 1983, Int. Statist. Rev. 51:279-292.

    Examples
    --------
    >>> estimate = linearised_mean([1, 2, 3, 4], weights=[1, 1, 1, 1])
    >>> estimate.value, round(estimate.se, 4), estimate.df
    (2.5, 0.6455, 3.0)
    """
    level = check_level(level)
    x = numbers(values)
    w = check_weights(weights, x.size)
    mean = _ratio_mean(x, w)
    cov, df = score_covariance((w * (x - mean) / w.sum())[:, None], w, clusters, strata)
    se = float(np.sqrt(cov[0, 0]))
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    return Estimate(
        statistic="mean",
        value=mean,
        low=mean - half,
        high=mean + half,
        level=level,
        n=int((w > 0).sum()),
        method="weighted mean, Taylor-linearised t interval",
        se=se,
        df=float(df),
        n_effective=effective_n(w),
    )


def linearised_means(
    values: ArrayLike,
    groups: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> LinearisedMeans:
    """Weighted means of several groups with their joint linearised covariance.

    Groups are domains of one sample: a cluster that spans several groups makes their means correlate,
    and the covariance says how much.

    Parameters
    ----------
    values : array_like, shape (n,)
        Finite numbers.
    groups : array_like, shape (n,)
        Group label of each row; results are in the order of the sorted labels.
    weights, clusters, strata : array_like, shape (n,), optional
        As in :func:`linearised_mean`.

    Returns
    -------
    LinearisedMeans
        ``(means, cov, df)`` with shapes (k,), (k, k) and df = clusters - strata of the whole sample.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`linearised_mean`; also a group without positive weight (``stats.empty-group``).

    References
    ----------
    Lumley 2004, J. Stat. Softw. 9(8):1-19 (R ``survey::svyby`` with ``covmat=TRUE``).

    Examples
    --------
    >>> means, cov, df = linearised_means([1, 3, 2, 6], ["a", "a", "b", "b"])
    >>> means.tolist(), df
    ([2.0, 4.0], 3)
    """
    x = numbers(values)
    w = check_weights(weights, x.size)
    codes, labels = codes_of(groups, x.size, "groups")
    member = codes[:, None] == np.arange(len(labels))[None, :]
    totals = np.bincount(codes, weights=w, minlength=len(labels))
    if (totals == 0).any():
        raise too_few(
            "empty-group",
            "A group has no respondent of positive weight.",
            given=labels[int(np.argmin(totals))],
        )
    means = np.array([_ratio_mean(x[m], w[m]) for m in member.T])
    scores = (w / totals[codes] * (x - means[codes]))[:, None] * member
    cov, df = score_covariance(scores, w, clusters, strata)
    return LinearisedMeans(means, cov, df)


def effective_n(weights: ArrayLike) -> float:
    """Kish's effective number of respondents, (sum w)^2 / sum w^2.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Sampling weights, 0 or more; their scale does not matter.

    Returns
    -------
    float
        Between 1 and n; n when all weights are equal.

    References
    ----------
    Kish 1965, Survey Sampling; Kish 1992, J. Off. Statist. 8:183-200.

    Examples
    --------
    >>> effective_n([2, 2, 2])
    3.0
    """
    w = numbers(weights, "weights", least=1)
    w = check_weights(w, w.size)
    return float(w.sum() ** 2 / np.sum(w**2))


def kish_design_effect(weights: ArrayLike) -> float:
    """Kish's design effect of weighting, n sum w^2 / (sum w)^2 = 1 + cv^2 (rows of zero weight count).

    Examples
    --------
    >>> kish_design_effect([1, 1, 2])
    1.125
    """
    return numbers(weights, "weights", least=1).size / effective_n(weights)


def design_effect(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> float:
    """How much the design inflates the variance of the mean over simple random sampling.

    Parameters
    ----------
    values, weights, clusters, strata : array_like, shape (n,)
        As in :func:`linearised_mean`.

    Returns
    -------
    float
        Linearised variance over s^2 / n; below 1 where strata help.

    Raises
    ------
    NotEnoughData
        ``stats.no-variance`` when the values do not vary.

    References
    ----------
    Kish 1965; R ``survey::svymean(deff = "replace")``.

    Examples
    --------
    >>> round(design_effect([1, 2, 3, 4]), 9)
    1.0
    """
    x = numbers(values)
    w = check_weights(weights, x.size)
    n = int((w > 0).sum())
    estimate = linearised_mean(x, w, clusters, strata)
    spread = float(np.average((x - estimate.value) ** 2, weights=w))
    if spread == 0 or n < 2:
        raise no_variance("The values do not vary, so a design effect is not defined.")
    return float((estimate.se or 0.0) ** 2 / (spread / (n - 1)))


def _ratio_mean(x: Floats, w: Floats) -> float:
    """Weighted mean, exact where all values with weight are equal and careful with large offsets."""
    start = float(x[w > 0][0])
    return start + float(np.average(x - start, weights=w))


def score_covariance(
    scores: Floats, w: Floats, clusters: ArrayLike | None, strata: ArrayLike | None
) -> tuple[Floats, int]:
    """Between-cluster covariance of linearised scores (n, k), summed over strata, and clusters - strata."""
    n = w.size
    stratum: Ints = np.zeros(n, dtype=np.intp) if strata is None else codes_of(strata, n, "strata")[0]
    unit = codes_of(clusters, n, "clusters")[0]
    _, first, psu = np.unique(stratum * (int(unit.max()) + 1) + unit, return_index=True, return_inverse=True)
    totals = np.column_stack([np.bincount(psu, weights=column) for column in scores.T])
    home = stratum[first]
    in_stratum = np.bincount(home)
    weighted = np.bincount(psu, weights=w) > 0
    lone = (in_stratum == 1) & (np.bincount(home, weights=weighted) > 0)
    if lone.any():
        raise too_few(
            "lone-cluster",
            "A stratum (or the whole sample) has one cluster only.",
            given=int(lone.sum()),
            allowed="two clusters or more in each stratum",
        )
    centre = np.column_stack([np.bincount(home, weights=column) for column in totals.T])
    residual = totals - (centre / np.maximum(in_stratum, 1)[:, None])[home]
    factor = np.sqrt(in_stratum / np.maximum(in_stratum - 1, 1))[home]
    df = int(weighted.sum() - np.unique(home[weighted]).size)
    if df < 1:
        raise too_few("too-few", "Fewer than two clusters have positive weight.", given=df + 1)
    scaled = residual * factor[:, None]
    return scaled.T @ scaled, df
