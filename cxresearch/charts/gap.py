"""Two views of the same things: where each stands, and how far they are apart."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .columns import Number, labelled, require, unique
from .layout import area, axis_label, below_axis, corner, place, value_axis
from .marks import band, interval, span
from .palette import GREY, INK, INSIDE, LINK, OUTSIDE, PAPER, SMALL, Mark
from .rows import GAP, Rows, column, draw_rows, guides, stack, swatch
from .text import height, measure, plain, wrap, write
from .theme import style

_NUMERIC: Final = ("inside", "outside", "difference", "low", "high")
_LABELS: Final = 1.75  # most inches for the labels of rows
_WORDS: Final = 1.2  # ... and for verdicts
BETWEEN: Final = 0.24  # between the panels
_POINT: Final = Mark(shape="o", colour=INK, size=6.5)


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
    tick_number : callable, optional
        Writes the ticks, where that should differ from `number`.
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
    >>> ax is dumbbell(frame, row_labels={"ease": "Ease"}, inside_label="Employees", outside_label="Customers",
    ...                value_label="Mean", difference_label="Difference", margin=0.25, margin_label="no matter",
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
    numbers = [plain(number(d), 20) if np.isfinite(d) else plain(missing_label, 12) for d in ready["difference"]]
    tail = GAP + max(measure(text) for text in numbers) + GAP + words  # right of the panel of differences
    left = rows.label_width + GAP
    panels = max(room.width - left - BETWEEN - tail, 0.8)
    first, second = 0.56 * panels, 0.44 * panels
    label = wrap(margin_label, second + tail) if margin is not None else ""
    heads = _heads(ready, (inside_label, outside_label), left + first)
    above = max(0.2 * len(heads), height(label)) + 0.12
    below = max(below_axis(value_label, first), below_axis(difference_label, second + tail))
    right = BETWEEN + second + tail
    wide, _ = place(
        ax, room, title=title, subtitle=subtitle, body=rows.total, left=left, right=right, above=above, below=below
    )
    ticks = tick_number or number

    style(ax)
    guides(ax, rows)
    draw_rows(ax, rows, left)
    low, high = span(ready[["inside", "outside"]].to_numpy(), limits)
    ax.set_xlim(low, high)
    value_axis(ax.xaxis, *(limits or (low, high)), ticks, wide)
    axis_label(ax, value_label, wide)
    _values(ax, ready, rows)
    _draw_heads(ax, heads, ready, left, wide)

    panel = ax.inset_axes((1 + BETWEEN / wide, 0, second / wide, 1), sharey=ax)
    style(panel)
    guides(panel, rows)
    panel.tick_params(axis="y", labelleft=False)
    _differences(panel, ready, rows, margin, undecided)
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


def _values(ax: Axes, frame: pd.DataFrame, rows: Rows) -> None:
    ax.hlines(rows.centres, frame["inside"], frame["outside"], color=LINK, linewidth=2.5, zorder=2)
    for name, mark in (("outside", OUTSIDE), ("inside", INSIDE)):
        ax.plot(
            frame[name],
            rows.centres,
            linestyle="none",
            marker=mark.shape,
            color=mark.colour,
            markersize=mark.size,
            markeredgecolor=PAPER,
            markeredgewidth=0.8,
            clip_on=False,
            zorder=3,
            gid=name,
        )


def _differences(
    ax: Axes, frame: pd.DataFrame, rows: Rows, margin: float | None, undecided: Collection[Hashable]
) -> None:
    """Points with intervals over zero and the band."""
    reach = 0.0 if margin is None else 1.25 * margin
    ends = frame[["difference", "low", "high"]].to_numpy()
    ax.set_xlim(*span(np.append(ends.ravel(), [-reach, 0.0, reach]), None))
    if margin is not None:
        band(ax, -margin, margin)
    ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    for y, value, low, high, verdict in zip(
        rows.centres, frame["difference"], frame["low"], frame["high"], frame["verdict"], strict=True
    ):
        if np.isfinite(value):
            interval(ax, y, value, low, high, _POINT, hollow=verdict in undecided)


def _heads(frame: pd.DataFrame, names: tuple[str, str], width: float) -> list[list[tuple[str, str, Mark]]]:
    """Names of the two views over the first row: on one line where they fit, else on two."""
    first = frame.iloc[0]
    entries = [
        (wrap(name, width - 0.25, lines=1), key, mark)
        for name, key, mark in zip(names, ("inside", "outside"), (INSIDE, OUTSIDE), strict=True)
    ]
    entries.sort(key=lambda entry: first[entry[1]])
    together = sum(measure(text) + 0.32 for text, _, _ in entries)
    return [entries] if together <= width else [[entries[1]], [entries[0]]]


def _draw_heads(
    ax: Axes, heads: list[list[tuple[str, str, Mark]]], frame: pd.DataFrame, left: float, wide: float
) -> None:
    """Write each name as near to its mark in the first row as the room allows."""
    low, high = ax.get_xlim()
    where = corner(ax, 0, 1)
    for line, entries in enumerate(reversed(heads)):
        y = 0.06 + 0.2 * line + SMALL / 144
        ends: list[float] = []
        for text, key, _ in entries:
            value = frame[key].iloc[0]
            target = (value - low) / (high - low) * wide if np.isfinite(value) else wide / 2
            ends.append(target - 0.055)
        starts = _apart(ends, [measure(text) + 0.18 for text, _, _ in entries], -left, wide)
        for x, (text, _, mark) in zip(starts, entries, strict=True):
            swatch(ax, x + 0.055, y, mark, transform=where)
            write(ax, x + 0.16, y, text, transform=where, gid="view")


def _apart(wished: list[float], widths: list[float], low: float, high: float) -> list[float]:
    """Shift boxes as little as needed so that they stay inside and do not touch."""
    starts = [min(max(x, low), high - w) for x, w in zip(wished, widths, strict=True)]
    if len(starts) == 2 and starts[0] + widths[0] + 0.12 > starts[1]:
        starts[0] = max(low, starts[1] - widths[0] - 0.12)
        starts[1] = max(starts[1], starts[0] + widths[0] + 0.12)
    return starts
