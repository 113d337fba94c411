"""Groups of people: their order, and which of them must not be shown because they are few."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np


def in_order(groups: Iterable[Any]) -> list[Any]:
    """Sort codes as numbers, and words as words.

    Examples
    --------
    >>> in_order([10, 2, 1]), in_order(["b", "a"])
    ([1, 2, 10], ['a', 'b'])
    """
    listed = list(groups)
    numbers = all(isinstance(g, int | float | np.number) for g in listed)
    return sorted(listed) if numbers else sorted(listed, key=str)


def hidden(
    counts: Mapping[Any, int], sizes: Mapping[Any, int], minimum_cell: int, also: Collection[Any] = ()
) -> set[Any]:
    """Return the groups that must not be shown.

    Those below `minimum_cell`; and where a total that is known from elsewhere would give one of them away, or all
    of them together as a group below `minimum_cell`, the smallest other group as well.

    Parameters
    ----------
    counts : dict
        Group to its people with a score.
    sizes : dict
        Group to all its people, so that the same group is taken for every construct.
    also : collection
        Groups that are hidden for another reason.

    Examples
    --------
    >>> sorted(hidden({"a": 3, "b": 9, "c": 7}, {"a": 3, "b": 9, "c": 7}, 5))
    ['a', 'c']
    >>> sorted(hidden({"a": 3, "b": 4, "c": 7}, {"a": 3, "b": 4, "c": 7}, 5))
    ['a', 'b']
    """
    few = {g for g, n in counts.items() if n < minimum_cell}
    out = few | set(also)
    people = [counts[g] for g in out if counts[g]]
    if any(counts[g] for g in few) and (len(people) == 1 or sum(people) < minimum_cell):
        rest = [g for g in counts if g not in out]
        if rest:
            out.add(min(rest, key=lambda g: (sizes[g], str(g))))
    return out
