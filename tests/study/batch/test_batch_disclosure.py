"""Which units are reported: by the minimum, by pooling, and so that nothing can be computed by subtraction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.study.batch.disclosure import Rules, decide
from cxresearch.study.batch.needs import Place
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.prepare import prepare
from cxresearch.study.batch.run import run_batch
from cxresearch.study.batch.source import sources
from cxresearch.study.batch.units import units_of
from cxresearch.study.load import load_study
from cxresearch.study.plan import plan
from cxresearch.warm import Processes

from .studies import STUDY, rows_of, write_rows, write_tiny

LEAST = 5


def decisions(file: Path, units: Mapping[str, int], rules: Rules, missing: int = 0) -> dict[str, str]:
    write_rows(file.parent / "data" / "answers.csv", rows_of(units, missing=missing))
    study = load_study(file)
    tasks = plan(study)
    found = sources(study, tasks, ("branch",), None)
    return {
        d.unit.slug: d.reason for d in decide(study, units_of(study, found, ("branch",), None), found, tasks, rules)
    }


def hidden_places(file: Path) -> dict[str, set[Place]]:
    study = load_study(file)
    tasks = plan(study)
    found = sources(study, tasks, ("branch",), None)
    rules = Rules(least=LEAST, total=True)
    made = decide(study, units_of(study, found, ("branch",), None), found, tasks, rules)
    return {d.unit.slug: set(d.without) for d in made if d.runs and d.without}


def test_too_few_are_not_reported(tiny: Path) -> None:
    assert decisions(tiny, {"a": 5, "b": 4}, Rules(least=LEAST)) == {"a": "", "b": "few"}


def test_with_a_total_one_small_unit_takes_the_next_smallest_with_it(tiny: Path) -> None:
    rules = Rules(least=LEAST, total=True)
    assert decisions(tiny, {"a": 9, "b": 4, "c": 8}, rules) == {"a": "", "b": "few", "c": "withheld", "total": ""}
    # two small ones that are enough together need nobody else
    assert decisions(tiny, {"a": 9, "b": 4, "c": 3}, rules) == {"a": "", "b": "few", "c": "few", "total": ""}
    # those without a unit can be computed by subtraction as well
    assert decisions(tiny, {"a": 9, "b": 8}, rules, missing=2) == {"a": "", "b": "withheld", "total": ""}
    assert decisions(tiny, {"a": 9, "b": 8}, rules, missing=6) == {"a": "", "b": "", "total": ""}


def test_only_what_helps_is_withheld_and_no_more_than_the_perspective(tmp_path: Path) -> None:
    study = STUDY.replace("data: data/answers.csv", "data: {customer: data/answers.csv, employee: data/staff.csv}")
    study += "      - {id: staff, notebook: mean.ipynb, title: Staff, parameters: {data: data/staff.csv}}\n"
    study = study.replace("mean.ipynb, title: {de", "mean.ipynb, parameters: {data: data/answers.csv}, title: {de")
    file = write_tiny(tmp_path, {"a": 6}, study=study)
    rules = Rules(least=LEAST, total=True)
    # too few are left of the staff: c does not show its staff, and keeps its customers; b has no staff and helps nobody
    write_rows(tmp_path / "data" / "staff.csv", rows_of({"a": 3, "c": 9, "d": 10}))
    made = decisions(file, {"a": 9, "b": 6, "c": 9, "d": 12}, rules)
    assert made == {"a": "", "b": "", "c": "", "d": "", "total": ""}
    assert hidden_places(file) == {"c": {("data/staff.csv", "")}}
    # b is withheld for the customers, of which it has nothing else; c does not show its staff
    write_rows(tmp_path / "data" / "staff.csv", rows_of({"e": 3, "c": 9, "d": 10}))
    made = decisions(file, {"e": 3, "b": 6, "c": 9, "d": 12}, rules)
    assert made == {"e": "few", "b": "withheld", "c": "", "d": "", "total": ""}
    assert hidden_places(file) == {"c": {("data/staff.csv", "")}}
    # where all together are too few, nobody has to be withheld
    write_rows(tmp_path / "data" / "staff.csv", rows_of({"c": 3}))
    assert decisions(file, {"b": 6, "c": 9}, rules) == {"b": "", "c": "", "total": ""}


def test_small_units_are_pooled(tiny: Path) -> None:
    rules = Rules(least=LEAST, below=8)
    assert decisions(tiny, {"a": 9, "b": 4, "c": 7}, rules) == {"a": "", "b": "pooled", "c": "pooled", "rest": ""}
    # a pool that would be too small takes the next smallest in; a pool of one is that unit
    assert decisions(tiny, {"a": 9, "b": 1, "c": 2}, rules) == {"a": "pooled", "b": "pooled", "c": "pooled", "rest": ""}
    assert decisions(tiny, {"a": 9, "b": 7}, rules) == {"a": "", "b": ""}
    assert decisions(tiny, {"a": 9, "b": 3}, rules) == {"a": "pooled", "b": "pooled", "rest": ""}


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 14), min_size=1),
    st.integers(0, 8),
    st.sampled_from([None, 6, 9]),
)
def test_what_is_left_of_the_total_is_nobody_or_enough(
    tmp_path_factory: pytest.TempPathFactory, units: dict[str, int], missing: int, below: int | None
) -> None:
    file = write_tiny(tmp_path_factory.mktemp("random"), units)
    made = decisions(file, units, Rules(least=LEAST, below=below, total=True), missing)
    reported = [slug for slug, reason in made.items() if not reason]
    pooled = [slug for slug, reason in made.items() if reason == "pooled"]
    n = {**units, "rest": sum(units[slug] for slug in pooled)}
    assert all(n[slug] >= LEAST for slug in reported if slug != "total")
    if "total" in reported:
        left = sum(units.values()) + missing - sum(n[slug] for slug in reported if slug != "total")
        assert left == 0 or left >= LEAST


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1),
    st.tuples(st.integers(0, 6), st.integers(0, 6)),
)
def test_what_is_left_of_every_perspective_is_nobody_or_enough(
    tmp_path_factory: pytest.TempPathFactory, units: dict[str, tuple[int, int]], missing: tuple[int, int]
) -> None:
    study = STUDY[: STUDY.index("sections:")].replace(
        "data: data/answers.csv", "data: {customer: data/answers.csv, employee: data/staff.csv}"
    )
    study += "sections:\n      - {id: mean, notebook: mean.ipynb, title: M, parameters: {data: data/answers.csv}}\n"
    study += "      - {id: staff, notebook: mean.ipynb, title: S, parameters: {data: data/staff.csv}}\n"
    file = write_tiny(tmp_path_factory.mktemp("places"), {"a": 1}, study=study)
    for i, name in enumerate(("answers", "staff")):
        rows = rows_of({unit: n[i] for unit, n in units.items()}, missing=missing[i])
        write_rows(file.parent / "data" / f"{name}.csv", rows or rows_of({"z": 1}))
    loaded = load_study(file)
    tasks = plan(loaded)
    found = sources(loaded, tasks, ("branch",), None)
    made = decide(loaded, units_of(loaded, found, ("branch",), None), found, tasks, Rules(least=LEAST, total=True))
    for source in found:
        n = {key: sum(counts.values()) for key, counts in source.counts.items()}
        shown = [
            n[d.unit.keys[0]]
            for d in made
            if d.runs and d.unit.kind == "unit" and (source.reference, "") not in d.without and d.unit.keys[0] in n
        ]
        left = sum(n.values()) + sum(source.left.values()) - sum(k for k in shown if k >= LEAST)
        shown_at_all = any(d.runs and d.unit.kind == "unit" for d in made)
        assert left == 0 or left >= LEAST or sum(n.values()) + sum(source.left.values()) < LEAST or not shown_at_all


def test_levels_of_a_breakdown_are_withheld_across_the_reports(tmp_path: Path) -> None:
    from ..notebooks import code, write_notebook

    file = write_tiny(tmp_path, {"a": 30, "b": 30}, batch="batch: {by: branch, total: true, parameters: {by: wave}}")
    rows = [
        {"branch": branch, "wave": wave, "score": "3"}
        for branch, counts in {"a": {"1": 3, "2": 20, "3": 20}, "b": {"1": 9, "2": 8, "3": 30}}.items()
        for wave, n in counts.items()
        for _ in range(n)
    ]
    write_rows(tmp_path / "data" / "answers.csv", rows)
    parameters = 'language: str = "en"\ndata: str = ""\nby: str = ""\nwithhold: list[str] = []'
    write_notebook(tmp_path / "mean.ipynb", code("print(by, withhold)"), parameters=parameters)
    done = prepare(load_study(file), Options())
    assert done.withheld["mean"]["a"][0] == "1"
    assert len(done.withheld["mean"]["a"]) == 2
    assert done.withheld["mean"]["b"] == done.withheld["mean"]["a"]
    assert [d.reason for d in done.decisions] == ["", "", ""]


PERSPECTIVES = """
    from cxresearch import PerspectiveName
    language: str = "en"
    minimum_cell: int = 5
    data: dict = {}
    inside: PerspectiveName = "employee"
    outside: list[PerspectiveName] = []
"""


def write_perspectives(folder: Path, batch: str) -> Path:
    """Write a study of two comparisons on three files, of which each notebook is given all."""
    from ..notebooks import code, write_notebook

    data = "data: {employee: data/staff.csv, customer: data/answers.csv, management: data/heads.csv}"
    study = STUDY[: STUDY.index("sections:")].replace("data: data/answers.csv", data) + "sections:\n"
    for name, outside in (("customers", "customer"), ("heads", "management")):
        study += f"      - {{id: {name}, notebook: pair.ipynb, title: T, parameters: {{outside: [{outside}]}}}}\n"
    file = write_tiny(folder, {"a": 30}, study=study, batch=batch)
    told = (
        "from pathlib import Path\nprint({k: Path(v).read_text().count(chr(10)) - 1 for k, v in sorted(data.items())})"
    )
    write_notebook(folder / "pair.ipynb", code(told), parameters=PERSPECTIVES)
    for name, units in (("answers", 30), ("staff", 20)):
        write_rows(folder / "data" / f"{name}.csv", rows_of(dict.fromkeys("abc", units)))
    write_rows(folder / "data" / "heads.csv", rows_of({"a": 3, "b": 8, "c": 9}))
    return file


def test_few_answers_of_one_perspective_cost_only_the_sections_that_ask_for_it(tmp_path: Path, pool: Processes) -> None:
    file = write_perspectives(tmp_path, "batch: {by: branch}")
    done = run_batch(file, Options(languages=("en",)), pool=pool)
    found = {line.unit.slug: line.summary for line in done.lines if line.summary}
    assert {slug: summary["unanswered"] for slug, summary in found.items()} == {"a": ["heads"], "b": [], "c": []}
    assert done.out is not None
    # the rows of the few do not even reach the notebook that does not ask for them
    cells = {slug: (done.out / "reports" / slug / "en" / "customers.ipynb").read_text() for slug in found}
    assert "{'customer': 30, 'employee': 20}" in cells["a"]
    assert "'management': 8" in cells["b"]


def test_beside_a_total_the_next_unit_gives_up_that_perspective_only(tmp_path: Path, pool: Processes) -> None:
    file = write_perspectives(tmp_path, "batch: {by: branch, total: true}")
    done = run_batch(file, Options(languages=("en",)), pool=pool)
    found = {line.unit.slug: line.summary for line in done.lines if line.summary}
    assert "report without management" in done.prepared.told()
    unanswered = {slug: summary["unanswered"] for slug, summary in found.items()}
    assert unanswered == {"a": ["heads"], "b": ["heads"], "c": [], "total": []}
    assert done.out is not None
    manifest = json.loads((done.out / "manifest.json").read_text())
    told = {entry["slug"]: entry["n"] for entry in manifest["reports"]}
    # nobody is told which of both is too small, nor the number from which it could be computed
    assert told["a"] == told["b"] == {"employee": 20, "customer": 30, "management": None}
    assert told["c"]["management"] == 9
    pages = [(done.out / "reports" / slug / "en" / "index.html").read_text() for slug in "ab"]
    assert all("customer: n = 30; employee: n = 20)" in page and "n &lt; 5" not in page for page in pages)
    assert "n &lt; 5" not in (done.out / "index.html").read_text()


def test_few_answers_to_a_broken_down_item_cost_that_section(tmp_path: Path) -> None:
    from cxresearch.privacy import ALL

    from ..notebooks import code, write_notebook

    study = STUDY + "      - {id: by, notebook: by.ipynb, title: By, parameters: {by: wave, item: score}}\n"
    file = write_tiny(tmp_path, {"a": 30, "b": 30, "c": 30}, study=study, batch="batch: {by: branch, total: true}")
    rows = rows_of({"a": 30, "b": 40, "c": 50})
    for row in [row for row in rows if row["branch"] == "a"][3:]:
        row["score"] = ""
    write_rows(tmp_path / "data" / "answers.csv", rows)
    parameters = """
        from cxresearch import ColumnName
        data: str = ""
        item: ColumnName = ""
        by: ColumnName = ""
        withhold: list[str] = []
    """
    write_notebook(tmp_path / "by.ipynb", code("print(by, withhold)"), parameters=parameters)
    done = prepare(load_study(file), Options())
    assert [d.reason for d in done.decisions] == ["", "", "", ""]
    assert done.withheld["by"] == {"a": (ALL,), "b": (ALL,)}
