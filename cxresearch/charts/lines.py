"""Parts of charts with lines over an axis: their strokes, and names at their right ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .columns import Number
from .layout import corner
from .palette import GREY, INK, OKABE_ITO, PAPER, RULE, SMALL, luminance
from .text import LITERAL, height, measure, plain, write

SAMPLE: Final = 0.3  # a piece of the line before its name
LEAD: Final = 0.16  # ... and room for a thin line that leads there
_AIR: Final = 0.05  # between two names


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A colour that never comes without a pattern of dashes and a shape."""

    colour: str
    dash: Any
    shape: str
    width: float = 2.0


STROKES: Final[tuple[Stroke, ...]] = (
    Stroke(colour=OKABE_ITO["blue"], dash="-", shape="o"),
    Stroke(colour=OKABE_ITO["orange"], dash=(0, (5, 1.6)), shape="D", width=2.2),
    Stroke(colour=INK, dash=(0, (1.2, 1.2)), shape="s"),
    Stroke(colour=OKABE_ITO["green"], dash=(0, (6, 1.6, 1.2, 1.6)), shape="^"),
    Stroke(colour=OKABE_ITO["purple"], dash=(0, (3, 1.2)), shape="v"),
)
REFERENCE: Final = Stroke(colour=RULE, dash="-", shape="", width=1.0)


def spread(wished: Sequence[float], tall: Sequence[float], low: float, high: float) -> list[float]:
    """Move middles of boxes as little as needed so that they do not touch and stay between two ends.

    Examples
    --------
    >>> spread([1.0, 1.0, 3.0], [0.5, 0.5, 0.5], 0, 4)
    [0.75, 1.25, 3.0]
    """
    order = sorted(range(len(wished)), key=lambda i: (wished[i], i))
    blocks: list[tuple[float, list[int]]] = []  # middle of each run of boxes that touch
    for i in order:
        middle, members = wished[i], [i]
        while True:
            size = sum(tall[k] for k in members)
            middle = min(max(middle, low + size / 2), max(high - size / 2, low + size / 2))
            if not blocks:
                break
            before, others = blocks[-1]
            room = sum(tall[k] for k in others)
            if before + room / 2 <= middle - size / 2 + 1e-9:
                break
            blocks.pop()
            count = len(others) + len(members)
            middle = (before * len(others) + middle * len(members)) / count
            members = others + members
        blocks.append((middle, members))
    places = [0.0] * len(wished)
    for middle, members in blocks:
        y = middle - sum(tall[k] for k in members) / 2
        for k in members:
            places[k] = y + tall[k] / 2
            y += tall[k]
    return places


def tall_of(names: Sequence[str]) -> list[float]:
    """Room that each name needs at the right edge."""
    return [height(name) + _AIR for name in names]


def draw_ends(
    ax: Axes, ends: Sequence[tuple[float, float]], names: Sequence[str], strokes: Sequence[Stroke], tall: float
) -> None:
    """Write names right of the panel, each with a piece of its line and led to by a thin line.

    `ends`: where the lines end, in inches from the lower left corner of the panel.
    """
    where = corner(ax, 1, 0)
    wide = (ax.transAxes + corner(ax, 0, 0).inverted()).transform((1, 1))[0]
    places = spread([y for _, y in ends], tall_of(names), -0.1, tall + 0.1)
    for (x, end), y, name, stroke in zip(ends, places, names, strokes, strict=True):
        points = [x - wide, 0.02, LEAD], [end, end, y]
        line = ax.plot(*points, transform=where, color=GREY, linewidth=0.6, clip_on=False, zorder=1.8)
        line[0].set_gid("leader")
        piece = Line2D([LEAD, LEAD + SAMPLE], [y, y], color=stroke.colour, linewidth=stroke.width)
        piece.set(linestyle=stroke.dash, transform=where, clip_on=False, gid="sample", solid_capstyle="butt")
        ax.add_artist(piece)
        write(ax, LEAD + SAMPLE + 0.07, y, name, transform=where, gid="end")


def name_every(ax: Axes, values: pd.Series, number: Number, wide: float) -> bool:
    """Name every x on its axis, if the names have room."""
    ticks = sorted(values.dropna().unique())
    texts = [plain(number(v), 24) for v in ticks]
    low, high = ax.get_xlim()
    steps = np.diff(ticks) / (high - low) * wide
    pairs = zip(texts, texts[1:], steps, strict=False)
    if any((measure(a) + measure(b)) / 2 + 0.08 > step for a, b, step in pairs):
        return False
    ax.set_xticks(ticks, texts, fontsize=SMALL, color=GREY, **LITERAL)
    return True


def draw_line(ax: Axes, part: pd.DataFrame, stroke: Stroke, markers: bool) -> None:
    """Draw a line with its band, or with a point and an interval at each x."""
    low, high = (np.clip(part[name], *ax.get_ylim()) for name in ("low", "high"))
    line: dict[str, Any] = {"color": stroke.colour, "linestyle": stroke.dash, "zorder": 3}
    if markers:
        ax.vlines(part["x"], low, high, color=stroke.colour, linewidth=1.4, zorder=2.6, gid="interval")
        point: dict[str, Any] = {
            "marker": stroke.shape,
            "markersize": 6.5,
            "markeredgecolor": PAPER,
            "markeredgewidth": 0.8,
        }
        ax.plot(part["x"], part["y"], linewidth=1.3, gid="line", **line, **point)
        return
    if (np.isfinite(low) & np.isfinite(high)).any():
        pale = 0.09 + 0.12 * luminance(stroke.colour)
        ax.fill_between(part["x"], low, high, color=stroke.colour, alpha=pale, linewidth=0, zorder=1.2, gid="band")
        for edge in (low, high):
            ax.plot(part["x"], edge, color=stroke.colour, linewidth=0.5, alpha=0.6, zorder=1.3, gid="edge")
    ax.plot(part["x"], part["y"], linewidth=stroke.width, gid="line", **line)


def draw_mark(ax: Axes, x: float, y: float, stroke: Stroke) -> None:
    """Draw a point that stands out on its line, in the shape of the line."""
    edge: dict[str, Any] = {"markeredgecolor": PAPER, "markeredgewidth": 1.2, "clip_on": False}
    ax.plot(
        [x], [y], linestyle="", marker=stroke.shape, markersize=9, color=stroke.colour, zorder=4, gid="mark", **edge
    )
