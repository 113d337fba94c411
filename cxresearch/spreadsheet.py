"""Text that a spreadsheet would run as a formula, made harmless; and workbooks written without surprises."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defused(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    Examples
    --------
    >>> defused("=cmd()"), defused("fine")
    ("'=cmd()", 'fine')
    """
    return f"'{text}" if text.startswith(FORMULA) else text
