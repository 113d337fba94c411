"""The published indices of customer experience: NPS and top-box satisfaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, NotEnoughData
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Column, Missing, Source
from cxresearch.result import Caveat, Result, plain
from cxresearch.stats.nps import nps as nps_estimate
from cxresearch.stats.proportion import shares, weighted_proportion
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL = 30
BANDS = (("detractors", 0, 6), ("passives", 7, 8), ("promoters", 9, 10))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Index(Result):
    """An index in total or by group; made by :func:`nps` or :func:`csat`."""

    item: str
    level: float
    distribution: pd.DataFrame
    by: str | None = None
    weights: str | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "distribution": self.distribution}

    def cell(self, column: str, row: Any, lang: str) -> str:
        if column == "group" and self.by is not None:
            return self.names.code(self.by, row[column], lang)
        if column == "code":
            return self.names.code(self.item, row[column], lang)
        return super().cell(column, row, lang)

    def method(self, lang: str | None = None) -> str:
        """Say which interval was computed and how many answers were used and dropped."""
        lang = lang or self.lang
        used, dropped = int(self.table["n"].sum()), int(self.table["n_dropped"].sum())
        parts = [say(f"{self.kind}.method.{'weighted' if self.weights else 'plain'}", lang, level=self.level)]
        if self.weights:
            parts.append(say("common.weights", lang, weights=self.weights))
        parts.append(say("common.used", lang, n=used, dropped=dropped))
        return " ".join(parts)

    def _group_name(self, group: Any, lang: str) -> str:
        return self.names.code(self.by, group, lang) if self.by else ""

    def _interval_chart(self, ax: Axes, lang: str, value: str, **labels: Any) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": [str(i) for i in range(len(self.table))],
                "value": self.table[value],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
                "n": self.table["n"],
            }
        )
        return intervals(
            frame,
            row_labels={str(i): self._group_name(g, lang) for i, g in enumerate(self.table["group"])},
            count=lambda n: integer(n, lang),
            title=self.heading(lang),
            ax=ax,
            **labels,
        )


class NPS(Index):
    """The Net Promoter Score; made by :func:`cxresearch.nps`."""

    kind: ClassVar[str] = "nps"
    columns: ClassVar[dict[str, str]] = {
        "group": "text",
        "nps": "+n1",
        "ci_low": "+n1",
        "ci_high": "+n1",
        "promoters": "%1",
        "passives": "%1",
        "detractors": "%1",
        "code": "text",
        "share": "%1",
        "share_low": "%1",
        "share_high": "%1",
        "n": "i",
        "n_dropped": "i",
    }

    def sentence(self, lang: str | None = None) -> str:
        """Say the score with its interval, and which groups lie highest and lowest."""
        lang = lang or self.lang
        if self.by is None:
            return say("nps.answer", lang, level=self.level, **self._values(self.table.iloc[0]))
        ranked = self.table.sort_values("nps", kind="stable")
        last, first = ranked.iloc[0], ranked.iloc[-1]
        if len(ranked) == 1:
            return say("nps.answer", lang, level=self.level, **self._values(first))
        return say(
            "nps.groups",
            lang,
            level=self.level,
            first=self._group_name(first["group"], lang),
            last=self._group_name(last["group"], lang),
            nps=first["nps"],
            low=first["ci_low"],
            high=first["ci_high"],
            last_nps=last["nps"],
            last_low=last["ci_low"],
            last_high=last["ci_high"],
        )

    def heading(self, lang: str | None = None) -> str:
        """Say the score, or the question for groups."""
        lang = lang or self.lang
        if self.by is None:
            return say("nps.finding", lang, nps=self.table["nps"].iloc[0])
        return say("nps.finding_groups", lang, by=self.names.of(self.by, lang))

    def _values(self, row: pd.Series) -> dict[str, Any]:
        keys = ("nps", "promoters", "passives", "detractors", "n")
        return {k: row[k] for k in keys} | {"low": row["ci_low"], "high": row["ci_high"]}

    def _draw(self, ax: Axes, lang: str) -> Axes:
        if self.by is not None:
            return self._interval_chart(
                ax,
                lang,
                "nps",
                value_label=say("nps.axis", lang),
                number=formatter(lang, 0, signed=True),
                reference=0.0,
                subtitle=say("nps.subtitle_groups", lang, level=self.level),
            )
        from cxresearch.charts.distribution import distribution

        bands = {c: name for name, low, high in BANDS for c in range(low, high + 1)}
        frame = pd.DataFrame(
            {
                "value": self.distribution["code"],
                "label": [plain(c) for c in self.distribution["code"]],
                "share": self.distribution["share"],
                "band": [say(f"nps.{bands[int(c)]}", lang) for c in self.distribution["code"]],
            }
        )
        return distribution(
            frame,
            value_label=say("nps.ends", lang),
            number=percent_formatter(lang),
            title=self.heading(lang),
            subtitle=say("common.shares_of", lang, n=int(self.table["n"].iloc[0])),
            ax=ax,
        )


class CSAT(Index):
    """The share of the most satisfied answers; made by :func:`cxresearch.csat`."""

    kind: ClassVar[str] = "csat"
    columns: ClassVar[dict[str, str]] = {
        "group": "text",
        "csat": "%1",
        "ci_low": "%1",
        "ci_high": "%1",
        "code": "text",
        "share": "%1",
        "share_low": "%1",
        "share_high": "%1",
        "n_top": "i",
        "n": "i",
        "n_dropped": "i",
    }

    def sentence(self, lang: str | None = None) -> str:
        """Say the share with its interval."""
        lang = lang or self.lang
        parts = []
        for row in self.table.to_dict("records"):
            values = {"share": row["csat"], "low": row["ci_low"], "high": row["ci_high"], "n": row["n"]}
            group = self._group_name(row["group"], lang) if self.by else ""
            key = "csat.answer_group" if group else "csat.answer"
            parts.append(say(key, lang, group=group, level=self.level, codes=self._top_text(lang), **values))
        return " ".join(parts[:3])

    def heading(self, lang: str | None = None) -> str:
        """Name the share and the item."""
        lang = lang or self.lang
        return say("csat.finding", lang, item=self.names.of(self.item, lang))

    def _top_text(self, lang: str) -> str:
        codes = self.distribution.loc[self.distribution["top"], "code"]
        low, high = plain(codes.min()), plain(codes.max())
        return low if low == high else say("csat.range", lang, low=low, high=high)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        if self.by is not None:
            return self._interval_chart(
                ax,
                lang,
                "csat",
                value_label=say("csat.axis", lang),
                number=percent_formatter(lang),
                limits=(0.0, 1.0),
                subtitle=say("csat.subtitle", lang, codes=self._top_text(lang), level=self.level),
            )
        from cxresearch.charts.distribution import distribution

        frame = pd.DataFrame(
            {
                "value": self.distribution["code"],
                "label": [self.names.code(self.item, c, lang) for c in self.distribution["code"]],
                "share": self.distribution["share"],
            }
        )
        return distribution(
            frame,
            value_label=self.names.of(self.item, lang),
            number=percent_formatter(lang),
            title=self.heading(lang),
            subtitle=say("common.shares_of", lang, n=int(self.table["n"].iloc[0])),
            highlight=list(self.distribution.loc[self.distribution["top"], "code"]),
            ax=ax,
        )


def nps(
    data: Responses | pd.DataFrame,
    item: str | None = None,
    *,
    by: str | None = None,
    weights: str | None = None,
    missing: Missing | None = None,
    level: float = 0.95,
    minimum_cell: int = 2,
) -> NPS:
    """Compute the Net Promoter Score: per cent 9 and 10 minus per cent 0 to 6.

    Parameters
    ----------
    data : Responses or DataFrame
    item : str, optional
        Column with answers from 0 to 10; by default the survey's recommendation question.
    by, weights : str, optional
        Columns with groups and survey weights.
    missing : list or dict, optional
        Codes that are no answer.  Any other value outside 0 to 10 is left out as well, and said.
    level : float
    minimum_cell : int
        Groups with fewer answers are not reported.

    Returns
    -------
    NPS
        ``table``, a row a group: group (with `by`), nps, ci_low, ci_high (points, -100 to 100),
        promoters, passives, detractors (shares of 0 to 1), n_promoters, n_passives, n_detractors,
        n, n_dropped, method.

    Raises
    ------
    ArgumentError
        Unknown columns; ``nps.which-item``.
    NotEnoughData
        When no group has enough answers.

    Notes
    -----
    Adjusted Wald interval (three respondents added; Rocks 2016, arXiv:1601.07235); with weights
    the linearised mean of -100, 0 and 100.

    Examples
    --------
    >>> answers = pd.DataFrame({"recommend": [10, 9, 9, 8, 7, 7, 6, 3, 10, 9, 11]})
    >>> result = nps(answers, "recommend")
    >>> result.table[["nps", "n", "n_dropped"]].to_dict("records")
    [{'nps': 30.0, 'n': 10, 'n_dropped': 1}]
    """
    source = Source.of(data)
    by, weights = by or None, weights or None
    item = item or _the_item(source, "nps")
    column = source.column(item, scale=(0, 10), missing=missing)
    parts, caveats = _parts(source, column, by, weights, minimum_cell, missing)
    rows, distributions = [], []
    for group, values, w, dropped in parts:
        estimate = nps_estimate(values, w, level)
        weight = np.ones(len(values)) if w is None else w
        row: dict[str, Any] = {"group": group, "nps": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high}
        for name, low, high in BANDS:
            inside = (values >= low) & (values <= high)
            row[name] = float(weight[inside].sum() / weight.sum())
            row[f"n_{name}"] = int(inside.sum())
        rows.append({**row, "n": len(values), "n_dropped": dropped, "method": estimate.method})
        distributions.append(_distribution(values, list(range(11)), w, level).assign(group=group))
    return NPS(
        table=_tidy(rows, by),
        distribution=_joined(distributions, by),
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
        item=item,
        level=level,
        by=by,
        weights=weights,
    )


def csat(
    data: Responses | pd.DataFrame,
    item: str | None = None,
    *,
    scale: tuple[float, float] | None = None,
    top: int = 2,
    by: str | None = None,
    weights: str | None = None,
    missing: Missing | None = None,
    level: float = 0.95,
    minimum_cell: int = 2,
) -> CSAT:
    """Compute customer satisfaction as the share of the `top` highest answers.

    Parameters
    ----------
    data : Responses or DataFrame
    item : str, optional
        By default the survey's satisfaction question.
    scale : (low, high), optional
        Needed for a plain frame, because the best answer found need not be the best possible.
    top : int
        Number of highest points that count.
    by, weights, missing, level, minimum_cell
        As in :func:`nps`.

    Returns
    -------
    CSAT
        ``table``, a row a group: csat, ci_low, ci_high (shares of 0 to 1), n_top, n, n_dropped.

    Raises
    ------
    ArgumentError
        ``csat.no-scale``, ``csat.top``; NotEnoughData when no group has enough answers.

    Examples
    --------
    >>> answers = pd.DataFrame({"satisfied": [5, 4, 4, 3, 2, 5, 5, 1]})
    >>> csat(answers, "satisfied", scale=(1, 5)).table["csat"].tolist()
    [0.625]
    """
    source = Source.of(data)
    by, weights = by or None, weights or None
    item = item or _the_item(source, "csat")
    column = source.column(item, scale=scale, missing=missing)
    codes = column.codes()
    if column.scale is None or not column.scale.is_range or not codes:
        raise ArgumentError(
            Fault(
                code="csat.no-scale",
                what=f"Nobody said which answers {item!r} allows.",
                allowed="scale=(1, 5), or a survey that declares it",
            )
        )
    if not 1 <= top < len(codes):
        raise ArgumentError(
            Fault(
                code="csat.top",
                what="That many points are not at the top.",
                given=top,
                allowed=f"1 to {len(codes) - 1}",
            )
        )
    best = codes[-top:]
    parts, caveats = _parts(source, column, by, weights, minimum_cell, missing)
    rows, distributions = [], []
    for group, values, w, dropped in parts:
        chosen = np.isin(values, best)
        estimate = (
            weighted_proportion(chosen, w, level) if w is not None else shares(chosen, [True, False], None, level)[0]
        )
        rows.append(
            {
                "group": group,
                "csat": estimate.value,
                "ci_low": estimate.low,
                "ci_high": estimate.high,
                "n_top": int(chosen.sum()),
                "n": len(values),
                "n_dropped": dropped,
                "method": estimate.method,
            }
        )
        frame = _distribution(values, codes, w, level).assign(group=group)
        distributions.append(frame.assign(top=frame["code"].isin(best)))
    return CSAT(
        table=_tidy(rows, by),
        distribution=_joined(distributions, by),
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
        item=item,
        level=level,
        by=by,
        weights=weights,
    )


def _the_item(source: Source, index: str) -> str:
    found = [i.id for i in source.survey.items.values() if i.index == index] if source.survey else []
    if len(found) == 1:
        return found[0]
    raise ArgumentError(
        Fault(
            code=f"{index}.which-item",
            what="The survey names no item for this index." if not found else "Several items feed this index.",
            allowed=", ".join(found) or "the name of a column",
        )
    )


def _parts(
    source: Source, column: Column, by: str | None, weights: str | None, minimum_cell: int, missing: Missing | None
) -> tuple[list[tuple[Any, np.ndarray, np.ndarray | None, int]], list[Caveat]]:
    w = source.weights(weights)
    answers = column.values.to_numpy(dtype=float)
    usable = ~np.isnan(answers)
    if w is not None:
        usable &= ~np.isnan(w) & (w > 0)
    caveats = [*column.caveats(), *source.unused_weights(weights)]
    if by is None:
        chosen = [(None, np.ones(len(answers), dtype=bool))]
    else:
        groups = source.column(by, missing=missing)
        chosen = [(code, (groups.values == code).to_numpy()) for code in groups.codes()]
    parts, small = [], 0
    for group, mask in chosen:
        inside = mask & usable
        if inside.sum() < minimum_cell:
            small += 1
            continue
        part = None if w is None else w[inside]
        parts.append((group, answers[inside], part, int((mask & ~usable).sum())))
    if not parts:
        raise NotEnoughData(
            Fault(
                code="index.too-few",
                what=f"{column.name!r} has too few answers.",
                given=int(usable.sum()),
                allowed=f"at least {minimum_cell}",
            )
        )
    if small:
        caveats.append(
            Caveat(code="groups_not_reportable", severity="warning", values={"k": small, "cell": minimum_cell})
        )
    least = min(len(values) for _, values, _, _ in parts)
    if least < SMALL:
        caveats.append(Caveat(code="few_answers", severity="warning", values={"n": least}))
    return parts, caveats


def _distribution(values: np.ndarray, codes: list[Any], w: np.ndarray | None, level: float) -> pd.DataFrame:
    estimates = shares(values, codes, w, level)
    return pd.DataFrame(
        {
            "code": codes,
            "n": [int((values == c).sum()) for c in codes],
            "share": [e.value for e in estimates],
            "share_low": [e.low for e in estimates],
            "share_high": [e.high for e in estimates],
        }
    )


def _tidy(rows: list[dict[str, Any]], by: str | None) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    return frame if by is not None else frame.drop(columns="group")


def _joined(parts: list[pd.DataFrame], by: str | None) -> pd.DataFrame:
    frame = pd.concat(parts, ignore_index=True)
    if by is None:
        return frame.drop(columns="group")
    return frame[["group", *(c for c in frame if c != "group")]]
