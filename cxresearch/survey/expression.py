"""Relevance: when a question, a block or a page is shown.

The language is small on purpose: a question is compared with a fixed value.  So every platform can say it,
and what can be reached is found by looking at the answers that matter.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from cxresearch.errors import CxError, Fault

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
Value = int | float | str
Given = Mapping[str, Value | None]

LONGEST = 2000  # characters
_DEEPEST = 50
_OPERATORS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_TURNED: dict[Operator, Operator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# how conditions are written elsewhere, and here; what stands between quotes is left as it is
_ELSEWHERE = (
    (r"&&?|\bund\b|\bAND\b", " and "),
    (r"\|\|?|\boder\b|\bOR\b", " or "),
    (r"\bnicht\b|\bNOT\b|!(?!=)", " not "),
    (r"<>", "!="),
    (r"=>", ">="),
    (r"=<", "<="),
    (r"===+|(?<![=!<>])=(?!=)|\bis\b|\bist\b", "=="),
)
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
ALLOWED = "names of items and fields, and, or, not, ( ), == != < <= > >=, in [...], answered(name), numbers, 'texts'"


@dataclass(frozen=True, kw_only=True)
class Compare:
    """A question beside a value.

    Parameters
    ----------
    name : str
    op : {"==", "!=", "<", "<=", ">", ">="}
    value : int, float or str
    missing : tuple
        Codes of the question that are no answer: no number is smaller or larger than they are.
    """

    name: str
    op: Operator
    value: Value
    missing: tuple[Value, ...] = ()

    @property
    def ordered(self) -> bool:
        """True for smaller and larger."""
        return self.op not in ("==", "!=")

    def holds(self, given: Given) -> bool:
        found = given.get(self.name)
        if found is None or (self.ordered and found in self.missing):
            return False
        if isinstance(found, str) != isinstance(self.value, str):
            return self.op == "!="
        return _COMPARE[self.op](found, self.value)


@dataclass(frozen=True, kw_only=True)
class Among:
    """A question whose answer is one of several values, or, negated, an answer other than these."""

    name: str
    values: tuple[Value, ...]
    negated: bool = False

    def holds(self, given: Given) -> bool:
        found = given.get(self.name)
        return found is not None and (found in self.values) != self.negated


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question that was answered; "don't know" is an answer here."""

    name: str

    def holds(self, given: Given) -> bool:
        return given.get(self.name) is not None


@dataclass(frozen=True, kw_only=True)
class Not:
    """The opposite; it holds as well where nothing was answered."""

    part: Condition

    def holds(self, given: Given) -> bool:
        return not self.part.holds(given)


@dataclass(frozen=True, kw_only=True)
class Every:
    """All of these."""

    parts: tuple[Condition, ...]

    def holds(self, given: Given) -> bool:
        return all(part.holds(given) for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """At least one of these."""

    parts: tuple[Condition, ...]

    def holds(self, given: Given) -> bool:
        return any(part.holds(given) for part in self.parts)


Condition = Compare | Among | Answered | Not | Every | AnyOf
Leaf = Compare | Among | Answered


def parse(text: str) -> Condition:
    """Read a relevance.

    Raises
    ------
    CxError
        ``survey.relevance``

    Examples
    --------
    >>> condition = parse("nps <= 6 and channel in ['app', 'web']")
    >>> condition.holds({"nps": 3, "channel": "app"}), condition.holds({"nps": None, "channel": "app"})
    (True, False)
    >>> sorted(names(condition))
    ['channel', 'nps']
    """
    if len(text) > LONGEST:
        raise _fault(text[:60], f"The condition is longer than {LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's own advice about '\\d' helps nobody here
            tree = ast.parse(text.strip(), mode="eval")
        return _condition(tree.body, text, 0)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _fault(text, "This cannot be read as a condition", _did_you_mean(text)) from None
    except CxError:
        if do := _did_you_mean(text):
            raise _fault(text, "This cannot be read as a condition", do) from None
        raise


def _did_you_mean(text: str) -> str | None:
    """Return what to do about a condition in the signs or words of another language."""
    parts = _QUOTED.split(text)
    for sign, ours in _ELSEWHERE:
        parts[::2] = [re.sub(sign, ours, part) for part in parts[::2]]
    new = " ".join("".join(parts).split())
    if new == " ".join(text.split()):
        return None
    try:
        parse(new)
    except CxError:
        return None
    return f"Did you mean: {new}?"


def names(condition: Condition) -> set[str]:
    """Return the items and fields that a condition looks at."""
    return {leaf.name for leaf in leaves(condition)}


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield the comparisons of a condition."""
    match condition:
        case Not():
            yield from leaves(condition.part)
        case Every() | AnyOf():
            for part in condition.parts:
                yield from leaves(part)
        case _:
            yield condition


def bound(condition: Condition, missing: Mapping[str, tuple[Value, ...]]) -> Condition:
    """Tell every comparison which codes of its question are no answer."""
    match condition:
        case Compare():
            return replace(condition, missing=missing.get(condition.name, ()))
        case Not():
            return Not(part=bound(condition.part, missing))
        case Every():
            return Every(parts=tuple(bound(part, missing) for part in condition.parts))
        case AnyOf():
            return AnyOf(parts=tuple(bound(part, missing) for part in condition.parts))
        case _:
            return condition


def both(*conditions: Condition | None) -> Condition | None:
    """Return the condition under which all of these hold; None is always.

    Examples
    --------
    >>> both(None, parse("a == 1")) == parse("a == 1")
    True
    """
    parts = tuple(condition for condition in conditions if condition is not None)
    return Every(parts=parts) if len(parts) > 1 else next(iter(parts), None)


def renamed(text: str, new: Mapping[str, str]) -> str:
    """Write a condition with other names.

    Examples
    --------
    >>> renamed("step == 'visit' or answered(mood)", {"step": "step_2", "mood": "mood_2"})
    "step_2 == 'visit' or answered(mood_2)"
    """
    try:
        parse(text)  # what cannot be read is told of where it stands
    except CxError:
        return text
    tree = ast.parse(text.strip(), mode="eval")
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in new and node not in functions:
            node.id = new[node.id]
    return ast.unparse(tree)


def _condition(node: ast.expr, text: str, depth: int) -> Condition:
    if depth > _DEEPEST:
        raise _fault(text, "There are too many parentheses")
    match node:
        case ast.BoolOp(op=kind, values=values):
            parts = tuple(_condition(value, text, depth + 1) for value in values)
            return Every(parts=parts) if isinstance(kind, ast.And) else AnyOf(parts=parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(part=_condition(operand, text, depth + 1))
        case ast.Compare(left=left, ops=ops, comparators=right):
            sides = [left, *right]
            parts = tuple(_compare(a, op, b, text) for a, op, b in zip(sides[:-1], ops, sides[1:], strict=True))
            return parts[0] if len(parts) == 1 else Every(parts=parts)
        case ast.Call(func=ast.Name(id="answered"), args=[ast.Name(id=name)], keywords=[]):
            return Answered(name=name)
        case ast.Name(id=name):
            raise _fault(text, f"{name!r} alone is no condition", f"Write {name} == 1 or answered({name}).")
    raise _fault(text, "A part of this is not understood")


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr, text: str) -> Condition:
    if isinstance(op, ast.In | ast.NotIn):
        if not isinstance(left, ast.Name) or not isinstance(right, ast.List | ast.Tuple | ast.Set) or not right.elts:
            raise _fault(text, "'in' stands between a question and a list")
        values = tuple(_value(element, text) for element in right.elts)
        return Among(name=left.id, values=values, negated=isinstance(op, ast.NotIn))
    kind = _OPERATORS.get(type(op))
    if kind is None:
        raise _fault(text, "This comparison is not known")
    if isinstance(left, ast.Name) and isinstance(right, ast.Name):
        raise _fault(text, "A question is compared with a fixed value, not with another question")
    if isinstance(left, ast.Name):
        return Compare(name=left.id, op=kind, value=_value(right, text))
    if isinstance(right, ast.Name):
        return Compare(name=right.id, op=_TURNED[kind], value=_value(left, text))
    raise _fault(text, "A comparison needs a question on one side")


def _value(node: ast.expr, text: str) -> Value:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise _fault(text, "A question is compared with a number or a text in quotes") from None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _fault(text, "A question is compared with a number or a text in quotes")
    return value


def _fault(text: str, what: str, do: str | None = None) -> CxError:
    return CxError(Fault(code="survey.relevance", what=f"{what}.", given=text, allowed=ALLOWED, do=do))
