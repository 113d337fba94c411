"""The answer: forecasts against answers as tables, picture and sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.result import Result
from cxresearch.stats.verdict import NOT_REPORTABLE
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORDS = {"inside_higher": "over", "inside_lower": "under", "aligned": "calibrated", "inconclusive": "undecided"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Calibration(Result):
    """Forecasts against answers; made by :func:`cxresearch.calibration`.

    Parameters
    ----------
    overall : DataFrame
        One row: the same over all items.
    level : float
    adjust : str
    forecast, actual : str
    own : str, optional
        Perspective in which the forecasters answered for themselves.
    seed : int
    """

    kind: ClassVar[str] = "calibration"
    columns: ClassVar[dict[str, str]] = {
        "construct": "name",
        "item": "name",
        "forecast_mean": "n2",
        "actual_mean": "n2",
        "actual_low": "n2",
        "actual_high": "n2",
        "bias": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "verdict": "word:calibration.verdict",
        "relevance": "word:gaps.relevance",
        "p_adjusted": "p3",
        "mae": "n2",
        "within": "%0",
        "within_low": "%0",
        "within_high": "%0",
        "own_mae": "n2",
        "skill": "%0",
        "skill_low": "%0",
        "skill_high": "%0",
        "items": "i",
        "n_forecast": "i",
        "n_actual": "i",
        "n_linked": "i",
    }

    overall: pd.DataFrame
    level: float
    adjust: str
    forecast: str
    actual: str
    own: str | None
    seed: int

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "all_items": self.overall}

    def shown_columns(self, frame: str) -> dict[str, str]:
        shown = super().shown_columns(frame)
        have = self.frames()[frame]
        return {c: how for c, how in shown.items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say which forecasts are too high, too low and right, how far single ones miss, and what they are worth."""
        lang = lang or self.lang
        row = self.overall.iloc[0]
        reported = self._reported()
        clauses = []
        for verdict in WORDS.values():
            these = reported[reported["verdict"] == verdict]
            if len(these):
                named = join([say("common.quoted", lang, name=self._label(r, lang)) for r in _records(these)], lang)
                key = f"calibration.clause.{verdict}"
                clauses.append(say(key, lang, items=named))
        parts = [say("calibration.answer", lang, **self._sides(lang), clauses="; ".join(clauses))]
        tolerance = float(self.table["tolerance"].iloc[0])
        parts.append(say("calibration.error", lang, mae=row["mae"], within=row["within"], tolerance=tolerance))
        if pd.notna(row["skill"]):
            low, high = row["skill_low"], row["skill_high"]
            way = "better" if low > 0 else "worse" if high < 0 else "open"
            values = {"skill": abs(row["skill"]) if way != "open" else row["skill"], "low": low, "high": high}
            parts.append(say(f"calibration.skill.{way}", lang, level=self.level, **values))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say how many forecasts are right."""
        lang = lang or self.lang
        reported = self._reported()
        counts = {v: int((reported["verdict"] == v).sum()) for v in WORDS.values()}
        first = max(counts, key=lambda v: counts[v])
        return say(f"calibration.finding.{first}", lang, k=counts[first], of=len(reported))

    def method(self, lang: str | None = None) -> str:
        """Say what was compared with what, and against which margin."""
        lang = lang or self.lang
        margin = float(self.table["margin"].iloc[0])
        parts = [
            say("calibration.method.compared", lang, level=self.level, **self._sides(lang)),
            say("calibration.method.verdict", lang, margin=margin, equivalence=2 * self.level - 1),
            say(f"common.adjust.{self.adjust}", lang, k=len(self._reported())),
            say("calibration.method.error", lang),
        ]
        if pd.notna(self.overall["skill"].iloc[0]):
            linked = int(self.overall["n_linked"].iloc[0])
            parts.append(say("calibration.method.skill", lang, n=linked, level=self.level, seed=self.seed))
        return " ".join(parts)

    def _reported(self) -> pd.DataFrame:
        return self.table[self.table["verdict"] != NOT_REPORTABLE]

    def _sides(self, lang: str) -> dict[str, str]:
        return {"forecast": self.names.of(self.forecast, lang), "actual": self.names.of(self.actual, lang)}

    def _label(self, row: Mapping[str, Any], lang: str) -> str:
        """Return the name of the construct that the item stands for, where it stands for one alone."""
        construct = row.get("construct")
        alone = construct is not None and int((self.table["construct"] == construct).sum()) == 1
        return self.names.of(construct if alone else row["item"], lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.gap import dumbbell

        margin = float(self.table["margin"].iloc[0])
        frame = pd.DataFrame(
            {
                "row": self.table["item"],
                "inside": self.table["forecast_mean"],
                "outside": self.table["actual_mean"],
                "difference": self.table["bias"],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
                "verdict": self.table["verdict"],
            }
        )
        return dumbbell(
            frame,
            row_labels={r["item"]: self._label(r, lang) for r in _records(self.table)},
            inside_label=say("calibration.forecast", lang),
            outside_label=say("calibration.actual", lang),
            value_label=say("gaps.value_axis", lang),
            difference_label=say("calibration.bias_axis", lang),
            margin=margin,
            margin_label=say("gaps.band", lang, margin=margin),
            verdict_labels={v: say(f"calibration.verdict.{v}", lang) for v in (*WORDS.values(), NOT_REPORTABLE)},
            number=formatter(lang, 2),
            difference_number=formatter(lang, 2, signed=True),
            tick_number=formatter(lang, 1),
            title=self.heading(lang),
            subtitle=say("calibration.subtitle", lang, level=self.level),
            undecided=("undecided", NOT_REPORTABLE),
            ax=ax,
        )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
