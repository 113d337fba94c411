"""What became of an executed notebook."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["ok", "not-reportable", "failed", "disagree"]

NOT_ENOUGH = "NotEnoughData"
_FAULT = re.compile(r"^(?:(?P<place>\S.*?): )?(?:error|warning|note) (?P<code>[\w.-]+): (?P<text>.+)$", re.DOTALL)
_HINTS = {
    "ModuleNotFoundError": "module",
    "ImportError": "module",
    "FileNotFoundError": "file",
    "MemoryError": "memory",
    "DeadKernelError": "died",
    "ProcessDied": "died",
    "CellTimeoutError": "timeout",
    "ReportTimeout": "timeout",
    "DiskFull": "disk",
    "NameError": "name",
    "NoSuchKernel": "kernel",
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a notebook stopped.

    Parameters
    ----------
    kind : str
        Class of the exception.
    message : str
        As the exception tells it.
    cell : int, optional
        Position in the notebook as it is stored, one-based.
    """

    kind: str
    message: str
    cell: int | None = None
    raised: str | None = None

    @property
    def told(self) -> str:
        """The message without the place and code that errors of this package carry in front.

        Examples
        --------
        >>> Problem(kind="NotEnoughData", message="error gaps.few: Only 3 answers.").told
        'Only 3 answers.'
        """
        found = _FAULT.match(self.message.strip())
        return found["text"] if found else self.message.strip()

    @property
    def code(self) -> str | None:
        """The code of a fault of this package."""
        found = _FAULT.match(self.message.strip())
        return found["code"] if found else None

    @property
    def hint(self) -> str:
        """The last part of the word key ``study.hint.*`` that tells what to do."""
        return "fault" if self.code else _HINTS.get(self.kind, "cell" if self.cell else "other")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One notebook in one language after its execution.

    Parameters
    ----------
    section, language : str
    status : {"ok", "not-reportable", "failed", "disagree"}
        ``disagree``: it ran, but its numbers differ from those in another language.
    seconds : float
        Wall-clock time.
    problem : Problem, optional
    """

    section: str
    language: str
    status: Status
    seconds: float
    problem: Problem | None = None

    @property
    def good(self) -> bool:
        """Tell whether nothing went wrong; too little data is a finding, not a failure."""
        return self.status in ("ok", "not-reportable")

    def record(self) -> dict[str, Any]:
        """Return it as JSON can hold it; :meth:`of` reads it back.

        Examples
        --------
        >>> outcome = Outcome(section="gaps", language="de", status="ok", seconds=1.5)
        >>> Outcome.of(outcome.record()) == outcome
        True
        """
        return asdict(self)

    @classmethod
    def of(cls, record: dict[str, Any]) -> Outcome:
        """Return the outcome that :meth:`record` wrote."""
        problem = record["problem"]
        return cls(**{**record, "problem": Problem(**problem) if problem else None})
