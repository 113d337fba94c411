from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError
from cxresearch.survey.item import Construct
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Scale

AGREE = Scale(level=Level.ORDINAL, low=1, high=5)


@pytest.mark.parametrize("value", [0, 6, 2.5, True, False, "3", None, math.nan, math.inf, [3], 10**400, 1j])
def test_what_a_range_does_not_hold(value: object) -> None:
    assert not AGREE.contains(value)


@pytest.mark.parametrize("value", [True, [1], {}, None, 10**400, "1"])
def test_what_an_enumeration_does_not_hold(value: object) -> None:
    assert not Scale(level=Level.NOMINAL, labels={1: "a", 2: "b"}).contains(value)


@pytest.mark.parametrize(("value", "held"), [(0, True), (1e9, True), (-1, False), (math.inf, False), (math.nan, False)])
def test_an_open_ratio_scale_holds_what_is_not_negative(value: float, held: bool) -> None:
    assert Scale(level=Level.RATIO).contains(value) is held


@settings(deadline=None)
@given(
    low=st.integers(-50, 50),
    count=st.integers(1, 40),
    step=st.sampled_from([0.1, 0.25, 0.5, 1, 2, 3]),
)
def test_reversing_twice_changes_nothing_and_stays_on_the_scale(low: int, count: int, step: float) -> None:
    scale = Scale(level=Level.INTERVAL, low=low, high=low + count * step, step=step)
    assert len(scale.codes) == count + 1
    for code in scale.codes:
        assert isinstance(code, int | float)
        assert scale.contains(scale.reverse(code))
        assert scale.reverse(scale.reverse(code)) == pytest.approx(code)


def test_only_a_range_can_be_reversed() -> None:
    with pytest.raises(ArgumentError):
        Scale(level=Level.NOMINAL, labels={1: "a"}).reverse(1)


@pytest.mark.parametrize(
    ("min_answered", "items", "needed"),
    [
        (0.5, 3, 2),
        (0.5, 4, 2),
        (0.5, 1, 1),
        (1.0, 3, 3),
        (1, 3, 1),
        (2, 3, 2),
        (2.0, 3, 2),
        (0.001, 3, 1),
        (1 / 3, 3, 1),
        (2 / 3, 3, 2),
        (0.56, 25, 14),  # 0.56 * 25 is 14.000000000000002
        (0.7, 10, 7),
        (0.1, 30, 3),
    ],
)
def test_needed(min_answered: float, items: int, needed: int) -> None:
    assert Construct(name="x", min_answered=min_answered).needed(items) == needed  # type: ignore[arg-type]


def test_levels_are_ordered() -> None:
    assert Level.NOMINAL < Level.ORDINAL < Level.INTERVAL < Level.RATIO
    assert Level.ORDINAL >= Level.ORDINAL
    assert not Level.NOMINAL.permits("median")


def test_codes_are_the_numbers_people_write() -> None:
    scale = Scale(level=Level.INTERVAL, low=0, high=1, step=0.1)
    assert scale.codes == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
