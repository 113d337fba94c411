"""What each section must not show in each report, and the parameters that keep a notebook from showing it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cxresearch.privacy.withheld import ALL, FIGURE
from cxresearch.study.batch.disclosure import (
    BY,
    WITHHOLD,
    Decision,
    Rules,
    breakdown,
    levels_withheld,
    valid_answers,
)
from cxresearch.study.batch.needs import Need, needs_of
from cxresearch.study.batch.source import Source
from cxresearch.study.notebook import Notebook, inspect
from cxresearch.study.plan import Task
from cxresearch.survey.survey import Survey

DATA, ITEMS = "data", "items"
Levels = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """A section that shows less than the study asks for.

    Parameters
    ----------
    shown : bool
        Whether anything of it is shown.
    masked : bool
        Whether items or constructs are left out.
    parameters : dict
        In the place of those of the study.
    """

    shown: bool = True
    masked: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)


def by_level(
    tasks: Iterable[Task], decisions: tuple[Decision, ...], found: Iterable[Source], rules: Rules, survey: Survey | None
) -> tuple[tuple[Decision, ...], dict[str, dict[str, tuple[str, ...]]]]:
    """Find the levels of breakdowns that must not be shown, over all reports together.

    Where the total of a unit would show too much, the unit does not show the section; one that would show nothing at
    all has no report, which changes what others may show.
    """
    tasks, found = tuple(tasks), tuple(found)
    needs = needs_of(tasks, (source for source in found if not source.shared))
    while True:
        withheld: dict[str, dict[str, tuple[str, ...]]] = {}
        for section, (column, asked) in _broken_down(tasks).items():
            files = tuple(source for source, _ in needs[section].files)
            figures = valid_answers(asked, survey)
            withheld[section] = _of_section(decisions, needs[section], files, column, rules, figures)
        fallen = {
            d.unit.slug
            for d in decisions
            if d.runs and not any(_shows(d, need, rules, withheld.get(name, {})) for name, need in needs.items())
        }
        if not fallen:
            return decisions, withheld
        decisions = tuple(replace(d, reason="withheld") if d.unit.slug in fallen else d for d in decisions)


def narrowed(
    task: Task, entries: Collection[str], unread: Collection[str], survey: Survey | None, found: Iterable[Source]
) -> Narrowed:
    """Return how a notebook is kept from showing what must not be shown.

    Items and constructs are taken out of the list that names them; where none does, the notebook is told by
    `withhold`, and where it cannot be told, it is not shown.

    Parameters
    ----------
    task : Task
        As the study asks for it.
    entries : collection of str
        Levels of its breakdown, figures (after `FIGURE`), or `ALL`.
    unread : collection of str
        Files that the notebook must not be given.
    survey : Survey, optional
    found : iterable of Source
    """
    if ALL in entries:
        return Narrowed(shown=False)
    if not entries and not unread:
        return Narrowed()
    notebook = inspect(task.notebook)
    changed: dict[str, Any] = {}
    data = task.parameters.get(DATA)
    if unread and isinstance(data, dict):
        changed[DATA] = {name: file for name, file in data.items() if file not in unread}
    levels = [entry for entry in entries if not entry.startswith(FIGURE)]
    figures = [entry.removeprefix(FIGURE) for entry in entries if entry.startswith(FIGURE)]
    for figure in figures:
        name, value = _list_with(figure, notebook, {**task.parameters, **changed}, survey, found)
        if name:
            changed[name] = [one for one in value if one != figure]
            if not changed[name]:
                return Narrowed(shown=False)
        elif WITHHOLD in notebook.parameters:
            levels.append(FIGURE + figure)
        else:
            return Narrowed(shown=False)
    if levels and WITHHOLD in notebook.parameters:
        changed[WITHHOLD] = levels
    return Narrowed(masked=bool(figures), parameters=changed)


def _list_with(
    figure: str, notebook: Notebook, given: Mapping[str, Any], survey: Survey | None, found: Iterable[Source]
) -> tuple[str, list[str]]:
    """Return the parameter that lists a figure among others, and its list; an empty list of items says all of them."""
    for name, parameter in notebook.parameters.items():
        value = given.get(name, parameter.default)
        if not isinstance(value, list) or name in (BY, WITHHOLD):
            continue
        marked = any(part in ("column", "construct") for part, _, _ in parameter.kind.names([figure]))
        if marked and figure in value:
            return name, value
        if marked and name == ITEMS and not value and survey and figure in survey.items:
            header = {column for source in found for column in source.table.header}
            return name, [item for item in survey.items if item in header]
    return "", []


def _of_section(
    decisions: Iterable[Decision],
    need: Need,
    files: tuple[Source, ...],
    column: str,
    rules: Rules,
    figures: Mapping[str, Any],
) -> dict[str, tuple[str, ...]]:
    """Return the levels that the reports must not show of one section; `ALL` where one does not show it."""
    gone: dict[str, tuple[str, ...]] = {}
    while True:
        showing = [d for d in decisions if d.runs and _shows(d, need, rules, gone)]
        levels = levels_withheld(showing, files, column, rules, figures)
        shown = {decision.unit.slug for decision in showing}
        more = {slug: (ALL,) for slug, names in levels.items() if ALL in names and slug in shown}
        if not more:
            return {**{slug: names for slug, names in levels.items() if slug in shown}, **gone}
        gone |= more


def _shows(decision: Decision, need: Need, rules: Rules, withheld: Mapping[str, tuple[str, ...]]) -> bool:
    unit = decision.unit
    return ALL not in withheld.get(unit.slug, ()) and need.met(unit.keys, rules.least, decision.without)


def _broken_down(tasks: Iterable[Task]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the sections whose notebook can withhold levels: the column, and the columns it asks about."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for task in tasks:
        column = breakdown(task.parameters)
        parameters = inspect(task.notebook).parameters if column and task.section not in found else {}
        if WITHHOLD in parameters:
            named = [
                name
                for parameter in parameters.values()
                for part, _, name in parameter.kind.names(task.parameters.get(parameter.name, parameter.default))
                if part == "column" and name and parameter.name != BY
            ]
            found[task.section] = (column, tuple(named))
    return found
