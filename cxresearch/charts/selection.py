"""How many groups: criteria over the number of groups, and the number that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault, listing

from .axes import axis_label, below_axis, value_axis
from .columns import Count, Number, labelled, require, unique
from .criteria import (
    FLOOR,
    LINE,
    beyond,
    dodges,
    draw_beyond,
    draw_chosen,
    draw_criterion,
    draw_reason,
    draw_tests,
    levels,
    p_texts,
    top_of,
)
from .layout import area, corner, place
from .lines import LEAD, SAMPLE, STROKES, draw_ends, tall_of
from .palette import GREY, SMALL
from .text import LITERAL, height, measure, plain, wrap, write
from .theme import house, style

_BODY: Final = 2.6  # height of the panel
_NAME: Final = 1.5  # widest name of a criterion


@house
def selection(
    frame: pd.DataFrame,
    *,
    criterion_labels: Mapping[Any, str],
    k_label: str,
    value_label: str,
    number: Number,
    chosen: int | None,
    chosen_label: str,
    title: str,
    subtitle: str,
    count: Count = str,
    p_values: Mapping[int, float] | None = None,
    p_label: str = "",
    p_number: Number | None = None,
    reach: float | None = None,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw how far each criterion lies above its own lowest value, for every number of groups.

    Criteria stand in the order in which they appear in the frame, each named
    at its right end; the lowest point of each is filled.  Values that lie far
    above the rest run out of the panel; an arrow says so, and where it is all
    of them, the lowest.

    Parameters
    ----------
    frame : DataFrame
        One row per number of groups and criterion, with the columns

        - ``k``: the number of groups,
        - ``criterion``: key of the criterion, at most five; of all of them
          smaller is better,
        - ``value``: as it was computed (the lowest is subtracted here); NaN
          where there is no solution, the line is broken there.
    criterion_labels : mapping of str
        Text per key.
    k_label, value_label : str
        What stands on the axes; the second one above the panel.
    number : callable
        Writes a distance to the lowest value.
    chosen : int or None
        The number of groups that is marked, if any.
    chosen_label : str
        The short reason, above the panel.
    title, subtitle : str
        The finding, and what is shown.
    count : callable
        Writes a number of groups.
    p_values : mapping, optional
        p-value per number of groups, in a row under the axis; a number of
        groups that is left out stays blank, NaN shows `missing_label`.
    p_label : str
        What the p-values test; under their row.
    p_number : callable, optional
        Writes a p-value; without it `number`.
    reach : float, optional
        Upper end of the axis; without it chosen so that near values are told
        apart.
    missing_label : str
        Stands at the foot of the panel where no criterion is known, and after
        the name of a criterion that is known nowhere.
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
    >>> frame = pd.DataFrame({"k": [1, 2, 3], "criterion": "bic", "value": [900.0, 812.0, 820.0]})
    >>> figure, ax = new_figure()
    >>> ax is selection(frame, criterion_labels={"bic": "BIC"}, k_label="Groups", value_label="Above the lowest",
    ...                 number="{:.0f}".format, chosen=2, chosen_label="2: lowest BIC", title="Two groups",
    ...                 subtitle="", ax=ax)
    True
    >>> [line.get_ydata().tolist() for line in ax.lines if line.get_gid() == "line"]
    [[88.0, 0.0, 8.0]]
    """
    ready = require(frame, ["k", "criterion", "value"], numeric=["k", "value"])
    unique(ready, ["criterion", "k"])
    labelled(criterion_labels, ready["criterion"], "criterion_labels")
    ready = ready.assign(value=ready["value"].where(np.isfinite(ready["value"])))
    table = ready.pivot(index="k", columns="criterion", values="value").sort_index()
    table = table[list(ready["criterion"].unique())]
    if table.shape[1] > len(STROKES):
        raise ArgumentError(
            Fault(
                code="charts.too-many",
                what=f"More than {len(STROKES)} criteria cannot be told apart.",
                given=listing(table.columns),
                do="Draw fewer criteria.",
            )
        )
    rises = table - table.min()
    ks = [int(k) for k in table.index]
    top = reach or top_of(rises, rises.loc[chosen] if chosen in ks else [])

    room = area(ax)
    absent = plain(missing_label, 12)
    most = min(_NAME, 0.26 * room.width)
    known = table.notna().any().to_numpy()
    names = [
        wrap(criterion_labels[c] + ("" if told else f" {absent}"), most)
        for c, told in zip(table.columns, known, strict=True)
    ]
    strokes = STROKES[: len(names)]
    name = wrap(value_label, room.width, lines=3)
    left = max(measure(plain(number(v), 24)) for v in (0.0, top)) + 0.1
    right = LEAD + SAMPLE + 0.07 + max(map(measure, names))
    wide = max(room.width - left - right, 0.4)
    slot = wide / len(ks)
    far = beyond(rises, top, number, slot)
    over = LINE + 0.04 if far else 0.0
    reason = wrap(chosen_label, wide, lines=4)
    tests = p_texts(p_values or {}, ks, p_number or number, absent)
    lines = levels(tests, slot)
    told = wrap(p_label, room.width - left, lines=3) if tests else ""
    axis = below_axis(k_label, wide)
    rows = 0.1 + LINE * (1 + max(lines.values())) if tests else 0.0
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=max(_BODY, sum(tall_of(names))),
        left=left,
        right=right,
        above=height(name) + height(reason) + over + 0.18,
        below=axis + rows + height(told),
    )

    style(ax, "y")
    low, high = ks[0] - 0.5, ks[-1] + 0.5
    ax.set_xlim(low, high)
    ax.set_ylim(-FLOOR * top, top)
    value_axis(ax.yaxis, 0.0, top, number, tall, most=5)
    for label in ax.get_yticklabels():
        label.set(va="center")
    ax.set_xticks(ks, [plain(count(k), 12) for k in ks], fontsize=SMALL, color=GREY, **LITERAL)
    axis_label(ax, k_label, wide)
    above = corner(ax, 0, 1)
    write(ax, -left, height(reason) + over + 0.14, name, colour=GREY, va="bottom", transform=above, gid="y-label")
    marked = chosen if chosen in ks else None
    draw_reason(ax, reason, marked, wide, over + 0.05)
    if marked is not None:
        draw_chosen(ax, marked)
    ends = []
    for i, (stroke, shift) in enumerate(zip(strokes, dodges(len(names), slot), strict=True)):
        draw_criterion(ax, rises.iloc[:, i], stroke, shift)
        last = rises.iloc[:, i].dropna()
        x, y = (float(last.index.to_numpy()[-1]), float(last.iloc[-1])) if len(last) else (high, 0.0)
        ends.append(((x - low) / (high - low) * wide + shift, (min(y, top) / top + FLOOR) / (1 + FLOOR) * tall))
    draw_ends(ax, ends, names, strokes, tall)
    draw_beyond(ax, far)
    for k in table.index[table.isna().all(axis=1)]:
        write(ax, k, 0.0, absent, colour=GREY, ha="center", va="bottom", gid="missing")
    draw_tests(ax, tests, lines, axis + 0.06)
    write(ax, 0, -axis - rows, told, colour=GREY, va="top", transform=corner(ax, 0, 0), gid="p-label")
    return ax
