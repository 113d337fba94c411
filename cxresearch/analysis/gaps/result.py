"""The answer: gaps as table, picture and sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.analysis.gaps.verdicts import NOT_REPORTABLE, VERDICTS
from cxresearch.checks.gated import Gated
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 30
MOST_NAMED = 9  # in the sentence


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Gaps(Gated):
    """Gaps between inside and outside; made by :func:`cxresearch.gaps`.

    Parameters
    ----------
    level : float
        Confidence level of the intervals.
    adjust : str
        Adjustment for the number of comparisons.
    by, weights, cluster, link : str, optional
        Columns used.
    """

    kind: ClassVar[str] = "gaps"
    columns: ClassVar[dict[str, str]] = {
        "group": "text",
        "construct": "name",
        "outside": "name",
        "inside_mean": "n2",
        "outside_mean": "n2",
        "difference": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "verdict": "word:gaps.verdict",
        "relevance": "word:gaps.relevance",
        "basis": "word:gaps.basis",
        "p_adjusted": "p3",
        "effect_size": "+n2",
        "cliffs_delta": "+n2",
        "top_difference": "%0",
        "n_inside": "i",
        "n_outside": "i",
        "n_units": "i",
    }
    order: ClassVar[tuple[str, ...]] = (
        "group", "construct", "inside", "outside", "inside_mean", "outside_mean", "difference", "ci_low", "ci_high",
        "se", "df", "p", "p_adjusted", "effect_size", "effect_low", "effect_high", "cliffs_delta", "delta_low",
        "delta_high", "top_difference", "top_low", "top_high", "margin", "equivalence_low",
        "equivalence_high", "p_equivalence", "p_equivalence_adjusted", "p_beyond", "p_beyond_adjusted", "relevance",
        "verdict", "n_inside", "n_outside", "n_units", "n_dropped", "design", "basis", "comparability", "reason",
    )  # fmt: skip

    level: float
    adjust: str
    by: str | None = None
    weights: str | None = None
    cluster: str | None = None
    link: str | None = None

    def shown_columns(self, frame: str) -> dict[str, str]:
        shown = super().shown_columns(frame)
        if frame == "gate":
            return shown
        empty = [c for c in ("n_units", "cliffs_delta", "top_difference") if self.table[c].isna().all()]
        if self.table["outside"].nunique() == 1:
            empty.append("outside")
        return {c: how for c, how in shown.items() if c not in empty}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "group" and self.by is not None:
            return self.names.code(self.by, row[column], lang)
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say for each outside perspective where the inside view lies, then the largest gap."""
        lang = lang or self.lang
        parts = [self._about(other, rows, lang) for other, rows in self.table.groupby("outside", sort=False)]
        if len(self._reported()) > 1:
            parts.append(self._largest(lang))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say the most frequent verdict with its count."""
        lang = lang or self.lang
        reported = self._reported()
        counts = {v: int((reported["verdict"] == v).sum()) for v in VERDICTS}
        first = max(VERDICTS, key=lambda v: counts[v])
        if len(reported) == 1:
            return say(f"gaps.finding_one.{first}", lang)
        return say(f"gaps.finding.{first}", lang, k=counts[first], of=len(reported))

    def method(self, lang: str | None = None) -> str:
        """Say what was compared with what and how."""
        lang = lang or self.lang
        design = self.table["design"].iloc[0]
        variant = design
        if design == "unlinked_people" and (self.weights or self.cluster):
            variant = "unlinked_design"
        parts = [say(f"gaps.method.{variant}", lang)]
        if self.weights:
            parts.append(say("common.weights", lang, weights=self.weights))
        if self.cluster:
            parts.append(say("common.cluster", lang, cluster=self.cluster))
        margin = float(self.table["margin"].iloc[0])
        parts.append(say("gaps.method.verdict", lang, margin=margin, level=self.level, equivalence=2 * self.level - 1))
        parts.append(say(f"common.adjust.{self.adjust}", lang, k=len(self._reported())))
        dropped = self.table["n_dropped"].dropna()
        if len(dropped) and dropped.max() > 0:
            low, high = int(dropped.min()), int(dropped.max())
            many = "" if low == high else "_range"
            parts.append(say(f"gaps.method.dropped_{design}{many}", lang, low=low, high=high))
        parts = [self._with_gate(" ".join(parts), lang)]
        if self.gate is not None and self.weights:
            parts.append(say("gaps.method.gate_weights", lang))
        if self.gate is not None and self.cluster:
            parts.append(say("gaps.method.gate_cluster", lang))
        return " ".join(parts)

    def _name(self, name: Any, lang: str) -> str:
        """Name a construct, or an item without its full stop, inside a sentence."""
        return self.names.of(name, lang).rstrip(".")

    def _reported(self) -> pd.DataFrame:
        return self.table[self.table["verdict"] != NOT_REPORTABLE]

    def _about(self, other: Any, rows: pd.DataFrame, lang: str) -> str:
        reported = rows[rows["verdict"] != NOT_REPORTABLE]
        inside = self.names.of(rows["inside"].iloc[0], lang)
        outside = self.names.of(other, lang)
        if len(reported) == 1:
            row = reported.iloc[0]
            return say(f"gaps.single.{row['verdict']}", lang, inside=inside, outside=outside, **self._values(row, lang))
        clauses = []
        for verdict in VERDICTS:
            these = reported[reported["verdict"] == verdict]
            if these.empty:
                continue
            if self.by is None and len(these) == len(reported) > 2:
                what = say(f"gaps.per.{self._per()}", lang)
                clauses.append(say(f"gaps.all.{verdict}", lang, k=len(these), what=what))
            elif self.by is None and len(these) <= MOST_NAMED:
                what = join([say("common.quoted", lang, name=self._name(c, lang)) for c in these["construct"]], lang)
                clauses.append(say(f"gaps.clause.{verdict}", lang, constructs=what))
            else:
                clauses.append(say(f"gaps.count.{verdict}", lang, k=len(these), of=len(reported)))
        return say("gaps.answer", lang, inside=inside, outside=outside, clauses="; ".join(clauses))

    def _per(self) -> str:
        """Say what the rows are: constructs, items, touchpoints, or constructs and items."""
        found = {"holding_items": "construct", "unit_scores": "construct"}
        kinds = {found.get(basis, basis) for basis in self.table["basis"]}
        return kinds.pop() if len(kinds) == 1 else "mixed"

    def _head(self, column: str, lang: str) -> str:
        return say(f"gaps.row.{self._per()}", lang) if column == "construct" else super()._head(column, lang)

    def _largest(self, lang: str) -> str:
        reported = self._reported()
        row = reported.iloc[int(reported["difference"].abs().to_numpy().argmax())]
        several = self.table["outside"].nunique() > 1
        where = self.names.of(row["outside"], lang) if several else ""
        if self.by is not None:
            group = self.names.code(self.by, row["group"], lang)
            where = f"{where}, {group}" if where else group
        key = "gaps.largest_where" if where else "gaps.largest"
        return say(key, lang, where=where, **self._values(row, lang))

    def _values(self, row: pd.Series, lang: str) -> dict[str, Any]:
        return {
            "construct": self._name(row["construct"], lang),
            "difference": row["difference"],
            "low": row["ci_low"],
            "high": row["ci_high"],
            "level": self.level,
            "relevance": say(f"gaps.relevant.{row['relevance']}", lang, margin=row["margin"]),
            "inside_mean": row["inside_mean"],
            "outside_mean": row["outside_mean"],
        }

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.gap import dumbbell

        shown, left_out = self._shown_rows()
        several = shown["outside"].nunique() > 1
        blocks = [self._block(row, several, lang) for row in shown.to_dict("records")]
        frame = pd.DataFrame(
            {
                "row": shown["construct"],
                "inside": shown["inside_mean"],
                "outside": shown["outside_mean"],
                "difference": shown["difference"],
                "low": shown["ci_low"],
                "high": shown["ci_high"],
                "verdict": shown["verdict"],
            }
        )
        if any(blocks):
            frame["block"] = blocks
        inside = self.names.of(shown["inside"].iloc[0], lang)
        outside = say("gaps.outside", lang) if several else self.names.of(shown["outside"].iloc[0], lang)
        subtitle = say("gaps.subtitle", lang, level=self.level)
        if left_out:
            subtitle += " " + say("gaps.left_out", lang, k=len(shown), of=len(shown) + left_out)
        margin = float(self.table["margin"].iloc[0])
        return dumbbell(
            frame,
            row_labels={c: self.names.of(c, lang) for c in shown["construct"]},
            inside_label=inside,
            outside_label=outside,
            value_label=say("gaps.value_axis", lang),
            difference_label=say("gaps.difference_axis", lang),
            margin=margin,
            margin_label=say("gaps.band", lang, margin=margin),
            verdict_labels={v: say(f"gaps.verdict.{v}", lang) for v in (*VERDICTS, NOT_REPORTABLE)},
            number=formatter(lang, 2),
            difference_number=formatter(lang, 2, signed=True),
            tick_number=formatter(lang, 1),
            title=self.heading(lang),
            subtitle=subtitle,
            undecided=("inconclusive", NOT_REPORTABLE),
            ax=ax,
        )

    def _shown_rows(self) -> tuple[pd.DataFrame, int]:
        if len(self.table) <= MOST_ROWS:
            return self.table, 0
        reported = self._reported()
        largest = reported["difference"].abs().sort_values(ascending=False, kind="stable").index[:MOST_ROWS]
        return self.table.loc[sorted(largest)], len(reported) - len(largest)

    def _block(self, row: Mapping[Any, Any], several: bool, lang: str) -> str:
        parts = [self.names.code(self.by, row["group"], lang)] if self.by else []
        if several:
            parts.append(self.names.of(row["outside"], lang))
        return " · ".join(parts)
