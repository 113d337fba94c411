"""Put what the cells of a notebook say into it, as papermill does with a kernel behind sockets."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol, TextIO

import nbformat
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient

from cxresearch.warm.kernel import CellTimeoutError, Emit, Message

TIMEOUT = CellTimeoutError.__name__
SHOWN = {"display_data": ("data", "metadata"), "execute_result": ("data", "metadata", "execution_count")}
STRUCTURED = re.compile(r"application/(.*\+)?json$")
MOST = 1 << 26  # of a journal; a cell that prints without end is not all shown


class Kernel(Protocol):
    """What runs cells."""

    @property
    def dead(self) -> bool: ...

    @property
    def language_info(self) -> dict[str, Any]: ...

    def execute(self, code: str, *, cell_id: str | None, timeout: float | None, emit: Emit) -> Message: ...

    def comm(self, message: Message) -> None: ...


class WarmClient(PapermillNotebookClient):  # type: ignore[misc]
    """A notebook client whose kernel answers at once.

    Parameters
    ----------
    nb_man : papermill.engines.NotebookExecutionManager
    kernel : Kernel
    journal : Path, optional
        Every message is appended to this file, so that a killed report keeps what it had said.
    **more
        As for papermill's client.
    """

    def __init__(self, nb_man: Any, kernel: Kernel, journal: Path | None = None, **more: Any) -> None:
        super().__init__(nb_man, **more)
        self.warm = kernel
        self._journal = journal
        self._file: TextIO | None = None
        # what the model of an output widget answers to
        channel = SimpleNamespace(send=kernel.comm)
        session = getattr(kernel, "session", None)
        self.kc = SimpleNamespace(session=session, shell_channel=channel, allow_stdin=False)

    def execute(self, **kwargs: Any) -> Any:
        """Run all cells."""
        self.reset_execution_trackers()
        with self._writing():
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = self.warm.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, *_: Any, **__: Any) -> Any:
        """Run one cell; raises what papermill expects when it fails."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self.warm.dead:
            raise DeadKernelError("Kernel died")
        cell["metadata"]["execution"] = {}
        cell.outputs = []
        self.clear_before_next_output = False
        self.code_cells_executed += 1

        def emit(message: Message) -> None:
            self._note(cell_index, message)
            self._put(message, cell, cell_index)

        reply = self.warm.execute(cell.source, cell_id=cell.get("id"), timeout=self._get_timeout(cell), emit=emit)
        if reply["status"] == "error":
            allowed = (
                reply.get("ename") != TIMEOUT
                and not self.force_raise_errors
                and (self.allow_errors or reply.get("ename") in self.allow_error_names or "raises-exception" in tags)
            )
            if not allowed:
                raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _put(self, message: Message, cell: Any, index: int) -> None:
        """Add what was said to the cell; prints that follow each other are one output."""
        before = len(cell.outputs)
        if self._plain(message):
            kind, content = message["msg_type"], message["content"]
            told = {"output_type": kind, **{name: content[name] for name in SHOWN[kind]}}
            cell.outputs.append(nbformat.from_dict(told))  # type: ignore[no-untyped-call]
            if "execution_count" in told:
                cell["execution_count"] = told["execution_count"]
            self.nb_man.autosave_cell()
            return
        self.process_message(message, cell, index)
        if len(cell.outputs) == before + 1 and before and message["msg_type"] == "stream":
            last, new = cell.outputs[-2:]
            if last.output_type == "stream" and last.name == new.name:
                last.text += new.text
                cell.outputs.pop()

    def _plain(self, message: Message) -> bool:
        """Tell whether something shown is sound and concerns nothing but its cell.

        For those the library would do no more than this client, and compare them with the schema of notebooks, which
        takes longer than all the rest.
        """
        content = message["content"]
        if message["msg_type"] not in SHOWN or (content.get("transient") or {}).get("display_id"):
            return False
        watched = self.log_output or self.stdout_file or self.stderr_file or self.clear_before_next_output
        if watched or self.output_hook_stack[message["parent_header"].get("msg_id")]:
            return False
        data, metadata = content["data"], content["metadata"]
        return (
            isinstance(data, dict)
            and isinstance(metadata, dict)
            and all(isinstance(value, str) or STRUCTURED.match(mime) for mime, value in data.items())
        )

    def _note(self, index: int, message: Message) -> None:
        if self._file is None:
            return
        kept = {name: message[name] for name in ("header", "parent_header", "msg_type", "content")}
        try:
            self._file.write(json.dumps({"cell": index, "message": kept}, default=str) + "\n")
            self._file.flush()
        except OSError:  # a full disk is no fault of the cell
            self._file = None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        if self._journal is None:
            yield
            return
        with self._journal.open("w", encoding="utf-8", errors="backslashreplace") as file:
            self._file = file
            file.write(json.dumps({"notebook": self.nb}) + "\n")
            file.flush()
            yield


def salvaged(journal: Path, kind: str, message: str) -> dict[str, Any] | None:
    """Return the notebook of a report that was killed, with all it had said, and why it ended.

    Parameters
    ----------
    journal : Path
        As :class:`WarmClient` wrote it; its last line may be torn.
    kind, message : str
        The error to show under the cell that ran.

    Returns
    -------
    dict or None
        None where not even the first line is whole.
    """
    try:
        with journal.open(encoding="utf-8") as file:
            first, lines = file.readline(), file.readlines(MOST)
        notebook = nbformat.from_dict(json.loads(first)["notebook"])  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        return None
    client = WarmClient(SimpleNamespace(nb=notebook, autosave_cell=lambda: None), _Silent())
    client.reset_execution_trackers()
    client.record_timing = client.clear_before_next_output = False
    index = 0
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            break
        index, said = entry["cell"], entry["message"]
        cell = notebook.cells[index]
        cell.setdefault("outputs", [])
        client._put({**said, "buffers": []}, cell, index)
    told = {"ename": kind, "evalue": message, "traceback": [f"{kind}: {message}"]}
    error = nbformat.v4.new_output("error", **told)  # type: ignore[no-untyped-call]
    if notebook.cells:
        notebook.cells[index].setdefault("outputs", []).append(error)
    return dict(notebook)


class _Silent:
    """Stands for a kernel that is gone."""

    dead = True
    language_info: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.session = Session(username="nobody", key=os.urandom(8))

    def execute(self, code: str, *, cell_id: str | None, timeout: float | None, emit: Emit) -> Message:
        raise DeadKernelError("Kernel died")

    def comm(self, message: Message) -> None:
        """Nobody answers."""
