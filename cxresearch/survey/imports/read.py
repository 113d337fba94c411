"""Any questionnaire that can be imported: what a file is, is found out from its content."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cxresearch.errors import Fault, Place, SurveyError, shown_path, unreadable
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.imports.unknown import ALLOWED, held, unknown


@dataclass(frozen=True, kw_only=True)
class Importer:
    """The function that reads a kind of file."""

    module: str
    function: str


IMPORTERS: Mapping[str, Importer] = {
    "xlsform": Importer(module="cxresearch.survey.imports.xlsform.instrument", function="read_xlsform"),
    "surveyjs": Importer(module="cxresearch.survey.imports.surveyjs.instrument", function="read_surveyjs"),
    "qualtrics": Importer(module="cxresearch.survey.imports.qualtrics.instrument", function="read_qsf"),
    "limesurvey": Importer(module="cxresearch.survey.imports.limesurvey.instrument", function="read_limesurvey"),
    "spss": Importer(module="cxresearch.survey.imports.spss.instrument", function="read_spss"),
}


def read_instrument(path: str | Path) -> Imported:
    """Read a questionnaire of another platform as a survey.

    Parameters
    ----------
    path : str or Path
        A workbook is an XLSForm, JSON is of SurveyJS or Qualtrics, XML and a table of tabs are of LimeSurvey, and
        what begins as SPSS files do is of SPSS, whatever the file is called.

    Returns
    -------
    Imported
        The survey as YAML, and a note on everything that is not in it as it was.

    Raises
    ------
    SurveyError
        ``import.missing-file``, ``import.unknown-kind``, and what the importer finds.
    """
    file = shown_path(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SurveyError(unreadable(path, "import.missing-file")) from None
    kind, _ = kind_of(raw)
    if kind is None:
        found = unknown(raw)
        place = Place(file=file)
        raise SurveyError(Fault(code="import.unknown-kind", what=found.what, place=place, allowed=ALLOWED, do=found.do))
    importer = IMPORTERS[kind]
    imported: Imported = getattr(importlib.import_module(importer.module), importer.function)(path)
    return imported


def kind_of(raw: bytes) -> tuple[str | None, str]:
    """Tell the platform from the content of a file, or what it is instead.

    Examples
    --------
    >>> kind_of(b'{"pages": []}')[0], kind_of(b'{"SurveyEntry": {}, "SurveyElements": []}')[0]
    ('surveyjs', 'qualtrics')
    >>> kind_of(b"")
    (None, 'The file is empty.')
    """
    found = _kind(raw)
    return found, "" if found else unknown(raw).what


def _kind(raw: bytes) -> str | None:
    if raw.startswith((b"$FL2", b"$FL3")):
        return "spss"
    if raw.startswith(b"PK"):
        return "xlsform" if any(name.startswith("xl/") for name in held(raw)) else None
    try:
        text = raw.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError:
        return None
    if text.startswith("{"):
        return _json(text)
    if text.startswith("<"):
        return "limesurvey" if "<LimeSurveyDocType>Survey</LimeSurveyDocType>" in text else None
    header = {cell.strip() for cell in text.split("\n", 1)[0].split("\t")}
    return "limesurvey" if {"class", "type/scale", "name"} <= header else None


def _json(text: str) -> str | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if "SurveyElements" in data and "SurveyEntry" in data:
        return "qualtrics"
    return "surveyjs" if any(key in data for key in ("pages", "elements", "questions")) else None
