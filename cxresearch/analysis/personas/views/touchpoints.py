"""Touchpoint by persona."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cxresearch.analysis.personas.views.view import View, options
from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.result import Personas


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Touchpoints(View):
    """Touchpoint by persona as a heat map; made by :meth:`Personas.touchpoints`."""

    kind: ClassVar[str] = "persona_touchpoints"
    columns: ClassVar[dict[str, str]] = {
        "item": "name",
        "persona": "text",
        "value": "n2",
        "average": "n2",
        "difference": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "n": "i",
    }

    def sentence(self, lang: str | None = None) -> str:
        """Name the touchpoint on which personas differ most."""
        lang = lang or self.lang
        known = self.table.dropna(subset="value")
        reach = known.groupby("item", sort=False)["value"].agg(lambda v: v.max() - v.min())
        item = reach.index[int(reach.to_numpy().argmax())]
        rows = known[known["item"] == item].sort_values("value", kind="stable")
        high, low = rows.iloc[-1], rows.iloc[0]
        return say(
            "personas.touchpoints.answer",
            lang,
            item=self.names.of(item, lang),
            high=self.found.name_of(high["persona"], lang),
            high_value=high["value"],
            low=self.found.name_of(low["persona"], lang),
            low_value=low["value"],
        )

    def heading(self, lang: str | None = None) -> str:
        """Name the picture."""
        return say("personas.touchpoints.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say what the cells are."""
        return say(
            "personas.touchpoints.method", lang or self.lang, level=self.found.level, cell=self.found.minimum_cell
        )

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.heat import heat

        frame = self.table.rename(columns={"item": "row", "persona": "column"})[["row", "column", "value"]]
        return heat(
            frame,
            row_labels={i: self.names.of(i, lang) for i in frame["row"]},
            column_labels=self.persona_labels(lang),
            number=formatter(lang, 1),
            value_label=say("personas.touchpoints.value", lang),
            title=self.heading(lang),
            subtitle=say("personas.touchpoints.subtitle", lang),
            ax=ax,
        )


def touchpoints(found: Personas, items: Sequence[str] | None) -> Touchpoints:
    """See :meth:`Personas.touchpoints`."""
    survey = found.frame.source.survey
    table = found.profile[found.profile["answer"].isna()]
    if items is None and survey is not None:
        items = [
            i for i in dict.fromkeys(table["item"]) if i in survey.items and survey.items[i].touchpoint is not None
        ]
    wanted = list(items) if items is not None else list(dict.fromkeys(table["item"]))
    strange = [i for i in wanted if i not in set(table["item"])]
    if strange or not wanted:
        raise ArgumentError(
            Fault(
                code="personas.touchpoints",
                what="Only ratings, numbers and counts of the profile can be shown by persona.",
                given=listing(strange) if strange else "no item with a touchpoint",
                allowed=listing(dict.fromkeys(table["item"])),
            )
        )
    table = table[table["item"].isin(wanted)]
    columns = ["item", "persona", "value", "average", "difference", "ci_low", "ci_high", "n"]
    return Touchpoints(**options(found, table[columns].reset_index(drop=True)))
