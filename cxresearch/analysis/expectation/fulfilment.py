"""The answer: how far experience lies from expectation, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.analysis.expectation.gaps import NOT_REPORTABLE, VERDICTS
from cxresearch.result import Result
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 30


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Expectation(Result):
    """Expectation, experience and their gap; made by :func:`cxresearch.expectation`.

    Parameters
    ----------
    overall : DataFrame, optional
        One row: the gap of each person's means over all pairs; None for a single pair.
    level : float
    adjust : str
    cluster : str, optional
    ends : (low, high), optional
        Ends of the scale.
    """

    kind: ClassVar[str] = "expectation"
    columns: ClassVar[dict[str, str]] = {
        "items": "i",
        "item": "name",
        "expected_mean": "n2",
        "experienced_mean": "n2",
        "difference": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "verdict": "word:expectation.verdict",
        "p_adjusted": "p3",
        "effect_size": "+n2",
        "exceeded": "%0",
        "exceeded_low": "%0",
        "exceeded_high": "%0",
        "met": "%0",
        "met_low": "%0",
        "met_high": "%0",
        "missed": "%0",
        "missed_low": "%0",
        "missed_high": "%0",
        "n": "i",
    }

    overall: pd.DataFrame | None = None
    level: float
    adjust: str
    cluster: str | None = None
    ends: tuple[float, float] | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table} | ({} if self.overall is None else {"overall_gap": self.overall})

    def sentence(self, lang: str | None = None) -> str:
        """Say how far experience lies from expectation, for how many items, and where most."""
        lang = lang or self.lang
        reported = self._reported()
        if self.overall is None or len(reported) == 1:
            row = reported.iloc[0]
            return say(f"expectation.one.{row['verdict']}", lang, **self._values(row, lang))
        parts = []
        total = self.overall.iloc[0]
        if total["verdict"] != NOT_REPORTABLE:
            parts.append(say(f"expectation.overall.{total['verdict']}", lang, **self._values(total, lang)))
        counts = {v: int((reported["verdict"] == v).sum()) for v in VERDICTS}
        clauses = [say(f"expectation.clause.{v}", lang, k=k) for v, k in counts.items() if k]
        parts.append(say("expectation.counts", lang, clauses=join(clauses, lang), of=len(reported)))
        row = reported.iloc[int(reported["difference"].to_numpy(dtype=float).argmin())]
        if row["verdict"] == "missed":
            parts.append(say("expectation.lowest", lang, **self._values(row, lang)))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say the most frequent verdict with its count."""
        reported = self._reported()
        counts = {v: int((reported["verdict"] == v).sum()) for v in VERDICTS}
        first = max(VERDICTS, key=lambda v: counts[v])
        return say(f"expectation.finding.{first}", lang or self.lang, k=counts[first], of=len(reported))

    def method(self, lang: str | None = None) -> str:
        """Say what was compared and how, what was left out, and what the gap is criticised for."""
        lang = lang or self.lang
        parts = [say(f"expectation.method.{'clustered' if self.cluster else 'plain'}", lang, level=self.level)]
        if self.cluster:
            parts.append(say("common.cluster", lang, cluster=self.cluster))
        parts.append(say("expectation.method.verdict", lang))
        parts.append(say(f"common.adjust.{self.adjust}", lang, k=int(self.table["p"].notna().sum())))
        if self.overall is not None:
            parts.append(say("expectation.method.overall", lang))
        used, dropped = self.table["n"].dropna(), self.table["n_dropped"].dropna()
        low, high = int(used.min()), int(used.max())
        fewest, most = int(dropped.min()), int(dropped.max())
        if low == high:
            parts.append(say("expectation.method.used_same", lang, n=low, dropped=fewest))
        else:
            values = {"low": low, "high": high, "dropped_low": fewest, "dropped_high": most}
            parts.append(say("expectation.method.used", lang, **values))
        parts.append(say("expectation.method.criticism", lang))
        return " ".join(parts)

    def _reported(self) -> pd.DataFrame:
        return self.table[self.table["verdict"] != NOT_REPORTABLE]

    def _values(self, row: pd.Series, lang: str) -> dict[str, Any]:
        shares = {name: row[name] for name in ("exceeded", "met", "missed")}
        return {
            "item": self.names.of(row["item"], lang) if "item" in row else "",
            "k": len(self.table),
            "difference": row["difference"],
            "low": row["ci_low"],
            "high": row["ci_high"],
            "expected": row["expected_mean"],
            "experienced": row["experienced_mean"],
            "level": self.level,
            "n": row["n"],
            **shares,
        }

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.gap import dumbbell

        shown = self.table
        subtitle = say("expectation.subtitle", lang, level=self.level)
        if len(shown) > MOST_ROWS:
            largest = shown["difference"].abs().sort_values(ascending=False, kind="stable").index[:MOST_ROWS]
            shown = shown.loc[sorted(largest)]
            subtitle += " " + say("gaps.left_out", lang, k=len(shown), of=len(self.table))
        frame = pd.DataFrame(
            {
                "row": shown["item"],
                "inside": shown["experienced_mean"],
                "outside": shown["expected_mean"],
                "difference": shown["difference"],
                "low": shown["ci_low"],
                "high": shown["ci_high"],
                "verdict": shown["verdict"],
            }
        )
        return dumbbell(
            frame,
            row_labels={item: self.names.of(item, lang) for item in shown["item"]},
            inside_label=say("expectation.experienced", lang),
            outside_label=say("expectation.expected", lang),
            value_label=say("gaps.value_axis", lang),
            difference_label=say("expectation.difference_axis", lang),
            margin=None,
            margin_label="",
            verdict_labels={v: say(f"expectation.verdict.{v}", lang) for v in (*VERDICTS, NOT_REPORTABLE)},
            number=formatter(lang, 2),
            difference_number=formatter(lang, 2, signed=True),
            tick_number=formatter(lang, 1),
            limits=self.ends,
            title=self.heading(lang),
            subtitle=subtitle,
            undecided=("open", NOT_REPORTABLE),
            ax=ax,
        )
