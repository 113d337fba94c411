"""How constructs are scored: which items, which of them reversed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.source import Source
from cxresearch.survey.item import Construct
from cxresearch.survey.text import Text


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one construct is scored: its items and which of them are reversed."""

    construct: Construct
    items: Sequence[str]
    reversed: frozenset[str] = frozenset()


def recipes_of(
    source: Source,
    constructs: str | Iterable[str] | Mapping[str, str | Sequence[str]] | None,
    reversed: str | Iterable[str] = (),
    min_answered: int | float = 0.5,
) -> list[Recipe]:
    """Return how each construct is scored; see :func:`score` for the parameters."""
    if isinstance(constructs, Mapping):
        return _given_recipes(source, constructs, frozenset(listed(reversed)), min_answered)
    return _survey_recipes(source, None if constructs is None else listed(constructs))


def listed(names: str | Iterable[str]) -> list[str]:
    """Return names as a list, where one may stand alone.

    Examples
    --------
    >>> listed("ease"), listed(("ease", "trust"))
    (['ease'], ['ease', 'trust'])
    """
    listed = [names] if isinstance(names, str) or not isinstance(names, Iterable) else list(names)
    for name in listed:
        if name is None or not isinstance(name, Hashable):
            raise ArgumentError(Fault(code="scores.names", what="This does not name columns.", given=names))
    return listed


def _given_recipes(
    source: Source,
    constructs: Mapping[str, str | Sequence[str]],
    reverse: frozenset[str],
    min_answered: int | float,
) -> list[Recipe]:
    found = {str(key): listed(items) for key, items in constructs.items()}
    named = [item for items in found.values() for item in items]
    if source.survey is not None:
        reverse = frozenset(i for i in named if i in source.survey.items and source.survey.items[i].reversed)
    unknown = sorted(reverse - set(named))
    if unknown:
        raise ArgumentError(unknown_name("scores.unknown-item", "item to reverse", unknown[0], named))
    if not found or not all(found.values()):
        what = "A construct needs at least one item."
        allowed = "constructs={'ease': ['column a', 'column b']}"
        raise ArgumentError(Fault(code="scores.no-items", what=what, given=found, allowed=allowed))
    for key, items in found.items():
        if len(set(items)) < len(items):
            what = f"An item stands twice in the construct {key!r}."
            raise ArgumentError(Fault(code="scores.item-twice", what=what, given=listing(items)))
    fewest = min(len(items) for items in found.values())
    needed = _min_answered(min_answered, fewest)
    declared = source.survey.constructs if source.survey is not None else {}
    return [
        Recipe(
            construct=declared.get(key)
            or Construct(
                id=key,
                name=source.names.texts.get(key) or Text.model_validate(key),
                min_answered=needed,
            ),
            items=tuple(items),
            reversed=reverse & set(items),
        )
        for key, items in found.items()
    ]


def _min_answered(given: Any, fewest: int) -> int | float:
    if isinstance(given, Integral) and not isinstance(given, bool) and 1 <= int(given) <= fewest:
        return int(given)
    if isinstance(given, float) and 0 < given <= 1:
        return float(given)
    raise ArgumentError(
        Fault(
            code="scores.min-answered",
            what="min_answered is a number of items (2) or a share of them (0.5).",
            given=given,
            allowed=f"1 to {fewest}, or a share above 0.0 and up to 1.0",
        )
    )


def _survey_recipes(source: Source, constructs: list[str] | None) -> list[Recipe]:
    survey = source.survey
    if survey is None:
        raise ArgumentError(
            Fault(
                code="scores.no-constructs",
                what="A plain frame does not say which columns belong together.",
                allowed="constructs={'ease': ['column a', 'column b']}",
            )
        )
    wanted = constructs if constructs is not None else [c for c in survey.constructs if survey.items_of(c)]
    for key in wanted:
        if key not in survey.constructs:
            raise ArgumentError(unknown_name("scores.unknown-construct", "construct", key, survey.constructs))
    recipes = []
    for key in wanted:
        items = [i for i in survey.items_of(key) if i.id in source.frame]
        if items:
            recipes.append(
                Recipe(
                    construct=survey.constructs[key],
                    items=tuple(i.id for i in items),
                    reversed=frozenset(i.id for i in items if i.reversed),
                )
            )
    if not recipes:
        raise ArgumentError(
            Fault(
                code="scores.no-items",
                what="None of these constructs has an item in the data.",
                given=listing(wanted),
                allowed=listing(c for c in survey.constructs if any(i.id in source.frame for i in survey.items_of(c))),
            )
        )
    return recipes
