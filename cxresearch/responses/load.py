"""One door for every kind of data, so that a notebook needs one line to read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cxresearch.errors import ArgumentError, Fault
from cxresearch.responses.numerals import Numerals
from cxresearch.responses.read import read_responses
from cxresearch.responses.readers.csv import read_csv
from cxresearch.responses.responses import Responses, UnitScores, combine
from cxresearch.responses.unit_scores import read_scores
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

Paths = str | Path | Mapping[str, str | Path]


def read(
    data: Paths,
    survey: Survey | str | Path | None = None,
    *,
    score: str | None = None,
    unit: str | None = None,
    perspective: str | None = None,
    construct: str | None = None,
    n: str | None = None,
    partial: bool = False,
) -> Responses | UnitScores | pd.DataFrame:
    """Read ready-made scores, answers on a survey, or a plain table.

    Parameters
    ----------
    data : path, or dict of perspective to path
    survey : Survey or path, optional
        Without one, and without `score`, a plain frame is returned.
    score : str, optional
        Column with ready-made scores; then `unit`, `perspective`, `construct` and `n` name the
        others, as in :func:`cxresearch.read_scores`.
    perspective : str, optional
        For answers in one file: who gave them.
    partial : bool
        Accept that items of the questionnaire have no column.

    Returns
    -------
    UnitScores
        With `score`.
    Responses
        With `survey`.
    DataFrame
        Otherwise; a column whose cells are all numbers (decimal point or comma) is numeric.

    Raises
    ------
    DataError
        See the three readers.

    Examples
    --------
    >>> int(read("shipped:reports/sfo-airport/data/sfo_2018.csv")["NETPRO"].max())
    11
    """
    instrument = load_survey(survey) if survey and not isinstance(survey, Survey) else survey or None
    if score:
        if isinstance(data, Mapping):
            raise ArgumentError(
                Fault(
                    code="data.scores-in-parts",
                    what="Ready-made scores of all perspectives stand in one file.",
                    given=sorted(data),
                )
            )
        return read_scores(
            data,
            score=score,
            unit=unit or "unit",
            perspective=perspective or "perspective",
            construct=construct or "construct",
            n=n or None,
            survey=instrument,
        )
    if instrument is None:
        if isinstance(data, Mapping):
            parts = [_plain_frame(path).assign(perspective=who) for who, path in data.items()]
            return pd.concat(parts, ignore_index=True)
        return _plain_frame(data)
    if isinstance(data, Mapping):
        return combine([read_responses(path, instrument, perspective=who, partial=partial) for who, path in data.items()])
    return read_responses(data, instrument, perspective=perspective or None, partial=partial)


def _plain_frame(path: str | Path) -> pd.DataFrame:
    table = read_csv(path)
    columns = {}
    for name, cells in table.columns.items():
        numerals = Numerals.of(cells)
        numbers = [numerals.parse(cell) if cell.strip() else float("nan") for cell in cells]
        words = [cell.strip() or None for cell in cells]
        columns[name] = numbers if all(number is not None for number in numbers) else words
    return pd.DataFrame(columns)
