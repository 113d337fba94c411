"""What a report was made from and with: hashes, versions, parameters, results."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from cxresearch.study.outcome import Outcome
from cxresearch.study.plan import Task
from cxresearch.study.results import Found, headlines
from cxresearch.study.study import Study
from cxresearch.warm import can_fork

NAME = "manifest.json"
SCHEMA = 1
PACKAGES = (
    "cxresearch",
    "babel",
    "ipykernel",
    "jinja2",
    "matplotlib",
    "nbclient",
    "numpy",
    "pandas",
    "papermill",
    "pingouin",
    "pydantic",
    "scipy",
    "statsmodels",
)

Manifest = dict[str, Any]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of the packages that matter for the numbers."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def now() -> str:
    """Return the time as UTC in ISO format, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def opened(study: Study, tasks: tuple[Task, ...], out: Path, engine: str) -> Manifest:
    """Return what is known before a run: inputs with hashes, versions, parameters.

    Parameters
    ----------
    study : Study
        As it was checked.
    tasks : tuple of Task
        What will be executed.
    out : Path
        Where the report will lie.
    engine : str
        Name of the package that executes the notebooks.
    """
    used = {task.reference for task in tasks}
    inputs = [_input("study", study.file.resolve().name, study.file)]
    inputs += [
        _input(role, reference, study.path(reference))
        for reference, role in study.inputs().items()
        if role != "notebook" or reference in used
    ]
    packages = versions()
    return {
        "schema": SCHEMA,
        "study": study.id,
        "study_folder": way(out, study.folder),
        "package": {"name": "cxresearch", "version": packages.get("cxresearch", "")},
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "versions": packages,
        "engine": f"{engine} {packages.get(engine, '')}".strip(),
        "kernels": "warm" if can_fork() else "ordinary",
        "seed": study.seed,
        "languages": list(dict.fromkeys(task.language for task in tasks)),
        "started": now(),
        "inputs": inputs,
    }


def closed(
    manifest: Manifest,
    tasks: tuple[Task, ...],
    outcomes: tuple[Outcome, ...],
    found: Mapping[tuple[str, str], tuple[Found, ...]],
) -> Manifest:
    """Return the manifest with what became of every section."""
    sections: dict[str, Manifest] = {}
    for task, outcome in zip(tasks, outcomes, strict=True):
        entry = sections.setdefault(task.section, {"id": task.section, "notebook": task.reference, "runs": {}})
        run: Manifest = {
            "status": outcome.status,
            "seconds": round(outcome.seconds, 3),
            "parameters": task.parameters,
            "headlines": [f.sentence for f in headlines(found.get((task.section, task.language), ()))],
        }
        if outcome.problem:
            problem = outcome.problem
            run["error"] = {"kind": problem.kind, "message": problem.message, "cell": problem.cell}
            if problem.raised:
                run["error"]["raised"] = problem.raised
        entry["runs"][task.language] = run
    return {**manifest, "finished": now(), "sections": list(sections.values())}


def write(manifest: Manifest, built: Path) -> None:
    """Write the manifest of a built folder, with the hash of every file in it."""
    files = sorted(p for p in built.rglob("*") if p.is_file() and p.name != NAME)
    outputs = [{"path": p.relative_to(built).as_posix(), "sha256": sha256(p), "bytes": p.stat().st_size} for p in files]
    text = json.dumps({**manifest, "outputs": outputs}, indent=1, sort_keys=True, ensure_ascii=False)
    (built / NAME).write_text(text + "\n", encoding="utf-8", errors="replace")


def way(out: Path, folder: Path) -> str | None:
    """Return the relative path to the study, or None where it would tell about the machine."""
    common = Path(os.path.commonpath([out, folder])) if out.drive == folder.drive else Path(out.anchor)
    if len(common.parts) < 2:
        return None
    return Path(os.path.relpath(folder, out)).as_posix()


def _input(role: str, reference: str, path: Path) -> Manifest:
    return {"role": role, "path": reference, "sha256": sha256(path), "bytes": path.stat().st_size}
