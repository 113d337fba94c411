"""The jobs that wait for a process, whatever kind of process it is."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Collection

from cxresearch.warm.job import Ended, Job


class Queue(ABC):
    """What both pools on this machine have in common.

    Parameters
    ----------
    jobs : int, optional
        How many run at once; by default as many as there are processors.
    """

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = max(1, jobs or os.cpu_count() or 1)
        self._waiting: deque[Job] = deque()
        self._ended: list[Ended] = []

    def submit(self, job: Job) -> None:
        """Queue a job.

        Raises
        ------
        ValueError
            When a job of that id runs or waits.
        """
        if job.id in self._names() or any(job.id == other.id for other in self._waiting):
            raise ValueError(f"A job {job.id!r} runs or waits already.")
        self._waiting.append(job)
        self._fill()

    def cancel(self, job_id: str) -> None:
        """End a job that runs or waits."""
        for job in [job for job in self._waiting if job.id == job_id]:
            self._waiting.remove(job)
            self._ended.append(Ended(job=job, cause="cancelled"))
        if job_id in self._names():
            self._end(job_id)

    @abstractmethod
    def _names(self) -> Collection[str]:
        """Return the ids of what runs."""

    @abstractmethod
    def _fill(self) -> None:
        """Start what waits, as far as there is room."""

    @abstractmethod
    def _end(self, job_id: str) -> None:
        """End a job that runs; it comes back as cancelled."""
