"""What people are grouped by: categories, numbers and counts of the same people, with holes and weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, Ints, check_weights
from cxresearch.stats.mixture.indicator_faults import (
    MISSING,
    code_faults,
    count_faults,
    length_faults,
    levels_of,
    name_faults,
    number_faults,
    numbered,
    read_table,
    weight_faults,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Indicators:
    """What people are grouped by: one array a kind of measurement, a row a person, missing answers allowed.

    :meth:`of` checks its input and is how one is made; a constant column is allowed.

    Parameters
    ----------
    categorical : ndarray of int, shape (n, p)
        Codes 0 to levels - 1, -1 where missing: nominal, ordinal, yes or no of multiple answers.
    levels : tuple of int
        Number of categories of each categorical column.
    ordered : tuple of bool
        Which categorical columns are ordered.
    numeric : ndarray, shape (n, q)
        Interval-level values, NaN where missing.
    counts : ndarray, shape (n, r)
        Whole numbers of 0 or more, NaN where missing.
    names : tuple of str
        Of the p + q + r columns in that order.
    weights : ndarray, shape (n,), or None
        Survey weights as given, 0 or more; None means that all are 1.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0, 2], [1, -1], [1, 0]], numeric=[[3.5], [4.0], [np.nan]])
    >>> people.n, people.p, people.q, people.r, people.levels, people.names
    (3, 2, 1, 0, (2, 3), ('item1', 'item2', 'item3'))
    """

    categorical: Ints
    levels: tuple[int, ...]
    ordered: tuple[bool, ...]
    numeric: Floats
    counts: Floats
    names: tuple[str, ...]
    weights: Floats | None = None

    @classmethod
    def of(
        cls,
        categorical: ArrayLike | None = None,
        numeric: ArrayLike | None = None,
        counts: ArrayLike | None = None,
        *,
        levels: Sequence[int] | None = None,
        ordered: Sequence[bool] | None = None,
        names: Sequence[str] | None = None,
        weights: ArrayLike | None = None,
        newcomers: bool = False,
    ) -> Indicators:
        """Check the columns and put them together; every fault is told at once.

        Parameters
        ----------
        categorical, numeric, counts : array_like, shapes (n, p), (n, q), (n, r), optional
            At least one of them. NaN is missing everywhere, in `categorical` -1 is as well.
        levels : sequence of int, optional
            Categories of each categorical column; without it the largest code + 1 (at least 2).
        ordered : sequence of bool, optional
            Which categorical columns are ordered; without it none.
        names : sequence of str, optional
        weights : array_like, shape (n,), optional
        newcomers : bool
            These people will be classified by an existing model: one of them is enough, and a column may be empty.

        Returns
        -------
        Indicators

        Raises
        ------
        ArgumentError
            ``stats.shape``, ``stats.no-columns``, ``stats.not-numeric``, ``stats.code``, ``stats.not-counts``,
            ``stats.not-finite``, ``stats.names``, ``stats.weights``.
        NotEnoughData
            ``stats.too-few`` with fewer than two people, ``stats.all-missing`` for a column without an answer.
        """
        given = {"categorical": categorical, "numeric": numeric, "counts": counts}
        tables = {name: read_table(values, name) for name, values in given.items() if values is not None}
        rows = sorted({table.shape[0] for table in tables.values()})
        if len(rows) > 1:
            raise ArgumentError(
                Fault(
                    code="stats.shape",
                    what="All kinds of columns need the same people.",
                    given={name: table.shape for name, table in tables.items()},
                    allowed="equal numbers of rows",
                )
            )
        width = sum(table.shape[1] for table in tables.values())
        if width == 0:
            raise ArgumentError(
                Fault(code="stats.no-columns", what="There is nothing to group by.", allowed="at least one column")
            )
        n = rows[0]
        least = 1 if newcomers else 2
        if n < least:
            raise NotEnoughData(
                Fault(code="stats.too-few", what="There are too few people.", given=n, allowed=f"at least {least}")
            )
        x, y, z = (tables.get(name, np.empty((n, 0))) for name in given)
        labels = tuple(str(name) for name in names) if names is not None else numbered(width)
        faults = name_faults(labels, width)
        shown = labels if not faults else numbered(width)
        p, q = x.shape[1], y.shape[1]
        faults += code_faults(x, levels, shown[:p]) + length_faults(levels, ordered, p)
        faults += number_faults(y, shown[p : p + q]) + count_faults(z, shown[p + q :]) + weight_faults(weights, n)
        if faults:
            raise ArgumentError(*faults)
        categories = np.where(np.isnan(x), MISSING, x).astype(np.intp)
        made = cls(
            categorical=frozen(categories),
            levels=tuple(int(k) for k in levels) if levels is not None else levels_of(categories),
            ordered=tuple(bool(o) for o in ordered) if ordered is not None else (False,) * p,
            numeric=frozen(y),
            counts=frozen(z),
            names=labels,
            weights=None if weights is None else frozen(np.array(weights, dtype=np.float64)),
        )
        empty = [name for name, seen in zip(labels, made.answered.T, strict=True) if not seen.any()]
        if empty and not newcomers:
            raise NotEnoughData(
                Fault(
                    code="stats.all-missing",
                    what="A column has no answer at all.",
                    given=listing(empty),
                    allowed="at least one answer in each column",
                    do="Leave the column out.",
                )
            )
        return made

    @property
    def n(self) -> int:
        """Number of people, rows without any answer among them."""
        return int(self.categorical.shape[0])

    @property
    def p(self) -> int:
        """Number of categorical columns."""
        return int(self.categorical.shape[1])

    @property
    def q(self) -> int:
        """Number of numeric columns."""
        return int(self.numeric.shape[1])

    @property
    def r(self) -> int:
        """Number of columns of counts."""
        return int(self.counts.shape[1])

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Where there is an answer, shape (n, p + q + r), in the order of `names`."""
        return np.hstack([self.categorical >= 0, ~np.isnan(self.numeric), ~np.isnan(self.counts)])

    @property
    def case_weights(self) -> Floats:
        """Weights with mean 1 over all rows (ones where none were given)."""
        return check_weights(self.weights, self.n)

    def take(self, rows: ArrayLike) -> Indicators:
        """Return the people of these rows (positions, with repetitions, or a mask), in this order.

        Examples
        --------
        >>> Indicators.of(categorical=[[0], [1], [2]]).take([2, 2, 0]).categorical.ravel().tolist()
        [2, 2, 0]
        """
        which = np.asarray(rows)
        return Indicators(
            categorical=frozen(self.categorical[which]),
            levels=self.levels,
            ordered=self.ordered,
            numeric=frozen(self.numeric[which]),
            counts=frozen(self.counts[which]),
            names=self.names,
            weights=None if self.weights is None else frozen(self.weights[which]),
        )
