"""Customer satisfaction as the share of the highest answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np
import pandas as pd

from cxresearch.analysis.indices.asked import Asked, Estimated, Options, Part, with_options
from cxresearch.analysis.indices.index import Index
from cxresearch.errors import ArgumentError, Fault
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Column
from cxresearch.result import plain
from cxresearch.stats.proportion import shares, weighted_proportion
from cxresearch.words.catalog import say
from cxresearch.words.numbers import percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
            return self._groups_chart(
                ax,
                lang,
                number=percent_formatter(lang),
                limits=(0.0, 1.0),
                subtitle=say("csat.subtitle", lang, codes=self._top_text(lang), level=self.level),
            )
        return self._answers_chart(
            ax,
            lang,
            {"label": [self.names.code(self.item, c, lang) for c in self.distribution["code"]]},
            value_label=self.names.of(self.item, lang),
            highlight=list(self.distribution.loc[self.distribution["top"], "code"]),
        )


@with_options
def csat(
    data: Responses | pd.DataFrame,
    item: str | None = None,
    *,
    scale: tuple[float, float] | None = None,
    top: int = 2,
    **options: Unpack[Options],
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
    by, weights, missing, level, minimum_cell, withhold
        As in :func:`cxresearch.nps`.

    Returns
    -------
    CSAT
        ``table``, a row a group: group (with `by`), csat, ci_low, ci_high (shares of 0 to 1), n_top,
        n, n_dropped, method.

    Raises
    ------
    ArgumentError
        ``csat.no-scale``, ``csat.top``, ``csat.which-item``; unknown columns.
    NotEnoughData
        When no group has enough answers.

    Examples
    --------
    >>> answers = pd.DataFrame({"satisfied": [5, 4, 4, 3, 2, 5, 5, 1]})
    >>> csat(answers, "satisfied", scale=(1, 5)).table["csat"].tolist()
    [0.625]
    """
    asked = Asked.of(data, item, "csat", scale=scale, options=options)
    codes = _codes(asked.column, top)
    best = codes[-top:]

    def share(part: Part, level: float) -> Estimated:
        chosen = np.isin(part.values, best)
        if part.weights is None:
            found = shares(chosen, [True, False], None, level)[0]
        else:
            found = weighted_proportion(chosen, part.weights, level)
        return found, {"n_top": int(chosen.sum())}

    found = asked.answer(CSAT, codes, share)
    return replace(found, distribution=found.distribution.assign(top=found.distribution["code"].isin(best)))


def _codes(column: Column, top: int) -> list[Any]:
    """Return the answers that the scale allows, if one is declared and `top` fits it."""
    codes = column.codes()
    if column.scale is None or not column.scale.is_range or not codes:
        raise ArgumentError(
            Fault(
                code="csat.no-scale",
                what=f"Nobody said which answers {column.name!r} allows.",
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
    return codes
