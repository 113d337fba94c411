"""What was answered: distribution, mean and top box of each item."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Column, Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Result, plain
from cxresearch.stats.mean import mean
from cxresearch.stats.proportion import shares
from cxresearch.stats.weights import effective_n, linearised_mean
from cxresearch.survey.level import Level
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CATEGORIES = 11
WEIGHTED_FEW = 100  # see docs/validation-stats.md


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
        """Say the mean of one item, or which items lie highest and lowest."""
        lang = lang or self.lang
        rated = self.table[self.table["mean"].notna()].sort_values("mean", kind="stable")
        if len(self.table) == 1 and len(rated) == 1:
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

        rated = self.table[self.table["mean"].notna()]
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
            title=self.heading(lang),
            subtitle=say("describe.means", lang, level=self.confidence),
            count=lambda n: integer(n, lang),
            ax=ax,
        )


def formatter_percent_bare(lang: str) -> Any:
    """Return a function that writes a share as a number of per cent without the sign."""
    plain_number = formatter(lang, 0)
    return lambda share: plain_number(100 * share)


def describe(
    data: Responses | pd.DataFrame,
    items: Sequence[str] | str | None = None,
    *,
    weights: str | None = None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    measurement: str | Mapping[str, str] | None = None,
    top: int = 2,
    level: float = 0.95,
) -> Description:
    """Describe the answers to items.

    Parameters
    ----------
    data : Responses or DataFrame
    items : list of str, optional
        By default all items of the survey that are in the data.
    weights : str, optional
        Column with survey weights; means and shares are weighted, errors linearised.
    scale : (low, high) or dict, optional
        For a plain frame: what the answers may be, for all items or per item.
    missing : list or dict, optional
        Codes that are no answer, for all items or per item.
    measurement : {"nominal", "ordinal", "interval", "ratio"} or dict, optional
        Level of measurement where nobody declared it.
    top : int
        Number of highest points of a declared scale that form the top box.
    level : float
        Confidence level.

    Returns
    -------
    Description
        ``table``, a row an item: item, measurement, n, n_dropped, n_effective, mean, ci_low,
        ci_high, sd, median, top_box, top_low, top_high.  Means are left out for nominal items.

    Raises
    ------
    ArgumentError
        Unknown columns, levels, weights; ``describe.no-items``.
    NotEnoughData
        When no item has an answer.

    Examples
    --------
    >>> frame = pd.DataFrame({"q1": [1, 2, 5, 4], "q2": [3, 3, 4, 9]})
    >>> table = describe(frame, ["q1", "q2"], scale=(1, 5)).table
    >>> table[["item", "mean", "n", "n_dropped"]].to_dict("records")[1]
    {'item': 'q2', 'mean': 3.3333333333333335, 'n': 3, 'n_dropped': 1}
    """
    source = Source.of(data)
    weights = weights or None
    names = _items(source, items or None)
    w = source.weights(weights)
    rows, parts, caveats = [], [], []
    silent = []
    caveats += source.unused_weights(weights)
    for name in names:
        column = source.column(name, scale=scale, missing=missing, level=measurement)
        usable = column.values.notna().to_numpy(copy=True)
        if w is not None:
            usable &= ~np.isnan(w) & (w > 0)
        if not usable.any():
            silent.append(name)
            continue
        part = None if w is None else w[usable]
        rows.append(_row(column, usable, part, top, level))
        parts.append(_distribution(column, usable, part, level))
        caveats += column.caveats()
    if not rows:
        raise NotEnoughData(
            Fault(code="describe.no-answers", what="None of these items has an answer.", given=listing(silent))
        )
    table = pd.DataFrame(rows)
    if silent:
        caveats.append(Caveat(code="items_without_answers", severity="warning", values={"items": Ids(silent)}))
    if w is not None and table["n"].min() < WEIGHTED_FEW:
        caveats.append(Caveat(code="weighted_few", values={"n": int(table["n"].min())}))
    if (table["mean"].notna() & (table["measurement"] == "ordinal")).any():
        caveats.append(Caveat(code="ordinal_as_interval"))
    return Description(
        table=table,
        distribution=pd.concat(parts, ignore_index=True),
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
        confidence=level,
        top=top,
        weights=weights,
    )


def _items(source: Source, items: Sequence[str] | str | None) -> list[str]:
    if isinstance(items, str):
        return [items]
    if items is not None:
        chosen = list(dict.fromkeys(items))
    elif source.survey is not None:
        chosen = [i for i in source.survey.items if i in source.frame]
    else:
        chosen = [str(c) for c in source.frame.columns]
    if not chosen:
        raise ArgumentError(Fault(code="describe.no-items", what="There is no item to describe."))
    return chosen


def _row(column: Column, usable: np.ndarray, w: np.ndarray | None, top: int, level: float) -> dict[str, Any]:
    n = int(usable.sum())
    row: dict[str, Any] = {
        "item": column.name,
        "measurement": str(column.level) if column.level else None,
        "n": n,
        "n_dropped": len(usable) - n,
        "n_effective": effective_n(w) if w is not None else float(n),
        **dict.fromkeys(("mean", "ci_low", "ci_high", "sd", "median", "top_box", "top_low", "top_high"), math.nan),
    }
    if not column.numeric or column.level is Level.NOMINAL:
        return row
    x = column.values.to_numpy(dtype=float)[usable]
    row |= {"mean": float(np.average(x, weights=w)), "median": _median(x, w)}
    if n >= 2:
        estimate = mean(x, level) if w is None else linearised_mean(x, w, level=level)
        row |= {"mean": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high, "sd": _sd(x, w)}
    codes = column.codes()
    if column.scale is not None and column.scale.is_range and len(codes) > top:
        chosen = np.isin(x, codes[-top:])
        try:
            share = shares(chosen, [True, False], w, level)[0]
            row |= {"top_box": share.value, "top_low": share.low, "top_high": share.high}
        except NotEnoughData:
            pass
    return row


def _sd(x: np.ndarray, w: np.ndarray | None) -> float:
    if w is None:
        return float(x.std(ddof=1))
    centre = np.average(x, weights=w)
    n = len(x)
    return float(np.sqrt(np.average((x - centre) ** 2, weights=w) * n / (n - 1)))


def _median(x: np.ndarray, w: np.ndarray | None) -> float:
    if w is None:
        return float(np.median(x))
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(w[order]) / w.sum()
    return float(x[order][np.searchsorted(reached, 0.5)])


def _distribution(column: Column, usable: np.ndarray, w: np.ndarray | None, level: float) -> pd.DataFrame:
    codes = column.codes()
    answers = column.values[usable]
    if len(codes) > 101:
        codes = []
    x = answers.to_numpy(dtype=float if column.numeric else object)
    try:
        estimates = shares(x, codes, w, level) if codes else []
    except NotEnoughData:
        estimates = []
        codes = []
    inside = pd.DataFrame(
        {
            "item": column.name,
            "code": pd.Series(codes, dtype=object),
            "in_base": True,
            "n": [int((x == c).sum()) for c in codes],
            "share": [e.value for e in estimates],
            "share_low": [e.low for e in estimates],
            "share_high": [e.high for e in estimates],
        }
    )
    total = len(column.values)
    reasons = {**column.missing, **column.outside}
    outside = pd.DataFrame(
        {
            "item": column.name,
            "code": pd.Series([plain(k) for k in reasons], dtype=object),
            "in_base": False,
            "n": list(reasons.values()),
            "share": [n / total for n in reasons.values()],
            "share_low": math.nan,
            "share_high": math.nan,
        }
    )
    parts = [part for part in (inside, outside) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else inside
