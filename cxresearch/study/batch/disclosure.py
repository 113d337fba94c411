"""Which units can be reported: the minimum, the pool, and what could be computed by subtraction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from cxresearch.located import reads_as_number
from cxresearch.study.batch.needs import Need, Place, needs_of, perspectives, whole
from cxresearch.study.batch.source import Source, plain
from cxresearch.study.batch.units import REST, TOTAL, Unit, pool_names, together, total_names
from cxresearch.study.plan import Task
from cxresearch.study.study import Study
from cxresearch.survey.survey import Survey

Reason = Literal["", "few", "withheld", "pooled"]
BY, WITHHOLD = "by", "withhold"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of a unit before anything runs.

    Parameters
    ----------
    unit : Unit
    reason : {"", "few", "withheld", "pooled"}
        Empty: it gets a report.  ``few``: below the minimum.  ``withheld``: another unit could be computed
        from it and the total.  ``pooled``: it is part of the pool.
    without : frozenset of (file, perspective)
        Answers of enough people that its report must not show, because others could be computed from them.
    """

    unit: Unit
    reason: Reason = ""
    without: frozenset[Place] = frozenset()

    @property
    def runs(self) -> bool:
        """Tell whether it gets a report of its own."""
        return not self.reason


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of a batch: the smallest unit, the size under which units are pooled, a total or none."""

    least: int
    below: int | None = None
    total: bool = False


def decide(
    study: Study, units: Iterable[Unit], found: Iterable[Source], tasks: Iterable[Task], rules: Rules
) -> tuple[Decision, ...]:
    """Decide which units get a report; pool and total come last.

    A unit can be reported when at least one section has enough respondents in each of the files it needs.  With a
    total, what is left of it without what the units show is nothing or at least the minimum, in every file and
    perspective: else the smallest other unit does not show that perspective either.
    """
    own = tuple(source for source in found if not source.shared)
    needs = tuple(needs_of(tasks, own).values())
    units = tuple(units)
    reasons: dict[str, Reason] = {}
    without: dict[str, frozenset[Place]] = {}
    pool: Unit | None = None
    if rules.below is not None:
        members = _small(units, needs, rules)
        if members:
            pool = together(REST, "pool", members, pool_names(study, rules.below), own)
            reasons = {unit.slug: "pooled" for unit in members}
    standing = [unit for unit in units if unit.slug not in reasons]
    candidates = [*standing, *([pool] if pool else [])]
    for unit in candidates:
        if not any(need.met(unit.keys, rules.least) for need in needs):
            reasons[unit.slug] = "few"
    if rules.total:
        gone, without = _complement([u for u in candidates if u.slug not in reasons], own, needs, rules.least)
        reasons |= dict.fromkeys(gone, "withheld")
    decided = [
        Decision(unit=unit, reason=reasons.get(unit.slug, ""), without=without.get(unit.slug, frozenset()))
        for unit in (*units, *candidates[len(standing) :])
    ]
    if rules.total:
        decided = [replace(d, unit=replace(d.unit, untold=_untold(d, own, rules.least))) for d in decided]
        keys = tuple(sorted({key for source in own for key in source.rows}))
        everybody = Unit(slug=TOTAL, kind="total", names=total_names(study), keys=keys, counts=_all(own))
        few = not any(need.met(everybody.keys, rules.least) for need in needs)
        decided.append(Decision(unit=everybody, reason="few" if few else ""))
    return tuple(decided)


def levels_withheld(
    decisions: Iterable[Decision],
    found: Iterable[Source],
    column: str,
    rules: Rules,
    figures: Mapping[str, Callable[[str], bool]] | None = None,
) -> Mapping[str, tuple[str, ...]]:
    """Return, for each unit, the levels of a breakdown that its report must not show.

    Parameters
    ----------
    decisions : iterable of Decision
        The units that show the section; all others count in the total and are published nowhere by themselves.
    found : iterable of Source
        The files a notebook gets; each has its own table.
    column : str
        The column to break down by.
    rules : Rules
    figures : dict, optional
        Columns that are asked about, with what a valid answer is; each is a table of its own, because fewer people
        may have answered it.

    Returns
    -------
    dict
        Folder of a unit to levels; `ALL` among them means that the unit does not show the section at all.
    """
    import pandas as pd

    from cxresearch.privacy import ALL, NOBODY, withheld

    owner = {key: d.unit.slug for d in decisions if d.runs and d.unit.kind != "total" for key in d.unit.keys}
    total = rules.total and any(d.runs for d in decisions if d.unit.kind == "total")
    counts: dict[tuple[str, str | None, str | None], int] = {}
    for source in found:
        if source.shared or column not in source.table.columns:
            continue
        cells = source.table.columns[column]
        belongs = [(row, owner.get(key, NOBODY)) for key, rows in source.rows.items() for row in rows]
        belongs += [(row, NOBODY) for row in source.missing]
        asked = {"": lambda cell: True, **{k: v for k, v in (figures or {}).items() if k in source.table.columns}}
        for figure, valid in asked.items():
            answers = source.table.columns.get(figure, cells)
            for row, slug in belongs:
                if valid(answers[row]):
                    place = (f"{source.reference} {figure}", slug, plain(cells[row]) or NOBODY)
                    counts[place] = counts.get(place, 0) + 1
    if not counts:
        return {}
    frame = pd.DataFrame([(*place, n) for place, n in counts.items()], columns=["figure", "unit", "level", "n"])
    hidden: dict[str, list[str]] = {}
    for slug, level in sorted(withheld(frame, rules.least, total)):
        hidden.setdefault(TOTAL if slug == ALL else str(slug), []).append(str(level))
    return {slug: tuple(levels) for slug, levels in hidden.items()}


def valid_answers(columns: Iterable[str], survey: Survey | None) -> dict[str, Callable[[str], bool]]:
    """Return what a valid answer is in the columns that are items of the survey, or that it does not know."""
    return {column: partial(_valid, survey, column) for column in columns if survey is None or column in survey.items}


def _valid(survey: Survey | None, column: str, cell: str) -> bool:
    text = plain(cell)
    if survey is None or not text:
        return bool(text)
    number = reads_as_number(text)
    return number is None or survey.scale_of(column).contains(int(number) if number.is_integer() else number)


def breakdown(parameters: Mapping[str, Any]) -> str:
    """Return the column that a notebook breaks down by, empty where it does not."""
    by = parameters.get(BY)
    return by if isinstance(by, str) else ""


def _small(units: tuple[Unit, ...], needs: Collection[Need], rules: Rules) -> list[Unit]:
    """Return the units for the pool: those below its size, and more of the smallest until the pool can be reported.

    A pool of one is that unit.
    """
    least = rules.least
    ordered = sorted((unit for unit in units if unit.n), key=lambda unit: (_size(unit), unit.slug))
    members = [unit for unit in ordered if _size(unit) < (rules.below or 0)]
    alone = len(members) == 1 and any(need.met(members[0].keys, least) for need in needs)
    if not members or alone:
        return []
    for unit in ordered[len(members) :]:
        keys = [key for member in members for key in member.keys]
        if len(members) > 1 and any(need.met(keys, least) for need in needs):
            break
        members.append(unit)
    return members if len(members) > 1 else []


def _size(unit: Unit) -> int:
    return min((n for n in unit.counts.values() if n), default=0)


def _complement(
    candidates: Collection[Unit], own: tuple[Source, ...], needs: Collection[Need], least: int
) -> tuple[set[str], dict[str, frozenset[Place]]]:
    """Return the units without a report, and what the others must not show, so that the total gives nobody away."""
    from cxresearch.privacy import NOBODY, hidden

    gone: set[str] = set()
    while True:
        showing = [unit for unit in candidates if unit.slug not in gone]
        sizes = {unit.slug: unit.n for unit in showing}
        without: dict[str, set[Place]] = {}
        for source in own:
            shown = {unit.slug: perspectives(source, unit.keys) for unit in showing}
            for name, n in whole(source).items():
                counts: dict[str | None, int] = {slug: own_counts.get(name, 0) for slug, own_counts in shown.items()}
                rest = n - sum(counts.values())
                for slug in hidden({**counts, NOBODY: rest}, sizes, least):
                    if counts[slug] >= least:
                        without.setdefault(slug, set()).add((source.reference, name))
        fallen = {u.slug for u in showing if not any(n.met(u.keys, least, without.get(u.slug, ())) for n in needs)}
        if not fallen:
            return gone, {slug: frozenset(places) for slug, places in without.items()}
        gone |= fallen


def _untold(decision: Decision, own: tuple[Source, ...], least: int) -> frozenset[str]:
    """Return the perspectives whose number is not told: too few, or withheld; beside a total nobody is told which."""
    return frozenset(
        name
        for source in own
        for name, n in {source.perspective: 0, **perspectives(source, decision.unit.keys)}.items()
        if n < least or (source.reference, name) in decision.without
    )


def _all(own: tuple[Source, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for source in own:
        counts = {**whole(source), **counts}
    return counts
