"""Text in pictures: hostile input made harmless, lines that fit, sizes known before drawing."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.text import Text

from .hyphens import breaks
from .metrics import FAMILY, LEADING, glyphs, height, measure, width_of
from .palette import INK, SMALL

# matplotlib 3.11 spaces lines evenly only if told to be "normal", which 3.10 does not know
_SPACING: Final = "normal" if mpl.__version_info__ >= (3, 11) else 1.2
LITERAL: Final[dict[str, Any]] = {
    "parse_math": False,
    "usetex": False,
    "fontfamily": FAMILY,
    "linespacing": _SPACING,
}

_SOFT, _BREAK = "\u00ad", "\u200b"
_MISSING = "\u25a1"
_BREAKS = f"(?<=[^±<>=≤≥] )(?![<>=≤≥%])|(?<=[{_SOFT}{_BREAK}])|(?<=[^ ][-/])(?=[^ ])"


def clean(text: object, most: int = 120) -> str:
    """Make any text fit to be drawn: one line, of sane length, with glyphs that exist.

    Control and direction characters are dropped, characters that the font
    lacks become one white square, soft hyphens stay as hints for wrapping.

    Parameters
    ----------
    text : object
        Whatever ``str`` makes of it.
    most : int
        Longest length; what is longer ends in an ellipsis.

    Examples
    --------
    >>> clean("two\\nlines  and $5")
    'two lines and $5'
    >>> clean("x" * 100_000, most=5)
    'xxxx…'
    >>> clean("gut \\U0001F9E0\\U0001F9E0")
    'gut □'
    """
    raw = unicodedata.normalize("NFC", str(text)[: 8 * most])
    kept = "".join(_safe(character) for character in raw)
    kept = re.sub(f"{_MISSING}+", _MISSING, re.sub(" +", " ", kept)).strip()
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def plain(text: object, most: int = 120) -> str:
    """Like :func:`clean`, without the hints for wrapping: for text that stays on one line.

    Examples
    --------
    >>> plain("Kunden\\u00adzufriedenheit")
    'Kundenzufriedenheit'
    """
    return clean(text, most).replace(_SOFT, "").replace(_BREAK, "")


def wrap(
    text: object,
    width: float,
    size: float = SMALL,
    weight: str = "normal",
    *,
    lines: int = 4,
    most: int = 160,
) -> str:
    """Break a text into lines that fit a width.

    Lines break at spaces (not beside ``=``, ``<``, ``±``), after hyphens and
    slashes, and at soft hyphens; only a word wider than the line is broken
    elsewhere, before a syllable if it has one.

    Parameters
    ----------
    text : object
        Goes through :func:`clean`.
    width : float
        In inches.
    size, weight
        Of the font.
    lines : int
        Most lines; the last one ends in an ellipsis if the text goes on.
    most : int
        Most characters, see :func:`clean`.

    Examples
    --------
    >>> wrap("Sicherheit und Respekt", 1.0, 10)
    'Sicherheit\\nund Respekt'
    """

    def wide(line: str) -> bool:
        return width_of(_bare(line), size, weight) > width

    done: list[str] = []
    line = ""
    for piece in _pieces(clean(text, most)):
        if line and wide(line + piece):
            done.append(_bare(line))
            line = ""
        while wide(piece) and len(piece) > 1:
            head = _fitting(piece, wide)
            done.append(_bare(head))
            piece = piece[len(head.rstrip(_SOFT)) :]
        line += piece
    done += [_bare(line).removesuffix("-") if line.endswith(_SOFT) else _bare(line)] if line else []
    if len(done) > lines:
        last = done[lines - 1]
        while last and wide(last + "…"):
            last = last[:-1]
        done = [*done[: lines - 1], last.rstrip() + "…"]
    return "\n".join(done)


def balance(text: str, width: float, size: float, weight: str = "normal", **more: int) -> str:
    """Like :func:`wrap`, with lines of similar length: no word alone on the last one.

    Examples
    --------
    >>> balance("one two three four", 1.2, 10)
    'one two\\nthree four'
    """
    best = wrap(text, width, size, weight, **more)
    for tenths in range(39, 19, -1):
        narrow = wrap(text, width * tenths / 40, size, weight, **more)
        if narrow.count("\n") > best.count("\n") or "…" in narrow:
            break
        best = narrow
    return best


def write(ax: Axes, x: float, y: float, text: str, *, size: float = SMALL, colour: str = INK, **more: Any) -> Text:
    """Draw a text literally: no mathtext, no TeX, whatever the user's settings are.

    `text` has been through :func:`plain` or :func:`wrap`.
    """
    settings = {"va": "center", "ha": "left", **LITERAL, **more}
    return ax.text(x, y, text, fontsize=size, color=colour, **settings)


def _safe(character: str) -> str:
    if character in (_SOFT, _BREAK):
        return character
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if ord(character) in glyphs():
        return "" if kind == "Cf" else character
    return {"Cf": "", "Mn": "", "Zs": " "}.get(kind, _MISSING)


def _pieces(text: str) -> list[str]:
    """Cut where a line may break, so that joining the pieces gives the text again."""
    return [piece for piece in re.split(_BREAKS, text) if piece]


def _fitting(word: str, wide: Callable[[str], bool]) -> str:
    """The longest beginning of a word that fits; ends in a soft hyphen if it ends before a syllable."""
    places = breaks(word)
    fits = bisect_left(places, True, key=lambda k: wide(word[:k] + _SOFT))
    if fits:
        return word[: places[fits - 1]] + _SOFT
    return word[: max(1, bisect_left(range(1, len(word)), True, key=lambda k: wide(word[:k])))]


def _bare(line: str) -> str:
    """A line as it is shown when the text breaks after it."""
    hyphen = "-" if line.endswith(_SOFT) else ""
    return line.replace(_SOFT, "").replace(_BREAK, "").rstrip(" ") + hyphen


__all__ = ["FAMILY", "LEADING", "LITERAL", "balance", "clean", "height", "measure", "plain", "wrap", "write"]
