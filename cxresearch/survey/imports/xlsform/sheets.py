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

from babel import Locale
from openpyxl import load_workbook

from cxresearch.errors import Fault, Place, SurveyError, shown_path, unreadable

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
_SUBTAG = re.compile(r"^(.*?)\s*\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)$")


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
        raise SurveyError(_not_a_form(file, str(error))) from None
    found = {sheet.title.strip().lower(): _rows(sheet) for sheet in book.worksheets}
    if "survey" not in found or not any(row["type"] for row in found["survey"]):
        raise SurveyError(_not_a_form(file, "It has no sheet 'survey' with a column 'type'."))
    return found


def language_of(name: str) -> str:
    """Return the tag of a language as XLSForm names it.

    Examples
    --------
    >>> language_of("Deutsch (de)"), language_of("Deutsch, du (de)"), language_of("English"), language_of("")
    ('de', 'de-du', 'en', '')
    """
    if not name:
        return ""
    found = _SUBTAG.match(name.strip())
    own = found.group(1) if found else name.strip()
    base = found.group(2).lower() if found else ""
    own, _, variant = own.partition(",")
    if not base:
        base = own.lower() if re.fullmatch(r"[a-zA-Z]{2}", own) else _named().get(own.strip().lower(), "und")
    variant = re.sub(r"[^a-z0-9]", "", variant.lower())
    return f"{base}-{variant}" if variant else base


def _named() -> dict[str, str]:
    out = {}
    for tag in ("de", "en", "fr", "es", "it", "pt", "nl", "pl", "tr", "ru", "ar", "da", "sv", "uk", "cs"):
        for names in (Locale("en").languages, Locale("de").languages, Locale(tag).languages):
            out[str(names[tag]).lower()] = tag
    return out


def _rows(sheet: Any) -> list[SheetRow]:
    lines = sheet.iter_rows(values_only=True)
    heads = [_head(_text(cell)) for cell in next(lines, ())]
    out = []
    for number, values in enumerate(lines, start=2):
        cells: dict[str, str] = {}
        texts: dict[str, dict[str, str]] = {}
        for (column, language), value in zip(heads, values, strict=False):
            told = _text(value)
            if not told or not column:
                continue
            if column.split("::")[0] in TRANSLATED:
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


def _not_a_form(file: str, why: str) -> Fault:
    what = "This is not an XLSForm."
    return Fault(code="import.not-xlsform", what=what, place=Place(file=file), do=why[:200])
