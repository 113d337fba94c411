"""What goals need or tell as rows: whole numbers, invitations, what is reached, and the curve of the picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.analysis.plan.fieldwork import Rates
from cxresearch.analysis.plan.goals import Goal
from cxresearch.errors import ArgumentError, CxError, Fault

NODES = 45  # of the curve
MOST_LINES = 5
FAR = 20


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked beside the targets: the answers that are given, if any, and the field work."""

    level: float
    power: float
    n: int | None
    rates: Rates
    population: int | None
    invitations: int | None = None

    @property
    def sized(self) -> bool:
        """Whether the number of answers is given."""
        return self.n is not None


def row_of(goal: Goal, asked: Asked) -> dict[str, Any]:
    """Return the row of a goal."""
    exact = goal.size() if goal.wanted is not None else math.nan
    first, second = goal.wholes(exact) if asked.n is None else goal.split(asked.n)
    try:
        reached = goal.reached(first, second / first if first else 0.0)
    except CxError:
        raise ArgumentError(
            Fault(
                code="plan.n",
                what=f"So few answers tell nothing about {goal.key!r}.",
                given=f"{first} and {second}" if goal.groups == 2 else first,
                do="Give more answers or a ratio nearer to 1, or leave this target out.",
            )
        ) from None
    invited = first if goal.form == "panel" else first + second
    return {
        "target": goal.key,
        "statistic": goal.statistic,
        "assumption": goal.assumption,
        "wanted": math.nan if goal.wanted is None else float(goal.wanted),
        "n_exact": exact * (1 + goal.ratio),
        "n": first + second,
        "n_per_group": first,
        "n_second_group": second if goal.groups == 2 else math.nan,
        "groups": goal.groups,
        "deff": goal.sampling.effect,
        "population": math.nan if asked.population is None else float(asked.population),
        "invitations": asked.rates.invitations(invited),
        "reached": reached,
    }


def assumptions_of(goals: Sequence[Goal], asked: Asked) -> pd.DataFrame:
    """Return what was assumed, a row a goal."""
    rows = [{"target": goal.key, "level": goal.level, **goal.assumed()} for goal in goals]
    frame = pd.DataFrame(rows)
    return frame if asked.n is None else frame.assign(n_given=asked.n)


def survey_n(goal: Goal, row: Mapping[str, Any]) -> float:
    """Return the answers of one survey in a row: groups together, waves each."""
    second = row["n_second_group"]
    return goal.survey(float(row["n_per_group"]), 0.0 if math.isnan(second) else float(second))


def fieldwork_of(invitations: int, rates: Rates) -> pd.DataFrame:
    """Return how many of the invited are left at each step of the field work."""
    people = float(invitations)
    rows: list[dict[str, Any]] = [{"step": "invited", "rate": math.nan, "expected": people}]
    for step, rate in rates.steps.items():
        people *= rate
        rows.append({"step": step, "rate": rate, "expected": people})
    rows.append({"step": "of_invited", "rate": rates.usable, "expected": people})
    return pd.DataFrame(rows)


def curve_of(goals: Sequence[Goal], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return what each goal is told with over the answers of one survey, and the chosen points.

    ``chosen`` marks the point of the row itself.
    """
    chosen = [survey_n(goal, row) for goal, row in zip(goals, rows, strict=True)]
    most, least = max(chosen), min(chosen)
    grid = np.geomspace(max(0.25 * least, 4.0), 1.5 * most, NODES)
    lines: list[dict[str, Any]] = []
    for goal, row, at in zip(goals, rows, chosen, strict=True):
        points = [(float(n), _told(goal, float(n), at), False) for n in grid if not math.isclose(n, at)]
        points.append((at, float(row["reached"]), True))
        lines.extend(
            {"target": goal.key, "answers": n, "told": told, "chosen": mark} for n, told, mark in sorted(points)
        )
    return pd.DataFrame(lines)


def _told(goal: Goal, n: float, chosen: float) -> float:
    if goal.unit == "people" and n > FAR * chosen:  # out of the picture, and long to count
        return math.nan
    first = n if goal.form in ("waves", "panel") else n / (1 + goal.ratio)
    try:
        told = goal.reached(first, goal.ratio)
    except CxError:  # fewer than can be reckoned with, or more than there are
        return math.nan
    return told if math.isfinite(told) else math.nan
