"""Answers on paper, typed into the table that came with the printed questionnaire."""

from __future__ import annotations

from pathlib import Path

from cxresearch.errors import Place
from cxresearch.responses.readers.csv import read_csv
from cxresearch.responses.readers.submissions import Submissions


def read_submissions(path: str | Path) -> Submissions:
    """Read a table with a column for each answer and a row for each questionnaire.

    Raises
    ------
    DataError
        What :func:`read_csv` finds.
    """
    table = read_csv(path)
    rows = [dict(zip(table.header, row, strict=True)) for row in zip(*table.columns.values(), strict=True)]
    return Submissions(
        rows=tuple({column: cell.strip() for column, cell in row.items()} for row in rows),
        places=tuple(Place(file=table.file, line=table.lines[i], row=i + 1) for i in range(len(rows))),
        respondents=tuple(str(i) for i in range(1, len(rows) + 1)),
        file=table.file,
        sha256=table.sha256,
        reader="typed",
    )
