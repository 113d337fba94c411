"""What holds for every file: order does not matter, nothing is lost, codes and labels say the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.survey.scale import Code
from cxresearch.survey.survey import Survey

Read = Callable[..., cx.Responses]
QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

NOTES = st.text(alphabet=st.sampled_from("aé😀\n,;\"'= <>"), max_size=8).map(str.strip)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "q1": st.sampled_from([1, 2, 3, 4, 5, 98, 99, None]),
            "q2": st.one_of(st.none(), st.integers(0, 100), st.sampled_from([0.5, 99.25])),
            "q3": st.sampled_from(["01", "no", "1e3", None]),
            "size": st.sampled_from(["s", "l", "u", None]),
            "note": NOTES,
        }
    ),
    min_size=1,
    max_size=12,
)


def table(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"rid": f"r{i}", **row} for i, row in enumerate(rows)]


def same(a: cx.Responses, b: cx.Responses) -> None:
    columns = sorted(a.frame)
    pd.testing.assert_frame_equal(a.frame[columns], b.frame[columns])
    reasons = sorted(a.reasons)
    pd.testing.assert_frame_equal(a.reasons[reasons], b.reasons[reasons])


@QUICK
@given(rows=ROWS, order=st.permutations(["rid", "q1", "q2", "q3", "size", "note"]), delimiter=st.sampled_from(",;\t|"))
def test_the_order_of_columns_and_the_delimiter_change_nothing(
    rows: list[dict[str, Any]], order: list[str], delimiter: str, read: Read
) -> None:
    rows = numbered(rows)
    plain = read(table(rows))
    shuffled = read(table([{name: row[name] for name in order} for row in rows], delimiter))
    same(plain, shuffled)
    assert plain.provenance[0].rows_read == plain.provenance[0].rows_kept == len(plain) == len(rows)


@QUICK
@given(rows=ROWS, language=st.sampled_from(["de", "en"]))
def test_codes_and_labels_read_the_same(rows: list[dict[str, Any]], language: str, read: Read, survey: Survey) -> None:
    rows = numbered(rows)

    def labelled(name: str, code: Code | None) -> Any:
        part = survey.scale_of(name) if name in survey.items else survey.fields[name]
        text = {**part.labels, **part.missing}.get(code) if code is not None else None
        return code if text is None else text.get(language)

    said = [{**row, **{name: labelled(name, row[name]) for name in ("q1", "q3", "size")}} for row in rows]
    same(read(table(rows)), read(table(said)))


@QUICK
@given(rows=ROWS)
def test_every_cell_becomes_an_answer_or_a_reason(rows: list[dict[str, Any]], read: Read) -> None:
    rows = numbered(rows)
    responses = read(table(rows))
    for name in responses.reasons:
        assert (responses.frame[name].isna() == (responses.reasons[name] != "")).all()
    assert responses.frame["note"].fillna("").tolist() == [row["note"] for row in rows]
    assert int(responses.report.missing["n"].sum()) == int((responses.reasons[["q1", "q2", "q3"]] != "").sum().sum())


@QUICK
@given(rows=ROWS)
def test_reading_with_a_decimal_comma(rows: list[dict[str, Any]], read: Read) -> None:
    rows = numbered(rows)
    comma = [{**row, "q2": None if row["q2"] is None else str(row["q2"]).replace(".", ",")} for row in rows]
    same(read(table(rows)), read(table(comma, ";")))


def test_parts_are_put_together(read: Read) -> None:
    one = read("rid,q1\n1,1\n2,98\n")
    other = read("rid,q1\n1,5\n", perspective="employee")
    both = one + other
    assert len(both) == 3
    assert both.perspectives == ("customer", "employee")
    assert both.reasons["q1"].tolist() == ["", "98", ""]
    with pytest.raises(cx.CxError) as caught:
        one + one
    assert caught.value.codes == ("responses.duplicate-respondent",)
    chosen = both.where(perspective="employee")
    assert chosen.frame["q1"].tolist() == [5.0]
    with pytest.raises(cx.CxError):
        both.where(brnch="x")


def test_what_one_part_has_no_column_for_is_empty(read: Read) -> None:
    both = read("rid,q1,q2\n1,1,5\n") + read("rid,q1\n1,5\n", perspective="employee")
    assert both.reasons["q2"].tolist() == ["", "empty"]


def test_a_filter_that_leaves_nobody_is_told(read: Read) -> None:
    nobody = read("rid,q1,branch\n1,1,Kiel\n").where(branch="Ulm")
    assert len(nobody) == 0
    for question in (cx.score, lambda answers: cx.describe(answers, items=["q1"])):
        with pytest.raises(cx.CxError) as caught:
            question(nobody)
        assert caught.value.codes == ("data.empty",)
