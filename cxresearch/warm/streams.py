"""Standard output and error of a kernel that lives in this process."""

from __future__ import annotations

import contextlib
import contextvars
import io
import os
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
        os.dup2(write, self._descriptor)
        os.close(write)
        self._idle = threading.Event()
        threading.Thread(target=self._pump, daemon=True).start()

    def settle(self) -> None:
        """Wait until everything that was written so far has been read."""
        self._idle.clear()
        os.write(self._descriptor, b"\0\n")
        self._idle.wait(2)

    def _pump(self) -> None:
        rest = b""
        while data := os.read(self._read, 1 << 16):
            rest += data
            settled = b"\0\n" in rest
            text = rest.replace(b"\0\n", b"")
            rest = b""
            if text.endswith(b"\0"):
                text, rest = text[:-1], b"\0"
            if text:
                with contextlib.suppress(Exception):  # who writes must not wait for ever
                    self._stream.write(text.decode(errors="replace"))
            if settled:
                self._idle.set()
