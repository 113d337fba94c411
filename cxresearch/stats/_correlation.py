"""The noun of correlation matrices: what is known of one besides its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cxresearch.stats._check import Floats, too_few
from cxresearch.stats._items import frozen

Kind = Literal["pearson", "polychoric", "tetrachoric", "given"]

#: An eigenvalue must be above this for a matrix to count as positive definite.
DEFINITE = 1e-10

#: What the codes in ``Correlation.problems`` mean.
PROBLEMS = {
    "not_positive_definite": "an eigenvalue is zero or negative: items duplicate each other or n is too small",
    "edge": "the likelihood of a pair rises up to a correlation of 1 or -1; see `edge`",
    "not_converged": "the likelihood of a pair did not reach its maximum",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Correlation:
    """A correlation matrix and how it came about.

    Parameters
    ----------
    r : ndarray, shape (k, k)
        Read-only, unit diagonal.
    n : int
        Respondents with an answer to every item.
    n_dropped : int
        Respondents left out because an answer is missing (listwise deletion).
    kind : {"pearson", "polychoric", "tetrachoric", "given"}
    smallest_eigenvalue : float
    thresholds : tuple of tuple of float
        Standard normal cut points of each item; empty unless polychoric or tetrachoric.
    empty_cells, corrected_cells : int
        Cells of all pair tables that nobody chose, and how many of them got a correction.
    edge : tuple of (int, int)
        Pairs of items whose correlation ran to the edge of the interval.
    problems : tuple of str
        Codes, explained in ``PROBLEMS``.
    smoothed : float or None
        Largest change that :func:`smoothed` made to a correlation; None when it was not smoothed.
    """

    r: Floats
    n: int
    n_dropped: int
    kind: Kind
    smallest_eigenvalue: float
    thresholds: tuple[tuple[float, ...], ...] = ()
    empty_cells: int = 0
    corrected_cells: int = 0
    edge: tuple[tuple[int, int], ...] = ()
    problems: tuple[str, ...] = ()
    smoothed: float | None = None

    @property
    def k(self) -> int:
        """Number of items."""
        return int(self.r.shape[0])

    @property
    def positive_definite(self) -> bool:
        """Whether the matrix can be inverted with confidence."""
        return self.smallest_eigenvalue > DEFINITE


def need_definite(x: Correlation, what: str) -> None:
    """Raise where an inverse is needed and there is none."""
    if not x.positive_definite:
        raise too_few(
            "singular",
            f"{what} needs a positive definite correlation matrix; here items duplicate each other, "
            "or there are too few respondents. Leave out an item, or call smoothed() on purpose.",
            given=x.smallest_eigenvalue,
            allowed=f"a smallest eigenvalue above {DEFINITE}",
        )


def correlation_result(r: Floats, n: int, dropped: int, kind: Kind, problems: tuple[str, ...] = ()) -> Correlation:
    """Build the noun and look at the smallest eigenvalue."""
    smallest = float(np.linalg.eigvalsh(r)[0])
    if smallest <= DEFINITE:
        problems += ("not_positive_definite",)
    return Correlation(r=frozen(r), n=n, n_dropped=dropped, kind=kind, smallest_eigenvalue=smallest, problems=problems)
