"""The answer: what is done and what is held important, level by level, as tables, picture and sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from cxresearch.result import Result
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Maturity(Result):
    """What is done and what is held important, level by level; made by :func:`cxresearch.maturity`.

    Parameters
    ----------
    index : DataFrame
        One row: lip service over all levels; empty without importance.
    order : DataFrame
        One row: does what is done fall from level to level?
    steps : DataFrame
        A row for each level after the first: change against the level before.
    level : float
    adjust : str
    inside : str, optional
        Perspective that answered.
    """

    kind: ClassVar[str] = "maturity"
    columns: ClassVar[dict[str, str]] = {
        "previous": "name",
        "step": "name",
        "action": "n2",
        "action_low": "n2",
        "action_high": "n2",
        "importance": "n2",
        "importance_low": "n2",
        "importance_high": "n2",
        "lip_service": "+n2",
        "lip_low": "+n2",
        "lip_high": "+n2",
        "trend": "+n2",
        "trend_low": "+n2",
        "trend_high": "+n2",
        "p_trend": "p3",
        "p_page": "p3",
        "p_every_step": "p3",
        "change": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "verdict": "word:maturity.verdict",
        "relevance": "word:gaps.relevance",
        "p_adjusted": "p3",
        "n": "i",
        "n_pairs": "i",
    }

    index: pd.DataFrame
    order: pd.DataFrame
    steps: pd.DataFrame
    level: float
    adjust: str
    inside: str | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {"table": self.table, "index": self.index, "order": self.order, "steps": self.steps}
        return {name: frame for name, frame in found.items() if len(frame)}

    def shown_columns(self, frame: str) -> dict[str, str]:
        shown = super().shown_columns(frame)
        have = self.frames()[frame]
        return {c: how for c, how in shown.items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say whether what is done falls over the levels, and how far it lies behind what is held important."""
        lang = lang or self.lang
        parts = [self._trend(lang), self._gap(lang)]
        return " ".join(part for part in parts if part)

    def heading(self, lang: str | None = None) -> str:
        """Say the finding about the levels."""
        lang = lang or self.lang
        return say(f"maturity.finding.{self._way()}", lang)

    def method(self, lang: str | None = None) -> str:
        """Say how scores, order and lip service were computed."""
        lang = lang or self.lang
        parts = [say("maturity.method.scores", lang, level=self.level)]
        if len(self.order):
            n, steps = int(self.order["n"].iloc[0]), len(self.steps)
            parts.append(say("maturity.method.order", lang, n=n, k=steps + 1))
            parts.append(say(f"common.adjust.{self.adjust}", lang, k=steps))
        if len(self.index):
            margin = float(self.table["margin"].iloc[0])
            parts.append(say("maturity.method.gap", lang, margin=margin, equivalence=2 * self.level - 1))
            parts.append(say(f"common.adjust.{self.adjust}", lang, k=int(self.table["p"].notna().sum())))
        return " ".join(parts)

    def _way(self) -> str:
        if self.order.empty:
            return "open"
        row = self.order.iloc[0]
        alpha = 1 - self.level
        if not row["p_trend"] < alpha:
            return "open"
        if row["trend"] > 0:
            return "rising"
        return "falling_every" if row["p_every_step"] < alpha else "falling"

    def _trend(self, lang: str) -> str:
        first, last = self.table.iloc[0], self.table.iloc[-1]
        values = {
            "first": self.names.of(first["step"], lang),
            "first_mean": first["action"],
            "last": self.names.of(last["step"], lang),
            "last_mean": last["action"],
        }
        if self.order.empty:
            return say("maturity.levels", lang, **values)
        row = self.order.iloc[0]
        bounds = {"trend": row["trend"], "low": row["trend_low"], "high": row["trend_high"], "level": self.level}
        return say(f"maturity.trend.{self._way()}", lang, **values, **bounds)

    def _gap(self, lang: str) -> str:
        if self.index.empty:
            return ""
        row = self.index.iloc[0]
        relevance = say(f"gaps.relevant.{row['relevance']}", lang, margin=row["margin"])
        values = {"lip": row["lip_service"], "low": row["lip_low"], "high": row["lip_high"], "level": self.level}
        text = say(f"maturity.gap.{row['verdict']}", lang, relevance=relevance, **values)
        known = self.table[self.table["lip_service"].notna()]
        if len(known) < 2:
            return text
        largest = known.iloc[int(known["lip_service"].to_numpy().argmax())]
        name = self.names.of(largest["step"], lang)
        return f"{text} {say('maturity.largest', lang, name=name, lip=largest['lip_service'])}"

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.staircase import staircase

        kinds = [k for k in ("importance", "action") if self.table[k].notna().any()]
        parts = [
            pd.DataFrame(
                {
                    "step": self.table["step"],
                    "series": kind,
                    "value": self.table[kind],
                    "low": self.table[f"{kind}_low"],
                    "high": self.table[f"{kind}_high"],
                    "n": self.table["n"],
                }
            )
            for kind in kinds
        ]
        return staircase(
            pd.concat(parts, ignore_index=True),
            step_labels={s: self.names.of(s, lang) for s in self.table["step"]},
            series_labels={kind: say(f"maturity.series.{kind}", lang) for kind in kinds},
            value_label=say("gaps.value_axis", lang),
            number=formatter(lang, 2),
            difference_number=formatter(lang, 2, signed=True),
            count=lambda n: integer(n, lang),
            title=self.heading(lang),
            subtitle=say("maturity.subtitle", lang, level=self.level),
            ax=ax,
        )
