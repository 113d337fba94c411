"""A table of numbers in colour: rows, columns, and always the numbers themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .axes import under
from .cells import MARKS, draw_cell, draw_mark, draw_ramp, mark_names, ramp_height
from .columns import Number, labelled, require, unique
from .layout import area, corner, place
from .marks import span
from .palette import GREY, LABEL, PAPER, SMALL
from .ramp import diverging, sequential
from .rows import GAP, draw_key, draw_rows, flow, stack
from .text import LITERAL, height, measure, plain, wrap, write
from .theme import house, style

_LABELS: Final = (1.9, 0.85)  # most and least inches for the labels of rows
_LINES: Final = 4  # ... and lines
_CELL: Final = 1.15  # widest cell


@house
def heat(
    frame: pd.DataFrame,
    *,
    row_labels: Mapping[Any, str],
    column_labels: Mapping[Any, str],
    number: Number,
    value_label: str,
    title: str,
    subtitle: str,
    centre: float | None = None,
    limits: tuple[float, float] | None = None,
    missing_label: str = "–",
    mark_labels: Mapping[Any, str] | None = None,
    row_title: str = "",
    column_title: str = "",
    ax: Axes,
) -> Axes:
    """Draw a table whose cells carry their numbers on a colour that says how high they are.

    Rows and columns stand in the order in which they appear in the frame; a
    pair that is left out stays blank.

    Parameters
    ----------
    frame : DataFrame
        One row per cell, with the columns

        - ``row``, ``column``: the keys,
        - ``value``: NaN where suppressed; such a cell is hatched,
        - ``mark`` (optional): key of a mark, missing where there is none.
    row_labels, column_labels : mapping of str
        Text per key; names of columns are wrapped, and turned upright only
        where a word is wider than its column.
    number : callable
        Writes a value, e.g. with a decimal comma; turned upright where the
        cells are too narrow.
    value_label : str
        What the numbers are, with the unit; stands beside the key of colours.
    title, subtitle : str
        The finding, and what is shown.
    centre : float, optional
        Value from which two colours diverge, equally dark at equal distance;
        without it colours go from light to dark.
    limits : tuple of float, optional
        Values of the ends of the colours, e.g. those of the scale.
    missing_label : str
        Stands where a value is suppressed.
    mark_labels : mapping of str, optional
        Text per mark: the first is drawn as a dot, the second as a frame, the
        third as a triangle.
    row_title, column_title : str
        What the rows and the columns are.
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
    >>> frame = pd.DataFrame({"row": ["a", "a"], "column": [1, 2], "value": [0.3, -0.2]})
    >>> figure, ax = new_figure()
    >>> ax is heat(frame, row_labels={"a": "Tone"}, column_labels={1: "North", 2: "South"}, centre=0,
    ...            number="{:+.1f}".format, value_label="Difference", title="Only the south is behind",
    ...            subtitle="", ax=ax)
    True
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "value"]
    ['+0.3', '-0.2']
    """
    ready = require(frame, ["row", "column", "value"], numeric=["value"])
    unique(ready, ["row", "column"])
    labelled(row_labels, ready["row"], "row_labels")
    labelled(column_labels, ready["column"], "column_labels")
    marks = mark_names(ready, mark_labels or {})
    keys, across = list(ready["row"].unique()), list(ready["column"].unique())
    texts = [plain(number(v), 20) if np.isfinite(v) else "" for v in ready["value"]]

    room = area(ax)
    need = max(max(map(measure, texts)), 0.2) + (0.13 if len(marks) > 1 else 0.04)
    most = min(_LABELS[0], 0.36 * room.width)
    spare = room.width - GAP - need * len(across)
    most = min(most, spare) if spare >= _LABELS[1] else most
    names = wrap(row_title, most, lines=3)
    labels = [row_labels[k] for k in keys]
    slot = min((room.width - most - GAP) / len(across), _CELL)
    upright = need > slot
    absent = wrap(missing_label, max(slot - 0.06, 0.1), lines=2, most=40)
    content = max(map(measure, texts)) + 0.12 if upright else height(absent) + 0.1
    tall = max(content, 0.34, *(height(wrap(label, most, LABEL, lines=_LINES), LABEL) + 0.14 for label in labels))
    rows = stack(labels, width=most, needs=[tall] * len(labels), lines=_LINES)
    left = max(rows.label_width, measure(names)) + GAP
    slot = min((room.width - left) / len(across), _CELL)
    heads, turned = under([column_labels[c] for c in across], slot, hyphenate=0.6)
    head = max(measure(h) if turned else height(h) for h in heads) + 0.08
    over = wrap(column_title, room.width - left, lines=2)
    key = flow(marks, room.width)
    above = key.height + max(head + height(over) + (0.04 if over else 0.0), height(names) + 0.06) + 0.04
    wide, _ = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=rows.total,
        left=left,
        right=max(room.width - left - slot * len(across), 0.0),
        above=above,
        below=ramp_height(value_label, room.width),
    )
    slot = wide / len(across)

    style(ax)
    ax.grid(False)
    ax.spines["bottom"].set_visible(False)
    draw_rows(ax, rows, left)
    ax.set_xlim(0, wide)
    ax.xaxis.tick_top()
    middles = [(i + 0.5) * slot for i in range(len(across))]
    ax.set_xticks(middles, heads, rotation=90 if turned else 0, fontsize=SMALL, color=GREY, va="bottom", **LITERAL)
    ax.tick_params(axis="x", pad=4, length=0)
    draw_key(ax, key, -left, above)
    for line in ax.lines:
        if line.get_marker() == MARKS[1].shape:
            line.set_markerfacecolor(PAPER)
    where = corner(ax, 0, 1)
    write(ax, -left, 0.055, names, colour=GREY, va="bottom", transform=where, gid="row-title")
    write(ax, 0.0, head + 0.02, over, colour=GREY, va="bottom", transform=where, gid="column-title")

    shade, ends = _shades(ready["value"], centre, limits)
    at = {k: (c - tall / 2) for k, c in zip(keys, rows.centres, strict=True)}
    places = {c: i * slot for i, c in enumerate(across)}
    kinds = list(mark_labels or {})
    noted = ready["mark"].astype(object).where(ready["mark"].notna(), None) if "mark" in ready else [None] * len(ready)
    for row, column, value, text, mark in zip(ready["row"], ready["column"], ready["value"], texts, noted, strict=True):
        box = Rectangle((places[column], at[row]), slot, tall)
        colour = shade(value) if np.isfinite(value) else None
        draw_cell(ax, box, colour, text if colour else absent, upright=upright)
        if mark in kinds:
            draw_mark(ax, box, MARKS[kinds.index(mark)], colour)
    stops = [plain(number(v), 20) for v in ends]
    draw_ramp(ax, stops, [shade(v) for v in np.linspace(ends[0], ends[-1], 11)], value_label, -left, room.width)
    return ax


def _shades(
    values: pd.Series, centre: float | None, limits: tuple[float, float] | None
) -> tuple[Callable[[float], str], list[float]]:
    """Colour per value, and the values that are named in the key."""
    known = values[np.isfinite(values)]
    low, high = limits or ((known.min(), known.max()) if known.nunique() > 1 else span(known, None))
    if centre is None:
        return lambda v: sequential((v - low) / ((high - low) or 1.0)), [float(low), float(high)]
    reach = max(abs(low - centre), abs(high - centre)) or 1.0
    return lambda v: diverging((v - centre) / reach), [centre - reach, centre, centre + reach]
