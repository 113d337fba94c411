"""What can be asked of a pool of processes, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Protocol, Self

Cause = Literal["done", "raised", "died", "timeout", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A call in a process of its own.

    Parameters
    ----------
    id : str
        Name of the job in the pool.
    function : str
        ``"module:function"``; what it returns is something JSON can hold.
    arguments : dict
        Its keyword arguments; JSON.
    timeout : float, optional
        Seconds of wall clock after which the process and all that it started are killed.
    memory : int, optional
        MiB that the job may allocate beyond what it starts with.
    folder : str
        Working directory; by default that of the pool.
    reads, writes : tuple of str
        Files that another machine has to be given, and gives back.
    """

    id: str
    function: str
    arguments: dict[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    memory: int | None = None
    folder: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What became of a job.

    Parameters
    ----------
    job : Job
    cause : {"done", "raised", "died", "timeout", "cancelled"}
        ``raised``: the function raised; ``died``: its process ended without an answer.
    value : object
        What the function returned.
    message : str
        The traceback of what was raised, or how the process died.
    seconds : float
        Wall clock.
    peak : float
        Largest resident memory, MiB; 0 where it is not known.
    """

    job: Job
    cause: Cause
    value: Any = None
    message: str = ""
    seconds: float = 0.0
    peak: float = 0.0


class Processes(Protocol):
    """A pool of processes; leaving its block kills what still runs."""

    name: str

    @property
    def jobs(self) -> int:
        """How many run at once."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def submit(self, job: Job) -> None:
        """Queue a job; at most `jobs` run at once, in the order submitted."""

    def wait(self, seconds: float) -> list[Ended]:
        """Return what ended since the last call, after at most so many seconds."""

    def cancel(self, job_id: str) -> None:
        """End a job that runs or waits; it comes back as cancelled."""
