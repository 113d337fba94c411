"""Conditions in the expressions of SurveyJS, which compares an unanswered question with ``<>`` as if it were answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from cxresearch.survey.expression import Among, Answered, AnyOf, Compare, Condition, Every, Leaf, Not, Value
from cxresearch.survey.scale import Code

NEVER = "1 = 2"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TAKEN = ("true", "false", "null", "undefined")  # what an expression reads as no text
_RESERVED = [
    "item",
    "choice",
    "row",
    "rowvalue",
    "rowname",
    "rowindex",
    "rowtitle",
    "panel",
    "panelindex",
    "prevpanel",
    "nextpanel",
    "parentpanel",
    "survey",
    "self",
    "locale",
    "no",
    "pageno",
    "pagecount",
    "require",
    "title",
    "question",
    "index",
    "value",
    "length",
    "state",
]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the answer to an item or field stands in the data of SurveyJS.

    Parameters
    ----------
    question : str
        Path of the question or cell.
    kind : {"value", "tick", "rank"}
        tick and rank: `value` among the values of the question.
    beside : str, optional
        The question that holds the codes that are no answer, where the platform has no place for them.
    codes : dict
        Our code to the platform's, where they differ.
    missing : tuple
        Codes that are no answer.
    places : int
        How many ranks there are.
    number : bool
        True where every answer but the missing ones is a number.
    only_if : Condition, optional
        Of a row or option: while it is hidden the engine may keep its answer.
    """

    question: str
    kind: Literal["value", "tick", "rank"] = "value"
    value: str = ""
    beside: str | None = None
    codes: Mapping[Code, Code] = field(default_factory=dict)
    missing: tuple[Code, ...] = ()
    places: int = 0
    number: bool = False
    only_if: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes conditions; what has no place here is never answered, or set by the page that runs the survey."""

    places: Mapping[str, Place]

    def write(self, condition: Condition) -> str:
        """Write a condition.

        Examples
        --------
        >>> from cxresearch.survey.expression import parse
        >>> writer = Writer(places={"used_app": Place(question="used", kind="tick", value="used_app")})
        >>> writer.write(parse("nps != 5 and not (used_app == 0)"))
        "({nps} notempty and {nps} <> 5) and !({used} notempty and {used} notcontains 'used_app')"
        """
        return self._written(condition, frozenset(), top=True)

    def answered(self, name: str) -> str:
        """Write that a question was answered."""
        return self.write(Answered(name=name))

    def _written(self, condition: Condition, guards: frozenset[str], top: bool = False) -> str:
        match condition:
            case Not(part=part):
                text = self._written(part, guards, top=True)
                enclosed = isinstance(part, Compare | Among | Answered) and text.startswith("(")
                return f"!{text}" if enclosed else f"!({text})"
            case Every(parts=parts) | AnyOf(parts=parts):
                word = " and " if isinstance(condition, Every) else " or "
                text = word.join(self._written(part, guards) for part in parts)
                return text if top or len(parts) == 1 else f"({text})"
            case _:
                return self._leaf(condition, guards)

    def _leaf(self, leaf: Leaf, guards: frozenset[str]) -> str:
        place = self.places.get(leaf.name) or Place(question=leaf.name)
        if place.kind == "tick":
            text = _tick(leaf, place)
        elif place.kind == "rank":
            text = _rank(leaf, place)
        else:
            text = _value(leaf, place)
        if place.only_if is None or leaf.name in guards or text == NEVER:
            return text
        return f"({self._written(place.only_if, guards | {leaf.name})} and {text})"


def literal(value: Value) -> str:
    """Write a number or a text.

    Examples
    --------
    >>> literal(0.00001), literal("it's"), literal(3.0)
    ('0.00001', "'it\\\\'s'", '3')
    """
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, int) or float(value).is_integer():
        return str(int(value))
    text = repr(float(value))
    return text if "e" not in text else f"{value:.20f}".rstrip("0")


def plain_codes(codes: Iterable[Code]) -> dict[Code, Code]:
    """Return another code for each that SurveyJS would mistake: it takes "App" for "app", and "01" for 1.

    Examples
    --------
    >>> plain_codes([1, "app", "App", "true", "01"])
    {'App': 'c3', 'true': 'c4', '01': 'c5'}
    """
    codes = tuple(codes)
    seen = {code.casefold() for code in codes if isinstance(code, str)}
    used: set[str] = set()
    other: dict[Code, Code] = {}
    for number, code in enumerate(codes, start=1):
        if not isinstance(code, str):
            continue
        plain = _PLAIN.fullmatch(code) and code.casefold() not in (*_TAKEN, *used)
        used.add(code.casefold())
        if not plain:
            new = f"c{number}"
            while new in seen:
                new += "_"
            other[code] = new
            seen.add(new)
    return other


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """Return the name of each question: letters, digits and ``_``, unlike all others whatever the case.

    Examples
    --------
    >>> plain_names(["nps", "NPS", "row", "a-b"])
    {'nps': 'nps', 'NPS': 'NPS_2', 'row': 'row_2', 'a-b': 'a_b'}
    """
    found: dict[str, str] = {}
    taken = set(_RESERVED)
    for name in names:
        stem = re.sub(r"\W", "_", name)
        stem = stem if re.match(r"[^\W\d]", stem) else f"q_{stem}"
        new, number = stem, 1
        while new.casefold() in taken:
            number += 1
            new = f"{stem}_{number}"
        taken.add(new.casefold())
        found[name] = new
    return found


def _tick(leaf: Leaf, place: Place) -> str:
    ticked, bare = f"{{{place.question}}} contains {literal(place.value)}", f"{{{place.question}}} notempty"
    yes, no = leaf.holds({leaf.name: 1}), leaf.holds({leaf.name: 0})
    if yes and no:
        return bare
    if yes:
        return ticked
    return f"({bare} and {{{place.question}}} notcontains {literal(place.value)})" if no else NEVER


def _rank(leaf: Leaf, place: Place) -> str:
    ranks = [rank for rank in range(1, place.places + 1) if leaf.holds({leaf.name: rank})]
    if len(ranks) == place.places:
        return f"{{{place.question}}} contains {literal(place.value)}"
    return _any(f"{{{place.question}[{rank - 1}]}} = {literal(place.value)}" for rank in ranks)


def _value(leaf: Leaf, place: Place) -> str:
    match leaf:
        case Answered():
            return _any(f"{{{path}}} notempty" for path in _paths(place))
        case Among(negated=False, values=values):
            return _any(_equal(place, value) for value in values)
        case Among(values=values):
            return _other(place, values)
        case Compare(op="==", value=value):
            return _equal(place, value)
        case Compare(op="!=", value=value):
            return _other(place, (value,))
        case _:
            return _ordered(leaf, place)


def _ordered(leaf: Compare, place: Place) -> str:
    if isinstance(leaf.value, str):
        return NEVER
    parts = [f"{{{place.question}}} {leaf.op} {literal(leaf.value)}"]
    free = replace(leaf, missing=())
    inside = () if place.beside else place.missing
    parts += [
        f"{{{place.question}}} <> {literal(code)}"
        for code in inside
        if not isinstance(code, str) and free.holds({leaf.name: code})
    ]
    return parts[0] if len(parts) == 1 else f"({' and '.join(parts)})"


def _equal(place: Place, value: Value) -> str:
    if place.beside and value in place.missing:
        return f"{{{place.beside}}} = {literal(place.codes.get(value, value))}"
    if place.number and isinstance(value, str) and value not in place.missing:
        return NEVER
    return f"{{{place.question}}} = {literal(place.codes.get(value, value))}"


def _other(place: Place, values: tuple[Value, ...]) -> str:
    parts = []
    for path in _paths(place):
        aside = [
            value for value in values if place.beside is None or (value in place.missing) == (path == place.beside)
        ]
        if path != place.beside and place.number:
            aside = [value for value in aside if not isinstance(value, str) or value in place.missing]
        unlike = [f"{{{path}}} <> {literal(place.codes.get(value, value))}" for value in aside]
        every = " and ".join([f"{{{path}}} notempty", *unlike])
        parts.append(f"({every})" if unlike else every)
    return _any(parts)


def _paths(place: Place) -> tuple[str, ...]:
    return (place.question, place.beside) if place.beside else (place.question,)


def _any(parts: Iterable[str]) -> str:
    found = list(parts)
    if not found:
        return NEVER
    return found[0] if len(found) == 1 else f"({' or '.join(found)})"
