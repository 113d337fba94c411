"""Do the items of a construct measure it reliably?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.checks.asked_alike import asked_alike
from cxresearch.errors import CxError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat, Ids, Result
from cxresearch.scores.item_matrix import ItemMatrix, item_matrices
from cxresearch.stats.omega import omega
from cxresearch.stats.ordinal_reliability import ordinal_reliability
from cxresearch.stats.reliability import CronbachAlpha, cronbach_alpha
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer
from cxresearch.words.rules import rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RULE = "reliability_nunnally1978"
GROUP_FACTORS = 3
CEILING, FEW_VALUES = 0.65, 11  # see docs/validation-measurement.md
ITEMS_FOR_GROUP_FACTORS = 6


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Reliability(Result):
    """Reliability of constructs; made by :func:`cxresearch.reliability`.

    Parameters
    ----------
    items : DataFrame
        A row an item: construct, item, r_drop, alpha_dropped, n.
    """

    kind: ClassVar[str] = "reliability"
    columns: ClassVar[dict[str, str]] = {
        "construct": "name",
        "item": "name",
        "n_items": "i",
        "alpha": "n2",
        "alpha_low": "n2",
        "alpha_high": "n2",
        "alpha_standardised": "n2",
        "omega_total": "n2",
        "omega_hierarchical": "n2",
        "alpha_ordinal": "n2",
        "omega_ordinal": "n2",
        "mean_r": "n2",
        "r_drop": "n2",
        "alpha_dropped": "n2",
        "n": "i",
        "n_dropped": "i",
    }

    items: pd.DataFrame
    level: float

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "items": self.items}

    def shown_columns(self, frame: str) -> dict[str, str]:
        have = self.frames()[frame]
        return {c: how for c, how in super().shown_columns(frame).items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say which constructs reach the cut-off with their whole interval, and the weakest one."""
        lang = lang or self.lang
        least = rule(RULE).cuts["acceptable"]
        enough = self.table[self.table["alpha_low"] >= least]
        weakest = self.table.iloc[int(self.table["alpha"].to_numpy().argmin())]
        values = {
            "construct": self.names.of(weakest["construct"], lang),
            "alpha": weakest["alpha"],
            "low": weakest["alpha_low"],
            "high": weakest["alpha_high"],
            "level": self.level,
        }
        if len(self.table) == 1:
            return say("reliability.one", lang, n=weakest["n"], **values)
        return say("reliability.several", lang, k=len(enough), of=len(self.table), least=least, **values)

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("reliability.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say which coefficients were computed and how missing answers were handled."""
        lang = lang or self.lang
        low, high = int(self.table["n"].min()), int(self.table["n"].max())
        return " ".join(
            [
                say("reliability.method", lang, level=self.level, source=rule(RULE).source),
                say("reliability.listwise", lang, low=low, high=high),
            ]
        )

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.table["construct"],
                "value": self.table["alpha"],
                "low": self.table["alpha_low"],
                "high": self.table["alpha_high"],
                "n": self.table["n"],
            }
        )
        least = rule(RULE).cuts["acceptable"]
        return intervals(
            frame,
            row_labels={c: self.names.of(c, lang) for c in self.table["construct"]},
            value_label=say("reliability.axis", lang),
            number=formatter(lang, 2),
            tick_number=formatter(lang, 1),
            reference=least,
            reference_label=say("reliability.reference", lang, least=least),
            title=self.heading(lang),
            subtitle=say("reliability.subtitle", lang, level=self.level),
            count=lambda n: integer(n, lang),
            ax=ax,
        )


def reliability(
    data: Responses | pd.DataFrame,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    *,
    perspective: str | None = None,
    reversed: Iterable[str] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    ordinal: bool = False,
    level: float = 0.95,
) -> Reliability:
    """Estimate the reliability of constructs: Cronbach's alpha and McDonald's omega.

    Parameters
    ----------
    data : Responses or DataFrame
    constructs : optional
        Ids of the survey's constructs, or ``{construct: [columns]}`` for a frame.
    perspective : str, optional
        Only this perspective (answers on a survey). Without it all are taken together, on the items that
        all of them are asked.
    reversed, scale, missing
        For a frame: see :func:`cxresearch.score`.
    ordinal : bool
        Also alpha and omega from polychoric correlations, for few ordered categories.
    level : float
        Confidence level of alpha (Feldt).

    Returns
    -------
    Reliability
        ``table``, a row a construct: construct, n_items, alpha, alpha_low, alpha_high,
        alpha_standardised, omega_total, omega_hierarchical (six items or more), alpha_ordinal and
        omega_ordinal (with `ordinal`), mean_r, n, n_dropped.  ``items``: corrected item-total correlation and alpha without the item.

    Raises
    ------
    ArgumentError
        Unknown constructs, columns or perspective; ``stats.level``.
    NotEnoughData
        ``reliability.nothing`` when no construct can be estimated.

    Notes
    -----
    Listwise.  Omega total from one factor (minres), from six items on with three group factors
    and the Schmid-Leiman transformation, as ``psych::omega``.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1, 3, 4, 2, 5, 3], "b": [2, 3, 5, 2, 4, 4], "c": [2, 4, 5, 1, 5, 3]})
    >>> round(reliability(frame, {"ease": ["a", "b", "c"]}).table["alpha"].item(), 4)
    0.9344
    """
    source, matrices = item_matrices(
        data,
        constructs or None,
        perspectives=[perspective] if perspective else (),
        reversed=reversed,
        scale=scale,
        missing=missing,
    )
    matrices, caveats = asked_alike(source, matrices, perspective)
    rows, items, failed, negative = [], [], [], []
    for part in matrices:
        alpha = _alpha(part, level)
        if alpha is None:
            failed.append(part.construct.id)
            continue
        rows.append(_row(part, alpha, part.values, ordinal))
        items += _items(part, alpha)
        negative += [part.items[i] for i in alpha.negative]
    if not rows:
        raise NotEnoughData(
            Fault(
                code="reliability.nothing",
                what="No construct has two items that vary and three complete answers.",
                given=listing(failed),
            )
        )
    caveats += [c for part in matrices for c in part.caveats if part.construct.id not in failed]
    if failed:
        caveats.append(Caveat(code="not_estimable", severity="warning", values={"constructs": Ids(failed)}))
    ceiling = [i for part in matrices for i in _at_ceiling(part)]
    if ceiling:
        caveats.append(Caveat(code="ceiling_alpha", values={"items": Ids(ceiling)}))
    if negative:
        caveats.append(Caveat(code="negative_items", severity="warning", values={"items": Ids(negative)}))
    return Reliability(
        table=pd.DataFrame(rows),
        items=pd.DataFrame(items),
        caveats=tuple({repr(c): c for c in caveats}.values()),
        names=source.names.adding({p.construct.id: p.construct.name for p in matrices}),
        lang=source.lang,
        level=level,
    )


def _alpha(part: ItemMatrix, level: float) -> CronbachAlpha | None:
    try:
        return cronbach_alpha(part.values, level) if len(part.items) > 1 else None
    except NotEnoughData:
        return None


def _at_ceiling(part: ItemMatrix) -> list[str]:
    found = []
    for j, item in enumerate(part.items):
        answers = part.values[:, j]
        answers = answers[~np.isnan(answers)]
        _, counts = np.unique(answers, return_counts=True)
        if 1 < len(counts) <= FEW_VALUES and counts.max() > CEILING * len(answers):
            found.append(item)
    return found


def _row(part: ItemMatrix, alpha: CronbachAlpha, values: np.ndarray, ordinal: bool) -> dict[str, Any]:
    total = hierarchical = alpha_ordinal = omega_ordinal = math.nan
    if ordinal:
        latent = ordinal_reliability(values)
        alpha_ordinal = latent.alpha
        omega_ordinal = math.nan if latent.omega is None else latent.omega
    k = len(part.items)
    if k >= 3:
        try:
            found = omega(values, factors=GROUP_FACTORS if k >= ITEMS_FOR_GROUP_FACTORS else 1)
            total = found.total
            hierarchical = math.nan if found.hierarchical is None else found.hierarchical
        except CxError:
            pass
    return {
        "construct": part.construct.id,
        "n_items": k,
        "alpha": alpha.raw.value,
        "alpha_low": alpha.raw.low,
        "alpha_high": alpha.raw.high,
        "alpha_standardised": math.nan if alpha.standardised is None else alpha.standardised,
        "omega_total": total,
        "omega_hierarchical": hierarchical,
        "alpha_ordinal": alpha_ordinal,
        "omega_ordinal": omega_ordinal,
        "mean_r": alpha.mean_r,
        "n": alpha.n,
        "n_dropped": alpha.n_dropped,
    }


def _items(part: ItemMatrix, alpha: CronbachAlpha) -> list[dict[str, Any]]:
    return [
        {
            "construct": part.construct.id,
            "item": part.items[found.item],
            "r_drop": math.nan if found.r_drop is None else found.r_drop,
            "alpha_dropped": math.nan if found.alpha_dropped is None else found.alpha_dropped,
            "n": alpha.n,
        }
        for found in alpha.items
    ]
