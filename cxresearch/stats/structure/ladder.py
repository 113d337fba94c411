"""Columns of every kind as places on a ladder of values, so that all of them can be cut from normal variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.partition.features import NOMINAL, Features, columns_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Ladder:
    """The different values of each column in their order, and where each person stands.

    Parameters
    ----------
    places : ndarray of int, shape (n, m)
        Step of each person on the ladder of each column, -1 where missing.
    values : tuple of ndarray
        Raw values of the steps.
    scores : tuple of ndarray
        Ascending numbers of the steps, standardised: what is correlated.
    blocks : tuple of ndarray
        Rows of the table for k-means of each step; of nominal columns one number a category.
    weights : ndarray, shape (n,)
        Mean 1.
    people : Indicators
    """

    places: Ints
    values: tuple[Floats, ...]
    scores: tuple[Floats, ...]
    blocks: tuple[Floats, ...]
    weights: Floats
    people: Indicators

    @property
    def n(self) -> int:
        """Number of people."""
        return int(self.places.shape[0])

    @property
    def m(self) -> int:
        """Number of columns."""
        return int(self.places.shape[1])

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Where there is an answer, shape (n, m)."""
        return np.asarray(self.places >= 0)

    @cached_property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.answered.all())

    @cached_property
    def margins(self) -> tuple[Floats, ...]:
        """Weighted share of each step among those who answered."""
        shares = []
        for column, values in zip(self.places.T, self.values, strict=True):
            seen = column >= 0
            count = np.bincount(column[seen], weights=self.weights[seen], minlength=values.size)
            shares.append(count / max(count.sum(), np.finfo(np.float64).tiny))
        return tuple(shares)

    def scored(self, places: Ints) -> Floats:
        """Return the standardised scores of these places, 0 (the mean) where missing."""
        return _looked_up([s[:, None] for s in self.scores], places)

    def spread(self, places: Ints) -> Floats:
        """Return the table for k-means, 0 (the mean) where missing: a column each, of nominal ones one a category."""
        return _looked_up(list(self.blocks), places)

    def indicators(self, places: Ints) -> Indicators:
        """Return people who stand on these places."""
        raw = np.full(places.shape, np.nan)
        for j, values in enumerate(self.values):
            seen = places[:, j] >= 0
            raw[seen, j] = values[places[seen, j]]
        p, q = self.people.p, self.people.q
        return Indicators(
            categorical=np.where(np.isnan(raw[:, :p]), -1, raw[:, :p]).astype(np.intp),
            levels=self.people.levels,
            ordered=self.people.ordered,
            numeric=raw[:, p : p + q],
            counts=raw[:, p + q :],
            names=self.people.names,
            weights=self.people.weights,
        )


def ladder_of(people: Indicators) -> Ladder:
    """Put the values of each column in order; a nominal one by its first dimension beside all others."""
    features, columns, weights = Features.of(people), columns_of(people), people.case_weights
    places = np.full((people.n, len(columns)), -1, dtype=np.intp)
    values, blocks = [], []
    for j, column in enumerate(columns):
        seen = ~np.isnan(column)
        steps, places[seen, j] = np.unique(column[seen], return_inverse=True)
        values.append(steps)
        blocks.append(features.block(j, steps))
    scores = [block[:, 0] for block in blocks]
    nominal = [j for j, kind in enumerate(features.kinds) if kind == NOMINAL]
    if nominal:
        first = _first_dimension(_looked_up(blocks, places), weights)
        for j in nominal:
            scores[j] = _mean_of(first, places[:, j], weights, values[j].size)
            order = np.argsort(scores[j], kind="stable")
            values[j], blocks[j], scores[j] = values[j][order], blocks[j][order], scores[j][order]
            seen = places[:, j] >= 0
            places[seen, j] = np.argsort(order)[places[seen, j]]
            scores[j] = _standardised(scores[j], places[seen, j], weights[seen])
    return Ladder(
        places=places,
        values=tuple(values),
        scores=tuple(scores),
        blocks=tuple(blocks),
        weights=weights,
        people=people,
    )


def _looked_up(tables: list[Floats], places: Ints) -> Floats:
    parts = []
    for table, column in zip(tables, places.T, strict=True):
        part = table[column]
        part[column < 0] = 0.0
        parts.append(part)
    return np.ascontiguousarray(np.hstack(parts))


def _first_dimension(table: Floats, weights: Floats) -> Floats:
    """First component of the weighted rows, (n,): for dummies that of multiple correspondence analysis."""
    _, vectors = np.linalg.eigh((table * weights[:, None]).T @ table)
    direction = vectors[:, -1]
    return np.asarray(table @ (direction * np.sign(direction[np.abs(direction).argmax()])))


def _mean_of(first: Floats, places: Ints, weights: Floats, steps: int) -> Floats:
    seen = places >= 0
    size = np.bincount(places[seen], weights=weights[seen], minlength=steps)
    heap = np.bincount(places[seen], weights=(weights * first)[seen], minlength=steps)
    return np.asarray(heap / np.where(size > 0, size, 1.0))


def _standardised(scores: Floats, places: Ints, weights: Floats) -> Floats:
    share = np.bincount(places, weights=weights, minlength=scores.size) / weights.sum()
    centred = scores - share @ scores
    sd = np.sqrt(share @ centred**2)
    return np.asarray(centred / sd if sd > 0 else np.zeros(scores.size))
