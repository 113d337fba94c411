"""Exported surveys in SurveyJS itself: what respondents see page by page, what holds them back, what comes home."""

from __future__ import annotations

import functools
import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.survey.export.export import Exported, export
from cxresearch.survey.form import Form
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

HERE = Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("surveyjs_engine", HERE / "surveyjs_engine.py")
assert _spec is not None
engine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(engine)  # type: ignore[union-attr]

WHOLE = HERE.parent / "whole.yaml"
SHIPPED = sorted((HERE.parents[2] / "surveys").glob("*.yaml"))
USUAL = ("nps-pulse", "human-or-machine", "journeys")


def model_of(exported: Exported) -> Any:
    return json.loads(next(iter(exported.files.values())))


def flat(data: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def walked_and_compared(survey: Survey, perspective: str, n: int, folder: Path) -> list[dict[str, Any]]:
    """Send random respondents through the engine, every other one back to the start to answer otherwise."""
    form = survey.form(perspective)
    exported = export(survey, "surveyjs", perspective=perspective)
    rng = random.Random(1)
    wishes = [[engine.wished(form, rng) for _ in range(1 + number % 2)] for number in range(n)]
    told = engine.walked(
        model_of(exported),
        [
            {
                "locale": survey.languages[number % len(survey.languages)],
                "rounds": [engine.written(form, w) for w in ws],
            }
            for number, ws in enumerate(wishes)
        ],
    )
    assert len(told) == n
    assert exported.codes is not None
    counted = []
    for ws, one in zip(wishes, told, strict=True):
        home = exported.codes.home([flat(one["data"])])[0]
        drawn = {entry.id: home[entry.id] for entry in form.entries if entry.drawn}
        pages, given, ended = engine.expected(form, {**ws[one["round"]], **drawn})
        assert (one.get("blocked"), one["state"]) == (None, "completed")
        assert [(page["name"], engine.shown_ids(form, page["seen"])) for page in one["pages"]] == pages
        seen = {id for _, ids in pages for id in ids}
        # whoever goes back and is screened out keeps what was answered on later pages: told as a loss
        kept = ended is not None and one["round"] > 0
        counts = {id: given.get(id) for id in home if not kept or id in seen}
        assert {id: home[id] for id in counts} == counts
        counted.append(home)
    _read_back(survey, exported, form, told, counted, folder)
    return told


def _read_back(
    survey: Survey, exported: Exported, form: Form, told: list[Any], counted: list[dict[str, Any]], folder: Path
) -> None:
    """Read all answers from a file: the same typed values as were given."""
    if not any(entry.id in survey.items for entry in form.entries):
        return  # a file of fields alone is not read as answers
    codes = next(path for path in exported.write(folder) if path.name.endswith(".codes.json"))
    answers = folder / "answers.json"
    results = [{"id": f"r{i}", "locale": one["locale"] or "en", "data": one["data"]} for i, one in enumerate(told)]
    answers.write_text(json.dumps(results), encoding="utf-8")
    read = cx.read_responses(answers, survey, codes=codes, partial=True)
    assert len(read) == len(told)
    for entry in form.entries:
        if getattr(entry.source, "identifying", False):
            assert entry.id not in read.frame
            continue
        for value, reason, home in zip(
            read.frame[entry.id], read.reasons[entry.id], (one[entry.id] for one in counted), strict=True
        ):
            if home is None or (home == 0 and reason == "not_asked"):  # an option that was not shown
                assert pd.isna(value) and reason in ("empty", "not_asked"), (entry.id, value, reason)
            elif home in entry.missing:
                assert pd.isna(value) and reason == str(home), (entry.id, value, reason)
            else:
                assert value == home and reason == "", (entry.id, value, home, reason)


@pytest.mark.parametrize("perspective", ["customer", "employee"])
def test_whole_language(perspective: str, tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    told = walked_and_compared(survey, perspective, 16, tmp_path)
    assert {one["locale"] or "en" for one in told} == set(survey.languages)
    ended = [one for one in told if len(one["pages"]) == 1]
    assert ended, "nobody was screened out"
    assert len(ended) < 20
    german = [one["html"] for one in ended if one["locale"]]
    assert set(german) == {"<p>Vielen Dank. Wir befragen nur Erwachsene.</p>"}


@pytest.mark.slow
@pytest.mark.parametrize("perspective", ["customer", "employee"])
def test_whole_language_at_length(perspective: str, tmp_path: Path) -> None:
    walked_and_compared(load_survey(WHOLE), perspective, 250, tmp_path)


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=() if path.stem in USUAL else pytest.mark.slow) for path in SHIPPED],
)
def test_shipped_surveys(path: Path, tmp_path: Path) -> None:
    survey = load_survey(path)
    for perspective in survey.perspectives:
        if survey.form(perspective).entries:
            walked_and_compared(survey, perspective, 20, tmp_path / perspective)


SMALL = """
id: small
title: S
languages: [en]
source: own
licence: own
perspectives: {customer: {name: C, side: outside, role: customer}}
scales:
  agree: {level: ordinal, low: 1, high: 5, missing: {99: "don't know"}}
  ticked: {level: nominal, labels: {0: no, 1: yes}}
  rank: {level: ordinal, low: 1, high: 3}
items:
  hard: {text: Hard, scale: agree, required: true}
  soft: {text: Soft, scale: agree, required: soft}
  row_a: {text: A, scale: agree, required: true}
  row_b: {text: B, scale: agree}
  a: {text: A, scale: ticked}
  b: {text: B, scale: ticked}
  c: {text: C, scale: ticked}
  d: {text: D, scale: ticked}
  nothing: {text: None, scale: ticked}
  first: {text: X, scale: rank}
  second: {text: Y, scale: rank}
  third: {text: Z, scale: rank}
  left: {text: L, scale: agree}
  right: {text: L, scale: agree}
fields:
  age: {name: Age, kind: number, low: 16, high: 99, step: 1, text: Age, missing: {-1: rather not}, required: true}
blocks:
  grid: {kind: grid, text: G, items: [row_a, row_b]}
  used: {kind: multiple, text: U, items: [a, b, c, d, nothing], exclusive: [nothing], at_least: 2, at_most: 3, required: true}
  order: {kind: ranking, text: O, items: [first, second, third], top: 2, required: true}
  both: {kind: dual, text: D, items: [left], second: [right], required: true}
  trade: {kind: maxdiff, text: T, options: {p: P, q: Q, r: R, s: S}, tasks: 1, show: 4, seed: 1, best: B, worst: W, required: true}
pages:
  - items: [hard, soft, grid, used, order, both, trade, age]
"""
FULL: dict[str, Any] = {
    "hard": 3, "grid": {"row_a": 1}, "used": ["a", "b"], "order": ["first", "second"],
    "both": {"left": {"first": 1, "second": 2}}, "trade_1_best": "p", "trade_1_worst": "q", "age": 30,
}  # fmt: skip


CHANGES: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"soft": 5, "grid": {"row_a": 1, "row_b": 99}}, None),
    ({"hard": None}, "hard"),
    ({"grid": None}, "grid"),
    ({"grid": {"row_b": 2}}, "grid"),
    ({"used": None}, "used"),
    ({"used": ["a"]}, "used"),
    ({"used": ["nothing"]}, None),
    ({"used": ["a", "b", "c"]}, None),
    ({"order": None}, "order"),
    ({"both": None}, "both"),
    ({"both": {"left": {"first": 1}}}, "both"),
    ({"trade_1_best": None}, "trade_1_best"),
    ({"trade_1_worst": "p"}, "trade_1_worst"),
    ({"age": None}, "age"),
    ({"age": None, "age_missing": -1}, None),
    ({"age": 15}, "age"),
    ({"age": 100}, "age"),
]


@functools.cache
def _held_back() -> list[dict[str, Any]]:
    """Run all cases in one engine, because it takes long to start."""
    model = model_of(export(parse_survey(SMALL), "surveyjs"))
    return engine.walked(model, [{"locale": "en", "rounds": [_wish(change)]} for change, _ in CHANGES])


def _wish(change: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**FULL, **change}.items() if value is not None}


@pytest.mark.parametrize("case", range(len(CHANGES)), ids=lambda case: f"{CHANGES[case][1]}-{case}")
def test_what_is_needed_holds_back(case: int) -> None:
    change, blocked = CHANGES[case]
    wish, one = _wish(change), _held_back()[case]
    found = {name for name, _ in one.get("blocked") or ()}
    assert found == ({blocked} if blocked else set())
    assert (one["state"] == "completed") is (blocked is None)
    if blocked is None:
        assert {key: value for key, value in one["data"].items() if key != "random_seed"} == wish


def test_no_more_than_allowed_can_be_ticked() -> None:
    model = model_of(export(parse_survey(SMALL), "surveyjs"))
    wish = {**FULL, "used": ["a", "b", "c", "d"]}
    (one,) = engine.walked(model, [{"locale": "en", "rounds": [wish]}])
    assert one["data"]["used"] == ["a", "b", "c"]


STORIES = """
id: stories
title: S
languages: [en]
source: own
licence: own
perspectives: {customer: {name: C, side: outside, role: customer}}
scales: {agree: {level: ordinal, low: 1, high: 5}}
items:
  hard: {text: Hard, scale: agree}
blocks:
  tale:
    kind: vignette
    story: "{who} at {when}"
    dimensions:
      who: {name: Who, levels: {one: A, two: B, three: C}}
      when: {name: When, levels: {early: E, late: L}}
    show: 3
    items: [hard]
"""


def test_stories_are_drawn_apart() -> None:
    survey = parse_survey(STORIES)
    drawn = [entry for entry in survey.form("customer").entries if entry.drawn]
    assert len(drawn) == 3
    exported = export(survey, "surveyjs")
    assert exported.codes is not None
    wish = {f"hard_{number}": 2 for number in (1, 2, 3)}
    told = engine.walked(model_of(exported), [{"locale": "en", "rounds": [wish]} for _ in range(60)])
    homes = [exported.codes.home([flat(one["data"])])[0] for one in told]
    triples = [tuple(home[entry.id] for entry in drawn) for home in homes]
    codes = {option.code for option in drawn[0].options}
    assert len(codes) == 6
    assert all(len(set(triple)) == 3 for triple in triples)
    assert {code for triple in triples for code in triple} == codes
    # the passage that is shown is the one that was drawn
    assert all(
        one["pages"][0]["told"] == [f"tale_{k}_{code}" for k, code in enumerate(triple, start=1)]
        for one, triple in zip(told, triples, strict=True)
    )


def test_what_is_told_as_lost() -> None:
    losses = export(load_survey(WHOLE), "surveyjs", perspective="customer").losses.losses
    told = {(loss.code, loss.where) for loss in losses}
    assert {
        ("later-answers", "start"), ("page-group", "topic_rating"), ("drawn", "contact_1"), ("attention", "attention"),
        ("soft", "main_place"), ("missing-beside", "spent"), ("no-quotas", "women"), ("runner", "whole-language"),
    } <= told  # fmt: skip
    for loss in losses:
        assert loss.where in loss.text("de") or loss.code == "runner"
        assert loss.text("de") != loss.text("en")
