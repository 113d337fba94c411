"""Which questions a respondent was not shown, and which were answered nevertheless."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cxresearch.responses.codes import EMPTY
from cxresearch.survey.expression import Condition, Value, names
from cxresearch.survey.form import Form, Group
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
        Codes, and why there is none, by id; same rows.  A 0 of an option that was not shown counts as none.
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
        form = survey.form(perspective)
        given = _Given(survey, frame.iloc[rows], reasons.iloc[rows])
        ended = _ended(form, given)
        ticks = _ticks(form)
        for id, condition in form.shown_when().items():
            if id not in out or (condition is None and not ended[id].any()):
                continue
            hide = ~given.holds(condition) | ended[id]
            hidden = rows[hide]
            column = out[id].to_numpy(dtype=object, copy=True)
            if id in ticks:
                # platforms write the same for an option that was not ticked and for one that was not shown
                unticked = hide & (column[rows] == "") & (frame[id].to_numpy()[rows] == 0)
                column[rows[unticked]] = EMPTY
                given.column(id)[unticked] = None
            answered = np.isin(column[hidden].astype(str), ["", *map(str, _codes(survey, id))])
            if answered.any():
                strange[id] = strange.get(id, 0) + int(answered.sum())
            blank = hidden[column[hidden] == EMPTY]
            column[blank] = NOT_ASKED
            out[id] = column
    return out, strange


def _ticks(form: Form) -> set[str]:
    parts = (part for page in form.pages for part in page.parts)
    return {row.id for part in parts if isinstance(part, Group) and part.kind == "multiple" for row in part.rows}


def _ended(form: Form, given: _Given) -> dict[str, np.ndarray]:
    """Tell for each variable who had been screened out before its page."""
    over = np.zeros(len(given.frame), dtype=bool)
    found: dict[str, np.ndarray] = {}
    for page in form.pages:
        found |= dict.fromkeys((entry.id for entry in page.entries), over)
        # among pages in random order nobody knows which one came after
        if page.screenout is not None and page.group is None:
            over = over | (given.holds(page.relevance) & given.holds(page.screenout.when))
    return found


def _codes(survey: Survey, id: str) -> tuple[Value, ...]:
    source = survey.scales[survey.items[id].scale] if id in survey.items else survey.fields[id]
    return tuple(source.missing)


class _Given:
    """What was answered, with the codes of "don't know" put back."""

    def __init__(self, survey: Survey, frame: pd.DataFrame, reasons: pd.DataFrame) -> None:
        self.survey, self.frame, self.reasons = survey, frame, reasons
        self.columns: dict[str, np.ndarray] = {}

    def holds(self, condition: Condition | None) -> np.ndarray:
        """Tell for each row whether a condition holds; each distinct combination of answers is looked at once."""
        if condition is None:
            return np.ones(len(self.frame), dtype=bool)
        asked = [name for name in sorted(names(condition)) if name in self.frame]
        if not asked:
            return np.full(len(self.frame), condition.holds({}))
        given = pd.DataFrame({name: self.column(name) for name in asked})
        groups = given.groupby(asked, dropna=False, sort=False).ngroup().to_numpy()
        first = pd.Series(groups).drop_duplicates()
        answers = [{name: _value(given[name].iat[row]) for name in asked} for row in first.index]
        held = dict(zip(first.to_list(), (condition.holds(row) for row in answers), strict=True))
        return np.array([held[group] for group in groups], dtype=bool)

    def column(self, name: str) -> np.ndarray:
        """Return the answers to one question, None where there is none."""
        if name not in self.columns:
            given = self.frame[name].to_numpy(dtype=object, copy=True)
            missing = {str(code): code for code in _codes(self.survey, name)}
            for row, reason in enumerate(self.reasons[name].to_numpy() if name in self.reasons else ()):
                if reason in missing:
                    given[row] = missing[reason]
            self.columns[name] = given
        return self.columns[name]


def _value(value: Any) -> Value | None:
    return None if pd.isna(value) else value
