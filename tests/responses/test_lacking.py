"""A platform's file that lacks columns, or belongs to another perspective, is never read in silence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import cxresearch as cx
from cxresearch.errors import DataError, Fault
from cxresearch.responses.lacking import lacking
from cxresearch.survey.export.export import export
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

WHOLE = Path(__file__).resolve().parents[1] / "survey" / "whole.yaml"


@pytest.fixture(scope="module")
def whole() -> Survey:
    return load_survey(WHOLE)


def written(survey: Survey, platform: str, folder: Path, perspective: str = "customer") -> tuple[Path, list[str]]:
    """Return the codes of an export and the columns that the platform hands out."""
    exported = export(survey, platform, perspective=perspective)
    assert exported.codes is not None
    path = exported.write(folder / perspective)[-1]
    return path, [column.column for column in exported.codes.columns if column.variables]


def table(folder: Path, columns: Iterable[str], **cells: str) -> Path:
    path = folder / "answers.csv"
    row = {"id": "1", **dict.fromkeys(columns, ""), **cells}
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    return path


def only(path: Path, survey: Survey, codes: Path, **more: Any) -> Fault:
    with pytest.raises(DataError) as caught:
        cx.read_responses(path, survey, codes=codes, **more)
    (fault,) = caught.value.faults
    return fault


@pytest.mark.parametrize(
    ("platform", "gone", "absent"),
    [
        ("limesurvey", {"nps"}, ("nps",)),
        ("limesurvey", {"age", "ageBox[x1]"}, ("age",)),  # fields are asked as well
        ("limesurvey", {"used[usedShop]"}, ("used_shop",)),
        ("limesurvey", {"minutesBox[x1]"}, ()),  # the number is there, its "don't know" is lost
        ("limesurvey", {"priorities[3]"}, ()),
        (
            "xlsform",
            {"priorities_1", "priorities_2", "priorities_3"},
            ("rank_price", "rank_speed", "rank_care", "rank_near"),
        ),
    ],
)
def test_a_column_that_a_table_lacks_is_told(
    platform: str, gone: set[str], absent: tuple[str, ...], whole: Survey, tmp_path: Path
) -> None:
    codes, columns = written(whole, platform, tmp_path)
    path = table(tmp_path, [column for column in columns if column not in gone])
    fault = only(path, whole, codes)
    assert fault.code == "data.missing-column"
    assert all(column in fault.what for column in gone)
    assert "partial=True" in str(fault)
    answers = cx.read_responses(path, whole, codes=codes, partial=True)
    assert answers.report.absent == absent
    assert not set(absent) & set(answers.frame)
    (note,) = answers.report.notes
    assert set(note.values["columns"]) == gone
    assert all(min(gone) in answers.report.text(lang) for lang in ("de", "en"))


def test_a_json_with_a_column_for_each_question_is_a_table(whole: Survey, tmp_path: Path) -> None:
    codes, columns = written(whole, "limesurvey", tmp_path)
    path = tmp_path / "answers.json"
    row = {"id": 1, **dict.fromkeys(columns, "")}
    del row["nps"]
    path.write_text(json.dumps({"responses": [row]}), encoding="utf-8")
    assert only(path, whole, codes).code == "data.missing-column"


@pytest.mark.parametrize("platform", ["xlsform", "qualtrics"])
def test_ticks_come_in_one_column_or_in_several(platform: str, whole: Survey) -> None:
    codes = export(whole, platform, perspective="customer").codes
    assert codes is not None
    every = {column.column for column in codes.columns if column.variables}  # notes hold nothing
    ticks = [column.column for column in codes.columns if column.kind == "tick"]
    assert lacking(codes, every - {"used"}) == {}
    assert lacking(codes, every - set(ticks)) == {}
    assert set(lacking(codes, every - {"used", ticks[0]})) == {ticks[0]}
    assert set(lacking(codes, every - {"used", *ticks})) == {"used"}


def test_what_nobody_answered_is_noted_where_a_platform_leaves_it_out(whole: Survey, tmp_path: Path) -> None:
    codes, _ = written(whole, "surveyjs", tmp_path)
    results = tmp_path / "answers.json"
    results.write_text('[{"age": 36, "nps": 9, "minutes_missing": -1}, {"age": 17}]', encoding="utf-8")
    answers = cx.read_responses(results, whole, codes=codes)
    assert answers.report.absent == ()
    (note,) = answers.report.notes
    assert note.code == "unanswered"
    assert {"gender", "rank_price", "used_app"} <= set(note.values["columns"])
    assert not {"age", "nps", "minutes"} & set(note.values["columns"])
    codes, _ = written(whole, "xlsform", tmp_path / "odk")
    folder = tmp_path / "submissions"  # a folder has no ending that tells XML
    folder.mkdir()
    (folder / "a.xml").write_text('<data id="f"><age>36</age><nps>9</nps><why/></data>', encoding="utf-8")
    (note,) = cx.read_responses(folder, whole, codes=codes).report.notes
    assert note.code == "unanswered"


TWO = """\
id: two
title: Title
languages: [en]
source: own
licence: CC0
perspectives:
  customer: {name: Customers, side: outside, role: customer}
  employee: {name: Staff, side: inside, role: employee}
scales: {five: {level: ordinal, low: 1, high: 5}}
items:
  q_1: {scale: five, text: {customer: a, employee: b}}
  q_2: {scale: five, text: {customer: c}}
"""


def test_answers_of_another_perspective(tmp_path: Path) -> None:
    survey = parse_survey(TWO)
    customer, theirs = written(survey, "limesurvey", tmp_path)
    employee, ours = written(survey, "limesurvey", tmp_path, "employee")
    assert set(ours) < set(theirs)
    # nothing is missing, but there is something that only customers are asked
    path = table(tmp_path, theirs, q1="4", q2="3")
    fault = only(path, survey, employee, partial=True)
    assert fault.code == "data.other-perspective"
    assert "another perspective (customer)" in str(fault)
    said = cx.read_responses(path, survey, codes=employee, perspective="employee")
    assert said.perspectives == ("employee",)
    assert said.report.unmatched == ("q2",)
    # the other way round a column is missing, and nothing else tells who it was
    assert only(table(tmp_path, ours), survey, customer).code == "data.missing-column"
    fault = only(table(tmp_path, theirs), survey, customer, perspective="employee")
    assert (fault.code, fault.given) == ("data.other-perspective", "employee")


def test_missing_columns_ask_for_the_perspective(whole: Survey, tmp_path: Path) -> None:
    codes, _ = written(whole, "limesurvey", tmp_path, "employee")
    _, theirs = written(whole, "limesurvey", tmp_path)
    fault = only(table(tmp_path, theirs), whole, codes)
    assert fault.code == "data.missing-column"
    assert "department" in fault.what
    assert "another perspective (customer)" in str(fault)


def test_what_was_read_from_elsewhere_is_no_hint(whole: Survey, tmp_path: Path) -> None:
    codes, columns = written(whole, "xlsform", tmp_path)
    path = table(tmp_path, [*columns, "rank_near"], priorities_1="rank_near")
    answers = cx.read_responses(path, whole, codes=codes)
    assert answers.frame["rank_near"].tolist() == [1]
    assert answers.report.unmatched == ("id", "rank_near")
    assert "(nearest: rank_near)" not in answers.report.text("en")


@pytest.mark.parametrize("cells", [{"priorities_2": "price"}, {"used": "used_app strange"}])
def test_what_is_no_option_is_refused(cells: dict[str, str], whole: Survey, tmp_path: Path) -> None:
    codes, columns = written(whole, "xlsform", tmp_path)
    fault = only(table(tmp_path, columns, **cells), whole, codes)
    assert (fault.code, fault.given) == ("data.unknown-value", next(iter(cells.values())).split()[-1])
    assert fault.place is not None
    assert (fault.place.row, fault.place.field) == (1, next(iter(cells)))


def test_an_option_at_two_places_is_told(whole: Survey, tmp_path: Path) -> None:
    codes, columns = written(whole, "xlsform", tmp_path)
    path = table(tmp_path, columns, priorities_1="rank_near", priorities_2="rank_near")
    answers = cx.read_responses(path, whole, codes=codes)
    assert answers.frame["rank_near"].tolist() == [2]
    assert [note.code for note in answers.report.notes] == ["placed_twice"]
    assert "row 1" in answers.report.text("en")
    assert "Zeile 1" in answers.report.text("de")
