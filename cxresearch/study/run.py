"""Run a study: check, execute, collect, publish."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cxresearch.study import manifest as record
from cxresearch.study.engine import ENGINE
from cxresearch.study.load import load_study
from cxresearch.study.outcome import Outcome
from cxresearch.study.plan import Task, plan
from cxresearch.study.pool import execute_all
from cxresearch.study.progress import Progress
from cxresearch.study.results import Found, disagreements, results_in, write_tables
from cxresearch.study.study import Study
from cxresearch.study.workplace import out_folder, workplace


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
        outcomes = execute_all(tasks, lambda task: building / f"{task.name}.ipynb", jobs, progress or Progress())
        outcomes = _report(study, tasks, outcomes, opened, building)
    return StudyRun(study=study, tasks=tasks, outcomes=outcomes, built=target)


def _report(
    study: Study, tasks: tuple[Task, ...], outcomes: tuple[Outcome, ...], opened: record.Manifest, built: Path
) -> tuple[Outcome, ...]:
    """Write tables, pages and manifest; return the outcomes with what the comparison of languages showed."""
    from cxresearch.study.publish import Chapter, publish

    sections = {section.id: section for section in study.sections}
    notebooks: dict[tuple[str, str], dict[str, Any] | None] = {}
    found: dict[tuple[str, str], tuple[Found, ...]] = {}
    differing: dict[tuple[str, str], tuple[str, ...]] = {}
    final: list[Outcome] = []
    complete: dict[str, str] = {}  # section to the first language in which it is complete
    for task, outcome in zip(tasks, outcomes, strict=True):
        key = (task.section, task.language)
        path = built / f"{task.name}.ipynb"
        notebooks[key] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        found[key] = results_in(notebooks[key] or {"cells": []})
        if outcome.status == "ok":
            first = complete.setdefault(task.section, task.language)
            differing[key] = tuple(disagreements(found[task.section, first], found[key]))
        final.append(replace(outcome, status="disagree") if differing.get(key) else outcome)
    for section in sections:
        keys = [key for key in found if key[0] == section]
        best = next((key for key in keys if complete.get(section) == key[1]), None)
        for key in [best] if best else keys[:1]:
            write_tables(found[key], section, built / "tables")
    manifest = record.closed(opened, tasks, tuple(final), found)
    chapters = tuple(
        Chapter(
            section=sections[task.section],
            language=task.language,
            outcome=outcome,
            notebook=notebooks[task.section, task.language],
            found=found[task.section, task.language],
            differing=differing.get((task.section, task.language), ()),
        )
        for task, outcome in zip(tasks, final, strict=True)
    )
    publish(built, study, chapters, manifest)
    record.write(manifest, built)
    return tuple(final)
