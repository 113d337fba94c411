"""F: what is asked when, and how much at once."""

from __future__ import annotations

from collections.abc import Iterator

from cxresearch.survey.block import Dual, Grid, Multiple
from cxresearch.survey.expression import leaves, names, parse
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.item import BackgroundField, Item
from cxresearch.survey.level import Level
from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.patterns import find
from cxresearch.survey.lint.rule import Hit, finds, hit
from cxresearch.survey.text import Text

MOST_ROWS, MOST_COLUMNS = 10, 7
LONG_LIST = 8
LATE = 5  # questions before the screening
DETAILS = 3


def _said(text: Text | None, name: str) -> str | None:
    """Return what a pattern finds in any language of a text."""
    for language, wording in text.root.items() if text else ():
        if found := find(language.split("-")[0], name, wording.strip()):
            return found
    return None


@finds("F01")
def late_screening(instrument: Instrument) -> Iterator[Hit]:
    """Find screen-outs after several questions that do not decide about them."""
    for form in instrument.forms.values():
        before = 0
        for page in form.pages:
            deciding = names(page.screenout.when) if page.screenout else set()
            before += sum(entry.id not in deciding and not entry.drawn for entry in page.entries)
            if page.screenout and before > LATE:
                yield hit(("pages", _number(instrument, page.id), "screenout"), None, number=before)


def _number(instrument: Instrument, page: str) -> int:
    ids = [one.id or f"page{i}" for i, one in enumerate(instrument.survey.pages, start=1)]
    return ids.index(page) if page in ids else 0


@finds("F02")
def large_grid(instrument: Instrument) -> Iterator[Hit]:
    """Find grids that do not fit a screen."""
    for key, block in instrument.survey.blocks.items():
        if isinstance(block, Grid | Dual):
            scale = instrument.survey.scale_of(block.items[0])
            columns = len(scale.codes)
            if isinstance(block, Dual):
                columns += len(instrument.survey.scale_of(block.second[0]).codes)
            rows = max(_rows(form, key) for form in instrument.forms.values())
            if rows > MOST_ROWS or columns > (MOST_COLUMNS if isinstance(block, Grid) else 2 * MOST_COLUMNS):
                yield hit(("blocks", key), None, rows=rows, columns=columns)


def _rows(form: Form, key: str) -> int:
    parts = (part for page in form.pages for part in page.parts)
    return max((len(part.rows) for part in parts if isinstance(part, Group) and part.id == key), default=0)


@finds("F03")
def demographics_first(instrument: Instrument) -> Iterator[Hit]:
    """Find questionnaires that start with age or gender without need."""
    for form in instrument.forms.values():
        needed = _looked_at(instrument, form)
        asked = [entry for entry in form.entries if not entry.drawn]
        first = next(iter(asked), None)
        if first is None or not any(isinstance(entry.source, Item) for entry in asked):
            continue
        if _is_demographic(first) and first.id not in needed:
            part = "items" if isinstance(first.source, Item) else "fields"
            yield hit((part, first.id), None, id=first.id)


def _is_demographic(entry: Entry) -> bool:
    if isinstance(entry.source, Item) and entry.source.construct is not None:
        return False
    name = entry.source.name
    return _said(entry.text, "demographic") is not None or _said(name, "demographic") is not None


def _looked_at(instrument: Instrument, form: Form) -> set[str]:
    found = {name for when in form.shown_when().values() if when for name in names(when)}
    found |= {name for page in form.pages if page.screenout for name in names(page.screenout.when)}
    return found | {name for quota in instrument.survey.quotas.values() for name in names(parse(quota.when))}


@finds("F04")
def overall_last(instrument: Instrument) -> Iterator[Hit]:
    """Find overall ratings that come after the details."""
    for form in instrument.forms.values():
        details = 0
        for entry in form.entries:
            source = entry.source
            if not isinstance(source, Item):
                continue
            overall = source.construct is None and (source.index == "nps" or _said(entry.text, "overall"))
            if overall and details >= DETAILS:
                yield hit(("items", entry.id), next(iter(entry.text.root.values())), number=details)
            details += source.construct is not None


@finds("F05")
def forced_text(instrument: Instrument) -> Iterator[Hit]:
    """Find open questions that have to be answered."""
    for part, id, source in instrument.parts():
        open_one = isinstance(source, BackgroundField) and source.kind == "text" and source.required is True
        if open_one and (source.widget == "lines" or source.relevance is None):
            yield hit((part, id, "required"), None, id=id)


@finds("F06")
def long_list(instrument: Instrument) -> Iterator[Hit]:
    """Find long lists of options that come in the same order for everybody."""
    survey = instrument.survey
    for key, block in survey.blocks.items():
        if block.kind in ("multiple", "ranking") and not block.shuffle:
            options = len(getattr(block, "items", ()))
            if options >= LONG_LIST:
                yield hit(("blocks", key), None, number=options)
    for part, id, source in instrument.parts():
        if not isinstance(source, Item) or instrument.role(id) != "question" or source.drawn:
            continue
        scale = survey.scales[source.scale]
        free = not source.shuffle and source.widget != "dropdown" and not scale.is_range
        if scale.level is Level.NOMINAL and free and len(scale.codes) >= LONG_LIST:
            yield hit((part, id), None, number=len(scale.codes))


@finds("F07")
def nothing_to_tick(instrument: Instrument) -> Iterator[Hit]:
    """Find lists to tick without an option for those who would tick nothing."""
    for key, block in instrument.survey.blocks.items():
        if isinstance(block, Multiple) and not block.exclusive and not _none_options(instrument, block):
            yield hit(("blocks", key), None, id=key)


@finds("F08")
def other_without_text(instrument: Instrument) -> Iterator[Hit]:
    """Find "other" without a field to say what."""
    survey = instrument.survey
    looked = {
        (leaf.name, value)
        for field in survey.fields.values()
        if field.kind == "text" and field.relevance
        for leaf in leaves(parse(field.relevance))
        for value in (getattr(leaf, "values", None) or (getattr(leaf, "value", None),))
    }
    for block in survey.blocks.values():
        if isinstance(block, Multiple):
            for id in block.items:
                text = next(iter(survey.items[id].text.values()))
                if _said(text, "other") and (id, 1) not in looked:
                    yield hit(("items", id), next(iter(text.root.values())), id=id)
    for part, id, source in instrument.parts():
        if not isinstance(source, Item) or instrument.role(id) != "question" or source.drawn:
            continue
        asked = [id, f"{id}_1"]
        scale = survey.scales[source.scale]
        for code, text in scale.labels.items() if scale.level is Level.NOMINAL else ():
            if _said(text, "other") and not any((name, code) in looked for name in asked):
                yield hit((part, id), next(iter(text.root.values())), id=id)


@finds("F09")
def check_in_construct(instrument: Instrument) -> Iterator[Hit]:
    """Find attention checks that would be averaged."""
    for id, item in instrument.survey.items.items():
        if item.expects is not None and item.construct is not None:
            yield hit(("items", id, "construct"), None, construct=item.construct)


@finds("F10")
def none_not_exclusive(instrument: Instrument) -> Iterator[Hit]:
    """Find "none of these" that can be ticked together with others."""
    for block in instrument.survey.blocks.values():
        if isinstance(block, Multiple):
            for id in _none_options(instrument, block):
                if id not in block.exclusive:
                    text = next(iter(instrument.survey.items[id].text.values()))
                    yield hit(("items", id), next(iter(text.root.values())), id=id)


def _none_options(instrument: Instrument, block: Multiple) -> list[str]:
    options = {id: next(iter(instrument.survey.items[id].text.values())) for id in block.items}
    return [id for id, text in options.items() if _said(text, "none_of_these")]


@finds("F11")
def same_page_order(instrument: Instrument) -> Iterator[Hit]:
    """Find pages with more questions than anybody scrolls through."""
    for number, page in enumerate(instrument.survey.pages):
        name = page.id or f"page{number + 1}"
        shown = [{e.id for e in form.entries} | _groups(form) for form in instrument.forms.values()]
        parts = [sum(_is_shown(instrument, id, ids) for id in page.items) for ids in shown]
        most = max(parts, default=0)
        if most > MOST_ROWS:
            yield hit(("pages", number), name, number=most)


def _groups(form: Form) -> set[str]:
    return {part.id for page in form.pages for part in page.parts if isinstance(part, Group)}


def _is_shown(instrument: Instrument, id: str, shown: set[str]) -> bool:
    made = id in instrument.survey.blocks and not isinstance(instrument.survey.blocks[id], Grid | Dual | Multiple)
    return id in shown or made
