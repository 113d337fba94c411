"""A kernel in a forked process, for a papermill that runs in this one."""

from __future__ import annotations

import atexit
import base64
import contextlib
import datetime as dt
import itertools
import json
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError

from cxresearch.warm.forked import THREADS, ForkedProcesses, warm_modules
from cxresearch.warm.job import Job
from cxresearch.warm.kernel import Emit, Message, kernel

START, END = 60.0, 10.0
_numbers = itertools.count()
_lock = threading.Lock()


class RemoteKernel:
    """Runs cells in another process and hears what they say over a socket."""

    def __init__(self, connection: socket.socket, pool: ForkedProcesses) -> None:
        self.session = Session(username="client", key=os.urandom(8))
        self.dead = False
        self._pool = pool
        self._lines = connection.makefile("rwb")
        self.language_info: dict[str, Any] = self._hear()["language_info"]

    def execute(self, code: str, *, cell_id: str | None, timeout: float | None, emit: Emit) -> Message:
        """Run a cell; see :meth:`cxresearch.warm.kernel.WarmKernel.execute`."""
        self._say(code=code, cell_id=cell_id, timeout=timeout)
        while True:
            heard = self._hear()
            if "reply" in heard:
                self.dead = heard["dead"]
                reply: Message = heard["reply"]
                return reply
            message = heard["message"]
            header = message["header"]
            header["date"] = dt.datetime.fromisoformat(header["date"])
            emit({**message, "buffers": [base64.b64decode(part) for part in message.pop("buffers")]})

    def comm(self, message: Message) -> None:
        """Pass on a message of a widget."""
        self._say(comm=message)

    def _say(self, **words: Any) -> None:
        try:
            self._lines.write(json.dumps(words, default=str).encode() + b"\n")
            self._lines.flush()
        except OSError:
            self._gone()

    def _hear(self) -> dict[str, Any]:
        try:
            line = self._lines.readline()
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self._gone()
        heard: dict[str, Any] = json.loads(line)
        return heard

    def close(self) -> None:
        """Let the other process end by itself: it writes what a notebook left open."""
        with contextlib.suppress(OSError):
            self._lines.close()

    def _gone(self) -> None:
        ended = self._pool.wait(5)
        raise DeadKernelError(f"Kernel died. {ended[0].message if ended else ''}".strip())


@contextmanager
def remote_kernel() -> Iterator[RemoteKernel]:
    """Yield a kernel in a process of its own, forked from a warm one that stays for the next time."""
    name = f"kernel-{next(_numbers)}"
    with _lock, tempfile.TemporaryDirectory(prefix="cx-") as folder, socket.socket(socket.AF_UNIX) as door:
        pool = _pool()
        address = str(Path(folder) / "kernel.sock")
        door.bind(address)
        door.listen(1)
        door.settimeout(0.05)
        arguments = {"address": address, "environment": dict(os.environ)}
        pool.submit(Job(id=name, function="cxresearch.warm.remote:serve", arguments=arguments))
        until = time.monotonic() + START
        while True:
            try:
                connection, _ = door.accept()
                break
            except TimeoutError:
                ended = pool.wait(0.01)
                if ended or time.monotonic() > until:
                    told = ended[0].message if ended else "It did not answer in time."
                    raise DeadKernelError(f"The warm kernel did not start. {told}") from None
        connection.settimeout(None)
        kernel = RemoteKernel(connection, pool)
        try:
            yield kernel
        finally:
            kernel.close()
            connection.close()
            if not pool.wait(END):
                pool.cancel(name)
                pool.wait(END)


@cache
def _pool() -> ForkedProcesses:
    pool = ForkedProcesses(jobs=1, preload=warm_modules())
    pool.__enter__()
    atexit.register(close)
    return pool


def close() -> None:
    """End the warm process; the next notebook starts another one."""
    if _pool.cache_info().currsize:
        pool = _pool()
        _pool.cache_clear()
        pool.__exit__(None, None, None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # it belongs to the parent


def serve(address: str, environment: dict[str, str]) -> None:
    """Run the cells that come over a socket until it is closed."""
    kept = {
        name: os.environ[name] for name in (*THREADS, "MPLBACKEND", "PYTHONHASHSEED", "TMPDIR") if name in os.environ
    }
    os.environ.clear()
    os.environ.update({**kept, **environment, "TMPDIR": kept.get("TMPDIR", "")})
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        lines = connection.makefile("rwb")
        ready = kernel()
        ready.begin()

        def say(**words: Any) -> None:
            lines.write(json.dumps(words, default=_plain).encode() + b"\n")
            lines.flush()

        say(language_info=ready.language_info)
        for line in lines:
            asked = json.loads(line)
            if "comm" in asked:
                ready.comm(asked["comm"])
                continue
            reply = ready.execute(
                asked["code"],
                cell_id=asked["cell_id"],
                timeout=asked["timeout"],
                emit=lambda message: say(
                    message={**message, "buffers": [base64.b64encode(part).decode() for part in message["buffers"]]}
                ),
            )
            say(reply=reply, dead=ready.dead)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
