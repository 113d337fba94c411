"""Sentences and headings as data: one YAML file per language, same keys, same placeholders.

A template holds placeholders with a format of its own, so that a number is
rounded and localised here and nowhere else::

    gaps.answer: "{inside} rate {construct} {difference:n2} points higher ({level:%} CI {low:n2} to {high:n2})"

==========  =======================================  ==================
format      meaning                                  0.0432, German
==========  =======================================  ==================
``n2``      number with two decimals                 0,04
``+n2``     the same with a sign                     +0,04
``abs2``    the size of a number, without sign       0,04
``i``       count with grouping                      0
``%0``      share as percentage, here no decimals    4 %
``%0-``     the same as the first part of a word     4-%
``p``       p-value                                  p = 0,043
``p3``      p-value without its name, for tables     0,043
``list``    several names with "and" before the last
``plural``  ``{n:plural:school|schools}``
==========  =======================================  ==================
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from babel import Locale
from babel.lists import format_list

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.words.numbers import HARD, LANGUAGES, base, integer, number, p_value, percent

_HERE = Path(__file__).parent


class _Speaker(Formatter):
    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if not format_spec:
            return str(value)
        if format_spec == "i":
            return integer(value, self.language)
        if format_spec == "p":
            return p_value(value, self.language)
        if format_spec == "p3":
            return p_value(value, self.language, name="")
        if format_spec == "list":
            return join(value, self.language)
        if format_spec.startswith("plural:"):
            one, many = format_spec.removeprefix("plural:").split("|")
            return one if Locale(base(self.language)).plural_form(value) == "one" else many
        if match := re.fullmatch(r"(\+?)n(\d)", format_spec):
            return number(value, self.language, int(match[2]), signed=bool(match[1]))
        if match := re.fullmatch(r"abs(\d)", format_spec):
            return number(abs(value), self.language, int(match[1]))
        if match := re.fullmatch(r"%(\d)(-?)", format_spec):
            share = percent(value, self.language, int(match[1]))
            return share.replace(HARD, "-") if match[2] else share
        raise ValueError(f"unknown format {format_spec!r} in a sentence template")


@cache
def catalog(language: str) -> dict[str, str]:
    """Return all templates of a language, keys joined by dots.

    They stand in ``de.yaml`` and in files for one part of the package, such as ``study.de.yaml``.

    Raises
    ------
    ArgumentError
        ``words.unknown-language``
    """
    tag = base(language)
    if tag not in LANGUAGES:
        raise ArgumentError(unknown_name("words.unknown-language", "language", language, LANGUAGES))
    words: dict[str, str] = {}
    for path in (_HERE / f"{tag}.yaml", *sorted(_HERE.glob(f"*.{tag}.yaml"))):
        nested = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        words.update(_flat(nested or {}, ""))
    return words


def say(key: str, language: str, /, **values: Any) -> str:
    """Fill the template `key` in `language`.

    Examples
    --------
    >>> say("common.n", "de", n=2650)
    'n = 2.650'
    """
    return _Speaker(language).vformat(catalog(language)[key], (), values)


def write(value: Any, how: str, language: str) -> str:
    """Write one value in one of the formats above, for a cell of a table.

    Examples
    --------
    >>> write(0.5, "n1", "de")
    '0,5'
    """
    return _Speaker(language).format_field(value, how)


def knows(key: str, language: str) -> bool:
    """Tell whether there is a template `key`."""
    return key in catalog(language)


def join(names: Iterable[str], language: str) -> str:
    """Join names with commas and the language's "and".

    Examples
    --------
    >>> join(["Eltern", "Lehrkräfte"], "de"), join(["a", "b", "c"], "en")
    ('Eltern und Lehrkräfte', 'a, b, and c')
    """
    items = list(names)
    return format_list(items, locale=base(language)) if items else "\N{EN DASH}"


def placeholders(template: str) -> set[str]:
    """Return the names a template needs.

    Examples
    --------
    >>> sorted(placeholders("{a:n2} of {b}"))
    ['a', 'b']
    """
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _flat(nested: dict[str, Any], prefix: str) -> Iterable[tuple[str, str]]:
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
