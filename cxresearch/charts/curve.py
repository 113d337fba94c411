"""Lines over a measured axis with their bands, or points over waves with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault, listing

from .axes import axis_label, below_axis, value_axis
from .columns import Number, labelled, require, unique
from .layout import area, corner, place
from .lines import LEAD, REFERENCE, SAMPLE, STROKES, Stroke, draw_ends, draw_line, draw_mark, name_every, tall_of
from .marks import draw_notes, notes_of, span
from .palette import GREY, INK
from .text import height, measure, plain, wrap, write
from .theme import house, style

_BODY: Final = 2.9  # height of the panel
_NAME: Final = 1.6  # widest name
_DODGE: Final = 0.09  # inches between points of two series at the same x


@house
def curve(
    frame: pd.DataFrame,
    *,
    series_labels: Mapping[Any, str],
    x_label: str,
    y_label: str,
    number: Number,
    x_number: Number,
    title: str,
    subtitle: str,
    reference: float | None = None,
    reference_label: str = "",
    vertical: float | None = None,
    vertical_label: str = "",
    limits: tuple[float, float] | None = None,
    y_limits: tuple[float, float] | None = None,
    markers: bool = False,
    marked: pd.DataFrame | None = None,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw lines with bands over a measured axis, each named at its right end.

    Series stand in the order in which they appear in the frame.

    Parameters
    ----------
    frame : DataFrame
        One row per point, with the columns

        - ``series``: key of the line, at most five,
        - ``x``, ``y``: y is NaN where suppressed; the line is broken there,
        - ``low``, ``high`` (optional): the band or, with `markers`, the
          interval; an infinite end runs to the edge.
    series_labels : mapping of str
        Text per key.
    x_label, y_label : str
        What stands on the axes, with the unit; the second one above the panel.
    number, x_number : callable
        Write values on the y axis and on the x axis.
    title, subtitle : str
        The finding, and what is shown.
    reference, vertical : float, optional
        Where a horizontal and a vertical line are drawn.
    reference_label, vertical_label : str
        Their names, at the right edge and above the panel.
    limits, y_limits : tuple of float, optional
        Ends of the x axis and of the y axis.
    markers : bool
        Draw every point with its interval, and name every x on its axis: for
        waves and other values that are few.
    marked : DataFrame, optional
        Points that stand out on their lines, with the columns ``series``, ``x``, ``y``.
    missing_label : str
        Stands at the foot of the panel where a point is suppressed (with
        `markers`), and after the name of a series that is suppressed as a whole.
    ax : Axes
        Where to draw.

    Returns
    -------
    Axes
        `ax`.

    Raises
    ------
    ArgumentError
        ``charts.missing-column``, ``charts.empty-frame``, ``charts.not-numeric``,
        ``charts.missing-label``, ``charts.duplicate-row``, ``charts.too-many``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"series": "a", "x": [20, 50, 80], "y": [0.3, 0.6, 0.8]})
    >>> figure, ax = new_figure()
    >>> ax is curve(frame, series_labels={"a": "d = 0.5"}, x_label="n per group", y_label="Power",
    ...             number="{:.1f}".format, x_number="{:.0f}".format, title="80 per group are enough",
    ...             subtitle="", reference=0.8, reference_label="wanted", y_limits=(0, 1), ax=ax)
    True
    """
    ready = require(frame, ["series", "x", "y"], numeric=["x", "y", "low", "high"])
    unique(ready, ["series", "x"])
    labelled(series_labels, ready["series"], "series_labels")
    keys = list(ready["series"].unique())
    if len(keys) > len(STROKES):
        raise ArgumentError(
            Fault(
                code="charts.too-many",
                what=f"More than {len(STROKES)} lines cannot be told apart.",
                given=listing(keys),
                do="Draw fewer series, or one chart per series.",
            )
        )
    ready = ready.reindex(columns=[*ready.columns, *(c for c in ("low", "high") if c not in ready)])
    parts = [ready[ready["series"] == k].sort_values("x", kind="stable") for k in keys]
    known = np.array([*ready["x"], *([] if vertical is None else [vertical])])
    known = known[np.isfinite(known)]
    xs = span(known, limits or (None if markers or not known.size else (float(known.min()), float(known.max()))))
    ys = span([*ready[["y", "low", "high"]].to_numpy().ravel(), *([] if reference is None else [reference])], y_limits)

    room = area(ax)
    absent = plain(missing_label, 12)
    most = min(_NAME, 0.26 * room.width)
    names = [
        wrap(series_labels[k] if p["y"].notna().any() else f"{series_labels[k]} {absent}", most)
        for k, p in zip(keys, parts, strict=True)
    ]
    strokes: list[Stroke] = list(STROKES[: len(keys)])
    if reference is not None and reference_label:
        names, strokes = [*names, wrap(reference_label, most)], [*strokes, REFERENCE]
    name = wrap(y_label, room.width, lines=3)
    left = max(measure(plain(number(v), 24)) for v in ys) + 0.1
    right = LEAD + SAMPLE + 0.07 + max(map(measure, names))
    wide = max(room.width - left - right, 0.4)
    notes = notes_of(vertical, vertical_label, None, "", wide)
    notes_high = sum(height(t) for t, _ in notes) + (0.06 if notes else 0.0)
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=max(_BODY, sum(tall_of(names))),
        left=left,
        right=right,
        above=height(name) + notes_high + 0.12,
        below=below_axis(x_label, wide),
    )

    style(ax, "y")
    ax.set_xlim(*xs)
    ax.set_ylim(*ys)
    value_axis(ax.yaxis, *(y_limits or ys), number, tall, most=5)
    for label in ax.get_yticklabels():
        label.set(va="center")
    if not (markers and name_every(ax, ready["x"], x_number, wide)):
        value_axis(ax.xaxis, *(limits or xs), x_number, wide)
    axis_label(ax, x_label, wide)
    write(ax, -left, notes_high + 0.08, name, colour=GREY, va="bottom", transform=corner(ax, 0, 1), gid="y-label")
    draw_notes(ax, notes, wide)
    if vertical is not None:
        ax.axvline(vertical, color=INK, linewidth=0.9, zorder=1.5, gid="vertical")
    if reference is not None:
        ax.axhline(reference, color=REFERENCE.colour, linewidth=REFERENCE.width, zorder=1.5, gid="reference")
    ends = []
    for i, (part, stroke) in enumerate(zip(parts, strokes, strict=False)):
        shift = (i - (len(keys) - 1) / 2) * _DODGE * (xs[1] - xs[0]) / wide if markers else 0.0
        draw_line(ax, part.assign(x=part["x"] + shift), stroke, markers)
        told = part[np.isfinite(part["y"])]
        at = (told["x"].iloc[-1] + shift, told["y"].iloc[-1]) if len(told) else (xs[1], ys[0])
        x, y = (at[0] - xs[0]) / (xs[1] - xs[0]) * wide, (at[1] - ys[0]) / (ys[1] - ys[0]) * tall
        ends.append((float(np.clip(x, 0, wide)), float(np.clip(y, 0, tall))))
    if len(names) > len(keys) and reference is not None:
        ends.append((wide, (reference - ys[0]) / (ys[1] - ys[0]) * tall))
    draw_ends(ax, ends, names, strokes, tall)
    if marked is not None:
        shown = require(marked, ["series", "x", "y"], numeric=["x", "y"])
        labelled(dict.fromkeys(keys, ""), shown["series"], "marked")
        for key, x, y in zip(shown["series"], shown["x"].astype(float), shown["y"].astype(float), strict=True):
            draw_mark(ax, x, y, strokes[keys.index(key)])
    if markers:
        for x in ready.loc[ready["y"].isna(), "x"].unique():
            write(ax, x, ys[0] + 0.01 * (ys[1] - ys[0]), absent, colour=GREY, ha="center", va="bottom", gid="missing")
    return ax
