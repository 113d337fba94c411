"""Conditions in words, for respondents who have to follow them themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cxresearch.survey.export.paper.words import Words, printable
from cxresearch.survey.expression import Among, Answered, AnyOf, Compare, Condition, Every, Leaf, Not, Value
from cxresearch.survey.text import Text

_ORDERED = {"<": "less", "<=": "most", ">": "more", ">=": "least"}
_TIMES = {"<": "before", "<=": "until", ">": "after", ">=": "from"}


@dataclass(frozen=True, kw_only=True)
class Reference:
    """How a condition speaks of a variable.

    Parameters
    ----------
    how : {"given", "ticked", "known"}
        Answered, an option to tick, or a column that comes with the data.
    where : str
        Number of the question, or the name of the column.
    labels : dict
        Code to what stands beside its box.
    option : str
        For an option to tick its wording.
    """

    how: Literal["given", "ticked", "known"]
    where: str
    labels: Mapping[Value, Text] = field(default_factory=dict)
    option: str = ""
    time: bool = False


class Sentences:
    """Conditions as subordinate clauses.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> yes = {1: Text({"de": "ja", "en": "yes"})}
    >>> where = {"a": Reference(how="given", where="Frage 1", labels=yes), "n": Reference(how="given", where="Frage 2")}
    >>> Sentences(Words("de"), where).clause(parse("a == 1 and (n <= 6 or not answered(n))"))
    'Sie bei Frage 1 „ja“ angegeben haben und (Sie bei Frage 2 höchstens 6 angegeben haben oder Sie Frage 2 nicht \
beantwortet haben)'
    """

    def __init__(self, words: Words, references: Mapping[str, Reference]) -> None:
        self.words = words
        self.references = references

    def clause(self, condition: Condition, inside: bool = False) -> str:
        """Return a condition as a clause that follows "if"."""
        match condition:
            case Every(parts=parts) | AnyOf(parts=parts):
                join = self.words.say("and" if isinstance(condition, Every) else "or")
                told = join.join(dict.fromkeys(self.clause(part, True) for part in _flat(condition, parts)))
                return f"({told})" if inside else told
            case Not(part=Not(part=part)):
                return self.clause(part, inside)
            case Not(part=part):
                return self._not(part)
            case _:
                return self._leaf(condition)

    def _not(self, part: Condition) -> str:
        match part:
            case Answered():
                reference = self._reference(part.name)
                key = "known_none" if reference.how == "known" else "answered_not"
                return self.words.say(key, where=reference.where)
            case Compare(op="==") | Among(negated=False):
                reference = self._reference(part.name)
                values = part.values if isinstance(part, Among) else (part.value,)
                if reference.how == "ticked" and set(values) == {1}:
                    return self.words.say("unticked", where=reference.where, what=self._quoted(reference.option))
                if reference.how != "ticked":
                    what = self._values(reference, values)
                    return self.words.say(f"{reference.how}_not", where=reference.where, what=what)
        return self.words.say("not", clause=self.clause(part, True))

    def _leaf(self, leaf: Leaf) -> str:
        reference = self._reference(leaf.name)
        if isinstance(leaf, Answered):
            key = "known_any" if reference.how == "known" else "answered"
            return self.words.say(key, where=reference.where)
        if reference.how == "ticked" and (ticked := _ticked(leaf)) is not None:
            key = "ticked" if ticked else "ticked_not"
            return self.words.say(key, where=reference.where, what=self._quoted(reference.option))
        how = "given" if reference.how == "ticked" else reference.how
        return self.words.say(how, where=reference.where, what=self._what(leaf, reference))

    def _what(self, leaf: Compare | Among, reference: Reference) -> str:
        if isinstance(leaf, Among):
            told = self._values(reference, leaf.values)
            return self.words.say("other" if leaf.negated else "is", value=told)
        told = self._values(reference, (leaf.value,), leaf.ordered)
        if leaf.ordered:
            return self.words.say((_TIMES if reference.time else _ORDERED)[leaf.op], value=told)
        return self.words.say("is" if leaf.op == "==" else "other", value=told)

    def _values(self, reference: Reference, values: tuple[Value, ...], ordered: bool = False) -> str:
        return self.words.say("or").join(self._value(reference, value, ordered) for value in values)

    def _value(self, reference: Reference, value: Value, ordered: bool) -> str:
        text = reference.labels.get(value)
        if text is not None and text.get(self.words.language) != str(value):
            return self._quoted(text.get(self.words.language))
        if isinstance(value, str):
            return self._quoted(value)
        return self.words.number(value) if ordered else self._quoted(self.words.number(value))

    def _quoted(self, text: str) -> str:
        return self.words.say("quoted", text=printable(text))

    def _reference(self, name: str) -> Reference:
        return self.references.get(name) or Reference(how="known", where=self._quoted(name))


def _flat(condition: Every | AnyOf, parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Take "and" out of "and", and "or" out of "or"."""
    found: list[Condition] = []
    for part in parts:
        same = isinstance(part, Every) if isinstance(condition, Every) else isinstance(part, AnyOf)
        found += _flat(part, part.parts) if same and isinstance(part, Every | AnyOf) else [part]
    return tuple(found)


def _ticked(leaf: Compare | Among) -> bool | None:
    """Tell what a comparison with 0 and 1 asks for; None where it asks for neither."""
    zero, one = (leaf.holds({leaf.name: value}) for value in (0, 1))
    return None if zero == one else one


def formula(condition: Condition, inside: bool = False) -> str:
    """Write a condition in the survey language, with the ids of its variables.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> formula(parse("not (a in [1, 'x']) and (b<3 or answered(c))"))
    "not (a in [1, 'x']) and (b < 3 or answered(c))"
    """
    match condition:
        case Every(parts=parts) | AnyOf(parts=parts):
            join = " and " if isinstance(condition, Every) else " or "
            told = join.join(formula(part, True) for part in _flat(condition, parts))
            return f"({told})" if inside else told
        case Not(part=part):
            told = formula(part, True)
            return f"not {told}" if told.startswith("(") else f"not ({told})"
        case Among():
            values = ", ".join(repr(value) for value in condition.values)
            return f"{condition.name} {'not in' if condition.negated else 'in'} [{values}]"
        case Answered():
            return f"answered({condition.name})"
        case Compare():
            return f"{condition.name} {condition.op} {condition.value!r}"
