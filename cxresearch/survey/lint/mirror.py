"""M: perspectives that are to be compared, but cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.patterns import find
from cxresearch.survey.lint.rule import Hit, finds, hit
from cxresearch.survey.survey import Survey

MIRRORED = 0.5  # share of a construct's items from which a perspective counts as asked about it


@finds("M01")
def missing_perspective(instrument: Instrument) -> Iterator[Hit]:
    """Find items that a perspective misses although it is asked most of the construct."""
    survey = instrument.survey
    for construct in survey.constructs:
        items = survey.items_of(construct)
        for perspective in survey.perspectives:
            asked = sum(perspective in item.text for item in items)
            if len(items) > 1 and MIRRORED <= asked / len(items) < 1:
                for item in items:
                    if perspective not in item.text:
                        name = survey.perspectives[perspective].name
                        yield hit(("items", item.id, "text"), None, id=item.id, perspective=name)


@finds("M02")
def mixed_scales(instrument: Instrument) -> Iterator[Hit]:
    """Find constructs whose items are answered on different scales."""
    survey = instrument.survey
    for construct in survey.constructs:
        items = survey.items_of(construct)
        scales = {item.scale: survey.scales[item.scale] for item in items}
        ranges = {(scale.low, scale.high, scale.step, tuple(scale.codes)) for scale in scales.values()}
        if len(ranges) > 1:
            first = items[0].scale
            other = next(item for item in items if item.scale != first)
            yield hit(("items", other.id, "scale"), None, construct=construct, scales=", ".join(scales))


@finds("M03")
def same_wording(instrument: Instrument) -> Iterator[Hit]:
    """Find items that insiders and outsiders read in the same words although these name somebody."""
    survey = instrument.survey
    for part, id, source in instrument.parts():
        if part != "items" or not getattr(source, "construct", None):
            continue
        texts = dict(source.text or {})
        for one, text in texts.items():
            same = [other for other, theirs in texts.items() if other != one and theirs == text]
            across = [other for other in same if _apart(survey, one, other)]
            if across and _names_somebody(text.root):
                wording = next(iter(text.root.values()))
                names = survey.perspectives
                yield hit((part, id, "text"), wording, one=names[one].name, other=names[across[0]].name)
                break


def _apart(survey: Survey, one: str, other: str) -> bool:
    """Tell whether two perspectives look at the organisation from different sides; a forecast borrows its words."""
    first, second = survey.perspectives[one], survey.perspectives[other]
    return first.side != second.side and first.predicts is None and second.predicts is None


def _names_somebody(wordings: dict[str, str]) -> bool:
    if any(find(language, "shared", wording) for language, wording in wordings.items()):
        return False
    german = set(wordings.get("de", "").lower().replace(".", "").split())
    english = set(wordings.get("en", "").lower().replace(".", "").split())
    own = {"wir", "uns", "unser", "unsere", "unserem", "unseren", "unserer"}
    return bool(german & own or english & {"we", "us", "our"})
