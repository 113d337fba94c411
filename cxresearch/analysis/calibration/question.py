"""The question: do they know what customers will answer?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.analysis.calibration.bootstrap import Drawn
from cxresearch.analysis.calibration.result import WORDS, Calibration
from cxresearch.analysis.calibration.sides import Sides
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat
from cxresearch.stats.bca import percentile_bounds
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean, mean_difference
from cxresearch.stats.proportion import proportion
from cxresearch.stats.thresholds import level_faults, margin_faults, minimum_cell_faults
from cxresearch.stats.verdict import NOT_REPORTABLE, judge

NUMBERS = (
    "forecast_mean", "actual_mean", "actual_low", "actual_high", "bias", "ci_low", "ci_high", "mae", "within",
    "within_low", "within_high", "own_mae", "skill", "skill_low", "skill_high",
)  # fmt: skip


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
    sides = Sides.of(
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
    drawn = Drawn.of(sides, shown, seed)
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


def _row(
    sides: Sides, item: str, tolerance: float, level: float, minimum_cell: int
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
    frame = frame.assign(**judged.p_values)
    for name in ("n_forecast", "n_actual", "n_linked"):
        frame[name] = frame[name].astype("Int64")
    frame["margin"], frame["relevance"] = margin, list(judged.relevance)
    frame["verdict"] = [WORDS.get(v, v) for v in judged.verdict]
    return frame[[*(c for c in frame if c != "reason"), "reason"]]


def _overall(table: pd.DataFrame, drawn: Drawn, level: float) -> pd.DataFrame:
    low, high = percentile_bounds(drawn.bias.mean(axis=1), level)
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


def _caveats(sides: Sides, table: pd.DataFrame, link: str | None, minimum_cell: int) -> tuple[Caveat, ...]:
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


def _check(margin: float, tolerance: float, level: float, minimum_cell: int) -> None:
    hit = "The tolerance says how far a forecast may be off to count as a hit."
    faults = [
        *margin_faults("calibration.margin", "The margin is the smallest bias that matters.", margin),
        *margin_faults("calibration.tolerance", hit, tolerance),
        *level_faults("calibration.level", level),
        *minimum_cell_faults("calibration.minimum-cell", minimum_cell),
    ]
    if faults:
        raise ArgumentError(*faults)
