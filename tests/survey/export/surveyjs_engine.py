"""SurveyJS itself under node, and what our own conditions say about the same answers."""

from __future__ import annotations

import functools
import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cxresearch.survey.export.surveyjs.places import layout_of
from cxresearch.survey.form import Entry, Form, Group

HOME = Path(__file__).resolve().parents[2] / "platforms" / "surveyjs"


@functools.cache
def absent() -> str | None:
    """Say what is missing to run SurveyJS; it is installed as pinned where npm is there."""
    if not shutil.which("node"):
        return "node is not installed"
    if (HOME / "node_modules" / "survey-core" / "package.json").exists():
        return None
    if not shutil.which("npm"):
        return "npm is not installed"
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"survey-core cannot be installed: {done.stderr[-200:]}"


def needed() -> None:
    """Skip where SurveyJS cannot run."""
    if reason := absent():
        if os.environ.get("CXRESEARCH_FORBID_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def walked(model: Any, respondents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what each respondent saw and gave; any complaint of the engine fails."""
    needed()
    told = subprocess.run(
        ["node", str(HOME / "walk.mjs")],
        input=json.dumps({"model": model, "respondents": respondents}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    result = json.loads(told.stdout)
    assert result["complaints"] == []
    assert all(one["jsonErrors"] is None for one in result["out"])
    return result["out"]


def wished(form: Form, rng: random.Random, *, dutiful: bool = True) -> dict[str, Any]:
    """Return an answer, or none, to every variable, as if all were shown; what is required is answered."""
    given: dict[str, Any] = {}
    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Group):
                given |= _group(part, rng, dutiful)
            elif isinstance(part, Entry) and not part.drawn:
                given[part.id] = _one(part, rng, dutiful and part.required == "yes")
    return given


def _one(entry: Entry, rng: random.Random, must: bool) -> Any:
    if not must and rng.random() < 0.25:
        return None
    if entry.options and (entry.kind == "choice" or rng.random() < 0.3):
        return rng.choice(entry.options).code
    if entry.kind == "number":
        low, high = entry.low or 0, entry.high if entry.high is not None else 1000
        if entry.step is None:
            return rng.choice([low, high, round(rng.uniform(low, high), 2), round(rng.uniform(low, min(high, 20)), 2)])
        steps = int((min(high, low + 1000 * entry.step) - low) / entry.step)
        return low + entry.step * rng.choice([0, steps, rng.randint(0, steps), rng.randint(0, min(3, steps))])
    return "2024-02-29" if entry.kind == "date" else rng.choice(["gut", 'a "b" <c> {nps}', "=1+1", "ä\nö"])


def _group(group: Group, rng: random.Random, dutiful: bool) -> dict[str, Any]:
    must = dutiful and group.required == "yes"
    if group.kind == "multiple":
        alone = list(group.exclusive)
        others = [row.id for row in group.rows if row.id not in alone]
        if not must and rng.random() < 0.3:
            chosen: list[str] = []
        elif alone and rng.random() < 0.3:
            chosen = [rng.choice(alone)]
        else:
            least, most = group.at_least or 1, group.at_most or len(others)
            chosen = rng.sample(others, rng.randint(min(least, len(others)), min(most, len(others))))
        return {row.id: (1 if row.id in chosen else 0) if chosen else None for row in group.rows}
    if group.kind == "ranking":
        order = [row.id for row in group.rows]
        rng.shuffle(order)
        ranks = {id: rank for rank, id in enumerate(order[: group.top], start=1)} if must or rng.random() < 0.7 else {}
        return {row.id: ranks.get(row.id) for row in group.rows}
    given = {entry.id: _one(entry, rng, must or (dutiful and entry.required == "yes")) for entry in group.entries}
    if group.kind == "maxdiff":
        best, worst = (row.id for row in group.rows)
        if given[best] is not None and given[best] == given[worst]:
            codes = [option.code for option in group.rows[1].options]
            given[worst] = next(code for code in codes if code != given[best])
    return given


def written(form: Form, given: dict[str, Any]) -> dict[str, Any]:
    """Return answers as the questions of SurveyJS hold them."""
    places = layout_of(form).places
    out: dict[str, Any] = {}
    ranks: dict[str, dict[int, str]] = {}
    for id, value in given.items():
        if value is None:
            continue
        place = places[id]
        if place.kind == "tick":
            out.setdefault(place.question, [])
            if value == 1:
                out[place.question].append(place.value)
        elif place.kind == "rank":
            ranks.setdefault(place.question, {})[value] = place.value
        elif place.beside and value in place.missing:
            out[place.beside] = place.codes.get(value, value)
        else:
            target, *path = place.question.split(".")
            code = place.codes.get(value, value)
            if path:
                inner = out.setdefault(target, {})
                for step in path[:-1]:
                    inner = inner.setdefault(step, {})
                inner[path[-1]] = code
            else:
                out[target] = code
    return out | {name: [order[rank] for rank in sorted(order)] for name, order in ranks.items()}


def expected(form: Form, wishes: dict[str, Any]) -> tuple[list[tuple[str, set[str]]], dict[str, Any], str | None]:
    """Return what our own conditions show page by page, the answers that count, and the page that ended it."""
    conditions = form.shown_when()
    given: dict[str, Any] = {}
    for _ in range(len(form.entries) + 1):
        before = dict(given)
        for id, condition in conditions.items():
            shown = condition is None or condition.holds(given)
            given[id] = wishes.get(id) if shown else None
        for group in (part for page in form.pages for part in page.parts if isinstance(part, Group)):
            if group.kind == "multiple" and not any(given[row.id] == 1 for row in group.rows):
                given |= {row.id: None for row in group.rows}
        if given == before:
            break
    pages: list[tuple[str, set[str]]] = []
    for page in form.pages:
        if page.relevance is not None and not page.relevance.holds(given):
            continue
        seen = {one.id for one in page.entries if not one.drawn and _holds(conditions[one.id], given)}
        told = any(not isinstance(part, Entry | Group) and _holds(part.relevance, given) for part in page.parts)
        if seen or page.intro or told:
            pages.append((page.id, seen))
        if page.screenout and page.screenout.when.holds(given):
            reached = {one for _, ids in pages for one in ids} | {one.id for one in page.entries if one.drawn}
            return pages, {id: value for id, value in given.items() if id in reached}, page.id
    return pages, given, None


def _holds(condition: Any, given: dict[str, Any]) -> bool:
    return condition is None or condition.holds(given)


def shown_ids(form: Form, seen: list[str]) -> set[str]:
    """Return the variables behind what the engine showed; texts and questions for "don't know" left out."""
    found = {}
    for id, place in layout_of(form).places.items():
        found[f"{place.question}={place.value}" if place.kind != "value" else place.question] = id
    return {found[one] for one in seen if one in found}
