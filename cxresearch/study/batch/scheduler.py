"""Who does what next: sections first come first served, a report as soon as its sections are done."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from os.path import normpath
from pathlib import Path
from typing import Any

from cxresearch.shipped import PREFIX
from cxresearch.study.batch.cache import entry_path, kept
from cxresearch.study.batch.journal import Journal
from cxresearch.study.batch.progress import BatchProgress
from cxresearch.study.batch.state import State
from cxresearch.study.batch.units import Unit
from cxresearch.study.batch.work import EXECUTE, PUBLISH
from cxresearch.study.explained import in_own_language
from cxresearch.study.explained import record as explanation
from cxresearch.study.outcome import Outcome, Problem
from cxresearch.study.plan import Task
from cxresearch.study.pool import TRIES, outcome_of
from cxresearch.study.study import FILE_PARAMETERS, file_references
from cxresearch.warm import Ended, Job, Processes

TICK = 0.2
TOGETHER = 6  # reports that one process writes, at most
PATIENCE = 5.0  # seconds that a finished report waits for others
AHEAD = 2  # jobs that wait in the pool for each that runs, so that no process idles


@dataclass(kw_only=True)
class Report:
    """One report on its way.

    Parameters
    ----------
    unit : Unit
    tasks : tuple of Task
    keys : tuple of str
        Of the tasks.
    outcomes : list of Outcome or None
        What became of the tasks so far; one that is decided from the start has no key.
    publish : dict
        What :func:`cxresearch.study.batch.work.publish` gets beside tasks and outcomes.
    key : str
        What an unchanged report has in common with the one that is there.
    summary : dict, optional
        What the index page says of it, when it is published.
    problem : dict, optional
        Why it could not be published.
    rows : str
        Hash of the rows of the unit.
    masked : frozenset of str
        Sections in which items or constructs must not be shown.
    unchanged : bool
        It was there already, or stays as it is.
    outdated : bool
        It stays although it would be another one now.
    spent : float
        Seconds of computing.
    """

    unit: Unit
    tasks: tuple[Task, ...]
    keys: tuple[str, ...]
    outcomes: list[Outcome | None]
    publish: dict[str, Any]
    key: str = ""
    rows: str = ""
    masked: frozenset[str] = frozenset()
    summary: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    unchanged: bool = False
    outdated: bool = False
    spent: float = 0.0
    entries: list[tuple[str, str]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Tell whether all its sections are done."""
        return all(outcome is not None for outcome in self.outcomes)

    @property
    def good(self) -> bool:
        """Tell whether no section failed."""
        return all(outcome is not None and outcome.good for outcome in self.outcomes)

    @property
    def failed(self) -> bool:
        """Tell whether the report failed, in a section or as a whole."""
        return self.summary is None or self.summary["status"] == "failed"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a report may take: seconds of computing, seconds of one cell, MiB."""

    report: float | None = None
    cell: float | None = None
    memory: int | None = None


class Scheduler:
    """Brings reports to their end, whatever becomes of single ones.

    Parameters
    ----------
    pool : Processes
    state : State
    journal : Journal
    progress : BatchProgress
    limits : Limits
    fresh : bool
        Use nothing that was computed earlier.
    publisher : Processes, optional
        Where reports are written, if not in the same pool: a cluster computes, this machine writes.
    """

    def __init__(
        self,
        pool: Processes,
        state: State,
        journal: Journal,
        progress: BatchProgress,
        limits: Limits,
        fresh: bool = False,
        publisher: Processes | None = None,
    ) -> None:
        self._publisher = publisher or pool
        self._pool, self._state, self._journal, self._progress = pool, state, journal, progress
        self._limits, self._fresh = limits, fresh
        self._sections: deque[str] = deque()
        self._ready: deque[str] = deque()
        self._since = 0.0  # when the first of them was ready
        self._together = 1
        self._groups: dict[str, list[str]] = {}  # job to the reports it writes
        self._wanted: dict[str, list[tuple[Report, int]]] = {}
        self._reports: dict[str, Report] = {}
        self._running: set[str] = set()
        self._tries: dict[str, int] = {}

    def run(self, reports: Iterable[Report]) -> None:
        """Execute what has to be executed and publish every report."""
        for report in reports:
            self._take(report)
        self._together = min(TOGETHER, 1 + len(self._reports) // (4 * self._pool.jobs))
        self._progress.start(len(self._reports), len(self._wanted))
        try:
            while self._sections or self._ready or self._running:
                self._fill()
                for ended in self._ended():
                    self._running.discard(ended.job.id)
                    (self._published if ended.job.id.startswith("report:") else self._executed)(ended)
                self._progress.tick()
        finally:
            self._progress.stop()

    def _ended(self) -> list[Ended]:
        if self._publisher is self._pool:
            return self._pool.wait(TICK)
        return [*self._pool.wait(TICK / 2), *self._publisher.wait(TICK / 2)]

    def _take(self, report: Report) -> None:
        """Find what of a report is finished, and queue the rest."""
        self._reports[report.unit.slug] = report
        report.entries = [("", "")] * len(report.tasks)
        for i, key in enumerate(report.keys):
            if report.outcomes[i] is not None:
                continue
            if key in self._wanted:
                self._wanted[key].append((report, i))
                continue
            path = entry_path(self._state.cache, key)
            entry = None if self._fresh else kept(path, key)
            if entry is not None:
                report.outcomes[i] = entry.outcome
                report.entries[i] = (key, str(path))
                self._journal.write("section-reused", **self._named(report, i))
            else:
                self._wanted[key] = [(report, i)]
                self._sections.append(key)
        if report.complete:
            self._be_ready(report)

    def _be_ready(self, report: Report) -> None:
        if not self._ready:
            self._since = time.monotonic()
        self._ready.append(report.unit.slug)

    def _fill(self) -> None:
        while len(self._running) < AHEAD * self._pool.jobs and (self._ready or self._sections):
            if self._due():
                self._submit_reports([self._ready.popleft() for _ in range(min(len(self._ready), self._together))])
            else:
                self._submit_section(self._sections.popleft())

    def _due(self) -> bool:
        """Tell whether to write what is ready: a process that writes several reports costs less than one for each."""
        if not self._ready:
            return False
        waited = time.monotonic() - self._since
        return not self._sections or len(self._ready) >= self._together or waited > PATIENCE

    def _submit_section(self, key: str) -> None:
        report, i = self._wanted[key][0]
        task, left = report.tasks[i], None
        if self._limits.report is not None:
            left = self._limits.report - report.spent
            if left <= 0:
                told = f"The report had used its {self._limits.report:g} s before this section began."
                self._done(key, _failed(task, "ReportTimeout", told, 0.0), ("", ""))
                return
        entry, target = str(entry_path(self._state.cache, key)), str(self._target(key))
        journal = str(self._state.scratch / f"{key}.jsonl")
        job = Job(
            id=f"section:{key}",
            function=EXECUTE,
            arguments={
                "section": task.section,
                "language": task.language,
                "notebook": normpath(task.notebook),
                "parameters": task.parameters,
                "folder": str(task.folder),
                "target": target,
                "journal": journal,
                "cell_timeout": self._limits.cell,
                "key": key,
                "entry": entry,
            },
            timeout=left,
            memory=self._limits.memory,
            folder=str(task.folder),
            reads=(normpath(task.notebook), *_files(task)),
            writes=(entry, target, journal),
        )
        self._submit(job)

    def _submit_reports(self, slugs: list[str]) -> None:
        more = f" and {len(slugs) - 1} more" if len(slugs) > 1 else ""
        limit = self._limits.report and self._limits.report * len(slugs)
        job = Job(
            id=f"report:{slugs[0]}{more}",
            function=PUBLISH,
            arguments={"reports": [self._publishing(slug) for slug in slugs]},
            timeout=limit,
            folder=str(self._reports[slugs[0]].tasks[0].folder),
        )
        self._groups[job.id] = slugs
        self._submit(job)

    def _publishing(self, slug: str) -> dict[str, Any]:
        report = self._reports[slug]
        tasks = [{**asdict(t), "notebook": str(t.notebook), "folder": str(t.folder)} for t in report.tasks]
        return {
            **report.publish,
            "tasks": tasks,
            "outcomes": [in_own_language(o, self._limits).record() for o in report.outcomes if o is not None],
            "entries": [list(entry) for entry in report.entries],
        }

    def _submit(self, job: Job) -> None:
        self._tries[job.id] = self._tries.get(job.id, 0) + 1
        self._running.add(job.id)
        (self._publisher if job.function == PUBLISH else self._pool).submit(job)

    def _again(self, ended: Ended, **named: Any) -> bool:
        """Try once more after a death; an exception would only come again."""
        if ended.cause != "died" or self._tries[ended.job.id] >= TRIES:
            return False
        self._journal.write("retried", **named, cause=ended.cause)
        self._submit(ended.job)
        return True

    def _executed(self, ended: Ended) -> None:
        key = ended.job.id.removeprefix("section:")
        report, i = self._wanted[key][0]
        report.spent += ended.seconds
        if self._again(ended, **self._named(report, i)):
            return
        outcome = outcome_of(ended)
        if ended.cause != "done" and ended.message:
            outcome = replace(outcome, problem=_first_line(outcome.problem))
        finished = (key, str(entry_path(self._state.cache, key)))
        self._done(key, outcome, finished if outcome.good else ("", str(self._target(key))))

    def _done(self, key: str, outcome: Outcome, entry: tuple[str, str]) -> None:
        self._progress.section()
        first = self._wanted[key][0]
        words: dict[str, Any] = {"status": outcome.status, "seconds": round(outcome.seconds, 3)}
        if outcome.problem:
            words |= {"cause": outcome.problem.kind, "message": outcome.problem.told}
        self._journal.write("section-done", **self._named(*first), **words)
        for report, i in self._wanted[key]:
            report.outcomes[i] = outcome
            report.entries[i] = entry
            if report.complete:
                self._be_ready(report)

    def _published(self, ended: Ended) -> None:
        slugs = self._groups[ended.job.id]
        if ended.cause != "done" and len(slugs) > 1:
            for slug in slugs:  # one of them is to blame, the others are not
                self._submit_reports([slug])
            return
        if self._again(ended, unit=slugs[0]):
            return
        values = ended.value if ended.cause == "done" else [{"problem": _publishing_failed(ended)}]
        for slug, value in zip(slugs, values, strict=True):
            self._made(slug, value)

    def _made(self, slug: str, value: dict[str, Any]) -> None:
        report = self._reports[slug]
        if "problem" in value:
            report.problem = value["problem"]
            self._journal.write("report-failed", unit=slug, cause=value["problem"]["kind"])
        else:
            report.summary = {**value, "failures": [self._explained(report, failure) for failure in value["failures"]]}
            self._journal.write("report-published", unit=slug, status=value["status"])
        self._remember(report)
        self._progress.report(report.failed)
        if report.failed:
            self._progress.failed(report.unit.slug, why(report))

    def _explained(self, report: Report, failure: dict[str, Any]) -> dict[str, Any]:
        """Tell of a failure in every language of the study; where languages disagree, that is told already."""
        for task, outcome in zip(report.tasks, report.outcomes, strict=True):
            same = (task.section, task.language) == (failure["section"], failure["language"])
            if same and outcome is not None and outcome.problem is not None and not outcome.good:
                return {**failure, **explanation(outcome.problem, list(failure["told"]), self._limits)}
        return failure

    def _remember(self, report: Report) -> None:
        """Keep what is known of a report; one that failed has no key, so that it is made again when asked for."""
        made = {task.name: key for task, key in zip(report.tasks, report.keys, strict=True)}
        known: dict[str, Any] = {"key": report.key if report.good and report.summary else "", "rows": report.rows}
        known |= {"made": made, "summary": report.summary, "problem": report.problem}
        try:
            self._state.publish(report.unit.slug, known)
        except OSError:
            return  # it will be published again, no more

    def _target(self, key: str) -> Path:
        return self._state.scratch / f"{key}.ipynb"

    def _named(self, report: Report, i: int) -> dict[str, str]:
        task = report.tasks[i]
        return {"unit": report.unit.slug, "section": task.section, "language": task.language}


def _files(task: Task) -> list[str]:
    """Return the files a notebook reads; those that come with the package are everywhere."""
    references = [r for name in FILE_PARAMETERS for r in file_references(task.parameters.get(name))]
    return [
        normpath(task.folder / reference) for reference in references if reference and not reference.startswith(PREFIX)
    ]


def why(report: Report) -> str:
    """Say in a few words why a report failed."""
    if report.problem:
        return f"{report.problem['kind']}: {report.problem['message']}"
    bad = [outcome for outcome in report.outcomes if outcome is not None and not outcome.good]
    if not bad or bad[0].problem is None:
        return "languages disagree"
    cell = f" (cell {bad[0].problem.cell})" if bad[0].problem.cell else ""
    return f"{bad[0].section} ({bad[0].language})  {bad[0].problem.kind}{cell}: {bad[0].problem.told}"


def _failed(task: Task, kind: str, message: str, seconds: float) -> Outcome:
    problem = Problem(kind=kind, message=message)
    return Outcome(section=task.section, language=task.language, status="failed", seconds=seconds, problem=problem)


def _first_line(problem: Problem | None) -> Problem | None:
    """Keep how a process ended; its log, which follows, tells of the machine."""
    if problem is None:
        return None
    lines = [line.strip() for line in problem.message.splitlines() if line.strip()]
    return Problem(kind=problem.kind, message=lines[0] if lines else problem.kind, cell=problem.cell)


def _publishing_failed(ended: Ended) -> dict[str, Any]:
    kinds = {"timeout": "ReportTimeout", "died": "ProcessDied", "cancelled": "Cancelled", "raised": "PublishingFailed"}
    lines = [line for line in ended.message.strip().splitlines() if line.strip()]
    message = lines[-1].strip() if lines and ended.cause == "raised" else "The report could not be written."
    return {"kind": kinds.get(ended.cause, ended.cause), "message": message, "cell": None}
