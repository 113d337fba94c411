"""Text in pictures: hostile input made harmless, lines that fit, sizes known before drawing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text

from .palette import INK, SMALL

FAMILY: Final = "DejaVu Sans"  # comes with matplotlib: the same picture on every machine
LITERAL: Final[dict[str, Any]] = {"parse_math": False, "usetex": False, "fontfamily": FAMILY}
LEADING: Final = 1.25  # height of a line in units of its font size

_SOFT, _BREAK = "\u00ad", "\u200b"
_MISSING = "\u25a1"
_BREAKS = f"(?<=[^±<>=≤≥] )(?![<>=≤≥%])|(?<=[{_SOFT}{_BREAK}])|(?<=[^ ][-/])(?=[^ ])"
_RESOLUTION = 10.0


def clean(text: object, most: int = 120) -> str:
    """Make any text fit to be drawn: one line, of sane length, with glyphs that exist.

    Control and direction characters are dropped, characters that the font
    lacks become one white square, soft hyphens stay as hints for wrapping.

    Parameters
    ----------
    text : object
    most : int
        Longest length; what is longer ends in an ellipsis.

    Examples
    --------
    >>> clean("two\\nlines  and $5")
    'two lines and $5'
    >>> clean("x" * 100_000, most=5)
    'xxxx…'
    >>> clean("gut \\U0001F600\\U0001F600")
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


def measure(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Width of the longest line of a text, in inches.

    Examples
    --------
    >>> 0.5 < measure("Sicherheit", 10) < 1.0
    True
    """
    return max((_width(line, size, weight) for line in text.split("\n")), default=0.0)


def height(text: str, size: float = SMALL) -> float:
    """Height of a text with its line spacing, in inches.

    Examples
    --------
    >>> height("a\\nb", 72) == 2 * height("a", 72) == 2 * LEADING
    True
    """
    return (text.count("\n") + 1) * size * LEADING / 72 if text else 0.0


def wrap(
    text: object, width: float, size: float = SMALL, weight: str = "normal", *, lines: int = 4, most: int = 160
) -> str:
    """Break a text into lines that fit a width.

    Lines break at spaces (not beside ``=``, ``<``, ``±``), after hyphens and slashes, and at soft hyphens; a
    word that is wider than the line is broken where the line ends.

    Parameters
    ----------
    text : object
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
        return _width(_bare(line), size, weight) > width

    done: list[str] = []
    line = ""
    for piece in _pieces(clean(text, most)):
        if line and wide(line + piece):
            done.append(_bare(line))
            line = ""
        while wide(piece) and len(piece) > 1:
            fits = max((k for k in range(1, len(piece)) if not wide(piece[:k])), default=1)
            done.append(_bare(piece[:fits]))
            piece = piece[fits:]
        line += piece
    done += [_bare(line).removesuffix("-") if line.endswith(_SOFT) else _bare(line)] if line else []
    if len(done) > lines:
        last = done[lines - 1]
        while last and wide(last + "…"):
            last = last[:-1]
        done = [*done[: lines - 1], last.rstrip() + "…"]
    return "\n".join(done)


def write(ax: Axes, x: float, y: float, text: str, *, size: float = SMALL, colour: str = INK, **more: Any) -> Text:
    """Draw a text literally: no mathtext, no TeX, whatever the user's settings are.

    `text` has been through :func:`plain` or :func:`wrap`.
    """
    settings = {"va": "center", "ha": "left", "linespacing": 1.2, **LITERAL, **more}
    return ax.text(x, y, text, fontsize=size, color=colour, **settings)


def _safe(character: str) -> str:
    if character in (_SOFT, _BREAK):
        return character
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if ord(character) in _glyphs():
        return "" if kind == "Cf" else character
    return {"Cf": "", "Mn": "", "Zs": " "}.get(kind, _MISSING)


def _pieces(text: str) -> list[str]:
    """Cut where a line may break, so that joining the pieces gives the text again."""
    return [piece for piece in re.split(_BREAKS, text) if piece]


def _bare(line: str) -> str:
    """A line as it is shown when the text breaks after it."""
    hyphen = "-" if line.endswith(_SOFT) else ""
    return line.replace(_SOFT, "").replace(_BREAK, "").rstrip(" ") + hyphen


@lru_cache(maxsize=20_000)
def _width(line: str, size: float, weight: str) -> float:
    if not line:
        return 0.0
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    return _renderer().get_text_width_height_descent(line, font, ismath=False)[0] / (72 * _RESOLUTION)


@cache
def _renderer() -> RendererAgg:
    return RendererAgg(1, 1, 72 * _RESOLUTION)


@cache
def _glyphs() -> frozenset[int]:
    fonts = (get_font(findfont(FontProperties(family=FAMILY, weight=w))) for w in ("normal", "bold"))
    return frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))
