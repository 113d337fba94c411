"""Reading answers onto a survey: by name and wording, never by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, DataError, Fault, Place, listing, nearest, unknown_name
from cxresearch.responses.codes import CodedColumn, Coder, normal
from cxresearch.responses.home import HomeTable, read_codes, read_home, read_preview
from cxresearch.responses.import_report import Note, report_of
from cxresearch.responses.impossible import impossible, noted
from cxresearch.responses.match import Match, match_columns
from cxresearch.responses.readers.csv import RawTable, read_csv
from cxresearch.responses.readers.preview import is_preview_file
from cxresearch.responses.readers.spss import is_sav, read_sav
from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT, SYNTHETIC, Provenance, Responses
from cxresearch.responses.routing import NOT_ASKED, routed
from cxresearch.survey.item import BackgroundField
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Scale
from cxresearch.survey.survey import Survey

NUMERIC_KINDS = ("number", "weight")


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
    codes: str | Path | None = None,
) -> Responses:
    """Read a file of answers onto a survey.

    Columns are matched by id or by wording in any language; cells by code or label in any
    language.  What is not understood is an error that names row and column: it never
    becomes a missing value.

    Parameters
    ----------
    path : str or Path
        A CSV file (any common delimiter; UTF-8, or named in `encoding`), a file of SPSS (.sav, .zsav), or the file
        that a collecting preview saved.
    survey : Survey
    perspective : str, optional
        Who answered, or the column of the file that says so; by default taken from the column of kind ``perspective``, or the
        survey's only perspective.
    respondent : str, optional
        Column with the respondent's id; by default the survey's field of kind
        ``respondent``, else the row number.
    columns : dict, optional
        Column of the file to id in the survey, where names differ.
    partial : bool
        Accept that items of the questionnaire have no column in the file, or that a platform's file lacks columns.
    encoding, delimiter : str, optional
    codes : str or Path, optional
        The ``.codes.json`` that ``cxresearch export`` wrote beside a questionnaire.  Then `path` is what that
        platform hands out (CSV, JSON, XML), and its columns and codes become those of the survey again.  They are
        the answers of the perspective that it was exported for.

    Returns
    -------
    Responses
        Where a question was not shown because of its relevance, the reason is ``"not_asked"``.

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
    _check_arguments(survey, columns)
    table: RawTable
    if codes is None and is_preview_file(path):
        table = read_preview(path, survey)
        perspective = perspective or PERSPECTIVE
    elif codes is None:
        table = read_sav(path) if is_sav(path) else read_csv(path, encoding=encoding, delimiter=delimiter)
    else:
        mapping = read_codes(codes)
        table = read_home(path, mapping, survey, perspective=perspective, partial=partial)
        perspective = perspective or mapping.perspective
    synthetic = _is_synthetic(table, survey)
    if synthetic and respondent is None and survey.field_of_kind("respondent") is None and RESPONDENT in table.columns:
        respondent = RESPONDENT
    matches, faults = match_columns(table, survey, perspective, columns or {})
    coded: dict[str, CodedColumn] = {}
    for match in matches:
        coded[match.target] = _coder(match.target, survey).code(table, match.column)
        faults += coded[match.target].faults
    faults += _decimal_faults(table, matches, coded)
    asked, more = _perspective(perspective, survey, coded, matches, table)
    faults += more
    ids, more = _respondents(table, survey, respondent, matches, asked)
    faults += more
    absent = _absent(survey, asked, coded)
    if absent and not partial:
        faults.append(_absent_fault(table, absent))
    if not any(target in survey.items or survey.fields[target].text for target in coded):
        faults.append(_nothing_matched(table, survey))
    if faults:
        raise DataError(*faults)
    coded, strange = _routed(survey, coded, asked)
    absent += _lost_fields(table, survey)
    said = {SYNTHETIC: SYNTHETIC} if synthetic else {}
    if respondent:
        said[respondent] = RESPONDENT
    if perspective and perspective not in survey.perspectives and perspective in table.columns:
        said[perspective] = PERSPECTIVE
    return _assemble(table, survey, coded, matches, said, asked, ids, absent, strange)


def _check_arguments(survey: Any, columns: Any) -> None:
    if not isinstance(survey, Survey):
        what = "The second argument is the survey that was answered."
        do = "Load it with load_survey('file.yaml'), or make a first one with infer_survey."
        raise ArgumentError(Fault(code="data.not-a-survey", what=what, given=survey, do=do))
    if columns is not None and not isinstance(columns, Mapping):
        allowed = "a dict such as {'column of the file': 'item'}"
        raise ArgumentError(
            Fault(code="data.columns", what="This does not name columns.", given=columns, allowed=allowed)
        )


def _coder(target: str, survey: Survey) -> Coder:
    if target in survey.items:
        return Coder.of_scale(survey.scale_of(target))
    field = survey.fields[target]
    if field.kind in NUMERIC_KINDS:
        positive = Scale(level=Level.RATIO) if field.kind == "weight" else None
        return Coder({}, field.missing, positive, numeric=True, open=True)
    return Coder(field.labels, field.missing, numeric=_numeric_codes(field), open=not field.labels)


def _routed(
    survey: Survey, coded: dict[str, CodedColumn], asked: list[str]
) -> tuple[dict[str, CodedColumn], dict[str, int]]:
    """Tell what was not asked from what was left empty, where the survey has a flow."""
    parts = (*survey.items.values(), *survey.fields.values(), *survey.blocks.values(), *survey.pages)
    flows = any(part.relevance for part in parts) or any(page.screenout for page in survey.pages)
    if not coded or not flows:
        return coded, {}
    frame = pd.DataFrame({id: column.values for id, column in coded.items()})
    reasons = pd.DataFrame({id: column.reasons for id, column in coded.items()})
    told, strange = routed(survey, frame, reasons, np.array(asked, dtype=object))
    out = {}
    for id, column in coded.items():
        why = told[id].to_numpy(dtype=object)
        counts = {str(reason): int(n) for reason, n in told[id].value_counts().items() if reason}
        values = column.values.copy()
        values[why == NOT_ASKED] = np.nan if values.dtype == float else None
        out[id] = replace(column, values=values, reasons=why, missing=counts)
    return out, strange


def _is_synthetic(table: RawTable, survey: Survey) -> bool:
    return SYNTHETIC in table.columns and SYNTHETIC not in (*survey.items, *survey.fields)


def _numeric_codes(field: BackgroundField) -> bool:
    return bool(field.labels) and all(isinstance(code, int | float) for code in field.labels)


def _decimal_faults(table: RawTable, matches: list[Match], coded: Mapping[str, CodedColumn]) -> list[Fault]:
    """Find columns where 1.234 may be a thousand: another column of the file uses the other mark."""
    marks = {column.numerals.decimal for column in coded.values()}
    if not {"point", "comma"} <= marks:
        return []
    return [
        Fault(
            code="data.thousands",
            what="These numbers may have a decimal mark, or thousands set apart.",
            place=Place(file=table.file, field=match.column),
            given=next(cell for cell in table.columns[match.column] if "." in cell or "," in cell),
            do="Other columns of the file have the other decimal mark. Write all of them one way.",
        )
        for match in matches
        if coded[match.target].numerals.thousands
    ]


def _perspective(
    given: str | None, survey: Survey, coded: Mapping[str, CodedColumn], matches: list[Match], table: RawTable
) -> tuple[list[str], list[Fault]]:
    names = list(survey.perspectives)
    if given is not None and given not in names:
        if given in table.columns:
            return _named_in(given, survey, table)
        return [], [unknown_name("data.unknown-perspective", "perspective or column of the file", given, names)]
    field = survey.field_of_kind("perspective")
    column = next((m.column for m in matches if field and m.target == field.id), None)
    if field is not None and column is not None:
        return _perspective_column(given, survey, field, coded[field.id], column, table)
    if given is not None or len(names) == 1:
        return [given or names[0]] * len(table), []
    return [], [
        Fault(
            code="data.which-perspective",
            what="The survey has several perspectives and the file does not say who answered.",
            place=Place(file=table.file),
            allowed=listing(names),
            do="Say perspective=... with one of these, or with the name of the column that holds them.",
        )
    ]


def _named_in(column: str, survey: Survey, table: RawTable) -> tuple[list[str], list[Fault]]:
    """Read who answered from a column of ids or names of perspectives."""
    known = {normal(w): p.id for p in survey.perspectives.values() for w in (p.id, *p.name.wordings())}
    found: list[str] = []
    wrong: dict[str, int] = {}
    for row, cell in enumerate(table.columns[column]):
        who = known.get(normal(cell))
        if who is None:
            wrong.setdefault(cell, row)
        found.append(who or "")
    return found, [
        unknown_name("data.unknown-perspective", "perspective", cell, survey.perspectives, table.place(row, column))
        for cell, row in wrong.items()
    ]


def _perspective_column(
    given: str | None, survey: Survey, field: BackgroundField, coded: CodedColumn, column: str, table: RawTable
) -> tuple[list[str], list[Fault]]:
    if coded.faults:
        return [], []
    wordings = {normal(w): p.id for p in survey.perspectives.values() for w in (p.id, *p.name.wordings())}
    rows, distinct = pd.factorize(coded.values, use_na_sentinel=False)
    found: list[str] = []
    faults: list[Fault] = []
    for i, value in enumerate(distinct.tolist()):
        text = "" if pd.isna(value) else str(value)
        key = wordings.get(normal(text)) or wordings.get(normal(_label(field, value)))
        found.append(key or "")
        if key is not None and given in (None, key):
            continue
        place = table.place(int((rows == i).argmax()), column)
        if key is None:
            faults.append(unknown_name("data.unknown-perspective", "perspective", text, survey.perspectives, place))
        else:
            faults.append(
                Fault(
                    code="data.other-perspective",
                    what=f"You say that all answers are of {given!r}, this row says otherwise.",
                    place=place,
                    given=text,
                    do="Leave perspective=... out: the file says who answered.",
                )
            )
    return [found[row] for row in rows.tolist()], faults


def _label(field: BackgroundField, code: Any) -> str:
    text = field.labels.get(code)
    return text.wordings()[0] if text else ""


def _respondents(
    table: RawTable, survey: Survey, respondent: str | None, matches: list[Match], asked: list[str]
) -> tuple[list[str] | None, list[Fault]]:
    """Return the id of every row, None where no column has one."""
    if respondent is not None and respondent not in table.columns:
        return None, [unknown_name("data.unknown-column", "column in the file", respondent, table.header)]
    field = survey.field_of_kind("respondent")
    column = respondent or next((m.column for m in matches if field and m.target == field.id), None)
    if column is None:
        return (list(table.respondents) if isinstance(table, HomeTable) else None), []
    ids = [cell.strip() for cell in table.columns[column]]
    first: dict[tuple[str, str], int] = {}
    faults = []
    for row, key in enumerate(zip(asked or [""] * len(ids), ids, strict=True)):
        earlier = first.setdefault(key, row)
        if not key[1]:
            what = "This row has no respondent id."
            faults.append(Fault(code="data.no-respondent", what=what, place=table.place(row, column)))
        elif earlier != row:
            faults.append(
                Fault(
                    code="data.duplicate-respondent",
                    what=f"This respondent already stands in row {earlier + 1} (line {table.lines[earlier]}).",
                    place=table.place(row, column),
                    given=key[1],
                    do="Keep the row that counts; which one that is, the reader cannot know.",
                )
            )
    return ids, faults


def _absent(survey: Survey, asked: list[str], coded: dict[str, CodedColumn]) -> tuple[str, ...]:
    present = [who for who in survey.perspectives if who in set(asked)]
    wanted = {entry.id for who in present for entry in survey.form(who).entries}
    return tuple(item for item in survey.items if item in wanted and item not in coded)


def _lost_fields(table: RawTable, survey: Survey) -> tuple[str, ...]:
    """Return the fields that the platform asked and its file lacks."""
    lost = dict.fromkeys(id for ids in table.lacking.values() for id in ids) if isinstance(table, HomeTable) else ()
    return tuple(id for id in lost if id in survey.fields and id not in table.columns)


def _home_notes(table: RawTable) -> Iterator[Note]:
    if not isinstance(table, HomeTable):
        return
    if table.lacking:
        yield Note(code="lacking", file=table.file, values={"columns": tuple(table.lacking)})
    if table.unanswered:
        yield Note(code="unanswered", file=table.file, values={"columns": table.unanswered})
    for id, rows in table.placed_twice.items():
        yield from noted("placed_twice", table.file, id, rows)


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
        do=f"The file was cut at {table.delimiter!r}; is that right, and is it the right survey?"
        if survey.items
        else "This survey has no items; ready-made scores are read with read_scores.",
    )


def _assemble(
    table: RawTable,
    survey: Survey,
    coded: Mapping[str, CodedColumn],
    matches: list[Match],
    said: Mapping[str, str],
    asked: list[str],
    ids: list[str] | None,
    absent: tuple[str, ...],
    strange: Mapping[str, int],
) -> Responses:
    secret = {f.id for f in survey.fields.values() if f.identifying}
    skip = {f.id for f in survey.fields.values() if f.kind in ("respondent", "perspective")} | secret
    report = report_of(table, survey, coded, matches, said, asked, absent, numbered=ids is None, strange=strange)
    first = (Note(code="simulated", file=table.file),) if _is_synthetic(table, survey) else ()
    more = (*_home_notes(table), *impossible(table.file, survey, coded))
    report = replace(report, notes=(*first, *report.notes, *more))
    if ids is None or any(f.kind == "respondent" and f.identifying for f in survey.fields.values()):
        ids = [str(row) for row in range(1, len(table) + 1)]
    data: dict[str, Any] = {RESPONDENT: ids, PERSPECTIVE: asked}
    data |= {target: column.values for target, column in coded.items() if target not in skip}
    reasons = {target: column.reasons for target, column in coded.items() if target not in skip}
    return Responses(
        survey=survey,
        frame=pd.DataFrame(data),
        reasons=pd.DataFrame(reasons, index=range(len(table))),
        provenance=(
            Provenance(
                file=table.file,
                sha256=table.sha256,
                reader=f"{SYNTHETIC}, {table.how}" if _is_synthetic(table, survey) else table.how,
                rows_read=len(table),
                rows_kept=len(table),
            ),
        ),
        report=report,
    )
