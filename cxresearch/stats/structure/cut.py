"""Answers with given margins from latent variables."""

from __future__ import annotations

import numpy as np

from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.structure.ladder import Ladder

#: Rounds in which the appeal of each category is corrected towards its share.
ROUNDS = 40
#: So few steps are found without sorting.
FEW = 12


def cut(ladder: Ladder, latent: Floats) -> Ints:
    """Give the answers of each column to the same people, in the order of their latent values, (n, m)."""
    places = np.full(ladder.places.shape, -1, dtype=np.intp)
    for j, margin in enumerate(ladder.margins):
        rows = np.flatnonzero(ladder.answered[:, j])
        own = latent[rows][:, ladder.owner == j]
        weights = ladder.weights[rows]
        places[rows, j] = _choices(own, weights, margin) if ladder.nominal[j] else _steps(own[:, 0], weights, margin)
    return places


def _steps(latent: Floats, weights: Floats, margin: Floats) -> Ints:
    """Lowest step to the lowest values; shares are exact to within one person."""
    if margin.size <= FEW and np.ptp(weights) == 0:  # no need to put everybody in order
        ends = np.rint(np.cumsum(margin)[:-1] * latent.size).astype(np.intp)
        ends = ends[ends < latent.size]
        return np.searchsorted(np.partition(latent, ends)[ends], latent, side="right")
    order = np.argsort(latent)
    heap = np.cumsum(weights[order])
    reached = (heap - weights[order] / 2) / max(float(heap[-1]), np.finfo(np.float64).tiny)
    places = np.empty(latent.size, dtype=np.intp)
    places[order] = np.searchsorted(np.cumsum(margin)[:-1], reached, side="right")
    return places


def _choices(utility: Floats, weights: Floats, margin: Floats) -> Ints:
    """Category with the largest utility, after each got the appeal that leads to its share, nearly exactly."""
    appeal = np.log(margin)
    total = weights.sum()
    best: Ints = utility.argmax(axis=1)
    closest = np.inf
    for round_ in range(ROUNDS):
        chosen: Ints = (utility + appeal).argmax(axis=1)
        share = np.bincount(chosen, weights=weights, minlength=margin.size) / total
        off = float(np.abs(share - margin).max())
        if off < closest:
            best, closest = chosen, off
        if off * total < 1:
            break
        appeal = appeal + np.log(margin / np.maximum(share, 0.1 * margin)) * (0.7 if round_ < ROUNDS // 2 else 0.3)
    return np.asarray(best)
