"""Whether pages, blocks and conditions fit the rest of a survey; on raw data, after blocks were written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cxresearch.errors import CxError, Fault, Place, listing, nearest, unknown_name
from cxresearch.located import Key, Located
from cxresearch.survey.block import KINDS
from cxresearch.survey.coherence import reference_faults
from cxresearch.survey.expand import Expanded
from cxresearch.survey.expression import Among, Answered, Compare, Leaf, leaves, parse
from cxresearch.survey.raw import Data, entries, ids, listed

PART_OF_PAGE = ("items", "fields", "blocks")
SHOWN_TOGETHER = ("grid", "multiple", "ranking", "dual", "kano")
REPEATING = ("vignette", "diary")
KANO_CODES = 5
ELSEWHERE = {"matrix": "grid", "likert": "grid", "checkbox": "multiple", "checkboxes": "multiple", "rank": "ranking"}


def flow_faults(located: Located, written: Expanded) -> Iterator[Fault]:
    """Yield what does not fit in blocks, pages, conditions and quotas.

    Parameters
    ----------
    located : Located
        With what the blocks stand for.
    written : Expanded
        How that came about.
    """
    data = located.data
    yield from _clash_faults(written, located)
    inside = written.repeated | {id: block for (part, id), block in written.made.items() if part != "scales"}
    items, fields, scales = (dict(entries(data, part)) for part in ("items", "fields", "scales"))
    for key in ids(data, "blocks"):
        if not isinstance(data["blocks"].get(key, {}), dict):
            what = "A block is a mapping, such as {kind: grid, items: [q1, q2]}."
            yield Fault(code="survey.dataclass-type", what=what, place=located.place("blocks", key))
    for key, block in entries(data, "blocks"):
        if block.get("kind") in REPEATING:
            yield from _repeated_faults(key, block, written, {**items, **fields}, located)
        elif block.get("kind") in SHOWN_TOGETHER:
            yield from _block_faults(key, block, inside, items, scales, located)
        elif block.get("kind") not in tuple(KINDS):  # a list is no key
            yield _kind_fault(key, block, located)
        _shown_by(key, block, inside)
    yield from _page_faults(inside, data, located)
    for where, text in _conditions(data):
        yield from _condition_faults(where, text, (items, fields, scales), dict(entries(data, "blocks")), located)
    for key, item in items.items():
        yield from _expected_faults(key, item, scales, located)


def _kind_fault(key: str, block: Data, located: Located) -> Fault:
    given = block.get("kind")
    near = ELSEWHERE.get(str(given)) or nearest(given, KINDS)
    return Fault(
        code="survey.missing-key" if given is None else "survey.unknown-kind",
        what="The key 'kind' is missing." if given is None else "There is no kind of block of that name.",
        place=located.place("blocks", key, "kind"),
        given=given,
        allowed=listing(KINDS),
        do="Add it." if given is None else f"Did you mean {near!r}?" if near else None,
    )


def _shown_by(key: str, block: Data, inside: dict[str, str]) -> None:
    """Note what a block names, even where the block itself is at fault: that it is on no page is told of the block."""
    for name in ("items", "second"):
        value = block.get(name)
        names = re.split(r"[\s,]+", value) if isinstance(value, str) else value if isinstance(value, list) else ()
        for id in names:
            if isinstance(id, str):
                inside.setdefault(id, key)


def _clash_faults(written: Expanded, located: Located) -> Iterator[Fault]:
    told: set[str] = set()
    for key, part, id in written.clashes:
        if key not in told:
            yield Fault(
                code="survey.id-twice",
                what=f"This block makes the {part[:-1]} {id!r}, and there is one of that name already.",
                place=located.place("blocks", key),
                given=key,
                do="Rename the block, or the other one.",
            )
        told.add(key)


def _repeated_faults(
    key: str, block: Data, written: Expanded, known: dict[Any, Data], located: Located
) -> Iterator[Fault]:
    seen: set[str] = set()
    for where, id in listed(block, ("blocks", key, "items")):
        owner = written.repeated.get(id) or written.made.get(("items", id)) or written.made.get(("fields", id))
        copied = any(written.made.get((part, f"{id}_1")) == key for part in ("items", "fields"))
        if id in seen or owner not in (None, key):
            yield _twice(located.place(*where), id, owner or key)
        elif owner is None and id not in known and not copied:
            yield unknown_name("survey.unknown-item", "item or field", id, known, located.place(*where))
        seen.add(id)


def _twice(place: Place, id: str, block: str) -> Fault:
    return Fault(
        code="survey.item-twice", what=f"This item already stands in the block {block!r}.", place=place, given=id
    )


def _block_faults(
    key: str,
    block: Data,
    inside: dict[str, str],
    items: dict[Any, Data],
    scales: dict[Any, Data],
    located: Located,
) -> Iterator[Fault]:
    found = []
    for name in ("items", "second"):
        for where, id in listed(block, ("blocks", key, name)):
            if id in inside:
                yield _twice(located.place(*where), id, inside[id])
            if id in items:
                found.append((name, where, id, str(items[id].get("scale"))))
            elif id not in inside:
                yield unknown_name("survey.unknown-item", "item", id, items, located.place(*where))
                continue
            inside.setdefault(id, key)
    yield from _scale_faults(block, found, scales, located)


def _scale_faults(
    block: Data, found: list[tuple[str, Key, str, str]], defined: dict[Any, Data], located: Located
) -> Iterator[Fault]:
    kind = block["kind"]
    for name in ("items", "second"):
        rows = [one for one in found if one[0] == name]
        on_known = [one for one in rows if one[3] in defined]
        for _, where, id, scale in rows:
            if kind in ("grid", "ranking", "dual", "kano") and scale in defined and scale != on_known[0][3]:
                yield Fault(
                    code="survey.mixed-scales",
                    what=f"The items of a {kind} share one scale; that of {on_known[0][2]!r} is {on_known[0][3]!r}.",
                    place=located.place(*where),
                    given=f"{id} on {scale}",
                )
            codes = _codes(defined.get(scale))
            if kind == "multiple" and codes is not None and set(codes) != {0, 1}:
                yield _codes_fault(located.place(*where), "An option to tick", id, "a scale with the codes 0 and 1")
            if kind == "kano" and codes is not None and len(codes) != KANO_CODES:
                yield _codes_fault(located.place(*where), "A Kano question", id, "a scale with five answers")
        if kind == "ranking" and on_known and len(rows) > 1:
            _, where, id, scale = on_known[0]
            codes = _codes(defined[scale])
            if codes is not None and set(codes) != set(range(1, len(rows) + 1)):
                allowed = f"a scale that runs from 1 to {len(rows)}, the number of options"
                yield _codes_fault(located.place(*where), "An option to rank", id, allowed)


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
    fields = dict(entries(data, "fields"))
    part_of = {name: part for part in reversed(PART_OF_PAGE) for name in ids(data, part)}
    seen: dict[str, int] = {}
    named: dict[str, int] = {}
    meant: set[str | None] = set()
    listed_in_full = True
    for i, page in enumerate(pages):
        if not isinstance(page, dict) or not _is_list_of_names(page.get("items", [])):
            listed_in_full = False
        if not isinstance(page, dict):
            continue
        if isinstance(id := page.get("id"), str):
            if id in named:
                what = f"Page {named[id] + 1} has this id already."
                yield Fault(code="survey.page-twice", what=what, place=located.place("pages", i, "id"), given=id)
            named.setdefault(id, i)
        yield from reference_faults("perspective", listed(page, ("pages", i, "perspectives")), data, located)
        if not page.get("items") and not page.get("intro"):
            what, do = "This page shows nothing.", "Give it items or an intro, or remove it."
            yield Fault(code="survey.empty-page", what=what, place=located.place("pages", i), do=do)
        for where, name in listed(page, ("pages", i, "items")):
            if name not in part_of and name not in inside:
                yield unknown_name("survey.unknown-item", "item, field or block", name, part_of, located.place(*where))
                meant.add(nearest(name, part_of))
            elif name in seen or name in inside:
                there = f"on page {seen[name] + 1}" if name in seen else f"in the block {inside[name]!r}"
                yield Fault(
                    code="survey.item-twice",
                    what=f"This already stands {there}.",
                    place=located.place(*where),
                    given=name,
                )
            if name in fields and not fields[name].get("text"):
                yield Fault(
                    code="survey.field-without-text",
                    what="This field has no wording, so it cannot be asked.",
                    place=located.place(*where),
                    given=name,
                    do="Give it a text, or take it off the page.",
                )
            seen.setdefault(name, i)
    asked = [*ids(data, "items"), *(key for key, field in fields.items() if field.get("text")), *ids(data, "blocks")]
    for name in asked if listed_in_full else ():
        if name not in seen and name not in inside and name not in meant:
            part = part_of[name]
            yield Fault(
                code="survey.item-on-no-page",
                what=f"The survey has pages, but this {part[:-1]} stands on none.",
                place=located.place(part, name),
                given=name,
                do="List it under pages, or remove it.",
            )


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


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


Known = tuple[dict[Any, Data], dict[Any, Data], dict[Any, Data]]  # items, fields, scales


def _condition_faults(
    where: Key, text: Any, known: Known, blocks: dict[Any, Data], located: Located
) -> Iterator[Fault]:
    if not isinstance(text, str):
        return
    place = located.place(*where)
    try:
        condition = parse(text)
    except CxError as error:
        for fault in error.faults:
            yield Fault(code=fault.code, what=fault.what, place=place, given=text, allowed=fault.allowed, do=fault.do)
        return
    items, fields, _ = known
    for leaf in leaves(condition):
        if leaf.name in blocks and leaf.name not in items and leaf.name not in fields:
            yield _block_in_condition(leaf.name, blocks[leaf.name], text, place)
        elif leaf.name not in items and leaf.name not in fields:
            yield unknown_name("survey.unknown-item", "item or field", leaf.name, [*items, *fields], place)
        else:
            yield from _value_faults(leaf, text, place, known)


def _block_in_condition(name: str, block: Data, text: str, place: Place) -> Fault:
    inside = [id for part in ("items", "second") for _, id in listed(block, (part,))]
    return Fault(
        code="survey.relevance-block",
        what=f"{name!r} is a block and has no answer of its own; its items have.",
        place=place,
        given=text,
        allowed=listing(inside) if inside else None,
        do=f"Name an item of it, such as {inside[0]} == 1." if inside else "Name one of the items that it makes.",
    )


def _value_faults(leaf: Leaf, text: str, place: Place, known: Known) -> Iterator[Fault]:
    if isinstance(leaf, Answered):
        return
    items, fields, scales = known
    item, field = items.get(leaf.name), fields.get(leaf.name)
    scale = scales.get(str(item.get("scale"))) if item else field
    if field is not None and field.get("kind") in ("text", "time"):
        do = f"Use answered({leaf.name})."
        what = f"{leaf.name!r} is answered in words or with a date; nothing is compared with that."
        yield Fault(code="survey.relevance-value", what=what, place=place, given=text, do=do)
        return
    codes = _codes(scale)
    missing = (scale or {}).get("missing")
    missing = list(missing) if isinstance(missing, dict) else []
    values = leaf.values if isinstance(leaf, Among) else (leaf.value,)
    if isinstance(leaf, Compare) and leaf.ordered:
        words = [code for code in codes or () if isinstance(code, str)]
        if words or isinstance(leaf.value, str):
            what = f"The answers to {leaf.name!r} have no order that could be compared."
            yield Fault(code="survey.relevance-value", what=what, place=place, given=text, do="Use == or in.")
        return
    for value in values:
        strange = value not in (*codes, *missing) if codes else _is_numeric(scale) and isinstance(value, str)
        if strange and value not in missing:
            what = f"{leaf.name!r} has no answer {value!r}."
            allowed = listing([*(codes or ["numbers"]), *missing])
            yield Fault(code="survey.relevance-value", what=what, place=place, given=text, allowed=allowed)


def _is_numeric(scale: Data | None) -> bool:
    """Tell whether this is answered with a number, on raw data."""
    return scale is not None and (scale.get("low") is not None or scale.get("kind") in ("number", "weight"))


def _expected_faults(key: str, item: Data, scales: dict[Any, Data], located: Located) -> Iterator[Fault]:
    codes = _codes(scales.get(str(item.get("scale"))))
    if "expects" in item and codes is not None and item["expects"] not in codes:
        yield Fault(
            code="survey.expects",
            what="The right answer of an attention check is one of its scale.",
            place=located.place("items", key, "expects"),
            given=item["expects"],
            allowed=listing(codes),
        )
