"""What is held important against what is done: level by level, and over all levels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.analysis.maturity.levels import ACTION, IMPORTANCE
from cxresearch.errors import NotEnoughData
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean, paired_difference
from cxresearch.stats.verdict import NOT_REPORTABLE, Judgement, judge

LIP_SERVICE = {"inside_higher": "lip_service", "inside_lower": "ahead"}


def level_table(
    wide: pd.DataFrame, steps: Sequence[str], margin: float, level: float, method: str, minimum_cell: int
) -> tuple[pd.DataFrame, Judgement | None]:
    """Return a row a level, judged as one family; no judgement where no level has both sides."""
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


def index_table(
    wide: pd.DataFrame, steps: Sequence[str], margin: float, level: float, minimum_cell: int
) -> pd.DataFrame:
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
    verdicts = [LIP_SERVICE.get(v, v) for v in judged.verdict]
    return frame.assign(**judged.p_values, relevance=list(judged.relevance), verdict=verdicts)
