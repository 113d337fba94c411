"""The answer: what was answered as tables, pictures and sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.result import Result
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CATEGORIES = 11


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Description(Result):
    """What was answered; made by :func:`cxresearch.describe`.

    Parameters
    ----------
    distribution : DataFrame
        A row an item and code: item, code, in_base, n, share, share_low, share_high.  Shares of
        codes that are no answer (`in_base` False) are shares of all respondents.
    confidence : float
    top : int
    weights : str, optional
    """

    kind: ClassVar[str] = "describe"
    columns: ClassVar[dict[str, str]] = {
        "item": "name",
        "code": "code",
        "mean": "n2",
        "ci_low": "n2",
        "ci_high": "n2",
        "sd": "n2",
        "median": "n1",
        "top_box": "%0",
        "top_low": "%0",
        "top_high": "%0",
        "share": "%1",
        "share_low": "%1",
        "share_high": "%1",
        "n": "i",
        "n_dropped": "i",
    }

    distribution: pd.DataFrame
    confidence: float
    top: int
    weights: str | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "distribution": self.distribution}

    def shown_columns(self, frame: str) -> dict[str, str]:
        shown = super().shown_columns(frame)
        have = self.frames()[frame]
        return {c: how for c, how in shown.items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say the mean of one item, or which items of one scale lie highest and lowest."""
        lang = lang or self.lang
        rated = comparable(self.table).sort_values("mean", kind="stable")
        if len(rated) == 1 and (len(self.table) == 1 or other_scales(self.table)):
            return say("describe.one", lang, level=self.confidence, **self._values(rated.iloc[0], lang))
        if len(rated) >= 2:
            first, last = rated.iloc[-1], rated.iloc[0]
            return say(
                "describe.several",
                lang,
                k=len(rated),
                level=self.confidence,
                **self._values(first, lang),
                last=self.names.of(last["item"], lang),
                last_mean=last["mean"],
                last_low=last["ci_low"],
                last_high=last["ci_high"],
            )
        inside = self.distribution[self.distribution["in_base"]]
        row = inside.iloc[int(inside["share"].to_numpy().argmax())]
        return say(
            "describe.mode",
            lang,
            item=self.names.of(row["item"], lang),
            code=self.names.code(row["item"], row["code"], lang),
            share=row["share"],
            low=row["share_low"],
            high=row["share_high"],
            level=self.confidence,
        )

    def heading(self, lang: str | None = None) -> str:
        """Name the item, or the number of items."""
        lang = lang or self.lang
        if len(self.table) == 1:
            return self.names.of(self.table["item"].iloc[0], lang)
        return say("describe.heading", lang, k=len(self.table))

    def method(self, lang: str | None = None) -> str:
        """Say which intervals were computed and how many answers were used."""
        lang = lang or self.lang
        parts = [say(f"describe.method.{'weighted' if self.weights else 'plain'}", lang, level=self.confidence)]
        if self.table["top_box"].notna().any():
            parts.append(say("describe.method.top", lang, top=self.top))
        if self.weights:
            parts.append(say("common.weights", lang, weights=self.weights))
        low, high = int(self.table["n"].min()), int(self.table["n"].max())
        parts.append(say("describe.method.n" if low < high else "describe.method.same_n", lang, low=low, high=high))
        return " ".join(parts)

    def _values(self, row: pd.Series, lang: str) -> dict[str, Any]:
        return {
            "item": self.names.of(row["item"], lang),
            "mean": row["mean"],
            "low": row["ci_low"],
            "high": row["ci_high"],
            "n": row["n"],
        }

    def _draw(self, ax: Axes, lang: str) -> Axes:
        inside = self.distribution[self.distribution["in_base"]]
        codes = [tuple(rows["code"]) for _, rows in inside.groupby("item", sort=False)]
        if len(codes) == 1 and len(codes[0]) <= 2 * MOST_CATEGORIES:
            return self._bars(ax, inside, lang)
        if len(set(codes)) == 1 and len(codes[0]) <= MOST_CATEGORIES:
            return self._likert(ax, inside, list(codes[0]), lang)
        return self._means(ax, lang)

    def _bars(self, ax: Axes, inside: pd.DataFrame, lang: str) -> Axes:
        from cxresearch.charts.distribution import distribution

        item = str(inside["item"].iloc[0])
        frame = pd.DataFrame(
            {
                "value": inside["code"],
                "label": [self.names.code(item, c, lang) for c in inside["code"]],
                "share": inside["share"],
            }
        )
        return distribution(
            frame,
            value_label=self.names.of(item, lang),
            number=percent_formatter(lang),
            title=self.heading(lang),
            subtitle=say("common.shares_of", lang, n=int(self.table["n"].iloc[0])),
            ax=ax,
        )

    def _likert(self, ax: Axes, inside: pd.DataFrame, codes: list[Any], lang: str) -> Axes:
        from cxresearch.charts.likert import likert

        order = self.table.sort_values("mean", ascending=False, kind="stable")["item"]
        sizes = dict(zip(self.table["item"], self.table["n"], strict=True))
        rank = {item: i for i, item in enumerate(order)}
        rows = inside.sort_values("item", key=lambda s: s.map(rank), kind="stable")
        frame = pd.DataFrame({"row": rows["item"], "category": rows["code"], "share": rows["share"]})
        frame["n"] = [sizes[item] for item in rows["item"]]
        outside = None
        if (self.table["n_dropped"] > 0).any():
            outside = "outside"
            total = self.table["n"] + self.table["n_dropped"]
            aside = pd.DataFrame(
                {
                    "row": self.table["item"],
                    "category": outside,
                    "share": self.table["n_dropped"] / total,
                    "n": self.table["n"],
                }
            )
            frame = pd.concat([frame, aside], ignore_index=True)
        first = str(self.table["item"].iloc[0])
        labels = {c: self.names.code(first, c, lang) for c in codes}
        return likert(
            frame,
            categories=codes,
            category_labels={**labels, **({outside: say("common.no_answer", lang)} if outside else {})},
            row_labels={item: self.names.of(item, lang) for item in self.table["item"]},
            neutral=codes[len(codes) // 2] if len(codes) % 2 else None,
            outside_base=outside,
            number=formatter_percent_bare(lang),
            title=self.heading(lang),
            subtitle=say("describe.likert", lang),
            count=lambda n: integer(n, lang),
            ax=ax,
        )

    def _means(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        rated = comparable(self.table)
        if rated.empty:
            item = self.table["item"].iloc[0]
            inside = self.distribution[self.distribution["in_base"] & (self.distribution["item"] == item)]
            return self._bars(ax, inside.sort_values("share", ascending=False).head(2 * MOST_CATEGORIES), lang)
        frame = pd.DataFrame(
            {
                "row": rated["item"],
                "value": rated["mean"],
                "low": rated["ci_low"],
                "high": rated["ci_high"],
                "n": rated["n"],
            }
        )
        return intervals(
            frame,
            row_labels={item: self.names.of(item, lang) for item in rated["item"]},
            value_label=say("describe.axis", lang),
            number=formatter(lang, 2),
            tick_number=formatter(lang, 1),
            title=self.heading(lang) if len(rated) < 2 else say("describe.heading", lang, k=len(rated)),
            subtitle=say("describe.means", lang, level=self.confidence),
            count=lambda n: integer(n, lang),
            ax=ax,
        )


def comparable(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a mean whose scale most items have; means of different scales are not compared."""
    rated = table[table["mean"].notna()]
    scale = rated["scale"].fillna("")
    return rated if rated.empty else rated[scale == scale.value_counts(sort=False).idxmax()]


def other_scales(table: pd.DataFrame) -> list[str]:
    """Return items with a mean that is not compared."""
    rated = table.loc[table["mean"].notna(), "item"]
    return [item for item in rated if item not in set(comparable(table)["item"])]


def formatter_percent_bare(lang: str) -> Any:
    """Return a function that writes a share as a number of per cent without the sign."""
    plain_number = formatter(lang, 0)
    return lambda share: plain_number(100 * share)
