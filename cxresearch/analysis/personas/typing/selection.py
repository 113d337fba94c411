"""How a typing tool is made: which questions, which points, and how often they are right out of sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.typing.questions import TypingQuestion, answers_of
from cxresearch.analysis.personas.typing.scoring import Scoring, cross_validated, forward, learn
from cxresearch.analysis.personas.typing.tool import GAIN, TypingTool
from cxresearch.errors import ArgumentError, Fault
from cxresearch.result import Caveat
from cxresearch.stats.proportion import weighted_proportion

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas


def typing_tool(found: Personas, max_items: int) -> TypingTool:
    """Choose the questions; see :meth:`Personas.typing_tool`."""
    if isinstance(max_items, bool) or not isinstance(max_items, int) or max_items < 1:
        raise ArgumentError(
            Fault(code="personas.max-items", what="A typing tool has questions.", given=max_items, allowed="1, 2, ...")
        )
    if found.k < 2:
        raise ArgumentError(
            Fault(code="personas.one-group", what="There is one group, so there is nothing to tell apart.", given=1)
        )
    people = found.frame
    questions = [TypingQuestion.of(v) for v in people.variables]
    answers = answers_of(questions, [v.column for v in people.variables])[found.used]
    grouping = found.chosen.grouping
    placed_by_all, chance = grouping.place(people.indicators.take(found.used))
    labels = placed_by_all - 1
    members = chance if grouping.is_model else np.eye(found.k)[labels]
    weights = people.weights[found.used]
    weights = weights / weights.mean()
    levels = [len(q.codes) for q in questions]
    most = min(max_items, len(questions))
    placed = cross_validated(answers, levels, members, weights, most, found.seed)
    scoring = learn(answers, levels, members, weights)
    order = forward(scoring, answers, labels, weights, most)
    table = _steps(found, [questions[i].name for i in order], placed == labels, weights)
    size = _fewest(table["accuracy"].to_numpy())
    table["used"] = ["yes" if step <= size else "no" for step in table["step"]]
    chosen = [questions[i] for i in order[:size]]
    caveats = [Caveat(code="personas_typing_unsupported", severity="warning")] if not found.supported else []
    if found.withheld:
        caveats.append(Caveat(code="personas_typing_withheld", severity="warning", values={"cell": found.minimum_cell}))
    return TypingTool(
        table=table,
        caveats=tuple(caveats),
        names=found.names,
        lang=found.lang,
        accuracy=float(table["accuracy"].iloc[size - 1]),
        baseline=float(np.bincount(labels, weights, minlength=found.k).max() / weights.sum()),
        items=tuple(q.name for q in chosen),
        confusion=_confusion(labels, placed[size - 1], weights, found),
        scoring=_scoring_table(chosen, [scoring.points[i] for i in order[:size]], found.k),
        questions=tuple(chosen),
        points=Scoring(start=scoring.start, points=tuple(scoring.points[i] for i in order[:size])),
        frame=people,
        k=found.k,
        level=found.level,
        seed=found.seed,
        verdict=found.verdict,
    )


def _steps(found: Personas, items: list[str], right: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    told = None if found.frame.indicators.weights is None else weights
    shares = [weighted_proportion(r.astype(float), told, found.level) for r in right]
    return pd.DataFrame(
        {
            "step": np.arange(1, len(items) + 1),
            "item": items,
            "accuracy": [s.value for s in shares],
            "ci_low": [s.low for s in shares],
            "ci_high": [s.high for s in shares],
        }
    )


def _fewest(accuracy: np.ndarray) -> int:
    """Return the smallest number of questions that is nearly as good as the best."""
    return int(np.argmax(accuracy >= accuracy.max() - GAIN)) + 1


def _confusion(truth: np.ndarray, placed: np.ndarray, weights: np.ndarray, found: Personas) -> pd.DataFrame:
    rows = []
    for i in range(found.k):
        own = truth == i
        for j in range(found.k):
            both = own & (placed == j)
            share = float(weights[both].sum() / weights[own].sum()) if own.any() else np.nan
            rows.append({"persona": i + 1, "placed": j + 1, "share": share, "n": int(both.sum())})
    table = pd.DataFrame(rows)
    if not found.withheld:
        return table
    return table.assign(n=table["n"].astype("Int64").mask(table["persona"].isin(found.withheld)))


def _scoring_table(questions: list[TypingQuestion], points: list[np.ndarray], k: int) -> pd.DataFrame:
    rows = []
    for question, table in zip(questions, points, strict=True):
        for position in range(len(question.codes)):
            row: dict[str, Any] = {"item": question.name, "answer": question.code_text(position)}
            rows.append(row | {f"persona_{i + 1}": table[position, i] for i in range(k)})
    return pd.DataFrame(rows)
