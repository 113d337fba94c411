"""The patterns of a language, read from `words/*.yaml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("de", "en")
MOST_READ = 3000  # characters of a text that are looked at; what is longer is no question


@cache
def _raw(language: str) -> dict[str, Any]:
    path = Path(__file__).parent / "words" / f"{language}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@cache
def pattern(language: str, name: str) -> re.Pattern[str]:
    """Return a pattern; a list is any of its entries.

    Examples
    --------
    >>> bool(pattern("de", "absolutes").search("Das ist immer so."))
    True
    """
    value = _raw(language)[name]
    # a folded line ends in a blank after the bar
    text = "|".join(f"(?:{one})" for one in value) if isinstance(value, list) else re.sub(r"\|\s+", "|", value.strip())
    return re.compile(text, re.IGNORECASE)


def find(language: str, name: str, text: str) -> str | None:
    """Return the words that a pattern finds; None as well for a language without patterns.

    Examples
    --------
    >>> find("en", "absolutes", "They always answer."), find("fr", "absolutes", "toujours")
    ('always', None)
    """
    found = pattern(language, name).search(text[:MOST_READ]) if language in LANGUAGES else None
    return found[0].strip() if found else None


def listed(language: str, name: str) -> tuple[str, ...]:
    """Return a list of words."""
    return tuple(_raw(language)[name])
