"""Conditions in LimeSurvey's ExpressionScript.

Operators are words where their signs mean something in HTML: unless a super administrator imports, rows pass an HTML
filter, and ``&&`` would come out as ``&amp;&amp;``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cxresearch.survey.export.limesurvey.text import number
from cxresearch.survey.expression import Among, Answered, AnyOf, Compare, Condition, Every, Leaf, Not, Value

NEVER, ALWAYS = "0", "1"
WORDS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


@dataclass(frozen=True, kw_only=True)
class Variable:
    """How LimeSurvey knows a question.

    Parameters
    ----------
    name : str
        As an expression names it, without ``.NAOK``.
    codes : dict
        For a choice: the survey's code to LimeSurvey's.
    tick : bool
        An option of a multiple choice; `siblings` are all of its question.
    ranks : tuple of str
        For an option of a ranking: the names of the places; `codes` holds its own code under 0.
    number : bool
    beside : str
        For a number: the name of the box for "don't know", which stands for `beside_code`.
    """

    name: str
    codes: Mapping[Value, str] = field(default_factory=dict)
    tick: bool = False
    siblings: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    number: bool = False
    beside: Mapping[Value, str] = field(default_factory=dict)


def script(condition: Condition | None, variables: Mapping[str, Variable]) -> str:
    """Write a condition; what is not asked here counts as unanswered.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> nps = Variable(name="nps", codes={code: str(code) for code in range(11)})
    >>> script(parse("nps <= 1 or not answered(nps)"), {"nps": nps})
    '((nps.NAOK == "0" or nps.NAOK == "1") or !(!is_empty(nps.NAOK)))'
    """
    match condition:
        case None:
            return ALWAYS
        case Not():
            return f"!({script(condition.part, variables)})"
        case Every():
            return f"({' and '.join(script(part, variables) for part in condition.parts)})"
        case AnyOf():
            return f"({' or '.join(script(part, variables) for part in condition.parts)})"
        case _:
            variable = variables.get(condition.name)
            return _leaf(condition, variable) if variable else NEVER


def _leaf(leaf: Leaf, variable: Variable) -> str:
    if variable.tick:
        return _tick(leaf, variable)
    if variable.ranks:
        return _rank(leaf, variable)
    if variable.codes and not variable.number:
        if isinstance(leaf, Answered):
            return f"!is_empty({variable.name}.NAOK)"
        return _one_of(
            variable.name, [code for value, code in variable.codes.items() if leaf.holds({leaf.name: value})]
        )
    return _number(leaf, variable)


def _tick(leaf: Leaf, variable: Variable) -> str:
    some = _any([f'{name}.NAOK == "Y"' for name in variable.siblings])
    if isinstance(leaf, Answered):
        return some
    ticked = f'{variable.name}.NAOK == "Y"'
    yes, no = leaf.holds({leaf.name: 1}), leaf.holds({leaf.name: 0})
    if yes and no:
        return some
    return ticked if yes else f"({some} and !({ticked}))" if no else NEVER


def _rank(leaf: Leaf, variable: Variable) -> str:
    code = variable.codes[0]
    places = [
        name
        for rank, name in enumerate(variable.ranks, start=1)
        if isinstance(leaf, Answered) or leaf.holds({leaf.name: rank})
    ]
    return _any([f'{name}.NAOK == "{code}"' for name in places])


def _number(leaf: Leaf, variable: Variable) -> str:
    given = f"!is_empty({variable.name}.NAOK)"
    if isinstance(leaf, Answered):
        return _any([given, *(f'{name}.NAOK == "Y"' for name in variable.beside.values())])
    boxes = [f'{box}.NAOK == "Y"' for code, box in variable.beside.items() if leaf.holds({leaf.name: code})]
    if isinstance(leaf, Among):
        values = [value for value in leaf.values if value not in variable.beside]
        if leaf.negated:
            parts = [given, *(f"{variable.name}.NAOK != {_literal(value)}" for value in values)]
            return _any([f"({' and '.join(parts)})", *boxes])
        return _any([*(f"({given} and {variable.name}.NAOK == {_literal(value)})" for value in values), *boxes])
    assert isinstance(leaf, Compare)
    if leaf.value in variable.beside and leaf.op == "==":
        return _any(boxes)
    if leaf.value in variable.beside and leaf.op == "!=":
        return _any([given, *boxes])
    return _any([f"({given} and {variable.name}.NAOK {WORDS.get(leaf.op, leaf.op)} {_literal(leaf.value)})", *boxes])


def _literal(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else number(value)


def _one_of(name: str, codes: Sequence[str]) -> str:
    return _any([f'{name}.NAOK == "{code}"' for code in codes])


def _any(parts: Sequence[str]) -> str:
    return f"({' or '.join(parts)})" if len(parts) > 1 else parts[0] if parts else NEVER
