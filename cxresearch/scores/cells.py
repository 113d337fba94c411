"""Groups of people: their order and their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from cxresearch.result import plain


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


def called(groups: Iterable[Any], names: Collection[Any]) -> set[Any]:
    """Return the groups that go by one of these names, as a notebook's parameter writes them.

    Examples
    --------
    >>> called([1, 2, 3.0, "north"], ["3", "north", "south"]) == {3.0, "north"}
    True
    """
    wanted = {plain(name) for name in names}
    return {group for group in groups if plain(group) in wanted}
