"""Results found in executed notebooks, and their tables as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from cxresearch.study.results import MIME, csv_text, disagreements, headlines, results_in


def test_the_mime_type_is_that_of_a_result() -> None:
    from cxresearch.result import MIME as of_result

    assert of_result == MIME


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_is_never_a_formula(start: str) -> None:
    text = csv_text([{"a": f"{start}cmd()", f"{start}b": -1.5}])
    [head, row] = list(csv.reader(io.StringIO(text, newline="")))
    assert head == ["a", f"'{start}b"]
    assert row == [f"'{start}cmd()", "-1.5"]


def test_numbers_are_written_in_full() -> None:
    assert csv_text([{"a": 0.1 + 0.2, "b": 10**18, "c": True, "d": None}]) == (
        "a,b,c,d\n0.30000000000000004,1000000000000000000,true,\n"
    )


def test_text_survives() -> None:
    nasty = ['a,b "c"\nd', "😀" * 25_000, "<script>alert(1)</script>", "ä"]
    rows = list(csv.DictReader(io.StringIO(csv_text([{"t": t} for t in nasty]), newline="")))
    assert [row["t"] for row in rows] == nasty


def test_columns_come_in_the_order_a_result_tells() -> None:
    data = {"frames": {"more": [], "table": [{"a": 1, "z": 2, "m": 3}]}, "columns": {"table": ["z", "a"]}}
    [found] = results_in({"cells": [cell(data)]})
    assert list(found.frames) == ["table", "more"]
    assert csv_text(found.frames["table"], found.columns["table"]) == "z,a,m\n2,1,3\n"


def test_rows_with_different_keys() -> None:
    assert csv_text([{"a": 1}, {"b": 2}]) == "a,b\n1,\n,2\n"


def cell(*results: object, tags: tuple[str, ...] = ()) -> dict[str, object]:
    return {"metadata": {"tags": list(tags)}, "outputs": [{"data": {MIME: result}} for result in results]}


def test_headlines_are_tagged_or_the_first() -> None:
    one, two = {"kind": "a", "sentence": "A."}, {"kind": "b", "sentence": "B."}
    found = results_in({"cells": [cell(one), cell(two, tags=("headline",))]})
    assert [f.sentence for f in headlines(found)] == ["B."]
    found = results_in({"cells": [cell(one, two)]})
    assert [f.sentence for f in headlines(found)] == ["A."]
    assert headlines(()) == ()


@pytest.mark.parametrize(
    "broken", [None, [], "x", {"frames": 3, "caveats": "x", "columns": [1]}, {"frames": {"t": [1, {"a": 1}]}}]
)
def test_a_broken_result_is_no_crash(broken: object) -> None:
    for found in results_in({"cells": [cell(broken)]}):
        assert found.caveats == ()


def test_file_names_are_harmless() -> None:
    [found] = results_in({"cells": [cell({"kind": "../../x y", "frames": {"a/b": []}})]})
    assert found.table_name("gaps", "a/b") == "gaps.1.x-y.a-b.csv"


def test_disagreement_names_the_frame() -> None:
    def of(value: float) -> tuple:  # type: ignore[type-arg]
        return results_in({"cells": [cell({"kind": "gaps", "frames": {"table": [{"d": value}], "more": []}})]})

    assert disagreements(of(1.0), of(1.0)) == []
    assert disagreements(of(1.0), of(1.5)) == ["gaps.table"]
    assert disagreements(of(1.0), ()) == ["1 / 0"]
