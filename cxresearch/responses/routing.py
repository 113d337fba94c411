"""Which questions a respondent was not shown, and which were answered nevertheless."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cxresearch.responses.codes import EMPTY
from cxresearch.survey.expression import Condition, Value, names
from cxresearch.survey.survey import Survey

NOT_ASKED = "not_asked"


def routed(
    survey: Survey, frame: pd.DataFrame, reasons: pd.DataFrame, perspectives: np.ndarray
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Tell "not asked" from "left empty".

    Parameters
    ----------
    survey : Survey
    frame, reasons : DataFrame
        Codes, and why there is none, by id; same rows.
    perspectives : array of str
        Who answered, per row.

    Returns
    -------
    DataFrame
        The reasons, with ``"not_asked"`` where a question was not shown.
    dict
        Item to the number of respondents who answered although it was not to be shown to them.
    """
    out = reasons.copy()
    strange: dict[str, int] = {}
    for perspective in dict.fromkeys(perspectives.tolist()):
        if perspective not in survey.perspectives:
            continue
        rows = np.flatnonzero(perspectives == perspective)
        for id, condition in survey.form(perspective).shown_when().items():
            if condition is None or id not in out:
                continue
            shown = _holds(condition, frame.iloc[rows], reasons.iloc[rows])
            hidden = rows[~shown]
            column = out[id].to_numpy(dtype=object, copy=True)
            answered = np.isin(column[hidden].astype(str), ["", *map(str, _codes(survey, id))])
            if answered.any():
                strange[id] = strange.get(id, 0) + int(answered.sum())
            blank = hidden[column[hidden] == EMPTY]
            column[blank] = NOT_ASKED
            out[id] = column
    return out, strange


def _codes(survey: Survey, id: str) -> tuple[Value, ...]:
    source = survey.scales[survey.items[id].scale] if id in survey.items else survey.fields[id]
    return tuple(source.missing)


def _holds(condition: Condition, frame: pd.DataFrame, reasons: pd.DataFrame) -> np.ndarray:
    """Tell for each row whether a condition holds; each distinct combination of answers is looked at once."""
    asked = [name for name in sorted(names(condition)) if name in frame]
    if not asked:
        return np.full(len(frame), condition.holds({}))
    given = pd.DataFrame({name: _given(frame[name], reasons.get(name)) for name in asked})
    groups = given.groupby(asked, dropna=False, sort=False).ngroup().to_numpy()
    first = pd.Series(groups).drop_duplicates()
    answers = [{name: _value(given[name].iat[row]) for name in asked} for row in first.index]
    held = dict(zip(first.to_list(), (condition.holds(row) for row in answers), strict=True))
    return np.array([held[group] for group in groups], dtype=bool)


def _given(values: pd.Series, why: pd.Series | None) -> np.ndarray:
    """Return the answers with the codes of "don't know" put back."""
    given = values.to_numpy(dtype=object, copy=True)
    if why is not None:
        for row, reason in enumerate(why.to_numpy()):
            if reason and reason not in (EMPTY, NOT_ASKED):
                given[row] = _number(str(reason))
    return given


def _number(text: str) -> Value:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _value(value: Any) -> Value | None:
    return None if pd.isna(value) else value
