"""Intervals, distributions and histograms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError


def said(ax: Axes, gid: str) -> list[str]:
    return [t.get_text() for t in ax.texts if t.get_gid() == gid]


@pytest.mark.parametrize("rows", [1, 6, 30])
def test_points_and_intervals(charts: Any, rows: int) -> None:
    ax = charts.draw("intervals", rows)
    frame = charts.interval_frame(rows)
    points = [item for item in ax.lines if item.get_gid() == "point"]
    assert [p.get_xdata()[0] for p in points] == frame["value"].tolist()
    segments = [c.get_segments()[0][:, 0] for c in ax.collections if c.get_gid() == "interval"]
    assert np.allclose(segments, np.clip(frame[["low", "high"]], *ax.get_xlim()))
    assert said(ax, "n") == ["321"] * rows
    assert ax.get_yticklabels()[0].get_text() == "Sicherheit und Respekt"
    assert said(ax, "note") == ["Durchschnitt 3,4", "Bereich ohne praktische Bedeutung"]


def test_groups_have_own_shapes_and_colours(charts: Any) -> None:
    ax = charts.draw("groups", 3)
    points = [item for item in ax.lines if item.get_gid() == "point"]
    assert [p.get_marker() for p in points] == ["o", "D"] * 3
    assert len({p.get_markeredgecolor() for p in points}) == 2
    assert len({p.get_ydata()[0] for p in points}) == 6
    assert said(ax, "key") == ["Mitarbeitende", "Kundinnen und Kunden"]
    named = charts.draw("groups", 3, group_labels={"Mitarbeitende": "Team", "Kundinnen und Kunden": "Kundschaft"})
    assert said(named, "key") == ["Team", "Kundschaft"]


def test_many_groups(charts: Any) -> None:
    ax = charts.draw("groups", frame=charts.interval_frame(3, tuple(f"Gruppe Nummer {i}" for i in range(10))))
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []


def test_hollow_and_missing_points(charts: Any) -> None:
    frame = charts.interval_frame(3).assign(hollow=[True, False, False])
    frame.loc[2, ["value", "low", "high", "n"]] = np.nan
    ax = charts.draw("intervals", frame=frame)
    assert [item.get_gid() for item in ax.lines if item.get_gid() in ("hollow", "point")] == [
        "hollow",
        "point",
    ]
    assert said(ax, "value")[2] == said(ax, "n")[2] == "–"


def test_value_without_interval(charts: Any) -> None:
    ax = charts.draw("intervals", frame=charts.interval_frame(2).assign(low=np.nan, high=np.nan))
    assert not [c for c in ax.collections if c.get_gid() == "interval"]


def test_limits_are_free_or_given(charts: Any) -> None:
    assert [t.get_text() for t in charts.draw("intervals").get_xticklabels()] == [
        "1,0",
        "2,0",
        "3,0",
        "4,0",
        "5,0",
    ]
    free = charts.draw("intervals", limits=None, reference=9.0, band=None)
    assert free.get_xlim()[1] > 9
    whole = charts.draw("intervals", limits=None, number="{:.0f}".format)
    labels = [t.get_text() for t in whole.get_xticklabels()]
    assert len(set(labels)) == len(labels)


def test_distribution_bars_and_bands(charts: Any) -> None:
    ax = charts.draw("distribution", 11)
    assert [b.get_height() for b in ax.patches] == charts.nps_frame()["share"].tolist()
    assert ax.get_ylim()[0] == 0
    assert [t.get_text() for t in ax.get_xticklabels()] == [str(i) for i in range(11)]
    bands = [t.replace("\n", " ") for t in said(ax, "band")]
    assert sorted(bands) == [
        "Empfehlerinnen und Empfehler 37\u00a0%",
        "Kritikerinnen und Kritiker 26\u00a0%",
        "Unentschiedene 37\u00a0%",
    ]
    assert len({b.get_facecolor() for b in ax.patches}) == 3
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []


def test_distribution_shares_stand_on_top(charts: Any) -> None:
    ax = charts.draw("distribution", 11)
    high = {round(t.get_position()[0]): t.get_position()[1] for t in ax.texts if t.get_gid() == "share"}
    assert len(high) == 11
    assert all(high[i] > share for i, share in enumerate(charts.nps_frame()["high"]))


@pytest.mark.parametrize("highlight", [9, [9], (9,), {9}, np.array([9])])
def test_highlight(charts: Any, highlight: Any) -> None:
    ax = charts.draw("distribution", frame=charts.nps_frame().drop(columns="band"), highlight=highlight)
    colours = [b.get_facecolor() for b in ax.patches]
    assert colours.count(colours[9]) == 1
    assert len(set(colours)) == 2


@pytest.mark.parametrize("values", [1, 5, 7, 11, 30])
def test_long_labels_under_bars(charts: Any, values: int) -> None:
    frame = (
        charts.nps_frame()
        .iloc[np.arange(values) % 11]
        .assign(
            value=range(values),
            label="Beschwerdebearbeitungsgeschwindigkeit der Ansprechpartnerinnen",
            band="Unentschieden",
        )
    )
    for given in (frame, frame.drop(columns="band")):
        ax = charts.draw("distribution", frame=given)
        assert charts.outside(ax) == []
        assert charts.overlapping(ax) == []


def test_distribution_without_answers(charts: Any) -> None:
    for share, text in ((0.0, "0\u00a0%"), (np.nan, "–")):
        frame = charts.nps_frame().drop(columns=["low", "high"]).assign(share=share)
        ax = charts.draw("distribution", frame=frame)
        assert said(ax, "share") == [text] * 11
        assert {t.split("\n")[-1] for t in said(ax, "band")} == {text}
    with pytest.raises(ArgumentError) as caught:
        charts.draw("distribution", frame=charts.nps_frame().assign(share=12.0))
    assert caught.value.codes == ("charts.share-out-of-range",)


def test_histogram_counts_every_known_value(charts: Any) -> None:
    values = [1.0, 2.0, 2.5, np.nan, 30.0, np.inf]
    ax = charts.draw("histogram", values=values)
    assert sum(b.get_height() for b in ax.patches) == 4
    assert charts.draw("histogram", values=values, bins=[0, 10, 20, 30]).patches[0].get_height() == 3
    assert [item.get_gid() for item in ax.lines if item.get_gid()] == ["reference"]
    with pytest.raises(ArgumentError) as caught:
        charts.draw("histogram", values=[np.nan])
    assert caught.value.codes == ("charts.empty-frame",)


@pytest.mark.parametrize("values", [[3.0], [3.0] * 50, [0.0, 1e9], [-5.0, 5.0], [1e-9, 2e-9]])
def test_histogram_of_odd_values(charts: Any, values: list[float]) -> None:
    ax = charts.draw("histogram", values=values, reference=None, number="{:g}".format)
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
