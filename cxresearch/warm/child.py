"""What a forked process does with its job."""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import random
import signal
import sys
import tempfile
import traceback
import zlib
from pathlib import Path
from typing import Any, NoReturn

from cxresearch.warm.called import call

ANSWER, LOG = "answer.json", "log.txt"
PATIENCE = 5  # seconds
COLLECT = (20_000, 10, 10)  # a figure alone makes as many objects: collecting at every 700 takes a tenth of a report
_forked = False


def forked() -> bool:
    """Tell whether this is a process of its own for one job, so that a notebook may run in it."""
    return _forked


def work(request: dict[str, Any]) -> NoReturn:
    """Call the function of a job, leave its answer in the folder of the job and end the process."""
    global _forked
    _forked = True
    place = Path(request["place"])
    _redirect(place / LOG)
    atexit._clear()
    code = 1
    try:
        _own_temporary_folder(place / "tmp")
        _limit(request.get("memory"))
        _seed(request)
        gc.set_threshold(*COLLECT)
        os.chdir(request["folder"])
        leave_answer(place, request["function"], request["arguments"])
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        _finish()
        os._exit(code)  # not the exit of Python: its threads and modules are those of the process that was forked


def _finish() -> None:
    """Do what the end of a process does: handlers of the job run, files it left open are written."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(PATIENCE)  # the answer is there: what hangs now may be killed
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    with contextlib.suppress(BaseException):
        vars(sys.modules["__main__"]).clear()
        gc.collect()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()


def _own_temporary_folder(folder: Path) -> None:
    """Keep temporary files in the folder of the job, which goes away with it."""
    folder.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def leave_answer(place: Path, function: str, arguments: dict[str, Any]) -> None:
    """Call a function and write what it returned or raised, whole or not at all."""
    answer: dict[str, Any]
    try:
        answer = {"value": call(function, arguments)}
        text = json.dumps(answer)
    except Exception as error:
        told = "".join(traceback.format_exception(error))
        text = json.dumps({"raised": f"{type(error).__name__}: {error}", "trace": told})
    unfinished = place / "answer.part"
    unfinished.write_text(text, encoding="utf-8", errors="backslashreplace")
    unfinished.replace(place / ANSWER)


def _redirect(log: Path) -> None:
    with log.open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)


def _limit(memory: int | None) -> None:
    """Let allocations beyond so many MiB fail; private memory is what the system counts here."""
    if not memory or sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[5])  # data and stack
    allowed = pages * resource.getpagesize() + (memory << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))


def _seed(request: dict[str, Any]) -> None:
    """Give every job random numbers of its own, the same ones in every run.

    A fork would hand the same state to all of them.
    """
    seed = zlib.crc32(json.dumps([request["function"], request["arguments"]], sort_keys=True).encode())
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
