"""From the text in a cell to the code of a scale."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import Fault, Place, listing, nearest
from cxresearch.responses.numerals import Numerals
from cxresearch.responses.readers.csv import RawTable
from cxresearch.survey.scale import Code, Scale
from cxresearch.survey.text import Text

EMPTY = "empty"
MOST_FAULTS = 20  # of one column
_TYPED = str.maketrans(
    {**dict.fromkeys("’‘‚‹›`´′", "'"), **dict.fromkeys("“”„«»″", '"'), **dict.fromkeys("‐‑–—−", "-")}
)


@dataclass(frozen=True, kw_only=True)
class CodedColumn:
    """One column after coding.

    Parameters
    ----------
    values : array
        Code per row, NaN (numeric) or None (text) where there is no answer.
    reasons : array of str
        "" where there is an answer, ``"empty"`` for an empty cell, else the missing code.
    missing : dict
        Reason to number of cells.
    faults : list of Fault
        Unknown values, one fault for each different value.
    numerals : Numerals
    """

    values: np.ndarray
    reasons: np.ndarray
    missing: dict[str, int]
    faults: list[Fault]
    numerals: Numerals


@dataclass(frozen=True)
class _Book:
    """Codes by every way to write them."""

    written: Mapping[str, Code]
    numbers: Mapping[float, Code]
    wordings: Mapping[str, Code]
    ambiguous: frozenset[str]


@dataclass(frozen=True)
class Coder:
    """What the cells of one column may hold.

    Parameters
    ----------
    labels : dict
        Code to wording.
    missing : dict
        Codes that are no answer, with wording.
    scale : Scale, optional
        None for a background field.
    numeric : bool
        Whether codes are numbers.
    open : bool
        Whether any value is allowed (numbers, free text).
    """

    labels: Mapping[Code, Text]
    missing: Mapping[Code, Text]
    scale: Scale | None = None
    numeric: bool = True
    open: bool = False

    @classmethod
    def of_scale(cls, scale: Scale) -> Coder:
        """Return the coder for the answers on a scale."""
        return cls(scale.labels, scale.missing, scale, scale.is_numeric)

    def code(self, table: RawTable, column: str) -> CodedColumn:
        """Code every cell of a column; unknown values are faults, never missing."""
        rows, found = pd.factorize(np.array(table.columns[column], dtype=object))
        distinct: list[str] = found.tolist()
        numerals = Numerals.of(distinct) if self.numeric else Numerals("none")
        book = self._book()
        none = math.nan if self.numeric else None
        coded = [self._one(cell, numerals, book, none) for cell in distinct]
        values = np.empty(len(coded), dtype=float if self.numeric else object)
        values[:] = [none if pair is None else pair[0] for pair in coded]
        reasons = np.empty(len(coded), dtype=object)
        reasons[:] = ["" if pair is None else pair[1] for pair in coded]
        missing: dict[str, int] = {}
        for reason, n in zip(reasons, np.bincount(rows, minlength=len(coded)).tolist(), strict=True):
            if reason:
                missing[reason] = missing.get(reason, 0) + n
        unknown = [i for i, pair in enumerate(coded) if pair is None]
        faults = [
            self._fault(table, column, distinct[i], np.flatnonzero(rows == i).tolist(), numerals, book)
            for i in unknown[:MOST_FAULTS]
        ]
        if len(unknown) > MOST_FAULTS:
            faults.append(self._further(table, column, len(unknown) - MOST_FAULTS))
        return CodedColumn(
            values=values[rows], reasons=reasons[rows], missing=missing, faults=faults, numerals=numerals
        )

    def _one(self, cell: str, numerals: Numerals, book: _Book, none: Any) -> tuple[Any, str] | None:
        """Return the answer and the reason why there is none, or None for an unknown value."""
        text = cell.strip()
        if not text:
            return none, EMPTY
        number = numerals.parse(text)
        # as it is written first, so that the text codes "01" and "1" are not the same
        code = book.written.get(text)
        if code is None and number is not None:
            code = book.numbers.get(number)
        if code is None and self.numeric and self._accepts(number):
            return number, ""
        if code is None and book.wordings and (key := normal(text)) not in book.ambiguous:
            code = book.wordings.get(key)
        if code is not None:
            return (none, str(code)) if code in self.missing else (code, "")
        return (text, "") if self.open and not self.numeric else None

    def _accepts(self, number: float | None) -> bool:
        if number is None:
            return False
        if self.scale is not None:
            return self.scale.contains(number)
        return self.open or number in self.labels

    def _book(self) -> _Book:
        codes = [*self.labels, *self.missing]
        wordings: dict[str, Code] = {}
        ambiguous: set[str] = set()
        for code, text in (*self.labels.items(), *self.missing.items()):
            for key in map(normal, text.wordings()):
                if wordings.setdefault(key, code) != code:
                    ambiguous.add(key)
        return _Book(
            written={str(code).strip(): code for code in codes},
            numbers={float(code): code for code in codes if not isinstance(code, str)},
            wordings=wordings,
            ambiguous=frozenset(ambiguous),
        )

    def _further(self, table: RawTable, column: str, n: int) -> Fault:
        return Fault(
            code="data.unknown-value",
            what=f"{n} more different values are not answers on the scale.",
            place=Place(file=table.file, field=column),
            allowed=self.allowed(),
            do="Is this column another one, or is its scale?",
        )

    def _fault(
        self,
        table: RawTable,
        column: str,
        cell: str,
        rows: list[int],
        numerals: Numerals,
        book: _Book,
    ) -> Fault:
        more = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
        place = table.place(rows[0], column)
        if numerals.decimal == "mixed" and re.fullmatch(r"[-+]?[0-9]+[.,][0-9]+", cell.strip()):
            return Fault(
                code="data.mixed-decimals",
                what=f"This column holds numbers with a decimal point and numbers with a decimal comma.{more}",
                place=place,
                given=cell,
                do="Write all of them one way; which was meant is never guessed.",
            )
        if normal(cell) in book.ambiguous:
            return Fault(
                code="data.ambiguous-label",
                what=f"This label stands for two codes of the scale.{more}",
                place=place,
                given=cell,
                do="Export codes instead of labels, or change the wording in the survey.",
            )
        labels = [w for t in (*self.labels.values(), *self.missing.values()) for w in t.wordings()]
        near = nearest(cell.strip(), labels)
        if near is None and self.numeric and (loose := Numerals("comma").parse(cell)) is not None:
            near = f"{loose:g}" if self._accepts(loose) else None
        return Fault(
            code="data.unknown-value",
            what=f"This value is not an answer on the scale.{more}",
            place=place,
            given=cell,
            allowed=self.allowed(),
            do=f"Did you mean {near!r}?"
            if near
            else "If it stands for 'no answer', declare it under missing in the survey.",
        )

    def allowed(self) -> str:
        """Describe in words what the column may hold."""
        parts = []
        if self.scale is not None and self.scale.is_range:
            step = "" if self.scale.step in (1, None) else f" in steps of {self.scale.step:g}"
            parts.append(f"{self.scale.low:g} to {self.scale.high:g}{step}")
        elif self.open:
            number = "a number" if self.scale is None else "a number of zero or more"
            parts.append(number if self.numeric else "any text")
        elif self.labels:
            parts.append(listing(self.labels))
        if self.labels:
            parts.append(f"the labels {listing(next(iter(t.wordings())) for t in self.labels.values())}")
        if self.missing:
            parts.append(f"the missing codes {listing(self.missing)}")
        return "; ".join(parts)


def normal(text: str) -> str:
    """Fold case, white space, typographic quotes and dashes, so that a label matches as people type it.

    Examples
    --------
    >>> normal("  Weiß   nicht ") == normal("WEISS NICHT")
    True
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return folded.translate(_TYPED)
