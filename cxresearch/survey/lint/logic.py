"""L: conditions that can never hold, always hold, or look at what is not known yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cxresearch.located import Key
from cxresearch.survey.expression import AnyOf, Condition, Every, Not, names, parse
from cxresearch.survey.form import Entry, Form, FormPage, Group, Part
from cxresearch.survey.item import BackgroundField, Item
from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.rule import Hit, finds, hit

Kind = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class _Conditioned:
    """Something with a condition of its own."""

    where: Key
    key: Kind
    text: str
    known: frozenset[str]  # what is answered before it, or beside it where the order is random
    later: frozenset[str]  # what comes on a later page
    below: frozenset[str]  # what comes later on the same page, or may
    asks: bool  # False for a screen-out


def _conditioned(instrument: Instrument, form: Form) -> Iterator[_Conditioned]:
    order = [entry.id for entry in form.entries]
    groups: dict[str, set[str]] = {}
    for page in form.pages:
        if page.group:
            groups.setdefault(page.group, set()).update(entry.id for entry in page.entries)
    for page in form.pages:
        here = [entry.id for entry in page.entries]
        start = order.index(here[0]) if here else None
        before = set(order[:start]) if start is not None else _before(form, page)
        after = set(order) - before - set(here)
        beside = groups.get(page.group or "", set()) - set(here)
        raw = next((one for i, one in enumerate(instrument.survey.pages, 1) if (one.id or f"page{i}") == page.id), None)
        at = instrument.survey.pages.index(raw) if raw is not None else 0

        def made(where: Key, key: Kind, text: str, known: set[str], asks: bool = True) -> _Conditioned:
            later = after - beside  # noqa: B023  used at once
            below = (set(here) - known) | (set(here) if page.shuffle and asks else set()) | beside  # noqa: B023
            return _Conditioned(
                where=where,
                key=key,
                text=text,
                known=frozenset(known - beside),  # noqa: B023
                later=frozenset(later),
                below=frozenset(below),
                asks=asks,
            )

        if raw is not None and raw.relevance:
            own = _Conditioned(
                where=("pages", at, "relevance"),
                key=("text", page.id),
                text=raw.relevance,
                known=frozenset(before - beside),
                later=frozenset((after | set(here)) - beside),
                below=frozenset(beside),
                asks=True,
            )
            yield own
        known = set(before)
        for part in page.parts:
            if isinstance(part, Group):
                block = instrument.survey.blocks.get(part.id)
                if part.relevance and block is not None and block.relevance:
                    yield made(("blocks", part.id, "relevance"), ("text", part.id), block.relevance, set(known))
            for entry in _entries(part):
                if entry.source.relevance:
                    kind = "drawn" if entry.drawn else "question"
                    where = ("items" if isinstance(entry.source, Item) else "fields", entry.id, "relevance")
                    yield made(where, (kind, entry.id), entry.source.relevance, set(known))
            known |= {entry.id for entry in _entries(part)}
        if raw is not None and raw.screenout and page.screenout:
            yield made(
                ("pages", at, "screenout", "when"), ("end", page.id), raw.screenout.when, known | set(here), asks=False
            )


def _before(form: Form, page: FormPage) -> set[str]:
    return {entry.id for one in form.pages if one.number < page.number for entry in one.entries}


def _entries(part: Part) -> tuple[Entry, ...]:
    if isinstance(part, Group):
        return part.entries
    return (part,) if isinstance(part, Entry) else ()


@finds("L01")
def unreachable(instrument: Instrument) -> Iterator[Hit]:
    """Find what nobody is ever shown."""
    for perspective, form in instrument.forms.items():
        never = instrument.verdicts[perspective]
        circular = _circular(instrument, form)
        for one in _conditioned(instrument, form):
            values = never.own.get(one.key)
            waits = bool(names(parse(one.text)) & (one.later | one.below))
            if values == {False} and one.asks and not waits and one.key[1] not in circular:
                name = instrument.survey.perspectives[perspective].name
                yield hit(one.where, one.text, perspective=name)


@finds("L02")
def always(instrument: Instrument) -> Iterator[Hit]:
    """Find conditions that hold for everybody who gets there, in every perspective."""
    repeated = _repeated(instrument)
    found: dict[Key, list[tuple[_Conditioned, bool]]] = {}
    for perspective, form in instrument.forms.items():
        verdicts = instrument.verdicts[perspective]
        for one in _conditioned(instrument, form):
            values = verdicts.own.get(one.key, set())
            again = one.text in repeated and one.where[0] != "pages"
            found.setdefault(one.where, []).append((one, values == {True} and one.asks and not again))
    for where, cases in found.items():
        if all(constant for _, constant in cases):
            yield hit(where, cases[0][0].text)


def _repeated(instrument: Instrument) -> set[str]:
    """Return conditions of pages and blocks; what stands inside may say them again."""
    survey = instrument.survey
    return {one.relevance for one in (*survey.pages, *survey.blocks.values()) if one.relevance}


@finds("L03")
def circular(instrument: Instrument) -> Iterator[Hit]:
    """Find questions that wait for each other."""
    for form in instrument.forms.values():
        for name, way in _circular(instrument, form).items():
            part = "items" if name in instrument.survey.items else "fields"
            yield hit((part, name, "relevance"), " > ".join(way), way=" > ".join(way))


def _circular(instrument: Instrument, form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return the questions of each circle once, under the first of them."""
    waits: dict[str, set[str]] = {}
    for name, when in form.shown_when().items():
        waits[name] = names(when) if when is not None else set()
    found: dict[str, tuple[str, ...]] = {}
    done: set[str] = set()
    for name in waits:
        way = _way_back(name, waits)
        if way and not done & set(way):
            found[name] = way
            done |= set(way)
    return found


def _way_back(start: str, waits: Mapping[str, set[str]]) -> tuple[str, ...]:
    came: dict[str, str] = {}
    todo = [start]
    while todo:
        here = todo.pop()
        for other in sorted(waits.get(here, ())):
            if other == start:
                way = [here]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return (*reversed(way), start)
            if other not in came:
                came[other] = here
                todo.append(other)
    return ()


@finds("L04")
def forward(instrument: Instrument) -> Iterator[Hit]:
    """Find conditions on what is asked on a later page."""
    yield from _waiting(instrument, lambda one: one.later)


@finds("L05")
def below(instrument: Instrument) -> Iterator[Hit]:
    """Find conditions on what stands below on the same page, or may."""
    yield from _waiting(instrument, lambda one: one.below)


def _waiting(instrument: Instrument, ahead: Callable[[_Conditioned], frozenset[str]]) -> Iterator[Hit]:
    """Yield conditions on what is ahead; questions that wait for each other are told as such."""
    for form in instrument.forms.values():
        around = {name for way in _circular(instrument, form).values() for name in way}
        for one in _conditioned(instrument, form):
            found = sorted(names(parse(one.text)) & ahead(one))
            if found and one.key[1] not in around:
                yield hit(one.where, one.text, name=found[0])


@finds("L06")
def never_ends(instrument: Instrument) -> Iterator[Hit]:
    """Find screen-outs that meet nobody, or everybody."""
    found: dict[Key, list[tuple[_Conditioned, set[bool]]]] = {}
    for perspective, form in instrument.forms.items():
        for one in _conditioned(instrument, form):
            values = instrument.verdicts[perspective].own.get(one.key)
            if not one.asks and values is not None:
                found.setdefault(one.where, []).append((one, values))
    for where, cases in found.items():
        if all(True not in values for _, values in cases):
            yield hit(where, cases[0][0].text)


@finds("L09")
def everybody_ends(instrument: Instrument) -> Iterator[Hit]:
    """Find screen-outs that meet everybody."""
    for perspective, form in instrument.forms.items():
        for one in _conditioned(instrument, form):
            if not one.asks and instrument.verdicts[perspective].seen.get(one.key) == {True}:
                yield hit(one.where, one.text, perspective=instrument.survey.perspectives[perspective].name)


@finds("L07")
def hidden_required(instrument: Instrument) -> Iterator[Hit]:
    """Find required questions that depend on one that may be skipped."""
    for form in instrument.forms.values():
        asked = {entry.id: entry for entry in form.entries}
        inside = {row.id: p for page in form.pages for p in page.parts if isinstance(p, Group) for row in p.entries}
        for entry in form.entries:
            own = entry.source.relevance
            made = entry.id in instrument.origin or entry.drawn
            if not own or entry.required != "yes" or entry.id in inside or made:
                continue
            for name in sorted(names(parse(own))):
                block = inside.get(name)
                needed = block.required if block is not None and block.kind != "grid" else None
                other = asked.get(name)
                if other is not None and not other.drawn and other.required == "no" and needed in (None, "no"):
                    part = "items" if isinstance(entry.source, Item) else "fields"
                    yield hit((part, entry.id, "relevance"), own, id=entry.id, name=name)
                    break


@finds("L08")
def asked_of_others(instrument: Instrument) -> Iterator[Hit]:
    """Find conditions on questions that this perspective is not asked."""
    survey = instrument.survey
    for perspective, form in instrument.forms.items():
        asked = {entry.id for entry in form.entries}
        for one in _conditioned(instrument, form):
            if any(isinstance(part, Not) for part in _inside(parse(one.text))):
                continue  # "not" holds where nothing is answered: that is a way to say it
            for name in sorted(names(parse(one.text)) - asked):
                source: Item | BackgroundField = survey.items.get(name) or survey.fields[name]
                if isinstance(source, Item) or source.text:
                    yield hit(one.where, one.text, name=name, perspective=survey.perspectives[perspective].name)


def _inside(condition: Condition) -> Iterator[Condition]:
    yield condition
    match condition:
        case Not(part=part):
            yield from _inside(part)
        case Every(parts=parts) | AnyOf(parts=parts):
            for one in parts:
                yield from _inside(one)
        case _:
            return
