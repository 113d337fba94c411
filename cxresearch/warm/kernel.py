"""Run the cells of a notebook in this process, as a Jupyter kernel does.

The kernel is ipykernel's own, with its shell, display hook and comms; only what it says does not go
through sockets.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from types import FrameType, SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from ipykernel.kernelapp import IPKernelApp
from IPython import get_ipython
from jupyter_client.session import Session
from traitlets.config import Config

from cxresearch.warm.forked import INLINE
from cxresearch.warm.streams import KernelStream, Watched

Message = dict[str, Any]
Emit = Callable[[Message], None]
AGAIN = 3.0  # seconds after which a cell that caught its timeout is told again


class CellTimeoutError(BaseException):
    """A cell ran longer than allowed; not an ``Exception``, so that no cell swallows it by mistake."""


class _Session(Session):  # type: ignore[misc]
    """Hands messages over instead of sending them."""

    emit: Emit | None = None

    def send(  # type: ignore[override]
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, **more: Any
    ) -> Any:
        message = msg_or_type
        if not isinstance(message, dict):
            message = self.msg(
                msg_or_type, content=content, parent=parent, header=more.get("header"), metadata=more.get("metadata")
            )
        if stream is IOPUB and self.emit is not None:
            self.emit({**message, "buffers": more.get("buffers") or []})
        return message


IOPUB = SimpleNamespace(name="iopub")


class _Kernel(IPythonKernel):  # type: ignore[misc]
    @contextlib.contextmanager
    def _cancel_on_sigint(self, future: Any) -> Iterator[None]:
        yield  # an interrupt is raised where the cell is

    _dummy_context_manager = _cancel_on_sigint


class WarmKernel:
    """A kernel in this process.

    It may be made before a fork; nothing runs until :meth:`begin`.
    """

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False  # no thread, no database
        config.HistoryAccessor.enabled = False
        self.session = _Session(username="kernel", key=os.urandom(8))
        make: Any = _Kernel.instance  # where widgets look for their kernel
        self.kernel: Any = make(
            config=config,
            log=logging.getLogger(__name__),
            session=self.session,
            iopub_socket=IOPUB,
            shell_channel_thread=SimpleNamespace(parent_thread=None),
        )
        IPKernelApp.instance().kernel = self.kernel  # where %matplotlib looks for it
        self.shell: Any = self.kernel.shell
        self.shell.events.register("post_execute", _show_figures)
        self.shell.transform_cell = _Once(self.shell.transform_cell)
        self.shell.displayhook.get_execution_count = lambda: self.kernel.execution_count
        self._emit: Emit | None = None
        self._current = ""
        self._lock = threading.RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watched: tuple[Watched, ...] = ()
        self._received: list[Message] = []

    @property
    def dead(self) -> bool:
        """Tell whether a cell asked the kernel to exit."""
        return bool(self.shell.exit_now)

    @property
    def language_info(self) -> dict[str, Any]:
        """What a notebook says of its language."""
        return dict(self.kernel.language_info)

    def begin(self) -> None:
        """Take over the standard streams of the process, and start an event loop."""
        os.environ.setdefault("MPLBACKEND", INLINE)
        self.session.pid = os.getpid()
        self.session.emit = self._said
        streams = [KernelStream(name, self._printed) for name in ("stdout", "stderr")]
        self._watched = tuple(Watched(stream) for stream in streams)
        sys.stdout, sys.stderr = streams
        if "" not in sys.path[:1]:
            sys.path.insert(0, "")
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)

    def execute(self, code: str, *, cell_id: str | None, timeout: float | None, emit: Emit) -> Message:
        """Run a cell and return the content of the reply; what it says goes to `emit` meanwhile."""
        assert self._loop is not None, "begin first"
        while self._received:
            message = self._received.pop(0)
            getattr(self.kernel.comm_manager, message["header"]["msg_type"])(None, [], message)
        request = self.session.msg("execute_request", {"code": code})
        self._emit, self._current = emit, request["header"]["msg_id"]
        self.kernel.set_parent([], request)
        self.session.send(IOPUB, "status", {"execution_state": "busy"}, parent=request)
        count = self.shell.execution_count
        self.session.send(IOPUB, "execute_input", {"code": code, "execution_count": count}, parent=request)
        running = self.kernel.do_execute(code, silent=False, store_history=True, cell_id=cell_id)
        try:
            with _alarm(timeout, self._watched[1].original):
                reply: Message = self._loop.run_until_complete(running)
        except (CellTimeoutError, KeyboardInterrupt) as error:
            # raised between the steps of a coroutine, where the shell cannot catch it
            self.shell.showtraceback((type(error), error, error.__traceback__))
            trace = self.shell._last_traceback or []
            reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": trace}
        finally:
            for stream, watched in zip((sys.stdout, sys.stderr), self._watched, strict=False):
                with contextlib.suppress(OSError):
                    watched.settle()
                with contextlib.suppress(ValueError):
                    stream.flush()
            with self._lock:
                self._emit = None
        cleaned: Message = json_clean(reply)  # type: ignore[no-untyped-call]
        return cleaned

    def comm(self, message: Message) -> None:
        """Take a message of a widget from the frontend; like any kernel's, it waits for the end of the cell."""
        self._received.append(message)

    def _said(self, message: Message) -> None:
        # what comes late belongs to a cell that is done: a client no longer listens for it
        with self._lock:
            if self._emit is not None and message["parent_header"].get("msg_id") == self._current:
                # through the wire format, so that a notebook holds what sockets would have brought
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of a display that JSON cannot hold as it is
                    content = self.session.unpack(self.session.pack(message["content"]))
                self._emit({"buffers": [], **message, "content": content})

    def _printed(self, name: str, text: str, header: dict[str, Any]) -> None:
        message = self.session.msg("stream", {"name": name, "text": text}, parent={"header": header})
        self._said(message)


class _Once:
    """Spare a cell, which kernel and shell ask for one after the other, the second transformation.

    Parameters
    ----------
    transform : callable
    """

    def __init__(self, transform: Callable[[str], str]) -> None:
        self._transform = transform
        self._last: tuple[str, str] | None = None

    def __call__(self, raw_cell: str) -> str:
        """Return the transformed cell."""
        last, self._last = self._last, None
        if last is not None and last[0] == raw_cell:
            return last[1]
        made = self._transform(raw_cell)
        self._last = (raw_cell, made)
        return made


@contextlib.contextmanager
def _alarm(seconds: float | None, log: int) -> Iterator[None]:
    """Raise in the main thread when the time is over, and end the process where that does not help."""
    if not seconds:
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise CellTimeoutError(f"The cell ran longer than {seconds:g} s.")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    faulthandler.dump_traceback_later(seconds + 2 * AGAIN, exit=True, file=log)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _show_figures() -> None:
    """Show and close the figures of a cell before pyplot, which comes next, draws them once more in vain."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None and inline.flush_figures in get_ipython().events.callbacks["post_execute"]:
        inline.flush_figures()


@cache
def kernel() -> WarmKernel:
    """Return the kernel of this process; made before a fork, every child has it ready."""
    return WarmKernel()
