"""Which column is what: by name and wording, never by position."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cxresearch as cx
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

Read = Callable[..., cx.Responses]


@pytest.mark.parametrize(
    ("header", "how"),
    [("q1", "id"), ("Q1", "id"), ("Frage eins?", "wording"), ('"QUESTION,  one?"', "wording")],
)
def test_a_column_is_found(header: str, how: str, read: Read) -> None:
    responses = read(f"{header},rid\n5,1\n")
    assert responses.frame["q1"].tolist() == [5.0]
    assert responses.report.columns["how"].tolist() == [how, "id"]


def test_a_column_is_found_in_the_wording_of_the_perspective(read: Read) -> None:
    assert read("Team one?\n5\n", perspective="employee").frame["q1"].tolist() == [5.0]
    with pytest.raises(cx.CxError, match="nothing-matched"):
        read("Team one?\n5\n", perspective="customer")


def test_columns_that_nothing_was_found_for_are_reported(read: Read) -> None:
    responses = read("rid,q1,amout,zzz\n1,1,5,6\n")
    assert responses.report.unmatched == ("amout", "zzz")
    assert responses.report.columns["hint"].tolist() == [None, None, "amount", None]
    assert "amout (nearest: amount)" in responses.report.text("en")
    assert "amout (am ähnlichsten: amount)" in str(responses.report)
    assert responses.report.absent == ("q2", "q3")


def test_missing_columns(read: Read, fault: Callable[..., Any]) -> None:
    told = fault("rid,q1\n1,1\n", partial=False)
    assert told.code == "data.missing-column"
    assert "q2, q3" in told.what
    assert "partial=True" in told.do
    assert not read("rid,q1\n1,1\n", partial=False, perspective="employee").report.absent


EVERY_COLUMN = """\
9 columns in answers.csv
  Items:
    q1 -> q1 (Question, one?)
    Anteil -> q2 (Share)
  Background fields:
    key -> respondent
    gewicht -> w (Weight)
    Betrag -> amount (Amount)
  Not read, because they can identify people:
    Post -> mail (Mail)
  Ignored, because the survey has no item or field of that name:
    rid2 (nearest: rid)
    branches (nearest: branch)
    zzz
Items of the questionnaire without a column: q3
1 cell without an answer
answers.csv: read with a decimal comma: Anteil, gewicht, Betrag"""


def test_the_report_lists_what_each_column_became_once(read: Read) -> None:
    text = "key;q1;Anteil;gewicht;Betrag;Post;rid2;branches;zzz\n7;1;2,5;0,5;1,5;a@b;1;x;1\n8;;2,5;0,5;1,5;a@b;1;x;1\n"
    report = read(text, respondent="key").report
    assert report.text("en") == EVERY_COLUMN
    for lang in ("de", "en"):
        lines = report.text(lang).splitlines()
        for column in text.split("\n")[0].split(";"):
            listed = [line for line in lines if line.startswith((f"    {column} ->", f"    {column} ("))]
            assert len(listed) == (column != "zzz"), column
    assert "    gewicht -> w (Gewicht)" in report.text("de").splitlines()
    assert report.text("en").count("decimal comma") == 1


def test_several_files_share_a_report_that_repeats_nothing(survey: Survey, tmp_path: Path) -> None:
    paths = {}
    for who, extra in (("customer", "q2"), ("employee", "note")):
        paths[who] = tmp_path / f"{who}.csv"
        paths[who].write_text(f"q1,branch,{extra}\n1,Kiel,5\n5,Ulm,7\n", encoding="utf-8")
    responses = cx.read(paths, survey, partial=True)
    assert isinstance(responses, cx.Responses)
    assert responses.report.text("en").splitlines() == [
        "4 columns in customer.csv and employee.csv",
        "  Items:",
        "    q1 -> q1 (Question, one?)",
        "    q2 -> q2 (Share), only in customer.csv",
        "  Background fields:",
        "    branch -> branch (Branch)",
        "    note -> note (Note), only in employee.csv",
        "Items of the questionnaire without a column: q3",
        "0 cells without an answer",
        "customer.csv, employee.csv: no column names the respondent; the row number is used",
    ]


def test_the_column_that_says_who_answered_is_not_called_ignored(read: Read) -> None:
    report = read("rid,role,q1\n1,customer,1\n2,Staff,5\n", perspective="role").report
    assert report.unmatched == ()
    assert "    role -> perspective" in report.text("en").splitlines()


def test_columns_can_be_said(read: Read) -> None:
    responses = read("rid,x,q2\n1,5,3\n", columns={"x": "q1", "q2": "amount"})
    assert responses.frame["q1"].tolist() == [5.0]
    assert responses.frame["amount"].tolist() == [3.0]
    assert "q2" not in responses.frame


def test_what_is_said_wins_and_the_other_is_reported(read: Read) -> None:
    responses = read("rid,q1,x\n1,5,3\n", columns={"x": "q1"})
    assert responses.frame["q1"].tolist() == [3.0]
    assert responses.report.unmatched == ("q1",)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"y": "q1"}, "data.unknown-column"),
        ({"x": "q9"}, "data.unknown-item"),
        ({"x": "q1", "rid": "q1"}, "data.column-twice"),
        (["x"], "data.columns"),
        ("x", "data.columns"),
    ],
)
def test_columns_that_cannot_be(columns: Any, code: str, read: Read) -> None:
    with pytest.raises(cx.CxError) as caught:
        read("rid,x,q1\n1,1,1\n", columns=columns)
    assert code in caught.value.codes


@pytest.mark.parametrize("header", ["q1,Q1", "q1,Frage eins?", '"Question, one?",Frage eins?'])
def test_two_columns_for_one_item(header: str, fault: Callable[..., Any]) -> None:
    told = fault(f"{header}\n1,2\n")
    assert told.code == "data.column-twice"
    assert "columns={" in told.do


def test_one_wording_for_two_items_is_not_guessed(tmp_path: Path) -> None:
    survey = parse_survey(
        """\
id: t
title: T
languages: [en]
source: s
licence: l
perspectives: {p: {name: P, side: inside, role: other}}
scales: {s: {level: ordinal, low: 1, high: 3}}
items: {q1: {scale: s, text: Same}, q2: {scale: s, text: same}}
"""
    )
    path = tmp_path / "a.csv"
    path.write_text("q1,SAME\n1,2\n", encoding="utf-8")
    with pytest.raises(cx.CxError) as caught:
        cx.read_responses(path, survey, partial=True)
    assert caught.value.codes == ("data.ambiguous-column",)
    assert cx.read_responses(path, survey, columns={"SAME": "q2"}).frame["q2"].tolist() == [2.0]


def test_nothing_matched(fault: Callable[..., Any]) -> None:
    told = fault("a,b\n1,2\n")
    assert told.code == "data.nothing-matched"
    assert "','" in told.do


# ---- respondents ---------------------------------------------------------------------------------


def test_duplicate_respondents_name_both_rows(fault: Callable[..., Any]) -> None:
    told = fault("rid,q1\n7,1\n8,1\n7,2\n")
    assert (told.code, told.place.row, told.place.line) == ("data.duplicate-respondent", 3, 4)
    assert "row 1 (line 2)" in told.what


def test_one_person_may_answer_as_two(read: Read) -> None:
    responses = read("rid,who,q1\n7,customer,1\n7,employee,2\n", perspective=None)
    assert responses.perspectives == ("customer", "employee")


def test_an_empty_respondent(fault: Callable[..., Any]) -> None:
    told = fault("rid,q1\n1,1\n ,1\n")
    assert (told.code, told.place.row) == ("data.no-respondent", 2)


def test_ids_are_text(read: Read) -> None:
    assert read("rid,q1\n1,1\n01,1\n1.0,1\n").frame["respondent"].tolist() == ["1", "01", "1.0"]


def test_without_a_respondent_rows_are_numbered_and_that_is_said(read: Read) -> None:
    responses = read("q1\n1\n5\n")
    assert responses.frame["respondent"].tolist() == ["1", "2"]
    assert "answers.csv: no column names the respondent; the row number is used" in responses.report.text("en")
    assert "es gilt die Nummer der Zeile" in responses.report.text("de")


def test_the_respondent_can_be_said(read: Read, fault: Callable[..., Any]) -> None:
    assert read("key,q1\na,1\nb,5\n", respondent="key").frame["respondent"].tolist() == ["a", "b"]
    assert fault("key,q1\na,1\n", respondent="keys").code == "data.unknown-column"
    assert fault("key,q1\na,1\na,1\n", respondent="key").code == "data.duplicate-respondent"


# ---- perspectives --------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["employee", "EMPLOYEE", "Staff", "beschäftigte"])
def test_the_file_says_who_answered(cell: str, read: Read) -> None:
    responses = read(f"rid,who,q1\n1,customer,1\n2,{cell},5\n", perspective=None)
    assert responses.frame["perspective"].tolist() == ["customer", "employee"]


@pytest.mark.parametrize(
    ("text", "perspective", "code", "row"),
    [
        ("rid,q1\n1,1\n", None, "data.which-perspective", None),
        ("rid,q1\n1,1\n", "boss", "data.unknown-perspective", None),
        ("rid,who,q1\n1,customer,1\n2,custmer,1\n3,custmer,1\n", None, "data.unknown-perspective", 2),
        ("rid,who,q1\n1,customer,1\n2,,1\n", None, "data.unknown-perspective", 2),
        ("rid,who,q1\n1,customer,1\n2,staff,1\n", "customer", "data.other-perspective", 2),
    ],
)
def test_perspectives_that_cannot_be(
    text: str, perspective: str | None, code: str, row: int | None, fault: Callable[..., Any]
) -> None:
    told = fault(text, perspective=perspective)
    assert told.code == code
    assert row is None or told.place.row == row


def test_answers_of_those_who_are_not_asked_are_told(read: Read) -> None:
    responses = read("rid,who,q1,q2\n1,customer,1,5\n2,staff,1,5\n3,staff,1,\n", perspective=None)
    assert "kept, though “Staff” are not asked this: q2 (1)" in responses.report.text("en")
    assert "behalten, obwohl „Beschäftigte“ danach nicht gefragt werden: q2 (1)" in responses.report.text("de")


# ---- identifying columns -------------------------------------------------------------------------


def test_identifying_columns_are_dropped_and_that_is_said(read: Read) -> None:
    responses = read("rid,mail,q1\n1,ada@example.org,1\n")
    assert "mail" not in responses.frame
    assert "mail" not in responses.reasons
    assert "ada@" not in repr(responses) + responses.frame.to_csv() + responses.report.missing.to_csv()
    assert "  Not read, because they can identify people:\n    mail -> mail (Mail)\n" in responses.report.text("en")


def test_a_respondent_that_identifies_is_replaced_by_the_row(survey: Survey, tmp_path: Path) -> None:
    from cxresearch.survey.infer import survey_yaml

    text = survey_yaml(survey).replace("kind: respondent", "kind: respondent\n    identifying: true")
    path = tmp_path / "a.csv"
    path.write_text("rid,q1\nada@example.org,1\nbob@example.org,5\n", encoding="utf-8")
    responses = cx.read_responses(path, parse_survey(text), perspective="customer", partial=True)
    assert responses.frame["respondent"].tolist() == ["1", "2"]
    assert "  Not read, because they can identify people:\n    rid -> rid (Number)\n" in responses.report.text("en")
