"""Ordered steps as the levels of a staircase, for one series or for two and the gap between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault, listing

from .axes import under, value_axis
from .columns import Count, Number, labelled, require, unique
from .layout import area, corner, place
from .marks import span
from .palette import GREY, INK, INSIDE, OUTSIDE, SMALL
from .rows import counted, draw_key, flow
from .steps import draw_gap, draw_heights, draw_rises, draw_steps, lift_of, shifts
from .text import LITERAL, height, measure, plain, wrap, write
from .theme import house, style

_NUMERIC: Final = ("value", "low", "high", "n")
_BODY: Final = 2.9  # height of the panel


@house
def staircase(
    frame: pd.DataFrame,
    *,
    step_labels: Mapping[Any, str],
    value_label: str,
    number: Number,
    series_labels: Mapping[Any, str] | None = None,
    title: str,
    subtitle: str,
    limits: tuple[float, float] | None = None,
    difference_number: Number | None = None,
    n_label: str = "n",
    count: Count = str,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw ordered steps as levels with their intervals, and say how far it is from each to the next.

    Steps stand from left to right in the order in which they appear in the
    frame.  Of two series the first is drawn with circles, the second with
    diamonds; the gap between them is shaded.

    Parameters
    ----------
    frame : DataFrame
        One row per step, or per step and series, with the columns

        - ``step``: key of the step,
        - ``value``, ``low``, ``high``: NaN where suppressed or unknown; an
          infinite end runs to the edge,
        - ``series`` (optional): key of the series, at most two,
        - ``n`` (optional): number of cases, under the name of the step.
    step_labels : mapping of str
        Text per key, under the step.
    value_label : str
        What stands on the axis, with the unit; above the panel.
    number : callable
        Writes a value, e.g. with a decimal comma.
    series_labels : mapping of str, optional
        Text per series; without it the key itself.
    title, subtitle : str
        The finding, and what is shown.
    limits : tuple of float, optional
        Ends of the axis, e.g. those of the scale.
    difference_number : callable, optional
        Writes differences between neighbouring steps, e.g. with a sign.
    n_label : str
        Stands before numbers of cases.
    count : callable
        Writes a number of cases.
    missing_label : str
        Stands where a value is suppressed.
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
    >>> frame = pd.DataFrame({"step": ["a", "b"], "value": [3.1, 3.6], "low": [2.9, 3.4], "high": [3.3, 3.8]})
    >>> figure, ax = new_figure()
    >>> ax is staircase(frame, step_labels={"a": "Known", "b": "Lived"}, value_label="Mean",
    ...                 number="{:.1f}".format, difference_number="{:+.1f}".format,
    ...                 title="More is lived than known", subtitle="", ax=ax)
    True
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "difference"]
    ['+0.5']
    """
    ready = require(frame, ["step", "value", "low", "high"], numeric=_NUMERIC)
    ready = ready.assign(series=ready.get("series", ""))
    unique(ready, ["step", "series"])
    labelled(step_labels, ready["step"], "step_labels")
    keys, series = list(ready["step"].unique()), list(ready["series"].unique())
    names = series_labels or {s: str(s) for s in series}
    if "series" in frame:
        labelled(names, series, "series_labels")
    if len(series) > 2:
        raise ArgumentError(
            Fault(code="charts.too-many", what="A staircase shows one series or two.", given=listing(series))
        )
    marks = (INSIDE, OUTSIDE)[: len(series)]
    tables = [ready[ready["series"] == s].set_index("step").reindex(keys) for s in series]
    ys = span(ready[["value", "low", "high"]].to_numpy().ravel(), limits)
    absent = plain(missing_label, 20)

    room = area(ax)
    name = wrap(value_label, room.width, lines=3)
    left = max(measure(plain(number(v), 24)) for v in ys) + 0.12
    slot = max(room.width - left, 0.4) / len(keys)
    shown, turned = under([step_labels[k] for k in keys], slot, hyphenate=0.6)
    cases = _cases(tables, plain(n_label, 12), count, absent) if "n" in ready else []
    cases = [wrap(text, max(0.96 * slot, 0.3), lines=3) for text in cases]
    key = flow([(names[s], m) for s, m in zip(series, marks, strict=True)] if "series" in frame else [], room.width)
    foot = max(measure(t) if turned else height(t) for t in shown)
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=_BODY,
        left=left,
        above=key.height + height(name) + 0.14,
        below=0.1 + foot + (max(map(height, cases)) + 0.04 if cases else 0.0),
    )
    slot = wide / len(keys)

    style(ax, "y")
    ax.set_xlim(0, len(keys))
    values = [t["value"].to_numpy() for t in tables]
    rises = difference_number or number
    lift = lift_of(values, number, rises, slot)
    room_above = 0.2 + lift  # for numbers outside the levels
    room_below = room_above if len(series) > 1 else 0.08
    unit = (ys[1] - ys[0]) / max(tall - room_above - room_below, 0.1)
    ax.set_ylim(ys[0] - room_below * unit, ys[1] + room_above * unit)
    value_axis(ax.yaxis, *(limits or ys), number, tall, most=5)
    for label in ax.get_yticklabels():
        label.set(va="center")
    middles = np.arange(len(keys)) + 0.5
    ax.set_xticks(middles, shown, rotation=90 if turned else 0, fontsize=SMALL, color=INK, **LITERAL)
    ax.tick_params(axis="x", pad=5)
    above = corner(ax, 0, 1)
    draw_key(ax, key, -left, key.height + height(name) + 0.14)
    write(ax, -left, 0.08, name, colour=GREY, va="bottom", transform=above, gid="value-label")
    for x, text, step in zip(middles, cases, shown, strict=False):
        where = corner(ax, x / len(keys), 0)
        write(
            ax,
            0,
            -0.1 - (foot if turned else height(step)),
            text,
            colour=GREY,
            ha="center",
            va="top",
            transform=where,
            gid="n",
        )

    if len(series) > 1:
        draw_gap(ax, *values)
    upper = _upper(values)
    for table, mark, shift in zip(tables, marks, shifts(len(series)), strict=True):
        draw_steps(ax, table, mark, shift / slot)
    draw_heights(ax, values, upper, number, absent, unit, slot)
    draw_rises(ax, values, marks, upper, rises, unit, lift)
    return ax


def _upper(values: list[np.ndarray[Any, Any]]) -> int:
    """Which of two series is the higher one on the whole."""
    if len(values) == 1:
        return 0
    both = np.isfinite(values[0]) & np.isfinite(values[1])
    return 0 if not both.any() or values[0][both].mean() >= values[1][both].mean() else 1


def _cases(tables: list[pd.DataFrame], label: str, count: Count, absent: str) -> list[str]:
    """Numbers of cases per step; one where both series have the same."""
    columns = [counted(list(table["n"]), count, absent) for table in tables]
    told = [list(dict.fromkeys(step)) for step in zip(*columns, strict=True)]
    return [absent if step == [absent] else f"{label} = {' / '.join(step)}" for step in told]
