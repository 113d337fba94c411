"""Display, skip and branch logic of Qualtrics as conditions of the survey language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cxresearch.survey.imports.markup import plain
from cxresearch.survey.scale import Code

_CHOICE = re.compile(r"q://(QID[^/]+)/(?:SelectableChoice|SelectableAnswer)/([^/]+)(?:/([^/]+))?$")
_ENTRY = re.compile(r"q://(QID[^/]+)/(?:ChoiceTextEntryValue|ChoiceNumericEntryValue)(?:/([^/]+))?(?:/([^/]+))?$")
_WHOLE = re.compile(r"q://(QID[^/]+)(?:/(?:QuestionText|SelectedChoices|TotalText))?$")
_COMPARED = {
    "EqualTo": "==",
    "NotEqualTo": "!=",
    "GreaterThan": ">",
    "GreaterThanOrEqual": ">=",
    "LessThan": "<",
    "LessThanOrEqual": "<=",
}


@dataclass(kw_only=True)
class Asked:
    """What a question became.

    Parameters
    ----------
    single : str, optional
        The item or field of the whole question.
    codes : dict
        Choice (or answer of a matrix) to code.
    ticks : dict
        Choice, or row and answer, to the item that is 1 when it is selected.
    rows : dict
        Row to its item or field.
    numbers : bool
        Answers can be compared by size.
    """

    single: str | None = None
    codes: Mapping[str, Code] = field(default_factory=dict)
    ticks: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    numbers: bool = False


def condition(logic: Any, asked: Mapping[str, Asked]) -> str | None:
    """Return a relevance for a boolean expression of Qualtrics, None where it cannot be said.

    Parameters
    ----------
    logic : mapping
        Groups under ``"0"``, ``"1"``, ...; in each of them expressions under ``"0"``, ``"1"``, ...
    asked : dict
        QID to what it became.

    Examples
    --------
    >>> leaf = {"LogicType": "Question", "LeftOperand": "q://QID1/SelectableChoice/2", "Operator": "Selected"}
    >>> condition({"0": {"0": leaf, "Type": "If"}}, {"QID1": Asked(single="Q1", codes={"2": 5})})
    'Q1 == 5'
    """
    if not isinstance(logic, Mapping):
        return None
    return _joined([(_before(group), _group(group, asked)) for group in _numbered(logic)])


def _before(group: Mapping[str, Any]) -> str:
    """Return what stands before a group: at its first expression, or in the type of the group."""
    first: Mapping[str, Any] = next(_numbered(group), {})
    return str(first.get("Conjuction") or first.get("Conjunction") or group.get("Type") or "")


def _numbered(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in sorted((key for key in node if str(key).isdigit()), key=lambda key: int(key)):
        if isinstance(node[key], Mapping):
            yield node[key]


def _group(group: Mapping[str, Any], asked: Mapping[str, Asked]) -> str | None:
    told = [
        (str(leaf.get("Conjuction") or leaf.get("Conjunction") or ""), leaf_condition(leaf, asked))
        for leaf in _numbered(group)
    ]
    return _joined(told)


def _joined(parts: list[tuple[str, str | None]]) -> str | None:
    """Join parts, each with what stands before it; "and" binds closer than "or", as in Qualtrics."""
    if not parts or any(part is None for _, part in parts):
        return None
    if len(parts) == 1:
        return parts[0][1]
    text = f"({parts[0][1]})"
    for word, part in parts[1:]:
        text += f" {'or' if word.lower().startswith(('or', 'elseif')) else 'and'} ({part})"
    return text


def leaf_condition(leaf: Mapping[str, Any], asked: Mapping[str, Asked]) -> str | None:
    """Return a relevance for one comparison, None where it cannot be said."""
    if leaf.get("LogicType", "Question") != "Question" or leaf.get("QuestionIsInLoop", "no") not in ("no", False, None):
        return None
    where = str(leaf.get("LeftOperand") or leaf.get("ChoiceLocator") or leaf.get("Locator") or "")
    operator = str(leaf.get("Operator") or leaf.get("Condition") or "")
    if found := _CHOICE.match(where):
        return _choice(asked.get(found[1]), found[2], found[3], operator)
    if found := _ENTRY.match(where):
        return _entry(asked.get(found[1]), found[2], found[3], operator, leaf.get("RightOperand"))
    if found := _WHOLE.match(where):
        return _answered(_one(asked.get(found[1]), None, None), operator)
    return None


def _choice(one: Asked | None, first: str, second: str | None, operator: str) -> str | None:
    if one is None or operator not in ("Selected", "NotSelected", "Is", "IsNot"):
        return None
    where = (first,) if second is None else (first, second)
    if where in one.ticks:
        said = f"{one.ticks[where]} == 1"
    elif second is None and one.single and first in one.codes:
        said = f"{one.single} == {one.codes[first]!r}"
    elif second is not None and first in one.rows and second in one.codes:
        said = f"{one.rows[first]} == {one.codes[second]!r}"
    else:
        return None
    return f"not ({said})" if operator in ("NotSelected", "IsNot") else said


def _one(one: Asked | None, first: str | None, second: str | None) -> str | None:
    if one is None or second is not None:
        return None
    return one.rows.get(first) if first is not None and one.rows else one.single


def _entry(one: Asked | None, first: str | None, second: str | None, operator: str, right: Any) -> str | None:
    id = _one(one, first, second)
    if id is None or one is None:
        return None
    if operator in _COMPARED and one.numbers:
        number = str(right).strip()
        return f"{id} {_COMPARED[operator]} {number}" if re.fullmatch(r"-?\d+(\.\d+)?", number) else None
    return _answered(id, operator)


def _answered(id: str | None, operator: str) -> str | None:
    said = {"Empty": "not answered({})", "NotEmpty": "answered({})"}.get(operator)
    return said.format(id) if said and id else None


def described(logic: Any) -> str:
    """Return how Qualtrics itself describes a logic, for a note.

    Examples
    --------
    >>> described({"0": {"0": {"Description": "<b>If</b> fruit Is Selected"}}})
    'If fruit Is Selected'
    """
    return "; ".join(dict.fromkeys(_descriptions(logic))) or str(logic)[:200]


def _descriptions(node: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(node, Mapping) and depth < 10:
        if isinstance(text := node.get("Description"), str):
            yield plain(text).text
        for value in node.values():
            yield from _descriptions(value, depth + 1)
