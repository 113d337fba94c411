"""One persona against everybody else, as a result of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.result import Caveat, Result
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.result import Personas

MOST_ROWS = 16
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Portrait(Result):
    """One persona; made by :meth:`Personas.portrait`.

    Parameters
    ----------
    persona : int
    found : Personas
    """

    kind: ClassVar[str] = "persona_portrait"
    columns: ClassVar[dict[str, str]] = {
        "item": "name",
        "answer": "text",
        "role": "word:personas.role",
        "value": "n2",
        "rest": "n2",
        "difference": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "p_adjusted": "p3",
        "n": "i",
        "share": "%0",
        "persona": "i",
    }

    persona: int
    found: Personas = field(repr=False)

    def frames(self) -> dict[str, pd.DataFrame]:
        size = self.found.table[self.found.table["persona"] == self.persona].reset_index(drop=True)
        return {"table": self.table, "overall": size}

    def shown_columns(self, frame: str) -> dict[str, str]:
        if frame == "overall":
            return {}
        shown = super().shown_columns(frame)
        empty = [c for c in ("answer", "p_adjusted") if self.table[c].isna().all()]
        return {c: how for c, how in shown.items() if c not in {*empty, "persona"}}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "answer":
            return "" if pd.isna(row["answer"]) else self.names.code(row["item"], row["answer"], lang)
        if column in ("value", "rest") and not pd.isna(row.get("answer")) and not pd.isna(row[column]):
            return say("personas.share", lang, share=row[column])
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say how large the persona is and what is typical of it."""
        lang = lang or self.lang
        if self.persona in self.found.withheld:
            return say("personas.portrait.withheld", lang, cell=self.found.minimum_cell)
        size = self.frames()["overall"].iloc[0]
        typical = self.table[self.table["typical"].astype(bool) & (self.table["role"] == "grouping")]
        ordered = typical.sort_values("distance", kind="stable")
        parts = []
        for way, rows in (
            ("above", ordered[ordered["distance"] > 0].iloc[::-1]),
            ("below", ordered[ordered["distance"] < 0]),
        ):
            if len(rows):
                named = [
                    say("common.quoted", lang, name=self._what(r, lang))
                    for r in rows.head(MOST_NAMED).to_dict("records")
                ]
                parts.append(say(f"personas.portrait.{way}", lang, items=join(named, lang)))
        what = join(parts, lang) if parts else say("personas.portrait.nothing", lang)
        name = self.found.name_of(self.persona, lang)
        return say("personas.portrait.answer", lang, name=name, share=size["share"], n=size["n"], what=what)

    def _what(self, row: Mapping[Any, Any], lang: str) -> str:
        item = self.names.of(row["item"], lang).rstrip(".")
        if pd.isna(row["answer"]):
            return item
        answer = self.names.code(row["item"], row["answer"], lang)
        return say("personas.name.answer", lang, item=item, answer=answer)

    def heading(self, lang: str | None = None) -> str:
        """Name the persona."""
        lang = lang or self.lang
        return say("personas.portrait.heading", lang, i=self.persona, name=self.found.name_of(self.persona, lang))

    def method(self, lang: str | None = None) -> str:
        """Say what the persona is compared with."""
        lang = lang or self.lang
        told = say("personas.method.profile", lang, level=self.found.level)
        return f"{told} {say('personas.portrait.method', lang)}"

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.persona import profile
        from cxresearch.charts.theme import GROUPS

        rows = self.table.assign(size=self.table["distance"].abs()).sort_values("size", ascending=False, kind="stable")
        rows = rows.head(MOST_ROWS).reset_index(drop=True)
        records = rows.to_dict("records")
        frame = pd.DataFrame(
            {
                "row": range(len(rows)),
                "value": rows["distance"],
                "low": rows["distance_low"],
                "high": rows["distance_high"],
                "distance": rows["distance"],
                "block": rows["role"],
            }
        )
        return profile(
            frame,
            row_labels={i: self._what(r, lang) for i, r in enumerate(records)},
            value_label=say("personas.distance_axis", lang),
            average_label=say("personas.portrait.average", lang),
            number=formatter(lang, 1, signed=True),
            title=self.heading(lang),
            subtitle=say("personas.portrait.subtitle", lang, level=self.found.level),
            block_labels={r: say(f"personas.role.{r}", lang) for r in dict.fromkeys(rows["role"])},
            mark=GROUPS[(self.persona - 1) % len(GROUPS)],
            ax=ax,
        )


def portrait(found: Personas, persona: int) -> Portrait:
    """See :meth:`Personas.portrait`."""
    if persona not in range(1, found.k + 1):
        raise ArgumentError(unknown_name("personas.persona", "persona", persona, range(1, found.k + 1)))
    table = found.profile[found.profile["persona"] == persona].reset_index(drop=True)
    unsure = [Caveat(code=f"personas_{reason}", severity="warning") for reason in found.reasons]
    return Portrait(
        table=table,
        caveats=tuple(unsure),
        names=found.names,
        lang=found.lang,
        persona=int(persona),
        found=found,
    )
