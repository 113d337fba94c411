"""The study of one unit: the same questions, its own rows, its own name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from cxresearch.study.batch.units import Unit
from cxresearch.study.notebook import Notebook, inspect
from cxresearch.study.study import Section, Study
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import Text
from cxresearch.words.catalog import join, say

_STUDY: TypeAdapter[Study] = TypeAdapter(Study)


def study_of(
    study: Study,
    unit: Unit,
    taken: Mapping[str, str],
    columns: tuple[str, ...] = (),
    survey: Survey | None = None,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    least: int = 1,
) -> Study:
    """Return the study of one unit.

    Parameters
    ----------
    study : Study
    unit : Unit
    taken : dict
        Reference to the file that stands in its place.
    columns : tuple of str
        The columns that make the units, for the description of who is in it.
    survey : Survey, optional
        For the names of perspectives and columns.
    changes : dict, optional
        Section to parameters in the place of those of the study.
    least : int
        Smallest number of respondents that is told.
    """
    forced = {**study.batch.parameters, **unit.parameters}
    sections = []
    for section in study.sections:
        own = {**section.parameters, **_declared(study, section, forced), **(changes or {}).get(section.id, {})}
        sections.append(dataclasses.replace(section, parameters=_files(own, taken)))
    title = {lang: f"{study.title.get(lang)}: {unit.names[lang]}" for lang in study.languages}
    made = dataclasses.replace(
        study,
        title=Text(title),
        population=Text({lang: _population(study, unit, columns, survey, lang, least) for lang in study.languages}),
        data=_files({"data": study.data}, taken)["data"],
        parameters=_files(study.parameters, taken),
        sections=tuple(sections),
    )
    object.__setattr__(made, "file", study.file)
    return made


def as_json(study: Study) -> dict[str, Any]:
    """Return a study as JSON; :func:`from_json` reads it back."""
    return {**_STUDY.dump_python(study, mode="json"), "file": str(study.file)}


def from_json(content: dict[str, Any]) -> Study:
    """Return the study that :func:`as_json` wrote."""
    study = _STUDY.validate_python({key: value for key, value in content.items() if key != "file"})
    object.__setattr__(study, "file", Path(content["file"]))
    return study


def counted(unit: Unit, survey: Survey | None, language: str, least: int) -> str:
    """Say how many respondents a unit has, by perspective; small and withheld numbers are not told."""
    parts = []
    for perspective, name in perspectives([unit], survey, language).items():
        if perspective in unit.untold:
            continue
        n = number(unit.counts[perspective], least, language)
        parts.append(say("batch.n_of", language, name=name, n=n) if name else n)
    return "; ".join(parts)


def number(n: int, least: int, language: str) -> str:
    """Write a number of respondents, or that it is below the minimum."""
    return say("batch.n", language, n=n) if n >= least else say("batch.n_few", language, n=least)


def perspectives(units: Iterable[Unit], survey: Survey | None, language: str) -> dict[str, str]:
    """Return the perspectives that any unit counts, with their names."""
    found: dict[str, str] = {}
    for unit in units:
        for perspective in unit.counts:
            named = survey.perspectives.get(perspective) if survey else None
            found.setdefault(perspective, named.name.get(language) if named else perspective)
    return found


def column_name(column: str, survey: Survey | None, language: str) -> str:
    """Return what a column is called."""
    field = survey.fields.get(column) if survey else None
    return field.name.get(language) if field else column


def _population(
    study: Study, unit: Unit, columns: tuple[str, ...], survey: Survey | None, language: str, least: int
) -> str:
    whole = study.population.get(language) if study.population else ""
    part = unit.names[language]
    if unit.kind == "unit" and columns:
        part = f"{join([column_name(column, survey, language) for column in columns], language)}: {part}"
    n = counted(unit, survey, language, least)
    own = f"{part} ({n})" if n else part or "\N{EN DASH}"
    return say("batch.part_of", language, part=own, whole=whole) if whole else own


def _declared(study: Study, section: Section, forced: Mapping[str, Any]) -> dict[str, Any]:
    if not forced:
        return {}
    notebook: Notebook = inspect(study.path(section.notebook))
    return {name: value for name, value in forced.items() if name in notebook.parameters}


def _files(values: Mapping[str, Any], taken: Mapping[str, str]) -> dict[str, Any]:
    """Put the files of the unit in the place of those of the study."""
    data = values.get("data")
    if isinstance(data, str):
        return {**values, "data": taken.get(data, data)}
    if isinstance(data, dict):
        return {**values, "data": {k: taken.get(v, v) if isinstance(v, str) else v for k, v in data.items()}}
    return dict(values)
