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

BUILT = "built"
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
    """

    surveys: int
    studies: int
    faults: tuple[Fault, ...]
    skipped: tuple[str, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that are not mere warnings."""
        return tuple(fault for fault in self.faults if fault.severity == "error")

    def summary(self) -> str:
        """Say it in one line.

        Examples
        --------
        >>> Report(surveys=1, studies=2, faults=(), skipped=()).summary()
        '1 survey, 2 studies checked: no faults.'
        """
        checked = f"{_count(self.surveys, 'survey')}, {_count(self.studies, 'study')} checked"
        told = [_count(len(self.errors), "fault") if self.errors else "no faults"]
        for severity in ("warning", "note"):
            number = sum(fault.severity == severity for fault in self.faults)
            told += [_count(number, severity)] if number else []
        return f"{checked}: {', '.join(told)}."


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
    surveys = studies = 0
    faults: dict[str, Fault] = {}
    skipped = []
    for path in dict.fromkeys(file for given in paths for file in _files(resolve(given))):
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
            for fault in error.faults:
                faults.setdefault(str(fault), fault)
    return Report(
        surveys=surveys,
        studies=studies,
        faults=tuple(sorted(faults.values(), key=_order)),
        skipped=tuple(skipped),
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


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
