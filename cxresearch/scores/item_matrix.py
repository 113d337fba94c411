"""The answers to the items of each construct, turned so that higher is better, before any averaging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat
from cxresearch.scores.scores import recipes_of, values_of
from cxresearch.survey.item import Construct


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemMatrix:
    """Answers to the items of one construct.

    Parameters
    ----------
    construct : Construct
    items : tuple of str
    values : ndarray
        Respondents x items, reversed items turned, NaN where there is no answer.
    caveats : tuple of Caveat
    """

    construct: Construct
    items: tuple[str, ...]
    values: np.ndarray
    caveats: tuple[Caveat, ...] = ()


def item_matrices(
    data: Responses | pd.DataFrame,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    *,
    perspectives: Sequence[str] = (),
    reversed: Iterable[str] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
) -> tuple[Source, tuple[ItemMatrix, ...]]:
    """Return the source and one matrix a construct.

    Parameters
    ----------
    data, constructs, reversed, scale, missing
        As in :func:`cxresearch.score`.
    perspectives : sequence of str
        Only items that all of these are asked (answers on a survey).

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1, 5], "b": [5, 2]})
    >>> _, (ease,) = item_matrices(frame, {"ease": ["a", "b"]}, reversed=["b"], scale=(1, 5))
    >>> ease.values.tolist()
    [[1.0, 1.0], [5.0, 4.0]]
    """
    source = Source.of(data)
    found = []
    for recipe in recipes_of(source, constructs, reversed):
        values, caveats = values_of(source, recipe, scale, missing)
        items = list(recipe.items)
        if source.survey is not None and perspectives:
            known = source.survey.items
            keep = [i for i, item in enumerate(items) if item in known and set(perspectives) <= set(known[item].text)]
            items, values = [items[i] for i in keep], values[:, keep]
        found.append(ItemMatrix(construct=recipe.construct, items=tuple(items), values=values, caveats=tuple(caveats)))
    return source, tuple(found)


def who_answered(source: Source, perspective: str | None) -> pd.Series:
    """Return the perspective of each row of the source."""
    return source.key(perspective or PERSPECTIVE).astype(object)
