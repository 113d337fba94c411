"""What was not asked is told apart from what was left empty."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import DataError
from cxresearch.survey.template import parse_survey

SURVEY = """\
id: tiny
title: Title
languages: [de, en]
source: own
licence: CC0
perspectives:
  customer: {name: {de: Kunden, en: Customers}, side: outside, role: customer}
scales:
  zero10: {level: ordinal, low: 0, high: 10, missing: {99: {de: weiß nicht, en: "don't know"}}}
  ticked: {level: nominal, labels: {0: {de: nein, en: "no"}, 1: {de: ja, en: "yes"}}}
items:
  nps: {scale: zero10, text: {de: a, en: b}}
  low: {scale: zero10, text: {de: c, en: d}, relevance: "nps <= 6"}
  asked: {scale: zero10, text: {de: e, en: f}, relevance: "not nps <= 6 and answered(nps)"}
  app: {scale: ticked, text: {de: App, en: App}}
  shop: {scale: ticked, text: {de: Laden, en: Shop}}
fields:
  why: {name: {de: Warum, en: Why}, kind: text, text: {de: Warum?, en: "Why?"}, relevance: "low >= 3"}
blocks:
  used: {kind: multiple, items: [app, shop], relevance: "nps > 8"}
"""


@pytest.fixture
def answers(tmp_path: Path) -> cx.Responses:
    path = tmp_path / "answers.csv"
    path.write_text("nps,low,asked,app,shop,why\n3,5,,,,\n3,2,,,,late\n9,,4,1,0,\n99,,,,,\n,,,,,why\n")
    return cx.read_responses(path, parse_survey(SURVEY))


def test_reasons_say_what_was_not_asked(answers: cx.Responses) -> None:
    expected = {
        "low": ["", "", "not_asked", "not_asked", "not_asked"],
        "asked": ["not_asked", "not_asked", "", "empty", "not_asked"],
        "app": ["not_asked", "not_asked", "", "not_asked", "not_asked"],
        "why": ["empty", "", "not_asked", "not_asked", ""],
        "nps": ["", "", "", "99", "empty"],
    }
    pd.testing.assert_frame_equal(answers.reasons[list(expected)], pd.DataFrame(expected), check_dtype=False)


def test_answers_off_the_route_are_kept_and_told(answers: cx.Responses) -> None:
    assert answers.frame["why"].tolist()[1] == "late"
    assert "why (2)" in answers.report.text("en")
    assert "not to be shown" in answers.report.text("en")


def test_tables_tell_it_in_words(answers: cx.Responses) -> None:
    told = cx.describe(answers, ["low"])._repr_mimebundle_()["text/html"]
    assert "nicht gefragt" in told


def test_another_file_may_come_home(tmp_path: Path) -> None:
    survey = parse_survey(SURVEY)
    (tmp_path / "x.codes.json").write_text("{}")
    with pytest.raises(DataError) as caught:
        cx.read_responses(tmp_path / "a.json", survey, codes=tmp_path / "x.codes.json")
    assert caught.value.codes == ("codes.unreadable",)
    with pytest.raises(DataError) as caught:
        cx.read_responses(tmp_path / "a.json", survey, codes=tmp_path / "none.json")
    assert caught.value.codes == ("codes.missing-file",)


def test_who_is_screened_out_is_not_asked_the_rest(tmp_path: Path) -> None:
    pages = """\
pages:
  - {items: [nps], screenout: {when: "nps <= 6", text: {de: Ende, en: End}}}
  - {items: [low, asked, used, why]}
"""
    path = tmp_path / "answers.csv"
    path.write_text("nps,low,asked,app,shop,why\n3,,,,,\n3,5,,,,\n9,,4,1,0,\n99,,,,,\n")
    found = cx.read_responses(path, parse_survey(SURVEY.replace(', relevance: "nps <= 6"', "") + pages))
    assert found.reasons["low"].tolist() == ["not_asked", "", "empty", "empty"]
    assert found.frame["low"].tolist()[1] == 5
    assert "low (1)" in found.report.text("en")


HIDDEN_OPTION = SURVEY.replace("  shop: {scale: ticked,", "  shop: {scale: ticked, relevance: 'asked > 5',").replace(
    'relevance: "low >= 3"', 'relevance: "shop != 1"'
)


def test_an_option_that_was_not_shown_was_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("nps,low,asked,app,shop,why\n9,,4,1,0,\n9,,7,1,0,late\n9,,4,1,1,\n")
    answers = cx.read_responses(path, parse_survey(HIDDEN_OPTION))
    assert answers.reasons["shop"].tolist() == ["not_asked", "", ""]
    assert answers.frame["shop"].isna().tolist() == [True, False, False]
    assert answers.reasons["why"].tolist() == ["not_asked", "", "not_asked"]
    assert "shop (1)" in answers.report.text("en")  # ticked although it was not to be shown
