"""Answers from LimeSurvey, as LimeSurvey 6.10 exported them, and as it would for our own export."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import DataError
from cxresearch.responses.readers.limesurvey import read_submissions
from cxresearch.survey.export.export import export
from cxresearch.survey.template import load_survey

DATA = Path(__file__).resolve().parent / "limesurvey"
WHOLE = Path(__file__).resolve().parents[1] / "survey" / "whole.yaml"


@pytest.mark.parametrize("name", ["ls_resp_code_short.csv", "ls_resp_code_short.json"])
def test_real_exports(name: str) -> None:
    found = read_submissions(DATA / name)
    assert found.respondents == ("1", "2")
    assert found.languages == ("de", "en")
    assert found.rows[0]["why"] == 'Toll;\nzweite Zeile, "zitiert"'
    assert found.rows[0]["used[SQ1]"] == "Y"
    assert found.rows[0]["used[NONE]"] is None
    assert found.rows[1]["channel[other]"] == 'WhatsApp & Co. "ä"'
    assert "seed" in found.ignored
    assert "seed" not in found.columns


def test_a_real_export_with_labels() -> None:
    found = read_submissions(DATA / "ls_resp_code_long.csv")
    assert [found.rows[0][column] for column in ("channel", "used[SQ1]", "used[NONE]", "yn", "age")] == [
        *("Telefon", "Ja", "Nein", "N/A", "42")
    ]


TICKS = {"Y": 1, "Ja": 1, "1": 1, "": 0, "Nein": 0, "N/A": 0}


@pytest.mark.parametrize("cell", [*TICKS, "Oui"])
def test_ticks_are_understood_or_refused(cell: str, tmp_path: Path) -> None:
    # LimeSurvey writes labels in the language of the export, and other signs for Y and N where it is asked to
    survey = load_survey(WHOLE)
    codes = export(survey, "limesurvey", perspective="customer").write(tmp_path)[-1]
    columns = [column["column"] for column in json.loads(codes.read_text(encoding="utf-8"))["columns"]]
    path = tmp_path / "answers.json"
    row = dict.fromkeys(columns, "") | {"id": "1", "used[usedApp]": "Y", "used[usedShop]": cell}
    path.write_text(json.dumps({"responses": [row]}), encoding="utf-8")
    if cell in TICKS:
        frame = cx.read_responses(path, survey, codes=codes).frame
        assert frame[["used_app", "used_shop", "used_phone"]].iloc[0].tolist() == [1, TICKS[cell], 0]
    else:
        with pytest.raises(DataError) as caught:
            cx.read_responses(path, survey, codes=codes)
        assert caught.value.codes == ("data.unknown-value",)


@pytest.mark.parametrize("name", ["ls_resp_full_long.csv"])
def test_headings_that_are_not_unique_are_refused(name: str) -> None:
    with pytest.raises(DataError) as caught:
        read_submissions(DATA / name)
    assert caught.value.codes == ("data.limesurvey-headings",)


ANSWERS = {
    "age": "36",
    "gender": "f",
    "nps": "9",
    "contacted": "1",
    "channel": "X1",
    "mainPlace": "",
    "warm": "7",
    "agreement[easy]": "99",
    "agreement[quick]": "4",
    "agreement[tiring]": "X1",
    "agreement[attention]": "4",
    "used[usedApp]": "Y",
    "used[usedShop]": "",
    "used[usedPhone]": "",
    "used[usedNone]": "",
    "priorities[1]": "rank",
    "gap[impStaff][1]": "5",
    "gap[impStaff][2]": "2",
    "spent": "19.5000000000",
    "minutesBox[x1]": "Y",
    "since": "2020-02-29 00:00:00",
}
EXPECTED = {
    "age": 36,
    "gender": "f",
    "nps": 9,
    "contacted": 1,
    "channel": "web-shop",
    "warm": 7,
    "quick": 4,
    "attention": 4,
    "used_app": 1,
    "used_shop": 0,
    "imp_staff": 5,
    "perf_staff": 2,
    "spent": 19.5,
    "since": "2020-02-29",
}
REASONS = {
    "easy": "99",
    "tiring": "-1",
    "minutes": "-1",
    "main_place": "empty",
    "why": "not_asked",
    "imp_hours": "empty",
}


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_answers_come_home(kind: str, tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    written = export(survey, "limesurvey", perspective="customer").write(tmp_path)
    codes = next(path for path in written if path.name.endswith(".codes.json"))
    columns = [column["column"] for column in json.loads(codes.read_text(encoding="utf-8"))["columns"]]
    assert set(ANSWERS) <= set(columns)
    names = [
        column
        for column in json.loads(codes.read_text(encoding="utf-8"))["columns"]
        if column["column"] == "priorities[1]"
    ]
    price = next(code for code, id in names[0]["variables"].items() if id == "rank_price")
    row = {"id": "7", "submitdate": "2026-01-01 10:00:00", "startlanguage": "de", **dict.fromkeys(columns, "")}
    row |= {**ANSWERS, "priorities[1]": price}
    path = tmp_path / f"answers.{kind}"
    if kind == "json":
        path.write_text(json.dumps({"responses": [row]}), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            write = csv.DictWriter(file, list(row), delimiter=";", quoting=csv.QUOTE_ALL)
            write.writeheader()
            write.writerow(row)
    answers = cx.read_responses(path, survey, codes=codes)
    assert answers.frame["respondent"].tolist() == ["1"]  # the field is identifying
    assert {id: answers.frame[id].iloc[0] for id in EXPECTED} == EXPECTED
    assert answers.frame["rank_price"].iloc[0] == 1
    assert {id: answers.reasons[id].iloc[0] for id in REASONS} == REASONS
    assert pd.isna(answers.frame["easy"].iloc[0])


TYPED = ["007", "N/A", "1.0", "12.50000", "null", "None", "nan", "eins\r\nzwei"]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_text_stays_as_it_was_typed(kind: str, tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    written = export(survey, "limesurvey", perspective="customer").write(tmp_path)
    columns = [column["column"] for column in json.loads(written[-1].read_text(encoding="utf-8"))["columns"]]
    path = tmp_path / f"answers.{kind}"
    rows = [dict.fromkeys(columns, "") | {"id": f"{i}", "nps": "3", "why": text} for i, text in enumerate(TYPED)]
    # with labels a box beside a number says Nein, or N/A where it was not shown
    rows[0] |= {"minutes": "5", "minutesBox[x1]": "N/A", "spent": "19.5", "spentBox[x1]": "Nein"}
    if kind == "json":
        path.write_text(json.dumps({"responses": rows}), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            write = csv.DictWriter(file, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL)
            write.writeheader()
            write.writerows({key: cell.replace("\r\n", "\n") for key, cell in row.items()} for row in rows)
    answers = cx.read_responses(path, survey, codes=written[-1])
    assert answers.frame["why"].tolist() == [*TYPED[:-1], "eins\nzwei"]
    assert answers.frame[["minutes", "spent"]].iloc[0].tolist() == [5, 19.5]


def test_a_file_of_something_else(tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    codes = export(survey, "limesurvey", perspective="customer").write(tmp_path)[-1]
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError) as caught:
        cx.read_responses(path, survey, codes=codes)
    assert caught.value.codes == ("data.nothing-matched",)


def test_the_codes_of_another_platform_are_no_loss_in_silence(tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    codes = export(survey, "limesurvey", perspective="customer").write(tmp_path)[-1]
    path = tmp_path / "odk.csv"
    path.write_text("age,nps,used,easy\n36,9,used_app,4\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        cx.read_responses(path, survey, codes=codes)
    assert caught.value.codes == ("data.other-codes",)
    assert "agreement[easy]" in str(caught.value)
