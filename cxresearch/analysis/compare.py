"""Do groups differ, or answers of the same people, and by which test can that be told?"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxresearch.analysis.comparison import Comparison, TestChoice
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.privacy import NOBODY, hidden
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Column, Missing, ScaleLike, Source
from cxresearch.result import Caveat
from cxresearch.scores.cells import called
from cxresearch.stats.compare import compare_independent, compare_paired
from cxresearch.stats.compare_weighted import rao_scott, wald_f
from cxresearch.stats.estimate import Test
from cxresearch.stats.mean import mean
from cxresearch.stats.pairwise import games_howell, pairwise
from cxresearch.stats.proportion import shares
from cxresearch.stats.weights import linearised_mean
from cxresearch.survey.level import Level

Measurement = Literal["nominal", "ordinal", "interval"]
LEVELS: dict[Level, Measurement] = {
    Level.NOMINAL: "nominal",
    Level.ORDINAL: "ordinal",
    Level.INTERVAL: "interval",
    Level.RATIO: "interval",
}
FEW_VALUES = 12
SMALL = 20


def compare(
    data: Responses | pd.DataFrame,
    outcome: str | Sequence[str],
    by: str | None = None,
    *,
    measurement: str | None = None,
    weights: str | None = None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    level: float = 0.95,
    adjust: str = "holm",
    minimum_cell: int = 2,
    withhold: Collection[Any] = (),
) -> Comparison:
    """Compare groups, or several answers of the same people, with a test that suits the data.

    Parameters
    ----------
    data : Responses or DataFrame
    outcome : str or list of str
        One column, compared between the groups of `by`; or several columns, compared within
        respondents (paired).
    by : str, optional
        Column with the groups.
    measurement : {"nominal", "ordinal", "interval", "ratio"}, optional
        Level of measurement; by default the declared one.  Without one, whole numbers of few
        different values count as ordinal, other numbers as interval, words as nominal, and a
        caveat says so.
    weights : str, optional
        Column with survey weights.  Means (interval) and shares (nominal) are tested with the
        design-based test; ranks have none here, so ordinal outcomes with weights are refused.
    scale, missing
        As in :func:`cxresearch.describe`.
    level : float
        Confidence level.
    adjust : {"holm", "bh", "bonferroni", "by", "none"}
        Adjustment of the pairwise follow-ups of ordinal and nominal outcomes (means use
        Games-Howell, which adjusts by itself).
    minimum_cell : int
        Groups with fewer answers are left out.  Where the total would give such a group away, the smallest other
        group is left out as well.
    withhold : list
        Further groups of `by` that are left out, because a figure published elsewhere would give a small one away.

    Returns
    -------
    Comparison
        ``table``, a row a group: group, n, mean, ci_low, ci_high, sd, median.  ``test``, one row:
        test, statistic, df, df2, p, effect, effect_size, effect_low, effect_high, n, n_dropped.
        ``pairs``, a row a pair of groups (three groups or more).  ``shares``, a row a group and
        answer (nominal and ordinal outcomes).

    Raises
    ------
    ArgumentError
        ``compare.nothing-to-compare``, ``compare.weights-ordinal``, ``compare.weights-paired``,
        unknown columns and levels.
    NotEnoughData
        Fewer than two groups with enough answers, or nothing varies.

    Notes
    -----
    ========  ======================  =========================  ======================
    level     two groups              more groups                the same people
    ========  ======================  =========================  ======================
    interval  Welch t, Hedges g       Welch ANOVA, omega²        paired t / rm-ANOVA
    ordinal   Brunner-Munzel, Cliff   Kruskal-Wallis, epsilon²   Wilcoxon / Friedman
    nominal   chi-square (or exact)   chi-square, Cramer's V     McNemar / Cochran Q
    ========  ======================  =========================  ======================

    Examples
    --------
    >>> frame = pd.DataFrame({"rating": [1, 2, 2, 3, 3, 4, 4, 5, 5, 5], "kind": ["a"] * 5 + ["b"] * 5})
    >>> result = compare(frame, outcome="rating", by="kind", scale=(1, 5), measurement="interval")
    >>> result.test["test"].item(), result.table["mean"].tolist()
    ('welch_t', [2.2, 4.6])
    """
    source = Source.of(data)
    by, weights, measurement = by or None, weights or None, measurement or None
    if isinstance(outcome, str) and by is not None:
        few = max(2, minimum_cell)
        return _independent(source, outcome, by, measurement, weights, scale, missing, level, adjust, few, withhold)
    columns = [outcome] if isinstance(outcome, str) else list(outcome)
    if by is None and len(columns) >= 2:
        return _paired(source, columns, measurement, weights, scale, missing, level, minimum_cell)
    raise ArgumentError(
        Fault(
            code="compare.nothing-to-compare",
            what="One outcome needs groups; several outcomes are compared within respondents.",
            given=f"outcome={listing(columns)}, by={by}",
            allowed="outcome='rating', by='group', or outcome=['rating a', 'rating b']",
        )
    )


def _independent(
    source: Source,
    outcome: str,
    by: str,
    measurement: str | None,
    weights: str | None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    level: float,
    adjust: str,
    minimum_cell: int,
    withhold: Collection[Any],
) -> Comparison:
    column = source.column(outcome, scale=scale, missing=missing, level=measurement)
    groups = source.column(by, missing=missing)
    used, assumed = _level(column, weights is not None)
    w = source.weights(weights)
    if w is not None and used == "ordinal":
        raise ArgumentError(
            Fault(
                code="compare.weights-ordinal",
                what=f"There is no weighted test of ranks here, and {outcome!r} is ordinal.",
                given=f"weights={weights!r}",
                do="Say measurement='interval' to compare weighted means, 'nominal' to compare weighted shares, "
                "or leave the weights out.",
            )
        )
    usable = column.values.notna().to_numpy() & groups.values.notna().to_numpy()
    if w is not None:
        usable &= ~np.isnan(w) & (w > 0)
    answers = column.values.to_numpy(dtype=float if column.numeric else object)
    keys = groups.values.to_numpy()
    found = [(code, usable & (keys == code)) for code in groups.codes()]
    gone = _hidden(column, found, minimum_cell, withhold)
    kept = [(code, mask) for code, mask in found if code not in gone]
    if len(kept) < 2:
        raise NotEnoughData(
            Fault(
                code="compare.too-few-groups",
                what=f"Fewer than two groups of {by!r} have enough answers to {outcome!r}.",
                given=f"{len(kept)} of {len(found)} groups",
                allowed=f"two groups of at least {minimum_cell}, and none from which a smaller one could be computed",
            )
        )
    caveats = [*column.caveats(), *_level_caveats(column, used, assumed), *source.unused_weights(weights)]
    if len(kept) < len(found):
        values = {"k": len(gone), "cell": minimum_cell}
        caveats.append(Caveat(code="groups_not_reportable", severity="warning", values=values))
    smallest = min(int(mask.sum()) for _, mask in kept)
    if smallest < SMALL:
        caveats.append(Caveat(code="small_groups", severity="warning", values={"n": smallest}))
    whole = np.logical_or.reduce([mask for _, mask in kept])
    samples = [answers[mask] for _, mask in kept]
    if w is None:
        test = compare_independent(samples, used, level)
    elif used == "interval":
        test = wald_f(answers[whole], keys[whole], w[whole])
    else:
        test = rao_scott(keys[whole], answers[whole], w[whole])
    names = [code for code, _ in kept]
    parts = [None if w is None else w[mask] for _, mask in kept]
    return Comparison(
        table=_group_table(names, samples, parts, used, level),
        test=_test_table(test, int(whole.sum()), len(answers) - int(whole.sum())),
        pairs=_pair_table(names, samples, used, adjust, level) if w is None and len(kept) > 2 else None,
        shares=_share_table(names, samples, parts, column.codes(), used, level),
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
        outcome=outcome,
        by=by,
        level=level,
        adjust=adjust,
        weights=weights,
        choice=TestChoice(measurement=used, assumed=assumed, groups=len(kept), paired=False),
    )


def _hidden(
    column: Column, found: Sequence[tuple[Any, np.ndarray]], minimum_cell: int, withhold: Collection[Any]
) -> set[Any]:
    """Return the groups that are not shown: a total known from elsewhere would give some of them away."""
    counts = {code: int(mask.sum()) for code, mask in found}
    counts[NOBODY] = int(column.values.notna().sum()) - sum(counts.values())
    return hidden(counts, counts, minimum_cell, called([code for code, _ in found], withhold))


def _paired(
    source: Source,
    outcomes: list[str],
    measurement: str | None,
    weights: str | None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    level: float,
    minimum_cell: int,
) -> Comparison:
    if weights is not None:
        raise ArgumentError(
            Fault(
                code="compare.weights-paired",
                what="Paired comparisons have no weighted test here.",
                given=f"weights={weights!r}",
                do="Leave the weights out.",
            )
        )
    columns = [source.column(o, scale=scale, missing=missing, level=measurement) for o in outcomes]
    levels = [_level(c, False) for c in columns]
    used = min((u for u, _ in levels), key=("nominal", "ordinal", "interval").index)
    assumed = any(a for _, a in levels)
    usable = np.logical_and.reduce([c.values.notna().to_numpy() for c in columns])
    least = max(3, minimum_cell)
    if usable.sum() < least:
        raise NotEnoughData(
            Fault(
                code="compare.too-few-pairs",
                what="Too few respondents answered all of these.",
                given=f"fewer than {least}",
                allowed=f"at least {least}",
            )
        )
    samples = [c.values.to_numpy(dtype=float if c.numeric else object)[usable] for c in columns]
    test = compare_paired(_binary(samples) if used == "nominal" else np.column_stack(samples), used, level)
    caveats: list[Caveat] = []
    for column in columns:
        caveats += [c for c in column.caveats() if c not in caveats]
    caveats += _level_caveats(columns[0], used, assumed)
    n = int(usable.sum())
    if n < SMALL:
        caveats.append(Caveat(code="small_groups", severity="warning", values={"n": n}))
    parts: list[np.ndarray | None] = [None] * len(samples)
    return Comparison(
        table=_group_table(outcomes, samples, parts, used, level),
        test=_test_table(test, n, len(usable) - n),
        shares=_share_table(outcomes, samples, parts, _all_codes(columns), used, level),
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
        outcome=outcomes[0],
        level=level,
        adjust="none",
        choice=TestChoice(measurement=used, assumed=assumed, groups=len(outcomes), paired=True),
    )


def _binary(samples: list[np.ndarray]) -> np.ndarray:
    codes = sorted({v for s in samples for v in s.tolist()}, key=str)
    if len(codes) != 2:
        raise ArgumentError(
            Fault(
                code="compare.not-binary",
                what="Nominal answers of the same people are compared only where there are two of them.",
                given=listing(codes),
                do="Recode to yes and no.",
            )
        )
    return np.column_stack([(s == codes[1]).astype(float) for s in samples])


def _all_codes(columns: list[Column]) -> list[Any]:
    """Return the answers of all columns in order; where no scale is declared, of all taken together."""
    if columns[0].scale is not None and columns[0].scale.codes:
        return columns[0].codes()
    found = {code for column in columns for code in column.codes()}
    return sorted(found) if all(c.numeric for c in columns) else sorted(found, key=str)


def _level(column: Column, weighted: bool) -> tuple[Measurement, bool]:
    """Return "nominal", "ordinal" or "interval", and whether that was assumed."""
    if column.level is not None:
        return LEVELS[column.level], False
    if not column.numeric:
        return "nominal", True
    answers = column.values.dropna()
    few = answers.nunique() <= FEW_VALUES and bool((answers == answers.round()).all())
    return ("ordinal" if few and not weighted else "interval"), True


def _level_caveats(column: Column, used: str, assumed: bool) -> list[Caveat]:
    caveats = []
    if assumed:
        caveats.append(Caveat(code=f"assumed_{used}", values={"column": column.name}))
    elif used == "interval" and column.scale is not None and column.scale.level is Level.ORDINAL:
        caveats.append(Caveat(code="ordinal_as_interval"))
    return caveats


def _group_table(
    names: Sequence[Any], samples: list[np.ndarray], parts: Sequence[np.ndarray | None], used: str, level: float
) -> pd.DataFrame:
    rows = []
    for name, x, w in zip(names, samples, parts, strict=True):
        row: dict[str, Any] = {"group": name, "n": len(x)}
        row |= dict.fromkeys(("mean", "ci_low", "ci_high", "sd", "median"), math.nan)
        if used != "nominal":
            estimate = mean(x, level) if w is None else linearised_mean(x, w, level=level)
            row |= {"mean": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high}
            row |= {"sd": float(x.std(ddof=1)), "median": float(np.median(x))}
        rows.append(row)
    return pd.DataFrame(rows)


def _test_table(test: Test, n: int, dropped: int) -> pd.DataFrame:
    effect = test.effect
    return pd.DataFrame(
        [
            {
                "test": test.name,
                "statistic": test.statistic,
                "df": math.nan if test.df is None else test.df,
                "df2": math.nan if test.df2 is None else test.df2,
                "p": test.p,
                "effect": effect.statistic if effect else None,
                "effect_size": effect.value if effect else math.nan,
                "effect_low": effect.low if effect else math.nan,
                "effect_high": effect.high if effect else math.nan,
                "n": n,
                "n_dropped": dropped,
                "method": test.method,
            }
        ]
    )


def _pair_table(names: Sequence[Any], samples: list[np.ndarray], used: str, adjust: str, level: float) -> pd.DataFrame:
    found = games_howell(samples, level) if used == "interval" else pairwise(samples, used, adjust, level)
    rows = []
    for pair in found:
        effect = pair.test.effect if pair.test else None
        rows.append(
            {
                "group": names[pair.first],
                "other": names[pair.second],
                "difference": pair.difference.value if pair.difference else math.nan,
                "ci_low": pair.difference.low if pair.difference else math.nan,
                "ci_high": pair.difference.high if pair.difference else math.nan,
                "p_adjusted": pair.p_adjusted,
                "effect": effect.statistic if effect else None,
                "effect_size": effect.value if effect else math.nan,
            }
        )
    return pd.DataFrame(rows)


def _share_table(
    names: Sequence[Any],
    samples: list[np.ndarray],
    parts: Sequence[np.ndarray | None],
    codes: list[Any],
    used: str,
    level: float,
) -> pd.DataFrame | None:
    if used == "interval" or len(codes) > 2 * FEW_VALUES:
        return None
    rows = []
    for name, x, w in zip(names, samples, parts, strict=True):
        for code, share in zip(codes, shares(x, codes, w, level), strict=True):
            rows.append(
                {
                    "group": name,
                    "code": code,
                    "n": int((x == code).sum()),
                    "share": share.value,
                    "share_low": share.low,
                    "share_high": share.high,
                }
            )
    return pd.DataFrame(rows)
