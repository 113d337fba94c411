"""Do the groups come back? Grouping again on people drawn anew, and on halves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.errors import NotEnoughData
from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, Ints, check_count, too_few, wrong
from cxresearch.stats.mixture.threads import in_turn
from cxresearch.stats.stability.labels import adjusted_rand, jaccard, labels_of

DRAWS, HALVES = 50, 20
#: A group was found again from this similarity on, and has dissolved below that (Hennig 2008).
RECOVERED, GONE = 0.75, 0.5
TAIL = 0.05

#: From the rows to group and a seed to a label of each person, below 0 for none.
Fit = Callable[[Ints, int], ArrayLike]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stability:
    """How well groups come back.

    Parameters
    ----------
    jaccard : ndarray, shape (k,)
        Mean over bootstrap samples of the similarity with the most similar group.
    jaccard_low, jaccard_high : ndarray, shape (k,)
        5 % and 95 % quantiles.
    recovered, dissolved : ndarray, shape (k,)
        Share of samples with a similarity of .75 or more, and below .5.
    replicates : ndarray, shape (draws, k)
        All similarities; NaN for a group of whom nobody was drawn.
    ari : float
        Mean adjusted Rand index between the groups of everyone by two halves; NaN without halves.
    ari_low, ari_high : float
        5 % and 95 % quantiles.
    agreements : ndarray, shape (halves,)
        All of them.
    draws, halves, seed : int
    failed : int
        Bootstrap samples that could not be grouped; like halves of that kind they count as 0.
    """

    jaccard: Floats
    jaccard_low: Floats
    jaccard_high: Floats
    recovered: Floats
    dissolved: Floats
    replicates: Floats
    ari: float
    ari_low: float
    ari_high: float
    agreements: Floats
    draws: int
    halves: int
    seed: int
    failed: int


def stability(
    n: int,
    fit: Fit,
    reference: ArrayLike,
    *,
    k: int | None = None,
    draws: int = DRAWS,
    halves: int = HALVES,
    seed: int = 1,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Stability:
    """Group again on bootstrap samples and on split halves, and compare.

    Parameters
    ----------
    n : int
        Number of people.
    fit : callable
        ``fit(rows, seed)`` groups the people of these rows only (some twice) and returns a label of 0 or more for
        all n, below 0 for nobody's. A :class:`NotEnoughData` raised in it counts as no group found again.
    reference : array_like of int, shape (n,)
        The grouping that is judged, 0 to k - 1. Numbers need not mean the same group in any other fit.
    k : int, optional
        Groups of `reference`, where the last ones may have nobody; without it the largest label + 1.
    draws, halves : int
        Bootstrap samples; divisions into two halves at random.
    seed : int
        Each task has a generator of its own.
    jobs : int
        Tasks at a time; it does not change the numbers.
    progress : callable, optional
        Called with (done, total); an exception raised in it cancels the rest.

    Returns
    -------
    Stability

    Raises
    ------
    ArgumentError
        ``stats.not-counts``, ``stats.unequal-length``, ``stats.labels``.
    NotEnoughData
        ``stats.too-few`` with fewer than four people, or nobody in a group.

    Notes
    -----
    Similarity is taken over the different people in a sample, once each, as in ``fpc::clusterboot``. .75 or more
    is a stable group, .6 to .75 a pattern whose members are in doubt, below .5 the group has dissolved. Two traps:
    large groups are hard to miss (one half of all people has similarity .33 with any other half on average), and a
    cut through one cloud can fall into the same place each time. So stability is needed, and does not suffice.

    References
    ----------
    Hennig 2007, Comput. Stat. Data Anal. 52:258-271; Hennig 2008, J. Multivar. Anal. 99:1154-1176; Lange, Roth,
    Braun & Buhmann 2004, Neural Comput. 16:1299-1323 (halves).

    Examples
    --------
    >>> x = np.repeat([0.0, 9.0], 20)
    >>> found = stability(40, lambda rows, seed: (x > 5).astype(int), x > 5, draws=5, halves=2)
    >>> found.jaccard.tolist(), found.ari
    ([1.0, 1.0], 1.0)
    """
    n, seed, jobs = check_count(n, "n"), check_count(seed, "seed"), check_count(jobs, "jobs", 1)
    draws, halves = check_count(draws, "draws"), check_count(halves, "halves")
    labels = _complete(reference, n, "The reference grouping")
    if n < 4:
        raise too_few("too-few", "So few people cannot be drawn anew.", given=n, allowed="at least 4")
    found = int(labels.max()) + 1
    if found < 1:
        raise too_few("too-few", "Nobody is in a group.", given=labels[:5].tolist(), allowed="labels of 0 or more")
    groups = found if k is None else check_count(k, "k", found)

    def again(task: int) -> Floats | None:
        rng = np.random.default_rng([seed, task])
        own = int(rng.integers(1, 2**31))
        try:
            if task < draws:
                rows = np.sort(rng.integers(0, n, n))
                inside = np.unique(rows)
                return jaccard(labels[inside], _complete(fit(rows, own), n, "What fit() returns")[inside], groups)
            order = rng.permutation(n)
            one, two = (
                _complete(fit(np.sort(half), own), n, "What fit() returns")
                for half in (order[: n // 2], order[n // 2 :])
            )
            return np.array([adjusted_rand(one, two)])
        except NotEnoughData:
            return None

    rows = list(in_turn(again, range(draws + halves), jobs, progress))
    similar = np.array([np.zeros(groups) if row is None else row for row in rows[:draws]]).reshape(draws, groups)
    agreements = np.array([0.0 if row is None else row[0] for row in rows[draws:]])
    low, high = (_quantile(similar, level) for level in (TAIL, 1 - TAIL))
    ari_low, ari_high = (float(_quantile(agreements[:, None], level)[0]) for level in (TAIL, 1 - TAIL))
    return Stability(
        jaccard=frozen(_mean(similar)),
        jaccard_low=frozen(low),
        jaccard_high=frozen(high),
        recovered=frozen(_mean(np.where(np.isnan(similar), np.nan, similar >= RECOVERED))),
        dissolved=frozen(_mean(np.where(np.isnan(similar), np.nan, similar < GONE))),
        replicates=frozen(similar),
        ari=float(_mean(agreements[:, None])[0]),
        ari_low=ari_low,
        ari_high=ari_high,
        agreements=frozen(agreements),
        draws=draws,
        halves=halves,
        seed=seed,
        failed=sum(row is None for row in rows[:draws]),
    )


def _mean(values: Floats) -> Floats:
    """Mean of each column over what there is, NaN where there is nothing."""
    seen = ~np.isnan(values)
    count = seen.sum(axis=0)
    return np.where(count > 0, np.where(seen, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _quantile(values: Floats, level: float) -> Floats:
    columns = (column[~np.isnan(column)] for column in values.T)
    return np.array([np.quantile(column, level) if column.size else np.nan for column in columns])


def _complete(labels: ArrayLike, n: int, name: str) -> Ints:
    array = labels_of(labels, name)
    if array.size != n:
        raise wrong("unequal-length", f"{name} needs a label for each person.", given=array.size, allowed=f"{n}")
    return array
