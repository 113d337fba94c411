"""Run a study: check, execute, collect, publish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cxresearch.study import manifest as record
from cxresearch.study.build import build
from cxresearch.study.engine import ENGINE
from cxresearch.study.explained import as_told_alone
from cxresearch.study.load import load_study
from cxresearch.study.outcome import Outcome
from cxresearch.study.plan import Task, plan
from cxresearch.study.pool import execute_all
from cxresearch.study.progress import Progress
from cxresearch.study.study import Study
from cxresearch.study.workplace import out_folder, workplace
from cxresearch.warm import Processes


@dataclass(frozen=True, kw_only=True)
class StudyRun:
    """What a run did.

    Parameters
    ----------
    study : Study
    tasks : tuple of Task
        What was planned.
    outcomes : tuple of Outcome
        What became of it, in the same order; empty after a dry run.
    built : Path, optional
        Folder of the report; None after a dry run.
    """

    study: Study
    tasks: tuple[Task, ...]
    outcomes: tuple[Outcome, ...] = ()
    built: Path | None = None

    @property
    def index(self) -> Path | None:
        """First page of the report."""
        return self.built / "index.html" if self.built else None

    @property
    def good(self) -> bool:
        """Tell whether no section failed."""
        return all(outcome.good for outcome in self.outcomes)


def run(
    study: Study | str | Path,
    languages: Iterable[str] | None = None,
    sections: Iterable[str] | None = None,
    jobs: int | None = None,
    out: str | Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    pool: Processes | None = None,
) -> StudyRun:
    """Execute the notebooks of a study and build its report.

    Everything is checked before the first kernel starts.  A report that was built earlier stays in
    place until the new one is complete; a section that fails does not keep the others from the report.

    Parameters
    ----------
    study : Study, str or Path
        A path is read with :func:`cxresearch.study.load.load_study`.
    languages, sections : iterable of str, optional
        Some of those of the study; by default all.
    jobs : int, optional
        Notebooks at a time; by default as many as there are processors.
    out : str or Path, optional
        Folder of the report; by default ``built`` beside the study file.
    dry_run : bool
        Check and plan only; nothing is written.
    progress : Progress, optional
        Where to report to; by default nowhere.
    pool : Processes, optional
        Where to run, in place of processes that are started for this run.

    Returns
    -------
    StudyRun

    Raises
    ------
    StudyError
        When nothing could be run.
    """
    study = study if isinstance(study, Study) else load_study(study)
    tasks = plan(study, languages, sections)
    target = out_folder(study, out)
    if dry_run:
        return StudyRun(study=study, tasks=tasks)
    opened = record.opened(study, tasks, target, ENGINE)
    with workplace(target) as building:
        for language in opened["languages"]:
            (building / language).mkdir()
        outcomes = execute_all(tasks, lambda task: building / f"{task.name}.ipynb", jobs, progress or Progress(), pool)
        told = tuple(map(as_told_alone, outcomes))
        outcomes = build(study, tasks, told, opened, building).outcomes
    return StudyRun(study=study, tasks=tasks, outcomes=outcomes, built=target)
