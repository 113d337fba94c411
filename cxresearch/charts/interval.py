"""Values with their intervals, one row each, also for several groups per row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .axes import axis_label, below_axis, value_axis
from .columns import Count, Number, labelled, require, unique
from .layout import area, place
from .marks import band as shade
from .marks import draw_notes, interval, notes_of, span
from .palette import GROUPS, INK, SMALL
from .rows import GAP, Rows, column, counted, draw_key, draw_rows, flow, guides, stack
from .text import height, measure, plain
from .theme import house, style

_NUMERIC: Final = ("value", "low", "high")
_LABELS: Final = 2.1
_LANE: Final = 0.21  # height of one group within a row


@house
def intervals(
    frame: pd.DataFrame,
    *,
    row_labels: Mapping[Any, str],
    value_label: str,
    number: Number,
    reference: float | None = None,
    reference_label: str = "",
    band: tuple[float, float] | None = None,
    band_label: str | None = None,
    title: str,
    subtitle: str,
    limits: tuple[float, float] | None = None,
    group_labels: Mapping[Any, str] | None = None,
    n_label: str = "n",
    count: Count = str,
    missing_label: str = "–",
    tick_number: Number | None = None,
    ax: Axes,
) -> Axes:
    """Draw a point with its interval per row, or per row and group.

    Rows and groups stand in the order in which they appear in the frame.

    Parameters
    ----------
    frame : DataFrame
        One row per point, with the columns

        - ``row``: key of the row,
        - ``value``, ``low``, ``high``: NaN where suppressed or unknown; an
          infinite end runs to the edge,
        - ``n`` (optional): number of cases, at the right edge,
        - ``group`` (optional): key of the group; each has its shape and colour,
        - ``hollow`` (optional): true where the point is not decided.
    row_labels : mapping of str
        Text per key.
    value_label : str
        What stands on the axis, with the unit.
    number : callable
        Writes a value, e.g. with a decimal comma.
    reference : float, optional
        Where a line is drawn, e.g. the average.
    reference_label, band_label : str, optional
        Names of line and band, above the panel.
    band : tuple of float, optional
        Ends of a shaded range.
    title, subtitle : str
        The finding, and what is shown.
    limits : tuple of float, optional
        Ends of the axis, e.g. those of the scale.
    group_labels : mapping of str, optional
        Text per group; without it the key itself.
    n_label : str
        Head of the column of numbers of cases.
    count : callable
        Writes a number of cases.
    missing_label : str
        Stands where a value is suppressed or missing.
    tick_number : callable, optional
        Writes the ticks, where that should differ from `number`.
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
        ``charts.missing-label``, ``charts.duplicate-row``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"row": ["a", "b"], "value": [3.1, 4.0], "low": [2.8, 3.9], "high": [3.4, 4.1]})
    >>> figure, ax = new_figure()
    >>> ax is intervals(frame, row_labels={"a": "Speed", "b": "Tone"}, value_label="Mean",
    ...                 number="{:.1f}".format, title="Tone beats speed", subtitle="", limits=(1, 5), ax=ax)
    True
    """
    numeric = [*_NUMERIC, "n"]
    ready = require(frame, ["row", *_NUMERIC], numeric=numeric)
    grouped = "group" in ready
    unique(ready, ["row", "group"] if grouped else ["row"])
    labelled(row_labels, ready["row"], "row_labels")
    groups = list(ready["group"].unique()) if grouped else [None]
    names = group_labels or {g: str(g) for g in groups}
    if grouped:
        labelled(names, groups, "group_labels")
    keys = list(ready["row"].unique())

    room = area(ax)
    need = len(groups) * _LANE + 0.14
    rows = stack([row_labels[r] for r in keys], width=min(_LABELS, 0.36 * room.width), needs=[need] * len(keys))
    lanes = _lanes(ready, rows, keys, groups)
    texts = [plain(number(v), 20) if np.isfinite(v) else plain(missing_label, 12) for v in ready["value"]]
    numbers = counted(list(ready["n"]), count, plain(missing_label, 12)) if "n" in ready else []
    n_head = plain(n_label, 12)
    n_width = max(map(measure, [n_head, *numbers])) + GAP if numbers else 0.0
    left = rows.label_width + GAP
    right = GAP + max(map(measure, texts)) + n_width
    wide = max(room.width - left - right, 0.4)
    key = flow([(names[g], GROUPS[i % len(GROUPS)]) for i, g in enumerate(groups)] if grouped else [], room.width)
    notes = notes_of(reference, reference_label, band, band_label or "", wide)
    head = max(sum(height(t) for t, _ in notes) + 0.06, SMALL * 1.25 / 72 + 0.05 if numbers else 0.0)
    head += 0.06 if grouped else 0.0
    wide, _ = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=rows.total,
        left=left,
        right=right,
        above=key.height + head,
        below=below_axis(value_label, wide),
    )

    style(ax)
    draw_rows(ax, rows, left)
    draw_key(ax, key, -left, key.height + head)
    points = Rows(labels=texts, centres=lanes, headings=[], total=rows.total, label_width=0.0)
    extra = [v for v in (reference, *(band or ())) if v is not None]
    low, high = span(np.append(ready[list(_NUMERIC)].to_numpy().ravel(), extra), limits)
    ax.set_xlim(low, high)
    value_axis(ax.xaxis, *(limits or (low, high)), tick_number or number, wide)
    axis_label(ax, value_label, wide)
    guides(ax, points)
    if band is not None:
        shade(ax, *band)
    if reference is not None:
        ax.axvline(reference, color=INK, linewidth=0.9, zorder=1.5, gid="reference")
    draw_notes(ax, notes, wide)
    hollow = ready["hollow"].astype(bool) if "hollow" in ready else [False] * len(ready)
    for y, (_, point), group, empty in zip(
        lanes, ready.iterrows(), ready["group"] if grouped else groups * len(ready), hollow, strict=True
    ):
        if np.isfinite(point["value"]):
            mark = GROUPS[groups.index(group) % len(GROUPS)]
            interval(ax, y, point["value"], point["low"], point["high"], mark, hollow=bool(empty))
    column(ax, points, texts, right - n_width, colours=[INK] * len(texts), gid="value")
    if numbers:
        column(ax, points, numbers, right, header=n_head, gid="n")
    return ax


def _lanes(frame: pd.DataFrame, rows: Rows, keys: list[Any], groups: list[Any]) -> list[float]:
    """Height of each point: the middle of its row, groups one below the other."""
    centre = dict(zip(keys, rows.centres, strict=True))
    if "group" not in frame:
        return [centre[r] for r in frame["row"]]
    shift = {g: (i - (len(groups) - 1) / 2) * _LANE for i, g in enumerate(groups)}
    return [centre[r] + shift[g] for r, g in zip(frame["row"], frame["group"], strict=True)]
