"""The files of a study, cut into units: which rows belong to whom, and how many respondents they are."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cxresearch.errors import Fault, Place, StudyError, listing, nearest
from cxresearch.responses.readers.csv import RawTable, read_csv
from cxresearch.study.plan import Task
from cxresearch.study.study import Study, file_references
from cxresearch.survey.survey import Survey

PERSPECTIVE = "perspective"
Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file of data and the units in it.

    Parameters
    ----------
    reference : str
        As the study names it.
    path : Path
    perspective : str
        Whose answers it holds; empty where it holds several or nobody says.
    table : RawTable
    rows : dict
        Unit to its rows, zero-based; empty for a file that every report gets whole.
    missing : tuple of int
        Rows without a value of the columns that make the units.
    counts : dict
        Unit to perspective to number of respondents.
    left : dict
        Perspective to number of respondents in rows without a unit.
    shared : bool
    """

    reference: str
    path: Path
    perspective: str
    table: RawTable = field(repr=False)
    rows: Mapping[Key, tuple[int, ...]] = field(default_factory=dict, repr=False)
    missing: tuple[int, ...] = ()
    counts: Mapping[Key, Mapping[str, int]] = field(default_factory=dict, repr=False)
    left: Mapping[str, int] = field(default_factory=dict)
    shared: bool = False

    def n(self, units: Iterable[Key]) -> int:
        """Return how many respondents these units have in this file."""
        return sum(sum(self.counts.get(unit, {}).values()) for unit in units)


def sources(study: Study, tasks: Iterable[Task], columns: Key, survey: Survey | None) -> tuple[Source, ...]:
    """Read every file of data that the tasks use and find the units in it.

    Parameters
    ----------
    study : Study
    tasks : iterable of Task
        What a report executes, with the data each notebook is given.
    columns : tuple of str
        The columns whose values make the units.
    survey : Survey, optional
        Tells which codes are no answer.

    Raises
    ------
    StudyError
        ``batch.unknown-column`` for every file that lacks a column and is not shared; ``batch.no-data``
    DataError
        What is wrong with a file.
    """
    used: dict[str, str] = {}
    for value in (task.parameters.get("data") for task in tasks):
        names = {v: k for k, v in value.items()} if isinstance(value, dict) else {}
        for reference in file_references(value):
            used.setdefault(reference, names.get(reference, ""))
    if not used:
        raise StudyError(
            Fault(
                code="batch.no-data",
                what="The study gives its notebooks no data that could be cut into units.",
                place=Place(file=str(study.file)),
                do="Add data: FILE.csv to the study.",
            )
        )
    found, faults = [], []
    for reference, perspective in used.items():
        path = study.path(reference)
        table = read_csv(path)
        if {reference, perspective} & set(study.batch.shared):
            found.append(Source(reference=reference, path=path, perspective=perspective, table=table, shared=True))
            continue
        counted = (study.batch.count,) if study.batch.count else ()
        lacking = [column for column in (*columns, *counted) if column not in table.header]
        faults += [lacks(column, reference, perspective, table.header) for column in lacking]
        if not lacking:
            found.append(_cut(reference, path, perspective, table, columns, survey, study.batch.count))
    if faults:
        raise StudyError(*faults)
    return tuple(found)


def plain(cell: str) -> str:
    """Return the value that a cell stands for.

    Examples
    --------
    >>> plain(" 3.0 "), plain("Nord"), plain("1.50")
    ('3', 'Nord', '1.50')
    """
    text = unicodedata.normalize("NFC", cell.strip())
    whole, dot, rest = text.partition(".")
    return whole if dot and rest.strip("0") == "" and whole.lstrip("-").isdigit() else text


def _cut(
    reference: str,
    path: Path,
    perspective: str,
    table: RawTable,
    columns: Key,
    survey: Survey | None,
    count: str | None,
) -> Source:
    cells = [[plain(cell) for cell in table.columns[column]] for column in columns]
    no_answer = [_no_answer(column, survey) for column in columns]
    rows: dict[Key, list[int]] = {}
    missing: list[int] = []
    for i, values in enumerate(zip(*cells, strict=True)):
        if any(not value or value in none for value, none in zip(values, no_answer, strict=True)):
            missing.append(i)
        else:
            rows.setdefault(values, []).append(i)
    who = _perspectives(table, perspective, survey)
    what = table.columns[count] if count else None
    return Source(
        reference=reference,
        path=path,
        perspective=perspective,
        table=table,
        rows={key: tuple(own) for key, own in rows.items()},
        missing=tuple(missing),
        counts={key: _counted(own, who, what) for key, own in rows.items()},
        left=_counted(missing, who, what),
    )


def _counted(rows: Iterable[int], who: list[str] | str, what: list[str] | None) -> dict[str, int]:
    seen = {(who if isinstance(who, str) else who[i], i if what is None else what[i]) for i in rows}
    return dict(Counter(perspective for perspective, _ in seen))


def _perspectives(table: RawTable, perspective: str, survey: Survey | None) -> list[str] | str:
    column = survey.field_of_kind(PERSPECTIVE) if survey else None
    name = column.id if column else PERSPECTIVE
    return [plain(cell) for cell in table.columns[name]] if not perspective and name in table.columns else perspective


def _no_answer(column: str, survey: Survey | None) -> frozenset[str]:
    field_ = survey.fields.get(column) if survey else None
    return frozenset(plain(str(code)) for code in field_.missing) if field_ else frozenset()


def lacks(column: str, reference: str, perspective: str, header: tuple[str, ...], place: Place | None = None) -> Fault:
    """Build the fault for a file that lacks a column; with a place in the study file, the text names the file."""
    near = nearest(column, header)
    share = f"if it belongs to every unit, write batch: {{shared: [{perspective or reference}]}}"
    return Fault(
        code="batch.unknown-column",
        what=f"{reference if place else 'This file'} has no column of that name, so that its rows belong to no unit.",
        place=place or Place(file=reference),
        given=column,
        allowed=listing(header),
        do=f"Did you mean {near!r}? Otherwise, {share}." if near else f"{share[0].upper()}{share[1:]}.",
    )
