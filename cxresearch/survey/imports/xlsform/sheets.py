"""The sheets of an XLSForm as rows, whatever their headings are called."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from cxresearch.errors import Fault, Place, SurveyError, shown_path, unreadable
from cxresearch.survey.imports.unknown import ANSWERS
from cxresearch.survey.imports.xlsform.languages import language_of

LARGEST = 50_000_000  # bytes once unpacked
ALIASES = {
    "list name": "list_name",
    "list": "list_name",
    "value": "name",
    "relevance": "relevant",
    "calculate": "calculation",
    "caption": "label",
    "constraint message": "constraint_message",
    "constraint_msg": "constraint_message",
    "required message": "required_message",
    "read_only": "readonly",
    "choice filter": "choice_filter",
    "image": "media::image",
    "audio": "media::audio",
    "video": "media::video",
    "form_id": "form_id",
    "id_string": "form_id",
    "set form id": "form_id",
    "set form title": "form_title",
    "title": "form_title",
    "default language": "default_language",
}
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message", "media")


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """A row: its line, its plain cells, and its wordings by column and language ("" where none is named)."""

    line: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def sheets_of(path: str | Path) -> dict[str, list[SheetRow]]:
    """Read the sheets survey, choices and settings.

    Raises
    ------
    SurveyError
        ``import.missing-file``, ``import.not-xlsform``.
    """
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SurveyError(unreadable(path, "import.missing-file")) from None
    file = shown_path(path)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST:
                raise ValueError(f"Unpacked it is larger than {LARGEST // 1_000_000} MB.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), data_only=True)
    except Exception as error:  # openpyxl lets every kind of error through
        do = f"Open it and save it anew as .xlsx, without a password. Reading it gave: {str(error)[:200]}"
        raise SurveyError(_not_a_form(file, "This workbook cannot be opened.", do)) from None
    found = {sheet.title.strip().lower(): _rows(sheet) for sheet in book.worksheets}
    if "survey" not in found or not any(row["type"] for row in found["survey"]):
        what = "This workbook is no XLSForm: it has no sheet 'survey' whose first row has a column 'type'."
        do = f"A questionnaire: name its sheets and columns as an XLSForm does. A table of answers: {ANSWERS}"
        raise SurveyError(_not_a_form(file, what, do, _shown(book)))
    return found


def _shown(book: Any) -> str:
    """Return the sheets of a workbook with the headings of their columns."""
    told = []
    for sheet in book.worksheets[:5]:
        first = next(sheet.iter_rows(values_only=True, max_row=1), ())
        heads = [_text(cell) for cell in first[:6] if cell is not None]
        told.append(f"{sheet.title} ({', '.join(heads) or 'empty'})")
    return "; ".join(told)


def _rows(sheet: Any) -> list[SheetRow]:
    lines = sheet.iter_rows(values_only=True)
    titles = [_text(cell) for cell in next(lines, ())]
    heads = [_head(title) for title in titles]
    out = []
    for number, values in enumerate(lines, start=2):
        cells: dict[str, str] = {}
        texts: dict[str, dict[str, str]] = {}
        for number_of_column, ((column, language), value) in enumerate(zip(heads, values, strict=False), start=1):
            told = _text(value)
            if not told:
                continue
            translated = column.split("::")[0] in TRANSLATED
            taken = language in texts.get(column, {}) if translated else column in cells
            if taken or not column:  # told as a column that nothing reads
                cells[f"{titles[number_of_column - 1]} [{get_column_letter(number_of_column)}]".strip()] = told
            elif translated:
                texts.setdefault(column, {})[language] = told
            else:
                cells[column] = told
        if cells or texts:
            out.append(SheetRow(line=number, cells=cells, texts=texts))
    return out


def _head(text: str) -> tuple[str, str]:
    parts = [part.strip() for part in re.split(r"::?", text)]
    column = re.sub(r"\s+", " ", parts[0]).lower()
    column = ALIASES.get(column, column.replace(" ", "_"))
    if column == "media" and len(parts) > 1:
        column, parts = f"media::{parts[1].lower()}", parts[1:]
    if column.split("::")[0] not in TRANSLATED:
        return "::".join([column, *parts[1:]]), ""
    return column, language_of(parts[1]) if len(parts) > 1 else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _not_a_form(file: str, what: str, do: str, given: str | None = None) -> Fault:
    return Fault(code="import.not-xlsform", what=what, place=Place(file=file), given=given, do=do)
