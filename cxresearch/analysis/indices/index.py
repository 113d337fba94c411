"""The result that the indices share: in total or by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxresearch.result import Result
from cxresearch.words.catalog import say
from cxresearch.words.numbers import integer, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Index(Result):
    """An index in total or by group; made by :func:`cxresearch.nps` or :func:`cxresearch.csat`."""

    item: str
    level: float
    distribution: pd.DataFrame
    by: str | None = None
    weights: str | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "distribution": self.distribution}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "group" and self.by is not None:
            return self.names.code(self.by, row[column], lang)
        if column == "code":
            return self.names.code(self.item, row[column], lang)
        return super().cell(column, row, lang)

    def method(self, lang: str | None = None) -> str:
        """Say which interval was computed and how many answers were used and dropped."""
        lang = lang or self.lang
        used, dropped = int(self.table["n"].sum()), int(self.table["n_dropped"].sum())
        parts = [say(f"{self.kind}.method.{'weighted' if self.weights else 'plain'}", lang, level=self.level)]
        if self.weights:
            parts.append(say("common.weights", lang, weights=self.weights))
        parts.append(say("common.used", lang, n=used, dropped=dropped))
        return " ".join(parts)

    def _group_name(self, group: Any, lang: str) -> str:
        return self.names.code(self.by, group, lang) if self.by else ""

    def _groups_chart(self, ax: Axes, lang: str, **labels: Any) -> Axes:
        """Draw the index of every group with its interval."""
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": [str(i) for i in range(len(self.table))],
                "value": self.table[self.kind],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
                "n": self.table["n"],
            }
        )
        return intervals(
            frame,
            row_labels={str(i): self._group_name(g, lang) for i, g in enumerate(self.table["group"])},
            value_label=say(f"{self.kind}.axis", lang),
            count=lambda n: integer(n, lang),
            title=self.heading(lang),
            ax=ax,
            **labels,
        )

    def _answers_chart(self, ax: Axes, lang: str, columns: dict[str, Any], **labels: Any) -> Axes:
        """Draw the share of every answer."""
        from cxresearch.charts.distribution import distribution

        frame = pd.DataFrame({"value": self.distribution["code"], "share": self.distribution["share"], **columns})
        return distribution(
            frame,
            number=percent_formatter(lang),
            title=self.heading(lang),
            subtitle=say("common.shares_of", lang, n=int(self.table["n"].iloc[0])),
            ax=ax,
            **labels,
        )
