"""The languages of an XLSForm: named in the headings of its columns, in the settings, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale

_SUBTAG = re.compile(r"^(.*?)\s*\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)$")
_OWN_NAMES = ("de", "en", "fr", "es", "it", "pt", "nl", "pl", "tr", "ru", "ar", "da", "sv", "uk", "cs")
UNCODED = "mis"  # BCP 47 for a language without a code
_WORDS = {
    "de": frozenset(["der", "das", "und", "ist", "nicht", "wie", "sie", "ein", "eine", "mit", "für", "auf", "haben", "ihr", "ihre", "bitte", "oder", "welche", "ja", "nein"]),
    "en": frozenset(["the", "and", "is", "not", "how", "you", "an", "with", "for", "on", "have", "your", "please", "or", "which", "what", "of", "to", "yes", "no", "do", "did"]),
}  # fmt: skip


def language_of(name: str) -> str:
    """Return the tag of a language as XLSForm names it.

    Examples
    --------
    >>> language_of("Deutsch (de)"), language_of("Deutsch, du (de)"), language_of("English"), language_of("")
    ('de', 'de-du', 'en', '')
    >>> language_of("Tagalog"), language_of("High Valyrian")
    ('tl', 'mis-highvalyrian')
    >>> language_of("Portuguese (BR)"), language_of("Deutsch (DE)")
    ('pt-br', 'de')
    """
    name = name.strip()
    if name.lower() in ("", "default"):
        return ""
    found = _SUBTAG.match(name)
    own, _, variant = (found.group(1) if found else name).partition(",")
    variant = re.sub(r"[^a-z0-9]", "", variant.lower())
    named = _named().get(own.strip().lower(), "")
    if found:
        base = found.group(2).lower()
        if named and base != named and found.group(2).isupper():  # English (US): a country, no language
            base = f"{named}-{base}"
    elif re.fullmatch(r"[a-zA-Z]{2}", own):
        base = own.lower()
    else:
        base = named
    if not base:
        # two languages that nobody knows stay two
        base = f"{UNCODED}-{re.sub(r'[^a-z0-9]', '', own.lower()) or 'x'}"
    return f"{base}-{variant}" if variant else base


@dataclass(frozen=True, kw_only=True)
class Languages:
    """The languages of a form.

    Parameters
    ----------
    all : tuple of str
        The first is the one a respondent begins with.
    plain : str
        What a column without a language is written in.
    told : bool
        The settings say so; else it is a guess.
    """

    all: tuple[str, ...]
    plain: str
    told: bool


def languages_of(texts: Iterable[Mapping[str, str]], default: str) -> Languages:
    """Find the languages of a form from its wordings and from the setting ``default_language``.

    Examples
    --------
    >>> languages_of([{"": "Wie war es?", "en": "How was it?"}], "")
    Languages(all=('de', 'en'), plain='de', told=False)
    >>> languages_of([{"en": "Yes", "de": "Ja"}], "Deutsch (de)")
    Languages(all=('de', 'en'), plain='de', told=True)
    """
    wordings = list(texts)
    named = list(dict.fromkeys(language for one in wordings for language in one))
    found = [language for language in named if language]
    first = language_of(default)
    plain = first
    if "" in named and not first:
        plain = guessed(one[""] for one in wordings if "" in one) or next(
            (language for language in ("en", UNCODED) if language not in found), UNCODED
        )
    front = [plain] if plain and ("" in named or plain in found) else []
    every = tuple(dict.fromkeys([*front, *found])) or (first or "en",)
    return Languages(all=every, plain=plain or every[0], told=bool(first) or "" not in named)


def guessed(texts: Iterable[str]) -> str:
    """Tell German from English by the small words; nothing where neither is sure.

    Examples
    --------
    >>> guessed(["Wie zufrieden sind Sie mit der Hotline?"]), guessed(["How satisfied are you?"]), guessed(["NPS"])
    ('de', 'en', '')
    """
    words = re.findall(r"\w+", " ".join(texts).lower())
    count = {language: sum(word in small for word in words) for language, small in _WORDS.items()}
    if count["de"] == count["en"]:
        return ""
    return max(count, key=lambda language: count[language])


@cache
def _named() -> dict[str, str]:
    out: dict[str, str] = {}
    for locale in ("en", "de"):
        out |= {str(name).lower(): str(tag) for tag, name in Locale(locale).languages.items() if len(str(tag)) <= 3}
    for locale in _OWN_NAMES:
        out |= {str(Locale(locale).languages[tag]).lower(): tag for tag in _OWN_NAMES}
    return out
