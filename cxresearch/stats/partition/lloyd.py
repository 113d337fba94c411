"""K-means over answered cells only, with weights: many starts, and the same numbers on any machine.

scikit-learn's k-means adds up in the order in which its threads finish and knows no missing values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import Floats, Ints, check_count, check_weights, too_few, wrong
from cxresearch.stats.partition.transfers import transferred

STARTS = 20
STEPS = 300
TOLERANCE = 1e-8
#: Candidates for each further centre of a start, of which the best is taken.
CANDIDATES = 4
#: Starts that go on with transfers of single rows, and how many of those.
FINALISTS, TRANSFERS = 5, 500


@dataclass(frozen=True, kw_only=True, eq=False)
class Means:
    """The best of many runs of k-means; groups are sorted by weight, largest first.

    Parameters
    ----------
    centres : ndarray, shape (k, d)
    labels : ndarray of int, shape (n,)
        Nearest centre of each row, -1 for rows without any value.
    within, total : float
        Weighted sum of squares around the centres, and around the mean of all.
    """

    centres: Floats
    labels: Ints
    within: float
    total: float


class Table(NamedTuple):
    """Rows for k-means: holes hold 0, and `seen` is None where there are none."""

    x: Floats
    seen: Floats | None
    weights: Floats
    squares: Floats  # of each row
    mean: Floats
    total: float


class Run(NamedTuple):
    """Where one start ended."""

    centres: Floats
    labels: Ints
    within: float


def k_means(
    x: ArrayLike,
    k: int,
    weights: ArrayLike | None = None,
    starts: int = STARTS,
    seed: int = 1,
    steps: int = STEPS,
    tolerance: float = TOLERANCE,
) -> Means:
    """Divide rows into k groups with the smallest sum of squares around their means.

    Parameters
    ----------
    x : array_like, shape (n, d)
        NaN is missing; distances and means are then taken over what there is, which is the same as filling holes
        with the centre of the group and starting over (k-POD).
    k : int
    weights : array_like, shape (n,), optional
    starts : int
        Of which the best is kept (k-means++, then transfers of single rows where there are no holes).
    seed : int
    steps : int
        At most, for each start.
    tolerance : float
        A start has settled when a step gains less than this share of the total sum of squares.

    Returns
    -------
    Means

    Raises
    ------
    ArgumentError
        ``stats.shape``, ``stats.not-counts``, ``stats.weights``.
    NotEnoughData
        ``stats.too-few-patterns`` when there are fewer different rows than groups.

    References
    ----------
    Lloyd 1982, IEEE Trans. Inf. Theory 28:129-137; Hartigan & Wong 1979, Appl. Stat. 28:100-108 (transfers);
    Arthur & Vassilvitskii 2007, Proc. SODA:1027-1035 (k-means++);
    Chi, Chi & Baraniuk 2016, Am. Stat. 70:91-99 (k-POD).

    Examples
    --------
    >>> found = k_means([[0.0, 0.0], [0.0, 1.0], [0.0, float("nan")], [9.0, 9.0], [9.0, 8.0]], 2)
    >>> found.labels.tolist(), found.within
    ([0, 0, 0, 1, 1], 1.0)
    """
    array = np.asarray(x, dtype=np.float64)
    if array.ndim != 2 or np.isinf(array).any():
        raise wrong("shape", "k-means needs a finite table, a row a person.", given=array.shape, allowed="(n, d)")
    k, starts, seed = check_count(k, "k", 1), check_count(starts, "starts", 1), check_count(seed, "seed")
    tolerance = check_real(tolerance, "tolerance", low=0)
    table = table_of(array, check_weights(weights, array.shape[0]))
    check_distinct(array[table.weights > 0], k)
    return best_of(table, k, starts, seed, steps, tolerance)


def check_distinct(x: Floats, k: int) -> None:
    """Raise where there are fewer different rows than groups."""
    different = np.unique(x, axis=0).shape[0] if k > 1 else x.shape[0]
    if different < k:
        raise too_few(
            "too-few-patterns",
            "There are fewer different rows of answers than groups.",
            given=f"{different} different rows, k = {k}",
            allowed="at most as many groups as different rows",
        )


def table_of(x: Floats, weights: Floats) -> Table:
    """Prepare rows: what does not depend on the centres is computed once."""
    missing = np.isnan(x)
    seen = (~missing).astype(np.float64) if missing.any() else None
    filled = np.where(missing, 0.0, x) if seen is not None else np.ascontiguousarray(x)
    squares = np.einsum("ij,ij->i", filled, filled)
    per_column = weights @ seen if seen is not None else np.full(x.shape[1], weights.sum())
    mean = weights @ filled / np.where(per_column > 0, per_column, 1.0)
    total = float(weights @ squares - per_column @ mean**2)
    return Table(filled, seen, weights, squares, mean, max(total, 0.0))


def best_of(
    table: Table,
    k: int,
    starts: int,
    seed: int,
    steps: int,
    tolerance: float,
    sample: int | None = None,
    transfers: int = TRANSFERS,
) -> Means:
    """Run all starts and keep the one with the smallest sum of squares (of equal ones the first).

    With more rows than `sample` the starts see so many of them only, and the best is then run on all. Without holes
    the best runs go on with as many transfers of single rows.
    """
    small = table if sample is None or sample >= table.weights.size else _some_rows(table, sample, seed)
    first = _scattered(small, k, [np.random.default_rng([seed, k, start]) for start in range(starts if k > 1 else 1)])
    runs = _settle(small, first, steps, tolerance)
    runs = sorted(runs, key=lambda run: run.within)[: FINALISTS if transfers and k > 1 else 1]
    if small is not table:
        runs = [_settle(table, run.centres[None], steps, tolerance)[0] for run in runs]
    if transfers and table.seen is None:
        runs = [_transferred(table, run, transfers) for run in runs]
    centres, labels, within = min(runs, key=lambda run: run.within)
    shares = np.bincount(labels, weights=table.weights, minlength=k)
    order = np.lexsort((*centres.T[::-1], -np.round(shares / table.weights.sum(), 9)))
    place = np.argsort(order)
    labels = place[labels]
    if table.seen is not None:
        labels = np.where(table.seen.any(axis=1), labels, -1)
    return Means(centres=centres[order], labels=labels, within=within, total=table.total)


def _transferred(table: Table, run: Run, most: int) -> Run:
    centres, labels = transferred(table.x, table.weights, run.centres, run.labels, most)
    return Run(centres, labels, float(table.weights @ np.square(table.x - centres[labels]).sum(axis=1)))


def _some_rows(table: Table, size: int, seed: int) -> Table:
    rows = np.random.default_rng(seed).choice(table.weights.size, size, replace=False)
    return table._replace(
        x=table.x[rows],
        seen=None if table.seen is None else table.seen[rows],
        weights=table.weights[rows],
        squares=table.squares[rows],
        total=table.total * size / table.weights.size,
    )


def nearest(table: Table, centres: Floats) -> Ints:
    """Return the nearest of k centres to each row, over what the row holds."""
    return np.asarray(_closeness(table, centres).argmax(axis=0))


def _closeness(table: Table, centres: Floats) -> Floats:
    """Half of (squares of the row - squared distance), (..., k, n)."""
    closeness: Floats = centres @ table.x.T
    if table.seen is None:
        closeness -= 0.5 * np.square(centres).sum(axis=-1)[..., None]
    else:
        closeness -= 0.5 * np.square(centres) @ table.seen.T
    return closeness


def _scattered(table: Table, k: int, rngs: list[np.random.Generator]) -> Floats:
    """Return k rows for each start, each likelier the further it lies from those before (holes: the mean)."""
    starts, n = len(rngs), table.weights.size
    chances = np.stack([rng.random((k, CANDIDATES)) for rng in rngs])
    centres = np.empty((starts, k, table.x.shape[1]))
    chance, distance = np.tile(table.weights, (starts, 1)), np.full((starts, n), np.inf)
    everyone = np.arange(starts)
    for j in range(k):
        heap = np.cumsum(chance, axis=1)
        drawn = [np.searchsorted(h, u * h[-1], side="right") for h, u in zip(heap, chances[:, j], strict=True)]
        rows = np.minimum(np.stack(drawn), n - 1)[:, : CANDIDATES if j else 1]
        candidates = table.x[rows]
        if table.seen is not None:
            candidates = np.where(table.seen[rows] > 0, candidates, table.mean)
        away = np.maximum(table.squares - 2 * _closeness(table, candidates), 0.0)
        away = np.minimum(away, distance[:, None])
        best = (away @ table.weights).argmin(axis=1)
        centres[:, j], distance = candidates[everyone, best], away[everyone, best]
        chance = distance * table.weights
        chance[~chance.any(axis=1)] = table.weights
    return centres


def _settle(table: Table, centres: Floats, steps: int, tolerance: float) -> list[Run]:
    """Go back and forth between nearest centres and means, all starts side by side, until hardly anything is gained."""
    starts = centres.shape[0]
    runs: list[Run | None] = [None] * starts
    live, before, fixed = np.arange(starts), np.full(starts, np.inf), float(table.weights @ table.squares)
    for step in range(steps):
        closeness = _closeness(table, centres)
        labels = closeness.argmax(axis=1)
        reached = closeness.max(axis=1)
        within = np.maximum(fixed - 2 * reached @ table.weights, 0.0)
        settled = (before - within <= tolerance * table.total) | (step == steps - 1)
        for i in np.flatnonzero(settled):
            runs[live[i]] = Run(centres[i], labels[i], float(within[i]))
        if settled.all():
            break
        live, before, labels, reached = live[~settled], within[~settled], labels[~settled], reached[~settled]
        centres = _means(table, centres[~settled], labels, reached)
    return [run for run in runs if run is not None]


def _means(table: Table, centres: Floats, labels: Ints, reached: Floats) -> Floats:
    """Means of the groups of each start; an empty group moves to the row that is worst off."""
    (starts, k, _), n = centres.shape, table.weights.size
    member = np.zeros((starts, k, n))
    member.reshape(-1)[labels * n + np.arange(n) + np.arange(starts)[:, None] * k * n] = table.weights
    people = member.sum(axis=2)
    size = people[..., None] if table.seen is None else member @ table.seen
    means: Floats = np.where(size > 0, member @ table.x / np.where(size > 0, size, 1.0), centres)
    for start, j in zip(*np.nonzero(people == 0), strict=True):
        far = int(((table.squares - 2 * reached[start]) * table.weights).argmax())
        means[start, j] = (
            np.where(table.seen[far] > 0, table.x[far], table.mean) if table.seen is not None else table.x[far]
        )
        reached[start, far] = table.squares[far] / 2
    return means
