"""The surface."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxresearch.errors import ArgumentError


def test_contours_carry_their_numbers(more: Any) -> None:
    ax = more.draw("surface")
    (lines,) = [c for c in ax.collections if c.get_gid() == "contours"]
    said = more.said(ax, "level")
    assert set(said) <= {f"{v:.1f}".replace(".", ",").replace("-", "−") for v in lines.levels}
    assert len(set(said)) >= 3
    assert len([c for c in ax.collections if c.get_gid() == "surface"]) == 1


def test_numbers_stay_inside_and_off_the_diagonals(more: Any, charts: Any) -> None:
    ax = more.draw("surface", points=None)
    charts.texts(ax)
    panel = ax.get_window_extent()
    for text in (t for t in ax.texts if t.get_gid() == "level"):
        box = text.get_window_extent()
        assert panel.x0 <= box.x0
        assert box.x1 <= panel.x1
        assert panel.y0 <= box.y0
        assert box.y1 <= panel.y1
        x, y = text.get_position()
        assert min(abs(x - y), abs(x + y - 6)) > 0.1


def test_lines_of_agreement_and_disagreement(more: Any) -> None:
    ax = more.draw("surface")
    (same,), (opposite,) = more.drawn(ax, "agreement"), more.drawn(ax, "disagreement")
    assert np.allclose(same.get_xdata(), same.get_ydata())
    assert np.allclose(opposite.get_xdata() + opposite.get_ydata(), 6.0)
    assert same.get_linestyle() != opposite.get_linestyle()
    assert more.said(ax, "agreement") == ["Übereinstimmung: Selbstbild gleich Fremdbild"]
    moved = more.drawn(more.draw("surface", middle=2.0), "disagreement")[0]
    assert np.allclose(moved.get_xdata() + moved.get_ydata(), 4.0)
    assert moved.get_ydata().min() >= 1.0


def test_points(more: Any) -> None:
    (cloud,) = more.drawn(more.draw("surface", points=more.cloud_frame().assign(z=1)), "cloud")
    assert len(cloud.get_xdata()) == 160
    for nothing in (None, pd.DataFrame(columns=["x", "y"])):
        assert more.drawn(more.draw("surface", points=nothing), "cloud") == []
    with pytest.raises(ArgumentError) as caught:
        more.draw("surface", points=pd.DataFrame({"a": [1]}))
    assert set(caught.value.codes) == {"charts.missing-column"}


def test_places_without_value_are_hatched_and_named(more: Any, charts: Any) -> None:
    frame = more.surface_frame()
    frame.loc[(frame["x"] - frame["y"]).abs() > 2, "value"] = np.nan
    ax = more.draw("surface", frame=frame, missing_label="nicht beobachtet")
    assert len(more.drawn(ax, "void")) == 1
    assert more.said(ax, "void") == ["nicht beobachtet"]
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert more.said(more.draw("surface"), "void") == []


@pytest.mark.parametrize("value", [0.0, 3.3, -1e9, 1e-9])
def test_flat_surface(more: Any, charts: Any, value: float) -> None:
    ax = more.draw("surface", frame=more.surface_frame(4).assign(value=value), number="{:g}".format)
    assert charts.outside(ax) == []


@pytest.mark.parametrize("frame", ["hole", "line"])
def test_no_grid(more: Any, frame: str) -> None:
    grid = more.surface_frame(4)
    given = grid.iloc[1:] if frame == "hole" else grid[grid["x"] == 1]
    with pytest.raises(ArgumentError) as caught:
        more.draw("surface", frame=given)
    assert caught.value.codes == ("charts.not-a-grid",)


def test_grid_that_is_not_square(more: Any, charts: Any) -> None:
    frame = more.surface_frame(8)
    ax = more.draw("surface", frame=frame.assign(y=frame["y"] / 4), points=None)
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert more.drawn(ax, "disagreement")[0].get_ydata().size > 0
