"""The dumbbell chart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError


def line(ax: Axes, gid: str) -> Any:
    return next(item for item in ax.lines if item.get_gid() == gid)


def said(ax: Axes, gid: str) -> list[str]:
    return [t.get_text() for panel in (ax, *ax.child_axes) for t in panel.texts if t.get_gid() == gid]


@pytest.mark.parametrize("rows", [1, 6, 30])
def test_marks_and_order(charts: Any, rows: int) -> None:
    frame = charts.gap_frame(rows)
    ax = charts.draw("gap", rows)
    sorted_frame = frame.sort_values("difference", ascending=False)
    assert line(ax, "inside").get_xdata().tolist() == sorted_frame["inside"].tolist()
    assert line(ax, "outside").get_xdata().tolist() == sorted_frame["outside"].tolist()
    assert line(ax, "inside").get_marker() != line(ax, "outside").get_marker()
    (panel,) = ax.child_axes
    points = [item for item in panel.lines if item.get_gid() in ("hollow", "point")]
    assert [p.get_xdata()[0] for p in points] == sorted_frame["difference"].tolist()
    wanted = ["hollow" if v == "inconclusive" else "point" for v in sorted_frame["verdict"]]
    assert [p.get_gid() for p in points] == wanted
    assert len([c for c in panel.collections if c.get_gid() == "interval"]) == rows


def test_words(charts: Any) -> None:
    ax = charts.draw("gap")
    verdicts = [v.replace("\n", " ") for v in said(ax, "verdict")]
    keys = charts.gap_frame(6).sort_values("difference", ascending=False)["verdict"]
    assert verdicts == [charts.verdicts[k] for k in keys]
    assert sorted(said(ax, "view")) == ["Kundinnen und Kunden", "Mitarbeitende"]
    assert said(ax, "band")[0].startswith("Bereich ohne")
    assert all("," in t for t in said(ax, "difference"))
    assert ax.get_xticklabels()[0].get_text() == "1,0"
    assert ax.get_title(loc="left").replace("\n", " ").startswith("Bei der Beschwerdebearbeitung")


def test_band_is_margin_and_zero_is_seen(charts: Any) -> None:
    (panel,) = charts.draw("gap", margin=0.25).child_axes
    (shade,) = [p for p in panel.patches if p.get_gid() == "band"]
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == (-0.25, 0.25)
    low, high = panel.get_xlim()
    assert low < -0.25
    assert high > 0.25
    (none,) = charts.draw("gap", margin=None).child_axes
    assert not [p for p in none.patches if p.get_gid() == "band"]
    assert none.get_xlim()[0] < 0 < none.get_xlim()[1]


def test_blocks(charts: Any) -> None:
    frame = charts.gap_frame(6).assign(block=["b"] * 3 + ["a"] * 3)
    ax = charts.draw("gap", frame=frame, block_labels={"b": "Eltern", "a": "Schülerinnen und Schüler"})
    assert said(ax, "heading") == ["Eltern", "Schülerinnen und Schüler"]
    shown = line(ax, "inside").get_xdata()
    assert set(shown[:3]) == set(frame["inside"][:3])
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []


def test_same_row_in_two_blocks(charts: Any) -> None:
    frame = charts.gap_frame(2).assign(block=["b", "a"], row="r0")
    assert len(charts.draw("gap", frame=frame).get_yticks()) == 2
    with pytest.raises(ArgumentError):
        charts.draw("gap", frame=frame.assign(block="b"))


def test_suppressed_row_is_last_and_said(charts: Any) -> None:
    frame = charts.gap_frame(4)
    frame.loc[0, ["inside", "outside", "difference", "low", "high"]] = np.nan
    frame.loc[0, "verdict"] = "not_reportable"
    ax = charts.draw("gap", frame=frame)
    assert said(ax, "difference")[-1] == "–"
    assert said(ax, "verdict")[-1].replace("\n", " ") == charts.verdicts["not_reportable"]
    assert charts.outside(ax) == []


def test_only_suppressed_rows(charts: Any) -> None:
    frame = charts.gap_frame(2).assign(inside=np.nan, outside=np.nan, difference=np.nan, low=np.nan, high=np.nan)
    for limits in (None, (1, 5)):
        assert charts.outside(charts.draw("gap", frame=frame, limits=limits, margin=None)) == []


def test_infinite_interval_ends_at_the_edge(charts: Any) -> None:
    (panel,) = charts.draw("gap", frame=charts.gap_frame(3).assign(high=np.inf)).child_axes
    ends = [c.get_segments()[0][:, 0].max() for c in panel.collections if c.get_gid() == "interval"]
    assert ends == [panel.get_xlim()[1]] * 3


def test_names_of_close_and_far_views_do_not_touch(charts: Any) -> None:
    for inside, outside in ((1.0, 1.01), (5.0, 4.99), (1.0, 5.0), (5.0, 1.0), (3.0, 3.0)):
        frame = charts.gap_frame(1).assign(inside=inside, outside=outside, difference=inside - outside)
        for name in ("innen", "Mitarbeitende der Kundenberatung und des Innendienstes"):
            ax = charts.draw("gap", frame=frame, inside_label=name)
            assert charts.outside(ax) == []
            assert charts.overlapping(ax) == []


def test_missing_verdict_label(charts: Any) -> None:
    with pytest.raises(ArgumentError) as caught:
        charts.draw("gap", verdict_labels={"over": "x"})
    assert set(caught.value.codes) == {"charts.missing-label"}
