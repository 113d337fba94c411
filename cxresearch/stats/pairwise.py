"""Follow-ups: which of several groups differ, with the error counted over all pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.errors import NotEnoughData
from cxresearch.stats._check import Floats, check_level, samples, too_few, wrong
from cxresearch.stats._exact import SEED
from cxresearch.stats.adjust import adjust
from cxresearch.stats.compare_counts import chi_square, contingency
from cxresearch.stats.compare_ranks import brunner_munzel
from cxresearch.stats.effect import hedges_g
from cxresearch.stats.estimate import Estimate, Test
from cxresearch.stats.mean import mean_difference


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One pair of groups, named by their positions, with its p-value adjusted over all pairs.

    Parameters
    ----------
    first, second : int
        Positions of the groups in the sequence that was given, from 0.
    test : Test or None
        `test.p` is of the pair alone, except for Games-Howell, which has no such value. None where this
        pair has too few answers or no variation; the other pairs are tested all the same.
    p_adjusted : float
        NaN where there is no test.
    difference : Estimate, optional
        Difference of means, first minus second, with a simultaneous interval.

    Examples
    --------
    >>> games_howell([[1, 2, 3], [2, 3, 4], [6, 7, 9]])[0].second
    1
    """

    first: int
    second: int
    test: Test | None
    p_adjusted: float
    difference: Estimate | None = None


def games_howell(groups: Sequence[ArrayLike], level: float = 0.95) -> list[Pair]:
    """All pairs of means without equal variances, on the studentised range.

    Parameters
    ----------
    groups : sequence of array_like
        Two groups or more, each of two values or more.
    level : float
        Simultaneous, over all pairs.

    Returns
    -------
    list of Pair
        In the order (0, 1), (0, 2), ..., (1, 2), ...; effect Hedges' g (its interval is not simultaneous).

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`~cxresearch.stats.mean.mean_difference`; constant groups only spoil their own pairs.

    References
    ----------
    Games & Howell 1976, J. Educ. Statist. 1:113-125.

    Examples
    --------
    >>> [round(pair.p_adjusted, 3) for pair in games_howell([[1, 2, 3], [2, 3, 4], [6, 7, 9]])]
    [0.501, 0.022, 0.041]
    """
    level = check_level(level)
    arrays = samples(groups)
    k = len(arrays)
    return _family(arrays, lambda i, j: _games_howell_pair(arrays, i, j, k, level), "none")


def _games_howell_pair(arrays: list[Floats], i: int, j: int, k: int, level: float) -> tuple[Test, Estimate]:
    welch = mean_difference(arrays[i], arrays[j], level)
    se, df = welch.se or 1.0, welch.df or 1.0
    t = welch.value / se
    p = min(1.0, float(stats.studentized_range.sf(abs(t) * np.sqrt(2), k, df)))
    half = float(stats.studentized_range.ppf(level, k, df)) * se / float(np.sqrt(2))
    test = Test(
        name="games_howell",
        statistic=t,
        df=df,
        df2=None,
        p=p,
        n=welch.n,
        method="Games-Howell test, studentised range",
        effect=hedges_g(arrays[i], arrays[j], level),
    )
    difference = Estimate(
        statistic="mean_difference",
        value=welch.value,
        low=welch.value - half,
        high=welch.value + half,
        level=level,
        n=welch.n,
        method="Games-Howell, simultaneous",
        se=se,
        df=df,
    )
    return test, difference


def pairwise(
    groups: Sequence[ArrayLike],
    scale: str = "ordinal",
    method: str = "holm",
    level: float = 0.95,
    seed: int = SEED,
) -> list[Pair]:
    """All pairs of groups by Brunner-Munzel (ordinal) or chi-square (nominal), with adjusted p-values.

    Parameters
    ----------
    groups : sequence of array_like
        Answers of each group.
    scale : {"ordinal", "nominal"}
        For means use :func:`games_howell`.
    method : str
        Adjustment, see :func:`~cxresearch.stats.adjust.adjust`.
    level : float
        Of each effect's interval by itself.
    seed : int
        Of permutation tests, where one is needed.

    Returns
    -------
    list of Pair
        In the order (0, 1), (0, 2), ..., (1, 2), ...

    Raises
    ------
    ArgumentError
        ``stats.scale``, ``stats.method``, missing values.
    NotEnoughData
        When no pair can be tested.

    References
    ----------
    Brunner & Munzel 2000, Biom. J. 42:17-25; Holm 1979, Scand. J. Statist. 6:65-70.

    Examples
    --------
    >>> [pair.test.name for pair in pairwise([[1, 2, 3], [2, 3, 4], [5, 6, 7]])]
    ['mann_whitney', 'mann_whitney', 'mann_whitney']
    """
    if scale not in ("ordinal", "nominal"):
        raise wrong(
            "scale",
            "Pairwise tests exist for two levels of measurement.",
            given=scale,
            allowed="ordinal, nominal",
            do="Use games_howell for means.",
        )
    if scale == "nominal":
        return _family(
            groups, lambda i, j: (chi_square(contingency([groups[i], groups[j]]), level, seed), None), method
        )
    arrays = samples(groups)
    return _family(arrays, lambda i, j: (brunner_munzel(arrays[i], arrays[j], level, seed), None), method)


def _family(
    groups: Sequence[object], test_of: Callable[[int, int], tuple[Test, Estimate | None]], method: str
) -> list[Pair]:
    """Test every pair, keep the impossible ones as such, and adjust the rest together."""
    index = list(combinations(range(len(groups)), 2))
    results: list[tuple[Test, Estimate | None] | NotEnoughData] = []
    for i, j in index:
        try:
            results.append(test_of(i, j))
        except NotEnoughData as reason:
            results.append(reason)
    if not results:
        raise too_few("too-few-groups", "There are too few groups.", given=len(groups), allowed="at least 2")
    if isinstance(results[0], NotEnoughData) and all(isinstance(r, NotEnoughData) for r in results):
        raise results[0]
    adjusted = adjust([np.nan if isinstance(r, NotEnoughData) else r[0].p for r in results], method)
    return [
        Pair(first=i, second=j, test=None, p_adjusted=float(p))
        if isinstance(result, NotEnoughData)
        else Pair(first=i, second=j, test=result[0], p_adjusted=float(p), difference=result[1])
        for (i, j), result, p in zip(index, results, adjusted, strict=True)
    ]
