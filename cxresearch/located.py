"""YAML read with the place of every value, so that a fault can name its line.

YAML 1.1 turns ``no``, ``on`` and ``yes`` into booleans, which in a survey are
answer labels and language codes.  Only the JSON-like types of YAML 1.2 are
recognised here: null, true/false, integers and decimals; all else is text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import PydanticCustomError
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from cxresearch.errors import CxError, Fault, Place, nearest, shown_path, unreadable

Key = tuple[Hashable, ...]

DEEPEST = 60
MOST_REPEATED = 100_000
_ASIDE = object()  # stands in a path for what has no path of its own
_STR = "tag:yaml.org,2002:str"

_SCALARS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("null", re.compile(r"^(?:~|null|)$")),
    ("bool", re.compile(r"^(?:true|false)$")),
    ("int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")),
    ("float", re.compile(r"^[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")),
)

UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")

# pydantic's names for kinds of faults, where a plainer word exists
CODES = {
    "extra_forbidden": "unknown-key",
    "unexpected_keyword_argument": "unknown-key",
    "missing": "missing-key",
    "literal_error": "not-allowed",
    "enum": "not-allowed",
    "value_error": "not-coherent",
}
# and plainer sentences than pydantic's, which speak of Python
_SENTENCES = {
    "string_type": "This must be text; a number, true, false or null that is meant as text needs quotes.",
    "dict_type": "This must be a mapping, such as {key: value}.",
    "dataclass_type": "This must be a mapping, such as {key: value}.",
    "tuple_type": "This must be a list, such as [a, b].",
    "list_type": "This must be a list, such as [a, b].",
    "bool_type": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "float_type": "This must be a number.",
    "float_parsing": "This must be a number.",
    "too_short": "At least one is needed here.",
}


@dataclass(frozen=True, kw_only=True)
class Located:
    """The content of a YAML file and where each part of it stands.

    Parameters
    ----------
    data : object
        Plain dicts, lists and scalars.
    file : str
        Path for messages.
    places : dict
        Key path (tuple of mapping keys and list indices) to ``(line, column)``, one-based.
    files : dict
        Key path to the file it stands in, where that is another one.
    """

    data: Any
    file: str
    places: dict[Key, tuple[int, int]]
    files: Mapping[Key, str] = field(default_factory=dict)

    def place(self, *key: Hashable) -> Place:
        """Return the place of `key`, or of the nearest enclosing part that exists."""
        path: Key = key
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(file=self.files.get(path, self.file), line=line, column=column)


def read_yaml(path: str | Path) -> Located:
    """Read a YAML file with places.

    Raises
    ------
    CxError
        ``yaml.missing-file``, ``yaml.encoding``, ``yaml.syntax``, ``yaml.duplicate-key``
        or ``yaml.empty``.
    """
    name = shown_path(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise CxError(unreadable(path, "yaml.missing-file")) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CxError(
            Fault(
                code="yaml.encoding",
                what="The file is not UTF-8 text.",
                place=Place(file=name, line=line),
                given=raw[max(0, error.start - 10) : error.start + 10],
                do="Save it as UTF-8.",
            )
        ) from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str = "<text>") -> Located:
    """Parse YAML text with places; see :func:`read_yaml`.

    Examples
    --------
    >>> located = parse_yaml("scales:\\n  agree5: {low: 1, labels: {1: no}}")
    >>> located.data
    {'scales': {'agree5': {'low': 1, 'labels': {1: 'no'}}}}
    >>> str(located.place("scales", "agree5", "low"))
    '<text>:2:12'
    """
    try:
        builder = _Builder(text, name)
        data = builder.document()
    except yaml.YAMLError as error:
        raise CxError(_syntax_fault(error, text, name)) from None
    if builder.faults:
        raise CxError(*builder.faults)
    if not builder.places:
        raise CxError(Fault(code="yaml.empty", what="The file is empty.", place=Place(file=name)))
    return Located(data=data, file=name, places=builder.places)


def validation_faults(error: ValidationError, located: Located, code: str, keys: Iterable[str]) -> list[Fault]:
    """Turn what pydantic found into faults with places.

    Parameters
    ----------
    code : str
        First half of the fault codes, for example ``"survey"``.
    keys : iterable of str
        All keys that the file may use anywhere, for "did you mean".
    """
    keys = list(keys)
    errors = error.errors(include_url=False)
    meant = _meant(errors, located)
    found = {(*misspelt[:-1], key) for misspelt, key in meant.items()}
    faults: dict[Hashable, Fault] = {}
    for number, item in enumerate(errors):
        context = item.get("ctx", {})
        where = (*item["loc"], *context.get("at", ()))
        path = _existing(where, located)
        kind = item["type"]
        given: Any = item["input"]
        allowed = do = None
        if kind in UNKNOWN:
            what, do = _unknown_key(str(where[-1]), meant.get(path) or nearest(where[-1], keys))
            given = None
        elif kind == "missing" and (*path, where[-1]) in found:
            continue
        elif kind == "too_short" and len(given) >= context["min_length"]:
            continue  # pydantic counts the sound parts only, and tells of the others by themselves
        elif kind == "missing":
            what = f"The key {str(where[-1])!r} is missing."
            given, do = None, "Add it."
        else:
            what = _SENTENCES.get(kind) or _sentence(item["msg"])
            given = None if isinstance(given, dict) else given
            allowed = str(context["expected"]) if "expected" in context else None
            if allowed:
                near = nearest(given, re.findall(r"'([^']+)'", allowed))
                do = f"Did you mean {near!r}?" if near else None
                what = "This value is not one of those allowed."
        # what may be of several types is reported once for each of them; the last one stands for all
        same = path if kind.endswith(("_type", "_parsing")) else number
        faults[same] = Fault(
            code=f"{code}.{CODES.get(kind, _kebab(kind))}",
            what=what,
            place=located.place(*path),
            given=given,
            allowed=allowed,
            do=do,
        )
    return list(faults.values())


def read_as_meant(located: Located, keys: Iterable[str], code: str) -> tuple[Located, list[Fault]]:
    """Tell of misspelt keys of the outermost mapping, and read them as the keys that they look like.

    Otherwise a misspelt part would be missing as well, and every name in it unknown.

    Examples
    --------
    >>> located, faults = read_as_meant(parse_yaml("scals: {}"), ["scales", "items"], "survey")
    >>> located.data, faults[0].do
    ({'scales': {}}, "Did you mean 'scales'?")
    """
    keys = list(keys)
    meant: dict[Hashable, str] = {}
    for key in located.data:
        left = [k for k in keys if k not in located.data and k not in meant.values()]
        near = nearest(key, left) if key not in keys and isinstance(key, str) else None
        if near:
            meant[key] = near
    faults = []
    for key, near in meant.items():
        what, do = _unknown_key(str(key), near)
        faults.append(Fault(code=f"{code}.unknown-key", what=what, place=located.place(key), do=do))
    data = {meant.get(key, key): value for key, value in located.data.items()}
    places = {(*(meant.get(key, key) for key in path[:1]), *path[1:]): at for path, at in located.places.items()}
    files = {(*(meant.get(key, key) for key in path[:1]), *path[1:]): file for path, file in located.files.items()}
    return Located(data=data, file=located.file, places=places, files=files), faults


def misfit(what: str, *key: Hashable) -> PydanticCustomError:
    """Build the error of a validator that knows which part below it does not fit."""
    return PydanticCustomError("value_error", "{what}", {"what": what, "at": key})


def _meant(errors: Iterable[Any], located: Located) -> dict[Key, str]:
    """Return unknown keys that look like a key missing beside them, with that key."""
    missing: dict[Key, list[str]] = {}
    for item in errors:
        if item["type"] == "missing":
            missing.setdefault(_existing(item["loc"][:-1], located), []).append(str(item["loc"][-1]))
    found: dict[Key, str] = {}
    for item in errors:
        path = _existing(item["loc"], located)
        near = nearest(path[-1], missing.get(path[:-1], ())) if item["type"] in UNKNOWN and path else None
        if near:
            missing[path[:-1]].remove(near)
            found[path] = near
    return found


def _unknown_key(name: str, near: str | None) -> tuple[str, str]:
    do = f"Did you mean {near!r}?" if near and near != name else "It does not belong here; remove it."
    return f"{name!r} is not a known key here.", do


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ").rstrip(".")
    return f"{text}."


def _kebab(kind: str) -> str:
    return kind.replace("_", "-")


def _existing(where: tuple[Any, ...], located: Located) -> Key:
    # pydantic adds the branch of a union to the location; only steps that exist in the file count
    path: Key = ()
    for part in where:
        if (*path, part) in located.places:
            path = (*path, part)
    return path


def _syntax_fault(error: yaml.YAMLError, text: str, name: str) -> Fault:
    do = "Look at the indentation, and put text that holds a colon, # or quotes between quotes."
    if isinstance(error, yaml.reader.ReaderError):
        character = chr(error.character) if isinstance(error.character, int) else str(error.character)
        problem = f"it holds the control character {character!r}"
        place = Place(file=name, line=text.count("\n", 0, max(0, text.find(character))) + 1)
        do = "Remove it; was the file saved as text?"
    elif isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark) is not None:
        problem = error.problem or "something is out of place"
        place = Place(file=name, line=mark.line + 1, column=mark.column + 1)
        lines = text.splitlines()
        if mark.line < len(lines) and lines[mark.line][: mark.column + 1].strip(" ").startswith("\t"):
            problem, do = "the line is indented with a tab", "Indent with spaces."
    else:
        problem, place = str(error), Place(file=name)
    return Fault(code="yaml.syntax", what=f"The file is not valid YAML: {problem}.", place=place, do=do)


class _Builder:
    """Builds plain data from the events of a YAML parser.

    Composing the whole tree first would let a hostile file exhaust the stack or the memory;
    here depth is bounded, and so is what aliases repeat.
    """

    def __init__(self, text: str, name: str) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.name = name
        self.places: dict[Key, tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self._anchors: dict[str, tuple[Any, int]] = {}  # name -> what stands there, number of parts
        self._parts = 0
        self._repeated = 0

    def document(self) -> Any:
        """Return the content of the only document, None for an empty file."""
        next(self.events)
        if isinstance(next(self.events), StreamEndEvent):
            return None
        data = self._value(next(self.events), (), 0)
        next(self.events)
        more = next(self.events)
        if not isinstance(more, StreamEndEvent):
            what = "A second document starts here; only one is read."
            self.faults.append(
                Fault(code="yaml.second-document", what=what, place=self._place(more), do="Remove the line ---.")
            )
        return data

    def _value(self, event: NodeEvent, path: Key, depth: int) -> Any:
        self.places.setdefault(path, _mark(event))
        if isinstance(event, AliasEvent):
            return self._alias(event)
        before, self._parts = self._parts, self._parts + 1
        if depth > DEEPEST:
            raise CxError(
                Fault(
                    code="yaml.too-deep",
                    what=f"Parts stand inside parts more than {DEEPEST} levels deep.",
                    place=self._place(event),
                    do="Look for brackets that are never closed.",
                )
            )
        data: Any
        if isinstance(event, MappingStartEvent):
            data = self._mapping(path, depth)
        elif isinstance(event, SequenceStartEvent):
            data = []
            while not isinstance(child := next(self.events), SequenceEndEvent):
                data.append(self._value(child, (*path, len(data)), depth + 1))
        else:
            assert isinstance(event, ScalarEvent)
            data = self._scalar(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (data, self._parts - before)
        return data

    def _mapping(self, path: Key, depth: int) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._value(event, (*path, _ASIDE), depth + 1)
            usable = isinstance(key, Hashable) and key not in mapping
            if usable:
                self.places[(*path, key)] = _mark(event)
            elif isinstance(key, Hashable):
                what = f"This key stands twice; the first is in line {self.places[(*path, key)][0]}."
                do = "Rename or remove one of them."
                self.faults.append(
                    Fault(code="yaml.duplicate-key", what=what, place=self._place(event), given=key, do=do)
                )
            else:
                what = "A key must be a plain value."
                self.faults.append(Fault(code="yaml.key", what=what, place=self._place(event)))
            value = self._value(next(self.events), (*path, key if usable else _ASIDE), depth + 1)
            if usable:
                mapping[key] = value
        return mapping

    def _alias(self, event: NodeEvent) -> Any:
        if event.anchor not in self._anchors:
            what = f"The alias *{event.anchor} repeats a part that does not stand before it."
            do = f"Mark the part with &{event.anchor}, or put text that starts with * between quotes."
            self.faults.append(Fault(code="yaml.alias", what=what, place=self._place(event), do=do))
            return None
        data, parts = self._anchors[event.anchor]
        self._parts += parts
        self._repeated += parts
        if self._repeated > MOST_REPEATED:
            what = f"Aliases repeat more than {MOST_REPEATED} parts."
            raise CxError(Fault(code="yaml.too-large", what=what, place=self._place(event)))
        return data

    def _scalar(self, event: ScalarEvent) -> Any:
        text: str = event.value
        if event.tag not in (None, "!", _STR):
            what = "Tags are not read; only text, numbers, true, false and null are."
            do = "Remove the tag, or put text that starts with ! between quotes."
            self.faults.append(Fault(code="yaml.tag", what=what, place=self._place(event), given=event.tag, do=do))
        return _plain(text) if event.implicit[0] and event.tag is None else text

    def _place(self, event: Event) -> Place:
        line, column = _mark(event)
        return Place(file=self.name, line=line, column=column)


def _mark(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def reads_as_value(text: str) -> bool:
    """Tell whether this plain text would be read as null, a boolean or a number.

    Examples
    --------
    >>> reads_as_value("1e3"), reads_as_value("no")
    (True, False)
    """
    return any(pattern.match(text) for _, pattern in _SCALARS)


def reads_as_number(text: str) -> float | None:
    """Return the number that this text is, or None.

    Examples
    --------
    >>> reads_as_number("2.0"), reads_as_number("two")
    (2.0, None)
    """
    value = _plain(text.strip())
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(text: str) -> Any:
    """Read an unquoted word; a number too large for a float stays text."""
    for kind, pattern in _SCALARS:
        if pattern.match(text):
            if kind == "null":
                return None
            if kind == "bool":
                return text == "true"
            number = float(text)
            if not math.isfinite(number):
                return text
            return int(text) if kind == "int" else number
    return text
