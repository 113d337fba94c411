"""From a study file to a Study, with every fault and its line, before anything runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cxresearch.errors import CxError, Fault, Place, StudyError, nearest, unknown_name
from cxresearch.located import Located, parse_yaml, read_yaml, validation_faults
from cxresearch.shipped import PREFIX, resolve
from cxresearch.study.notebook import Notebook, inspect
from cxresearch.study.study import FILE_PARAMETERS, Disclosure, Fieldwork, Privacy, Section, Study, file_references
from cxresearch.survey.template import load_survey
from cxresearch.survey.text import Text
from cxresearch.words.numbers import LANGUAGES, base

PARTS = (Study, Section, Privacy, Fieldwork, Disclosure)
KEYS = sorted({f.name for cls in PARTS for f in dataclasses.fields(cls)} - {"file"} | {"study"})


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A study file after all checks.

    Parameters
    ----------
    study : Study or None
        None when there are errors.
    faults : tuple of Fault
        Errors and warnings, by file and line.
    """

    study: Study | None
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that make a run impossible."""
        return tuple(fault for fault in self.faults if fault.severity == "error")


def load_study(path: str | Path) -> Study:
    """Read a study file and check everything it refers to.

    Parameters
    ----------
    path : str or Path
        The YAML file or its folder, or ``"shipped:reports/NAME/study.yaml"``.

    Raises
    ------
    StudyError
        All faults at once, each with file and line.
    """
    checked = check_study(path)
    if checked.errors or checked.study is None:
        raise StudyError(*checked.errors)
    return checked.study


def check_study(path: str | Path) -> Checked:
    """Read a study file and collect all faults and warnings; raises nothing for a faulty file."""
    try:
        file = resolve(path)
        file = file / "study.yaml" if file.is_dir() else file
        located = read_yaml(file)
    except CxError as error:
        return Checked(study=None, faults=error.faults)
    return study_from(located, file)


def parse_study(text: str, file: str | Path) -> Checked:
    """Read a study from YAML text that is meant to lie at `file`."""
    try:
        return study_from(parse_yaml(text, str(file)), Path(file))
    except CxError as error:
        return Checked(study=None, faults=error.faults)


def study_from(located: Located, file: Path) -> Checked:
    """Build a study from located YAML."""
    data = located.data
    if not isinstance(data, dict):
        fault = Fault(
            code="study.not-a-mapping",
            what="A study file is a mapping with keys such as study, title, sections.",
            place=located.place(),
            given=data,
        )
        return Checked(study=None, faults=(fault,))
    faults: list[Fault] = []
    study: Study | None = None
    try:
        study = TypeAdapter(Study).validate_python(data)
        object.__setattr__(study, "file", file)
    except ValidationError as error:
        faults += validation_faults(error, located, "study", KEYS)
    faults += [*_language_faults(data, located), *_file_faults(data, located, file), *_section_faults(data, located, file)]
    faults = list({str(fault): fault for fault in faults}.values())
    faults.sort(key=lambda fault: _order(fault, located.file))
    bad = any(fault.severity == "error" for fault in faults)
    return Checked(study=None if bad else study, faults=tuple(faults))


def _order(fault: Fault, first: str) -> tuple[bool, str, int, int]:
    place = fault.place or Place(file="")
    return (place.file != first, place.file, place.line or 0, place.column or 0)


def _language_faults(data: dict[str, Any], located: Located) -> Iterator[Fault]:
    languages = data.get("languages")
    languages = [str(x) for x in languages] if isinstance(languages, list) else []
    for i, language in enumerate(languages):
        if base(language) not in LANGUAGES:
            yield unknown_name("study.unknown-language", "language", language, LANGUAGES, located.place("languages", i))
        elif language in languages[:i]:
            yield Fault(code="study.twice", what="This language stands twice.", place=located.place("languages", i), given=language)
    for where, value in _texts(data):
        try:
            text = TypeAdapter(Text).validate_python(value)
        except ValidationError:
            continue
        for language in languages:
            if base(language) in LANGUAGES and not text.has(language):
                yield Fault(
                    code="study.missing-translation",
                    what=f"There is no wording in {language!r}.",
                    place=located.place(*where),
                    allowed=", ".join(languages),
                    do="Translate it, or take the language out of languages.",
                )


def _texts(data: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield from (((key,), data[key]) for key in ("title", "population") if data.get(key) is not None)
    for part in ("disclosure", "fieldwork"):
        entry = data.get(part)
        if isinstance(entry, dict):
            yield from (((part, key), value) for key, value in entry.items() if isinstance(value, str | dict))
    for i, section in _sections(data):
        if "title" in section:
            yield ("sections", i, "title"), section["title"]


def _sections(data: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    sections = data.get("sections")
    for i, section in enumerate(sections if isinstance(sections, list) else []):
        if isinstance(section, dict):
            yield i, section


def _file_faults(data: dict[str, Any], located: Located, file: Path) -> Iterator[Fault]:
    """Check that survey and data exist, on study level and where a section has its own."""
    holders: list[tuple[tuple[Any, ...], dict[str, Any]]] = [((), data)]
    for i, section in _sections(data):
        if isinstance(section.get("parameters"), dict):
            holders.append((("sections", i, "parameters"), section["parameters"]))
    for where, holder in holders:
        for role in FILE_PARAMETERS:
            value = holder.get(role)
            keys = list(value) if isinstance(value, dict) else [None]
            for key, reference in zip(keys, file_references(value), strict=False):
                place = located.place(*where, role, *([key] if key is not None else []))
                found, faults = _find(reference, file.parent, place, role)
                yield from faults
                if found and role == "survey":
                    yield from _survey_faults(found)


def _survey_faults(path: Path) -> Iterator[Fault]:
    try:
        load_survey(path)
    except CxError as error:
        yield from error.faults


def _find(reference: str, folder: Path, place: Place, role: str) -> tuple[Path | None, list[Fault]]:
    try:
        path = resolve(reference) if reference.startswith(PREFIX) else folder / reference
    except CxError as error:
        return None, [dataclasses.replace(fault, place=place) for fault in error.faults]
    if not path.is_file():
        near = nearest(path.name, sorted(p.name for p in path.parent.iterdir())) if path.parent.is_dir() else None
        fault = Fault(
            code=f"study.missing-{role}",
            what=f"The {role} file does not exist." if role != "notebook" else "The notebook does not exist.",
            place=place,
            given=reference,
            do=f"In that folder there is {near!r}; did you mean that?"
            if near
            else "Give the path relative to the study file.",
        )
        return None, [fault]
    if PurePath(reference).is_absolute():
        fault = Fault(
            code="study.absolute-path",
            what="An absolute path works on this machine only and stands in the executed notebooks.",
            place=place,
            given=reference,
            do="Give it relative to the study file.",
            severity="warning",
        )
        return path, [fault]
    return path, []


def _section_faults(data: dict[str, Any], located: Located, file: Path) -> Iterator[Fault]:
    from cxresearch.study.given import given_faults

    seen: dict[Any, int] = {}
    notebooks: dict[int, Notebook | None] = {}
    read: Callable[[Path], Notebook] = inspect
    for i, section in _sections(data):
        name = section.get("id")
        if isinstance(name, str) and name in seen:
            yield Fault(
                code="study.twice",
                what=f"Section {seen[name] + 1} already has this id.",
                place=located.place("sections", i, "id"),
                given=name,
            )
        seen.setdefault(str(name), i)
        notebooks[i] = None
        if isinstance(section.get("notebook"), str):
            path, faults = _find(section["notebook"], file.parent, located.place("sections", i, "notebook"), "notebook")
            yield from faults
            if path:
                try:
                    notebooks[i] = read(path)
                    yield from notebooks[i].warnings
                except StudyError as error:
                    yield from error.faults
    yield from given_faults(data, located, notebooks)
