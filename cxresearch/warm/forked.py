"""Jobs in processes that are forked from one which has imported everything."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cxresearch.warm.child import ANSWER, LOG
from cxresearch.warm.job import Cause, Ended, Job
from cxresearch.warm.queue import Queue

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
INLINE = "module://matplotlib_inline.backend_inline"  # read when matplotlib is imported
MODULES = "CXRESEARCH_PRELOAD"  # names other modules to import than those of a study
STANDARD = "cxresearch.study.preload"
START, STARTS = 300.0, 2  # seconds to import, and how often it is tried
MOST_TOLD = 4000  # characters of a log


class ForkedProcesses(Queue):
    """A pool whose processes are forked from a warm one.

    Parameters
    ----------
    jobs : int, optional
        How many run at once; by default as many as there are processors.
    preload : iterable of str
        Modules that every process finds imported.

    Raises
    ------
    RuntimeError
        When the warm process cannot start; it says why.

    Examples
    --------
    >>> with ForkedProcesses(jobs=1) as pool:
    ...     pool.submit(Job(id="one", function="os.path:basename", arguments={"p": "a/b"}))
    ...     [ended] = pool.wait(60)
    >>> ended.cause, ended.value
    ('done', 'b')
    """

    name = "fork"

    def __init__(self, jobs: int | None = None, preload: Iterable[str] = ()) -> None:
        super().__init__(jobs)
        self.preload = tuple(preload)
        self._running: dict[str, tuple[Job, Path, float]] = {}
        self._groups: dict[str, int] = {}  # job to its process group
        self._lost = False
        self._starts = 0  # since the warm process was last ready
        self._suspects: set[str] = set()  # ran when the warm process died; one at a time from then on
        self._over: dict[str, Cause] = {}  # why a job was killed by us
        self._zygote: subprocess.Popen[bytes] | None = None
        self._scratch = Path()
        self._unread = b""
        self._ready = False
        self._number = 0

    def __enter__(self) -> Self:
        self._scratch = Path(tempfile.mkdtemp(prefix="cx-"))
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _names(self) -> Collection[str]:
        return self._running

    def _end(self, job_id: str) -> None:
        self._kill(job_id, "cancelled")

    def wait(self, seconds: float) -> list[Ended]:
        """Return what ended since the last call, after at most so many seconds."""
        until = time.monotonic() + seconds
        while not self._ended and (self._running or self._waiting):
            now = time.monotonic()
            for name, (job, _, begun) in list(self._running.items()):
                started = name in self._groups
                if started and job.timeout and now - begun > job.timeout and name not in self._over:
                    self._kill(name, "timeout")
            if self._lost:
                self._restart()
                continue
            if not self._ready and now - self._begun > START:
                raise RuntimeError(f"The warm process did not start within {START:.0f} s.\n{self._told()}")
            if now > until:
                break
            self._listen(min(until - now, 0.2))
        ended, self._ended = self._ended, []
        return ended

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {"MPLBACKEND": INLINE, **os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONHASHSEED": "0"}
        with (self._scratch / "zygote.txt").open("ab") as log, theirs:
            self._zygote = subprocess.Popen(
                [
                    sys.executable,
                    "-P",  # a file beside the user's data must not stand in for a module
                    "-Xfrozen_modules=off",
                    "-m",
                    "cxresearch.warm.zygote",
                    str(theirs.fileno()),
                    *self.preload,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                env=environment,
                start_new_session=True,  # Ctrl-C is for us to decide
            )
        self._socket = ours
        self._unread, self._ready, self._lost = b"", False, False
        self._starts += 1
        self._begun = time.monotonic()

    def _stop(self) -> None:
        if self._zygote is None:
            return
        self._socket.close()
        if not self._number:  # it may still import, and nothing was forked from it
            self._zygote.kill()
        try:
            self._zygote.wait(10)
        except subprocess.TimeoutExpired:
            self._zygote.kill()
            self._zygote.wait()
        self._zygote = None

    def _fill(self) -> None:
        while self._waiting and len(self._running) < self.jobs:
            alone = self._suspects & {self._waiting[0].id, *self._running}
            if alone and self._running:
                break
            job = self._waiting.popleft()
            self._number += 1
            place = self._scratch / str(self._number)
            place.mkdir()
            self._running[job.id] = (job, place, time.monotonic())
            self._send(
                id=job.id,
                function=job.function,
                arguments=job.arguments,
                memory=job.memory,
                folder=job.folder or str(Path.cwd()),
                place=str(place),
            )

    def _send(self, **words: Any) -> None:
        self._socket.settimeout(None)  # a long job may take a while to be taken
        try:
            self._socket.sendall(json.dumps(words).encode() + b"\n")
        except OSError:
            self._lost = True

    def _kill(self, name: str, cause: Cause) -> None:
        self._over[name] = cause
        self._send(kill=name)

    def _listen(self, seconds: float) -> None:
        self._socket.settimeout(max(seconds, 0.001))
        try:
            data = self._socket.recv(1 << 16)
        except TimeoutError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost = True
            return
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            words = json.loads(line)
            if words.get("ready"):
                self._ready, self._starts = True, 0
            elif "process" in words:
                job, place, _ = self._running[words["id"]]
                self._running[words["id"]] = (job, place, time.monotonic())  # time counts from here
                self._groups[words["id"]] = words["process"]
            else:
                self._finish(words)

    def _finish(self, words: dict[str, Any]) -> None:
        job, place, _ = self._running.pop(words["id"])
        self._groups.pop(job.id, None)
        self._suspects.discard(job.id)
        cause: Cause = self._over.pop(job.id, "died")
        value, message = None, ""
        answer = place / ANSWER
        if answer.exists() and cause != "cancelled":
            content = json.loads(answer.read_text(encoding="utf-8"))
            cause = "raised" if "raised" in content else "done"
            value, message = content.get("value"), content.get("trace", "")
        elif cause == "died":
            code = words["code"]
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            first = words.get("failed") or f"The process ended by {how}."
            message = "\n".join(part for part in (first, _tail(place / LOG)) if part)
        shutil.rmtree(place, ignore_errors=True)
        self._ended.append(
            Ended(job=job, cause=cause, value=value, message=message, seconds=words["seconds"], peak=words["peak"])
        )
        self._fill()

    def _told(self) -> str:
        return _tail(self._scratch / "zygote.txt")

    def _restart(self) -> None:
        """The warm process is gone, and with it what it had forked: start another one."""
        self._socket.close()
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote.wait()
        if not self._ready and self._starts >= STARTS:
            raise RuntimeError(f"The warm process did not start.\n{self._told()}")
        now = time.monotonic()
        for name, (job, place, begun) in list(self._running.items()):
            del self._running[name]
            if not self._ready:  # it never ran
                shutil.rmtree(place, ignore_errors=True)
                self._waiting.appendleft(job)
                continue
            if name in self._groups:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._groups.pop(name), signal.SIGKILL)
            self._suspects.add(name)
            cause = self._over.pop(name, "died")
            message = "The process that all others are forked from died."
            self._ended.append(Ended(job=job, cause=cause, message=message, seconds=now - begun))
            shutil.rmtree(place, ignore_errors=True)
        self._start()
        self._fill()


def warm_modules() -> tuple[str, ...]:
    """Return what warm processes import: all that studies use, or what the environment names.

    Examples
    --------
    >>> len(warm_modules()) > 0
    True
    """
    return tuple(name for name in os.environ.get(MODULES, STANDARD).split(",") if name)


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_TOLD))
            return file.read().decode("utf-8", "replace").strip()
    except OSError:
        return ""
