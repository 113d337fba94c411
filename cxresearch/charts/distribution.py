"""How the answers to one question are spread."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault

from .axes import under
from .bands import band_names, draw_bands
from .columns import Number, require, unique
from .histogram import histogram
from .layout import area, place
from .palette import GREY, INK, LINK, OKABE_ITO, SMALL, likert_ramp
from .text import LITERAL, height, measure, plain, wrap, write
from .theme import house, style

_BODY: Final = 2.0  # height of the panel


@house
def distribution(
    frame: pd.DataFrame,
    *,
    value_label: str,
    number: Number,
    title: str,
    subtitle: str,
    ax: Axes,
    highlight: Any | Collection[Any] | None = None,
    missing_label: str = "–",
) -> Axes:
    """Draw the share of each value of a question as bars, in bands where there are any.

    Parameters
    ----------
    frame : DataFrame
        One row per value, in the order of the picture, with the columns

        - ``value``: key of the value,
        - ``label``: its text under the bar,
        - ``share``: 0..1, NaN where suppressed; all values of the scale, also empty ones,
        - ``low``, ``high`` (optional): interval of the share,
        - ``band`` (optional): ready name of the band a value belongs to
          ("Kritiker"); neighbours of the same band stand under one name with
          their common share.
        - ``n`` (optional): not drawn, allowed so that a table can be passed as it is.
    value_label : str
        What stands under the axis: the question, or the ends of the scale.
    number : callable
        Writes a share, e.g. 0.42 as "42 %".
    title, subtitle : str
        The finding, and what is shown.
    ax : Axes
        Where to draw.
    highlight : value or collection of values, optional
        Bars that keep a strong colour while the others turn pale; without bands only.
    missing_label : str
        Stands where a share is suppressed.

    Returns
    -------
    Axes
        `ax`.

    Raises
    ------
    ArgumentError
        ``charts.missing-column``, ``charts.empty-frame``, ``charts.not-numeric``,
        ``charts.duplicate-row``, ``charts.share-out-of-range``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"value": [0, 1, 2], "label": ["0", "1", "2"], "share": [0.2, 0.3, 0.5]})
    >>> figure, ax = new_figure()
    >>> ax is distribution(frame, value_label="Answer", number="{:.0%}".format, title="Half say two",
    ...                    subtitle="", ax=ax)
    True
    >>> [round(float(bar.get_height()), 2) for bar in ax.patches]
    [0.2, 0.3, 0.5]
    """
    ready = require(frame, ["value", "label", "share"], numeric=["share", "low", "high"])
    unique(ready, ["value"])
    _shares(ready["share"])
    bands = [(k, len(list(g))) for k, g in groupby(ready["band"])] if "band" in ready else []
    whiskers = ready[["low", "high"]].to_numpy() if {"low", "high"} <= set(ready) else np.full((len(ready), 2), np.nan)

    room = area(ax)
    slot = room.width / len(ready)
    shown, turned = under(list(ready["label"]), slot)
    names = band_names(ready["share"], bands, slot, number, missing_label)
    ticks = max(map(measure, shown)) if turned else max(map(height, shown))
    label = wrap(value_label, room.width, lines=4)
    _, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=_BODY,
        above=max(map(height, names), default=0.0) + (0.14 if names else 0.0),
        below=0.1 + ticks + (height(label) + 0.08 if label else 0.0),
    )

    style(ax, "y")
    ax.grid(False)
    x = np.arange(len(ready))
    tops = np.fmax(ready["share"].fillna(0.0).to_numpy(), np.nan_to_num(whiskers[:, 1]))
    high = max(float(tops.max()), 0.01) * (1 + 0.24 / tall)
    ax.set_ylim(0, high)
    ax.set_xlim(-0.5, len(ready) - 0.5)
    colours = _colours(ready, bands, highlight)
    ax.bar(x, ready["share"].fillna(0.0), 0.76, color=colours, edgecolor="none", zorder=2)
    known = np.isfinite(whiskers).all(axis=1)
    ax.vlines(x[known], *whiskers[known].T, color=INK, linewidth=1.1, zorder=3, gid="interval")
    for at, top, share in zip(range(len(ready)), tops, ready["share"], strict=True):
        text = plain(number(share) if np.isfinite(share) else missing_label, 16)
        if measure(text) <= slot * 1.05:
            write(ax, at, top + 0.02 * high, text, ha="center", va="bottom", gid="share")
    ax.set_yticks([])
    ax.set_xticks(x, shown, rotation=90 if turned else 0, fontsize=SMALL, color=INK, **LITERAL)
    ax.set_xlabel(label, loc="left", labelpad=4, color=GREY, fontsize=SMALL, **LITERAL)
    draw_bands(ax, bands, names, colours, slot)
    return ax


def _shares(shares: pd.Series) -> None:
    wrong = shares[(shares < 0) | (shares > 1 + 1e-9)]
    if not wrong.empty:
        raise ArgumentError(
            Fault(
                code="charts.share-out-of-range",
                what="A share is not between 0 and 1.",
                given=float(wrong.iloc[0]),
                do="Pass shares, not percentages.",
            )
        )


def _colours(frame: pd.DataFrame, bands: list[tuple[str, int]], highlight: Any) -> list[str]:
    """One colour per bar: a diverging ramp over the bands, or strong and pale."""
    if bands:
        half = len(bands) // 2
        ramp = likert_ramp(half, half, neutral=len(bands) % 2 == 1)
        return [colour for colour, (_, size) in zip(ramp, bands, strict=True) for _ in range(size)]
    several = isinstance(highlight, (list, tuple, set, frozenset, range, np.ndarray, pd.Index))
    chosen = set(highlight if several else [highlight])
    strong = OKABE_ITO["blue"]
    return [strong if highlight is None or v in chosen else LINK for v in frame["value"]]


__all__ = ["distribution", "histogram"]
