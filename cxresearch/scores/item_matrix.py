"""The answers to the items of each construct, turned so that higher is better, before any averaging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids
from cxresearch.scores.recipe import recipes_of
from cxresearch.scores.scores import values_of
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


def shared_items(
    data: Responses | pd.DataFrame,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    sides: Sequence[str],
    *,
    perspective: str | None = None,
    reversed: Iterable[str] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
) -> tuple[dict[str, list[str]], tuple[Caveat, ...]]:
    """Return the items of each construct that all sides were asked and answered, and say what was left out.

    The means of the sides would rest on different items else.

    Parameters
    ----------
    data, constructs, perspective, reversed, scale, missing
        As in :func:`cxresearch.score`.
    sides : sequence of str
        Perspectives.

    Raises
    ------
    ArgumentError
        ``gaps.no-mirrored-item``.

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["x", "y"], "a": [1, 5], "b": [5, None]})
    >>> shared_items(frame, {"ease": ["a", "b"]}, ["x", "y"], perspective="who")[0]
    {'ease': ['a']}
    """
    source, parts = item_matrices(data, constructs, perspectives=sides, reversed=reversed, scale=scale, missing=missing)
    who = who_answered(source, perspective)
    rows = [(who == side).to_numpy() for side in sides]
    kept = [_answered_by_all(part, rows) for part in parts]
    bundles = {part.construct.id: list(part.items) for part in kept if part.items}
    if not bundles:
        raise ArgumentError(
            Fault(
                code="gaps.no-mirrored-item",
                what="There is no item that all of these perspectives were asked.",
                given=listing(sides),
                do="Compare perspectives whose forms mirror each other; see `text` of the items in the survey.",
            )
        )
    caveats = list(asked_of_one_side(source, constructs, sides))
    if lost := [part.construct.id for part in kept if not part.items]:
        caveats.append(Caveat(code="not_mirrored", severity="warning", values={"constructs": Ids(lost)}))
    if empty := [i for whole, part in zip(parts, kept, strict=True) for i in whole.items if i not in part.items]:
        caveats.append(Caveat(code="one_sided_items", severity="warning", values={"items": Ids(empty)}))
    return bundles, tuple(caveats)


def asked_of_one_side(
    source: Source, constructs: Iterable[str] | Mapping[str, Sequence[str]] | None, sides: Sequence[str]
) -> tuple[Caveat, ...]:
    """Say which items are left out of constructs because a survey does not ask them of all sides."""
    if source.survey is None:
        return ()
    items, left = source.survey.items, []
    for recipe in recipes_of(source, constructs):
        asked = [i for i in recipe.items if i in items and set(sides) <= set(items[i].text)]
        left += [i for i in recipe.items if asked and i not in asked]
    return (Caveat(code="asked_of_one_side", values={"items": Ids(left), "sides": Ids(sides)}),) if left else ()


def _answered_by_all(part: ItemMatrix, sides: Sequence[np.ndarray]) -> ItemMatrix:
    """Keep the items that somebody answered on each side; where one side answered none, that is too few answers."""
    known = np.array([(~np.isnan(part.values[side])).any(axis=0) for side in sides])
    if known.all() or not known.any(axis=1).all():
        return part
    keep = np.logical_and.reduce(known)
    items = tuple(item for item, kept in zip(part.items, keep, strict=True) if kept)
    return replace(part, items=items, values=part.values[:, keep])


def who_answered(source: Source, perspective: str | None) -> pd.Series:
    """Return the perspective of each row of the source."""
    return source.key(perspective or PERSPECTIVE).astype(object)
