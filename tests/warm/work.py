"""What the processes of the tests do."""

from __future__ import annotations

import atexit
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def add(a: int, b: int) -> int:
    return a + b


def fail(text: str) -> None:
    raise ValueError(text)


def leave(code: int) -> None:
    os._exit(code)


def kill(number: int) -> None:
    os.kill(os.getpid(), number)


def sleep(seconds: float, mark: str = "") -> float:
    if mark:
        Path(mark).touch()
    time.sleep(seconds)
    return seconds


def with_child(mark: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(mark).write_text(str(child.pid))
    time.sleep(600)


def left_behind(mark: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(mark).write_text(str(child.pid))


def take(mib: int) -> int:
    return len(bytearray(mib << 20))


def environment() -> dict[str, Any]:
    return {"folder": str(Path.cwd()), "pid": os.getpid(), "parent": os.getppid(), "group": os.getpgrp()}


def draw(who: str) -> list[float]:
    import numpy as np

    return [random.random(), float(np.random.random())]


def not_json() -> object:
    return object()


def loud() -> str:
    print("x" * 100_000)
    os.write(2, b"y" * 100_000)
    return "said"


def copy(source: str, target: str) -> str:
    Path(target).write_text(Path(source).read_text())
    return source


def kill_worker_once(mark: str) -> str:
    """Kill the process that holds the warm one, the first time."""
    if Path(mark).exists():
        return "second try"
    Path(mark).touch()
    warm = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()
    os.kill(int(warm[1]), 9)
    time.sleep(60)
    return "first try"


def write_pid(mark: str) -> None:
    Path(mark).write_text(str(os.getpid()))
    time.sleep(600)


def length(text: str) -> int:
    return len(text)


def leave_open() -> str:
    """Leave a temporary file, and a handler for the end."""
    atexit.register(Path("at-exit.txt").write_text, "handled")
    return tempfile.mkdtemp()
