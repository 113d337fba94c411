"""Conditions: what they mean, what is refused, and that writing them with other names changes nothing else."""

from __future__ import annotations

import ast
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxresearch.errors import CxError
from cxresearch.survey.expression import (
    Among,
    Answered,
    AnyOf,
    Compare,
    Condition,
    Every,
    Not,
    both,
    bound,
    names,
    parse,
    renamed,
)
from cxresearch.survey.preview.content import tree

NAMES = ("a", "b", "größe")
values = st.one_of(st.integers(-20, 20), st.sampled_from([0.5, 2.0, -1.5]), st.sampled_from(["x", "it's", 'say "y"']))
answers = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.none(), values))
leaf = st.one_of(
    st.builds(
        Compare, name=st.sampled_from(NAMES), op=st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), value=values
    ),
    st.builds(
        Among, name=st.sampled_from(NAMES), values=st.lists(values, min_size=1).map(tuple), negated=st.booleans()
    ),
    st.builds(Answered, name=st.sampled_from(NAMES)),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(Not, part=inner),
        st.builds(Every, parts=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(AnyOf, parts=st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


def written(condition: Condition) -> str:
    """Write a condition in the language, every part between parentheses."""
    match condition:
        case Compare():
            return f"{condition.name} {condition.op} {condition.value!r}"
        case Among():
            return f"{condition.name} {'not in' if condition.negated else 'in'} {list(condition.values)!r}"
        case Answered():
            return f"answered({condition.name})"
        case Not():
            return f"not ({written(condition.part)})"
        case Every() | AnyOf():
            word = " and " if isinstance(condition, Every) else " or "
            return word.join(f"({written(part)})" for part in condition.parts)


@given(conditions)
def test_what_is_written_is_read(condition: Condition) -> None:
    assert parse(written(condition)) == condition


@given(conditions, answers)
def test_not_is_the_opposite_and_both_is_and(condition: Condition, found: dict[str, Any]) -> None:
    assert Not(part=condition).holds(found) is not condition.holds(found)
    joined = both(None, condition, Not(part=condition))
    assert joined is not None
    assert not joined.holds(found)
    assert both(None, condition, None) == condition
    assert both() is None


@given(conditions, answers)
def test_other_names_change_nothing_else(condition: Condition, found: dict[str, Any]) -> None:
    new = {"a": "a_1", "b": "a"}
    changed = parse(renamed(written(condition), new))
    assert names(changed) == {new.get(name, name) for name in names(condition)}
    assert changed.holds({new.get(name, name): value for name, value in found.items()}) == condition.holds(found)


@given(conditions, answers, st.sampled_from([-1, 5, "x"]))
def test_the_preview_looks_at_the_same(condition: Condition, found: dict[str, Any], missing: int | str) -> None:
    known = bound(condition, {"a": (missing,)})
    assert in_the_browser(tree(known), found) == known.holds(found)


def in_the_browser(tree: Any, found: dict[str, Any]) -> bool:
    """Do what preview.js does with a tree."""
    kind, *rest = tree
    if kind in ("and", "or"):
        return (all if kind == "and" else any)(in_the_browser(part, found) for part in rest)
    if kind == "not":
        return not in_the_browser(rest[0], found)
    answer = found.get(rest[0])
    if answer is None or kind == "answered":
        return answer is not None
    if kind in ("in", "not in"):
        return (answer in rest[1]) == (kind == "in")
    _, value, missing = rest
    if kind in ("==", "!="):
        return (answer == value) == (kind == "==")
    if answer in missing or isinstance(answer, str) != isinstance(value, str):
        return False
    return bool({"<": answer < value, "<=": answer <= value, ">": answer > value, ">=": answer >= value}[kind])


@pytest.mark.parametrize(
    ("text", "found", "holds"),
    [
        ("q != 1", {}, False),
        ("q != 1", {"q": None}, False),
        ("not q == 1", {"q": None}, True),
        ("not (not (q == 1))", {"q": 1}, True),
        ("q not in [1, 2]", {"q": None}, False),
        ("q == 1", {"q": 1.0}, True),
        ("q in [1]", {"q": 1.0}, True),
        ("q == 1", {"q": "1"}, False),
        ("q != 1", {"q": "1"}, True),
        ("q < 5", {"q": "1"}, False),
        ("1 <= q < 3", {"q": 3}, False),
        ("3 > q", {"q": 2}, True),
        ("q == -1", {"q": -1}, True),
        ("answered(q)", {"q": 0}, True),
    ],
)
def test_what_holds(text: str, found: dict[str, Any], holds: bool) -> None:
    assert parse(text).holds(found) is holds


def test_no_number_is_smaller_than_dont_know() -> None:
    known = {"q": (99, -1)}
    for text in ("q <= 100", "q >= -5", "q > 5", "q < 5"):
        assert not any(bound(parse(text), known).holds({"q": code}) for code in (99, -1))
    assert bound(parse("q == 99"), known).holds({"q": 99})
    assert bound(parse("not q <= 6"), known).holds({"q": 99})
    assert bound(parse("q != 3 and (q == 1 or not q > 5)"), known).holds({"q": 99})


REFUSED = [
    "",
    " ",
    "q",
    "not q",
    "q = 1",
    "q == True",
    "q == None",
    "q == r",
    "1 < 2",
    "q is 1",
    "q in []",
    "q in 'abc'",
    "q in {1: 2}",
    "answered('q')",
    "answered(q, r)",
    "answered()",
    "q == f'{r}'",
    "q == b'1'",
    "q == 1j",
    "q == [1]",
    "q + 1 == 2",
    "q.real == 1",
    "(lambda: 1)()",
    "__import__('os')",
    "(q := 1) == 1",
    "q == 1; r == 2",
    "q == 1\0",
    "a-b == 1",
    "not " * 60 + "q == 1",
    "(" * 500 + "q == 1" + ")" * 500,
    "q == 1" + " or q == 1" * 500,
    "q == " + "9" * 5000,
]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("q = 1", "q == 1"),
        ("q == 1 && r == 'a && b'", "q == 1 and r == 'a && b'"),
        ("q => 1 oder nicht r <> 2", "q >= 1 or not r != 2"),
        ("!answered(q) || r === 2", "not answered(q) or r == 2"),
    ],
)
def test_signs_and_words_of_other_languages_get_ours(text: str, meant: str) -> None:
    with pytest.raises(CxError) as caught:
        parse(text)
    assert caught.value.faults[0].do == f"Did you mean: {meant}?"


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(CxError) as caught:
        parse(text)
    assert caught.value.codes == ("survey.relevance",)
    assert renamed(text, {"q": "p"}) == text


@given(st.text(alphabet="ab 01<>=!()[]'\\\"andornti.,-d", max_size=40) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            condition = parse(text)
        except CxError:
            assert renamed(text, {"a": "b"}) == text
        else:
            assert parse(renamed(text, {})) == condition


def test_a_question_called_answered_keeps_the_function() -> None:
    assert renamed("answered(answered) and answered == 1", {"answered": "answered_2"}) == (
        "answered(answered_2) and answered_2 == 1"
    )


def test_a_deep_condition_can_be_renamed() -> None:
    text = "not " * 1500 + "q == 1"
    assert renamed(text, {"q": "p"}) == text
    assert ast.parse(text, mode="eval")
