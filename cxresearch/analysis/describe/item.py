"""One item: its row of means and shares, and the distribution of its answers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import NotEnoughData
from cxresearch.responses.source import Column
from cxresearch.result import plain
from cxresearch.stats.mean import mean
from cxresearch.stats.proportion import shares
from cxresearch.stats.weights import effective_n, linearised_mean
from cxresearch.survey.level import Level


def row_of(column: Column, usable: np.ndarray, w: np.ndarray | None, top: int, level: float) -> dict[str, Any]:
    """Return means, spread and top box of the usable answers; means are left out for nominal items."""
    n = int(usable.sum())
    row: dict[str, Any] = {
        "item": column.name,
        "measurement": str(column.level) if column.level else None,
        "scale": _ends(column),
        "n": n,
        "n_dropped": len(usable) - n,
        "n_effective": effective_n(w) if w is not None else float(n),
        **dict.fromkeys(("mean", "ci_low", "ci_high", "sd", "median", "top_box", "top_low", "top_high"), math.nan),
    }
    if not column.numeric or column.level is Level.NOMINAL:
        return row
    x = column.values.to_numpy(dtype=float)[usable]
    row |= {"mean": float(np.average(x, weights=w)), "median": _median(x, w)}
    if n >= 2:
        estimate = mean(x, level) if w is None else linearised_mean(x, w, level=level)
        row |= {"mean": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high, "sd": _sd(x, w)}
    codes = column.codes()
    if column.scale is not None and column.scale.is_range and len(codes) > top:
        chosen = np.isin(x, codes[-top:])
        try:
            share = shares(chosen, [True, False], w, level)[0]
            row |= {"top_box": share.value, "top_low": share.low, "top_high": share.high}
        except NotEnoughData:
            pass
    return row


def _ends(column: Column) -> str | None:
    """Return lowest and highest point of a declared numeric scale."""
    points = [code for code in column.codes() if isinstance(code, int | float)] if column.scale is not None else []
    if column.scale is not None and column.scale.low is not None:
        points = [point for point in (column.scale.low, column.scale.high) if point is not None]
    return f"{min(points):g}..{max(points):g}" if points else None


def _sd(x: np.ndarray, w: np.ndarray | None) -> float:
    if w is None:
        return float(x.std(ddof=1))
    centre = np.average(x, weights=w)
    n = len(x)
    return float(np.sqrt(np.average((x - centre) ** 2, weights=w) * n / (n - 1)))


def _median(x: np.ndarray, w: np.ndarray | None) -> float:
    if w is None:
        return float(np.median(x))
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(w[order]) / w.sum()
    return float(x[order][np.searchsorted(reached, 0.5)])


def distribution_of(column: Column, usable: np.ndarray, w: np.ndarray | None, level: float) -> pd.DataFrame:
    """Return the share of each code, and below the codes that are no answer, as shares of all respondents."""
    codes = column.codes()
    answers = column.values[usable]
    if len(codes) > 101:
        codes = []
    x = answers.to_numpy(dtype=float if column.numeric else object)
    try:
        estimates = shares(x, codes, w, level) if codes else []
    except NotEnoughData:
        estimates = []
        codes = []
    inside = pd.DataFrame(
        {
            "item": column.name,
            "code": pd.Series(codes, dtype=object),
            "in_base": True,
            "n": [int((x == c).sum()) for c in codes],
            "share": [e.value for e in estimates],
            "share_low": [e.low for e in estimates],
            "share_high": [e.high for e in estimates],
        }
    )
    total = len(column.values)
    reasons = {**column.missing, **column.outside}
    outside = pd.DataFrame(
        {
            "item": column.name,
            "code": pd.Series([plain(k) for k in reasons], dtype=object),
            "in_base": False,
            "n": list(reasons.values()),
            "share": [n / total for n in reasons.values()],
            "share_low": math.nan,
            "share_high": math.nan,
        }
    )
    parts = [part for part in (inside, outside) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else inside
