"""The axis that carries the values: round ticks, and a label flush left under them."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.ticker import MaxNLocator

from .columns import Number
from .palette import GREY, SMALL
from .text import LITERAL, height, measure, plain, wrap


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
