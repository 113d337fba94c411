"""Curves with bands, waves with intervals, and names at the ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxresearch.charts.lines import STROKES, spread
from cxresearch.errors import ArgumentError


@pytest.mark.parametrize("series", [1, 2, 5])
def test_lines_bands_and_names(more: Any, series: int) -> None:
    frame = more.curve_frame(series)
    ax = more.draw("curve", series, frame=frame)
    lines = more.drawn(ax, "line")
    for i, line in enumerate(lines):
        assert line.get_ydata().tolist() == frame[frame["series"] == f"r{i}"]["y"].tolist()
    assert len(more.drawn(ax, "band")) == len(lines) == series
    assert len(more.said(ax, "end")) == series + 1
    assert more.said(ax, "end")[-1] == "gefordert: 0,8"
    assert more.said(ax, "note") == ["geplante Stichprobe (n = 175)"]


def test_lines_differ_without_colour() -> None:
    assert len({str(s.dash) for s in STROKES}) == len({s.shape for s in STROKES}) == len(STROKES) == 5


def test_points_are_sorted_and_too_many_refused(more: Any) -> None:
    frame = more.curve_frame(1)
    line = more.drawn(more.draw("curve", frame=frame.iloc[::-1]), "line")[0]
    assert line.get_xdata().tolist() == frame["x"].tolist()
    with pytest.raises(ArgumentError) as caught:
        more.draw("curve", frame=more.curve_frame(6))
    assert caught.value.codes == ("charts.too-many",)


def test_without_bands_and_lines_of_reference(more: Any, charts: Any) -> None:
    frame = more.curve_frame(2).drop(columns=["low", "high"])
    ax = more.draw("curve", frame=frame, reference=None, vertical=None)
    assert more.drawn(ax, "band") == more.drawn(ax, "reference") == more.drawn(ax, "vertical") == []
    assert len(more.said(ax, "end")) == 2
    assert charts.outside(ax) == []


def test_marker_line_beyond_the_data_and_limits_within(more: Any, charts: Any) -> None:
    assert more.draw("curve", vertical=600.0).get_xlim()[1] > 600
    ax = more.draw("curve", limits=(50, 200), y_limits=(0.2, 0.6))
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []


def test_points_stand_out_in_the_shape_of_their_line(more: Any, charts: Any) -> None:
    frame = more.curve_frame(3)
    points = frame.groupby("series").nth(2)[["series", "x", "y"]]
    ax = more.draw("curve", frame=frame, marked=points)
    marks = more.drawn(ax, "mark")
    assert [tuple(mark.get_xydata()[0]) for mark in marks] == list(zip(points["x"], points["y"], strict=True))
    assert [mark.get_marker() for mark in marks] == [stroke.shape for stroke in STROKES[:3]]
    assert charts.outside(ax) == []
    with pytest.raises(ArgumentError):
        more.draw("curve", frame=frame, marked=points.assign(series="other"))


def test_suppressed_points_break_the_line(more: Any) -> None:
    frame = more.curve_frame(2)
    frame.loc[frame["series"] == "r1", ["y", "low", "high"]] = np.nan
    ax = more.draw("curve", frame=frame, missing_label="n < 7")
    assert more.said(ax, "end")[1].endswith("n < 7")
    waves = more.wave_frame(2)
    waves.loc[2, ["y", "low", "high"]] = np.nan
    ax = more.draw("waves", frame=waves, missing_label="n < 7")
    assert np.isnan(more.drawn(ax, "line")[0].get_ydata()[2])
    assert more.said(ax, "missing") == ["n < 7"]


def test_waves_have_points_intervals_and_their_own_ticks(more: Any) -> None:
    ax = more.draw("waves", 3)
    assert [t.get_text() for t in ax.get_xticklabels()] == [str(y) for y in range(2019, 2025)]
    lines = more.drawn(ax, "line")
    assert [line.get_marker() for line in lines] == ["o", "D", "s"]
    assert len({line.get_xdata()[0] for line in lines}) == 3
    assert len(more.drawn(ax, "interval")) == 3
    long = more.draw("waves", frame=more.wave_frame(1, 60))
    assert len(long.get_xticks()) < 10


def test_one_wave_and_infinite_interval(more: Any, charts: Any) -> None:
    ax = more.draw("waves", frame=more.wave_frame(2, 1).assign(high=np.inf))
    assert charts.outside(ax) == []
    assert more.drawn(ax, "interval")[0].get_segments()[0][:, 1].max() == ax.get_ylim()[1]


def test_same_end_names_do_not_touch(more: Any, charts: Any) -> None:
    frame = pd.concat([more.curve_frame(1).assign(series=f"r{i}") for i in range(5)])
    ax = more.draw("curve", frame=frame)
    assert charts.overlapping(ax) == []
    assert charts.outside(ax) == []


@pytest.mark.parametrize("wished", [[0.0], [9.0, 9.0], [1.0, 1.1, 1.2, 3.0], [2.0, 1.0, 1.9, -5.0]])
def test_spread_keeps_order_and_distance(wished: list[float]) -> None:
    tall = [0.4] * len(wished)
    places = spread(wished, tall, 0.0, 4.0)
    order = np.argsort(wished, kind="stable")
    assert np.diff(np.array(places)[order]).min(initial=0.4) >= 0.4 - 1e-9
    assert min(places) >= 0.2 - 1e-9
    assert max(places) <= 3.8 + 1e-9
