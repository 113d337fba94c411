"""Paths: counted without walking them, against walking every one of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.paths import Paths, duration, paths
from cxresearch.survey.routing.steps import plan_of
from cxresearch.survey.template import parse_survey

Known = dict[str, Any]
Course = tuple[tuple[str, ...], str | None]

HEAD: dict[str, Any] = {
    "id": "walked",
    "title": "Walked",
    "languages": ["en"],
    "source": "own",
    "licence": "CC0-1.0",
    "perspectives": {"customer": {"name": "Customers", "side": "outside", "role": "customer"}},
    "scales": {
        "three": {"level": "ordinal", "low": 1, "high": 3, "missing": {99: "don't know"}},
        "ab": {"level": "nominal", "labels": {"a": "one", "b": "two"}},
        "rank": {"level": "ordinal", "low": 1, "high": 3},
        "ticked": {"level": "nominal", "labels": {0: "no", 1: "yes"}},
    },
}


def _survey_text(parts: dict[str, Any]) -> str:
    """Write it as YAML; JSON would turn the codes of labels into texts."""
    import yaml

    return yaml.safe_dump({**HEAD, **parts}, sort_keys=False, allow_unicode=True)


def form(parts: dict[str, Any]) -> Form:
    return parse_survey(_survey_text(parts)).form("customer")


# ---- walking every path ----------------------------------------------------------------------------------------------


def walked(form: Form) -> dict[Course, tuple[float, float]]:
    """Return every course with the shortest and the longest time, by giving every answer there is."""
    seconds = {(step.kind, step.id): step.seconds for step in plan_of(form).steps}
    found: dict[Course, tuple[float, float]] = {}

    def hold(condition: Any, known: Known) -> bool:
        return condition is None or bool(condition.holds(known))

    def ended(asked: tuple[str, ...], end: str | None, time: float) -> None:
        before = found.get((asked, end), (time, time))
        found[(asked, end)] = (min(before[0], time), max(before[1], time))

    def page(number: int, known: Known, asked: tuple[str, ...], time: float) -> None:
        if number == len(form.pages):
            ended(asked, None, time)
            return
        here = form.pages[number]
        if not hold(here.relevance, known):
            page(number + 1, known, asked, time)
            return
        part(number, 0, known, asked, time)

    def part(number: int, index: int, known: Known, asked: tuple[str, ...], time: float) -> None:
        here = form.pages[number]
        if index == len(here.parts):
            if here.screenout and hold(here.screenout.when, known):
                ended(asked, here.id, time)
            else:
                page(number + 1, known, asked, time)
            return
        one = here.parts[index]
        if isinstance(one, Entry):
            if not hold(one.relevance, known):
                part(number, index + 1, known, asked, time)
                return
            for answer in _answers(one):
                after = time + seconds[("question", one.id)]
                part(number, index + 1, {**known, one.id: answer}, (*asked, one.id), after)
        elif isinstance(one, Group):
            if not hold(one.relevance, known):
                part(number, index + 1, known, asked, time)
                return
            rows = [row for row in one.rows if hold(row.relevance, known)]
            after = time + seconds.get(("text", one.id), 0.0) + sum(seconds[("question", row.id)] for row in rows)
            names = tuple(row.id for row in rows)
            for answers in _together(one, rows):
                part(number, index + 1, {**known, **answers}, (*asked, *names), after)

    page(0, {}, (), 0.0)
    return found


def _answers(entry: Entry) -> Iterator[Any]:
    if entry.required != "yes":
        yield None
    if entry.kind == "text":
        yield "words"
    elif entry.kind == "number":
        yield from range(int(entry.low or 0), int(entry.high or 0) + 1)
    else:
        yield from (option.code for option in entry.options)


def _together(group: Group, rows: list[Entry]) -> Iterator[Known]:
    names = [row.id for row in rows]
    if not names:
        yield {}
        return
    if group.required != "yes":
        yield dict.fromkeys(names)
    if group.kind == "multiple":
        for ticks in itertools.product([0, 1], repeat=len(names)):
            ticked = [name for name, one in zip(names, ticks, strict=True) if one]
            alone = [name for name in ticked if name in group.exclusive]
            enough = max(1, group.at_least or 1) <= len(ticked) <= (group.at_most or len(names))
            if (alone and len(ticked) == 1) or (not alone and enough):
                yield dict(zip(names, ticks, strict=True))
    else:
        for most in [len(names)] if group.required == "yes" else range(1, len(names) + 1):
            for order in itertools.permutations(names, most):
                yield {**dict.fromkeys(names), **{name: rank for rank, name in enumerate(order, start=1)}}


# ---- random forms ----------------------------------------------------------------------------------------------------


@st.composite
def parts(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a small survey: questions of all kinds, conditions on what came before, pages, ends."""
    items: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    blocks: dict[str, Any] = {}
    pages: list[dict[str, Any]] = []
    before: list[tuple[str, str]] = []

    def condition() -> str:
        leaves = [draw(leaf(*draw(st.sampled_from(before)))) for _ in range(draw(st.integers(1, 2)))]
        text = draw(st.sampled_from([" and ", " or "])).join(leaves)
        return f"not ({text})" if draw(st.integers(0, 4)) == 0 else text

    def sometimes(entry: dict[str, Any], key: str = "relevance") -> dict[str, Any]:
        if before and draw(st.booleans()):
            entry[key] = condition()
        return entry

    kinds = ["three", "ab", "number", "text", "multiple", "ranking"]
    for n in range(draw(st.integers(1, 3))):
        page: dict[str, Any] = sometimes({"id": f"p{n}", "items": []})
        fresh: list[tuple[str, str]] = []
        for m in range(draw(st.integers(1, 2))):
            kind = draw(st.sampled_from(kinds if not blocks else kinds[:4]))
            name = f"q{n}{m}"
            need = draw(st.booleans())
            if kind in ("three", "ab"):
                items[name] = sometimes({"scale": kind, "text": name, "required": need})
                fresh.append((name, kind))
            elif kind in ("number", "text"):
                entry = {"name": name, "kind": kind, "text": name, "required": need}
                fields[name] = sometimes(entry | ({"low": 1, "high": 4} if kind == "number" else {}))
                fresh.append((name, kind))
            else:
                rows = [f"{name}_{i}" for i in "abc"]
                items |= {row: {"scale": "ticked" if kind == "multiple" else "rank", "text": row} for row in rows}
                block = {"kind": kind, "items": rows, "text": "Which of these?", "required": need}
                if kind == "multiple":
                    block |= draw(st.sampled_from([{}, {"exclusive": rows[2:]}, {"at_least": 2}, {"at_most": 2}]))
                blocks[name] = sometimes(block)
                fresh += [(row, "ticked" if kind == "multiple" else "three") for row in rows]
            page["items"].append(name)
            if draw(st.booleans()):
                before += fresh
                fresh = []
        before += fresh
        if draw(st.integers(0, 2)) == 0:
            page["screenout"] = {"when": condition(), "text": "Thank you."}
        pages.append(page)
    return {"items": items, "fields": fields, "blocks": blocks, "pages": pages}


@st.composite
def leaf(draw: st.DrawFn, name: str, kind: str) -> str:
    if kind == "text" or draw(st.integers(0, 5)) == 0:
        return f"answered({name})"
    if kind == "ab":
        return draw(st.sampled_from([f"{name} == 'a'", f"{name} != 'a'", f"{name} not in ['b']"]))
    if kind == "ticked":
        return draw(st.sampled_from([f"{name} == 1", f"{name} == 0", f"{name} != 1"]))
    op = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
    return f"{name} {op} {draw(st.integers(1, 3))}"


@settings(max_examples=150, deadline=None)
@given(parts())
def test_counted_as_walked(drawn: dict[str, Any]) -> None:
    one = form(drawn)
    found, every = paths(one), walked(one)
    assert found.exact
    complete = {course: times for course, times in every.items() if course[1] is None}
    assert (found.number, found.complete) == (len(every), len(complete))
    assert found.screened == len(every) - len(complete)
    ends = [end for _, end in every if end is not None]
    assert found.screenouts == {end: ends.count(end) for end in dict.fromkeys(ends)}
    seen = {id for asked, _ in every for id in asked}
    ids = [entry.id for entry in one.entries]
    assert found.never == tuple(id for id in ids if id not in seen)
    if not complete:
        assert found.shortest is None
        return
    assert found.shortest is not None
    assert found.longest is not None
    assert found.shortest.minutes == pytest.approx(min(least for least, _ in complete.values()) / 60)
    assert found.longest.minutes == pytest.approx(max(most for _, most in complete.values()) / 60)
    assert (found.shortest.questions, None) in complete
    assert (found.longest.questions, None) in complete
    everywhere = [id for id in ids if all(id in asked for asked, _ in complete)]
    assert set(found.always) <= set(everywhere)
    least, most = found.shortest.minutes, found.longest.minutes
    assert found.minutes.p10 <= found.minutes.p50 <= found.minutes.p90 <= most + 1e-9
    assert found.minutes.p90 > 0 or least == 0


# ---- what can be said about one form ---------------------------------------------------------------------------------


def test_same_questions_same_path() -> None:
    one = form(
        {
            "items": {
                "nps": {"scale": "three", "text": "n", "required": True},
                "why": {"scale": "ab", "text": "w", "relevance": "nps <= 2"},
                "end": {"scale": "ab", "text": "e"},
            }
        }
    )
    found = paths(one)
    assert (found.number, found.written(), found.complete, found.screened) == (2, "2", 2, 0)
    assert found.always == ("nps", "end")
    assert found.never == ()
    assert found.shortest is not None
    assert found.longest is not None
    assert found.shortest.questions == ("nps", "end")
    assert found.longest.questions == ("nps", "why", "end")


def test_what_does_not_depend_is_multiplied() -> None:
    items: dict[str, Any] = {}
    for i in range(200):
        items[f"a{i}"] = {"scale": "three", "text": "a"}
        items[f"b{i}"] = {"scale": "three", "text": "b", "relevance": f"a{i} == 1"}
    found = paths(form({"items": items}))
    assert found.exact
    assert found.number == 2**200
    assert found.longest is not None
    assert len(found.longest.questions) == 400


@pytest.mark.slow
def test_too_entangled_is_said_to_be_a_lower_bound() -> None:
    items: dict[str, Any] = {f"a{i}": {"scale": "three", "text": "a"} for i in range(40)}
    pairs = itertools.combinations(range(40), 2)
    items |= {f"b{i}_{j}": {"scale": "ab", "text": "b", "relevance": f"a{i} == 1 and a{j} == 2"} for i, j in pairs}
    found = paths(form({"items": items}))
    assert not found.exact
    assert found.number > 1
    assert found.written().startswith("at least ")
    assert found.never == ()


def test_index_that_some_do_not_see() -> None:
    parts: dict[str, Any] = {
        "scales": {**HEAD["scales"], "ten": {"level": "interval", "low": 0, "high": 10}},
        "items": {
            "used": {"scale": "ab", "text": "u", "required": True},
            "why": {"scale": "ab", "text": "w", "relevance": "used == 'a'"},
            "nps": {"scale": "ten", "index": "nps", "text": "n", "relevance": "used == 'a' and why == 'b'"},
        },
    }
    found = paths(form(parts))
    assert found.number == 3
    assert found.missing == {"nps": 2}


def test_everybody_is_screened_out() -> None:
    parts: dict[str, Any] = {
        "items": {"a": {"scale": "ab", "text": "a", "required": True}, "b": {"scale": "ab", "text": "b"}},
        "pages": [
            {"id": "one", "items": ["a"], "screenout": {"when": "a in ['a', 'b']", "text": "Bye."}},
            {"id": "two", "items": ["b"]},
        ],
    }
    found = paths(form(parts))
    assert (found.number, found.complete, found.screened, found.screenouts) == (1, 0, 1, {"one": 1})
    assert (found.never, found.always, found.shortest) == (("b",), (), None)


def test_given_shares_shift_the_duration() -> None:
    parts: dict[str, Any] = {
        "items": {"a": {"scale": "ab", "text": "a", "required": True}},
        "fields": {
            f"t{i}": {"name": "t", "kind": "text", "widget": "lines", "text": "t", "relevance": "a == 'b'"}
            for i in range(5)
        },
    }
    one = form(parts)
    rare, often = duration(one, "en", {"a": {"a": 95, "b": 5}}), duration(one, "en", {"a": {"a": 1, "b": 99}})
    assert rare.p90 < often.p10
    with pytest.raises(cx.CxError) as caught:
        duration(one, "en", {"aa": {"a": 1}})
    assert caught.value.codes == ("paths.unknown-question",)
    with pytest.raises(cx.CxError) as caught:
        duration(one, "en", {"a": {"c": 1}})
    assert caught.value.codes == ("paths.shares",)
    with pytest.raises(cx.CxError) as caught:
        duration(one, "en", {"a": {"a": 0}})
    assert caught.value.codes == ("paths.shares",)


def test_more_words_take_longer() -> None:
    one = {"items": {"a": {"scale": "ab", "text": "word " * 30}}}
    two = {"items": {"a": {"scale": "ab", "text": "word " * 130}}}
    extra = duration(form(two), "en").p50 - duration(form(one), "en").p50
    assert extra == pytest.approx(100 / 238)


SHIPPED = sorted(path.name for path in (Path(__file__).parents[2] / "surveys").glob("*.yaml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_survey(name: str) -> None:
    survey = cx.load_survey(f"shipped:surveys/{name}")
    for perspective in survey.perspectives:
        found = paths(survey.form(perspective))
        assert found.exact
        assert found.never == ()
        assert found.complete >= 1
        assert isinstance(found, Paths)


@pytest.mark.parametrize("count", [paths, duration])
@pytest.mark.parametrize("given", ["file.yaml", None, cx.load_survey("shipped:surveys/nps-pulse.yaml")])
def test_what_is_no_form_is_told(count: Any, given: Any) -> None:
    with pytest.raises(cx.CxError) as caught:
        count(given)
    assert caught.value.codes == ("paths.not-a-form",)
    assert "survey.form('customer')" in str(caught.value)


def test_without_conditions_and_open_questions_all_interviews_take_the_same_time() -> None:
    one = form({"items": {"a": {"scale": "ab", "text": "a"}, "b": {"scale": "three", "text": "b"}}})
    found = paths(one)
    assert found.shortest is not None
    assert found.minutes.p10 == found.minutes.p90 == pytest.approx(found.shortest.minutes)
