"""Whether the parts of a survey fit each other: what no part can know alone.

Everything is found on the raw data, so that one fault hides no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from cxresearch.errors import Fault, unknown_name
from cxresearch.located import Key, Located
from cxresearch.survey.item import BackgroundField, Construct, Item, Perspective, Touchpoint
from cxresearch.survey.scale import Scale
from cxresearch.survey.survey import LANGUAGE
from cxresearch.survey.text import Text

PARTS: dict[str, type] = {
    "perspectives": Perspective,
    "scales": Scale,
    "touchpoints": Touchpoint,
    "constructs": Construct,
    "items": Item,
    "fields": BackgroundField,
}
# columns that every table of answers has, and the kind of field that may bear their name
RESERVED = {"respondent": "respondent", "perspective": "perspective"}
Data = dict[str, Any]


def faults_between_parts(located: Located) -> Iterator[Fault]:
    """Yield references to parts that do not exist, and parts that contradict each other."""
    data = located.data
    yield from _language_faults(data, located)
    yield from _id_faults(data, located)
    for key, entry in _entries(data, "items"):
        yield from _item_faults(key, entry, data, located)
    for key, entry in _entries(data, "constructs"):
        yield from _construct_faults(key, entry, data, located)
        yield from _reference_faults("scale", [(("constructs", key, "scale"), entry.get("scale"))], data, located)
    for key, entry in _entries(data, "perspectives"):
        where = ("perspectives", key, "predicts")
        yield from _reference_faults("perspective", [(where, entry.get("predicts"))], data, located)
    yield from _page_faults(data, located)
    yield from _text_faults(data, located)


def _entries(data: Data, part: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    value = data.get(part)
    for key, entry in (value if isinstance(value, dict) else {}).items():
        if isinstance(entry, dict):
            yield key, entry


def _ids(data: Data, part: str) -> list[str]:
    value = data.get(part)
    return [str(key) for key in value] if isinstance(value, dict) else []


def _languages(data: Data) -> list[str]:
    value = data.get("languages")
    return [x for x in value if isinstance(x, str)] if isinstance(value, list) else []


def _language_faults(data: Data, located: Located) -> Iterator[Fault]:
    languages = _languages(data)
    for i, language in enumerate(languages):
        place = located.place("languages", i)
        if not LANGUAGE.match(language):
            yield Fault(
                code="survey.language",
                what="This is not a language tag.",
                place=place,
                given=language,
                allowed="tags such as de (Sie), de-du (du), en",
            )
        if language in languages[:i]:
            yield Fault(code="survey.language-twice", what="This language stands twice.", place=place, given=language)


def _id_faults(data: Data, located: Located) -> Iterator[Fault]:
    kinds: dict[str, str] = {}
    taken: dict[Any, str] = {}
    for part in PARTS:
        for key, entry in _entries(data, part):
            if entry.get("id", key) != key:
                yield Fault(
                    code="survey.other-id",
                    what=f"The id is the key, here {key!r}; a different one stands inside.",
                    place=located.place(part, key, "id"),
                    given=entry["id"],
                    do="Remove it.",
                )
            kind = entry.get("kind") if part == "fields" else None
            if part in ("items", "fields") and key in RESERVED and kind != RESERVED[key]:
                yield Fault(
                    code="survey.reserved-id",
                    what=f"Every table of answers has a column {key!r} of its own.",
                    place=located.place(part, key),
                    do=f"Choose another id, or a field of kind {RESERVED[key]!r}.",
                )
            if kind in RESERVED.values() and kind in kinds:
                yield Fault(
                    code="survey.kind-twice",
                    what=f"There can be one field of kind {kind!r}; {kinds[kind]!r} is one already.",
                    place=located.place(part, key, "kind"),
                    given=key,
                )
            kinds.setdefault(str(kind), str(key))
            if part != "scales" and key in taken:
                # names in results are looked up by id alone
                yield Fault(
                    code="survey.id-twice",
                    what=f"This id stands under {taken[key]} already.",
                    place=located.place(part, key),
                    given=key,
                    do="Rename one of them.",
                )
            if part != "scales":
                taken.setdefault(key, part)


def _reference_faults(kind: str, found: Iterable[tuple[Key, Any]], data: Data, located: Located) -> Iterator[Fault]:
    valid = _ids(data, f"{kind}s")
    for where, name in found:
        if isinstance(name, str) and name not in valid:
            yield unknown_name(f"survey.unknown-{kind}", kind, name, valid, located.place(*where))


def _item_faults(key: Any, entry: dict[str, Any], data: Data, located: Located) -> Iterator[Fault]:
    for kind in ("scale", "construct", "touchpoint"):
        yield from _reference_faults(kind, [(("items", key, kind), entry.get(kind))], data, located)
    text = entry.get("text")
    perspectives = _ids(data, "perspectives")
    if isinstance(text, dict) and (set(text) & set(perspectives) or not _is_wording(text)):
        asked = [(("items", key, "text", name), name) for name in text]
        yield from _reference_faults("perspective", asked, data, located)
    scale = dict(_entries(data, "scales")).get(str(entry.get("scale")))
    if scale is None:
        return
    if entry.get("reversed") is True and scale.get("low") is None:
        yield Fault(
            code="survey.reversed-without-range",
            what="Only an item on a scale with low and high can be reversed.",
            place=located.place("items", key, "reversed"),
            given=entry.get("scale"),
        )
    if entry.get("index") == "nps" and (scale.get("low"), scale.get("high"), scale.get("step", 1)) != (0, 10, 1):
        yield Fault(
            code="survey.nps-scale",
            what="The recommendation question of the NPS is answered from 0 to 10.",
            place=located.place("items", key, "scale"),
            given=entry.get("scale"),
            allowed="a scale with low 0 and high 10",
        )


def _is_wording(text: dict[str, Any]) -> bool:
    """Tell the short form of an item's text, language to wording, from perspective to wording."""
    return all(isinstance(wording, str) for wording in text.values())


def _construct_faults(key: Any, entry: dict[str, Any], data: Data, located: Located) -> Iterator[Fault]:
    needed = entry.get("min_answered")
    items = sum(item.get("construct") == key for _, item in _entries(data, "items"))
    if isinstance(needed, int) and items and needed > items:
        yield Fault(
            code="survey.too-few-items",
            what=f"This construct would never have a score: it has {items} items.",
            place=located.place("constructs", key, "min_answered"),
            given=needed,
            allowed=f"1 to {items}, or a share such as 0.5",
        )


def _page_faults(data: Data, located: Located) -> Iterator[Fault]:
    pages = data.get("pages")
    if not isinstance(pages, list) or not pages:
        return
    seen: dict[str, int] = {}
    for i, page in enumerate(pages):
        if not isinstance(page, dict):
            continue
        items = list(_listed(page, ("pages", i, "items")))
        yield from _reference_faults("item", items, data, located)
        yield from _reference_faults("perspective", _listed(page, ("pages", i, "perspectives")), data, located)
        for where, name in items:
            if name in seen:
                yield Fault(
                    code="survey.item-twice",
                    what=f"This item already stands on page {seen[name] + 1}.",
                    place=located.place(*where),
                    given=name,
                )
            seen.setdefault(name, i)
    for name in _ids(data, "items"):
        if name not in seen:
            yield Fault(
                code="survey.item-on-no-page",
                what="The survey has pages, but this item stands on none.",
                place=located.place("items", name),
                given=name,
                do="List it under pages, or remove it.",
            )


def _listed(page: dict[str, Any], where: Key) -> Iterator[tuple[Key, str]]:
    values = page.get(str(where[-1]))
    for j, value in enumerate(values if isinstance(values, list) else []):
        if isinstance(value, str):
            yield (*where, j), value


def _text_faults(data: Data, located: Located) -> Iterator[Fault]:
    languages = _languages(data)
    for where, value in _texts(data) if languages else ():
        try:
            text = Text.model_validate(value)
        except ValidationError:
            continue
        for language in languages:
            if not text.has(language):
                yield Fault(
                    code="survey.missing-translation",
                    what=f"There is no wording in {language!r}.",
                    place=located.place(*where),
                    allowed=", ".join(languages),
                    do="Translate it, or take the language out of languages.",
                )
        for language in text.root:
            if language != "und" and language not in languages:
                yield unknown_name(
                    "survey.unknown-language",
                    "language",
                    language,
                    languages,
                    located.place(*where, language),
                )


def _texts(data: Data) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every place where a wording stands."""
    for key in ("title", "description"):
        if key in data:
            yield (key,), data[key]
    for part in PARTS:
        for key, entry in _entries(data, part):
            for name in ("name", "definition"):
                if name in entry and entry[name] is not None:
                    yield (part, key, name), entry[name]
            for name in ("labels", "missing"):
                if isinstance(entry.get(name), dict):
                    for code, text in entry[name].items():
                        yield (part, key, name, code), text
            if part == "items" and isinstance(entry.get("text"), dict):
                for perspective, text in entry["text"].items():
                    yield (part, key, "text", perspective), text
    pages = data.get("pages")
    for i, page in enumerate(pages if isinstance(pages, list) else []):
        for name in ("title", "intro"):
            if isinstance(page, dict) and page.get(name) is not None:
                yield ("pages", i, name), page[name]
