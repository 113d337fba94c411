"""Parts of the staircase: levels with their points, the gap between two, values and differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from .columns import Number
from .layout import corner
from .palette import BAND, GREY, INK, PAPER, Mark
from .rows import swatch
from .text import height, measure, plain, write

Floats = npt.NDArray[np.float64]

_AIR: Final = 0.05  # inches between a level and the number above or below it
_TOKEN: Final = 0.1  # ... for the mark before a difference


def draw_gap(ax: Axes, one: Floats, other: Floats) -> None:
    """Shade what lies between two series, step by step."""
    for i, ends in enumerate(zip(one, other, strict=True)):
        if np.isfinite(ends).all():
            ax.fill_between([i, i + 1], *ends, facecolor=BAND, edgecolor="none", linewidth=0, zorder=0.8, gid="gap")


def draw_steps(ax: Axes, table: pd.DataFrame, mark: Mark, shift: float) -> None:
    """Draw levels, the rises between them, and a point with its interval on each level, `shift` off its middle."""
    values = table["value"].to_numpy()
    bottom, top = ax.get_ylim()
    for i, (value, low, high) in enumerate(table[["value", "low", "high"]].to_numpy()):
        if not np.isfinite(value):
            continue
        ax.hlines(value, i, i + 1, color=mark.colour, linewidth=2.2, zorder=2, gid="level")
        if not np.isnan(low) and not np.isnan(high):
            ends = np.clip([low, high], bottom, top)
            ax.vlines(i + 0.5 + shift, *ends, color=INK, linewidth=1.2, zorder=2.5, gid="interval")
        point: dict[str, Any] = {"marker": mark.shape, "markersize": mark.size, "color": mark.colour}
        ax.plot(
            [i + 0.5 + shift], [value], linestyle="none", markeredgecolor=PAPER, markeredgewidth=0.8, zorder=3, **point
        )
        ax.lines[-1].set_gid("point")
    for i, (here, there) in enumerate(pairwise(values)):
        if np.isfinite(here) and np.isfinite(there):
            ax.vlines(i + 1, here, there, color=mark.colour, linewidth=2.2, zorder=2, gid="rise")


def draw_heights(
    ax: Axes,
    values: Sequence[Floats],
    upper: int,
    number: Number,
    absent: str,
    inch: float,
    slot: float,
) -> None:
    """Write the value of each level right of its point: above the upper series, below the lower one."""
    bottom = ax.get_ylim()[0]
    for i, step in enumerate(zip(*values, strict=True)):
        known = [k for k, v in enumerate(step) if np.isfinite(v)]
        first = max(known, key=lambda k: (step[k], k == upper), default=0)
        for k in known:
            sign = 1 if k == first else -1
            y = step[k] + sign * _AIR * inch
            text, va = plain(number(step[k]), 20), "bottom" if sign > 0 else "top"
            write(
                ax, i + 0.5 + (shifts(len(values))[k] + 0.06) / slot, y, text, colour=INK, va=va, zorder=4, gid="value"
            )
        if len(known) < len(step):
            write(ax, i + 0.5, bottom + 0.04 * inch, absent, colour=GREY, ha="center", va="bottom", gid="missing")


def crossing(values: Sequence[Floats]) -> bool:
    """Whether one of two series is the higher one on some steps and the other on others."""
    return len(values) > 1 and bool((values[0] > values[1]).any() and (values[0] < values[1]).any())


def shifts(series: int) -> list[float]:
    """Inches between the middle of a step and the points on it, so that their intervals are told apart."""
    return [0.0] if series == 1 else [-0.06, 0.06]


def lift_of(values: Sequence[Floats], number: Number, rises: Number, slot: float) -> float:
    """How much farther out differences stand so that values beside them keep their room."""
    known = np.concatenate(values)
    known = known[np.isfinite(known)]
    steps = np.concatenate([np.diff(v) for v in values])
    texts = [plain(rises(float(v)), 20) for v in steps[np.isfinite(steps)]]
    wide = max((measure(plain(number(float(v)), 20)) for v in known), default=0.0)
    need = (
        0.06
        + wide
        + 0.04
        + (_TOKEN + 0.06 if crossing(values) else 0.0)
        + max((measure(t, weight="bold") for t in texts), default=0.0) / 2
    )
    return height("0") if need > slot / 2 else 0.0


def draw_rises(
    ax: Axes, values: Sequence[Floats], marks: Sequence[Mark], upper: int, number: Number, inch: float, lift: float
) -> None:
    """Write the difference between neighbouring steps over the edge, outside of both series.

    Where the series cross, the mark of its own stands before each difference.
    """
    told = not crossing(values)
    for i in range(len(values[0]) - 1):
        around = np.concatenate([v[i : i + 2] for v in values])
        for k, series in enumerate(values):
            here, there = series[i], series[i + 1]
            if not (np.isfinite(here) and np.isfinite(there)):
                continue
            sign = 1 if k == upper else -1
            y = (np.nanmax(around) if sign > 0 else np.nanmin(around)) + sign * (_AIR + lift) * inch
            text, va = plain(number(there - here), 20), "bottom" if sign > 0 else "top"
            where = corner(ax, (i + 1) / len(series), 0)
            up = (y - ax.get_ylim()[0]) / inch
            style: dict[str, Any] = {"colour": GREY, "ha": "center", "va": va, "fontweight": "bold", "transform": where}
            write(ax, 0.0 if told else _TOKEN / 2, up, text, zorder=4, gid="difference", **style)
            if not told:
                x = -measure(text, weight="bold") / 2 - 0.02
                token = replace(marks[k], size=0.62 * marks[k].size)
                swatch(ax, x, up + sign * 0.068, token, transform=where, zorder=4)
