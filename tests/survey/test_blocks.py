"""Blocks: what they stand for, in which order it is asked and of whom, and what is refused with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.survey.expand import stories
from cxresearch.survey.form import Entry, Group, Passage
from cxresearch.survey.infer import survey_yaml
from cxresearch.survey.maxdiff import design
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

Faults = Callable[..., list[tuple[str, int | None, str]]]

VIGNETTE = """\
  tale:
    kind: vignette
    story: {de: "{who} {what}", en: "{who} {what}"}
    dimensions:
      who: {name: {de: Wer, en: Who}, levels: {a: {de: A, en: A}, b: {de: B, en: B}}}
      what: {name: {de: Was, en: What}, levels: {x: {de: X, en: X}, y: {de: Y, en: Y}}}
    show: 2
    items: [q1]
"""
DIARY = """\
  trip:
    kind: diary
    text: {de: Reise, en: Trip}
    required: true
    items: [q1, when]
    most: 3
    more: {de: noch, en: more}
"""
WHEN = "fields:\n  when: {name: {de: Wann, en: When}, kind: time, text: {de: Wann, en: When}, relevance: 'q1 >= 3'}\n"


def survey(base: str, *parts: str, pages: str = "") -> Survey:
    fields = WHEN if DIARY in parts else ""
    return parse_survey(f"{base}{fields}blocks:\n{''.join(parts)}{pages}")


@settings(deadline=None, max_examples=40)
@given(options=st.integers(3, 9), tasks=st.integers(1, 8), data=st.data(), seed=st.integers(0, 99))
def test_options_of_a_maxdiff_come_equally_often(options: int, tasks: int, data: st.DataObject, seed: int) -> None:
    names = [f"o{k}" for k in range(options)]
    show = data.draw(st.integers(3, options))
    found = design(names, tasks, show, seed)
    assert found == design(names, tasks, show, seed)
    assert [len(set(task)) for task in found] == [show] * tasks
    shown = Counter(dict.fromkeys(names, 0)) + Counter(one for task in found for one in task)
    often = [shown[name] for name in names]
    assert max(often) - min(often) <= 1


def test_a_balanced_design_is_found_where_there_is_one() -> None:
    found = design("abcdefg", tasks=7, show=3, seed=1)
    met = Counter(frozenset(pair) for task in found for pair in combinations(task, 2))
    assert max(met.values()) - min(met.values() if len(met) == 21 else [0]) <= 2


@pytest.mark.parametrize("wanted", [2, 4, 6, 12])
def test_levels_of_the_stories_used_come_equally_often(wanted: int) -> None:
    levels = {"a": {"x": "", "y": ""}, "b": {"p": "", "q": ""}, "c": {"r": "", "s": "", "t": ""}}
    block = {"dimensions": {name: {"levels": one} for name, one in levels.items()}, "versions": wanted, "seed": 3}
    found = stories(block)
    assert found == stories(block)
    assert len({tuple(one.items()) for one in found}) == wanted
    for name, one in levels.items():
        often = [sum(story[name] == level for story in found) for level in one]
        assert max(often) - min(often) <= 1


def test_a_vignette_is_drawn_told_and_rated(base: str) -> None:
    page = survey(base, VIGNETTE).form("customer").pages[0]
    kinds = [type(part).__name__ for part in page.parts]
    assert kinds == ["Entry"] + ["Entry", *["Passage"] * 4, "Entry"] * 2  # q2 stands alone
    drawn, rated = page.entries[1], page.entries[2]
    assert (drawn.id, drawn.drawn, len(drawn.options), rated.id) == ("tale_1", True, 4, "q1_1")
    assert page.entries[3].apart == ("tale_1",)
    told = [part.text.get("de") for part in page.parts if isinstance(part, Passage)]
    assert told == ["A X", "A Y", "B X", "B Y"] * 2


def test_a_diary_asks_again_only_who_says_more(base: str) -> None:
    form = survey(base, DIARY).form("customer")
    assert isinstance(form.pages[0].parts[1], Passage)
    assert [e.id for e in form.entries][1:6] == ["q1_1", "when_1", "trip_1_more", "q1_2", "when_2"]
    assert [e.required for e in form.entries if not e.id.startswith("q2")] == ["yes"] * 8
    shown = form.shown_when()
    answers = {"q1_1": 5, "trip_1_more": 1, "q1_2": 2}
    assert "trip_3_more" not in shown
    held = {id for id, when in shown.items() if when is None or when.holds(answers)}
    assert {"when_1", "q1_2", "trip_2_more"} <= held
    assert not {"when_2", "q1_3", "when_3"} & held


def test_a_perspective_sees_what_it_is_asked(base: str) -> None:
    blocks = "  both: {kind: ranking, text: {de: t, en: t}, items: [q1, q2], top: 2}\n"
    ranks = "  ranks2: {level: ordinal, low: 1, high: 2}\n"
    found = survey(
        base.replace("constructs:\n", f"{ranks}constructs:\n").replace("scale: agree5", "scale: ranks2"), blocks
    )
    customer, employee = (found.form(who).pages[0].parts[0] for who in ("customer", "employee"))
    assert isinstance(customer, Group)
    assert isinstance(employee, Group)
    assert ([row.id for row in customer.rows], customer.top) == (["q1", "q2"], 2)
    assert ([row.id for row in employee.rows], employee.top) == (["q1"], 1)


def test_a_survey_with_blocks_comes_back_equal(base: str) -> None:
    pages = "pages:\n  - {items: [tale, q2]}\n"
    first = survey(base, VIGNETTE, pages=pages)
    again = parse_survey(survey_yaml(first))
    assert again == first
    assert [e.id for e in again.form("employee").entries] == [e.id for e in first.form("employee").entries]


GRID = "  rows: {kind: grid, items: [q1, q2]}\n"
ITEM = "  q1_1: {scale: agree5, text: {customer: {de: a, en: b}}}\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (f"{ITEM}blocks:\n{VIGNETTE}", "survey.id-twice", 19),
        (f"blocks:\n{VIGNETTE.replace('tale:', 'agree5:')}", "survey.id-twice", 18),
        (f"blocks:\n{VIGNETTE.replace('tale:', 'q2:')}", "survey.id-twice", 18),
        (f"blocks:\n{VIGNETTE.replace('[q1]', '[q9]')}", "survey.unknown-item", 25),
        (f"blocks:\n{VIGNETTE.replace('[q1]', '[q1, q1]')}", "survey.item-twice", 25),
        (f"blocks:\n{VIGNETTE}{GRID}", "survey.item-twice", 26),
        (f"blocks:\n{VIGNETTE}{GRID.replace('q1', 'q1_2')}", "survey.item-twice", 26),
        (f"blocks:\n{VIGNETTE}{VIGNETTE.replace('tale:', 'other:')}", "survey.item-twice", 33),
        (f"blocks:\n{VIGNETTE}pages:\n  - items: [tale, q2, q1_1]\n", "survey.item-twice", 27),
        (f"blocks:\n{VIGNETTE}pages:\n  - items: [tale, q2, q1]\n", "survey.item-twice", 27),
        (f"blocks:\n{VIGNETTE}pages:\n  - items: [tale, q2]\n  - title: {{de: a, en: b}}\n", "survey.empty-page", 28),
        (f"blocks:\n{VIGNETTE}pages:\n  - items: [tale]\n", "survey.item-on-no-page", 16),
        (f"blocks:\n{VIGNETTE.replace('x: {de', '1: {de')}", "survey.string-type", 23),
        (f"blocks:\n{VIGNETTE}    versions: 3\n    seed: [1]\n", "survey.int-type", 27),
        (f"blocks:\n{VIGNETTE.replace('kind: vignette', 'kind: [vignette]')}", "survey.unknown-kind", 19),
        ("blocks:\n  b: {kind: ranking, text: {de: t, en: t}, items: [q1, q2]}\n", "survey.block-scale", 18),
        ("blocks:\n  b: q1\n", "survey.dataclass-type", 18),
        (f"blocks:\n{GRID}{GRID.replace('rows', 'more')}", "survey.item-twice", 19),
        ('quotas:\n  q: {name: {de: a, en: b}, when: "q1 == 7", n: 2}\n', "survey.relevance-value", 18),
        ('quotas:\n  q: {name: {de: a, en: b}, when: "q9 == 7", n: 0}\n', "survey.unknown-item", 18),
        ("pages:\n  - {items: [q1, q2], relevance: \"q1 < 'x'\"}\n", "survey.relevance-value", 18),
        ("pages:\n  - {items: [q1, q2], screenout: {when: q1, text: x}}\n", "survey.relevance", 18),
        ("fields:\n  n: {name: {de: a, en: b}, kind: number, relevance: \"n == 'x'\"}\n", "survey.relevance-value", 18),
        (ITEM.replace("q1_1", "synthetic"), "survey.reserved-id", 17),
        ('terms:\n  a: {de: "{b}", en: x}\n  b: c\n', "survey.nested-term", 18),
    ],
)
def test_what_does_not_fit(base: str, faults_of: Faults, text: str, code: str, line: int) -> None:
    assert (code, line) in [(code, line) for code, line, _ in faults_of(f"{base}{text}")]


def test_a_condition_on_a_code_between_quotes(base: str) -> None:
    entry = base.replace("{1: {de: ja", '{"1": {de: ja').replace("2: {de: nein", '"2": {de: nein')
    text = (
        entry
        + '  q3: {scale: yesno, text: {de: a, en: b}}\n  q4: {scale: agree5, text: {de: a, en: b}, relevance: "q3 == 1"}\n'
    )
    with pytest.raises(cx.CxError) as caught:
        parse_survey(text)
    assert caught.value.codes == ("survey.relevance-value",)
    assert isinstance(parse_survey(text.replace("q3 == 1", "q3 == '1'")).form("customer").entries[0], Entry)


def test_du_is_said_inside_a_wording_that_serves_both(base: str) -> None:
    text = base.replace("languages: [de, en]", "languages: [de, de-du, en]")
    text = text.replace("customer: {de: a, en: b}", 'customer: {de: "In {house}", en: "In {house}"}')
    found = parse_survey(text + "terms: {house: {de: Ihrem Haus, de-du: deinem Haus, en: your house}}\n")
    wording = found.items["q1"].text["customer"]
    assert [wording.get(language) for language in found.languages] == [
        "In Ihrem Haus",
        "In deinem Haus",
        "In your house",
    ]
