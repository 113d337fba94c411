"""Answers that no condition can tell apart, taken together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cxresearch.survey.expression import Answered, Leaf, Value
from cxresearch.survey.form import Entry

WRITTEN = "written"  # stands for any text or date


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Answers with the same consequences.

    Parameters
    ----------
    value : int, float, str or None
        One of them; None is no answer.
    weight : float
        How many there are.
    """

    value: Value | None
    weight: float


def cells(entry: Entry, leaves: Sequence[Leaf], *, apart: bool = False) -> tuple[Cell, ...]:
    """Divide the answers to a question by what conditions make of them.

    Parameters
    ----------
    entry : Entry
    leaves : sequence of Leaf
        The comparisons with this question.
    apart : bool
        Every code is a cell of its own, because other questions exclude it.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> from cxresearch.survey.form import Entry
    >>> from cxresearch.survey.item import BackgroundField
    >>> age = BackgroundField(id="age", name="Age", kind="number")
    >>> entry = Entry(id="age", kind="number", text=age.name, source=age, low=16, high=110, step=1)
    >>> [(cell.value, cell.weight) for cell in cells(entry, [parse("age < 18")])]
    [(16, 2.0), (18, 93.0)]
    """
    if entry.kind in ("text", "date"):
        found = [Cell(value=WRITTEN, weight=1)]
    else:
        values = _numbers(entry, leaves) if entry.kind == "number" else [(option.code, 1.0) for option in entry.options]
        values += [(code, 1.0) for code in entry.missing] if entry.kind == "number" else []
        found = [Cell(value=v, weight=w) for v, w in values] if apart else _merged(entry.id, values, leaves)
    return tuple(found)


def _merged(name: str, values: Iterable[tuple[Value, float]], leaves: Sequence[Leaf]) -> list[Cell]:
    found: dict[tuple[bool, ...], Cell] = {}
    for value, weight in values:
        signature = tuple(leaf.holds({name: value}) for leaf in leaves)
        first = found.get(signature)
        found[signature] = Cell(value=first.value if first else value, weight=weight + (first.weight if first else 0))
    return list(found.values())


def _numbers(entry: Entry, leaves: Sequence[Leaf]) -> list[tuple[Value, float]]:
    """Return one number of every stretch between the numbers that conditions name, with the size of the stretch."""
    named = sorted({float(value) for leaf in leaves for value in _values(leaf) if not isinstance(value, str)})
    low = entry.low if entry.low is not None else min([*named, entry.high or 0.0]) - 100
    high = entry.high if entry.high is not None else max([*named, low]) + 100
    inside = [value for value in named if low <= value <= high]
    if entry.step is None:
        cuts = sorted({low, high, *inside})
        between = [((a + b) / 2, b - a) for a, b in itertools.pairwise(cuts)]
        return [*((cut, 1e-9) for cut in cuts), *between]
    start = entry.low if entry.low is not None else 0.0
    step = entry.step
    ticks = {round((value - start) / step) for value in inside if _on_grid(value, start, step)}
    first, last = math.ceil((low - start) / step - 1e-9), math.floor((high - start) / step + 1e-9)
    edges = {math.ceil((value - start) / step - 1e-9) for value in named}  # the first number at or above it
    bounds = sorted({first, last + 1, *(t for t in (*ticks, *edges) if first <= t <= last)})
    bounds = sorted({*bounds, *(t + 1 for t in ticks if t + 1 <= last)})
    return [(_tidy(start + a * step), float(b - a)) for a, b in itertools.pairwise(bounds) if b > a]


def _on_grid(value: float, start: float, step: float) -> bool:
    return abs((value - start) / step - round((value - start) / step)) < 1e-9


def _tidy(value: float) -> float | int:
    near = round(value)
    return near if abs(value - near) < 1e-9 else float(f"{value:.12g}")


def _values(leaf: Leaf) -> tuple[Value, ...]:
    if isinstance(leaf, Answered):
        return ()
    return leaf.values if hasattr(leaf, "values") else (leaf.value,)
