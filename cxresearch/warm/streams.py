"""Standard output and error of a kernel that lives in this process."""

from __future__ import annotations

import contextlib
import contextvars
import io
import os
import select
import threading
from collections.abc import Callable
from typing import Any

Header = dict[str, Any]
Publish = Callable[[str, str, Header], None]  # name of the stream, text, header of the cell
MOST_HELD = 1 << 16  # characters


class KernelStream(io.TextIOBase):
    """What a cell prints, published under the cell that printed it.

    Parameters
    ----------
    name : {"stdout", "stderr"}
    publish : callable
        Called with name, text and the header of the cell.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, publish: Publish) -> None:
        self.name = name
        self._publish = publish
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._held: list[str] = []
        self._size = 0
        self._under: Header = {}
        self._own: contextvars.ContextVar[Header] = contextvars.ContextVar("parent_header")
        self._shared: Header = {}

    @property
    def parent_header(self) -> Header:
        """Header of the cell that a thread or task belongs to; by default the one that runs."""
        return self._own.get(self._shared)

    def set_parent(self, parent: Header) -> None:
        """Say which cell runs."""
        header = parent.get("header", parent)
        self._own.set(header)
        self._shared = header

    def write(self, text: str) -> int:
        """Hold a text until the next display, the end of the cell or some 64 kB."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() != self._process:
            # a process that a cell started: its copy of us is not read, the descriptor is
            os.write(self._descriptor(), text.encode(errors="replace"))
            return len(text)
        with self._lock:
            header = self.parent_header
            if header is not self._under:
                self.flush()
                self._under = header
            self._held.append(text)
            self._size += len(text)
            if self._size > MOST_HELD:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Publish what is held."""
        if os.getpid() != self._process:
            return
        with self._lock:
            text, header = "".join(self._held), self._under
            self._held, self._size = [], 0
            if text:
                self._publish(self.name, text, header)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._descriptor()

    def _descriptor(self) -> int:
        return 1 if self.name == "stdout" else 2


class Watched:
    """Reads what is written to a descriptor behind Python's back, by programs and by libraries.

    Parameters
    ----------
    stream : KernelStream
        Where it goes.
    """

    def __init__(self, stream: KernelStream) -> None:
        self._stream = stream
        self._descriptor = stream.fileno()
        self.original = os.dup(self._descriptor)  # the log of the process
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.dup2(write, self._descriptor)
        os.close(write)
        self._reading = threading.Lock()
        threading.Thread(target=self._pump, daemon=True).start()

    def settle(self) -> None:
        """Read everything that was written so far."""
        # only who holds the lock takes from the pipe, so nothing else is on its way; a pipe holds no more than that
        with self._reading:
            if data := self._taken():
                self._pass_on(data)

    def _pump(self) -> None:
        while select.select([self._read], [], []):
            with self._reading:
                data = self._taken()
                if data == b"":
                    return  # nobody can write any more
                if data:
                    self._pass_on(data)

    def _taken(self) -> bytes | None:
        try:
            return os.read(self._read, MOST_HELD)
        except BlockingIOError:
            return None

    def _pass_on(self, data: bytes) -> None:
        with contextlib.suppress(Exception):  # who writes must not wait for ever
            self._stream.write(data.decode(errors="replace"))
