"""Parts of the map of people: which of them are drawn, axes with one unit, and what names had better not cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from .palette import GREY, Mark
from .placing import Box, Place

Floats = npt.NDArray[np.float64]
Span = tuple[float, float]
Spot = tuple[float, float]

_AIR: Final = 0.05  # share of an axis beyond the farthest point
_CELL: Final = 0.12  # inches: a name had better not cover a cell with many people
_CROWD: Final = 4
_NEAR: Final = 0.09  # inches: a line that passes a point so near seems to begin there
_FAINT: Final = (0.5, 0.25)  # opacity of a point among few people and among many
_MANY: Final = 800


def thinned(people: pd.DataFrame, most: int) -> tuple[pd.DataFrame, bool]:
    """People with known places, at most so many: always the same ones, in the order of the frame.

    Examples
    --------
    >>> people = pd.DataFrame({"x": range(1000), "y": 0.0})
    >>> first, fewer = thinned(people, 10)
    >>> len(first), fewer, first.equals(thinned(people, 10)[0])
    (10, True, True)
    """
    if people.empty:
        return pd.DataFrame({"x": [], "y": []}, dtype=float), False
    known = people[np.isfinite(people["x"]) & np.isfinite(people["y"])]
    if len(known) <= most:
        return known, False
    chosen = np.random.default_rng(0).permutation(len(known))[:most]
    return known.iloc[np.sort(chosen)], True


def equal_units(groups: pd.DataFrame, cloud: pd.DataFrame, wide: float, tall: float) -> tuple[Span, Span]:
    """Ends of both axes; one unit is as long on both if the panel is `wide` and `tall` inches."""
    reach = _reaches(groups)
    x = np.concatenate([cloud["x"], groups["x"] - reach[0], groups["x"] + reach[0]])
    y = np.concatenate([cloud["y"], groups["y"] - reach[1], groups["y"] + reach[1]])
    xs, ys = _span(x), _span(y)
    if wide <= 0 or tall <= 0:
        return xs, ys
    unit = max((xs[1] - xs[0]) / wide, (ys[1] - ys[0]) / tall)
    return _grown(xs, unit * wide), _grown(ys, unit * tall)


def ellipse_boxes(groups: pd.DataFrame, xs: Span, ys: Span, wide: float, tall: float) -> list[Box]:
    """Rims of the ellipses as small boxes in inches."""
    boxes = []
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    for x, y, width, height, angle in groups[["x", "y", "width", "height", "angle"]].dropna().to_numpy(dtype=float):
        a, b, tilt = width / 2 * np.cos(turn), height / 2 * np.sin(turn), np.deg2rad(angle)
        u = (x + a * np.cos(tilt) - b * np.sin(tilt) - xs[0]) / (xs[1] - xs[0]) * wide
        v = (y + a * np.sin(tilt) + b * np.cos(tilt) - ys[0]) / (ys[1] - ys[0]) * tall
        spots = np.stack([u, v], axis=1)
        boxes += [(float(p) - 0.02, float(q) - 0.02, float(p) + 0.02, float(q) + 0.02) for p, q in spots]
    return boxes


def crowds(points: Floats) -> list[Box]:
    """Cells with many people, in inches, of points in inches."""
    if not len(points):
        return []
    cells, counts = np.unique(np.floor(points / _CELL), axis=0, return_counts=True)
    crowded = cells[counts >= _CROWD] * _CELL
    return [(float(x), float(y), float(x) + _CELL, float(y) + _CELL) for x, y in crowded]


def readable(points: Sequence[Spot], places: Sequence[Place], sizes: Sequence[Spot]) -> bool:
    """Whether no two names overlap, and no thin line to a name passes another point.

    Examples
    --------
    >>> away = Place(x=1.0, y=0.0, leader=True, clear=True)
    >>> beside = Place(x=0.5, y=0.3, leader=False, clear=True)
    >>> readable([(0, 0), (0.5, 0.5)], [away, beside], [(0.2, 0.1)] * 2)
    True
    >>> readable([(0, 0), (0.5, 0.0)], [away, beside], [(0.2, 0.1)] * 2)
    False
    """
    boxes = [(p.x - w / 2, p.y - h / 2, p.x + w / 2, p.y + h / 2) for p, (w, h) in zip(places, sizes, strict=True)]
    for (a, b, c, d), (e, f, g, h) in combinations(boxes, 2):
        if min(c, g) > max(a, e) and min(d, h) > max(b, f):
            return False
    at = np.array(points, dtype=float).reshape(-1, 2)
    for i, (place, box) in enumerate(zip(places, boxes, strict=True)):
        if place.leader:
            line = at[i] + np.linspace(0, 1, 30)[:, None] * (np.clip(at[i], box[:2], box[2:]) - at[i])
            others = np.delete(at, i, axis=0)
            if len(others) and np.hypot(*(line[:, None, :] - others).transpose(2, 0, 1)).min() < _NEAR:
                return False
    return True


def draw_cloud(ax: Axes, cloud: pd.DataFrame, marks: Mapping[Any, Mark]) -> None:
    """Draw people as faint points with the shape and colour of their group, all others as grey dots."""
    other = Mark(shape=".", colour=GREY, size=12.0)
    faint = _FAINT[len(cloud) > _MANY]
    of = [other] * len(cloud)
    if "group" in cloud:
        of = [marks.get(g, other) if pd.notna(g) else other for g in cloud["group"]]
    for mark in dict.fromkeys([other, *marks.values()]):
        part = cloud[[m is mark for m in of]]
        if len(part):
            ax.plot(
                part["x"],
                part["y"],
                linestyle="none",
                marker=mark.shape,
                markersize=0.45 * mark.size,
                markerfacecolor=mark.colour,
                markeredgewidth=0,
                alpha=faint,
                zorder=1.2,
                gid="people",
            )


def _reaches(groups: pd.DataFrame) -> tuple[Floats, Floats]:
    """Half widths and heights of the ellipses along the axes; zero where there is none."""
    a, b, tilt = (groups[c].to_numpy(dtype=float) for c in ("width", "height", "angle"))
    tilt = np.deg2rad(tilt)
    x = np.hypot(a / 2 * np.cos(tilt), b / 2 * np.sin(tilt))
    y = np.hypot(a / 2 * np.sin(tilt), b / 2 * np.cos(tilt))
    return np.nan_to_num(x), np.nan_to_num(y)


def _span(values: npt.ArrayLike) -> Span:
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    pad = _AIR * (high - low)
    return low - pad, high + pad


def _grown(ends: Span, length: float) -> Span:
    middle = sum(ends) / 2
    return middle - length / 2, middle + length / 2
