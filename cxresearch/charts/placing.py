"""Where the names of points stand: beside them, clear of each other and of everything drawn.

All lengths are inches in the panel.  The same input gives the same places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, bottom, right, top

_BESIDE: Final = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_NEAR: Final = 0.1  # from the middle of a point to its name
_FAR: Final = (0.2, 0.32, 0.46, 0.62, 0.8, 1.0, 1.3, 1.7)  # ... with a leader line
_AIR: Final = 0.025  # between two names
_FAINT: Final = 0.016  # square inches of faint boxes under a name that do not hurt


@dataclass(frozen=True, kw_only=True)
class Place:
    """Middle of a name; `leader` if a line must lead to it, `clear` if it covers nothing, or little that is faint."""

    x: float
    y: float
    leader: bool
    clear: bool


def place_names(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    bounds: Box,
    *,
    faint: Sequence[Box] = (),
) -> list[Place]:
    """Find a place for the name of each point: eight positions beside it, then farther away.

    Parameters
    ----------
    points, sizes : sequence of tuple
        Where the points are, and how wide and high their names.
    bounds : tuple
        Names stay inside.
    faint : sequence of tuple
        Boxes that names had better not cover; points they must not.

    Examples
    --------
    >>> (place,) = place_names([(1, 1)], [(0.5, 0.2)], (0, 0, 2, 2))
    >>> round(place.x, 2), place.y, place.leader
    (1.38, 1.0, False)
    """
    marks = [(x - 0.06, y - 0.06, x + 0.06, y + 0.06) for x, y in points]
    fixed, soft = _boxes(marks), _boxes(faint)
    options = [_options(point, size, bounds) for point, size in zip(points, sizes, strict=True)]
    own = [
        50 * (_cover(boxes, fixed) + _crossed(point, boxes, fixed, marks[i])) + 8 * _cover(boxes, soft) + effort
        for i, (point, (boxes, effort)) in enumerate(zip(points, options, strict=True))
    ]
    near = [sum((x - u) ** 2 + (y - v) ** 2 < 0.5 for u, v in points) for x, y in points]
    order = sorted(range(len(points)), key=lambda i: (-near[i], i))
    chosen: dict[int, int] = {}
    for _ in range(4):  # first one after the other, then each again with all others in place
        for i in order:
            others = _boxes([tuple(options[j][0][k]) for j, k in chosen.items() if j != i])
            boxes = options[i][0]
            cost = own[i] + 50 * (_cover(boxes, others) + _crossed(points[i], boxes, others, None))
            chosen[i] = int(np.argmin(cost.round(9)))
    places = []
    for i in range(len(points)):
        box = options[i][0][chosen[i]]
        rest = _boxes([*fixed, *(options[j][0][k] for j, k in chosen.items() if j != i)])
        clear = float(_cover(_inner(box), rest)[0]) == 0.0 and float(_cover(_inner(box), soft)[0]) < _FAINT
        leader = chosen[i] >= len(_BESIDE)
        places.append(Place(x=float(box[0] + box[2]) / 2, y=float(box[1] + box[3]) / 2, leader=leader, clear=clear))
    return places


def _options(point: tuple[float, float], size: tuple[float, float], bounds: Box) -> tuple[Floats, Floats]:
    """Boxes that the name may have, and how unwelcome each of them is."""
    x, y = point
    wide, high = size[0] + 2 * _AIR, size[1]
    steps = [(a * (wide / 2 + _NEAR - _AIR * (b != 0)), b * (high / 2 + 0.07 - 0.05 * (a != 0))) for a, b in _BESIDE]
    effort = [0.002 * k for k in range(len(steps))]
    for far in _FAR:
        for k in range(16):
            a, b = cos(k * pi / 8), sin(k * pi / 8)
            steps.append((a * (wide / 2 + far), b * (high / 2 + far)))
            effort.append(0.06 + 0.1 * far + 0.001 * k)
    left, bottom, right, top = bounds
    boxes = []
    for k, (dx, dy) in enumerate(steps):
        u, v = x + dx, y + dy
        inside_u = min(max(u, left + wide / 2), max(right - wide / 2, left + wide / 2))
        inside_v = min(max(v, bottom + high / 2), max(top - high / 2, bottom + high / 2))
        effort[k] += 0.3 * (abs(inside_u - u) + abs(inside_v - v))
        boxes.append((inside_u - wide / 2, inside_v - high / 2, inside_u + wide / 2, inside_v + high / 2))
    return _boxes(boxes), np.array(effort)


def _boxes(boxes: Sequence[Box | Floats] | Sequence[tuple[float, ...]]) -> Floats:
    return np.array(boxes, dtype=float).reshape(-1, 4)


def _inner(box: Floats) -> Floats:
    """A box without its rim of air."""
    return _boxes([(box[0] + _AIR, box[1] + _AIR, box[2] - _AIR, box[3] - _AIR)])


def _cover(boxes: Floats, others: Floats) -> Floats:
    """Area of each box that others cover."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    covered: Floats = np.clip(high - low, 0.0, None).prod(axis=2).sum(axis=1)
    return covered


def _crossed(point: tuple[float, float], boxes: Floats, others: Floats, skip: Box | None) -> Floats:
    """How much of the leader line of each box lies under others; names beside their point have none."""
    if skip is not None:
        others = others[(others != np.array(skip)).any(axis=1)]
    found = np.zeros(len(boxes))
    far = boxes[len(_BESIDE) :]
    start = np.array(point)
    ends = np.clip(start, far[:, :2], far[:, 2:])
    at = (start + np.linspace(0.1, 0.9, 7)[:, None, None] * (ends - start))[:, :, None, :]
    found[len(_BESIDE) :] = 0.004 * ((at > others[:, :2]) & (at < others[:, 2:])).all(axis=3).sum(axis=(0, 2))
    return found
