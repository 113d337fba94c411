"""What stands beside the reports of a batch: one manifest for all, and the list of failures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cxresearch.study import manifest as record
from cxresearch.study.batch.durable import write_whole
from cxresearch.study.batch.journal import NAME as JOURNAL
from cxresearch.study.outcome import Problem
from cxresearch.study.results import csv_text
from cxresearch.words.catalog import say

if TYPE_CHECKING:
    from cxresearch.study.batch.disclosure import Decision
    from cxresearch.study.batch.scheduler import Report
    from cxresearch.study.batch.units import Unit

KIND = "batch"
HIDDEN = "hidden"
REPORTS, FAILURES = "reports", "failures.csv"
COLUMNS = ("unit", "section", "language", "cell", "cause", "message", "hint")

State = Literal["ok", "failed", "outdated", "not-reportable", "pooled", "skipped"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What became of one unit.

    Parameters
    ----------
    unit : Unit
    state : {"ok", "failed", "outdated", "not-reportable", "pooled", "skipped"}
        ``outdated``: not asked for, and another one would be made now.
    reason : str
        Last part of the word key ``batch.reason.*``; empty where there is nothing to say.
    summary : dict, optional
        What its report says; None where there is none.
    problem : dict, optional
        Why its report could not be written.
    """

    unit: Unit
    state: State
    reason: str = ""
    summary: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None


def line_of(decision: Decision, report: Report | None, total: bool = False) -> Line:
    """Return what became of a unit.

    Beside a report on all units nobody is told which of those left out are too small, and which protect them.
    """
    unit = decision.unit
    if decision.reason == "pooled":
        return Line(unit=unit, state="pooled", reason="pooled")
    if decision.reason:
        return Line(unit=unit, state="not-reportable", reason=HIDDEN if total else decision.reason)
    if report is None:
        return Line(unit=unit, state="skipped", reason="skipped")
    if report.summary is None:
        return Line(unit=unit, state="failed", reason="unpublished", problem=report.problem)
    if report.outdated:
        return Line(unit=unit, state="outdated", reason="outdated", summary=report.summary)
    state = report.summary["status"]
    reason = "unanswered" if state == "not-reportable" else ""
    return Line(unit=unit, state=state, reason=reason, summary=report.summary)


def failures(lines: Iterable[Line], language: str) -> list[dict[str, Any]]:
    """Return every failure with its cause and what to do, in one language."""
    found: list[dict[str, Any]] = []
    for line in lines:
        name = line.unit.names[language]
        if line.problem:
            problem = Problem(kind=line.problem["kind"], message=line.problem["message"])
            known = problem.hint in ("disk", "memory", "timeout", "died")
            hint = say(f"study.hint.{problem.hint}" if known else "batch.hint_publish", language)
            section = say("batch.publishing", language)
            found.append(_failure(line, name, section, "", None, problem.kind, problem.message, hint))
        for failure in line.summary["failures"] if line.summary else ():
            message, hint = failure["told"][language]
            where = (failure["section"], failure["language"], failure["cell"])
            found.append(_failure(line, name, *where, failure["kind"], message, hint))
    return found


def write_failures(out: Path, found: list[dict[str, Any]]) -> None:
    """Write the failures as a table; what a spreadsheet would run is made harmless."""
    rows = [{column: row[column] for column in COLUMNS} for row in found]
    write_whole(out / FAILURES, csv_text(rows, COLUMNS).encode("utf-8", "replace"))


def manifest_of(
    opened: record.Manifest, lines: Iterable[Line], columns: Iterable[str], stored: dict[str, Any], least: int
) -> record.Manifest:
    """Return the manifest of a batch without its outputs.

    Parameters
    ----------
    opened : dict
        What was known before the batch began.
    lines : iterable of Line
    columns : iterable of str
        The columns that make the units.
    stored : dict
        The options that were given.
    least : int
        Smallest number of respondents that is told.
    """
    who = stored.get("who")
    return {
        **opened,
        "kind": KIND,
        "by": list(columns),
        "minimum": least,
        "options": {name: value for name, value in stored.items() if name != "who"},
        **({"who": who} if who else {}),
        "finished": record.now(),
        "reports": [_entry(line, least) for line in lines],
    }


def write(manifest: record.Manifest, out: Path) -> None:
    """Write the manifest of a batch with the hash of every page and of the manifest of every report."""
    files = sorted(p for p in out.rglob("*") if p.is_file() and p != out / record.NAME and _ours(p, out))
    outputs = [{"path": p.relative_to(out).as_posix(), "sha256": record.sha256(p)} for p in files]
    text = json.dumps({**manifest, "outputs": outputs}, indent=1, sort_keys=True, ensure_ascii=False)
    write_whole(out / record.NAME, (text + "\n").encode("utf-8", "replace"))


def _ours(path: Path, out: Path) -> bool:
    """Tell whether the manifest of the batch itself answers for a file; a report answers for its own."""
    parts = path.relative_to(out).parts
    if parts[0] == REPORTS:
        return len(parts) == 3 and parts[2] == record.NAME
    return (parts[-1] == "index.html" and len(parts) <= 2) or parts in ((FAILURES,), (JOURNAL,))


def _entry(line: Line, least: int) -> dict[str, Any]:
    unit = line.unit
    told: dict[str, Any] = {"slug": unit.slug, "kind": unit.kind, "values": dict(unit.values), "state": line.state}
    if line.reason:
        told["reason"] = line.reason
    if line.state in ("ok", "failed") or (line.summary and line.state != "outdated"):
        told["n"] = {name: n if n >= least else None for name, n in unit.counts.items()}
    if line.summary:
        told["manifest"] = line.summary["manifest"]
    return told


def _failure(
    line: Line, name: str, section: str, language: str, cell: int | None, kind: str, message: str, hint: str
) -> dict[str, Any]:
    return {
        "slug": line.unit.slug,
        "unit": name,
        "section": section,
        "language": language,
        "cell": cell,
        "cause": kind,
        "message": message,
        "hint": hint,
    }
