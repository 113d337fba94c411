"""The bars of the Likert chart: segments with their numbers, and shares outside the base."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .columns import Number
from .layout import corner
from .palette import GREY, PAPER, RULE, ink_on
from .rows import Rows
from .text import measure, plain, write
from .theme import style

LEAST_SHARE: Final = 0.06  # narrower segments stay without a number
THICK: Final = 0.25  # of a bar, in inches


def draw_segments(
    ax: Axes,
    rows: Rows,
    starts: pd.DataFrame,
    shares: pd.DataFrame,
    colours: list[str],
    number: Number,
    inch: float,
) -> None:
    """Draw all bars, also empty ones, and numbers where a segment has room for them.

    Where not all numbers fit, all of them go without their percent sign: the axis keeps it.
    """
    places = []
    for i, colour in enumerate(colours):
        x, wide = starts.iloc[:, i].fillna(0.0), shares.iloc[:, i].fillna(0.0)
        line = 0.7 * (wide > 0)
        ax.barh(rows.centres, wide, THICK, x, color=colour, edgecolor=PAPER, linewidth=line, zorder=2)
        places += [
            (begin + share / 2, y, plain(number(share), 16), share * inch - 0.02, ink_on(colour))
            for y, begin, share in zip(rows.centres, x, wide, strict=True)
            if share >= LEAST_SHARE
        ]
    bare = any(measure(text) > room for _, _, text, room, _ in places)
    for x_middle, y, text, room, ink in places:
        shown = text.rstrip("%\u00a0\u202f\u2009 ") if bare else text
        if measure(shown) <= room:
            write(ax, x_middle, y, shown, colour=ink, ha="center", zorder=5, gid="share")


def draw_outside(ax: Axes, rows: Rows, shares: pd.Series, texts: list[str], head: str) -> None:
    """Draw the shares that are not part of the base, as outlines."""
    style(ax)
    ax.grid(False)
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(labelleft=False, labelbottom=False)
    longest = max(float(shares.max()), 0.25) if shares.notna().any() else 1.0
    ax.set_xlim(0, longest)
    known = shares.notna().to_numpy()
    there = np.asarray(rows.centres)[known]
    ax.barh(there, shares[known], 0.6 * THICK, facecolor=PAPER, edgecolor=RULE, linewidth=0.9, zorder=2)
    for y, share, text in zip(rows.centres, shares.fillna(0.0), texts, strict=True):
        write(ax, share + 0.07 * longest, y, text, colour=GREY, gid="outside")
    write(ax, 0, 0.05, head, colour=GREY, va="bottom", transform=corner(ax, 0, 1), gid="outside-head")
