"""The answer: departments against the customers as tables, heat map and sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.checks.gated import Gated
from cxresearch.stats.verdict import NOT_REPORTABLE, VERDICTS
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Silos(Gated):
    """Departments among themselves and against the customers; made by :func:`cxresearch.silos`.

    Parameters
    ----------
    agreement : DataFrame
        A row a construct.
    departments : DataFrame
        A row a department that is shown for most constructs.
    ranking : DataFrame
        A row a department and construct.
    shared : DataFrame
        One row: what departments have in common.
    by, inside, reference : str
    level : float
    adjust : str
    minimum_cell, seed : int
    """

    kind: ClassVar[str] = "silos"
    columns: ClassVar[dict[str, str]] = {
        "group": "text",
        "construct": "name",
        "mean": "n2",
        "reference_mean": "n2",
        "difference": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "verdict": "word:gaps.verdict",
        "relevance": "word:gaps.relevance",
        "p_adjusted": "p3",
        "icc1": "n2",
        "icc1_low": "n2",
        "icc1_high": "n2",
        "icc2": "n2",
        "icc2_low": "n2",
        "icc2_high": "n2",
        "rwg": "n2",
        "rwg_skewed": "n2",
        "f": "n2",
        "bias": "+n2",
        "bias_low": "+n2",
        "bias_high": "+n2",
        "distance": "n2",
        "distance_low": "n2",
        "distance_high": "n2",
        "rank": "n1",
        "reference_rank": "n1",
        "rank_distance": "n2",
        "rank_correlation": "+n2",
        "w": "n2",
        "w_low": "n2",
        "w_high": "n2",
        "single_distance": "n2",
        "pooled_distance": "n2",
        "pooled_distance_low": "n2",
        "pooled_distance_high": "n2",
        "single_rank_distance": "n2",
        "pooled_rank_distance": "n2",
        "chance_rank_distance": "n2",
        "n": "i",
        "reference_n": "i",
        "n_groups": "i",
        "groups": "i",
        "constructs": "i",
    }

    agreement: pd.DataFrame
    departments: pd.DataFrame
    ranking: pd.DataFrame
    shared: pd.DataFrame
    by: str
    inside: str
    reference: str
    level: float
    adjust: str
    minimum_cell: int
    seed: int

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {"table": self.table, "departments": self.departments, "agreement": self.agreement}
        found |= {"ranking": self.ranking, "shared": self.shared} | super().frames()
        return {name: frame for name, frame in found.items() if len(frame)}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "group":
            return self.names.code(self.by, row[column], lang)
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Name the most and the least distant department, count verdicts, and say where departments differ most."""
        lang = lang or self.lang
        parts = [self._distance(lang), self._counts(lang)]
        named = self.agreement[self.agreement["icc1"].notna()]
        if len(named):
            row = named.iloc[int(named["icc1"].to_numpy().argmax())]
            construct = self.names.of(row["construct"], lang)
            values = {"icc": row["icc1"], "low": row["icc1_low"], "high": row["icc1_high"], "level": self.level}
            found = "between" if row["icc1_low"] > 0 else "between_open"
            parts.append(say(f"silos.{found}", lang, construct=construct, **values))
        return " ".join(part for part in parts if part)

    def heading(self, lang: str | None = None) -> str:
        """Name the most distant department, or the question."""
        lang = lang or self.lang
        if len(self.departments) < 2:
            return say("silos.question", lang)
        most = self.departments.iloc[int(self.departments["distance"].to_numpy().argmax())]
        return say("silos.finding", lang, group=self.names.code(self.by, most["group"], lang))

    def method(self, lang: str | None = None) -> str:
        """Say what was compared with what, and what was left out."""
        lang = lang or self.lang
        reported = self.table[self.table["verdict"] != NOT_REPORTABLE]
        sides = {"inside": self.names.of(self.inside, lang), "reference": self.names.of(self.reference, lang)}
        margin = float(self.table["margin"].iloc[0])
        parts = [
            say("silos.method.compared", lang, **sides),
            say("gaps.method.verdict", lang, margin=margin, level=self.level, equivalence=2 * self.level - 1),
            say(f"common.adjust.{self.adjust}", lang, k=len(reported)),
            say("silos.method.distance", lang, level=self.level, seed=self.seed),
            say("silos.method.agreement", lang),
        ]
        if "w" in self.shared and self.shared["w"].notna().all():
            parts.append(self._shared_picture(lang))
        parts.append(say("silos.method.suppressed", lang, cell=self.minimum_cell))
        return self._with_gate(" ".join(parts), lang)

    def _shared_picture(self, lang: str) -> str:
        row = self.shared.iloc[0]
        return say(
            "silos.method.shared",
            lang,
            w=row["w"],
            single=row["single_rank_distance"],
            pooled=row["pooled_rank_distance"],
            chance=row["chance_rank_distance"],
        )

    def _distance(self, lang: str) -> str:
        known = self.departments
        if known.empty:
            return ""
        most = known.iloc[int(known["distance"].to_numpy().argmax())]
        values = {"reference": self.names.of(self.reference, lang), "level": self.level, **self._values(most, lang)}
        if len(known) == 1:
            return say("silos.distance_one", lang, **values)
        least = known.iloc[int(known["distance"].to_numpy().argmin())]
        last = {f"last_{name}": value for name, value in self._values(least, lang).items()}
        return say("silos.distance", lang, **values, **last)

    def _values(self, row: pd.Series, lang: str) -> dict[str, Any]:
        return {
            "group": self.names.code(self.by, row["group"], lang),
            "distance": row["distance"],
            "low": row["distance_low"],
            "high": row["distance_high"],
        }

    def _counts(self, lang: str) -> str:
        verdicts = self.table.loc[self.table["verdict"] != NOT_REPORTABLE, "verdict"]
        counts = {v: int((verdicts == v).sum()) for v in VERDICTS}
        clauses = [say(f"gaps.count.{v}", lang, k=k, of=len(verdicts)) for v, k in counts.items() if k]
        return say("silos.counts", lang, clauses="; ".join(clauses))

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.heat import heat

        marks = {"inside_higher": "differs", "inside_lower": "differs", "aligned": "aligned"}
        frame = pd.DataFrame(
            {
                "row": self.table["construct"],
                "column": self.table["group"],
                "value": self.table["difference"],
                "mark": self.table["verdict"].map(marks),
            }
        )
        order = self.agreement["construct"].tolist()
        frame = frame.sort_values("row", key=lambda s: s.map(order.index), kind="stable")
        return heat(
            frame,
            row_labels={c: self.names.of(c, lang) for c in frame["row"]},
            column_labels={g: self.names.code(self.by, g, lang) for g in frame["column"]},
            number=formatter(lang, 2, signed=True),
            value_label=say("silos.value_label", lang, reference=self.names.of(self.reference, lang)),
            centre=0.0,
            missing_label=say("silos.missing", lang),
            mark_labels={v: say(f"silos.mark.{v}", lang) for v in ("differs", "aligned")},
            column_title=self.names.of(self.by, lang),
            title=self.heading(lang),
            subtitle=say("silos.subtitle", lang),
            ax=ax,
        )
