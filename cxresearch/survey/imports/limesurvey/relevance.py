"""ExpressionScript, the relevance of LimeSurvey, as conditions of the survey language where it can be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cxresearch.survey.scale import Code

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<text>"[^"]*"|'[^']*')|(?P<name>[A-Za-z]\w*(?:\.\w+)*|\d+X\d+X\w+(?:\.\w+)*)
    |(?P<op>==|!=|<=|>=|<|>|&&|\|\||!|\(|\)))""",
    re.VERBOSE,
)
_WORDS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SUFFIXES = ("NAOK", "value", "code", "valueNAOK")
_DEEPEST = 40


@dataclass(frozen=True, kw_only=True)
class Variable:
    """What a name in an expression stands for.

    Parameters
    ----------
    id : str
    kind : {"choice", "tick", "number", "text"}
    codes : dict
        For a choice LimeSurvey's code to the survey's.
    """

    id: str
    kind: str
    codes: Mapping[str, Code] = field(default_factory=dict)


class _Unsaid(Exception):
    """The expression cannot be said."""


def relevance(expression: str, variables: Mapping[str, Variable]) -> str | None:
    """Return a relevance of the survey language; ``""`` for always, None where it cannot be said.

    Examples
    --------
    >>> known = {"nps": Variable(id="nps", kind="choice", codes={str(code): code for code in range(11)})}
    >>> relevance("!is_empty(nps.NAOK) && nps.NAOK <= 6", known)
    'answered(nps) and nps <= 6'
    >>> relevance("1", {}), relevance("sum(a, b) > 3", {})
    ('', None)
    """
    text = expression.strip()
    while text.startswith("{") and text.endswith("}"):
        text = text[1:-1].strip()
    if text in ("", "1"):
        return ""
    try:
        parser = _Parser(_tokens(text), variables)
        said = parser.any_of(0)
        return said if parser.at == len(parser.tokens) else None
    except _Unsaid:
        return None


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Unsaid
        kind = str(match.lastgroup)
        word = match[kind]
        if kind == "name" and word.lower() in _WORDS:
            kind, word = "op", _WORDS[word.lower()]
        found.append((kind, word))
        at = match.end()
    return found


class _Parser:
    """or < and < not < comparison."""

    def __init__(self, tokens: list[tuple[str, str]], variables: Mapping[str, Variable]) -> None:
        self.tokens = tokens
        self.variables = variables
        self.at = 0

    def any_of(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise _Unsaid
        parts = [self.every(depth)]
        while self._take("||"):
            parts.append(self.every(depth))
        return parts[0] if len(parts) == 1 else " or ".join(parts)

    def every(self, depth: int) -> str:
        parts = [self.single(depth)]
        while self._take("&&"):
            parts.append(self.single(depth))
        return parts[0] if len(parts) == 1 else " and ".join(parts)

    def single(self, depth: int) -> str:
        if self._take("!"):
            inner = self.single(depth + 1)
            if inner.startswith("not answered(") and inner.count("(") == 1:
                return inner.removeprefix("not ")
            return f"not ({inner})"
        if self._take("("):
            inner = self.any_of(depth + 1)
            self._need(")")
            # a value in brackets may still be compared, which is not understood
            return f"({inner})"
        if self._peek() == ("name", "is_empty"):
            self.at += 1
            self._need("(")
            variable = self._variable(*self._next())
            self._need(")")
            return f"not ({variable.id} == 1)" if variable.kind == "tick" else f"not answered({variable.id})"
        return self._comparison()

    def _comparison(self) -> str:
        left, (kind, op), right = self._next(), self._next(), self._next()
        if kind != "op" or op not in _TURNED:
            raise _Unsaid
        if left[0] != "name":
            left, op, right = right, _TURNED[op], left
        if left[0] != "name" or right[0] not in ("number", "text"):
            raise _Unsaid
        return _compared(self._variable(*left), op, right[1].strip("\"'"))

    def _variable(self, kind: str, word: str) -> Variable:
        name, _, suffix = word.partition(".")
        if kind != "name" or (suffix and suffix not in _SUFFIXES) or name not in self.variables:
            raise _Unsaid
        return self.variables[name]

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ("end", "")

    def _take(self, op: str) -> bool:
        found = self._peek() == ("op", op)
        self.at += found
        return found

    def _need(self, op: str) -> None:
        if not self._take(op):
            raise _Unsaid


def _compared(one: Variable, op: str, value: str) -> str:
    """Return a comparison; an unanswered question differs from every value in LimeSurvey, so ``!=`` becomes ``not``."""
    if one.kind == "tick":
        if op not in ("==", "!=") or value not in ("Y", "", "N"):
            raise _Unsaid
        return f"{one.id} == 1" if (op == "==") == (value == "Y") else f"not ({one.id} == 1)"
    if value == "" and op in ("==", "!="):
        return f"answered({one.id})" if op == "!=" else f"not answered({one.id})"
    if one.kind == "choice":
        if op in ("==", "!="):
            if value not in one.codes:
                raise _Unsaid
            said = f"{one.id} == {one.codes[value]!r}"
            return said if op == "==" else f"not ({said})"
        if any(isinstance(code, str) for code in one.codes.values()):
            raise _Unsaid
    if one.kind == "text" or not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise _Unsaid
    return f"not ({one.id} == {value})" if op == "!=" else f"{one.id} {op} {value}"
