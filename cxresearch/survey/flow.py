"""Whether pages, blocks and conditions fit the rest of a survey; on raw data, after blocks were written out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cxresearch.errors import CxError, Fault, Place, listing, unknown_name
from cxresearch.located import Key, Located
from cxresearch.survey.coherence import Data, entries, ids, listed, reference_faults
from cxresearch.survey.expression import Among, Answered, Compare, Leaf, leaves, parse

PART_OF_PAGE = ("items", "fields", "blocks")
SHOWN_TOGETHER = ("grid", "multiple", "ranking", "dual", "kano")
KANO_CODES = 5


def flow_faults(located: Located) -> Iterator[Fault]:
    """Yield what does not fit in blocks, pages, conditions and quotas."""
    data = located.data
    inside: dict[str, str] = {}
    for key, block in entries(data, "blocks"):
        yield from _block_faults(key, block, inside, data, located)
    yield from _page_faults(inside, data, located)
    for where, text in _conditions(data):
        yield from _condition_faults(where, text, data, located)
    for key, item in entries(data, "items"):
        yield from _expected_faults(key, item, data, located)


def _block_faults(key: str, block: Data, inside: dict[str, str], data: Data, located: Located) -> Iterator[Fault]:
    if block.get("kind") not in SHOWN_TOGETHER:
        return
    scales = []
    for name in ("items", "second"):
        for where, id in listed(block, ("blocks", key, name)):
            if id not in ids(data, "items"):
                yield unknown_name("survey.unknown-item", "item", id, ids(data, "items"), located.place(*where))
                continue
            if id in inside:
                yield Fault(
                    code="survey.item-twice",
                    what=f"This item already stands in the block {inside[id]!r}.",
                    place=located.place(*where),
                    given=id,
                )
            inside.setdefault(id, key)
            scales.append((name, where, id, str(dict(entries(data, "items")).get(id, {}).get("scale"))))
    yield from _scale_faults(block, scales, data, located)


def _scale_faults(block: Data, found: list[tuple[str, Key, str, str]], data: Data, located: Located) -> Iterator[Fault]:
    kind = block["kind"]
    defined = dict(entries(data, "scales"))
    for name in ("items", "second"):
        rows = [one for one in found if one[0] == name]
        for _, where, id, scale in rows:
            if kind in ("grid", "ranking", "dual", "kano") and scale != rows[0][3]:
                yield Fault(
                    code="survey.mixed-scales",
                    what=f"The items of a {kind} share one scale; that of {rows[0][2]!r} is {rows[0][3]!r}.",
                    place=located.place(*where),
                    given=f"{id} on {scale}",
                )
            codes = _codes(defined.get(scale))
            if kind == "multiple" and codes is not None and set(codes) != {0, 1}:
                yield _codes_fault(located.place(*where), "An option to tick", id, "a scale with the codes 0 and 1")
            if kind == "ranking" and codes is not None and not set(range(1, len(rows) + 1)) <= set(codes):
                allowed = f"a scale with the ranks 1 to {len(rows)}"
                yield _codes_fault(located.place(*where), "An option to rank", id, allowed)
            if kind == "kano" and codes is not None and len(codes) != KANO_CODES:
                yield _codes_fault(located.place(*where), "A Kano question", id, "a scale with five answers")


def _codes_fault(place: Place, what: str, id: str, allowed: str) -> Fault:
    return Fault(code="survey.block-scale", what=f"{what} needs other codes.", place=place, given=id, allowed=allowed)


def _codes(scale: Data | None) -> list[Any] | None:
    """Return the codes of a scale in raw data; None where they cannot be told."""
    if scale is None:
        return None
    low, high = scale.get("low"), scale.get("high")
    if isinstance(low, int) and isinstance(high, int) and scale.get("step", 1) == 1 and high - low < 1000:
        return list(range(low, high + 1))
    if low is None and isinstance(scale.get("labels"), dict):
        return list(scale["labels"])
    return None


def _page_faults(inside: dict[str, str], data: Data, located: Located) -> Iterator[Fault]:
    pages = data.get("pages")
    if not isinstance(pages, list) or not pages:
        return
    known = [name for part in PART_OF_PAGE for name in ids(data, part)]
    seen: dict[str, int] = {}
    named: dict[str, int] = {}
    for i, page in enumerate(pages):
        if not isinstance(page, dict):
            continue
        if isinstance(id := page.get("id"), str):
            if id in named:
                what = f"Page {named[id] + 1} has this id already."
                yield Fault(code="survey.page-twice", what=what, place=located.place("pages", i, "id"), given=id)
            named.setdefault(id, i)
        yield from reference_faults("perspective", listed(page, ("pages", i, "perspectives")), data, located)
        for where, name in listed(page, ("pages", i, "items")):
            if name not in known:
                yield unknown_name("survey.unknown-item", "item, field or block", name, known, located.place(*where))
            elif name in seen or name in inside:
                there = f"on page {seen[name] + 1}" if name in seen else f"in the block {inside[name]!r}"
                yield Fault(
                    code="survey.item-twice",
                    what=f"This already stands {there}.",
                    place=located.place(*where),
                    given=name,
                )
            if name in dict(entries(data, "fields")) and not dict(entries(data, "fields"))[name].get("text"):
                yield Fault(
                    code="survey.field-without-text",
                    what="This field has no wording, so it cannot be asked.",
                    place=located.place(*where),
                    given=name,
                    do="Give it a text, or take it off the page.",
                )
            seen.setdefault(name, i)
    made = {name for key, block in entries(data, "blocks") for name in _made(key, block, data)}
    asked = [*ids(data, "items"), *(key for key, field in entries(data, "fields") if field.get("text"))]
    wanted = [("items", name) for name in asked if name not in inside and name not in made]
    for _, name in [*wanted, *(("blocks", name) for name in ids(data, "blocks"))]:
        if name not in seen:
            part = next(part for part in PART_OF_PAGE if name in ids(data, part))
            yield Fault(
                code="survey.item-on-no-page",
                what=f"The survey has pages, but this {part[:-1]} stands on none.",
                place=located.place(part, name),
                given=name,
                do="List it under pages, or remove it.",
            )


def _made(key: str, block: Data, data: Data) -> Iterator[str]:
    """Yield the ids that a block makes."""
    kind = block.get("kind")
    names = [*ids(data, "items"), *ids(data, "fields")]
    if kind in ("maxdiff", "vignette", "diary"):
        repeated = tuple(id for _, id in listed(block, ("blocks", key, "items")))
        for name in names:
            stem, _, number = name.rpartition("_")
            own = name.startswith(f"{key}_") and name[len(key) + 1 :].split("_")[0].isdigit()
            if own or (number.isdigit() and stem in repeated):
                yield name


def _conditions(data: Data) -> Iterator[tuple[Key, Any]]:
    for part in PART_OF_PAGE:
        for key, entry in entries(data, part):
            yield (part, key, "relevance"), entry.get("relevance")
    for key, entry in entries(data, "quotas"):
        yield ("quotas", key, "when"), entry.get("when")
    pages = data.get("pages")
    for i, page in enumerate(pages if isinstance(pages, list) else []):
        if isinstance(page, dict):
            yield ("pages", i, "relevance"), page.get("relevance")
            screenout = page.get("screenout")
            if isinstance(screenout, dict):
                yield ("pages", i, "screenout", "when"), screenout.get("when")


def _condition_faults(where: Key, text: Any, data: Data, located: Located) -> Iterator[Fault]:
    if not isinstance(text, str):
        return
    place = located.place(*where)
    try:
        condition = parse(text)
    except CxError as error:
        for fault in error.faults:
            yield Fault(code=fault.code, what=fault.what, place=place, given=text, allowed=fault.allowed, do=fault.do)
        return
    known = [*ids(data, "items"), *ids(data, "fields")]
    for leaf in leaves(condition):
        if leaf.name not in known:
            yield unknown_name("survey.unknown-item", "item or field", leaf.name, known, place)
        else:
            yield from _value_faults(leaf, text, place, data)


def _value_faults(leaf: Leaf, text: str, place: Place, data: Data) -> Iterator[Fault]:
    if isinstance(leaf, Answered):
        return
    item = dict(entries(data, "items")).get(leaf.name)
    field = dict(entries(data, "fields")).get(leaf.name)
    scale = dict(entries(data, "scales")).get(str(item.get("scale"))) if item else field
    codes = _codes(scale)
    if field is not None and field.get("kind") in ("text", "time"):
        do = f"Use answered({leaf.name})."
        what = f"{leaf.name!r} is answered in words or with a date; nothing is compared with that."
        yield Fault(code="survey.relevance-value", what=what, place=place, given=text, do=do)
        return
    if not codes:
        return
    known = [*codes, *((scale or {}).get("missing") or {})]
    if isinstance(leaf, Compare) and leaf.ordered:
        if any(isinstance(code, str) for code in codes) or isinstance(leaf.value, str):
            what = f"The answers to {leaf.name!r} have no order that could be compared."
            do = "Use == or in."
            yield Fault(code="survey.relevance-value", what=what, place=place, given=text, do=do)
        return
    values = leaf.values if isinstance(leaf, Among) else (leaf.value,)
    for value in values:
        if value not in known:
            what = f"{leaf.name!r} has no answer {value!r}."
            yield Fault(code="survey.relevance-value", what=what, place=place, given=text, allowed=listing(known))


def _expected_faults(key: str, item: Data, data: Data, located: Located) -> Iterator[Fault]:
    codes = _codes(dict(entries(data, "scales")).get(str(item.get("scale"))))
    if "expects" in item and codes is not None and item["expects"] not in codes:
        yield Fault(
            code="survey.expects",
            what="The right answer of an attention check is one of its scale.",
            place=located.place("items", key, "expects"),
            given=item["expects"],
            allowed=listing(codes),
        )
