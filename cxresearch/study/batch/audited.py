"""After a batch is published its tables are attacked; what could be computed back is withheld in a further round."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from cxresearch.study.batch.disclosure import breakdown
from cxresearch.study.batch.source import Source, plain
from cxresearch.study.batch.units import TOTAL
from cxresearch.study.batch.withholding import Levels
from cxresearch.study.plan import Task

ROUNDS = 8
MASKED = ("describe", "gaps", "silos")  # kinds of results that can show some items or constructs and not others


def given_away(out: Path, tasks: Iterable[Task], units: Iterable[str]) -> tuple[int, Levels]:
    """Attack the tables of a batch.

    Parameters
    ----------
    out : Path
        Folder of the batch.
    tasks : iterable of Task
    units : iterable of str
        Folders of the reports.

    Returns
    -------
    findings : int
        How many withheld figures can be computed, and how many figures of too few people are published.
    levels : dict
        Section to unit to what gives them away: levels of its breakdown (of the report itself, and of the one on all
        units, from which others are subtracted), items and constructs, or the whole section.
    """
    from cxresearch.errors import CxError
    from cxresearch.privacy import ALL, FIGURE
    from cxresearch.privacy.audit import audit

    try:
        found = audit(out)
    except CxError:
        return 0, {}  # not one report was built
    sections, known = {task.section for task in tasks}, set(units)
    levels: dict[str, dict[str, tuple[str, ...]]] = {}

    def withhold(section: str, reports: Iterable[str], names: Collection[str]) -> None:
        if section in sections:
            own = levels.setdefault(section, {})
            for report in reports:
                own[report] = tuple(dict.fromkeys((*own.get(report, ()), *names)))

    for row in found.table.to_dict("records"):
        groups = [plain(str(group)) for group in row["groups"] if group]  # a table writes the level 1 as 1.0
        reports = {name for name in str(row["report"]).split(", ") if name in known} | ({TOTAL} & known)
        for table in str(row["breakdown"]).split(", "):
            withhold(table.rpartition(".")[0], reports, groups)
    for hide in found.remedies:
        withhold(hide.section, {hide.report} & known, [FIGURE + hide.name if hide.kind in MASKED else ALL])
    for row in found.small.to_dict("records"):
        withhold(str(row["breakdown"]).rpartition(".")[0], {str(row["report"])} & known, [ALL])
    return len(found.table) + len(found.small), levels


def whole_sections(levels: Levels) -> Levels:
    """Return the sections of `levels` as a whole, where their breakdowns were not enough.

    Examples
    --------
    >>> whole_sections({"gaps": {"a": ("x",)}})
    {'gaps': {'a': ('_all',)}}
    """
    from cxresearch.privacy import ALL

    return {section: dict.fromkeys(units, (ALL,)) for section, units in levels.items()}


def whole_breakdowns(levels: Levels, tasks: Iterable[Task], found: Iterable[Source]) -> Levels:
    """Return every level of the breakdowns in `levels`, where some of them were not enough."""
    found, tasks = tuple(found), tuple(tasks)
    whole: dict[str, dict[str, tuple[str, ...]]] = {}
    for section, units in levels.items():
        columns = {breakdown(task.parameters) for task in tasks if task.section == section}
        cells = {plain(c) for source in found for column in columns for c in source.table.columns.get(column, ())}
        whole[section] = dict.fromkeys(units, tuple(sorted(cells - {""})))
    return whole


def wider(levels: Levels, more: Levels) -> Levels:
    """Return what is withheld in either.

    Examples
    --------
    >>> wider({"gaps": {"a": ("x",)}}, {"gaps": {"a": ("y",), "total": ("y",)}})
    {'gaps': {'a': ('x', 'y'), 'total': ('y',)}}
    """
    joined: dict[str, dict[str, tuple[str, ...]]] = {section: dict(units) for section, units in levels.items()}
    for section, units in more.items():
        own = joined.setdefault(section, {})
        for unit, names in units.items():
            own[unit] = tuple(dict.fromkeys((*own.get(unit, ()), *names)))
    return joined


def changed(before: Levels, after: Levels) -> frozenset[str]:
    """Return the units of which more is withheld than before."""
    return frozenset(
        unit
        for section, units in after.items()
        for unit, names in units.items()
        if set(names) - set(before.get(section, {}).get(unit, ()))
    )
