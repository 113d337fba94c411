"""Where wordings stand in a survey, and whether they are there in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from cxresearch.errors import Fault, Place, unknown_name
from cxresearch.located import Key, Located
from cxresearch.survey.coherence import PARTS
from cxresearch.survey.raw import Data, entries, languages
from cxresearch.survey.text import ANY, Text

_OF_PERSPECTIVES = ("text", "story", "more")
_OF_CODES = ("labels", "missing", "options")


def text_faults(located: Located) -> Iterator[Fault]:
    """Yield wordings that miss a language of the survey, or are in another."""
    data = located.data
    known = languages(data)
    for where, value in texts_of(data) if known else ():
        try:
            text = Text.model_validate(value)
        except ValidationError:
            continue
        yield from missing_translations("survey", text, known, known, located.place(*where))
        for language in text.root:
            if language not in (ANY, *known):
                yield unknown_name(
                    "survey.unknown-language", "language", language, known, located.place(*where, language)
                )


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
