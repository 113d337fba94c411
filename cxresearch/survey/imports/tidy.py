"""What is left over of questions that came without choices, rows or a place: taken out or put somewhere, and told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cxresearch.errors import CxError
from cxresearch.survey.expression import names, parse

if TYPE_CHECKING:
    from cxresearch.survey.imports.draft import Draft

_FEWEST = {"ranking": 2}


def tidied(draft: Draft) -> None:
    """Make the parts of a draft fit each other; every part that goes is told."""
    for id in [id for id, item in draft.items.items() if _bare(draft.scales[item["scale"]])]:
        draft.note("no-choices", "A question without answers to choose from is left out.", id, draft.items[id]["text"])
        del draft.items[id]
    _blocks(draft)
    _relevances(draft)
    _pages(draft)


def _bare(scale: dict[str, Any]) -> bool:
    return "low" not in scale and not scale.get("labels")


def _blocks(draft: Draft) -> None:
    for id, block in list(draft.blocks.items()):
        for side in ("items", "second"):
            if side in block:
                block[side] = [one for one in block[side] if one in draft.items]
        if "second" in block and len(block["second"]) != len(block["items"]):
            block["kind"] = "grid"
            draft.note("one-side", "A table with two scales has one only.", id, severity="changed")
            block.pop("heads", None)
            for one in block.pop("second"):
                draft.items.pop(one)
        if len(block["items"]) < _FEWEST.get(block["kind"], 1):
            what = "A question without rows or choices is left out."
            draft.note("no-choices", what, id, block.get("text"))
            for one in block["items"]:
                del draft.items[one]
            del draft.blocks[id]


def _relevances(draft: Draft) -> None:
    known = {*draft.items, *draft.fields}
    for where, part in _parts(draft):
        try:
            strange = names(parse(part["relevance"])) - known if "relevance" in part else set()
        except CxError:
            strange = {part["relevance"]}
        if strange:
            what = "A condition looks at something that is not asked; this is always shown."
            draft.note("logic", what, where, part.pop("relevance"))


def _parts(draft: Draft) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from draft.items.items()
    yield from draft.fields.items()
    yield from draft.blocks.items()
    for number, page in enumerate(draft.pages, start=1):
        yield str(page.get("id") or f"page {number}"), page


def _pages(draft: Draft) -> None:
    """Take off the pages what is gone, and put on the last one what stands nowhere."""
    seen: set[str] = set()
    for block in draft.blocks.values():
        seen |= {*block["items"], *block.get("second", ())}
    for page in draft.pages:
        wanted = [
            one for one in page.get("items", ()) if one in draft.items or one in draft.fields or one in draft.blocks
        ]
        page["items"] = [one for one in dict.fromkeys(wanted) if one not in seen]
        seen |= set(page["items"])
    asked = [*draft.items, *(id for id, field in draft.fields.items() if "text" in field), *draft.blocks]
    if lost := [id for id in asked if id not in seen]:
        draft.note("no-place", "These questions had no place; they stand at the end.", None, ", ".join(lost), "changed")
        draft.pages.append({"items": lost})
