"""Items to constructs, against values computed by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

FRAME = pd.DataFrame(
    {"a": [1, 5, None, None], "b": [5, None, None, None], "c": [2, 2, 2, None], "who": ["x", "y", "x", "y"]}
)
EASE = {"ease": ["a", "b", "c"]}


def values(scores: Any) -> list[float | None]:
    return [None if math.isnan(x) else x for x in scores.frame["score"]]


def code(answers: Any = FRAME, **more: Any) -> str:
    with pytest.raises(cx.CxError) as caught:
        cx.score(answers, **{"constructs": EASE, **more})
    assert len(caught.value.faults) == 1
    return caught.value.codes[0]


def test_reversed_items_by_hand() -> None:
    found = cx.score(FRAME, constructs=EASE, reversed="b", scale=(1, 5), min_answered=1)
    # b: 1 + 5 - 5 = 1
    assert values(found) == [pytest.approx((1 + 1 + 2) / 3), pytest.approx((5 + 2) / 2), 2.0, None]
    assert found.frame["n_answered"].tolist() == [3, 2, 1, 0]
    assert found.frame["n_items"].tolist() == [3] * 4


@pytest.mark.parametrize(
    ("min_answered", "kept"),
    [
        (1, [True, True, True, False]),
        (2, [True, True, False, False]),
        (3, [True, False, False, False]),
        (0.5, [True, True, False, False]),
        (1 / 3, [True, True, True, False]),
        (2 / 3, [True, True, False, False]),
        (0.67, [True, False, False, False]),
        (1.0, [True, False, False, False]),
        (np.int64(2), [True, True, False, False]),
        (np.float64(0.5), [True, True, False, False]),
    ],
)
def test_min_answered_as_count_and_share(min_answered: Any, kept: list[bool]) -> None:
    found = cx.score(FRAME, constructs=EASE, min_answered=min_answered)
    assert [v is not None for v in values(found)] == kept


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        *[
            ({"min_answered": m}, "scores.min-answered")
            for m in (0, -1, 4, 1.5, 2.0, 0.0, True, "half", None, math.nan)
        ],
        ({"reversed": ["b"]}, "scores.reverse-without-scale"),
        ({"reversed": ["z"], "scale": (1, 5)}, "scores.unknown-item"),
        ({"reversed": [["a"]], "scale": (1, 5)}, "scores.names"),
        ({"scale": {"a": (1, 5), "b": (1, 7), "c": (1, 5)}}, "scores.different-scales"),
        ({"scale": {"a": (1, 5)}}, "scores.different-scales"),
        ({"scale": (5, 1)}, "data.scale"),
        ({"constructs": {"e": ["who"]}}, "scores.not-numbers"),
        ({"constructs": {"e": ["z"]}}, "data.unknown-column"),
        ({"constructs": {"e": []}}, "scores.no-items"),
        ({"constructs": {"e": None}}, "scores.names"),
        ({"constructs": {"e": [["a"]]}}, "scores.names"),
        ({"constructs": {"e": ["a", "a"]}}, "scores.item-twice"),
        ({"constructs": {}}, "scores.no-items"),
        ({"constructs": "ease"}, "scores.no-constructs"),
        ({"constructs": None}, "scores.no-constructs"),
        ({"constructs": 5}, "scores.no-constructs"),
        ({"perspective": "whom"}, "data.unknown-column"),
    ],
)
def test_what_is_taught(more: dict[str, Any], expected: str) -> None:
    assert code(**more) == expected


def test_one_item_may_be_named_alone() -> None:
    assert values(cx.score(FRAME, constructs={"a": "a"})) == [1.0, 5.0, None, None]


def test_pivot_keeps_respondents_who_share_an_id() -> None:
    frame = FRAME.assign(respondent=[1, 1, 2, 2])
    wide = cx.score(frame, constructs={"one": ["a"], "two": ["c"]}, perspective="who").pivot()
    assert wide["respondent"].tolist() == ["1", "1", "2", "2"]
    assert wide.columns.tolist() == ["perspective", "respondent", "one", "two"]


def test_of() -> None:
    found = cx.score(FRAME, constructs=EASE)
    assert len(found.of("ease")) == 4
    with pytest.raises(cx.CxError, match="'ease'"):
        found.of("eas")


# ---- properties ----------------------------------------------------------------------------------

ANSWERS = st.lists(
    st.lists(st.sampled_from([1, 2, 3, 4, 5, None]), min_size=4, max_size=4), min_size=1, max_size=15
).map(lambda rows: pd.DataFrame(rows, columns=list("abcd"), dtype=float))
QUICK = settings(deadline=None, max_examples=50)


def scored(frame: pd.DataFrame, items: list[str], reverse: list[str], min_answered: float = 0.5) -> pd.Series:
    return cx.score(frame, constructs={"c": items}, reversed=reverse, scale=(1, 5), min_answered=min_answered).frame[
        "score"
    ]


@QUICK
@given(frame=ANSWERS, items=st.permutations(list("abcd")), reverse=st.sets(st.sampled_from(list("abcd"))))
def test_the_order_of_items_changes_nothing(frame: pd.DataFrame, items: list[str], reverse: set[str]) -> None:
    np.testing.assert_allclose(scored(frame, items, sorted(reverse)), scored(frame, list("abcd"), sorted(reverse)))


@QUICK
@given(frame=ANSWERS, reverse=st.sets(st.sampled_from(list("abcd"))))
def test_reversing_by_hand_and_again_changes_nothing(frame: pd.DataFrame, reverse: set[str]) -> None:
    turned = frame.assign(**{item: 6 - frame[item] for item in reverse})
    np.testing.assert_allclose(scored(turned, list("abcd"), sorted(reverse)), scored(frame, list("abcd"), []))
    mirrored = 6 - scored(frame, list("abcd"), list("abcd"))
    np.testing.assert_allclose(mirrored, scored(frame, list("abcd"), []))


@QUICK
@given(frame=ANSWERS, order=st.randoms(use_true_random=False))
def test_the_order_and_index_of_rows_change_nothing(frame: pd.DataFrame, order: Any) -> None:
    rows = list(range(len(frame)))
    order.shuffle(rows)
    shuffled = scored(frame.iloc[rows].set_axis([0] * len(rows)), list("abcd"), ["b"])
    np.testing.assert_allclose(shuffled, scored(frame, list("abcd"), ["b"]).to_numpy()[rows])


@QUICK
@given(frame=ANSWERS, needed=st.integers(1, 4))
def test_a_score_is_the_mean_of_what_was_answered(frame: pd.DataFrame, needed: int) -> None:
    expected = frame.mean(axis=1).where(frame.notna().sum(axis=1) >= needed)
    np.testing.assert_allclose(scored(frame, list("abcd"), [], needed), expected)


# ---- on a survey ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def survey() -> Survey:
    return parse_survey(
        """\
id: t
title: T
languages: [en]
source: s
licence: l
perspectives:
  customer: {name: Customers, side: outside, role: customer}
  employee: {name: Staff, side: inside, role: employee}
scales:
  agree5: {level: ordinal, low: 1, high: 5, missing: {9: none}}
constructs:
  trust: {name: Trust, min_answered: 0.6}
  total: {name: Total, rule: sum, min_answered: 1}
  silent: {name: Without items}
items:
  t1: {scale: agree5, construct: trust, text: {customer: a, employee: b}}
  t2: {scale: agree5, construct: trust, reversed: true, text: {customer: c}}
  s1: {scale: agree5, construct: total, text: {customer: d, employee: e}}
  s2: {scale: agree5, construct: total, text: {customer: f, employee: g}}
fields:
  who: {name: Who, kind: perspective}
"""
    )


@pytest.fixture
def answers(survey: Survey, tmp_path: Path) -> cx.Responses:
    path = tmp_path / "a.csv"
    path.write_text(
        "who,t1,t2,s1,s2\ncustomer,5,1,2,4\ncustomer,5,9,2,\nemployee,4,,,\nemployee,4,5,3,5\n", encoding="utf-8"
    )
    return cx.read_responses(path, survey)


def test_items_not_asked_of_a_perspective_are_not_missing(answers: cx.Responses) -> None:
    found = cx.score(answers).of("trust")
    # the customer who left one of two items out has too little, the employee was asked one item only
    assert found["score"].fillna(-1).tolist() == [5.0, -1.0, 4.0, 4.0]
    assert found["n_items"].tolist() == [2, 2, 1, 1]
    assert found["n_answered"].tolist() == [2, 1, 1, 1]


def test_a_sum_is_the_mean_times_the_items(answers: cx.Responses) -> None:
    assert cx.score(answers, constructs="total").frame["score"].fillna(-1).tolist() == [6.0, 4.0, -1.0, 8.0]


def test_own_bundles_keep_what_the_survey_reverses(answers: cx.Responses) -> None:
    found = cx.score(answers, constructs={"mine": ["t1", "t2"]}, min_answered=2)
    assert found.frame["score"].tolist()[0] == 5.0


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"constructs": ["trst"]}, "scores.unknown-construct"),
        ({"constructs": ["silent"]}, "scores.no-items"),
        ({"constructs": None, "perspective": "customer"}, "scores.perspective-in-survey"),
        ({"constructs": None, "reversed": "t1"}, "scores.reversed-in-survey"),
    ],
)
def test_what_a_survey_says_is_not_said_again(answers: cx.Responses, more: dict[str, Any], expected: str) -> None:
    assert code(answers, **more) == expected


def test_answers_off_a_given_scale_are_told(answers: cx.Responses) -> None:
    found = cx.score(answers, constructs=["total"], scale=(1, 4))
    assert "outside_scale" in [caveat.code for caveat in found.caveats]
