"""Synthetic respondents obey the questionnaire and the truth they are given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import ArgumentError
from cxresearch.responses.crowd import SINCERE, Style
from cxresearch.responses.rehearse import rehearse
from cxresearch.responses.responses import Responses
from cxresearch.responses.routing import routed
from cxresearch.responses.simulate import Truth
from cxresearch.responses.write import write_responses
from cxresearch.survey.form import Group
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

ROOT = Path(__file__).resolve().parents[2]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"
SHIPPED = sorted(path for path in (ROOT / "surveys").glob("*.yaml"))


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load_survey(WHOLE)


@pytest.fixture(scope="module")
def answers(survey: Survey) -> Responses:
    return rehearse(survey, perspective="customer", n=600, seed=3)


@pytest.mark.parametrize("path", [WHOLE, *SHIPPED], ids=lambda path: path.stem)
def test_every_perspective_of_every_survey_can_be_rehearsed(path: Path) -> None:
    survey = load_survey(path)
    for who in survey.perspectives:
        form = survey.form(who)
        if not form.entries:
            continue
        found = rehearse(survey, perspective=who, n=60, seed=2)
        for entry in form.entries:
            if entry.id not in found.frame or entry.kind in ("text", "date"):
                continue
            given = found.frame[entry.id].dropna()
            if entry.kind == "choice":
                assert set(given) <= {option.code for option in entry.options}
            else:
                assert given.between(entry.low if entry.low is not None else 0, entry.high or np.inf).all()


def test_the_flow_is_obeyed(survey: Survey, answers: Responses) -> None:
    empty = answers.reasons.replace("not_asked", "empty")
    who = answers.frame["perspective"].to_numpy(dtype=object)
    told, strange = routed(survey, answers.frame, empty, who)
    assert strange == {}
    hidden = told == "not_asked"
    assert hidden.any(axis=None)
    # after a screen-out nothing more is asked, which conditions alone do not say
    assert (answers.reasons[hidden].fillna("not_asked") == "not_asked").all(axis=None)


def test_rules_of_blocks_hold(survey: Survey, answers: Responses) -> None:
    frame = answers.frame
    for page in survey.form("customer").pages:
        for part in page.parts:
            if not isinstance(part, Group):
                continue
            rows = frame[[row.id for row in part.rows]].astype(float) if part.kind in ("multiple", "ranking") else None
            if part.kind == "multiple":
                assert rows is not None
                ticked = rows.sum(axis=1)[rows.notna().any(axis=1)]
                assert (ticked >= 1).all()
                assert part.at_most is None or (ticked <= part.at_most).all()
                for alone in part.exclusive:
                    assert (rows.sum(axis=1)[rows[alone] == 1] == 1).all()
            elif part.kind == "ranking":
                assert rows is not None
                ranks = [sorted(row.dropna()) for _, row in rows.iterrows()]
                assert all(one in ([], list(range(1, (part.top or len(part.rows)) + 1))) for one in ranks)
            elif part.kind == "maxdiff":
                best, worst = (frame[row.id] for row in part.rows)
                assert (best[best.notna()] != worst[best.notna()]).all()
    assert (frame["contact_1"] != frame["contact_2"])[frame["contact_1"].notna()].all()


def test_what_is_required_is_answered(survey: Survey, answers: Responses) -> None:
    for entry in survey.form("customer").entries:
        if entry.required == "yes" and entry.id in answers.reasons:
            assert "empty" not in set(answers.reasons[entry.id])


def test_the_truth_comes_back() -> None:
    survey = load_survey("shipped:surveys/credibility-gap.yaml")
    truth = (
        Truth(means={"trust": 4.0, "fairness": 2.5}) if "fairness" in survey.constructs else Truth(means={"trust": 4.0})
    )
    found = rehearse(survey, perspective="customer", n=3000, seed=8, truth=truth, style=SINCERE)
    for construct, mean in truth.means.items():
        items = survey.items_of(construct, "customer")
        scores = [6 - found.frame[i.id] if i.reversed else found.frame[i.id] for i in items]
        average = pd.concat(scores, axis=1).mean(axis=1)
        # cut off at the ends of the scale, a mean near an end moves towards the middle
        assert average.mean() == pytest.approx(mean, abs=0.1)


def test_styles_leave_their_traces() -> None:
    survey = load_survey("shipped:surveys/credibility-gap.yaml")
    grid = [item.id for item in survey.items.values() if "customer" in item.text and item.scale == "agree5"]
    straight = rehearse(survey, perspective="customer", n=400, seed=1, style=Style(agreeing=1))
    plain = rehearse(survey, perspective="customer", n=400, seed=1, style=SINCERE)
    assert straight.frame[grid].mean().mean() > plain.frame[grid].mean().mean() + 0.2
    extreme = rehearse(survey, perspective="customer", n=400, seed=1, style=Style(extreme=1, careless=0, straight=0))
    assert extreme.frame[grid].isin([1, 5]).mean().mean() > plain.frame[grid].isin([1, 5]).mean().mean() + 0.2


def test_the_same_seed_gives_the_same_answers(survey: Survey, answers: Responses) -> None:
    again = rehearse(survey, perspective="customer", n=600, seed=3)
    pd.testing.assert_frame_equal(again.frame, answers.frame)
    other = rehearse(survey, perspective="customer", n=600, seed=4)
    assert not other.frame["nps"].equals(answers.frame["nps"])


def test_shares_are_kept(survey: Survey) -> None:
    found = rehearse(survey, n=2000, shares={"gender": {"f": 3, "m": 1}, "used_app": {1: 9, 0: 1}}, style=SINCERE)
    gender = found.frame["gender"].value_counts(normalize=True)
    assert gender["f"] == pytest.approx(0.75, abs=0.05)
    assert "d" not in gender


def test_a_file_is_no_survey() -> None:
    for call in (rehearse, cx.preview):
        with pytest.raises(ArgumentError) as caught:
            call("my-survey.yaml")  # type: ignore[operator]
        assert caught.value.codes == ("data.not-a-survey",)


def test_the_stamp_stays_on_a_file(survey: Survey, answers: Responses, tmp_path: Path) -> None:
    path = write_responses(answers, tmp_path / "answers.csv")
    again = cx.read_responses(path, survey, perspective="customer", partial=True)
    assert again.provenance[0].reader.startswith("synthetic")
    assert "simuliert" in again.report.text("de")
    shared = [
        column for column in answers.frame if column in again.frame and column not in ("respondent", "perspective")
    ]
    for column in shared:
        left, right = answers.frame[column], again.frame[column]
        assert ((left == right) | (left.isna() & right.isna())).all(), column


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"n": 0}, "rehearse.n"),
        ({"perspective": "nobody"}, "survey.unknown-perspective"),
        ({"shares": {"gendr": {"f": 1}}}, "rehearse.shares"),
        ({"shares": {"gender": {"x": 1}}}, "rehearse.shares"),
        ({"shares": {"gender": {"f": -1}}}, "rehearse.shares"),
        ({"truth": Truth(means={"nothing": 3})}, "simulate.unknown-construct"),
    ],
)
def test_what_cannot_be_is_taught(survey: Survey, options: dict, code: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        rehearse(survey, **options)
    assert caught.value.codes == (code,)
