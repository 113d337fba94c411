"""Run a batch: cut the data into units, execute what is new, publish a report for each, and one page for all."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from cxresearch.errors import Fault, StudyError
from cxresearch.study import manifest as record
from cxresearch.study.batch.audited import ROUNDS, changed, given_away, whole_breakdowns, whole_sections, wider
from cxresearch.study.batch.durable import unwritable
from cxresearch.study.batch.journal import BEGUN, ENDED, INTERRUPTED, Journal
from cxresearch.study.batch.journal import NAME as JOURNAL
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.pages import Overview, write_pages
from cxresearch.study.batch.prepare import Prepared, prepare, reports_of
from cxresearch.study.batch.progress import BatchProgress
from cxresearch.study.batch.record import (
    REPORTS,
    Line,
    failures,
    line_of,
    manifest_of,
    write,
    write_failures,
)
from cxresearch.study.batch.scheduler import Limits, Report, Scheduler
from cxresearch.study.batch.state import State
from cxresearch.study.engine import ENGINE
from cxresearch.study.load import load_study
from cxresearch.study.study import Study
from cxresearch.study.workplace import free_folder
from cxresearch.warm import Processes, processes, warm_modules

FOLDER = "batch"
BUILDING = ".building-"


@dataclass(frozen=True, kw_only=True)
class BatchRun:
    """What a batch did.

    Parameters
    ----------
    study : Study
    prepared : Prepared
        Units, and what was decided about them.
    lines : tuple of Line
        What became of every unit; empty after a dry run.
    out : Path, optional
        Folder of the reports; None after a dry run.
    open : int
        How many withheld figures can be computed from what is published.
    """

    study: Study
    prepared: Prepared
    lines: tuple[Line, ...] = ()
    out: Path | None = None
    open: int = 0

    @property
    def index(self) -> Path | None:
        """The page of all reports."""
        return self.out / "index.html" if self.out else None

    @property
    def failed(self) -> tuple[Line, ...]:
        """The units whose report failed."""
        return tuple(line for line in self.lines if line.state == "failed")

    @property
    def possible(self) -> bool:
        """Tell whether anything could be run: a report was written, or none was to be written."""
        return not self.failed or any(line.summary for line in self.lines)


def run_batch(
    study: Study | str | Path,
    options: Options | None = None,
    jobs: int | None = None,
    out: str | Path | None = None,
    fresh: bool = False,
    resume: bool = False,
    dry_run: bool = False,
    progress: BatchProgress | None = None,
    pool: Processes | None = None,
    scheduler: str = "",
) -> BatchRun:
    """Build one report for each unit of a study, and a page for all of them.

    What was computed earlier from the same data, survey, notebook, parameters and code is used again.  A report
    is there whole or not at all; one that fails does not keep the others.

    Parameters
    ----------
    study : Study, str or Path
    options : Options, optional
        Beyond what stands in the study.
    jobs : int, optional
        Processes at a time; by default as many as there are processors.
    out : str or Path, optional
        Folder of the reports; by default ``batch`` beside the study file.
    fresh : bool
        Compute everything anew.
    resume : bool
        Go on with the options of the batch that was begun in that folder.
    dry_run : bool
        Check and plan only; nothing is written.
    progress : BatchProgress, optional
    pool : Processes, optional
        Where to run, in place of processes of this machine.
    scheduler : str
        Address of a Dask cluster that computes the sections; the reports are written here.

    Raises
    ------
    StudyError
        When nothing could be run.
    """
    study = study if isinstance(study, Study) else load_study(study)
    if pool is None and not dry_run:
        with processes(jobs, preload=warm_modules()) as own:  # they import while rows are cut here
            return run_batch(study, options, None, out, fresh, resume, False, progress, own, scheduler)
    target = _folder(study, out)
    state = State(study, target)
    options = state.options() if resume else options or Options()
    progress = progress or BatchProgress()
    prepared = prepare(study, options)
    prepared = replace(prepared, withheld=wider(prepared.withheld, {} if fresh else state.withheld()))
    if dry_run:
        return BatchRun(study=study, prepared=prepared)
    with state.opened():
        try:
            target.mkdir(parents=True, exist_ok=True)
            state.remember(options)
            if fresh:
                state.withhold({})  # what an earlier run had to withhold is found out anew
            journal = Journal(target)
            _sweep(target)
            opened = record.opened(study, prepared.tasks, target, ENGINE)
            reports = reports_of(prepared, state, target, opened, fresh)
        except OSError as error:
            raise unwritable(error, target) from None
        words = options.stored()
        journal.write(BEGUN, study=study.id, units=len(reports), resumed=resume, options=words)
        for report in reports:
            if report.unchanged:
                journal.write("report-kept" if report.outdated else "report-reused", unit=report.unit.slug)
        limits = Limits(report=options.timeout, cell=options.cell_timeout, memory=options.memory)
        execute = partial(
            _execute,
            state=state,
            journal=journal,
            progress=progress,
            limits=limits,
            pool=pool,
            scheduler=scheduler,
        )
        try:
            execute([r for r in reports if not r.unchanged], fresh=fresh)
            reports, findings = _protected(prepared, reports, state, target, opened, journal, execute)
        except BaseException as error:
            journal.write(INTERRUPTED, cause=type(error).__name__)
            raise
        lines = _lines(prepared, reports)
        try:
            _tidy(target, lines, state)
            journal.write(ENDED, failed=sum(line.state == "failed" for line in lines), open=findings)
            _publish(target, prepared, lines, opened, words, findings)
        except OSError as error:
            raise unwritable(error, target) from None
        if not any(line.state == "failed" for line in lines):
            state.tidy()
    return BatchRun(study=study, prepared=prepared, lines=lines, out=target, open=findings)


def _execute(
    reports: list[Report],
    *,
    state: State,
    journal: Journal,
    progress: BatchProgress,
    limits: Limits,
    pool: Processes | None,
    scheduler: str,
    fresh: bool = False,
) -> None:
    if not reports or pool is None:
        return
    try:
        with contextlib.ExitStack() as stack:
            there = stack.enter_context(_cluster(scheduler)) if scheduler else pool
            Scheduler(there, state, journal, progress, limits, fresh, publisher=pool).run(reports)
    except (ImportError, RuntimeError) as error:
        what = f"No process could be started: {str(error).splitlines()[0]}"
        raise StudyError(Fault(code="batch.no-processes", what=what, do=_advice(error))) from error


@contextlib.contextmanager
def _cluster(scheduler: str) -> Iterator[Processes]:
    from cxresearch.warm.cluster import DaskProcesses

    with contextlib.ExitStack() as stack:
        try:
            cluster = stack.enter_context(DaskProcesses(scheduler, preload=warm_modules()))
        except OSError as error:
            what = "No scheduler of a Dask cluster answers there."
            fault = Fault(code="batch.no-cluster", what=what, given=scheduler, allowed="tcp://HOST:PORT")
            raise StudyError(fault) from error
        yield cluster


def _advice(error: Exception) -> str | None:
    return "Install the extra: pip install 'cxresearch[dask]'." if isinstance(error, ImportError) else None


def _protected(
    prepared: Prepared,
    reports: tuple[Report, ...],
    state: State,
    out: Path,
    opened: record.Manifest,
    journal: Journal,
    execute: Callable[[list[Report]], None],
) -> tuple[tuple[Report, ...], int]:
    """Attack what is published, and publish less where something withheld can be computed from it.

    Returns
    -------
    reports : tuple of Report
    left : int
        How many withheld figures can be computed nevertheless.
    """
    _tidy(out, _lines(prepared, reports), state)
    findings = 0
    for _ in range(ROUNDS):
        findings, more = given_away(out, prepared.tasks, (report.unit.slug for report in reports))
        for reach in (more, whole_breakdowns(more, prepared.tasks, prepared.sources), whole_sections(more)):
            widened = wider(prepared.withheld, reach)
            units = changed(prepared.withheld, widened)
            if units:
                break
        if not findings or not units:
            break
        journal.write("withheld", units=sorted(units), findings=findings)
        state.withhold(widened)
        prepared = replace(prepared, withheld=widened)
        made = {r.unit.slug: r for r in reports_of(prepared, state, out, opened) if r.unit.slug in units}
        if not any(not report.unchanged for report in made.values()):
            break
        execute([report for report in made.values() if not report.unchanged])
        reports = tuple(made.get(report.unit.slug, report) for report in reports)
    return reports, findings


def _lines(prepared: Prepared, reports: Iterable[Report]) -> tuple[Line, ...]:
    found = {report.unit.slug: report for report in reports}
    total = prepared.rules.total
    return tuple(line_of(decision, found.get(decision.unit.slug), total) for decision in prepared.decisions)


def _publish(
    out: Path,
    prepared: Prepared,
    lines: tuple[Line, ...],
    opened: record.Manifest,
    stored: dict[str, Any],
    findings: int,
) -> None:
    study = prepared.study
    spoken = {language for line in lines if line.summary for language in line.summary["headlines"]}
    languages = [*opened["languages"], *(lang for lang in study.languages if lang in spoken)]
    opened = {**opened, "languages": list(dict.fromkeys(languages))}
    manifest = manifest_of(opened, lines, prepared.columns, stored, prepared.rules.least)
    without = tuple((s.reference, sum(s.left.values())) for s in prepared.sources if not s.shared)
    write_failures(out, failures(lines, study.languages[0], of_the_page=False))
    write_pages(
        out,
        Overview(
            study=study,
            survey=prepared.survey,
            columns=prepared.columns,
            lines=lines,
            without=without,
            least=prepared.rules.least,
            manifest=manifest,
            open=findings,
        ),
    )
    write(manifest, out)


def _tidy(out: Path, lines: Iterable[Line], state: State) -> None:
    """Remove reports of units that have none any more: what may not be reported now must not stay."""
    lines = tuple(lines)
    current = {line.unit.slug for line in lines if line.summary is not None or line.state == "skipped"}
    failed = {line.unit.slug for line in lines if line.problem is not None}
    for path in (out / REPORTS).iterdir() if (out / REPORTS).is_dir() else ():
        if path.name not in current and (path / record.NAME).is_file():
            shutil.rmtree(path)
            if path.name not in failed:
                state.forget(path.name)


def _folder(study: Study, out: str | Path | None) -> Path:
    target = Path(out).resolve() if out is not None else study.folder / FOLDER
    return free_folder(study, target, JOURNAL, "batch.out-not-a-batch", "a batch of reports")


def _sweep(out: Path) -> None:
    """Tidy up after a batch that was killed; a report it had set aside goes back to its place."""
    for path in sorted(out.glob(f"{BUILDING}*")):
        slug = path.name.removeprefix(BUILDING)
        place = out / REPORTS / slug.removesuffix("-was")
        if slug.endswith("-was") and not place.exists():
            place.parent.mkdir(exist_ok=True)
            path.rename(place)
        else:
            shutil.rmtree(path, ignore_errors=True)
