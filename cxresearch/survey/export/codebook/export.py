"""The codebook: every variable, value, block and construct, as a workbook, CSV tables and a page to read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cxresearch.spreadsheet import FORMULA, defused
from cxresearch.survey.export.codebook.html import page_of
from cxresearch.survey.export.codebook.rows import Book, Cell, Sheet
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.loss import Loss, LossReport
from cxresearch.survey.export.paper.words import printable
from cxresearch.survey.form import Form

PLATFORM = "codebook"
LONGEST = 32_767  # characters of a cell
WIDEST = 50


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write the codebook of one perspective.

    Parameters
    ----------
    form : Form
    languages : tuple of str
        Side by side; the codebook itself speaks the first, German or English.
    name : str
        Of the files.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> exported = export(form, ("de", "en"), "pulse")
    >>> list(exported.files)
    ['pulse.xlsx', 'pulse.html', 'pulse-variables.csv', 'pulse-values.csv', 'pulse-blocks.csv', 'pulse-constructs.csv']
    """
    book = Book(form, languages)
    sheets = book.sheets()
    files = {f"{name}.xlsx": _workbook(sheets), f"{name}.html": page_of(book, sheets).encode()}
    files |= {f"{name}-{sheet.name.lower()}.csv": _csv(sheet) for sheet in sheets}
    report = LossReport(
        platform=PLATFORM,
        survey=form.survey.id,
        perspective=form.perspective,
        languages=languages,
        losses=tuple(_losses(form, sheets)),
    )
    return Exported(files=files, losses=report)


def _workbook(sheets: tuple[Sheet, ...]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(table: Worksheet, sheet: Sheet) -> None:
    for column, head in enumerate(sheet.head, start=1):
        _write(table, 1, column, head)
        table.cell(1, column).font = Font(bold=True)
        longest = len(head)
        for line, row in enumerate(sheet.rows, start=2):
            _write(table, line, column, row[column - 1])
            longest = max(longest, len(str(row[column - 1] or "")))
        table.column_dimensions[get_column_letter(column)].width = min(longest + 2, WIDEST)
    table.freeze_panes = "B2"


def _write(table: Worksheet, line: int, column: int, value: Cell) -> None:
    if value is None or value == "":
        return
    cell = table.cell(line, column)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = printable(value)[:LONGEST]
    cell.data_type = "s"  # text that looks like a formula stays text
    cell.quotePrefix = value.startswith(FORMULA)


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([defused(head) for head in sheet.head])
    for row in sheet.rows:
        writer.writerow([defused(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig")


def _losses(form: Form, sheets: tuple[Sheet, ...]) -> Iterator[Loss]:
    others = [key for key in form.survey.perspectives if key != form.perspective]
    if others:
        values = {"others": ", ".join(others)}
        yield Loss(platform=PLATFORM, code="single-form", where=form.perspective, severity="note", values=values)
    for sheet in sheets:
        for row in sheet.rows:
            if any(isinstance(value, str) and len(value) > LONGEST for value in row):
                yield Loss(platform=PLATFORM, code="cut", where=str(row[0]), severity="changed", values={"n": LONGEST})
