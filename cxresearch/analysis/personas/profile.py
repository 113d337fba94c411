"""Who they are: every persona against the rest, on what grouped them and on what did not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.input import Variable
from cxresearch.errors import NotEnoughData
from cxresearch.privacy import hidden
from cxresearch.stats.adjust import adjust
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean_difference, weighted_mean_difference
from cxresearch.stats.proportion import equal_shares, proportion_difference
from cxresearch.stats.verdict import two_sided

COLUMNS = (
    "persona", "item", "answer", "role", "value", "rest", "average", "difference", "ci_low", "ci_high", "distance",
    "distance_low", "distance_high", "p", "p_adjusted", "typical", "n",
)  # fmt: skip


def profile_table(
    variables: Sequence[Variable],
    roles: Sequence[str],
    members: np.ndarray,
    k: int,
    *,
    weights: np.ndarray | None,
    level: float,
    method: str,
    minimum_cell: int,
) -> pd.DataFrame:
    """Compare each persona with everybody else.

    Parameters
    ----------
    variables : sequence of Variable
    roles : sequence of {"grouping", "describing"}
        Whether a variable made the personas. Those differ by construction, so they get an interval as a
        description and no p-value.
    members : ndarray of int
        Persona of each row, 0 where there is none.
    k : int
    weights : ndarray, optional
    level : float
    method : str
        Adjustment over all tests of describing variables as one family.
    minimum_cell : int
        Below so many answers on either side nothing is shown, nor the smallest other persona where the average of
        all would give such a one away.

    Returns
    -------
    DataFrame
        A row a persona, item and, for categories, answer: mean or share of the persona (`value`), of the rest and of
        all, their difference with interval; `distance` is the value's distance from the average in standard
        deviations of all; `typical` says that the interval does not hold zero and the distance is at least 0.2.
    """
    rows: list[dict[str, Any]] = []
    sizes = {p: int((members == p).sum()) for p in range(1, k + 1)}
    for variable, role in zip(variables, roles, strict=True):
        for answer, values in _measures(variable):
            usable = ~np.isnan(values) & (members > 0)
            if weights is not None:
                usable &= weights > 0
            few = max(2, minimum_cell)
            counts = {p: int((usable & (members == p)).sum()) for p in range(1, k + 1)}
            gone = hidden(counts, sizes, few)
            for persona in range(1, k + 1):
                rest = sum(counts.values()) - counts[persona]
                if persona in gone or 0 < rest < few:
                    row = _empty()
                else:
                    row = _row(values, usable, members == persona, weights, answer is not None, level)
                rows.append({"persona": persona, "item": variable.name, "answer": answer, "role": role, **row})
    frame = pd.DataFrame(rows)
    tested = (frame["role"] == "describing").to_numpy()
    frame["p"] = np.where(tested, frame["p"].to_numpy(dtype=float), math.nan)
    frame["p_adjusted"] = adjust(frame["p"].to_numpy(dtype=float), method)
    frame["n"] = frame["n"].astype("Int64")
    return frame[list(COLUMNS)]


def _measures(variable: Variable) -> list[tuple[Any, np.ndarray]]:
    """Return what is averaged: the answers themselves, or for categories whether each was given."""
    values = variable.column.values
    if variable.kind != "category":
        return [(None, values.to_numpy(dtype=float, na_value=np.nan))]
    seen = values.notna().to_numpy()
    return [(code, np.where(seen, (values == code).to_numpy(dtype=float), np.nan)) for code in variable.codes]


def _empty() -> dict[str, Any]:
    empty: dict[str, Any] = {
        "value": math.nan,
        "rest": math.nan,
        "average": math.nan,
        "typical": False,
        "p": math.nan,
        "n": None,
    }
    empty |= dict.fromkeys(("difference", "ci_low", "ci_high", "distance", "distance_low", "distance_high"), math.nan)
    return empty


def _row(
    values: np.ndarray,
    usable: np.ndarray,
    inside: np.ndarray,
    weights: np.ndarray | None,
    is_share: bool,
    level: float,
) -> dict[str, Any]:
    here, there = usable & inside, usable & ~inside
    average, spread = _moments(values[usable], None if weights is None else weights[usable])
    value, _ = _moments(values[here], None if weights is None else weights[here])
    row = _empty() | {"value": value, "average": average, "n": int(here.sum())}
    if not there.any():
        return row
    rest, _ = _moments(values[there], None if weights is None else weights[there])
    row["rest"] = rest
    try:
        found = _difference(values, here, there, weights, is_share, level)
        row["p"] = _p(found, values[here], values[there], is_share, weights is not None)
    except NotEnoughData:
        return row
    # the rest weighs (1 - share) of the average, so the distance from it is that share of the difference
    share = (average - value) / (rest - value) if rest != value else 1.0
    scale = share / spread if spread > 0 else math.nan
    row |= {"difference": found.value, "ci_low": found.low, "ci_high": found.high}
    row |= {"distance": found.value * scale, "distance_low": found.low * scale, "distance_high": found.high * scale}
    row["typical"] = bool((found.low > 0 or found.high < 0) and abs(found.value * scale) >= 0.2)
    return row


def _difference(
    values: np.ndarray, here: np.ndarray, there: np.ndarray, weights: np.ndarray | None, is_share: bool, level: float
) -> Estimate:
    if weights is not None:
        return weighted_mean_difference(
            values[here], values[there], weights_a=weights[here], weights_b=weights[there], level=level
        )
    if is_share:
        a, b = values[here], values[there]
        return proportion_difference(int(a.sum()), len(a), int(b.sum()), len(b), level)
    return mean_difference(values[here], values[there], level)


def _p(found: Estimate, own: np.ndarray, rest: np.ndarray, is_share: bool, weighted: bool) -> float:
    # with all or none of a side there is no variance, and with weights nothing to weigh
    if is_share and (not weighted or min(np.ptp(own), np.ptp(rest)) == 0):
        return equal_shares(int(own.sum()), len(own), int(rest.sum()), len(rest))
    return two_sided(found) if found.se else math.nan


def _moments(values: np.ndarray, weights: np.ndarray | None) -> tuple[float, float]:
    mean = float(np.average(values, weights=weights))
    return mean, math.sqrt(float(np.average((values - mean) ** 2, weights=weights)))
