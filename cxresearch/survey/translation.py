"""Where wordings stand in a survey, and whether they are there in every language."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from cxresearch.errors import Fault, Place, nearest, unknown_name
from cxresearch.located import Key, Located
from cxresearch.survey.coherence import PARTS
from cxresearch.survey.raw import Data, entries, languages
from cxresearch.survey.survey import LANGUAGE
from cxresearch.survey.text import ANY, Text

_OF_PERSPECTIVES = ("text", "story", "more")
_OF_CODES = ("labels", "missing", "options")
FEW = 3  # wordings that lack a language are told one by one where there are fewer


def text_faults(located: Located) -> Iterator[Fault]:
    """Yield wordings that miss a language of the survey, or are in another."""
    data = located.data
    known = languages(data)
    if not known or not all(LANGUAGE.match(language) for language in known):
        return  # that is told of the languages, and every wording would seem to be in a wrong one
    texts = list(_well_formed(data))
    absent = yield from _languages_of_no_wording(texts, known, located)
    if absent is None:
        return
    for where, text in texts:
        needed = [language for language in known if language not in absent]
        yield from missing_translations("survey", text, needed, known, located.place(*where))
        for language in text.root:
            if language not in (ANY, *known):
                yield unknown_name(
                    "survey.unknown-language", "language", language, known, located.place(*where, language)
                )


def _well_formed(data: Data) -> Iterator[tuple[Key, Text]]:
    for where, value in texts_of(data):
        try:
            yield where, Text.model_validate(value)
        except ValidationError:
            continue


def _languages_of_no_wording(
    texts: list[tuple[Key, Text]], known: list[str], located: Located
) -> Generator[Fault, None, set[str] | None]:
    """Yield languages that no wording is in, once; return them, or None where another one was meant."""
    given = {language for _, text in texts for language in text.root}
    stray = sorted(given - {ANY, *known})
    absent = set()
    misspelt = False
    for i, language in enumerate(known):
        number = sum(not text.has(language) for _, text in texts)
        if number < FEW or any(language in text.root or language.split("-")[0] in text.root for _, text in texts):
            continue
        near = nearest(language, stray) or (stray[0] if len(stray) == 1 else None)
        absent.add(language)
        misspelt = misspelt or near is not None
        yield Fault(
            code="survey.missing-translation",
            what=f"No wording is in this language; {number} lack it.",
            place=located.place("languages", i),
            given=language,
            do=f"Did you mean {near!r}?" if near else "Translate them, or take the language out of languages.",
        )
    return None if misspelt else absent


def missing_translations(
    kind: str, text: Text, needed: Iterable[str], languages: Iterable[str], place: Place
) -> Iterator[Fault]:
    """Yield the languages that a wording lacks.

    Parameters
    ----------
    kind : str
        First half of the fault codes, for example ``"survey"``.
    text : Text
    needed : iterable of str
        Languages that it should be there in.
    languages : iterable of str
        All languages of the file.
    place : Place
    """
    for language in needed:
        if not text.has(language):
            yield Fault(
                code=f"{kind}.missing-translation",
                what=f"There is no wording in {language!r}.",
                place=place,
                allowed=", ".join(languages),
                do="Translate it, or take the language out of languages.",
            )


def texts_of(data: Data) -> Iterator[tuple[Key, Any]]:
    """Yield every place where a wording stands, in raw data with wordings in their full form."""
    for key in ("title", "public_title", "description"):
        if data.get(key) is not None:
            yield (key,), data[key]
    for i, notice in enumerate(_list(data.get("notices"))):
        yield ("notices", i), notice
    for key, term in (data.get("terms") or {}).items() if isinstance(data.get("terms"), dict) else ():
        yield ("terms", key), term
    for part in PARTS:
        for key, entry in entries(data, part):
            yield from _of_part((part, key), entry)
    for i, page in enumerate(_list(data.get("pages"))):
        if not isinstance(page, dict):
            continue
        if page.get("title") is not None:
            yield ("pages", i, "title"), page["title"]
        yield from _mapped(("pages", i, "intro"), page.get("intro"))
        if isinstance(page.get("screenout"), dict) and "text" in page["screenout"]:
            yield ("pages", i, "screenout", "text"), page["screenout"]["text"]


def _of_part(where: Key, entry: Data) -> Iterator[tuple[Key, Any]]:
    for name in ("name", "definition", "hint", "best", "worst"):
        if entry.get(name) is not None:
            yield (*where, name), entry[name]
    for name in _OF_CODES:
        yield from _mapped((*where, name), entry.get(name))
    if where[0] in ("items", "fields", "blocks"):
        for name in _OF_PERSPECTIVES:
            yield from _mapped((*where, name), entry.get(name))
    yield from _mapped((*where, "ends"), entry.get("ends"))
    for i, head in enumerate(_list(entry.get("heads"))):
        yield (*where, "heads", i), head
    dimensions = entry.get("dimensions")
    for name, one in (dimensions if isinstance(dimensions, dict) else {}).items():
        if isinstance(one, dict):
            if "name" in one:
                yield (*where, "dimensions", name, "name"), one["name"]
            yield from _mapped((*where, "dimensions", name, "levels"), one.get("levels"))


def _mapped(where: Key, value: Any) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, dict):
        for key, text in value.items():
            yield (*where, key), text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
