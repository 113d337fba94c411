"""YAML read with the place of every value, so that a fault can name its line.

YAML 1.1 turns ``no``, ``on`` and ``yes`` into booleans, which in a survey are
answer labels and language codes.  Only the JSON-like types of YAML 1.2 are
recognised here: null, true/false, integers and decimals; all else is text.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cxresearch.errors import CxError, Fault, Place, nearest, shown_path

Key = tuple[Hashable, ...]

_SCALARS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("null", re.compile(r"^(?:~|null|)$")),
    ("bool", re.compile(r"^(?:true|false)$")),
    ("int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")),
    ("float", re.compile(r"^[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")),
)

# pydantic's names for kinds of faults, where a plainer word exists
CODES = {
    "extra_forbidden": "unknown-key",
    "unexpected_keyword_argument": "unknown-key",
    "missing": "missing-key",
    "literal_error": "not-allowed",
    "enum": "not-allowed",
    "value_error": "not-coherent",
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
    """

    data: Any
    file: str
    places: dict[Key, tuple[int, int]]

    def place(self, *key: Hashable) -> Place:
        """Return the place of `key`, or of the nearest enclosing part that exists."""
        path: Key = key
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(file=self.file, line=line, column=column)


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
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        near = nearest(Path(path).name, (p.name for p in _siblings(path)))
        raise CxError(
            Fault(
                code="yaml.missing-file",
                what="The file does not exist.",
                place=Place(file=name),
                do=f"In that folder there is {near!r}; did you mean that?" if near else "Check the path.",
            )
        ) from None
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
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise CxError(_syntax_fault(error, name)) from None
    if node is None:
        raise CxError(Fault(code="yaml.empty", what="The file is empty.", place=Place(file=name)))
    places: dict[Key, tuple[int, int]] = {}
    faults: list[Fault] = []
    data = _build(node, (), places, faults, name)
    if faults:
        raise CxError(*faults)
    return Located(data=data, file=name, places=places)


def validation_faults(
    error: ValidationError, located: Located, code: str, keys: Iterable[str]
) -> list[Fault]:
    """Turn what pydantic found into faults with places.

    Parameters
    ----------
    code : str
        First half of the fault codes, for example ``"survey"``.
    keys : iterable of str
        All keys that the file may use anywhere, for "did you mean".
    """
    keys = list(keys)
    faults = []
    for item in error.errors(include_url=False):
        where = tuple(part for part in item["loc"])
        place = located.place(*_existing(where, located))
        kind = item["type"]
        given: Any = item["input"]
        allowed = do = None
        if kind in ("extra_forbidden", "unexpected_keyword_argument"):
            name = str(where[-1])
            what = f"{name!r} is not a known key here."
            near = nearest(name, keys)
            do = f"Did you mean {near!r}?" if near else "Remove it."
            given = None
        elif kind == "missing":
            what = f"The key {str(where[-1])!r} is missing."
            given, do = None, "Add it."
        else:
            what = _sentence(item["msg"])
            context = item.get("ctx", {})
            allowed = str(context["expected"]) if "expected" in context else None
            if allowed:
                near = nearest(given, re.findall(r"'([^']+)'", allowed))
                do = f"Did you mean {near!r}?" if near else None
                what = "This value is not one of those allowed."
        faults.append(
            Fault(code=f"{code}.{CODES.get(kind, _kebab(kind))}", what=what, place=place, given=given, allowed=allowed, do=do)
        )
    return faults


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


def _siblings(path: str | Path) -> list[Path]:
    folder = Path(path).parent
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _syntax_fault(error: yaml.YAMLError, name: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    place = Place(file=name, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=name)
    return Fault(
        code="yaml.syntax",
        what=f"The file is not valid YAML: {problem}.",
        place=place,
        do="Look at the indentation, and put text that holds a colon, # or quotes between quotes.",
    )


def _build(node: Node, path: Key, places: dict[Key, tuple[int, int]], faults: list[Fault], name: str) -> Any:
    places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _build(key_node, (*path, "<key>"), {}, faults, name)
            here = Place(file=name, line=key_node.start_mark.line + 1, column=key_node.start_mark.column + 1)
            if not isinstance(key, Hashable):
                faults.append(Fault(code="yaml.key", what="A key must be a plain value.", place=here))
                continue
            if key in mapping:
                first = places[(*path, key)][0]
                faults.append(
                    Fault(
                        code="yaml.duplicate-key",
                        what=f"This key stands twice; the first is in line {first}.",
                        place=here,
                        given=key,
                        do="Rename or remove one of them.",
                    )
                )
                continue
            places[(*path, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            mapping[key] = _build(value_node, (*path, key), places, faults, name)
        return mapping
    if isinstance(node, SequenceNode):
        return [_build(child, (*path, i), places, faults, name) for i, child in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node)


def reads_as_value(text: str) -> bool:
    """Tell whether this plain text would be read as null, a boolean or a number.

    Examples
    --------
    >>> reads_as_value("1e3"), reads_as_value("no")
    (True, False)
    """
    return any(pattern.match(text) for _, pattern in _SCALARS)


def _scalar(node: ScalarNode) -> Any:
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    for kind, pattern in _SCALARS:
        if pattern.match(text):
            if kind == "null":
                return None
            if kind == "bool":
                return text == "true"
            return int(text) if kind == "int" else float(text)
    return text
