"""Any questionnaire that can be imported: what a file is, is found out from its content."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cxresearch.errors import Fault, Place, SurveyError, shown_path, unreadable
from cxresearch.survey.imports.imported import Imported

ALLOWED = "XLSForm (.xlsx), SurveyJS (.json), Qualtrics (.qsf), LimeSurvey (.lss, .txt), SPSS (.sav)"


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
    kind, why = kind_of(raw)
    if kind is None:
        do = "Export the questionnaire in one of these formats."
        raise SurveyError(Fault(code="import.unknown-kind", what=why, place=Place(file=file), allowed=ALLOWED, do=do))
    importer = IMPORTERS[kind]
    imported: Imported = getattr(importlib.import_module(importer.module), importer.function)(path)
    return imported


def kind_of(raw: bytes) -> tuple[str | None, str]:
    """Tell the platform from the content of a file, or why it cannot be told.

    Examples
    --------
    >>> kind_of(b'{"pages": []}')[0], kind_of(b'{"SurveyEntry": {}, "SurveyElements": []}')[0]
    ('surveyjs', 'qualtrics')
    >>> kind_of(b"%PDF-1.7")
    (None, 'This is no questionnaire that can be read.')
    """
    unknown = "This is no questionnaire that can be read."
    if raw.startswith((b"$FL2", b"$FL3")):
        return "spss", ""
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        return None, "This is a workbook of an old kind (.xls) or another document of Office; save it as .xlsx."
    if raw.startswith(b"PK"):
        return ("xlsform", "") if b"xl/" in raw else (None, "This is an archive; unpack it.")
    if not raw.strip():
        return None, "The file is empty."
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, unknown
    start = text.lstrip()
    if start.startswith("{"):
        return _json(text)
    if start.startswith("[[AdvancedFormat]]"):
        return None, "This is a text file for Qualtrics; export the survey there as .qsf."
    if start.startswith("<"):
        return ("limesurvey", "") if "<LimeSurveyDocType>" in text else (None, unknown)
    header = start.split("\n", 1)[0].split("\t")
    return (
        ("limesurvey", "") if {"class", "type/scale", "name"} <= {cell.strip() for cell in header} else (None, unknown)
    )


def _json(text: str) -> tuple[str | None, str]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None, "This begins like JSON, but cannot be read as such; was it cut off?"
    if "SurveyElements" in data and "SurveyEntry" in data:
        return "qualtrics", ""
    if any(key in data for key in ("pages", "elements", "questions")):
        return "surveyjs", ""
    return None, "This JSON is neither of SurveyJS nor of Qualtrics."
