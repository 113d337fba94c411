"""A form as a sequence of steps: what is shown under which condition, what it asks, how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cxresearch.survey.expression import Among, Answered, Compare, Condition, Leaf, both, leaves, names
from cxresearch.survey.form import Entry, Form, FormPage, Group, Part, Passage
from cxresearch.survey.item import BackgroundField
from cxresearch.survey.routing.cells import WRITTEN, Cell, cells
from cxresearch.survey.routing.seconds import of_entry, of_text

UNANSWERED = Cell(value=None, weight=0)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that is shown, or looked at.

    Parameters
    ----------
    id : str
        Of the question; of the block or page for a text and for an end.
    kind : {"question", "drawn", "text", "end"}
        An end is the screen-out of a page.
    outer, own : Condition, optional
        Where it can be shown at all (page and block), and its own condition.
    entry : Entry, optional
    """

    id: str
    kind: Literal["question", "drawn", "text", "end"]
    page: int
    outer: Condition | None
    own: Condition | None
    seconds: float = 0.0
    entry: Entry | None = None

    @property
    def when(self) -> Condition | None:
        """The whole condition."""
        return both(self.outer, self.own)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Steps that are taken at once; with `group` their answers bind each other."""

    steps: tuple[Step, ...]
    group: Group | None = None

    @property
    def names(self) -> set[str]:
        """What its conditions look at."""
        return {name for step in self.steps if (when := step.when) for name in names(when)}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The steps of a form, and the answers that matter.

    Parameters
    ----------
    units : tuple of Unit
    cells : dict of str to tuple of Cell
        For each variable that a condition looks at: its answers, without "not answered".
    skippable : set of str
        Variables that may be left unanswered.
    given : set of str
        Variables that are not asked but come with the address.
    """

    form: Form
    units: tuple[Unit, ...]
    cells: dict[str, tuple[Cell, ...]]
    skippable: frozenset[str]
    given: frozenset[str]

    @property
    def steps(self) -> Iterator[Step]:
        """Every step in order."""
        return (step for unit in self.units for step in unit.steps)


def plan_of(form: Form, language: str | None = None) -> Plan:
    """Write a form out as steps.

    Parameters
    ----------
    form : Form
    language : str, optional
        In which it is read; the main one by default.
    """
    tongue = language or form.survey.languages[0]
    units = tuple(unit for page in form.pages for unit in _of_page(page, tongue))
    found: dict[str, list[Leaf]] = {}
    for step in (step for unit in units for step in unit.steps):
        for leaf in leaves(step.when) if step.when else ():
            found.setdefault(leaf.name, []).append(leaf)
    groups = {entry.id: part for page in form.pages for part in page.parts for entry in _entries(part)}
    asked = {entry.id: entry for entry in form.entries}
    bound = {
        name for unit in units if unit.group for name in found if name in {entry.id for entry in unit.group.entries}
    } | {name for name in found if name in asked and asked[name].drawn}
    divided: dict[str, tuple[Cell, ...]] = {}
    skippable: set[str] = set()
    given: set[str] = set()
    for name, looks in found.items():
        if entry := asked.get(name):
            apart = name in bound and not _is_ticked(groups[name])
            divided[name] = cells(entry, looks, apart=apart)
            if _skippable(entry, groups[name]):
                skippable.add(name)
        elif (field := form.survey.fields.get(name)) and not field.text:
            divided[name] = _of_field(field, looks)
            skippable.add(name)
            given.add(name)
    return Plan(form=form, units=units, cells=divided, skippable=frozenset(skippable), given=frozenset(given))


def _of_page(page: FormPage, language: str) -> Iterator[Unit]:
    number = page.number
    intro = of_text(page.title, language) + of_text(page.intro, language)
    if intro or page.relevance:
        yield _alone(Step(id=page.id, kind="text", page=number, outer=None, own=page.relevance, seconds=intro))
    told = _told(page, language)
    for part in page.parts:
        if isinstance(part, Passage):
            if part.id not in told:
                seconds = of_text(part.text, language)
                yield _alone(
                    Step(
                        id=part.id, kind="text", page=number, outer=page.relevance, own=part.relevance, seconds=seconds
                    )
                )
        elif isinstance(part, Entry):
            seconds = told.get(part.id, 0.0) if part.drawn else of_entry(part, None, language)
            yield _alone(_question(part, number, page.relevance, seconds))
        else:
            yield from _of_group(part, page, language)
    if page.screenout:
        yield _alone(Step(id=page.id, kind="end", page=number, outer=page.relevance, own=page.screenout.when))


def _of_group(group: Group, page: FormPage, language: str) -> Iterator[Unit]:
    outer = both(page.relevance, group.relevance)
    stem = of_text(group.text, language) + of_text(group.hint, language)
    yield _alone(
        Step(id=group.id, kind="text", page=page.number, outer=page.relevance, own=group.relevance, seconds=stem)
    )
    steps = tuple(_question(row, page.number, outer, of_entry(row, group, language)) for row in group.entries)
    if group.kind in ("multiple", "ranking", "maxdiff"):
        yield Unit(steps=steps, group=group)
    else:
        yield from (_alone(step) for step in steps)


def _alone(step: Step) -> Unit:
    return Unit(steps=(step,))


def _question(entry: Entry, page: int, outer: Condition | None, seconds: float) -> Step:
    kind: Literal["question", "drawn"] = "drawn" if entry.drawn else "question"
    return Step(id=entry.id, kind=kind, page=page, outer=outer, own=entry.relevance, seconds=seconds, entry=entry)


def _told(page: FormPage, language: str) -> dict[str, float]:
    """Return, for each drawn variable, the mean time to read one of its stories; and the stories, at zero."""
    drawn = {part.id for part in page.parts if isinstance(part, Entry) and part.drawn}
    found: dict[str, list[float]] = {}
    out: dict[str, float] = {}
    for part in page.parts:
        if isinstance(part, Passage) and part.relevance:
            for name in names(part.relevance) & drawn:
                found.setdefault(name, []).append(of_text(part.text, language))
                out[part.id] = 0.0
    return out | {name: sum(times) / len(times) for name, times in found.items()}


def _entries(part: Part) -> tuple[Entry, ...]:
    if isinstance(part, Group):
        return part.entries
    return (part,) if isinstance(part, Entry) else ()


def _is_ticked(part: Part) -> bool:
    return isinstance(part, Group) and part.kind == "multiple"


def _skippable(entry: Entry, part: Part) -> bool:
    if entry.drawn:
        return False
    if isinstance(part, Group):
        complete = part.required == "yes" or all(row.required == "yes" for row in part.entries)
        return not complete and entry.required != "yes"
    return entry.required != "yes"


def _of_field(field: BackgroundField, looks: list[Leaf]) -> tuple[Cell, ...]:
    """Return the answers of a column that is not asked: its codes, or every value that a condition names."""
    codes: list[int | float | str] = [*field.labels, *field.missing]
    if not codes:
        for leaf in looks:
            match leaf:
                case Among():
                    codes += leaf.values
                case Compare():
                    codes += [leaf.value]
                    if not isinstance(leaf.value, str):
                        codes += [leaf.value - 1, leaf.value + 1]
                case Answered():
                    codes += [WRITTEN]
        codes += [WRITTEN]
    found: dict[tuple[bool, ...], Cell] = {}
    for code in codes:
        signature = tuple(leaf.holds({field.id: code}) for leaf in looks)
        first = found.get(signature)
        found[signature] = Cell(value=first.value if first else code, weight=1 + (first.weight if first else 0))
    return tuple(found.values())
