"""The map of people and groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Ellipse

from cxresearch.charts.cloud import thinned
from cxresearch.charts.palette import GREY, GROUPS
from cxresearch.errors import ArgumentError


@pytest.mark.parametrize("groups", [1, 3, 8])
def test_every_group_is_drawn_named_and_surrounded(pictures: Any, charts: Any, groups: int) -> None:
    frame, people = pictures.map_frames(groups)
    ax = pictures.draw("map", groups)
    middles = pictures.drawn(ax, "group")
    assert [(m.get_xdata()[0], m.get_ydata()[0]) for m in middles] == list(zip(frame["x"], frame["y"], strict=True))
    assert [m.get_marker() for m in middles] == [mark.shape for mark in GROUPS[:groups]]
    assert len(pictures.said(ax, "name")) == groups
    rings = [p for p in ax.patches if isinstance(p, Ellipse) and p.get_gid() == "ellipse"]
    assert [(r.center, r.width, r.height, r.angle) for r in rings] == [
        ((x, y), 2.0, 1.4, 15.0) for x, y in zip(frame["x"], frame["y"], strict=True)
    ]
    assert len({str(r.get_linestyle()) for r in rings}) == groups
    assert sum(len(p.get_xdata()) for p in pictures.drawn(ax, "people")) == len(people)
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_one_unit_is_as_long_on_both_axes(pictures: Any) -> None:
    ax = pictures.draw("map", 3)
    (x0, y0), (x1, y1) = ax.transData.transform([(0, 0), (1, 1)])
    assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-3)


def test_names_do_not_cover_the_middles(pictures: Any, charts: Any) -> None:
    ax = pictures.draw("map", 8)
    charts.texts(ax)
    at = ax.transData.transform(pictures.map_frames(8)[0][["x", "y"]].to_numpy())
    for text in (t for t in ax.texts if t.get_gid() == "name"):
        box = text.get_window_extent()
        assert not any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in at)


@pytest.mark.parametrize("apart", [0.0, 0.05, 0.3])
def test_crowded_groups_are_numbered_and_listed(pictures: Any, charts: Any, apart: float) -> None:
    frame, people = pictures.map_frames(8, apart=apart)
    ax = pictures.draw("map", 8, frame=frame, people=people)
    assert sorted(pictures.said(ax, "name"), key=int) == [str(i) for i in range(1, 9)]
    assert len(pictures.said(ax, "listed")) == 16
    assert charts.outside(ax) == charts.overlapping(ax) == []
    assert pictures.said(pictures.draw("map", 3), "listed") == []


def test_many_people_are_thinned_always_to_the_same(pictures: Any) -> None:
    frame, people = pictures.map_frames(3, people=20_000)
    ax = pictures.draw("map", frame=frame, people=people)
    seen = [p.get_xdata().tolist() for p in pictures.drawn(ax, "people")]
    assert sum(map(len, seen)) == 1500
    again = pictures.drawn(pictures.draw("map", frame=frame, people=people), "people")
    assert [p.get_xdata().tolist() for p in again] == seen
    assert pictures.said(ax, "missing") == ["Gezeigt ist eine zufällige Auswahl der Befragten"]
    assert pictures.said(pictures.draw("map", 3), "missing") == []
    shares = np.array([len(x) for x in seen]) / 1500
    assert np.allclose(shares, 1 / 3, atol=0.05)


def test_thinning_keeps_the_order_and_only_known_places() -> None:
    people = pd.DataFrame({"x": np.arange(500.0), "y": 1.0})
    people.loc[:99, "y"] = np.nan
    few, fewer = thinned(people, 50)
    assert fewer
    assert len(few) == 50
    assert few["x"].is_monotonic_increasing
    assert few["x"].min() >= 100
    every, fewer = thinned(people, 400)
    assert (len(every), fewer) == (400, False)


def test_people_unlike_anyone_are_grey(pictures: Any) -> None:
    frame, people = pictures.map_frames(3)
    people["group"] = people["group"].astype(float)
    people.loc[:9, "group"] = np.nan
    people.loc[10:14, "group"] = 99
    clouds = pictures.drawn(pictures.draw("map", frame=frame, people=people), "people")
    grey = [c for c in clouds if to_hex(c.get_markerfacecolor()) == GREY.lower()]
    assert [len(c.get_xdata()) for c in grey] == [15]
    without = pictures.drawn(pictures.draw("map", frame=frame, people=people.drop(columns="group")), "people")
    assert len(without) == 1


def test_without_people_ellipses_or_ticks(pictures: Any, charts: Any) -> None:
    frame, people = pictures.map_frames(2)
    bare = frame.drop(columns=["width", "height", "angle"])
    ax = pictures.draw("map", frame=bare, people=people.iloc[:0])
    assert pictures.drawn(ax, "people", "ellipse") == []
    assert [t.get_text() for t in ax.get_xticklabels()] == []
    part = pictures.draw("map", frame=frame.assign(width=[np.nan, 2.0]), number="{:.0f}".format)
    assert len(pictures.drawn(part, "ellipse")) == 1
    assert len(part.get_xticklabels()) > 2
    assert charts.outside(ax) == charts.outside(part) == []


def test_suppressed_groups_are_listed_and_the_others_keep_their_marks(pictures: Any, charts: Any) -> None:
    frame, people = pictures.map_frames(3)
    frame.loc[1, "x"] = np.nan
    ax = pictures.draw("map", frame=frame, people=people, missing_label="nicht berichtbar (n < 7)")
    assert pictures.said(ax, "missing") == ["nicht berichtbar (n < 7): Persönlich Betreute"]
    assert [m.get_marker() for m in pictures.drawn(ax, "group")] == [GROUPS[0].shape, GROUPS[2].shape]
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_nine_groups_are_too_many(pictures: Any) -> None:
    frame, people = pictures.map_frames(9)
    with pytest.raises(ArgumentError) as caught:
        pictures.draw("map", frame=frame, people=people, group_labels=dict.fromkeys(range(9), "x"))
    assert caught.value.codes == ("charts.too-many",)
