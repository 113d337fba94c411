"""Two views of the same things: where each stands, and how far they are apart."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .axes import axis_label, below_axis, value_axis
from .columns import Number, labelled, require, unique
from .layout import area, corner, place
from .marks import span
from .palette import GREY, INK
from .rows import GAP, column, draw_rows, guides, stack
from .text import height, measure, plain, wrap, write
from .theme import house, style
from .views import draw_differences, draw_heads, draw_views, heads_of

_NUMERIC: Final = ("inside", "outside", "difference", "low", "high")
_LABELS: Final = 1.75  # most inches for the labels of rows
_WORDS: Final = 1.2  # ... and for verdicts
BETWEEN: Final = 0.24  # between the panels


@house
def dumbbell(
    frame: pd.DataFrame,
    *,
    row_labels: Mapping[Any, str],
    inside_label: str,
    outside_label: str,
    value_label: str,
    difference_label: str,
    margin: float | None,
    margin_label: str,
    verdict_labels: Mapping[Any, str],
    number: Number,
    title: str,
    subtitle: str,
    limits: tuple[float, float] | None = None,
    block_labels: Mapping[Any, str] | None = None,
    undecided: Collection[Hashable] = ("inconclusive",),
    missing_label: str = "–",
    difference_number: Number | None = None,
    tick_number: Number | None = None,
    ax: Axes,
) -> Axes:
    """Draw inside and outside view per row, and their difference with its interval beside it.

    Rows are sorted by their difference, largest first, within their block;
    rows without a difference stand last.  Differences that are not decided
    are hollow.

    Parameters
    ----------
    frame : DataFrame
        One row per thing compared, with the columns

        - ``row``: key of the row (with ``block``: unique within its block),
        - ``inside``, ``outside``: the two values, NaN where suppressed,
        - ``difference``, ``low``, ``high``: the difference and its interval,
        - ``verdict``: key of the verdict,
        - ``block`` (optional): rows of one block stand together under a
          heading, blocks in the order in which they appear.
    row_labels, verdict_labels : mapping of str
        Text per key; of verdicts also for those that are suppressed.
    inside_label, outside_label : str
        Names of the two views.
    value_label, difference_label : str
        What stands on the two axes, with the unit.
    margin : float or None
        Half width of the band of differences that do not matter.
    margin_label : str
        Name of that band.
    number : callable
        Writes a value, e.g. with a decimal comma.
    title, subtitle : str
        The finding, and what is shown.
    limits : tuple of float, optional
        Ends of the axis of values, e.g. those of the scale.
    block_labels : mapping of str, optional
        Headings per block; without it the block itself is the heading.
    undecided : collection
        Keys of verdicts that are drawn hollow.
    missing_label : str
        Stands where a value is suppressed or missing.
    difference_number, tick_number : callable, optional
        Write differences (e.g. with a sign) and ticks, where that should differ from `number`.
    ax : Axes
        Where to draw; becomes the panel of values.

    Returns
    -------
    Axes
        `ax`.  The panel of differences is its child (``ax.child_axes[0]``).

    Raises
    ------
    ArgumentError
        ``charts.missing-column``, ``charts.empty-frame``, ``charts.not-numeric``,
        ``charts.missing-label``, ``charts.duplicate-row``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"row": ["ease"], "inside": [4.1], "outside": [3.2], "difference": [0.9],
    ...                       "low": [0.6], "high": [1.2], "verdict": ["over"]})
    >>> figure, ax = new_figure()
    >>> ax is dumbbell(frame, row_labels={"ease": "Ease"}, inside_label="Staff", outside_label="Customers",
    ...                value_label="Mean", difference_label="Difference", margin=0.25, margin_label="same",
    ...                verdict_labels={"over": "we overestimate"}, number="{:.2f}".format,
    ...                title="We see ourselves too well", subtitle="", limits=(1, 5), ax=ax)
    True
    """
    ready = require(frame, ["row", *_NUMERIC, "verdict"], numeric=_NUMERIC)
    unique(ready, ["block", "row"] if "block" in ready else ["row"])
    labelled(row_labels, ready["row"], "row_labels")
    labelled(verdict_labels, ready["verdict"], "verdict_labels")
    ready = _sorted(ready)

    room = area(ax)
    verdicts = [wrap(verdict_labels[v], _WORDS, lines=3) for v in ready["verdict"]]
    words = max(measure(v) for v in verdicts)
    rows = stack(
        [row_labels[r] for r in ready["row"]],
        width=min(_LABELS, 0.3 * room.width),
        needs=[height(v) + 0.12 for v in verdicts],
        blocks=list(ready["block"]) if "block" in ready else None,
        block_labels=block_labels,
    )
    signed = difference_number or number
    numbers = [plain(signed(d), 20) if np.isfinite(d) else plain(missing_label, 12) for d in ready["difference"]]
    tail = GAP + max(measure(text) for text in numbers) + GAP + words  # right of the panel of differences
    left = rows.label_width + GAP
    panels = max(room.width - left - BETWEEN - tail, 0.8)
    first, second = 0.56 * panels, 0.44 * panels
    label = wrap(margin_label, second + tail) if margin is not None else ""
    heads = heads_of(ready, (inside_label, outside_label), left + first)
    above = max(0.2 * len(heads), height(label)) + 0.12
    below = max(below_axis(value_label, first), below_axis(difference_label, second + tail))
    right = BETWEEN + second + tail
    wide, _ = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=rows.total,
        left=left,
        right=right,
        above=above,
        below=below,
    )
    ticks = tick_number or number

    style(ax)
    guides(ax, rows)
    draw_rows(ax, rows, left)
    low, high = span(ready[["inside", "outside"]].to_numpy(), limits)
    ax.set_xlim(low, high)
    value_axis(ax.xaxis, *(limits or (low, high)), ticks, wide)
    axis_label(ax, value_label, wide)
    draw_views(ax, ready, rows)
    draw_heads(ax, heads, ready, left, wide)

    panel = ax.inset_axes((1 + BETWEEN / wide, 0, second / wide, 1), sharey=ax)
    style(panel)
    guides(panel, rows)
    panel.tick_params(axis="y", labelleft=False)
    draw_differences(panel, ready, rows, margin, undecided)
    value_axis(panel.xaxis, *panel.get_xlim(), ticks, second, most=4)
    axis_label(panel, difference_label, second + tail)
    if label:
        middle = -panel.get_xlim()[0] / np.ptp(panel.get_xlim()) * second
        x = min(max(middle - measure(label) / 2, 0.0), second + tail - measure(label))
        write(panel, x, 0.06, label, colour=GREY, va="bottom", transform=corner(panel, 0, 1), gid="band")
    told = ready["difference"].notna() & ~ready["verdict"].isin(list(undecided))
    colours = [INK if clear else GREY for clear in told]
    column(panel, rows, numbers, tail - words - GAP, colours=colours, gid="difference")
    column(panel, rows, verdicts, tail - words, ha="left", colours=colours, gid="verdict")
    return ax


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Largest difference first, blocks in their order, rows without a difference last."""
    order = frame.assign(_down=-frame["difference"])
    if "block" not in frame:
        return order.sort_values("_down", kind="stable", na_position="last").reset_index(drop=True)
    order["_block"] = pd.factorize(order["block"], use_na_sentinel=False)[0]
    return order.sort_values(["_block", "_down"], kind="stable", na_position="last").reset_index(drop=True)
