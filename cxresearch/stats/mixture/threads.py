"""Several fits at a time, and the same numbers however many there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

_lock = threading.Lock()
_inside = 0
_limits: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep matrix products on one core: faster for small ones, and their last digits do not depend on the machine."""
    global _inside, _limits
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with _lock:
        if _inside == 0:
            _limits = threadpool_limits(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _limits.restore_original_limits()


def in_turn(
    function: Callable[[Task], Outcome],
    tasks: Sequence[Task],
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of each task in order, `jobs` at a time; whoever stops listening cancels the rest.

    Examples
    --------
    >>> list(in_turn(abs, [-1, 2, -3], jobs=2))
    [1, 2, 3]
    """
    with one_thread():
        if jobs == 1:
            for done, task in enumerate(tasks, start=1):
                outcome = function(task)
                if progress is not None:
                    progress(done, len(tasks))
                yield outcome
            return
        pool = ThreadPoolExecutor(jobs)
        try:
            for done, future in enumerate([pool.submit(function, task) for task in tasks], start=1):
                outcome = future.result()
                if progress is not None:
                    progress(done, len(tasks))
                yield outcome
        finally:
            pool.shutdown(cancel_futures=True)
