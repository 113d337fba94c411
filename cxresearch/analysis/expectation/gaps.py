"""From pairs of answers to gaps: what was experienced minus what was expected."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats as distributions

from cxresearch.analysis.expectation.pairs import Pair, Pairs
from cxresearch.errors import Fault, NotEnoughData
from cxresearch.stats.adjust import adjust as adjust_p
from cxresearch.stats.effect import hedges_g_paired, standardised_difference
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import paired_difference
from cxresearch.stats.proportion import proportion, weighted_proportion
from cxresearch.stats.weights import linearised_mean

VERDICTS = ("missed", "exceeded", "open")
NOT_REPORTABLE = "not_reportable"
FEW = "minimum_cell"
NUMBERS = ("difference", "ci_low", "ci_high", "se", "df", "t", "p", "effect_size", "effect_low", "effect_high")
SHARES = ("exceeded", "met", "missed")
_EQUAL = 1e-9  # means of answers that differ by less are the same


def gap_table(pairs: Pairs, *, adjust: str, level: float, minimum_cell: int) -> pd.DataFrame:
    """Compute all pairs and adjust over them as one family."""
    rows = []
    for pair in pairs.pairs:
        names = {"item": pair.experienced, "expected": pair.expected, "experienced": pair.experienced}
        rows.append({**names, **_row(pair, pairs.clusters, level, minimum_cell)})
    table = pd.DataFrame(rows)
    table.insert(list(table).index("p") + 1, "p_adjusted", adjust_p(table["p"].to_numpy(dtype=float), adjust))
    table["verdict"] = [_verdict(row, "p_adjusted", level) for row in table.to_dict("records")]
    for name in ("n", "n_dropped"):
        table[name] = table[name].astype("Int64")
    return table


def overall_table(pairs: Pairs, *, level: float, minimum_cell: int) -> pd.DataFrame:
    """Compute the gap of each person's means over all pairs."""
    e, p = pairs.overall()
    row = _row(Pair(expected="", experienced="", e=e, p=p), pairs.clusters, level, minimum_cell)
    row["verdict"] = _verdict(row, "p", level)
    table = pd.DataFrame([{"items": len(pairs.pairs), **row}])
    for name in ("n", "n_dropped"):
        table[name] = table[name].astype("Int64")
    return table


def _row(pair: Pair, clusters: np.ndarray | None, level: float, minimum_cell: int) -> dict[str, Any]:
    both = np.isfinite(pair.e)
    e, p = pair.e[both], pair.p[both]
    groups = None if clusters is None else clusters[both]
    n = int(both.sum())
    shares = [f"{name}{end}" for name in SHARES for end in ("", "_low", "_high")]
    names = ("expected_mean", "experienced_mean", *NUMBERS, *shares)
    row: dict[str, Any] = {**dict.fromkeys(names, math.nan), "n": n, "n_dropped": len(both) - n, "reason": ""}
    if n < minimum_cell:
        # the counts of a suppressed gap are suppressed with it
        return row | {"n": None, "n_dropped": None, "reason": FEW}
    if n == 0:
        return row | {"reason": "stats.too-few"}
    row |= {"expected_mean": float(e.mean()), "experienced_mean": float(p.mean())}
    try:
        row |= _shares(p - e, groups, level)
        row |= _numbers(e, p, groups, level)
    except NotEnoughData as error:
        row |= {"reason": error.codes[0]}
    return row


def _numbers(e: np.ndarray, p: np.ndarray, groups: np.ndarray | None, level: float) -> dict[str, float]:
    if groups is None:
        difference, effect = paired_difference(p, e, level), _effect(p, e, level)
    else:
        difference = linearised_mean(p - e, clusters=groups.astype(str), level=level)
        if not difference.se:
            raise NotEnoughData(Fault(code="stats.no-variance", what="All pairs differ by the same amount."))
        effect = _clustered_effect(difference, p, e)
    se, df = difference.se or math.nan, difference.df or math.nan
    t = difference.value / se
    numbers = (difference.value, difference.low, difference.high, se, df, t, 2 * float(distributions.t.sf(abs(t), df)))
    sizes = (math.nan,) * 3 if effect is None else (effect.value, effect.low, effect.high)
    return dict(zip(NUMBERS, (*numbers, *sizes), strict=True))


def _effect(p: np.ndarray, e: np.ndarray, level: float) -> Estimate | None:
    """Return no effect size for two pairs, which have a difference but no interval of an effect."""
    return hedges_g_paired(p, e, level) if len(p) > 2 else None


def _clustered_effect(difference: Estimate, p: np.ndarray, e: np.ndarray) -> Estimate | None:
    spread = math.sqrt((float(p.var(ddof=1)) + float(e.var(ddof=1))) / 2)
    return standardised_difference(difference, spread) if spread > 0 else None


def _shares(gap: np.ndarray, groups: np.ndarray | None, level: float) -> dict[str, float]:
    parts = {"exceeded": gap > _EQUAL, "met": np.abs(gap) <= _EQUAL, "missed": gap < -_EQUAL}
    out: dict[str, float] = {}
    for name, part in parts.items():
        if groups is None:
            share = proportion(int(part.sum()), part.size, level)
        else:
            share = weighted_proportion(part.astype(float), level=level, clusters=groups.astype(str))
        out |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    return out


def _verdict(row: Mapping[Any, Any], p: str, level: float) -> str:
    if row["reason"]:
        return NOT_REPORTABLE
    if not row[p] < 1 - level:
        return "open"
    return "exceeded" if row["difference"] > 0 else "missed"


def reasons(table: pd.DataFrame) -> Sequence[str]:
    """Return why pairs are not reported."""
    return sorted(set(table["reason"]) - {""})
