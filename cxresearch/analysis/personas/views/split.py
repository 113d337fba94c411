"""How personas come apart with one more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.views.view import View, options
from cxresearch.words.catalog import say
from cxresearch.words.numbers import integer, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.result import Personas


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Split(View):
    """How personas come apart with one more; made by :meth:`Personas.split`."""

    kind: ClassVar[str] = "persona_split"
    columns: ClassVar[dict[str, str]] = {
        "stage": "i",
        "source": "i",
        "target": "i",
        "share": "%0",
        "kept": "%0",
    }

    nodes: pd.DataFrame

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "source" and row["stage"] != self.found.k:
            return integer(row[column], lang)
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say which persona would come apart."""
        lang = lang or self.lang
        ahead = self.table[self.table["stage"] == self.found.k]
        if ahead.empty:
            return say("personas.split.no_more", lang, k=self.found.k)
        most = ahead.groupby("source")["kept"].max()
        persona = int(most.index[int(most.to_numpy().argmin())])
        key = "personas.split.comes_apart" if most.min() < 0.8 else "personas.split.stays"
        return say(key, lang, k=self.found.k + 1, name=self.found.name_of(persona, lang), share=float(most.min()))

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("personas.split.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say what the ribbons are."""
        return say("personas.split.method", lang or self.lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.alluvial import alluvial

        k = self.found.k
        nodes = self.nodes.assign(
            label=[
                self.found.name_of(r["group"], lang)
                if r["stage"] == k
                else say("personas.split.group", lang, i=r["group"])
                for r in self.nodes.to_dict("records")
            ]
        )
        return alluvial(
            nodes,
            flows=self.table[["stage", "source", "target", "share"]],
            stage_labels={s: say("personas.split.stage", lang, k=int(s)) for s in dict.fromkeys(nodes["stage"])},
            number=percent_formatter(lang),
            title=self.heading(lang),
            subtitle=say("personas.split.subtitle", lang),
            anchor=k,
            ax=ax,
        )


def split(found: Personas) -> Split:
    """See :meth:`Personas.split`."""
    chosen, people = found.chosen, found.frame.indicators.take(found.used)
    weights = found.frame.weights[found.used]
    ks = [k for k in (found.k - 1, found.k, found.k + 1) if k in chosen.groupings]
    labels = {k: chosen.groupings[k].place(people)[0] for k in ks}
    if found.withheld:  # their sizes are shown together only
        labels[found.k] = np.where(np.isin(labels[found.k], list(found.withheld)), min(found.withheld), labels[found.k])
    nodes = [
        {"stage": k, "group": g, "share": float(weights[labels[k] == g].sum() / weights.sum())}
        for k in ks
        for g in np.unique(labels[k])
    ]
    flows = []
    for left, right in pairwise(ks):
        for source in np.unique(labels[left]):
            own = weights[labels[left] == source].sum()
            for target in np.unique(labels[right]):
                both = weights[(labels[left] == source) & (labels[right] == target)].sum()
                if both > 0:
                    row = {"stage": left, "source": source, "target": target, "share": float(both / weights.sum())}
                    flows.append(row | {"kept": float(both / own)})
    return Split(nodes=pd.DataFrame(nodes), **options(found, pd.DataFrame(flows)))
