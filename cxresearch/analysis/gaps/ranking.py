"""Which units see themselves too well, without small units topping the list by chance?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from cxresearch.analysis.gaps.pairs import pairs_of
from cxresearch.analysis.gaps.request import Request
from cxresearch.analysis.gaps.units import LEAST_UNITS, of_people, of_scores
from cxresearch.checks.comparability import GATE
from cxresearch.checks.gated import Gated
from cxresearch.checks.release import gate_table
from cxresearch.errors import ArgumentError, Fault, NotEnoughData
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat
from cxresearch.stats.shrinkage import Ranking as Shrunken
from cxresearch.stats.shrinkage import shrink
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 12
NONE = 0.005  # a spread that two decimals would show as zero


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
        Column that names the unit, for answers of people; by default the survey's field of kind unit. Ready-made
        scores were told theirs when they were read.
    constructs, perspective, scale, missing, reversed, gate, override, rule
        As in :func:`cxresearch.gaps`; the gap of a unit is its mean over constructs, where a sum counts as the mean
        of its items.  Survey weights are not used.
    level : float
    minimum_cell : int
        Units with fewer respondents on one side are left out, with ready-made scores where their number is known.

    Returns
    -------
    Ranking
        ``table``, a row a unit, highest gap first: unit, raw, shrunken, ci_low, ci_high, weight
        (share of its own value), rank, rank_low, rank_high, n_inside, n_outside (behind ready-made scores: the
        fewest of any construct, where known).

    Raises
    ------
    ArgumentError
        ``ranking.no-unit``, ``ranking.one-construct``, ``gaps.one-outside``.
    NotEnoughData
        Fewer than four units.

    Notes
    -----
    Empirical Bayes (Morris 1983, JASA 78:47-55), variance between units by REML.  Errors of people:
    pooled within units and sides.  Errors of ready-made scores: how much the constructs of a
    unit disagree after the means of the constructs are taken off.

    Examples
    --------
    >>> import numpy as np
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
        level=level,
        minimum_cell=minimum_cell,
        scale=scale,
        missing=missing,
        reversed=reversed,
        gate=gate,
        override=override,
        rule=rule,
        whole=True,
    )
    other = request.only_other
    compared = pairs_of(data, request)
    ready = isinstance(data, UnitScores)
    found = of_scores(compared.pairs) if ready else of_people(compared.pairs)
    # ready-made scores may not say how many people stand behind them
    few = (found[["n_inside", "n_outside"]] < minimum_cell).any(axis=1).fillna(False).to_numpy(dtype=bool)
    values = found[~few]
    caveats = compared.caveats
    if few.any():
        caveats = (*caveats, Caveat(code="ranking_units_few", values={"n": int(few.sum()), "cell": minimum_cell}))
    if found[["n_inside", "n_outside"]].isna().to_numpy().any():
        caveats = (*caveats, Caveat(code="ranking_people_unknown"))
    if len(values) < LEAST_UNITS:
        raise NotEnoughData(
            Fault(
                code="ranking.too-few-units",
                what="A ranking needs more units with both sides.",
                given=len(values),
                allowed=f"at least {LEAST_UNITS}",
            )
        )
    pulled = shrink(values["raw"].to_numpy(), values["se"].to_numpy(), level=level)
    return Ranking(
        table=_table(values, pulled),
        caveats=caveats,
        names=compared.names,
        lang=compared.lang,
        gate=gate_table(compared.gate) if compared.gate else None,
        rule=rule,
        inside=inside,
        outside=other,
        mean=pulled.mean,
        spread=math.sqrt(pulled.tau2),
        level=level,
        errors="constructs" if ready else "people",
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
