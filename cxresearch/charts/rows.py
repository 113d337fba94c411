"""What charts with one row per thing share: stacked rows, columns beside them, key lines above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .columns import Count
from .layout import beside, corner
from .palette import GREY, GRID, INK, LABEL, PAPER, SMALL, Mark
from .text import LITERAL, height, measure, plain, wrap, write

GAP: Final = 0.14  # between labels, panels and columns
LEAST: Final = 0.34  # height of a row with a label of one line
HEADING: Final = 0.36
KEY_LINE: Final = 0.22


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows from top to bottom; heights are inches and also the data of the y axis."""

    labels: list[str]
    centres: list[float]
    headings: list[tuple[float, str]]
    total: float
    label_width: float


def stack(
    labels: Sequence[str],
    *,
    width: float,
    needs: Sequence[float] | None = None,
    blocks: Sequence[Any] | None = None,
    block_labels: Mapping[Any, str] | None = None,
    lines: int = 3,
) -> Rows:
    """Wrap the labels of rows and give every row the height it needs.

    Parameters
    ----------
    labels : sequence of str
        One per row, from top to bottom.
    width : float
        Most room for the labels.
    needs : sequence of float, optional
        Height that the content of each row needs.
    blocks : sequence, optional
        Block of each row; a heading stands above the first row of each block.
    block_labels : mapping, optional
        Text of the headings; without it the block itself.
    lines : int
        Most lines of a label.

    Examples
    --------
    >>> stack(["A", "B"], width=1, blocks=["x", "y"]).headings
    [(0.2, 'x'), (0.94, 'y')]
    """
    shown = [wrap(label, width, LABEL, lines=lines) for label in labels]
    headings: list[tuple[float, str]] = []
    centres: list[float] = []
    y = 0.0
    previous: Any = object()
    for i, label in enumerate(shown):
        if blocks is not None and blocks[i] != previous:
            previous = blocks[i]
            y += 0.0 if i == 0 else 0.04
            name = block_labels.get(previous, previous) if block_labels else previous
            headings.append((round(y + HEADING - 0.16, 6), plain(name, 70)))
            y += HEADING
        need = max(height(label, LABEL) + 0.14, needs[i] if needs is not None else 0.0, LEAST)
        centres.append(round(y + need / 2, 6))
        y += need
    widest = max((measure(label, LABEL) for label in shown), default=0.0)
    return Rows(labels=shown, centres=centres, headings=headings, total=y, label_width=widest)


def draw_rows(ax: Axes, rows: Rows, left: float) -> None:
    """Write labels and headings at the left edge, `left` inches from the panel."""
    ax.set_ylim(rows.total, 0)
    ax.set_yticks(rows.centres, rows.labels, ha="left", va="center", fontsize=LABEL, color=INK, **LITERAL)
    ax.set_yticks([], minor=True)
    ax.tick_params(axis="y", pad=left * 72, length=0)
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}  # a long heading covers the grid
    for y, heading in rows.headings:
        where = beside(ax, 0)
        write(ax, -left, y, heading, size=LABEL, fontweight="bold", transform=where, gid="heading", bbox=ground)


def guides(ax: Axes, rows: Rows) -> None:
    """Lead the eye from each label through the panel."""
    ax.hlines(rows.centres, 0, 1, transform=ax.get_yaxis_transform(), color=GRID, linewidth=0.6, zorder=0.5)


def column(
    ax: Axes,
    rows: Rows,
    texts: Sequence[str],
    x: float,
    *,
    header: str = "",
    ha: str = "right",
    colours: Sequence[str] | None = None,
    gid: str | None = None,
) -> None:
    """Write one text per row, `x` inches right of the panel, and a header above."""
    for i, (y, text) in enumerate(zip(rows.centres, texts, strict=True)):
        colour = colours[i] if colours else GREY
        write(ax, x, y, text, colour=colour, ha=ha, transform=beside(ax, 1), gid=gid)
    if header:
        write(ax, x, 0.05, header, colour=GREY, ha=ha, va="bottom", transform=corner(ax, 1, 1))


def counted(values: Sequence[float], count: Count, missing: str) -> list[str]:
    """Ready texts for numbers of cases; a suppressed one shows the label for missing values."""
    return [plain(count(int(v)), 16) if np.isfinite(v) else missing for v in values]


@dataclass(frozen=True, kw_only=True)
class Key:
    """A line of marks with their names: where each stands, and the height of all."""

    entries: list[tuple[float, int, str, Mark]]
    height: float


def flow(names: Sequence[tuple[str, Mark]], width: float) -> Key:
    """Lay out names with their marks from left to right, in as many lines as they need.

    Examples
    --------
    >>> from cxresearch.charts.palette import INSIDE
    >>> [(line, name) for _, line, name, _ in flow([("one", INSIDE), ("two", INSIDE)], 0.6).entries]
    [(0, 'one'), (1, 'two')]
    """
    entries = []
    x, line = 0.0, 0
    for name, mark in names:
        text = plain(name, 60)
        need = 0.2 + measure(text, SMALL)
        if x > 0 and x + need > width:
            x, line = 0.0, line + 1
        entries.append((x, line, text, mark))
        x += need + 0.16
    return Key(entries=entries, height=(line + 1) * KEY_LINE if entries else 0.0)


def draw_key(ax: Axes, key: Key, x: float, y: float) -> None:
    """Draw a key line; (x, y) is its upper left corner, in inches from that of the panel."""
    where = corner(ax, 0, 1)
    for dx, line, text, mark in key.entries:
        dy = y - (line + 0.5) * KEY_LINE
        swatch(ax, x + dx + 0.065, dy, mark, transform=where)
        write(ax, x + dx + 0.18, dy, text, transform=where, gid="key")


def swatch(ax: Axes, x: float, y: float, mark: Mark, **more: Any) -> Line2D:
    """Draw one mark outside the data."""
    line = Line2D(
        [x],
        [y],
        linestyle="none",
        marker=mark.shape,
        markersize=mark.size,
        markerfacecolor=mark.colour,
        markeredgecolor=mark.colour,
        clip_on=False,
        **more,
    )
    line.set_gid("key")
    return ax.add_artist(line)  # type: ignore[return-value]
