"""What holds for every picture of personas, as in ``tests/charts/test_charts_all.py``."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from cxresearch.charts.theme import svg
from cxresearch.errors import ArgumentError

KINDS = ("selection", "nulls", "profile", "comparison", "alluvial", "map")
BESET = KINDS
ODD = {
    "font.size": 30,
    "font.family": ["monospace"],
    "axes.grid": True,
    "axes.facecolor": "black",
    "axes.spines.top": True,
    "savefig.bbox": "tight",
    "figure.autolayout": True,
    "lines.linewidth": 9,
    "lines.markeredgewidth": 5,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 6,
    "hatch.linewidth": 5,
    "hatch.color": "red",
    "text.color": "red",
    "xtick.direction": "in",
    "ytick.major.size": 9,
    "axes.xmargin": 0.5,
}


@pytest.mark.parametrize("kind", KINDS)
def test_returns_the_given_axes_in_a_cell_of_a_grid(pictures: Any, kind: str) -> None:
    figure = Figure(figsize=(13, 12), layout="constrained")
    cells = figure.subplots(2, 2).ravel()
    box = cells[3].get_position().frozen()
    assert pictures.draw(kind, 3, ax=cells[3]) is cells[3]
    assert tuple(figure.get_size_inches()) == (13, 12)
    new = cells[3].get_position()
    assert new.x0 >= box.x0
    assert new.x1 <= box.x1 + 1e-9
    assert new.y0 >= box.y0
    assert new.y1 <= box.y1 + 1e-9


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 3, 8])
def test_no_text_is_cut_off_or_covered(pictures: Any, charts: Any, kind: str, size: int) -> None:
    ax = pictures.draw(kind, size)
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert min(t.get_fontsize() for t in charts.texts(ax)) >= 9


@pytest.mark.parametrize("kind", ["profile", "nulls"])
def test_figure_grows_with_rows(pictures: Any, charts: Any, kind: str) -> None:
    heights = [charts.figure_of(pictures.draw(kind, n)).get_figheight() for n in (1, 4, 9)]
    assert heights == sorted(heights)
    assert heights[2] > 1.8 * heights[0]


def test_hostile_text_is_drawn_literally(pictures: Any, charts: Any, kind: str, hostile: str) -> None:
    ax = pictures.draw(kind, 2, text=hostile)
    assert charts.outside(ax) == []
    assert all(len(t.get_text()) <= 420 and not t.get_parse_math() for t in charts.texts(ax))
    page = svg(charts.figure_of(ax), hostile, hostile)
    assert "<script" not in page
    ElementTree.fromstring(page)


@pytest.mark.parametrize("kind", KINDS)
def test_same_file_on_every_run_whatever_the_settings(pictures: Any, charts: Any, kind: str) -> None:
    first = svg(charts.figure_of(pictures.draw(kind, 3)), "alt", "title")
    assert len(first) < 150_000
    with mpl.rc_context(ODD):
        assert svg(charts.figure_of(pictures.draw(kind, 3)), "alt", "title") == first


@pytest.mark.parametrize("kind", KINDS)
def test_too_small_a_figure_is_no_error(pictures: Any, kind: str) -> None:
    figure = Figure(figsize=(1.2, 0.8))
    pictures.draw(kind, 3, ax=figure.add_subplot())
    assert svg(figure, "alt", "title")


@pytest.mark.parametrize("kind", KINDS)
def test_frame_without_column_or_rows(pictures: Any, kind: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        pictures.draw(kind, frame=pd.DataFrame({"rows": [1]}))
    assert set(caught.value.codes) == {"charts.missing-column"}
    assert len(caught.value.codes) >= 2
    with pytest.raises(ArgumentError) as caught:
        pictures.draw(kind, frame=pictures.frame(kind, 2).iloc[:0])
    assert caught.value.codes == ("charts.empty-frame",)


@pytest.mark.parametrize("kind", KINDS)
def test_duplicates_and_words(pictures: Any, kind: str) -> None:
    frame = pictures.frame(kind, 2)
    with pytest.raises(ArgumentError) as caught:
        pictures.draw(kind, 2, frame=pd.concat([frame, frame]))
    assert caught.value.codes == ("charts.duplicate-row",)
    name = next(c for c in ("value", "share", "observed", "y") if c in frame)
    with pytest.raises(ArgumentError) as caught:
        pictures.draw(kind, 2, frame=frame.assign(**{name: "1,5"}))
    assert caught.value.codes == ("charts.not-numeric",)


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("selection", "criterion_labels"),
        ("nulls", "null_labels"),
        ("nulls", "row_labels"),
        ("profile", "row_labels"),
        ("comparison", "row_labels"),
        ("comparison", "persona_labels"),
        ("alluvial", "stage_labels"),
        ("map", "group_labels"),
    ],
)
def test_missing_label(pictures: Any, kind: str, argument: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        pictures.draw(kind, **{argument: {"other": "x"}})
    assert set(caught.value.codes) == {"charts.missing-label"}


@pytest.mark.parametrize("kind", KINDS)
def test_frame_is_not_changed_and_may_hold_nullable_numbers(pictures: Any, kind: str) -> None:
    frame = pictures.frame(kind, 4).convert_dtypes()
    frame.index = pd.Index(range(100, 100 + len(frame)))
    before = frame.copy(deep=True)
    pictures.draw(kind, frame=frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_suppressed(pictures: Any, charts: Any, kind: str) -> None:
    frame = pictures.frame(kind, 3)
    known = [c for c in ("value", "low", "high", "share", "observed", "x", "y", "distance", "text") if c in frame]
    ax = pictures.draw(kind, 3, frame=frame.assign(**dict.fromkeys(known, np.nan)), missing_label="n < 7")
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert any("n < 7" in t.get_text() for t in charts.texts(ax))
