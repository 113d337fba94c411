"""One door for every kind of data, so that a notebook needs one line to read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, DataError, Fault, Place
from cxresearch.responses.numerals import Numerals
from cxresearch.responses.read import read_responses
from cxresearch.responses.readers.csv import read_csv
from cxresearch.responses.responses import PERSPECTIVE, Responses, UnitScores, combine
from cxresearch.responses.unit_scores import read_scores
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

_CODE = re.compile(r"[-+]?(?:0[0-9]+|[0-9]{16,})")

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
    encoding: str | None = None,
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
    encoding : str, optional
        Of the files, for example ``"cp1252"``; by default UTF-8.

    Returns
    -------
    UnitScores
        With `score`.
    Responses
        With `survey`.
    DataFrame
        Otherwise; a column whose cells are all numbers (decimal point or comma) is numeric,
        unless they are codes such as 01067.

    Raises
    ------
    DataError
        See the three readers.

    Examples
    --------
    >>> int(read("shipped:reports/sfo-airport/data/sfo_2018.csv")["NETPRO"].max())
    11
    """
    instrument = survey if isinstance(survey, Survey) else load_survey(survey) if survey else None
    if isinstance(data, Mapping) and not data:
        raise ArgumentError(Fault(code="data.nothing", what="No file is named.", allowed="{perspective: path}"))
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
            encoding=encoding or None,
        )
    if isinstance(data, Mapping):
        if instrument is None:
            return pd.concat([_part(path, who, encoding) for who, path in data.items()], ignore_index=True)
        parts = (
            read_responses(path, instrument, perspective=who, partial=partial, encoding=encoding or None)
            for who, path in data.items()
        )
        return combine(list(parts))
    if instrument is None:
        return _plain_frame(data, encoding)
    return read_responses(data, instrument, perspective=perspective or None, partial=partial, encoding=encoding or None)


def _part(path: str | Path, perspective: str, encoding: str | None) -> pd.DataFrame:
    frame = _plain_frame(path, encoding)
    if PERSPECTIVE in frame:
        raise DataError(
            Fault(
                code="data.other-perspective",
                what="The file has a column 'perspective' already.",
                place=Place(file=str(path), field=PERSPECTIVE),
                do="Read it alone, without a perspective.",
            )
        )
    return frame.assign(**{PERSPECTIVE: perspective})


def _plain_frame(path: str | Path, encoding: str | None = None) -> pd.DataFrame:
    table = read_csv(path, encoding=encoding or None)
    return pd.DataFrame({name: _plain_column(cells) for name, cells in table.columns.items()})


def _plain_column(cells: list[str]) -> np.ndarray:
    """Return numbers where every cell is one, and none is a code such as 01067 that would lose digits."""
    rows, found = pd.factorize(np.array(cells, dtype=object))
    distinct = [cell.strip() for cell in found]
    numerals = Numerals.of(distinct)
    numbers = [numerals.parse(cell) if cell else math.nan for cell in distinct]
    if all(number is not None for number in numbers) and not any(map(_CODE.fullmatch, distinct)):
        return np.array(numbers, dtype=float)[rows]
    words = np.empty(len(distinct), dtype=object)
    words[:] = [cell or None for cell in distinct]
    return words[rows]
