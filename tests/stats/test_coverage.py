"""Do the intervals hold what they promise on skewed five-point answers?

``python tests/stats/test_coverage.py`` runs the full simulation and writes docs/validation-stats.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from cxresearch.errors import NotEnoughData
from cxresearch.stats import compare
from cxresearch.stats import effect as fx
from cxresearch.stats.equivalence import tost
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean, mean_difference, paired_difference, weighted_mean_difference
from cxresearch.stats.nps import nps
from cxresearch.stats.proportion import proportion, proportion_difference, weighted_proportion
from cxresearch.stats.weights import linearised_mean

VALUES = np.arange(1.0, 6)
HIGH = np.array([0.03, 0.07, 0.15, 0.40, 0.35])  # a satisfied group
LOW = np.array([0.08, 0.14, 0.23, 0.35, 0.20])  # a less satisfied and more divided one
RECOMMEND = np.array([0.04, 0.01, 0.02, 0.03, 0.03, 0.08, 0.07, 0.14, 0.22, 0.16, 0.20])
RHO, ICC, PER_CLUSTER = 0.5, 0.1, 5
OVER = np.array([0.8, 0.2])  # shares of two strata in the sample; in the population both are one half
SIZES = (10, 30, 100, 500)

Rng = np.random.Generator
Draw = Callable[[Rng, int], Estimate]


def moments(p: np.ndarray) -> tuple[float, float]:
    centre = float(p @ VALUES)
    return centre, float(p @ (VALUES - centre) ** 2)


(MEAN_H, VAR_H), (MEAN_L, VAR_L) = moments(HIGH), moments(LOW)
SUPERIOR = float(sum(HIGH[i] * (LOW[:i].sum() + LOW[i] / 2) for i in range(5)))
NPS = 100 * float(RECOMMEND[9:].sum() - RECOMMEND[:7].sum())


def pick(rng: Rng, p: np.ndarray, n: int) -> np.ndarray:
    return rng.choice(p.size, size=n, p=p) + 1.0


def coupled(rng: Rng, n: int, margins: list[np.ndarray], rho: float = RHO) -> np.ndarray:
    """Correlated answers of the same people: a normal copula over given margins."""
    common = rng.standard_normal((n, 1))
    latent = np.sqrt(rho) * common + np.sqrt(1 - rho) * rng.standard_normal((n, len(margins)))
    cuts = [stats.norm.ppf(np.cumsum(p)[:-1]) for p in margins]
    return np.column_stack([np.searchsorted(c, latent[:, j]) + 1.0 for j, c in enumerate(cuts)])


def clustered(rng: Rng, n: int, p: np.ndarray = HIGH) -> tuple[np.ndarray, np.ndarray]:
    clusters = np.arange(n) // PER_CLUSTER
    common = rng.standard_normal(int(clusters.max()) + 1)[clusters]
    latent = np.sqrt(ICC) * common + np.sqrt(1 - ICC) * rng.standard_normal(n)
    return np.searchsorted(stats.norm.ppf(np.cumsum(p)[:-1]), latent) + 1.0, clusters


def overdrawn(rng: Rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A sample in which the satisfied stratum is overrepresented, and the weights that undo it."""
    stratum = rng.choice(2, size=n, p=OVER)
    answers = np.where(stratum == 0, pick(rng, HIGH, n), pick(rng, LOW, n))
    return answers, (0.5 / OVER)[stratum]


def halves(n: int) -> tuple[int, int]:
    return n, max(5, n // 2)


def two(function: Callable[..., Estimate]) -> Draw:
    return lambda rng, n: function(pick(rng, HIGH, halves(n)[0]), pick(rng, LOW, halves(n)[1]))


def both(function: Callable[..., Estimate]) -> Draw:
    return lambda rng, n: function(*coupled(rng, n, [HIGH, LOW]).T)


def pooled_sd(n: int) -> float:
    a, b = halves(n)
    return float(np.sqrt(((a - 1) * VAR_H + (b - 1) * VAR_L) / (a + b - 2)))


def three(rng: Rng, n: int) -> list[np.ndarray]:
    a, b = halves(n)
    return [pick(rng, HIGH, a), pick(rng, LOW, b), pick(rng, HIGH, b)]


def table(rng: Rng, n: int) -> np.ndarray:
    a, b = halves(n)
    return np.array([rng.multinomial(a, HIGH), rng.multinomial(b, LOW)])


def share_of_variance(n: int, ranks: bool) -> float:
    """Omega squared, or epsilon squared on mid-ranks, of the three populations."""
    a, b = halves(n)
    weight = np.array([a, b, b]) / (a + 2 * b)
    groups = [HIGH, LOW, HIGH]
    pooled = sum(w * p for w, p in zip(weight, groups, strict=True))
    score = np.cumsum(pooled) - pooled / 2 if ranks else VALUES
    total = float(pooled @ (score - pooled @ score) ** 2)
    between = sum(w * float((p - pooled) @ score) ** 2 for w, p in zip(weight, groups, strict=True))
    return between / total


def true_v(n: int) -> float:
    a, b = halves(n)
    joint = np.vstack([a * HIGH, b * LOW]) / (a + b)
    expected = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return float(np.sqrt(np.sum((joint - expected) ** 2 / expected)))


ITEMS = [HIGH, LOW, HIGH, HIGH]
_CROWD = coupled(np.random.default_rng(1), 400_000, [HIGH, LOW])
_RANKS = stats.rankdata(coupled(np.random.default_rng(2), 400_000, ITEMS), axis=1) - 2.5
WITHIN = float(np.sign(_CROWD[:, 0] - _CROWD[:, 1]).mean())
CONCORD = float(np.sum(_RANKS.mean(axis=0) ** 2) / np.mean(np.sum(_RANKS**2, axis=1)))


def _weighted_gap(rng: Rng, n: int) -> Estimate:
    (a, w), b = overdrawn(rng, n), pick(rng, LOW, halves(n)[1])
    return weighted_mean_difference(a, b, w, np.ones(b.size))


def _shared_clusters(rng: Rng, n: int) -> Estimate:
    """Inside and outside answer in the same branches."""
    answers, clusters = clustered(rng, 2 * n)
    inside = np.arange(2 * n) % 2 == 0
    return weighted_mean_difference(answers[inside], answers[~inside], None, None, clusters[inside], clusters[~inside])


def _newcombe(rng: Rng, n: int) -> Estimate:
    a, b = halves(n)
    return proportion_difference(int(rng.binomial(a, HIGH[4])), a, int(rng.binomial(b, LOW[4])), b)


#: name -> (draw one interval, its true value for n)
INTERVALS: dict[str, tuple[Draw, Callable[[int], float]]] = {
    "mean, t": (lambda r, n: mean(pick(r, HIGH, n)), lambda n: MEAN_H),
    "mean_difference, Welch": (two(mean_difference), lambda n: MEAN_H - MEAN_L),
    "paired_difference": (both(paired_difference), lambda n: MEAN_H - MEAN_L),
    "linearised_mean, weights": (
        lambda r, n: linearised_mean(*overdrawn(r, n)),
        lambda n: (MEAN_H + MEAN_L) / 2,
    ),
    "linearised_mean, clusters of 5": (
        lambda r, n: linearised_mean((d := clustered(r, n))[0], clusters=d[1]),
        lambda n: MEAN_H,
    ),
    "weighted_mean_difference": (_weighted_gap, lambda n: (MEAN_H + MEAN_L) / 2 - MEAN_L),
    "weighted_mean_difference, shared clusters": (_shared_clusters, lambda n: 0.0),
    "proportion, Wilson, p = .35": (lambda r, n: proportion(int(r.binomial(n, 0.35)), n), lambda n: 0.35),
    "proportion, Wilson, p = .03": (lambda r, n: proportion(int(r.binomial(n, 0.03)), n), lambda n: 0.03),
    "weighted_proportion": (
        lambda r, n: weighted_proportion((d := overdrawn(r, n))[0] == 5, d[1]),
        lambda n: (HIGH[4] + LOW[4]) / 2,
    ),
    "proportion_difference, Newcombe": (_newcombe, lambda n: float(HIGH[4] - LOW[4])),
    "nps, adjusted Wald": (lambda r, n: nps(pick(r, RECOMMEND, n) - 1), lambda n: NPS),
    "nps, weighted": (lambda r, n: nps(pick(r, RECOMMEND, n) - 1, r.choice([0.5, 1, 2], n)), lambda n: NPS),
    "hedges_g": (two(fx.hedges_g), lambda n: (MEAN_H - MEAN_L) / pooled_sd(n)),
    "hedges_g_paired": (both(fx.hedges_g_paired), lambda n: (MEAN_H - MEAN_L) / np.sqrt((VAR_H + VAR_L) / 2)),
    "cliffs_delta": (two(fx.cliffs_delta), lambda n: 2 * SUPERIOR - 1),
    "cliffs_delta_paired": (both(fx.cliffs_delta_paired), lambda n: WITHIN),
    "superiority": (two(fx.superiority), lambda n: SUPERIOR),
    "cramers_v": (lambda r, n: fx.cramers_v(table(r, n)), true_v),
    "omega_squared": (lambda r, n: fx.omega_squared(three(r, n)), lambda n: share_of_variance(n, False)),
    "epsilon_squared": (lambda r, n: fx.epsilon_squared(three(r, n)), lambda n: share_of_variance(n, True)),
    "kendalls_w": (lambda r, n: fx.kendalls_w(coupled(r, n, ITEMS)), lambda n: CONCORD),
}


def _same(rng: Rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    return pick(rng, HIGH, halves(n)[0]), pick(rng, HIGH, halves(n)[1])


def _weighted_groups(rng: Rng, n: int) -> float:
    answers, clusters = clustered(rng, n)
    return compare.wald_f(answers, np.arange(n) % 3, clusters=clusters).p


def _weighted_table(rng: Rng, n: int) -> float:
    answers, clusters = clustered(rng, n)
    return compare.rao_scott(answers >= 4, np.arange(n) % 3, clusters=clusters).p


#: name -> p-value of one draw where the null hypothesis holds
TESTS: dict[str, Callable[[Rng, int], float]] = {
    "welch_t": lambda r, n: compare.welch_t(*_same(r, n)).p,
    "welch_anova, 3 groups": lambda r, n: compare.welch_anova([*_same(r, n), pick(r, HIGH, n)]).p,
    "brunner_munzel (mann_whitney below 10)": lambda r, n: compare.brunner_munzel(*_same(r, n)).p,
    "kruskal_wallis, 3 groups": lambda r, n: compare.kruskal_wallis([*_same(r, n), pick(r, HIGH, n)]).p,
    "wilcoxon": lambda r, n: compare.wilcoxon(*coupled(r, n, [HIGH, HIGH]).T).p,
    "rm_anova, 3 columns": lambda r, n: compare.rm_anova(coupled(r, n, [HIGH] * 3)).p,
    "friedman, 3 columns": lambda r, n: compare.friedman(coupled(r, n, [HIGH] * 3)).p,
    "mcnemar": lambda r, n: compare.mcnemar(*(coupled(r, n, [HIGH, HIGH]).T == 5).astype(float)).p,
    "wald_f, clusters of 5, 3 groups": _weighted_groups,
    "rao_scott, clusters of 5, 2 x 3": _weighted_table,
    "tost at the margin": lambda r, n: tost(two(mean_difference)(r, n), MEAN_H - MEAN_L).p,
}


def coverage(name: str, n: int, draws: int, seed: int = 20240229) -> tuple[float, float, float, float]:
    """Share of intervals that hold the truth, lie above it, lie below it; share not reportable."""
    draw, truth = INTERVALS[name][0], INTERVALS[name][1](n)
    rng = np.random.default_rng([seed, n, sorted(INTERVALS).index(name)])
    above = below = missing = 0
    for _ in range(draws):
        try:
            estimate = draw(rng, n)
        except NotEnoughData:
            missing += 1
            continue
        above += estimate.low > truth + 1e-12
        below += estimate.high < truth - 1e-12
    done = max(1, draws - missing)
    return 1 - (above + below) / done, above / done, below / done, missing / draws


def rejections(name: str, n: int, draws: int, seed: int = 20240229) -> float:
    """Share of p-values below .05; draws that cannot be tested count as not rejected."""
    rng = np.random.default_rng([seed, n, sorted(TESTS).index(name)])
    hits = 0
    for _ in range(draws):
        try:
            hits += TESTS[name](rng, n) < 0.05
        except NotEnoughData:
            continue
    return hits / draws


@pytest.mark.slow
@pytest.mark.parametrize("name", INTERVALS)
def test_interval_covers_at_a_hundred(name):
    """600 draws have a Monte Carlo error of .009; three of them on either side."""
    share = coverage(name, 100, 600)[0]
    assert share > 0.92
    assert share < 0.985


@pytest.mark.slow
@pytest.mark.parametrize("name", TESTS)
def test_error_rate_at_a_hundred(name):
    assert rejections(name, 100, 600) < 0.08


def main(draws: int = 3000) -> None:
    start = time.time()
    lines = [HEADER.format(draws=draws, error=100 * np.sqrt(0.95 * 0.05 / draws))]
    lines += ["| interval | " + " | ".join(f"n = {n}" for n in SIZES) + " | misses at n = 30 (truth below, above) |"]
    lines += ["|---" * (len(SIZES) + 2) + "|"]
    for name in INTERVALS:
        results = [coverage(name, n, draws) for n in SIZES]
        cells = []
        for share, _, _, missing in results:
            mark = "**" if share < 0.93 else ""
            note = f" ({100 * missing:.1f} % not reportable)" if missing >= 0.0005 else ""
            cells.append(f"{mark}{100 * share:.1f}{mark}{note}")
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {100 * results[1][1]:.1f}, {100 * results[1][2]:.1f} |")
        print(lines[-1], flush=True)
    lines += [TESTS_HEADER, "| test | " + " | ".join(f"n = {n}" for n in SIZES) + " |"]
    lines += ["|---" * (len(SIZES) + 1) + "|"]
    for name in TESTS:
        rates = [rejections(name, n, draws) for n in SIZES]
        cells = [f"**{100 * rate:.1f}**" if rate > 0.065 else f"{100 * rate:.1f}" for rate in rates]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    target = Path(__file__).parents[2] / "docs" / "validation-stats.md"
    target.parent.mkdir(exist_ok=True)
    notes = target.read_text(encoding="utf-8").partition(NOTES)[2] if target.exists() else "\n"
    target.write_text("\n".join(lines) + "\n\n" + NOTES + notes, encoding="utf-8")
    print(f"{time.time() - start:.0f} s -> {target}")


NOTES = "## What it means"
HEADER = """# Do the intervals hold what they promise?

Share of {draws} simulated samples, in per cent, whose 95 % interval holds the true value (Monte Carlo error
{error:.1f}; below 93 in bold). Made by `python tests/stats/test_coverage.py`, seeded; the notes at the end are
written by hand.

Answers are skewed five-point ones: a satisfied group (3, 7, 15, 40, 35 %) and a more divided one (8, 14, 23,
35, 20 %); n is the first group, the second has half of it (at least 5). Pairs are a normal copula with r = .5,
clusters hold 5 respondents with an intraclass correlation of .1 (so n = 10 has 2 clusters), weights undo a
stratum that is sampled at 80 instead of 50 %. The NPS population has 36 % promoters and 28 % detractors.
"""
TESTS_HEADER = """
## Do the tests keep their error rate?

Per cent of p-values below .05 where the null hypothesis is true (above 6.5 in bold); `tost` at a true
difference of exactly the margin.
"""

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
