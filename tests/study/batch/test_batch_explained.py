"""What failed is told in the language of the page, with what to do; what Python said is kept beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cxresearch
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.run import run_batch
from cxresearch.study.batch.scheduler import Limits
from cxresearch.study.explained import explained, in_own_language, publishing
from cxresearch.study.outcome import Outcome, Problem
from cxresearch.warm import Processes
from cxresearch.words.catalog import knows

from ..notebooks import code, write_notebook
from .studies import PARAMETERS, write_tiny

FEW = "error compare.too-few-groups: Fewer than two groups of 'team' have enough answers to 'q1'. Given: 1."
ENGLISH = ("Fewer", "group", " ran ", "The ", "not ", "memory was")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("NotEnoughData", FEW),
        ("NotEnoughData", "error some.thing: Not enough."),
        ("ArgumentError", "error gaps.unknown-perspective: Unknown perspective."),
        ("DataError", "a.csv: error data.odd: The data are odd."),
        ("CellTimeoutError", "The cell ran longer than 6 s."),
        ("ReportTimeout", "The notebook was stopped after 8 s."),
        ("MemoryError", ""),
        ("ProcessDied", "The process ended with signal 9."),
        ("DeadKernelError", "Kernel died"),
        ("ModuleNotFoundError", "No module named 'x'"),
        ("FileNotFoundError", "No such file"),
        ("DiskFull", "No space left on device"),
        ("NameError", "name 'x' is not defined"),
        ("NoSuchKernel", "No such kernel named x"),
        ("ValueError", "The truth value is not clear"),
        ("Cancelled", "It was cancelled."),
    ],
)
@pytest.mark.parametrize("limits", [None, Limits(), Limits(report=8.0, cell=0.5, memory=700)])
def test_nothing_english_on_a_german_page(kind: str, message: str, limits: Limits | None) -> None:
    problem = Problem(kind=kind, message=message, cell=3)
    told = explained(problem, "de", limits)
    assert told.message.endswith(".")
    assert told.hint.endswith(".")
    assert not any(word in f"{told.message} {told.hint}" for word in ENGLISH)
    assert told.details == problem.told
    assert told.code == (problem.code or "")
    whole = publishing(problem, "de", limits)
    assert not any(word in f"{whole.message} {whole.hint}" for word in ENGLISH)
    outcome = Outcome(section="s", language="de", status="failed", seconds=1.0, problem=problem)
    own = in_own_language(outcome, limits).problem
    assert own is not None
    assert (own.kind, own.code, own.cell, own.told) == (kind, problem.code, 3, told.message)


def test_a_limit_that_was_hit_is_named() -> None:
    limits = Limits(report=8.0, cell=0.5, memory=7000)
    assert "0,5 s" in explained(Problem(kind="CellTimeoutError", message="x"), "de", limits).message
    memory = explained(Problem(kind="MemoryError", message=""), "en", limits)
    assert "7,000 MiB" in memory.message
    assert "--memory 7000" in memory.hint
    assert "--memory" not in explained(Problem(kind="MemoryError", message=""), "en").message


def test_every_fault_that_means_too_few_has_words_of_its_own() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("analysis", "checks")
        for path in (Path(cxresearch.__file__).parent / folder).rglob("*.py")
    )
    found = re.findall(r'NotEnoughData\(\s*Fault\(\s*code="([\w.-]+)"', source)
    assert len(found) > 20
    assert [code for code in found if not knows(f"failure.code.{code}", "de")] == []


def test_a_german_report_says_in_german_why_a_question_is_not_reportable(tmp_path: Path, pool: Processes) -> None:
    file = write_tiny(tmp_path, {"a": 8})
    raises = f"class NotEnoughData(Exception): pass\nraise NotEnoughData({FEW!r})"
    write_notebook(file.parent / "mean.ipynb", code(raises), parameters=PARAMETERS)
    done = run_batch(file, Options(), pool=pool)
    assert done.out is not None
    german = (done.out / "reports" / "a" / "de" / "index.html").read_text(encoding="utf-8")
    assert "Weniger als zwei Gruppen haben genug Antworten" in german
    assert "--pool-below" in german
    assert "Fewer than two" not in german
    english = (done.out / "reports" / "a" / "en" / "index.html").read_text(encoding="utf-8")
    assert "Fewer than two groups have enough answers" in english
