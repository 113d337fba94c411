"""Saying and doing: is passion for customers lived on every level, or does it fade behind what is declared?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Names, Result
from cxresearch.scores.scores import score
from cxresearch.stats.adjust import adjust as adjusted
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean, paired_difference
from cxresearch.stats.trend import every_step, linear_trend, page_test
from cxresearch.stats.verdict import NOT_REPORTABLE, judge, two_sided
from cxresearch.survey.level import Level
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import Text
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, integer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.stats.verdict import Judgement

ACTION, IMPORTANCE = "_action", "_importance"
Parts = Mapping[str, str | Sequence[str]]
Levels = Iterable[str] | Mapping[str, str | Mapping[str, str]]
LIP_SERVICE = {"inside_higher": "lip_service", "inside_lower": "ahead"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Maturity(Result):
    """What is done and what is held important, level by level; made by :func:`cxresearch.maturity`.

    Parameters
    ----------
    index : DataFrame
        One row: lip service over all levels; empty without importance.
    order : DataFrame
        One row: does what is done fall from level to level?
    steps : DataFrame
        A row for each level after the first: change against the level before.
    level : float
    adjust : str
    inside : str, optional
        Perspective that answered.
    """

    kind: ClassVar[str] = "maturity"
    columns: ClassVar[dict[str, str]] = {
        "previous": "name",
        "step": "name",
        "action": "n2",
        "action_low": "n2",
        "action_high": "n2",
        "importance": "n2",
        "importance_low": "n2",
        "importance_high": "n2",
        "lip_service": "+n2",
        "lip_low": "+n2",
        "lip_high": "+n2",
        "trend": "+n2",
        "trend_low": "+n2",
        "trend_high": "+n2",
        "p_trend": "p3",
        "p_page": "p3",
        "p_every_step": "p3",
        "change": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "verdict": "word:maturity.verdict",
        "relevance": "word:gaps.relevance",
        "p_adjusted": "p3",
        "n": "i",
        "n_pairs": "i",
    }

    index: pd.DataFrame
    order: pd.DataFrame
    steps: pd.DataFrame
    level: float
    adjust: str
    inside: str | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {"table": self.table, "index": self.index, "order": self.order, "steps": self.steps}
        return {name: frame for name, frame in found.items() if len(frame)}

    def shown_columns(self, frame: str) -> dict[str, str]:
        shown = super().shown_columns(frame)
        have = self.frames()[frame]
        return {c: how for c, how in shown.items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say whether what is done falls over the levels, and how far it lies behind what is held important."""
        lang = lang or self.lang
        parts = [self._trend(lang), self._gap(lang)]
        return " ".join(part for part in parts if part)

    def heading(self, lang: str | None = None) -> str:
        """Say the finding about the levels."""
        lang = lang or self.lang
        return say(f"maturity.finding.{self._way()}", lang)

    def method(self, lang: str | None = None) -> str:
        """Say how scores, order and lip service were computed."""
        lang = lang or self.lang
        parts = [say("maturity.method.scores", lang, level=self.level)]
        if len(self.order):
            n, steps = int(self.order["n"].iloc[0]), len(self.steps)
            parts.append(say("maturity.method.order", lang, n=n, k=steps + 1))
            parts.append(say(f"common.adjust.{self.adjust}", lang, k=steps))
        if len(self.index):
            margin = float(self.table["margin"].iloc[0])
            parts.append(say("maturity.method.gap", lang, margin=margin, equivalence=2 * self.level - 1))
            parts.append(say(f"common.adjust.{self.adjust}", lang, k=int(self.table["p"].notna().sum())))
        return " ".join(parts)

    def _way(self) -> str:
        if self.order.empty:
            return "open"
        row = self.order.iloc[0]
        alpha = 1 - self.level
        if not row["p_trend"] < alpha:
            return "open"
        if row["trend"] > 0:
            return "rising"
        return "falling_every" if row["p_every_step"] < alpha else "falling"

    def _trend(self, lang: str) -> str:
        first, last = self.table.iloc[0], self.table.iloc[-1]
        values = {
            "first": self.names.of(first["step"], lang),
            "first_mean": first["action"],
            "last": self.names.of(last["step"], lang),
            "last_mean": last["action"],
        }
        if self.order.empty:
            return say("maturity.levels", lang, **values)
        row = self.order.iloc[0]
        bounds = {"trend": row["trend"], "low": row["trend_low"], "high": row["trend_high"], "level": self.level}
        return say(f"maturity.trend.{self._way()}", lang, **values, **bounds)

    def _gap(self, lang: str) -> str:
        if self.index.empty:
            return ""
        row = self.index.iloc[0]
        relevance = say(f"gaps.relevant.{row['relevance']}", lang, margin=row["margin"])
        values = {"lip": row["lip_service"], "low": row["lip_low"], "high": row["lip_high"], "level": self.level}
        text = say(f"maturity.gap.{row['verdict']}", lang, relevance=relevance, **values)
        known = self.table[self.table["lip_service"].notna()]
        if len(known) < 2:
            return text
        largest = known.iloc[int(known["lip_service"].to_numpy().argmax())]
        name = self.names.of(largest["step"], lang)
        return f"{text} {say('maturity.largest', lang, name=name, lip=largest['lip_service'])}"

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.staircase import staircase

        kinds = [k for k in ("importance", "action") if self.table[k].notna().any()]
        parts = [
            pd.DataFrame(
                {
                    "step": self.table["step"],
                    "series": kind,
                    "value": self.table[kind],
                    "low": self.table[f"{kind}_low"],
                    "high": self.table[f"{kind}_high"],
                    "n": self.table["n"],
                }
            )
            for kind in kinds
        ]
        return staircase(
            pd.concat(parts, ignore_index=True),
            step_labels={s: self.names.of(s, lang) for s in self.table["step"]},
            series_labels={kind: say(f"maturity.series.{kind}", lang) for kind in kinds},
            value_label=say("gaps.value_axis", lang),
            number=formatter(lang, 2),
            difference_number=formatter(lang, 2, signed=True),
            count=lambda n: integer(n, lang),
            title=self.heading(lang),
            subtitle=say("maturity.subtitle", lang, level=self.level),
            ax=ax,
        )


def maturity(
    data: Responses | pd.DataFrame,
    levels: Levels | None = None,
    *,
    action: Parts | None = None,
    importance: Parts | None = None,
    inside: str | None = None,
    perspective: str | None = None,
    margin: float = 0.3,
    level: float = 0.95,
    adjust: str = "holm",
    minimum_cell: int = 5,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
) -> Maturity:
    """Ask whether passion for customers is lived on every level, and how far doing lies behind saying.

    Parameters
    ----------
    data : Responses or DataFrame
    levels : list, or dict of id to wording, optional
        The levels from the first to the last, from what is declared to what is lived.  By default those of
        `action`, or every construct of the survey that ends in ``_action``.
    action : dict, optional
        Level to the construct of the survey, or to the columns, that say what is done.  By default
        ``<level>_action``.
    importance : dict, optional
        The same for what is held important.  By default ``<level>_importance``, where the survey has it.
    inside : str, optional
        Perspective that answered; by default "employee" for answers on a survey, everybody in a frame.
    perspective : str, optional
        For a plain frame: column that says who answered.
    margin : float
        Smallest gap between saying and doing that matters, in points; set before the data are seen.
    level : float
        Confidence level; tests use ``1 - level``.
    adjust : {"holm", "bh", "bonferroni", "by", "none"}
        Adjustment over the levels.
    minimum_cell : int
        With fewer answers a level is not reported.
    scale, missing, reversed
        See :func:`cxresearch.score`.

    Returns
    -------
    Maturity
        ``table``, a row a level: step, action, importance and lip_service (importance minus action of the same
        people), each with its interval, p, p_adjusted, p_equivalence, p_beyond, relevance, verdict
        (``lip_service``, ``ahead``, ``aligned``, ``inconclusive``), n, n_pairs.  ``index``: the same over
        all levels.  ``order``: trend (change per level), p_trend (two-sided), p_page and p_every_step (one-sided
        for falling).  ``steps``: change from each level to the next.

    Raises
    ------
    ArgumentError
        Unknown levels, constructs or perspectives; an impossible margin or level.
    NotEnoughData
        When no level can be reported.

    Notes
    -----
    Trend: linear contrast within people, t.  Order: Page's test with ties, and an intersection-union test of all
    steps (Berger 1982).  Lip service: paired t; equivalence by two one-sided tests.

    Examples
    --------
    >>> frame = pd.DataFrame({"goal": [5, 4, 5, 4, 5, 4], "goal_matters": [5, 5, 5, 5, 4, 5],
    ...                       "heart": [3, 3, 2, 2, 3, 3], "heart_matters": [5, 4, 4, 5, 5, 4]})
    >>> result = maturity(frame, ["maxim", "passion"], action={"maxim": ["goal"], "passion": ["heart"]},
    ...                   importance={"maxim": ["goal_matters"], "passion": ["heart_matters"]}, scale=(1, 5))
    >>> result.table[["step", "action", "lip_service", "verdict"]].round(2).to_dict("records")[1]
    {'step': 'passion', 'action': 2.67, 'lip_service': 1.83, 'verdict': 'lip_service'}
    """
    _check(margin, level, minimum_cell)
    source = Source.of(data)
    asked = _Asked.of(source, levels, action or None, importance or None)
    inside = inside or ("employee" if source.survey is not None else None)
    wide, names, found = _scores(data, source, asked, inside, perspective or None, scale, missing, reversed)
    table, judged = _levels(wide, asked.steps, margin, level, adjust, minimum_cell)
    if table["action"].isna().all():
        raise NotEnoughData(
            Fault(
                code="maturity.nothing-reportable",
                what="No level has enough answers.",
                given=listing(asked.steps),
                allowed=f"at least {minimum_cell} people, and answers that vary",
            )
        )
    shown = [s for s, known in zip(asked.steps, table["action"].notna(), strict=True) if known]
    order, steps = _order(wide[[f"{s}{ACTION}" for s in shown]], shown, level, adjust, minimum_cell)
    caveats = list(found)
    if source.survey is not None and any(s.level is Level.ORDINAL for s in source.survey.scales.values()):
        caveats.append(Caveat(code="ordinal_as_interval"))
    if judged is not None:
        caveats.append(Caveat(code="maturity_importance"))
    if silent := [s for s in asked.steps if s not in shown]:
        values = {"levels": listing(names.of(s, source.lang) for s in silent), "cell": minimum_cell}
        caveats.append(Caveat(code="maturity_not_reportable", severity="warning", values=values))
    return Maturity(
        table=table,
        index=_index(wide, asked.steps, margin, level, minimum_cell) if judged is not None else pd.DataFrame(),
        order=order,
        steps=steps,
        caveats=tuple(caveats),
        names=names,
        lang=source.lang,
        level=level,
        adjust=adjust,
        inside=inside,
    )


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The levels in order, and what stands for saying and doing on each."""

    steps: tuple[str, ...]
    action: Parts
    importance: Parts
    texts: Mapping[str, Text]

    @classmethod
    def of(cls, source: Source, levels: Levels | None, action: Parts | None, importance: Parts | None) -> _Asked:
        survey = source.survey
        constructs = tuple(survey.constructs) if survey is not None else ()
        if isinstance(levels, str):
            levels = [levels]
        named = [str(step) for step in (levels or action or ())]
        named = named or [c.removesuffix(ACTION) for c in constructs if c.endswith(ACTION)]
        if not named:
            raise ArgumentError(
                Fault(
                    code="maturity.no-levels",
                    what="It is not said which columns belong to which level.",
                    allowed="action={'maxim': ['column a', 'column b'], ...}",
                    do=f"A survey may say so itself, with constructs that end in {ACTION!r}.",
                )
            )
        done = action if action is not None else {s: f"{s}{ACTION}" for s in named}
        known = {s: f"{s}{IMPORTANCE}" for s in named if f"{s}{IMPORTANCE}" in constructs}
        held = importance if importance is not None else known if action is None else {}
        faults = [unknown_name("maturity.unknown-level", "level", s, done) for s in named if s not in done]
        faults += [unknown_name("maturity.unknown-level", "level", s, named) for s in held if s not in named]
        if faults:
            raise ArgumentError(*faults)
        return cls(
            steps=tuple(dict.fromkeys(named)),
            action={s: done[s] for s in named},
            importance={s: held[s] for s in named if s in held},
            texts=_wording(named, levels, done, survey),
        )


def _wording(steps: Sequence[str], levels: Levels | None, action: Parts, survey: Survey | None) -> dict[str, Text]:
    if isinstance(levels, Mapping):
        return {str(s): Text.model_validate(text) for s, text in levels.items()}
    if survey is None:
        return {}
    known = {s: str(action[s]) for s in steps if isinstance(action[s], str)}
    return {s: survey.constructs[c].name for s, c in known.items() if c in survey.constructs}


def _scores(
    data: Responses | pd.DataFrame,
    source: Source,
    asked: _Asked,
    inside: str | None,
    perspective: str | None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    reversed: Iterable[str],
) -> tuple[pd.DataFrame, Names, tuple[Caveat, ...]]:
    """Return a row a person and a column ``<level>_action`` or ``<level>_importance``."""
    wanted = {f"{s}{ACTION}": part for s, part in asked.action.items()}
    wanted |= {f"{s}{IMPORTANCE}": part for s, part in asked.importance.items()}
    by_id = source.survey is not None and all(isinstance(part, str) for part in wanted.values())
    scored = score(
        data if isinstance(data, Responses) else source.frame,
        constructs=[str(part) for part in wanted.values()] if by_id else wanted,
        perspective=perspective,
        reversed=reversed,
        scale=scale,
        missing=missing,
    )
    long = scored.frame
    who = list(dict.fromkeys(long[PERSPECTIVE]))
    if inside is not None and (perspective is not None or source.survey is not None):
        if inside not in who:
            raise ArgumentError(unknown_name("maturity.unknown-perspective", "perspective in the data", inside, who))
        long = long[long[PERSPECTIVE] == inside]
    elif len(who) > 1:
        what = "Several perspectives answered; choose one."
        raise ArgumentError(Fault(code="maturity.perspective", what=what, allowed=f"inside= one of {listing(who)}"))
    wide = long.pivot(index="row", columns="construct", values="score")
    if by_id:
        wide = wide.rename(columns={str(part): key for key, part in wanted.items()})
    return wide.reindex(columns=list(wanted)), scored.names.adding(asked.texts), scored.caveats


def _levels(
    wide: pd.DataFrame, steps: Sequence[str], margin: float, level: float, method: str, minimum_cell: int
) -> tuple[pd.DataFrame, Judgement | None]:
    rows, gaps = [], []
    for step in steps:
        done = wide[f"{step}{ACTION}"].dropna().to_numpy(dtype=float)
        row: dict[str, Any] = {"step": step, **_mean("action", done, level, minimum_cell)}
        gap, pairs, held = None, math.nan, np.array([])
        if f"{step}{IMPORTANCE}" in wide:
            held = wide[f"{step}{IMPORTANCE}"].dropna().to_numpy(dtype=float)
            both = wide[[f"{step}{ACTION}", f"{step}{IMPORTANCE}"]].dropna().to_numpy(dtype=float)
            if len(both) >= minimum_cell:
                gap, pairs = _paired(both[:, 1], both[:, 0], level), len(both)
        row |= _mean("importance", held, level, minimum_cell)
        row |= _lip(gap)
        enough = len(done) >= minimum_cell
        rows.append(row | {"n": len(done) if enough else None, "n_pairs": pairs if gap is not None else None})
        gaps.append(gap)
    frame = pd.DataFrame(rows)
    frame[["n", "n_pairs"]] = frame[["n", "n_pairs"]].astype("Int64")
    frame["margin"] = margin
    if all(gap is None for gap in gaps):
        return frame.assign(p=math.nan, p_adjusted=math.nan, relevance=NOT_REPORTABLE, verdict=NOT_REPORTABLE), None
    judged = judge(gaps, margin, level, method)
    return _with_judgement(frame, judged), judged


def _index(wide: pd.DataFrame, steps: Sequence[str], margin: float, level: float, minimum_cell: int) -> pd.DataFrame:
    """Return lip service over the levels that have both sides, of the people who answered all of them."""
    used = [s for s in steps if f"{s}{IMPORTANCE}" in wide]
    parts = wide[[f"{s}{kind}" for kind in (ACTION, IMPORTANCE) for s in used]].dropna().to_numpy(dtype=float)
    if len(parts) < minimum_cell:
        return pd.DataFrame()
    done, held = parts[:, : len(used)].mean(axis=1), parts[:, len(used) :].mean(axis=1)
    gap = _paired(held, done, level)
    if gap is None:
        return pd.DataFrame()
    row = {"action": float(done.mean()), "importance": float(held.mean()), **_lip(gap), "n": len(parts)}
    return _with_judgement(pd.DataFrame([row | {"margin": margin}]), judge([gap], margin, level, "none"))


def _order(
    wide: pd.DataFrame, steps: Sequence[str], level: float, method: str, minimum_cell: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    x = wide.dropna().to_numpy(dtype=float)
    if len(steps) < 2 or len(x) < minimum_cell:
        return pd.DataFrame(), pd.DataFrame()
    try:
        trend, falls = linear_trend(x, level), every_step(x, falling=True, level=level)
    except NotEnoughData:
        return pd.DataFrame(), pd.DataFrame()
    row = {
        "trend": trend.value,
        "trend_low": trend.low,
        "trend_high": trend.high,
        "p_trend": two_sided(trend),
        "p_page": page_test(x, falling=True).p if len(steps) > 2 else math.nan,
        "p_every_step": falls.p,
        "n": len(x),
    }
    p = [two_sided(d) for d in falls.differences]
    changes = pd.DataFrame(
        {
            "previous": list(steps[:-1]),
            "step": list(steps[1:]),
            "change": [d.value for d in falls.differences],
            "ci_low": [d.low for d in falls.differences],
            "ci_high": [d.high for d in falls.differences],
            "p": p,
            "p_adjusted": adjusted(p, method),
            "n": len(x),
        }
    )
    return pd.DataFrame([row]), changes


def _mean(name: str, values: np.ndarray, level: float, minimum_cell: int) -> dict[str, float]:
    if len(values) < minimum_cell:
        return {name: math.nan, f"{name}_low": math.nan, f"{name}_high": math.nan}
    estimate = mean(values, level)
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _paired(held: np.ndarray, done: np.ndarray, level: float) -> Estimate | None:
    try:
        return paired_difference(held, done, level)
    except NotEnoughData:
        return None


def _lip(gap: Estimate | None) -> dict[str, float]:
    if gap is None:
        return dict.fromkeys(("lip_service", "lip_low", "lip_high"), math.nan)
    return {"lip_service": gap.value, "lip_low": gap.low, "lip_high": gap.high}


def _with_judgement(frame: pd.DataFrame, judged: Judgement) -> pd.DataFrame:
    numbers = {name: getattr(judged, name) for name in ("p", "p_adjusted", "p_equivalence", "p_equivalence_adjusted")}
    numbers |= {name: getattr(judged, name) for name in ("p_beyond", "p_beyond_adjusted")}
    verdicts = [LIP_SERVICE.get(v, v) for v in judged.verdict]
    return frame.assign(**numbers, relevance=list(judged.relevance), verdict=verdicts)


def _check(margin: float, level: float, minimum_cell: int) -> None:
    faults = []
    if isinstance(margin, bool) or not isinstance(margin, int | float) or not 0 < margin < math.inf:
        what = "The margin is the smallest gap that matters."
        faults.append(Fault(code="maturity.margin", what=what, given=margin, allowed="a number above 0, in points"))
    if not isinstance(level, float) or not 0.5 < level < 1:
        what = "This is no confidence level."
        faults.append(Fault(code="maturity.level", what=what, given=level, allowed="0.5 to 1"))
    if isinstance(minimum_cell, bool) or not isinstance(minimum_cell, int) or minimum_cell < 2:
        what = "A minimum cell is a number of people."
        faults.append(Fault(code="maturity.minimum-cell", what=what, given=minimum_cell, allowed="2, 3, ..."))
    if faults:
        raise ArgumentError(*faults)
