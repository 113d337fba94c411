"""What stands on a card: every figure from the tables of the personas, every sentence from the word files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from cxresearch.analysis.personas.cards.rows import PLACES, cells
from cxresearch.analysis.personas.cards.verbatims import Verbatims, cut, verbatims
from cxresearch.responses.responses import PERSPECTIVE
from cxresearch.result import plain
from cxresearch.survey.scale import Scale
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import digits_for, integer, interval, number, p_value, percent
from cxresearch.words.rules import rule

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas

MOST_TYPICAL: Final = 5  # items above, and below, the average
MOST_COMPARED: Final = 8  # rows of use, and of further characteristics
MOST_NAMED: Final = 12  # items that are named in a list of what is not known
LONGEST: Final = 140  # characters of a wording


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One item of a card with its numbers in words.

    Parameters
    ----------
    what : str
        Wording of the item (and answer).
    value, other : str
        Of the persona; of all people or of everybody else.
    difference, p, p_named, n : str
        Difference with its interval, adjusted p-value (alone, and after its name) and answers, where they are shown.
    channel, scale : str
        Kind of touchpoint, and ends of the scale, where there is one.
    told : bool
        Whether the difference is told from zero.
    """

    what: str
    value: str
    other: str
    difference: str = ""
    p: str = ""
    p_named: str = ""
    n: str = ""
    channel: str = ""
    scale: str = ""
    told: bool = True


@dataclass(frozen=True, kw_only=True)
class Card:
    """One persona in words, ready for its page."""

    persona: int
    name: str
    size: str
    proof: str
    notices: tuple[str, ...]
    above: tuple[Figure, ...]
    below: tuple[Figure, ...]
    answers: tuple[Figure, ...]
    scale: str
    more_typical: str
    compared: Mapping[str, tuple[Figure, ...]]
    more_compared: str
    unknown: tuple[tuple[str, str], ...]
    comments: Verbatims | None
    finding: str


def card_of(found: Personas, rows: pd.DataFrame, persona: int, lang: str, comments: str | None) -> Card:
    """Put the card of one persona into words."""
    made = _Writer(found, rows, persona, lang)
    above, below, answers = made.typical("above"), made.typical("below"), made.typical("answers")
    left = sum(max(len(made.side(side)) - MOST_TYPICAL, 0) for side in ("above", "below", "answers"))
    places = {place: made.compared(place) for place in PLACES[1:]}
    unshown = sum(len(made.described(place)) - len(shown) for place, shown in places.items())
    scales = {figure.scale for figure in (*above, *below)}
    return Card(
        persona=persona,
        name=name_of(found, persona, lang),
        size=size_of(found, persona, lang),
        proof=proof_of(found, persona, lang),
        notices=notices_of(found, lang),
        above=above,
        below=below,
        answers=answers,
        scale=scales.pop() if len(scales) == 1 else "",
        more_typical=say("personas.card.more", lang, n=left) if left > 0 else "",
        compared={place: shown for place, shown in places.items() if shown},
        more_compared=say("personas.card.more_compared", lang, n=unshown) if unshown else "",
        unknown=made.unknown(),
        comments=verbatims(found, persona, comments, lang) if comments is not None else None,
        finding=made.finding(),
    )


def name_of(found: Personas, persona: int, lang: str) -> str:
    """Return the proposed name with a capital, as a heading; who is not described has none."""
    if persona in found.withheld:
        return _capital(say("personas.name.unknown", lang))
    return _capital(cut(found.name_of(persona, lang), 180))


def size_of(found: Personas, persona: int, lang: str) -> str:
    """Say the share with its interval and the number of people, where they may be shown."""
    if persona in found.withheld:
        return say("personas.size_withheld", lang)
    row = _row(found, persona)
    low, high = (percent(row[c], lang) for c in ("ci_low", "ci_high"))
    return say("personas.card.size", lang, share=row["share"], level=found.level, low=low, high=high, n=row["n"])


def proof_of(found: Personas, persona: int, lang: str) -> str:
    """Say the verdict, how well this persona comes back, and how rare so clear a grouping is without groups."""
    parts = [say(f"personas.card.verdict.{found.verdict.replace(' ', '_')}", lang)]
    jaccard = _row(found, persona)["jaccard"]
    if not pd.isna(jaccard):
        word = rule("jaccard_hennig2007").word(jaccard)
        parts.append(say("personas.card.jaccard", lang, jaccard=jaccard, word=say(f"personas.card.back.{word}", lang)))
    parts.append(say("personas.card.structure", lang, p=found.evidence.structure.p))
    if found.evidence.continuum is not None:
        parts.append(say("personas.card.continuum", lang, p=found.evidence.continuum.p))
    return _capital("; ".join(parts)) + "."


def notices_of(found: Personas, lang: str) -> tuple[str, ...]:
    """Say what a reader has to know before using the persona."""
    if not found.supported:
        return (say("personas.card.not_supported", lang, why=reasons_of(found, lang)),)
    if found.verdict == "use with care":
        return (say("personas.card.care", lang, why=reasons_of(found, lang)),)
    return ()


def reasons_of(found: Personas, lang: str) -> str:
    """Say what held the verdict back, a sentence a reason."""
    return say("personas.card.sentence", lang, text=_capital(found.why(lang)))


def written(value: float, row: Mapping[Any, Any], lang: str, digits: int | None = None) -> str:
    """Write a mean or a share of a row of the profile; by default shortly, for a list or a picture."""
    if row["is_share"]:
        return percent(value, lang)
    if digits is None:
        digits = 1 if max(abs(row["value"]), abs(row["average"])) >= 1 else 2
    return number(value, lang, digits)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(found: Personas, persona: int) -> dict[Any, Any]:
    return found.table[found.table["persona"] == persona].to_dict("records")[0]


class _Writer:
    """Writes rows of the profile of one persona in one language."""

    def __init__(self, found: Personas, rows: pd.DataFrame, persona: int, lang: str) -> None:
        self.found, self.persona, self.lang = found, persona, lang
        self.rows = cells(rows, persona)
        people = found.frame.source.frame
        asked = people[PERSPECTIVE].iloc[found.frame.rows[:1]].tolist() if PERSPECTIVE in people else []
        self.perspective = asked[0] if asked else None
        own = self.rows[(self.rows["place"] == "grouping") & (self.rows["state"] == "typical")]
        self.grouping = own.assign(size=own["distance"].abs()).sort_values(
            ["size", "row"], ascending=[False, True], kind="stable"
        )

    def side(self, side: str) -> list[dict[Any, Any]]:
        """Return the typical rows above or below the average, or the answers that are more frequent, largest first."""
        share, up = self.grouping["is_share"], self.grouping["distance"] > 0
        kept = {"above": ~share & up, "below": ~share & ~up, "answers": share & up}[side]
        return self.grouping[kept].to_dict("records")

    def typical(self, side: str) -> tuple[Figure, ...]:
        """Return the first of :meth:`side` beside the average of all."""
        return tuple(
            Figure(
                what=self.wording(row),
                value=written(row["value"], row, self.lang),
                other=say("personas.card.instead", self.lang, value=written(row["average"], row, self.lang)),
                scale=self.scale(row),
            )
            for row in self.side(side)[:MOST_TYPICAL]
        )

    def compared(self, place: str) -> tuple[Figure, ...]:
        """Return describing rows beside everybody else, touchpoints of a kind together."""
        rows = self.described(place)
        if place != "satisfaction" and len(rows) > MOST_COMPARED:
            largest = rows["distance"].abs().sort_values(ascending=False, kind="stable").index[:MOST_COMPARED]
            rows = rows.loc[rows.index.isin(largest)]
        rows = rows.sort_values("channel", key=lambda c: c.map(_ORDER).fillna(len(_ORDER)), kind="stable")
        return tuple(self._figure(row) for row in rows.to_dict("records"))

    def described(self, place: str) -> pd.DataFrame:
        """Return the describing rows that belong to a place and may be shown."""
        return self.rows[(self.rows["place"] == place) & (self.rows["state"] != "suppressed")]

    def _figure(self, row: dict[Any, Any]) -> Figure:
        many = 0 if row["is_share"] else digits_for(row["ci_low"], row["ci_high"], most=2)
        scale = 100.0 if row["is_share"] else 1.0
        difference = ""
        if not pd.isna(row["difference"]):
            size = number(scale * row["difference"], self.lang, many, signed=True)
            reach = interval(scale * row["ci_low"], scale * row["ci_high"], self.lang, many, signed=True)
            key = "points" if row["is_share"] else "difference"
            difference = say(f"personas.card.{key}", self.lang, size=size, interval=reach)
        return Figure(
            what=self.label(row),
            value=written(row["value"], row, self.lang, many),
            other=written(row["rest"], row, self.lang, many),
            difference=difference,
            p=p_value(row["p_adjusted"], self.lang, name=""),
            p_named=p_value(row["p_adjusted"], self.lang),
            n=integer(row["n"], self.lang),
            scale=self.scale(row),
            channel=say(f"personas.card.channel.{row['channel']}", self.lang) if row["channel"] else "",
            told=row["state"] in ("typical", "slight"),
        )

    def unknown(self) -> tuple[tuple[str, str], ...]:
        """Return what is not known of the persona: heading and items, by reason."""
        out = []
        for state in ("unclear", "slight", "suppressed"):
            # a question counts as a whole: of one with several answers, only if none of them is told
            told = set(self.rows.loc[self.rows["state"].isin(_STRONGER[state]), "item"])
            items = [i for i in dict.fromkeys(self.rows.loc[self.rows["state"] == state, "item"]) if i not in told]
            names = [self.quoted(i) for i in items[:MOST_NAMED]]
            if len(items) > MOST_NAMED:
                names.append(say("personas.card.others", self.lang, n=len(items) - MOST_NAMED))
            if names:
                head = say(f"personas.card.unknown.{state}", self.lang, cell=self.found.minimum_cell)
                out.append((head, say("personas.card.sentence", self.lang, text=join(names, self.lang))))
        return tuple(out)

    def finding(self) -> str:
        """Say in one line what sets the persona apart, for the picture."""
        parts = []
        for side in ("above", "answers", "below"):
            names = [self.label(row) for row in self.side(side)[:2]]
            if names:
                parts.append(say(f"personas.card.finding.{side}", self.lang, items=join(names, self.lang)))
        if not parts:
            known = (self.rows["state"] != "suppressed").any()
            parts = [say(f"personas.card.finding.{'none' if known else 'suppressed'}", self.lang)]
        return _capital("; ".join(parts)) + "."

    def scale(self, row: dict[Any, Any]) -> str:
        """Return the ends of the scale, so that a mean says something."""
        survey = self.found.frame.source.survey
        if survey is not None and row["item"] in survey.items:
            scale: Scale | None = survey.scale_of(row["item"])
        else:
            scale = next((v.column.scale for v in self.found.frame.variables if v.name == row["item"]), None)
        if row["is_share"] or scale is None or scale.low is None or scale.high is None:
            return ""
        return say("personas.card.scale", self.lang, low=plain(float(scale.low)), high=plain(float(scale.high)))

    def wording(self, row: dict[Any, Any]) -> str:
        """Return what people were asked, in full for ratings."""
        survey = self.found.frame.source.survey
        if row["is_share"] or survey is None or row["item"] not in survey.items:
            return self.label(row)
        return cut(survey.items[row["item"]].label(self.lang, self.perspective), LONGEST)

    def label(self, row: dict[Any, Any]) -> str:
        """Return the short name of the item, with the answer where it is a share."""
        item = cut(self.found.names.of(row["item"], self.lang), LONGEST)
        if not row["is_share"]:
            return item
        answer = cut(self.found.names.code(row["item"], row["answer"], self.lang), LONGEST)
        return say("personas.card.answer", self.lang, item=item, answer=answer)

    def quoted(self, item: str) -> str:
        """Return the short name of an item in quotation marks."""
        name = cut(self.found.names.of(item, self.lang), 80).rstrip(".")
        return say("common.quoted", self.lang, name=name)


_ORDER: Final = {"digital": 0, "hybrid": 1, "analog": 2}
_STRONGER: Final = {
    "unclear": ("typical", "slight"),
    "slight": ("typical",),
    "suppressed": ("typical", "slight", "unclear"),
}
