"""Marks that several charts draw: intervals, bands and their names, and the span of an axis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from .layout import corner
from .palette import BAND, GREY, INK, PAPER, RULE, Mark
from .text import height, measure, wrap, write


def interval(
    ax: Axes,
    y: float,
    value: float,
    low: float,
    high: float,
    mark: Mark,
    *,
    hollow: bool = False,
    text: str = "",
) -> None:
    """Draw one value with its interval; an end that is infinite runs to the edge of the panel."""
    left, right = ax.get_xlim()
    if not np.isnan(low) and not np.isnan(high):
        ends = np.clip([low, high], left, right)
        ax.hlines(y, *ends, color=mark.colour, linewidth=1.6, zorder=2.5, gid="interval")
    ax.plot(
        [value],
        [y],
        linestyle="none",
        marker=mark.shape,
        markersize=mark.size,
        markerfacecolor=PAPER if hollow else mark.colour,
        markeredgecolor=mark.colour,
        markeredgewidth=1.4,
        clip_on=False,
        zorder=3,
        gid="hollow" if hollow else "point",
    )
    if text:
        write(ax, value, y - 0.06, text, colour=INK, ha="center", va="bottom", zorder=4, gid="value")


def band(ax: Axes, low: float, high: float) -> None:
    """Shade a range of values, with thin edges so that it is seen in greyscale."""
    ax.axvspan(low, high, facecolor=BAND, edgecolor="none", zorder=0.2, gid="band")
    ax.axvline(low, color=RULE, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0.4)
    ax.axvline(high, color=RULE, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0.4)


def span(values: npt.ArrayLike, limits: tuple[float, float] | None) -> tuple[float, float]:
    """Ends of an axis: the limits or the finite values, with a little air.

    Examples
    --------
    >>> span([1.0, 3.0, float("inf")], None)
    (0.9, 3.1)
    >>> span([2.0], (1, 5))
    (0.88, 5.12)
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if limits is not None:
        low, high, air = float(limits[0]), float(limits[1]), 0.03
    elif known.size:
        low, high, air = float(known.min()), float(known.max()), 0.05
    else:
        low, high, air = 0.0, 1.0, 0.0
    if low == high:
        low, high = low - 0.5, high + 0.5
    pad = air * (high - low)
    return round(low - pad, 12), round(high + pad, 12)


def notes_of(
    reference: float | None,
    reference_label: str,
    band: tuple[float, float] | None,
    band_label: str,
    wide: float,
) -> list[tuple[str, float]]:
    """Names of line and band with the value they belong to, from bottom to top."""
    wished = []
    if reference is not None:
        wished.append((reference_label, reference))
    if band is not None:
        wished.append((band_label, (band[0] + band[1]) / 2))
    return [(wrap(text, wide, lines=2), at) for text, at in wished if text]


def draw_notes(ax: Axes, notes: list[tuple[str, float]], wide: float) -> None:
    """Write the names above the panel, each as near to its value as the room allows."""
    low, high = ax.get_xlim()
    y = 0.05
    for text, at in notes:
        x = (at - low) / (high - low) * wide - measure(text) / 2
        x = max(min(x, wide - measure(text)), 0.0)
        write(ax, x, y, text, colour=GREY, va="bottom", transform=corner(ax, 0, 1), gid="note")
        y += height(text)
