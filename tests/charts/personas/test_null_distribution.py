"""What data without groups would give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import StepPatch

from cxresearch.charts.theme import luminance
from cxresearch.errors import ArgumentError


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_every_distribution_and_its_observed_value(pictures: Any, rows: int) -> None:
    frame, draws = pictures.null_frames(rows)
    ax = pictures.draw("nulls", rows)
    shapes = pictures.drawn(ax, "null")
    assert len(shapes) == 2 * rows
    for shape, (row, null) in zip(shapes, zip(frame["row"], frame["null"], strict=True), strict=True):
        assert isinstance(shape, StepPatch)
        sample = draws.loc[(draws["row"] == row) & (draws["null"] == null), "value"]
        values, edges, base = shape.get_data()
        assert (edges[0], edges[-1]) == (sample.min(), sample.max())
        counts, _ = np.histogram(sample, edges)
        assert np.allclose((base - values) / (base - values).max(), counts / counts.max())
    points = pictures.drawn(ax, "observed", "hollow")
    assert [p.get_xdata()[0] for p in points] == frame["observed"].tolist()
    assert [p.get_gid() == "hollow" for p in points] == frame["hollow"].tolist()
    assert [c.get_segments()[0][0, 0] for c in pictures.drawn(ax, "observed-line")] == frame["observed"].tolist()
    assert pictures.said(ax, "text") == frame["text"].tolist()


def test_nulls_differ_in_greyscale(pictures: Any) -> None:
    shades = [luminance(to_hex(s.get_facecolor())) for s in pictures.drawn(pictures.draw("nulls", 1), "null")]
    assert abs(shades[0] - shades[1]) > 0.3


def test_one_row_names_nulls_directly_several_rows_in_a_key(pictures: Any) -> None:
    one, several = pictures.draw("nulls", 1), pictures.draw("nulls", 2)
    assert [t.get_text().split()[0] for t in one.get_yticklabels()] == ["Antworten", "zusammenhängende"]
    assert pictures.said(one, "key") == ["beobachtet"]
    assert [t.get_text() for t in several.get_yticklabels()] == ["2 Gruppen", "3 Gruppen"]
    assert pictures.said(several, "key")[-1] == "beobachtet"
    assert len(pictures.said(several, "key")) == 3


def test_without_rows_and_texts(pictures: Any, charts: Any) -> None:
    frame, draws = pictures.null_frames(1)
    frame, draws = frame.drop(columns=["row", "text", "hollow"]).iloc[1:], draws.drop(columns="row")
    ax = pictures.draw("nulls", frame=frame, draws=draws, row_labels=None)
    assert pictures.said(ax, "text") == ["0,62"]
    assert len(pictures.drawn(ax, "null")) == 1
    assert [p.get_gid() for p in pictures.drawn(ax, "observed", "hollow")] == ["observed"]
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_few_draws_are_drawn_one_by_one_and_equal_ones_are_seen(pictures: Any) -> None:
    frame = pd.DataFrame({"null": ["copula"], "observed": [0.2]})
    few = pictures.draw("nulls", frame=frame, draws=pd.DataFrame({"null": "copula", "value": [0.5, 0.6, np.nan]}))
    (strip,) = pictures.drawn(few, "null")
    assert [s[0, 0] for s in strip.get_segments()] == [0.5, 0.6]
    same = pictures.draw("nulls", frame=frame, draws=pd.DataFrame({"null": "copula", "value": [0.5] * 99}))
    (bar,) = pictures.drawn(same, "null")
    low, high = bar.get_data().edges[[0, -1]]
    assert low < 0.5 < high


def test_without_draws_and_without_observed_value(pictures: Any, charts: Any) -> None:
    frame, draws = pictures.null_frames(2)
    ax = pictures.draw("nulls", 2, frame=frame.assign(observed=np.nan), draws=draws[draws["row"] == 2])
    assert pictures.said(ax, "missing") == ["–", "–"]
    assert pictures.drawn(ax, "observed", "hollow") == []
    assert charts.outside(ax) == charts.overlapping(ax) == []


def test_faults(pictures: Any) -> None:
    frame, draws = pictures.null_frames(1)
    with pytest.raises(ArgumentError) as caught:
        pictures.draw("nulls", frame=frame, draws=draws.drop(columns=["value", "row"]))
    assert set(caught.value.codes) == {"charts.missing-column"}
    third = pd.concat([frame, frame.iloc[:1].assign(null="other")])
    with pytest.raises(ArgumentError) as caught:
        pictures.draw("nulls", frame=third, null_labels={"independent": "a", "copula": "b", "other": "c"})
    assert caught.value.codes == ("charts.too-many",)
