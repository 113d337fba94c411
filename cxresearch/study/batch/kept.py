"""Reports that are there already: whether they are what would be made now, and which stay although nobody asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cxresearch.study import manifest as record
from cxresearch.study.batch.record import REPORTS
from cxresearch.study.batch.scheduler import Report
from cxresearch.study.batch.state import State
from cxresearch.study.explained import record as explanation
from cxresearch.study.outcome import Problem
from cxresearch.words.catalog import say

WITHHOLD, MINIMUM = "withhold", "minimum_cell"


def there(report: Report, state: State, out: Path) -> bool:
    """Tell whether the very same report is there, whole; then take over what is known of it."""
    known = state.published(report.unit.slug)
    if known is None or known["key"] != report.key:
        return False
    folder = out / REPORTS / report.unit.slug
    try:
        if record.sha256(folder / record.NAME) != known["summary"]["manifest"]:
            return False
        content = json.loads((folder / record.NAME).read_text(encoding="utf-8"))
        whole = all(record.sha256(folder / entry["path"]) == entry["sha256"] for entry in content["outputs"])
    except (OSError, ValueError, KeyError):
        return False
    if whole:
        report.summary = known["summary"]
    return whole


def stays(report: Report, state: State, out: Path) -> bool:
    """Take over what is known of the report of a unit that was not asked for.

    It stays as it is, whatever has changed since, and is made again only where it shows what must not be shown now.

    Returns
    -------
    bool
        False where the unit has no report and none that failed.
    """
    if there(report, state, out):
        report.unchanged = True
        return True
    known = state.published(report.unit.slug) or {}
    path = out / REPORTS / report.unit.slug / record.NAME
    try:
        content, digest = json.loads(path.read_text(encoding="utf-8")), record.sha256(path)
        if _shows_too_much(report, content):
            return True
        summary = known.get("summary")
        if summary is None or summary["manifest"] != digest:
            known, summary = {}, _summary(content, digest)
        outdated = _outdated(report, known, content)
    except (OSError, ValueError, KeyError, TypeError):
        report.problem = known.get("problem")
        report.unchanged = report.problem is not None
        return report.unchanged
    report.summary, report.unchanged = summary, True
    report.outdated = outdated and summary["status"] != "failed"
    return True


def _runs(content: record.Manifest) -> dict[tuple[str, str], dict[str, Any]]:
    return {(s["id"], language): run for s in content["sections"] for language, run in s["runs"].items()}


def _shows_too_much(report: Report, content: record.Manifest) -> bool:
    runs = _runs(content)
    for task, key in zip(report.tasks, report.keys, strict=True):
        run = runs.get((task.section, task.language))
        if run is None or run["status"] == "not-reportable":
            continue
        was, now = run["parameters"], task.parameters
        more = set(now.get(WITHHOLD) or ()) - set(was.get(WITHHOLD) or ())
        if not key or more or now.get(MINIMUM, 0) > was.get(MINIMUM, 0):
            return True
        if task.section in report.masked and any(_fewer(was.get(name), value) for name, value in now.items()):
            return True
    return False


def _fewer(was: Any, now: Any) -> bool:
    """Tell whether a list of items lacks some now; an empty one says all."""
    return isinstance(was, list) and isinstance(now, list) and bool(now and (not was or set(was) - set(now)))


def _outdated(report: Report, known: dict[str, Any], content: record.Manifest) -> bool:
    """Tell whether other numbers could come out now; without the work folder by the files of the whole study."""
    if "rows" in known:
        made = {task.name: key for task, key in zip(report.tasks, report.keys, strict=True)}
        same = known["made"].keys() & made.keys()
        return bool(known["rows"] != report.rows or any(known["made"][name] != made[name] for name in same))
    was = {entry["path"]: entry["sha256"] for entry in content["inputs"]}
    now = {entry["path"]: entry["sha256"] for entry in report.publish["opened"]["inputs"]}
    return any(was[path] != now[path] for path in was.keys() & now.keys())


def _summary(content: record.Manifest, digest: str) -> dict[str, Any]:
    """Return what a report says of itself; its figures are known to the work folder only."""
    runs = _runs(content)
    first = content["languages"][0]
    names = list(content["unit"]["names"])
    said: dict[str, list[dict[str, str]]] = {language: [] for language in content["languages"]}
    failures = []
    for (section, language), run in runs.items():
        said[language] += [{"section": section, "sentence": text} for text in run["headlines"] if text]
        if run["status"] not in ("ok", "not-reportable"):
            error = run.get("error")
            problem = Problem(**error) if error else None
            failures.append(
                {
                    "section": section,
                    "language": language,
                    "cell": problem.cell if problem else None,
                    "kind": problem.kind if problem else run["status"],
                    **(explanation(problem, names) if problem else {"told": _disagree(names)}),
                }
            )
    states = [run["status"] for run in runs.values()]
    own = {section: run["status"] for (section, language), run in runs.items() if language == first}
    few = all(state == "not-reportable" for state in states)
    return {
        "status": "failed" if failures else "not-reportable" if few else "ok",
        "answered": sum(state == "ok" for state in own.values()),
        "sections": len(own),
        "headlines": said,
        "figures": [],
        "failures": failures,
        "unanswered": [section for section, state in own.items() if state == "not-reportable"],
        "manifest": digest,
    }


def _disagree(languages: list[str]) -> dict[str, list[str]]:
    return {language: ["", say("study.hint.disagree", language)] for language in languages}
