"""One variable of any frame: every cell is an answer, a counted reason, or a counted value off the scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.responses.source import Column, Source
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Scale


def column(values: Any, **more: Any) -> Column:
    found = Source.of(pd.DataFrame({"x": values})).column("x", **more)
    n = len(found.values)
    assert int(found.values.notna().sum()) + found.n_missing == n
    return found


def listed(found: Column) -> list[Any]:
    return [None if value is None or value != value else value for value in found.values]


def code(values: Any, **more: Any) -> str:
    with pytest.raises(cx.CxError) as caught:
        column(values, **more)
    return caught.value.codes[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, None, 5], [1.0, None, 5.0]),
        (pd.array([1, None, 5], "Int64"), [1.0, None, 5.0]),
        (pd.array([1.5, None, 5], "Float64"), [1.5, None, 5.0]),
        (pd.Categorical([1, None, 2]), [1.0, None, 2.0]),
        (pd.array(["1", None, "2"], "string"), [1.0, None, 2.0]),
        (["1,5", "", "2,5"], [1.5, None, 2.5]),
        (["01", "02", " 3 "], [1.0, 2.0, 3.0]),
        ([Decimal("1.5"), None, 2], [1.5, None, 2.0]),
        (pd.arrays.SparseArray([1.0, np.nan, 2.0]), [1.0, None, 2.0]),
        ([-0.0, 0.0, 1.0], [0.0, 0.0, 1.0]),
    ],
)
def test_numbers(values: Any, expected: list[Any]) -> None:
    found = column(values)
    assert found.numeric
    assert listed(found) == expected
    assert [c.code for c in found.caveats()] == ["undeclared_scale"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", None, " "], ["a", None, None]),
        (pd.array(["a", None, " "], "string"), ["a", None, None]),
        (pd.Categorical(["a", None, "b"]), ["a", None, "b"]),
        ([True, False, True], [True, False, True]),
        (pd.array([True, None, False], "boolean"), [True, None, False]),
        (pd.Series([True, None, False], dtype=object), [True, None, False]),
        ([dt.date(2020, 1, 1), None, dt.date(2020, 1, 2)], [dt.date(2020, 1, 1), None, dt.date(2020, 1, 2)]),
        (["١٢", "٣", "x"], ["١٢", "٣", "x"]),
        (["1_0", "2", ""], ["1_0", "2", None]),
    ],
)
def test_words(values: Any, expected: list[Any]) -> None:
    found = column(values)
    assert not found.numeric
    assert listed(found) == expected


def test_dates_are_kept() -> None:
    found = column(pd.to_datetime(["2020-01-01", None, "2020-01-02"]))
    assert found.missing == {"empty": 1}
    assert found.codes() == [pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-02")]


def test_categories_keep_their_order_and_the_empty_one() -> None:
    values = pd.Categorical(["lo", "hi", "k.A."], categories=["lo", "mid", "hi", "k.A."], ordered=True)
    found = column(values, missing="k.A.")
    assert found.codes() == ["lo", "mid", "hi"]
    assert found.level is Level.ORDINAL
    bands = column(pd.cut([1, 7, 60], [0, 5, 10, 100]))
    assert [str(band) for band in bands.codes()] == ["(0, 5]", "(5, 10]", "(10, 100]"]


@pytest.mark.parametrize("values", [[np.nan] * 2, [None] * 2, [" ", ""], [pd.NA] * 2, pd.array([None, None], "Int64")])
def test_nothing_at_all(values: Any) -> None:
    assert column(values).missing == {"empty": 2}
    assert column(values).codes() == []


@pytest.mark.parametrize(
    "missing",
    [
        99,
        99.0,
        "99",
        [99],
        (99, 98),
        {99},
        range(97, 100),
        np.array([99]),
        np.int64(99),
        {"x": [99]},
        {"x": 99},
        [99, None, np.nan],
    ],
)
def test_missing_codes(missing: Any) -> None:
    found = column([1, 99, 5, None], missing=missing)
    assert listed(found) == [1.0, None, 5.0, None]
    assert found.missing == {"99": 1, "empty": 1}


def test_missing_words_in_numbers() -> None:
    found = column(["1", " k.A. ", "2", "weiß nicht", "3"], missing=["k.A.", "weiß nicht"])
    assert listed(found) == [1.0, None, 2.0, None, 3.0]
    assert found.missing == {"k.A.": 1, "weiß nicht": 1}


def test_true_is_no_missing_one() -> None:
    assert column([1, 2], missing=[True]).missing == {}


@pytest.mark.parametrize(
    "scale", [(1, 5), [1, 5], (1.0, 5.0), {"x": (1, 5)}, Scale(level=Level.ORDINAL, low=1, high=5)]
)
def test_values_outside_the_scale_are_counted_and_left_out(scale: Any) -> None:
    found = column([1, 6, 2.5, 5, -1, 6], scale=scale)
    assert listed(found) == [1.0, None, None, 5.0, None, None]
    assert found.outside == {"-1": 1, "2.5": 1, "6": 2}
    assert found.codes() == [1, 2, 3, 4, 5]
    assert "outside_scale" in [c.code for c in found.caveats()]


def test_scales_that_are_not_whole() -> None:
    assert listed(column([1, 1.25, 9], scale=(1, 4.5))) == [1.0, 1.25, None]
    assert column([1, 1e8], scale=(0, 1e9)).codes() == [1.0, 1e8]


def test_a_missing_code_inside_the_scale_wins() -> None:
    assert column([0, 1, 5], scale=(0, 5), missing=0).missing == {"0": 1}


def test_what_is_infinite_is_counted() -> None:
    found = column([1.0, np.inf, -np.inf])
    assert found.outside == {"-inf": 1, "inf": 1}


@pytest.mark.parametrize(
    ("values", "more", "expected"),
    [
        ([1, "x", 3, 4], {}, "data.text-in-numbers"),
        (["1", "x", "3"], {"scale": (1, 5)}, "data.text-in-numbers"),
        (["nan", "1", "2"], {}, "data.text-in-numbers"),
        (["0x10", "1", "2"], {}, "data.text-in-numbers"),
        ([True, False], {"scale": (0, 1)}, "data.text-in-numbers"),
        (["a", "b"], {"level": "interval"}, "data.text-in-numbers"),
        (pd.to_datetime(["2020-01-01"]), {"scale": (1, 5)}, "data.text-in-numbers"),
        ([1j, 2], {"scale": (1, 5)}, "data.text-in-numbers"),
        ([10**400, 1, 2, 3], {}, "data.text-in-numbers"),
        (["1,234", "5,678"], {}, "data.thousands"),
        ([[1], [2]], {}, "data.cells"),
        ([{"a": 1}], {}, "data.cells"),
        ([1], {"scale": (5, 1)}, "data.scale"),
        ([1], {"scale": (1, 2, 3)}, "data.scale"),
        ([1], {"scale": "1-5"}, "data.scale"),
        ([1], {"scale": 5}, "data.scale"),
        ([1], {"scale": (None, 5)}, "data.scale"),
        ([1], {"scale": (0, np.inf)}, "data.scale"),
        ([1], {"scale": {"y": (1, 5)}}, "data.unknown-column"),
        ([1], {"missing": {"y": 9}}, "data.unknown-column"),
        ([1], {"level": {"y": "ratio"}}, "data.unknown-column"),
        ([1], {"missing": [[9]]}, "data.missing"),
        ([1], {"level": "intervall"}, "data.level"),
        ([1], {"level": 5}, "data.level"),
    ],
)
def test_what_is_taught(values: Any, more: dict[str, Any], expected: str) -> None:
    assert code(values, **more) == expected


def test_what_the_advice_says_works() -> None:
    with pytest.raises(cx.CxError) as caught:
        column([1, "x", True, 3, 4, 5])
    advice = str(caught.value.faults[0].do).split("say missing=")[1].rstrip(".")
    assert listed(column([1, "x", True, 3, 4, 5], missing=eval(advice))) == [1.0, None, None, 3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    "frame",
    [
        None,
        [1],
        "file.csv",
        pd.DataFrame({"x": []}),
        pd.DataFrame([[1, 2]], columns=["x", "x"]),
        pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("x", "a")])),
    ],
)
def test_what_is_no_source(frame: Any) -> None:
    with pytest.raises(cx.CxError):
        Source.of(frame)


@pytest.mark.parametrize("name", ["y", 5, None, ["x"]])
def test_columns_that_are_not_there(name: Any) -> None:
    with pytest.raises(cx.CxError) as caught:
        Source.of(pd.DataFrame({"x": [1]})).column(name)
    assert caught.value.codes == ("data.unknown-column",)


# ---- weights -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 0.5], [1, 2, 0.5]),
        (["1", "2", "0.5"], [1, 2, 0.5]),
        (["1", "2", "0,5"], [1, 2, 0.5]),
        (pd.array([1, None, 0], "Int64"), [1, np.nan, 0]),
    ],
)
def test_weights(values: Any, expected: list[float]) -> None:
    found = Source.of(pd.DataFrame({"w": values})).weights("w")
    assert found is not None
    assert found.tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    "values",
    [
        [1, -2],
        [1, "x"],
        [0, 0],
        [np.nan, np.nan],
        [np.inf, 1],
        [True, False],
        pd.to_datetime(["2020-01-01"] * 2),
        [[1], [2]],
        [1j, 2],
        ["١", "2"],
    ],
)
def test_weights_that_are_none(values: Any) -> None:
    with pytest.raises(cx.CxError) as caught:
        Source.of(pd.DataFrame({"w": values})).weights("w")
    assert caught.value.codes == ("data.weights",)


# ---- answers on a survey -------------------------------------------------------------------------


def test_reasons_of_the_reader_are_kept(read: Callable[..., cx.Responses]) -> None:
    responses = read("rid,q1,size\n1,98,u\n2,99,s\n3,,l\n4,5,\n5,1,s\n6,2,s\n")
    source = Source.of(responses)
    assert source.column("q1").missing == {"98": 1, "99": 1, "empty": 1}
    assert source.column("size").missing == {"u": 1, "empty": 1}
    # what the analyst declares comes on top
    found = source.column("q1", missing=[5])
    assert found.missing == {"98": 1, "99": 1, "empty": 1, "5": 1}
    assert found.n_missing == 4
    assert source.column("q1", scale=(1, 2)).outside == {"5": 1}


def test_the_index_of_answers_does_not_matter(read: Callable[..., cx.Responses]) -> None:
    from dataclasses import replace

    responses = read("rid,q1\n1,98\n2,99\n3,1\n4,5\n")
    odd = replace(
        responses, frame=responses.frame.set_axis([5, 5, 5, 5]), reasons=responses.reasons.set_axis([3, 3, 9, 9])
    )
    assert Source.of(odd).column("q1").missing == {"98": 1, "99": 1}


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.sampled_from([1, 2, 5, 6, 99, None, 2.5]), min_size=1, max_size=20),
    index=st.lists(st.integers(0, 3), min_size=20, max_size=20),
)
def test_the_index_of_a_frame_does_not_matter(values: list[Any], index: list[int]) -> None:
    frame = pd.DataFrame({"x": pd.array(values, dtype=object)})
    plain = Source.of(frame).column("x", scale=(1, 5), missing=99)
    odd = Source.of(frame.set_axis(index[: len(values)])).column("x", scale=(1, 5), missing=99)
    pd.testing.assert_series_equal(plain.values, odd.values)
    assert (plain.missing, plain.outside) == (odd.missing, odd.outside)
    assert int(plain.values.notna().sum()) + plain.n_missing == len(values)
