"""What a folder of reports publishes: numbers of people with their means, and which of them add up to which."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from cxresearch.errors import ArgumentError, Fault, Place, shown_path
from cxresearch.privacy.attack import Key, Relation

MANIFEST, TABLES, REPORTS = "manifest.json", "tables", "reports"  # as in cxresearch.study, which stands above
TOGETHER = ("total", "_all")  # folders of the report on all units together
JOURNAL, ENDED = "batch.jsonl", "batch-ended"  # as in cxresearch.study.batch.journal
REST: Final = ""  # people in no published group, or in no published unit
MINIMUM = 5
COUNTS = ("n", "n_inside", "n_outside", "reference_n")  # columns of numbers of people


class Figure(NamedTuple):
    """What was asked, and of whom: every figure has a table of its own."""

    measure: str
    name: str
    who: str = ""
    against: str = ""


class Cell(NamedTuple):
    """A number of people: of a report, and there in total (no breakdown) or of a group."""

    report: str
    figure: Figure
    breakdown: str = ""
    group: str | None = None


class Small(NamedTuple):
    """A number of people that is published although it is below the minimum."""

    report: str
    figure: str
    breakdown: str
    group: str
    n: int
    minimum: int


@dataclass(kw_only=True)
class Published:
    """All that an attacker can read.

    Parameters
    ----------
    people : dict
        Cell to its people.
    means : dict
        Cell to its mean, where it is a mean over these people.
    listed : set of Cell
        Cells that a table names without giving their people.
    minimum : dict
        Figure to the smallest group that may be reported.
    reports : list of str
        Names of the reports, without the one on all units together.
    together : str or None
        Name of that one.
    tables : int
        How many tables were read.
    small : list of Small
        Numbers of people that are published although they are below the minimum.
    shown : dict
        Report and figure to where it stands: section and kind of table.
    """

    people: dict[Key, int] = field(default_factory=dict)
    means: dict[Key, float] = field(default_factory=dict)
    listed: set[Cell] = field(default_factory=set)
    minimum: dict[Figure, int] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
    together: str | None = None
    tables: int = 0
    small: list[Small] = field(default_factory=list)
    shown: dict[tuple[str, Figure], set[tuple[str, str]]] = field(default_factory=dict)

    @property
    def figures(self) -> list[Figure]:
        """What was asked."""
        return list(self.minimum)

    def cells(self, figure: Figure) -> list[Cell]:
        """Return the cells of a figure that stand in a table."""
        named = {c for c in self.people if c.figure == figure} | {c for c in self.listed if c.figure == figure}
        return sorted(named, key=lambda c: (c.report, c.breakdown, c.group is None, c.group or ""))

    def relations(self, figure: Figure) -> list[Relation]:
        """Return what adds up: groups to the total of their report, reports to the one on all units."""
        cells = self.cells(figure)
        totals = {c.report for c in cells if c.group is None}
        breakdowns = sorted({c.breakdown for c in cells if c.group is not None})
        out = []
        for breakdown in breakdowns:
            groups = sorted({c.group for c in cells if c.breakdown == breakdown and c.group is not None})
            for report in sorted(totals):
                parts = [Cell(report, figure, breakdown, group) for group in (*groups, REST)]
                out.append(Relation(Cell(report, figure), tuple(parts)))
            if self.together in totals:
                for group in groups:
                    parts = [Cell(r, figure, breakdown, group) for r in (*sorted(totals - {self.together}), REST)]
                    out.append(Relation(Cell(self.together or "", figure, breakdown, group), tuple(parts)))
        if self.together in totals and len(totals) > 1:
            parts = [Cell(report, figure) for report in (*sorted(totals - {self.together}), REST)]
            out.append(Relation(Cell(self.together or "", figure), tuple(parts)))
        return out


def read_published(folder: str | Path) -> Published:
    """Read the tables of a built report, or of all reports of a batch.

    Raises
    ------
    ArgumentError
        ``privacy.no-report``, ``privacy.manifest``.
    """
    top = Path(folder)
    if not (top / MANIFEST).is_file() and (top / "built" / MANIFEST).is_file():
        top = top / "built"
    found = Published()
    batch = (top / REPORTS).is_dir()
    if batch:
        inside = sorted(path.parent for path in (top / REPORTS).glob(f"*/{MANIFEST}"))
    else:
        inside = [top] if (top / MANIFEST).is_file() else []
    if not inside:
        raise ArgumentError(
            Fault(
                code="privacy.no-report",
                what="There is no built report here.",
                place=Place(file=shown_path(folder)),
                allowed=f"a folder with {MANIFEST} and {TABLES}/, or with {REPORTS}/NAME/{MANIFEST}",
            )
        )
    for path in inside:
        if path.name in TOGETHER and len(inside) > 1:
            found.together = path.name
        else:
            found.reports.append(path.name if batch else "")
        _read_report(found, path, path.name if batch else "")
    _borrow(found)
    return found


def unfinished(folder: str | Path) -> bool:
    """Tell whether a batch was begun in a folder and has not ended; no journal, no batch."""
    try:
        lines = (Path(folder) / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    told = [line for line in lines if line.strip()]
    try:
        last = json.loads(told[-1])
    except (IndexError, ValueError):
        return True
    return not isinstance(last, dict) or last.get("event") != ENDED


def _read_report(found: Published, folder: Path, report: str) -> None:
    parameters = _parameters(folder / MANIFEST)
    # a section can only raise the minimum of the study, so the smallest one stands nearest to it
    standard = min((int(g["minimum_cell"]) for g in parameters.values() if g.get("minimum_cell")), default=MINIMUM)
    for path in sorted((folder / TABLES).glob("*.table.csv")):
        section, number, kind = path.name.removesuffix(".table.csv").rsplit(".", 2)
        read = READERS.get(kind)
        if read is None and kind not in COUNTED:
            continue
        given = parameters.get(section, {})
        least = int(given.get("minimum_cell") or standard)
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        small = (Small(report, *told, least) for told in _few(rows, given, kind, f"{section}.{number}", least))
        found.small += [one for one in dict.fromkeys(small) if one not in found.small]
        if read is None:
            continue
        found.tables += 1
        for figure, group, n, mean in read(rows, given, kind):
            cell = Cell(report, figure) if group is None else Cell(report, figure, f"{section}.{number}", group)
            found.shown.setdefault((report, figure), set()).add((section, kind))
            found.minimum[figure] = max(least, found.minimum.get(figure, 0))
            if n is None:
                found.listed.add(cell)
                continue
            found.people[cell] = n
            if mean is not None and not given.get("weights"):
                found.means[cell] = mean


def _parameters(path: Path) -> dict[str, Mapping[str, Any]]:
    """Return the parameters of every section, as its first run had them."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found: dict[str, Mapping[str, Any]] = {}
        for section in content["sections"]:
            runs = list(section.get("runs", {}).values())
            found[str(section["id"])] = dict(runs[0].get("parameters") or {}) if runs else {}
        return found
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArgumentError(
            Fault(
                code="privacy.manifest",
                what="This record cannot be read.",
                place=Place(file=shown_path(path)),
                given=str(error),
            )
        ) from None


def _borrow(found: Published) -> None:
    """Give each measure the totals that another one tells: the people are the same, their mean is not."""
    totals: dict[tuple[str, str], int] = {}
    for cell, n in found.people.items():
        if cell.group is None and not cell.figure.who:
            totals[cell.report, cell.figure.name] = n
    for figure in found.figures:
        for (report, name), n in totals.items():
            if name == figure.name and not figure.who:
                found.people.setdefault(Cell(report, figure), n)


Read = tuple[Figure, str | None, int | None, float | None]
Rows = list[dict[str, str]]


def _index(rows: Rows, given: Mapping[str, Any], kind: str) -> Iterator[Read]:
    figure = Figure(kind, str(given.get("item") or kind))
    for row in rows:
        yield figure, row.get("group"), _count(row["n"]), _number(row[kind])


def _compare(rows: Rows, given: Mapping[str, Any], kind: str) -> Iterator[Read]:
    outcome = given.get("outcome")
    if isinstance(outcome, list) or not given.get("by", "by"):
        return  # answers of the same people do not add up
    figure = Figure("mean", str(outcome or kind))
    for row in rows:
        yield figure, row["group"], _count(row["n"]), _number(row["mean"])


def _describe(rows: Rows, given: Mapping[str, Any], kind: str) -> Iterator[Read]:
    for row in rows:
        if row.get("item"):
            yield Figure("mean", row["item"]), None, _count(row["n"]), _number(row["mean"])


def _gaps(rows: Rows, given: Mapping[str, Any], kind: str) -> Iterator[Read]:
    for row in rows:
        linked = row.get("design") == "linked_units"  # each unit counts the same there, whatever its people
        basis = "" if row.get("basis") == "construct" else f" ({row.get('basis')})"
        for own, other in (("inside", "outside"), ("outside", "inside")):
            figure = Figure("mean", row["construct"] + basis, row[own], row[other])
            mean = None if linked else _number(row[f"{own}_mean"])
            yield figure, row.get("group"), _count(row[f"n_{own}"]), mean


def _silos(rows: Rows, given: Mapping[str, Any], kind: str) -> Iterator[Read]:
    who, other = str(given.get("inside") or "employee"), str(given.get("reference") or "customer")
    for row in rows:
        yield Figure("mean", row["construct"], who, other), row["group"], _count(row["n"]), _number(row["mean"])


def _few(
    rows: Rows, given: Mapping[str, Any], kind: str, breakdown: str, least: int
) -> Iterator[tuple[str, str, str, int]]:
    """Return the numbers of people below the minimum: figure, breakdown, group, n."""
    outcome = given.get("outcome")
    asked = given.get("item") or (outcome if isinstance(outcome, str) else None) or kind
    for row in rows:
        for column in COUNTS:
            n = _count(row.get(column))
            if n is None or not 0 < n < least:
                continue
            who = {"n_inside": row.get("inside"), "n_outside": row.get("outside")}.get(column)
            figure = " / ".join(part for part in (row.get("item") or row.get("construct") or str(asked), who) if part)
            yield figure, breakdown, row.get("group") or row.get("unit") or "", n


COUNTED = ("ranking", "credibility")  # these tell numbers of people as well, which do not add up
READERS = {"nps": _index, "csat": _index, "compare": _compare, "describe": _describe, "gaps": _gaps, "silos": _silos}


def _number(text: str | None) -> float | None:
    value = float(text) if text else math.nan
    return None if math.isnan(value) else value


def _count(text: str | None) -> int | None:
    value = _number(text)
    return None if value is None else round(value)
