"""Answers that a preview collected, and what is made up: nothing is lost, and nothing passes for something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import ArgumentError, DataError
from cxresearch.responses.readers.limesurvey import read_submissions
from cxresearch.responses.rehearse import rehearse
from cxresearch.responses.simulate import Truth
from cxresearch.responses.write import write_responses
from cxresearch.survey.export.export import export
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

SURVEY = """\
id: tiny
title: Title
languages: [de, en]
source: own
licence: CC0
perspectives:
  customer: {name: {de: Kunden, en: Customers}, side: outside, role: customer}
  employee: {name: {de: Team, en: Staff}, side: inside, role: employee}
scales:
  zero10: {level: ordinal, low: 0, high: 10, missing: {99: {de: weiß nicht, en: "don't know"}}}
constructs:
  empty: {name: {de: leer, en: empty}}
items:
  nps: {scale: zero10, text: {de: a, en: b}}
  low: {scale: zero10, text: {customer: {de: c, en: d}}}
fields:
  zip: {name: {de: PLZ, en: ZIP}, kind: text, text: {de: e, en: f}}
  mail: {name: {de: Mail, en: Mail}, kind: text, identifying: true, text: {de: g, en: h}}
  kind: {name: {de: Art, en: Kind}, kind: group, labels: {"01": a, "1": b}, missing: {"99": x}, text: {de: i, en: j}}
  odd: {name: {de: Zahl, en: Odd}, kind: number, low: 0, high: 8, step: 3, text: {de: k, en: l}}
  cold: {name: {de: Kalt, en: Cold}, kind: number, high: -5, text: {de: m, en: n}}
  last: {name: {de: Ende, en: Last}, kind: text, text: {de: o, en: p}, relevance: "kind == '99'"}
"""


@pytest.fixture(scope="module")
def survey() -> Survey:
    return parse_survey(SURVEY)


def saved(folder: Path, *responses: Any, survey: str = "tiny") -> Path:
    path = folder / "answers.json"
    data = {"format": "cxresearch.answers/1", "survey": survey, "version": "1", "responses": list(responses)}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def of(perspective: str, **answers: Any) -> dict[str, Any]:
    none = dict.fromkeys(("nps", "zip", "mail", "kind", "odd", "cold", "last"))
    own = {"low": None} if perspective == "customer" else {}
    return {"perspective": perspective, "respondent": perspective, "answers": {**none, **own, **answers}}


def test_codes_and_words_come_home_as_they_were(survey: Survey, tmp_path: Path) -> None:
    rows = [
        of("customer", nps=3.0, low=99, zip="007", mail="a@b.example", kind="01", odd=3, cold=-7),
        of("employee", nps=0, zip="1.0", kind="1"),
        of("customer", zip="N/A", kind="99", last="2024-01-01"),
    ]
    found = cx.read_responses(saved(tmp_path, *rows), survey)
    assert found.frame["perspective"].tolist() == ["customer", "employee", "customer"]
    assert found.frame["zip"].tolist() == ["007", "1.0", "N/A"]
    assert found.frame["kind"].tolist()[:2] == ["01", "1"]
    assert found.frame["nps"].tolist()[:2] == [3, 0]
    assert "mail" not in found.frame
    assert found.reasons["low"].tolist()[0] == "99"
    # the code "99" between quotes is the one the condition names
    assert found.reasons["last"].tolist() == ["not_asked", "not_asked", ""]
    assert not found.is_synthetic


@pytest.mark.parametrize(
    ("responses", "other", "code"),
    [
        ([of("customer", nps=1)], "other-survey", "data.other-survey"),
        ([of("nobody", nps=1)], "tiny", "data.unknown-perspective"),
        ([{"answers": {"nps": 1}}], "tiny", "data.unknown-perspective"),
        ([of("customer", nps=True)], "tiny", "data.unknown-value"),
        ([of("customer", nps=1e400)], "tiny", "data.unknown-value"),
        ([of("customer", nps=2.5)], "tiny", "data.unknown-value"),
        ([of("customer", nps=[1])], "tiny", "data.not-answers"),
        (["x"], "tiny", "data.not-answers"),
        ([{"answers": None}], "tiny", "data.not-answers"),
    ],
)
def test_what_is_not_its_answers_is_refused(
    survey: Survey, tmp_path: Path, responses: list[Any], other: str, code: str
) -> None:
    with pytest.raises(DataError) as caught:
        cx.read_responses(saved(tmp_path, *responses, survey=other), survey)
    assert code in caught.value.codes


def test_made_up_answers_fit_and_keep_their_stamp(survey: Survey, tmp_path: Path) -> None:
    made = rehearse(survey, perspective="customer", n=200)
    assert set(made.frame["odd"].dropna()) <= {0, 3, 6}
    assert made.frame["cold"].max() <= -5
    again = cx.read_responses(write_responses(made, tmp_path / "a.csv"), survey, perspective="customer")
    assert again.is_synthetic
    assert again.frame["respondent"].tolist() == made.frame["respondent"].tolist()
    assert again.report.unmatched == ()
    assert again.frame["kind"].dropna().tolist() == made.frame["kind"].dropna().tolist()
    assert again.reasons["last"].tolist() == made.reasons["last"].tolist()


def test_a_stamp_is_no_question_of_a_guessed_survey() -> None:
    guessed = cx.infer_survey(pd.DataFrame({"q1": ["1", "2", "3"] * 9, "synthetic": ["1"] * 27}))
    assert "synthetic" not in {**guessed.items, **guessed.fields}


def test_a_mean_needs_a_range(survey: Survey) -> None:
    with pytest.raises(ArgumentError) as caught:
        rehearse(survey, perspective="customer", n=5, truth=Truth(means={"empty": 3}))
    assert caught.value.codes == ("rehearse.no-range",)


def test_a_question_about_time_is_no_timing(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("id,waitTime,interviewtime,questionTime12\n1,5,60,7\n", encoding="utf-8")
    assert read_submissions(path).columns == ("waitTime",)


def test_an_id_leads_out_of_no_folder(tmp_path: Path) -> None:
    hostile = parse_survey(
        SURVEY.replace("id: tiny", "id: ../../tiny")
        .replace("  customer:", '  "../cust":')
        .replace("{customer:", '{"../cust":')
    )
    for path in export(hostile, "limesurvey", perspective="../cust").write(tmp_path / "a"):
        assert path.resolve().parent == (tmp_path / "a").resolve()
