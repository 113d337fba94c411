"""What can be wrong with a study file beyond its shape: languages, files, notebooks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cxresearch.errors import CxError, Fault, Place, StudyError, nearest, unknown_name
from cxresearch.located import Located
from cxresearch.shipped import PREFIX, resolve
from cxresearch.study.given import given_faults
from cxresearch.study.names import name_faults
from cxresearch.study.notebook import Notebook, inspect
from cxresearch.study.study import FILE_PARAMETERS
from cxresearch.survey.template import load_survey
from cxresearch.survey.text import Text
from cxresearch.survey.translation import missing_translations
from cxresearch.words.numbers import LANGUAGES, base

Data = dict[str, Any]
Where = tuple[Any, ...]


def language_faults(data: Data, located: Located) -> Iterator[Fault]:
    """Find unknown languages, doubles, and wording that lacks one of the languages."""
    listed = data.get("languages")
    languages = [str(x) for x in listed] if isinstance(listed, list) else []
    for i, language in enumerate(languages):
        place = located.place("languages", i)
        if base(language) not in LANGUAGES:
            yield unknown_name("study.unknown-language", "language", language, LANGUAGES, place)
        elif language in languages[:i]:
            yield Fault(code="study.twice", what="This language stands twice.", place=place, given=language)
    known = [language for language in languages if base(language) in LANGUAGES]
    for where, value in _texts(data):
        try:
            text = TypeAdapter(Text).validate_python(value)
        except ValidationError:
            continue
        yield from missing_translations("study", text, known, languages, located.place(*where))


def file_faults(data: Data, located: Located, folder: Path) -> Iterator[Fault]:
    """Check that survey and data exist, on study level and where a section has its own."""
    holders: list[tuple[Where, Data]] = [((), data)]
    for i, section in _sections(data):
        if isinstance(section.get("parameters"), dict):
            holders.append((("sections", i, "parameters"), section["parameters"]))
    for where, holder in holders:
        for role in FILE_PARAMETERS:
            value = holder.get(role)
            entries = value.items() if isinstance(value, dict) else [(None, value)]
            for key, reference in entries:
                if not isinstance(reference, str):
                    continue
                place = located.place(*where, role, *([] if key is None else [key]))
                path, faults = _find(reference, folder, place, role)
                yield from faults
                if path and role == "survey":
                    yield from _survey_faults(path)


def section_faults(data: Data, located: Located, folder: Path) -> Iterator[Fault]:
    """Check ids, notebooks and the values given to them."""
    seen: dict[str, int] = {}
    notebooks: dict[int, Notebook | None] = {}
    for i, section in _sections(data):
        name = section.get("id")
        if isinstance(name, str):
            if name in seen:
                yield Fault(
                    code="study.twice",
                    what=f"Section {seen[name] + 1} already has this id.",
                    place=located.place("sections", i, "id"),
                    given=name,
                )
            seen.setdefault(name, i)
        notebooks[i] = None
        if isinstance(section.get("notebook"), str):
            place = located.place("sections", i, "notebook")
            path, faults = _find(section["notebook"], folder, place, "notebook")
            yield from faults
            if path:
                try:
                    notebooks[i] = found = inspect(path)
                    yield from found.warnings
                except StudyError as error:
                    yield from error.faults
    yield from given_faults(data, located, notebooks)
    yield from name_faults(data, located, notebooks, folder)


def _texts(data: Data) -> Iterator[tuple[Where, Any]]:
    yield from (((key,), data[key]) for key in ("title", "population") if data.get(key) is not None)
    for part in ("disclosure", "fieldwork"):
        entry = data.get(part)
        if isinstance(entry, dict):
            yield from (((part, key), value) for key, value in entry.items() if isinstance(value, str | dict))
    for i, section in _sections(data):
        if section.get("title") is not None:
            yield ("sections", i, "title"), section["title"]
    batch = data.get("batch")
    if isinstance(batch, dict):
        yield from _titles_of_batch(batch)


def _titles_of_batch(batch: Data) -> Iterator[tuple[Where, Any]]:
    rows = batch.get("matrix")
    parts: list[tuple[Where, Any]] = [(("batch", "pool"), batch.get("pool"))]
    parts += [(("batch", "matrix", i), row) for i, row in enumerate(rows if isinstance(rows, list) else [])]
    for where, part in parts:
        if isinstance(part, dict) and part.get("title") is not None:
            yield (*where, "title"), part["title"]


def _sections(data: Data) -> Iterator[tuple[int, Data]]:
    sections = data.get("sections")
    for i, section in enumerate(sections if isinstance(sections, list) else []):
        if isinstance(section, dict):
            yield i, section


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
        siblings = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else []
        near = nearest(path.name, siblings)
        missing = Fault(
            code=f"study.missing-{role}",
            what="The notebook does not exist." if role == "notebook" else f"The {role} file does not exist.",
            place=place,
            given=reference,
            do=f"In that folder there is {near!r}; did you mean that?"
            if near
            else "Give the path relative to the study file.",
        )
        return None, [missing]
    if not PurePath(reference).is_absolute():
        return path, []
    absolute = Fault(
        code="study.absolute-path",
        what="An absolute path works on this machine only and stands in the executed notebooks.",
        place=place,
        given=reference,
        do="Give it relative to the study file.",
        severity="warning",
    )
    return path, [absolute]
