"""Jobs in ordinary processes, where a warm one cannot be forked."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import time
from collections.abc import Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cxresearch.warm.called import call
from cxresearch.warm.job import Cause, Ended, Job
from cxresearch.warm.queue import Queue


@dataclass(kw_only=True)
class _Slot:
    """One process that is used for one job after the other."""

    pool: ProcessPoolExecutor
    job: Job | None = None
    future: Future[Any] | None = None
    begun: float = 0.0
    over: Cause | None = None


class SpawnedProcesses(Queue):
    """A pool of processes that are started from nothing and used again; memory is not limited here.

    Parameters
    ----------
    jobs : int, optional
        How many run at once; by default as many as there are processors.
    preload : iterable of str
        Taken for the sake of the signature; every process imports what it needs.
    """

    name = "spawn"

    def __init__(self, jobs: int | None = None, preload: Iterable[str] = ()) -> None:
        super().__init__(jobs)
        self._slots: list[_Slot] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for slot in self._slots:
            _end(slot)

    def _names(self) -> Collection[str]:
        return [slot.job.id for slot in self._slots if slot.job is not None]

    def _end(self, job_id: str) -> None:
        for slot in self._slots:
            if slot.job is not None and slot.job.id == job_id:
                slot.over = "cancelled"
                _end(slot)

    def wait(self, seconds: float) -> list[Ended]:
        """Return what ended since the last call, after at most so many seconds."""
        until = time.monotonic() + seconds
        while not self._ended and (busy := {slot.future for slot in self._slots if slot.future}):
            now = time.monotonic()
            for slot in self._slots:
                if slot.job and slot.job.timeout and now - slot.begun > slot.job.timeout and not slot.over:
                    slot.over = "timeout"
                    _end(slot)
            if now > until:
                break
            wait(busy, timeout=min(until - now, 0.2), return_when=FIRST_COMPLETED)
            for slot in [slot for slot in self._slots if slot.future and slot.future.done()]:
                self._finish(slot)
        ended, self._ended = self._ended, []
        return ended

    def _fill(self) -> None:
        while self._waiting and sum(slot.future is not None for slot in self._slots) < self.jobs:
            slot = next((slot for slot in self._slots if slot.future is None), None)
            if slot is None:
                slot = _Slot(pool=ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_quiet))
                self._slots.append(slot)
            slot.job = self._waiting.popleft()
            slot.begun, slot.over = time.monotonic(), None
            folder = slot.job.folder or str(Path.cwd())
            slot.future = slot.pool.submit(_work, slot.job.function, slot.job.arguments, folder)

    def _finish(self, slot: _Slot) -> None:
        assert slot.future is not None
        assert slot.job is not None
        cause: Cause = "done"
        value, message = None, ""
        try:
            value, message = slot.future.result()
            cause = "raised" if message else "done"
        except BrokenProcessPool:
            cause, message = slot.over or "died", "The process that ran this job died."
            self._slots.remove(slot)
            _end(slot)
        except Exception as error:
            cause, message = "raised", f"{type(error).__name__}: {error}"
        seconds = time.monotonic() - slot.begun
        self._ended.append(Ended(job=slot.job, cause=cause, value=value, message=message, seconds=seconds))
        slot.future, slot.job = None, None
        self._fill()


def _work(function: str, arguments: dict[str, Any], folder: str) -> tuple[Any, str]:
    import traceback

    try:
        os.chdir(folder)
        value = call(function, arguments)
        json.dumps(value)
        return value, ""
    except BaseException as error:
        return None, "".join(traceback.format_exception(error))


def _quiet() -> None:
    """Be deaf to Ctrl-C, which the parent handles, and say nothing."""
    import signal

    signal.signal(signal.SIGINT, lambda *_: None)
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)


def _end(slot: _Slot) -> None:
    """End the process of a slot and the kernels it started; those live in sessions of their own."""
    import psutil  # type: ignore[import-untyped]

    family: list[psutil.Process] = []
    for worker in list((slot.pool._processes or {}).values()):
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(worker.pid)
            family += [*process.children(recursive=True), process]
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=5)
    slot.pool.shutdown(wait=False, cancel_futures=True)
