"""Looking into a survey as it was read, before anything in it is known to be well-formed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

from cxresearch.located import Key

Data = dict[str, Any]


def entries(data: Data, part: str) -> Iterator[tuple[Any, Data]]:
    """Yield the id and content of every well-formed entry of a part.

    Examples
    --------
    >>> list(entries({"items": {"a": {"scale": "s"}, "b": "no entry"}}, "items"))
    [('a', {'scale': 's'})]
    """
    value = data.get(part)
    for key, entry in (value if isinstance(value, dict) else {}).items():
        if isinstance(entry, dict):
            yield key, entry


def ids(data: Data, part: str) -> list[str]:
    """Return the ids of a part."""
    value = data.get(part)
    return [str(key) for key in value] if isinstance(value, dict) else []


def languages(data: Data) -> list[str]:
    """Return the languages of the survey."""
    value = data.get("languages")
    return [x for x in value if isinstance(x, str)] if isinstance(value, list) else []


def listed(entry: Data, where: Key) -> Iterator[tuple[Key, str]]:
    """Yield the names in a list, each with its place; the last key of `where` is the list's."""
    values = entry.get(str(where[-1]))
    for j, value in enumerate(values if isinstance(values, list) else []):
        if isinstance(value, str):
            yield (*where, j), value


def counted(value: Any) -> TypeGuard[int]:
    """Tell whether this is a whole number from 1."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
