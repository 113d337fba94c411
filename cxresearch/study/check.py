"""Check files and folders: every survey and study in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, shown_path
from cxresearch.located import Located, read_yaml
from cxresearch.shipped import resolve
from cxresearch.study.load import NAME, study_from
from cxresearch.survey.coherence import PARTS
from cxresearch.survey.extend import extended
from cxresearch.survey.lint import lint as find
from cxresearch.survey.template import survey_from
from cxresearch.words.catalog import say

BUILT = "built"
SEVERITIES = ("error", "warning", "note")
STUDY_PARTS = {"sections", "survey", "data", "privacy", "fieldwork", "disclosure"}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a check found.

    Parameters
    ----------
    surveys, studies : int
        How many files of each kind were checked.
    faults : tuple of Fault
        By file and line, each told once.
    skipped : tuple of str
        YAML files that are neither.
    unread : int
        Surveys that the linter did not read because they have faults.
    """

    surveys: int
    studies: int
    faults: tuple[Fault, ...]
    skipped: tuple[str, ...]
    unread: int = 0

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that are not mere warnings."""
        return tuple(fault for fault in self.faults if fault.severity == "error")

    @property
    def empty(self) -> bool:
        """Tell whether there was nothing to check."""
        return not (self.surveys or self.studies or self.faults)

    def told(self, lang: str = "en") -> str:
        """Say everything, a line each."""
        skipped = [say("check.skipped", lang, path=path) for path in self.skipped]
        return "\n".join([*(fault.told(lang) for fault in self.faults), *skipped, self.summary(lang)])

    def summary(self, lang: str = "en") -> str:
        """Say it in one line, and in a second one where advice is still to come.

        Examples
        --------
        >>> Report(surveys=1, studies=2, faults=(), skipped=()).summary()
        '1 survey, 2 studies checked: no faults.'
        >>> Report(surveys=0, studies=0, faults=(), skipped=()).summary("de")
        'Nichts geprüft: Hier liegen weder Fragebögen noch Studien.'
        """
        if self.empty:
            return say("check.nothing", lang)
        numbers = {severity: sum(fault.severity == severity for fault in self.faults) for severity in SEVERITIES}
        told = [say(f"check.{severity}", lang, n=n) for severity, n in numbers.items() if n]
        if not self.errors:
            told.insert(0, say("check.sound", lang))
        surveys, studies = say("check.surveys", lang, n=self.surveys), say("check.studies", lang, n=self.studies)
        line = say("check.summary", lang, surveys=surveys, studies=studies, found=", ".join(told))
        return f"{line}\n{say('check.unread', lang)}" if self.unread else line


def check_paths(paths: Iterable[str | Path], lang: str = "en", lint: bool = True) -> Report:
    """Check every survey and study among files and in folders.

    Parameters
    ----------
    paths : iterable of str or Path
    lang : str
        Language of what the linter tells, "de" or "en".
    lint : bool
        Whether surveys without faults are read by the linter as well.

    Raises
    ------
    CxError
        ``yaml.missing-file`` and the like for a path that is not there.
    """
    surveys = studies = unread = 0
    faults: dict[str, Fault] = {}
    skipped = []
    for path in dict.fromkeys(file for given in paths for file in _files(resolve(given))):
        kind = None
        try:
            located = read_yaml(path)
            kind = _kind(located, path)
            if kind == "survey":
                surveys += 1
                survey = survey_from(located, path)
                for finding in find(survey, extended(located, path)) if lint else ():
                    fault = finding.fault(lang)
                    faults.setdefault(str(fault), fault)
            elif kind == "study":
                studies += 1
                for fault in study_from(located, path).faults:
                    faults.setdefault(str(fault), fault)
            else:
                skipped.append(shown_path(path))
        except CxError as error:
            if not path.exists():
                raise
            unread += lint and kind == "survey"
            for fault in error.faults:
                faults.setdefault(str(fault), fault)
    return Report(
        surveys=surveys,
        studies=studies,
        faults=tuple(sorted(faults.values(), key=_order)),
        skipped=tuple(skipped),
        unread=unread,
    )


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")]):
        inside = file.relative_to(path).parts
        if BUILT not in inside and not any(part.startswith(".") for part in inside):
            yield file


def _kind(located: Located, path: Path) -> str | None:
    """Tell what a file is by its keys; one of them may be misspelt."""
    data: Any = located.data
    keys = set(data) if isinstance(data, dict) else set()
    if path.name == NAME or ("study" in keys and not isinstance(data["study"], dict)):
        return "study"
    if keys & {"perspectives", "extends"} or len(keys & set(PARTS)) >= 2:
        return "survey"
    return "study" if len(keys & STUDY_PARTS) >= 2 else None


def _order(fault: Fault) -> tuple[str, int, int]:
    place = fault.place or Place(file="")
    return (place.file, place.line or 0, place.column or 0)
