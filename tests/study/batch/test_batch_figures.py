"""Items and constructs that one report hides follow from no other report of the batch."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cxresearch.privacy import FIGURE
from cxresearch.privacy.audit import audit
from cxresearch.shipped import shipped_file
from cxresearch.study.batch.audited import given_away
from cxresearch.study.batch.journal import events
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.prepare import prepare
from cxresearch.study.batch.run import BatchRun, run_batch
from cxresearch.study.batch.withholding import narrowed
from cxresearch.study.load import load_study
from cxresearch.study.plan import plan
from cxresearch.warm import Processes

from ..notebooks import code, write_notebook
from .studies import MEAN, PARAMETERS, rows_of, write_rows, write_tiny

RATINGS = """\
study: items
title: {de: Fragen, en: Items}
languages: [en]
survey: shipped:surveys/sfo-airport.yaml
data: answers.csv
sections:
  - id: ratings
    notebook: shipped:notebooks/ratings.ipynb
    title: {de: Noten, en: Ratings}
    parameters: {items: ITEMS, weights: ""}
  - {id: nps, notebook: shipped:notebooks/recommendation.ipynb, title: {de: NPS, en: NPS}, parameters: {by: ""}}
batch: {by: BAREA, total: true}
"""
GAPS = """\
study: constructs
title: {de: Konstrukte, en: Constructs}
languages: [en]
survey: survey.yaml
data: {customer: customer.csv, employee: employee.csv}
parameters: {score: "", inside: employee, margin: 0.3}
sections:
  - {id: gaps, notebook: shipped:notebooks/gaps.ipynb, title: {de: L, en: G}, parameters: {outside: [customer]}}
  - {id: silos, notebook: shipped:notebooks/silos.ipynb, title: {de: S, en: S}, parameters: {by: department}}
batch: {by: branch, total: true}
"""
EASE = ("little_effort", "find_online", "self_service", "repeat_request")


def table(done: BatchRun, unit: str, kind: str) -> list[dict[str, str]]:
    assert done.out is not None
    found = []
    for path in sorted((done.out / "reports" / unit / "tables").glob(f"*.{kind}.table.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found += list(csv.DictReader(stream))
    return found


def parameters(done: BatchRun, unit: str, name: str) -> Any:
    assert done.out is not None
    manifest = json.loads((done.out / "reports" / unit / "manifest.json").read_text())
    return manifest["sections"][0]["runs"]["en"]["parameters"][name]


def mended(done: BatchRun, stack: Processes, options: Options | None = None) -> None:
    assert done.out is not None
    assert done.open == 0
    assert audit(done.out).safe
    rounds = [event for event in events(done.out) if event["event"] == "withheld"]
    assert len(rounds) == 1  # one round was enough, and the next run knows from the start
    again = run_batch(done.study, options or Options(), pool=stack)
    assert again.open == 0
    assert [event for event in events(done.out) if event["event"] == "withheld"] == rounds


def items_of(folder: Path, items: str) -> None:
    """Write a study of ratings in which three people of the branch A answered one of the items."""
    (folder / "study.yaml").write_text(RATINGS.replace("ITEMS", items))
    with shipped_file("reports/sfo-airport/data/sfo_2018.csv").open(encoding="utf-8", newline="") as file:
        like = next(csv.DictReader(file))
    sizes = {"A": 20, "B": 30, "C": 40}
    rows = [
        {
            **like,
            "BAREA": area,
            "Q7ART": str(1 + i % 5) if area != "A" or i < 3 else "6",
            "Q7FOOD": str(1 + i % 5),
            "NETPRO": str(i % 11),
        }
        for area, n in sizes.items()
        for i in range(n)
    ]
    write_rows(folder / "answers.csv", [{**row, "RESPNUM": str(n)} for n, row in enumerate(rows)])


def test_an_empty_list_of_items_names_all_of_them(tmp_path: Path) -> None:
    items_of(tmp_path, "[]")
    done = prepare(load_study(tmp_path), Options(sections=("ratings",)))
    less = narrowed(done.tasks[0], [f"{FIGURE}Q7ART"], (), done.survey, done.sources)
    assert (less.shown, less.masked) == (True, True)
    assert "Q7FOOD" in less.parameters["items"]
    assert "Q7ART" not in less.parameters["items"]


@pytest.mark.parametrize("items", ["[Q7ART, Q7FOOD]", pytest.param("[]", marks=pytest.mark.slow)])
def test_an_item_that_one_unit_hides_is_hidden_by_another_too(tmp_path: Path, stack: Processes, items: str) -> None:
    ratings = Options(sections=("ratings",))
    items_of(tmp_path, items)
    done = run_batch(tmp_path / "study.yaml", ratings, pool=stack)
    asked = {unit: {row["item"] for row in table(done, unit, "describe")} for unit in ("a", "b", "c", "total")}
    assert ["Q7ART" in asked[unit] for unit in asked] == [False, False, True, True]
    assert all("Q7FOOD" in names for names in asked.values())
    assert len(asked["b"]) == len(asked["c"]) - 1
    # nothing tells which of both has too few answers
    assert parameters(done, "a", "items") == parameters(done, "b", "items") != parameters(done, "c", "items")
    mended(done, stack, ratings)


def test_a_question_of_one_item_is_hidden_as_a_section(tmp_path: Path, stack: Processes) -> None:
    (tmp_path / "study.yaml").write_text(RATINGS.replace("ITEMS", "[Q7FOOD]"))
    with shipped_file("reports/sfo-airport/data/sfo_2018.csv").open(encoding="utf-8", newline="") as file:
        like = next(csv.DictReader(file))
    rows = [
        {**like, "BAREA": area, "Q7FOOD": str(1 + i % 5), "NETPRO": str(i % 11) if area != "A" or i < 3 else "11"}
        for area, n in {"A": 20, "B": 30, "C": 40}.items()
        for i in range(n)
    ]
    write_rows(tmp_path / "answers.csv", [{**row, "RESPNUM": str(n)} for n, row in enumerate(rows)])
    done = run_batch(tmp_path / "study.yaml", Options(), pool=stack)
    assert [bool(table(done, unit, "nps")) for unit in ("a", "b", "c", "total")] == [False, False, True, True]
    assert all(table(done, unit, "describe") for unit in ("a", "b", "c", "total"))
    assert done.out is not None
    pages = [(done.out / "reports" / unit / "en" / "nps.html").read_text() for unit in "ab"]
    assert all("no smaller group can be computed" in page for page in pages)
    mended(done, stack)


def write_survey(path: Path) -> None:
    """Write the survey with two of its constructs: the gate before each comparison costs as much as there are."""
    survey = yaml.safe_load(shipped_file("surveys/credibility-gap.yaml").read_text(encoding="utf-8"))
    survey["constructs"] = {name: survey["constructs"][name] for name in ("ease", "friendliness")}
    survey["items"] = {k: item for k, item in survey["items"].items() if item.get("construct") in survey["constructs"]}
    del survey["pages"]
    path.write_text(yaml.safe_dump(survey, allow_unicode=True), encoding="utf-8")


def people(perspective: str, sizes: dict[str, int]) -> list[dict[str, Any]]:
    path = shipped_file(f"reports/credibility-demo/data/{perspective}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        like = list(csv.DictReader(file))
    branches = [branch for branch, n in sizes.items() for _ in range(n)]
    return [{**row, "branch": branch} for row, branch in zip(like, branches, strict=False)]


@pytest.mark.parametrize("sections", [("gaps",), pytest.param(("gaps", "silos"), marks=pytest.mark.slow)])
def test_a_construct_that_one_unit_hides_is_hidden_by_another_too(
    tmp_path: Path, stack: Processes, sections: tuple[str, ...]
) -> None:
    (tmp_path / "study.yaml").write_text(GAPS)
    write_survey(tmp_path / "survey.yaml")
    write_rows(tmp_path / "customer.csv", people("customer", {"A": 150, "B": 160, "C": 200}))
    staff = people("employee", {"A": 60, "B": 70, "C": 90})
    for row in [row for row in staff if row["branch"] == "A"][3:]:
        row |= dict.fromkeys(EASE, "98")
    write_rows(tmp_path / "employee.csv", staff)
    done = run_batch(tmp_path / "study.yaml", Options(sections=sections), pool=stack)
    assert done.out is not None
    told = {
        unit: {row["construct"] for row in table(done, unit, "gaps") if row["n_inside"]}
        for unit in ("a", "b", "c", "total")
    }
    assert not {"ease", *EASE} & (told["a"] | told["b"])
    assert all({"ease", *EASE} & told[unit] for unit in ("c", "total"))
    assert all("friendliness" in names for names in told.values())
    assert "figure:ease" in parameters(done, "b", "withhold")
    assert parameters(done, "a", "withhold") == parameters(done, "b", "withhold")
    assert done.open == 0
    assert audit(done.out).safe
    heading = (
        (done.out / "en" / "index.html").read_text(encoding="utf-8").partition("<thead>")[2].partition("</thead>")[0]
    )
    assert "· Employees · Customers</th>" in heading


def test_published_figures_of_too_few_people_are_counted_and_then_not_shown(tmp_path: Path, pool: Processes) -> None:
    """A notebook that does not know the minimum shows 3 answers of a unit that has enough rows."""
    file = write_tiny(tmp_path, {"a": 8, "b": 9, "c": 9})
    rows = rows_of({"a": 8, "b": 9, "c": 9})
    for row in [row for row in rows if row["branch"] == "a"][3:]:
        row["score"] = ""
    write_rows(tmp_path / "data" / "answers.csv", rows)
    careless = MEAN.replace("for row in rows]", 'for row in rows if row["score"]]')
    show = """
        display({"text/html": "x", "application/vnd.cxresearch.result+json": {
            "schema": 1, "kind": "describe", "lang": language, "heading": "M", "sentence": "", "caveats": [],
            "frames": {"table": [{"item": "score", "n": len(values), "mean": sum(values) / len(values)}]},
            "columns": {"table": ["item", "n", "mean"]},
        }}, raw=True)
    """
    write_notebook(tmp_path / "mean.ipynb", code(careless), code(show, "headline"), parameters=PARAMETERS)
    done = run_batch(file, Options(languages=("de",)), pool=pool)
    assert done.out is not None
    found = [event for event in events(done.out) if event["event"] == "withheld"]
    assert [(event["units"], event["findings"]) for event in found] == [(["a"], 1)]
    assert {line.unit.slug: line.state for line in done.lines} == {"a": "not-reportable", "b": "ok", "c": "ok"}
    assert not list((done.out / "reports" / "a" / "tables").glob("*.csv"))
    assert (done.open, audit(done.out).safe) == (0, True)
    # the count by itself, and what it asks to leave out
    shown = done.out / "reports" / "a" / "tables"
    shown.mkdir(exist_ok=True)
    (shown / "mean.1.describe.table.csv").write_text("item,n,mean\nscore,3,2.0\n")
    assert given_away(done.out, plan(load_study(file)), ["a", "b", "c"]) == (1, {"mean": {"a": ("_all",)}})


def test_a_level_is_named_as_the_data_name_it(tmp_path: Path) -> None:
    tables = {
        "a": ("nps,n\n0,20\n", "group,nps,n\n2.0,0,10\n3.0,0,7\n"),
        "b": ("nps,n\n0,40\n", "group,nps,n\n1.0,0,20\n2.0,0,10\n3.0,0,10\n"),
        "total": ("nps,n\n0,60\n", "group,nps,n\n1.0,0,23\n2.0,0,20\n3.0,0,17\n"),
    }
    given = {"item": "q", "by": "team", "minimum_cell": 5}
    for unit, texts in tables.items():
        folder = tmp_path / "reports" / unit
        (folder / "tables").mkdir(parents=True)
        for number, text in enumerate(texts, 1):
            (folder / "tables" / f"nps.{number}.nps.table.csv").write_text(text)
        runs = {"runs": {"en": {"parameters": given}}}
        (folder / "manifest.json").write_text(json.dumps({"sections": [{"id": "nps", **runs}]}))
    file = write_tiny(tmp_path / "study", {"a": 8})
    file.write_text(file.read_text().replace("id: mean", "id: nps"))
    findings, levels = given_away(tmp_path, plan(load_study(file)), tables)
    assert findings
    assert set(levels["nps"]["total"]) == {"1"}
