"""Sheets for those who do the field work: a table as workbook or CSV, with text that stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from cxresearch.errors import ArgumentError, CxError, Fault, shown_path, unknown_name
from cxresearch.shipped import resolve
from cxresearch.spreadsheet import FORMULA, defused

ENDINGS = (".xlsx", ".csv")
_LONGEST = 32_000  # characters of a cell, at most 32,767
_SHEET = 31


def write(frame: pd.DataFrame, path: str | Path, title: str, heads: Mapping[str, str], counted: str = "") -> Path:
    """Write a table in the format that the ending names.

    Parameters
    ----------
    frame : DataFrame
    path : path
        ``.xlsx`` with headings, or ``.csv`` with the names of the columns.
    title : str
        Of the sheet.
    heads : dict
        Heading of each column; further ones are columns to be filled in by hand.
    counted : str
        Column from which the first further column is subtracted in the second one: quotas less what is done.

    Raises
    ------
    ArgumentError
        ``plan.sheet-format``, ``plan.sheet-not-writable``.
    """
    try:
        target = resolve(path)
    except CxError as error:
        raise ArgumentError(*error.faults) from None
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise ArgumentError(unknown_name("plan.sheet-format", "format of a sheet", ending, ENDINGS))
    content = _workbook(frame, title, heads, counted) if ending == ".xlsx" else _csv(frame)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except (OSError, ValueError) as error:
        what, do = "The file cannot be written.", f"Is it open elsewhere? The system says: {error}."
        raise ArgumentError(Fault(code="plan.sheet-not-writable", what=what, given=shown_path(target), do=do)) from None
    return target


def _csv(frame: pd.DataFrame) -> bytes:
    text = io.StringIO()
    rows = [[str(c) for c in frame.columns], *frame.to_numpy(dtype=object).tolist()]
    csv.writer(text, lineterminator="\n").writerows(
        [[defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    )
    return text.getvalue().encode("utf-8", "replace")


def _workbook(frame: pd.DataFrame, title: str, heads: Mapping[str, str], counted: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "".join(" " if c in r"[]:*?/\'" else c for c in title)[:_SHEET]
    names = [*map(str, frame.columns), *(name for name in heads if name not in frame.columns)]
    for column, name in enumerate(names, start=1):
        _text(sheet.cell(1, column), heads.get(name, name))
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 24 if name in frame and _words(frame[name]) else 14
    for row, record in enumerate(frame.to_numpy(dtype=object).tolist(), start=2):
        for column, value in enumerate(record, start=1):
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                _text(cell, value)
            else:
                cell.value = value
                cell.number_format = "0" if isinstance(value, int) else "0.0000"
        if counted:
            quota, done = (get_column_letter(names.index(counted) + 1), get_column_letter(frame.shape[1] + 1))
            sheet.cell(row, frame.shape[1] + 2, f"={quota}{row}-{done}{row}")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(cell: Any, words: str) -> None:
    """Write words that stay words, whatever they begin with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub("", words)[:_LONGEST].encode("utf-8", "replace").decode()
    cell.data_type = "s"
    if words.startswith(FORMULA):
        cell.quotePrefix = True  # it stays text when somebody edits the cell


def _words(column: pd.Series) -> bool:
    return any(isinstance(value, str) for value in column)
