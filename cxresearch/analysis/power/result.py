"""The answer: what a comparison can tell as tables, curve and sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.analysis.power.plan import Plan
from cxresearch.result import Result
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VERDICTS = ("aligned", "inside_higher", "inside_lower", "inconclusive")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Power(Result):
    """What a comparison can tell; made by :func:`cxresearch.power_gap`.

    Parameters
    ----------
    needed : DataFrame
        A row a goal: goal, difference, wanted, n_inside, n_outside, reached.
    precision : DataFrame
        One row: sizes, design effects, standard error, half width of the interval, detectable
        difference and margin.
    chances : DataFrame
        The probabilities over a grid of true differences, for the picture.
    plan : Plan
    """

    kind: ClassVar[str] = "power"
    columns: ClassVar[dict[str, str]] = {
        "goal": "word:power.goal",
        "difference": "n2",
        "found": "%0",
        "aligned": "%0",
        "inside_higher": "%0",
        "inside_lower": "%0",
        "inconclusive": "%0",
        "wanted": "%0",
        "n_inside": "i",
        "n_outside": "i",
        "reached": "%0",
        "sd_inside": "n2",
        "sd_outside": "n2",
        "effect_inside": "n2",
        "effect_outside": "n2",
        "se": "n3",
        "half_width": "n2",
        "detectable_difference": "n2",
        "detectable_margin": "n2",
    }

    needed: pd.DataFrame
    precision: pd.DataFrame
    chances: pd.DataFrame
    plan: Plan

    def frames(self) -> dict[str, pd.DataFrame]:
        return {
            "table": self.table,
            "needed_n": self.needed,
            "precision": self.precision,
            "verdict_chances": self.chances,
        }

    def sentence(self, lang: str | None = None) -> str:
        """Say what the sizes can tell, or which sizes are needed."""
        lang = lang or self.lang
        plan, values = self.plan, self._values()
        if plan.asked:
            return say(f"power.needed.{plan.kind}", lang, **values)
        parts = [say(f"power.given.{plan.kind}", lang, **values), say("power.detectable", lang, **values)]
        if values["found"] < plan.power or values["aligned"] < plan.power:
            parts.append(say(f"power.more.{plan.kind}", lang, **values))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say how probably the smallest gap that matters is found, or how many answers are needed."""
        key = "needed" if self.plan.asked else "given"
        return say(f"power.finding.{key}_{self.plan.kind}", lang or self.lang, **self._values())

    def method(self, lang: str | None = None) -> str:
        """Say what was assumed and how the probabilities were computed."""
        lang = lang or self.lang
        plan, row = self.plan, self.precision.iloc[0]
        parts = [say(f"power.method.{plan.kind}", lang, sd_inside=row["sd_inside"], sd_outside=row["sd_outside"])]
        if plan.correlation is not None:
            parts.append(say("power.method.correlation", lang, correlation=plan.correlation))
        parts.append(say("power.method.verdict", lang, margin=plan.margin, level=plan.level))
        if plan.shares is not None:
            parts.append(say("power.method.simulated", lang, draws=plan.draws, seed=plan.seed))
        if max(row["effect_inside"], row["effect_outside"]) > 1:
            effects = {"inside": row["effect_inside"], "outside": row["effect_outside"]}
            parts.append(say("power.method.design", lang, **effects))
        if plan.comparisons > 1:
            parts.append(say("power.method.comparisons", lang, k=plan.comparisons))
        parts.append(say("power.method.before", lang))
        return " ".join(parts)

    def _values(self) -> dict[str, Any]:
        plan, row = self.plan, self.precision.iloc[0]
        find, align = row_of_goal(self.needed, "difference", plan.margin), row_of_goal(self.needed, "aligned", 0.0)
        return {
            "n_inside": row["n_inside"],
            "n_outside": row["n_outside"],
            "margin": plan.margin,
            "found": row_at(self.table, plan.margin)["found"],
            "aligned": row_at(self.table, 0.0)["aligned"],
            "detectable": row["detectable_difference"],
            "power": plan.power,
            "find_inside": find["n_inside"],
            "find_outside": find["n_outside"],
            "align_inside": align["n_inside"],
            "align_outside": align["n_outside"],
        }

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.curve import curve

        long = self.chances.melt("difference", list(VERDICTS), var_name="series", value_name="y")
        plan = self.plan
        return curve(
            long.rename(columns={"difference": "x"}),
            series_labels={v: say(f"power.verdict.{v}", lang) for v in VERDICTS},
            x_label=say("power.x_axis", lang),
            y_label=say("power.y_axis", lang),
            number=percent_formatter(lang),
            x_number=formatter(lang, 2),
            title=self.heading(lang),
            subtitle=say(f"power.subtitle.{plan.kind}", lang, **self._values()),
            reference=plan.power,
            reference_label=say("power.wanted", lang),
            vertical=plan.margin,
            vertical_label=say("power.margin", lang, margin=plan.margin),
            limits=(0.0, float(self.chances["difference"].max())),
            y_limits=(0.0, 1.0),
            ax=ax,
        )


def row_at(table: pd.DataFrame, difference: float) -> dict[Any, Any]:
    """Return the row of a true difference."""
    return next(row for row in table.to_dict("records") if row["difference"] == difference)


def row_of_goal(needed: pd.DataFrame, goal: str, difference: float) -> dict[Any, Any]:
    """Return the row of a goal and a true difference."""
    return row_at(needed[needed["goal"] == goal], difference)
