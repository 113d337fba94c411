"""Execute one notebook, in a process of its own.

The one place that knows papermill.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import sys
import tempfile
import time
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cxresearch.study.outcome import NOT_ENOUGH, Outcome, Problem, Status
from cxresearch.study.portable import first_error, portable
from cxresearch.warm.child import forked
from cxresearch.warm.forked import THREADS

ENGINE, WARM = "papermill", "cxresearch"
KERNEL = "cxresearch"

SEED = "__import__('random').seed({0}), __import__('numpy').random.seed({0});"
LONGEST_SOCKET = 90  # the system's limit is 104 to 108, and a number is appended


def execute_job(
    section: str,
    language: str,
    notebook: str,
    parameters: dict[str, Any],
    folder: str,
    target: str,
    cell_timeout: float | None = None,
    journal: str | None = None,
) -> dict[str, Any]:
    """Execute a notebook and write it, finished or stopped, to `target`.

    Never raises for what goes wrong in a notebook.

    Parameters
    ----------
    section, language : str
        Carried to the outcome.
    notebook : str
        Path of the notebook.
    parameters : dict
    folder : str
        Working directory of the kernel; its path becomes ``.`` in what is written.
    target : str
        Where the executed notebook goes.
    cell_timeout : float, optional
        Seconds that one cell may take.
    journal : str, optional
        File that keeps what was said so far, for :func:`rescue`; removed when all is written.

    Returns
    -------
    dict
        What :meth:`cxresearch.study.outcome.Outcome.record` returns.
    """
    from papermill.execute import raise_for_execution_errors
    from papermill.iorw import load_notebook_node

    begun = time.perf_counter()
    _quiet()
    seed = _seed(section, parameters)
    raised: Exception | None = None
    executed: Any = None
    with tempfile.TemporaryDirectory(prefix="cx-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        raw = scratch / "raw.ipynb"
        try:
            node = load_notebook_node(notebook)
            if forked() and _is_python(node):
                executed = _warm(node, parameters, folder, cell_timeout, journal)
                raise_for_execution_errors(executed, None)
            else:
                _papermill(node, parameters, folder, raw, cell_timeout, seed)
        except Exception as error:  # whatever the engine raises is told on the page
            raised = error
        content = _as_stored(executed) if executed else _read(raw)
        if content is None and raised is not None and journal:
            content = _salvaged(journal, type(raised).__name__, str(raised).strip())
        problem = _written(content, Path(folder), scratch, Path(target)) if content else None
    if raised is not None and problem is None:
        problem = Problem(kind=type(raised).__name__, message=str(raised).strip() or type(raised).__name__)
    if journal:
        Path(journal).unlink(missing_ok=True)
    seconds = time.perf_counter() - begun
    return _outcome(section, language, problem, seconds).record()


def rescue(
    section: str, language: str, folder: str, target: str, journal: str, *, kind: str, message: str, seconds: float
) -> Outcome:
    """Write what a notebook had said before its process was killed, and why, to `target`.

    Parameters
    ----------
    section, language, folder, target, journal : str
        As given to :func:`execute_job`.
    kind, message : str
        What happened.
    seconds : float
    """
    problem = Problem(kind=kind, message=message)
    found = _salvaged(journal, kind, message)
    if found is not None:
        # whatever goes wrong here is less than what is told already
        with contextlib.suppress(Exception):
            problem = _written(found, Path(folder), Path(tempfile.gettempdir()), Path(target)) or problem
    Path(journal).unlink(missing_ok=True)
    return _outcome(section, language, problem, seconds)


def _salvaged(journal: str, kind: str, message: str) -> dict[str, Any] | None:
    from cxresearch.warm.client import salvaged

    try:
        return salvaged(Path(journal), kind, message) if Path(journal).exists() else None
    except Exception:  # a journal may be torn in any way
        return None


def _as_stored(node: Any) -> dict[str, Any]:
    """Return a notebook as a file holds it."""
    from nbformat.v4.rwbase import split_lines, strip_transient

    stored: dict[str, Any] = split_lines(strip_transient(node))  # type: ignore[no-untyped-call]
    return stored


def _read(raw: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(raw.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content


def _written(content: dict[str, Any], folder: Path, scratch: Path, target: Path) -> Problem | None:
    notebook = portable(content, folder, scratch)
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.write_text(text, encoding="utf-8", errors="replace")
    unfinished.replace(target)
    return first_error(notebook)


def _outcome(section: str, language: str, problem: Problem | None, seconds: float) -> Outcome:
    status: Status = "ok" if problem is None else "not-reportable" if problem.kind == NOT_ENOUGH else "failed"
    return Outcome(section=section, language=language, status=status, seconds=seconds, problem=problem)


def _seed(section: str, parameters: dict[str, Any]) -> int:
    """Draw the same random numbers for the same question, in every language.

    Those of numpy are the same in an ordinary kernel; the module ``random`` is used by the kernel itself there.
    """
    asked = {name: value for name, value in parameters.items() if name != "language"}
    seed = zlib.crc32(json.dumps([section, asked], sort_keys=True, default=str).encode())
    random.seed(seed)
    np.random.seed(seed)
    return seed


def _quiet() -> None:
    """Keep the engine from talking; what notebooks have to say stands in them."""
    own = forked()  # then the cells run in this very process, and their warnings are theirs
    if not own:
        warnings.simplefilter("ignore")
    for name in ("papermill", "nbclient") if own else ("papermill", "nbclient", "traitlets", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _warm(node: Any, parameters: dict[str, Any], folder: str, cell_timeout: float | None, journal: str | None) -> Any:
    """Execute a notebook in this very process.

    The steps of :func:`papermill.execute_notebook`, less the files it writes and reads on the way.
    """
    from papermill.engines import NotebookExecutionManager
    from papermill.execute import remove_error_markers
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import chdir

    from cxresearch.warm.engine import WarmEngine

    class _Manager(NotebookExecutionManager):  # type: ignore[misc]
        def cell_complete(self, cell: Any, cell_index: int | None = None, **_: Any) -> None:
            """Keep what became of a cell; when, is not told in a report."""
            if cell.metadata.papermill["status"] != self.FAILED:
                cell.metadata.papermill["status"] = self.COMPLETED

    if parameters:
        node = parameterize_notebook(node, parameters, kernel_name=KERNEL, language="python", engine_name=WARM)
    manager = _Manager(remove_error_markers(node), progress_bar=False, autosave_cell_every=0)
    manager.notebook_start()
    try:
        with chdir(folder):
            WarmEngine.execute_managed_notebook(manager, KERNEL, execution_timeout=cell_timeout, journal=journal)
    finally:
        manager.notebook_complete()
    return manager.nb


def _papermill(
    node: Any, parameters: dict[str, Any], folder: str, raw: Path, cell_timeout: float | None, seed: int
) -> None:
    import papermill

    python = _is_python(node)
    with _kernels(raw.parent, seed) as config:
        papermill.execute_notebook(
            node,  # instead of a path: papermill would fill braces in a path with parameters
            str(raw),
            parameters=parameters,
            kernel_name=KERNEL if python else None,
            language="python" if python else None,
            cwd=folder,
            progress_bar=False,
            autosave_cell_every=0,
            execution_timeout=cell_timeout,
            request_save_on_cell_execute=True,
            config=config,
        )


@contextlib.contextmanager
def _kernels(scratch: Path, seed: int) -> Iterator[Any]:
    """Yield what papermill has to know to start a kernel that is the Python we run in."""
    from traitlets.config import Config

    write_kernel(scratch, seed)
    before = dict(os.environ)
    places = [str(scratch), *filter(None, [before.get("JUPYTER_PATH")])]
    os.environ.update(
        JUPYTER_PATH=os.pathsep.join(places),
        JUPYTER_RUNTIME_DIR=str(scratch / "runtime"),
        IPYTHONDIR=str(scratch / "ipython"),
    )
    config = Config()
    socket = str(scratch / "kernel.ipc")
    if os.name == "posix" and len(socket) < LONGEST_SOCKET:
        # files of our own: no ports to collide on, nothing to listen in to
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = socket
    try:
        yield config
    finally:
        os.environ.clear()
        os.environ.update(before)


def write_kernel(scratch: Path, seed: int = 0) -> None:
    """Describe a kernel that is the Python we run in, one thread, no random hashes, random numbers from a seed.

    The user's own kernels of the name ``python3`` may be another Python; a report must not be.
    """
    folder = scratch / "kernels" / KERNEL
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [
            sys.executable,
            "-Xfrozen_modules=off",
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            f"--IPKernelApp.exec_lines={SEED.format(seed)}",
        ],
        "display_name": "cxresearch",
        "language": "python",
        "env": {**dict.fromkeys(THREADS, "1"), "PYTHONHASHSEED": "0"},
    }
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _is_python(node: Any) -> bool:
    spec = node.metadata.get("kernelspec", {})
    language = spec.get("language") or node.metadata.get("language_info", {}).get("name") or "python"
    return str(language).lower() == "python"
