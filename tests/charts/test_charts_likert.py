"""The Likert chart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from cxresearch.errors import ArgumentError


def said(ax: Axes, gid: str) -> list[str]:
    return [t.get_text() for panel in (ax, *ax.child_axes) for t in panel.texts if t.get_gid() == gid]


@pytest.mark.parametrize("rows", [1, 6, 30])
def test_all_categories_in_order_for_every_row(charts: Any, rows: int) -> None:
    ax = charts.draw("likert", rows)
    assert len(ax.patches) == 5 * rows
    assert said(ax, "key") == [charts.categories[c] for c in (1, 2, 3, 4, 5)]
    frame = charts.likert_frame(rows)
    for i in range(rows):
        row = frame[(frame["row"] == f"r{i}") & (frame["category"] != "dk")]["share"]
        bars = ax.patches[i::rows]
        assert [b.get_width() for b in bars] == pytest.approx(list(row))
        neutral = bars[2]
        assert neutral.get_x() == pytest.approx(-neutral.get_width() / 2)
        for one, other in pairwise(bars):
            assert one.get_x() + one.get_width() == pytest.approx(other.get_x())


def test_category_nobody_chose_keeps_its_place(charts: Any) -> None:
    frame = charts.likert_frame(1)
    with_zero = frame.assign(share=frame["share"].where(frame["category"] != 2, 0.0))
    left_out = frame[frame["category"] != 2]
    for given in (with_zero, left_out):
        ax = charts.draw("likert", frame=given)
        assert len(ax.patches) == 5
        assert "trifft eher nicht zu" in said(ax, "key")
        assert ax.patches[1].get_width() == 0


def test_numbers_only_where_they_fit(charts: Any) -> None:
    frame = pd.DataFrame({"row": "r0", "category": [1, 2, 3, 4, 5], "share": [0.05, 0.2, 0.05, 0.5, 0.2], "n": 100})
    ax = charts.draw("likert", frame=frame, outside_base=None)
    assert said(ax, "share") == ["20\u00a0%", "50\u00a0%", "20\u00a0%"]
    ax = charts.draw("likert", frame=frame.assign(share=[0.06, 0.06, 0.08, 0.5, 0.3]), outside_base=None)
    assert said(ax, "share") == ["6", "6", "8", "50", "30"]
    ax = charts.draw("likert", 30)
    ax.get_figure().draw_without_rendering()
    boxes = [p.get_window_extent() for p in ax.patches]
    for text in (t for t in ax.texts if t.get_gid() == "share"):
        inside = text.get_window_extent()
        assert any(b.x0 - 1 <= inside.x0 and inside.x1 <= b.x1 + 1 and b.y0 < inside.y0 < b.y1 for b in boxes)


def test_outside_base_stands_beside(charts: Any) -> None:
    ax = charts.draw("likert", 3)
    (panel,) = ax.child_axes
    frame = charts.likert_frame(3)
    asked = frame[frame["category"] == "dk"]["share"]
    assert [b.get_width() for b in panel.patches] == pytest.approx(list(asked))
    assert said(ax, "outside-head") == ["keine Angabe"]
    assert said(ax, "outside") == [f"{100 * s:.0f}\u00a0%" for s in asked]
    assert charts.draw("likert", frame=frame[frame["category"] != "dk"], outside_base=None).child_axes == []


def test_numbers_of_cases(charts: Any) -> None:
    assert said(charts.draw("likert", 3), "n") == ["40", "137", "234"]
    assert said(charts.draw("likert", 3, count="{:,}".format), "n") == ["40", "137", "234"]
    assert said(charts.draw("likert", frame=charts.likert_frame(3).drop(columns="n")), "n") == []


def test_suppressed_row(charts: Any) -> None:
    frame = charts.likert_frame(3)
    frame.loc[frame["row"] == "r1", ["share", "n"]] = np.nan
    ax = charts.draw("likert", frame=frame, missing_label="n < 7")
    assert said(ax, "missing") == ["n < 7"]
    assert said(ax, "n") == ["40", "n < 7", "234"]
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert charts.outside(charts.draw("likert", frame=frame.assign(share=np.nan))) == []


@pytest.mark.parametrize(("split", "wanted"), [(None, 2), (0, 0), (1, 1), (4, 4)])
def test_scale_without_neutral_or_with_uneven_sides(charts: Any, split: int | None, wanted: int) -> None:
    frame = pd.DataFrame({"row": "r0", "category": [1, 2, 3, 4], "share": 0.25})
    ax = charts.draw("likert", frame=frame, categories=[1, 2, 3, 4], neutral=None, split=split, outside_base=None)
    assert sum(b.get_x() < -1e-9 for b in ax.patches) == wanted
    assert charts.outside(ax) == []


def test_axis_says_shares_on_both_sides(charts: Any) -> None:
    frame = pd.DataFrame({"row": "r0", "category": [1, 5], "share": 0.5})
    ax = charts.draw("likert", frame=frame, outside_base=None)
    assert all("-" not in t.get_text() and "−" not in t.get_text() for t in ax.get_xticklabels())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"share": 20.0}, "charts.share-out-of-range"),
        ({"share": -0.1}, "charts.share-out-of-range"),
        ({"share": 0.9}, "charts.shares-exceed-base"),
        ({"category": [1, 2, 3, 4, 7, "dk"]}, "charts.unknown-category"),
    ],
)
def test_faults(charts: Any, change: dict[str, Any], code: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        charts.draw("likert", frame=charts.likert_frame(1).assign(**change))
    assert code in caught.value.codes


def test_faults_of_arguments(charts: Any) -> None:
    for more, code in (
        ({"neutral": 9}, "charts.unknown-category"),
        ({"neutral": None, "split": 9}, "charts.split"),
        ({"category_labels": {1: "a"}}, "charts.missing-label"),
    ):
        with pytest.raises(ArgumentError) as caught:
            charts.draw("likert", **more)
        assert code in caught.value.codes
