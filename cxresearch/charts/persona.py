"""What is typical of one persona: its distances from the average of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .axes import axis_label, below_axis
from .columns import Number, labelled, require, unique
from .comparison import comparison
from .deviations import draw_average, draw_deviations, draw_sides, reach_of, sides_height, ticks_apart
from .layout import area, corner, place
from .palette import GREY, INK, INSIDE, Mark
from .rows import GAP, column, draw_rows, guides, stack
from .text import height, measure, plain, wrap, write
from .theme import house, style

_NUMERIC: Final = ("value", "low", "high")
_LABELS: Final = 2.3  # most inches for the labels of rows
_TEXTS: Final = 1.5  # ... and for the texts at the right edge


@house
def profile(
    frame: pd.DataFrame,
    *,
    row_labels: Mapping[Any, str],
    value_label: str,
    average_label: str,
    number: Number,
    title: str,
    subtitle: str,
    lower_label: str = "",
    higher_label: str = "",
    text_label: str = "",
    block_labels: Mapping[Any, str] | None = None,
    limits: tuple[float, float] | None = None,
    mark: Mark = INSIDE,
    missing_label: str = "–",
    tick_number: Number | None = None,
    ax: Axes,
) -> Axes:
    """Draw how far one persona lies from the average of all, a row per item or variable.

    Rows stand in the order of their distance, largest first, within their
    block; without distances in the order of the frame.  Points whose interval
    includes the average, or is not known, are hollow.

    Parameters
    ----------
    frame : DataFrame
        One row per item, with the columns

        - ``row``: key of the row (with ``block``: unique within its block),
        - ``value``, ``low``, ``high``: distance from the average and its
          interval, NaN where suppressed or unknown; an infinite end runs to
          the edge,
        - ``distance`` (optional): what rows are sorted by; NaN stands last,
        - ``hollow`` (optional): true where the point is not told from the
          average, e.g. after an adjustment for many rows,
        - ``text`` (optional): ready text at the right edge, e.g. "62 %
          instead of 40 %"; without it the value,
        - ``block`` (optional): rows of one block stand together under a
          heading, blocks in the order in which they appear.
    row_labels : mapping of str
        Text per key.
    value_label : str
        What stands on the axis, with the unit.
    average_label : str
        Name of the line at zero.
    number : callable
        Writes a distance, e.g. with a sign and a decimal comma.
    title, subtitle : str
        The finding, and what is shown.
    lower_label, higher_label : str
        What left and right of the average mean; arrows are added.
    text_label : str
        Head of the texts at the right edge.
    block_labels : mapping of str, optional
        Headings per block; without it the block itself is the heading.
    limits : tuple of float, optional
        Ends of the axis; without it zero stands in the middle.
    mark : Mark
        Shape and colour of the persona; the same as in other pictures.
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
    >>> frame = pd.DataFrame({"row": ["app", "tone"], "value": [0.1, -0.9], "low": [-0.2, -1.1], "high": [0.4, -0.7],
    ...                       "distance": [0.1, 0.9]})
    >>> figure, ax = new_figure()
    >>> ax is profile(frame, row_labels={"app": "Uses the app", "tone": "Values a friendly tone"},
    ...               value_label="Standard deviations", average_label="all", number="{:+.1f}".format,
    ...               title="Tone matters less", subtitle="", ax=ax)
    True
    >>> [line.get_gid() for line in ax.lines if line.get_gid() in ("point", "hollow")]
    ['point', 'hollow']
    """
    ready = require(frame, ["row", *_NUMERIC], numeric=[*_NUMERIC, "distance"])
    blocked = "block" in ready
    unique(ready, ["block", "row"] if blocked else ["row"])
    labelled(row_labels, ready["row"], "row_labels")
    ready = _sorted(ready)

    room = area(ax)
    most = min(_TEXTS, 0.28 * room.width)
    texts = _texts(ready, number, missing_label, most)
    head = wrap(text_label, most, lines=3)
    rows = stack(
        [row_labels[r] for r in ready["row"]],
        width=min(_LABELS, 0.36 * room.width),
        needs=[height(t) + 0.1 for t in texts],
        blocks=list(ready["block"]) if blocked else None,
        block_labels=block_labels,
        lines=4,
    )
    left = rows.label_width + GAP
    right = GAP + max(measure(head), *map(measure, texts))
    wide = max(room.width - left - right, 0.4)
    low, high = reach_of(ready[list(_NUMERIC)].to_numpy(), limits)
    sides = (lower_label, higher_label)
    above = max(sides_height(average_label, sides, wide), height(head) + 0.08)
    wide, _ = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=rows.total,
        left=left,
        right=right,
        above=above,
        below=below_axis(value_label, wide + right),
    )

    style(ax)
    draw_rows(ax, rows, left)
    ax.set_xlim(low, high)
    ticks_apart(ax, low, high, tick_number or number, wide)
    axis_label(ax, value_label, wide + right)
    guides(ax, rows)
    draw_average(ax)
    draw_sides(ax, average_label, sides, wide)
    solid = draw_deviations(ax, ready, rows.centres, mark, plain(missing_label, 12), stem=True)
    colours = [INK if told else GREY for told in solid]
    column(ax, rows, texts, GAP, ha="left", colours=colours, gid="text")
    write(ax, GAP, 0.05, head, colour=GREY, va="bottom", transform=corner(ax, 1, 1), gid="text-label")
    return ax


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Largest distance first, blocks in their order, rows without a distance last."""
    order = frame.assign(
        _block=pd.factorize(frame["block"], use_na_sentinel=False)[0] if "block" in frame else 0,
        _down=-frame["distance"] if "distance" in frame else 0.0,
    )
    return order.sort_values(["_block", "_down"], kind="stable", na_position="last").reset_index(drop=True)


def _texts(frame: pd.DataFrame, number: Number, missing: str, most: float) -> list[str]:
    """Ready texts at the right edge."""
    told = frame["text"] if "text" in frame else frame["value"].map(number, na_action="ignore")
    known = np.isfinite(frame["value"])
    return [wrap(t, most, lines=2) if k else plain(missing, 12) for t, k in zip(told, known, strict=True)]


__all__ = ["comparison", "profile"]
