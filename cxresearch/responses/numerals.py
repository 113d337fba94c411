"""Numbers as people type them: decimal point or decimal comma, never guessed silently."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_POINT = re.compile(r"^[-+]?\d+\.\d+$")
_COMMA = re.compile(r"^[-+]?\d+,\d+$")
_WHOLE = re.compile(r"^[-+]?\d+(?:[eE][-+]?\d+)?$")
_SCIENTIFIC = re.compile(r"^[-+]?\d+(?:\.\d+)?[eE][-+]?\d+$")

Decimal = Literal["point", "comma", "none", "mixed"]


@dataclass(frozen=True)
class Numerals:
    """How the numbers of one column are written.

    Examples
    --------
    >>> Numerals.of(["7,5", "8"]).decimal
    'comma'
    >>> Numerals.of(["7,5", "8.0"]).decimal
    'mixed'
    >>> Numerals("comma").parse("7,5"), Numerals("point").parse("7,5")
    (7.5, None)
    """

    decimal: Decimal

    @classmethod
    def of(cls, cells: Iterable[str]) -> Numerals:
        """Find out from the cells of a column."""
        point = comma = False
        for cell in cells:
            text = cell.strip()
            point = point or bool(_POINT.match(text))
            comma = comma or bool(_COMMA.match(text))
        if point and comma:
            return cls("mixed")
        return cls("point" if point else "comma" if comma else "none")

    def parse(self, cell: str) -> float | None:
        """Return the number, or None where the cell is not one."""
        text = cell.strip()
        if _WHOLE.match(text) or _SCIENTIFIC.match(text) or (self.decimal != "comma" and _POINT.match(text)):
            value = float(text)
        elif self.decimal == "comma" and _COMMA.match(text):
            value = float(text.replace(",", "."))
        else:
            return None
        return value if math.isfinite(value) else None
