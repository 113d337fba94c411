"""Is there anything at all? Data against what data without groups give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, check_count, no_variance, too_few, wrong
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.mixture.threads import in_turn, one_thread
from cxresearch.stats.structure.index import Indices, check_ks, count_dimensions, distinct_places
from cxresearch.stats.structure.ladder import Ladder, ladder_of
from cxresearch.stats.structure.nulls import Null, copula, independent

NULLS = ("copula", "continuum", "independent")
KS = (2, 3, 4, 5, 6)
DRAWS = 99
#: Fewer people than this say nothing about groups.
FEWEST = 30
FEWEST_DRAWS = 19
#: With more people than this a random sample of that size is tested.
MOST = 5000


@dataclass(frozen=True, kw_only=True, eq=False)
class StructureTest:
    """Cluster indices beside those of data without groups.

    Parameters
    ----------
    frame : pandas.DataFrame
        A row a number of groups and space: `k`, `space` ("items" or "dimensions"), `index` (share of the variation
        within groups), `expected` and `sd` of the index without groups, `z` (expected - index in sd).
    drawn : ndarray, shape (draws, rows)
        Indices of the samples without groups, in the order of the frame.
    statistic : float
        Largest z: how far the data are more lumpy than data without groups.
    k : int
        The k of that row.
    null_statistics : ndarray, shape (draws,)
        The same statistic for each sample against all others.
    p : float
    null : {"copula", "continuum", "independent"}
    dimensions : int
        Of the second space.
    n : int
        People who were compared: those with an answer, or a sample of 5,000 of them.
    draws, seed : int
    """

    frame: pd.DataFrame
    drawn: Floats
    statistic: float
    k: int
    null_statistics: Floats
    p: float
    null: str
    dimensions: int
    n: int
    draws: int
    seed: int


def structure_test(
    people: Indicators,
    ks: Sequence[int] = KS,
    *,
    null: str = "copula",
    draws: int = DRAWS,
    seed: int = 1,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> StructureTest:
    """Test whether people fall into groups beyond what margins and correlations alone make look like groups.

    Parameters
    ----------
    people : Indicators
    ks : sequence of int
        Numbers of groups that are tried; the p-value allows for the best of them being taken.
    null : {"copula", "continuum", "independent"}
        "copula": the same margins and correlations, cut from a normal distribution (attitudes without groups).
        "continuum": the same, but people are spread evenly along the leading dimensions: skewed, flat and other
        shapes with one hump are then no groups either, so this is the strictest null.
        "independent": the same margins, nothing in common; any correlation is evidence against it.
    draws : int
        Samples from the null, at least 19.
    seed : int
        Each draw has a generator of its own.
    jobs : int
        Draws at a time; it does not change the numbers.
    progress : callable, optional
        Called with (done, total) after each draw; an exception raised in it cancels the rest.

    Returns
    -------
    StructureTest

    Raises
    ------
    NotEnoughData
        ``stats.too-few`` with fewer than 30 people, ``stats.no-variance`` with fewer than two columns that vary,
        ``stats.too-few-patterns`` when there are fewer different rows than groups.
    ArgumentError
        ``stats.null``, ``stats.not-counts``.

    Notes
    -----
    The statistic is the cluster index of SigClust, for several k and in two spaces: all columns, standardised, and
    the leading principal components (parallel analysis), each given the same weight, where lumps are not drowned
    in noise. Each index is compared with its own mean and standard deviation without groups; the largest shortfall
    counts, and each sample goes through the same, compared with all others and the data, so that
    p = (1 + samples at least as extreme) / (1 + draws) holds whatever the indices have in common.

    Missing answers stay missing in the samples, and stand at the mean on both sides. A likelihood of latent classes
    instead of the index would also find extreme response style, which is no group; see docs/validation-structure.md.

    References
    ----------
    Liu, Hayes, Nobel & Marron 2008, J. Am. Stat. Assoc. 103:1281-1293; Horn 1965, Psychometrika 30:179-185;
    Besag & Diggle 1977, Appl. Stat. 26:327-333 (Monte Carlo tests); Westfall & Young 1993, Resampling-based
    multiple testing (the largest of several).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> attitude = rng.normal(size=(300, 1)) + 0.8 * rng.normal(size=(300, 6))
    >>> camps = rng.choice([-1.5, 1.5], (300, 1)) + 0.8 * rng.normal(size=(300, 6))
    >>> rated = [np.clip(np.round(x) + 2, 0, 4).astype(int) for x in (attitude, camps)]
    >>> people = [Indicators.of(categorical=x, levels=[5] * 6, ordered=[True] * 6) for x in rated]
    >>> [structure_test(x, ks=(2, 3), draws=19).p <= 0.05 for x in people]
    [False, True]
    """
    if null not in NULLS:
        raise ArgumentError(unknown_name("stats.null", "null model", null, NULLS))
    wanted, draws, seed = check_ks(ks), check_count(draws, "draws", FEWEST_DRAWS), check_count(seed, "seed")
    jobs = check_count(jobs, "jobs", 1)
    ladder = _usable(people, wanted, seed)
    with one_thread():
        dimensions = count_dimensions(ladder, wanted[-1] - 1)
        indices = Indices(ks=wanted, dimensions=dimensions, seed=seed)
        source = independent(ladder) if null == "independent" else copula(ladder, dimensions * (null == "continuum"))
        seen = indices.of(ladder, ladder.places)
    draw = partial(_drawn, source, indices)
    tasks = [[seed, 1 + i] for i in range(draws)]
    drawn = np.array(list(in_turn(draw, tasks, jobs, progress)))
    shortfall = _against_the_others(np.vstack([seen, drawn]))
    largest = shortfall.max(axis=1)
    spread = drawn.std(axis=0, ddof=1)
    frame = pd.DataFrame(indices.rows, columns=["k", "space"]).assign(
        index=seen, expected=drawn.mean(axis=0), sd=spread, z=shortfall[0]
    )
    return StructureTest(
        frame=frame,
        drawn=frozen(drawn),
        statistic=float(largest[0]),
        k=int(frame["k"].iloc[int(shortfall[0].argmax())]),
        null_statistics=frozen(largest[1:]),
        p=float((largest >= largest[0]).mean()),
        null=null,
        dimensions=dimensions,
        n=ladder.n,
        draws=draws,
        seed=seed,
    )


def _drawn(source: Null, indices: Indices, seed: list[int]) -> Floats:
    return indices.of(source.ladder, source.places(np.random.default_rng(seed)))


def _against_the_others(values: Floats) -> Floats:
    """How far each row falls short of the mean of all others, in their standard deviations."""
    others = values.shape[0] - 1
    mean = (values.sum(axis=0) - values) / others
    centred = values - values.mean(axis=0)
    square = (centred**2).sum(axis=0) - centred**2 - others * (mean - values.mean(axis=0)) ** 2
    sd = np.sqrt(np.maximum(square, 0.0) / (others - 1))
    shortfall: Floats = (mean - values) / np.maximum(sd, 1e-9)
    return shortfall


def _usable(people: Indicators, ks: tuple[int, ...], seed: int) -> Ladder:
    """Return people who answered anything and carry weight, in an order that does not depend on how they came."""
    if not ks:
        raise wrong(
            "not-counts", "There is no number of groups to try.", given=ks, allowed="at least one k of 2 or more"
        )
    rows = people.answered.any(axis=1) & (people.case_weights > 0)
    if rows.sum() < FEWEST:
        raise too_few("too-few", "Too few people answered.", given=int(rows.sum()), allowed=f"at least {FEWEST} people")
    used = people.take(rows)
    keys = [used.case_weights, *np.nan_to_num(np.hstack([used.counts, used.numeric]), nan=-np.inf).T]
    used = used.take(np.lexsort([*keys, *used.categorical.T[::-1]]))
    if used.n > MOST:
        used = used.take(np.sort(np.random.default_rng(seed).choice(used.n, MOST, replace=False)))
    ladder = ladder_of(used)
    if sum(values.size > 1 for values in ladder.values) < 2:
        raise no_variance("Fewer than two columns vary.")
    different = distinct_places(ladder.places, ladder.weights)
    if different < ks[-1]:
        raise too_few(
            "too-few-patterns",
            "There are fewer different rows of answers than groups.",
            given=f"{different} different rows, k = {ks[-1]}",
            allowed="at most as many groups as different rows",
        )
    return ladder
