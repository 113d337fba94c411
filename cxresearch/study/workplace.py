"""Build beside, swap at the end: an earlier report survives everything that goes wrong."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from cxresearch.errors import Fault, Place, StudyError, shown_path
from cxresearch.shipped import root
from cxresearch.study import manifest
from cxresearch.study.study import Study

INSTALLED = "_shipped"
_LEFTOVER = re.compile(r"\.building-(\d+)(?:-was-(.+))?")


def out_folder(study: Study, out: str | Path | None) -> Path:
    """Return where the report goes, after a check that nothing else is overwritten.

    Raises
    ------
    StudyError
        ``study.out-not-a-report``
    """
    target = Path(out).resolve() if out is not None else _beside(study)
    return free_folder(study, target, manifest.NAME, "study.out-not-a-report", "a built report")


def free_folder(study: Study, target: Path, mark: str, code: str, what: str) -> Path:
    """Return a folder that is new, empty or of our own making.

    Parameters
    ----------
    study : Study
        Neither its folder nor one around it is ever taken.
    target : Path
    mark : str
        The file by which a folder of our own making is known.
    code, what : str
        Of the fault, and what belongs there.

    Raises
    ------
    StudyError
        With that code.
    """
    inside = study.folder == target or target in study.folder.parents
    other = target.exists() and not (target / mark).is_file()
    if inside or (other and (not target.is_dir() or any(target.iterdir()))):
        raise StudyError(
            Fault(
                code=code,
                what=f"This folder holds something else than {what}; it is not overwritten.",
                place=Place(file=shown_path(target)),
                do="Give a new or empty folder with --out.",
            )
        )
    return target


def _beside(study: Study) -> Path:
    """Return ``built`` beside the study file; for a study in an installed package, a folder here."""
    installed = root().name == INSTALLED and root() in study.folder.parents
    return Path.cwd() / study.id if installed else study.folder / "built"


@contextlib.contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target`; it takes the place of `target` if the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    building = target.parent / f".building-{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        yield building
        swap(building, target, target.parent / f".building-{os.getpid()}-was-{target.name}")
    finally:
        shutil.rmtree(building, ignore_errors=True)


def swap(building: Path, target: Path, aside: Path) -> None:
    """Move a finished folder to its place; what stood there waits aside until it is, and goes back if it cannot be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    try:
        building.rename(target)
    except BaseException:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Tidy up after a run that was killed; a report it had set aside goes back to its place."""
    for path in sorted(folder.iterdir()):
        match = _LEFTOVER.fullmatch(path.name)
        if not match or _alive(int(match[1])):
            continue
        if match[2] and not (folder / match[2]).exists():
            path.rename(folder / match[2])
        else:
            shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int) -> bool:
    import psutil  # type: ignore[import-untyped]

    return bool(psutil.pid_exists(pid))
