"""From a YAML file to a Survey, with every fault and its line."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cxresearch.errors import CxError, Fault, SurveyError
from cxresearch.located import Located, parse_yaml, read_as_meant, read_yaml, validation_faults
from cxresearch.shipped import resolve
from cxresearch.survey.coherence import PARTS, faults_between_parts
from cxresearch.survey.item import Page, as_wordings
from cxresearch.survey.survey import Survey

OUTERMOST = [f.name for f in dataclasses.fields(Survey)]
KEYS = sorted({f.name for cls in (Survey, Page, *PARTS.values()) for f in dataclasses.fields(cls)})


def load_survey(path: str | Path) -> Survey:
    """Read a survey template and check that its parts fit each other.

    Parameters
    ----------
    path : str or Path
        A YAML file, or ``"shipped:surveys/NAME.yaml"`` for one that comes with the package.

    Raises
    ------
    SurveyError
        All faults at once, each with file and line.

    Examples
    --------
    >>> survey = load_survey("shipped:surveys/credibility-gap.yaml")
    >>> survey.languages[:1]
    ('de',)
    """
    try:
        located = read_yaml(resolve(path))
    except CxError as error:
        raise SurveyError(*error.faults) from None
    return survey_from(located)


def parse_survey(text: str, name: str = "<text>") -> Survey:
    """Read a survey from YAML text; see :func:`load_survey`."""
    try:
        return survey_from(parse_yaml(text, name))
    except SurveyError:
        raise
    except CxError as error:
        raise SurveyError(*error.faults) from None


def survey_from(located: Located) -> Survey:
    """Build a survey from located YAML; raises SurveyError with all faults."""
    data = located.data
    if not isinstance(data, dict):
        raise SurveyError(
            Fault(
                code="survey.not-a-mapping",
                what="A survey file is a mapping with keys such as id, title, items.",
                place=located.place(),
                given=data,
            )
        )
    located, faults = read_as_meant(located, OUTERMOST, "survey")
    data = located.data
    survey: Survey | None = None
    try:
        survey = TypeAdapter(Survey).validate_python(_with_ids(data))
    except ValidationError as error:
        faults += validation_faults(error, located, "survey", KEYS)
    faults += list(faults_between_parts(located))
    if faults or survey is None:
        raise SurveyError(*sorted(faults, key=_line))
    return survey


def _with_ids(data: dict[str, Any]) -> dict[str, Any]:
    """Give every part its key as id, and every item the full form of its wording."""
    found = data.get("perspectives")
    perspectives = [str(key) for key in found] if isinstance(found, dict) else []
    out = dict(data)
    for part in PARTS:
        if not isinstance(data.get(part), dict):
            continue
        out[part] = {
            key: {**value, "id": str(key)} if isinstance(value, dict) else value for key, value in data[part].items()
        }
    if isinstance(out.get("items"), dict):
        for value in out["items"].values():
            if isinstance(value, dict) and "text" in value:
                value["text"] = as_wordings(value["text"], perspectives)
    return out


def _line(fault: Fault) -> tuple[int, int]:
    place = fault.place
    return (place.line or 0, place.column or 0) if place else (0, 0)
