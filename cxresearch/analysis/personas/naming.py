"""Names proposed from the data: what sets a persona apart, in neutral words, never who they are."""

from __future__ import annotations

import pandas as pd

from cxresearch.result import Names
from cxresearch.survey.text import Text
from cxresearch.words.catalog import join, say

MOST = 2  # items in a name on each side, where one does not tell personas apart
CLEAR = 0.2  # distance from the average, in standard deviations
ONE_WAY = 0.8  # share of items on one side of the average


def name_texts(
    profile: pd.DataFrame, names: Names, k: int, languages: tuple[str, ...] = ("de", "en")
) -> dict[str, Text]:
    """Return a name for each persona, under ``persona=1`` and so on.

    A persona that lies on one side of the average nearly everywhere is named by that; otherwise by the items on
    which it lies furthest above and below the average.  Only what people were grouped by goes into a name.

    Examples
    --------
    >>> rows = [(1, "speed", 1.2), (1, "price", -0.9), (2, "speed", -0.6), (2, "price", 0.1)]
    >>> profile = pd.DataFrame(rows, columns=["persona", "item", "distance"]).assign(role="grouping", answer=None)
    >>> texts = name_texts(profile, Names(), 2)
    >>> texts["persona=1"].get("en"), texts["persona=2"].get("de")
    ('high: speed; low: price', 'niedrig: speed')
    """
    if k == 1:
        return {"persona=1": Text({lang: say("personas.name.everybody", lang) for lang in languages})}

    def proposed(lang: str, most: int) -> list[str]:
        return [_name(profile[profile["persona"] == i + 1], names, lang, most) for i in range(k)]

    found = {lang: proposed(lang, 1) for lang in languages}
    for lang, short in found.items():
        named = [name for name in short if name != say("personas.name.unknown", lang)]
        if len(set(named)) < len(named):
            found[lang] = proposed(lang, MOST)
    for lang, wordings in found.items():
        found[lang] = [
            f"{w} ({wordings[: i + 1].count(w)})" if wordings.count(w) > 1 else w for i, w in enumerate(wordings)
        ]
    return {f"persona={i + 1}": Text({lang: found[lang][i] for lang in languages}) for i in range(k)}


def _name(rows: pd.DataFrame, names: Names, lang: str, most: int) -> str:
    rows = rows[(rows["role"] == "grouping") & rows["distance"].notna()]
    if rows.empty:
        return say("personas.name.unknown", lang)
    ratings = rows[rows["answer"].isna()]
    clear = ratings[ratings["distance"].abs() >= CLEAR]
    if len(ratings) >= 4 and len(clear) >= ONE_WAY * len(ratings):
        for way, share in (("higher", (clear["distance"] > 0).mean()), ("lower", (clear["distance"] < 0).mean())):
            if share == 1:
                return say(f"personas.name.{way}", lang)
    ordered = rows.sort_values(["distance", "item"], kind="stable")
    up = ordered[ordered["distance"] >= CLEAR].tail(most).iloc[::-1]
    down = ordered[(ordered["distance"] <= -CLEAR) & ordered["answer"].isna()].head(most)
    if up.empty and down.empty:
        return say("personas.name.average", lang)
    parts = []
    if len(up):
        parts.append(
            say("personas.name.high", lang, what=join([_what(r, names, lang) for _, r in up.iterrows()], lang))
        )
    if len(down):
        parts.append(
            say("personas.name.low", lang, what=join([_what(r, names, lang) for _, r in down.iterrows()], lang))
        )
    return "; ".join(parts)


def _what(row: pd.Series, names: Names, lang: str) -> str:
    item = names.of(row["item"], lang).rstrip(".")
    if row["answer"] is None or pd.isna(row["answer"]):
        return item
    return say("personas.name.answer", lang, item=item, answer=names.code(row["item"], row["answer"], lang))
