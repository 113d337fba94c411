"""The questions of a typing tool: every column as a list of answers, numbers cut into brackets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxresearch.analysis.personas.input import Variable
from cxresearch.errors import ArgumentError, Fault, Place, listing
from cxresearch.responses.column import Column
from cxresearch.result import Names, plain
from cxresearch.words.catalog import say
from cxresearch.words.numbers import number

BRACKETS = 5
MOST_NUMBERS = 11  # a number with as few different values keeps them
MOST_DIGITS = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class TypingQuestion:
    """One question with its answers.

    Parameters
    ----------
    variable : Variable
    codes : tuple
        Answers; for brackets their upper limits, the last one infinite.
    brackets : bool
    """

    variable: Variable
    codes: tuple[Any, ...]
    brackets: bool

    @classmethod
    def of(cls, variable: Variable) -> TypingQuestion:
        """Make a question of a column that people were grouped by."""
        if variable.kind in ("category", "ordered"):
            return cls(variable=variable, codes=variable.codes, brackets=False)
        values = variable.column.values.dropna().to_numpy(dtype=float)
        found = np.unique(values)
        if len(found) <= MOST_NUMBERS:
            return cls(variable=variable, codes=tuple(found.tolist()), brackets=False)
        return cls(variable=variable, codes=(*limits_of(values), math.inf), brackets=True)

    @property
    def name(self) -> str:
        """Column."""
        return self.variable.name

    @property
    def limits(self) -> tuple[float, ...]:
        """Upper limits of all brackets but the last; empty where answers are codes."""
        return self.codes[:-1] if self.brackets else ()

    def positions(self, column: Column) -> np.ndarray:
        """Return each answer's position among `codes`, -1 where there is none or it is a new one.

        Raises
        ------
        ArgumentError
            ``personas.words-for-numbers`` where brackets of numbers are asked for and the column holds words.
        """
        if self.brackets:
            values = _numbers(column)
            return np.where(np.isnan(values), -1, np.searchsorted(self.limits, np.nan_to_num(values), side="left"))
        # another wave may hold 3 where this one held "3", because its other answers are no words
        place = {plain(code): i for i, code in reversed(list(enumerate(self.codes)))}
        place |= {code: i for i, code in reversed(list(enumerate(self.codes)))}
        return np.array(
            [-1 if a is None or a != a else place.get(a, place.get(plain(a), -1)) for a in column.values], dtype=int
        )

    def answer_label(self, position: int, names: Names, lang: str) -> str:
        """Return an answer in words."""
        if not self.brackets:
            return names.code(self.name, self.codes[position], lang)
        if not self.limits:
            return say("personas.bracket.any", lang)
        digits = _digits(self.limits)
        low = None if position == 0 else number(self.limits[position - 1], lang, digits)
        high = None if position == len(self.limits) else number(self.limits[position], lang, digits)
        if low is None:
            return say("personas.bracket.up_to", lang, high=high)
        return say("personas.bracket.above" if high is None else "personas.bracket.between", lang, low=low, high=high)

    def code_text(self, position: int) -> str:
        """Return how an answer is written in a table: its code, or the number of its bracket."""
        return str(position + 1) if self.brackets else plain(self.codes[position])


def limits_of(values: np.ndarray) -> list[float]:
    """Return limits between brackets about equally full, as round as tells them apart; each has people on both sides.

    Examples
    --------
    >>> limits_of(np.arange(1.0, 101.0))
    [21.0, 41.0, 60.0, 80.0]
    >>> limits_of(np.r_[np.zeros(90), 17.123, 28.5, 40.0])
    [0.0]
    """
    wanted = np.unique(np.quantile(values, np.arange(1, BRACKETS) / BRACKETS))
    steps = np.diff(wanted if len(wanted) > 1 else np.unique(values))
    digits = min(1 - math.floor(math.log10(steps.min())), 15)
    rounded = np.unique(np.round(wanted, digits))
    inside = rounded[(rounded >= values.min()) & (rounded < values.max())]
    if not len(inside):  # nearly everybody gave the highest number
        inside = np.unique(values)[-2:-1]
    limits: list[float] = (inside + 0.0).tolist()
    return limits


def answers_of(questions: Sequence[TypingQuestion], columns: Sequence[Column]) -> np.ndarray:
    """Return people x questions with positions of answers."""
    return np.column_stack([q.positions(c) for q, c in zip(questions, columns, strict=True)])


def _numbers(column: Column) -> np.ndarray:
    if not column.numeric and column.values.notna().any():
        raise ArgumentError(
            Fault(
                code="personas.words-for-numbers",
                what="This question is answered by a number, and the column holds words.",
                place=Place(file="frame", field=column.name),
                given=listing(column.values.dropna().unique(), most=3),
                do="Turn the column into numbers first.",
            )
        )
    return column.values.to_numpy(dtype=float, na_value=np.nan)


def _digits(limits: Sequence[float]) -> int:
    return next((d for d in range(MOST_DIGITS) if all(round(x, d) == x for x in limits)), MOST_DIGITS)
