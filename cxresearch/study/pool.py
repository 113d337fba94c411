"""Several notebooks at a time, each in a process of its own, none left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from cxresearch.study.engine import rescue
from cxresearch.study.outcome import Outcome
from cxresearch.study.plan import Task
from cxresearch.study.progress import Progress
from cxresearch.warm import Ended, Job, Processes, processes, warm_modules

TICK = 0.2
TRIES = 2
STUCK = "Timeout ("  # how the interpreter says that a cell could not be stopped any other way


def execute_all(
    tasks: tuple[Task, ...],
    target: Callable[[Task], Path],
    jobs: int | None,
    progress: Progress,
    pool: Processes | None = None,
) -> tuple[Outcome, ...]:
    """Execute all tasks and return their outcomes in the order of the tasks.

    A process that dies (the system ran out of memory, say) fails its own task only, after a second try.
    """
    done: dict[int, Outcome] = {}
    tries = [0] * len(tasks)
    progress.start(len(tasks))
    with tempfile.TemporaryDirectory(prefix="cx-", ignore_cleanup_errors=True) as folder:
        made = [job_of(task, target(task), Path(folder) / f"{i}.jsonl", str(i)) for i, task in enumerate(tasks)]
        try:
            own = (
                processes(jobs and min(jobs, len(tasks)), preload=warm_modules()) if pool is None else nullcontext(pool)
            )
            with own as ready:
                for i, job in enumerate(made):
                    ready.submit(job)
                    progress.begin(tasks[i])
                while len(done) < len(tasks):
                    progress.tick()
                    for ended in ready.wait(TICK):
                        i = int(ended.job.id)
                        tries[i] += 1
                        if ended.cause == "died" and tries[i] < TRIES:
                            progress.again(tasks[i])
                            ready.submit(ended.job)
                            continue
                        done[i] = outcome_of(ended)
                        progress.finish(done[i])
        finally:
            progress.stop()
    return tuple(done[i] for i in range(len(tasks)))


def job_of(task: Task, target: Path, journal: Path, name: str, cell_timeout: float | None = None) -> Job:
    """Return the job that executes a task."""
    return Job(
        id=name,
        function="cxresearch.study.engine:execute_job",
        arguments={
            "section": task.section,
            "language": task.language,
            "notebook": str(task.notebook),
            "parameters": task.parameters,
            "folder": str(task.folder),
            "target": str(target),
            "cell_timeout": cell_timeout,
            "journal": str(journal),
        },
        folder=str(task.folder),
    )


def outcome_of(ended: Ended) -> Outcome:
    """Return what became of a task; of one that was killed, what it had said is written all the same."""
    if ended.cause == "done":
        return Outcome.of(ended.value)
    given = ended.job.arguments
    kinds = {
        "timeout": ("ReportTimeout", f"The notebook was stopped after {ended.seconds:.0f} s."),
        "died": ("ProcessDied", ended.message or "The process that ran this notebook died."),
        "raised": ("EngineError", ended.message.strip().splitlines()[-1] if ended.message else "It raised."),
        "cancelled": ("Cancelled", "It was cancelled."),
    }
    kind, message = kinds[ended.cause]
    if ended.cause == "died" and STUCK in ended.message:
        kind, message = "CellTimeoutError", "The cell ran longer than allowed and could not be interrupted."
    return rescue(
        given["section"],
        given["language"],
        given["folder"],
        given["target"],
        given["journal"],
        kind=kind,
        message=message,
        seconds=ended.seconds,
    )
