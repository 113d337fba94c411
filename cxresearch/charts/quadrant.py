"""Points on two axes that are cut into four named fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault

from .axes import axis_label, below_axis, value_axis
from .columns import Number, labelled, require, unique
from .fields import draw_corners, draw_listed, draw_named, draw_points, faint_boxes, list_height, listed
from .layout import area, corner, place
from .marks import span
from .palette import GREY, RULE
from .placing import place_names
from .text import balance, height, measure, plain, wrap, write
from .theme import house, style

_NUMERIC: Final = ("x", "y", "x_low", "x_high", "y_low", "y_high", "arrow_x", "arrow_y")
_BODY: Final = 3.9  # height of the panel for up to eight points
_NAME: Final = 1.45  # widest name of a point


@house
def quadrant(
    frame: pd.DataFrame,
    *,
    point_labels: Mapping[Any, str],
    x_label: str,
    y_label: str,
    quadrant_labels: Sequence[str],
    x_cut: float,
    y_cut: float,
    number: Number,
    title: str,
    subtitle: str,
    limits: tuple[float, float] | None = None,
    y_limits: tuple[float, float] | None = None,
    y_number: Number | None = None,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw points with their intervals on two axes, and name the four fields between the cuts.

    Names stand beside their points, or at the end of a thin line where it is
    crowded; where they do not fit at all, points are numbered and listed below.

    Parameters
    ----------
    frame : DataFrame
        One row per point, with the columns

        - ``point``: the key,
        - ``x``, ``y``: NaN where suppressed; such points are listed below,
        - ``x_low``, ``x_high``, ``y_low``, ``y_high`` (optional): intervals;
          an infinite end runs to the edge,
        - ``undecided`` (optional): true where the field of a point is not
          decided; drawn hollow,
        - ``arrow_x``, ``arrow_y`` (optional): where an arrow from the point ends.
    point_labels : mapping of str
        Text per key.
    x_label, y_label : str
        What stands on the axes, with the unit; the second one above the panel.
    quadrant_labels : sequence of str
        Names of the fields: upper right, upper left, lower left, lower right.
    x_cut, y_cut : float
        Where the fields meet.
    number : callable
        Writes the ticks.
    title, subtitle : str
        The finding, and what is shown.
    limits : tuple of float, optional
        Ends of both axes, e.g. those of the scale.
    y_limits : tuple of float, optional
        Ends of the y axis, where they differ.
    y_number : callable, optional
        Writes the ticks of the y axis, where that should differ.
    missing_label : str
        Stands before the names of suppressed points.
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
        ``charts.missing-label``, ``charts.duplicate-row``, ``charts.four-names``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"point": ["a", "b"], "x": [4.2, 2.0], "y": [3.9, 4.4]})
    >>> figure, ax = new_figure()
    >>> ax is quadrant(frame, point_labels={"a": "Tone", "b": "Speed"}, x_label="Performance",
    ...                y_label="Importance", quadrant_labels=["Keep", "Work here", "Leave", "Do less"],
    ...                x_cut=3, y_cut=3, number="{:.0f}".format, title="Work on speed first", subtitle="",
    ...                limits=(1, 5), ax=ax)
    True
    """
    ready = require(frame, ["point", "x", "y"], numeric=_NUMERIC)
    unique(ready, ["point"])
    labelled(point_labels, ready["point"], "point_labels")
    if len(quadrant_labels) != 4:
        raise ArgumentError(
            Fault(
                code="charts.four-names",
                what="Four fields need four names: upper right, upper left, lower left, lower right.",
                given=len(quadrant_labels),
            )
        )
    ready = ready.reindex(columns=[*ready.columns, *(c for c in _NUMERIC if c not in ready)])
    known = np.isfinite(ready["x"]) & np.isfinite(ready["y"])
    absent = [plain(point_labels[p], 60) for p in ready.loc[~known, "point"]]
    shown = ready[known].reset_index(drop=True)
    y_limits, y_number = y_limits or limits, y_number or number
    xs = span([*shown[["x", "x_low", "x_high", "arrow_x"]].to_numpy().ravel(), x_cut], limits)
    ys = span([*shown[["y", "y_low", "y_high", "arrow_y"]].to_numpy().ravel(), y_cut], y_limits)

    room = area(ax)
    name = wrap(y_label, room.width, lines=3)
    left = max(measure(plain(y_number(v), 24)) for v in (*ys, y_cut)) + 0.1
    wide = max(room.width - left - 0.12, 0.4)
    axis = below = below_axis(x_label, wide) + 0.06
    gone = wrap(f"{plain(missing_label, 60)}: {', '.join(absent)}", room.width, lines=6, most=900) if absent else ""
    below += height(gone) + 0.06 if gone else 0.0
    above = height(name) + 0.1
    body = _BODY + 0.11 * max(len(shown) - 8, 0) if room.grows else max(room.height - above - below - 0.9, 0.4)
    texts = [balance(point_labels[p], min(_NAME, wide / 3), 9, lines=3) for p in shown["point"]]
    corners = _corners(quadrant_labels, (x_cut - xs[0]) / (xs[1] - xs[0]) * wide, wide)
    strips = [max(height(corners[0]), height(corners[1])) + 0.1, max(height(corners[2]), height(corners[3])) + 0.1]

    def lay(texts: list[str], tall: float) -> tuple[list[Any], bool]:
        """Places of names in a panel of this height, and whether all of them are clear."""
        inner = max(tall - sum(strips), 0.1)
        x = (shown["x"] - xs[0]) / (xs[1] - xs[0]) * wide
        y = (shown["y"] - ys[0]) / (ys[1] - ys[0]) * inner + strips[1]
        points = list(zip(x.astype(float), y.astype(float), strict=True))
        faint = faint_boxes(shown, (x_cut, y_cut), xs, ys, (wide, inner, strips[1]))
        sizes = [(measure(t), height(t)) for t in texts]
        places = place_names(points, sizes, (0.05, strips[1], wide, strips[1] + inner), faint=faint)
        return places, all(p.clear for p in places) and sum(p.leader for p in places) <= max(len(places) / 4, 2)

    numbers: list[list[str]] = []
    if not lay(texts, body)[1]:
        numbers = listed([point_labels[p] for p in shown["point"]], room.width)
        texts = [str(i + 1) for i in range(len(shown))]
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=body,
        left=left,
        right=0.12,
        above=above,
        below=below + list_height(numbers),
    )

    style(ax)
    ax.grid(False)
    ax.spines["left"].set_visible(True)
    inner = max(tall - sum(strips), 0.1)
    unit = (ys[1] - ys[0]) / inner
    ax.set_xlim(*xs)
    ax.set_ylim(ys[0] - strips[1] * unit, ys[1] + strips[0] * unit)
    value_axis(ax.xaxis, *(limits or xs), number, wide)
    value_axis(ax.yaxis, *(y_limits or ys), y_number, inner, most=5)
    ax.tick_params(axis="y", pad=4)
    for label in ax.get_yticklabels():
        label.set(va="center")
    axis_label(ax, x_label, wide)
    write(ax, -left, 0.07, name, colour=GREY, va="bottom", transform=corner(ax, 0, 1), gid="y-label")
    ax.axvline(x_cut, color=RULE, linewidth=0.9, zorder=1, gid="cut")
    ax.axhline(y_cut, color=RULE, linewidth=0.9, zorder=1, gid="cut")
    draw_corners(ax, corners)
    draw_points(ax, shown)
    draw_named(ax, shown, texts, lay(texts, tall)[0])
    draw_listed(ax, numbers, gone, (-left, -axis), room.width)
    return ax


def _corners(names: Sequence[str], cut: float, wide: float) -> list[str]:
    """Names of the fields, as wide as their fields or a little more."""
    least = min(1.3, 0.45 * wide)
    left = min(max(cut - 0.12, least), wide - least - 0.2)
    widths = [wide - left - 0.2, left, left, wide - left - 0.2]
    return [balance(name, max(w, 0.3), 9, "bold", lines=3) for name, w in zip(names, widths, strict=True)]
