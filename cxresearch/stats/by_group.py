"""One index for every group: the result of the agreement indices, and sums within groups in O(n)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxresearch.stats._check import Floats, Ints, codes_of, matrix, too_few


class Spread(NamedTuple):
    """How an index is spread over the groups that have it."""

    n_groups: int
    mean: float
    sd: float
    smallest: float
    low_quartile: float
    median: float
    high_quartile: float
    largest: float


@dataclass(frozen=True, kw_only=True, eq=False)
class ByGroup:
    """One index of agreement for every group, unrounded.

    Parameters
    ----------
    index : str
        ``"rwg"``, ``"ad_mean"``, ``"ad_median"`` or ``"awg"``.
    labels : tuple
        Groups, sorted.
    n : ndarray, shape (G,)
        Members of each group.
    values : ndarray, shape (G,)
        NaN where a group has no value (one member, or a mean too near the end of the scale for `awg`).
    cut : ndarray of bool, shape (G,)
        Groups whose value was set to 0 because their answers vary more than the null distribution's.
    method : str
        Short technical English description.

    Examples
    --------
    >>> result = by_group("rwg", ["a", "b"], np.array([3, 1]), np.array([0.75, np.nan]), np.array([False] * 2), "-")
    >>> result.spread.n_groups, result.share_at_least(0.7)
    (1, 1.0)
    """

    index: str
    labels: tuple[Any, ...]
    n: Ints
    values: Floats
    cut: NDArray[np.bool_]
    method: str

    @property
    def spread(self) -> Spread:
        """Mean, SD and quartiles over the groups that have a value (NaN where there are too few)."""
        known = self.values[~np.isnan(self.values)]
        if known.size == 0:
            return Spread(0, *[np.nan] * 7)
        low, middle, high = (float(q) for q in np.quantile(known, [0.25, 0.5, 0.75]))
        sd = float(known.std(ddof=1)) if known.size > 1 else np.nan
        return Spread(known.size, float(known.mean()), sd, float(known.min()), low, middle, high, float(known.max()))

    def share_at_least(self, value: float) -> float:
        """Share of the groups with a value that reach `value` (for rwg and awg more is better)."""
        return self._share(self.values >= value)

    def share_at_most(self, value: float) -> float:
        """Share of the groups with a value at or below `value` (for AD less is better)."""
        return self._share(self.values <= value)

    def _share(self, met: NDArray[np.bool_]) -> float:
        known = ~np.isnan(self.values)
        return float(met[known].mean()) if known.any() else np.nan


def read_groups(items: ArrayLike, groups: ArrayLike) -> tuple[Floats, Ints, list[Any], Ints]:
    """Return items as (n, j), the group of each row, the sorted labels, the members of each group."""
    given = np.asarray(items)
    x = matrix(given[:, None] if given.ndim == 1 else given, "items", rows=1, columns=1)
    codes, labels = codes_of(groups, x.shape[0], "groups")
    return x, codes, labels, np.bincount(codes)


def group_means(x: Floats, codes: Ints, count: Ints) -> Floats:
    """Mean of each item in each group, (G, j)."""
    return np.column_stack([np.bincount(codes, weights=c, minlength=count.size) / count for c in x.T])


def group_variance(x: Floats, codes: Ints, count: Ints) -> Floats:
    """Variance (n - 1) of each item in each group, NaN for groups of one."""
    squares = (x - group_means(x, codes, count)[codes]) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(count > 1, count / (count - 1), np.nan)
    result: Floats = group_means(squares, codes, count) * factor[:, None]
    return result


def group_medians(x: Floats, codes: Ints, count: Ints) -> Floats:
    """Median of each item in each group, (G, j)."""
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    columns = [column[np.lexsort((column, codes))] for column in x.T]
    return np.column_stack([(c[start + (count - 1) // 2] + c[start + count // 2]) / 2 for c in columns])


def by_group(
    index: str, labels: list[Any], count: Ints, values: Floats, cut: NDArray[np.bool_], method: str
) -> ByGroup:
    """Build the result; refused where no group has two members."""
    if count.max() < 2:
        raise too_few("too-few", "Every group has one member only.", given=1, allowed="a group of two or more")
    for array in (count, values, cut):
        array.setflags(write=False)
    return ByGroup(
        index=index,
        labels=tuple(v.item() if isinstance(v, np.generic) else v for v in labels),
        n=count,
        values=values,
        cut=cut,
        method=method,
    )
