"""Colours, shapes and sizes that every chart shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OKABE_ITO: Final[dict[str, str]] = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "purple": "#CC79A7",
}

INK: Final = "#1A1A1A"
GREY: Final = "#595959"
RULE: Final = "#8C8C8C"
LINK: Final = "#B8B8B8"
GRID: Final = "#E3E3E3"
BAND: Final = "#E9EDF0"
PAPER: Final = "#FFFFFF"

TITLE: Final = 13.0
SUBTITLE: Final = 10.0
LABEL: Final = 10.0
SMALL: Final = 9.0

NEUTRAL: Final = "#DEDEDE"
_NEGATIVE: Final = ("#EDAC6B", "#A33B00")
_POSITIVE: Final = ("#85BDE3", "#00426B")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A shape and its colour; one never comes without the other.

    Examples
    --------
    >>> INSIDE.shape != OUTSIDE.shape and INSIDE.colour != OUTSIDE.colour
    True
    """

    shape: str
    colour: str
    size: float = 7.5


INSIDE: Final = Mark(shape="o", colour=OKABE_ITO["blue"])
OUTSIDE: Final = Mark(shape="D", colour=OKABE_ITO["orange"], size=8.2)  # looks out behind INSIDE
GROUPS: Final[tuple[Mark, ...]] = (
    INSIDE,
    OUTSIDE,
    Mark(shape="s", colour=OKABE_ITO["green"], size=7.0),
    Mark(shape="^", colour=OKABE_ITO["purple"], size=8.0),
    Mark(shape="v", colour=OKABE_ITO["vermillion"], size=8.0),
    Mark(shape="P", colour=OKABE_ITO["sky"], size=8.0),
    Mark(shape="X", colour=OKABE_ITO["black"], size=8.0),
    Mark(shape="p", colour=GREY, size=8.5),
)


def likert_ramp(left: int, right: int, *, neutral: bool = False) -> list[str]:
    """Colours for ordered categories, dark at both ends and light in the middle.

    Parameters
    ----------
    left, right : int
        Number of categories on the side of rejection and of agreement.
    neutral : bool
        Whether one neutral category stands between them.

    Returns
    -------
    list of str
        One colour per category, from the left end to the right end.

    Examples
    --------
    >>> likert_ramp(2, 2, neutral=True)
    ['#a33b00', '#edac6b', '#DEDEDE', '#85bde3', '#00426b']
    >>> [round(luminance(c), 2) for c in likert_ramp(3, 0)]
    [0.11, 0.25, 0.49]
    """
    return [
        *reversed(_side(_NEGATIVE, left)),
        *([NEUTRAL] if neutral else []),
        *_side(_POSITIVE, right),
    ]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of a ``#rrggbb`` colour, 0 for black and 1 for white.

    Examples
    --------
    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return round(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2], 6)


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2) of two colours, from 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Colour of text that reads best on a background.

    Examples
    --------
    >>> ink_on("#004B7A"), ink_on("#F7CFA3")
    ('#FFFFFF', '#1A1A1A')
    """
    return PAPER if contrast(PAPER, colour) > contrast(INK, colour) else INK


def _channels(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _side(ends: tuple[str, str], count: int) -> list[str]:
    """Blend from the light end to the dark end; each step is darker than the last."""
    light, dark = (_channels(c) for c in ends)
    steps = [0.75] if count == 1 else [i / (count - 1) for i in range(count)]
    blends = ([a + (b - a) * t for a, b in zip(light, dark, strict=True)] for t in steps)
    return ["#" + "".join(f"{round(255 * c):02x}" for c in blend) for blend in blends]
