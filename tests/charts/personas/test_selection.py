"""Criteria over the number of groups."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxresearch.charts.criteria import dodges, levels, top_of
from cxresearch.charts.metrics import measure
from cxresearch.errors import ArgumentError


def test_lines_are_distances_to_the_lowest_value(pictures: Any) -> None:
    frame = pictures.selection_frame(6)
    ax = pictures.draw("selection", 6, frame=frame.sample(frac=1, random_state=1).sort_values("criterion"))
    lines = pictures.drawn(ax, "line")
    assert len(lines) == 4
    for line, (_, part) in zip(lines, frame.groupby("criterion"), strict=True):
        assert line.get_xdata().tolist() == [1, 2, 3, 4, 5, 6]
        assert np.allclose(line.get_ydata(), part["value"] - part["value"].min())


def test_the_lowest_point_is_filled_and_the_others_are_hollow(pictures: Any) -> None:
    ax = pictures.draw("selection", 8)
    for line, lowest in zip(pictures.drawn(ax, "line"), pictures.drawn(ax, "lowest"), strict=True):
        assert lowest.get_xdata().tolist() == [line.get_xdata()[np.argmin(line.get_ydata())]]
        assert lowest.get_markerfacecolor() == line.get_color()
    assert {p.get_markerfacecolor() for p in pictures.drawn(ax, "point")} == {"#FFFFFF"}


def test_lines_are_told_apart_without_colour_and_named_at_their_ends(pictures: Any) -> None:
    ax = pictures.draw("selection", 5)
    assert (
        len({str(line.get_linestyle()) + str(line._unscaled_dash_pattern) for line in pictures.drawn(ax, "line")}) == 4
    )
    assert len({p.get_marker() for p in pictures.drawn(ax, "lowest")}) == 4
    assert [t.split()[0] for t in pictures.said(ax, "end")] == ["AIC", "aBIC", "BIC", "ICL"]
    assert ax.get_legend() is None


def test_the_chosen_number_is_marked_with_its_reason(pictures: Any) -> None:
    ax = pictures.draw("selection", 6, chosen=4)
    (band,) = pictures.drawn(ax, "chosen")
    assert band.get_x() < 4 < band.get_x() + band.get_width()
    assert band.get_width() < 1
    assert [t.get_text() for t in ax.get_xticklabels() if t.get_fontweight() == "bold"] == ["4"]
    assert pictures.said(ax, "reason")[0].startswith("Gewählt: 3 Gruppen")
    for chosen in (None, 99):
        refused = pictures.draw("selection", 6, chosen=chosen, chosen_label="Keine Zahl ist belegt")
        assert pictures.drawn(refused, "chosen") == []
        assert pictures.said(refused, "reason") == ["Keine Zahl ist belegt"]


def test_far_values_run_out_of_the_panel_but_the_chosen_do_not(pictures: Any, charts: Any) -> None:
    frame = pictures.selection_frame(8)
    frame.loc[frame["k"] == 1, "value"] += 20_000
    ax = pictures.draw("selection", 8, frame=frame)
    assert ax.get_ylim()[1] < 5_000
    told = pictures.said(ax, "beyond")
    assert told[0].startswith("↑ 20.")
    assert set(told[1:]) <= {"↑"}
    assert charts.outside(ax) == charts.overlapping(ax) == []
    assert pictures.draw("selection", 8, frame=frame, chosen=1).get_ylim()[1] > 20_000
    assert pictures.said(pictures.draw("selection", 8, frame=frame, chosen=1), "beyond") == []
    assert pictures.draw("selection", 8, reach=100.0).get_ylim()[1] == 100.0


def test_p_values_stand_under_their_number(pictures: Any, charts: Any) -> None:
    ax = pictures.draw("selection", 4, p_values={2: 0.0123, 4: np.nan, 9: 0.5}, missing_label="fehlt")
    assert pictures.said(ax, "p") == ["0,01", "fehlt"]
    charts.texts(ax)
    ticks = {t.get_text(): t.get_window_extent() for t in ax.get_xticklabels()}
    for text, k in zip((t for t in ax.texts if t.get_gid() == "p"), ("2", "4"), strict=True):
        box = text.get_window_extent()
        assert (box.x0 + box.x1) / 2 == pytest.approx((ticks[k].x0 + ticks[k].x1) / 2, abs=1.5)
        assert box.y1 < ticks[k].y0
    assert len(pictures.said(ax, "p-label")) == 1
    none = pictures.draw("selection", 4, p_values=None)
    assert pictures.said(none, "p") == []


def test_long_p_values_do_not_touch(pictures: Any, charts: Any) -> None:
    ax = pictures.draw("selection", 8, p_values=dict.fromkeys(range(2, 9), 1e-9), p_number=lambda p: "unter 0,001")
    assert len(pictures.said(ax, "p")) == 7
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_gaps_where_there_is_no_solution(pictures: Any, charts: Any) -> None:
    frame = pictures.selection_frame(5)
    frame.loc[frame["k"] == 4, "value"] = np.nan
    frame.loc[frame["criterion"] == "icl", "value"] = np.inf
    ax = pictures.draw("selection", 5, frame=frame, missing_label="fehlt")
    assert np.isnan(pictures.drawn(ax, "line")[0].get_ydata()).tolist() == [False, False, False, True, False]
    assert pictures.said(ax, "missing") == ["fehlt"]
    assert pictures.said(ax, "end")[3].endswith("fehlt")
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_too_many_criteria(pictures: Any) -> None:
    frame = pd.DataFrame({"k": 1, "criterion": list("abcdef"), "value": 1.0})
    with pytest.raises(ArgumentError) as caught:
        pictures.draw("selection", frame=frame, criterion_labels=dict.fromkeys("abcdef", "x"))
    assert caught.value.codes == ("charts.too-many",)


@given(st.lists(st.floats(0, 1e9) | st.just(float("nan")), max_size=40), st.floats(0, 1e9))
def test_the_panel_is_never_empty_and_holds_the_chosen(rises: list[float], chosen: float) -> None:
    top = top_of([*rises, chosen], [chosen])
    assert top > 0
    assert top >= chosen
    assert top <= max(1.15 * max([0.0, chosen, *(r for r in rises if r == r)]), 1.0)


@given(st.dictionaries(st.integers(1, 9), st.text("0123456789,<", max_size=12)), st.floats(0.1, 2))
def test_lines_of_p_values_never_overlap(texts: dict[int, str], unit: float) -> None:
    found = levels(texts, unit)
    for line in set(found.values()):
        row = sorted(k for k in found if found[k] == line)
        for a, b in pairwise(row):
            assert b * unit - measure(texts[b]) / 2 > a * unit + measure(texts[a]) / 2


@given(st.integers(1, 5), st.floats(0.05, 3))
def test_points_stay_in_their_slot(criteria: int, slot: float) -> None:
    shifts = dodges(criteria, slot)
    assert sum(shifts) == pytest.approx(0)
    assert max(shifts) - min(shifts) < slot
