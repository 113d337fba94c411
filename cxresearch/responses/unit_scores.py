"""Scores that somebody else computed: one row a unit, perspective and construct."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cxresearch.errors import ArgumentError, DataError, Fault, Place, listing, unknown_name
from cxresearch.responses.codes import Coder, normal
from cxresearch.responses.numerals import Numerals
from cxresearch.responses.readers.csv import RawTable, read_csv
from cxresearch.responses.responses import Provenance, UnitScores, survey_names
from cxresearch.result import Names, plain
from cxresearch.survey.survey import Survey


def read_scores(
    data: str | Path | pd.DataFrame,
    *,
    unit: str = "unit",
    perspective: str = "perspective",
    construct: str = "construct",
    score: str = "score",
    n: str | None = None,
    survey: Survey | None = None,
    scale: tuple[float, float] | None = None,
    groups: Iterable[str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> UnitScores:
    """Read ready-made scores per unit, for example per school or branch.

    Parameters
    ----------
    data : path or DataFrame
        Long form: one row a unit, perspective and construct.
    unit, perspective, construct, score : str
        Names of the columns.
    n : str, optional
        Column with the number of respondents behind each score.
    survey : Survey, optional
        Gives names, and checks perspectives, constructs and the labels of groups.
    scale : (low, high), optional
        What a score may be; one outside is an error.
    groups : iterable of str, optional
        Columns that describe a unit; by default all others.

    Returns
    -------
    UnitScores
        Rows without a score are left out and counted in ``dropped``.

    Raises
    ------
    DataError
        All faults at once: missing columns, text in numbers, scores outside the scale,
        a unit that stands twice, unknown perspectives or constructs.

    Examples
    --------
    >>> frame = pd.DataFrame({"branch": ["A", "A"], "who": ["staff", "customers"],
    ...                       "topic": ["ease", "ease"], "mean": [4.2, 3.9]})
    >>> read_scores(frame, unit="branch", perspective="who", construct="topic", score="mean")
    <UnitScores: 1 units, perspectives customers, staff, constructs ease>
    """
    _check_arguments(scale, survey)
    if isinstance(data, pd.DataFrame):
        table = _as_table(data)
    else:
        table = read_csv(data, encoding=encoding, delimiter=delimiter)
    wanted = {"unit": unit, "perspective": perspective, "construct": construct, "score": score}
    if n is not None:
        wanted["n"] = n
    chosen = _groups(table, groups, wanted)
    scores, faults = _numbers(table, score, scale)
    counts, more = _numbers(table, n, (0, math.inf)) if n is not None else ([math.nan] * len(table), [])
    faults += more
    keys: dict[str, list[str]] = {}
    for role, parts in (
        ("unit", None),
        ("perspective", survey.perspectives if survey else None),
        ("construct", survey.constructs if survey else None),
    ):
        names = {key: part.name.wordings() for key, part in parts.items()} if parts is not None else None
        keys[role], more = _keys(table, role, wanted[role], names)
        faults += more
    faults += _twice(table, unit, list(zip(*keys.values(), strict=True)))
    labels: dict[str, Any] = {}
    for group in chosen:
        labels[group], more = _labels(table, group, survey)
        faults += more
    if faults:
        raise DataError(*faults)
    frame = pd.DataFrame({**keys, "score": scores, "n": counts, **labels})
    kept = _in_order(frame[frame["score"].notna()], survey)
    if kept.empty:
        fault = Fault(code="scores.empty", what="No row has a score.", place=Place(file=table.file, field=score))
        raise DataError(fault)
    return UnitScores(
        frame=kept,
        groups=tuple(chosen),
        provenance=(
            Provenance(
                file=table.file,
                sha256=table.sha256,
                reader="unit scores",
                rows_read=len(frame),
                rows_kept=len(kept),
            ),
        ),
        names=survey_names(survey) if survey else Names(),
        lang=survey.languages[0] if survey else "en",
        scales={c.id: survey.scales[c.scale] for c in survey.constructs.values() if c.scale} if survey else {},
        dropped={"no score": len(frame) - len(kept)} if len(kept) < len(frame) else {},
    )


def _check_arguments(scale: Any, survey: Any) -> None:
    if survey is not None and not isinstance(survey, Survey):
        do = "Load it with load_survey('file.yaml')."
        raise ArgumentError(Fault(code="data.not-a-survey", what="This is no survey.", given=survey, do=do))
    if scale is None:
        return
    ends = isinstance(scale, Sequence) and len(scale) == 2 and all(isinstance(x, int | float) for x in scale)
    if not ends or not scale[0] < scale[1]:
        what = "A scale is its lowest and its highest score."
        raise ArgumentError(Fault(code="scores.scale", what=what, given=scale, allowed="such as (1, 5)"))


def _groups(table: RawTable, groups: Iterable[str] | None, wanted: Mapping[str, str]) -> list[str]:
    """Return the columns that describe a unit, after a check that all columns are there and none is hidden."""
    roles = set(wanted) | {"n"}
    if groups is None:
        chosen = [c for c in table.header if c not in wanted.values()]
    else:
        chosen = [groups] if isinstance(groups, str) else list(groups)
    named = [(f"column for the {role}", column) for role, column in wanted.items()]
    place = Place(file=table.file, line=1)
    faults = [
        unknown_name("scores.missing-column", kind, column, table.header, place)
        for kind, column in (*named, *(("column", g) for g in chosen))
        if column not in table.columns
    ]
    faults += [
        Fault(
            code="scores.column-taken",
            what=f"A column that describes units cannot be called {g!r}: that is the name of a result.",
            place=place,
            do=f"Rename it, leave it out with groups=[...], or say {g}={g!r} if that is what it holds.",
        )
        for g in chosen
        if g in roles
    ]
    if faults:
        raise DataError(*faults)
    return chosen


def _in_order(frame: pd.DataFrame, survey: Survey | None) -> pd.DataFrame:
    """Sort as the survey does, else by name, so that the order of the file does not matter."""
    order = {key: i for i, key in enumerate([*survey.constructs, *survey.perspectives])} if survey else {}
    return frame.sort_values(
        ["construct", "perspective", "unit"], key=lambda s: s.map(lambda v: (order.get(v, len(order)), v))
    ).reset_index(drop=True)


def _as_table(frame: pd.DataFrame) -> RawTable:
    header = [str(c) for c in frame.columns]
    twice = sorted({c for c in header if header.count(c) > 1})
    if twice:
        fault = Fault(code="data.duplicate-column", what="Columns have the same name.", given=listing(twice))
        raise DataError(fault)
    return RawTable(
        header=tuple(header),
        columns={c: [_cell(v) for v in frame.iloc[:, i]] for i, c in enumerate(header)},
        lines=[i + 2 for i in range(len(frame))],
        file="frame",
        sha256="",
        encoding="",
        delimiter="",
    )


def _cell(value: Any) -> str:
    return "" if pd.api.types.is_scalar(value) and pd.isna(value) else plain(value)


def _numbers(table: RawTable, column: str, limits: tuple[float, float] | None) -> tuple[list[float], list[Fault]]:
    cells = table.columns[column]
    numerals = Numerals.of(cells)
    low, high = limits or (-math.inf, math.inf)
    values: list[float] = []
    wrong: dict[str, list[int]] = {}
    for row, cell in enumerate(cells):
        number = numerals.parse(cell) if cell.strip() else math.nan
        if number is None or not (math.isnan(number) or low <= number <= high):
            wrong.setdefault(cell, []).append(row)
            number = math.nan
        values.append(number)
    faults = []
    for cell, rows in wrong.items():
        more = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
        faults.append(
            Fault(
                code="scores.not-a-number" if numerals.parse(cell) is None else "scores.outside-scale",
                what=f"This cell cannot be used as a number here.{more}",
                place=table.place(rows[0], column),
                given=cell,
                allowed=_allowed(low, high),
            )
        )
    return values, faults


def _allowed(low: float, high: float) -> str:
    if math.isfinite(high):
        return f"a number from {low:g} to {high:g}, or an empty cell"
    return "a number, or an empty cell" if math.isinf(low) else f"a number of {low:g} or more, or an empty cell"


def _keys(
    table: RawTable, role: str, column: str, names: Mapping[str, list[str]] | None
) -> tuple[list[str], list[Fault]]:
    """Return what a row is about: cells as they are, or the ids of the survey that they stand for."""
    wordings = {normal(w): key for key, all_ in (names or {}).items() for w in (key, *all_)}
    out: list[str] = []
    first: dict[str, int] = {}
    for row, cell in enumerate(cell.strip() for cell in table.columns[column]):
        key = cell if names is None else wordings.get(normal(cell))
        if not key:
            first.setdefault(cell, row)
        out.append(key or cell)
    faults = []
    for cell, row in first.items():
        place = table.place(row, column)
        if cell:
            faults.append(unknown_name(f"scores.unknown-{role}", f"{role} in the survey", cell, names or (), place))
        else:
            what = f"This row does not say which {role} it is about."
            faults.append(Fault(code=f"scores.no-{role}", what=what, place=place))
    return out, faults


def _labels(table: RawTable, group: str, survey: Survey | None) -> tuple[Any, list[Fault]]:
    field = survey.fields.get(group) if survey is not None else None
    if field is None or not field.labels:
        return [cell.strip() for cell in table.columns[group]], []
    column = Coder(field.labels, field.missing, numeric=False).code(table, group)
    return column.values, column.faults


def _twice(table: RawTable, column: str, keys: list[tuple[str, str, str]]) -> list[Fault]:
    first: dict[tuple[str, str, str], int] = {}
    faults = []
    for row, key in enumerate(keys):
        if key in first:
            faults.append(
                Fault(
                    code="scores.duplicate",
                    what=f"This unit, perspective and construct already stand in row {first[key] + 1}.",
                    place=table.place(row, column),
                    given=listing(key),
                    do="One row each; average or choose before reading.",
                )
            )
        first.setdefault(key, row)
    return faults
