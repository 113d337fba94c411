"""What data without groups would give, and what was observed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault, listing

from .axes import axis_label, below_axis, value_axis
from .columns import Number, labelled, require, unique
from .layout import area, corner, place
from .marks import span
from .palette import GREY, INK, OKABE_ITO, PAPER, Mark
from .rows import GAP, Rows, column, draw_key, draw_rows, flow, guides, stack
from .text import height, measure, plain, wrap, write
from .theme import house, style

Floats = npt.NDArray[np.float64]

_LABELS: Final = 1.9  # most inches for the labels of rows
_TEXTS: Final = 1.5  # ... and for the texts at the right edge
_LANE: Final = 0.36  # height of one distribution
_FEW: Final = 20  # so few draws are drawn one by one
_OBSERVED: Final = Mark(shape="D", colour=OKABE_ITO["vermillion"], size=7.0)
_NULLS: Final = (Mark(shape="s", colour="#BFC5CA"), Mark(shape="s", colour=OKABE_ITO["blue"]))


@house
def null_distribution(
    frame: pd.DataFrame,
    *,
    draws: pd.DataFrame,
    null_labels: Mapping[Any, str],
    observed_label: str,
    value_label: str,
    number: Number,
    title: str,
    subtitle: str,
    row_labels: Mapping[Any, str] | None = None,
    text_label: str = "",
    limits: tuple[float, float] | None = None,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw how a figure is spread under data without groups, and mark the figure that was observed.

    A row has one distribution, or two of different shade, one below the
    other.  Rows and nulls stand in the order in which they appear in the
    frame.  If there is one row only, each null is named beside its
    distribution; else in a key over the panel.

    Parameters
    ----------
    frame : DataFrame
        One row per distribution, with the columns

        - ``null``: key of the kind of data without groups, at most two,
        - ``observed``: the figure that was observed; NaN where unknown,
        - ``row`` (optional): key of the row, e.g. the number of groups,
        - ``text`` (optional): ready text at the right edge, e.g. the p-value;
          without it the observed figure,
        - ``hollow`` (optional): true where the observed figure cannot be told
          from data without groups.
    draws : DataFrame
        One row per draw, with the columns ``null``, ``value``, and ``row`` if
        the frame has it.  Draws that are not known are left out.
    null_labels : mapping of str
        Text per null.
    observed_label : str
        Name of the observed figure.
    value_label : str
        What stands on the axis, and which end speaks for groups.
    number : callable
        Writes a value.
    title, subtitle : str
        The finding, and what is shown.
    row_labels : mapping of str, optional
        Text per row; needed if there is more than one.
    text_label : str
        Head of the texts at the right edge.
    limits : tuple of float, optional
        Ends of the axis.
    missing_label : str
        Stands where nothing was drawn, or the observed figure is not known.
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
    >>> frame = pd.DataFrame({"null": ["copula"], "observed": [0.61], "text": ["p = 0.01"]})
    >>> draws = pd.DataFrame({"null": "copula", "value": np.linspace(0.70, 0.74, 99)})
    >>> figure, ax = new_figure()
    >>> ax is null_distribution(frame, draws=draws, null_labels={"copula": "Attitudes without groups"},
    ...                         observed_label="observed", value_label="Cluster index", number="{:.2f}".format,
    ...                         title="More than correlated attitudes", subtitle="", ax=ax)
    True
    """
    alone = "row" not in frame
    ready = require(frame, ["null", "observed"], numeric=["observed"])
    cloud = require(draws, ["null", "value", *([] if alone else ["row"])], numeric=["value"])
    ready, cloud = (table.assign(row=0) if alone else table for table in (ready, cloud))
    unique(ready, ["row", "null"])
    nulls, keys = list(ready["null"].unique()), list(ready["row"].unique())
    labelled(null_labels, nulls, "null_labels")
    if len(keys) > 1:
        labelled(row_labels or {}, keys, "row_labels")
    if len(nulls) > len(_NULLS):
        raise ArgumentError(
            Fault(code="charts.too-many", what="Two kinds of data without groups can be drawn.", given=listing(nulls))
        )
    groups = {k: v["value"].to_numpy() for k, v in cloud[np.isfinite(cloud["value"])].groupby(["row", "null"])}
    samples = [groups.get((r, n), np.array([])) for r, n in zip(ready["row"], ready["null"], strict=True)]

    room = area(ax)
    single = len(keys) == 1
    lanes = [int((ready["row"] == k).sum()) for k in keys]
    names = [null_labels[n] for n in ready["null"]] if single else [(row_labels or {})[k] for k in keys]
    needs = [_LANE + 0.1] * len(names) if single else [count * _LANE + 0.16 for count in lanes]
    rows = stack(names, width=min(_LABELS, 0.34 * room.width), needs=needs)
    bases = _bases(ready, rows, keys, single)
    texts = _texts(ready, number, missing_label, min(_TEXTS, 0.26 * room.width))
    head = wrap(text_label, min(_TEXTS, 0.26 * room.width), lines=3)
    left = rows.label_width + GAP
    right = GAP + max(measure(head), *map(measure, texts))
    wide = max(room.width - left - right, 0.4)
    marks = dict(zip(nulls, _NULLS[-len(nulls) :], strict=True))
    told = [] if single else [(null_labels[n], mark) for n, mark in marks.items()]
    key = flow([*told, (observed_label, _OBSERVED)], room.width)
    wide, _ = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=rows.total,
        left=left,
        right=right,
        above=key.height + height(head) + 0.1,
        below=below_axis(value_label, wide),
    )

    style(ax)
    draw_rows(ax, rows, left)
    draw_key(ax, key, -left, key.height + height(head) + 0.1)
    low, high = span(np.concatenate([ready["observed"], *samples]), limits)
    ax.set_xlim(low, high)
    value_axis(ax.xaxis, *(limits or (low, high)), number, wide)
    axis_label(ax, value_label, wide)
    points = Rows(labels=texts, centres=[b - _LANE / 2 for b in bases], headings=[], total=rows.total, label_width=0.0)
    guides(ax, Rows(labels=texts, centres=bases, headings=[], total=rows.total, label_width=0.0))
    hollow = ready["hollow"].fillna(False).astype(bool) if "hollow" in ready else [False] * len(ready)
    for base, sample, null, observed, empty in zip(
        bases, samples, ready["null"], ready["observed"], hollow, strict=True
    ):
        _draw_null(ax, base, sample, marks[null].colour, (high - low) / wide)
        if not sample.size:
            write(ax, low, base, plain(missing_label, 12), colour=GREY, va="bottom", gid="missing")
        if np.isfinite(observed):
            _draw_observed(ax, base, float(observed), bool(empty))
    column(ax, points, texts, GAP, ha="left", colours=[INK] * len(texts), gid="text")
    write(ax, GAP, 0.05, head, colour=GREY, va="bottom", transform=corner(ax, 1, 1), gid="text-label")
    return ax


def _bases(frame: pd.DataFrame, rows: Rows, keys: list[Any], single: bool) -> list[float]:
    """Where each distribution stands: those of one row one below the other."""
    if single:
        return [c + _LANE / 2 for c in rows.centres]
    bases = []
    seen: dict[Any, int] = {}
    total = frame["row"].value_counts()
    for row in frame["row"]:
        seen[row] = seen.get(row, 0) + 1
        bases.append(rows.centres[keys.index(row)] + (seen[row] - total[row] / 2) * _LANE)
    return bases


def _texts(frame: pd.DataFrame, number: Number, missing: str, most: float) -> list[str]:
    if "text" in frame:
        return [wrap(t, most, lines=2) if isinstance(t, str) else plain(missing, 12) for t in frame["text"]]
    return [plain(number(v), 20) if np.isfinite(v) else plain(missing, 12) for v in frame["observed"]]


def _draw_null(ax: Axes, base: float, sample: Floats, colour: str, inch: float) -> None:
    """Draw a distribution that stands on `base`: bars, or few draws one by one; `inch` is one in the data."""
    if sample.size <= _FEW:
        ax.vlines(sample, base - 0.6 * _LANE, base, color=colour, linewidth=1.4, zorder=2, gid="null")
        return
    least = 0.03 * inch  # a distribution far from the observed figure is narrow, but seen
    ends = float(sample.min()), float(sample.max())
    if ends[1] - ends[0] < least:
        middle = sum(ends) / 2
        ends = middle - least / 2, middle + least / 2
    bins = int(min(max(sample.size**0.5, 5), 24, max((ends[1] - ends[0]) / least, 1)))
    heights, edges = np.histogram(sample, bins=bins, range=ends)
    tops = base - 0.84 * _LANE * heights / heights.max()
    more: dict[str, Any] = {"baseline": base, "fill": True, "facecolor": colour, "edgecolor": GREY, "linewidth": 0.6}
    ax.stairs(tops, edges, **more, zorder=2, gid="null")


def _draw_observed(ax: Axes, base: float, value: float, hollow: bool) -> None:
    """Mark the observed figure with a line through its lane, and a point that is hollow if it cannot be told apart."""
    for colour, thick, gid in ((PAPER, 3.6, "halo"), (_OBSERVED.colour, 1.6, "observed-line")):
        ax.vlines(value, base - _LANE, base, color=colour, linewidth=thick, zorder=2.8, gid=gid)
    ax.plot(
        [value],
        [base - _LANE / 2],
        linestyle="none",
        marker=_OBSERVED.shape,
        markersize=_OBSERVED.size,
        markerfacecolor=PAPER if hollow else _OBSERVED.colour,
        markeredgecolor=_OBSERVED.colour,
        markeredgewidth=1.4,
        clip_on=False,
        zorder=3,
        gid="hollow" if hollow else "observed",
    )
