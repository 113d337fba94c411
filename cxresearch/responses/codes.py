"""From the text in a cell to the code of a scale."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cxresearch.errors import Fault, listing, nearest
from cxresearch.responses.numerals import Numerals
from cxresearch.responses.readers.csv import RawTable
from cxresearch.survey.scale import Code, Scale
from cxresearch.survey.text import Text

EMPTY = "empty"


@dataclass(frozen=True, kw_only=True)
class CodedColumn:
    """One column after coding.

    Parameters
    ----------
    values : list
        Code per row, NaN (numeric) or None (text) where there is no answer.
    reasons : list of str
        "" where there is an answer, ``"empty"`` for an empty cell, else the missing code.
    faults : list of Fault
        Unknown values, one fault for each different value.
    numerals : Numerals
    """

    values: list[Any]
    reasons: list[str]
    faults: list[Fault] = field(default_factory=list)
    numerals: Numerals = Numerals("none")


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
        cells = table.columns[column]
        numerals = Numerals.of(cells) if self.numeric else Numerals("none")
        wordings, ambiguous = self._wordings()
        none = math.nan if self.numeric else None
        known: dict[str, tuple[Any, str]] = {}
        unknown: dict[str, list[int]] = {}
        values: list[Any] = []
        reasons: list[str] = []
        for row, cell in enumerate(cells):
            if cell not in known and cell not in unknown:
                found = self._one(cell, numerals, wordings, ambiguous, none)
                if found is None:
                    unknown[cell] = []
                else:
                    known[cell] = found
            if cell in unknown:
                unknown[cell].append(row)
            else:
                value, reason = known[cell]
                values.append(value)
                reasons.append(reason)
        faults = [self._fault(table, column, c, rows, numerals, ambiguous) for c, rows in unknown.items()]
        return CodedColumn(values=values, reasons=reasons, faults=faults, numerals=numerals)

    def _one(
        self,
        cell: str,
        numerals: Numerals,
        wordings: Mapping[str, Code],
        ambiguous: set[str],
        none: Any,
    ) -> tuple[Any, str] | None:
        text = cell.strip()
        if not text:
            return none, EMPTY
        numeric = numerals.parse(text)
        for candidate in (text, numeric):
            if candidate is None:
                continue
            for code in self.missing:
                if _same(code, candidate):
                    return none, str(code)
        if self._accepts(numeric) and self.numeric:
            return numeric, ""
        if not self.numeric:
            for code in self.labels:
                if _same(code, text) or (numeric is not None and _same(code, numeric)):
                    return code, ""
        key = normal(text)
        if key in wordings and key not in ambiguous:
            code = wordings[key]
            return (none, str(code)) if code in self.missing else (code, "")
        if self.open and not self.numeric:
            return text, ""
        return None

    def _accepts(self, number: float | None) -> bool:
        if number is None:
            return False
        if self.scale is not None:
            return self.scale.contains(number)
        return self.open or number in self.labels

    def _wordings(self) -> tuple[dict[str, Code], set[str]]:
        found: dict[str, Code] = {}
        ambiguous: set[str] = set()
        for code, text in (*self.labels.items(), *self.missing.items()):
            for wording in text.wordings():
                key = normal(wording)
                if found.get(key, code) != code:
                    ambiguous.add(key)
                found[key] = code
        return found, ambiguous

    def _fault(
        self,
        table: RawTable,
        column: str,
        cell: str,
        rows: list[int],
        numerals: Numerals,
        ambiguous: set[str],
    ) -> Fault:
        more = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
        place = table.place(rows[0], column)
        if numerals.decimal == "mixed" and re.fullmatch(r"[-+]?\d+[.,]\d+", cell.strip()):
            return Fault(
                code="data.mixed-decimals",
                what=f"This column holds numbers with a decimal point and numbers with a decimal comma.{more}",
                place=place,
                given=cell,
                do="Write all of them one way; which was meant is never guessed.",
            )
        if normal(cell) in ambiguous:
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
            parts.append("a number" if self.numeric else "any text")
        elif self.labels:
            parts.append(listing(self.labels))
        if self.labels:
            parts.append(f"the labels {listing(next(iter(t.wordings())) for t in self.labels.values())}")
        if self.missing:
            parts.append(f"the missing codes {listing(self.missing)}")
        return "; ".join(parts)


def normal(text: str) -> str:
    """Fold case, white space and typographic quotes, so that a label matches as people type it.

    Examples
    --------
    >>> normal("  Weiß   nicht ") == normal("WEISS NICHT")
    True
    """
    folded = re.sub(r"\s+", " ", text.strip()).casefold()
    return folded.translate(str.maketrans("’‘“”„", "''\"\"\""))


def _same(code: Code, candidate: float | str) -> bool:
    if isinstance(code, str) or isinstance(candidate, str):
        return str(code) == candidate
    return code == candidate


def count_reasons(reasons: Iterable[str]) -> dict[str, int]:
    """Count why answers are missing."""
    counts: dict[str, int] = {}
    for reason in reasons:
        if reason:
            counts[reason] = counts.get(reason, 0) + 1
    return counts
