"""Reports that one process writes together: one of them that cannot be written costs no other."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cxresearch.study import manifest as record
from cxresearch.study.batch.journal import Journal, events
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.prepare import prepare, reports_of
from cxresearch.study.batch.progress import BatchProgress
from cxresearch.study.batch.scheduler import Limits, Scheduler, why
from cxresearch.study.batch.state import State
from cxresearch.study.engine import ENGINE
from cxresearch.study.load import load_study
from cxresearch.warm import Job, Processes

from .studies import write_tiny


def test_a_report_that_cannot_be_written_costs_no_other(
    tmp_path: Path, pool: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study(write_tiny(tmp_path, {f"u{i}": 6 for i in range(8)}))
    prepared = prepare(study, Options(languages=("de",)))
    out = tmp_path / "batch"
    out.mkdir()
    state, journal = State(study, out), Journal(out)
    submitted: list[str] = []
    submit = pool.submit

    def noted(job: Job) -> None:
        submitted.append(job.id)
        submit(job)

    def made(broken: int | None) -> dict[str, str]:
        reports = reports_of(prepared, state, out, record.opened(study, prepared.tasks, out, ENGINE), fresh=True)
        if broken is not None:
            reports[broken].publish["study"] = {}  # whoever writes it raises
        Scheduler(pool, state, journal, BatchProgress(io.StringIO()), Limits()).run(reports)
        return {report.unit.slug: why(report).partition(":")[0] if report.failed else "ok" for report in reports}

    with state.opened():
        assert set(made(None).values()) == {"ok"}
        # every section is there now, so that all reports are ready at once and are written two by two
        monkeypatch.setattr(pool, "submit", noted)
        fates = made(3)
    assert fates == {f"u{i}": "PublishingFailed" if i == 3 else "ok" for i in range(8)}
    assert [name for name in submitted if "u2" in name or "u3" in name] == [
        "report:u2 and 1 more",
        "report:u2",
        "report:u3",
    ]
    assert [event["unit"] for event in events(out) if event["event"] == "report-failed"] == ["u3"]
    # the earlier report of the one that failed stays where it was
    assert (out / "reports" / "u3" / "index.html").is_file()
