"""Answers that contradict each other are kept and told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.responses.rehearse import rehearse
from cxresearch.responses.responses import Responses
from cxresearch.responses.write import write_responses
from cxresearch.result import plain
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

WHOLE = Path(__file__).resolve().parents[1] / "survey" / "whole.yaml"
KINDS = {
    "same_rank": ("priorities", dict.fromkeys(("rank_price", "rank_speed", "rank_care", "rank_near"), "1")),
    "not_alone": ("used", {"used_app": "1", "used_none": "1"}),
    "best_is_worst": ("reasons_2", {"reasons_2_best": "speed", "reasons_2_worst": "speed"}),
    "drawn_twice": ("contact", {"contact_1": "3", "contact_2": "3"}),
}
RIGHT = {
    **{"age": "36", "nps": "9", "contacted": "1", "channel": "app", "used_app": "1", "used_none": "0"},
    **{"rank_price": "2", "rank_speed": "1", "rank_care": "", "rank_near": "3"},
    **{"reasons_2_best": "speed", "reasons_2_worst": "near", "contact_1": "3", "contact_2": "4"},
}


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load_survey(WHOLE)


def read(folder: Path, survey: Survey, rows: list[dict[str, str]]) -> Responses:
    path = folder / "answers.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return cx.read_responses(path, survey, perspective="customer", partial=True)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_told_and_kept(kind: str, survey: Survey, tmp_path: Path) -> None:
    block, wrong = KINDS[kind]
    empty = dict.fromkeys(RIGHT, "") | {"nps": "9"}
    answers = read(tmp_path, survey, [RIGHT, {**RIGHT, **wrong}, empty, {**RIGHT, **wrong}])
    (note,) = (note for note in answers.report.notes if note.code in KINDS)
    assert (note.code, dict(note.values)) == (kind, {"block": block, "n": 2, "rows": ("2", "4")})
    kept = answers.frame.loc[[1, 3], list(wrong)].map(plain)
    assert kept.to_dict("records") == [wrong, wrong]
    assert f"in {block}" in answers.report.text("de")
    assert f"in {block}" in answers.report.text("en")


def test_of_many_rows_the_first_are_named(survey: Survey, tmp_path: Path) -> None:
    wrong = {**RIGHT, **KINDS["drawn_twice"][1]}
    text = read(tmp_path, survey, [wrong] * 9).report.text("de")
    assert "9 Personen bekamen in contact dieselbe Geschichte mehrmals (erste Zeilen 1, 2, 3, 4, 5)" in text


def test_sound_answers_are_not_suspected(survey: Survey, tmp_path: Path) -> None:
    path = write_responses(rehearse(survey, perspective="customer", n=60), tmp_path / "made.csv")
    answers = cx.read_responses(path, survey, perspective="customer")
    assert not KINDS.keys() & {note.code for note in answers.report.notes}
