"""What holds for every chart."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

from cxresearch.charts.theme import png, svg
from cxresearch.errors import ArgumentError

KINDS = ("gap", "likert", "intervals", "groups", "distribution", "histogram")
BESET = ("gap", "likert", "groups", "distribution", "histogram")


@pytest.mark.parametrize("kind", KINDS)
def test_returns_the_given_axes_in_a_figure_without_pyplot(charts: Any, kind: str) -> None:
    figure = Figure(figsize=(6.4, 5))
    ax = figure.add_subplot()
    assert charts.draw(kind, ax=ax) is ax
    assert figure.axes == [ax]
    assert tuple(figure.get_size_inches()) == (6.4, 5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [1, 30])
def test_no_text_is_cut_off_or_covered(charts: Any, kind: str, rows: int) -> None:
    ax = charts.draw(kind, rows)
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert min(t.get_fontsize() for t in charts.texts(ax)) >= 9


@pytest.mark.parametrize("kind", ["gap", "likert", "intervals", "groups"])
def test_figure_grows_with_rows(charts: Any, kind: str) -> None:
    heights = [charts.figure_of(charts.draw(kind, n)).get_figheight() for n in (1, 10, 30)]
    assert heights == sorted(heights)
    assert heights[2] > 3 * heights[0]
    assert charts.figure_of(charts.draw(kind, 3)).get_figwidth() == 6.4


def test_hostile_text_is_drawn_literally(charts: Any, kind: str, hostile: str) -> None:
    ax = charts.draw(kind, 2, text=hostile)
    assert charts.outside(ax) == []
    assert all(len(t.get_text()) <= 420 and not t.get_parse_math() for t in charts.texts(ax))
    page = svg(charts.figure_of(ax), hostile, hostile)
    assert "<script" not in page
    ElementTree.fromstring(page)


def test_hostile_alt_text(hostile: str) -> None:
    figure = Figure(figsize=(1, 1))
    assert png(figure, hostile).startswith(b"\x89PNG")
    page = ElementTree.fromstring(svg(figure, hostile, hostile))
    assert page.attrib["role"] == "img"
    assert [child.tag.split("}")[1] for child in page][:2] == ["title", "desc"]


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_the_same_on_every_run(charts: Any, kind: str) -> None:
    first, second = (charts.figure_of(charts.draw(kind)) for _ in range(2))
    assert svg(first, "alt", "title") == svg(second, "alt", "title")
    if kind == "gap":
        assert png(first, "alt") == png(second, "alt")


@pytest.mark.parametrize("kind", ["gap", "likert", "groups", "histogram"])
def test_users_settings_change_nothing(charts: Any, kind: str) -> None:
    plain = svg(charts.figure_of(charts.draw(kind)), "alt", "title")
    odd = {
        "font.size": 30,
        "font.family": ["monospace"],
        "axes.grid": True,
        "axes.facecolor": "black",
        "axes.spines.top": True,
        "savefig.bbox": "tight",
        "savefig.dpi": 30,
        "figure.autolayout": True,
        "lines.linewidth": 9,
        "lines.markeredgewidth": 5,
        "patch.linewidth": 6,
        "text.color": "red",
        "xtick.direction": "in",
        "ytick.major.size": 9,
        "axes.xmargin": 0.5,
    }
    with mpl.rc_context(odd):
        assert svg(charts.figure_of(charts.draw(kind)), "alt", "title") == plain


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_grid_a_chart_stays_in_its_cell(charts: Any, kind: str) -> None:
    figure = Figure(figsize=(13, 10), layout="constrained")
    cells = figure.subplots(2, 2).ravel()
    box = cells[3].get_position().frozen()
    charts.draw(kind, 4, ax=cells[3])
    assert tuple(figure.get_size_inches()) == (13, 10)
    new = cells[3].get_position()
    assert new.x0 >= box.x0
    assert new.x1 <= box.x1 + 1e-9
    assert new.y0 >= box.y0
    assert new.y1 <= box.y1 + 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_too_small_a_figure_is_no_error(charts: Any, kind: str) -> None:
    figure = Figure(figsize=(1.2, 0.8))
    charts.draw(kind, 3, ax=figure.add_subplot())
    assert svg(figure, "alt", "title")


@pytest.mark.parametrize("kind", ["gap", "likert", "intervals", "distribution"])
def test_frame_without_column_or_rows(charts: Any, kind: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        charts.draw(kind, frame=pd.DataFrame({"rows": [1]}))
    assert set(caught.value.codes) == {"charts.missing-column"}
    assert len(caught.value.codes) >= 3
    whole = {"gap": charts.gap_frame, "likert": charts.likert_frame, "intervals": charts.interval_frame}
    frame = whole[kind](1) if kind in whole else charts.nps_frame()
    with pytest.raises(ArgumentError) as caught:
        charts.draw(kind, frame=frame.iloc[:0])
    assert caught.value.codes == ("charts.empty-frame",)


@pytest.mark.parametrize("kind", ["gap", "likert", "intervals"])
def test_rows_without_label_and_twice(charts: Any, kind: str) -> None:
    frame = {"gap": charts.gap_frame, "likert": charts.likert_frame, "intervals": charts.interval_frame}[kind](2)
    with pytest.raises(ArgumentError) as caught:
        charts.draw(kind, frame=frame, row_labels={"r0": "only this"})
    assert caught.value.codes == ("charts.missing-label",)
    with pytest.raises(ArgumentError) as caught:
        charts.draw(kind, frame=pd.concat([frame, frame]))
    assert caught.value.codes == ("charts.duplicate-row",)


def test_words_instead_of_numbers(charts: Any) -> None:
    frame = charts.interval_frame(2).assign(value=["1,5", "2,5"])
    with pytest.raises(ArgumentError) as caught:
        charts.draw("intervals", frame=frame)
    assert caught.value.codes == ("charts.not-numeric",)


@pytest.mark.parametrize("kind", ["gap", "likert", "intervals", "distribution"])
def test_frame_is_not_changed(charts: Any, kind: str) -> None:
    whole = {"gap": charts.gap_frame, "likert": charts.likert_frame, "intervals": charts.interval_frame}
    frame = whole[kind](4) if kind in whole else charts.nps_frame()
    frame.index = pd.Index(range(100, 100 + len(frame)))
    before = frame.copy(deep=True)
    charts.draw(kind, frame=frame)
    pd.testing.assert_frame_equal(frame, before)
