"""Expressions of SurveyJS as conditions of the survey language, where they can be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cxresearch.survey.scale import Code

_TOKEN = re.compile(
    r"""\s*(?:(?P<path>\{[^{}]+\})|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<op><=|>=|<>|!=|==|=|<|>|&&|\|\||!|\(|\)|\[|\]|,)|(?P<word>[A-Za-z]+))""",
    re.VERBOSE,
)
_OPS = {
    "==": "=", "equal": "=", "!=": "<>", "notequal": "<>", "less": "<", "lessorequal": "<=", "greater": ">",
    "greaterorequal": ">=", "contain": "contains", "notcontain": "notcontains", "&&": "and", "||": "or", "not": "!",
}  # fmt: skip
_TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DEEPEST = 40
Term = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a path in an expression stands for.

    Parameters
    ----------
    id : str
    kind : {"choice", "number", "text", "ticks", "ranks", "aside"}
        aside: the question that holds only the codes that are no answer of `id`.
    codes : dict
        Choice: the platform's code to the survey's.  Ticks and ranks: the option to its item.
    missing : tuple
        Codes that stand in a question of their own.
    """

    id: str
    kind: Literal["choice", "number", "text", "ticks", "ranks", "aside"]
    codes: Mapping[str, Code] = field(default_factory=dict)
    missing: tuple[Code, ...] = ()


class _Unsaid(Exception):
    """The expression cannot be said."""


def relevance(expression: str, known: Mapping[str, Known]) -> str | None:
    """Return a relevance of the survey language, None where it cannot be said.

    SurveyJS takes an unanswered question to differ from every value, so ``<>`` alone becomes ``not``; together with
    ``notempty`` it is ``!=``.

    Examples
    --------
    >>> names = {"nps": Known(id="nps", kind="choice", codes={str(code): code for code in range(11)}),
    ...          "used": Known(id="used", kind="ticks", codes={"app": "used_app"})}
    >>> relevance("({nps} notempty and {nps} <> 5) or !({used} contains 'app')", names)
    '(nps != 5) or not ((used_app == 1))'
    >>> relevance("{nps} <> 5", names), relevance("age({birth}) > 3", names)
    ('not (nps == 5)', None)
    """
    try:
        parser = _Parser(_tokens(expression), known)
        said = parser.any_of(0)
        return said if parser.at == len(parser.tokens) else None
    except _Unsaid:
        return None


def _tokens(text: str) -> list[Term]:
    found: list[Term] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Unsaid
        kind, word = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "path":
            word = word[1:-1].strip()
        elif kind == "text":
            word = re.sub(r"\\(.)", r"\1", word[1:-1])
        elif kind == "word" and word.lower() in ("true", "false"):
            kind, word = "text", word.lower()
        elif kind in ("word", "op"):
            kind, word = "op", _OPS.get(word.lower(), word.lower())
        found.append((kind, word))
        at = match.end()
    return found


class _Parser:
    """or < and < not < comparison."""

    def __init__(self, tokens: list[Term], known: Mapping[str, Known]) -> None:
        self.tokens = tokens
        self.known = known
        self.at = 0

    def any_of(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise _Unsaid
        parts = [self.every(depth)]
        while self._take("or"):
            parts.append(self.every(depth))
        return " or ".join(dict.fromkeys(parts))

    def every(self, depth: int) -> str:
        terms = [self.single(depth)]
        while self._take("and"):
            terms.append(self.single(depth))
        return " and ".join(_joined(terms))

    def single(self, depth: int) -> Term:
        if self._take("!"):
            if depth > _DEEPEST:
                raise _Unsaid
            return ("other", f"not ({_said(self.single(depth + 1))})")
        if self._take("("):
            inner = self.any_of(depth + 1)
            self._need(")")
            return ("other", f"({inner})")
        return self._comparison()

    def _comparison(self) -> Term:
        left, (kind, op) = self._next(), self._next()
        if kind != "op":
            raise _Unsaid
        if op in ("empty", "notempty"):
            return _filled(self._one(left), op == "notempty")
        if self._take("["):
            values = [self._next()]
            while self._take(","):
                values.append(self._next())
            self._need("]")
            if op not in ("anyof", "contains"):
                raise _Unsaid
            said = [_said(_compared(self._one(left), "contains", one, left[1])) for one in values]
            return ("other", f"({' or '.join(said)})")
        right = self._next()
        if left[0] != "path" and op in _TURNED:
            left, op, right = right, _TURNED[op], left
        return _compared(self._one(left), op, right, left[1])

    def _one(self, term: Term) -> Known:
        kind, path = term
        if kind != "path":
            raise _Unsaid
        stem = re.sub(r"\[\d+\]$", "", path)
        if path in self.known:
            return self.known[path]
        if stem != path and stem in self.known and self.known[stem].kind == "ranks":
            return self.known[stem]
        raise _Unsaid

    def _next(self) -> Term:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ("end", "")

    def _take(self, op: str) -> bool:
        found = self.at < len(self.tokens) and self.tokens[self.at] == ("op", op)
        self.at += found
        return found

    def _need(self, op: str) -> None:
        if not self._take(op):
            raise _Unsaid


def _filled(one: Known, yes: bool) -> Term:
    if one.kind in ("ticks", "ranks"):
        ids = [str(id) for id in one.codes.values()]
        if not ids:
            raise _Unsaid
        # where one option was ticked all others are 0
        said = f"answered({ids[0]})" if one.kind == "ticks" else " or ".join(f"answered({id})" for id in ids)
        if yes and one.kind == "ticks":
            return ("answered", ids[0], *ids)
        return ("other", f"({said})" if yes else f"not ({said})")
    if one.kind == "aside":
        said = f"{one.id} in {list(one.missing)!r}"
        return ("other", said if yes else f"not ({said})")
    if one.missing:
        said = f"answered({one.id}) and {one.id} not in {list(one.missing)!r}"
        return ("other", f"({said})" if yes else f"not ({said})")
    return ("answered", one.id, one.id) if yes else ("other", f"not answered({one.id})")


def _compared(one: Known, op: str, value: Term, path: str) -> Term:
    kind, written = value
    if kind not in ("number", "text"):
        raise _Unsaid
    if one.kind in ("ticks", "ranks"):
        return _option(one, op, written, path)
    if op == "contains" and one.kind == "choice":
        op = "="
    if op not in _TURNED:
        raise _Unsaid
    if op in ("=", "<>"):
        code: Code
        if one.kind in ("choice", "aside"):
            if written not in one.codes:
                raise _Unsaid
            code = one.codes[written]
        elif one.kind == "number" and kind == "number":
            code = float(written) if "." in written else int(written)
        else:
            raise _Unsaid
        return ("is" if op == "=" else "unlike", one.id, repr(code))
    if one.kind not in ("choice", "number") or any(isinstance(code, str) for code in one.codes.values()):
        raise _Unsaid
    if not re.fullmatch(r"-?\d+(\.\d+)?", written):
        raise _Unsaid
    return ("other", f"{one.id} {op} {written}")


def _option(one: Known, op: str, option: str, path: str) -> Term:
    if option not in one.codes:
        raise _Unsaid
    id = str(one.codes[option])
    rank = re.search(r"\[(\d+)\]$", path)
    if rank and one.kind == "ranks" and op == "=":
        return ("is", id, str(int(rank[1]) + 1))
    if rank or op not in ("contains", "notcontains", "anyof"):
        raise _Unsaid
    if one.kind == "ranks":
        return ("other", f"answered({id})" if op != "notcontains" else f"not answered({id})")
    return ("is" if op != "notcontains" else "unlike", id, "1")


def _joined(terms: list[Term]) -> list[str]:
    """Say each term; ``notempty`` and the ``<>`` behind it become one comparison."""
    said: list[str] = []
    at = 0
    while at < len(terms):
        term = terms[at]
        at += 1
        if term[0] == "answered":
            aside: list[Term] = []
            while at < len(terms) and terms[at][0] == "unlike" and terms[at][1] in term[2:]:
                if aside and terms[at][1] != aside[0][1]:
                    break
                aside.append(terms[at])
                at += 1
            if len(aside) == 1:
                said.append(f"{aside[0][1]} != {aside[0][2]}")
                continue
            if aside:
                said.append(f"{aside[0][1]} not in [{', '.join(one[2] for one in aside)}]")
                continue
        said.append(_said(term))
    return said


def _said(term: Term) -> str:
    match term[0]:
        case "answered":
            return f"answered({term[1]})"
        case "is":
            return f"{term[1]} == {term[2]}"
        case "unlike":
            return f"not ({term[1]} == {term[2]})"
    return term[1]
