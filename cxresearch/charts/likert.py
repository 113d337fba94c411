"""Answers on an ordered scale: one bar per row, rejection left and agreement right of zero."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .axes import value_axis
from .bars import THICK, draw_outside, draw_segments
from .columns import Count, Number, labelled, require
from .layout import area, place
from .palette import GREY, INK, SMALL, Mark, likert_ramp
from .rows import GAP, column, counted, draw_key, draw_rows, flow, stack
from .shares import check, table
from .text import height, measure, plain, wrap, write
from .theme import house, style

_LABELS: Final = 2.1
_ASIDE: Final = 0.45  # longest bar of the share outside the base


@house
def likert(
    frame: pd.DataFrame,
    *,
    categories: Sequence[Hashable],
    category_labels: Mapping[Any, str],
    row_labels: Mapping[Any, str],
    neutral: Hashable | None = None,
    split: int | None = None,
    outside_base: Hashable | None = None,
    number: Number,
    title: str,
    subtitle: str,
    n_label: str = "n",
    count: Count = str,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw the shares of ordered answer categories as bars that diverge from zero.

    All categories are named in their order, also those nobody chose; rows
    stand in the order in which they appear in the frame.

    Parameters
    ----------
    frame : DataFrame
        One row per row of the picture and category, with the columns

        - ``row``, ``category``: the keys; a pair that is left out counts as 0,
        - ``share``: 0..1 of the base, NaN where suppressed,
        - ``n`` (optional): size of the base, the same within a row.
    categories : sequence
        Keys of all categories, from the left end to the right end.
    category_labels, row_labels : mapping of str
        Text per key.
    neutral : hashable, optional
        The category that is split around zero.
    split : int, optional
        Number of categories left of zero where none is neutral; half of them
        (rounded down) if not given.
    outside_base : hashable, optional
        A further category ("don't know") that is not part of the base: its
        share of *all* answers stands in a column of its own.
    number : callable
        Writes a share, e.g. 0.42 as "42 %"; inside the bars a percent sign at
        the end is left out where not all numbers have room for it.
    title, subtitle : str
        The finding, and what is shown.
    n_label : str
        Head of the column of numbers of cases.
    count : callable
        Writes a number of cases.
    missing_label : str
        Stands where shares are suppressed.
    ax : Axes
        Where to draw.

    Returns
    -------
    Axes
        `ax`.  The column outside the base is its child (``ax.child_axes[0]``).

    Raises
    ------
    ArgumentError
        ``charts.missing-column``, ``charts.empty-frame``, ``charts.not-numeric``,
        ``charts.missing-label``, ``charts.duplicate-row``, ``charts.unknown-category``,
        ``charts.share-out-of-range``, ``charts.shares-exceed-base``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"row": "a", "category": [1, 2, 3], "share": [0.2, 0.3, 0.5], "n": 40})
    >>> figure, ax = new_figure()
    >>> ax is likert(frame, categories=[1, 2, 3], category_labels={1: "no", 2: "so-so", 3: "yes"},
    ...              row_labels={"a": "Quick?"}, neutral=2, number="{:.0%}".format,
    ...              title="Half say yes", subtitle="", ax=ax)
    True
    >>> [round(float(bar.get_x()), 2) for bar in ax.patches]
    [-0.35, -0.15, 0.15]
    """
    ready = require(frame, ["row", "category", "share"], numeric=["share", "n"])
    check(ready, categories, neutral, split, outside_base)
    labelled(row_labels, ready["row"], "row_labels")
    used = [*categories, *([] if outside_base is None else [outside_base])]
    labelled(category_labels, used, "category_labels")
    shares = table(ready, used)
    known = shares.notna().any(axis=1)
    main = shares[list(categories)]
    left_of_zero = categories.index(neutral) if neutral is not None else split
    left_of_zero = len(categories) // 2 if left_of_zero is None else left_of_zero
    colours = likert_ramp(
        left_of_zero, len(categories) - left_of_zero - (neutral is not None), neutral=neutral is not None
    )

    room = area(ax)
    rows = stack(
        [row_labels[r] for r in main.index],
        width=min(_LABELS, 0.36 * room.width),
        needs=[THICK + 0.1] * len(main),
    )
    sizes = ready.groupby("row", sort=False)["n"].first() if "n" in ready else None
    numbers = [] if sizes is None else counted(list(sizes), count, missing_label)
    n_width = max((measure(t) for t in [plain(n_label, 12), *numbers]), default=0.0) if numbers else 0.0
    names = [
        (category_labels[c], Mark(shape="s", colour=colour, size=8.5))
        for c, colour in zip(categories, colours, strict=True)
    ]
    key = flow(names, room.width)
    aside = [] if outside_base is None else [_written(v, number, missing_label) for v in shares[outside_base]]
    head = wrap(category_labels[outside_base], 0.95, lines=3) if aside else ""
    aside_width = max(_ASIDE + 0.06 + max(map(measure, aside)), measure(head)) if aside else 0.0
    left = rows.label_width + GAP
    n_column = n_width + GAP if numbers else 0.0
    right = n_column + (aside_width + GAP + 0.06 if aside else 0.0) or 0.1
    header = max(height(head), SMALL * 1.25 / 72 if numbers else 0.0) + 0.05
    wide, _ = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=rows.total,
        left=left,
        right=right,
        above=key.height + header,
        below=0.06 + SMALL * 1.25 / 72,
    )

    style(ax)
    draw_rows(ax, rows, left)
    draw_key(ax, key, -left, key.height + header)
    starts = main.cumsum(axis=1).sub(main).sub(main.iloc[:, :left_of_zero].sum(axis=1), axis=0)
    if neutral is not None:
        starts = starts.sub(main[neutral] / 2, axis=0)
    ends = np.nan_to_num(np.stack([starts.to_numpy(dtype=float), (starts + main).to_numpy(dtype=float)]))
    low, high = min(float(ends.min()), -0.05), max(float(ends.max()), 0.05)
    ax.set_xlim(low, high)
    value_axis(ax.xaxis, low, high, lambda v: number(abs(v)), wide, most=5, mirrored=True)
    draw_segments(ax, rows, starts, main, colours, number, wide / (high - low))
    ax.axvline(0, color=INK, linewidth=0.8, zorder=1.5)
    blank = wrap(missing_label, wide, lines=1)
    for y in np.asarray(rows.centres)[~known.to_numpy()]:
        write(ax, 0.05 * (high - low), y, blank, colour=GREY, gid="missing")
    if numbers:
        column(ax, rows, numbers, n_column, header=plain(n_label, 12), gid="n")
    if aside:
        span = (1 + (n_column + GAP + 0.06) / wide, 0, _ASIDE / wide, 1)
        panel = ax.inset_axes(span, sharey=ax)
        draw_outside(panel, rows, shares[outside_base], aside, head)
    return ax


def _written(share: float, number: Number, missing: str) -> str:
    return plain(number(share) if np.isfinite(share) else missing, 16)
