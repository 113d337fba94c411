"""The cells of a heat map: colours with their numbers, marks, and the key of colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cxresearch.errors import ArgumentError, Fault, listing

from .columns import labelled
from .layout import corner
from .palette import GREY, INK, LINK, PAPER, Mark
from .ramp import text_on
from .text import height, measure, wrap, write

MARKS: Final = (
    Mark(shape="o", colour=INK, size=3.6),
    Mark(shape="s", colour=INK, size=8.5),  # drawn as a frame
    Mark(shape="^", colour=INK, size=4.6),
)
_SWATCH: Final = (0.13, 0.12)  # size of a step of the ramp


def mark_names(frame: pd.DataFrame, labels: Mapping[Any, str]) -> list[tuple[str, Mark]]:
    """Names of the marks with their shapes.

    Raises
    ------
    ArgumentError
        ``charts.missing-label``, ``charts.too-many``.
    """
    labelled(labels, frame["mark"].dropna() if "mark" in frame else [], "mark_labels")
    if len(labels) > len(MARKS):
        raise ArgumentError(
            Fault(
                code="charts.too-many",
                what=f"A heat map tells at most {len(MARKS)} marks apart.",
                given=listing(labels),
            )
        )
    return list(zip(labels.values(), MARKS, strict=False))


def draw_cell(ax: Axes, box: Rectangle, colour: str | None, text: str, *, upright: bool) -> None:
    """Draw a cell with its number; one without a colour is suppressed, and hatched."""
    box.set(facecolor=colour or PAPER, edgecolor=PAPER, linewidth=1.4, zorder=1, gid="cell")
    ax.add_patch(box)
    x, y = box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2
    if colour is None:
        hatched = Rectangle(box.get_xy(), box.get_width(), box.get_height(), fill=False, edgecolor=LINK, linewidth=0)
        hatched.set(hatch="////", hatch_linewidth=0.6, zorder=0.9, gid="suppressed")
        ax.add_patch(hatched)
        box.set_facecolor("none")
        ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2}
        write(ax, x, y, text, colour=GREY, ha="center", zorder=3, gid="missing", bbox=ground)
        return
    turn = 90 if upright else 0
    write(ax, x, y, text, colour=text_on(colour), ha="center", rotation=turn, zorder=3, gid="value")


def draw_mark(ax: Axes, box: Rectangle, mark: Mark, colour: str | None) -> None:
    """Draw a mark into the upper right corner of a cell, or as a frame along its edge."""
    if mark is MARKS[1]:
        x, y, wide, high = box.get_x(), box.get_y(), box.get_width(), box.get_height()
        for rim, line, width in ((0.022, INK, 1.7), (0.043, PAPER, 1.3)):  # the light line tells it from any colour
            frame = Rectangle((x + rim, y + rim), wide - 2 * rim, high - 2 * rim, fill=False, edgecolor=line)
            frame.set(linewidth=width, zorder=2, gid="mark" if line == INK else None)
            ax.add_patch(frame)
        return
    x, y = box.get_x() + box.get_width() - 0.07, box.get_y() + 0.07
    point: dict[str, Any] = {
        "marker": mark.shape,
        "markersize": mark.size,
        "color": text_on(colour or PAPER),
        "markeredgewidth": 0,
    }
    ax.plot([x], [y], linestyle="none", zorder=2, gid="mark", **point)


def ramp_height(label: str, width: float) -> float:
    """Room that the key of colours needs under the panel."""
    return 0.12 + max(height(wrap(label, 0.55 * width, lines=4)), 0.18)


def draw_ramp(ax: Axes, stops: list[str], colours: list[str], label: str, x: float, width: float) -> None:
    """Draw the key of colours under the panel: its named values from left to right, then what they are."""
    where = corner(ax, 0, 0)
    shown = wrap(label, 0.55 * width, lines=4)
    y = -0.12 - max(height(shown), 0.18) / 2
    parts = len(stops) - 1
    half = len(colours) // 2
    runs = [colours] if parts == 1 else [colours[: half + 1], colours[half:]]
    for i, stop in enumerate(stops):
        write(ax, x, y, stop, colour=GREY, transform=where, gid="stop")
        x += measure(stop) + 0.07
        if i < parts:
            for colour in runs[i]:
                step = Rectangle((x, y - _SWATCH[1] / 2), *_SWATCH, transform=where, facecolor=colour, linewidth=0)
                step.set(clip_on=False, gid="ramp")
                ax.add_artist(step)
                x += _SWATCH[0]
            x += 0.07
    write(ax, x + 0.12, y, shown, colour=GREY, transform=where, gid="value-label")
