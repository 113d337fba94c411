"""Do the members of a group, or several raters, agree?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, CxError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Result
from cxresearch.scores.item_matrix import ItemMatrix, item_matrices
from cxresearch.stats.agreement import average_deviation, rwg
from cxresearch.stats.icc import icc1, icc2
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENOUGH = 0.70  # LeBreton & Senter 2008: strong agreement from .71 on; .70 is the usual line


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Agreement(Result):
    """Agreement within groups; made by :func:`cxresearch.agreement`."""

    kind: ClassVar[str] = "agreement"
    columns: ClassVar[dict[str, str]] = {
        "construct": "name",
        "icc1": "n2",
        "icc1_low": "n2",
        "icc1_high": "n2",
        "icc2": "n2",
        "rwg_uniform": "n2",
        "rwg_skewed": "n2",
        "share_agreeing": "%0",
        "ad": "n2",
        "groups": "i",
        "n": "i",
    }

    by: str
    level: float

    def sentence(self, lang: str | None = None) -> str:
        """Say where groups agree within and differ among each other most."""
        lang = lang or self.lang
        row = self.table.iloc[int(self.table["icc1"].to_numpy().argmax())]
        return say(
            "agreement.answer",
            lang,
            by=self.names.of(self.by, lang),
            construct=self.names.of(row["construct"], lang),
            icc=row["icc1"],
            low=row["icc1_low"],
            high=row["icc1_high"],
            rwg=row["rwg_uniform"],
            level=self.level,
            groups=row["groups"],
        )

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        lang = lang or self.lang
        return say("agreement.heading", lang, by=self.names.of(self.by, lang))

    def method(self, lang: str | None = None) -> str:
        """Say which indices were computed and against which null."""
        return say("agreement.method", lang or self.lang, level=self.level)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.table["construct"],
                "value": self.table["icc1"],
                "low": self.table["icc1_low"],
                "high": self.table["icc1_high"],
            }
        )
        return intervals(
            frame,
            row_labels={c: self.names.of(c, lang) for c in self.table["construct"]},
            value_label="ICC(1)",
            number=formatter(lang, 2),
            reference=0.0,
            title=self.heading(lang),
            subtitle=say("agreement.subtitle", lang, level=self.level),
            ax=ax,
        )


def agreement(
    data: Responses | pd.DataFrame,
    by: str,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    *,
    perspective: str | None = None,
    reversed: Iterable[str] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    level: float = 0.95,
) -> Agreement:
    """Tell whether members of a group answer alike, and whether groups differ.

    Parameters
    ----------
    data : Responses or DataFrame
    by : str
        Column with the groups (department, branch).
    constructs, reversed, scale, missing
        As in :func:`cxresearch.score`; the number of points of the scale must be declared.
    perspective : str, optional
        Only this perspective (answers on a survey).
    level : float

    Returns
    -------
    Agreement
        ``table``, a row a construct: icc1 with interval, icc2, rwg_uniform and rwg_skewed (mean of
        rwg or rwg(j) over groups), share_agreeing (groups with rwg of at least .70 against the
        uniform null), ad (mean average deviation), groups, n.

    Raises
    ------
    ArgumentError
        ``agreement.no-scale``.
    NotEnoughData
        When no construct can be estimated.

    Notes
    -----
    ICC as in R ``multilevel`` (Bliese 2000); rwg(j) of James, Demaree & Wolf (1984) against the
    uniform null and one with slight skew (LeBreton & Senter 2008, Organ. Res. Methods 11:815-852).

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["a"] * 6 + ["b"] * 6, "q": [4, 5, 4, 5, 4, 5, 2, 1, 2, 1, 2, 2]})
    >>> result = agreement(frame, "team", {"ease": ["q"]}, scale=(1, 5))
    >>> bool(result.table["icc1"].item() > 0.8)
    True
    """
    source, matrices = item_matrices(
        data,
        constructs or None,
        perspectives=[perspective] if perspective else (),
        reversed=reversed,
        scale=scale,
        missing=missing,
    )
    groups = source.key(by)
    keep = groups.notna().to_numpy()
    if perspective:
        keep = keep & (source.key("perspective") == perspective).to_numpy()
    rows, failed = [], []
    for part in matrices:
        points = _points(source, part, scale)
        try:
            rows.append(_row(part, part.values[keep], groups[keep].to_numpy(), points, level))
        except CxError:
            failed.append(part.construct.id)
    if not rows:
        raise NotEnoughData(
            Fault(
                code="agreement.nothing",
                what="No construct has two groups that can be compared.",
                given=listing(failed),
            )
        )
    caveats = [c for part in matrices for c in part.caveats]
    if failed:
        caveats.append(Caveat(code="not_estimable", severity="warning", values={"constructs": Ids(failed)}))
    return Agreement(
        table=pd.DataFrame(rows),
        caveats=tuple({repr(c): c for c in caveats}.values()),
        names=source.names.adding({p.construct.id: p.construct.name for p in matrices}),
        lang=source.lang,
        by=by,
        level=level,
    )


def _points(source: Source, part: ItemMatrix, scale: ScaleLike | Mapping[str, ScaleLike] | None) -> int:
    column = source.column(part.items[0], scale=scale)
    if column.scale is None or not column.scale.codes:
        raise ArgumentError(
            Fault(
                code="agreement.no-scale",
                what="The number of points of the scale must be known.",
                given=part.items[0],
                allowed="scale=(1, 5), or a survey that declares it",
            )
        )
    return len(column.scale.codes)


def _row(part: ItemMatrix, values: np.ndarray, groups: np.ndarray, points: int, level: float) -> dict[str, Any]:
    complete = ~np.isnan(values).any(axis=1)
    x, who = values[complete], groups[complete]
    score = x.mean(axis=1)
    one = icc1(score, who, level)
    uniform = rwg(x, who, points=points)
    skewed = rwg(x, who, points=points, null="slight") if 3 <= points <= 11 else None
    return {
        "construct": part.construct.id,
        "icc1": one.value,
        "icc1_low": one.low,
        "icc1_high": one.high,
        "icc2": icc2(score, who, level).value,
        "rwg_uniform": uniform.spread.mean,
        "rwg_skewed": skewed.spread.mean if skewed is not None else math.nan,
        "share_agreeing": uniform.share_at_least(ENOUGH),
        "ad": average_deviation(x, who).spread.mean,
        "groups": len(uniform.labels),
        "n": len(x),
    }
