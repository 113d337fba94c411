"""Numbers as people type them: decimal point or decimal comma, never guessed silently."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# 0-9 and not \d, which takes the digits of every script
_POINT = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_WHOLE = re.compile(r"[-+]?[0-9]+(?:[eE][-+]?[0-9]+)?")
_SCIENTIFIC = re.compile(r"[-+]?[0-9]+\.[0-9]+[eE][-+]?[0-9]+")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}")

Decimal = Literal["point", "comma", "none", "mixed"]


@dataclass(frozen=True)
class Numerals:
    """How the numbers of one column are written.

    Parameters
    ----------
    decimal : {"point", "comma", "none", "mixed"}
    thousands : bool
        Whether every mark could as well group thousands, as in ``1.234``.

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
    thousands: bool = False

    @classmethod
    def of(cls, cells: Iterable[str]) -> Numerals:
        """Find out from the cells of a column."""
        marked = [text for cell in cells if "." in (text := cell.strip()) or "," in text]
        point = [text for text in marked if _POINT.fullmatch(text)]
        comma = [text for text in marked if _COMMA.fullmatch(text)]
        if point and comma:
            return cls("mixed")
        thousands = bool(point or comma) and all(_THOUSANDS.fullmatch(text) for text in point + comma)
        return cls("point" if point else "comma" if comma else "none", thousands)

    def parse(self, cell: str) -> float | None:
        """Return the number, or None where the cell is not one."""
        text = cell.strip()
        if (
            _WHOLE.fullmatch(text)
            or _SCIENTIFIC.fullmatch(text)
            or (self.decimal != "comma" and _POINT.fullmatch(text))
        ):
            value = float(text)
        elif self.decimal == "comma" and _COMMA.fullmatch(text):
            value = float(text.replace(",", "."))
        else:
            return None
        return value + 0.0 if math.isfinite(value) else None  # + 0.0 makes -0 a 0
