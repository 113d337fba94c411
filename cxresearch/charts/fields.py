"""Parts of the quadrant chart: names of fields, points with whiskers and arrows, names of points, the list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .layout import corner
from .palette import GREY, INK, INSIDE, PAPER, RULE
from .placing import Box, Place
from .text import height, measure, wrap, write

_CORNERS = ((1, 1, "right"), (0, 1, "left"), (0, 0, "left"), (1, 0, "right"))


def draw_corners(ax: Axes, names: Sequence[str]) -> None:
    """Write the names of the fields into the corners of the panel."""
    for (x, y, ha), name in zip(_CORNERS, names, strict=True):
        where = corner(ax, x, y)
        dx, dy = (-0.06 if x else 0.06), (-0.05 if y else 0.05)
        va = "top" if y else "bottom"
        write(ax, dx, dy, name, colour=GREY, fontweight="bold", ha=ha, va=va, transform=where, gid="quadrant")


def draw_points(ax: Axes, frame: pd.DataFrame) -> None:
    """Draw whiskers, arrows and points; points that are not decided are hollow."""
    ends = {"x": ax.get_xlim(), "y": ax.get_ylim()}
    undecided = frame["undecided"].fillna(False).astype(bool) if "undecided" in frame else [False] * len(frame)
    for (_, row), hollow in zip(frame.iterrows(), undecided, strict=True):
        for axis, draw, across in (("x", ax.hlines, "y"), ("y", ax.vlines, "x")):
            low, high = np.clip(row[[f"{axis}_low", f"{axis}_high"]].astype(float), *ends[axis])
            if not np.isnan(low) and not np.isnan(high):
                draw(row[across], low, high, color=RULE, linewidth=1.1, zorder=2, gid="interval")
        if np.isfinite(row["arrow_x"]) and np.isfinite(row["arrow_y"]):
            arrow = {"arrowstyle": "-|>,head_width=0.22,head_length=0.4", "color": INK, "linewidth": 1.1}
            shape = {"shrinkA": 4.5, "shrinkB": 0, "mutation_scale": 10}
            tip, tail = (row["arrow_x"], row["arrow_y"]), (row["x"], row["y"])
            note = ax.annotate("", tip, tail, arrowprops=arrow | shape, zorder=2.4, annotation_clip=False)
            note.set_gid("arrow")
        ax.plot(
            [row["x"]],
            [row["y"]],
            linestyle="none",
            marker=INSIDE.shape,
            markersize=INSIDE.size,
            markerfacecolor=PAPER if hollow else INSIDE.colour,
            markeredgecolor=INSIDE.colour,
            markeredgewidth=1.4,
            clip_on=False,
            zorder=3,
            gid="hollow" if hollow else "point",
        )


def faint_boxes(
    frame: pd.DataFrame,
    cuts: tuple[float, float],
    xs: tuple[float, float],
    ys: tuple[float, float],
    size: tuple[float, float, float],
) -> list[Box]:
    """Whiskers, arrows and cuts as thin boxes in inches: names had better not cover them."""
    wide, tall, base = size

    def at(x: float, y: float) -> tuple[float, float]:
        u, v = (x - xs[0]) / (xs[1] - xs[0]), (y - ys[0]) / (ys[1] - ys[0])
        return float(np.clip(u, 0, 1)) * wide, float(np.clip(v, 0, 1)) * tall + base

    lines = [((cuts[0], ys[0]), (cuts[0], ys[1])), ((xs[0], cuts[1]), (xs[1], cuts[1]))]
    for _, row in frame.iterrows():
        lines += [((row["x_low"], row["y"]), (row["x_high"], row["y"]))]
        lines += [((row["x"], row["y_low"]), (row["x"], row["y_high"]))]
        tip = np.array([row["arrow_x"], row["arrow_y"]], dtype=float)
        tail = np.array([row["x"], row["y"]], dtype=float)
        stops = [tuple(tail + t * (tip - tail)) for t in np.linspace(0, 1, 7)]
        lines += list(pairwise(stops))
    boxes = []
    for one, other in lines:
        if not np.isnan([*one, *other]).any():
            (a, b), (c, d) = at(*one), at(*other)
            boxes.append((min(a, c) - 0.02, min(b, d) - 0.02, max(a, c) + 0.02, max(b, d) + 0.02))
    return boxes


def draw_named(ax: Axes, frame: pd.DataFrame, texts: Sequence[str], places: Sequence[Place]) -> None:
    """Write the names of points at their places, with a thin line where they stand apart."""
    where = corner(ax, 0, 0)
    inverse = ax.transData + where.inverted()
    for x, y, text, place in zip(frame["x"], frame["y"], texts, places, strict=True):
        start = inverse.transform((x, y))
        half = np.array([measure(text), height(text)]) / 2
        middle = np.array([place.x, place.y])
        side = np.sign(middle[0] - start[0]) if abs(middle[0] - start[0]) > 0.6 * half[0] else 0
        ha = {-1: "right", 0: "center", 1: "left"}[int(side)]
        write(ax, place.x - side * half[0], place.y, text, ha=ha, transform=where, zorder=4, gid="name")
        if place.leader:
            end = np.clip(start, middle - half, middle + half)
            line = np.stack([start, end])
            ax.plot(*line.T, transform=where, color=GREY, linewidth=0.7, zorder=1.8, gid="leader")


def listed(names: Sequence[str], width: float) -> list[list[str]]:
    """Names of numbered points as the two columns of a list."""
    shown = [wrap(name, width / 2 - 0.4, lines=2) for name in names]
    half = (len(shown) + 1) // 2
    return [shown[:half], shown[half:]] if shown else []


def list_height(columns: Sequence[Sequence[str]]) -> float:
    """Room that the list needs."""
    return max((sum(map(height, column)) for column in columns), default=0.0)


def draw_listed(ax: Axes, columns: Sequence[Sequence[str]], gone: str, spot: tuple[float, float], wide: float) -> None:
    """Write the list of numbered points, and then what is not shown, from `spot` under the panel."""
    where = corner(ax, 0, 0)
    count = 0
    for k, column in enumerate(columns):
        x, y = spot[0] + k * wide / 2, spot[1]
        for name in column:
            count += 1
            write(ax, x + 0.18, y, str(count), ha="right", va="top", transform=where, gid="listed")
            write(ax, x + 0.26, y, name, va="top", transform=where, gid="listed")
            y -= height(name)
    if gone:
        y = spot[1] - list_height(columns) - 0.06
        write(ax, spot[0], y, gone, colour=GREY, va="top", transform=where, gid="missing")
