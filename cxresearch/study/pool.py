"""Several notebooks at a time, each worker a process of its own, none left behind."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from cxresearch.study.engine import execute, start_worker, write_kernel
from cxresearch.study.outcome import Outcome, Problem
from cxresearch.study.plan import Task
from cxresearch.study.progress import Progress

TICK = 0.2


def execute_all(
    tasks: tuple[Task, ...], target: Callable[[Task], Path], jobs: int | None, progress: Progress
) -> tuple[Outcome, ...]:
    """Execute all tasks and return their outcomes in the order of the tasks.

    A worker that dies (the system ran out of memory, say) fails its own task only: what ran beside it
    is tried once more.
    """
    jobs = max(1, min(jobs or os.cpu_count() or 1, len(tasks)))
    done: dict[int, Outcome] = {}
    waiting = list(range(len(tasks)))
    tries = [0] * len(tasks)
    progress.start(len(tasks))
    try:
        while waiting:
            # after a worker died one at a time, so that the guilty task is known
            width = 1 if any(tries[i] for i in waiting) else jobs
            waiting = _round(tasks, waiting, tries, target, width, progress, done)
    finally:
        progress.stop()
    return tuple(done[i] for i in range(len(tasks)))


def _round(
    tasks: tuple[Task, ...],
    waiting: list[int],
    tries: list[int],
    target: Callable[[Task], Path],
    jobs: int,
    progress: Progress,
    done: dict[int, Outcome],
) -> list[int]:
    """Run until everything is done or a worker died; return what is left."""
    queue = list(waiting)
    running: dict[Future[Outcome], int] = {}
    with tempfile.TemporaryDirectory(prefix="cx-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        write_kernel(scratch)
        pool = ProcessPoolExecutor(
            jobs, multiprocessing.get_context("spawn"), initializer=start_worker, initargs=(scratch,)
        )
        broken = False
        try:
            while (queue and not broken) or running:
                while queue and len(running) < jobs and not broken:
                    index = queue.pop(0)
                    running[pool.submit(execute, tasks[index], target(tasks[index]))] = index
                    progress.begin(tasks[index])
                finished, _ = wait(running, timeout=TICK, return_when=FIRST_COMPLETED)
                progress.tick()
                for future in finished:
                    index = running.pop(future)
                    try:
                        outcome = future.result()
                    except BrokenProcessPool:
                        broken = True
                        tries[index] += 1
                        if tries[index] < 2:
                            queue.insert(0, index)
                            progress.again(tasks[index])
                            continue
                        outcome = _died(tasks[index])
                    done[index] = outcome
                    progress.finish(outcome)
        except BaseException:
            _kill(pool)
            raise
        pool.shutdown()
    return sorted(queue)


def _died(task: Task) -> Outcome:
    problem = Problem(kind="BrokenProcessPool", message="The process that ran this notebook died.")
    return Outcome(section=task.section, language=task.language, status="failed", seconds=0.0, problem=problem)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the workers and the kernels they started; kernels live in sessions of their own."""
    import psutil  # type: ignore[import-untyped]

    family: list[psutil.Process] = []
    for worker in list((pool._processes or {}).values()):
        try:
            process = psutil.Process(worker.pid)
            family += [*process.children(recursive=True), process]
        except psutil.NoSuchProcess:
            continue
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=5)
    pool.shutdown(wait=True, cancel_futures=True)
