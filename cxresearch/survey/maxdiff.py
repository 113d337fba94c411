"""Which options stand in which task of a MaxDiff block."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

TRIES = 200


def design(options: Sequence[str], tasks: int, show: int, seed: int) -> tuple[tuple[str, ...], ...]:
    """Spread options over tasks.

    No two options differ by more than one in how often they are shown; of many such designs the one is taken
    in which pairs meet most evenly (Louviere, Flynn & Marley 2015, Best-Worst Scaling, ch. 2).

    Returns
    -------
    tuple of tuple of str
        The options of each task, in the order shown.

    Examples
    --------
    >>> design(["a", "b", "c", "d"], tasks=4, show=3, seed=1)[0]
    ('d', 'a', 'c')
    >>> sorted(Counter(one for task in design("abcdef", 6, 4, 1) for one in task).values())
    [4, 4, 4, 4, 4, 4]
    """
    rng = random.Random(seed)
    drawn = (_spread(list(options), tasks, show, rng) for _ in range(TRIES))
    return min(drawn, key=lambda found: _unevenness(found, len(options)))


def _spread(options: list[str], tasks: int, show: int, rng: random.Random) -> tuple[tuple[str, ...], ...]:
    shown: Counter[str] = Counter()
    met: Counter[frozenset[str]] = Counter()
    found = []
    for _ in range(tasks):
        task: list[str] = []
        while len(task) < show:
            left = [one for one in options if one not in task]
            fewest = min(shown[one] for one in left)
            rare = [one for one in left if shown[one] == fewest]
            rng.shuffle(rare)
            chosen = min(rare, key=lambda one: sum(met[frozenset((one, other))] for other in task))
            met.update(frozenset((chosen, other)) for other in task)
            shown[chosen] += 1
            task.append(chosen)
        rng.shuffle(task)
        found.append(tuple(task))
    return tuple(found)


def _unevenness(found: Sequence[Sequence[str]], options: int) -> float:
    met = Counter(frozenset(pair) for task in found for pair in itertools.combinations(task, 2))
    mean = sum(met.values()) / (options * (options - 1) / 2)
    never = options * (options - 1) // 2 - len(met)
    return sum((n - mean) ** 2 for n in met.values()) + never * mean**2
