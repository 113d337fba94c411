"""Parts of the surface: filled contours with numbers on their lines, the two diagonals, names beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .columns import Number
from .layout import corner
from .lines import LEAD, SAMPLE, spread, tall_of
from .palette import GREY, INK, LINK, PAPER, SMALL
from .ramp import sequential
from .text import LITERAL, plain, write

_DASHES: Final[tuple[Any, Any]] = ("-", (0, (4, 2)))  # agreement, disagreement
_REACH: Final = 0.66  # the darkest colours would hide points, lines and numbers
_LEAST: Final = 0.5  # inches of a line that is given a number
_RIM: Final = 0.2  # ... between a number and the edge of the panel

Floats = npt.NDArray[np.float64]
Scale = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]  # corner, inches a unit, size


def draw_void(ax: Axes) -> None:
    """Hatch the ground, seen where there is no value."""
    ground = Rectangle((0, 0), 1, 1, transform=ax.transAxes, fill=False, edgecolor=LINK, linewidth=0)
    ground.set(hatch="////", hatch_linewidth=0.6, zorder=0.3, gid="void")
    ax.add_patch(ground)


def draw_contours(
    ax: Axes, grid: pd.DataFrame, levels: Sequence[float], number: Number, busy: Floats, size: tuple[float, float]
) -> None:
    """Fill between levels, and write each level on its line.

    `busy`: points in the data that numbers had better not cover; `size`: of the panel in inches.
    """
    values = np.ma.masked_invalid(grid.to_numpy())
    if values.mask.all():
        return
    x, y = grid.columns.to_numpy(dtype=float), grid.index.to_numpy(dtype=float)
    unit = size[0] / (x[-1] - x[0]), size[1] / (y[-1] - y[0])
    scale = (x[0], y[0]), unit, size
    busy = (busy - scale[0]) * unit
    steps = len(levels) - 1
    colours = [sequential(_REACH * (k + 0.5) / steps) for k in range(steps)]
    fixed: dict[str, Any] = {"algorithm": "serial", "corner_mask": True}
    filled = ax.contourf(x, y, values, levels=levels, colors=colours, antialiased=False, zorder=0.5, **fixed)
    filled.set_gid("surface")
    lines = ax.contour(x, y, values, levels=levels, colors=PAPER, linewidths=0.9, linestyles="solid", zorder=1, **fixed)
    lines.set_gid("contours")
    if spots := _spots(lines.allsegs, scale, busy):
        texts = {v: plain(number(v), 20) for v in levels}
        for text in ax.clabel(lines, fontsize=SMALL, colors=INK, inline_spacing=3, fmt=texts, manual=spots, zorder=3):
            text.set(**{k: v for k, v in LITERAL.items() if k != "linespacing"}, gid="level")


def _spots(segments: Sequence[Sequence[Floats]], scale: Scale, busy: Floats) -> list[tuple[float, float]]:
    """Where on each line its number stands: far from the rim, other numbers and what is drawn over the map."""
    (low_x, low_y), (unit_x, unit_y), (wide, tall) = scale
    taken: list[tuple[float, float]] = []
    for line in (np.asarray(part) for level in segments for part in level):
        at = (line - (low_x, low_y)) * (unit_x, unit_y)
        if len(at) < 2 or np.hypot(*np.diff(at, axis=0).T).sum() < _LEAST:
            continue
        rim = np.minimum(at, (wide, tall) - at).min(axis=1)
        score = np.minimum(rim, 0.45) * 4
        near = np.hypot(*(at[:, None, :] - busy[None, :, :]).transpose(2, 0, 1)) if len(busy) else np.ones((len(at), 1))
        score -= 0.1 * (near < 0.16).sum(axis=1)
        if taken:
            others = np.hypot(*(at[:, None, :] - np.array(taken)[None, :, :]).transpose(2, 0, 1)).min(axis=1)
            score += 2 * np.minimum(others, 0.5)
        best = int(np.argmax(score.round(6)))
        if rim[best] >= _RIM:
            taken.append((float(at[best, 0]), float(at[best, 1])))
    return [(low_x + x / unit_x, low_y + y / unit_y) for x, y in taken]


def diagonals(xs: tuple[float, float], middle: float) -> tuple[tuple[Floats, Floats], ...]:
    """Points on the lines of agreement and of disagreement."""
    x = np.linspace(*xs, 201)
    return (x, x), (x, 2 * middle - x)


def draw_diagonals(ax: Axes, xs: tuple[float, float], ys: tuple[float, float], middle: float) -> list[float]:
    """Draw the lines of agreement and disagreement; return the heights at which they end on the right."""
    ends = []
    for (x, line), dash, gid in zip(diagonals(xs, middle), _DASHES, ("agreement", "disagreement"), strict=True):
        within = (line >= ys[0]) & (line <= ys[1])
        ax.plot(x[within], line[within], color=INK, linewidth=1.4, linestyle=dash, zorder=2.5, gid=gid)
        ends.append(float(np.clip(line[-1], *ys)))
    return ends


def draw_names(ax: Axes, names: Sequence[str], ends: Sequence[float], tall: float, void: bool) -> None:
    """Write the names beside the panel: both lines where they end, between them contours and hatched places."""
    where = corner(ax, 1, 0)
    wished = [ends[0], tall / 2, *([tall / 2 - 0.4] if void else []), ends[1]]
    kinds = ["agreement", "contour", *(["void"] if void else []), "disagreement"]
    places = spread(wished, tall_of(names), -0.1, tall + 0.1)
    for y, kind, name in zip(places, kinds, names, strict=True):
        if kind == "void":
            box = Rectangle((LEAD, y - 0.06), SAMPLE, 0.12, fill=False, edgecolor=LINK, linewidth=0.6)
            box.set(hatch="//////", hatch_linewidth=0.6, transform=where, clip_on=False, gid="sample")
            ax.add_artist(box)
        elif kind == "contour":
            for k in range(3):
                step = Rectangle((LEAD + k * SAMPLE / 3, y - 0.06), SAMPLE / 3, 0.12, linewidth=0, transform=where)
                step.set(facecolor=sequential(_REACH * (k + 0.5) / 3), clip_on=False, gid="sample")
                ax.add_artist(step)
        else:
            dash = _DASHES[kind == "disagreement"]
            piece = Line2D([LEAD, LEAD + SAMPLE], [y, y], color=INK, linewidth=1.4, linestyle=dash)
            piece.set(transform=where, clip_on=False, gid="sample")
            ax.add_artist(piece)
        colour = INK if "agree" in kind else GREY
        write(ax, LEAD + SAMPLE + 0.07, y, name, colour=colour, transform=where, gid=kind)
