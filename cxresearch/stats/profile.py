"""Do two sides rank the same strengths? Similarity of profiles over k items.

`pair_profiles` compares linked pairs (a branch's self-image with its customers' view, expectation with
perception), `group_profiles` the mean profiles of two groups of different people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._arguments import SEED, check_draws, generator
from cxresearch.stats._check import Floats, check_level, matrix, too_few, wrong
from cxresearch.stats.bca import bca_bounds, jackknife_acceleration
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.resample import resampling_weights
from cxresearch.stats.similarity import (
    Similarity,
    double_entry,
    normative_profile,
    profile_q,
    similarity,
    two_profiles,
)

__all__ = ["ProfileResult", "Similarity", "flatness", "group_profiles", "pair_profiles", "similarity"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ProfileResult:
    """Similarity of profiles with intervals over respondents.

    Parameters
    ----------
    similarity : Similarity
        Of each pair, or of the two mean profiles (one row).
    q, icc, q_distinctive, icc_distinctive : Estimate or None
        Mean over pairs, or the value of the mean profiles; `icc` is the double-entry one. None where not
        defined.
    undefined : int
        Pairs with a flat profile, which have no q.
    n_items : int
    p_spread : tuple of two floats
        Of two groups: p-values of the hypothesis that a mean profile is flat, NaN where that cannot be tested.
        Pairs need no such test, see :func:`pair_profiles`.
    """

    similarity: Similarity
    q: Estimate | None
    icc: Estimate | None
    q_distinctive: Estimate | None
    icc_distinctive: Estimate | None
    undefined: int
    n_items: int
    p_spread: tuple[float, float] = (float("nan"), float("nan"))


def pair_profiles(
    x: ArrayLike, y: ArrayLike, level: float = 0.95, draws: int = 2_000, seed: int | np.random.Generator = SEED
) -> ProfileResult:
    """Similarity of linked profiles, with and without the normative profile, bootstrapped over pairs.

    Parameters
    ----------
    x, y : array_like, shape (n, k)
        Two profiles of each unit or respondent; n >= 3, k >= 3, complete.
    level : float
    draws : int
        Bootstrap samples, at least 100. The normative profiles (the means of x and of y) are computed anew
        in each.
    seed : int or numpy.random.Generator

    Returns
    -------
    ProfileResult
        BCa intervals for the means over pairs; pairs without a value are left out of each mean. Where the profiles
        of one side are nothing but noise, the q of the pairs scatter around zero, and so does their mean.

    Raises
    ------
    ArgumentError
        As :func:`similarity`.
    NotEnoughData
        ``stats.too-few`` below three pairs.

    References
    ----------
    Furr 2008, J. Pers. 76:1267-1316; Efron 1987, J. Am. Stat. Assoc. 82:171-185.

    Examples
    --------
    >>> x = [[5, 3, 1], [4, 3, 1], [5, 2, 2], [4, 4, 1]]
    >>> y = [[4, 3, 2], [5, 3, 2], [3, 4, 2], [5, 4, 3]]
    >>> result = pair_profiles(x, y, draws=200)
    >>> round(result.q.value, 3), round(result.q_distinctive.value, 3)
    (0.699, -0.621)
    """
    a, b = two_profiles(x, y)
    if a.shape[0] < 3:
        raise too_few("too-few", "There are too few pairs.", given=a.shape[0], allowed="at least 3")

    def statistic(weight: Floats) -> list[float]:
        total = weight.sum()
        own_a, own_b = a - weight @ a / total, b - weight @ b / total
        columns = (q, icc, profile_q(own_a, own_b), double_entry(own_a, own_b))
        return [_mean(column, weight) for column in columns]

    whole = similarity(a, b, a.mean(axis=0), b.mean(axis=0))
    q, icc = whole.q, whole.icc_double_entry
    n = a.shape[0]
    rng, draws = generator(seed), check_draws(draws)
    blocks = resampling_weights(n, draws, rng)
    replicates = np.array([statistic(weight) for block in blocks for weight in block])
    columns = np.column_stack([q, icc, whole.q_distinctive, whole.icc_distinctive])
    left_out = -columns / np.maximum((~np.isnan(columns)).sum(axis=0) - 1, 1)  # of a mean, up to a constant
    return _result(whole, statistic(np.ones(n)), replicates, [left_out], n, a.shape[1], check_level(level))


def group_profiles(
    a: ArrayLike,
    b: ArrayLike,
    normative: ArrayLike | None = None,
    level: float = 0.95,
    draws: int = 2_000,
    seed: int | np.random.Generator = SEED,
) -> ProfileResult:
    """Similarity of the mean profiles of two groups of different people, bootstrapped over the people.

    Parameters
    ----------
    a, b : array_like, shapes (n_a, k), (n_b, k)
        Answers of the two groups to the same k items, complete.
    normative : array_like, shape (k,), optional
        A profile known from elsewhere (the sector, all branches) to take off both for the distinctive indices.
    level : float
    draws : int
        Bootstrap samples of each group, at least 100.
    seed : int or numpy.random.Generator

    Returns
    -------
    ProfileResult
        One row. BCa intervals: sampling error flattens a correlation of means, and resampling flattens it once
        more, which BCa takes into account and plain percentiles do not. The mean profile of a side without highs
        and lows is sampling error, which correlates with anything: unless Hotelling's test shows both profiles to
        have spread (p below one minus the level), the bounds of `q` are NaN. Those of `icc` are where neither has.

    Raises
    ------
    ArgumentError
        As :func:`similarity`.
    NotEnoughData
        ``stats.too-few`` below three respondents a group.

    References
    ----------
    As :func:`pair_profiles`; Hotelling 1931, Ann. Math. Stat. 2:360-378 (repeated measures: Morrison 1990,
    Multivariate statistical methods, 3rd ed., sec. 4.6).

    Examples
    --------
    >>> staff = [[5, 3, 1], [4, 3, 1], [5, 2, 2], [4, 4, 1]]
    >>> customers = [[4, 3, 2], [5, 3, 2], [3, 4, 2], [5, 4, 3]]
    >>> round(group_profiles(staff, customers, draws=200).q.value, 4)
    0.9951
    """
    first, second = matrix(a, "a", rows=3, columns=3), matrix(b, "b", rows=3, columns=3)
    if first.shape[1] != second.shape[1]:
        raise wrong("unequal-length", "Both groups need the same items.", given=(first.shape[1], second.shape[1]))
    k = first.shape[1]
    norm = None if normative is None else normative_profile(normative, k, "normative")

    def statistic(x: Floats, y: Floats) -> Floats:
        columns = [profile_q(x, y), double_entry(x, y)]
        if norm is not None:
            columns += [profile_q(x - norm, y - norm), double_entry(x - norm, y - norm)]
        return np.column_stack(columns)

    means = first.mean(axis=0)[None, :], second.mean(axis=0)[None, :]
    whole = similarity(means[0], means[1], norm, norm)
    rng, draws = generator(seed), check_draws(draws)
    drawn = [
        np.concatenate([w @ table / table.shape[0] for w in resampling_weights(table.shape[0], draws, rng)])
        for table in (first, second)
    ]
    without = [(m * t.shape[0] - t) / (t.shape[0] - 1) for m, t in zip(means, (first, second), strict=True)]
    left_out = [statistic(without[0], means[1]), statistic(means[0], without[1])]
    value = statistic(*means)[0].tolist()
    n = first.shape[0] + second.shape[0]
    found = _result(whole, value, statistic(*drawn), left_out, n, k, check_level(level))
    p = flatness(first), flatness(second)
    own = p if norm is None else (flatness(first - norm), flatness(second - norm))
    shown, shown_own = ([value < 1 - level for value in pair] for pair in (p, own))
    return replace(
        found,
        q=_judged(found.q, all(shown)),
        icc=_judged(found.icc, any(shown)),
        q_distinctive=_judged(found.q_distinctive, all(shown_own)),
        icc_distinctive=_judged(found.icc_distinctive, any(shown_own)),
        p_spread=p,
    )


def flatness(values: ArrayLike) -> float:
    """Return the p-value of Hotelling's test that all columns have the same mean.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Complete answers.

    Returns
    -------
    float
        NaN with fewer than k rows.

    Examples
    --------
    >>> round(flatness([[5, 3, 1], [4, 3, 1], [5, 2, 2], [4, 4, 1]]), 4)
    0.0173
    >>> flatness([[1, 2, 3], [1, 2, 3], [2, 3, 4]])
    0.0
    """
    steps = np.diff(matrix(values, "values"), axis=1)
    n, p = steps.shape
    if n <= p:
        return float("nan")
    mean, (_, spread, axes) = steps.mean(axis=0), np.linalg.svd(steps - steps.mean(axis=0), full_matrices=False)
    rank = int((spread > 1e-10 * max(1.0, float(np.abs(steps).max()))).sum())
    along = axes[:rank] @ mean
    if float(np.sum(mean**2) - np.sum(along**2)) > 1e-12 * float(np.sum(mean**2)):
        return 0.0  # a step in which all agree
    if rank == 0:
        return 1.0
    t2 = n * (n - 1) * float(np.sum((along / spread[:rank]) ** 2))
    return float(stats.f.sf(t2 * (n - rank) / (rank * (n - 1)), rank, n - rank))


def _judged(estimate: Estimate | None, shown: bool) -> Estimate | None:
    """Take the bounds off what is a correlation with sampling error."""
    if estimate is None or shown:
        return estimate
    method = "not judged: no spread was shown in a profile"
    return replace(estimate, low=float("nan"), high=float("nan"), method=method)


def _result(
    whole: Similarity,
    value: list[float],
    replicates: Floats,
    left_out: list[Floats],
    n: int,
    k: int,
    level: float,
) -> ProfileResult:
    names = ("profile_q", "profile_icc", "profile_q_distinctive", "profile_icc_distinctive")
    found: list[Estimate | None] = [None] * 4
    for j, centre in enumerate(value):
        column = replicates[:, j][~np.isnan(replicates[:, j])]
        jackknife = [part[~np.isnan(part[:, j]), j] for part in left_out]
        if np.isnan(centre) or column.size < 100 or min(part.size for part in jackknife) < 2:
            continue
        low, high = bca_bounds(column, centre, jackknife_acceleration(jackknife), level)
        found[j] = Estimate(
            statistic=names[j],
            value=centre,
            low=min(low, centre),  # a strong correction can carry BCa past the value
            high=max(high, centre),
            level=level,
            n=n,
            method=f"BCa bootstrap over respondents, {column.size} draws",
            se=float(column.std(ddof=1)),
        )
    return ProfileResult(
        similarity=whole,
        q=found[0],
        icc=found[1],
        q_distinctive=found[2],
        icc_distinctive=found[3],
        undefined=int(np.isnan(whole.q).sum()),
        n_items=k,
    )


def _mean(values: Floats, weight: Floats) -> float:
    """Weighted mean of the values that exist."""
    known = ~np.isnan(values)
    total = float(weight[known].sum())
    return float(weight[known] @ values[known]) / total if total > 0 else np.nan
