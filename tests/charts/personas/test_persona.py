"""One persona against the average, and personas side by side."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxresearch.charts.palette import GROUPS
from cxresearch.charts.theme import new_figure
from cxresearch.errors import ArgumentError


def points(pictures: Any, ax: Any) -> list[Any]:
    return pictures.drawn(ax, "point", "hollow")


def test_rows_are_sorted_by_the_distance_given(pictures: Any) -> None:
    frame = pictures.profile_frame(6).assign(distance=[1, 5, 2, np.nan, 4, 3])
    ax = pictures.draw("profile", frame=frame)
    values = frame["value"].iloc[[1, 4, 5, 2, 0, 3]].tolist()
    assert [p.get_xdata()[0] for p in points(pictures, ax)] == values
    heights = [p.get_ydata()[0] for p in points(pictures, ax)]
    assert heights == sorted(heights)
    assert ax.yaxis_inverted()
    unsorted = pictures.draw("profile", frame=frame.drop(columns="distance"))
    assert [p.get_xdata()[0] for p in points(pictures, unsorted)] == frame["value"].tolist()


def test_blocks_keep_their_order_and_are_sorted_within(pictures: Any, charts: Any) -> None:
    frame = pictures.profile_frame(6).assign(distance=[1, 2, 3, 4, 5, 6], block=["b", "a", "b", "a", "b", "a"])
    ax = pictures.draw("profile", frame=frame, block_labels={"a": "Kontaktwege", "b": "Erleben"})
    assert pictures.said(ax, "heading") == ["Erleben", "Kontaktwege"]
    values = frame["value"].iloc[[4, 2, 0, 5, 3, 1]].tolist()
    assert [p.get_xdata()[0] for p in points(pictures, ax)] == values
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_hollow_where_the_interval_includes_the_average_or_is_unknown(pictures: Any) -> None:
    rows = [(1, 0.5, 1.5), (1, -0.5, 2), (1, 0.0, 2), (-1, -2, -0.1), (1, np.nan, np.nan), (1, 0.5, np.inf)]
    frame = pd.DataFrame(rows, columns=["value", "low", "high"]).assign(row=[f"r{i}" for i in range(6)])
    ax = pictures.draw("profile", frame=frame)
    wanted = [False, True, True, False, True, False]
    assert [p.get_gid() == "hollow" for p in points(pictures, ax)] == wanted
    assert len(pictures.drawn(ax, "interval")) == 5
    assert pictures.drawn(ax, "interval")[-1].get_segments()[0][1, 0] == ax.get_xlim()[1]
    marked = pictures.draw("profile", frame=frame.assign(hollow=[True, False, None, True, False, None]))
    wanted = [True, False, True, True, False, False]
    assert [p.get_gid() == "hollow" for p in points(pictures, marked)] == wanted


def test_zero_is_the_average_and_stands_in_the_middle(pictures: Any) -> None:
    ax = pictures.draw("profile", 5)
    low, high = ax.get_xlim()
    assert low == -high
    assert high > pictures.profile_frame(5)["high"].abs().max()
    (line,) = pictures.drawn(ax, "average")
    assert line.get_xdata() == [0, 0]
    assert pictures.said(ax, "average") == ["Durchschnitt aller Befragten"]
    sides = pictures.said(ax, "side")
    assert sides[0].startswith("←\u00a0niedriger")
    assert sides[1].endswith("häufiger\u00a0→")
    assert pictures.draw("profile", 5, limits=(-1, 3)).get_xlim() == (-1, 3)


def test_texts_marks_and_suppressed_rows(pictures: Any, charts: Any) -> None:
    frame = pictures.profile_frame(3).assign(text=["4,2 statt 3,5", "62 % statt 40 %", "5"], distance=[3, 2, 1])
    frame.loc[2, ["value", "low", "high"]] = np.nan
    ax = pictures.draw("profile", frame=frame, mark=GROUPS[2], missing_label="n < 7")
    assert pictures.said(ax, "text") == ["4,2 statt 3,5", "62 % statt 40 %", "n < 7"]
    assert {p.get_marker() for p in points(pictures, ax)} == {"s"}
    assert len(points(pictures, ax)) == 2
    assert charts.outside(ax) == charts.overlapping(ax) == []
    plain = pictures.draw("profile", frame=frame.drop(columns="text"))
    assert pictures.said(plain, "text")[2] == "–"


@pytest.mark.parametrize("width", [4.2, 6.4, 9.0])
def test_profile_of_thirty_rows_in_any_width(pictures: Any, charts: Any, width: float) -> None:
    ax = pictures.draw("profile", 30, ax=new_figure(width)[1])
    assert len(points(pictures, ax)) == 30
    assert charts.outside(ax) == charts.overlapping(ax) == []


@pytest.mark.parametrize("personas", [1, 3, 8])
def test_a_panel_per_persona_over_one_axis(pictures: Any, personas: int) -> None:
    frame = pictures.comparison_frame(20 if personas > 4 else 4, personas)
    ax = pictures.draw("comparison", personas)
    panels = [ax, *ax.child_axes]
    assert len(panels) == personas
    assert len({panel.get_xlim() for panel in panels}) == len({panel.get_ylim() for panel in panels}) == 1
    for i, panel in enumerate(panels):
        part = frame[frame["persona"] == i]
        drawn = [item for item in panel.lines if item.get_gid() in ("point", "hollow")]
        assert [p.get_xdata()[0] for p in drawn] == part["value"].tolist()
        assert {p.get_marker() for p in drawn} == {GROUPS[i].shape}
        assert [p.get_gid() == "hollow" for p in drawn] == ((part["low"] <= 0) & (part["high"] >= 0)).tolist()
    assert len(pictures.said(ax, "persona")) == len(pictures.said(ax, "share")) == personas


def test_eight_personas_on_twenty_rows_are_legible_at_1280_pixels(pictures: Any, charts: Any) -> None:
    ax = pictures.draw("comparison", 8)
    figure = charts.figure_of(ax)
    assert figure.get_figwidth() * 96 == pytest.approx(1280, abs=1)
    assert min(t.get_fontsize() for t in charts.texts(ax)) >= 9
    boxes = [panel.get_window_extent() for panel in (ax, *ax.child_axes)]
    assert min(b.width for b in boxes) > 100
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))
    assert boxes[-1].x1 < figure.bbox.width
    rows = np.diff(ax.get_yticks())
    assert rows.min() * 96 > 24
    assert len(ax.get_yticklabels()) == 20


def test_missing_pairs_and_blocks_side_by_side(pictures: Any, charts: Any) -> None:
    frame = pictures.comparison_frame(4, 3).assign(block=lambda f: np.where(f["row"].isin(["r0", "r2"]), "b", "a"))
    frame.loc[1, ["value", "low", "high"]] = np.nan
    ax = pictures.draw("comparison", 3, frame=frame.drop(index=5), block_labels={"a": "Nutzung", "b": "Erleben"})
    assert pictures.said(ax, "heading") == ["Erleben", "Nutzung"]
    assert pictures.said(ax, "missing") == ["–", "–"]
    assert len(points(pictures, ax)) == 10
    by_row = {label.get_text().split()[0]: y for label, y in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)}
    assert by_row["Erreichbarkeit"] < by_row["Beschwerdebearbeitungs-"] < by_row["Verständlichkeit"]
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_nine_personas_are_too_many(pictures: Any) -> None:
    with pytest.raises(ArgumentError) as caught:
        pictures.draw("comparison", frame=pictures.comparison_frame(2, 9), persona_labels=dict.fromkeys(range(9), "x"))
    assert caught.value.codes == ("charts.too-many",)


@pytest.mark.parametrize("width", [3.4, 5.0, 8.0])
def test_ticks_do_not_touch_in_narrow_panels(pictures: Any, charts: Any, width: float) -> None:
    ax = pictures.draw("comparison", 4, ax=new_figure(width)[1])
    ticks = {tuple(panel.get_xticks()) for panel in (ax, *ax.child_axes)}
    assert len(ticks) == 1
    assert len(ticks.pop()) >= (2 if width > 6 else 1)
    assert charts.overlapping(ax) == []
