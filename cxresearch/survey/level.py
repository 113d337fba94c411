"""Measurement levels: what may be computed from an answer."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Nominal < ordinal < interval < ratio (Stevens 1946, Science 103:677-680).

    Examples
    --------
    >>> Level.ORDINAL < Level.INTERVAL
    True
    >>> Level.ORDINAL.permits("median"), Level.ORDINAL.permits("mean")
    (True, False)
    """

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"

    @property
    def rank(self) -> int:
        """Position in the order, 0 for nominal."""
        return list(Level).index(self)

    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, Level) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.rank <= other.rank if isinstance(other, Level) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.rank > other.rank if isinstance(other, Level) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.rank >= other.rank if isinstance(other, Level) else NotImplemented

    def permits(self, statistic: str) -> bool:
        """Tell whether a statistic is meaningful at this level.

        Parameters
        ----------
        statistic : {"share", "mode", "median", "rank", "mean", "difference", "ratio"}
        """
        needed = {
            "share": Level.NOMINAL,
            "mode": Level.NOMINAL,
            "median": Level.ORDINAL,
            "rank": Level.ORDINAL,
            "mean": Level.INTERVAL,
            "difference": Level.INTERVAL,
            "ratio": Level.RATIO,
        }
        return self >= needed[statistic]
