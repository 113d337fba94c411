"""How many personas, and what decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from cxresearch.analysis.personas.views.view import View, options
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer, p_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.result import Personas

CRITERIA = ("aic", "bic", "abic", "icl")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class HowMany(View):
    """How many personas, and what decided; made by :meth:`Personas.how_many`."""

    kind: ClassVar[str] = "persona_number"
    columns: ClassVar[dict[str, str]] = {
        "k": "i",
        "log_likelihood": "n1",
        "parameters": "i",
        "aic": "n1",
        "bic": "n1",
        "abic": "n1",
        "icl": "n1",
        "entropy": "n2",
        "blrt_p": "p3",
        "silhouette": "n2",
        "gap": "n2",
        "smallest": "%0",
    }

    def shown_columns(self, frame: str) -> dict[str, str]:
        return {c: how for c, how in super().shown_columns(frame).items() if not self.table[c].isna().all()}

    def sentence(self, lang: str | None = None) -> str:
        """Say which number the rule chose."""
        lang = lang or self.lang
        criterion = self.found.chosen.criterion
        row = self.table[self.table["chosen"]].iloc[0]
        parts = [say(f"personas.number.{criterion}", lang, k=self.found.k, most=int(self.table["k"].max()))]
        if not pd.isna(row["blrt_p"]):
            parts.append(say("personas.number.fewer", lang, less=self.found.k - 1, p=row["blrt_p"]))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Name the number."""
        return say("personas.number.heading", lang or self.lang, k=self.found.k)

    def method(self, lang: str | None = None) -> str:
        """Say what the criteria are."""
        lang = lang or self.lang
        key = "model" if self.found.chosen.grouping.is_model else "partition"
        return " ".join([say(f"personas.number.method_{key}", lang, seed=self.found.seed), *self.found.sampled(lang)])

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.selection import selection

        names = CRITERIA if self.found.chosen.grouping.is_model else ("silhouette", "gap")
        known = [c for c in names if not self.table[c].isna().all()]
        sign = 1.0 if self.found.chosen.grouping.is_model else -1.0  # the picture takes the smaller for the better
        long = pd.concat(
            [pd.DataFrame({"k": self.table["k"], "criterion": c, "value": sign * self.table[c]}) for c in known]
        )
        tested = self.table[self.table["blrt_p"].notna()]
        return selection(
            long,
            criterion_labels={c: say(f"persona_number.column.{c}", lang) for c in known},
            k_label=say("personas.number.axis", lang),
            value_label=say("personas.number.value", lang),
            number=formatter(lang, 0 if sign > 0 else 2),
            chosen=self.found.k,
            chosen_label=say(f"personas.number.reason_{self.found.chosen.criterion}", lang),
            title=self.heading(lang),
            subtitle=say("personas.number.subtitle", lang),
            count=lambda k: integer(k, lang),
            p_values=dict(zip(tested["k"], tested["blrt_p"], strict=True)),
            p_label=say("personas.number.p", lang) if len(tested) else "",
            p_number=lambda p: p_value(p, lang, name=""),
            ax=ax,
        )


def how_many(found: Personas) -> HowMany:
    """See :meth:`Personas.how_many`."""
    return HowMany(**options(found, found.selection))
