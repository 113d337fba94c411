"""Scores that somebody else computed: one row a unit, perspective and construct."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from cxresearch.errors import DataError, Fault, Place, listing, unknown_name
from cxresearch.responses.codes import normal
from cxresearch.responses.numerals import Numerals
from cxresearch.responses.readers.csv import RawTable, read_csv
from cxresearch.responses.responses import Provenance, UnitScores, survey_names
from cxresearch.result import Names
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
    <UnitScores: 1 units, perspectives staff, customers, constructs ease>
    """
    table = _as_table(data) if isinstance(data, pd.DataFrame) else read_csv(data, encoding=encoding, delimiter=delimiter)
    wanted = {"unit": unit, "perspective": perspective, "construct": construct, "score": score}
    if n is not None:
        wanted["n"] = n
    faults = [
        unknown_name("scores.missing-column", f"column for the {role}", column, table.header, Place(file=table.file, line=1))
        for role, column in wanted.items()
        if column not in table.columns
    ]
    others = [c for c in table.header if c not in wanted.values()]
    chosen = list(groups) if groups is not None else others
    faults += [
        unknown_name("scores.missing-column", "column", g, table.header, Place(file=table.file, line=1))
        for g in chosen
        if g not in table.columns
    ]
    if faults:
        raise DataError(*faults)
    scores, faults = _numbers(table, score, scale)
    counts, more = _numbers(table, n, (0, math.inf)) if n is not None else ([math.nan] * len(table), [])
    faults += more
    who = [cell.strip() for cell in table.columns[perspective]]
    what = [cell.strip() for cell in table.columns[construct]]
    if survey is not None:
        who, more = _known(table, perspective, who, {p.id: p.name.wordings() for p in survey.perspectives.values()})
        faults += more
        what, more = _known(table, construct, what, {c.id: c.name.wordings() for c in survey.constructs.values()})
        faults += more
    units = [cell.strip() for cell in table.columns[unit]]
    faults += _twice(table, unit, list(zip(units, who, what, strict=True)))
    if faults:
        raise DataError(*faults)
    frame = pd.DataFrame(
        {"unit": units, "perspective": who, "construct": what, "score": scores, "n": counts}
        | {g: table.columns[g] for g in chosen}
    )
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
        dropped={"no score": len(frame) - len(kept)} if len(kept) < len(frame) else {},
    )


def _in_order(frame: pd.DataFrame, survey: Survey | None) -> pd.DataFrame:
    """Sort as the survey does, else by name, so that the order of the file does not matter."""
    order = {key: i for i, key in enumerate([*survey.constructs, *survey.perspectives])} if survey else {}
    return frame.sort_values(
        ["construct", "perspective", "unit"], key=lambda s: s.map(lambda v: (order.get(v, len(order)), v))
    ).reset_index(drop=True)


def _as_table(frame: pd.DataFrame) -> RawTable:
    columns = {str(c): ["" if _missing(v) else _cell(v) for v in frame[c]] for c in frame.columns}
    return RawTable(
        header=tuple(columns),
        columns=columns,
        lines=[i + 2 for i in range(len(frame))],
        file="frame",
        sha256="",
        encoding="",
        delimiter="",
    )


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _cell(value: Any) -> str:
    return repr(float(value)) if isinstance(value, float) else str(value)


def _numbers(
    table: RawTable, column: str, limits: tuple[float, float] | None
) -> tuple[list[float], list[Fault]]:
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
                allowed="a number" if limits is None else f"a number from {low:g} to {high:g}, or an empty cell",
            )
        )
    return values, faults


def _known(
    table: RawTable, column: str, cells: list[str], parts: Mapping[str, list[str]]
) -> tuple[list[str], list[Fault]]:
    wordings = {normal(w): key for key, all_ in parts.items() for w in (key, *all_)}
    out: list[str] = []
    first_wrong: dict[str, int] = {}
    for row, cell in enumerate(cells):
        key = wordings.get(normal(cell))
        if key is None:
            first_wrong.setdefault(cell, row)
        out.append(key or cell)
    return out, [
        unknown_name(f"scores.unknown-{column}", f"{column} in the survey", cell, parts, table.place(row, column))
        for cell, row in first_wrong.items()
    ]


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
