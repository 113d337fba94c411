"""What will be executed: every section in every language, with its parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import Fault, StudyError, unknown_name
from cxresearch.study.given import given
from cxresearch.study.notebook import inspect
from cxresearch.study.study import Study


@dataclass(frozen=True, kw_only=True)
class Task:
    """One notebook to execute in one language.

    Parameters
    ----------
    section, language : str
    reference : str
        The notebook as the study file names it.
    notebook : Path
    parameters : dict
    folder : Path
        Working directory of the kernel: the folder of the study.
    """

    section: str
    language: str
    reference: str
    notebook: Path
    parameters: dict[str, Any]
    folder: Path

    @property
    def name(self) -> str:
        """Path of the task in a built report, without suffix."""
        return f"{self.language}/{self.section}"


def plan(
    study: Study, languages: Iterable[str] | None = None, sections: Iterable[str] | None = None
) -> tuple[Task, ...]:
    """List what a run executes, in the order of the report.

    Parameters
    ----------
    study : Study
        As it was checked.
    languages, sections : iterable of str, optional
        Some of those of the study; by default all.

    Raises
    ------
    StudyError
        ``study.unknown-language``, ``study.unknown-section``
    """
    ids = [section.id for section in study.sections]
    wanted_languages = list(study.languages if languages is None else languages)
    wanted_sections = list(ids if sections is None else sections)
    faults: list[Fault] = [
        unknown_name("study.unknown-language", "language in this study", name, study.languages)
        for name in wanted_languages
        if name not in study.languages
    ]
    faults += [
        unknown_name("study.unknown-section", "section in this study", name, ids)
        for name in wanted_sections
        if name not in ids
    ]
    if not wanted_languages or not wanted_sections:
        faults.append(Fault(code="study.nothing-to-run", what="There is no section or language to run."))
    if faults:
        raise StudyError(*faults)
    tasks = []
    for section in study.sections:
        if section.id not in wanted_sections:
            continue
        notebook = inspect(study.path(section.notebook))
        for language in study.languages:
            if language in wanted_languages:
                tasks.append(
                    Task(
                        section=section.id,
                        language=language,
                        reference=section.notebook,
                        notebook=notebook.path,
                        parameters=given(study, section, notebook, language),
                        folder=study.folder,
                    )
                )
    return tuple(tasks)
