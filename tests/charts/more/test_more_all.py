"""What holds for every chart, as in ``tests/charts/test_charts_all.py``."""

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

KINDS = ("heat", "quadrant", "curve", "waves", "staircase", "stairs", "surface")
FRAMES = ("heat", "quadrant", "curve", "staircase", "surface")
BESET = ("heat", "quadrant", "curve", "stairs", "surface")
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
    "contour.negative_linestyle": "dotted",
    "contour.linewidth": 7,
    "contour.algorithm": "threaded",
    "contour.corner_mask": False,
    "image.cmap": "gray",
    "text.color": "red",
    "xtick.direction": "in",
    "ytick.major.size": 9,
    "xtick.alignment": "left",
    "axes.xmargin": 0.5,
}


@pytest.mark.parametrize("kind", KINDS)
def test_returns_the_given_axes_in_a_cell_of_a_grid(more: Any, kind: str) -> None:
    figure = Figure(figsize=(13, 10), layout="constrained")
    cells = figure.subplots(2, 2).ravel()
    box = cells[3].get_position().frozen()
    assert more.draw(kind, 4, ax=cells[3]) is cells[3]
    assert tuple(figure.get_size_inches()) == (13, 10)
    new = cells[3].get_position()
    assert new.x0 >= box.x0
    assert new.x1 <= box.x1 + 1e-9
    assert new.y0 >= box.y0
    assert new.y1 <= box.y1 + 1e-9


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [1, 12])
def test_no_text_is_cut_off_or_covered(more: Any, charts: Any, kind: str, rows: int) -> None:
    ax = more.draw(kind, rows)
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert min(t.get_fontsize() for t in charts.texts(ax)) >= 9


def test_hostile_text_is_drawn_literally(more: Any, charts: Any, kind: str, hostile: str) -> None:
    ax = more.draw(kind, 2, text=hostile)
    assert charts.outside(ax) == []
    assert all(len(t.get_text()) <= 420 and not t.get_parse_math() for t in charts.texts(ax))
    page = svg(charts.figure_of(ax), hostile, hostile)
    assert "<script" not in page
    ElementTree.fromstring(page)


@pytest.mark.parametrize("kind", ["heat", "quadrant", "curve", "waves", "stairs", "surface"])
def test_same_file_on_every_run_whatever_the_settings(more: Any, charts: Any, kind: str) -> None:
    first = svg(charts.figure_of(more.draw(kind, 3)), "alt", "title")
    with mpl.rc_context(ODD):
        assert svg(charts.figure_of(more.draw(kind, 3)), "alt", "title") == first


@pytest.mark.parametrize("kind", KINDS)
def test_too_small_a_figure_is_no_error(more: Any, kind: str) -> None:
    figure = Figure(figsize=(1.2, 0.8))
    more.draw(kind, 3, ax=figure.add_subplot())
    assert svg(figure, "alt", "title")


@pytest.mark.parametrize("kind", FRAMES)
def test_frame_without_column_or_rows(more: Any, kind: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        more.draw(kind, frame=pd.DataFrame({"rows": [1]}))
    assert set(caught.value.codes) == {"charts.missing-column"}
    assert len(caught.value.codes) >= 3
    with pytest.raises(ArgumentError) as caught:
        more.draw(kind, frame=more.frames[kind](2).iloc[:0])
    assert caught.value.codes == ("charts.empty-frame",)


@pytest.mark.parametrize("kind", FRAMES)
def test_duplicates_and_words(more: Any, kind: str) -> None:
    frame = more.frames[kind](2)
    with pytest.raises(ArgumentError) as caught:
        more.draw(kind, frame=pd.concat([frame, frame]))
    assert caught.value.codes == ("charts.duplicate-row",)
    name = "value" if "value" in frame else "y"
    with pytest.raises(ArgumentError) as caught:
        more.draw(kind, frame=frame.assign(**{name: "1,5"}))
    assert caught.value.codes == ("charts.not-numeric",)


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("heat", "row_labels"),
        ("heat", "column_labels"),
        ("heat", "mark_labels"),
        ("quadrant", "point_labels"),
        ("curve", "series_labels"),
        ("staircase", "step_labels"),
        ("stairs", "series_labels"),
    ],
)
def test_missing_label(more: Any, kind: str, argument: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        more.draw(kind, **{argument: {"other": "x"}})
    assert set(caught.value.codes) == {"charts.missing-label"}


@pytest.mark.parametrize("kind", FRAMES)
def test_frame_is_not_changed_and_may_hold_nullable_numbers(more: Any, kind: str) -> None:
    frame = more.frames[kind](4).convert_dtypes()
    frame.index = pd.Index(range(100, 100 + len(frame)))
    before = frame.copy(deep=True)
    more.draw(kind, frame=frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("kind", [*FRAMES, "waves"])
def test_everything_suppressed(more: Any, charts: Any, kind: str) -> None:
    frame = more.frames[kind](3)
    known = [c for c in ("value", "y", "low", "high", "n") if c in frame and not (kind == "surface" and c == "y")]
    ax = more.draw(kind, frame=frame.assign(**dict.fromkeys(known, np.nan)), missing_label="n < 7")
    assert charts.outside(ax) == []
    assert any("n < 7" in t.get_text() for t in charts.texts(ax))
