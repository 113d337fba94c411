"""S: answers that do not fit together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from cxresearch.located import Key
from cxresearch.survey.block import Kano, Ranking
from cxresearch.survey.item import Item
from cxresearch.survey.level import Level
from cxresearch.survey.lint.brackets import brackets
from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.patterns import LANGUAGES, find, pattern
from cxresearch.survey.lint.rule import Hit, finds, hit
from cxresearch.survey.scale import Code, Scale
from cxresearch.survey.text import Text

FEWEST_ITEMS = 3
NPS = (0, 10)
_ZERO = re.compile(r"^(?:(?:gar|überhaupt) nicht|nicht|nie|kein\w*|not at all|not|never|no)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\bUhr\b|\b[ap]\.?m\b", re.IGNORECASE)


def _scales(instrument: Instrument) -> Iterator[tuple[Key, Scale]]:
    """Yield the scales that items use and that were written, not made by blocks."""
    used = {item.scale for item in instrument.survey.items.values()}
    for id, scale in instrument.survey.scales.items():
        if id in used and id not in instrument.origin:
            yield ("scales", id), scale


def _labels(instrument: Instrument) -> Iterator[tuple[Key, Mapping[Code, Text]]]:
    """Yield the labels of scales and of groups that are asked."""
    for where, scale in _scales(instrument):
        yield (*where, "labels"), scale.labels
    for part, id, field in instrument.parts():
        if part == "fields" and not hasattr(field, "scale") and field.labels:
            yield (part, id, "labels"), field.labels


def _languages(instrument: Instrument) -> list[str]:
    return list(dict.fromkeys(one.split("-")[0] for one in instrument.survey.languages))


@finds("S01")
def unbalanced(instrument: Instrument) -> Iterator[Hit]:
    """Find more steps on one side than on the other."""
    for where, scale in _scales(instrument):
        if scale.level is Level.NOMINAL or len(scale.labels) < 4 or set(scale.labels) != set(scale.codes):
            continue
        for language in _languages(instrument):
            if language not in LANGUAGES:
                continue
            if any(_ZERO.search(text.get(language)) for text in scale.labels.values()):
                continue  # from nothing to much, not from bad to good
            sides = [_side(text.get(language), language) for text in scale.labels.values()]
            good, bad = sides.count(1), sides.count(-1)
            if good and bad and abs(good - bad) > 1:
                yield hit((*where, "labels"), None, good=good, bad=bad)
                break


def _side(label: str, language: str) -> int:
    if pattern(language, "neutral").search(label):
        return 0
    if pattern(language, "negative").search(label):
        return -1
    return 1 if pattern(language, "positive").search(label) else 0


@finds("S02")
def ends_unlabelled(instrument: Instrument) -> Iterator[Hit]:
    """Find ranges that are shown without words at their ends."""
    for where, scale in _scales(instrument):
        if not scale.is_range or scale.level is Level.RATIO or not scale.codes:
            continue
        low, high = scale.codes[0], scale.codes[-1]
        bare = [code for code in (low, high) if code not in scale.labels]
        items = [item for item in instrument.survey.items.values() if item.scale == scale.id and not item.ends]
        shown = [item for item in items if not isinstance(instrument.blocks_of.get(item.id), Ranking)]
        if bare and shown:
            yield hit(where, None, codes=" / ".join(map(str, bare)), item=shown[0].id)


@finds("S03")
def nps_scale(instrument: Instrument) -> Iterator[Hit]:
    """Find the recommendation question of the NPS on another scale."""
    for part, id, source in instrument.parts():
        if not isinstance(source, Item) or _is_one_of_several(instrument, source):
            continue
        scale = instrument.survey.scales[source.scale]
        if (scale.low, scale.high) == NPS and scale.step == 1:
            continue
        for perspective, text in source.text.items():
            found = [w for language, w in text.root.items() if _asks_nps(w, language.split("-")[0])]
            if source.index == "nps" or found:
                yield hit((part, id, "text", perspective), found[0] if found else None, scale=source.scale)
                break


def _is_one_of_several(instrument: Instrument, item: Item) -> bool:
    """Tell whether an item is averaged with others, as in loyalty: that is no NPS."""
    return item.index is None and item.construct is not None and len(instrument.survey.items_of(item.construct)) > 1


def _asks_nps(wording: str, language: str) -> bool:
    return bool(find(language, "recommend", wording) and find(language, "likely", wording))


@finds("S04")
def unknowing_in_range(instrument: Instrument) -> Iterator[Hit]:
    """Find "don't know" among the codes that are averaged."""
    for where, scale in _scales(instrument):
        if scale.level is Level.NOMINAL:
            continue
        for code, text in scale.labels.items():
            for language, wording in text.root.items():
                if find(language.split("-")[0], "unknowing", wording):
                    yield hit((*where, "labels", code), wording, code=code)
                    break


@finds("S05")
def overlap(instrument: Instrument) -> Iterator[Hit]:
    """Find numbers that fit two answers."""
    for where, one, other in _neighbours(instrument, overlapping=True):
        yield hit(where, f"{one} | {other}", one=one, other=other)


@finds("S06")
def gap(instrument: Instrument) -> Iterator[Hit]:
    """Find numbers that fit no answer."""
    for where, one, other in _neighbours(instrument, overlapping=False):
        yield hit(where, f"{one} | {other}", one=one, other=other)


def _neighbours(instrument: Instrument, *, overlapping: bool) -> Iterator[tuple[Key, str, str]]:
    for where, labels in _labels(instrument):
        for language in _languages(instrument):
            found = brackets([text.get(language) for text in labels.values()])
            pairs = list(itertools.pairwise(found))
            wrong = [(a, b) for a, b in pairs if (b.low <= a.high if overlapping else b.low > a.high + 1)]
            if wrong:
                for a, b in wrong:
                    code = next(code for code, text in labels.items() if text.get(language) == b.label)
                    yield (*where, code), a.label, b.label
                break


@finds("S07")
def few_items(instrument: Instrument) -> Iterator[Hit]:
    """Find constructs with one or two items."""
    for id in instrument.survey.constructs:
        items = instrument.survey.items_of(id)
        if 0 < len(items) < FEWEST_ITEMS and not any(item.index for item in items):
            yield hit(("constructs", id), None, number=len(items), name=instrument.survey.constructs[id].name)


@finds("S08")
def mostly_reversed(instrument: Instrument) -> Iterator[Hit]:
    """Find constructs with more reversed items than others."""
    for id in instrument.survey.constructs:
        items = instrument.survey.items_of(id)
        turned = sum(item.reversed for item in items)
        if len(items) > 1 and turned > len(items) / 2:
            yield hit(("constructs", id), None, number=turned, all=len(items))


@finds("S09")
def no_way_out(instrument: Instrument) -> Iterator[Hit]:
    """Find questions that not everybody can know, without "don't know"."""
    survey = instrument.survey
    for part, id, source in instrument.parts():
        for perspective, text in (source.text or {}).items():
            missing = survey.scales[source.scale].missing if hasattr(source, "scale") else source.missing
            guessing = (
                part == "items"
                and instrument.role(id) != "option"
                and survey.perspectives[perspective].predicts is not None
            )
            kind = getattr(source, "kind", "choice")
            asked = [w for language, w in text.root.items() if find(language.split("-")[0], "knowledge", w)]
            forced = source.required is True and kind in ("choice", "number", "group")
            if not missing and not getattr(source, "drawn", False) and (guessing or (asked and forced)):
                yield hit((part, id, "text", perspective), asked[0] if asked else next(iter(text.root.values())), id=id)
                break


@finds("S10")
def same_label(instrument: Instrument) -> Iterator[Hit]:
    """Find two answers that read the same."""
    for where, labels in _labels(instrument):
        for language in instrument.survey.languages:
            seen: dict[str, Code] = {}
            for code, text in labels.items():
                wording = " ".join(text.get(language).lower().split())
                if wording in seen:
                    yield hit((*where, code), text.get(language), one=seen[wording], other=code, language=language)
                seen.setdefault(wording, code)


@finds("S11")
def not_parallel(instrument: Instrument) -> Iterator[Hit]:
    """Find labels that agree in one language and disagree in the other."""
    for where, labels in _labels(instrument):
        for code, text in labels.items():
            if "de" in text.root and "en" in text.root:
                sides = {language: _side(text.root[language], language) for language in LANGUAGES}
                opposed = sides["de"] * sides["en"] == -1
                both = f"{text.root['de']} | {text.root['en']}"
                told = not _CLOCK.search(both) and _numbers(text.root["de"]) != _numbers(text.root["en"])
                if opposed or told:
                    yield hit((*where, code), both, code=code)


def _numbers(label: str) -> list[str]:
    return sorted(re.sub(r"[.,](?=\d{3})", "", one) for one in re.findall(r"\d[\d.,]*\d|\d", label))


@finds("S12")
def kano_answers(instrument: Instrument) -> Iterator[Hit]:
    """Find Kano pairs whose answers do not run from like to dislike over five codes from 1."""
    for key, block in instrument.survey.blocks.items():
        if isinstance(block, Kano):
            scale = instrument.survey.scale_of(block.items[0])
            if tuple(scale.codes) != (1, 2, 3, 4, 5):
                yield hit(("blocks", key, "items"), None, codes=", ".join(map(str, scale.codes)))
