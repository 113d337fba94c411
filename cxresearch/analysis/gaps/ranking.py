"""Which units see themselves too well, without small units topping the list by chance?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.gaps.pair import Pair
from cxresearch.analysis.gaps.pairs import pairs_of
from cxresearch.analysis.gaps.request import Request
from cxresearch.checks.comparability import GATE
from cxresearch.checks.gated import Gated
from cxresearch.checks.release import gate_table
from cxresearch.errors import ArgumentError, Fault, NotEnoughData
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.stats.shrinkage import Ranking as Shrunken
from cxresearch.stats.shrinkage import shrink
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 12
NONE = 0.005  # a spread that two decimals would show as zero
LEAST_UNITS = 4


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ranking(Gated):
    """Units by their gap, shrunken; made by :func:`cxresearch.ranking`.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation of the true gaps over units.
    """

    kind: ClassVar[str] = "ranking"
    columns: ClassVar[dict[str, str]] = {
        "unit": "text",
        "raw": "+n2",
        "shrunken": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "weight": "%0",
        "rank": "i",
        "rank_low": "i",
        "rank_high": "i",
        "n_inside": "i",
        "n_outside": "i",
    }

    inside: str
    outside: str
    mean: float
    spread: float
    level: float
    errors: str

    def sentence(self, lang: str | None = None) -> str:
        """Say how far units differ and which lies at the top."""
        lang = lang or self.lang
        top = self.table.iloc[0]
        return say(
            "ranking.answer" if self.spread >= NONE else "ranking.alike",
            lang,
            k=len(self.table),
            inside=self.names.of(self.inside, lang),
            outside=self.names.of(self.outside, lang),
            mean=self.mean,
            spread=self.spread,
            unit=str(top["unit"]),
            shrunken=top["shrunken"],
            low=top["ci_low"],
            high=top["ci_high"],
            rank_low=top["rank_low"],
            rank_high=top["rank_high"],
            level=self.level,
        )

    def frames(self) -> dict[str, pd.DataFrame]:
        overall = pd.DataFrame([{"mean": self.mean, "spread": self.spread, "units": len(self.table)}])
        return {**super().frames(), "overall": overall}

    def shown_columns(self, frame: str) -> dict[str, str]:
        if frame == "overall":
            return {}
        return super().shown_columns(frame)

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("ranking.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say how the values were pulled towards the mean."""
        return self._with_gate(say(f"ranking.method.{self.errors}", lang or self.lang, level=self.level), lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        table = self.table
        if len(table) > 2 * SHOWN:
            table = pd.concat([table.head(SHOWN), table.tail(SHOWN)])
        frame = pd.DataFrame(
            {"row": table["unit"], "value": table["shrunken"], "low": table["ci_low"], "high": table["ci_high"]}
        )
        return intervals(
            frame,
            row_labels={u: str(u) for u in table["unit"]},
            value_label=say("gaps.difference_axis", lang),
            number=formatter(lang, 2, signed=True),
            tick_number=formatter(lang, 1),
            reference=self.mean,
            reference_label=say("ranking.mean", lang),
            title=self.heading(lang),
            subtitle=say("ranking.subtitle", lang, shown=len(table), k=len(self.table), level=self.level),
            ax=ax,
        )


def ranking(
    data: UnitScores | Responses | pd.DataFrame,
    *,
    inside: str,
    outside: str,
    unit: str | None = None,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    perspective: str | None = None,
    level: float = 0.95,
    minimum_cell: int = 2,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
    gate: bool = True,
    override: bool = False,
    rule: str = GATE,
) -> Ranking:
    """Rank units by how far their inside view lies above the outside view.

    Parameters
    ----------
    data : UnitScores, Responses or DataFrame
    inside, outside : str
    unit : str, optional
        Column that names the unit, for answers of people; by default the survey's field of kind unit.
    constructs, perspective, scale, missing, reversed, gate, override, rule
        As in :func:`cxresearch.gaps`; the gap of a unit is its mean over constructs.
    level : float
    minimum_cell : int
        Units with fewer respondents on one side are left out.

    Returns
    -------
    Ranking
        ``table``, a row a unit, highest gap first: unit, raw, shrunken, ci_low, ci_high, weight
        (share of its own value), rank, rank_low, rank_high, n_inside, n_outside.

    Raises
    ------
    ArgumentError
        ``ranking.no-unit``, ``ranking.one-construct``.
    NotEnoughData
        Fewer than four units.

    Notes
    -----
    Empirical Bayes (Morris 1983, JASA 78:47-55), variance between units by REML.  Errors of people:
    pooled within units and sides.  Errors of ready-made scores: how much the constructs of a
    unit disagree after the means of the constructs are taken off.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> rows = [(f"u{u}", who, c, 5 + (who == "staff") * (u % 5) / 5 + rng.normal(0, 0.2))
    ...         for u in range(12) for who in ("staff", "customers") for c in ("ease", "trust")]
    >>> from cxresearch.responses.unit_scores import read_scores
    >>> frame = pd.DataFrame(rows, columns=["unit", "perspective", "construct", "score"])
    >>> ranking(read_scores(frame), inside="staff", outside="customers").table["unit"].iloc[0] in ("u4", "u9")
    True
    """
    if isinstance(data, UnitScores):
        link = None
    else:
        source = Source.of(data)
        field = source.survey.field_of_kind("unit") if source.survey is not None else None
        link = unit or (field.id if field else None)
        if link is None:
            raise ArgumentError(
                Fault(code="ranking.no-unit", what="Nobody said which column names the unit.", allowed="unit='branch'")
            )
    request = Request(
        inside=inside,
        outside=outside,
        constructs=constructs,
        perspective=perspective,
        cluster=link,
        scale=scale,
        missing=missing,
        reversed=reversed,
        gate=gate,
        override=override,
        rule=rule,
        whole=True,
    )
    compared = pairs_of(data, request)
    if isinstance(data, UnitScores):
        values, errors = _from_scores(compared.pairs), "constructs"
    else:
        values, errors = _from_people(compared.pairs, minimum_cell), "people"
    if len(values) < LEAST_UNITS:
        raise NotEnoughData(
            Fault(
                code="ranking.too-few-units",
                what="A ranking needs more units with both sides.",
                given=len(values),
                allowed=f"at least {LEAST_UNITS}",
            )
        )
    found = shrink(values["raw"].to_numpy(), values["se"].to_numpy(), level=level)
    return Ranking(
        table=_table(values, found),
        caveats=compared.caveats,
        names=compared.names,
        lang=compared.lang,
        gate=gate_table(compared.gate) if compared.gate else None,
        rule=rule,
        inside=inside,
        outside=outside,
        mean=found.mean,
        spread=math.sqrt(found.tau2),
        level=level,
        errors=errors,
    )


def _table(values: pd.DataFrame, found: Shrunken) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "unit": values["unit"].to_numpy(),
            "raw": found.raw,
            "se": found.se,
            "shrunken": found.shrunken,
            "ci_low": found.low,
            "ci_high": found.high,
            "weight": found.weight,
            "rank": found.rank,
            "rank_low": found.rank_low,
            "rank_high": found.rank_high,
            "n_inside": values["n_inside"].to_numpy(),
            "n_outside": values["n_outside"].to_numpy(),
        }
    )
    return table.sort_values(["shrunken", "unit"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _from_scores(pairs: Sequence[Pair]) -> pd.DataFrame:
    if len(pairs) < 2:
        raise ArgumentError(
            Fault(
                code="ranking.one-construct",
                what="Ready-made scores carry no errors; with a single construct none can be estimated.",
                allowed="two constructs or more",
            )
        )
    wide = pd.DataFrame({p.construct: pd.Series(p.a - p.b, index=p.ids_a) for p in pairs}).dropna().sort_index()
    if len(wide) < LEAST_UNITS:
        return pd.DataFrame(columns=["unit", "raw", "se", "n_inside", "n_outside"])
    centred = wide - wide.mean()
    residual = centred.sub(centred.mean(axis=1), axis=0)
    k = wide.shape[1]
    variance = float((residual**2).to_numpy().sum() / ((len(wide) - 1) * (k - 1)))
    return pd.DataFrame(
        {
            "unit": wide.index,
            "raw": wide.mean(axis=1).to_numpy(),
            "se": math.sqrt(variance / k),
            "n_inside": pd.array([pd.NA] * len(wide), dtype="Int64"),
            "n_outside": pd.array([pd.NA] * len(wide), dtype="Int64"),
        }
    )


def _from_people(pairs: Sequence[Pair], minimum_cell: int) -> pd.DataFrame:
    inside = _person_means([(p.ids_a, p.a, p.clusters_a) for p in pairs])
    outside = _person_means([(p.ids_b, p.b, p.clusters_b) for p in pairs])
    variances = [_pooled(side) for side in (inside, outside)]
    means = [
        side.groupby("unit")["score"].agg(["mean", "size"]).add_suffix(name)
        for side, name in ((inside, "_in"), (outside, "_out"))
    ]
    both = means[0].join(means[1], how="inner").sort_index()
    both = both[(both["size_in"] >= minimum_cell) & (both["size_out"] >= minimum_cell)]
    return pd.DataFrame(
        {
            "unit": both.index,
            "raw": (both["mean_in"] - both["mean_out"]).to_numpy(),
            "se": ((variances[0] / both["size_in"] + variances[1] / both["size_out"]) ** 0.5).to_numpy(),
            "n_inside": both["size_in"].astype("Int64").to_numpy(),
            "n_outside": both["size_out"].astype("Int64").to_numpy(),
        }
    )


def _person_means(parts: list[tuple[np.ndarray, np.ndarray, np.ndarray | None]]) -> pd.DataFrame:
    """Average the constructs of each person."""
    long = pd.concat([pd.DataFrame({"who": ids, "score": values, "unit": units}) for ids, values, units in parts])
    return long.groupby("who", sort=True).agg(score=("score", "mean"), unit=("unit", "first"))


def _pooled(people: pd.DataFrame) -> float:
    within = people["score"] - people.groupby("unit")["score"].transform("mean")
    df = len(people) - people["unit"].nunique()
    return float((within**2).sum() / df) if df > 0 else math.nan
