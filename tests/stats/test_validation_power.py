"""Does the power come true, and do the intervals of this floor's later rooms hold what they promise?

``python tests/stats/test_validation_power.py`` runs the full simulation and writes its part of
docs/validation-gaps.md.
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
from cxresearch.stats import power as pw
from cxresearch.stats.agreement import icc1
from cxresearch.stats.mean import mean_difference, paired_difference, weighted_mean_difference
from cxresearch.stats.power import Paired, Side, TwoSides
from cxresearch.stats.profile import group_profiles
from cxresearch.stats.raters import fleiss_kappa, krippendorff_alpha
from cxresearch.stats.resample import bootstrap_means
from cxresearch.stats.shrinkage import shrink

VALUES = np.arange(1.0, 6)
HIGH = np.array([0.03, 0.07, 0.15, 0.40, 0.35])
LOW = np.array([0.08, 0.14, 0.23, 0.35, 0.20])
SEED = 20240229
Rng = np.random.Generator


def _sd(p: np.ndarray) -> float:
    return float(np.sqrt(p @ VALUES**2 - (p @ VALUES) ** 2))


GAP = float(HIGH @ VALUES - LOW @ VALUES)


# --- power: (promised, draw one significant result) -------------------------------------------------------
def _p(estimate) -> bool:
    return not estimate.contains(0)


def _clustered(rng: Rng, n: int, size: int, icc: float, shift: float) -> tuple[np.ndarray, np.ndarray]:
    cluster = np.arange(n) // size
    common = rng.standard_normal(n // size)[cluster] * np.sqrt(icc)
    return shift + common + np.sqrt(1 - icc) * rng.standard_normal(n), cluster


def _cluster_gap(rng: Rng, n: int) -> bool:
    (a, one), (b, two) = _clustered(rng, n, 10, 0.1, 0.3), _clustered(rng, n, 10, 0.1, 0.0)
    return _p(weighted_mean_difference(a, b, None, None, one, two + 10_000))


def _weighted_gap(rng: Rng, n: int) -> bool:
    weights = [np.where(rng.random(n) < 0.2, 4.0, 1.0) for _ in "ab"]  # unrelated to the answers
    a, b = rng.normal(0.3, 1, n), rng.normal(0, 1, n)
    return _p(weighted_mean_difference(a, b, *weights))


KISH = (0.8 + 0.2 * 16) / (0.8 + 0.2 * 4) ** 2


def _pairs(rng: Rng, n: int) -> bool:
    common = rng.standard_normal(n) * np.sqrt(0.5)
    a, b = (common + np.sqrt(0.5) * rng.standard_normal(n) for _ in "ab")
    return _p(paired_difference(a + 0.3, b))


POWER: dict[str, tuple[float, Callable[[Rng], bool]]] = {
    "Welch, 40 and 40, normal, d = .5": (
        pw.difference_power(TwoSides(), 40, 0.5),
        lambda r: _p(mean_difference(r.normal(0.5, 1, 40), r.normal(0, 1, 40))),
    ),
    "Welch, 20 and 60, SD 2 and 1, gap 1": (
        pw.difference_power(TwoSides(a=Side(sd=2), b=Side(sd=1), ratio=3), 20, 1.0),
        lambda r: _p(mean_difference(r.normal(1, 2, 20), r.normal(0, 1, 60))),
    ),
    "Welch, 8 and 24, SD 2 and 1, gap 2": (
        pw.difference_power(TwoSides(a=Side(sd=2), b=Side(sd=1), ratio=3), 8, 2.0),
        lambda r: _p(mean_difference(r.normal(2, 2, 8), r.normal(0, 1, 24))),
    ),
    "five-point answers, 60 and 60": (
        pw.difference_power(TwoSides(a=Side(sd=_sd(HIGH)), b=Side(sd=_sd(LOW))), 60, GAP),
        lambda r: _p(mean_difference(r.choice(VALUES, 60, p=HIGH), r.choice(VALUES, 60, p=LOW))),
    ),
    "60 pairs, r = .5, gap .3": (pw.difference_power(Paired(correlation=0.5), 60, 0.3), lambda r: _pairs(r, 60)),
    "200 and 200 in clusters of 10, ICC .1, gap .3": (
        pw.difference_power(TwoSides(a=Side(cluster_size=10, icc=0.1)), 200, 0.3),
        lambda r: _cluster_gap(r, 200),
    ),
    "60 and 60 in clusters of 10, ICC .1, gap .3": (
        pw.difference_power(TwoSides(a=Side(cluster_size=10, icc=0.1)), 60, 0.3),
        lambda r: _cluster_gap(r, 60),
    ),
    "200 and 200, weights 1 and 4, gap .3": (
        pw.difference_power(TwoSides(a=Side(weight_effect=KISH)), 200, 0.3),
        lambda r: _weighted_gap(r, 200),
    ),
}


def simulated_power(name: str, draws: int) -> float:
    rng = np.random.default_rng([SEED, sorted(POWER).index(name)])
    return float(np.mean([POWER[name][1](rng) for _ in range(draws)]))


# --- shrinkage --------------------------------------------------------------------------------------------
def shrinkage_coverage(k: int, tau2: float, spread: float, draws: int) -> dict[str, float]:
    """Share of (unit, sample) pairs whose interval holds the true value, or the true rank."""
    rng = np.random.default_rng([SEED, k, round(100 * tau2), round(spread)])
    se = np.geomspace(1 / np.sqrt(spread), np.sqrt(spread), k)
    hits = dict.fromkeys(("raw", "blup", "morris", "rank"), 0.0)
    raw = shrunken = 0.0
    for _ in range(draws):
        truth = rng.normal(0, np.sqrt(tau2), k)
        y = truth + se * rng.standard_normal(k)
        place = stats.rankdata(-truth)
        morris = shrink(y, se, draws=400, seed=rng)
        blup = shrink(y, se, interval="blup", draws=100, seed=rng)
        hits["raw"] += np.mean(np.abs(y - truth) < 1.96 * se)
        hits["blup"] += np.mean((blup.low <= truth) & (truth <= blup.high))
        hits["morris"] += np.mean((morris.low <= truth) & (truth <= morris.high))
        hits["rank"] += np.mean((morris.rank_low <= place) & (place <= morris.rank_high))
        raw, shrunken = raw + np.mean((y - truth) ** 2), shrunken + np.mean((morris.shrunken - truth) ** 2)
    return {**{name: hit / draws for name, hit in hits.items()}, "error": float(np.sqrt(shrunken / raw))}


# --- the other intervals: draw -> (estimate, truth) -------------------------------------------------------
def _icc(rng: Rng, sizes: np.ndarray) -> tuple:
    group = np.repeat(np.arange(sizes.size), sizes)
    return icc1(
        np.sqrt(0.1) * rng.standard_normal(sizes.size)[group] + np.sqrt(0.9) * rng.standard_normal(group.size), group
    ), 0.1


def _rate(rng: Rng, units: int, copy: np.ndarray) -> np.ndarray:
    """Five raters who give the true category with chance `copy` (by unit) and one at random otherwise."""
    truth = rng.integers(0, 4, units)
    return np.where(rng.random((5, units)) < np.sqrt(copy), truth, rng.integers(0, 4, (5, units))).astype(float)


def _alpha(rng: Rng, units: int, how: str, mixed: bool) -> tuple:
    copy = np.where(rng.random(units) < 0.5, 0.9, 0.1) if mixed else np.full(units, 0.5)
    return krippendorff_alpha(_rate(rng, units, copy), "nominal", how, draws=500, seed=rng), 0.5


def _fleiss(rng: Rng, units: int) -> tuple:
    x = _rate(rng, units, np.full(units, 0.5))
    return fleiss_kappa(np.column_stack([(x == v).sum(axis=0) for v in range(4)])), 0.5


def _mean(rng: Rng, n: int, method: str) -> tuple:
    return bootstrap_means(rng.choice(VALUES, n, p=HIGH), method, draws=1000, seed=rng).estimates[0], float(
        HIGH @ VALUES
    )


STAFF, GUESTS = np.array([3.8, 3.5, 3.1, 4.2, 3.9, 2.9, 3.3, 3.6]), np.array([3.4, 3.6, 2.7, 4.0, 3.1, 2.8, 3.5, 3.0])


def _profile(rng: Rng, n: int) -> tuple:
    a, b = (m + rng.standard_normal((n, 1)) * 0.5 + rng.standard_normal((n, 8)) for m in (STAFF, GUESTS))
    return group_profiles(a, b, draws=500, seed=rng).q, float(np.corrcoef(STAFF, GUESTS)[0, 1])


UNEQUAL = np.geomspace(5, 80, 30).astype(int)
INTERVALS: dict[str, Callable[[Rng], tuple]] = {
    "ICC(1) = .1, 30 groups of 25": lambda r: _icc(r, np.full(30, 25)),
    "ICC(1) = .1, 30 groups of 5 to 80": lambda r: _icc(r, UNEQUAL),
    "Fleiss' kappa = .5, 20 units": lambda r: _fleiss(r, 20),
    "Fleiss' kappa = .5, 100 units": lambda r: _fleiss(r, 100),
    "alpha = .5, 100 units alike, pairs": lambda r: _alpha(r, 100, "pairs", False),
    "alpha = .5, 100 units alike, units": lambda r: _alpha(r, 100, "units", False),
    "alpha = .5, 100 units unlike, pairs": lambda r: _alpha(r, 100, "pairs", True),
    "alpha = .5, 100 units unlike, units": lambda r: _alpha(r, 100, "units", True),
    "alpha = .5, 20 units unlike, pairs": lambda r: _alpha(r, 20, "pairs", True),
    "alpha = .5, 20 units unlike, units": lambda r: _alpha(r, 20, "units", True),
    "bootstrap mean, n = 20, percentile": lambda r: _mean(r, 20, "percentile"),
    "bootstrap mean, n = 20, BCa": lambda r: _mean(r, 20, "bca"),
    "bootstrap mean, n = 100, percentile": lambda r: _mean(r, 100, "percentile"),
    "q of two mean profiles, 50 a group, BCa": lambda r: _profile(r, 50),
    "q of two mean profiles, 200 a group, BCa": lambda r: _profile(r, 200),
}


def coverage(name: str, draws: int) -> tuple[float, float, float]:
    rng = np.random.default_rng([SEED, sorted(INTERVALS).index(name)])
    above = below = done = 0
    for _ in range(draws):
        try:
            estimate, truth = INTERVALS[name](rng)
        except NotEnoughData:
            continue
        done, above, below = done + 1, above + (estimate.low > truth), below + (estimate.high < truth)
    return 1 - (above + below) / done, above / done, below / done


@pytest.mark.slow
@pytest.mark.parametrize("name", POWER)
def test_power_comes_true(name):
    assert simulated_power(name, 1000) == pytest.approx(POWER[name][0], abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("tau2", [0.25, 1.0])
def test_shrunken_intervals_hold(tau2):
    found = shrinkage_coverage(10, tau2, 4.0, 200)
    assert found["morris"] > 0.92
    assert found["rank"] > 0.92
    assert found["error"] < 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ICC(1) = .1, 30 groups of 25", "Fleiss' kappa = .5, 100 units",
                                  "alpha = .5, 100 units unlike, units"])  # fmt: skip
def test_other_intervals_hold(name):
    assert coverage(name, 400)[0] > 0.91


def main(draws: int = 2000) -> None:
    start = time.time()
    lines = [HEADER.format(draws=4 * draws)]
    for name, (promised, _) in POWER.items():
        found = simulated_power(name, 4 * draws)
        lines.append(f"| {name} | {100 * promised:.1f} | {100 * found:.1f} |")
        print(lines[-1], flush=True)
    lines.append(RANKS.format(draws=draws // 2))
    for a, b, n in ((HIGH, LOW, 60), (pw.proportional_odds(LOW, 2), LOW, 80), (HIGH, LOW, 200)):
        found = pw.ordinal_power(a, b, n, n).value
        label = {60: "satisfied and divided", 80: "divided, and odds times 2", 200: "satisfied and divided"}[n]
        size = pw.ordinal_size(LOW, odds_ratio=2, method="whitehead") if n == 80 else None
        extra = f"{100 * size.power:.1f} at {size.n_a}" if size else "-"
        lines.append(
            f"| {label}, {n} and {n} | {100 * pw.noether_power(a, b, n, n):.1f} | {extra} | {100 * found:.1f} |"
        )
    lines.append(VERDICTS)
    for difference, n in ((0.0, 150), (0.15, 150), (GAP, 150), (GAP, 60)):
        sides = TwoSides(a=Side(sd=_sd(HIGH)), b=Side(sd=_sd(LOW)))
        formula = pw.verdict_power(sides, n, 0.3, difference)
        moved = VALUES - (HIGH @ VALUES - LOW @ VALUES - difference)
        drawn = _verdicts_by_simulation(n, moved)
        cells = [f"{100 * getattr(formula, v):.1f}, {100 * drawn[v]:.1f}" for v in drawn]
        lines.append(f"| gap {difference:.2f}, {n} and {n} | " + " | ".join(cells) + " |")
    lines.append(SHRINKAGE.format(draws=draws // 4))
    for k in (5, 10, 30):
        for tau2 in (0.0, 0.1, 0.5, 2.0):
            for spread in (1.0, 9.0):
                found = shrinkage_coverage(k, tau2, spread, draws // 4)
                cells = [f"{100 * found[key]:.1f}" for key in ("raw", "blup", "morris", "rank", "error")]
                lines.append(f"| {k} | {tau2} | {'equal' if spread == 1 else '1 : 9'} | " + " | ".join(cells) + " |")
                print(lines[-1], flush=True)
    lines.append(OTHERS.format(draws=draws // 2))
    for name in INTERVALS:
        share, above, below = coverage(name, draws // 2)
        mark = "**" if share < 0.93 else ""
        lines.append(f"| {name} | {mark}{100 * share:.1f}{mark} | {100 * above:.1f}, {100 * below:.1f} |")
        print(lines[-1], flush=True)
    target = Path(__file__).parents[2] / "docs" / "validation-gaps.md"
    target.parent.mkdir(exist_ok=True)
    old = target.read_text(encoding="utf-8") if target.exists() else TITLE
    before, _, rest = old.partition(BEGIN)
    mine, _, after = rest.partition(END)
    notes = mine.partition(NOTES)[2] or "\n"
    target.write_text(before + BEGIN + "\n".join(lines) + "\n\n" + NOTES + notes + END + after, encoding="utf-8")
    print(f"{time.time() - start:.0f} s -> {target}")


def _verdicts_by_simulation(n: int, moved: np.ndarray) -> dict[str, float]:
    """Verdicts of the simulation, with the scores of the first side moved so that the gap is as wished."""
    rng = np.random.default_rng(SEED)
    names = ("aligned", "higher", "lower", "inconclusive")
    counts = dict.fromkeys(names, 0)
    for _ in range(2000):
        gap = mean_difference(rng.choice(moved, n, p=HIGH), rng.choice(VALUES, n, p=LOW))
        ninety = stats.t.ppf(0.95, gap.df) * gap.se
        if abs(gap.value) + ninety < 0.3:
            counts["aligned"] += 1
        elif gap.contains(0):
            counts["inconclusive"] += 1
        else:
            counts["higher" if gap.value > 0 else "lower"] += 1
    return {name: count / 2000 for name, count in counts.items()}


TITLE = "# Validation of gaps and what surrounds them\n\n"
BEGIN, END = "<!-- power and shrinkage: begin -->\n", "<!-- power and shrinkage: end -->\n"
NOTES = "### What power and shrinkage mean\n"
HEADER = """## Power and shrinkage

Made by `python tests/stats/test_validation_power.py`, seeded; the notes at the end are written by hand. Per cent.

### Does the promised power come true?

Two-sided at .05, {draws} simulated samples (Monte Carlo error at most .6). "Five-point answers": a satisfied group
(3, 7, 15, 40, 35 %) against a more divided one (8, 14, 23, 35, 20 %).

| design | promised | simulated |
|---|---|---|"""
RANKS = """
### Rank sum tests

Noether's formula with ties and Whitehead's against 10,000 simulated Brunner-Munzel tests.

| distributions | Noether | Whitehead | simulated |
|---|---|---|---|"""
VERDICTS = """
### Verdicts of five-point answers

Margin .3; formula (normal answers of the same means and standard deviations), then 2,000 simulated samples.

| true gap, answers | aligned | higher | lower | inconclusive |
|---|---|---|---|---|"""
SHRINKAGE = """
### Do shrunken intervals hold?

{draws} samples of k units each, true values normal with variance tau2 around 0, all standard errors 1 ("1 : 9": from
a third to three). Share of all units whose 95 % interval holds the true value: of the raw mean, by
plug-in (blup), by Morris; `rank`: whose interval of ranks holds the true rank; `error`: root mean squared error of
Morris' estimates as per cent of that of the raw means.

| k | tau2 | errors | raw | blup | morris | rank | error |
|---|---|---|---|---|---|---|---|"""
OTHERS = """
### The other intervals

{draws} samples, 95 % intervals; below 93 in bold. "Unlike": half of the units are easy, half hard to rate.

| interval | holds | truth below, above |
|---|---|---|"""

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
