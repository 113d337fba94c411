"""Which units can be reported: the minimum, the pool, and what could be computed by subtraction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from cxresearch.located import reads_as_number
from cxresearch.study.batch.source import Key, Source, plain
from cxresearch.study.batch.units import REST, TOTAL, Unit, pool_names, together, total_names
from cxresearch.study.plan import Task
from cxresearch.study.study import Study, file_references
from cxresearch.survey.survey import Survey

Reason = Literal["", "few", "withheld", "pooled"]
Place = tuple[str, str]  # a file and a perspective in it
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
    """

    unit: Unit
    reason: Reason = ""

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

    A unit can be reported when at least one section has enough respondents in each of its files.  With a
    total, what is left of it without the reported units is nothing or at least the minimum, in every file and
    perspective: else the next smallest unit is withheld as well.
    """
    own = tuple(source for source in found if not source.shared)
    tasks = tuple(tasks)
    units = tuple(units)
    reasons: dict[str, Reason] = {}
    pool: Unit | None = None
    if rules.below is not None:
        members = _small(units, own, tasks, rules)
        if members:
            pool = together(REST, "pool", members, pool_names(study, rules.below), own)
            reasons = {unit.slug: "pooled" for unit in members}
    standing = [unit for unit in units if unit.slug not in reasons]
    candidates = [*standing, *([pool] if pool else [])]
    for unit in candidates:
        if not any(enough(task, unit.keys, own, rules.least) for task in tasks):
            reasons[unit.slug] = "few"
    if rules.total:
        for slug in _complement(candidates, reasons, own, rules.least):
            reasons[slug] = "withheld"
    decided = [
        Decision(unit=unit, reason=reasons.get(unit.slug, "")) for unit in (*units, *candidates[len(standing) :])
    ]
    if rules.total:
        keys = tuple(sorted({key for source in own for key in source.rows}))
        whole = Unit(slug=TOTAL, kind="total", names=total_names(study), keys=keys, counts=_all(own))
        few = not any(enough(task, whole.keys, own, rules.least) for task in tasks)
        decided.append(Decision(unit=whole, reason="few" if few else ""))
    return tuple(decided)


def enough(task: Task, keys: Iterable[Key], own: Iterable[Source], least: int) -> bool:
    """Tell whether every file that a notebook gets has enough respondents of these units."""
    keys = tuple(keys)
    files = {source.reference: source for source in own}
    asked = [reference for reference in file_references(task.parameters.get("data")) if reference in files]
    return all(files[reference].n(keys) >= least for reference in asked)


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
        Units without a report count in the total and are published nowhere by themselves.
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
        Folder of a unit to levels; `ALL` among them means that the unit gets no report.
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


def _small(units: tuple[Unit, ...], own: tuple[Source, ...], tasks: tuple[Task, ...], rules: Rules) -> list[Unit]:
    """Return the units for the pool: those below its size, and more of the smallest until the pool can be reported.

    A pool of one is that unit.
    """
    least = rules.least
    ordered = sorted((unit for unit in units if unit.n), key=lambda unit: (_size(unit), unit.slug))
    members = [unit for unit in ordered if _size(unit) < (rules.below or 0)]
    alone = len(members) == 1 and any(enough(task, members[0].keys, own, least) for task in tasks)
    if not members or alone:
        return []
    for unit in ordered[len(members) :]:
        keys = [key for member in members for key in member.keys]
        if len(members) > 1 and any(enough(task, keys, own, least) for task in tasks):
            break
        members.append(unit)
    return members if len(members) > 1 else []


def _size(unit: Unit) -> int:
    return min((n for n in unit.counts.values() if n), default=0)


def _complement(
    candidates: list[Unit], reasons: Mapping[str, Reason], own: tuple[Source, ...], least: int
) -> list[str]:
    """Return the units to withhold so that nothing too small is left of the total without the others.

    Only a unit that is shown where too few are left can help; what turns out not to be needed is given back.
    """
    shown = [unit for unit in candidates if reasons.get(unit.slug) != "few"]
    withheld: list[Unit] = []
    while places := _too_small(shown, own, least):
        helping = [unit for unit in shown if places & _shown_in(unit, own, least).keys()]
        if not helping:
            break  # all together are too few there
        smallest = min(helping, key=lambda unit: (unit.n, unit.slug))
        shown.remove(smallest)
        withheld.append(smallest)
    for unit in sorted(withheld, key=lambda unit: (-unit.n, unit.slug)):
        if _too_small([*shown, unit], own, least) <= places:
            shown.append(unit)
            withheld.remove(unit)
    return [unit.slug for unit in withheld]


def _too_small(shown: Iterable[Unit], own: tuple[Source, ...], least: int) -> set[Place]:
    """Return where too few are left of the total without what is shown of the units."""
    rests = {(source.reference, name): n for source in own for name, n in _whole(source).items()}
    for unit in shown:
        for place, n in _shown_in(unit, own, least).items():
            rests[place] -= n
    return {place for place, rest in rests.items() if 0 < rest < least}


def _shown_in(unit: Unit, own: tuple[Source, ...], least: int) -> dict[Place, int]:
    """Return how many respondents of a unit are shown in each file and perspective: enough, or none."""
    return {
        (source.reference, name): n
        for source in own
        for name, n in _perspectives(source, unit.keys).items()
        if n >= least
    }


def _perspectives(source: Source, keys: Iterable[Key]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in keys:
        for perspective, n in source.counts.get(key, {}).items():
            counts[perspective] = counts.get(perspective, 0) + n
    return counts


def _whole(source: Source) -> dict[str, int]:
    counts = _perspectives(source, source.counts)
    for perspective, n in source.left.items():
        counts[perspective] = counts.get(perspective, 0) + n
    return counts


def _all(own: tuple[Source, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for source in own:
        counts = {**_whole(source), **counts}
    return counts
