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
    assert found.rows[0]["why"].replace("\r", "") == 'Toll;\nzweite Zeile, "zitiert"'
    assert found.rows[0]["used[SQ1]"] == "Y"
    assert found.rows[0]["used[NONE]"] is None
    assert found.rows[1]["channel[other]"] == 'WhatsApp & Co. "ä"'
    assert "seed" in found.ignored
    assert "seed" not in found.columns


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
