"""How far the search is, for whoever waits at a notebook or a terminal; nothing is left behind when it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
STEPS = ("models", "likelihood", "structure", "continuum", "independence", "stability")
WIDTH = 24


@contextmanager
def watch(progress: bool | Progress) -> Iterator[Progress]:
    """Yield the function that steps report to.

    Examples
    --------
    >>> seen = []
    >>> with watch(lambda *step: seen.append(step)) as told:
    ...     told("models", 1, 8)
    >>> seen
    [('models', 1, 8)]
    """
    if callable(progress):
        yield progress
    elif not progress:
        yield lambda step, done, of: None
    elif handle := _notebook():
        try:
            yield lambda step, done, of: handle({"text/plain": _line(step, done, of)})
        finally:
            handle({"text/plain": ""})
    else:
        try:
            yield lambda step, done, of: _write(_line(step, done, of))
        finally:
            _write("")


def _line(step: str, done: int, of: int) -> str:
    filled = round(WIDTH * done / max(of, 1))
    number = STEPS.index(step) + 1 if step in STEPS else 0
    return f"{number}/{len(STEPS)} {step:<13} [{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{of}"


def _write(line: str) -> None:
    sys.stderr.write(f"\r\x1b[2K{line}")
    sys.stderr.flush()


def _notebook() -> Callable[[dict[str, str]], None] | None:
    """Return what updates one output of a running notebook kernel; None outside of one."""
    if "ipykernel" not in sys.modules:
        return None
    from IPython.display import display  # type: ignore[attr-defined]

    handle = display({"text/plain": ""}, raw=True, display_id=True)  # type: ignore[no-untyped-call]
    return (lambda data: handle.update(data, raw=True)) if handle is not None else None
