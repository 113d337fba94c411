"""Do several people who coded the same cases agree beyond chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Result
from cxresearch.stats.krippendorff import krippendorff_alpha
from cxresearch.stats.raters import cohens_kappa
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter
from cxresearch.words.rules import rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RULE = "krippendorff_2004"
WEIGHTS = {"nominal": "none", "ordinal": "linear", "interval": "quadratic", "ratio": "quadratic"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Raters(Result):
    """Agreement of raters; made by :func:`cxresearch.raters`."""

    kind: ClassVar[str] = "raters"
    columns: ClassVar[dict[str, str]] = {
        "index": "word:raters.index",
        "rater": "name",
        "other": "name",
        "value": "n2",
        "ci_low": "n2",
        "ci_high": "n2",
        "n": "i",
    }

    metric: str
    level: float

    def sentence(self, lang: str | None = None) -> str:
        """Say the alpha of all raters and in words whether it suffices."""
        lang = lang or self.lang
        row = self.table.iloc[0]
        word = rule(RULE).word(max(row["ci_low"], 0.0))
        return say(
            f"raters.{word}",
            lang,
            alpha=row["value"],
            low=row["ci_low"],
            high=row["ci_high"],
            level=self.level,
            n=row["n"],
        )

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("raters.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say which coefficients were computed."""
        lang = lang or self.lang
        return say("raters.method", lang, metric=self.metric, level=self.level, source=rule(RULE).source)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        rows = self.table.to_dict("records")
        names = {str(i): self._name(row, lang) for i, row in enumerate(rows)}
        frame = pd.DataFrame(
            {
                "row": list(names),
                "value": self.table["value"],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
            }
        )
        return intervals(
            frame,
            row_labels=names,
            value_label=say("raters.axis", lang),
            number=formatter(lang, 2),
            tick_number=formatter(lang, 1),
            reference=0.0,
            title=self.heading(lang),
            subtitle=say("raters.subtitle", lang, level=self.level),
            ax=ax,
        )

    def _name(self, row: Any, lang: str) -> str:
        if row["index"] == "krippendorff":
            return say("raters.index.krippendorff", lang)
        return f"{self.names.of(row['rater'], lang)} – {self.names.of(row['other'], lang)}"


def raters(
    data: Responses | pd.DataFrame,
    columns: Sequence[str],
    *,
    metric: Literal["nominal", "ordinal", "interval", "ratio"] = "nominal",
    scale: ScaleLike | None = None,
    missing: Missing | None = None,
    seed: int = 1,
    level: float = 0.95,
) -> Raters:
    """Estimate how far raters agree: Krippendorff's alpha for all, Cohen's kappa for each pair.

    Parameters
    ----------
    data : Responses or DataFrame
        A row a case.
    columns : list of str
        One column a rater; cases need not be rated by all.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        How far apart two ratings are; kappa is weighted linearly for ordinal, quadratically for
        interval and ratio ratings.
    scale, missing
        See :func:`cxresearch.describe`.
    seed : int
        Of the bootstrap over cases.
    level : float

    Returns
    -------
    Raters
        ``table``: one row with alpha (index ``krippendorff``), then a row a pair (``kappa``): index,
        rater, other, value, ci_low, ci_high, n.

    Raises
    ------
    ArgumentError
        ``raters.one``; words where numbers are needed.

    Notes
    -----
    Krippendorff (2011); intervals by a bootstrap of cases, because that of pairs is too narrow
    (docs/validation-gaps.md).  Kappa of Cohen (1960, 1968) with its large-sample error.

    Examples
    --------
    >>> frame = pd.DataFrame({"anna": list("aabbcaab"), "ben": list("aabbcabb")})
    >>> result = raters(frame, ["anna", "ben"])
    >>> round(float(result.table["value"].iloc[0]), 3)
    0.805
    """
    chosen = list(dict.fromkeys(columns))
    if len(chosen) < 2:
        raise ArgumentError(Fault(code="raters.one", what="Agreement needs two raters or more.", given=listing(chosen)))
    source = Source.of(data)
    read = [source.column(c, scale=scale, missing=missing, level=metric) for c in chosen]
    codes = sorted({v for c in read for v in c.values.dropna()}, key=lambda v: (isinstance(v, str), v))
    if metric == "nominal":
        place = {code: float(i) for i, code in enumerate(codes)}
        matrix = np.array([[place.get(v, np.nan) for v in c.values] for c in read])
    else:
        matrix = np.array([c.values.to_numpy(dtype=float) for c in read])
    # cases in an order of their own, so that the bootstrap does not depend on that of the file
    matrix = matrix[:, np.lexsort(np.nan_to_num(matrix, nan=-np.inf))]
    alpha = krippendorff_alpha(matrix, metric=metric, bootstrap="units", level=level, seed=seed)
    rows = [_row("krippendorff", None, None, alpha.value, alpha.low, alpha.high, alpha.n)]
    for i, one in enumerate(chosen):
        for j in range(i + 1, len(chosen)):
            both = ~np.isnan(matrix[i]) & ~np.isnan(matrix[j])
            kappa = cohens_kappa(matrix[i][both], matrix[j][both], weights=WEIGHTS[metric], level=level)
            rows.append(_row("kappa", one, chosen[j], kappa.value, kappa.low, kappa.high, kappa.n))
    return Raters(
        table=pd.DataFrame(rows),
        caveats=tuple(caveat for c in read for caveat in c.caveats()),
        names=source.names,
        lang=source.lang,
        metric=metric,
        level=level,
    )


def _row(
    index: str, rater: str | None, other: str | None, value: float, low: float, high: float, n: int
) -> dict[str, Any]:
    return {"index": index, "rater": rater, "other": other, "value": value, "ci_low": low, "ci_high": high, "n": n}
