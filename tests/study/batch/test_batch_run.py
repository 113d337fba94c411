"""Batches with real kernels: every fate is told, none hides the others, nothing is computed twice."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cxresearch.cli import main
from cxresearch.errors import StudyError
from cxresearch.study.batch.journal import events
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.progress import BatchProgress
from cxresearch.study.batch.run import BatchRun, run_batch
from cxresearch.study.verify import verify
from cxresearch.warm import Processes

from ..notebooks import code, write_notebook
from .studies import STUDY, content_of, counted, rows_of, write_rows, write_tiny

FATES = {"ok": "", "raises": "raise", "hangs": "hang", "exits": "exit", "few": "few", "last": ""}


def batch(file: Path, pool: Processes, **given: object) -> BatchRun:
    kept = {name: given.pop(name) for name in ("out", "fresh", "resume", "progress") if name in given}
    return run_batch(file, None if kept.get("resume") else Options.of(given), pool=pool, **kept)  # type: ignore[arg-type]


def states(done: BatchRun) -> dict[str, str]:
    return {line.unit.slug: line.state for line in done.lines}


def test_every_fate_is_told_and_none_stops_the_others(tmp_path: Path, pool: Processes) -> None:
    do = {unit: what for unit, what in FATES.items() if what}
    file = write_tiny(tmp_path, dict.fromkeys(FATES, 6), do)
    stream = io.StringIO()
    done = batch(file, pool, timeout=12.0, total=False, progress=BatchProgress(stream))
    assert states(done) == {
        "exits": "failed",
        "few": "not-reportable",
        "hangs": "failed",
        "last": "ok",
        "ok": "ok",
        "raises": "failed",
    }
    assert done.out is not None
    with (done.out / "failures.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    causes = {(row["unit"], row["language"]): row["cause"] for row in rows}
    assert {cause for (unit, _), cause in causes.items() if unit == "exits"} <= {"DeadKernelError", "ProcessDied"}
    assert {key: cause for key, cause in causes.items() if key[0] != "exits"} == {
        ("hangs", "de"): "ReportTimeout",
        ("hangs", "en"): "ReportTimeout",
        ("raises", "de"): "ValueError",
        ("raises", "en"): "ValueError",
    }
    assert all(row["hint"] for row in rows)
    raised = next(row for row in rows if row["cause"] == "ValueError")
    assert (raised["section"], raised["cell"]) == ("mean", "3")
    assert raised["message"] == "Das Notebook ist mit einem Fehler abgebrochen (ValueError)."
    assert "a fault in 6 rows" in raised["details"]
    # each row is in the language of its section, with what Python said beside it
    assert {row["language"]: row["message"] for row in rows if row["unit"] == "hangs"} == {
        "de": "Der Bericht brauchte mehr Rechenzeit als die erlaubten 12 s (--timeout).",
        "en": "The report needed more computing time than the 12 s that are allowed (--timeout).",
    }
    # one line each, no more; what was said before the end is in the report
    assert sorted(line.split(":")[0] for line in stream.getvalue().splitlines()) == ["exits", "hangs", "raises"]
    for unit in ("raises", "hangs", "exits"):
        page = (done.out / "reports" / unit / "de" / "mean.html").read_text(encoding="utf-8")
        assert "asked to" in page, unit
    index = (done.out / "index.html").read_text(encoding="utf-8")
    assert index.index("Was fehlgeschlagen ist") < index.index("Alle Berichte")
    assert "<script>alert" not in index
    assert "Wie hoch ist das Mittel? Angehalten in Zelle 3" in index
    assert verify(done.out).faults == ()
    told = json.dumps(content_of(done.out)) + (done.out / "batch.jsonl").read_text()
    assert str(tmp_path) not in told
    assert sys.prefix not in told
    # a second run computes what failed only, and finds it failed again
    before = counted(done.out, "section-done")
    again = batch(file, pool, timeout=12.0, only=["raises", "ok", "last"])
    assert states(again) == states(done)
    after = counted(done.out, "section-done")
    assert after - before == {("raises", "de"): 1, ("raises", "en"): 1}
    assert (done.out / "reports" / "hangs").exists()
    with (done.out / "failures.csv").open(encoding="utf-8") as table:
        assert {row["unit"] for row in csv.DictReader(table)} == {"exits", "hangs", "raises"}


def test_many_units_once_and_then_only_what_changed(tmp_path: Path, pool: Processes) -> None:
    units = {f"u{i:02d}": 5 + i % 3 for i in range(4)} | {"../x": 6, "\N{GRINNING FACE}": 6, "a" * 300: 6}
    file = write_tiny(tmp_path, {**units, "klein": 3, "winzig": 2}, missing=7, batch="batch: {by: branch, total: true}")
    done = batch(file, pool, languages=["en"])
    assert Counter(states(done).values()) == {"ok": 8, "not-reportable": 2}
    assert done.out is not None
    assert sorted(p.name for p in done.out.iterdir()) == [
        "batch.jsonl", "en", "failures.csv", "index.html", "manifest.json", "reports"
    ]  # fmt: skip
    assert len(list((done.out / "reports").iterdir())) == 8
    assert set(counted(done.out, "section-done").values()) == {1}
    assert not (tmp_path / ".batch" / "units").exists()
    for path in done.out.rglob("*"):
        if path.is_file():
            assert "klein-0" not in path.read_text(encoding="utf-8")
    manifest = json.loads((done.out / "manifest.json").read_text())
    small = next(entry for entry in manifest["reports"] if entry["slug"] == "klein")
    assert "n" not in small
    assert "7 in data/answers.csv" in (done.out / "en" / "index.html").read_text().replace("n = ", "")
    # nothing changed: nothing is done, and every report is the same file
    before = {path: path.stat().st_mtime_ns for path in (done.out / "reports").rglob("*")}
    batch(file, pool, languages=["en"])
    assert {path: path.stat().st_mtime_ns for path in (done.out / "reports").rglob("*")} == before
    # one more row in one unit: that unit and the total
    first = counted(done.out, "section-done")
    write_rows(tmp_path / "data" / "answers.csv", rows_of({**units, "u03": 20, "klein": 3, "winzig": 2}, missing=7))
    batch(file, pool, languages=["en"])
    assert {unit for unit, _ in counted(done.out, "section-done") - first} == {"u03", "total"}
    # a unit that fell below the minimum has no report any more
    write_rows(tmp_path / "data" / "answers.csv", rows_of({**units, "u03": 4, "klein": 3, "winzig": 2}, missing=7))
    batch(file, pool, languages=["en"])
    assert not (done.out / "reports" / "u03").exists()
    assert verify(done.out).good


def test_what_changed_by_hand_is_made_again(tiny: Path, pool: Processes) -> None:
    done = batch(tiny, pool, languages=["de"])
    assert done.out is not None
    page = done.out / "reports" / "nord" / "index.html"
    good = content_of(done.out)
    page.write_text("better numbers")
    assert [fault.code for fault in verify(done.out).faults] == ["verify.output-changed"]
    again = batch(tiny, pool, languages=["de"])
    assert again.out is not None
    assert verify(done.out).faults == ()
    assert content_of(done.out) == good
    before = counted(done.out, "section-done")
    batch(tiny, pool, languages=["de"], fresh=True)
    assert counted(done.out, "section-done") == before + before
    assert content_of(done.out) == good


def test_languages_that_disagree_fail_the_report(tmp_path: Path, pool: Processes) -> None:
    file = write_tiny(tmp_path, {"a": 6})
    notebook = file.parent / "mean.ipynb"
    notebook.write_text(notebook.read_text().replace("+ shift", "+ (language == 'de')"))
    done = batch(file, pool)
    assert states(done) == {"a": "failed"}
    assert done.out is not None
    assert "mean.table" in (done.out / "failures.csv").read_text()


def test_a_folder_of_something_else_is_left_alone(tiny: Path, pool: Processes) -> None:
    photos = tiny.parent / "photos"
    photos.mkdir()
    (photos / "cat.png").touch()
    for out in (photos, tiny.parent, tiny.parent.parent, tiny):
        with pytest.raises(StudyError) as error:
            batch(tiny, pool, out=out)
        assert error.value.codes == ("batch.out-not-a-batch",)
    with pytest.raises(StudyError) as error:
        batch(tiny, pool, resume=True)
    assert error.value.codes == ("batch.nothing-to-resume",)
    assert not (tiny.parent / ".batch").exists()


def test_one_batch_at_a_time(tiny: Path, pool: Processes) -> None:
    work = tiny.parent / ".batch"
    work.mkdir()
    other = psutil.Process(os.getppid())
    (work / "lock").write_text(json.dumps({"pid": other.pid, "begun": other.create_time()}))
    with pytest.raises(StudyError) as error:
        batch(tiny, pool)
    assert error.value.codes == ("batch.running",)
    # a lock of a process that is gone, or of another one with its number, is none
    (work / "lock").write_text(json.dumps({"pid": other.pid, "begun": 1.0}))
    assert batch(tiny, pool, sections=["mean"], languages=["de"]).lines
    assert not (work / "lock").exists()


@contextlib.contextmanager
def lent(pool: Processes) -> Iterator[None]:
    """Let the command use processes that are there, so that only one test has to wait for its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cxresearch.study.batch.run.processes", lambda *_, **__: contextlib.nullcontext(pool))
        yield


def test_the_command_its_exit_codes_and_a_dry_run(
    tiny: Path, pool: Processes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny.parent)
    before = sorted(tiny.parent.rglob("*"))
    assert main(["batch", ".", "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "Nord  [nord]  n: 8  report" in told.out
    assert "Insel  [insel]  n: fewer than 5  few" in told.out
    assert sorted(tiny.parent.rglob("*")) == before
    with lent(pool):
        assert main(["batch", ".", "--by", "brnch"]) == 2
        assert main(["batch", ".", "--resume", "--by", "branch"]) == 2
        assert main(["batch", ".", "--resume"]) == 2
    assert "batch.nothing-to-resume" in capsys.readouterr().err
    assert main(["batch", ".", "--minimum", "7", "--language", "de", "--who", "Ada", "--jobs", "2"]) == 0
    told = capsys.readouterr()
    assert told.out == "batch/index.html\n"
    assert told.err == "4 units: 2 not-reportable, 2 ok.\n"
    assert json.loads((tiny.parent / "batch" / "manifest.json").read_text())["who"] == "Ada"
    assert main(["verify", "."]) == 0
    with lent(pool):
        assert main(["batch", ".", "--resume", "--quiet"]) == 0
        assert json.loads((tiny.parent / "batch" / "manifest.json").read_text())["minimum"] == 7
        write_rows(tiny.parent / "data" / "answers.csv", rows_of({"Nord": 8, "West": 9}, {"Nord": "raise"}))
        assert main(["batch", ".", "--language", "de"]) == 1


def test_a_cell_that_takes_too_long_and_one_that_takes_too_much(tmp_path: Path, pool: Processes) -> None:
    file = write_tiny(tmp_path, {"a": 6, "b": 6, "c": 6}, {"a": "hang", "b": "eat"})
    done = batch(file, pool, cell_timeout=6.0, memory=700, languages=["de"])
    assert states(done) == {"a": "failed", "b": "failed", "c": "ok"}
    causes = {line.unit.slug: line.summary["failures"][0]["kind"] for line in done.failed if line.summary}
    assert causes == {"a": "CellTimeoutError", "b": "MemoryError"}
    assert done.out is not None
    with (done.out / "failures.csv").open(encoding="utf-8") as table:
        a, b = csv.DictReader(table)
    assert (a["language"], a["message"]) == ("de", "Eine Zelle lief länger als die erlaubten 6 s (--cell-timeout).")
    assert b["message"] == "Der Arbeitsspeicher reichte nicht; erlaubt waren 700 MiB (--memory)."
    assert b["hint"] == "Erlauben Sie mehr als --memory 700, oder geben Sie dieser Frage weniger Daten."
    for unit, row in (("a", a), ("b", b)):
        assert row["message"] in (done.out / "reports" / unit / "de" / "mean.html").read_text()
        assert row["message"] in (done.out / "index.html").read_text()


def test_a_perspective_with_too_few_makes_its_sections_not_reportable(tmp_path: Path, pool: Processes) -> None:
    study = STUDY.replace("data: data/answers.csv", "data: {customer: data/answers.csv, employee: data/staff.csv}")
    study += "      - {id: staff, notebook: staff.ipynb, title: Staff}\n"
    study = study.replace("mean.ipynb, title", "mean.ipynb, parameters: {data: {customer: data/answers.csv}}, title")
    file = write_tiny(tmp_path, {"a": 12, "b": 6}, study=study)
    write_rows(tmp_path / "data" / "staff.csv", rows_of({"a": 9, "b": 3}))
    parameters = 'language: str = "en"\ndata: dict = {}'
    for name in ("mean", "staff"):
        write_notebook(tmp_path / f"{name}.ipynb", code("print(sorted(data))"), parameters=parameters)
    done = batch(file, pool, languages=["en"])
    assert states(done) == {"a": "ok", "b": "ok"}
    b = next(line for line in done.lines if line.unit.slug == "b")
    assert b.summary is not None
    assert (b.summary["unanswered"], b.summary["answered"], b.summary["sections"]) == (["staff"], 1, 2)
    assert done.out is not None
    assert not (done.out / "reports" / "b" / "en" / "staff.ipynb").exists()
    page = (done.out / "reports" / "b" / "en" / "index.html").read_text()
    assert "Fewer than 5 respondents of this unit" in page
    assert "employee: n &lt; 5" in page
    manifest = json.loads((done.out / "manifest.json").read_text())
    assert [entry["n"] for entry in manifest["reports"]] == [
        {"customer": 12, "employee": 9},
        {"customer": 6, "employee": None},
    ]


def test_what_two_units_share_is_computed_once(tmp_path: Path, pool: Processes) -> None:
    study = STUDY + "      - {id: shared, notebook: mean.ipynb, title: Shared, parameters: {data: data/all.csv}}\n"
    file = write_tiny(tmp_path, {"a": 6, "b": 6}, study=study, batch="batch: {by: branch, shared: [data/all.csv]}")
    shutil.copy(tmp_path / "data" / "answers.csv", tmp_path / "data" / "all.csv")
    done = batch(file, pool, languages=["en"])
    assert states(done) == {"a": "ok", "b": "ok"}
    assert done.out is not None
    assert Counter(e["section"] for e in events(done.out) if e["event"] == "section-done") == {"mean": 2, "shared": 1}
    pages = [(done.out / "reports" / unit / "en" / "shared.ipynb").read_bytes() for unit in "ab"]
    assert pages[0] == pages[1]
