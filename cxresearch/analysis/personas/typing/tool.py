"""The typing tool: the fewest questions that tell to which persona somebody belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.input import Frame, newcomer_columns
from cxresearch.analysis.personas.typing.questions import TypingQuestion, answers_of
from cxresearch.analysis.personas.typing.scoring import Scoring, density, rare_below, simulated
from cxresearch.responses.responses import RESPONDENT, Responses
from cxresearch.result import Result
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAIN = 0.01  # one question more has to place at least so many more people right
RARE, DRAWS = 0.01, 2000
TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TypingTool(Result):
    """Few questions, their points, and how often they are right; made by :meth:`Personas.typing_tool`.

    Parameters
    ----------
    accuracy : float
        Share of people placed as all items place them, by points and questions learnt without them.
    items : tuple of str
        The questions, most telling first.
    baseline : float
        Share of people placed right without any question, by the largest persona.
    confusion : DataFrame
        A row a persona and the persona that the tool says.
    scoring : DataFrame
        A row a question and answer: the points for each persona.
    questions, points, frame, k, level, seed, verdict
        The questions with their answers and points; the people, and what was asked for.
    """

    kind: ClassVar[str] = "persona_typing"
    columns: ClassVar[dict[str, str]] = {
        "step": "i",
        "item": "name",
        "accuracy": "%0",
        "ci_low": "%0",
        "ci_high": "%0",
        "used": "word:personas.used",
        "persona": "text",
        "placed": "text",
        "share": "%0",
        "n": "i",
    }

    accuracy: float
    baseline: float
    items: tuple[str, ...]
    confusion: pd.DataFrame
    scoring: pd.DataFrame
    questions: tuple[TypingQuestion, ...] = field(repr=False)
    points: Scoring = field(repr=False)
    frame: Frame = field(repr=False)
    k: int
    level: float
    seed: int
    verdict: str

    def frames(self) -> dict[str, pd.DataFrame]:
        overall = pd.DataFrame([{"baseline": self.baseline}])
        return {"table": self.table, "confusion": self.confusion, "overall": overall}

    def shown_columns(self, frame: str) -> dict[str, str]:
        return {} if frame == "overall" else super().shown_columns(frame)

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column in ("persona", "placed"):
            return self.names.code("persona", row[column], lang)
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say how many questions place how many people right."""
        lang = lang or self.lang
        row = self.table[self.table["used"] == "yes"].iloc[-1]
        own = self.right_by_persona()
        worst = own.iloc[int(own["share"].fillna(1.0).to_numpy().argmin())]
        return say(
            "personas.typing.answer",
            lang,
            k=len(self.items),
            items=join([say("common.quoted", lang, name=self.names.of(i, lang).rstrip(".")) for i in self.items], lang),
            accuracy=row["accuracy"],
            low=row["ci_low"],
            high=row["ci_high"],
            level=self.level,
            persona=self.names.code("persona", worst["persona"], lang),
            share=worst["share"],
            baseline=self.baseline,
        )

    def right_by_persona(self) -> pd.DataFrame:
        """Return a row a persona: the share of its people who are placed right, NaN where nobody belongs to it."""
        own = self.confusion[self.confusion["persona"] == self.confusion["placed"]]
        return own.drop(columns="placed").reset_index(drop=True)

    def heading(self, lang: str | None = None) -> str:
        """Name the tool."""
        return say("personas.typing.heading", lang or self.lang, k=len(self.items))

    def method(self, lang: str | None = None) -> str:
        """Say how questions were chosen and accuracy was measured."""
        return say("personas.typing.method", lang or self.lang, gain=100 * GAIN, seed=self.seed)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.table["step"],
                "value": self.table["accuracy"],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
                "hollow": self.table["used"] == "no",
            }
        )
        more = [say("personas.typing.hollow", lang)] if frame["hollow"].any() else []
        labels = {
            r["step"]: say("personas.typing.step", lang, step=r["step"], item=self.names.of(r["item"], lang))
            for r in self.table.to_dict("records")
        }
        return intervals(
            frame,
            row_labels=labels,
            value_label=say("personas.typing.axis", lang),
            number=percent_formatter(lang),
            tick_number=percent_formatter(lang),
            title=self.heading(lang),
            subtitle=" ".join([say("personas.typing.subtitle", lang, level=self.level), *more]),
            ax=ax,
        )

    def assign(self, data: Responses | pd.DataFrame, *, perspective: str | None = None) -> pd.DataFrame:
        """Place other people by the answers to these questions alone.

        Parameters
        ----------
        data : Responses or DataFrame
            Needs the columns in `items`; an unanswered question adds nothing.
        perspective : str, optional

        Returns
        -------
        DataFrame
            A row a respondent: row, persona (missing where nothing was answered), probability, and whether the answers
            are unlike those of anyone (rarer than those of 99 % of people who follow the points).

        Raises
        ------
        ArgumentError
            ``data.unknown-column`` where a question is missing.
        """
        source, rows, columns = newcomer_columns(data, [q.variable for q in self.questions], perspective)
        answers = answers_of(self.questions, columns)
        sums = self.points.sums(answers, range(len(self.questions)))
        seen = answers >= 0
        placed = seen.any(axis=1)
        logs = density(sums)
        index = data.index if isinstance(data, pd.DataFrame) else source.frame.index
        frame = pd.DataFrame({"row": rows}, index=index[rows])
        if RESPONDENT in source.frame:
            frame[RESPONDENT] = source.frame[RESPONDENT].to_numpy()[rows]
        persona = pd.array(sums.argmax(axis=1) + 1, dtype="Int64")
        persona[~placed] = pd.NA
        return frame.assign(
            persona=persona,
            probability=np.where(placed, np.exp(sums - logs[:, None]).max(axis=1), np.nan),
            unlike=self._unlike(seen, logs),
        )

    def _unlike(self, seen: np.ndarray, logs: np.ndarray) -> np.ndarray:
        """Compare people with simulated ones who left the same questions unanswered."""
        drawn = simulated(self.points, DRAWS, self.seed)
        patterns, which = np.unique(seen, axis=0, return_inverse=True)
        least = [rare_below(self.points, drawn, p, RARE) if p.any() else -np.inf for p in patterns]
        unlike: np.ndarray = logs < np.array(least)[which.ravel()] - TOLERANCE
        return unlike

    @property
    def unlike_below(self) -> float:
        """Log-density below which complete answers are unlike those of anyone."""
        every = np.ones(len(self.questions), dtype=bool)
        return rare_below(self.points, simulated(self.points, DRAWS, self.seed), every, RARE) - TOLERANCE

    def write(self, path: str | Path, lang: str | None = None, *, overwrite: bool = False) -> Path:
        """Write the tool for use elsewhere.

        Parameters
        ----------
        path : path
            By its ending: ``.xlsx`` (a sheet that calculates, and the points), ``.csv`` (points), ``.json`` (questions,
            answers and points, for other software), ``.yaml`` (the questions as a survey).
        lang : str, optional
        overwrite : bool
            Replace a survey that is there already and differs; the other files are replaced anyway.

        Returns
        -------
        Path

        Raises
        ------
        ArgumentError
            ``personas.typing-format``, ``personas.typing-not-writable``.
        SurveyError
            ``survey.file-exists``.
        """
        from cxresearch.analysis.personas.typing.export import write

        return write(self, path, lang or self.lang, overwrite=overwrite)
