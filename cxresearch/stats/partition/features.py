"""One table of comparable numbers from columns of every kind, and the same table for people who come later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.errors import ArgumentError, Fault
from cxresearch.stats._check import Floats
from cxresearch.stats.mixture.indicators import Indicators

NOMINAL, ORDERED, NUMERIC, COUNT = "nominal", "ordered", "numeric", "count"


@dataclass(frozen=True, kw_only=True, eq=False)
class Features:
    """How each column becomes numbers whose variances sum to 1; a constant column becomes zeros.

    Ordered codes and numbers are standardised, counts after taking the square root (which steadies their variance),
    a nominal column becomes a dummy a category, all divided by the same number.

    Parameters
    ----------
    names, kinds : tuple of str
        A column each; kinds are "nominal", "ordered", "numeric" and "count".
    levels : tuple of int
        Categories of each categorical column.
    middle, scale : tuple of ndarray
        What is subtracted and divided by.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0], [1], [1], [0]], numeric=[[1.0], [3.0], [1.0], [3.0]])
    >>> Features.of(people).matrix(people).round(3)[:2].tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    levels: tuple[int, ...]
    middle: tuple[Floats, ...]
    scale: tuple[float, ...]

    @classmethod
    def of(cls, indicators: Indicators) -> Features:
        """Learn means and variances (weighted, over the answers there are)."""
        weights = indicators.case_weights
        middle: list[Floats] = []
        scale: list[float] = []
        for kind, values in zip(kinds_of(indicators), columns_of(indicators), strict=True):
            level = indicators.levels[len(middle)] if kind == NOMINAL else 0
            table = _spread(kind, values, level)
            seen = ~np.isnan(values) & (weights > 0)
            share = weights[seen] / max(float(weights[seen].sum()), np.finfo(np.float64).tiny)
            middle.append(share @ table[seen])
            variance = float((share @ (table[seen] - middle[-1]) ** 2).sum())
            size = float(np.abs(table[seen]).max(initial=0.0))
            scale.append(float(np.sqrt(variance)) if variance > (1e-12 * size) ** 2 else np.inf)
        return cls(
            names=indicators.names,
            kinds=kinds_of(indicators),
            levels=indicators.levels,
            middle=tuple(middle),
            scale=tuple(scale),
        )

    def block(self, column: int, values: Floats) -> Floats:
        """Return the numbers of one column for these raw values, (len, categories or 1); NaN where missing."""
        level = self.levels[column] if self.kinds[column] == NOMINAL else 0
        numbers: Floats = (_spread(self.kinds[column], values, level) - self.middle[column]) / self.scale[column]
        return numbers

    def matrix(self, indicators: Indicators) -> Floats:
        """Return the table of numbers, NaN where there is no answer.

        Raises
        ------
        ArgumentError
            ``stats.columns`` unless the columns are those that were learned.
        """
        self.check(indicators)
        return np.hstack([self.block(j, values) for j, values in enumerate(columns_of(indicators))])

    def check(self, indicators: Indicators) -> None:
        """Raise where the columns are not those that were learned."""
        if indicators.names == self.names and kinds_of(indicators) == self.kinds and indicators.levels == self.levels:
            return
        raise ArgumentError(
            Fault(
                code="stats.columns",
                what="These are not the columns by which the groups were made.",
                given={"names": indicators.names, "levels": indicators.levels},
                allowed=f"names {self.names}, levels {self.levels}",
            )
        )


def kinds_of(indicators: Indicators) -> tuple[str, ...]:
    """Kind of each column; of two categories the order does not matter, they count as ordered."""
    categorical = [
        ORDERED if ordered or levels == 2 else NOMINAL
        for ordered, levels in zip(indicators.ordered, indicators.levels, strict=True)
    ]
    return (*categorical, *[NUMERIC] * indicators.q, *[COUNT] * indicators.r)


def columns_of(indicators: Indicators) -> list[Floats]:
    """Raw values of each column as floats, NaN where missing."""
    categorical = np.where(indicators.categorical < 0, np.nan, indicators.categorical)
    return list(np.hstack([categorical, indicators.numeric, indicators.counts]).T)


def _spread(kind: str, values: Floats, levels: int) -> Floats:
    if kind == NOMINAL:
        return np.where(np.isnan(values)[:, None], np.nan, values[:, None] == np.arange(levels))
    return (np.sqrt(values) if kind == COUNT else values)[:, None]
