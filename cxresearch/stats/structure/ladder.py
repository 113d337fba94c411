"""Columns of every kind as steps of a ladder, so that all of them can be cut from normal variables."""

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
        Raw values of the steps, ascending.
    blocks : tuple of ndarray, shapes (steps, 1) or (steps, steps)
        Standardised score of each step; of nominal columns a number a category.
    nominal : tuple of bool
    weights : ndarray, shape (n,)
        Mean 1.
    people : Indicators
    """

    places: Ints
    values: tuple[Floats, ...]
    blocks: tuple[Floats, ...]
    nominal: tuple[bool, ...]
    weights: Floats
    people: Indicators

    @property
    def n(self) -> int:
        """Number of people."""
        return int(self.places.shape[0])

    @cached_property
    def owner(self) -> Ints:
        """Column to which each number of the table belongs, (d,)."""
        return np.repeat(np.arange(len(self.blocks)), [block.shape[1] for block in self.blocks])

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

    def table(self, places: Ints) -> Floats:
        """Return the standardised numbers of people on these places, (n, d), 0 (the mean) where missing."""
        parts = []
        for block, column in zip(self.blocks, places.T, strict=True):
            part = block[column]
            part[column < 0] = 0.0
            parts.append(part)
        return np.ascontiguousarray(np.hstack(parts))

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
    """Put the values of each column in order, and standardise them."""
    features, columns = Features.of(people), columns_of(people)
    nominal = tuple(kind == NOMINAL for kind in features.kinds)
    places = np.full((people.n, len(columns)), -1, dtype=np.intp)
    values, blocks = [], []
    for j, column in enumerate(columns):
        seen = ~np.isnan(column)
        steps, places[seen, j] = np.unique(column[seen], return_inverse=True)
        block = features.block(j, steps)
        values.append(steps)
        blocks.append(block[:, steps.astype(np.intp)] if nominal[j] else block)
    return Ladder(
        places=places,
        values=tuple(values),
        blocks=tuple(blocks),
        nominal=nominal,
        weights=people.case_weights,
        people=people,
    )
