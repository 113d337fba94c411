"""Which units are reported: by the minimum, by pooling, and so that nothing can be computed by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxresearch.study.batch.disclosure import Rules, decide
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.prepare import prepare
from cxresearch.study.batch.source import sources
from cxresearch.study.batch.units import units_of
from cxresearch.study.load import load_study
from cxresearch.study.plan import plan

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


def test_only_what_helps_is_withheld(tmp_path: Path) -> None:
    study = STUDY.replace("data: data/answers.csv", "data: {customer: data/answers.csv, employee: data/staff.csv}")
    study += "      - {id: staff, notebook: mean.ipynb, title: Staff, parameters: {data: data/staff.csv}}\n"
    study = study.replace("mean.ipynb, title: {de", "mean.ipynb, parameters: {data: data/answers.csv}, title: {de")
    file = write_tiny(tmp_path, {"a": 6}, study=study)
    rules = Rules(least=LEAST, total=True)
    # too few are left of the staff: b, the smallest, has no staff and helps nobody
    write_rows(tmp_path / "data" / "staff.csv", rows_of({"a": 3, "c": 9, "d": 10}))
    made = decisions(file, {"a": 9, "b": 6, "c": 9, "d": 12}, rules)
    assert made == {"a": "", "b": "", "c": "withheld", "d": "", "total": ""}
    # b is withheld for the customers first, then c for the staff, which is enough for both
    write_rows(tmp_path / "data" / "staff.csv", rows_of({"e": 3, "c": 9, "d": 10}))
    made = decisions(file, {"e": 3, "b": 6, "c": 9, "d": 12}, rules)
    assert made == {"e": "few", "b": "", "c": "withheld", "d": "", "total": ""}
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
