"""One variable of a frame: its values, and what became of each cell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import DataError, Fault, Place, listing
from cxresearch.responses.numerals import Numerals
from cxresearch.result import Caveat, plain
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Code, Scale


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One variable, ready to be analysed.

    Parameters
    ----------
    name : str
    values : Series
        Answers; NaN or None where there is none.
    numeric : bool
    level : Level or None
        None when nobody declared it.
    scale : Scale, optional
    missing : dict
        Reason ("empty" or a missing code) to number of respondents.
    outside : dict
        Values that are not on the scale to number of respondents; they are not in `values`.
    categories : tuple
        All categories in order, where the column itself declares them (pandas categorical).
    """

    name: str
    values: pd.Series
    numeric: bool
    level: Level | None
    scale: Scale | None = None
    missing: Mapping[str, int] = field(default_factory=dict)
    outside: Mapping[str, int] = field(default_factory=dict)
    categories: tuple[Any, ...] = ()

    @property
    def n_missing(self) -> int:
        """Respondents without a usable answer."""
        return sum(self.missing.values()) + sum(self.outside.values())

    def codes(self) -> list[Any]:
        """Return all categories in order: those of the scale, else those found."""
        if self.scale is not None and self.scale.codes:
            return list(self.scale.codes)
        if self.categories:
            return list(self.categories)
        found = self.values.dropna().unique()
        return sorted(float(x) for x in found) if self.numeric else sorted(found, key=str)

    def caveats(self) -> list[Caveat]:
        """Return what a reader has to know about how this column was read."""
        out = []
        if self.outside:
            values = ", ".join(f"{value} ({n})" for value, n in self.outside.items())
            out.append(
                Caveat(
                    code="outside_scale",
                    severity="warning",
                    values={"column": self.name, "n": sum(self.outside.values()), "found": values},
                )
            )
        if self.scale is None and self.numeric and self.values.notna().any():
            answers = self.values.dropna()
            out.append(
                Caveat(
                    code="undeclared_scale",
                    severity="warning",
                    values={
                        "column": self.name,
                        "low": plain(answers.min()),
                        "high": plain(answers.max()),
                        "distinct": int(answers.nunique()),
                    },
                )
            )
        return out


def read_column(
    series: pd.Series, name: str, *, scale: Scale | None, level: Level | None, missing: Iterable[Code]
) -> Column:
    """Read a series: every cell becomes an answer, a counted reason, or a counted value outside the scale.

    Raises
    ------
    DataError
        ``data.text-in-numbers``, ``data.thousands`` or ``data.cells``.
    """
    try:
        rows, distinct = pd.factorize(_told_apart(series))
    except TypeError:
        what = "A cell holds one value, not a list or a mapping."
        raise DataError(Fault(code="data.cells", what=what, place=Place(file="frame", field=name))) from None
    codes = frozenset(plain(code).strip() for code in missing)
    cells = [_Cell.of(value, codes) for value in distinct]
    counts = np.bincount(rows + 1, minlength=len(cells) + 1).tolist()
    numerals = _numerals(cells, name)
    numeric = _is_numeric(cells, counts[1:], series, name, numerals, scale, level)
    none = math.nan if numeric else None
    reasons: dict[str, int] = {"empty": counts[0]} if counts[0] else {}
    outside: dict[str, int] = {}
    answers: list[Any] = [none]
    for cell, n in zip(cells, counts[1:], strict=True):
        answer = cell.number(numerals) if numeric else cell.value
        usable = cell.reason is None
        if cell.reason is not None:
            reasons[cell.reason] = reasons.get(cell.reason, 0) + n
        elif cell.infinite or (scale is not None and not scale.contains(answer)):
            usable = False
            outside[plain(cell.value)] = outside.get(plain(cell.value), 0) + n
        answers.append(answer if usable else none)
    table = np.empty(len(answers), dtype=float if numeric else object)
    table[:] = answers
    categories, ordered = _categories(series, numeric)
    return Column(
        name=name,
        values=pd.Series(table[rows + 1], index=series.index, name=name),
        numeric=numeric,
        level=Level.ORDINAL if level is None and ordered else level,
        scale=scale,
        missing=reasons,
        outside=dict(sorted(outside.items())),
        categories=tuple(c for c in categories if _Cell.of(c, codes).reason is None),
    )


def _told_apart(series: pd.Series) -> pd.Series:
    """Write True as text where it stands among numbers, because to pandas it equals 1."""
    if series.dtype != object:
        return series
    truth = series.map(lambda value: isinstance(value, bool | np.bool_))
    mixed = truth.any() and not truth[series.notna()].all()
    return series.mask(truth, series.map(str)) if mixed else series


def _categories(series: pd.Series, numeric: bool) -> tuple[list[Any], bool]:
    dtype = series.dtype
    if numeric or not isinstance(dtype, pd.CategoricalDtype):
        return [], False
    return [c.strip() if isinstance(c, str) else c for c in dtype.categories], bool(dtype.ordered)


@dataclass(frozen=True)
class _Cell:
    """A value and, where it is no answer, the reason."""

    value: Any
    reason: str | None = None

    @classmethod
    def of(cls, value: Any, missing: frozenset[str]) -> _Cell:
        if isinstance(value, str):
            value = value.strip()
            if not value:
                return cls(value, "empty")
        elif isinstance(value, float | np.floating) and math.isnan(value):
            return cls(value, "empty")
        return cls(value, written if (written := plain(value)) in missing else None)

    @property
    def infinite(self) -> bool:
        return isinstance(self.value, float | np.floating) and math.isinf(self.value)

    def number(self, numerals: Numerals) -> float | None:
        """Return the number that stands here, or None; True is none, and digits are 0 to 9."""
        if isinstance(self.value, str):
            return numerals.parse(self.value)
        if isinstance(self.value, bool | np.bool_) or not isinstance(self.value, Real | Decimal):
            return None
        try:
            return float(self.value) + 0.0
        except OverflowError:
            return None


def _numerals(cells: list[_Cell], name: str) -> Numerals:
    words = [cell.value for cell in cells if isinstance(cell.value, str) and cell.reason is None]
    numerals = Numerals.of(words)
    if numerals.decimal == "comma" and numerals.thousands:
        raise DataError(
            Fault(
                code="data.thousands",
                what="These numbers may have a decimal comma, or thousands set apart.",
                place=Place(file="frame", field=name),
                given=next(word for word in words if "," in word),
                do="Turn the column into numbers first.",
            )
        )
    return numerals


def _is_numeric(
    cells: list[_Cell],
    counts: list[int],
    series: pd.Series,
    name: str,
    numerals: Numerals,
    scale: Scale | None,
    level: Level | None,
) -> bool:
    if scale is not None and not scale.is_numeric:
        return False
    present = [(cell, n) for cell, n in zip(cells, counts, strict=True) if cell.reason is None]
    words = [(cell.value, n) for cell, n in present if cell.number(numerals) is None]
    wants_numbers = scale is not None or (level is not None and level >= Level.INTERVAL)
    numbers = len(present) - len(words)
    if words and (wants_numbers or (numbers >= 2 and len(words) < numbers)):
        found = [value for value, _ in words]
        raise DataError(
            Fault(
                code="data.text-in-numbers",
                what=f"This column of numbers holds other values in {sum(n for _, n in words)} rows.",
                place=Place(file="frame", field=name),
                given=listing(found, most=5),
                do=f"If that means 'no answer', say missing={{{name!r}: {[str(word) for word in found[:3]]!r}}}.",
            )
        )
    if not present:
        return wants_numbers or (pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series))
    return not words
