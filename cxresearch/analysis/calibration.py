"""Do they know what customers will answer? Forecasts of the customers' answers against the answers."""

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
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean, mean_difference
from cxresearch.stats.proportion import proportion
from cxresearch.stats.resample import resampling_weights
from cxresearch.stats.verdict import NOT_REPORTABLE, judge
from cxresearch.survey.level import Level
from cxresearch.survey.survey import Survey
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWS = 2000
WORDS = {"inside_higher": "over", "inside_lower": "under", "aligned": "calibrated", "inconclusive": "undecided"}
NUMBERS = (
    "forecast_mean", "actual_mean", "actual_low", "actual_high", "bias", "ci_low", "ci_high", "mae", "within",
    "within_low", "within_high", "own_mae", "skill", "skill_low", "skill_high",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Calibration(Result):
    """Forecasts against answers; made by :func:`cxresearch.calibration`.

    Parameters
    ----------
    overall : DataFrame
        One row: the same over all items.
    level : float
    adjust : str
    forecast, actual : str
    own : str, optional
        Perspective in which the forecasters answered for themselves.
    seed : int
    """

    kind: ClassVar[str] = "calibration"
    columns: ClassVar[dict[str, str]] = {
        "construct": "name",
        "item": "name",
        "forecast_mean": "n2",
        "actual_mean": "n2",
        "actual_low": "n2",
        "actual_high": "n2",
        "bias": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "verdict": "word:calibration.verdict",
        "relevance": "word:gaps.relevance",
        "p_adjusted": "p3",
        "mae": "n2",
        "within": "%0",
        "within_low": "%0",
        "within_high": "%0",
        "own_mae": "n2",
        "skill": "%0",
        "skill_low": "%0",
        "skill_high": "%0",
        "items": "i",
        "n_forecast": "i",
        "n_actual": "i",
        "n_linked": "i",
    }

    overall: pd.DataFrame
    level: float
    adjust: str
    forecast: str
    actual: str
    own: str | None
    seed: int

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "all_items": self.overall}

    def shown_columns(self, frame: str) -> dict[str, str]:
        shown = super().shown_columns(frame)
        have = self.frames()[frame]
        return {c: how for c, how in shown.items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say which forecasts are too high, too low and right, how far single ones miss, and what they are worth."""
        lang = lang or self.lang
        row = self.overall.iloc[0]
        reported = self._reported()
        clauses = []
        for verdict in WORDS.values():
            these = reported[reported["verdict"] == verdict]
            if len(these):
                named = join([say("common.quoted", lang, name=self._label(r, lang)) for r in _records(these)], lang)
                key = f"calibration.clause.{verdict}"
                clauses.append(say(key, lang, items=named))
        parts = [say("calibration.answer", lang, **self._sides(lang), clauses="; ".join(clauses))]
        tolerance = float(self.table["tolerance"].iloc[0])
        parts.append(say("calibration.error", lang, mae=row["mae"], within=row["within"], tolerance=tolerance))
        if pd.notna(row["skill"]):
            low, high = row["skill_low"], row["skill_high"]
            way = "better" if low > 0 else "worse" if high < 0 else "open"
            values = {"skill": abs(row["skill"]) if way != "open" else row["skill"], "low": low, "high": high}
            parts.append(say(f"calibration.skill.{way}", lang, level=self.level, **values))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say how many forecasts are right."""
        lang = lang or self.lang
        reported = self._reported()
        counts = {v: int((reported["verdict"] == v).sum()) for v in WORDS.values()}
        first = max(counts, key=lambda v: counts[v])
        return say(f"calibration.finding.{first}", lang, k=counts[first], of=len(reported))

    def method(self, lang: str | None = None) -> str:
        """Say what was compared with what, and against which margin."""
        lang = lang or self.lang
        margin = float(self.table["margin"].iloc[0])
        parts = [
            say("calibration.method.compared", lang, level=self.level, **self._sides(lang)),
            say("calibration.method.verdict", lang, margin=margin, equivalence=2 * self.level - 1),
            say(f"common.adjust.{self.adjust}", lang, k=len(self._reported())),
            say("calibration.method.error", lang),
        ]
        if pd.notna(self.overall["skill"].iloc[0]):
            linked = int(self.overall["n_linked"].iloc[0])
            parts.append(say("calibration.method.skill", lang, n=linked, level=self.level, seed=self.seed))
        return " ".join(parts)

    def _reported(self) -> pd.DataFrame:
        return self.table[self.table["verdict"] != NOT_REPORTABLE]

    def _sides(self, lang: str) -> dict[str, str]:
        return {"forecast": self.names.of(self.forecast, lang), "actual": self.names.of(self.actual, lang)}

    def _label(self, row: Mapping[str, Any], lang: str) -> str:
        """Return the name of the construct that the item stands for, where it stands for one alone."""
        construct = row.get("construct")
        alone = construct is not None and int((self.table["construct"] == construct).sum()) == 1
        return self.names.of(construct if alone else row["item"], lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.gap import dumbbell

        margin = float(self.table["margin"].iloc[0])
        frame = pd.DataFrame(
            {
                "row": self.table["item"],
                "inside": self.table["forecast_mean"],
                "outside": self.table["actual_mean"],
                "difference": self.table["bias"],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
                "verdict": self.table["verdict"],
            }
        )
        return dumbbell(
            frame,
            row_labels={r["item"]: self._label(r, lang) for r in _records(self.table)},
            inside_label=say("calibration.forecast", lang),
            outside_label=say("calibration.actual", lang),
            value_label=say("gaps.value_axis", lang),
            difference_label=say("calibration.bias_axis", lang),
            margin=margin,
            margin_label=say("gaps.band", lang, margin=margin),
            verdict_labels={v: say(f"calibration.verdict.{v}", lang) for v in (*WORDS.values(), NOT_REPORTABLE)},
            number=formatter(lang, 2),
            difference_number=formatter(lang, 2, signed=True),
            tick_number=formatter(lang, 1),
            title=self.heading(lang),
            subtitle=say("calibration.subtitle", lang, level=self.level),
            undecided=("undecided", NOT_REPORTABLE),
            ax=ax,
        )


def calibration(
    data: Responses | pd.DataFrame,
    *,
    forecast: str = "forecast",
    actual: str = "customer",
    items: Iterable[str] | None = None,
    own: str | None = None,
    link: str | None = None,
    perspective: str | None = None,
    margin: float = 0.3,
    tolerance: float = 0.5,
    level: float = 0.95,
    adjust: str = "holm",
    minimum_cell: int = 5,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
    seed: int = 1,
) -> Calibration:
    """Ask whether people know what customers will answer (meta-perception).

    Parameters
    ----------
    data : Responses or DataFrame
    forecast : str
        Perspective that guesses the average answer of `actual`.
    actual : str
        Perspective whose answers are guessed.
    items : list of str, optional
        By default all items of the survey that both are asked; needed for a plain frame.
    own : str, optional
        Perspective in which the forecasters answered for themselves; by default the one with the same role.
    link : str, optional
        Column in which a forecast and an own answer of the same person agree, usually "respondent".  Without it
        there is no comparison with the naive forecast "they see us as we see ourselves".
    perspective : str, optional
        For a plain frame: column that says who answered.
    margin : float
        Smallest bias that matters, in points; set before the data are seen.
    tolerance : float
        How far a forecast may be off to count as a hit.
    level : float
        Confidence level; tests use ``1 - level``.
    adjust : {"holm", "bh", "bonferroni", "by", "none"}
        Adjustment over the items.
    minimum_cell : int
        An item with fewer forecasts or answers is not reported.
    scale, missing, reversed
        See :func:`cxresearch.score`; reversed items are turned, so that a bias above zero is too favourable.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Calibration
        ``table``, a row an item: item, construct, forecast_mean, actual_mean, actual_low, actual_high, bias
        (forecast minus actual), ci_low, ci_high, mae (mean size of the errors of single forecasts), within
        (share of forecasts within the tolerance), own_mae, skill, skill_low, skill_high, p, p_adjusted,
        p_equivalence, p_beyond, relevance, verdict (``over``, ``under``, ``calibrated``, ``undecided``), n_forecast,
        n_actual, n_linked.  ``overall``, one row: the same over all items.

    Raises
    ------
    ArgumentError
        Unknown perspectives, items or columns; an impossible margin, tolerance or level.
    NotEnoughData
        When no item can be reported.

    Notes
    -----
    Bias: Welch t, equivalence by two one-sided tests.  Skill: 1 - mae / own_mae over the linked people, with
    a percentile bootstrap that draws forecasters and customers; above 0 the forecast is better than the naive one.

    References
    ----------
    Murphy 1988, Mon. Weather Rev. 116:2417-2424 (skill); Kenny & DePaulo 1993, Psychol. Bull. 114:145-161
    (meta-perception leans on the view of oneself).

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["staff"] * 6 + ["customer"] * 6, "ease": [4, 5, 4, 5, 4, 5, 2, 3, 2, 3, 2, 3]})
    >>> result = calibration(frame, forecast="staff", actual="customer", items=["ease"], perspective="who",
    ...                      scale=(1, 5))
    >>> result.table[["bias", "mae", "within", "verdict"]].to_dict("records")
    [{'bias': 2.0, 'mae': 2.0, 'within': 0.0, 'verdict': 'over'}]
    """
    _check(margin, tolerance, level, minimum_cell)
    sides = _Sides.of(
        data, forecast, actual, items, own or None, link or None, perspective or None, scale, missing, reversed
    )
    rows, biases = [], []
    for item in sides.items:
        row, bias = _row(sides, item, tolerance, level, minimum_cell)
        rows.append(row)
        biases.append(bias)
    table = _judged(pd.DataFrame(rows), biases, margin, level, adjust)
    reported = table["verdict"] != NOT_REPORTABLE
    if not reported.any():
        raise NotEnoughData(
            Fault(
                code="calibration.nothing-reportable",
                what="No item has enough forecasts and answers.",
                given=f"{len(table)} items, reasons: {listing(sorted(set(table['reason'])))}",
                allowed=f"at least {minimum_cell} on each side, and answers that vary",
            )
        )
    shown = list(table.loc[reported, "item"])
    drawn = _Drawn.of(sides, shown, seed)
    for at, item in enumerate(shown):
        if table.loc[table["item"] == item, "n_linked"].notna().all():
            low, high = drawn.skill([at], level)
            table.loc[table["item"] == item, ["skill_low", "skill_high"]] = [low, high]
    return Calibration(
        table=table,
        overall=_overall(table[reported], drawn, level),
        caveats=_caveats(sides, table, link, minimum_cell),
        names=sides.names,
        lang=sides.lang,
        level=level,
        adjust=adjust,
        forecast=forecast,
        actual=actual,
        own=sides.own if link else None,
        seed=seed,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sides:
    """Forecasts, answers and own answers: rows are people, columns items, reversed ones turned."""

    items: list[str]
    forecasts: pd.DataFrame
    answers: pd.DataFrame
    selves: pd.DataFrame  # same rows as the forecasts
    own: str | None
    constructs: Mapping[str, str | None]
    names: Names
    lang: str
    ordinal: bool
    caveats: tuple[Caveat, ...]

    @classmethod
    def of(
        cls,
        data: Responses | pd.DataFrame,
        forecast: str,
        actual: str,
        items: Iterable[str] | None,
        own: str | None,
        link: str | None,
        perspective: str | None,
        scale: ScaleLike | Mapping[str, ScaleLike] | None,
        missing: Missing | None,
        reversed: Iterable[str],
    ) -> _Sides:
        source = Source.of(data)
        survey = source.survey
        if survey is None and perspective is None:
            what = "A plain frame does not say who answered."
            allowed = f"perspective= one of {listing(source.frame.columns)}"
            raise ArgumentError(Fault(code="calibration.no-perspective", what=what, allowed=allowed))
        who = source.key(PERSPECTIVE if survey is not None else str(perspective)).astype(object)
        _known(forecast, actual, own, survey, list(dict.fromkeys(who.dropna())))
        chosen = _items(source, survey, forecast, actual, items)
        own = own or _same_role(survey, forecast, set(who))
        scored = score(
            data if isinstance(data, Responses) else source.frame,
            constructs={item: [item] for item in chosen},
            perspective=perspective,
            reversed=reversed,
            scale=scale,
            missing=missing,
        )
        wide = scored.frame.pivot(index="row", columns="construct", values="score")
        wide = wide.reindex(index=range(len(source.frame)), columns=chosen)
        forecasts = wide[who == forecast]
        selves = pd.DataFrame(math.nan, index=forecasts.index, columns=chosen)
        if link is not None and own is not None:
            selves = _linked(source.key(link), wide, who == forecast, who == own)
        return cls(
            items=chosen,
            forecasts=forecasts,
            answers=wide[who == actual],
            selves=selves,
            own=own,
            constructs={i: survey.items[i].construct if survey is not None else None for i in chosen},
            names=source.names,
            lang=source.lang,
            ordinal=survey is not None and any(survey.scale_of(i).level is Level.ORDINAL for i in chosen),
            caveats=scored.caveats,
        )


def _known(forecast: str, actual: str, own: str | None, survey: Survey | None, valid: Sequence[str]) -> None:
    asked = [forecast, actual, *([own] if own else [])]
    faults = [
        unknown_name("calibration.unknown-perspective", "perspective in the data", p, valid)
        for p in asked
        if p not in valid
    ]
    if len(set(asked)) < len(asked):
        what = "Forecast, answers and own view are different perspectives."
        faults.append(Fault(code="calibration.same-perspective", what=what, given=listing(asked)))
    if survey is not None and forecast in survey.perspectives:
        predicts = survey.perspectives[forecast].predicts
        if predicts is not None and predicts != actual:
            what = f"In the survey, {forecast!r} predicts another perspective."
            faults.append(Fault(code="calibration.predicts", what=what, given=actual, allowed=predicts))
    if faults:
        raise ArgumentError(*faults)


def _items(source: Source, survey: Survey | None, forecast: str, actual: str, items: Iterable[str] | None) -> list[str]:
    if isinstance(items, str):
        items = [items]
    if survey is None:
        if not items:
            what = "A plain frame does not say which columns were forecast."
            raise ArgumentError(Fault(code="calibration.no-items", what=what, allowed="items=['column a', ...]"))
        return list(dict.fromkeys(items))
    both = [i.id for i in survey.mirrored(forecast, actual) if i.id in source.frame and survey.scale_of(i.id).is_range]
    chosen = list(dict.fromkeys(items)) if items else both
    faults = [unknown_name("calibration.unknown-item", "item asked of both", i, both) for i in chosen if i not in both]
    if not chosen:
        what = "There is no item that both are asked."
        faults.append(Fault(code="calibration.no-items", what=what, given=listing([forecast, actual])))
    if faults:
        raise ArgumentError(*faults)
    return chosen


def _same_role(survey: Survey | None, forecast: str, present: set[Any]) -> str | None:
    """Return the perspective in which people of the same role answered for themselves."""
    if survey is None:
        return None
    role = survey.perspectives[forecast].role
    others = (k for k, p in survey.perspectives.items() if p.role == role and p.predicts is None and k != forecast)
    return next((k for k in others if k in present), None)


def _linked(keys: pd.Series, wide: pd.DataFrame, mine: pd.Series, selves: pd.Series) -> pd.DataFrame:
    """Return the own answers of the forecasters, in the rows of their forecasts."""
    for side in (mine, selves):
        named = keys[side].dropna()
        if named.duplicated().any():
            twice = listing(named[named.duplicated()].unique())
            what = "A person may stand in a perspective only once."
            raise ArgumentError(Fault(code="calibration.link-twice", what=what, given=twice))
    theirs = wide[selves & keys.notna()]
    theirs = theirs.set_index(keys[theirs.index].astype(str))
    found = theirs.reindex(keys[mine].map(str, na_action="ignore"))
    return found.set_index(wide[mine].index)


def _row(
    sides: _Sides, item: str, tolerance: float, level: float, minimum_cell: int
) -> tuple[dict[str, Any], Estimate | None]:
    guesses, answers = (side[item].dropna().to_numpy(dtype=float) for side in (sides.forecasts, sides.answers))
    head: dict[str, Any] = {"item": item, "construct": sides.constructs[item], **dict.fromkeys(NUMBERS, math.nan)}
    hidden = dict.fromkeys(("n_forecast", "n_actual", "n_linked"))
    if min(len(guesses), len(answers)) < minimum_cell:
        return {**head, **hidden, "tolerance": tolerance, "reason": "minimum_cell"}, None
    try:
        bias = mean_difference(guesses, answers, level)
    except NotEnoughData as error:
        return {**head, **hidden, "tolerance": tolerance, "reason": error.codes[0]}, None
    actual = mean(answers, level)
    off = np.abs(guesses - actual.value)
    hit = proportion(int((off <= tolerance + 1e-9).sum()), len(guesses), level)
    row = {
        **head,
        "forecast_mean": float(guesses.mean()),
        "actual_mean": actual.value,
        "actual_low": actual.low,
        "actual_high": actual.high,
        "bias": bias.value,
        "ci_low": bias.low,
        "ci_high": bias.high,
        "mae": float(off.mean()),
        "within": hit.value,
        "within_low": hit.low,
        "within_high": hit.high,
        **hidden,
        "n_forecast": len(guesses),
        "n_actual": len(answers),
        "tolerance": tolerance,
        "reason": "",
    }
    both = sides.forecasts[item].notna() & sides.selves[item].notna()
    if both.sum() >= minimum_cell:
        mine, own = (side.loc[both, item].to_numpy(dtype=float) for side in (sides.forecasts, sides.selves))
        own_mae = float(np.abs(own - actual.value).mean())
        if own_mae > 0:
            row |= {"own_mae": own_mae, "skill": 1 - float(np.abs(mine - actual.value).mean()) / own_mae}
            row["n_linked"] = int(both.sum())
    return row, bias


def _judged(
    frame: pd.DataFrame, biases: Sequence[Estimate | None], margin: float, level: float, method: str
) -> pd.DataFrame:
    judged = judge(biases, margin, level, method)
    for name in ("p", "p_equivalence", "p_beyond"):
        frame[name] = getattr(judged, name)
        frame[f"{name}_adjusted"] = getattr(judged, f"{name}_adjusted")
    for name in ("n_forecast", "n_actual", "n_linked"):
        frame[name] = frame[name].astype("Int64")
    frame["margin"], frame["relevance"] = margin, list(judged.relevance)
    frame["verdict"] = [WORDS.get(v, v) for v in judged.verdict]
    return frame[[*(c for c in frame if c != "reason"), "reason"]]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Drawn:
    """Bias and errors in bootstrap samples of forecasters and customers: draws x items."""

    bias: np.ndarray
    mae: np.ndarray  # of the linked forecasts
    own: np.ndarray  # of the own answers of the same people

    @classmethod
    def of(cls, sides: _Sides, items: Sequence[str], seed: int) -> _Drawn:
        rng = np.random.default_rng(seed)
        columns = list(items)
        guesses = np.hstack([sides.forecasts[columns].to_numpy(float), sides.selves[columns].to_numpy(float)])
        guesses, answers = _sorted(guesses), _sorted(sides.answers[columns].to_numpy(float))
        drawn = np.vstack([_means(answers, w) for w in resampling_weights(len(answers), DRAWS, rng)])
        weights = np.vstack(list(resampling_weights(len(guesses), DRAWS, rng)))
        k = len(columns)
        mine, own = guesses[:, :k], guesses[:, k:]
        linked = ~np.isnan(mine) & ~np.isnan(own)
        errors = [np.full((DRAWS, k), np.nan), np.full((DRAWS, k), np.nan)]
        for j in range(k):
            rows = linked[:, j]
            count = weights[:, rows].sum(axis=1)
            for out, side in zip(errors, (mine, own), strict=True):
                off = np.abs(side[rows, j][None, :] - drawn[:, j][:, None])
                np.divide((weights[:, rows] * off).sum(axis=1), count, out=out[:, j], where=count > 0)
        return cls(bias=_means(mine, weights) - drawn, mae=errors[0], own=errors[1])

    def skill(self, at: Sequence[int], level: float) -> tuple[float, float]:
        """Interval of the skill over some items."""
        own = self.own[:, list(at)].mean(axis=1)
        mae = self.mae[:, list(at)].mean(axis=1)
        drawn = 1 - np.divide(mae, own, out=np.full(len(own), np.nan), where=own > 0)
        return _bounds(drawn, level)


def _overall(table: pd.DataFrame, drawn: _Drawn, level: float) -> pd.DataFrame:
    low, high = _bounds(drawn.bias.mean(axis=1), level)
    row: dict[str, Any] = {"items": len(table), "bias": float(table["bias"].mean()), "ci_low": low, "ci_high": high}
    row |= {"mae": float(table["mae"].mean()), "within": float(table["within"].mean())}
    row |= dict.fromkeys(("own_mae", "skill", "skill_low", "skill_high"), math.nan)
    linked = np.flatnonzero(table["n_linked"].notna().to_numpy())
    if len(linked):
        part = table.iloc[linked]
        own = part["own_mae"].to_numpy(dtype=float)
        mine = (1 - part["skill"].to_numpy(dtype=float)) * own
        row |= {"own_mae": float(own.mean()), "skill": 1 - float(mine.mean() / own.mean())}
        row["skill_low"], row["skill_high"] = drawn.skill(linked.tolist(), level)
    for name in ("n_forecast", "n_actual", "n_linked"):
        row[name] = int(table[name].max()) if table[name].notna().any() else None
    frame = pd.DataFrame([row])
    frame[["n_forecast", "n_actual", "n_linked"]] = frame[["n_forecast", "n_actual", "n_linked"]].astype("Int64")
    return frame


def _caveats(sides: _Sides, table: pd.DataFrame, link: str | None, minimum_cell: int) -> tuple[Caveat, ...]:
    out = list(sides.caveats)
    if sides.ordinal:
        out.append(Caveat(code="ordinal_as_interval"))
    left = int((table["verdict"] == NOT_REPORTABLE).sum())
    if left:
        values = {"n": left, "of": len(table), "cell": minimum_cell}
        out.append(Caveat(code="calibration_not_reportable", severity="warning", values=values))
    if link and table["n_linked"].isna().all():
        out.append(Caveat(code="calibration_not_linked", severity="warning", values={"link": link}))
    return tuple(out)


def _sorted(x: np.ndarray) -> np.ndarray:
    """Order rows by their values, so that the draws do not depend on the order of the file."""
    return x[np.lexsort(np.nan_to_num(x, nan=-np.inf).T)]


def _means(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    known = ~np.isnan(x)
    count = weights @ known.astype(float)
    total = weights @ np.where(known, x, 0.0)
    out = np.full(total.shape, np.nan)
    np.divide(total, count, out=out, where=count > 0)
    return out


def _bounds(drawn: np.ndarray, level: float) -> tuple[float, float]:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return math.nan, math.nan
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _check(margin: float, tolerance: float, level: float, minimum_cell: int) -> None:
    faults = []
    for name, value, what in (
        ("margin", margin, "The margin is the smallest bias that matters."),
        ("tolerance", tolerance, "The tolerance says how far a forecast may be off to count as a hit."),
    ):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            fault = Fault(code=f"calibration.{name}", what=what, given=value, allowed="a number above 0, in points")
            faults.append(fault)
    if not isinstance(level, float) or not 0.5 < level < 1:
        what = "This is no confidence level."
        faults.append(Fault(code="calibration.level", what=what, given=level, allowed="0.5 to 1"))
    if isinstance(minimum_cell, bool) or not isinstance(minimum_cell, int) or minimum_cell < 2:
        what = "A minimum cell is a number of people."
        faults.append(Fault(code="calibration.minimum-cell", what=what, given=minimum_cell, allowed="2, 3, ..."))
    if faults:
        raise ArgumentError(*faults)
