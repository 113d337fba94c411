"""Reading answers onto a survey: by name and wording, never by position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cxresearch.errors import DataError, Fault, Place, listing, nearest, unknown_name
from cxresearch.responses.codes import CodedColumn, Coder, count_reasons, normal
from cxresearch.responses.readers.csv import RawTable, read_csv
from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT, ImportReport, Provenance, Responses
from cxresearch.survey.item import BackgroundField
from cxresearch.survey.survey import Survey

NUMERIC_KINDS = ("number", "weight")


@dataclass(frozen=True, kw_only=True)
class Match:
    """A column of the file and the part of the survey it belongs to."""

    column: str
    target: str
    how: str


def read_responses(
    path: str | Path,
    survey: Survey,
    *,
    perspective: str | None = None,
    respondent: str | None = None,
    columns: Mapping[str, str] | None = None,
    partial: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Responses:
    """Read a file of answers onto a survey.

    Columns are matched by id or by wording in any language; cells by code or label in any
    language.  What is not understood is an error that names row and column: it never
    becomes a missing value.

    Parameters
    ----------
    path : str or Path
        A CSV file (any common delimiter; UTF-8, or named in `encoding`).
    survey : Survey
    perspective : str, optional
        Who answered; by default taken from the column of kind ``perspective``, or the
        survey's only perspective.
    respondent : str, optional
        Column with the respondent's id; by default the survey's field of kind
        ``respondent``, else the row number.
    columns : dict, optional
        Column of the file to id in the survey, where names differ.
    partial : bool
        Accept that items of the questionnaire have no column in the file.
    encoding, delimiter : str, optional

    Returns
    -------
    Responses

    Raises
    ------
    DataError
        All faults at once: unknown values, duplicate respondents, absent items, and what
        :func:`read_csv` finds.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> survey = load_survey("shipped:surveys/sfo-airport.yaml")
    >>> answers = read_responses("shipped:reports/sfo-airport/data/sfo_2018.csv", survey)
    >>> len(answers)
    2809
    """
    table = read_csv(path, encoding=encoding, delimiter=delimiter)
    matches, faults = _match(table, survey, perspective, dict(columns or {}))
    notes: list[str] = []
    coded: dict[str, CodedColumn] = {}
    for match in matches:
        column = _coder(match.target, survey).code(table, match.column)
        coded[match.target] = column
        faults += column.faults
        if column.numerals.decimal == "comma":
            notes.append(f"{table.file}: column {match.column!r} was read with a decimal comma")
    asked, perspective_faults = _perspective(perspective, survey, coded, table)
    faults += perspective_faults
    ids, id_faults, id_notes = _respondents(table, survey, respondent, matches)
    faults += id_faults
    notes += id_notes
    absent = _absent(survey, asked, coded)
    if absent and not partial:
        faults.append(_absent_fault(table, absent))
    if not any(target in survey.items for target in coded):
        faults.append(_nothing_matched(table, survey))
    if faults:
        raise DataError(*faults)
    return _assemble(table, survey, coded, matches, asked, ids, absent, notes)


def _targets(survey: Survey, perspective: str | None) -> dict[str, str]:
    """Return id by every way to write it."""
    found: dict[str, str] = {}
    for part in (*survey.items.values(), *survey.fields.values()):
        found[part.id] = part.id
    for part in (*survey.items.values(), *survey.fields.values()):
        found.setdefault(part.id.casefold(), part.id)
    for item in survey.items.values():
        for key, text in item.text.items():
            if perspective in (None, key):
                for wording in text.wordings():
                    found.setdefault(normal(wording), item.id)
    for part in survey.fields.values():
        for wording in part.name.wordings():
            found.setdefault(normal(wording), part.id)
    return found


def _match(
    table: RawTable, survey: Survey, perspective: str | None, columns: dict[str, str]
) -> tuple[list[Match], list[Fault]]:
    targets = _targets(survey, perspective)
    ids = [*survey.items, *survey.fields]
    matches: list[Match] = []
    faults: list[Fault] = []
    taken: dict[str, str] = {}
    for given, target in columns.items():
        if given not in table.columns:
            faults.append(
                unknown_name("data.unknown-column", "column in the file", given, table.header, Place(file=table.file))
            )
        if target not in ids:
            faults.append(unknown_name("data.unknown-item", "item or field in the survey", target, ids))
    for column in table.header:
        if column in columns:
            target, how = columns[column], "given"
        elif column in targets:
            target, how = targets[column], "id"
        elif column.casefold() in targets:
            target, how = targets[column.casefold()], "id"
        elif normal(column) in targets:
            target, how = targets[normal(column)], "wording"
        else:
            continue
        if target not in ids:
            continue
        if target in taken:
            faults.append(
                Fault(
                    code="data.column-twice",
                    what=f"The columns {taken[target]!r} and {column!r} both belong to {target!r}.",
                    place=Place(file=table.file, field=column),
                    do="Name the right one in columns={...} and drop the other.",
                )
            )
            continue
        taken[target] = column
        matches.append(Match(column=column, target=target, how=how))
    return matches, faults


def _coder(target: str, survey: Survey) -> Coder:
    if target in survey.items:
        return Coder.of_scale(survey.scale_of(target))
    field = survey.fields[target]
    if field.kind in NUMERIC_KINDS:
        return Coder({}, field.missing, numeric=True, open=True)
    return Coder(field.labels, field.missing, numeric=_numeric_codes(field), open=not field.labels)


def _numeric_codes(field: BackgroundField) -> bool:
    return bool(field.labels) and all(isinstance(code, int | float) for code in field.labels)


def _perspective(
    given: str | None, survey: Survey, coded: dict[str, CodedColumn], table: RawTable
) -> tuple[list[str], list[Fault]]:
    names = list(survey.perspectives)
    if given is not None:
        if given not in names:
            return [], [unknown_name("data.unknown-perspective", "perspective", given, names)]
        return [given] * len(table), []
    field = survey.field_of_kind("perspective")
    if field is not None and field.id in coded:
        column = coded[field.id]
        if column.faults:
            return [], []
        wordings = {normal(w): p.id for p in survey.perspectives.values() for w in (p.id, *p.name.wordings())}
        faults = []
        found = []
        for row, value in enumerate(column.values):
            key = wordings.get(normal(str(value or "")))
            if key is None:
                place = table.place(row, field.id)
                faults.append(unknown_name("data.unknown-perspective", "perspective", value, names, place))
            found.append(key or "")
        return found, faults
    if len(names) == 1:
        return names * len(table), []
    return [], [
        Fault(
            code="data.which-perspective",
            what="The survey has several perspectives and the file does not say who answered.",
            place=Place(file=table.file),
            allowed=listing(names),
            do="Say perspective=..., or give the survey a field of kind 'perspective'.",
        )
    ]


def _respondents(
    table: RawTable, survey: Survey, respondent: str | None, matches: list[Match]
) -> tuple[list[str], list[Fault], list[str]]:
    if respondent is not None and respondent not in table.columns:
        fault = unknown_name("data.unknown-column", "column in the file", respondent, table.header)
        return [], [fault], []
    field = survey.field_of_kind("respondent")
    column = respondent or next((m.column for m in matches if field and m.target == field.id), None)
    if column is None:
        return (
            [str(i + 1) for i in range(len(table))],
            [],
            [f"{table.file}: no column names the respondent; the row number is used"],
        )
    first: dict[str, int] = {}
    faults = []
    for row, cell in enumerate(table.columns[column]):
        key = cell.strip()
        if not key:
            faults.append(
                Fault(
                    code="data.no-respondent",
                    what="This row has no respondent id.",
                    place=table.place(row, column),
                )
            )
        elif key in first:
            faults.append(
                Fault(
                    code="data.duplicate-respondent",
                    what=f"This respondent already stands in row {first[key] + 1} (line {table.lines[first[key]]}).",
                    place=table.place(row, column),
                    given=key,
                    do="Keep the row that counts; which one that is, the reader cannot know.",
                )
            )
        first.setdefault(key, row)
    return [cell.strip() for cell in table.columns[column]], faults, []


def _absent(survey: Survey, asked: list[str], coded: dict[str, CodedColumn]) -> tuple[str, ...]:
    present = set(asked)
    return tuple(
        item.id for item in survey.items.values() if present & set(item.text) and item.id not in coded
    )


def _absent_fault(table: RawTable, absent: tuple[str, ...]) -> Fault:
    guesses = [f"{near!r} for {item!r}" for item in absent if (near := nearest(item, table.header))]
    return Fault(
        code="data.missing-column",
        what=f"{len(absent)} items of the questionnaire have no column: {listing(absent)}.",
        place=Place(file=table.file, line=1),
        do=(f"Columns that look like them: {listing(guesses)}. " if guesses else "")
        + "Match them with columns={'file column': 'item'}, or say partial=True if they were not asked.",
    )


def _nothing_matched(table: RawTable, survey: Survey) -> Fault:
    return Fault(
        code="data.nothing-matched",
        what=f"No column of the file belongs to an item of the survey {survey.id!r}.",
        place=Place(file=table.file, line=1),
        given=listing(table.header),
        allowed=listing(survey.items),
        do=f"The file was cut at {table.delimiter!r}; is that right, and is it the right survey?",
    )


def _assemble(
    table: RawTable,
    survey: Survey,
    coded: dict[str, CodedColumn],
    matches: list[Match],
    asked: list[str],
    ids: list[str],
    absent: tuple[str, ...],
    notes: list[str],
) -> Responses:
    skip = {f.id for f in survey.fields.values() if f.kind in ("respondent", "perspective") or f.identifying}
    data: dict[str, Any] = {RESPONDENT: ids, PERSPECTIVE: asked}
    data |= {target: column.values for target, column in coded.items() if target not in skip}
    reasons = {t: column.reasons for t, column in coded.items() if t in survey.items}
    how = {m.column: m for m in matches}
    ids_known = [*survey.items, *survey.fields]
    rows = []
    for column in table.header:
        match = how.get(column)
        near = None if match else nearest(column, ids_known)
        rows.append(
            {
                "file": table.file,
                "column": column,
                "became": match.target if match else None,
                "how": match.how if match else "unmatched",
                "hint": f"nearest: {near}" if near else None,
            }
        )
    missing = [
        {"file": table.file, "column": target, "reason": reason, "n": n}
        for target, found in reasons.items()
        for reason, n in count_reasons(found).items()
    ]
    dropped = [f.id for f in survey.fields.values() if f.identifying and f.id in coded]
    if dropped:
        notes = [*notes, f"{table.file}: identifying columns were not read: {listing(dropped)}"]
    return Responses(
        survey=survey,
        frame=pd.DataFrame(data),
        reasons=pd.DataFrame(reasons, index=range(len(table))),
        provenance=(
            Provenance(
                file=table.file,
                sha256=table.sha256,
                reader=f"csv ({table.encoding}, {table.delimiter!r})",
                rows_read=len(table),
                rows_kept=len(table),
            ),
        ),
        report=ImportReport(
            columns=pd.DataFrame(rows, columns=["file", "column", "became", "how", "hint"]),
            missing=pd.DataFrame(missing, columns=["file", "column", "reason", "n"]),
            absent=absent,
            notes=tuple(notes),
        ),
    )
