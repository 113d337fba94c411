"""The Net Promoter Score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np
import pandas as pd

from cxresearch.analysis.indices.asked import Asked, Estimated, Options, Part, with_options
from cxresearch.analysis.indices.index import Index
from cxresearch.responses.responses import Responses
from cxresearch.result import plain
from cxresearch.stats.nps import nps as nps_estimate
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BANDS = (("detractors", 0, 6), ("passives", 7, 8), ("promoters", 9, 10))


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
            return self._groups_chart(
                ax,
                lang,
                number=formatter(lang, 0, signed=True),
                reference=0.0,
                subtitle=say("nps.subtitle_groups", lang, level=self.level),
            )
        bands = {code: name for name, low, high in BANDS for code in range(low, high + 1)}
        codes = self.distribution["code"]
        columns = {"label": [plain(c) for c in codes], "band": [say(f"nps.{bands[int(c)]}", lang) for c in codes]}
        return self._answers_chart(ax, lang, columns, value_label=self._ends(lang))

    def _ends(self, lang: str) -> str:
        """Say what 0 and 10 stand for: in the words of the survey, or in ours where it has none."""
        low, high = (self.names.code(self.item, code, lang) for code in (0, 10))
        if (low, high) == ("0", "10"):
            return say("nps.ends", lang)
        named = [(code, text) for code, text in ((0, low), (10, high)) if text != str(code)]
        return ", ".join(say("nps.end", lang, code=code, text=text) for code, text in named)


@with_options
def nps(data: Responses | pd.DataFrame, item: str | None = None, **options: Unpack[Options]) -> NPS:
    """Compute the Net Promoter Score: per cent 9 and 10 minus per cent 0 to 6.

    Parameters
    ----------
    data : Responses or DataFrame
        Answers of several perspectives are counted together, and that is said; ``by="perspective"``
        tells them apart.
    item : str, optional
        Column with answers from 0 to 10; by default the survey's recommendation question.
    by, weights : str, optional
        Columns with groups and survey weights.
    missing : list or dict, optional
        Codes that are no answer.  Whatever else is no whole number from 0 to 10 is left out as well, and said.
    level : float
        Of the intervals, by default 0.95.
    minimum_cell : int
        Groups with fewer answers are not reported; by default 2.  Where the total would give such a group away, the
        smallest other group is not reported either.
    withhold : list, optional
        Further groups that are not reported, because a figure published elsewhere would give a small one away.

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
    >>> answers = pd.DataFrame({"recommend": [10, 9, 9, 8, 7, 7, 6, 3, 10, 9, 11, 3.5]})
    >>> result = nps(answers, "recommend")
    >>> result.table[["nps", "n", "n_dropped"]].to_dict("records")
    [{'nps': 30.0, 'n': 10, 'n_dropped': 2}]
    >>> result.caveats[0].values["found"]
    '11 (1), 3.5 (1)'
    """
    return Asked.of(data, item, "nps", scale=(0, 10), options=options).answer(NPS, range(11), _score)


def _score(part: Part, level: float) -> Estimated:
    weight = np.ones(len(part.values)) if part.weights is None else part.weights
    row: dict[str, Any] = {}
    for name, low, high in BANDS:
        inside = (part.values >= low) & (part.values <= high)
        row[name] = float(weight[inside].sum() / weight.sum())
        row[f"n_{name}"] = int(inside.sum())
    return nps_estimate(part.values, part.weights, level), row
