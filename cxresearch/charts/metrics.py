"""How large a text will be, known before it is drawn, and which characters the font has."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties, findfont, get_font

from .palette import SMALL

FAMILY: Final = "DejaVu Sans"  # comes with matplotlib: the same picture on every machine
LEADING: Final = 1.22  # height of a line in units of its font size

_RESOLUTION: Final = 4.0


def measure(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Width of the longest line of a text, in inches.

    Examples
    --------
    >>> 0.5 < measure("Sicherheit", 10) < 1.0
    True
    """
    return max((width_of(line, size, weight) for line in text.split("\n")), default=0.0)


def height(text: str, size: float = SMALL) -> float:
    """Height of a text with its line spacing, in inches.

    Examples
    --------
    >>> height("a\\nb", 72) == 2 * height("a", 72) == 2 * LEADING
    True
    """
    return (text.count("\n") + 1) * size * LEADING / 72 if text else 0.0


@lru_cache(maxsize=20_000)
def width_of(line: str, size: float, weight: str) -> float:
    """Width of one line, in inches."""
    if not line:
        return 0.0
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    size_of = _renderer().get_text_width_height_descent(line, font, ismath=False)  # type: ignore[no-untyped-call]
    return float(size_of[0]) / (72 * _RESOLUTION)


@cache
def _renderer() -> RendererAgg:
    return RendererAgg(1, 1, 72 * _RESOLUTION)  # type: ignore[no-untyped-call]


@cache
def glyphs() -> frozenset[int]:
    """Code points that the font has in all weights used here."""
    fonts = (get_font(findfont(FontProperties(family=FAMILY, weight=w))) for w in ("normal", "bold"))
    return frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))
