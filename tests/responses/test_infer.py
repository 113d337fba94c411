"""A first survey from any frame: valid, written, loaded, and its own answers read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx

Q = {"q": [1, 2, 3]}


def there_and_back(frame: pd.DataFrame, folder: Path) -> tuple[Any, cx.Responses]:
    """Infer, write and load a survey, and read the frame as a file onto it."""
    survey = cx.infer_survey(frame)
    assert cx.load_survey(cx.write_survey(survey, folder / "inferred.yaml")) == survey
    path = folder / "answers.csv"
    frame.to_csv(path, index=False)
    return survey, cx.read_responses(path, survey)


def test_sfo(tmp_path: Path) -> None:
    frame = pd.read_csv(cx.shipped_file("reports/sfo-airport/data/sfo_2018.csv"))
    survey, responses = there_and_back(frame, tmp_path)
    assert survey.fields["RESPNUM"].kind == "respondent"
    assert survey.fields["WEIGHT"].kind == "weight"
    assert survey.fields["BAREA"].kind == "group"
    assert survey.scale_of("NETPRO").codes == tuple(range(12))
    assert len(responses) == 2809
    for item in survey.items:
        assert responses.frame[item].tolist() == pytest.approx(frame[item].tolist(), nan_ok=True)


def test_nyc(tmp_path: Path) -> None:
    frame = pd.read_csv(cx.shipped_file("reports/nyc-schools/data/nyc_school_survey_2011_scores.csv"))
    survey = cx.infer_survey(frame, id="New York!", language="en")
    assert survey.id == "new-york"
    assert sorted(survey.perspectives) == ["parent", "student", "teacher"]
    assert survey.fields["score"].kind == "number"
    assert cx.load_survey(cx.write_survey(survey, tmp_path / "nyc.yaml")) == survey
    with pytest.raises(cx.CxError, match="read_scores"):
        cx.read_responses(cx.shipped_file("reports/nyc-schools/data/nyc_school_survey_2011_scores.csv"), survey)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([None, None, None], "text"),
        ([np.nan] * 3, "text"),
        ([1, "a", 2.5], "group"),
        ([True, False, True], "group"),
        (pd.to_datetime(["2020-01-01", "2020-01-02", None]), "time"),
        ([dt.date(2020, 1, 1)] * 3, "time"),
        (pd.to_timedelta([1, 2, 3], "D"), "text"),
        (pd.Categorical(["a", "b", "a"]), "group"),
        (pd.Categorical([1, 2, 1]), "item"),
        (pd.array([1, 2, None], "Int64"), "item"),
        (pd.array([1.5, 2, None], "Float64"), "number"),
        (pd.array(["a", None, "b"], "string"), "group"),
        (pd.array([True, None, False], "boolean"), "group"),
        ([[1], [2], {"a": 1}], "text"),
        ([10**400, 1, 2], "group"),
        ([1e308, -1e308, 0], "group"),
        ([7, 7, 7], "number"),
        ([-2, 0, 2], "item"),
        (["no", "1e3", "01"], "group"),
        (["a", " a", "A"], "group"),
        (["", "  ", "x"], "group"),
        (["=cmd()", "<script>", "a: b #c"], "group"),
        (["{", "[", "*a"], "group"),
        (["a\x07", "b\x0b", "\u2028c"], "group"),
    ],
)
def test_odd_columns(values: Any, kind: str, tmp_path: Path) -> None:
    survey, responses = there_and_back(pd.DataFrame({**Q, "x": values}), tmp_path)
    assert ("item" if "x" in survey.items else survey.fields["x"].kind) == kind
    assert responses.frame["q"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "names",
    [
        ["no", "on"],
        ["1e3", "01"],
        ["null", "~"],
        ["a: b", "#x"],
        ["new\nline", "tab\t"],
        ["😀", "x" * 300],
        [0, 1],
        [" sp ", "b"],
    ],
)
def test_odd_names(names: list[Any], tmp_path: Path) -> None:
    frame = pd.DataFrame({name: [1, 2, 3] for name in names})
    survey, responses = there_and_back(frame, tmp_path)
    assert list(survey.items) == [str(name).strip() for name in names]
    assert all(responses.frame[item].tolist() == [1.0, 2.0, 3.0] for item in survey.items)


def test_columns_with_a_meaning(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "respondent": ["a", "b", "c"],
            "perspective": ["staff", "guest", "staff"],
            **Q,
            "Gewicht": [0.5, 1.0, 1.5],
            "weight2": [1.5, 1.0, 0.5],
        }
    )
    survey, responses = there_and_back(frame, tmp_path)
    assert responses.frame["respondent"].tolist() == ["a", "b", "c"]
    assert responses.perspectives == ("staff", "guest")
    assert survey.fields["Gewicht"].kind == "weight"
    assert survey.fields["weight2"].kind == "number"


def test_comments_are_no_respondents() -> None:
    frame = pd.DataFrame({"comment": [f"well said {i}" for i in range(30)], "key": range(30), "q": [1, 2, 3] * 10})
    survey = cx.infer_survey(frame)
    assert survey.fields["comment"].kind == "text"
    assert survey.fields["key"].kind == "respondent"


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame(index=[1, 2])])
def test_empty_frames_give_an_empty_survey(frame: pd.DataFrame, tmp_path: Path) -> None:
    survey = cx.infer_survey(frame)
    assert not survey.items
    assert cx.load_survey(cx.write_survey(survey, tmp_path / "empty.yaml")) == survey


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([[1, 2]], columns=["q", "q"]),
        pd.DataFrame([[1, 2]], columns=[0, "0"]),
        pd.DataFrame([[1, 2]], columns=["", "q"]),
        pd.DataFrame([[1, 2]], columns=["q", "q "]),
        [1, 2],
        None,
        "file.csv",
    ],
)
def test_frames_that_are_taught(frame: Any) -> None:
    with pytest.raises(cx.CxError) as caught:
        cx.infer_survey(frame)
    assert caught.value.codes[0] in ("data.duplicate-column", "data.not-a-frame")


def test_a_language_that_is_none() -> None:
    with pytest.raises(cx.CxError):
        cx.infer_survey(pd.DataFrame(Q), language="!")
