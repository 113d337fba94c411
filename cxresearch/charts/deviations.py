"""Parts of the pictures of personas: distances from an average, its line, and what either side means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from .axes import value_axis
from .columns import Number
from .layout import beside, corner
from .marks import interval
from .palette import GREY, GRID, INK, LINK, PAPER, SMALL, Mark
from .rows import Rows
from .text import LITERAL, height, measure, plain, wrap, write

_AIR: Final = 0.06  # share of the axis beyond the farthest value


def reach_of(values: npt.ArrayLike, limits: tuple[float, float] | None) -> tuple[float, float]:
    """Ends of an axis with zero in the middle, or the limits.

    Examples
    --------
    >>> reach_of([0.5, -1.0, float("nan"), float("inf")], None), reach_of([0.5], (-2, 2))
    ((-1.06, 1.06), (-2.0, 2.0))
    """
    if limits is not None:
        return float(limits[0]), float(limits[1])
    known = np.abs(np.asarray(values, dtype=float))
    reach = float(known[np.isfinite(known)].max(initial=0.0)) * (1 + _AIR) or 1.0
    return -round(reach, 12), round(reach, 12)


def includes_average(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Rows that cannot be told from the average: as they are marked, or by their interval.

    Examples
    --------
    >>> includes_average(pd.DataFrame({"low": [0.1, -0.1, None], "high": [0.3, 0.3, 0.2]})).tolist()
    [False, True, True]
    """
    low, high = frame["low"].to_numpy(dtype=float), frame["high"].to_numpy(dtype=float)
    within: npt.NDArray[np.bool_] = ~((low > 0) | (high < 0)) | np.isnan(low) | np.isnan(high)
    if "hollow" not in frame:
        return within
    marked = frame["hollow"].astype("boolean")
    told: npt.NDArray[np.bool_] = marked.isna().to_numpy(dtype=bool)
    return np.where(told, within, marked.to_numpy(dtype=bool, na_value=False))


def ticks_apart(ax: Axes, low: float, high: float, number: Number, wide: float, *, most: int = 6) -> None:
    """Set round ticks between two values that do not touch in a panel of this width; if need be the outer two."""
    left, right = ax.get_xlim()
    for bins in range(most, 1, -1):
        ticks = value_axis(ax.xaxis, low, high, number, wide, most=bins)
        outer = [ticks[0], ticks[-1]] if bins == 2 and len(ticks) > 2 else ticks
        texts = [plain(number(v), 24) for v in outer]
        ax.set_xticks(outer, texts, fontsize=SMALL, color=GREY, **LITERAL)
        step = (outer[1] - outer[0]) / (right - left) * wide if len(outer) > 1 else 0.0
        if step >= max(map(measure, texts), default=0.0) + 0.05:
            return
    ax.set_xticks([0.0], [plain(number(0.0), 24)], fontsize=SMALL, color=GREY, **LITERAL)


def draw_average(ax: Axes) -> None:
    """Draw the line at zero."""
    ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5, gid="average")


def draw_deviations(
    ax: Axes, frame: pd.DataFrame, centres: Sequence[float], mark: Mark, missing: str, *, stem: bool = False
) -> list[bool]:
    """Draw a point with its interval per row; return which of them are told from the average.

    `stem`: a pale bar leads from the average to each point, and `missing` is left to the text beside it.
    """
    hollow = includes_average(frame)
    known = np.isfinite(frame["value"])
    low, high = ax.get_xlim()
    for y, row, empty in zip(centres, frame[["value", "low", "high"]].to_numpy(dtype=float), hollow, strict=True):
        value = row[0]
        if not np.isfinite(value):
            if not stem:
                ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 2.0}
                write(ax, 0, y, missing, colour=GREY, ha="center", gid="missing", bbox=ground, zorder=2)
            continue
        if stem:
            ax.hlines(y, 0, np.clip(value, low, high), color=LINK, linewidth=3.2, alpha=0.6, zorder=1.8, gid="stem")
        interval(ax, y, float(np.clip(value, low, high)), row[1], row[2], mark, hollow=bool(empty))
    return [bool(k) and not bool(e) for k, e in zip(known, hollow, strict=True)]


def sides_height(average: str, sides: tuple[str, str], wide: float) -> float:
    """Room above the panel for the names of the average and of its sides."""
    lower, higher = _sides(sides, wide)
    return max(height(lower), height(higher)) + height(wrap(average, wide, lines=2)) + 0.1


def draw_sides(ax: Axes, average: str, sides: tuple[str, str], wide: float) -> None:
    """Name both sides at the edges of the panel, and over them the average at its line."""
    lower, higher = _sides(sides, wide)
    where = corner(ax, 0, 1)
    write(ax, 0, 0.05, lower, colour=GREY, va="bottom", transform=where, gid="side")
    write(ax, wide, 0.05, higher, colour=GREY, ha="right", va="bottom", transform=where, gid="side")
    name = wrap(average, wide, lines=2)
    low, high = ax.get_xlim()
    half = measure(name) / 2
    x = max(min(-low / (high - low) * wide, wide - half), half)
    y = 0.05 + max(height(lower), height(higher))
    write(ax, x, y, name, colour=INK, ha="center", va="bottom", transform=where, gid="average")


def long_guides(ax: Axes, rows: Rows, wide: float) -> None:
    """Lead the eye from each label through all panels."""
    where = beside(ax, 0)
    ax.hlines(rows.centres, 0, wide, transform=where, color=GRID, linewidth=0.7, clip_on=False, zorder=0.3)


def _sides(sides: tuple[str, str], wide: float) -> tuple[str, str]:
    lower, higher = sides
    most = max(wide / 2 - 0.08, 0.3)
    return (
        wrap(f"←\u00a0{lower}", most, lines=4) if lower else "",
        wrap(f"{higher}\u00a0→", most, lines=4) if higher else "",
    )
