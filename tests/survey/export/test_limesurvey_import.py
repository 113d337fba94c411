"""What LimeSurvey's own source does with the file: how the import reads it, what expressions may say.

The rules are those of LimeSurvey 5 and 6, read in its repository; the path stands at each test.
"""

from __future__ import annotations

import html
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxresearch.survey.export.export import export
from cxresearch.survey.template import load_survey, parse_survey

_spec = importlib.util.spec_from_file_location("limesurvey_file", Path(__file__).with_name("limesurvey_file.py"))
assert _spec is not None
assert _spec.loader is not None
written = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(written)
WHOLE, SURVEYS = written.WHOLE, written.SURVEYS
rows_of, each = written.rows_of, written.each

HARD = r"""
id: hard
title: {de: "\"Gut\" oder \"schlecht\"", en: "A \\\"b\\\"\u2028{x} <i>"}
description: {de: "\"a\" und \"b\"", en: "end\\"}
languages: [de, en]
source: own
licence: CC0
perspectives:
  p: {name: People, side: outside, role: customer}
  q: {name: Others, side: inside, role: employee}
scales:
  two: {level: nominal, labels: {1: {de: "\"ja\"", en: "tab\there\\"}, 2: {de: "\\\"", en: "\u0085 \u000b \u0007"}}}
  tiny: {level: ratio, low: 0.00001, high: 1234567.5, step: null}
items:
  self_made: {scale: two, text: {de: "\"Hand\" \\", en: "a\\\"b \\\"\n\\"}}
  le: {scale: tiny, text: x, relevance: "self_made == 1"}
  this: {scale: two, text: x, relevance: "le > 0.00002 and le != 100000000000000000000"}
  seed: {scale: two, text: x, relevance: "this == 1"}
  time: {scale: two, text: "early | late"}
  other: {scale: two, text: "\"t\""}
  theirs: {scale: two, text: {q: {de: a, en: b}}}
blocks:
  AND: {kind: grid, text: {de: "\"x\" y \"z\"", en: "y"}, items: [time, other], shuffle: true}
quotas:
  made: {name: Made, when: "self_made == 1", n: 10}
  others: {name: Others, when: "theirs == 1 and not theirs == 2", n: 10}
"""


def test_every_cell_is_read_as_it_was_written() -> None:
    # application/helpers/admin/import_helper.php, TSVImportSurvey: each \R ends a row, a backslash hides the quote
    # behind it (fgetcsv), and quotes around a whole cell are taken off a second time; createXMLfromData: XML 1.0
    rows = rows_of(export(parse_survey(HARD), "limesurvey", perspective="p"))
    for row in rows:
        for cell in row.values():
            assert not re.search("[\x00-\x1f\x85\u2028\u2029]", cell)
            assert not re.fullmatch('".*"', cell)
            assert not ('"' in cell and "\\" in cell)
    shown = {html.unescape(row["text"]) for row in rows}
    assert {'"Gut" oder "schlecht"', '"Hand" \\', 'a\\"b \\"<br />\\', "tab here\\"} <= shown
    assert [row["name"] for row in rows if row["class"] == "SQ" and row["language"] == "de"] == ["time2", "other"]


def test_a_bar_in_a_row_parts_nothing() -> None:
    # application/core/QuestionTypes/ArrayFlexibleRow: what stands behind | goes to the right of the answers
    rows = rows_of(export(parse_survey(HARD), "limesurvey", perspective="p"))
    assert "early &#124; late" in [row["text"] for row in rows if row["class"] == "SQ"]


def test_reserved_codes_are_not_given() -> None:
    # application/models/Question.php, rules: a reserved code is replaced by a random one; em_core_helper.php: words
    # such as le are operators, self... and that... are expanded; seed is a column of every export of answers
    rows = rows_of(export(parse_survey(HARD), "limesurvey", perspective="p"))
    codes = [row["name"] for row in rows if row["class"] == "Q" and row["language"] == "de"]
    assert codes == ["qSelfMade", "qLe", "qThis", "qSeed", "qAND"]


def test_numbers_have_no_exponent() -> None:
    rows = rows_of(export(parse_survey(HARD), "limesurvey", perspective="p"))
    by_name = {row["name"]: row for row in rows if row["class"] == "Q" and row["language"] == "de"}
    assert (by_name["qLe"]["min_num_value_n"], by_name["qLe"]["max_num_value_n"]) == ("0.00001", "1234567.5")
    assert "qLe.NAOK gt 0.00002" in by_name["qThis"]["relevance"]
    assert "qLe.NAOK != 100000000000000000000" in by_name["qThis"]["relevance"]


def test_each_language_has_its_decimal_mark() -> None:
    # application/helpers/surveytranslator_helper.php, getRadixPointData; the script that checks numbers takes out
    # every sign that is no digit and not the mark of the language
    rows = rows_of(export(load_survey(WHOLE), "limesurvey", perspective="customer"))
    marks = {row["language"]: row["text"] for row in rows if row["name"] == "surveyls_numberformat"}
    assert marks == {"de": "1", "de-informal": "1", "en": "0"}


TOKEN = re.compile(r'"[^"\\]*"|\s+|\(|\)|,|==|!=|!|-|[0-9]+(?:\.[0-9]+)?|[A-Za-z][A-Za-z0-9_]*(?:\.NAOK)?')
OPERATORS = {"and", "or", "lt", "le", "gt", "ge"}
FUNCTIONS = {"is_empty", "if", "rand", "sum", "min", "max"}


def variables(rows: list[dict[str, str]]) -> Iterator[str]:
    """Yield every name that an expression may use, from what stands in the file."""
    question: dict[str, str] = {}
    for row in rows:
        kind, code = row["type/scale"], row["name"]
        if row["class"] == "Q":
            question = row
            if kind == "R":
                yield from (f"{code}_{place}" for place in range(1, 30))
            elif kind in "L!SNTD*":
                yield code
        elif row["class"] == "SQ":
            name = f"{question['name']}_{code}"
            yield from (f"{name}_0", f"{name}_1") if question["type/scale"] == "1" else (name,)


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_the_logic_page_understands_every_expression(path: Path) -> None:
    # application/helpers/expressions/em_core_helper.php: the tokens; unknown names are errors, + is a warning;
    # import_helper.php, XSSFilterArray: what a row holds passes an HTML filter, so no & < > stand in it
    for exported in each(path):
        rows = rows_of(exported)
        known = {f"{name}.NAOK" for name in variables(rows)}
        told = [row[column] for row in rows for column in ("relevance", "em_validation_q") if row[column]]
        told += [row["text"][1:-1] for row in rows if row["type/scale"] == "*" and row["class"] == "Q"]
        for text in set(told):
            tokens = TOKEN.findall(text)
            assert "".join(tokens) == text
            depth = 0
            for token in tokens:
                depth += (token == "(") - (token == ")")
                assert depth >= 0
            assert depth == 0
            assert {token for token in tokens if token[0].isalpha()} <= known | FUNCTIONS | OPERATORS


def test_attributes_are_those_of_their_question_types() -> None:
    # application/views/survey/questions/answer/*/config.xml
    allowed = {
        "answer_order": "L!R",
        "random_order": "MF1",
        "subquestion_order": "M",
        "keep_codes_order": "L!MF1R",
        "random_group": "L!STNDMF1RX",
        "exclude_all_others": "M",
        "min_answers": "MR",
        "max_answers": "MR",
        "max_subquestions": "R",
        "min_num_value_n": "N",
        "max_num_value_n": "N",
        "num_value_int_only": "N",
        "hidden": "*",
        "em_validation_q": "L!",
        "dualscale_headerA": "1",
        "dualscale_headerB": "1",
    }
    rows = [row for path in SURVEYS for exported in each(path) for row in rows_of(exported) if row["class"] == "Q"]
    for name, types in allowed.items():
        assert {row["type/scale"] for row in rows if row[name]} <= set(types), name
    values = {name: {row[name] for row in rows if row[name]} for name in allowed}
    assert values["answer_order"] | values["subquestion_order"] == {"random"}
    assert values["random_order"] | values["num_value_int_only"] | values["hidden"] == {"1"}
    # a value that stands on every row would be stored as an attribute once more in each language
    core = {"id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"}
    core |= {"mandatory", "other", "default", "same_default", "same_script"}
    assert set(rows[0]) <= core | set(allowed)


def test_what_stays_last_keeps_its_place() -> None:
    # application/models/services/QuestionOrderingService/RandomizerHelper.php
    rows = rows_of(export(load_survey(WHOLE), "limesurvey", perspective="customer"))
    kept = {row["name"]: row["keep_codes_order"] for row in rows if row["keep_codes_order"]}
    assert kept == {"channel": "other;none", "used": "usedNone"}


def test_introductions_are_shown_and_a_page_without_a_title_has_that_of_the_survey() -> None:
    titled = rows_of(export(load_survey(WHOLE), "limesurvey", perspective="customer"))
    untitled = rows_of(export(parse_survey(HARD), "limesurvey", perspective="p"))
    shown = [[row["text"] for row in rows if row["name"] == "showgroupinfo"] for rows in (titled, untitled)]
    assert shown == [["B"], ["D"]]
    named = [row["name"] for row in titled if row["class"] == "G" and row["language"] == "en"]
    whole = next(row["text"] for row in titled if row["name"] == "surveyls_title" and row["language"] == "en")
    assert named == ["To begin with", whole, "Your rating", "Your wishes", whole, whole, whole, "Finally", "End"]


def test_renaming_is_told_once_with_every_pair() -> None:
    exported = export(parse_survey(HARD), "limesurvey", perspective="p")
    told = [loss for loss in exported.losses.data()["losses"] if loss["code"] == "names-changed"]
    assert [loss["values"]["names"] for loss in told] == [
        {"self_made": "qSelfMade", "le": "qLe", "this": "qThis", "seed": "qSeed", "AND": "qAND"}
    ]
    assert "self_made = qSelfMade, le = qLe" in told[0]["text"]["de"]
    whole = export(load_survey(WHOLE), "limesurvey", perspective="customer").losses.losses
    codes = [loss.values["codes"] for loss in whole if loss.code == "codes-changed"]
    assert codes.count({-1: "X1"}) == 1
    assert all(codes.count(one) == 1 for one in codes)


def test_a_quota_on_what_is_asked_of_others_is_no_loss_here() -> None:
    exported = export(parse_survey(HARD), "limesurvey", perspective="p")
    assert [loss.where for loss in exported.losses.losses if loss.code == "no-quotas"] == ["made"]
