"""The question: was it as people expected, and does that matter?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import overload

import numpy as np
import pandas as pd

from cxresearch.analysis.expectation.fit import LEAST_APART, PER_COEFFICIENT, Fit, fit_surface
from cxresearch.analysis.expectation.fulfilment import Expectation
from cxresearch.analysis.expectation.gaps import FEW, NOT_REPORTABLE, gap_table, overall_table, reasons
from cxresearch.analysis.expectation.pairs import Pairs, read_outcome, read_pairs
from cxresearch.analysis.expectation.surface import ExpectationSurface
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat

SMALL = 20
FAR = 1.5  # standard deviations between midpoint and average answer
COEFFICIENTS = 6


@overload
def expectation(
    data: Responses | UnitScores | pd.DataFrame,
    *,
    expected: str | Sequence[str],
    experienced: str | Sequence[str],
    outcome: None = None,
    midpoint: float | None = None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    cluster: str | None = None,
    errors: str = "hc3",
    adjust: str = "holm",
    minimum_cell: int = 2,
    level: float = 0.95,
) -> Expectation: ...


@overload
def expectation(
    data: Responses | UnitScores | pd.DataFrame,
    *,
    expected: str | Sequence[str],
    experienced: str | Sequence[str],
    outcome: str,
    midpoint: float | None = None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    cluster: str | None = None,
    errors: str = "hc3",
    adjust: str = "holm",
    minimum_cell: int = 2,
    level: float = 0.95,
) -> ExpectationSurface: ...


def expectation(
    data: Responses | UnitScores | pd.DataFrame,
    *,
    expected: str | Sequence[str],
    experienced: str | Sequence[str],
    outcome: str | None = None,
    midpoint: float | None = None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    cluster: str | None = None,
    errors: str = "hc3",
    adjust: str = "holm",
    minimum_cell: int = 2,
    level: float = 0.95,
) -> Expectation | ExpectationSurface:
    """Compare what people experienced with what they expected, and ask what an outcome goes with.

    Without `outcome`: expectation, experience and their gap for each pair of items.  With it:
    the outcome over both, by polynomial regression with its response surface, because a
    difference as a predictor would hide which of the two sides counts.

    Parameters
    ----------
    data : Responses, UnitScores or DataFrame
    expected, experienced : str or list of str
        Columns with what was expected and what was experienced, in the same order, on one scale.
    outcome : str, optional
        Column that both may go with, such as satisfaction; several pairs are averaged for it.
    midpoint : float, optional
        Point that the surface is described at; by default the middle of the scale.
    scale : (low, high) or dict, optional
        For a plain frame: what the answers may be, for all items or per column.  A single pair of
        ends is that of the items, not of the outcome.
    missing : list or dict, optional
        Codes that are no answer, for all columns or per column.
    cluster : str, optional
        Column with clusters (branch, interviewer) for the standard errors.
    errors : {"hc3", "ols"}
        Standard errors of the surface; HC3 holds for answers whose spread differs and does not let
        single respondents decide, "ols" is what most published surfaces use.
    adjust : {"holm", "bh", "bonferroni", "by", "none"}
        Adjustment over all pairs of the table as one family.
    minimum_cell : int
        Pairs answered by fewer respondents are not reported.
    level : float
        Confidence level; tests use ``1 - level``.

    Returns
    -------
    Expectation
        ``table``, a row a pair: item, expected, experienced, expected_mean, experienced_mean,
        difference (experienced minus expected), ci_low, ci_high, se, df, t, p, p_adjusted,
        effect_size, effect_low, effect_high, shares exceeded, met, missed with their intervals,
        verdict (missed, exceeded, open, not_reportable), n, n_dropped, reason; ``overall``.
    ExpectationSurface
        With `outcome`; ``table``, a row a term: term, estimate, se, ci_low, ci_high, p.

    Raises
    ------
    ArgumentError
        Unknown columns, columns that are no ratings, pairs that do not fit, different scales
        (``expectation.pairs``, ``expectation.scales``, ``expectation.not-rated``,
        ``expectation.outcome``), no midpoint (``expectation.midpoint``).
    NotEnoughData
        When no pair can be reported (``expectation.nothing-reportable``); for the surface also
        when fewer than 10 % of the respondents have expectation and experience apart
        (``expectation.no-discrepancy``).

    Notes
    -----
    Gap: paired t, Hedges g_av, shares with Wilson intervals (with clusters Taylor linearisation).
    Gaps of this kind are criticised: they are negative by construction where expectations reach
    the top of the scale, and unreliable as scores (Cronin & Taylor 1992; Teas 1993; Edwards 2001).
    Surface: Edwards & Parry 1993; conditions of congruence after Humberg, Nestler & Back 2019;
    discrepancy rule after Fleenor et al. 1996.

    Examples
    --------
    >>> frame = pd.DataFrame({"exp": [5, 5, 4, 5, 4, 5], "per": [3, 4, 4, 3, 4, 2]})
    >>> result = expectation(frame, expected="exp", experienced="per", scale=(1, 5))
    >>> result.table[["difference", "missed", "verdict"]].round(2).to_dict("records")
    [{'difference': -1.33, 'missed': 0.67, 'verdict': 'missed'}]
    """
    outcome, cluster = outcome or None, cluster or None
    _check(level, minimum_cell)
    pairs, source = read_pairs(data, expected, experienced, scale=scale, missing=missing, cluster=cluster)
    if outcome is None:
        return _gaps(pairs, cluster, adjust, minimum_cell, level)
    middle = _midpoint(midpoint, pairs)
    answer = _surface(pairs, source, outcome, middle, errors, scale, missing, cluster, minimum_cell, level)
    if isinstance(data, UnitScores):
        unknown = Caveat(code="comparability_unknown", severity="warning")
        return replace(answer, caveats=(unknown, *answer.caveats))
    return answer


def _gaps(pairs: Pairs, cluster: str | None, adjust: str, minimum_cell: int, level: float) -> Expectation:
    table = gap_table(pairs, adjust=adjust, level=level, minimum_cell=minimum_cell)
    lost = table["verdict"] == NOT_REPORTABLE
    if lost.all():
        raise NotEnoughData(
            Fault(
                code="expectation.nothing-reportable",
                what="No pair of items has enough answers on both sides that differ.",
                given=f"{len(table)} pairs, reasons: {listing(reasons(table))}",
                allowed=f"at least {max(2, minimum_cell)} respondents, and gaps that vary",
            )
        )
    caveats = _unique(pairs.caveats)
    caveats.append(Caveat(code="difference_scores"))
    if pairs.ceiling > 0:
        severity = "warning" if pairs.ceiling >= 1 / 3 else "note"
        values = {"share": pairs.ceiling}
        caveats.append(Caveat(code="expectation_ceiling", severity=severity, values=values))  # type: ignore[arg-type]
    if lost.any():
        values = {"n": int(lost.sum()), "of": len(table), "cell": minimum_cell}
        caveats.append(Caveat(code="pairs_not_reportable", severity="warning", values=values))
    smallest = int(table.loc[~lost, "n"].min())
    if smallest < SMALL:
        caveats.append(Caveat(code="few_answers", severity="warning", values={"n": smallest}))
    several = len(table) > 1
    # with the others in it, the total would tell what the few who answered them said
    told = replace(pairs, pairs=tuple(p for p, why in zip(pairs.pairs, table["reason"], strict=True) if why != FEW))
    return Expectation(
        table=table,
        overall=overall_table(told, level=level, minimum_cell=minimum_cell) if several else None,
        caveats=tuple(caveats),
        names=pairs.names,
        lang=pairs.lang,
        level=level,
        adjust=adjust,
        cluster=cluster,
        ends=pairs.ends,
    )


def _surface(
    pairs: Pairs,
    source: Source,
    outcome: str,
    midpoint: float,
    errors: str,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    cluster: str | None,
    minimum_cell: int,
    level: float,
) -> ExpectationSurface:
    columns = [c for pair in pairs.pairs for c in (pair.expected, pair.experienced)]
    z, found = read_outcome(source, outcome, columns, scale, missing)
    x, y = pairs.overall()
    usable = np.isfinite(x) & np.isfinite(y) & np.isfinite(z)
    n = int(usable.sum())
    if n < max(minimum_cell, COEFFICIENTS + 1):
        raise NotEnoughData(
            Fault(
                code="expectation.too-few",
                what="A response surface has six coefficients; too few respondents answered all of it.",
                given=n,
                allowed=f"at least {max(minimum_cell, COEFFICIENTS + 1)}",
            )
        )
    x, y, z = x[usable], y[usable], z[usable]
    groups = None if pairs.clusters is None else pairs.clusters[usable]
    fit = fit_surface(x, y, z, midpoint=midpoint, errors=errors, clusters=groups, level=level)
    fit.summary["n_dropped"] = len(usable) - n
    caveats = _unique([*pairs.caveats, *found, *_surface_caveats(fit, n)])
    if groups is None and (other := _other_errors(fit, x, y, z, midpoint, errors, level)):
        caveats.append(other)
    caveats.append(Caveat(code="surface_no_cause"))
    return ExpectationSurface(
        table=fit.table,
        slopes=fit.slopes,
        congruence=fit.congruence,
        axes=fit.axes,
        discrepancy=fit.discrepancy,
        summary=fit.summary,
        points=pd.DataFrame({"x": x, "y": y}).sort_values(["x", "y"], ignore_index=True),
        outcome=outcome,
        expected=tuple(pair.expected for pair in pairs.pairs),
        experienced=tuple(pair.experienced for pair in pairs.pairs),
        caveats=tuple(caveats),
        names=pairs.names,
        lang=pairs.lang,
        level=level,
        errors=str(fit.summary["errors"].iloc[0]),
        cluster=cluster,
        ends=pairs.ends,
    )


def _surface_caveats(fit: Fit, n: int) -> list[Caveat]:
    caveats = []
    if n < PER_COEFFICIENT * COEFFICIENTS:
        caveats.append(Caveat(code="surface_small", severity="warning", values={"n": n}))
    common = fit.discrepancy.set_index("unit").loc["common"]
    for side, column in (("above", "more"), ("below", "less")):
        if common[column] < LEAST_APART:
            values = {"share": common[column]}
            caveats.append(Caveat(code=f"surface_few_{side}", severity="warning", values=values))
    row = fit.summary.iloc[0]
    for side in ("expected", "experienced"):
        if abs(row[f"{side}_mean"] - row["midpoint"]) > FAR * row[f"{side}_sd"]:
            values = {"midpoint": row["midpoint"], "mean": row[f"{side}_mean"]}
            caveats.append(Caveat(code=f"surface_far_{side}", values=values))
    return caveats


def _other_errors(
    fit: Fit, x: np.ndarray, y: np.ndarray, z: np.ndarray, midpoint: float, errors: str, level: float
) -> Caveat | None:
    """Return a warning when the other kind of standard errors leads to another pattern."""
    other = "ols" if errors == "hc3" else "hc3"
    try:
        second = fit_surface(x, y, z, midpoint=midpoint, errors=other, clusters=None, level=level)
    except NotEnoughData:
        return None
    one, two = (part.summary["pattern"].iloc[0] for part in (fit, second))
    return None if one == two else Caveat(code=f"surface_fragile_{errors}", severity="warning")


def _midpoint(given: float | None, pairs: Pairs) -> float:
    if given is not None:
        return given
    if pairs.ends is None:
        raise ArgumentError(
            Fault(
                code="expectation.midpoint",
                what="A surface is described at the middle of the scale, and no scale is declared.",
                allowed="scale=(1, 7), or midpoint=4",
            )
        )
    return sum(pairs.ends) / 2


def _unique(caveats: Sequence[Caveat]) -> list[Caveat]:
    out: list[Caveat] = []
    for caveat in caveats:
        if caveat not in out:
            out.append(caveat)
    return out


def _check(level: float, minimum_cell: int) -> None:
    faults = []
    if not isinstance(level, float) or not 0.5 < level < 1:
        what = "This is no confidence level."
        faults.append(Fault(code="expectation.level", what=what, given=level, allowed="0.5 to 1"))
    if isinstance(minimum_cell, bool) or not isinstance(minimum_cell, int) or minimum_cell < 1:
        what = "A minimum cell is a count."
        faults.append(Fault(code="expectation.minimum-cell", what=what, given=minimum_cell, allowed="1, 2, ..."))
    if faults:
        raise ArgumentError(*faults)
