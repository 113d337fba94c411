"""K-prototypes: groups around means of numbers and most frequent categories at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.partition.lloyd import STEPS

#: Weight of a nominal column against a standardised number: half of the standard deviation of the numbers.
GAMMA = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Prototypes:
    """Centres of k groups, largest first.

    Parameters
    ----------
    means : ndarray, shape (k, d)
        Of the numbers.
    modes : ndarray of int, shape (k, c)
        Most frequent category of each nominal column.
    labels : ndarray of int, shape (n,)
    within : float
        Weighted sum of the squared differences and of `gamma` times the mismatches.
    """

    means: Floats
    modes: Ints
    labels: Ints
    within: float


def k_prototypes(
    x: Floats, codes: Ints, k: int, weights: Floats, starts: int, seed: int, gamma: float = GAMMA
) -> Prototypes:
    """Divide people by numbers (NaN missing) and nominal codes (-1 missing); what is missing does not count.

    References
    ----------
    Huang 1998, Data Min. Knowl. Discov. 2:283-304.

    Examples
    --------
    >>> x, codes = np.array([[0.0], [0.1], [0.0], [0.1]]), np.array([[0], [0], [1], [1]])
    >>> k_prototypes(x, codes, 2, np.ones(4), starts=5, seed=1).labels.tolist()
    [0, 0, 1, 1]
    """
    best: Prototypes | None = None
    for start in range(starts if k > 1 else 1):
        rng = np.random.default_rng([seed, k, start])
        found = _settle(x, codes, weights, _first(x, codes, weights, k, gamma, rng), gamma)
        if best is None or found.within < best.within:
            best = found
    assert best is not None
    share = np.bincount(best.labels, weights=weights, minlength=k)
    order = np.lexsort((*best.modes.T[::-1], *best.means.T[::-1], -np.round(share / weights.sum(), 9)))
    return Prototypes(
        means=best.means[order],
        modes=best.modes[order],
        labels=np.argsort(order)[best.labels],
        within=best.within,
    )


def costs(x: Floats, codes: Ints, means: Floats, modes: Ints, gamma: float = GAMMA) -> Floats:
    """Distance of each person to each prototype, (n, k)."""
    seen = ~np.isnan(x)
    filled = np.where(seen, x, 0.0)
    square = (filled**2).sum(axis=1)[:, None] - 2 * filled @ means.T + seen @ (means**2).T
    heap = np.maximum(square, 0.0)
    for column, mode in zip(codes.T, modes.T, strict=True):
        heap += gamma * ((column[:, None] != mode) & (column >= 0)[:, None])
    return np.asarray(heap)


def _first(
    x: Floats, codes: Ints, weights: Floats, k: int, gamma: float, rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """Return k people as first prototypes, each likelier the further from those before; holes: mean and mode."""
    mean, mode = _centre(x, codes, weights[None, :], np.zeros((1, x.shape[1])), np.zeros((1, codes.shape[1]), np.intp))
    means, modes = np.repeat(mean, k, axis=0), np.repeat(mode, k, axis=0)
    chance = weights
    for j in range(k):
        heap = np.cumsum(chance)
        row = min(int(np.searchsorted(heap, rng.random() * heap[-1], side="right")), heap.size - 1)
        means[j] = np.where(np.isnan(x[row]), mean[0], x[row])
        modes[j] = np.where(codes[row] < 0, mode[0], codes[row])
        chance = costs(x, codes, means[: j + 1], modes[: j + 1], gamma).min(axis=1) * weights
        if not chance.any():
            chance = weights
    return means, modes


def _settle(x: Floats, codes: Ints, weights: Floats, first: tuple[Floats, Ints], gamma: float) -> Prototypes:
    means, modes = first
    everyone, before = np.arange(weights.size), np.inf
    for _ in range(STEPS):
        cost = costs(x, codes, means, modes, gamma)
        labels = cost.argmin(axis=1)
        own = cost[everyone, labels]
        within = float(weights @ own)
        if within >= before:
            break
        before = within
        member = np.zeros((means.shape[0], everyone.size))
        member[labels, everyone] = weights
        kept = means, modes, labels, within
        means, modes = _centre(x, codes, member, means, modes)
        for j in np.flatnonzero(member.sum(axis=1) == 0):
            far = int((own * weights).argmax())
            means[j] = np.where(np.isnan(x[far]), means[j], x[far])
            modes[j] = np.where(codes[far] < 0, modes[j], codes[far])
            own[far] = 0.0
    means, modes, labels, within = kept
    return Prototypes(means=means, modes=modes, labels=labels, within=within)


def _centre(x: Floats, codes: Ints, member: Floats, means: Floats, modes: Ints) -> tuple[Floats, Ints]:
    """Weighted means and modes of each group; what nobody in it answered stays as it was."""
    seen = ~np.isnan(x)
    size = member @ seen
    new = np.where(size > 0, member @ np.where(seen, x, 0.0) / np.where(size > 0, size, 1.0), means)
    best = modes.copy()
    for j, column in enumerate(codes.T):
        chosen = column[:, None] == np.arange(int(column.max(initial=0)) + 1)
        count = member @ chosen
        best[:, j] = np.where(count.any(axis=1), count.argmax(axis=1), modes[:, j])
    return new, best
