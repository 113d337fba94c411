"""What the processes of a batch do: execute a section, publish a report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from cxresearch.study import manifest as record
from cxresearch.study.batch.cache import Entry, keep, kept
from cxresearch.study.batch.durable import is_full
from cxresearch.study.batch.figures import figures_in
from cxresearch.study.batch.report import from_json
from cxresearch.study.build import Built, build
from cxresearch.study.engine import execute_job
from cxresearch.study.outcome import Outcome, Problem
from cxresearch.study.plan import Task
from cxresearch.study.publish import Chapter
from cxresearch.study.results import headlines
from cxresearch.study.study import Study
from cxresearch.study.workplace import swap
from cxresearch.words.catalog import say

EXECUTE, PUBLISH = f"{__name__}:execute", f"{__name__}:publish_all"


def execute(
    section: str,
    language: str,
    notebook: str,
    parameters: dict[str, Any],
    folder: str,
    target: str,
    journal: str,
    cell_timeout: float | None,
    key: str,
    entry: str,
) -> dict[str, Any]:
    """Execute a section and keep it, finished, under its key; a failed one stays at `target`.

    Parameters
    ----------
    section, language, notebook, parameters, folder, target, journal, cell_timeout
        As for :func:`cxresearch.study.engine.execute_job`.
    key, entry : str
        Name of the section among the finished ones, and its file.

    Returns
    -------
    dict
        An :class:`Outcome` as JSON.
    """
    try:
        outcome = execute_job(
            section=section,
            language=language,
            notebook=notebook,
            parameters=parameters,
            folder=folder,
            target=target,
            cell_timeout=cell_timeout,
            journal=journal,
        )
        found = Outcome.of(outcome)
        if found.good:
            content = Path(target).read_bytes() if Path(target).exists() else None
            keep(Path(entry), key, Entry(outcome=found, notebook=content))
            Path(target).unlink(missing_ok=True)
    except OSError as error:
        return _unwritten(section, language, error).record()
    return outcome


def publish_all(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Build several reports, one after the other, and return what :func:`publish` says of each."""
    return [publish(**report) for report in reports]


def publish(
    study: dict[str, Any],
    tasks: list[dict[str, Any]],
    outcomes: list[dict[str, Any]],
    entries: list[list[str]],
    opened: dict[str, Any],
    building: str,
    target: str,
    above: str,
) -> dict[str, Any]:
    """Build the report of one unit beside its place and move it there.

    Parameters
    ----------
    study : dict
        The study of the unit, as :func:`cxresearch.study.batch.report.as_json` wrote it.
    tasks, outcomes : list of dict
        What was executed and what became of it.
    entries : list of [key, path]
        Where each executed notebook is: a finished section with its key, or a plain notebook with an empty key.
    opened : dict
        The manifest so far.
    building, target : str
        Where the report grows and where it goes.
    above : str
        Way from the report to the pages of the batch.

    Returns
    -------
    dict
        What the index page says of it, or ``{"problem": ...}`` where it could not be written.
    """
    place = Path(building)
    try:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        planned = tuple(
            Task(**{**task, "notebook": Path(task["notebook"]), "folder": Path(task["folder"])}) for task in tasks
        )
        for task, (key, path) in zip(planned, entries, strict=True):
            (place / task.language).mkdir(exist_ok=True)
            content = _notebook(key, Path(path)) if path else None
            if content is not None:
                (place / f"{task.name}.ipynb").write_bytes(content)
        made = from_json(study)
        built = build(made, planned, tuple(Outcome.of(o) for o in outcomes), opened, place, above)
        summary = _summary(made, planned, built)
        summary["manifest"] = record.sha256(place / record.NAME)
        swap(place, Path(target), place.with_name(f"{place.name}-was"))
    except OSError as error:
        problem = _unwritten("", made_language(study), error).problem
        assert problem is not None
        return {"problem": {"kind": problem.kind, "message": problem.message, "cell": None}}
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return summary


def made_language(study: dict[str, Any]) -> str:
    """Return the main language of a study in JSON."""
    return str(study["languages"][0])


def _notebook(key: str, path: Path) -> bytes | None:
    if key:
        entry = kept(path, key)
        return entry.notebook if entry else None
    try:
        content = path.read_bytes()
        json.loads(content)
    except (OSError, ValueError):
        return None
    return content


def _summary(study: Study, tasks: tuple[Task, ...], built: Built) -> dict[str, Any]:
    """Return what the index page of the batch says of a report, in every language."""
    sections = {section.id: section for section in study.sections}
    said: dict[str, list[dict[str, str]]] = {}
    figures: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    first = tasks[0].language
    for task, outcome in zip(tasks, built.outcomes, strict=True):
        where = (task.section, task.language)
        own = headlines(built.found[where])
        told = [{"section": task.section, "sentence": found.sentence} for found in own if found.sentence]
        said.setdefault(task.language, []).extend(told)
        if task.language == first and outcome.good:
            figures += [figure.record() for figure in figures_in(task.section, own)]
        if not outcome.good:
            chapter = Chapter(
                section=sections[task.section],
                language=task.language,
                outcome=outcome,
                notebook=None,
                differing=built.differing.get(where, ()),
            )
            failures.append(
                {
                    "section": task.section,
                    "language": task.language,
                    "cell": outcome.problem.cell if outcome.problem else None,
                    "kind": outcome.problem.kind if outcome.problem else outcome.status,
                    "told": {lang: _told(chapter, lang) for lang in study.languages},
                }
            )
    return {
        "status": _status(built.outcomes),
        "answered": sum(o.status == "ok" for o in built.outcomes if o.language == first),
        "sections": sum(o.language == first for o in built.outcomes),
        "headlines": said,
        "figures": figures,
        "failures": failures,
        "unanswered": _unanswered(study, tasks, built.outcomes, first),
    }


def _told(chapter: Chapter, language: str) -> list[str]:
    def speak(key: str, **values: Any) -> str:
        return say(f"study.{key}", language, **values)

    return [chapter.cause(speak), chapter.hint(speak)]


def _unanswered(study: Study, tasks: tuple[Task, ...], outcomes: tuple[Outcome, ...], first: str) -> list[str]:
    pairs = zip(tasks, outcomes, strict=True)
    return [t.section for t, o in pairs if t.language == first and o.status == "not-reportable"]


def _status(outcomes: tuple[Outcome, ...]) -> str:
    if any(not outcome.good for outcome in outcomes):
        return "failed"
    return "not-reportable" if all(o.status == "not-reportable" for o in outcomes) else "ok"


def _unwritten(section: str, language: str, error: OSError) -> Outcome:
    kind = "DiskFull" if is_full(error) else type(error).__name__
    message = say("batch.full", language) if is_full(error) else str(error.strerror or kind)
    problem = Problem(kind=kind, message=message)
    return Outcome(section=section, language=language, status="failed", seconds=0.0, problem=problem)
