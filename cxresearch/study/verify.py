"""Does a report still belong to its inputs, and is it still as it was made?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from cxresearch.errors import CxError, Fault, Place, StudyError, shown_path
from cxresearch.shipped import PREFIX, resolve
from cxresearch.study import manifest as record
from cxresearch.study.batch.journal import NAME as JOURNAL
from cxresearch.study.batch.record import REPORTS
from cxresearch.study.batch.verify import AGAIN as BATCH_AGAIN
from cxresearch.study.batch.verify import batch_faults, is_batch, reports_in, unfinished
from cxresearch.study.load import study_file

BATCH = "batch"
AGAIN = "Run 'cxresearch run' again to bring the report up to date."


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a look at a built report found.

    Parameters
    ----------
    built : Path
    faults : tuple of Fault
        Empty when everything is as it was.
    checked : int
        Number of files compared.
    """

    built: Path
    faults: tuple[Fault, ...]
    checked: int

    @property
    def good(self) -> bool:
        """Tell whether no input or output differs; notes do not count."""
        return all(fault.severity != "error" for fault in self.faults)


def verify(path: str | Path, study: str | Path | None = None) -> Verification:
    """Compare a built report and its inputs with its manifest.

    Parameters
    ----------
    path : str or Path
        A study folder, a study file or a built folder.
    study : str or Path, optional
        The study of a built folder that lies elsewhere.

    Raises
    ------
    StudyError
        ``verify.no-report``, ``verify.manifest``, ``verify.batch-unfinished``
    """
    built, folder = _places(Path(resolve(path)))
    if (built / JOURNAL).is_file() and not (built / record.NAME).exists():
        raise StudyError(unfinished(built, "A batch was begun here and has not ended; there is no record of it yet."))
    content = _read(built / record.NAME)
    if is_batch(content):
        return _batch(built, content, study)
    return _report(built, folder, content, study)


def _batch(out: Path, content: dict[str, Any], study: str | Path | None) -> Verification:
    """Compare the pages of a batch, its inputs and every report with what was recorded."""
    own = {entry["path"] for entry in content["outputs"]}
    whole = _report(
        out,
        None,
        content,
        study,
        lambda path: path.parts[0] != REPORTS and not path.parts[0].startswith("."),
        batch=True,
    )
    faults, checked = [*whole.faults, *batch_faults(out, content)], whole.checked
    for slug in reports_in(content):
        built = out / REPORTS / slug
        if f"{REPORTS}/{slug}/{record.NAME}" not in own or not (built / record.NAME).is_file():
            continue  # told already
        report = _read(built / record.NAME)
        found = _report(built, None, {**report, "inputs": [], "study_folder": "", "versions": {}}, None, batch=True)
        faults += [fault for fault in found.faults if fault.code != "verify.inputs-unknown"]
        checked += found.checked
    return Verification(built=out, faults=tuple(faults), checked=checked)


def _report(
    built: Path,
    folder: Path | None,
    content: dict[str, Any],
    study: str | Path | None,
    ours: Callable[[PurePath], bool] = lambda path: True,
    batch: bool = False,
) -> Verification:
    again = BATCH_AGAIN if batch else AGAIN
    if study is not None:
        folder = study_file(study).resolve().parent
    elif folder is None and content.get("study_folder"):
        folder = (built / content["study_folder"]).resolve()
    faults: list[Fault] = []
    outputs = content["outputs"]
    inputs = content["inputs"] if folder else []
    if folder is None:
        faults.append(
            Fault(
                code="verify.inputs-unknown",
                what="The report lies far from its study; only its own files were compared.",
                place=Place(file=shown_path(built)),
                do="Name the study with --study to compare its inputs as well.",
                severity="note",
            )
        )
    for entry in inputs:
        faults += _compare(entry, _source(entry["path"], folder or built), "input", again)
    for entry in outputs:
        faults += _compare(entry, built / entry["path"], "output", again)
    known = {entry["path"] for entry in outputs} | {record.NAME}
    for extra in sorted(p for p in built.rglob("*") if p.is_file()):
        way = extra.relative_to(built)
        if way.as_posix() not in known and ours(way):
            faults.append(
                Fault(
                    code="verify.output-extra",
                    what=f"This file was not made by the {'batch' if batch else 'run'}.",
                    place=Place(file=shown_path(extra)),
                    do="Move it elsewhere; 'cxresearch batch' does not."
                    if batch
                    else "Move it elsewhere; the next run removes it.",
                )
            )
    faults += _version(content)
    return Verification(built=built, faults=tuple(faults), checked=len(inputs) + len(outputs))


def _places(path: Path) -> tuple[Path, Path | None]:
    """Return the built folder and, where it is known, the folder of the study."""
    if path.is_file():
        if path.name == record.NAME:
            return path.parent, None
        path = path.parent
    if (path / record.NAME).is_file() or (path / JOURNAL).is_file():
        return path, None
    batch = any((path / BATCH / name).is_file() for name in (record.NAME, JOURNAL))
    if not (path / "built" / record.NAME).is_file() and batch:
        return path / BATCH, path
    return path / "built", path


def _read(path: Path) -> dict[str, Any]:
    place = Place(file=shown_path(path))
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != record.SCHEMA:
            raise ValueError(f"schema {content['schema']}")
        [(e["path"], e["sha256"], e["role"]) for e in content["inputs"]]
        [(e["path"], e["sha256"]) for e in content["outputs"]]
    except (FileNotFoundError, NotADirectoryError):
        raise StudyError(
            Fault(
                code="verify.no-report",
                what="There is no built report here.",
                place=place,
                do="Run 'cxresearch run' first, or give the built folder.",
            )
        ) from None
    except (KeyError, TypeError, ValueError) as error:
        raise StudyError(
            Fault(
                code="verify.manifest",
                what=f"The manifest cannot be read: {type(error).__name__} {error}.",
                place=place,
                do=AGAIN,
            )
        ) from None
    return content


def _source(reference: str, base: Path) -> Path | None:
    if not reference.startswith(PREFIX):
        return base / reference
    try:
        return resolve(reference)
    except CxError:
        return None


def _compare(entry: dict[str, Any], path: Path | None, side: str, again: str) -> list[Fault]:
    what = entry.get("role", "page or table")
    place = Place(file=shown_path(path) if path else entry["path"])
    if path is None or not path.is_file():
        return [
            Fault(
                code=f"verify.{side}-missing",
                what=f"This {what} file was used for the report and is gone."
                if side == "input"
                else "This file of the report is gone.",
                place=place,
                do=again if side == "output" else f"Put it back, or change the study file. {again}",
            )
        ]
    found = record.sha256(path)
    if found == entry["sha256"]:
        return []
    return [
        Fault(
            code=f"verify.{side}-changed",
            what=f"This {what} file has changed since the report was made."
            if side == "input"
            else "This file of the report was changed after it was made.",
            place=place,
            given=f"sha256 {found[:12]}",
            allowed=f"sha256 {entry['sha256'][:12]}",
            do=again,
        )
    ]


def _version(content: dict[str, Any]) -> list[Fault]:
    faults = []
    current = record.versions()
    for name, was in sorted(content.get("versions", {}).items()):
        now = current.get(name)
        if now != was:
            faults.append(
                Fault(
                    code="verify.version",
                    what=f"The report was made with {name} {was}; here is {now or 'none'}.",
                    do="Numbers may differ slightly after a new run.",
                    severity="note",
                )
            )
    return faults
