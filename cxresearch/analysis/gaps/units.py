"""From pairs to one gap a unit with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxresearch.analysis.gaps.pair import Pair
from cxresearch.errors import ArgumentError, Fault

LEAST_UNITS = 4


def of_scores(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Return unit, raw gap, its error and the fewest respondents behind a construct, from ready-made scores."""
    if len(pairs) < 2:
        raise ArgumentError(
            Fault(
                code="ranking.one-construct",
                what="Ready-made scores carry no errors; with a single construct none can be estimated.",
                allowed="two constructs or more",
            )
        )
    wide = pd.DataFrame({p.construct: pd.Series(p.a - p.b, index=p.ids_a) for p in pairs}).dropna().sort_index()
    if len(wide) < LEAST_UNITS:
        return pd.DataFrame(columns=["unit", "raw", "se", "n_inside", "n_outside"])
    centred = wide - wide.mean()
    residual = centred.sub(centred.mean(axis=1), axis=0)
    k = wide.shape[1]
    variance = float((residual**2).to_numpy().sum() / ((len(wide) - 1) * (k - 1)))
    people = [
        pd.DataFrame({p.construct: pd.Series(n, index=p.ids_a) for p, n in zip(pairs, side, strict=True)}).loc[
            wide.index
        ]
        for side in ([p.people_a for p in pairs], [p.people_b for p in pairs])
    ]
    fewest = [part.min(axis=1, skipna=True).astype("Int64").to_numpy() for part in people]
    return pd.DataFrame(
        {
            "unit": wide.index,
            "raw": wide.mean(axis=1).to_numpy(),
            "se": math.sqrt(variance / k),
            "n_inside": fewest[0],
            "n_outside": fewest[1],
        }
    ).astype({"n_inside": "Int64", "n_outside": "Int64"})


def of_people(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Return unit, raw gap, its error and the respondents of both sides."""
    inside = _person_means([(p.ids_a, p.a, p.clusters_a) for p in pairs])
    outside = _person_means([(p.ids_b, p.b, p.clusters_b) for p in pairs])
    variances = [_pooled(side) for side in (inside, outside)]
    means = [
        side.groupby("unit")["score"].agg(["mean", "size"]).add_suffix(name)
        for side, name in ((inside, "_in"), (outside, "_out"))
    ]
    both = means[0].join(means[1], how="inner").sort_index()
    return pd.DataFrame(
        {
            "unit": both.index,
            "raw": (both["mean_in"] - both["mean_out"]).to_numpy(),
            "se": ((variances[0] / both["size_in"] + variances[1] / both["size_out"]) ** 0.5).to_numpy(),
            "n_inside": both["size_in"].astype("Int64").to_numpy(),
            "n_outside": both["size_out"].astype("Int64").to_numpy(),
        }
    )


def _person_means(parts: list[tuple[np.ndarray, np.ndarray, np.ndarray | None]]) -> pd.DataFrame:
    """Average the constructs of each person."""
    long = pd.concat([pd.DataFrame({"who": ids, "score": values, "unit": units}) for ids, values, units in parts])
    return long.groupby("who", sort=True).agg(score=("score", "mean"), unit=("unit", "first"))


def _pooled(people: pd.DataFrame) -> float:
    within = people["score"] - people.groupby("unit")["score"].transform("mean")
    df = len(people) - people["unit"].nunique()
    return float((within**2).sum() / df) if df > 0 else math.nan
