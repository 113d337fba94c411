"""How every chart looks: colours, shapes, new figures, titles, and files.

This is the one module a caller of the charts needs beside the chart itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, Literal, ParamSpec, TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .export import plain_settings, png, svg
from .layout import Area, ReportFigure, area, place
from .palette import (
    BAND,
    GREY,
    GRID,
    GROUPS,
    INK,
    INSIDE,
    LINK,
    NEUTRAL,
    OKABE_ITO,
    OUTSIDE,
    PAPER,
    RULE,
    SMALL,
    Mark,
    contrast,
    ink_on,
    likert_ramp,
    luminance,
)

P = ParamSpec("P")
R = TypeVar("R")

WIDTH: Final = 6.4  # inches: readable when a phone shows it 370 pixels wide

SETTINGS: Final = ("axes.", "figure.", "font.", "grid.", "hatch.", "lines.", "patch.", "text.", "xtick.", "ytick.")


def house(chart: Callable[P, R]) -> Callable[P, R]:
    """Decorate a chart so that the user's settings of matplotlib change nothing in it.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> @house
    ... def tex() -> bool:
    ...     return mpl.rcParams["text.usetex"]
    >>> with mpl.rc_context({"text.usetex": True}):
    ...     tex()
    False
    """

    @wraps(chart)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with plain_settings(*SETTINGS):
            return chart(*args, **kwargs)

    return drawn


def new_figure(width: float = WIDTH, height: float | None = None) -> tuple[Figure, Axes]:
    """Make a figure that pyplot does not know, with one empty Axes.

    Parameters
    ----------
    width : float
        In inches.
    height : float, optional
        In inches.  Without it the figure grows with what a chart draws.

    Returns
    -------
    Figure, Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, ax = new_figure()
    >>> figure.axes == [ax], plt.get_fignums()
    (True, [])
    """
    with plain_settings(*SETTINGS):
        figure = ReportFigure(width, height)
        ax = figure.add_axes((0.1, 0.12, 0.86, 0.76))
    return figure, ax


@house
def style(ax: Axes, direction: Literal["x", "y"] = "x") -> None:
    """Take away what does not inform: frames, ticks, and the grid across the values.

    Parameters
    ----------
    ax : Axes
        The panel.
    direction : {"x", "y"}
        The axis that carries the values; the light grid stands on it.

    Examples
    --------
    >>> figure, ax = new_figure()
    >>> style(ax)
    >>> [side for side, spine in ax.spines.items() if spine.get_visible()]
    ['bottom']
    """
    ax.set_facecolor("none")
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set(color=RULE, linewidth=0.8)
    ax.tick_params(which="both", length=0, labelsize=SMALL, labelcolor=GREY, pad=4)
    ax.set_axisbelow(True)
    ax.grid(False, which="both", axis="both")
    ax.grid(True, which="major", axis=direction, color=GRID, linewidth=0.8, linestyle="-")


@house
def titles(ax: Axes, title: str, subtitle: str = "") -> None:
    """Write the finding above a panel, flush left, and make room for it.

    The charts of this package write their own titles; this is for a chart
    that a notebook draws itself.  The panel keeps the margins it has at its
    sides and below.

    Parameters
    ----------
    ax : Axes
        The panel.
    title : str
        The finding, as a sentence; wrapped to the width of the figure.
    subtitle : str
        What is shown.

    Examples
    --------
    >>> figure, ax = new_figure(height=3)
    >>> titles(ax, "Six in ten are satisfied", "Share of answers 4 and 5")
    >>> ax.get_title(loc="left")
    'Six in ten are satisfied'
    """
    room = area(ax)
    figure = ax.get_figure()
    assert figure is not None
    fixed = Area(left=room.left, bottom=room.bottom, width=room.width, height=room.height, grows=False)
    scale = ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    box = ax.get_window_extent()
    left = max(box.x0 / scale - figure.bbox.x0 / scale - room.left, 0.0)
    right = max(room.width - left - box.width / scale, 0.0)
    below = max(box.y0 / scale - figure.bbox.y0 / scale - room.bottom, 0.0)
    place(ax, fixed, title=title, subtitle=subtitle, body=0, left=left, right=right, below=below)


__all__ = [
    "BAND",
    "GREY",
    "GRID",
    "GROUPS",
    "INK",
    "INSIDE",
    "LINK",
    "NEUTRAL",
    "OKABE_ITO",
    "OUTSIDE",
    "PAPER",
    "RULE",
    "WIDTH",
    "Mark",
    "contrast",
    "house",
    "ink_on",
    "likert_ramp",
    "luminance",
    "new_figure",
    "png",
    "style",
    "svg",
    "titles",
]
