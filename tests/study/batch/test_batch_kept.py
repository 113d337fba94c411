"""Some units only: the reports of the others stay, and the overview says which are of earlier data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cxresearch.errors import StudyError
from cxresearch.study.batch.journal import BEGUN, Journal
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.run import BatchRun, run_batch
from cxresearch.study.verify import verify
from cxresearch.warm import Processes

from .studies import rows_of, write_rows, write_tiny

UNITS = {"a": 6, "b": 7, "c": 8, "d": 6}


def batch(file: Path, pool: Processes, **given: object) -> BatchRun:
    return run_batch(file, Options.of(given), pool=pool)


def states(done: BatchRun) -> dict[str, str]:
    return {line.unit.slug: line.state for line in done.lines}


def reports(done: BatchRun) -> set[str]:
    assert done.out is not None
    return {path.name for path in (done.out / "reports").iterdir()}


def test_reports_of_units_not_asked_for_stay(tmp_path: Path, pool: Processes) -> None:
    file = write_tiny(tmp_path, UNITS, {"d": "raise"})
    data = tmp_path / "data" / "answers.csv"
    done = batch(file, pool)
    assert done.out is not None
    assert states(done) == {"a": "ok", "b": "ok", "c": "ok", "d": "failed"}
    page = done.out / "reports" / "b" / "de" / "index.html"
    before = page.read_bytes()
    # the rows of b and d change, c has none any more, e is new
    write_rows(data, rows_of({"a": 9, "b": 12, "d": 9, "e": 6}, {"d": "raise"}))
    done = batch(file, pool, only=["a"], languages=["en"])
    assert states(done) == {"a": "ok", "b": "outdated", "d": "failed", "e": "skipped"}
    assert reports(done) == {"a", "b", "d"}
    assert page.read_bytes() == before
    assert done.out is not None
    assert "d,mean,de,3,ValueError" in (done.out / "failures.csv").read_text()
    index = (done.out / "de" / "index.html").read_text()
    assert '<span class="status outdated">veraltet</span>' in index
    assert "../reports/a/en/index.html" in index
    assert verify(done.out).good
    # the same without what the work folder knows
    shutil.rmtree(tmp_path / ".batch")
    write_rows(data, rows_of({"a": 9, "b": 12, "d": 9, "e": 7}, {"d": "raise"}))
    done = batch(file, pool, only=["e"], languages=["de"])
    assert states(done) == {"a": "outdated", "b": "outdated", "d": "failed", "e": "ok"}
    assert done.out is not None
    assert "d,mean,de,3,ValueError" in (done.out / "failures.csv").read_text()
    assert verify(done.out).good
    # below the minimum there is no report, asked for or not
    write_rows(data, rows_of({"a": 9, "b": 4, "d": 9, "e": 7}))
    done = batch(file, pool, only=["e"])
    assert reports(done) == {"a", "d", "e"}
    # all of them again
    done = batch(file, pool, languages=["de"])
    assert states(done) == {"a": "ok", "b": "not-reportable", "d": "ok", "e": "ok"}


def test_a_change_elsewhere_makes_no_report_outdated(tmp_path: Path, pool: Processes) -> None:
    file = write_tiny(tmp_path, {"a": 6, "b": 7})
    batch(file, pool, languages=["de"])
    write_rows(tmp_path / "data" / "answers.csv", rows_of({"a": 9, "b": 7}))
    done = batch(file, pool, only=["a"], languages=["en"])
    assert states(done) == {"a": "ok", "b": "ok"}
    assert reports(done) == {"a", "b"}


def test_what_must_not_be_shown_now_is_made_again(tmp_path: Path, pool: Processes) -> None:
    file = write_tiny(tmp_path, {"a": 6, "b": 7})
    batch(file, pool, languages=["de"])
    file.write_text(file.read_text().replace("seed: 7", "seed: 7\nprivacy: {minimum_cell: 6}"))
    done = batch(file, pool, only=["a"], languages=["de"])
    assert states(done) == {"a": "ok", "b": "ok"}
    assert done.out is not None
    manifest = json.loads((done.out / "reports" / "b" / "manifest.json").read_text())
    assert manifest["sections"][0]["runs"]["de"]["parameters"]["minimum_cell"] == 6


def test_verify_speaks_of_the_batch(tiny: Path, pool: Processes) -> None:
    done = batch(tiny, pool, languages=["de"])
    assert done.out is not None
    for folder in (done.out, done.out / "reports" / "nord"):
        (folder / "notes.txt").touch()
    (done.out / "index.html").unlink()
    told = [str(fault) for fault in verify(done.out).faults]
    assert len(told) == 3
    assert all("cxresearch batch" in text and "cxresearch run" not in text for text in told)
    assert not any("removes" in text for text in told)


def test_a_first_batch_that_was_interrupted_is_told(tiny: Path) -> None:
    out = tiny.parent / "batch"
    out.mkdir()
    Journal(out).write(BEGUN)
    for path in (out, tiny.parent, tiny):
        with pytest.raises(StudyError) as error:
            verify(path)
        assert error.value.codes == ("verify.batch-unfinished",)
        assert "--resume" in str(error.value)
