"""What departments have in common: agreement within them, and the customer picture that they share."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats as distributions

from cxresearch.analysis.silos.cells import Cells
from cxresearch.errors import NotEnoughData
from cxresearch.stats.adjust import adjust
from cxresearch.stats.agreement import rwg
from cxresearch.stats.association import kendalls_w
from cxresearch.stats.compare import welch_anova
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.icc import icc1, icc2
from cxresearch.stats.resample import drawn_means, in_order_of_values, resampling_weights

DRAWS = 2000
FEWEST = 3  # constructs for an order of ranks
AGREEMENT = (
    "construct", "n", "n_groups", "icc1", "icc1_low", "icc1_high", "icc2", "icc2_low", "icc2_high", "rwg",
    "rwg_skewed", "n_items", "f", "df", "df2", "p", "p_adjusted",
)  # fmt: skip


def agreement_table(cells: Cells, level: float, method: str) -> pd.DataFrame:
    """Return a row a construct: how much lies between departments, and how far their members agree."""
    frame = pd.DataFrame([_agreement(cells, c, level) for c in cells.constructs])
    frame["p_adjusted"] = adjust(frame["p"].to_numpy(dtype=float), method)
    return frame[list(AGREEMENT)]


def _agreement(cells: Cells, construct: str, level: float) -> dict[str, Any]:
    groups = cells.shown_groups(construct)
    parts = [cells.scores(g, construct) for g in groups]
    row: dict[str, Any] = dict.fromkeys(AGREEMENT, math.nan)
    row |= {"construct": construct, "n": sum(map(len, parts)), "n_groups": len(groups)}
    row["n_items"] = cells.items[construct].shape[1]
    if groups:
        row |= _within(cells, construct, groups)
    if len(groups) < 2:
        return row
    values, labels = np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(p) for p in parts])
    for name, compute in (("icc1", icc1), ("icc2", icc2)):
        with contextlib.suppress(NotEnoughData):
            row |= _with_bounds(name, compute(values, labels, level))
    if not row["icc1"] > 0:
        # the reliability of means between which nothing lies is not defined, and its formula runs to minus infinity
        row |= dict.fromkeys(("icc2", "icc2_low", "icc2_high"), math.nan)
    with contextlib.suppress(NotEnoughData):
        test = welch_anova(parts, level)
        row |= {"f": test.statistic, "df": test.df, "df2": test.df2, "p": test.p}
    return row


def _within(cells: Cells, construct: str, groups: Sequence[Any]) -> dict[str, float]:
    """Return the mean agreement within departments, of the people who answered all items."""
    points = cells.points[construct]
    if points is None:
        return {}
    answers = {g: cells.items[construct].reindex(cells.inside[g].index).dropna() for g in groups}
    full = {g: a for g, a in answers.items() if len(a) >= 2}
    if not full:
        return {}
    x = np.vstack([a.to_numpy(dtype=float) for a in full.values()])
    labels = np.repeat(np.arange(len(full)), [len(a) for a in full.values()])
    out = {"rwg": rwg(x, labels, points).spread.mean}
    if 5 <= points <= 11:
        out["rwg_skewed"] = rwg(x, labels, points, "slight").spread.mean
    return out


def common(shown: pd.DataFrame) -> tuple[list[Any], list[str]]:
    """Return the departments that are shown for most constructs, and the constructs shown for all of these.

    Examples
    --------
    >>> common(pd.DataFrame({"ease": [True, True, False], "trust": [True, True, False]}, index=["a", "b", "c"]))
    (['a', 'b'], ['ease', 'trust'])
    """
    groups = [g for g in shown.index if shown.loc[g].mean() >= 0.5]
    kept = shown.loc[groups].all()
    return groups, [str(c) for c in kept.index[kept]] if groups else []


def distances(cells: Cells, level: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return how far each department lies from the customers, the order of ranks, and the shared picture.

    All of it rests on the same constructs for every department, and on cells that are shown.
    """
    groups, constructs = common(cells.shown)
    columns = ["group", "n", "constructs", "bias", "bias_low", "bias_high", "distance", "distance_low",
               "distance_high", "rank_distance", "rank_correlation"]  # fmt: skip
    ranks = pd.DataFrame(columns=["group", "construct", "rank", "reference_rank"])
    if not constructs:
        return pd.DataFrame(columns=columns), ranks, pd.DataFrame(columns=["w"])
    rng = np.random.default_rng(seed)
    outside = _drawn(cells.outside[constructs], rng)
    inside = {g: _drawn(cells.inside[g][constructs], rng) for g in groups}
    ordered = len(constructs) >= FEWEST
    reference = _ranks(outside.means) if ordered else None
    rows = []
    for group in groups:
        rows.append({"group": group, "n": int(cells.inside[group][constructs].notna().sum().max())})
        rows[-1] |= {"constructs": len(constructs), **_distance(inside[group], outside, level)}
        rows[-1] |= _rank_distance(inside[group].means, reference)
    if reference is not None:
        ranks = pd.DataFrame(
            {
                "group": np.repeat(np.array(groups, dtype=object), len(constructs)),
                "construct": constructs * len(groups),
                "rank": np.concatenate([_ranks(inside[g].means) for g in groups]),
                "reference_rank": np.tile(reference, len(groups)),
            }
        )
    table = pd.DataFrame(rows, columns=columns)
    return table, ranks, _shared(table, list(inside.values()), outside, reference, level)


class _Drawn:
    """Means of the constructs in one group of people, their variances, and both in bootstrap samples."""

    def __init__(self, means: np.ndarray, variances: np.ndarray, draws: np.ndarray) -> None:
        self.means, self.variances, self.draws = means, variances, draws


def _drawn(scores: pd.DataFrame, rng: np.random.Generator) -> _Drawn:
    x = in_order_of_values(scores.to_numpy(dtype=float))
    known = ~np.isnan(x)
    filled = np.where(known, x, 0.0)
    n = known.sum(axis=0)
    means = filled.sum(axis=0) / n
    squares = np.where(known, (x - means) ** 2, 0.0).sum(axis=0)
    draws = np.vstack([drawn_means(x, weights) for weights in resampling_weights(len(x), DRAWS, rng)])
    return _Drawn(means, squares / np.maximum(n - 1, 1) / n, draws)


def _distance(one: _Drawn, other: _Drawn, level: float) -> dict[str, float]:
    """Return the mean difference, and its size cleared of what sampling error alone adds.

    A squared difference of means exceeds the true one by its squared standard error on average; drawn anew, by twice
    as much.
    """
    difference, error = one.means - other.means, float((one.variances + other.variances).mean())
    drawn = one.draws - other.draws
    tail = [(1 - level) / 2, (1 + level) / 2]
    bias = np.nanquantile(np.nanmean(drawn, axis=1), tail)
    squared = np.nanquantile(np.nanmean(drawn**2, axis=1) - 2 * error, tail)
    low, high = np.sqrt(np.maximum(squared, 0.0))
    return {
        "bias": float(difference.mean()),
        "bias_low": float(bias[0]),
        "bias_high": float(bias[1]),
        "distance": math.sqrt(max(float((difference**2).mean()) - error, 0.0)),
        "distance_low": float(low),
        "distance_high": float(high),
    }


def _ranks(means: np.ndarray) -> np.ndarray:
    """Return rank 1 for the greatest strength; equal means share their ranks."""
    return np.asarray(distributions.rankdata(-np.round(means, 12)), dtype=float)


def _rank_distance(means: np.ndarray, reference: np.ndarray | None) -> dict[str, float]:
    if reference is None:
        return {"rank_distance": math.nan, "rank_correlation": math.nan}
    own = _ranks(means)
    varied = np.ptp(own) > 0 and np.ptp(reference) > 0
    return {
        "rank_distance": float(np.abs(own - reference).mean()),
        "rank_correlation": float(np.corrcoef(own, reference)[0, 1]) if varied else math.nan,
    }


def _shared(
    table: pd.DataFrame, inside: list[_Drawn], outside: _Drawn, reference: np.ndarray | None, level: float
) -> pd.DataFrame:
    """Return one row: do departments rank alike, and is their joint picture nearer to the customers'?"""
    row: dict[str, Any] = {
        "groups": len(inside),
        "constructs": len(outside.means),
        **dict.fromkeys(("w", "w_low", "w_high", "pooled_rank_distance", "chance_rank_distance"), math.nan),
        "single_rank_distance": float(table["rank_distance"].mean()),
        "single_distance": float(np.sqrt((table["distance"] ** 2).mean())),
    }
    pooled = _Drawn(
        np.mean([d.means for d in inside], axis=0),
        np.sum([d.variances for d in inside], axis=0) / len(inside) ** 2,
        np.mean([d.draws for d in inside], axis=0),
    )
    far = _distance(pooled, outside, level)
    row |= {f"pooled_{name}": far[name] for name in ("distance", "distance_low", "distance_high")}
    if reference is not None:
        k = len(reference)
        row["pooled_rank_distance"] = _rank_distance(pooled.means, reference)["rank_distance"]
        row["chance_rank_distance"] = (k * k - 1) / (3 * k)
        with contextlib.suppress(NotEnoughData):
            row |= _with_bounds("w", kendalls_w(np.round(np.array([d.means for d in inside]), 12), level))
    return pd.DataFrame([row])


def _with_bounds(name: str, estimate: Estimate) -> dict[str, float]:
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
