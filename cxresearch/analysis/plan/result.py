"""The answer: sizes or margins as tables, curve and sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.plan.goals import Goal
from cxresearch.analysis.plan.rows import MOST_LINES, Asked, survey_n
from cxresearch.result import Result
from cxresearch.words.catalog import say, write
from cxresearch.words.numbers import formatter, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_TOLD = 3  # goals in the sentence
_FAMILY = {"share": "hundred", "nps": "hundred"}
_CELLS = {"share": "%1", "nps": "n1", "points": "n2", "people": "i"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SurveyPlan(Result):
    """How many people are to be asked, or what so many can tell; made by :func:`cxresearch.plan`.

    Parameters
    ----------
    assumptions : DataFrame
        A row a target: level, power, spread and whatever else was assumed.
    fieldwork : DataFrame
        The people that are left at each step from the invitation to the usable answer, for the target that needs most.
    curve : DataFrame
        What each target is told with over the answers of one survey, for the picture.
    goals : tuple
    asked : Asked
    """

    kind: ClassVar[str] = "plan"
    columns: ClassVar[dict[str, str]] = {
        "target": "name",
        "wanted": "n2",
        "n": "i",
        "n_per_group": "i",
        "n_second_group": "i",
        "groups": "i",
        "invitations": "i",
        "reached": "n2",
        "statistic": "word:plan.statistic",
        "n_exact": "n1",
        "deff": "n2",
        "population": "i",
        "assumption": "text",
        "level": "%0",
        "power": "%0",
        "spread": "n1",
        "probability": "%0",
        "comparisons": "i",
        "share": "%0",
        "share_second": "%0",
        "sd": "n2",
        "sd_second": "n2",
        "variance": "n2",
        "correlation": "n2",
        "personas": "i",
        "n_given": "i",
        "step": "word:plan.step",
        "rate": "%1",
        "expected": "i",
    }

    assumptions: pd.DataFrame
    fieldwork: pd.DataFrame
    curve: pd.DataFrame
    goals: tuple[Goal, ...]
    asked: Asked

    def frames(self) -> dict[str, pd.DataFrame]:
        return {
            "table": self.table,
            "plan_assumptions": self.assumptions,
            "plan_fieldwork": self.fieldwork,
            "plan_curve": self.curve,
        }

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        """Write a value in the unit of its target."""
        value = row[column]
        if column in ("wanted", "reached") and not math.isnan(value):
            return write(value, _CELLS[self._goal(row["target"]).unit], lang)
        if column == "assumption":
            goal = self._goal(row["target"])
            return say(f"plan.assumption.{value}", lang, level=goal.level, **goal.assumed())
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say how many answers and invitations are needed, or what the given ones tell, and what is assumed."""
        lang = lang or self.lang
        if self.asked.sized:
            first = self.goals[:MOST_TOLD]
            told = [self._told(goal, "given", lang) for goal in first]
            more = len(self.goals) - len(first)
            rest = [say("plan.more", lang, k=more)] if more else []
            return " ".join([say(f"plan.with.{self._with}", lang, **self._sizes()), *told, *rest])
        goal = self.decides
        parts = [self._told(goal, "needed", lang)]
        if len(self.goals) > 1:
            parts.append(say("plan.most", lang, k=len(self.goals)))
        if self.asked.rates.usable < 1:
            parts.append(say("plan.invite", lang, **self._sizes()))
        if any(caveat.code == "plan_population" for caveat in self.caveats):
            parts.append(say("plan.beyond", lang))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say how many are needed, or with how many is reckoned."""
        lang = lang or self.lang
        if self.asked.sized:
            return say("plan.finding.given", lang, **self._sizes())
        key = "panel" if self.decides.form == "panel" else "needed"
        return say(f"plan.finding.{key}", lang, **self._sizes())

    def method(self, lang: str | None = None) -> str:
        """Say by which formula, with what assumed and how rounded."""
        lang = lang or self.lang
        parts = [say(f"plan.method.{s}", lang) for s in dict.fromkeys(goal.statistic for goal in self.goals)]
        comparisons = max(goal.target.comparisons for goal in self.goals)
        if comparisons > 1:
            parts.append(say("plan.method.comparisons", lang, k=comparisons))
        if self.asked.population is not None and any(goal.form == "estimate" for goal in self.goals):
            parts.append(say("plan.method.population", lang, population=self.asked.population))
        sampling = self.goals[0].sampling
        if sampling.effect != 1:
            parts.append(say("plan.method.deff", lang, deff=sampling.effect))
        if self.asked.rates.usable < 1:
            parts.append(say("plan.method.rates", lang, usable=self.asked.rates.usable))
        parts.append(say("plan.method.rounded", lang))
        return " ".join(parts)

    @property
    def decides(self) -> Goal:
        """The target that needs most answers of one survey."""
        sizes = self._survey_sizes()
        return self.goals[sizes.index(max(sizes))]

    @property
    def answers(self) -> int:
        """Complete answers of one survey: its groups together, one wave by itself; for quotas."""
        return self.asked.n or int(max(self._survey_sizes()))

    @property
    def _with(self) -> str:
        return "answers" if self.asked.invitations is None else "invitations"

    def _told(self, goal: Goal, key: str, lang: str) -> str:
        """Say what a goal needs or reaches, and under which assumption."""
        told = say(
            f"plan.{key}.{goal.form}", lang, **self._values(goal, "wanted" if key == "needed" else "reached", lang)
        )
        assumed = say(f"plan.assumed.{goal.assumption}", lang, **goal.assumed())
        return f"{told} {say('plan.assuming', lang, assumed=assumed)}"

    def _goal(self, key: str) -> Goal:
        return next(goal for goal in self.goals if goal.key == key)

    def _row(self, goal: Goal) -> dict[str, Any]:
        return dict(self.table.iloc[self.goals.index(goal)])

    def _survey_sizes(self) -> list[float]:
        return [survey_n(goal, self._row(goal)) for goal in self.goals]

    def _sizes(self) -> dict[str, Any]:
        row = self._row(self.decides)
        return {
            "n": self.asked.n or row["n"],
            "first": row["n_per_group"],
            "invitations": self.asked.invitations or row["invitations"],
            "usable": self.asked.rates.usable,
        }

    def _values(self, goal: Goal, column: str, lang: str) -> dict[str, Any]:
        row = self._row(goal)
        told = 100 * row[column] if goal.unit == "share" else row[column]
        return {
            "what": self.names.of(goal.key, lang),
            "amount": say(f"plan.amount.{goal.unit}", lang, value=told),
            "level": goal.level,
            "n": row["n"],
            "first": row["n_per_group"],
            "second": row["n_second_group"],
            "power": goal.power,
            **goal.assumed(),
        }

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.curve import curve

        sizes = self._survey_sizes()
        drawn, unit = self._drawn(sizes)
        scales = {goal.key: self._scale(goal, unit) for goal in drawn}
        frame = self.curve[self.curve["target"].isin(list(scales))].copy()
        frame["told"] *= frame["target"].map(scales)
        frame = frame.rename(columns={"target": "series", "answers": "x", "told": "y"})
        chosen = frame[frame["chosen"] & np.isfinite(frame["y"])]
        subtitle = [say(f"plan.subtitle.{'given' if self.asked.sized else 'needed'}", lang, level=self.asked.level)]
        if len(drawn) < len(self.goals):
            subtitle.append(say("plan.subtitle.others", lang))
        digits = {"hundred": 1, "points": 2}.get(unit, 0)
        return curve(
            frame,
            series_labels={goal.key: self._label(goal, lang) for goal in drawn},
            x_label=say("plan.x_axis", lang),
            y_label=say(f"plan.y_axis.{unit}", lang),
            number=percent_formatter(lang) if unit == "mixed" else formatter(lang, digits),
            x_number=formatter(lang, 0),
            title=self.heading(lang),
            subtitle=" ".join(subtitle),
            vertical=max(sizes),
            vertical_label=say("plan.chosen", lang, n=max(sizes)),
            limits=(0.0, float(frame["x"].max())),
            y_limits=(0.0, 2.2 * float(chosen["y"].max()) if len(chosen) else 1.0),
            marked=chosen if len(chosen) else None,
            ax=ax,
        )

    def _drawn(self, sizes: list[float]) -> tuple[list[Goal], str]:
        """Return the targets of the picture and what its axis counts.

        Different units are drawn against what is wanted; with given answers all lines would then be the same, so that
        only those in the unit of the first target are drawn.
        """
        most = sorted(range(len(sizes)), key=lambda i: (-sizes[i], i))
        kinds = [_FAMILY.get(goal.unit, goal.unit) for goal in self.goals]
        if self.asked.sized:
            most = [i for i in most if kinds[i] == kinds[0]]
        drawn = sorted(most[:MOST_LINES])
        units = {kinds[i] for i in drawn}
        return [self.goals[i] for i in drawn], next(iter(units)) if len(units) == 1 else "mixed"

    def _scale(self, goal: Goal, unit: str) -> float:
        if unit == "mixed":
            return float(1 / self._row(goal)["wanted"])
        return 100.0 if goal.unit == "share" else 1.0

    def _label(self, goal: Goal, lang: str) -> str:
        """Name a line with its chosen point."""
        row = self._row(goal)
        told = 100 * row["reached"] if goal.unit == "share" else row["reached"]
        amount = say(f"plan.amount.{goal.unit}", lang, value=told)
        key = "margin" if goal.form == "estimate" else "people" if goal.unit == "people" else "difference"
        n = survey_n(goal, row)
        return say(f"plan.line.{key}", lang, what=self.names.of(goal.key, lang), amount=amount, n=n)
