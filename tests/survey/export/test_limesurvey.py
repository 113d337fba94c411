"""LimeSurvey: nothing is written that its import drops in silence, and conditions mean what they mean here.

The engine itself cannot be installed in a test; the rules are those seen in LimeSurvey 6.10.
"""

from __future__ import annotations

import importlib.util
import math
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cxresearch.errors import CxError
from cxresearch.survey.export.export import export
from cxresearch.survey.export.limesurvey.expressionscript import script
from cxresearch.survey.export.limesurvey.names import Names
from cxresearch.survey.expression import parse
from cxresearch.survey.form import Entry, Group
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

_spec = importlib.util.spec_from_file_location("limesurvey_file", Path(__file__).with_name("limesurvey_file.py"))
assert _spec is not None
assert _spec.loader is not None
written = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(written)
WHOLE, SURVEYS = written.WHOLE, written.SURVEYS
rows_of, each = written.rows_of, written.each
TYPES = {"L", "!", "M", "F", "1", "R", "S", "T", "N", "D", "X", "*"}


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_nothing_that_the_import_would_drop(path: Path) -> None:
    for exported in each(path):
        rows = rows_of(exported)
        questions = [row for row in rows if row["class"] == "Q"]
        languages = [row["language"] for row in rows if row["class"] == "SL" and row["name"] == "surveyls_title"]
        base = [row for row in questions if row["language"] == languages[0]]
        codes = [row["name"].casefold() for row in base]
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch("[A-Za-z][A-Za-z0-9]{0,19}", row["name"]) for row in questions)
        assert {row["type/scale"] for row in questions} <= TYPES
        assert all(re.fullmatch("[A-Za-z0-9]{1,5}", row["name"]) for row in rows if row["class"] == "A")
        assert all(re.fullmatch("[A-Za-z0-9]{1,20}", row["name"]) for row in rows if row["class"] == "SQ")
        inside: set[tuple[str, ...]] = set()
        current = ""
        for row in rows:
            current = row["name"] if row["class"] == "Q" else current
            if row["class"] in ("A", "SQ"):
                key = (row["language"], current, row["class"], row["type/scale"], row["name"].casefold())
                assert key not in inside
                inside.add(key)
        assert not any("{" in row["text"] for row in rows if row["type/scale"] != "*")


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_every_language_is_complete(path: Path) -> None:
    for exported in each(path):
        rows = rows_of(exported)
        shapes: dict[str, list[tuple[str, ...]]] = {}
        for row in rows:
            if row["class"] in ("G", "Q", "SQ", "A"):
                name = "" if row["class"] == "G" else row["name"]
                shapes.setdefault(row["language"], []).append(
                    (row["class"], row["type/scale"], name, row["relevance"], row["mandatory"])
                )
        base, *others = shapes.values()
        assert all(other == base for other in others)
        assert exported.codes is not None
        assert list(shapes) == list(exported.codes.languages)


def test_attributes_stand_once() -> None:
    rows = rows_of(export(load_survey(WHOLE), "limesurvey", perspective="customer"))
    later = [row for row in rows if row["language"] in ("en", "de-informal")]
    assert all(not row["random_order"] and not row["answer_order"] and not row["random_group"] for row in later)
    assert [row["dualscale_headerA"] for row in rows if row["type/scale"] == "1" and row["class"] == "Q"] == [
        "Wichtigkeit",
        "Wichtigkeit",
        "Importance",
    ]


def test_du_is_a_language_of_its_own() -> None:
    rows = rows_of(export(load_survey(WHOLE), "limesurvey", perspective="customer"))
    assert next(row["text"] for row in rows if row["name"] == "additional_languages") == "de-informal en"


def python(text: str) -> str:
    """Turn an expression into Python, independently of how it was written."""
    text = re.sub(r"!is_empty\((\w+)\.NAOK\)", r"(get('\1') not in (None, ''))", text)
    text = re.sub(r"(\w+)\.NAOK", r"get('\1')", text)
    text = re.sub(r"\b(lt|le|gt|ge)\b", lambda word: {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}[word[0]], text)
    return re.sub(r"!(?!=)", " not ", text)


def evaluated(text: str, answers: dict[str, Any]) -> bool:
    def get(name: str) -> Any:
        return answers.get(name, "")

    class Loose(str):
        """Compares as the platform does: numbers by value where both sides are numbers."""

    def number(value: Any) -> Any:
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else value

    code = re.sub(r"get\('(\w+)'\) (==|!=|<=|>=|<|>) (\"?[\w.\-]+\"?)", r"compare('\1', '\2', \3)", python(text))

    def compare(name: str, op: str, value: Any) -> bool:
        left, right = number(get(name)), number(value)
        if isinstance(left, str) != isinstance(right, str):
            left, right = str(left), str(right)
        return {"==": left == right, "!=": left != right}.get(op) if op in ("==", "!=") else _order(left, op, right)

    return bool(eval(code, {"get": get, "compare": compare}))


def _order(left: Any, op: str, right: Any) -> bool:
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]


STORIES = """\
id: many
title: Title
languages: [en]
source: own
licence: CC0
perspectives: {p: {name: People, side: outside, role: customer}}
scales: {a: {level: ordinal, low: 1, high: 5}}
items: {fair: {scale: a, text: Fair}}
blocks:
  v:
    kind: vignette
    story: "{x}"
    dimensions: {x: {name: X, levels: {a: A, b: B, c: C, d: D, e: E}}}
    show: 5
    items: [fair]
"""

CONDITIONS = [
    "nps <= 6",
    "nps != 3",
    "nps == 99",
    "not nps > 6",
    "age < 18",
    "age == 999",
    "age != 999",
    "age >= 65 or not answered(age)",
    "age in [20, 30]",
    "age not in [20, 30, 999]",
    "channel in ['app', 'web-shop', 'none']",
    "channel != 'other'",
    "not channel == 'other'",
    "used_app == 1",
    "used_app == 0",
    "used_app != 1 and answered(used_shop)",
    "rank_price <= 2",
    "answered(rank_price)",
    "easy < 4 or easy == 99",
    "spent > 10.5 and spent != -9",
    "answered(why) and not answered(since)",
    "imp_staff == 5 or perf_staff in [1, 2]",
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_conditions_mean_the_same(text: str) -> None:
    survey = load_survey(WHOLE)
    form = survey.form("customer")
    names = Names(form)
    from cxresearch.survey.expression import bound

    missing = {entry.id: tuple(entry.missing) for entry in form.entries}
    condition = bound(parse(text), missing)
    written = script(condition, names.variables)
    rng = random.Random(3)
    seen = set()
    for _ in range(300):
        answers, there = some(form, names, rng)
        wanted = condition.holds(answers)
        assert evaluated(written, there) == wanted, (answers, written)
        seen.add(wanted)
    assert seen == {True, False}


def some(form: Any, names: Names, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw answers, here and as LimeSurvey's variables hold them."""
    here: dict[str, Any] = {}
    there: dict[str, Any] = {}
    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Group) and part.kind == "multiple":
                ticked = [row.id for row in part.rows if rng.random() < 0.4]
                for row in part.rows:
                    here[row.id] = (1 if row.id in ticked else 0) if ticked else None
                    if row.id in ticked:
                        there[names.variables[row.id].name] = "Y"
            elif isinstance(part, Group) and part.kind == "ranking":
                order = rng.sample(part.rows, rng.choice([0, 3]))
                for rank, row in enumerate(order, start=1):
                    here[row.id] = rank
                    variable = names.variables[row.id]
                    there[variable.ranks[rank - 1]] = variable.codes[0]
            else:
                for entry in part.entries if isinstance(part, Group) else [part] if isinstance(part, Entry) else []:
                    one(entry, names, here, there, rng)
    return here, there


def one(entry: Entry, names: Names, here: dict[str, Any], there: dict[str, Any], rng: random.Random) -> None:
    variable = names.variables[entry.id]
    if rng.random() < 0.3:
        return
    if variable.codes and not variable.number:
        code, name = rng.choice(list(variable.codes.items()))
        here[entry.id], there[variable.name] = code, name
    elif variable.number and variable.beside and rng.random() < 0.3:
        code, box = rng.choice(list(variable.beside.items()))
        here[entry.id], there[box] = code, "Y"
    elif variable.number:
        value = rng.choice([int(entry.low or 0) + 1, 5, 17, 20, 30, 65, 70])
        here[entry.id], there[variable.name] = value, str(value)
    else:
        here[entry.id] = there[variable.name] = "2024-01-01" if entry.kind == "date" else "words"


def test_five_stories_are_refused() -> None:
    with pytest.raises(CxError) as caught:
        export(parse_survey(STORIES), "limesurvey")
    assert caught.value.codes == ("export.refused",)


@pytest.mark.parametrize("show", [1, 2, 3, 4])
def test_stories_are_drawn_without_repetition_and_equally_often(show: int) -> None:
    text = STORIES.replace("show: 5", f"show: {show}")
    rows = [row for row in rows_of(export(parse_survey(text), "limesurvey")) if row["type/scale"] == "*"]
    rng = random.Random(1)
    drawn: Counter[tuple[int, ...]] = Counter()
    for _ in range(3000):
        known: dict[str, int] = {}
        for row in rows:
            source = re.sub(r"(\w+)\.NAOK", r"get('\1')", row["text"][1:-1])
            source = source.replace("if(", "choose(").replace("sum(", "total(").replace(" ge ", " >= ")
            known[row["name"]] = eval(
                source,
                {
                    "get": lambda name: known.get(name, 0),
                    "is_empty": lambda value: value == 0,
                    "rand": rng.randint,
                    "choose": lambda test, yes, no: yes if test else no,
                    "total": lambda *values: sum(values),
                },
            )
        drawn[tuple(known[f"v{k}"] for k in range(1, show + 1))] += 1
    assert all(len(set(one)) == show and set(one) <= {1, 2, 3, 4, 5} for one in drawn)
    orders = math.perm(5, show)
    assert len(drawn) == orders
    assert max(drawn.values()) < 3000 / orders * (1.25 if show < 3 else 2)


def test_wordings_are_no_expressions_and_no_markup() -> None:
    text = WHOLE.read_text(encoding="utf-8").replace("Es war leicht.", "<b>Es</b> war leicht")
    survey = parse_survey(text)
    rows = rows_of(export(survey, "limesurvey", perspective="customer"))
    assert "&lt;b&gt;Es&lt;/b&gt; war leicht" in [row["text"] for row in rows]


def test_losses_are_told_in_both_languages() -> None:
    survey: Survey = load_survey(WHOLE)
    report = export(survey, "limesurvey", perspective="customer").losses
    assert len(report) > 10
    for loss in report.losses:
        assert loss.text("de") != loss.text("en")
        assert "{" not in loss.text("de") + loss.text("en")
