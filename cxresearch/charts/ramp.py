"""Colours for values without steps: from light to dark, or away from a centre on both sides."""

from __future__ import annotations

from typing import Final

from .palette import OKABE_ITO, PAPER, contrast, likert_ramp

_SEQUENTIAL: Final = ("#f6f5d6", "#c3e0b0", "#73c2a3", "#3391a1", "#2a5c8a", "#29265c")
_ENDS: Final = likert_ramp(2, 2)
_DIVERGING: Final = (*_ENDS[:2], "#f4f4f4", *_ENDS[2:])
LEGIBLE: Final = 4.5  # least contrast of text (WCAG 2, level AA)


def sequential(share: float) -> str:
    """Colour between light (0) and dark (1).

    Examples
    --------
    >>> sequential(0.0), sequential(1.0)
    ('#f6f5d6', '#29265c')
    """
    return _blend(_SEQUENTIAL, share)


def diverging(share: float) -> str:
    """Colour between the dark ends -1 and 1, light at 0.

    Examples
    --------
    >>> diverging(-1), diverging(0), diverging(1)
    ('#a33b00', '#f4f4f4', '#00426b')
    """
    return _blend(_DIVERGING, (share + 1) / 2)


def text_on(colour: str) -> str:
    """White or black, whichever is legible on a colour: one of them always is.

    Examples
    --------
    >>> text_on(sequential(0.3)), text_on(sequential(0.9))
    ('#000000', '#FFFFFF')
    """
    return PAPER if contrast(PAPER, colour) >= LEGIBLE else OKABE_ITO["black"]


def _blend(anchors: tuple[str, ...], share: float) -> str:
    at = min(max(share, 0.0), 1.0) * (len(anchors) - 1)
    k = min(int(at), len(anchors) - 2)
    one, other = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in anchors[k : k + 2])
    return "#" + "".join(f"{round(a + (b - a) * (at - k)):02x}" for a, b in zip(one, other, strict=True))
