"""Answers in a file of SPSS."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, DataError, Fault, Place
from cxresearch.responses.readers.csv import RawTable
from cxresearch.survey.imports.spss.file import is_sav, open_sav

__all__ = ["SavTable", "is_sav", "read_sav"]


class SavTable(RawTable):
    """A table whose cells came from a file of SPSS."""

    @property
    def how(self) -> str:
        """How the file was read, for the provenance."""
        return f"spss ({self.encoding})"

    def place(self, row: int, field: str | None = None) -> Place:
        """Return the place of a zero-based data row."""
        return Place(file=self.file, row=row + 1, field=field)


def read_sav(path: str | Path) -> RawTable:
    """Read the values of a .sav or .zsav file; user-missing values stay the codes that they are.

    Raises
    ------
    DataError
        ``spss.missing-file``, ``spss.not-installed``, ``spss.not-sav``, ``data.empty``.
    """
    try:
        found = open_sav(path)
    except CxError as error:
        raise DataError(*error.faults) from None
    columns = {name: _cells(values) for name, values in found.columns.items()}
    rows = len(next(iter(columns.values()), ()))
    if not rows:
        what = "The file holds variables but no row of data."
        raise DataError(Fault(code="data.empty", what=what, place=Place(file=found.file)))
    return SavTable(
        header=tuple(columns),
        columns=columns,
        lines=list(range(1, rows + 1)),
        file=found.file,
        sha256=found.sha256,
        encoding=str(found.meta.file_encoding or ""),
        delimiter="",
    )


def _cells(values: Sequence[Any]) -> list[str]:
    """Write the values of one variable; dates with a time only where one of them has one."""
    days = all(value.time() == time() for value in values if isinstance(value, datetime))
    return [_text(value.date() if days and isinstance(value, datetime) else value) for value in values]


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)
