"""A process that imports once and forks a clean process for every job.

Started as ``python -m cxresearch.warm.zygote FD MODULE...``.  It imports and never computes: a
process that has used threads cannot be forked safely.  It talks in lines of JSON over a socket; when
the other end closes it, everything that still runs is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

LEAN = "cxresearch.warm.lean"
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main(arguments: list[str]) -> None:
    """Import the modules, then serve until the other end goes away."""
    descriptor, *modules = arguments
    connection = socket.socket(fileno=int(descriptor))
    for name in (LEAN, *modules):
        importlib.import_module(name)
    _single_thread()
    gc.collect()
    gc.freeze()  # or the first collection of a child copies every page
    _Zygote(connection).serve()


class _Zygote:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.running: dict[int, tuple[str, float]] = {}  # process id to job and start
        self.unread = b""
        self.wake, sender = os.pipe()
        os.set_blocking(sender, False)
        os.set_blocking(self.wake, False)
        signal.set_wakeup_fd(sender)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def serve(self) -> None:
        self.say(ready=True)
        while True:
            watched: list[Any] = [self.connection, self.wake]
            ready, _, _ = select.select(watched, [], [])
            if self.wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake, 4096)
            self.reap()
            if self.connection in ready:
                try:
                    data = self.connection.recv(1 << 16)
                except OSError:
                    data = b""
                if not data:
                    break
                *lines, self.unread = (self.unread + data).split(b"\n")
                for line in lines:
                    self.obey(json.loads(line))
        for process in self.running:
            _kill(process)

    def obey(self, request: dict[str, Any]) -> None:
        if "kill" in request:
            for process, (job, _) in self.running.items():
                if job == request["kill"]:
                    _kill(process)
            return
        _single_thread()
        try:
            process = os.fork()
        except OSError as error:  # too many processes, or no memory: this job fails, no other
            self.say(id=request["id"], code=1, seconds=0.0, peak=0.0, failed=f"No process could be forked: {error}")
            return
        if process == 0:
            self.become(request)  # never returns
        with contextlib.suppress(OSError):
            os.setpgid(process, process)  # as the child does; whoever comes first
        self.running[process] = (request["id"], time.monotonic())
        self.say(id=request["id"], process=process)

    def become(self, request: dict[str, Any]) -> None:
        self.connection.close()
        os.close(signal.set_wakeup_fd(-1))
        os.close(self.wake)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setpgid(0, 0)
        _die_with_parent()
        from cxresearch.warm.child import work

        work(request)

    def reap(self) -> None:
        for process in list(self.running):
            try:
                done, status, usage = os.wait4(process, os.WNOHANG)
            except ChildProcessError:
                done, status, usage = process, 0, None
            if not done:
                continue
            job, begun = self.running.pop(process)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)  # what the job left behind
            # kilobytes on Linux, bytes on macOS
            unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
            self.say(
                id=job,
                code=os.waitstatus_to_exitcode(status),
                seconds=time.monotonic() - begun,
                peak=usage.ru_maxrss / unit if usage else 0.0,
            )

    def say(self, **words: Any) -> None:
        with contextlib.suppress(OSError):
            self.connection.sendall(json.dumps(words).encode() + b"\n")


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def _single_thread() -> None:
    tasks = Path("/proc/self/task")
    count = len(list(tasks.iterdir())) if tasks.exists() else threading.active_count()
    if count != 1:
        raise RuntimeError(f"The process to be forked has {count} threads; a module computes when it is imported.")


if __name__ == "__main__":
    main(sys.argv[1:])
