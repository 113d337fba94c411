"""Exact null distributions of rank sums given the ties, by counting (Streitberg & Roehmel 1986)."""

from __future__ import annotations

import numpy as np
from scipy import stats

from cxresearch.stats._check import Floats

#: Of every permutation test on this floor.
SEED = 20240229
DRAWS = 10_000


def signed_rank_p(differences: Floats) -> tuple[float, float]:
    """Sum of positive ranks and its exact two-sided p for nonzero differences, ties or not."""
    ranks = stats.rankdata(np.abs(differences))
    doubled = np.rint(2 * ranks).astype(np.intp)  # mid-ranks are halves
    ways = np.ones(1)
    for rank in doubled:
        ways = (np.pad(ways, (0, rank)) + np.pad(ways, (rank, 0))) / 2
    positive = float(ranks[differences > 0].sum())
    return positive, _two_sided(ways, round(2 * positive))


def rank_sum_p(x: Floats, y: Floats) -> tuple[float, float]:
    """Mann-Whitney U of x and its exact two-sided p given the ties; x should be the smaller group."""
    ranks = stats.rankdata(np.concatenate([x, y]))
    doubled = np.rint(2 * ranks).astype(np.intp)
    most = int(np.sort(doubled)[::-1][: x.size].sum())
    ways = np.zeros((x.size + 1, most + 1))  # ways[m, s]: share of choices of m values with doubled sum s
    ways[0, 0] = 1.0
    for seen, rank in enumerate(doubled, start=1):
        for m in range(min(seen, x.size), 0, -1):  # Pascal's rule in shares, so nothing overflows
            ways[m] *= (seen - m) / seen
            ways[m, rank:] += ways[m - 1, : most + 1 - rank] * (m / seen)
    total = float(ranks[: x.size].sum())
    u = total - x.size * (x.size + 1) / 2
    return u, _two_sided(ways[x.size], round(2 * total))


def rank_sum_monte_carlo_p(x: Floats, y: Floats, draws: int, seed: int) -> tuple[float, float]:
    """Mann-Whitney U of x and a seeded permutation p given the ties."""
    pooled = np.concatenate([x, y])
    ranks = stats.rankdata(pooled)
    levels, counts = np.unique(ranks, return_counts=True)
    rng = np.random.default_rng(seed)
    observed = float(ranks[: x.size].sum())
    sums = rng.multivariate_hypergeometric(counts, x.size, size=draws, method="count") @ levels
    extreme = min(int(np.sum(sums <= observed + 1e-9)), int(np.sum(sums >= observed - 1e-9)))
    return observed - x.size * (x.size + 1) / 2, min(1.0, 2 * (extreme + 1) / (draws + 1))


def _two_sided(shares: Floats, at: int) -> float:
    """Twice the smaller tail, at most 1."""
    return min(1.0, 2 * min(float(shares[: at + 1].sum()), float(shares[at:].sum())))
