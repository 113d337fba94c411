"""The XPath of ODK forms as relevance; what cannot be said is refused, never bent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cxresearch.survey.scale import Code

_TOKEN = re.compile(
    r"\s*(?:(\$\{[^}]+\})|('[^']*'|\"[^\"]*\")|(-?\d+(?:\.\d+)?)|(!=|<=|>=|=|<|>|\(|\)|,)|([A-Za-z][\w\-]*)|(\S))"
)
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DEEPEST = 50


class Untranslatable(Exception):
    """A relevance cannot say what this XPath says."""


@dataclass(kw_only=True)
class Variable:
    """What a name of the form stands for in the survey.

    Parameters
    ----------
    id : str
        Empty for what is not in the survey.
    codes : dict
        Name of a choice to its code; for numbers empty.
    options : dict
        Of a multiple choice or a ranking: name of the choice to its item.
    rank : int, optional
        The question asks which option takes this place.
    missing : tuple
        Codes that are no answer.
    aside : bool
        It holds the missing codes of a typed answer.
    beside : tuple
        The missing codes that are asked in a question of their own.
    ended : bool
        It says that the interview has ended; pages say that by themselves.
    """

    id: str = ""
    kind: str = ""
    codes: Mapping[str, Code] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    rank: int | None = None
    missing: tuple[Code, ...] = ()
    aside: bool = False
    beside: tuple[Code, ...] = ()
    ended: bool = False


def relevance_of(xpath: str, variables: Mapping[str, Variable]) -> str:
    """Translate a condition; ``""`` is always.

    Raises
    ------
    Untranslatable

    Examples
    --------
    >>> nps = Variable(id="nps", kind="number")
    >>> relevance_of("${nps} >= 9 or not(${nps} != '')", {"nps": nps})
    'nps >= 9 or not (answered(nps))'
    """
    reader = _Reader(xpath, variables)
    told = reader.either(0)
    if reader.at < len(reader.tokens):
        raise Untranslatable(xpath)
    return "" if told == "true" else told


class _Reader:
    def __init__(self, text: str, variables: Mapping[str, Variable]) -> None:
        self.text = text
        self.tokens = [next(part for part in found.groups() if part) for found in _TOKEN.finditer(text.strip())]
        self.variables = variables
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.peek()
        if wanted and token not in wanted:
            raise Untranslatable(self.text)
        self.at += 1
        return token

    def either(self, depth: int) -> str:
        return self._joined("or", depth)

    def _joined(self, word: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise Untranslatable(self.text)
        parts = [self._part(word, depth)]
        while self.peek() == word:
            self.take()
            parts.append(self._part(word, depth))
        sure = "true" if word == "or" else "false"
        if sure in parts:
            return sure
        parts = [part for part in parts if part not in ("true", "false")]
        if not parts:
            return "false" if word == "or" else "true"
        return parts[0] if len(parts) == 1 else f" {word} ".join(_inner(part) for part in parts)

    def _part(self, word: str, depth: int) -> str:
        return self._joined("and", depth + 1) if word == "or" else self.one(depth + 1)

    def one(self, depth: int) -> str:
        token = self.peek()
        if token == "(":
            self.take()
            told = self.either(depth + 1)
            self.take(")")
            return told
        if token == "not":
            self.take()
            self.take("(")
            told = self.either(depth + 1)
            self.take(")")
            return {"true": "false", "false": "true"}.get(told, f"not ({told})")
        if token in ("true", "false"):
            self.take()
            self.take("(")
            self.take(")")
            return token
        if token == "selected":
            return self.selected()
        return self.compared()

    def selected(self) -> str:
        self.take("selected")
        self.take("(")
        name = self.name(self.take())
        self.take(",")
        value = self.literal(self.take())
        self.take(")")
        return self.equal(name, value)

    def compared(self) -> str:
        left, place = self.side()
        op = self.take("=", "!=", "<", "<=", ">", ">=")
        right, _ = self.side()
        if isinstance(left, Variable) == isinstance(right, Variable):
            raise Untranslatable(self.text)
        if isinstance(right, Variable):
            left, right, op = right, left, _TURNED[op]
        assert isinstance(left, Variable)
        assert isinstance(right, str)
        if place is not None:
            return self.ranked(left, op, right, place)
        if right == "":
            given = self.given(left)
            told = given if op == "!=" else f"not ({given})"
            if op not in ("=", "!="):
                raise Untranslatable(self.text)
            return told
        if left.ended and op in ("=", "!="):
            return "true" if op == "!=" else "false"
        if op in ("=", "!="):
            told = self.equal(left, right)
            return told if op == "=" else {"false": "true"}.get(told, f"not ({told})")
        return self.ordered(left, op, right)

    def side(self) -> tuple[Variable | str, int | None]:
        token = self.take()
        if token == "selected-at":
            self.take("(")
            name = self.name(self.take())
            self.take(",")
            place = self.literal(self.take())
            self.take(")")
            return name, int(place)
        if token.startswith("${"):
            return self.name(token), None
        return self.literal(token), None

    def name(self, token: str) -> Variable:
        found = self.variables.get(token.removeprefix("${").removesuffix("}").strip()) if token[:2] == "${" else None
        if found is None or not (found.id or found.options or found.ended):
            raise Untranslatable(self.text)
        return found

    def literal(self, token: str) -> str:
        if token[:1] in "'\"" and token:
            return token[1:-1]
        if re.fullmatch(r"-?\d+(\.\d+)?", token):
            return token
        raise Untranslatable(self.text)

    def equal(self, one: Variable, value: str) -> str:
        if one.options:
            option = one.options.get(value)
            if option is None:
                return "false"
            return f"{option} == {one.rank or 1}" if one.kind != "rank" else f"answered({option})"
        if one.codes:
            return f"{one.id} == {one.codes[value]!r}" if value in one.codes else "false"
        if one.kind != "number" or not re.fullmatch(r"-?\d+(\.\d+)?", value):
            raise Untranslatable(self.text)
        return f"{one.id} == {_number(value)}"

    def ranked(self, one: Variable, op: str, value: str, place: int) -> str:
        option = one.options.get(value)
        if option is None or op != "=":
            raise Untranslatable(self.text)
        return f"{option} == {place + 1}"

    def ordered(self, one: Variable, op: str, value: str) -> str:
        numbers = all(isinstance(code, int | float) for code in one.codes.values())
        if (
            one.options
            or not numbers
            or not re.fullmatch(r"-?\d+(\.\d+)?", value)
            or (one.kind not in ("number", "choice"))
        ):
            raise Untranslatable(self.text)
        told = f"{one.id} {op} {_number(value)}"
        # for ODK a code such as 99 is a number like any other
        also = [code for code in one.missing if code not in one.beside and _holds(code, op, float(value))]
        return " or ".join([told, *(f"{one.id} == {code!r}" for code in also)])

    def given(self, one: Variable) -> str:
        if one.ended:
            raise Untranslatable(self.text)
        if one.options:
            if one.rank:
                return " or ".join(f"{option} == {one.rank}" for option in one.options.values())
            return f"answered({next(iter(one.options.values()))})"
        if one.aside:
            return f"{one.id} in {list(one.missing)!r}"
        if one.beside:
            return f"answered({one.id}) and {one.id} not in {list(one.beside)!r}"
        return f"answered({one.id})"


def _inner(part: str) -> str:
    return f"({part})" if re.search(r" (and|or) ", part) else part


def _number(text: str) -> str:
    return str(int(text)) if re.fullmatch(r"-?\d+", text) else repr(float(text))


def _holds(code: Code, op: str, value: float) -> bool:
    if isinstance(code, str):
        return False
    return {"<": code < value, "<=": code <= value, ">": code > value, ">=": code >= value}[op]
