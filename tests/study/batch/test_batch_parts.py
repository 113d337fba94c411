"""The parts of a batch by themselves: faults of the study file, keys, cache, journal, figures, progress."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path

import pytest

from cxresearch.shipped import resolve
from cxresearch.study.batch.cache import Entry, entry_path, keep, kept
from cxresearch.study.batch.durable import write_whole
from cxresearch.study.batch.figures import Figure, common, figures_in, named, picture, span, written
from cxresearch.study.batch.journal import Journal, events
from cxresearch.study.batch.keys import Keys
from cxresearch.study.batch.progress import BatchProgress
from cxresearch.study.load import check_study, load_study
from cxresearch.study.outcome import Outcome, Problem
from cxresearch.study.plan import plan
from cxresearch.study.results import Found
from cxresearch.survey.template import load_survey

from .studies import STUDY, write_tiny

KEY = "ab" * 32


@pytest.mark.parametrize(
    ("block", "code", "line"),
    [
        ("batch: {by: brnch}", "batch.unknown-column", 8),
        ("batch:\n  by: [branch, wvae]", "batch.unknown-column", 9),
        ("batch: {by: branch, count: idd}", "batch.unknown-column", 8),
        ("batch:\n  by: branch\n  sections: [maen]", "batch.unknown-section", 10),
        ("batch: {by: branch, minimum: 2}", "batch.privacy-lowered", 8),
        ("batch: {by: branch, shared: [employee]}", "batch.unknown-shared", 8),
        ("batch:\n  by: branch\n  parameters: {language: de}", "batch.fixed-parameter", 10),
        ("batch:\n  by: branch\n  parameters: {data: x.csv}", "batch.fixed-parameter", 10),
        ("batch:\n  by: branch\n  parameters: {shft: 1.0}", "study.unknown-parameter", 10),
        ("batch:\n  by: branch\n  parameters: {shift: x}", "study.parameter-type", 10),
        ("batch:\n  by: branch\n  pool: {below: 1}", "study.greater-than-equal", 10),
        ("batch:\n  by: branch\n  pool: {below: 9, title: {de: Rest}}", "study.missing-translation", 10),
        ("batch:\n  matrix:\n    - values: {brnch: a}", "batch.unknown-column", 10),
        ("batch:\n  matrix:\n    - values: {branch: a}\n    - values: {wave: 1}", "study.not-coherent", 8),
        ("batch:\n  matrix:\n    - values: {branch: a}\n    - values: {branch: bb}", "batch.unknown-value", 11),
        ("batch:\n  matrix:\n    - values: {branch: a}\n    - values: {branch: 'a '}", "batch.unit-twice", 11),
        ("batch: {by: branch, count: [id]}", "study.string-type", 8),
        ("batch: {bye: branch}", "study.unknown-key", 8),
    ],
)
def test_a_fault_of_the_batch_block_has_its_line(tmp_path: Path, block: str, code: str, line: int) -> None:
    file = write_tiny(tmp_path, {"a": 5}, batch=block)
    found = check_study(file)
    assert [(fault.code, fault.place and fault.place.line) for fault in found.faults] == [(code, line)]


def test_a_sound_block_has_no_fault(tmp_path: Path) -> None:
    block = """
        batch:
          by: [branch, wave]
          minimum: 7
          total: true
          pool: {below: 20, title: {de: Rest, en: Others}}
          sections: [mean]
          parameters: {shift: 1.0}
    """
    assert check_study(write_tiny(tmp_path, {"a": 5}, batch=textwrap.dedent(block))).faults == ()


def test_a_torn_file_is_not_taken_for_finished(tmp_path: Path) -> None:
    outcome = Outcome(section="a", language="de", status="ok", seconds=1.5)
    path = entry_path(tmp_path, KEY)
    assert kept(path, KEY) is None
    keep(path, KEY, Entry(outcome=outcome, notebook=b'{"cells": []}\n' * 100))
    whole = path.read_bytes()
    found = kept(path, KEY)
    assert found is not None
    assert (found.outcome, len(found.notebook or b"")) == (outcome, 1400)
    assert kept(path, "cd" * 32) is None
    for size in range(0, len(whole), 37):
        path.write_bytes(whole[:size])
        assert kept(path, KEY) is None
    path.write_bytes(whole[:-5] + b"xxxxx")
    assert kept(path, KEY) is None
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_an_outcome_without_notebook_is_kept_as_such(tmp_path: Path) -> None:
    problem = Problem(kind="NotEnoughData", message="few", cell=3)
    outcome = Outcome(section="a", language="de", status="not-reportable", seconds=1.5, problem=problem)
    keep(entry_path(tmp_path, KEY), KEY, Entry(outcome=outcome))
    assert kept(entry_path(tmp_path, KEY), KEY) == Entry(outcome=outcome)


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "a", "no bytes")  # type: ignore[arg-type]
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a", "old")]


def test_a_key_changes_with_all_that_makes_a_section(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"a": 5})

    def key() -> str:
        return Keys("papermill").of(plan(load_study(file))[0])

    first = key()
    assert first == key()
    seen = {first, Keys("other").of(plan(load_study(file))[0])}
    file.write_text(file.read_text().replace("title: {de: Kleine", "title: {de: Ganz kleine"))
    assert key() == first  # a title changes no number
    file.write_text(file.read_text().replace("seed: 7", "seed: 8"))
    seen.add(key())
    (tmp_path / "data" / "answers.csv").write_text("branch,score,do\na,1,\n")
    seen.add(key())
    notebook = tmp_path / "mean.ipynb"
    notebook.write_text(notebook.read_text().replace("mean - 1", "mean - 2"))
    seen.add(key())
    assert len(seen) == 5


def test_a_torn_line_of_the_journal_costs_that_line_only(tmp_path: Path) -> None:
    Journal(tmp_path).write("one", unit="a")
    with (tmp_path / "batch.jsonl").open("a") as stream:
        stream.write('{"event": "tor')
    Journal(tmp_path).write("two", message="a\u2028b\x85c")  # what some take for the end of a line
    assert [event["event"] for event in events(tmp_path)] == ["one", "two"]
    assert events(tmp_path / "nowhere") == []


def found_with(columns: list[str], **record: object) -> Found:
    return Found(number=1, cell=0, output=0, kind="k", frames={"table": [record]}, columns={"table": columns})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (found_with(["nps", "ci_low", "ci_high", "n"], nps=3.0, ci_low=1.0, ci_high=5.0, n=9), ("nps", 3.0, 1.0, 5.0)),
        (found_with(["value", "ci_low", "ci_high"], value=3.0, ci_low=1.0, ci_high=5.0), ("value", 3.0, 1.0, 5.0)),
        (found_with(["bias", "bias_low", "bias_high"], bias=-1, bias_low=-2, bias_high=0), ("bias", -1.0, -2.0, 0.0)),
        (found_with(["who", "d", "ci_low", "ci_high"], who="x", d=1, ci_low=None, ci_high=2), None),
        (found_with(["p", "ci_low", "ci_high"], p=9.0, ci_low=1.0, ci_high=2.0), None),
        (found_with([], text="x"), None),
    ],
)
def test_the_figure_of_a_result(found: Found, expected: tuple[str, float, float, float] | None) -> None:
    figures = figures_in("s", [found])
    assert [(f.column, f.value, f.low, f.high) for f in figures] == ([] if expected is None else [expected])


def test_pictures_share_their_axis_and_say_what_they_show() -> None:
    one = Figure(section="s", kind="k", column="d", row="x", value=1.0, low=0.5, high=1.5)
    other = Figure(section="s", kind="k", column="d", row="y", value=3.0, low=2.5, high=3.5)
    assert common([[other, one], [one]]) == one.same
    assert common([[], []]) is None
    assert span([one, other]) == (0.0, 3.5)
    assert span([Figure(section="s", kind="k", column="d", row="", value=2.0, low=2.0, high=2.0)]) == (1.0, 3.0)
    svg = picture(one, (0.0, 3.5), 2.0, 'Nord "<b>"', "de")
    assert 'aria-label="Nord &quot;&lt;b&gt;&quot;: 1,00 (0,50 bis 1,50)"' in svg
    assert svg.count("<line") == 3
    assert written(one, "en") == "1.00 (0.50 to 1.50)"


def test_a_figure_that_may_be_negative_has_signs_everywhere() -> None:
    figure = Figure(section="s", kind="nps", column="nps", row="", value=-31.3, low=-67.9, high=5.4)
    assert written(figure, "de") == "\N{MINUS SIGN}31,3 (\N{MINUS SIGN}67,9 bis +5,4)"
    other = Figure(section="s", kind="nps", column="nps", row="", value=3.0, low=1.0, high=5.0)
    assert written(other, "de") == "3,00 (1,00 bis 5,00)"
    # beside one that is negative, those that are not have signs as well
    svg = picture(other, span([figure, other]), None, "Nord", "de")
    assert "Nord: +3,00 (+1,00 bis +5,00)" in svg


def test_the_row_of_a_figure_is_named_in_the_language_of_the_page() -> None:
    survey = load_survey(resolve("shipped:surveys/credibility-gap.yaml"))
    columns = ["construct", "inside", "outside", "difference", "ci_low", "ci_high"]
    row = {"construct": "friendliness", "inside": "employee", "outside": "x y", "difference": 1.0}
    [figure] = figures_in("s", [found_with(columns, **row, ci_low=0.5, ci_high=1.5)])
    assert named(figure.same, survey, "de") == "Freundlichkeit · Mitarbeiterinnen und Mitarbeiter · x y"
    assert named(figure.same, survey, "en") == "Friendliness · Employees · x y"
    assert named(figure.same, None, "de") == "friendliness · employee · x y"


def test_progress_is_quiet_without_a_terminal_and_alive_on_one() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream in (io.StringIO(), Terminal()):
        progress = BatchProgress(stream)
        progress.start(reports=2, sections=4)
        progress.section()
        progress.report(failed=True)
        progress.failed("Nord", "x" * 500)
        progress.stop()
        if stream.isatty():
            assert "1/2 reports  1 failed" in stream.getvalue()
            assert stream.getvalue().endswith("\r\x1b[K")
        else:
            assert stream.getvalue().count("\n") == 1
            assert len(stream.getvalue()) < 110


def test_the_tiny_study_is_sound(tmp_path: Path) -> None:
    assert check_study(write_tiny(tmp_path, {"a": 5}, study=STUDY)).faults == ()
