"""One door for every kind of data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.survey.survey import Survey


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plain_table_keeps_codes_and_reads_numbers(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        "plz;q;amount;id;word;none;mixed\n01067;1;3,5;12345678901234567890;no;;1,5\n80331;2;;2;;;2.5\n",
    )
    frame = cx.read(path)
    assert isinstance(frame, pd.DataFrame)
    assert frame["plz"].tolist() == ["01067", "80331"]
    assert frame["id"].tolist() == ["12345678901234567890", "2"]
    assert frame["q"].tolist() == [1.0, 2.0]
    assert frame["amount"].tolist()[0] == 3.5
    assert frame["amount"].isna().tolist() == [False, True]
    assert frame["word"].isna().tolist() == [False, True]
    assert frame["none"].isna().all()
    assert frame["mixed"].tolist() == ["1,5", "2.5"]


def test_a_file_for_each_perspective(tmp_path: Path, survey: Survey) -> None:
    paths = {
        "customer": write(tmp_path / "c.csv", "rid,q1,q2,q3\n1,1,2,no\n"),
        "employee": write(tmp_path / "e.csv", "rid,q1\n1,5\n"),
    }
    responses = cx.read(paths, survey)
    assert isinstance(responses, cx.Responses)
    assert responses.perspectives == ("customer", "employee")
    frame = cx.read(paths)
    assert isinstance(frame, pd.DataFrame)
    assert frame["perspective"].tolist() == ["customer", "employee"]


def test_a_perspective_in_the_file_is_not_replaced(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "perspective,q\nstaff,1\n")
    with pytest.raises(cx.CxError) as caught:
        cx.read({"customer": path})
    assert caught.value.codes == ("data.other-perspective",)


def test_scores(tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", "unit,perspective,construct,score\nA,x,c,1\n")
    assert isinstance(cx.read(path, score="score"), cx.UnitScores)
    with pytest.raises(cx.CxError) as caught:
        cx.read({"a": path}, score="score")
    assert caught.value.codes == ("data.scores-in-parts",)


@pytest.mark.parametrize(
    "data", [{}, None, 5, "", "missing.csv", {"a": None}, {"a": "missing.csv"}, pd.DataFrame({"a": [1]})]
)
def test_what_cannot_be_read(data: Any, survey: Survey) -> None:
    with pytest.raises(cx.CxError):
        cx.read(data)
    with pytest.raises(cx.CxError):
        cx.read(data, survey)


@pytest.mark.parametrize("survey", ["missing.yaml", 5])
def test_a_survey_that_is_none(survey: Any, tmp_path: Path) -> None:
    with pytest.raises(cx.CxError):
        cx.read(write(tmp_path / "a.csv", "a\n1\n"), survey)


def test_the_shipped_data_are_read() -> None:
    frame = cx.read("shipped:reports/sfo-airport/data/sfo_2018.csv")
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == 2809
    assert all(pd.api.types.is_numeric_dtype(frame[name]) for name in frame if name != "BAREA")
