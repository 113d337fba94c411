"""Options that a platform hands out several in a cell, or by their place: what is none, and what stands twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cxresearch.errors import Fault, listing
from cxresearch.responses.codes import MOST_FAULTS
from cxresearch.responses.readers.submissions import Submissions
from cxresearch.survey.export.codes import CodedColumn, Codes, listed, written


def option_faults(found: Submissions, codes: Codes) -> list[Fault]:
    """Return a fault for each different value that is no option of its question."""
    faults = []
    for column in codes.columns:
        if column.kind in ("ticks", "order", "position") and column.variables:
            rows: dict[str, list[int]] = {}
            for row, cells in enumerate(found.rows):
                for option in _options(column, cells):
                    if option not in column.variables:
                        rows.setdefault(option, []).append(row)
            faults += [_fault(found, column, option, where) for option, where in list(rows.items())[:MOST_FAULTS]]
    return faults


def placed_twice(found: Submissions, codes: Codes) -> dict[str, list[int]]:
    """Return the rows in which one option stands at several places of a ranking, by the first item ranked."""
    rankings: dict[tuple[str, ...], list[CodedColumn]] = {}
    for column in codes.columns:
        if column.kind in ("order", "position") and column.variables:
            rankings.setdefault(tuple(column.variables.values()), []).append(column)
    rows = {}
    for ids, columns in rankings.items():
        placed = [[option for column in columns for option in _options(column, cells)] for cells in found.rows]
        if twice := [row for row, options in enumerate(placed) if len(set(options)) < len(options)]:
            rows[ids[0]] = twice
    return rows


def _options(column: CodedColumn, cells: Mapping[str, object]) -> Iterator[str]:
    cell = cells.get(column.column)
    if cell is None or cell == "":
        return
    several = [cell] if column.kind == "position" else listed(cell)
    yield from filter(None, map(written, several))


def _fault(found: Submissions, column: CodedColumn, option: str, rows: list[int]) -> Fault:
    there = found.places[rows[0]]
    more = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
    return Fault(
        code="data.unknown-value",
        what=f"This is no option of the question.{more}",
        place=type(there)(file=there.file, line=there.line, row=there.row, field=column.column),
        given=option,
        allowed=listing(column.variables),
        do="Were labels exported instead of codes, or was the question changed on the platform?",
    )
