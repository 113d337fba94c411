"""From a pair of perspectives to difference, interval, effect, equivalence and verdict."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.analysis.gaps.pair import Pair
from cxresearch.errors import NotEnoughData
from cxresearch.privacy import NOBODY, figures, hidden
from cxresearch.scores.cells import called
from cxresearch.stats.dominance import cliffs_delta, cliffs_delta_paired
from cxresearch.stats.effect import hedges_g, hedges_g_paired, standardised_difference
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean_difference, paired_difference, weighted_mean_difference
from cxresearch.stats.proportion import proportion_difference
from cxresearch.stats.verdict import NOT_REPORTABLE, VERDICTS, judge

__all__ = ["NOT_REPORTABLE", "VERDICTS", "verdict_table"]

NUMBERS = (
    "inside_mean", "outside_mean", "difference", "ci_low", "ci_high", "se", "df",
    "effect_size", "effect_low", "effect_high", "cliffs_delta", "delta_low", "delta_high",
    "top_difference", "top_low", "top_high",
)  # fmt: skip
JUDGED = (
    "p", "p_adjusted", "equivalence_low", "equivalence_high", "p_equivalence", "p_equivalence_adjusted",
    "p_beyond", "p_beyond_adjusted", "relevance", "verdict",
)  # fmt: skip


def verdict_table(
    pairs: Sequence[Pair],
    *,
    margin: float,
    level: float,
    method: str,
    minimum_cell: int,
    ungrouped: Sequence[Pair] = (),
    withhold: Collection[Any] = (),
) -> pd.DataFrame:
    """Compute all comparisons and adjust over them as one family.

    Groups below `minimum_cell` are not shown, nor the smallest other group where a total that is known from
    elsewhere would give one of them away.

    Returns
    -------
    DataFrame
        One row a pair, in the order given.
    """
    small = suppressed(pairs, minimum_cell, ungrouped, withhold)
    found = [_row(pair, margin, level, _cell(pair) in small) for pair in pairs]
    frame = pd.DataFrame([row for row, _ in found])
    for name in ("n_inside", "n_outside", "n_units", "n_dropped"):
        frame[name] = frame[name].astype("Int64")
    judged = judge([difference for _, difference in found], margin, level, method)
    for name in JUDGED:
        frame[name] = getattr(judged, name)
    return frame


def suppressed(
    pairs: Sequence[Pair], minimum_cell: int, ungrouped: Sequence[Pair] = (), withhold: Collection[Any] = ()
) -> set[tuple[str, str, Any]]:
    """Return the comparisons that must not be shown, by outside perspective, construct and group.

    `ungrouped` are those who stand in no group; a total counts them all the same.
    """
    apart = {(pair.outside, pair.construct): pair for pair in ungrouped}
    sizes: Counter[Any] = Counter()
    tables: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        sizes[pair.group] += pair.n_inside + pair.n_outside
        tables.setdefault((pair.outside, pair.construct), []).append(pair)
    out, gone = set(), figures(withhold)
    for (outside, construct), parts in tables.items():
        inside, other = {p.group: p.n_inside for p in parts}, {p.group: p.n_outside for p in parts}
        few = construct in gone
        groups: set[Any] = {p.group for p in parts if few or min(p.n_inside, p.n_outside) < minimum_cell}
        if any(p.group is not None for p in parts):
            groups |= called([p.group for p in parts], withhold)
        if rest := apart.get((outside, construct)):
            inside[NOBODY], other[NOBODY] = rest.n_inside, rest.n_outside
        for counts in (inside, other):
            groups |= hidden(counts, sizes, minimum_cell, groups)
        out |= {(outside, construct, group) for group in groups}
    return out


def obstacle(pair: Pair, level: float, minimum_cell: int) -> str:
    """Say why a comparison cannot be reported."""
    if pair.n_units is not None and pair.n_units < 2:
        return f"{pair.construct}: {pair.n_units} units with both sides"
    if min(pair.n_inside, pair.n_outside) < minimum_cell:
        return f"{pair.construct}: fewer than {minimum_cell} respondents on one side"
    try:
        _difference(pair, level)
    except NotEnoughData as error:
        return f"{pair.construct}: {error.faults[0].what}"
    return f"{pair.construct}: another group could be computed back"


def _cell(pair: Pair) -> tuple[str, str, Any]:
    return pair.outside, pair.construct, pair.group


def _row(pair: Pair, margin: float, level: float, hide: bool) -> tuple[dict[str, Any], Estimate | None]:
    head = {
        "group": pair.group,
        "construct": pair.construct,
        "inside": pair.inside,
        "outside": pair.outside,
    }
    tail: dict[str, Any] = {
        "margin": margin,
        "n_inside": pair.n_inside,
        "n_outside": pair.n_outside,
        "n_units": pair.n_units,
        "n_dropped": pair.n_dropped,
        "design": pair.design,
        "basis": pair.basis,
        "comparability": pair.comparability,
        "reason": "",
    }
    if hide:
        # the counts of a suppressed comparison are suppressed with it
        hidden = {"n_inside": None, "n_outside": None, "n_units": None, "n_dropped": None}
        return {**head, **dict.fromkeys(NUMBERS, math.nan), **tail, **hidden, "reason": "minimum_cell"}, None
    try:
        difference, effect = _difference(pair, level)
    except NotEnoughData as error:
        return {**head, **dict.fromkeys(NUMBERS, math.nan), **tail, "reason": error.codes[0]}, None
    return {**head, **_numbers(pair, difference, effect, level), **tail}, difference


def _numbers(pair: Pair, difference: Estimate, effect: Estimate, level: float) -> dict[str, float]:
    if pair.weights_a is not None and pair.weights_b is not None:
        means = np.average(pair.a, weights=pair.weights_a), np.average(pair.b, weights=pair.weights_b)
    else:
        means = pair.a.mean(), pair.b.mean()
    return {
        "inside_mean": float(means[0]),
        "outside_mean": float(means[1]),
        "difference": difference.value,
        "ci_low": difference.low,
        "ci_high": difference.high,
        "se": _given(difference.se),
        "df": _given(difference.df),
        "effect_size": effect.value,
        "effect_low": effect.low,
        "effect_high": effect.high,
        **_dominance(pair, level),
        **_top_boxes(pair, level),
    }


def _top_boxes(pair: Pair, level: float) -> dict[str, float]:
    """Return by how much the share of the two highest answers to an item differs (Newcombe 1998)."""
    names = ("top_difference", "top_low", "top_high")
    if pair.top is None or pair.design == "linked_units" or pair.weights_a is not None or pair.clusters_a is not None:
        return dict.fromkeys(names, math.nan)
    inside, outside = int((pair.a >= pair.top).sum()), int((pair.b >= pair.top).sum())
    found = proportion_difference(inside, len(pair.a), outside, len(pair.b), level)
    return dict(zip(names, (found.value, found.low, found.high), strict=True))


def _dominance(pair: Pair, level: float) -> dict[str, float]:
    """Return how much more often one side answers higher than the other, which needs no intervals of the scale."""
    names = ("cliffs_delta", "delta_low", "delta_high")
    if pair.weights_a is not None or pair.clusters_a is not None:
        return dict.fromkeys(names, math.nan)
    compute = cliffs_delta_paired if pair.design == "linked_units" else cliffs_delta
    try:
        delta = compute(pair.a, pair.b, level)
    except NotEnoughData:
        return dict.fromkeys(names, math.nan)
    return dict(zip(names, (delta.value, delta.low, delta.high), strict=True))


def _difference(pair: Pair, level: float) -> tuple[Estimate, Estimate]:
    if pair.design == "linked_units":
        return paired_difference(pair.a, pair.b, level), hedges_g_paired(pair.a, pair.b, level)
    if pair.weights_a is None and pair.clusters_a is None:
        return mean_difference(pair.a, pair.b, level), hedges_g(pair.a, pair.b, level)
    difference = weighted_mean_difference(
        pair.a,
        pair.b,
        pair.weights_a,
        pair.weights_b,
        clusters_a=pair.clusters_a,
        clusters_b=pair.clusters_b,
        level=level,
    )
    return difference, standardised_difference(difference, _pooled_sd(pair))


def _pooled_sd(pair: Pair) -> float:
    total = squares = 0.0
    for values, weights in ((pair.a, pair.weights_a), (pair.b, pair.weights_b)):
        w = np.ones(len(values)) if weights is None else weights * len(values) / weights.sum()
        squares += float(w @ (values - np.average(values, weights=w)) ** 2)
        total += len(values) - 1
    return math.sqrt(squares / total)


def _given(value: float | None) -> float:
    return math.nan if value is None else value
