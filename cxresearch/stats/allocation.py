"""Who is asked and who gets what: whole numbers from shares, and balanced random allocation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._arguments import generator
from cxresearch.stats._check import Ints, check_count, numbers, wrong


def largest_remainder(shares: ArrayLike, n: int, seed: int | None = None) -> Ints:
    """Whole numbers in the proportion of shares that sum to n (Hare's quota, largest remainder).

    Parameters
    ----------
    shares : array_like, shape (k,)
        0 or more, not all 0; their scale does not matter.
    n : int
        Their sum.
    seed : int, optional
        Equal remainders are settled by lot; without a seed the first one wins.

    Returns
    -------
    ndarray of int, shape (k,)
        Each less than 1 from its exact number.

    References
    ----------
    Balinski & Young 2001, Fair Representation, ch. 3 (Hamilton's method).

    Examples
    --------
    >>> largest_remainder([0.415, 0.338, 0.247], 10).tolist()
    [4, 3, 3]
    """
    p = numbers(shares, "shares", least=1)
    n = check_count(n, "n")
    if (p < 0).any() or not p.sum() > 0:
        raise wrong("shares", "Shares are 0 or more, and not all 0.", given=p.tolist())
    exact = p / p.sum() * n
    whole: Ints = np.floor(exact + 1e-9).astype(np.intp)
    left = np.round(exact - whole, 9)  # so that equal shares have equal remainders
    lots = np.arange(p.size) if seed is None else generator(seed).permutation(p.size)
    order = np.lexsort((lots, -left))
    whole[order[: n - int(whole.sum())]] += 1
    return whole


def permuted_blocks(ratio: Sequence[int], n: int, sizes: Sequence[int], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Random allocation in blocks, each of which holds the arms in their exact ratio.

    Parameters
    ----------
    ratio : sequence of int
        Places of each arm, such as (1, 1) or (2, 1).
    n : int
        Fewest allocations; the last block is full.
    sizes : sequence of int
        Lengths of blocks, multiples of the sum of `ratio`; each block draws one.
    rng : numpy.random.Generator

    Returns
    -------
    arms, blocks : ndarray of int
        Number of the arm from 0, and of the block from 1, of each allocation.

    References
    ----------
    Matts & Lachin 1988, Control. Clin. Trials 9:327-344; R ``blockrand``.

    Examples
    --------
    >>> arms, blocks = permuted_blocks((1, 1), 8, (4,), np.random.default_rng(1))
    >>> arms[:4].sum(), arms[4:].sum(), blocks.tolist()
    (np.int64(2), np.int64(2), [1, 1, 1, 1, 2, 2, 2, 2])
    """
    places = [check_count(r, "ratio", least=1) for r in ratio]
    wrongly = [s for s in sizes if check_count(s, "sizes", least=1) % sum(places)]
    if wrongly or not sizes:
        what = "A block holds every arm in its ratio."
        raise wrong("block-sizes", what, given=list(sizes), allowed=f"multiples of {sum(places)}")
    one = np.repeat(np.arange(len(places)), places)
    drawn: list[Ints] = []
    while sum(map(len, drawn)) < check_count(n, "n", least=1):
        size = int(sizes[int(rng.integers(len(sizes)))])
        drawn.append(rng.permutation(np.tile(one, size // one.size)))
    return np.concatenate(drawn), np.repeat(np.arange(1, len(drawn) + 1), [len(block) for block in drawn])
