"""Whether the parts of a survey fit each other: what no part can know alone.

Everything is found on the raw data, so that one fault hides no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cxresearch.errors import Fault, unknown_name
from cxresearch.located import Key, Located
from cxresearch.survey.item import BackgroundField, Construct, Item, Perspective, Quota, Touchpoint
from cxresearch.survey.raw import Data, entries, ids, languages
from cxresearch.survey.scale import Scale
from cxresearch.survey.survey import LANGUAGE

PARTS: dict[str, type | None] = {
    "perspectives": Perspective,
    "scales": Scale,
    "touchpoints": Touchpoint,
    "constructs": Construct,
    "items": Item,
    "fields": BackgroundField,
    "blocks": None,  # one noun for each kind of block
    "quotas": Quota,
}
# columns that a table of answers has, and the kind of field that may bear their name; none may bear that of the
# stamp by which made-up answers are known
RESERVED = {"respondent": "respondent", "perspective": "perspective", "synthetic": ""}


def faults_between_parts(located: Located) -> Iterator[Fault]:
    """Yield references to parts that do not exist, and parts that contradict each other."""
    data = located.data
    yield from _language_faults(data, located)
    yield from _id_faults(data, located)
    for key, entry in entries(data, "items"):
        yield from _item_faults(key, entry, data, located)
    for key, entry in entries(data, "constructs"):
        yield from _construct_faults(key, entry, data, located)
        yield from reference_faults("scale", [(("constructs", key, "scale"), entry.get("scale"))], data, located)
    for part in ("fields", "blocks"):
        for key, entry in entries(data, part):
            for name in ("text", "story", "more"):
                yield from _wording_faults((part, key, name), entry.get(name), data, located)
    for key, entry in entries(data, "perspectives"):
        where = ("perspectives", key, "predicts")
        yield from reference_faults("perspective", [(where, entry.get("predicts"))], data, located)


def _language_faults(data: Data, located: Located) -> Iterator[Fault]:
    known = languages(data)
    for i, language in enumerate(known):
        place = located.place("languages", i)
        if not LANGUAGE.match(language):
            yield Fault(
                code="survey.language",
                what="This is not a language tag.",
                place=place,
                given=language,
                allowed="tags such as de (Sie), de-du (du), en",
                do=f"Did you mean {near!r}?" if (near := _tag(language)) else None,
            )
        if language in known[:i]:
            yield Fault(code="survey.language-twice", what="This language stands twice.", place=place, given=language)


def _tag(name: str) -> str | None:
    return {"deutsch": "de", "german": "de", "english": "en", "englisch": "en"}.get(name.casefold())


def _id_faults(data: Data, located: Located) -> Iterator[Fault]:
    kinds: dict[str, str] = {}
    taken: dict[Any, str] = {}
    for part in PARTS:
        for key, entry in entries(data, part):
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
                    what=f"A table of answers has a column {key!r} of its own.",
                    place=located.place(part, key),
                    do="Choose another id" + (f", or a field of kind {RESERVED[key]!r}." if RESERVED[key] else "."),
                )
            if kind and kind in RESERVED.values() and kind in kinds:
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


def reference_faults(kind: str, found: Iterable[tuple[Key, Any]], data: Data, located: Located) -> Iterator[Fault]:
    """Yield names that no part of that kind bears."""
    valid = ids(data, f"{kind}s")
    for where, name in found:
        if isinstance(name, str) and name not in valid:
            yield unknown_name(f"survey.unknown-{kind}", kind, name, valid, located.place(*where))


def _item_faults(key: Any, entry: dict[str, Any], data: Data, located: Located) -> Iterator[Fault]:
    for kind in ("scale", "construct", "touchpoint"):
        yield from reference_faults(kind, [(("items", key, kind), entry.get(kind))], data, located)
    yield from _wording_faults(("items", key, "text"), entry.get("text"), data, located)
    scale = dict(entries(data, "scales")).get(str(entry.get("scale")))
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


def _wording_faults(where: Key, text: Any, data: Data, located: Located) -> Iterator[Fault]:
    perspectives = ids(data, "perspectives")
    if isinstance(text, dict) and (set(text) & set(perspectives) or not _is_wording(text)):
        yield from reference_faults("perspective", [((*where, name), name) for name in text], data, located)


def _is_wording(text: dict[str, Any]) -> bool:
    """Tell the short form of an item's text, language to wording, from perspective to wording."""
    return all(isinstance(wording, str) for wording in text.values())


def _construct_faults(key: Any, entry: dict[str, Any], data: Data, located: Located) -> Iterator[Fault]:
    needed = entry.get("min_answered")
    items = sum(item.get("construct") == key for _, item in entries(data, "items"))
    if isinstance(needed, int) and items and needed > items:
        yield Fault(
            code="survey.too-few-items",
            what=f"This construct would never have a score: it has {items} items.",
            place=located.place("constructs", key, "min_answered"),
            given=needed,
            allowed=f"1 to {items}, or a share such as 0.5",
        )
