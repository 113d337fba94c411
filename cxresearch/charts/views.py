"""The two panels of the gap chart: both views with their names over the first row, and differences."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .layout import corner
from .marks import band, interval, span
from .palette import INK, INSIDE, LINK, OUTSIDE, PAPER, SMALL, Mark
from .rows import Rows, swatch
from .text import measure, wrap, write

_POINT: Final = Mark(shape="o", colour=INK, size=6.5)

Heads = list[list[tuple[str, str, Mark]]]  # lines of (text, column, mark)


def heads_of(frame: pd.DataFrame, names: tuple[str, str], width: float) -> Heads:
    """Names of the two views over the first row: on one line where they fit, else on two."""
    first = frame.iloc[0]
    entries = [
        (wrap(name, width - 0.25, lines=1), key, mark)
        for name, key, mark in zip(names, ("inside", "outside"), (INSIDE, OUTSIDE), strict=True)
    ]
    entries.sort(key=lambda entry: first[entry[1]])
    together = sum(measure(text) + 0.34 for text, _, _ in entries)
    return [entries] if together <= width else [[entries[1]], [entries[0]]]


def draw_heads(ax: Axes, heads: Heads, frame: pd.DataFrame, left: float, wide: float) -> None:
    """Write each name as near to its mark in the first row as the room allows."""
    low, high = ax.get_xlim()
    where = corner(ax, 0, 1)
    for line, entries in enumerate(reversed(heads)):
        y = 0.06 + 0.2 * line + SMALL / 144
        ends: list[float] = []
        for _, key, _ in entries:
            value = frame[key].iloc[0]
            target = (value - low) / (high - low) * wide if np.isfinite(value) else wide / 2
            ends.append(target - 0.065)
        starts = _apart(ends, [measure(text) + 0.2 for text, _, _ in entries], -left, wide)
        for x, (text, _, mark) in zip(starts, entries, strict=True):
            swatch(ax, x + 0.065, y, mark, transform=where)
            write(ax, x + 0.18, y, text, transform=where, gid="view")


def _apart(wished: list[float], widths: list[float], low: float, high: float) -> list[float]:
    """Shift boxes as little as needed so that they stay inside and do not touch."""
    starts = [min(max(x, low), high - w) for x, w in zip(wished, widths, strict=True)]
    if len(starts) == 2 and starts[0] + widths[0] + 0.12 > starts[1]:
        starts[0] = max(low, starts[1] - widths[0] - 0.12)
        starts[1] = max(starts[1], starts[0] + widths[0] + 0.12)
    return starts


def draw_views(ax: Axes, frame: pd.DataFrame, rows: Rows) -> None:
    """Draw both values of each row and the line between them."""
    ax.hlines(rows.centres, frame["inside"], frame["outside"], color=LINK, linewidth=2.5, zorder=2)
    for name, mark in (("outside", OUTSIDE), ("inside", INSIDE)):
        ax.plot(
            frame[name],
            rows.centres,
            linestyle="none",
            marker=mark.shape,
            color=mark.colour,
            markersize=mark.size,
            markeredgecolor=PAPER,
            markeredgewidth=0.8,
            clip_on=False,
            zorder=3,
            gid=name,
        )


def draw_differences(
    ax: Axes, frame: pd.DataFrame, rows: Rows, margin: float | None, undecided: Collection[Hashable]
) -> None:
    """Points with intervals over zero and the band."""
    reach = 0.0 if margin is None else 1.25 * margin
    ends = frame[["difference", "low", "high"]].to_numpy()
    ax.set_xlim(*span(np.append(ends.ravel(), [-reach, 0.0, reach]), None))
    if margin is not None:
        band(ax, -margin, margin)
    ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    for y, value, low, high, verdict in zip(
        rows.centres, frame["difference"], frame["low"], frame["high"], frame["verdict"], strict=True
    ):
        if np.isfinite(value):
            interval(ax, y, value, low, high, _POINT, hollow=verdict in undecided)
