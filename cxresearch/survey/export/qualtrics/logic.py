"""Conditions as people set them by hand: in the survey's own syntax and in words."""

from __future__ import annotations

from collections.abc import Mapping

from cxresearch.survey.expression import Among, Answered, AnyOf, Compare, Condition, Every, Leaf, Not
from cxresearch.survey.form import Entry

_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "and": "und",
        "or": "oder",
        "not": "es nicht zutrifft, dass",
        "answered": "{name} beantwortet ist",
        "one": "{name} eine dieser Antworten hat ({values})",
        "never": "{name} eine Antwort hat, die es nicht gibt",
        "ticked": "bei {name} „{label}“ angekreuzt ist",
        "unticked": "bei {name} etwas angekreuzt ist, aber nicht „{label}“",
        "either": "bei {name} etwas angekreuzt ist",
        "value": "{name} beantwortet ist und {op} {value}",
        "number": "{name} eine Zahl hat, die {op} {value}",
        "==": "gleich ist mit",
        "!=": "anders ist als",
        "<": "kleiner ist als",
        "<=": "höchstens so groß ist wie",
        ">": "größer ist als",
        ">=": "mindestens so groß ist wie",
        "none of": "keines ist von",
        "one of": "eines ist von",
    },
    "en": {
        "and": "and",
        "or": "or",
        "not": "it is not so that",
        "answered": "{name} is answered",
        "one": "{name} has one of these answers ({values})",
        "never": "{name} has an answer that does not exist",
        "ticked": "in {name} “{label}” is selected",
        "unticked": "in {name} something is selected, but not “{label}”",
        "either": "in {name} something is selected",
        "value": "{name} is answered and {op} {value}",
        "number": "{name} has a number that {op} {value}",
        "==": "equals",
        "!=": "differs from",
        "<": "is smaller than",
        "<=": "is at most",
        ">": "is greater than",
        ">=": "is at least",
        "none of": "is none of",
        "one of": "is one of",
    },
}


def in_syntax(condition: Condition) -> str:
    """Write a condition as a survey file holds it.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> in_syntax(parse("not (a in ['x', 'y'] and b != 2) or answered(c)"))
    "not (a in ['x', 'y'] and b != 2) or answered(c)"
    """
    match condition:
        case Compare():
            return f"{condition.name} {condition.op} {condition.value!r}"
        case Among():
            values = ", ".join(repr(value) for value in condition.values)
            return f"{condition.name} {'not in' if condition.negated else 'in'} [{values}]"
        case Answered():
            return f"answered({condition.name})"
        case Not():
            return f"not {_closed(condition.part)}"
        case Every():
            parts = [in_syntax(part) if not isinstance(part, AnyOf) else _closed(part) for part in condition.parts]
            return " and ".join(parts)
        case AnyOf():
            return " or ".join(in_syntax(part) for part in condition.parts)


def _closed(condition: Condition) -> str:
    return f"({in_syntax(condition)})" if isinstance(condition, Every | AnyOf) else in_syntax(condition)


def in_words(
    condition: Condition, entries: Mapping[str, Entry], names: Mapping[str, str], ticks: Mapping[str, str], lang: str
) -> str:
    """Say a condition in German or English, with the answers that fulfil it, so that missing codes need no thought.

    Parameters
    ----------
    condition : Condition
    entries : dict
        The variables of the questionnaire.
    names : dict
        Variable to its name on the platform.
    ticks : dict
        Option of a multiple choice to the name of its question.
    lang : {"de", "en"}

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> in_words(parse("age >= 18 and answered(b)"), {}, {"b": "Q2"}, {}, "en")
    'age is answered and is at least 18 and Q2 is answered'
    """
    words = _WORDS[lang]
    match condition:
        case Not():
            return f"{words['not']} ({in_words(condition.part, entries, names, ticks, lang)})"
        case Every() | AnyOf():
            told = [in_words(part, entries, names, ticks, lang) for part in condition.parts]
            inner = [isinstance(part, Every | AnyOf) for part in condition.parts]
            parts = [f"({text})" if nested else text for text, nested in zip(told, inner, strict=True)]
            return f" {words['and' if isinstance(condition, Every) else 'or']} ".join(parts)
        case _:
            return _leaf(condition, entries, names, ticks, lang)


def _leaf(
    leaf: Leaf, entries: Mapping[str, Entry], names: Mapping[str, str], ticks: Mapping[str, str], lang: str
) -> str:
    words = _WORDS[lang]
    entry = entries.get(leaf.name)
    name = names.get(leaf.name, leaf.name)
    if entry is not None and leaf.name in ticks:
        fulfilled = {code for code in (0, 1) if leaf.holds({leaf.name: code})}
        if fulfilled:
            key = "either" if len(fulfilled) > 1 else "ticked" if fulfilled == {1} else "unticked"
            return words[key].format(name=ticks[leaf.name], label=entry.text.get(lang))
    if isinstance(leaf, Answered):
        return words["answered"].format(name=name)
    if entry is not None and entry.kind == "choice":
        found = [option for option in entry.options if leaf.holds({leaf.name: option.code})]
        told = [(str(option.code), option.text.get(lang)) for option in found]
        values = "; ".join(code if code == label else f"{code}: {label}" for code, label in told)
        return words["one" if found else "never"].format(name=name, values=values)
    if isinstance(leaf, Among):
        op = words["none of" if leaf.negated else "one of"]
        return words["value"].format(name=name, op=op, value=", ".join(str(value) for value in leaf.values))
    key = "number" if leaf.ordered and entry is not None else "value"
    return words[key].format(name=name, op=words[leaf.op], value=leaf.value)
