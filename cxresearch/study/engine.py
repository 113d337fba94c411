"""Execute one notebook in a worker process.

The one place that knows papermill.  Another engine is another function beside :func:`_papermill`.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from cxresearch.study.outcome import NOT_ENOUGH, Outcome, Problem
from cxresearch.study.plan import Task
from cxresearch.study.portable import first_error, portable

ENGINE = "papermill"
KERNEL = "cxresearch"
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)

LONGEST_SOCKET = 90  # the system's limit is 104 to 108, and a number is appended

_scratch = Path()
_number = itertools.count()


def write_kernel(scratch: Path) -> None:
    """Describe a kernel that is the Python we run in, one thread, no random hashes.

    The user's own kernels of the name ``python3`` may be another Python; a report must not be.
    """
    folder = scratch / "kernels" / KERNEL
    folder.mkdir(parents=True)
    spec = {
        "argv": [
            sys.executable,
            "-Xfrozen_modules=off",
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
        ],
        "display_name": "cxresearch",
        "language": "python",
        "env": {**dict.fromkeys(THREADS, "1"), "PYTHONHASHSEED": "0"},
    }
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def start_worker(scratch: Path) -> None:
    """Prepare a worker process: quiet, deaf to Ctrl-C (the parent decides), own kernel folders."""
    global _scratch
    _scratch = scratch
    signal.signal(signal.SIGINT, lambda *_: None)
    own = scratch / f"ipython-{os.getpid()}"
    os.environ.update(
        JUPYTER_PATH=str(scratch),
        JUPYTER_RUNTIME_DIR=str(scratch / "runtime"),
        IPYTHONDIR=str(own),
        JUPYTER_PLATFORM_DIRS="1",
    )
    # kernels inherit these; what they have to say stands in the notebooks
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    warnings.simplefilter("ignore")
    for name in ("papermill", "nbclient", "traitlets", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def execute(task: Task, target: Path) -> Outcome:
    """Execute a task and write the notebook, finished or stopped, to `target`.

    Never raises for what goes wrong in a notebook.
    """
    begun = time.perf_counter()
    raw = _scratch / f"{os.getpid()}-{next(_number)}.ipynb"
    raised: Exception | None = None
    try:
        _papermill(task, raw)
    except Exception as error:  # whatever the engine raises is told on the page
        raised = error
    problem: Problem | None = None
    if raw.exists():
        notebook = portable(json.loads(raw.read_text(encoding="utf-8")), task.folder, _scratch)
        problem = first_error(notebook)
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        target.write_text(text, encoding="utf-8", errors="replace")
        raw.unlink()
    if raised is not None and problem is None:
        problem = Problem(kind=type(raised).__name__, message=str(raised).strip() or type(raised).__name__)
    status: Any = "ok" if problem is None else "not-reportable" if problem.kind == NOT_ENOUGH else "failed"
    seconds = time.perf_counter() - begun
    return Outcome(section=task.section, language=task.language, status=status, seconds=seconds, problem=problem)


def _papermill(task: Task, raw: Path) -> None:
    import nbformat
    import papermill
    from traitlets.config import Config

    # a node instead of a path: papermill would fill braces in a path with parameters
    node = nbformat.read(task.notebook, as_version=4)  # type: ignore[no-untyped-call]
    config = Config()
    socket = str(raw.with_suffix(".ipc"))
    if os.name == "posix" and len(socket) < LONGEST_SOCKET:
        # files of our own: no ports to collide on, nothing to listen in to
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = socket
    papermill.execute_notebook(
        node,
        str(raw),
        parameters=task.parameters,
        kernel_name=KERNEL if _is_python(node) else None,
        language="python" if _is_python(node) else None,
        cwd=str(task.folder),
        progress_bar=False,
        request_save_on_cell_execute=True,
        autosave_cell_every=0,
        config=config,
    )


def _is_python(node: Any) -> bool:
    spec = node.metadata.get("kernelspec", {})
    language = spec.get("language") or node.metadata.get("language_info", {}).get("name") or "python"
    return str(language).lower() == "python"
