"""The heat map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from cxresearch.charts.palette import contrast, luminance
from cxresearch.charts.ramp import diverging, sequential, text_on
from cxresearch.errors import ArgumentError


def cell_colours(more: Any, ax: Any) -> list[str]:
    return [to_hex(c.get_facecolor()) for c in more.drawn(ax, "cell")]


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (4, 6), (12, 15), (30, 2)])
def test_every_cell_carries_its_number(more: Any, charts: Any, rows: int, columns: int) -> None:
    frame = more.heat_frame(rows, columns)
    ax = more.draw("heat", rows, frame=frame, number="{:.2f}".format)
    assert more.said(ax, "value") == [f"{v:.2f}" for v in frame["value"].dropna()]
    assert len(more.said(ax, "missing")) == len(more.drawn(ax, "suppressed")) == frame["value"].isna().sum()
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    boxes = [c.get_window_extent() for c in more.drawn(ax, "cell")]
    for text in (t for t in ax.texts if t.get_gid() == "value"):
        inside = text.get_window_extent()
        assert any(b.x0 <= inside.x0 and inside.x1 <= b.x1 and b.y0 <= inside.y0 and inside.y1 <= b.y1 for b in boxes)


def test_rows_and_columns_keep_their_order(more: Any) -> None:
    frame = more.heat_frame(4).iloc[::-1]
    ax = more.draw("heat", 4, frame=frame)
    assert ax.get_yticklabels()[0].get_text().startswith("Beschwerde")
    assert ax.get_xticklabels()[0].get_text().replace("-\n", "") == "Reklamation"
    assert more.said(ax, "row-title") == ["Konstrukt"]
    assert more.said(ax, "column-title") == ["Organisationseinheit"]


def test_pair_left_out_stays_blank(more: Any) -> None:
    frame = more.heat_frame(2, 2).iloc[:3]
    ax = more.draw("heat", frame=frame)
    assert len(more.drawn(ax, "cell")) == 3
    assert more.said(ax, "missing") == []


def test_columns_turn_only_where_words_do_not_fit(more: Any) -> None:
    few = more.draw("heat", 2, frame=more.heat_frame(2, 4))
    many = more.draw("heat", 2, frame=more.heat_frame(2, 15))
    short = more.draw("heat", 2, frame=more.heat_frame(2, 15), column_labels={f"c{j}": f"{j}." for j in range(15)})
    assert {t.get_rotation() for t in few.get_xticklabels()} == {0.0}
    assert {t.get_rotation() for t in many.get_xticklabels()} == {90.0}
    assert {t.get_rotation() for t in short.get_xticklabels()} == {0.0}


def test_colours_follow_values(more: Any) -> None:
    frame = pd.DataFrame({"row": "r0", "column": ["c0", "c1", "c2"], "value": [1.0, 3.0, 5.0]})
    one = cell_colours(more, more.draw("heat", 1, frame=frame, centre=None, limits=(1, 5)))
    assert one == [sequential(0), sequential(0.5), sequential(1)]
    two = cell_colours(more, more.draw("heat", 1, frame=frame, centre=4.0))
    assert two == [diverging(-1), diverging(-1 / 3), diverging(1 / 3)]
    flat = cell_colours(more, more.draw("heat", 1, frame=frame.assign(value=2.0), centre=None))
    assert len(set(flat)) == 1


def test_key_of_colours(more: Any) -> None:
    frame = more.heat_frame(2)
    assert more.said(more.draw("heat", 2, frame=frame, centre=None, limits=(1, 5)), "stop") == ["+1,0", "+5,0"]
    assert more.said(more.draw("heat", 2, frame=frame, centre=1.0, limits=(0, 5)), "stop") == ["−3,0", "+1,0", "+5,0"]
    assert more.said(more.draw("heat", 2), "value-label") == ["Differenz der Mittelwerte (innen minus außen)"]


def test_ramps_are_legible_and_seen_in_greyscale() -> None:
    shades = np.linspace(0, 1, 101)
    light = [luminance(sequential(s)) for s in shades]
    assert light == sorted(light, reverse=True)
    for sign in (-1, 1):
        side = [luminance(diverging(sign * s)) for s in shades]
        assert side == sorted(side, reverse=True)
    colours = [sequential(s) for s in shades] + [diverging(2 * s - 1) for s in shades]
    assert min(contrast(c, text_on(c)) for c in colours) >= 4.5


def test_marks_are_drawn_and_named(more: Any) -> None:
    frame = pd.DataFrame({"row": "r0", "column": ["c0", "c1", "c2"], "value": [0.0, 0.9, np.nan]})
    frame["mark"] = ["aligned", "beyond", None]
    ax = more.draw("heat", 1, frame=frame)
    assert [type(m).__name__ for m in more.drawn(ax, "mark")] == ["Line2D", "Rectangle"]
    assert more.said(ax, "key") == ["praktisch gleich", "jenseits des Bereichs ± 0,5"]
    with pytest.raises(ArgumentError) as caught:
        more.draw("heat", 1, frame=frame, mark_labels=dict.fromkeys(["aligned", "beyond", 3, 4], "x"))
    assert caught.value.codes == ("charts.too-many",)
