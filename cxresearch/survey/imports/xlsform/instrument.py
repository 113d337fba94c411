"""XLSForms of ODK, KoboToolbox and others."""

from __future__ import annotations

from pathlib import Path

from cxresearch.errors import Place, shown_path
from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.imported import Imported, Note
from cxresearch.survey.imports.xlsform.questions import Questions
from cxresearch.survey.imports.xlsform.sheets import SheetRow, language_of, sheets_of

SHEETS = ("survey", "choices", "settings")
SETTINGS = ("form_title", "form_id", "version", "default_language", "style", "name")


def read_xlsform(path: str | Path) -> Imported:
    """Read an XLSForm; names of questions become ids, names of choices codes.

    Relevance is translated where the survey language can say it; where it cannot, a note holds the expression.

    Parameters
    ----------
    path : str or Path
        A workbook (.xlsx).

    Raises
    ------
    SurveyError
        ``import.missing-file``, ``import.not-xlsform``.
    """
    sheets = sheets_of(path)
    file = shown_path(path)
    settings = next(iter(sheets.get("settings", [])), SheetRow(line=2, cells={}))
    rows, choices = sheets["survey"], sheets.get("choices", [])
    draft = Draft(file, "xlsform", _languages(rows, choices, settings))
    for name in sheets:
        if name not in SHEETS:
            draft.note("sheet", "This sheet is not read.", name, severity="note")
    for column, given in settings.cells.items():
        if column not in SETTINGS:
            draft.note("setting", "This setting is not taken over.", f"settings {column}", given, "note")
    Questions(draft, rows, choices, settings["default_language"]).read()
    title = settings["form_title"] or Path(path).stem
    more = {"version": settings["version"]} if settings["version"] else {}
    found = draft.imported(settings["form_id"] or Path(path).stem, dict.fromkeys(draft.languages, title), **more)
    return Imported(yaml=found.yaml, notes=tuple(_placed(note) for note in found.notes), columns=found.columns)


def _languages(rows: list[SheetRow], choices: list[SheetRow], settings: SheetRow) -> list[str]:
    named = [one for row in (*rows, *choices) for texts in row.texts.values() for one in texts]
    found = list(dict.fromkeys(one for one in named if one))
    first = language_of(settings["default_language"])
    if "" in named and first not in found:
        found.insert(0, first if first not in ("", "und") else "en")
    return sorted(found or ["en"], key=lambda one: one != first)


def _placed(note: Note) -> Note:
    """Put the row of a note beside its name, as ``row 7 age``."""
    where = note.place.field or ""
    sheet, _, rest = where.partition(":")
    line, _, name = rest.partition(" ")
    if sheet in SHEETS and line.isdigit():
        place = Place(file=note.place.file, row=int(line), field=f"{sheet} {name}".strip())
        return Note(code=note.code, what=note.what, place=place, given=note.given, severity=note.severity)
    return note
