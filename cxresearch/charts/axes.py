"""Axes: round ticks and a label flush left under them for values, wrapped names for categories."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.ticker import MaxNLocator

from .columns import Number
from .palette import GREY, SMALL
from .text import LITERAL, height, measure, plain, wrap

_WIDE: Final = 0.8  # room for a category in which words may be hyphenated


def value_axis(
    axis: Axis,
    low: float,
    high: float,
    number: Number,
    length: float,
    *,
    most: int = 6,
    mirrored: bool = False,
) -> list[float]:
    """Set round ticks whose labels are distinct and do not touch; return the ticks.

    `mirrored`: both sides of zero have the same labels.
    """
    horizontal = isinstance(axis, XAxis)
    for bins in range(most, 0, -1):
        slack = (high - low) * 1e-9
        ticks = [
            float(v)
            for v in MaxNLocator(bins, steps=[1, 2, 5, 10]).tick_values(low, high)
            if low - slack <= v <= high + slack
        ]
        texts = [plain(number(0.0 if abs(v) < slack else v), 24) for v in ticks]
        told = [t for t, v in zip(texts, ticks, strict=True) if not mirrored or v >= 0]
        need = max((measure(t, SMALL) for t in texts), default=0) + 0.08 if horizontal else SMALL * 2 / 72
        if len(set(told)) == len(told) and need * (len(texts) - 1) <= length:
            break
    where: dict[str, Any] = {} if horizontal else {"va": "bottom"}  # on their grid lines, clear of the other axis
    axis.set_ticks(ticks, texts, **LITERAL, **where, fontsize=SMALL, color=GREY)
    axis.set_ticks([], minor=True)
    return ticks


def axis_label(ax: Axes, text: str, width: float) -> None:
    """Write the label of the x axis flush left under its ticks."""
    ax.set_xlabel(wrap(text, width, SMALL), loc="left", labelpad=3, color=GREY, fontsize=SMALL, **LITERAL)


def below_axis(text: str, width: float) -> float:
    """Room that ticks and a label of the x axis need."""
    shown = wrap(text, width, SMALL)
    return 0.06 + SMALL * 1.25 / 72 + (0.06 + height(shown, SMALL) if shown else 0.0)


def under(labels: list[str], slot: float, *, hyphenate: float = _WIDE) -> tuple[list[str], bool]:
    """Labels of categories on the x axis, wrapped; turned upright where a word is wider than its slot.

    `hyphenate`: slots at least this wide hyphenate long words instead.

    Examples
    --------
    >>> under(["trifft eher zu"], 0.6), under(["Verständlichkeit"], 0.3)
    ((['trifft\\neher zu'], False), (['Verständlichkeit'], True))
    """
    words = [word for label in labels for word in wrap(label, 0.01 + slot * 20, most=60).split()]
    if max(map(measure, words), default=0.0) <= 0.94 * slot or slot >= hyphenate:
        return [wrap(label, 0.94 * slot, lines=5, most=60) for label in labels], False
    lines = max(1, int(slot / (SMALL * 1.25 / 72)))
    return [wrap(label, 1.7, lines=min(lines, 3), most=60) for label in labels], True
