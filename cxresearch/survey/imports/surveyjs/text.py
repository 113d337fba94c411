"""The wordings of a SurveyJS file: one string, or one per locale with ``default``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cxresearch.survey.imports.draft import Wording, language_of

_JOINER = "\u2060"  # our exporter puts it behind a brace, so that no answer is put in
# where keys of an object are no locales
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")


@dataclass(frozen=True, kw_only=True)
class Locales:
    """Which languages a file has.

    Parameters
    ----------
    languages : tuple of str
        The first is the one a respondent begins with.
    default : str
        What ``default`` is written in.
    """

    languages: tuple[str, ...]
    default: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Locales:
        """Find the languages of a file.

        Examples
        --------
        >>> Locales.of({"locale": "de", "title": {"default": "Age", "de": "Alter"}})
        Locales(languages=('de', 'en'), default='en')
        >>> Locales.of({"title": "Alter", "locale": "de"})
        Locales(languages=('de',), default='de')
        """
        locale = language_of(str(data.get("locale") or "")) if data.get("locale") else None
        found = list(dict.fromkeys(filter(None, map(language_of, _keys(data)))))
        if locale and locale not in found:
            default = locale
        else:
            default = "en" if "en" not in found or locale is None else locale
        order = [*filter(None, [locale]), *found, default]
        if locale is None:
            order = [default, *found]
        return cls(languages=tuple(dict.fromkeys(order)), default=default)

    def text(self, value: Any, markup: bool = False) -> Wording:
        """Return the wording in each language that has one; a plain string holds for all."""
        if isinstance(value, Mapping):
            given = {language_of(str(key)) or "": str(text) for key, text in value.items() if key != "default" and text}
            found = {}
            for language in self.languages:
                fallback = given.get(language.split("-")[0])
                if language.split("-")[0] == self.default or (fallback is None and "-" in language):
                    fallback = fallback or str(value.get("default") or "") or None
                if text := given.get(language) or fallback:
                    found[language] = text
        else:
            found = {} if value in (None, "") else {language: str(value) for language in self.languages}
        return {language: _plain(text, markup) for language, text in found.items()}

    def ready(self, german: str, english: str) -> Wording:
        """Return a ready wording in every language."""
        return {one: german if one.split("-")[0] == "de" else english for one in self.languages}


def _plain(text: str, markup: bool) -> str:
    # what is put in braces there would be read as a term here
    text = re.sub(r"\{\s*([^{}]*?)\s*\}", r"[\1]", text.replace(_JOINER, ""))
    return text if markup else html.escape(text, quote=False).replace("\n", "<br>")


def _keys(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > 40:
        return
    if isinstance(value, Mapping):
        if "default" in value and all(isinstance(text, str) for text in value.values()):
            yield from (str(key) for key in value if key != "default")
        for key, inner in value.items():
            if key in ("title", "text", "description", "html") and isinstance(inner, Mapping):
                yield from (str(one) for one in inner if one != "default" and _LOCALE.fullmatch(str(one)))
            yield from _keys(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner, depth + 1)
