"""What a printed questionnaire says itself, in the language of the respondent."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_TAGS = {"de": "de-DE", "en": "en-GB"}


class Words:
    """The sentences of one language; English where there are none.

    Examples
    --------
    >>> Words("de-du").say("thanks"), Words("de").say("question", number=3)
    ('Vielen Dank für deine Antworten!', 'Frage 3')
    >>> Words("de").number(10.5), Words("en").number(1000000)
    ('10,5', '1,000,000')
    """

    def __init__(self, language: str) -> None:
        self.language = language
        base = language.split("-")[0]
        every = _words()
        self._known = {**every["en"], **every.get(base, {}), **every.get(language, {})}
        try:
            self._locale: Locale | str = Locale.parse(base)
        except (UnknownLocaleError, ValueError):
            self._locale = "en"

    @property
    def tag(self) -> str:
        """The language of the document, as Word and readers of PDF know it."""
        base = self.language.split("-")[0]
        return _TAGS.get(base, base)

    def say(self, key: str, **values: object) -> str:
        """Return a sentence."""
        return self._known[key].format(**values)

    def number(self, number: float) -> str:
        """Write a number as the language does."""
        return str(format_decimal(number, format="#,##0.############", locale=self._locale))


def printable(text: str) -> str:
    """Take out what no document may hold: control characters and half characters.

    Examples
    --------
    >>> printable("a\\x07b\\r\\nc")
    'ab\\nc'
    """
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


@cache
def _words() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("words.yaml")
    found: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
