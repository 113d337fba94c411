"""Parts of the picture of criteria: their lines, the chosen number, values out of the panel, the row of p-values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from .columns import Number
from .layout import corner
from .lines import Stroke
from .palette import BAND, GREY, INK, PAPER, RULE, SMALL
from .text import measure, plain, write

FLOOR: Final = 0.06  # share of the panel below zero, for the lowest points
LINE: Final = SMALL * 1.25 / 72
_USUAL: Final = 3.0  # a panel shows rises of up to so many times the median
_WORTH: Final = 1.4  # ... unless the largest one is hardly larger
_ARROW: Final = "↑"
_DODGE: Final = 0.09  # most inches between points of criteria at the same number of groups


def top_of(rises: npt.ArrayLike, chosen: npt.ArrayLike) -> float:
    """Upper end of the axis: far rises run out of the panel, those of the chosen number never do.

    Examples
    --------
    >>> top_of([0, 10, 20, 40], [0])
    40.0
    >>> top_of([0, 10, 20, 30, 5000], [0])
    75.0
    >>> top_of([float("nan")], [])
    1.0
    """
    known = np.asarray(rises, dtype=float).ravel()
    known = known[np.isfinite(known) & (known > 0)]
    if not known.size:
        return 1.0
    usual = _USUAL * float(np.median(known))
    usual = max(usual, 1.15 * float(np.nan_to_num(np.asarray(chosen, dtype=float)).max(initial=0.0)))
    return usual if usual * _WORTH < known.max() else float(known.max())


def draw_chosen(ax: Axes, k: int) -> None:
    """Shade the chosen number, and write it bold on the axis."""
    ax.axvspan(k - 0.36, k + 0.36, facecolor=BAND, edgecolor="none", zorder=0.2, gid="chosen")
    for side in (k - 0.36, k + 0.36):
        ax.axvline(side, color=RULE, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0.4)
    for label, tick in zip(ax.get_xticklabels(), ax.get_xticks(), strict=True):
        if tick == k:
            label.set(color=INK, fontweight="bold")


def draw_reason(ax: Axes, reason: str, k: int | None, wide: float, y: float) -> None:
    """Write the reason above the panel, as near to the chosen number as the room allows."""
    low, high = ax.get_xlim()
    middle = 0.0 if k is None else (k - low) / (high - low) * wide
    x = max(min(middle, wide - measure(reason) / 2), measure(reason) / 2)
    where = corner(ax, 0, 1)
    write(ax, x, y, reason, colour=INK, ha="center", va="bottom", transform=where, gid="reason")


def dodges(criteria: int, slot: float) -> list[float]:
    """Inches between the middle of a number of groups and the points of each criterion.

    Examples
    --------
    >>> dodges(3, 2.0), dodges(1, 2.0)
    ([-0.09, 0.0, 0.09], [0.0])
    """
    step = min(_DODGE, 0.6 * slot / criteria)
    return [(i - (criteria - 1) / 2) * step for i in range(criteria)]


def draw_criterion(ax: Axes, rises: pd.Series, stroke: Stroke, shift: float) -> None:
    """Draw one criterion, `shift` inches beside the middle; its lowest point is filled, the others are hollow."""
    root = ax.get_figure(root=True)
    aside = ScaledTranslation(shift, 0, root.dpi_scale_trans)  # type: ignore[union-attr]
    where = ax.transData + aside
    more: dict[str, Any] = {"color": stroke.colour, "linestyle": stroke.dash, "linewidth": 0.8 * stroke.width}
    ax.plot(rises.index, rises, **more, transform=where, zorder=2.6, gid="line")
    lowest = rises == rises.min()
    for points, filled in ((rises[~lowest & (rises <= ax.get_ylim()[1])], False), (rises[lowest], True)):
        ax.plot(
            points.index,
            points,
            linestyle="none",
            marker=stroke.shape,
            markersize=7.0 if filled else 4.8,
            markerfacecolor=stroke.colour if filled else PAPER,
            markeredgecolor=PAPER if filled else stroke.colour,
            markeredgewidth=0.8 if filled else 1.2,
            transform=where,
            clip_on=False,
            zorder=3,
            gid="lowest" if filled else "point",
        )


def beyond(rises: pd.DataFrame, top: float, number: Number, slot: float) -> dict[int, str]:
    """Text per number of groups at which lines are out of the panel.

    Where all of them are, with the lowest of their values, if the room allows.
    """
    far = (rises > top).to_numpy()
    values = rises.to_numpy(dtype=float)
    texts: dict[int, str] = {}
    end = -np.inf
    for k, away, row in zip(rises.index.to_numpy(), far, values, strict=True):
        if not away.any():
            continue
        whole = bool((away | np.isnan(row)).all())
        text = f"{_ARROW} {plain(number(float(np.nanmin(row))), 20)}" if whole else _ARROW
        fits = measure(text) / 2 + measure(_ARROW) / 2 + 0.06 <= slot and k * slot - measure(text) / 2 > end + 0.06
        texts[int(k)] = text if fits else _ARROW
        end = k * slot + measure(texts[int(k)]) / 2
    return texts


def draw_beyond(ax: Axes, texts: Mapping[int, str]) -> None:
    """Write what is out of the panel over it."""
    low, high = ax.get_xlim()
    for k, text in texts.items():
        where = corner(ax, (k - low) / (high - low), 1)
        write(ax, 0, 0.02, text, colour=GREY, ha="center", va="bottom", transform=where, gid="beyond")


def p_texts(p_values: Mapping[int, float], ks: Sequence[int], number: Number, absent: str) -> dict[int, str]:
    """Ready texts of the p-values that belong to a number of groups of the picture."""
    found = {k: p_values[k] for k in ks if k in p_values}
    return {k: plain(number(p), 20) if np.isfinite(p) else absent for k, p in found.items()}


def levels(texts: Mapping[int, str], unit: float) -> dict[int, int]:
    """Line in which each text stands under the panel: the first one that has room; `unit` inches between two numbers.

    Examples
    --------
    >>> levels({2: "0.010", 3: "0.020", 4: "0.030"}, 0.2), levels({2: "0.010", 3: "0.020"}, 2.0)
    ({2: 0, 3: 1, 4: 2}, {2: 0, 3: 0})
    """
    ends: list[float] = []  # right end of each line
    found = {}
    for k, text in sorted(texts.items()):
        half = measure(text) / 2
        line = next((i for i, end in enumerate(ends) if end + 0.08 <= k * unit - half), len(ends))
        ends[line : line + 1] = [k * unit + half]
        found[k] = line
    return found


def draw_tests(ax: Axes, texts: Mapping[int, str], lines: Mapping[int, int], y: float) -> None:
    """Write p-values from `y` inches under the panel downwards, each under its number of groups."""
    low, high = ax.get_xlim()
    for k, text in texts.items():
        where = corner(ax, (k - low) / (high - low), 0)
        write(ax, 0, -y - lines[k] * LINE, text, ha="center", va="top", transform=where, gid="p")
