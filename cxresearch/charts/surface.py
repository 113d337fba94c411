"""A value over two views of the same thing, as a map with labelled contours."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cxresearch.errors import ArgumentError, Fault

from .axes import axis_label, below_axis, value_axis
from .columns import Number, require, unique
from .contours import Floats, diagonals, draw_contours, draw_diagonals, draw_names, draw_void
from .layout import area, corner, place
from .lines import LEAD, SAMPLE, tall_of
from .palette import GREY, INK, PAPER
from .text import height, measure, plain, wrap, write
from .theme import house, style

_SIDE: Final = 4.3  # longest side of the panel
_NAME: Final = 1.3  # widest name beside it
_LEVELS: Final = 8


@house
def surface(
    frame: pd.DataFrame,
    *,
    x_label: str,
    y_label: str,
    value_label: str,
    number: Number,
    agreement_label: str,
    disagreement_label: str,
    title: str,
    subtitle: str,
    points: pd.DataFrame | None = None,
    middle: float | None = None,
    x_number: Number | None = None,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw a value over two axes with the same unit, and the lines of agreement and of disagreement.

    Parameters
    ----------
    frame : DataFrame
        A regular grid, one row per node, with the columns

        - ``x``, ``y``: where the node is,
        - ``value``: NaN where nothing can be said, e.g. far from all
          observations; such places are hatched.
    x_label, y_label : str
        What stands on the axes, with the unit; the second one above the panel.
    value_label : str
        What the numbers on the contours are; beside the panel.
    number : callable
        Writes the numbers on the contours.
    agreement_label, disagreement_label : str
        Names of the lines on which x and y are the same, and on which they
        differ most, at the right edge.
    title, subtitle : str
        The finding, and what is shown.
    points : DataFrame, optional
        Observations, with the columns ``x`` and ``y``.
    middle : float, optional
        Where the two lines cross; without it in the middle of the grid.
    x_number : callable, optional
        Writes the ticks of both axes, where that should differ from `number`.
    missing_label : str
        Names the hatched places, beside the panel.
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
        ``charts.duplicate-row``, ``charts.not-a-grid``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame([(x, y, 4 - (x - y) ** 2) for x in range(1, 6) for y in range(1, 6)],
    ...                      columns=["x", "y", "value"])
    >>> figure, ax = new_figure()
    >>> ax is surface(frame, x_label="Staff", y_label="Customers", value_label="Loyalty", number="{:.0f}".format,
    ...               agreement_label="same view", disagreement_label="opposite view",
    ...               title="Loyalty is highest where both agree", subtitle="", ax=ax)
    True
    """
    ready = require(frame, ["x", "y", "value"], numeric=["x", "y", "value"])
    unique(ready, ["x", "y"])
    grid = ready.pivot(index="y", columns="x", values="value").sort_index().sort_index(axis=1)
    _check(grid, len(ready))
    seen = ready.iloc[:1] if points is None or points.empty else points
    cloud = require(seen, ["x", "y"], numeric=["x", "y"]).iloc[: None if seen is points else 0]
    xs, ys = (float(grid.columns[0]), float(grid.columns[-1])), (float(grid.index[0]), float(grid.index[-1]))
    levels = _levels(grid.to_numpy())
    void = bool(grid.isna().any(axis=None))
    ticks = x_number or number

    room = area(ax)
    most = min(_NAME, 0.24 * room.width)
    told = (agreement_label, value_label, *([missing_label] if void else []), disagreement_label)
    names = [wrap(text, most, lines=5) for text in told]
    name = wrap(y_label, room.width, lines=3)
    left = max(measure(plain(ticks(v), 24)) for v in ys) + 0.12
    wide = room.width - left - LEAD - SAMPLE - 0.1 - max(map(measure, names))
    wide = max(min(wide, _SIDE), 0.4)
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=max(wide * (ys[1] - ys[0]) / (xs[1] - xs[0]), 0.6 * wide, sum(tall_of(names))),
        left=left,
        right=room.width - left - wide,
        above=height(name) + 0.2,
        below=below_axis(x_label, room.width - left),
    )

    style(ax)
    ax.grid(False)
    ax.set_xlim(*xs)
    ax.set_ylim(*ys)
    value_axis(ax.xaxis, *xs, ticks, wide)
    value_axis(ax.yaxis, *ys, ticks, tall, most=5)
    for label in ax.get_yticklabels():
        label.set(va="center")
    axis_label(ax, x_label, room.width - left)
    write(ax, -left, 0.14, name, colour=GREY, va="bottom", transform=corner(ax, 0, 1), gid="y-label")
    if void:
        draw_void(ax)
    cross = (sum(xs) + sum(ys)) / 4 if middle is None else middle
    known = cloud.dropna(subset=["x", "y"])
    lines = np.concatenate([np.stack(line, axis=1)[::4] for line in diagonals(xs, cross)])
    unknown = ready.loc[ready["value"].isna(), ["x", "y"]]
    busy = np.concatenate([*[lines] * 4, *[unknown] * 4, known[["x", "y"]].to_numpy()])
    draw_contours(ax, grid, levels, number, busy, (wide, tall))
    if len(known):
        point: dict[str, Any] = {"marker": "o", "markersize": 3.2, "markerfacecolor": INK, "markeredgecolor": PAPER}
        ax.plot(known["x"], known["y"], linestyle="none", markeredgewidth=0.4, alpha=0.35, zorder=2.2, **point)
        ax.lines[-1].set_gid("cloud")
    ends = draw_diagonals(ax, xs, ys, cross)
    draw_names(ax, names, [(e - ys[0]) / (ys[1] - ys[0]) * tall for e in ends], tall, void)
    return ax


def _check(grid: pd.DataFrame, nodes: int) -> None:
    """Refuse what is not a grid with at least two nodes on each side."""
    if min(grid.shape) < 2 or grid.size != nodes:
        raise ArgumentError(
            Fault(
                code="charts.not-a-grid",
                what="A surface needs a value, which may be NaN, for every pair of x and y, and two of each at least.",
                given=f"{nodes} rows for {grid.shape[1]} x {grid.shape[0]} nodes",
            )
        )


def _levels(values: Floats) -> list[float]:
    """Round values between which colours change."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return [0.0, 1.0]
    low, high = float(known.min()), float(known.max())
    if high - low <= 1e-12 * max(abs(low), 1.0):
        low, high = low - 0.5, high + 0.5
    return [float(v) for v in MaxNLocator(_LEVELS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
