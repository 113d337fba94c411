"""The work folder beside the study: one batch at a time, its options, its finished sections and reports."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cxresearch.errors import Fault, Place, StudyError, shown_path
from cxresearch.shipped import root
from cxresearch.study.batch.durable import unwritable, write_whole
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.slices import FOLDER as SLICES
from cxresearch.study.study import Study
from cxresearch.study.workplace import INSTALLED

NAME = ".batch"


class State:
    """The work folder of a study, and in it what belongs to one folder of reports.

    Parameters
    ----------
    study : Study
    out : Path
        Folder of the reports.
    """

    def __init__(self, study: Study, out: Path) -> None:
        self.work = study.folder / NAME
        way = os.path.relpath(out, study.folder) if out.drive == study.folder.drive else str(out)
        self.own = self.work / "runs" / hashlib.sha256(Path(way).as_posix().encode()).hexdigest()[:12]
        self.cache = self.work / "sections"
        self.scratch = self.own / "scratch"
        self._study = study

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Hold the work folder; another batch of the same study has to wait.

        Raises
        ------
        StudyError
            ``batch.running``, ``batch.not-writable``, ``batch.disk-full``, ``batch.installed``
        """
        if root().name == INSTALLED and root() in self._study.folder.parents:
            raise StudyError(
                Fault(
                    code="batch.installed",
                    what="A study inside the installed package cannot be run as a batch; it has no room for its data.",
                    place=Place(file=shown_path(self._study.file)),
                    do=f"Copy it first: cxresearch new my-study --template shipped:reports/{self._study.folder.name}.",
                )
            )
        lock = self.work / "lock"
        try:
            self.work.mkdir(exist_ok=True)
            write_whole(self.work / ".gitignore", b"*\n")
            self._lock(lock)
            shutil.rmtree(self.scratch, ignore_errors=True)
            self.scratch.mkdir(parents=True)
        except OSError as error:
            raise unwritable(error, self.work) from None
        try:
            yield
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)
            lock.unlink(missing_ok=True)

    def remember(self, options: Options) -> None:
        """Keep the options, for a batch that is resumed."""
        self._write("options.json", options.stored())

    def options(self) -> Options:
        """Return the options of the batch that was begun in this folder.

        Raises
        ------
        StudyError
            ``batch.nothing-to-resume``
        """
        stored = self._read("options.json")
        if stored is None:
            raise StudyError(
                Fault(
                    code="batch.nothing-to-resume",
                    what="No batch was begun in this folder.",
                    place=Place(file=shown_path(self._study.folder)),
                    do="Leave --resume out, or give the --out of the batch that was interrupted.",
                )
            )
        return Options.of(stored)

    def withheld(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return what earlier runs had to withhold beyond the rules: section to unit to levels."""
        stored = self._read("withheld.json") or {}
        return {s: {unit: tuple(names) for unit, names in units.items()} for s, units in stored.items()}

    def withhold(self, levels: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        """Keep what has to be withheld beyond the rules."""
        self._write("withheld.json", {s: {u: list(names) for u, names in own.items()} for s, own in levels.items()})

    def published(self, slug: str) -> dict[str, Any] | None:
        """Return what is known of a report that was published: its key, and what the index page says."""
        return self._read(f"reports/{slug}.json")

    def publish(self, slug: str, content: dict[str, Any]) -> None:
        """Keep what is known of a report."""
        self._write(f"reports/{slug}.json", content)

    def forget(self, slug: str) -> None:
        """Forget a report."""
        (self.own / "reports" / f"{slug}.json").unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove the slices of the data; the finished sections stay."""
        shutil.rmtree(self.work / SLICES, ignore_errors=True)

    def _lock(self, lock: Path) -> None:
        import psutil  # type: ignore[import-untyped]

        own = {"pid": os.getpid(), "begun": psutil.Process().create_time()}
        with contextlib.suppress(OSError, ValueError, KeyError, psutil.Error):
            other = json.loads(lock.read_text(encoding="utf-8"))
            if psutil.Process(other["pid"]).create_time() == other["begun"] and other != own:
                raise StudyError(
                    Fault(
                        code="batch.running",
                        what="A batch of this study is running already.",
                        place=Place(file=shown_path(lock)),
                        given=f"process {other['pid']}",
                        do="Wait until it has ended, or end it.",
                    )
                )
        write_whole(lock, json.dumps(own).encode())

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            content: dict[str, Any] = json.loads((self.own / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return content

    def _write(self, name: str, content: dict[str, Any]) -> None:
        write_whole(self.own / name, json.dumps(content, indent=1, sort_keys=True).encode())
