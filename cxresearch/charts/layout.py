"""Room on the paper: margins computed from the texts, so that nothing is cut off.

All lengths are inches.  A chart asks for the room it may use (:func:`area`),
measures its texts, and places its panel (:func:`place`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation, Transform, blended_transform_factory

from .palette import GREY, INK, PAPER, SUBTITLE, TITLE
from .text import LITERAL, balance, height, wrap, write

EDGE: Final = 0.1  # white on every side of a chart
LEAST: Final = 0.4  # a panel is never smaller than this


class ReportFigure(Figure):
    """A figure that pyplot does not know, and that may grow with its rows."""

    grows: bool = False

    def __init__(self, width: float, height: float | None) -> None:
        super().__init__(figsize=(width, height or 3.6), dpi=96, facecolor=PAPER, edgecolor="none")
        FigureCanvasAgg(self)
        self.grows = height is None


@dataclass(frozen=True, kw_only=True)
class Area:
    """The rectangle a chart may use, from the lower left corner of the figure."""

    left: float
    bottom: float
    width: float
    height: float
    grows: bool


def area(ax: Axes) -> Area:
    """Room for a chart: the whole figure if `ax` is alone in it, else the place of `ax`."""
    figure = ax.get_figure()
    assert figure is not None  # only a removed Axes has none
    dpi = ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    width, high = figure.bbox.width / dpi, figure.bbox.height / dpi
    if len(figure.axes) == 1:
        grows = isinstance(figure, ReportFigure) and figure.grows
        return Area(left=EDGE, bottom=EDGE, width=width - 2 * EDGE, height=high - 2 * EDGE, grows=grows)
    box = ax.get_position(original=True)
    return Area(
        left=box.x0 * width,
        bottom=box.y0 * high,
        width=box.width * width,
        height=box.height * high,
        grows=False,
    )


def place(
    ax: Axes,
    room: Area,
    *,
    title: str,
    subtitle: str,
    body: float,
    left: float = 0.0,
    right: float = 0.0,
    above: float = 0.0,
    below: float = 0.0,
) -> tuple[float, float]:
    """Put the panel into its room, under the titles, and write the titles.

    Parameters
    ----------
    ax : Axes
        The panel.
    room : Area
        See :func:`area`.
    title, subtitle : str
        The finding, and what is shown.
    body : float
        Wished height of the panel; kept if the figure may grow.
    left, right, above, below : float
        Room beside the panel for labels, columns, keys and axes.

    Returns
    -------
    tuple of float
        Width and height of the panel.
    """
    figure = ax.get_figure()
    assert figure is not None
    head = _head(title, subtitle, room.width)
    tall = sum(high for _, high in head)
    bottom = room.bottom
    if room.grows:
        total = tall + above + body + below + 2 * EDGE
        figure.set_figheight(total)  # type: ignore[union-attr]
    else:
        body = max(room.height - tall - above - below, LEAST)
    wide = max(room.width - left - right, LEAST)
    scale = ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    full = figure.bbox.width / scale, figure.bbox.height / scale
    ax.set_position(
        ((room.left + left) / full[0], (bottom + below) / full[1], wide / full[0], body / full[1]),
        which="both",
    )
    _write_head(ax, head, x=-left, y=above + tall, size=(wide, body))
    return wide, body


def corner(ax: Axes, x: float, y: float) -> Transform:
    """Inches, counted from the point (x, y) of the panel, both in 0..1."""
    root = ax.get_figure(root=True)
    return root.dpi_scale_trans + ScaledTranslation(x, y, ax.transAxes)  # type: ignore[union-attr,arg-type]


def beside(ax: Axes, x: float) -> Transform:
    """Inches from the left (0) or right (1) edge of the panel, and data in height."""
    return blended_transform_factory(corner(ax, x, 0), ax.transData)


def _head(title: str, subtitle: str, width: float) -> list[tuple[str, float]]:
    """Both titles with the room each of them takes."""
    top = balance(title, width, TITLE, "bold", lines=6, most=300)
    sub = wrap(subtitle, width, SUBTITLE, lines=5, most=400)
    return [
        (top, height(top, TITLE) + 0.05 if top else 0),
        (sub, height(sub, SUBTITLE) + 0.08 if sub else 0.05),
    ]


def _write_head(ax: Axes, head: list[tuple[str, float]], *, x: float, y: float, size: tuple[float, float]) -> None:
    (title, tall), (subtitle, _) = head
    ax.set_title(
        title,
        loc="left",
        x=x / size[0],
        y=1 + y / size[1],
        pad=0,
        va="top",
        fontsize=TITLE,
        fontweight="bold",
        color=INK,
        **LITERAL,
    )
    if subtitle:
        where = corner(ax, 0, 1)
        write(ax, x, y - tall, subtitle, size=SUBTITLE, colour=GREY, va="top", transform=where, gid="subtitle")
