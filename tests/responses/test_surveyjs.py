"""Answers from SurveyJS: a real result, and all the shapes in which pages keep them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cxresearch as cx
from cxresearch.errors import DataError
from cxresearch.responses.readers.surveyjs import read_submissions
from cxresearch.survey.export.export import export
from cxresearch.survey.template import load_survey

REAL = Path(__file__).resolve().parent / "surveyjs" / "novacode_response.json"
WHOLE = Path(__file__).resolve().parents[1] / "survey" / "whole.yaml"


def test_a_real_result() -> None:
    found = read_submissions(REAL)
    assert len(found.rows) == 1
    row = found.rows[0]
    assert (row["age"], row["satisfaction"], row["phone"]) == (30, 8, "+1-555-0123")
    assert row["hobbies"] == ["reading", "music", "travel"]
    assert row["priceRange"] == [100, 600]
    assert (row["qualityMatrix.product"], row["budgetMatrix.marketing.q2"]) == ("excellent", "15000")
    assert (row["employeeList[2].role"], row["education[1].year"]) == ("manager", 2017)
    assert row["resume[0].name"] == "resume.pdf"
    assert (found.respondents, found.languages, found.ignored) == (("1",), (None,), ())
    values = json.loads(REAL.read_text(encoding="utf-8"))
    assert {column.split(".")[0].split("[")[0] for column in found.columns} == set(values)


RESULT = {
    "nps": 9,
    "channel": "other",
    "channel-Comment": "Messe",
    "yes": True,
    "random_seed": 12,
    "m": {"a": {"b": 0}},
}
CELLS = {"nps": 9, "channel": "other", "channel-Comment": "Messe", "yes": "true", "m.a.b": 0}
AROUND = {"id": "r1", "locale": "de", "started": "2026-01-01T10:00:00Z", "ended": "2026-01-01T10:05:00Z", "ip": "x"}


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("shape", ["one", "list", "lines"])
@pytest.mark.parametrize("around", [True, False])
def test_every_shape(shape: str, around: bool, bom: str, tmp_path: Path) -> None:
    one: Any = {**AROUND, "data": RESULT} if around else RESULT
    other: Any = {"locale": "en", "data": {"nps": 0}} if around else {"nps": 0}
    text = {
        "one": json.dumps(one, indent=1),
        "list": json.dumps([one, other]),
        "lines": json.dumps(one) + "\r\n\r\n" + json.dumps(other) + "\n",
    }[shape]
    path = tmp_path / "answers.json"
    path.write_text(bom + text, encoding="utf-8", newline="")
    found = read_submissions(path)
    assert found.rows == ((CELLS,) if shape == "one" else (CELLS, {"nps": 0}))
    assert found.respondents[0] == ("r1" if around else "1")
    assert found.languages[0] == ("de" if around else None)
    assert (found.started[0], found.ended[0]) == ((AROUND["started"], AROUND["ended"]) if around else (None, None))
    assert found.ignored == (("ip", "random_seed") if around else ("random_seed",))
    assert [place.row for place in found.places] == list(range(1, len(found.rows) + 1))
    if shape == "lines":
        assert [place.line for place in found.places] == [1, 3]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "data.not-json", None),
        ("<html>", "data.not-json", 1),
        ('[{"nps": 1},\n {"nps": ', "data.not-json", 2),
        ('{"nps": 1}\n{"nps": \n{"nps": 3}', "data.not-json", 2),
        ("9" * 5000, "data.not-json", None),
        ('{"a":' * 100_000, "data.not-json", None),
        ("7", "data.not-answers", None),
        ('[{"nps": 1}, null]', "data.not-answers", None),
        ('{"pages": [{"elements": []}]}', "data.not-answers", None),
        ('{"m.a": 1, "m": {"a": 2}}', "data.not-answers", None),
        ('{"a": ' * 30 + "1" + "}" * 30, "data.not-answers", None),
        ('[{"id": 1, "data": {}}, {"id": 1, "data": {}}]', "data.submission-twice", None),
    ],
)
def test_what_is_no_answer_is_told(text: str, code: str, line: int | None, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_submissions(path)
    assert set(caught.value.codes) == {code}
    (fault,) = caught.value.faults
    assert fault.place is not None
    assert fault.place.file is not None
    assert fault.place.line == line


def test_no_file_and_no_utf8(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_submissions(tmp_path / "none.json")
    assert caught.value.codes == ("data.missing-file",)
    path = tmp_path / "latin.json"
    path.write_bytes('{"a": "ä"}'.encode("latin-1"))
    with pytest.raises(DataError) as caught:
        read_submissions(path)
    assert caught.value.codes == ("data.not-json",)


def test_answers_come_home(tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    exported = export(survey, "surveyjs", perspective="customer")
    codes = exported.write(tmp_path)[-1]
    data = {
        "age": 36, "gender": "f", "nps": 9, "contacted": 1, "channel": "web-shop", "agreement": {"easy": 99, "quick": 4},
        "used": ["used_app"], "priorities": ["rank_speed", "rank_price"], "random_seed": 77,
        "gap": {"imp_staff": {"first": 5, "second": 7}}, "spent": 12.5, "minutes_missing": -1,
    }  # fmt: skip
    known = {column["column"] for column in json.loads(codes.read_text(encoding="utf-8"))["columns"]}
    path = tmp_path / "answers.json"
    path.write_text(json.dumps([{"id": "a", "data": data}, {"id": "b", "data": {"age": 17}}]), encoding="utf-8")
    assert set(read_submissions(path).columns) <= known
    answers = cx.read_responses(path, survey, codes=codes)
    frame, reasons = answers.frame, answers.reasons
    first = frame.iloc[0]
    expected = {
        "channel": "web-shop", "quick": 4, "used_app": 1, "used_shop": 0, "rank_speed": 1, "rank_price": 2,
        "imp_staff": 5, "perf_staff": 7, "spent": 12.5, "since": None,
    }  # fmt: skip
    assert {
        id: None if value is None or value != value else value for id, value in first[list(expected)].items()
    } == expected
    assert (reasons["easy"].iloc[0], reasons["minutes"].iloc[0], reasons["why"].iloc[0]) == ("99", "-1", "not_asked")
    assert (reasons["nps"] == "not_asked").tolist() == [False, True]


def test_a_file_of_something_else(tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    codes = export(survey, "surveyjs", perspective="customer").write(tmp_path)[-1]
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}')
    with pytest.raises(DataError) as caught:
        cx.read_responses(path, survey, codes=codes)
    assert caught.value.codes == ("data.nothing-matched",)
