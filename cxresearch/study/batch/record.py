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
from cxresearch.study.explained import publishing
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
COLUMNS = ("unit", "section", "language", "cell", "cause", "code", "message", "hint", "details")

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


def failures(lines: Iterable[Line], language: str, of_the_page: bool = True) -> list[dict[str, Any]]:
    """Return every failure with its cause and what to do.

    Parameters
    ----------
    lines : iterable of Line
    language : str
    of_the_page : bool
        Tell all in `language`; otherwise each in the language of its section, and in `language` what concerns a
        report as a whole.
    """
    found: list[dict[str, Any]] = []
    for line in lines:
        if line.problem:
            problem = Problem(kind=line.problem["kind"], message=line.problem["message"])
            told = publishing(problem, language)
            own = "" if of_the_page else language
            section = say("batch.publishing", language)
            found.append(
                _failure(
                    line,
                    language,
                    section=section,
                    language=own,
                    cell=None,
                    cause=problem.kind,
                    message=told.message,
                    hint=told.hint,
                    details=told.details,
                )
            )
        for failure in line.summary["failures"] if line.summary else ():
            spoken = language if of_the_page or failure["language"] not in failure["told"] else failure["language"]
            message, hint = failure["told"][spoken]
            found.append(
                _failure(
                    line,
                    spoken,
                    section=failure["section"],
                    language=failure["language"],
                    cell=failure["cell"],
                    cause=failure["kind"],
                    message=message,
                    hint=hint,
                    code=failure.get("code", ""),
                    details=failure.get("details", {}).get(spoken, ""),
                )
            )
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
        told["n"] = {p: n if n >= least and p not in unit.untold else None for p, n in unit.counts.items()}
    if line.summary:
        told["manifest"] = line.summary["manifest"]
    return told


def _failure(line: Line, spoken: str, *, code: str = "", **told: Any) -> dict[str, Any]:
    return {"slug": line.unit.slug, "unit": line.unit.names[spoken], "code": code, **told}
