"""Shares of answer categories: checked, and as a table of rows by categories."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, unknown_name

from .columns import unique


def table(frame: pd.DataFrame, categories: Sequence[Hashable]) -> pd.DataFrame:
    """Rows by categories, both in their order: a pair left out is 0, a suppressed row all NaN.

    Examples
    --------
    >>> frame = pd.DataFrame({"row": ["b", "a"], "category": [1, 1], "share": [1.0, float("nan")]})
    >>> table(frame, [1, 2]).to_numpy().tolist()
    [[1.0, 0.0], [nan, nan]]
    """
    shares = frame.pivot(index="row", columns="category", values="share")
    shares = shares.reindex(index=frame["row"].unique(), columns=list(categories))
    known = shares.notna().any(axis=1)
    shares.loc[known] = shares.loc[known].fillna(0.0)
    return shares


def check(
    frame: pd.DataFrame,
    categories: Sequence[Hashable],
    neutral: Hashable | None,
    split: int | None,
    outside_base: Hashable | None,
) -> None:
    """Refuse categories and shares that make no picture; all faults are told at once.

    Raises
    ------
    ArgumentError
        ``charts.duplicate-row``, ``charts.unknown-category``, ``charts.split``,
        ``charts.share-out-of-range``, ``charts.shares-exceed-base``.
    """
    unique(frame, ["row", "category"])
    known = [*categories, *([] if outside_base is None else [outside_base])]
    faults = [
        unknown_name("charts.unknown-category", "category", key, known)
        for key in frame["category"].unique()
        if key not in known
    ]
    if neutral is not None and neutral not in categories:
        faults.append(unknown_name("charts.unknown-category", "category", neutral, categories))
    if split is not None and not 0 <= split <= len(categories):
        faults.append(
            Fault(
                code="charts.split",
                what="split is not possible.",
                given=split,
                allowed=f"0 to {len(categories)}",
            )
        )
    wrong = frame.loc[(frame["share"] < 0) | (frame["share"] > 1 + 1e-9) | np.isinf(frame["share"]), "share"]
    if not wrong.empty:
        faults.append(
            Fault(
                code="charts.share-out-of-range",
                what="A share is not between 0 and 1.",
                given=float(wrong.iloc[0]),
                do="Pass shares, not percentages.",
            )
        )
    sums = frame.loc[frame["category"].isin(list(categories))].groupby("row")["share"].sum()
    if wrong.empty and (sums > 1.001).any():
        faults.append(
            Fault(
                code="charts.shares-exceed-base",
                what="The shares of a row add up to more than 1.",
                given=sums.idxmax(),
                do="Leave out of `categories` what is not part of the base.",
            )
        )
    if faults:
        raise ArgumentError(*faults)
