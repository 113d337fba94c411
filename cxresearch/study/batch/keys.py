"""What a finished section was made from, as one hash: the same hash, the same section."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError
from cxresearch.shipped import PREFIX, resolve
from cxresearch.study.batch.slices import content_hash
from cxresearch.study.manifest import versions
from cxresearch.study.notebook import NO_DEFAULT, inspect
from cxresearch.study.plan import Task
from cxresearch.study.study import FILE_PARAMETERS, file_references
from cxresearch.survey.extend import ancestors

_PACKAGE = Path(__file__).resolve().parents[2]
_SOURCES = (".py", ".yaml", ".j2", ".css", ".js")


@cache
def package_hash() -> str:
    """Return the hash of all source files of this package: whatever changes there, nothing old is reused."""
    digest = hashlib.sha256()
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.suffix in _SOURCES and "_shipped" not in p.parts):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Keys:
    """Hashes of tasks; every file is read once.

    Parameters
    ----------
    engine : str
        What executes the notebooks.
    """

    def __init__(self, engine: str) -> None:
        self._ground = [package_hash(), versions(), platform.python_version(), platform.machine(), engine]
        self._files: dict[Path, str] = {}
        self._defaults: dict[Path, dict[str, Any]] = {}

    def of(self, task: Task) -> str:
        """Return the key of a task: its data, survey, notebook, parameters, language, and all that computes it."""
        if task.notebook not in self._defaults:
            found = inspect(task.notebook).parameters.values()
            self._defaults[task.notebook] = {p.name: p.default for p in found if p.default is not NO_DEFAULT}
        effective = {**self._defaults[task.notebook], **task.parameters}
        references = [r for name in FILE_PARAMETERS for r in file_references(effective.get(name))]
        return hashed(
            [
                self._ground,
                self._file(task.notebook),
                task.section,
                task.language,
                task.parameters,
                {reference: self._reference(reference, task.folder) for reference in references},
            ]
        )

    def _reference(self, reference: str, folder: Path) -> str:
        try:
            path = resolve(reference) if reference.startswith(PREFIX) else folder / reference
            own = self._file(path)
            if path.suffix not in (".yaml", ".yml"):
                return own
            others = [self._file(other) for other in ancestors(path)]
            return hashed([own, *others]) if others else own
        except (CxError, OSError):
            return ""

    def _file(self, path: Path) -> str:
        if path not in self._files:
            self._files[path] = content_hash(path)
        return self._files[path]


def hashed(content: Any) -> str:
    """Return the hash of something JSON can hold.

    Examples
    --------
    >>> hashed({"a": 1, "b": 2}) == hashed({"b": 2, "a": 1})
    True
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def report_key(parts: Mapping[str, Any], tasks: Iterable[str]) -> str:
    """Return the key of a whole report: what its pages show, and its sections."""
    return hashed([package_hash(), parts, list(tasks)])
