"""People as a cloud of faint points, and the groups among them, in two dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from cxresearch.errors import ArgumentError, Fault, listing

from .axes import axis_label, below_axis, value_axis
from .cloud import Floats, crowds, draw_cloud, ellipse_boxes, equal_units, readable, thinned
from .columns import Number, labelled, require, unique
from .fields import draw_listed, draw_named, list_height, listed
from .layout import area, corner, place
from .palette import GREY, GROUPS, PAPER, Mark
from .placing import place_names
from .text import height, measure, plain, wrap, write
from .theme import house, style

_ELLIPSE: Final = ("width", "height", "angle")
_NAME: Final = 1.6  # widest name of a group
_DASHES: Final[tuple[Any, ...]] = (
    "-",
    (0, (5, 1.6)),
    (0, (1.2, 1.2)),
    (0, (6, 1.6, 1.2, 1.6)),
    (0, (3, 1.2)),
    (0, (8, 2)),
    (0, (2.5, 1, 1, 1)),
    (0, (5, 1.2, 1, 1.2, 1, 1.2)),
)
_SHAPE: Final = (0.55, 0.85)  # height of the panel in units of its width
MOST: Final = 1500  # points of people


@house
def group_map(
    frame: pd.DataFrame,
    *,
    people: pd.DataFrame,
    group_labels: Mapping[Any, str],
    x_label: str,
    y_label: str,
    title: str,
    subtitle: str,
    number: Number | None = None,
    most: int = MOST,
    thinned_label: str = "",
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw the middle of each group with its name over the cloud of people, one unit on both axes.

    Groups stand in the order in which they appear in the frame, each with its
    shape and colour.  Names stand beside their group, or at the end of a thin
    line where it is crowded; where they do not fit at all, groups are numbered
    and listed below.

    Parameters
    ----------
    frame : DataFrame
        One row per group, at most eight, with the columns

        - ``group``: the key,
        - ``x``, ``y``: its middle; NaN where suppressed, listed below,
        - ``width``, ``height``, ``angle`` (optional): the ellipse around the
          middle, whole lengths of its axes and degrees against the clock, as
          in ``matplotlib.patches.Ellipse``; none where one of them is NaN.
    people : DataFrame
        One row per person, with the columns

        - ``x``, ``y``: rows with NaN are left out,
        - ``group`` (optional): key of the group; grey if it is not in the
          frame or missing, e.g. people unlike anyone.
    group_labels : mapping of str
        Text per key.
    x_label, y_label : str
        What stands on the axes; the second one above the panel.
    title, subtitle : str
        The finding, and what is shown.
    number : callable, optional
        Writes the ticks; without it there are none.
    most : int
        Of more people than these, so many are drawn, always the same ones.
    thinned_label : str
        Says so under the panel if it happens.
    missing_label : str
        Stands before the names of suppressed groups.
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
    >>> frame = pd.DataFrame({"group": ["a", "b"], "x": [-1.0, 1.2], "y": [0.1, 0.3]})
    >>> people = pd.DataFrame({"x": [-1.2, -0.8, 1.0, 1.4], "y": [0.0, 0.2, 0.5, 0.1], "group": list("aabb")})
    >>> figure, ax = new_figure()
    >>> ax is group_map(frame, people=people, group_labels={"a": "Digital", "b": "Personal"}, x_label="First",
    ...                 y_label="Second", title="Two groups stand apart", subtitle="", ax=ax)
    True
    """
    ready = require(frame, ["group", "x", "y"], numeric=["x", "y", *_ELLIPSE])
    unique(ready, ["group"])
    labelled(group_labels, ready["group"], "group_labels")
    if len(ready) > len(GROUPS):
        raise ArgumentError(
            Fault(
                code="charts.too-many",
                what=f"More than {len(GROUPS)} groups cannot be told apart.",
                given=listing(ready["group"]),
            )
        )
    ready = ready.reindex(columns=[*ready.columns, *(c for c in _ELLIPSE if c not in ready)])
    marks = dict(zip(ready["group"], zip(GROUPS, _DASHES, strict=True), strict=False))
    known = np.isfinite(ready["x"]) & np.isfinite(ready["y"])
    absent = [plain(group_labels[g], 60) for g in ready.loc[~known, "group"]]
    shown = ready[known].reset_index(drop=True)
    seen = people if people.empty else require(people, ["x", "y"], numeric=["x", "y"])
    cloud, fewer = thinned(seen, most)

    room = area(ax)
    ticks = number is not None
    name = wrap(y_label, room.width, lines=3)
    left = 0.55 if ticks else 0.02
    wide = max(room.width - left - 0.1, 0.4)
    ground = below_axis(x_label, wide) if ticks else 0.08 + height(wrap(x_label, wide))
    gone = f"{plain(missing_label, 60)}: {', '.join(absent)}" if absent else ""
    told = "\n".join(wrap(t, room.width, lines=6, most=900) for t in (thinned_label if fewer else "", gone) if t)
    above = height(name) + 0.1
    below = ground + (height(told) + 0.08 if told else 0.0)
    body = _body(shown, cloud, wide) if room.grows else max(room.height - above - below - 0.9, 0.4)
    texts = [wrap(group_labels[g], min(_NAME, wide / 3), lines=5) for g in shown["group"]]

    def lay(texts: list[str], tall: float) -> tuple[list[Any], bool]:
        """Places of names in a panel of this height, and whether all of them are clear."""
        xs, ys = equal_units(shown, cloud, wide, tall)
        at = _inches(shown, xs, ys, wide, tall)
        faint = ellipse_boxes(shown, xs, ys, wide, tall) + crowds(_inches(cloud, xs, ys, wide, tall))
        sizes = [(measure(t), height(t)) for t in texts]
        points = [(float(x), float(y)) for x, y in at]
        places = place_names(points, sizes, (0.03, 0.03, wide - 0.03, tall - 0.03), faint=faint)
        return places, readable(points, places, sizes)

    numbers: list[list[str]] = []
    if not lay(texts, body)[1]:
        numbers = listed([group_labels[g] for g in shown["group"]], room.width)
        texts = [str(i + 1) for i in range(len(shown))]
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=body,
        left=left,
        right=max(room.width - left - wide, 0.0),
        above=above,
        below=below + list_height(numbers),
    )
    style(ax)
    ax.grid(False)
    ax.spines["left"].set_visible(True)
    xs, ys = equal_units(shown, cloud, wide, tall)
    ax.set_xlim(*xs)
    ax.set_ylim(*ys)
    if number is not None:
        value_axis(ax.xaxis, *xs, number, wide)
        value_axis(ax.yaxis, *ys, number, tall, most=5)
        for label in ax.get_yticklabels():
            label.set(va="center")
    else:
        ax.set_xticks([])
        ax.set_yticks([])
    axis_label(ax, x_label, wide)
    write(ax, -left, 0.07, name, colour=GREY, va="bottom", transform=corner(ax, 0, 1), gid="y-label")
    draw_cloud(ax, cloud, {group: mark for group, (mark, _) in marks.items()})
    _draw_groups(ax, shown, [marks[g] for g in shown["group"]])
    draw_named(ax, shown, texts, lay(texts, tall)[0])
    for text in ax.texts:
        if text.get_gid() == "name":
            text.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 1.0, "alpha": 0.8})
    draw_listed(ax, numbers, told, (-left, -ground), room.width)
    return ax


def _body(groups: pd.DataFrame, cloud: pd.DataFrame, wide: float) -> float:
    """Height at which the units are the same on both axes, within bounds."""
    xs, ys = equal_units(groups, cloud, 0.0, 0.0)
    shape = (ys[1] - ys[0]) / (xs[1] - xs[0])
    return wide * min(max(shape, _SHAPE[0]), _SHAPE[1])


def _inches(frame: pd.DataFrame, xs: tuple[float, float], ys: tuple[float, float], wide: float, tall: float) -> Floats:
    """Points in inches from the lower left corner of the panel."""
    low = np.array([xs[0], ys[0]])
    unit = np.array([wide / (xs[1] - xs[0]), tall / (ys[1] - ys[0])])
    return np.asarray((frame[["x", "y"]].to_numpy(dtype=float) - low) * unit, dtype=float)


def _draw_groups(ax: Axes, groups: pd.DataFrame, looks: list[tuple[Mark, Any]]) -> None:
    """Draw the ellipses, and over them the middles, large and with a rim."""
    table = groups[["x", "y", *_ELLIPSE]].to_numpy(dtype=float)
    for (x, y, wide, high, angle), (mark, dash) in zip(table, looks, strict=True):
        if np.isfinite([wide, high, angle]).all():
            for colour, thick, line, gid in ((PAPER, 3.2, "-", "rim"), (mark.colour, 1.6, dash, "ellipse")):
                ring = Ellipse((x, y), wide, high, angle=angle, fill=False, edgecolor=colour)
                ring.set(linewidth=thick, linestyle=line, zorder=2.2, gid=gid)
                ax.add_patch(ring)
        ax.plot(
            [x],
            [y],
            linestyle="none",
            marker=mark.shape,
            markersize=1.5 * mark.size,
            markerfacecolor=mark.colour,
            markeredgecolor=PAPER,
            markeredgewidth=1.3,
            clip_on=False,
            zorder=5,  # over the ground of its name
            gid="group",
        )
