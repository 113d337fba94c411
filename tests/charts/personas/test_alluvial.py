"""How groups split from one number of groups to the next."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from cxresearch.charts.palette import GROUPS
from cxresearch.charts.ribbons import boxes, looks, ordered
from cxresearch.charts.theme import luminance
from cxresearch.errors import ArgumentError


def ends(ribbon: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Top and height of a ribbon at its left and its right end."""
    at = ribbon.get_path().vertices
    return (at[0, 1], at[7, 1] - at[0, 1]), (at[3, 1], at[4, 1] - at[3, 1])


@pytest.mark.parametrize("stages", [(1, 2), (3, 4), (2, 3, 4, 5), (7, 8)])
def test_ribbons_and_nodes_are_as_high_as_their_shares(pictures: Any, charts: Any, stages: tuple[int, ...]) -> None:
    frame, flows = pictures.alluvial_frames(stages)
    ax = pictures.draw("alluvial", frame=frame, flows=flows)
    nodes, ribbons = pictures.drawn(ax, "node"), pictures.drawn(ax, "ribbon")
    heights = sorted(n.get_height() for n in nodes)
    assert np.allclose(np.array(heights) / sum(heights), np.sort(frame["share"]) / frame["share"].sum())
    seen = flows[flows["share"] > 0]
    assert len(ribbons) == len(seen)
    scale = sum(heights) / len(stages)
    assert np.allclose(sorted(ends(r)[0][1] for r in ribbons), np.sort(seen["share"]) * scale)
    assert all(ends(r)[0][1] == pytest.approx(ends(r)[1][1]) for r in ribbons)
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_ribbons_fill_their_nodes_without_overlap(pictures: Any) -> None:
    ax = pictures.draw("alluvial", 5)
    nodes = pictures.drawn(ax, "node")
    for side, edge in ((0, 1.0), (1, 0.0)):
        by_node: dict[int, list[tuple[float, float]]] = {}
        for ribbon in pictures.drawn(ax, "ribbon"):
            top, size = ends(ribbon)[side]
            x = ribbon.get_path().vertices[0 if side == 0 else 3, 0]
            (home,) = [
                i
                for i, n in enumerate(nodes)
                if abs(n.get_x() + edge * n.get_width() - x) < 1e-6
                and n.get_y() - 1e-6 <= top
                and top + size <= n.get_y() + n.get_height() + 1e-6
            ]
            by_node.setdefault(home, []).append((top, size))
        for spans in by_node.values():
            spans.sort()
            assert all(a + size <= b + 1e-6 for (a, size), (b, _) in pairwise(spans))
        assert len(by_node) == (7 if side == 0 else 9)  # three and four groups, four and five groups


def test_eight_looks_survive_greyscale(pictures: Any) -> None:
    frame = pd.DataFrame({"stage": [1] * 8 + [2], "group": [*range(8), 0], "label": "x", "share": [0.125] * 8 + [1]})
    flows = pd.DataFrame({"stage": 1, "source": range(8), "target": 0, "share": 0.125})
    ax = pictures.draw("alluvial", frame=frame, flows=flows)
    found = [(r.get_hatch(), luminance(to_hex(r.get_facecolor()))) for r in pictures.drawn(ax, "ribbon")]
    assert len(found) == 8
    for i, (hatch, shade) in enumerate(found):
        for other, light in found[:i]:
            assert hatch != other or abs(shade - light) > 0.15
    assert len({s.get_marker() for s in pictures.drawn(ax, "shape")}) == 8


def test_groups_keep_their_look_and_new_ones_get_a_new_one() -> None:
    stages = [[(2, "a"), (2, "b")], [(3, "c"), (3, "d"), (3, "e")]]
    flows = [((2, "a"), (3, "e"), 0.3), ((2, "a"), (3, "d"), 0.1), ((2, "b"), (3, "c"), 0.6)]
    assert looks(stages, flows, 0) == {(2, "a"): 0, (2, "b"): 1, (3, "c"): 1, (3, "d"): 2, (3, "e"): 0}
    assert looks(stages, flows, 1) == {(3, "c"): 0, (3, "d"): 1, (3, "e"): 2, (2, "a"): 2, (2, "b"): 0}


def test_the_anchor_has_the_marks_of_the_personas_and_shows_its_names(pictures: Any) -> None:
    frame, flows = pictures.alluvial_frames((2, 3, 4))
    ax = pictures.draw("alluvial", frame=frame, flows=flows, anchor=3)
    nodes = pictures.drawn(ax, "node")
    middle = sorted({round(n.get_x(), 6) for n in nodes})[1]
    column = [n for n in nodes if round(n.get_x(), 6) == middle]
    assert {to_hex(n.get_facecolor()) for n in column} == {mark.colour.lower() for mark in GROUPS[:3]}
    without = pictures.draw("alluvial", frame=frame, flows=flows)
    shown = [sum(name.startswith("Preis") for name in pictures.said(chart, "name")) for chart in (ax, without)]
    assert shown == [2, 1]
    with pytest.raises(ArgumentError) as caught:
        pictures.draw("alluvial", frame=frame, flows=flows, anchor=9)
    assert caught.value.codes == ("charts.unknown-group",)


def test_names_carry_shares_and_stages_their_heads(pictures: Any) -> None:
    ax = pictures.draw("alluvial", 3)
    assert pictures.said(ax, "stage") == ["1 Gruppen", "2 Gruppen", "3 Gruppen"]
    assert all(name.endswith("\u00a0%") for name in pictures.said(ax, "name"))
    assert "100\u00a0%" in pictures.said(ax, "name")[0]


def test_tiny_groups_have_their_names_apart(pictures: Any, charts: Any) -> None:
    share = np.array([0.986, *[0.002] * 7])
    frame = pd.DataFrame(
        {"stage": [1] + [2] * 8, "group": [0, *range(8)], "label": ["Alle", *pictures.personas], "share": [1, *share]}
    )
    flows = pd.DataFrame({"stage": 1, "source": 0, "target": range(8), "share": share})
    ax = pictures.draw("alluvial", frame=frame, flows=flows)
    assert len(pictures.drawn(ax, "leader")) >= 6
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_suppressed_flows_and_shares(pictures: Any, charts: Any) -> None:
    frame, flows = pictures.alluvial_frames((2, 3))
    flows.loc[0, "share"] = np.nan
    frame.loc[0, "share"] = np.nan
    ax = pictures.draw("alluvial", frame=frame, flows=flows, missing_label="n < 7")
    assert sum("n < 7" in name for name in pictures.said(ax, "name")) == 1
    assert len(pictures.drawn(ax, "ribbon")) == (flows["share"] > 0).sum()
    alone = pictures.draw("alluvial", frame=frame.iloc[:2], flows=flows.iloc[:0])
    assert pictures.drawn(alone, "ribbon") == []
    assert charts.outside(ax) == charts.outside(alone) == []


def test_flows_between_groups_that_do_not_exist(pictures: Any) -> None:
    frame, flows = pictures.alluvial_frames((2, 3))
    for column, value in (("source", 7), ("target", 7), ("stage", 3)):
        with pytest.raises(ArgumentError) as caught:
            pictures.draw(
                "alluvial",
                frame=frame,
                flows=flows.assign(**{column: value}).drop_duplicates(["stage", "source", "target"]),
            )
        assert caught.value.codes == ("charts.unknown-group",)


def test_later_stages_stand_where_their_people_come_from() -> None:
    stages = [[(2, i) for i in range(4)], [(3, i) for i in range(5)]]
    flows = [((2, i), (3, 3 - i), 0.25) for i in range(4)]
    assert ordered(stages, flows)[1] == [(3, 3), (3, 2), (3, 1), (3, 0), (3, 4)]


@given(st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=9), min_size=1, max_size=4), st.floats(0.3, 6))
def test_nodes_stay_in_the_panel_and_apart(heights: list[list[float]], tall: float) -> None:
    stages = [[(s, i) for i in range(len(column))] for s, column in enumerate(heights)]
    share = {(s, i): h for s, column in enumerate(heights) for i, h in enumerate(column)}
    places = boxes(stages, share, tall, 0.16)
    for stage in stages:
        column = [places[node] for node in stage]
        assert column[0].top >= -1e-6
        assert column[-1].top + column[-1].height <= tall + 1e-6
        assert all(a.top + a.height <= b.top + 1e-6 for a, b in pairwise(column))
