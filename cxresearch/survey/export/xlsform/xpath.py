"""Conditions in the XPath of ODK forms, with our meaning: what was not answered compares with nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cxresearch.errors import CxError, Fault
from cxresearch.survey.expression import AnyOf, Compare, Condition, Every, Leaf, Not, Value
from cxresearch.survey.scale import Code

NEVER = "false()"
MOST_NAMED = 4  # answers that are named one by one before a comparison of numbers is shorter


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Where a form keeps the answer to one variable.

    Parameters
    ----------
    kind : {"choice", "number", "text", "tick", "order", "places"}
        tick: ticked among others in one question.  order: ranked in one question.  places: one question a rank.
    names : tuple of str
        Of the question; for places one a rank.
    codes : dict
        Code of the survey to that of the form; for tick and order one, that of the option.
    missing : tuple
        Codes that are no answer.
    aside : str, optional
        The question beside a number or text where "don't know" is chosen; its codes are `missing`.
    most : int
        Ranks that can be given.
    numeric : bool
        The answer is a number in the form, not a choice.
    """

    kind: Literal["choice", "number", "text", "tick", "order", "places"]
    names: tuple[str, ...]
    codes: Mapping[Code, str] = field(default_factory=dict)
    missing: tuple[Code, ...] = ()
    aside: str | None = None
    most: int = 0
    numeric: bool = False

    @property
    def ref(self) -> str:
        """The first question as XLSForm names it."""
        return f"${{{self.names[0]}}}"

    @property
    def option(self) -> str:
        """The option of a tick or a rank, as XPath text."""
        return quoted(next(iter(self.codes.values())))


def xpath(condition: Condition, stored: Mapping[str, Stored]) -> str:
    """Write a condition for the columns `relevant` and `calculation` of an XLSForm.

    Parameters
    ----------
    condition : Condition
    stored : dict
        By variable; what is not in it is never asked here, so that nothing holds for it.

    Raises
    ------
    CxError
        ``export.refused`` for an order of texts.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> nps = Stored(kind="choice", names=("nps",), codes={code: str(code) for code in range(11)}, numeric=True)
    >>> print(xpath(parse("nps <= 6"), {"nps": nps}))
    (${nps} != '' and ${nps} <= 6)
    >>> print(xpath(parse("nps != 3 and not answered(other)"), {"nps": nps}))
    (${nps} != '' and ${nps} != '3') and not(false())
    """
    match condition:
        case Not():
            return f"not({xpath(condition.part, stored)})"
        case Every():
            return " and ".join(_inner(part, stored) for part in condition.parts)
        case AnyOf():
            return " or ".join(_inner(part, stored) for part in condition.parts)
    found = stored.get(condition.name)
    return _leaf(condition, found) if found else NEVER


def quoted(text: str) -> str:
    """Write text as XPath, which knows no escapes.

    Examples
    --------
    >>> print(quoted("it's"), quoted("a"))
    "it's" 'a'
    """
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = ', "\'", '.join(f"'{part}'" for part in text.split("'"))
    return f"concat({parts})"


def _inner(part: Condition, stored: Mapping[str, Stored]) -> str:
    text = xpath(part, stored)
    return f"({text})" if isinstance(part, Every | AnyOf) and len(part.parts) > 1 else text


def _leaf(leaf: Leaf, found: Stored) -> str:
    match found.kind:
        case "tick":
            return _ticked(leaf, found)
        case "order" | "places":
            return _ranked(leaf, found)
        case "choice":
            return _chosen(leaf, found)
        case _:
            return _typed(leaf, found)


def _holding(leaf: Leaf, codes: Mapping[Code, str]) -> list[Code]:
    return [code for code in codes if leaf.holds({leaf.name: code})]


def _chosen(leaf: Leaf, found: Stored) -> str:
    held = _holding(leaf, found.codes)
    other = [code for code in found.codes if code not in held]
    if not held:
        return NEVER
    if not other:
        return f"{found.ref} != ''"
    if isinstance(leaf, Compare) and leaf.ordered and found.numeric:
        missing = [f"{found.ref} != {_same(code, found)}" for code in found.codes if code in leaf.missing]
        return f"({' and '.join([f'{found.ref} != ' + quoted(''), f'{found.ref} {leaf.op} {leaf.value}', *missing])})"
    if len(held) <= len(other):
        return _any(f"{found.ref} = {_same(code, found)}" for code in held)
    return f"({' and '.join([f'{found.ref} != ' + quoted(''), *(f'{found.ref} != {_same(c, found)}' for c in other)])})"


def _same(code: Code, found: Stored) -> str:
    """Write a code so that it is compared as text, or as a number where the form stores one."""
    return found.codes[code] if found.kind == "number" else quoted(found.codes[code])


def _ticked(leaf: Leaf, found: Stored) -> str:
    held = _holding(leaf, {0: "", 1: ""})
    ticked = f"selected({found.ref}, {found.option})"
    if held == [1]:
        return ticked
    if held == [0]:
        return f"({found.ref} != '' and not({ticked}))"
    return f"{found.ref} != ''" if held else NEVER


def _ranked(leaf: Leaf, found: Stored) -> str:
    ranks = range(1, found.most + 1)
    held = _holding(leaf, dict.fromkeys(ranks, ""))
    if found.kind == "places":
        return _any(f"${{{found.names[rank - 1]}}} = {found.option}" for rank in map(int, held)) or NEVER
    if len(held) == found.most:
        return f"selected({found.ref}, {found.option})"
    return _any(f"selected-at({found.ref}, {int(rank) - 1}) = {found.option}" for rank in held) or NEVER


def _typed(leaf: Leaf, found: Stored) -> str:
    parts = [_of_typed(leaf, found)]
    if found.aside:
        aside = Stored(kind="choice", names=(found.aside,), codes={code: found.codes[code] for code in found.missing})
        parts.append(_chosen(leaf, aside))
    return _any(part for part in parts if part != NEVER) or NEVER


def _of_typed(leaf: Leaf, found: Stored) -> str:
    there = f"{found.ref} != ''"
    if not isinstance(leaf, Compare):
        values: tuple[Value, ...] = getattr(leaf, "values", ())
        negated = getattr(leaf, "negated", True)
        fitting = [value for value in values if isinstance(value, str) != (found.kind == "number")]
        if negated:
            others = [f"{found.ref} != {_literal(value)}" for value in fitting]
            return f"({' and '.join([there, *others])})" if others else there
        return _any(f"({there} and {found.ref} = {_literal(value)})" for value in fitting) or NEVER
    if isinstance(leaf.value, str) == (found.kind == "number"):
        return there if leaf.op == "!=" else NEVER
    if leaf.ordered and found.kind != "number":
        what = "ODK cannot tell which of two texts comes first."
        raise CxError(Fault(code="export.refused", what=what, given=f"{leaf.name} {leaf.op} {leaf.value!r}"))
    return f"({there} and {found.ref} {leaf.op} {_literal(leaf.value)})"


def _literal(value: Value) -> str:
    return quoted(value) if isinstance(value, str) else f"{value}"


def _any(parts: object) -> str:
    listed = list(parts)  # type: ignore[call-overload]
    return f"({' or '.join(listed)})" if len(listed) > 1 else "".join(listed)
