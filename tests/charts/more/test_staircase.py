"""The staircase."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cxresearch.errors import ArgumentError


@pytest.mark.parametrize("steps", [1, 4, 8])
def test_levels_rises_and_differences(more: Any, charts: Any, steps: int) -> None:
    frame = more.stair_frame(steps)
    ax = more.draw("staircase", frame=frame)
    levels = [c.get_segments()[0][0, 1] for c in more.drawn(ax, "level")]
    assert levels == frame["value"].tolist()
    assert len(more.drawn(ax, "interval")) == len(more.drawn(ax, "point")) == steps
    wanted = [f"{d:+.1f}".replace(".", ",").replace("-", "−") for d in np.diff(frame["value"])]
    assert more.said(ax, "difference") == wanted
    assert len(more.drawn(ax, "rise")) == steps - 1
    assert more.said(ax, "n") == ["n = 453"] * steps
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []


def test_two_series_have_shapes_and_a_gap(more: Any) -> None:
    ax = more.draw("stairs", 4)
    assert [p.get_marker() for p in more.drawn(ax, "point")] == ["o"] * 4 + ["D"] * 4
    assert len(more.drawn(ax, "gap")) == 4
    assert len(more.said(ax, "difference")) == 6
    assert more.said(ax, "key") == ["Wichtigkeit", "Umsetzung im eigenen Bereich"]
    assert more.said(ax, "n") == ["n = 453"] * 4


@pytest.mark.parametrize("gap", [0.0, 0.01, 0.3, -1.0])
def test_series_that_touch_or_cross(more: Any, charts: Any, gap: float) -> None:
    frame = more.stair_frame(4, ("importance", "implementation"))
    first = frame.loc[:3, "value"].to_numpy()
    second = first - np.array([gap, -gap, gap, gap])
    frame["value"] = [*first, *second]
    ax = more.draw("stairs", 4, frame=frame.assign(low=frame["value"] - 0.2, high=frame["value"] + 0.2))
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    tokens = [item for item in more.drawn(ax, "key") if item.get_markersize() < 6]
    assert len(tokens) == (6 if gap else 0)


def test_suppressed_step(more: Any, charts: Any) -> None:
    frame = more.stair_frame(4)
    frame.loc[1, ["value", "low", "high", "n"]] = np.nan
    ax = more.draw("staircase", frame=frame, missing_label="n < 7")
    assert more.said(ax, "missing") == ["n < 7"]
    assert more.said(ax, "n") == ["n = 453", "n < 7", "n = 453", "n = 453"]
    assert len(more.said(ax, "difference")) == 1
    assert charts.overlapping(ax) == []


def test_limits_numbers_of_cases_and_infinite_end(more: Any) -> None:
    frame = more.stair_frame(2, ("a", "b")).assign(n=[10, 20, 10, 25], high=np.inf)
    ax = more.draw("staircase", frame=frame, series_labels=None, limits=(1, 5), n_label="N")
    assert more.said(ax, "n") == ["N = 10", "N = 20 / 25"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["1,0", "2,0", "3,0", "4,0", "5,0"]
    assert more.drawn(ax, "interval")[0].get_segments()[0][:, 1].max() == ax.get_ylim()[1]
    assert more.said(more.draw("staircase", frame=more.stair_frame(2).drop(columns="n")), "n") == []


def test_three_series_are_refused(more: Any) -> None:
    frame = more.stair_frame(3).assign(series=["a", "b", "c"])
    with pytest.raises(ArgumentError) as caught:
        more.draw("staircase", frame=frame, series_labels=None)
    assert caught.value.codes == ("charts.too-many",)
