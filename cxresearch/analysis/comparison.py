"""The answer to a comparison: groups, test, pairs and the reason for the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.result import Result
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer
from cxresearch.words.rules import rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# effect -> the cited cut-offs its size is put in words by
RULES = {
    "hedges_g": "hedges_g_cohen1988",
    "hedges_g_paired": "hedges_g_cohen1988",
    "cliffs_delta": "cliffs_delta_romano2006",
    "cliffs_delta_paired": "cliffs_delta_romano2006",
    "cramers_v": "cramers_v_cohen1988",
    "omega_squared": "omega_squared_cohen1988",
}
SIGNED = ("hedges_g", "hedges_g_paired", "cliffs_delta", "cliffs_delta_paired")
LIKERT_CATEGORIES = 11


@dataclass(frozen=True, kw_only=True)
class TestChoice:
    """What decided which test was taken."""

    measurement: str
    assumed: bool
    groups: int
    paired: bool


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Comparison(Result):
    """A comparison of groups or of answers; made by :func:`cxresearch.compare`.

    Parameters
    ----------
    test : DataFrame
        One row.
    pairs, shares : DataFrame, optional
    outcome : str
    by : str, optional
    choice : TestChoice
    """

    kind: ClassVar[str] = "compare"
    columns: ClassVar[dict[str, str]] = {
        "group": "text",
        "other": "text",
        "code": "text",
        "mean": "n2",
        "difference": "+n2",
        "test": "word:compare.test",
        "statistic": "n2",
        "df": "n1",
        "df2": "n1",
        "ci_low": "n2",
        "ci_high": "n2",
        "sd": "n2",
        "median": "n1",
        "share": "%1",
        "share_low": "%1",
        "share_high": "%1",
        "p": "p3",
        "p_adjusted": "p3",
        "effect": "word:compare.effect",
        "effect_size": "n3",
        "effect_low": "n3",
        "effect_high": "n3",
        "n": "i",
        "n_dropped": "i",
    }

    test: pd.DataFrame
    pairs: pd.DataFrame | None = None
    shares: pd.DataFrame | None = None
    outcome: str
    by: str | None = None
    level: float
    adjust: str
    weights: str | None = None
    choice: TestChoice

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {"table": self.table, "test": self.test, "pairs": self.pairs, "shares": self.shares}
        return {name: frame for name, frame in found.items() if frame is not None}

    def shown_columns(self, frame: str) -> dict[str, str]:
        have = self.frames()[frame]
        return {c: how for c, how in super().shown_columns(frame).items() if have[c].notna().any()}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column in ("group", "other"):
            return self._group(row[column], lang)
        if column == "code":
            return self.names.code(self.outcome, row[column], lang)
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say whether a difference was shown, between which groups, and by which test."""
        lang = lang or self.lang
        test = self.test.iloc[0]
        shown = test["p"] < 1 - self.level
        key = "shown" if shown else "not_shown"
        kind = "paired" if self.choice.paired else "nominal" if self.choice.measurement == "nominal" else "groups"
        ranked = self.table.sort_values("mean", kind="stable")
        values: dict[str, Any] = {
            "outcome": self.names.of(self.outcome, lang),
            "by": self.names.of(self.by, lang) if self.by else "",
            "test": say(f"compare.test.{test['test']}", lang),
            "p": test["p"],
            "effect": self._effect(lang),
        }
        if kind != "nominal":
            first, last = ranked.iloc[-1], ranked.iloc[0]
            values |= {
                "first": self._group(first["group"], lang),
                "first_mean": first["mean"],
                "last": self._group(last["group"], lang),
                "last_mean": last["mean"],
            }
        elif self.choice.paired:
            kind = "paired_nominal"
        return say(f"compare.{kind}.{key}", lang, **values)

    def heading(self, lang: str | None = None) -> str:
        """Name outcome and groups."""
        lang = lang or self.lang
        if self.by is None:
            return say("compare.heading_paired", lang, k=len(self.table))
        return say("compare.heading", lang, outcome=self.names.of(self.outcome, lang), by=self.names.of(self.by, lang))

    def method(self, lang: str | None = None) -> str:
        """Say which test was taken and why, and how many answers were used."""
        lang = lang or self.lang
        test = self.test.iloc[0]
        number = "two" if self.choice.groups == 2 else "more"
        parts = [
            say(
                "compare.why",
                lang,
                measurement=say(f"compare.measurement.{self.choice.measurement}", lang),
                groups=say(
                    f"compare.{'same' if self.choice.paired else 'independent'}.{number}", lang, k=self.choice.groups
                ),
                test=say(f"compare.test.{test['test']}", lang),
            )
        ]
        if test["effect"] in RULES:
            parts.append(say("compare.rule", lang, source=rule(RULES[test["effect"]]).source))
        if self.weights:
            parts.append(say("common.weights", lang, weights=self.weights))
        if self.pairs is not None:
            if self.choice.measurement == "interval":
                parts.append(say("compare.games_howell", lang))
            else:
                parts.append(say(f"common.adjust.{self.adjust}", lang, k=len(self.pairs)))
        parts.append(say("common.used", lang, n=int(test["n"]), dropped=int(test["n_dropped"])))
        return " ".join(parts)

    def _group(self, group: Any, lang: str) -> str:
        return self.names.code(self.by, group, lang) if self.by else self.names.of(group, lang)

    def _effect(self, lang: str) -> str:
        test = self.test.iloc[0]
        if test["effect"] is None or pd.isna(test["effect_size"]):
            return ""
        effect = say(
            "compare.signed" if test["effect"] in SIGNED else "compare.unsigned",
            lang,
            name=say(f"compare.effect.{test['effect']}", lang),
            size=test["effect_size"],
            low=test["effect_low"],
            high=test["effect_high"],
            level=self.level,
        )
        if test["effect"] in RULES:
            word = rule(RULES[test["effect"]]).word(test["effect_size"])
            effect = say("compare.rated", lang, word=say(f"compare.size.{word}", lang), effect=effect)
        return f", {effect}"

    def _draw(self, ax: Axes, lang: str) -> Axes:
        codes = [] if self.shares is None else list(dict.fromkeys(self.shares["code"]))
        if self.shares is not None and 2 <= len(codes) <= LIKERT_CATEGORIES:
            return self._bars(ax, self.shares, codes, lang)
        return self._means(ax, lang)

    def _bars(self, ax: Axes, shares: pd.DataFrame, codes: list[Any], lang: str) -> Axes:
        from cxresearch.charts.likert import likert

        sizes = dict(zip(self.table["group"], self.table["n"], strict=True))
        nominal = self.choice.measurement == "nominal"
        per_cent = formatter(lang, 0)
        frame = pd.DataFrame({"row": shares["group"], "category": shares["code"], "share": shares["share"]})
        frame["n"] = [sizes[g] for g in shares["group"]]
        return likert(
            frame,
            categories=codes,
            category_labels={c: self.names.code(self.outcome, c, lang) for c in codes},
            row_labels={g: self._group(g, lang) for g in self.table["group"]},
            neutral=codes[len(codes) // 2] if len(codes) % 2 and not nominal else None,
            split=0 if nominal else None,
            number=lambda share: per_cent(100 * share),
            title=self.heading(lang),
            subtitle=say("compare.bars", lang),
            count=lambda n: integer(n, lang),
            ax=ax,
        )

    def _means(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.table["group"],
                "value": self.table["mean"],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
                "n": self.table["n"],
            }
        )
        return intervals(
            frame,
            row_labels={g: self._group(g, lang) for g in self.table["group"]},
            value_label=say("describe.axis", lang),
            number=formatter(lang, 2),
            tick_number=formatter(lang, 1),
            title=self.heading(lang),
            subtitle=say("describe.means", lang, level=self.level),
            count=lambda n: integer(n, lang),
            ax=ax,
        )
