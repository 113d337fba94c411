"""One formatter for numbers in text, tables and axes, in every language."""

from __future__ import annotations

import math
from collections.abc import Callable

from babel.numbers import format_decimal

LANGUAGES = ("en", "de")
MINUS = "\N{MINUS SIGN}"
THIN = "\N{NARROW NO-BREAK SPACE}"
HARD = "\N{NO-BREAK SPACE}"


def base(language: str) -> str:
    """Return the language without register: ``de-du`` -> ``de``."""
    return language.split("-")[0]


def number(value: float, language: str, digits: int = 2, signed: bool = False) -> str:
    """Write a number with a fixed count of decimals.

    A value that rounds to zero never carries a sign.

    Examples
    --------
    >>> number(1234.567, "de"), number(1234.567, "en", digits=1)
    ('1.234,57', '1,234.6')
    >>> number(-0.004, "en"), number(0.5, "de", signed=True)
    ('0.00', '+0,50')
    """
    if value is None or math.isnan(value):
        return "\N{EN DASH}"
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}\N{INFINITY}"
    rounded = round(float(value), digits)
    text = format_decimal(
        abs(rounded),
        format="#,##0" + ("." + "0" * digits if digits else ""),
        locale=base(language),
        decimal_quantization=True,
    )
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def integer(value: float, language: str) -> str:
    """Write a count.

    Examples
    --------
    >>> integer(103588, "de"), integer(103588, "en")
    ('103.588', '103,588')
    """
    return number(value, language, digits=0)


def percent(share: float, language: str, digits: int = 0) -> str:
    """Write a share of 0 to 1 as a percentage.

    Examples
    --------
    >>> percent(0.123, "en"), percent(0.123, "de", digits=1).replace(HARD, " ")
    ('12%', '12,3 %')
    """
    if share is None or math.isnan(share):
        return "\N{EN DASH}"
    gap = HARD if base(language) == "de" else ""
    return f"{number(100 * share, language, digits)}{gap}%"


def p_value(p: float, language: str, name: str = "p") -> str:
    """Write a p-value exactly to three digits, never as zero.

    Examples
    --------
    >>> p_value(0.0432, "en"), p_value(0.00001, "de"), p_value(1.0, "en")
    ('p = 0.043', 'p < 0,001', 'p = 1.000')
    """
    if p is None or math.isnan(p):
        return f"{name} \N{EN DASH}".strip()
    if p < 0.001:
        return f"{name} < {number(0.001, language, 3)}".strip()
    return f"{name} = {number(p, language, 3)}" if name else number(p, language, 3)


def interval(low: float, high: float, language: str, digits: int = 2, signed: bool = False) -> str:
    """Write an interval in brackets; German needs a semicolon beside its decimal commas.

    Examples
    --------
    >>> interval(-0.1, 0.25, "de"), interval(0.1, 0.25, "en")
    ('[−0,10; 0,25]', '[0.10, 0.25]')
    """
    mark = ";" if base(language) == "de" else ","
    return f"[{number(low, language, digits, signed)}{mark} {number(high, language, digits, signed)}]"


def formatter(language: str, digits: int = 2, signed: bool = False) -> Callable[[float], str]:
    """Return a function that writes numbers of one kind, for charts and tables."""
    return lambda value: number(value, language, digits, signed)


def percent_formatter(language: str, digits: int = 0) -> Callable[[float], str]:
    """Return a function that writes shares, for charts and tables."""
    return lambda value: percent(value, language, digits)


def digits_for(low: float, high: float, most: int = 3) -> int:
    """Return the decimals an interval justifies: two significant digits of its width.

    Examples
    --------
    >>> digits_for(0.41, 0.52), digits_for(28.2, 33.8), digits_for(1.0, 1.0)
    (2, 1, 2)
    """
    width = high - low
    if not math.isfinite(width) or width <= 0:
        return 2
    return int(min(most, max(0, 1 - math.floor(math.log10(width)))))
