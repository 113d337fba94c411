"""Two sides of one comparison: scores of two perspectives, linked by unit or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT
from cxresearch.scores.cells import in_order

Design = Literal["linked_units", "unlinked_people"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """The two sides of one comparison.

    Parameters
    ----------
    construct, inside, outside : str
    group : object
        Value of the breakdown, None without one.
    design : {"linked_units", "unlinked_people"}
        Linked: row `i` of both sides is the same unit.
    a, b : ndarray
        Scores inside and outside.
    ids_a, ids_b : ndarray
        Who gave each score (unit, or row of the answers).
    weights_a, weights_b, clusters_a, clusters_b : ndarray, optional
    people_a, people_b : ndarray, optional
        For linked units: respondents behind each score, NaN where the number is not known.
    n_inside, n_outside : int
        Respondents behind the scores (units where the number is not known).
    n_units : int or None
    n_dropped : int
        Units or respondents that could not be used.
    top : float, optional
        For a single item: the lowest of the two highest points of its scale.
    basis : str
        What the scores rest on: "construct", "holding_items", "item", "touchpoint" or "unit_scores".
    comparability : str
        What the gate found for the construct, "untested" without it.
    """

    construct: str
    inside: str
    outside: str
    group: Any
    design: Design
    a: np.ndarray
    b: np.ndarray
    ids_a: np.ndarray
    ids_b: np.ndarray
    weights_a: np.ndarray | None = None
    weights_b: np.ndarray | None = None
    clusters_a: np.ndarray | None = None
    clusters_b: np.ndarray | None = None
    people_a: np.ndarray | None = None
    people_b: np.ndarray | None = None
    n_inside: int
    n_outside: int
    n_units: int | None
    n_dropped: int
    top: float | None = None
    basis: str = "construct"
    comparability: str = "untested"


def _groups(groups: pd.Series | None) -> list[Any]:
    if groups is None:
        return [None]
    return in_order(groups.dropna().unique())


def linked(
    frame: pd.DataFrame,
    inside: str,
    outside: Sequence[str],
    groups: pd.Series | None,
    constructs: Sequence[str],
) -> Iterator[Pair]:
    """Pair the units that have both sides."""
    for group in _groups(groups):
        part = frame if groups is None else frame[groups == group]
        for other in outside:
            for construct in constructs:
                rows = part[part["construct"] == construct]
                left = rows[rows[PERSPECTIVE] == inside].set_index("unit")
                right = rows[rows[PERSPECTIVE] == other].set_index("unit")
                both = left.index.intersection(right.index, sort=False).sort_values()
                left_n, right_n = left.loc[both, "n"], right.loc[both, "n"]
                yield Pair(
                    construct=construct,
                    inside=inside,
                    outside=other,
                    group=group,
                    design="linked_units",
                    a=left.loc[both, "score"].to_numpy(dtype=float),
                    b=right.loc[both, "score"].to_numpy(dtype=float),
                    ids_a=both.to_numpy(),
                    ids_b=both.to_numpy(),
                    people_a=left_n.to_numpy(dtype=float),
                    people_b=right_n.to_numpy(dtype=float),
                    n_inside=_people(left_n),
                    n_outside=_people(right_n),
                    n_units=len(both),
                    n_dropped=len(left.index.union(right.index)) - len(both),
                )


def _people(counts: pd.Series) -> int:
    return len(counts) if counts.isna().any() else int(counts.sum())


def unlinked(
    long: pd.DataFrame,
    inside: str,
    outside: Sequence[str],
    groups: pd.Series | None,
    constructs: Sequence[str],
    weighted: bool,
    clustered: bool,
) -> Iterator[Pair]:
    """Set the people of two perspectives beside each other."""
    for group in _groups(groups):
        part = long if groups is None else long[groups == group]
        for other in outside:
            for construct in constructs:
                rows = part[part["construct"] == construct]
                usable = rows["score"].notna()
                if weighted:
                    usable &= rows["weight"].notna() & (rows["weight"] > 0)
                if clustered:
                    usable &= rows["cluster"].notna()
                sides = {who: rows[(rows[PERSPECTIVE] == who) & usable] for who in (inside, other)}
                asked = rows[PERSPECTIVE].isin([inside, other])
                left, right = sides[inside], sides[other]
                yield Pair(
                    construct=construct,
                    inside=inside,
                    outside=other,
                    group=group,
                    design="unlinked_people",
                    a=left["score"].to_numpy(dtype=float),
                    b=right["score"].to_numpy(dtype=float),
                    ids_a=left["row"].to_numpy(),
                    ids_b=right["row"].to_numpy(),
                    weights_a=left["weight"].to_numpy(dtype=float) if weighted else None,
                    weights_b=right["weight"].to_numpy(dtype=float) if weighted else None,
                    clusters_a=left["cluster"].to_numpy() if clustered else None,
                    clusters_b=right["cluster"].to_numpy() if clustered else None,
                    n_inside=len(left),
                    n_outside=len(right),
                    n_units=None,
                    n_dropped=int((asked & ~usable).sum()),
                )


def unit_means(long: pd.DataFrame, weighted: bool) -> pd.DataFrame:
    """Average the people of each unit and perspective."""
    kept = long[long["score"].notna() & long["unit"].notna()]
    weight = kept["weight"] if weighted else pd.Series(1.0, index=kept.index)
    kept = kept.assign(_w=weight, _wx=weight * kept["score"])[weight > 0]
    keys = ["unit", PERSPECTIVE, "construct"] + (["group"] if "group" in kept else [])
    sums = kept.groupby(keys, sort=True, observed=True).agg(
        _w=("_w", "sum"), _wx=("_wx", "sum"), n=(RESPONDENT, "size")
    )
    return sums.assign(score=sums["_wx"] / sums["_w"]).reset_index()
