"""Parts of the alluvial picture: where nodes and ribbons stand, which of them look alike, and how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from .palette import GROUPS, ink_on

BAR: Final = 0.15  # width of a node
_TINT: Final = (0.30, 0.42, 0.22, 0.36, 0.26, 0.42, 0.18, 0.55)  # how much of its colour a ribbon has
_HATCH: Final = ("", "////", "----", "\\\\\\\\", "xxxx", "||||", "++++", "")

Node = tuple[Any, Any]  # stage and group
Flow = tuple[Node, Node, float]


@dataclass(frozen=True, kw_only=True)
class Box:
    """A node: where it begins, counted downwards from the top of the panel, and how high it is."""

    top: float
    height: float

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.top + self.height / 2


def ordered(stages: Sequence[Sequence[Node]], flows: Sequence[Flow]) -> list[list[Node]]:
    """Put the nodes of each stage where the people come from, so that few ribbons cross.

    Examples
    --------
    >>> stages = [[(2, "a"), (2, "b")], [(3, "c"), (3, "d")]]
    >>> ordered(stages, [((2, "a"), (3, "d"), 0.5), ((2, "b"), (3, "c"), 0.5)])[1]
    [(3, 'd'), (3, 'c')]
    """
    done = [list(stages[0])]
    for stage in stages[1:]:
        rank = {node: i for i, node in enumerate(done[-1])}
        total = dict.fromkeys(stage, 0.0)
        pull = dict.fromkeys(stage, 0.0)
        for source, target, share in flows:
            if target in total and source in rank:
                total[target] += share
                pull[target] += share * rank[source]
        last = float(len(rank))
        at = {node: pull[node] / total[node] if total[node] > 0 else last for node in stage}
        done.append(sorted(stage, key=at.__getitem__))
    return done


def looks(stages: Sequence[Sequence[Node]], flows: Sequence[Flow], anchor: int) -> dict[Node, int]:
    """Give every node a look: those of the anchor one each, the others that of the node they mostly are the same as.

    Two nodes of neighbouring stages are mostly the same if each shares more
    people with the other than with any third one.

    Examples
    --------
    >>> stages = [[(2, "a"), (2, "b")], [(3, "c"), (3, "d"), (3, "e")]]
    >>> flows = [((2, "a"), (3, "c"), 0.3), ((2, "a"), (3, "d"), 0.2), ((2, "b"), (3, "e"), 0.5)]
    >>> sorted(looks(stages, flows, anchor=0).items())
    [((2, 'a'), 0), ((2, 'b'), 1), ((3, 'c'), 0), ((3, 'd'), 2), ((3, 'e'), 1)]
    """
    found = {node: i % len(GROUPS) for i, node in enumerate(stages[anchor])}
    rightwards = [(i, i + 1) for i in range(anchor, len(stages) - 1)]
    leftwards = [(i, i - 1) for i in range(anchor, 0, -1)]
    for known, new in rightwards + leftwards:
        heirs = _same(stages[known], stages[new], flows)
        for node in stages[new]:
            if node in heirs:
                found[node] = found[heirs[node]]
        for node in stages[new]:
            if node not in found:
                here = {found[n] for n in stages[new] if n in found}
                unused = [i for i in range(len(GROUPS)) if i not in found.values()]
                free = [i for i in range(len(GROUPS)) if i not in here]
                found[node] = (unused or free or [len(here) % len(GROUPS)])[0]
    return found


def boxes(stages: Sequence[Sequence[Node]], heights: Mapping[Node, float], tall: float, gap: float) -> dict[Node, Box]:
    """Stack the nodes of each stage, all stages on the same scale and in the middle of the panel.

    Examples
    --------
    >>> boxes([[(1, "a")], [(2, "b"), (2, "c")]], {(1, "a"): 1, (2, "b"): 0.5, (2, "c"): 0.5}, 2.2, 0.2)[(2, "c")]
    Box(top=1.2, height=1.0)
    """
    most = max(map(len, stages))
    gap = min(gap, 0.4 * tall / max(most - 1, 1))
    whole = max(sum(heights[node] for node in stage) for stage in stages) or 1.0
    unit = (tall - gap * (most - 1)) / whole
    places = {}
    for stage in stages:
        size = unit * sum(heights[node] for node in stage) + gap * (len(stage) - 1)
        top = (tall - size) / 2
        for node in stage:
            places[node] = Box(top=round(top, 9), height=round(unit * heights[node], 9))
            top += unit * heights[node] + gap
    return places


def draw_ribbons(
    ax: Axes,
    stages: Sequence[Sequence[Node]],
    flows: Sequence[Flow],
    places: Mapping[Node, Box],
    heights: Mapping[Node, float],
    look: Mapping[Node, int],
    at: Mapping[Any, float],
) -> None:
    """Draw every flow as a ribbon with the shade and hatching of the node it comes from."""
    for left, right in pairwise(stages):
        rank = {node: i for i, node in enumerate([*left, *right])}
        part = sorted((f for f in flows if f[0] in left and f[1] in right), key=lambda f: (rank[f[0]], rank[f[1]]))
        begins = {node: places[node].top for node in left}
        spans: list[tuple[float, float]] = []
        for source, _, share in part:
            size = share * _unit(source, places, heights)
            spans.append((begins[source], size))
            begins[source] += size
        ends = {node: places[node].top for node in right}
        arrivals = {}
        for i in sorted(range(len(part)), key=lambda i: (rank[part[i][1]], rank[part[i][0]])):
            arrivals[i] = ends[part[i][1]]
            ends[part[i][1]] += spans[i][1]
        for i in sorted(range(len(part)), key=lambda i: -spans[i][1]):
            source, target, _ = part[i]
            ends_x = at[source[0]] + BAR / 2, at[target[0]] - BAR / 2
            _draw_ribbon(ax, ends_x, (spans[i][0], arrivals[i]), spans[i][1], look[source])


def draw_nodes(ax: Axes, places: Mapping[Node, Box], look: Mapping[Node, int], at: Mapping[Any, float]) -> None:
    """Draw every node as a bar that carries the shape of its look, where it has room."""
    for node, box in places.items():
        mark = GROUPS[look[node]]
        bar = Rectangle((at[node[0]] - BAR / 2, box.top), BAR, box.height, facecolor=mark.colour, edgecolor="none")
        bar.set(zorder=3, gid="node")
        ax.add_patch(bar)
        if box.height > 0.16:
            shape: dict[str, Any] = {"marker": mark.shape, "markersize": 0.75 * mark.size, "color": ink_on(mark.colour)}
            ax.plot([at[node[0]]], [box.middle], linestyle="none", markeredgewidth=0, zorder=3.2, gid="shape", **shape)


def _unit(node: Node, places: Mapping[Node, Box], heights: Mapping[Node, float]) -> float:
    return places[node].height / heights[node] if heights[node] > 0 else 0.0


def _same(known: Sequence[Node], new: Sequence[Node], flows: Sequence[Flow]) -> dict[Node, Node]:
    """New nodes that are mostly the same as a known one."""
    best = np.zeros((len(known), len(new)))
    for one, other, share in flows:
        for a, b in ((one, other), (other, one)):
            if a in known and b in new:
                best[known.index(a), new.index(b)] += share
    pairs = {}
    for j, node in enumerate(new):
        i = int(best[:, j].argmax())
        if best[i, j] > 0 and int(best[i].argmax()) == j:
            pairs[node] = known[i]
    return pairs


def _draw_ribbon(ax: Axes, xs: tuple[float, float], tops: tuple[float, float], size: float, look: int) -> None:
    middle = sum(xs) / 2
    (left, right), (a, b) = xs, tops
    points = [(left, a), (middle, a), (middle, b), (right, b)]
    back = [(right, b + size), (middle, b + size), (middle, a + size), (left, a + size)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    colour = GROUPS[look].colour
    ribbon = PathPatch(Path([*points, *back, (left, a)], codes), facecolor=_tint(colour, _TINT[look]), edgecolor=colour)
    ribbon.set(linewidth=0.5, hatch=_HATCH[look], hatch_linewidth=0.5, zorder=2, gid="ribbon")
    ax.add_patch(ribbon)


def _tint(colour: str, much: float) -> str:
    """A colour thinned with white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (p - 255) * much):02x}" for p in parts)
