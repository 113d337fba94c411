"""The quadrant chart and the placing of names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cxresearch.charts.placing import place_names
from cxresearch.errors import ArgumentError


@pytest.mark.parametrize("points", [1, 8, 14, 30])
def test_every_point_is_drawn_and_named(more: Any, charts: Any, points: int) -> None:
    frame = more.quadrant_frame(points)
    ax = more.draw("quadrant", points)
    marks = [item for item in ax.lines if item.get_gid() in ("point", "hollow")]
    assert [m.get_xdata()[0] for m in marks] == frame["x"].tolist()
    assert [m.get_gid() == "hollow" for m in marks] == frame["undecided"].tolist()
    assert len(more.drawn(ax, "interval")) == 2 * points
    assert len(more.said(ax, "name")) == points
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []


def test_names_do_not_cover_points(more: Any, charts: Any) -> None:
    ax = more.draw("quadrant", 14)
    charts.texts(ax)
    at = ax.transData.transform(more.quadrant_frame(14)[["x", "y"]].to_numpy())
    for text in (t for t in ax.texts if t.get_gid() in ("name", "quadrant")):
        box = text.get_window_extent()
        assert not any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in at)


def test_crowded_points_are_numbered_and_listed(more: Any, charts: Any) -> None:
    frame = more.quadrant_frame(12)
    frame["x"], frame["y"] = 3 + 0.01 * frame["x"], 3 + 0.01 * frame["y"]
    ax = more.draw("quadrant", 12, frame=frame)
    assert sorted(more.said(ax, "name"), key=int) == [str(i) for i in range(1, 13)]
    assert len(more.said(ax, "listed")) == 24
    assert charts.outside(ax) == []
    assert more.said(more.draw("quadrant", 6), "listed") == []


def test_fields_and_cuts(more: Any) -> None:
    ax = more.draw("quadrant")
    assert more.said(ax, "quadrant") == ["Stärken halten", "Hier zuerst ansetzen", "Beobachten", "Übererfüllt"]
    assert more.drawn(ax, "cut")[0].get_xdata()[0] == 3.4
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1,0", "2,0", "3,0", "4,0", "5,0"]
    with pytest.raises(ArgumentError) as caught:
        more.draw("quadrant", quadrant_labels=["a", "b"])
    assert caught.value.codes == ("charts.four-names",)


@pytest.mark.parametrize("cut", [1.0, 1.2, 4.9, 5.0])
def test_cut_at_the_edge(more: Any, charts: Any, cut: float) -> None:
    ax = more.draw("quadrant", x_cut=cut, y_cut=cut)
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []


def test_suppressed_points_are_listed(more: Any, charts: Any) -> None:
    frame = more.quadrant_frame(3)
    frame.loc[1, "y"] = np.nan
    ax = more.draw("quadrant", frame=frame, missing_label="nicht berichtbar (n < 7)")
    assert len(more.said(ax, "name")) == 2
    (gone,) = more.said(ax, "missing")
    assert gone.startswith("nicht berichtbar (n < 7): Erreichbarkeit")
    assert charts.outside(ax) == []
    everything = more.draw("quadrant", frame=frame.assign(x=np.nan), limits=None)
    assert charts.outside(everything) == []


def test_arrows_and_own_limits(more: Any, charts: Any) -> None:
    frame = more.quadrant_frame(4).assign(arrow_x=[4.5, 2.0, np.nan, 3.0], arrow_y=[4.5, 3.0, 2.0, 9.0])
    ax = more.draw("quadrant", frame=frame, limits=None)
    arrows = [t for t in ax.texts if t.get_gid() == "arrow"]
    assert [a.xy for a in arrows] == [(4.5, 4.5), (2.0, 3.0), (3.0, 9.0)]
    assert ax.get_ylim()[1] > 9
    other = more.draw("quadrant", limits=(1, 5), y_limits=(0, 10), y_number="{:.0f}".format)
    assert [t.get_text() for t in other.get_yticklabels()][-1] == "10"
    assert charts.outside(ax) == []


def test_infinite_whisker_ends_at_the_edge(more: Any) -> None:
    ax = more.draw("quadrant", frame=more.quadrant_frame(1).assign(x_high=np.inf))
    first = more.drawn(ax, "interval")[0].get_segments()[0]
    assert first[:, 0].max() == ax.get_xlim()[1]


def test_place_names_is_stable_and_clear() -> None:
    points = [(1.0, 1.0), (1.05, 1.02), (1.0, 1.1), (0.1, 0.1), (3.9, 2.9)]
    sizes = [(0.8, 0.15)] * 5
    first = place_names(points, sizes, (0, 0, 4, 3))
    assert first == place_names(points, sizes, (0, 0, 4, 3))
    assert all(p.clear for p in first)
    assert all(0.4 <= p.x <= 3.6 and 0.07 <= p.y <= 2.93 for p in first)
    assert place_names([], [], (0, 0, 1, 1)) == []
