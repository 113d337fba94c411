"""Personas on other people: placing them, carrying personas into other questions, and whether sizes have moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.input import Frame, newcomers
from cxresearch.analysis.personas.models import Grouping
from cxresearch.analysis.personas.unlike import unlike
from cxresearch.errors import ArgumentError, Fault, NotEnoughData
from cxresearch.responses.responses import RESPONDENT, Responses
from cxresearch.result import Caveat, Result
from cxresearch.stats.adjust import adjust
from cxresearch.stats.mean import weighted_mean_difference
from cxresearch.stats.proportion import equal_shares, proportion_difference
from cxresearch.stats.verdict import two_sided
from cxresearch.survey.item import BackgroundField
from cxresearch.survey.text import Text
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.result import Personas

SMALL = 20  # people in a wave, below which intervals are less exact


def assign(found: Personas, data: Responses | pd.DataFrame, perspective: str | None) -> pd.DataFrame:
    """See :meth:`Personas.assign`."""
    people, _ = newcomers(data, found.frame.variables, found.frame.style, perspective=perspective)
    return members_of(people, found.chosen.grouping, found.seed)


def members_of(people: Frame, grouping: Grouping, seed: int) -> pd.DataFrame:
    """Return a row a respondent: row, persona, probability, unlike."""
    labels, chance = grouping.place(people.indicators)
    placed = labels > 0
    source = people.source.frame
    frame = pd.DataFrame({"row": people.rows}, index=people.index)
    if RESPONDENT in source:
        frame[RESPONDENT] = source[RESPONDENT].to_numpy()[people.rows]
    frame["persona"] = pd.Series(labels, index=frame.index, dtype="Int64").mask(~placed)
    frame["probability"] = np.where(placed, chance.max(axis=1), np.nan)
    frame["unlike"] = unlike(grouping, people.indicators, seed)
    return frame


def attach(
    found: Personas, data: Responses | pd.DataFrame, members: pd.DataFrame | None, name: str
) -> Responses | pd.DataFrame:
    """See :meth:`Personas.attach`."""
    table = found.members if members is None else members
    frame = data.frame if isinstance(data, Responses) else data
    if name in frame.columns:
        what = "There is a column of that name already."
        raise ArgumentError(Fault(code="personas.attach", what=what, given=name, allowed="name='another name'"))
    if len(table) and int(table["row"].max()) >= len(frame):
        what = "These memberships belong to other people: they name rows that the data do not have."
        raise ArgumentError(Fault(code="personas.attach", what=what, given=f"row {int(table['row'].max())}"))
    values = np.full(len(frame), np.nan, dtype=object)
    values[table["row"].to_numpy()] = table["persona"].astype(object).to_numpy()
    column = pd.Series(values, index=frame.index, dtype=object).where(pd.notna(values), None)
    number = pd.to_numeric(column).astype("Int64")
    if not isinstance(data, Responses):
        return frame.assign(**{name: number})
    labels = {i: found.names.texts[f"persona={i}"] for i in range(1, found.k + 1)}
    added = BackgroundField(id=name, name=Text({"de": "Persona", "en": "Persona"}), kind="group", labels=labels)  # type: ignore[arg-type]
    survey = replace(data.survey, fields={**data.survey.fields, name: added})
    return replace(data, survey=survey, frame=frame.assign(**{name: number}))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Drift(Result):
    """How sizes of personas have moved; made by :meth:`Personas.drift`."""

    kind: ClassVar[str] = "persona_drift"
    columns: ClassVar[dict[str, str]] = {
        "persona": "text",
        "before": "%0",
        "now": "%0",
        "difference": "%0",
        "ci_low": "%0",
        "ci_high": "%0",
        "p_adjusted": "p3",
        "n_before": "i",
        "n_now": "i",
    }

    found: Personas = field(repr=False)
    members: pd.DataFrame = field(repr=False)
    level: float
    adjust: str
    n_unlike: int

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "persona":
            return self.found.name_of(row[column], lang)
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say which personas have become larger or smaller."""
        lang = lang or self.lang
        moved = self.table[self.table["p_adjusted"] < 1 - self.level]
        if moved.empty:
            return say("personas.drift.none", lang, n=int(self.members["persona"].notna().sum()), k=len(self.table))
        parts = [
            say(
                "personas.drift.more" if row["difference"] > 0 else "personas.drift.less",
                lang,
                name=self.found.name_of(row["persona"], lang),
                before=row["before"],
                now=row["now"],
            )
            for row in moved.to_dict("records")
        ]
        return say("personas.drift.answer", lang, moved=join(parts, lang))

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("personas.drift.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say how people were placed and shares compared."""
        lang = lang or self.lang
        adjusted = say(f"common.adjust.{self.adjust}", lang, k=len(self.table))
        return f"{say('personas.drift.method', lang, level=self.level)} {adjusted}"

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.table["persona"],
                "value": self.table["difference"],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
            }
        )
        return intervals(
            frame,
            row_labels={i: self.found.name_of(i, lang) for i in self.table["persona"]},
            value_label=say("personas.drift.axis", lang),
            number=percent_formatter(lang),
            tick_number=percent_formatter(lang),
            reference=0.0,
            title=self.heading(lang),
            subtitle=say("personas.drift.subtitle", lang, level=self.level),
            ax=ax,
        )


def drift(
    found: Personas, data: Responses | pd.DataFrame, *, perspective: str | None, weights: str | None, adjust_by: str
) -> Drift:
    """See :meth:`Personas.drift`."""
    people, strange = newcomers(
        data, found.frame.variables, found.frame.style, perspective=perspective, weights=weights
    )
    before, _ = found.chosen.grouping.place(found.frame.indicators)
    members = members_of(people, found.chosen.grouping, found.seed)
    now = members["persona"].fillna(0).to_numpy(dtype=int)
    sides = [
        (labels[usable], weight[usable])
        for labels, weight in ((before, found.frame.weights), (now, people.weights))
        for usable in ((labels > 0) & (weight > 0),)
    ]
    if min(len(labels) for labels, _ in sides) < 2:
        what = "Too few people of one of the two waves could be placed."
        given = [len(labels) for labels, _ in sides]
        raise NotEnoughData(Fault(code="personas.drift", what=what, given=given, allowed="at least 2 in each"))
    weighted = found.frame.indicators.weights is not None or people.indicators.weights is not None
    rows = [_moved(i, sides, weighted, found.level) for i in range(1, found.k + 1)]
    table = pd.DataFrame(rows)
    gone = table["persona"].isin(found.withheld)
    table = table.assign(**{c: table[c].astype(float).mask(gone) for c in table.columns if c != "persona"})
    table["p_adjusted"] = adjust(table["p"].to_numpy(dtype=float), adjust_by)
    rare = members["unlike"]
    caveats = []
    if not found.supported:
        caveats.append(Caveat(code="personas_drift_unsupported", severity="warning"))
    if strange:
        caveats.append(Caveat(code="personas_new_answers", values={"n": strange}))
    least = min(len(labels) for labels, _ in sides)
    if least < SMALL:
        caveats.append(Caveat(code="small_n", severity="warning", values={"few": found.k, "n": least}))
    if rare.mean() > 0.05:
        caveats.append(Caveat(code="personas_many_unlike", severity="warning", values={"share": float(rare.mean())}))
    return Drift(
        table=table,
        caveats=tuple(caveats),
        names=found.names,
        lang=found.lang,
        found=found,
        members=members,
        level=found.level,
        adjust=adjust_by,
        n_unlike=int(rare.sum()),
    )


def _moved(persona: int, sides: list[tuple[np.ndarray, np.ndarray]], weighted: bool, level: float) -> dict[str, Any]:
    (before, w_before), (now, w_now) = sides
    a, b = (now == persona).astype(float), (before == persona).astype(float)
    row: dict[str, Any] = {
        "persona": persona,
        "before": float(np.average(b, weights=w_before)),
        "now": float(np.average(a, weights=w_now)),
        "n_before": int(b.sum()),
        "n_now": int(a.sum()),
    }
    counts = int(a.sum()), len(a), int(b.sum()), len(b)
    if not weighted:
        found, p = proportion_difference(*counts, level), equal_shares(*counts)
    else:
        try:
            found = weighted_mean_difference(a, b, weights_a=w_now, weights_b=w_before, level=level)
        except NotEnoughData:
            return row | {"difference": row["now"] - row["before"], "ci_low": np.nan, "ci_high": np.nan, "p": np.nan}
        alike = min(np.ptp(a), np.ptp(b)) == 0  # all or none of a wave: no variance to weigh
        p = equal_shares(*counts) if alike or not found.se else two_sided(found)
    return row | {"difference": found.value, "ci_low": found.low, "ci_high": found.high, "p": p}
