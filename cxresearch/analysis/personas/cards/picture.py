"""The pictures of the cards: one persona against the average, all side by side, and the stamp across them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cxresearch.analysis.personas.cards.content import name_of, proof_of, size_of, written
from cxresearch.analysis.personas.cards.rows import cells
from cxresearch.charts import theme
from cxresearch.charts.comparison import comparison
from cxresearch.charts.metrics import FAMILY, width_of
from cxresearch.charts.persona import profile
from cxresearch.charts.text import clean
from cxresearch.result import plain
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas

MOST_ROWS: Final = {"file": (14, 22), "page": (10, 16)}  # that people were grouped by, and in all
MOST_BESIDE: Final = len(theme.GROUPS)  # personas side by side
ON_PAGE: Final = 5.0  # inches: narrower, so that letters stay readable beside the words on paper, and on a phone
POINT: Final = 0.8  # smaller marks there, so that short intervals are seen
INK: Final = "#9b1c31"  # of the stamp


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture as it is written to files and put into a page."""

    svg: str
    png: bytes
    inside: str
    alt: str


def picture_of(found: Personas, rows: pd.DataFrame, persona: int, lang: str, finding: str) -> Picture:
    """Draw one persona against the average: for a file with name and proof, for its page without."""
    name = say("personas.card.heading", lang, i=persona, name=name_of(found, persona, lang))
    size, proof = size_of(found, persona, lang), proof_of(found, persona, lang)
    told = say("personas.card.alt", lang, heading=name, size=size, finding=finding, proof=proof)
    alt = _stamped_alt(found, told, lang)
    shown = say("personas.card.subtitle", lang, level=found.level)
    alone = _profile(found, rows, persona, lang, (name, f"{size}. {proof} {shown}"), "file")
    page = _profile(found, rows, persona, lang, ("", shown), "page")
    return Picture(
        svg=theme.svg(alone, alt=alt, title=name),
        png=theme.png(alone, alt=alt),
        inside=theme.svg(page, alt=alt, title=name),
        alt=alt,
    )


def comparison_of(found: Personas, rows: pd.DataFrame, lang: str) -> Picture:
    """Draw all personas side by side; of more than eight the largest."""
    alt = _stamped_alt(found, f"{found.heading(lang)}. {found.sentence(lang)}", lang)
    alone = _comparison(found, rows, lang, found.heading(lang), "file")
    page = _comparison(found, rows, lang, "", "page")
    return Picture(
        svg=theme.svg(alone, alt=alt, title=found.heading(lang)),
        png=theme.png(alone, alt=alt),
        inside=theme.svg(page, alt=alt, title=found.heading(lang)),
        alt=alt,
    )


def _stamped_alt(found: Personas, alt: str, lang: str) -> str:
    return alt if found.supported else f"{say('personas.card.stamp', lang).upper()}. {alt}"


def _profile(
    found: Personas, rows: pd.DataFrame, persona: int, lang: str, titles: tuple[str, str], where: str
) -> Figure:
    figure, ax = theme.new_figure(width=theme.WIDTH if where == "file" else ON_PAGE)
    mark = theme.GROUPS[(persona - 1) % len(theme.GROUPS)]
    own = drawn_rows(rows, where, persona)
    frame = _frame(own).assign(distance=own["distance"].to_numpy())
    frame["text"] = [_text(row, lang) for row in own.to_dict("records")]
    ends = np.abs(rows[["distance", "distance_low", "distance_high"]].to_numpy(dtype=float))
    reach = float(ends[np.isfinite(ends)].max(initial=0.5))
    profile(
        frame,
        row_labels=_labels(found, own, lang),
        value_label=say("personas.card.axis", lang),
        average_label=say("personas.card.average", lang),
        number=formatter(lang, 1, signed=True),
        title=titles[0],
        subtitle=titles[1],
        lower_label=say("personas.card.lower", lang),
        higher_label=say("personas.card.higher", lang),
        text_label=say("personas.card.text", lang),
        block_labels=_blocks(lang),
        limits=(-1.05 * reach, 1.05 * reach),  # the same on all cards
        mark=replace(mark, size=POINT * mark.size) if where == "page" else mark,
        ax=ax,
    )
    if not found.supported:
        stamp(figure, say("personas.card.stamp", lang))
    return figure


def _comparison(found: Personas, rows: pd.DataFrame, lang: str, title: str, where: str) -> Figure:
    k = min(found.k, MOST_BESIDE)
    figure, ax = theme.new_figure(width=max(theme.WIDTH, 2.6 + (1.9 if k <= 3 else 1.4) * k))
    shown = drawn_rows(rows, where)
    shown = shown[shown["persona"] <= k]
    subtitle = say("personas.card.subtitle", lang, level=found.level)
    comparison(
        _frame(shown).assign(persona=shown["persona"].to_numpy()),
        row_labels=_labels(found, shown, lang),
        persona_labels={
            i: say("personas.card.heading", lang, i=i, name=name_of(found, i, lang)) for i in range(1, k + 1)
        },
        share_labels={i: found.size_of(i, lang) for i in range(1, k + 1)},
        value_label=say("personas.card.axis", lang),
        number=formatter(lang, 1, signed=True),
        title=title,
        subtitle=subtitle if k == found.k else f"{subtitle} {say('personas.card.largest', lang, k=k, of=found.k)}",
        block_labels=_blocks(lang),
        ax=ax,
    )
    if not found.supported:
        stamp(figure, say("personas.card.stamp", lang))
    return figure


def drawn_rows(rows: pd.DataFrame, where: str, persona: int | None = None) -> pd.DataFrame:
    """Return the rows furthest from the average: of one persona, or of any; fewer on a page, which is printed."""
    of = rows if persona is None else cells(rows, persona)
    reach = (
        of.assign(size=of["distance"].abs())
        .groupby("row", sort=False)
        .agg(size=("size", "max"), role=("role", "first"))
    )
    order = reach.sort_values("size", ascending=False, kind="stable", na_position="last")
    grouping, most = MOST_ROWS[where]
    kept = list(order.index[order["role"] == "grouping"][:grouping])
    kept += list(order.index[order["role"] == "describing"][: most - len(kept)])
    return of[of["row"].isin(kept)]


def is_cut(rows: pd.DataFrame) -> bool:
    """Say whether the pictures on the pages leave rows out."""
    return drawn_rows(rows, "page")["row"].nunique() < rows["row"].nunique()


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": rows["row"].to_numpy(),
            "value": rows["distance"].to_numpy(dtype=float),
            "low": rows["distance_low"].to_numpy(dtype=float),
            "high": rows["distance_high"].to_numpy(dtype=float),
            "hollow": ~rows["state"].isin(("typical", "slight")).to_numpy(),
            "block": rows["role"].to_numpy(),
        }
    )


def _blocks(lang: str) -> dict[str, str]:
    return {role: say(f"personas.card.block.{role}", lang) for role in ("grouping", "describing")}


def _text(row: dict[Any, Any], lang: str) -> str:
    value, average = (written(row[c], row, lang) for c in ("value", "average"))
    return say("personas.card.pair", lang, value=value, all=average)


def _labels(found: Personas, rows: pd.DataFrame, lang: str) -> dict[str, str]:
    labels = {}
    for row in rows.drop_duplicates("row").to_dict("records"):
        item = found.names.of(row["item"], lang)
        if row["is_share"]:
            item = say(
                "personas.card.answer", lang, item=item, answer=found.names.code(row["item"], row["answer"], lang)
            )
        labels[row["row"]] = plain(item)
    return labels


def stamp(figure: Figure, text: str) -> None:
    """Write a text from corner to corner of a figure, over everything and yet so that one can read through it."""
    wide, high = figure.get_size_inches()
    words = clean(text).upper()
    angle = min(math.atan2(high, wide), math.radians(40))
    length = 0.86 * min(wide / math.cos(angle), high / math.sin(angle))
    size = min(10 * length / width_of(words, 10, "bold"), 44.0)
    figure.text(
        0.5,
        0.5,
        words,
        rotation=math.degrees(angle),
        rotation_mode="anchor",
        ha="center",
        va="center",
        fontsize=size,
        fontweight="bold",
        color=INK,
        alpha=0.4,
        zorder=50,
        gid="stamp",
        bbox={"boxstyle": "square,pad=0.25", "facecolor": "none", "edgecolor": INK, "linewidth": 2.0, "alpha": 0.4},
        parse_math=False,
        usetex=False,
        fontfamily=FAMILY,
    )
