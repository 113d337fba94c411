"""Personas side by side: a column each, over the same rows and the same axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault, listing

from .axes import axis_label, below_axis
from .columns import Number, labelled, require, unique
from .deviations import draw_average, draw_deviations, long_guides, reach_of, ticks_apart
from .layout import area, corner, place
from .palette import GREY, GROUPS, SMALL
from .rows import GAP, draw_rows, stack
from .text import height, measure, plain, wrap, write
from .theme import house, style

_NUMERIC: Final = ("value", "low", "high")
_LABELS: Final = 2.3  # most inches for the labels of rows
_POINT: Final = 0.85  # points side by side are smaller, so that short intervals are seen
_BETWEEN: Final = 0.12  # between the panels of two personas


@house
def comparison(
    frame: pd.DataFrame,
    *,
    row_labels: Mapping[Any, str],
    persona_labels: Mapping[Any, str],
    value_label: str,
    number: Number,
    title: str,
    subtitle: str,
    share_labels: Mapping[Any, str] | None = None,
    block_labels: Mapping[Any, str] | None = None,
    limits: tuple[float, float] | None = None,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw personas side by side: a column per persona, a row per item or variable, one axis for all.

    Rows and personas stand in the order in which they appear in the frame.
    Eight personas need a figure about 13 inches wide (1,280 pixels).

    Parameters
    ----------
    frame : DataFrame
        One row per item and persona, with the columns

        - ``row``, ``persona``: the keys; at most eight personas, of which each
          has its shape and colour,
        - ``value``, ``low``, ``high``: distance from the average of all and
          its interval, NaN where suppressed or unknown; an infinite end runs
          to the edge,
        - ``hollow`` (optional): true where the point is not told from the
          average; without it where the interval includes it,
        - ``block`` (optional): the block that a row belongs to.
    row_labels, persona_labels : mapping of str
        Text per key.
    value_label : str
        What stands on all axes, with the unit; under the first one.
    number : callable
        Writes the ticks.
    title, subtitle : str
        The finding, and what is shown.
    share_labels : mapping of str, optional
        Ready text under the name of a persona, e.g. "24 %, n = 312".
    block_labels : mapping of str, optional
        Headings per block; without it the block itself is the heading.
    limits : tuple of float, optional
        Ends of the axes; without it zero stands in the middle.
    missing_label : str
        Stands where a value is suppressed or missing.
    ax : Axes
        Where to draw; becomes the panel of the first persona.

    Returns
    -------
    Axes
        `ax`.  The panels of the other personas are its children
        (``ax.child_axes``).

    Raises
    ------
    ArgumentError
        ``charts.missing-column``, ``charts.empty-frame``, ``charts.not-numeric``,
        ``charts.missing-label``, ``charts.duplicate-row``, ``charts.too-many``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"row": ["app", "app"], "persona": [1, 2], "value": [0.8, -0.4], "low": [0.6, -0.6],
    ...                       "high": [1.0, -0.2]})
    >>> figure, ax = new_figure()
    >>> ax is comparison(frame, row_labels={"app": "Uses the app"}, persona_labels={1: "Digital", 2: "Personal"},
    ...                  value_label="Distance from the average", number="{:+.1f}".format,
    ...                  title="The app divides them", subtitle="", ax=ax)
    True
    >>> len(ax.child_axes)
    1
    """
    ready = require(frame, ["row", "persona", *_NUMERIC], numeric=_NUMERIC)
    blocked = "block" in ready
    lines = ["block", "row"] if blocked else ["row"]
    unique(ready, [*lines, "persona"])
    labelled(row_labels, ready["row"], "row_labels")
    labelled(persona_labels, ready["persona"], "persona_labels")
    personas = list(ready["persona"].unique())
    if len(personas) > len(GROUPS):
        raise ArgumentError(
            Fault(
                code="charts.too-many",
                what=f"More than {len(GROUPS)} personas cannot be told apart side by side.",
                given=listing(personas),
                do="Draw fewer personas, or two pictures.",
            )
        )
    if blocked:
        ready = ready.assign(_block=pd.factorize(ready["block"], use_na_sentinel=False)[0])
        ready = ready.sort_values("_block", kind="stable")
    keys = ready[lines].drop_duplicates().reset_index(drop=True)

    room = area(ax)
    rows = stack(
        [row_labels[r] for r in keys["row"]],
        width=min(_LABELS, 0.32 * room.width),
        blocks=list(keys["block"]) if blocked else None,
        block_labels=block_labels,
        lines=4,
    )
    left = rows.label_width + GAP
    slot = max(room.width - left + _BETWEEN, 0.4) / len(personas)
    panel = max(slot - _BETWEEN, 0.1)
    names = [wrap(persona_labels[p], panel, SMALL, "bold", lines=5) for p in personas]
    shares = [wrap((share_labels or {}).get(p, ""), panel, lines=3) for p in personas]
    across = room.width - left
    wide, _ = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=rows.total,
        left=left,
        right=max(room.width - left - panel, 0.0),
        above=max(map(height, names)) + max(map(height, shares)) + 0.1,
        below=below_axis(value_label, across),
    )
    low, high = reach_of(ready[list(_NUMERIC)].to_numpy(), limits)
    rim = max(measure(plain(number(v), 24)) for v in (low, high)) / 2 - _BETWEEN / 3
    rim = min(max(rim, 0.0) / panel, 0.5) * (high - low)  # ticks so near to an end would touch those of the next panel
    style(ax)
    draw_rows(ax, rows, left)
    long_guides(ax, rows, across)
    tall = max(map(height, shares)) + 0.06
    for i, (persona, mark) in enumerate(zip(personas, GROUPS, strict=False)):
        one = ax if i == 0 else ax.inset_axes((i * slot / wide, 0, 1, 1), sharey=ax)
        if i > 0:
            style(one)
            one.tick_params(axis="y", labelleft=False)
        one.set_xlim(low, high)
        ticks_apart(one, low + rim, high - rim, number, panel, most=4)
        draw_average(one)
        part = keys.merge(ready[ready["persona"] == persona], on=lines, how="left")
        draw_deviations(one, part, rows.centres, replace(mark, size=_POINT * mark.size), plain(missing_label, 12))
        where = corner(one, 0, 1)
        write(one, 0, tall, names[i], fontweight="bold", va="bottom", transform=where, gid="persona")
        write(one, 0, 0.06, shares[i], colour=GREY, va="bottom", transform=where, gid="share")
    axis_label(ax, value_label, across)
    return ax
