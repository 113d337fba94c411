"""From executed notebooks to a report: tables, pages and manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cxresearch.study import manifest as record
from cxresearch.study.outcome import Outcome
from cxresearch.study.plan import Task
from cxresearch.study.results import Found, disagreements, results_in, write_tables
from cxresearch.study.study import Study

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Built:
    """What stands in a report.

    Parameters
    ----------
    outcomes : tuple of Outcome
        With what the comparison of languages showed.
    found : dict
        Section and language to results.
    differing : dict
        Section and language to the frames whose numbers differ from those of the main language.
    """

    outcomes: tuple[Outcome, ...]
    found: Mapping[Key, tuple[Found, ...]] = field(repr=False)
    differing: Mapping[Key, tuple[str, ...]]


def build(
    study: Study,
    tasks: tuple[Task, ...],
    outcomes: tuple[Outcome, ...],
    opened: record.Manifest,
    built: Path,
    above: str = "",
) -> Built:
    """Write tables, pages and manifest beside the executed notebooks.

    Parameters
    ----------
    study : Study
    tasks, outcomes : tuple
        What was executed and what became of it, in the same order.
    opened : dict
        What :func:`cxresearch.study.manifest.opened` returns.
    built : Path
        Folder of the report; it holds the executed notebooks.
    above : str
        Way from the report to the pages above it, where it is one of a batch.
    """
    from cxresearch.study.publish import Chapter, publish

    sections = {section.id: section for section in study.sections}
    notebooks: dict[Key, dict[str, Any] | None] = {}
    found: dict[Key, tuple[Found, ...]] = {}
    differing: dict[Key, tuple[str, ...]] = {}
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
    publish(built, study, chapters, manifest, above)
    record.write(manifest, built)
    return Built(outcomes=tuple(final), found=found, differing=differing)
