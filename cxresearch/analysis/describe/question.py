"""The question: what was answered?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cxresearch.analysis.describe.item import distribution_of, row_of
from cxresearch.analysis.describe.result import Description, other_scales
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids

WEIGHTED_FEW = 100  # see docs/validation-stats.md


def describe(
    data: Responses | pd.DataFrame,
    items: Sequence[str] | str | None = None,
    *,
    weights: str | None = None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    measurement: str | Mapping[str, str] | None = None,
    top: int = 2,
    level: float = 0.95,
    minimum_cell: int = 2,
) -> Description:
    """Describe the answers to items.

    Parameters
    ----------
    data : Responses or DataFrame
    items : list of str, optional
        By default all items of the survey that are in the data.
    weights : str, optional
        Column with survey weights; means and shares are weighted, errors linearised.
    scale : (low, high) or dict, optional
        For a plain frame: what the answers may be, for all items or per item.
    missing : list or dict, optional
        Codes that are no answer, for all items or per item.
    measurement : {"nominal", "ordinal", "interval", "ratio"} or dict, optional
        Level of measurement where nobody declared it.
    top : int
        Number of highest points of a declared scale that form the top box.
    level : float
        Confidence level.
    minimum_cell : int
        Items with fewer answers are not shown.

    Returns
    -------
    Description
        ``table``, a row an item: item, measurement, scale (its ends, such as "1..5"), n, n_dropped, n_effective,
        mean, ci_low, ci_high, sd, median, top_box, top_low, top_high.  Means are left out for nominal items; sentence
        and picture compare only means of the scale that most items have.

    Raises
    ------
    ArgumentError
        Unknown columns, levels, weights; ``describe.no-items``.
    NotEnoughData
        ``describe.no-answers``, ``describe.too-few``: no item has an answer, or none has enough.

    Examples
    --------
    >>> frame = pd.DataFrame({"q1": [1, 2, 5, 4], "q2": [3, 3, 4, 9]})
    >>> table = describe(frame, ["q1", "q2"], scale=(1, 5)).table
    >>> table[["item", "mean", "n", "n_dropped"]].to_dict("records")[1]
    {'item': 'q2', 'mean': 3.3333333333333335, 'n': 3, 'n_dropped': 1}
    """
    source = Source.of(data)
    weights = weights or None
    names = _items(source, items or None)
    w = source.weights(weights)
    rows, parts, caveats = [], [], []
    silent, few = [], 0
    caveats += source.unused_weights(weights)
    for name in names:
        column = source.column(name, scale=scale, missing=missing, level=measurement)
        usable = column.values.notna().to_numpy(copy=True)
        if w is not None:
            usable &= ~np.isnan(w) & (w > 0)
        if not usable.any():
            silent.append(name)
            continue
        if usable.sum() < minimum_cell:
            few += 1
            continue
        part = None if w is None else w[usable]
        rows.append(row_of(column, usable, part, top, level))
        parts.append(distribution_of(column, usable, part, level))
        caveats += column.caveats()
    if not rows and few:
        raise NotEnoughData(
            Fault(
                code="describe.too-few",
                what="None of these items has enough answers.",
                given=f"fewer than {minimum_cell}",
                allowed=f"at least {minimum_cell}",
            )
        )
    if not rows:
        raise NotEnoughData(
            Fault(code="describe.no-answers", what="None of these items has an answer.", given=listing(silent))
        )
    table = pd.DataFrame(rows)
    if few:
        values = {"k": few, "cell": minimum_cell}
        caveats.append(Caveat(code="items_not_reportable", severity="warning", values=values))
    if silent:
        caveats.append(Caveat(code="items_without_answers", severity="warning", values={"items": Ids(silent)}))
    if w is not None and table["n"].min() < WEIGHTED_FEW:
        caveats.append(Caveat(code="weighted_few", values={"n": int(table["n"].min())}))
    if (table["mean"].notna() & (table["measurement"] == "ordinal")).any():
        caveats.append(Caveat(code="ordinal_as_interval"))
    if others := other_scales(table):
        caveats.append(Caveat(code="other_scales", values={"items": Ids(others)}))
    return Description(
        table=table,
        distribution=pd.concat(parts, ignore_index=True),
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
        confidence=level,
        top=top,
        weights=weights,
    )


def _items(source: Source, items: Sequence[str] | str | None) -> list[str]:
    if isinstance(items, str):
        return [items]
    if items is not None:
        chosen = list(dict.fromkeys(items))
    elif source.survey is not None:
        chosen = [i for i in source.survey.items if i in source.frame]
    else:
        chosen = [str(c) for c in source.frame.columns]
    if not chosen:
        raise ArgumentError(Fault(code="describe.no-items", what="There is no item to describe."))
    return chosen
