"""Names and common shares of bands of values, above their bars."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .columns import Number
from .layout import corner
from .text import measure, plain, wrap, write


def band_names(shares: pd.Series, bands: list[tuple[str, int]], slot: float, number: Number, missing: str) -> list[str]:
    """Name and common share of each band, as wide as its bars or its longest word."""
    names = []
    begin = 0
    for name, size in bands:
        total = shares.iloc[begin : begin + size].sum(skipna=False)
        widest = max(map(measure, plain(name, 60).split()), default=0.0)
        shown = wrap(name, max(size * slot - 0.1, min(widest, 1.6)), lines=3, most=60)
        names.append(f"{shown}\n{plain(number(total) if np.isfinite(total) else missing, 16)}")
        begin += size
    return names


def draw_bands(ax: Axes, bands: list[tuple[str, int]], names: list[str], colours: list[str], slot: float) -> None:
    """A line over the bars of each band; its name above, moved aside where the next one needs the room."""
    where = corner(ax, 0, 1)
    begin = sum(size for _, size in bands)
    limit = begin * slot
    for (_, size), name in zip(reversed(bands), reversed(names), strict=True):
        begin -= size
        ends = [(begin + 0.12) * slot, (begin + size - 0.12) * slot]
        wide = measure(name)
        x = max(min((begin + size / 2) * slot, limit - wide / 2), wide / 2)
        limit = x - wide / 2 - 0.12
        ax.plot(
            ends,
            [0.06, 0.06],
            transform=where,
            color=colours[begin],
            linewidth=2.5,
            clip_on=False,
            gid="band",
        )
        write(ax, x, 0.11, name, ha="center", va="bottom", transform=where, gid="band")
