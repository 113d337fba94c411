"""From a YAML file to a Survey, with every fault and its line."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cxresearch.errors import CxError, Fault, SurveyError
from cxresearch.located import Key, Located, parse_yaml, read_as_meant, read_yaml, validation_faults
from cxresearch.shipped import resolve
from cxresearch.survey.block import KINDS, Dimension
from cxresearch.survey.causes import causes
from cxresearch.survey.coherence import PARTS, faults_between_parts
from cxresearch.survey.expand import expanded
from cxresearch.survey.extend import extended, with_terms
from cxresearch.survey.flow import flow_faults
from cxresearch.survey.item import Ends, Page, Screenout, as_wordings
from cxresearch.survey.survey import Survey
from cxresearch.survey.taken_out import told_where_taken_out
from cxresearch.survey.translation import text_faults, texts_of

OUTERMOST = [f.name for f in dataclasses.fields(Survey)]
NOUNS = (Survey, Page, Screenout, Ends, Dimension, *KINDS.values(), *(noun for noun in PARTS.values() if noun))
KEYS = sorted({f.name for noun in NOUNS for f in dataclasses.fields(noun)})


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
        file = resolve(path)
        return survey_from(read_yaml(file), file)
    except SurveyError:
        raise
    except CxError as error:
        raise SurveyError(*error.faults) from None


def parse_survey(text: str, name: str = "<text>") -> Survey:
    """Read a survey from YAML text; see :func:`load_survey`."""
    try:
        return survey_from(parse_yaml(text, name))
    except SurveyError:
        raise
    except CxError as error:
        raise SurveyError(*error.faults) from None


def survey_from(located: Located, path: Path | None = None) -> Survey:
    """Build a survey from located YAML; raises SurveyError with all faults.

    Parameters
    ----------
    located : Located
    path : Path, optional
        Where it was read from, to find the survey that it extends.
    """
    if not isinstance(located.data, dict):
        raise SurveyError(
            Fault(
                code="survey.not-a-mapping",
                what="A survey file is a mapping with keys such as id, title, items.",
                place=located.place(),
                given=located.data,
            )
        )
    alone = located
    located, faults = read_as_meant(extended(located, path), OUTERMOST, "survey")
    written = Located(data=_in_full(located.data), file=located.file, places=located.places, files=located.files)
    faults += with_terms(written.data, texts_of(written.data), written)
    whole = expanded(written.data)
    data = whole.data
    places: dict[Key, tuple[int, int]] = {}
    places |= {
        at: written.places[there] for at, key in whole.made.items() if (there := ("blocks", key)) in written.places
    }
    full = Located(data=data, file=written.file, places=places | written.places, files=written.files)
    survey: Survey | None = None
    try:
        survey = TypeAdapter(Survey).validate_python(_with_ids(data))
    except ValidationError as error:
        faults += validation_faults(error, full, "survey", KEYS)
    faults += faults_between_parts(full)
    faults += flow_faults(full, whole)
    faults += text_faults(written)
    if faults or survey is None:
        told = causes(told_where_taken_out(faults, alone, path), full, alone, path)
        raise SurveyError(*sorted(told, key=_line))
    return survey


def _with_ids(data: dict[str, Any]) -> dict[str, Any]:
    """Give every part its key as id."""
    out = dict(data)
    for part in PARTS:
        if isinstance(data.get(part), dict):
            out[part] = {k: {**v, "id": str(k)} if isinstance(v, dict) else v for k, v in data[part].items()}
    return out


def _in_full(data: dict[str, Any]) -> dict[str, Any]:
    """Give every wording its full form, perspective to wording; the data given is not changed."""
    data = copy.deepcopy(data)
    found = data.get("perspectives")
    perspectives = [str(key) for key in found] if isinstance(found, dict) else []
    pages = data.get("pages")
    asked: list[tuple[Any, tuple[str, ...]]] = [(e, ("intro",)) for e in pages] if isinstance(pages, list) else []
    for part in ("items", "fields", "blocks"):
        value = data.get(part)
        asked += [(entry, ("text", "story", "more")) for entry in (value if isinstance(value, dict) else {}).values()]
    for entry, names in asked:
        for name in names if isinstance(entry, dict) else ():
            if entry.get(name) is not None:
                entry[name] = as_wordings(entry[name], perspectives)
    return data


def _line(fault: Fault) -> tuple[int, int]:
    place = fault.place
    return (place.line or 0, place.column or 0) if place else (0, 0)
