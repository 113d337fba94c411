"""What a file is that holds no questionnaire to be imported, and what can be done instead."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

ALLOWED = "XLSForm (.xlsx), SurveyJS (.json), Qualtrics (.qsf), LimeSurvey (.lss, .txt), SPSS (.sav)"
_FROM_PLATFORM = "If the questionnaire is on a survey platform, export it there in one of these formats"
_BY_HAND = f"{_FROM_PLATFORM}; otherwise write it as a survey file, see docs/survey-language.md."
_PROSE = "where scales, codes and conditions are only layout"
ANSWERS = (
    "import the questionnaire from the platform that holds it, then read the answers onto it with "
    "cx.read_responses(file, survey). Where there is no questionnaire, cx.infer_survey(frame) makes a first survey "
    "of the columns."
)
_IMPORTED = (".xlsx", ".json", ".qsf", ".lss", ".txt", ".sav", ".zsav")
_MOST_NAMED = 8
# what an archive holds to what it is; a mimetype stands for the formats of LibreOffice
_OFFICE = {
    "word/": f"This is a Word document, {_PROSE}.",
    "ppt/": f"This is a presentation, {_PROSE}.",
    "application/vnd.oasis.opendocument.text": f"This is a text document of LibreOffice, {_PROSE}.",
    "application/vnd.oasis.opendocument.presentation": f"This is a presentation, {_PROSE}.",
}


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """What a file is, and the next step."""

    what: str
    do: str = f"{_FROM_PLATFORM}."


def unknown(raw: bytes) -> Unknown:
    """Tell what a file is from its content, whatever it is called.

    Examples
    --------
    >>> unknown(b"%PDF-1.7").what
    'This is a PDF, where scales, codes and conditions are only layout.'
    >>> unknown(b"id,nps\\n1,10\\n2,7\\n").what
    'This is a table with 2 columns and 2 rows, such as answers, and no questionnaire.'
    """
    if raw.startswith(b"%PDF"):
        return Unknown(what=f"This is a PDF, {_PROSE}.", do=_BY_HAND)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        what = "This is an old Office file (.xls, .doc) or one with a password."
        return Unknown(what=what, do="Save a workbook as .xlsx without a password. " + _BY_HAND)
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(raw)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Unknown(what="This text is in UTF-16.", do="Save it as UTF-8 and import it again.")
    if not raw.strip():
        return Unknown(what="The file is empty.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in raw[:1000]:
            return Unknown(what="This is no questionnaire that can be read; it is no text either.")
        what = "This is no questionnaire that can be read; its text is not in UTF-8."
        table = _answers(raw.decode("cp1252", "replace"))
        return table or Unknown(what=what, do="If it is one of the formats named here, save it as UTF-8.")
    return _text(text.lstrip())


def held(raw: bytes) -> tuple[str, ...]:
    """Return the names of the files in an archive; none where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return tuple(name for name in packed.namelist() if not name.endswith("/"))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return ()


def _archive(raw: bytes) -> Unknown:
    names = held(raw)
    if not names:
        return Unknown(what="This is an archive or a workbook that is empty or damaged; was it cut off?")
    # the first file of an OpenDocument is stored as it is
    found_type = re.search(rb"mimetype(application/[a-z.]+)", raw[:200])
    mimetype = found_type[1].decode() if found_type else ""
    if mimetype == "application/vnd.oasis.opendocument.spreadsheet":
        return Unknown(what="This is a workbook of LibreOffice (.ods).", do="Save it as .xlsx and import that.")
    for start, what in _OFFICE.items():
        if mimetype == start or any(name.startswith(start) for name in names):
            return Unknown(what=what, do=_BY_HAND)
    found = [name for name in names if name.lower().endswith(_IMPORTED)]
    if not found:
        told = ", ".join(names[:_MOST_NAMED])
        return Unknown(what=f"This is an archive without a questionnaire; it holds {told}.")
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    do = f"Unpack it and import one of these: {', '.join(found[:_MOST_NAMED])}{more}."
    return Unknown(what="This is an archive.", do=do)


def _text(text: str) -> Unknown:
    if text.startswith("[[AdvancedFormat]]"):
        what = "This is a text file for Qualtrics, which goes in only."
        return Unknown(what=what, do="Import it in Qualtrics and export the survey there as .qsf.")
    if text.startswith(("{", "[")):
        return _json(text)
    if text.startswith("<"):
        return _marked_up(text)
    if re.search(r"^id: ", text, re.MULTILINE) and re.search(r"^(items|extends|perspectives):", text, re.MULTILINE):
        what = "This is a survey file of this package already; there is nothing to import."
        return Unknown(what=what, do="Look at it with cxresearch check or cxresearch preview.")
    return _answers(text) or Unknown(what="This is a text and no questionnaire that can be read.", do=_BY_HAND)


def _answers(text: str) -> Unknown | None:
    columns, rows = _table(text)
    if columns < 2 or not rows:
        return None
    what = f"This is a table with {columns} columns and {rows} row{'s' if rows > 1 else ''}, such as answers,"
    return Unknown(what=f"{what} and no questionnaire.", do=ANSWERS[0].upper() + ANSWERS[1:])


def _json(text: str) -> Unknown:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Unknown(what="This begins like JSON, but cannot be read as such; was it cut off?")
    if isinstance(data, list) or (isinstance(data, Mapping) and "responses" in data):
        return Unknown(
            what="This JSON is a list, such as answers, and no questionnaire.", do=ANSWERS[0].upper() + ANSWERS[1:]
        )
    if isinstance(data, Mapping) and "platform" in data and ("columns" in data or "losses" in data):
        what = "This comes with an export of this package (codes or losses) and is no questionnaire."
        return Unknown(what=what, do="Import the questionnaire that lies beside it.")
    told = ", ".join(map(str, data))[:100] if isinstance(data, Mapping) else ""
    return Unknown(what=f"This JSON is neither of SurveyJS nor of Qualtrics; it holds {told or 'nothing'}.")


def _marked_up(text: str) -> Unknown:
    if re.search(r"<(\w+:)?html\b[^>]*xforms|www\.w3\.org/2002/xforms", text[:5000]):
        what = "This is an XForm, which is made from an XLSForm."
        return Unknown(what=what, do="Import the workbook (.xlsx) that it was made from.")
    if re.match(r"(?i)\s*<(!doctype\s+html|html)\b", text):
        return Unknown(what=f"This is a web page, {_PROSE}.", do=_BY_HAND)
    if "<LimeSurveyDocType>" in text:
        do = "In LimeSurvey: Display/Export, Survey structure (.lss)."
        return Unknown(what="This is a part of a LimeSurvey survey, such as a group or answers.", do=do)
    return Unknown(what="This is XML, but no survey structure of LimeSurvey.")


def _table(text: str) -> tuple[int, int]:
    """Return how many columns and rows a text has that looks like a table."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    if not first.count(separator):
        return 0, 0
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    except csv.Error:
        return 0, 0
    alike = sum(width == widths[0] for width in widths)
    return (widths[0], len(widths) - 1) if alike > len(widths) * 0.8 else (0, 0)
