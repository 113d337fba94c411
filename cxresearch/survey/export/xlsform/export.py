"""XLSForm, the workbook that ODK, KoboToolbox and Enketo make their forms from."""

from __future__ import annotations

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cxresearch.errors import CxError, Fault, shorten
from cxresearch.spreadsheet import FORMULA
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.loss import LossReport
from cxresearch.survey.export.xlsform.questions import PLATFORM, Row
from cxresearch.survey.export.xlsform.rows import Rows
from cxresearch.survey.export.xlsform.text import language_name, straightened, wording
from cxresearch.survey.form import Form
from cxresearch.survey.text import Text

LONGEST = 32_767  # characters of a cell
WIDEST = 60
TRANSLATED = ("label", "hint", "required_message", "constraint_message")
PLAIN = (
    "type",
    "name",
    "relevant",
    "required",
    "constraint",
    "appearance",
    "parameters",
    "choice_filter",
    "calculation",
)


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write a form as an XLSForm with the sheets survey, choices and settings.

    Parameters
    ----------
    form : Form
    languages : tuple of str
        The first is the default.
    name : str
        Of the file and of the form.

    Raises
    ------
    CxError
        ``export.refused`` for what a workbook or ODK cannot hold at all.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> exported = export(form, ("de", "en"), "pulse")
    >>> list(exported.files)
    ['pulse.xlsx']
    """
    rows = Rows(form, languages)
    sheet = list(rows.all())
    questions = rows.questions
    choices: list[Row] = [{"list_name": key, **one} for key, listed in questions.lists.items() for one in listed]
    if any(straightened(cell) for row in (*sheet, *choices) for cell in row.values() if isinstance(cell, Text)):
        questions.lose("straight-quotes", form.survey.id, "changed")
    questions.lose("no-language", form.survey.id, "note")
    title = form.title.get(languages[0])
    if any(form.title.get(one) != title for one in languages):
        questions.lose("title", form.survey.id, "changed", title=title)
    for quota in form.quotas:
        questions.lose("no-quotas", quota)
    named = {language: language_name(language) for language in languages}
    settings = {
        "form_title": title,
        "form_id": name,
        "version": form.survey.version,
        "default_language": named[languages[0]],
        "style": "pages",
    }
    book = Workbook()
    book.remove(book.active)
    _fill(book.create_sheet("survey"), sheet, (*PLAIN[:2], *TRANSLATED, *PLAIN[2:]), named)
    _fill(book.create_sheet("choices"), choices, ("list_name", "name", "label"), named)
    _fill(book.create_sheet("settings"), [dict(settings)], tuple(settings), named)
    content = io.BytesIO()
    book.save(content)
    return Exported(
        files={f"{name}.xlsx": content.getvalue()},
        losses=LossReport(
            platform=PLATFORM,
            survey=form.survey.id,
            perspective=form.perspective,
            languages=languages,
            losses=tuple(questions.losses),
        ),
        codes=Codes(
            platform=PLATFORM,
            survey=form.survey.id,
            version=form.survey.version,
            perspective=form.perspective,
            languages={called: language for language, called in named.items()},
            columns=tuple(rows.places.columns),
        ),
    )


def _fill(sheet: Worksheet, rows: list[Row], columns: tuple[str, ...], named: Mapping[str, str]) -> None:
    """Write a sheet; columns with wordings come once a language, and columns that nothing uses are left out."""
    used = [column for column in columns if any(row.get(column) is not None for row in rows)]
    heads: list[tuple[str, str | None]] = []
    for column in used:
        heads += [(column, one) for one in named] if column in TRANSLATED else [(column, None)]
    for number, (column, language) in enumerate(heads, start=1):
        head = f"{column}::{named[language]}" if language else column
        _write(sheet, 1, number, head)
        sheet.cell(1, number).font = Font(bold=True)
        width = len(head)
        for line, row in enumerate(rows, start=2):
            cell = row.get(column)
            if cell is not None:
                text = wording(cell.get(language)) if isinstance(cell, Text) and language else str(cell)
                _write(sheet, line, number, text)
                width = max(width, len(text))
        sheet.column_dimensions[get_column_letter(number)].width = min(width + 2, WIDEST)
    sheet.freeze_panes = "A2"


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    illegal = ILLEGAL_CHARACTERS_RE.search(text)
    if illegal or len(text) > LONGEST:
        what = "A cell of a workbook cannot hold this text."
        do = f"It is longer than {LONGEST} characters." if not illegal else f"Take out {illegal.group()!r}."
        raise CxError(Fault(code="export.refused", what=what, given=shorten(text), do=do))
    cell = sheet.cell(row, column)
    cell.value = text
    cell.data_type = "s"  # text that looks like a formula stays text
    cell.quotePrefix = text.startswith(FORMULA)
