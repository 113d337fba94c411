"""How groups split and merge from one number of groups to the next."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError, Fault, listing

from .columns import Number, labelled, require, unique
from .layout import area, corner, place
from .lines import spread, tall_of
from .palette import GREY, INK, PAPER, SMALL
from .ribbons import BAR, Box, Flow, Node, boxes, draw_nodes, draw_ribbons, looks, ordered
from .text import height, measure, plain, wrap, write
from .theme import house, style

_BODY: Final = 2.6  # height of all people together
_GAP: Final = 0.16  # between two nodes
_NAME: Final = 1.55  # widest name of a node at the edge
_WITHIN: Final = (0.62, 1.45)  # least and most inches for the name of a node inside
_LEAD: Final = 0.14  # between a node and its name


@house
def alluvial(
    frame: pd.DataFrame,
    *,
    flows: pd.DataFrame,
    stage_labels: Mapping[Any, str],
    number: Number,
    title: str,
    subtitle: str,
    anchor: Any | None = None,
    missing_label: str = "–",
    ax: Axes,
) -> Axes:
    """Draw groups as bars, a column per number of groups, and the people who stay together as ribbons.

    Stages stand in the order in which they appear in the frame, groups of the
    first stage too; those of later stages stand where their people come from.
    A ribbon has the shade and the hatching of the group it comes from, and a
    group that is mostly the same as one before keeps its shape and colour.
    The first, the last and the anchor stage show names and shares; the others
    shares, and so does an anchor inside a figure that is too narrow.

    Parameters
    ----------
    frame : DataFrame
        One row per group of a stage, with the columns

        - ``stage``: key of the stage, e.g. the number of groups,
        - ``group``: key of the group within its stage,
        - ``label``: its text,
        - ``share``: share of all people, NaN where suppressed.
    flows : DataFrame
        One row per ribbon, with the columns

        - ``stage``: the stage it begins at; it ends at the next one,
        - ``source``, ``target``: keys of the groups,
        - ``share``: share of all people; zero and NaN are not drawn.
    stage_labels : mapping of str
        Text per stage, above its column.
    number : callable
        Writes a share, e.g. 0.42 as "42 %".
    title, subtitle : str
        The finding, and what is shown.
    anchor : key of a stage, optional
        Its groups have the shapes and colours of personas in other pictures,
        in the order in which they appear in the frame; without it the first.
    missing_label : str
        Stands where a share is suppressed.
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
        ``charts.missing-label``, ``charts.duplicate-row``, ``charts.unknown-group``.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> frame = pd.DataFrame({"stage": [1, 2, 2], "group": [0, 0, 1], "label": ["All", "Digital", "Personal"],
    ...                       "share": [1.0, 0.4, 0.6]})
    >>> flows = pd.DataFrame({"stage": 1, "source": 0, "target": [0, 1], "share": [0.4, 0.6]})
    >>> figure, ax = new_figure()
    >>> ax is alluvial(frame, flows=flows, stage_labels={1: "One group", 2: "Two groups"}, number="{:.0%}".format,
    ...                title="Four in ten are digital", subtitle="", ax=ax)
    True
    >>> len([patch for patch in ax.patches if patch.get_gid() == "ribbon"])
    2
    """
    ready = require(frame, ["stage", "group", "label", "share"], numeric=["share"])
    unique(ready, ["stage", "group"])
    keys = list(ready["stage"].unique())
    labelled(stage_labels, keys, "stage_labels")
    stages: list[list[Node]] = [[(k, g) for g in ready.loc[ready["stage"] == k, "group"]] for k in keys]
    streams = _streams(flows, stages, keys)
    if anchor is not None and anchor not in keys:
        raise ArgumentError(
            Fault(code="charts.unknown-group", what="The anchor is no stage.", given=anchor, allowed=listing(keys))
        )
    look = looks(stages, streams, keys.index(anchor) if anchor is not None else 0)
    nodes: list[Node] = list(zip(ready["stage"], ready["group"], strict=True))
    shares: dict[Node, float] = dict(zip(nodes, ready["share"].to_numpy(dtype=float).tolist(), strict=True))
    heights = _heights(shares, streams)
    stages = ordered(stages, streams)

    room = area(ax)
    names = dict(zip(nodes, ready["label"], strict=True))
    tail = {n: plain(number(s) if np.isfinite(s) else missing_label, 16) for n, s in shares.items()}
    most = min(_NAME, 0.26 * room.width)
    edges = [stages[0], stages[-1]] if len(stages) > 1 else [stages[0]]
    texts = {n: f"{wrap(names[n], most, lines=4)}\n{tail[n]}".strip() for stage in edges for n in stage}
    sides = [max(measure(texts[n]) for n in stage) + _LEAD + BAR / 2 for stage in edges]
    left, right = (sides[0], sides[1]) if len(sides) > 1 else (BAR / 2, sides[0])
    wide = max(room.width - left - right, 0.4)
    step = wide / max(len(keys) - 1, 1)
    inner = min(step - BAR - 2 * _LEAD - 0.1, _WITHIN[1])
    for key, stage in list(zip(keys, stages, strict=True))[1:-1]:
        told = key == anchor and inner >= _WITHIN[0]
        texts |= {n: f"{wrap(names[n], inner, lines=5)}\n{tail[n]}".strip() if told else tail[n] for n in stage}
    heads = [wrap(stage_labels[k], max(min(step - 0.1, 1.6), 0.4), SMALL, "bold", lines=4) for k in keys]
    needs = [sum(tall_of([texts[n] for n in stage])) for stage in stages]
    wide, tall = place(
        ax,
        room,
        title=title,
        subtitle=subtitle,
        body=max(_BODY + _GAP * (max(map(len, stages)) - 1), *needs),
        left=left,
        right=right,
        above=max(map(height, heads)) + 0.14,
        below=0.06,
    )

    style(ax)
    ax.grid(False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlim(0, wide)
    ax.set_ylim(tall, 0)
    at = {k: i * wide / max(len(keys) - 1, 1) for i, k in enumerate(keys)}
    places = boxes(stages, heights, tall, _GAP)
    draw_ribbons(ax, stages, streams, places, heights, look, at)
    draw_nodes(ax, places, look, at)
    for artist in (*ax.patches, *ax.lines):
        artist.set_clip_on(False)
    for i, (key, stage, head) in enumerate(zip(keys, stages, heads, strict=True)):
        outward = i == 0 and len(keys) > 1
        _draw_names(ax, stage, texts, places, at[key], tall, outward=outward, inside=0 < i < len(keys) - 1)
        half = measure(head, SMALL, "bold") / 2
        x = min(max(at[key], half - left), wide + right - half)
        where = corner(ax, 0, 1)
        write(ax, x, 0.1, head, fontweight="bold", ha="center", va="bottom", transform=where, gid="stage")
    return ax


def _streams(flows: pd.DataFrame, stages: list[list[Node]], keys: list[Any]) -> list[Flow]:
    """Flows that can be drawn, between nodes that exist."""
    if flows.empty and len(keys) == 1:
        return []
    ready = require(flows, ["stage", "source", "target", "share"], numeric=["share"])
    unique(ready, ["stage", "source", "target"])
    after = dict(pairwise(keys))
    rows = zip(ready["stage"], ready["source"], ready["target"], ready["share"].to_numpy(dtype=float), strict=True)
    ends = [((stage, source), (after.get(stage), target), float(share)) for stage, source, target, share in rows]
    known = {node for stage in stages for node in stage}
    lost = [node for one, other, _ in ends for node in (one, other) if node not in known]
    if lost:
        raise ArgumentError(
            Fault(
                code="charts.unknown-group",
                what="A flow begins or ends at a group that the frame does not have.",
                given=listing(f"{group} of {stage}" for stage, group in dict.fromkeys(lost)),
                allowed=listing(f"{group} of {stage}" for nodes in stages for stage, group in nodes),
            )
        )
    return [flow for flow in ends if flow[2] > 0]


def _heights(shares: Mapping[Node, float], flows: list[Flow]) -> dict[Node, float]:
    """Share of each node; where it is suppressed or too small, what flows through."""
    begins, ends = dict.fromkeys(shares, 0.0), dict.fromkeys(shares, 0.0)
    for source, target, share in flows:
        begins[source] += share
        ends[target] += share
    return {n: max(s if np.isfinite(s) else 0.0, begins[n], ends[n]) for n, s in shares.items()}


def _draw_names(
    ax: Axes,
    stage: list[Node],
    texts: Mapping[Node, str],
    places: Mapping[Node, Box],
    x: float,
    tall: float,
    *,
    outward: bool,
    inside: bool,
) -> None:
    """Write the names of a stage beside its nodes: left of the first ones, right of all others."""
    wished = [places[n].middle for n in stage]
    found = spread(wished, tall_of([texts[n] for n in stage]), 0.0, tall)
    sign = -1 if outward else 1
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5, "alpha": 0.93} if inside else None
    for node, wish, y in zip(stage, wished, found, strict=True):
        start = x + sign * BAR / 2
        if abs(wish - y) > 0.02:
            end = start + sign * (_LEAD - 0.03)
            ax.plot([start, end], [wish, y], color=GREY, linewidth=0.6, clip_on=False, zorder=3.1, gid="leader")
        ha = "right" if outward else "left"
        more: dict[str, Any] = {"bbox": ground} if ground else {}
        write(ax, start + sign * _LEAD, y, texts[node], colour=INK, ha=ha, zorder=4, gid="name", **more)
