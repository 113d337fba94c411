"""How often values on an interval scale fall into bins."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cxresearch.errors import ArgumentError, Fault

from .axes import axis_label, below_axis, value_axis
from .columns import Number
from .layout import area, corner, place
from .palette import GREY, INK, OKABE_ITO, PAPER
from .text import height, measure, plain, wrap, write
from .theme import house, style

BAR: Final = OKABE_ITO["blue"]
_BODY: Final = 2.0  # height of the panel


@house
def histogram(
    values: npt.ArrayLike,
    *,
    value_label: str,
    count_label: str,
    number: Number,
    title: str,
    subtitle: str,
    ax: Axes,
    bins: int | list[float] | None = None,
    reference: float | None = None,
    reference_label: str = "",
) -> Axes:
    """Draw how often values on an interval scale fall into bins of equal width.

    Parameters
    ----------
    values : array_like
        Missing values are left out.
    value_label, count_label : str
        What stands on the axes; the second one above the panel.
    number : callable
        Writes a value on either axis.
    title, subtitle : str
        The finding, and what is shown.
    ax : Axes
        Where to draw.
    bins : int or list of float, optional
        Number of bins or their edges.
    reference : float, optional
        Where a line is drawn, e.g. the mean.
    reference_label : str
        Its name.

    Returns
    -------
    Axes
        `ax`.

    Raises
    ------
    ArgumentError
        ``charts.empty-frame`` if there is no value.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> figure, ax = new_figure()
    >>> ax is histogram([1.0, 2.0, 2.5], value_label="Days", count_label="Cases", number="{:g}".format,
    ...                 title="Most wait two days", subtitle="", ax=ax)
    True
    """
    known = np.asarray(values, dtype=float).ravel()
    known = known[np.isfinite(known)]
    if known.size == 0:
        raise ArgumentError(Fault(code="charts.empty-frame", what="There is nothing to draw: no value is known."))
    heights, edges = np.histogram(known, bins=bins if bins is not None else min(30, max(5, int(known.size**0.5))))
    high = float(heights.max()) * 1.04
    room = area(ax)
    low, up = float(edges[0]), float(edges[-1])
    ticks = [plain(number(v), 24) for v in MaxNLocator(4, integer=True).tick_values(0, high) if v <= high]
    left = max(map(measure, ticks)) + 0.1
    right = max(0.1, measure(plain(number(up), 24)) / 2)
    wide = max(room.width - left - right, 0.4)
    name = wrap(count_label, room.width, lines=2)
    line = wrap(reference_label, wide, lines=2) if reference is not None else ""
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=_BODY,
        left=left,
        right=right,
        above=height(name) + height(line) + 0.16,
        below=below_axis(value_label, wide),
    )
    style(ax, "y")
    ax.bar(edges[:-1], heights, np.diff(edges), align="edge", color=BAR, edgecolor=PAPER, linewidth=0.8, zorder=2)
    ax.set_ylim(0, high)
    ends = (low, up) if reference is None else (min(low, reference), max(up, reference))
    ax.set_xlim(*ends)
    value_axis(ax.xaxis, *ends, number, wide, most=8)
    value_axis(ax.yaxis, 0, high, number, tall, most=4)
    axis_label(ax, value_label, wide)
    where = corner(ax, 0, 1)
    write(ax, -left, height(line) + 0.1, name, colour=GREY, va="bottom", transform=where, gid="counts")
    if reference is not None:
        ax.axvline(reference, color=INK, linewidth=1.1, zorder=3, gid="reference")
        at = (reference - ends[0]) / (ends[1] - ends[0]) * wide - measure(line) / 2
        x = max(min(at, wide - measure(line)), 0.0)
        write(ax, x, 0.04, line, colour=INK, va="bottom", transform=where, gid="note")
    return ax
