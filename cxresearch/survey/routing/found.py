"""What is found about one part of a plan."""

from __future__ import annotations

from dataclasses import dataclass, field

from cxresearch.survey.expression import Value

Memory = tuple[Value | None, ...]
Chain = tuple["Chain", str] | None
Best = tuple[float, Chain]

MOST_MEMORIES = 30_000  # answers that are followed at once
MOST_WORK = 1_000_000  # steps of answers, all in all; after that only a few are followed
FEW = 300


@dataclass
class Effort:
    """How much was looked at; shared by the parts of one form."""

    spent: int = 0

    @property
    def most(self) -> int:
        """How many answers may be followed at once."""
        return MOST_MEMORIES if self.spent < MOST_WORK else FEW


@dataclass
class Count:
    """How many different courses one part has.

    Parameters
    ----------
    alive : dict of int to int
        Page to the courses up to its end, without those that ended.
    ended : dict of int to int
        Page to the courses that end there.
    """

    alive: dict[int, int] = field(default_factory=dict)
    ended: dict[int, int] = field(default_factory=dict)
    exact: bool = True


@dataclass
class Reach:
    """What one part can show.

    Parameters
    ----------
    seen : dict of (kind, id) to set of bool
        Whether a step's whole condition was met, and whether it was not.
    own : dict of (kind, id) to set of bool
        The same of its own condition, where its page and block are shown.
    dead : int, optional
        Page after which nobody is left.
    shortest, longest : tuple, optional
        Seconds and questions; None where everybody is screened out.
    """

    seen: dict[tuple[str, str], set[bool]] = field(default_factory=dict)
    own: dict[tuple[str, str], set[bool]] = field(default_factory=dict)
    dead: int | None = None
    shortest: Best | None = (0.0, None)
    longest: Best | None = (0.0, None)
    exact: bool = True
