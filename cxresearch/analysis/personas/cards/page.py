"""The pages: a card a persona, and the sheet that compares them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.markers import MarkerStyle

from cxresearch.analysis.personas.cards.content import Card, notices_of
from cxresearch.analysis.personas.cards.picture import Picture, is_cut
from cxresearch.charts import theme
from cxresearch.words import catalog
from cxresearch.words.numbers import number, percent

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas

TEMPLATES: Final = Path(__file__).parent / "templates"
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EQUATION: Final = re.compile(r" ([=<]) (?=[\d\N{MINUS SIGN}])")
MADE_BY: Final = "cxresearch persona card"
POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"


def card_page(found: Personas, card: Card, rows: pd.DataFrame, picture: Picture, lang: str) -> str:
    """Return the page of one persona."""
    return (
        _environment()
        .get_template("card.html.j2")
        .render(
            **_common(found, rows, lang),
            card=card,
            picture=_source(picture),
            alt=picture.alt,
            glyph=_glyph(card.persona),
        )
    )


def comparison_page(found: Personas, cards: Sequence[Card], rows: pd.DataFrame, picture: Picture, lang: str) -> str:
    """Return the sheet with all personas."""
    return (
        _environment()
        .get_template("comparison.html.j2")
        .render(
            **_common(found, rows, lang),
            cards=cards,
            picture=_source(picture),
            alt=picture.alt,
            wide=len(cards) > 3,
            glyphs={card.persona: _glyph(card.persona) for card in cards},
            figures=_key_figures(found, cards, lang),
            described=_described(found, rows, lang),
            notices=() if found.supported else notices_of(found, lang),
            caveats=[(c.severity, c.text(lang, found.names)) for c in found.caveats],
        )
    )


def _common(found: Personas, rows: pd.DataFrame, lang: str) -> dict[str, Any]:
    survey = found.frame.source.survey
    return {
        "say": partial(_say, lang),
        "lang": lang,
        "found": found,
        "policy": POLICY,
        "made_by": MADE_BY,
        "style": Markup((TEMPLATES / "cards.css").read_text(encoding="utf-8")),
        "stamp": "" if found.supported else _say(lang, "stamp").upper(),
        "cut_rows": is_cut(rows),
        "terms": [notice.get(lang) for notice in survey.notices] if survey is not None else [],
        "title": survey.title.get(lang) if survey is not None else "",
    }


def _say(lang: str, key: str, **values: Any) -> str:
    return catalog.say(f"personas.card.{key}", lang, **values)


def _source(picture: Picture) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.inside.encode('utf-8', errors='replace')).decode()}"


def _glyph(persona: int) -> Markup:
    """Return the mark of a persona in the pictures, as a drawing of the size of a letter."""
    mark = theme.GROUPS[(persona - 1) % len(theme.GROUPS)]
    style = MarkerStyle(mark.shape)
    outline = np.asarray(style.get_path().transformed(style.get_transform()).to_polygons(closed_only=True)[0])
    reach = float(abs(outline).max()) * 1.1
    points = " ".join(f"{50 + 50 * x / reach:.1f},{50 - 50 * y / reach:.1f}" for x, y in outline)
    return Markup(
        '<svg class="glyph" viewBox="0 0 100 100" aria-hidden="true">'
        f'<polygon points="{points}" fill="{mark.colour}"/></svg>'
    )


def _key_figures(found: Personas, cards: Sequence[Card], lang: str) -> list[Mapping[str, str]]:
    """Return a row a persona, as the table of the result writes them."""
    out: list[Mapping[str, str]] = []
    for card, row in zip(cards, found.table.to_dict("records"), strict=True):
        few = row["persona"] in found.withheld
        reach = _say(lang, "from_to", low=percent(row["ci_low"], lang), high=percent(row["ci_high"], lang))
        out.append(
            {
                "share": "\N{EN DASH}" if few else percent(row["share"], lang),
                "interval": "\N{EN DASH}" if few else reach,
                "n": "\N{EN DASH}" if few else catalog.write(row["n"], "i", lang),
                "jaccard": number(row["jaccard"], lang),
                "probability": number(row["mean_probability"], lang),
                "finding": card.finding,
            }
        )
    return out


def _described(found: Personas, rows: pd.DataFrame, lang: str) -> list[Mapping[str, Any]]:
    """Return a row a describing item (and answer) with the value of each persona."""
    out: list[Mapping[str, Any]] = []
    for place in ("use", "satisfaction", "further"):
        part = rows[rows["place"] == place]
        for _, group in part.groupby("row", sort=False):
            records = group.sort_values("persona").to_dict("records")
            first = records[0]
            item = found.names.of(first["item"], lang)
            if first["is_share"]:
                item = _say(lang, "answer", item=item, answer=found.names.code(first["item"], first["answer"], lang))
            write = partial(_written, share=bool(first["is_share"]), lang=lang)
            averages = group["average"].dropna()
            out.append(
                {
                    "place": place,
                    "what": item,
                    "all": write(float(averages.iloc[0]) if len(averages) else float("nan")),
                    "values": [(write(r["value"]), r["state"] in ("typical", "slight")) for r in records],
                }
            )
    return out


def _written(value: float, share: bool, lang: str) -> str:
    return percent(value, lang) if share else number(value, lang, 2)


def _harmless(value: Any) -> Any:
    """Drop control and direction characters from a text, and keep "p = 0.04" and the like on one line."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _EQUATION.sub("\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", _UNSEEN.sub("", value))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_harmless,
    )


__all__ = ["MADE_BY", "card_page", "comparison_page"]
