"""XLSForms of ODK, KoboToolbox and others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cxresearch.errors import Place, shown_path
from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.imported import Imported, Note
from cxresearch.survey.imports.xlsform.languages import UNCODED, Languages, guessed, languages_of
from cxresearch.survey.imports.xlsform.pages import Pages
from cxresearch.survey.imports.xlsform.questions import Questions
from cxresearch.survey.imports.xlsform.sheets import SheetRow, sheets_of

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
    wordings = [texts for row in (*rows, *choices) for texts in row.texts.values()]
    languages = languages_of(wordings, settings["default_language"])
    draft = Draft(file, "xlsform", languages.all)
    _tell_of_languages(draft, languages)
    for name in sheets:
        if name not in SHEETS:
            draft.note("sheet", "This sheet is not read.", name, severity="note")
    for column, given in settings.cells.items():
        if column not in SETTINGS:
            draft.note("setting", "This setting is not taken over.", f"settings {column}", given, "note")
    Pages(draft, rows, Questions(draft, choices, languages.plain)).read()
    title = settings["form_title"] or Path(path).stem
    guess = guessed([title])
    more = {"version": settings["version"]} if settings["version"] else {}
    written_in = guess if guess in draft.languages else draft.languages[0]
    found = draft.imported(settings["form_id"] or Path(path).stem, {written_in: title}, **more)
    lines = {row["name"]: row.line for row in reversed(rows) if row["name"]}
    notes = {str(note): note for note in (_placed(one, lines) for one in found.notes)}
    return Imported(yaml=found.yaml, notes=tuple(notes.values()), columns=found.columns)


def _tell_of_languages(draft: Draft, languages: Languages) -> None:
    if not languages.told:
        what = "No setting says in which language the columns without one are written; it is guessed from the words."
        draft.note("language", what, "settings default_language", languages.plain, "note")
    for one in languages.all:
        if one.startswith(UNCODED):
            what = "A language has no known name; write it as Name (code), for example Deutsch (de)."
            draft.note("language", what, "survey label", one, "changed")


def _placed(note: Note, lines: Mapping[str, int]) -> Note:
    """Put the row of a note beside its name, as ``row 7 age``."""
    where = note.place.field or ""
    sheet, _, rest = where.partition(":")
    line, _, name = rest.partition(" ")
    if sheet in SHEETS and line.isdigit():
        return replace(note, place=Place(file=note.place.file, row=int(line), field=f"{sheet} {name}".strip()))
    if where in lines:
        return replace(note, place=Place(file=note.place.file, row=lines[where], field=f"survey {where}"))
    return note
