"""The bootstrap test of the number of classes: what it says, and how often it is wrong.

``python tests/stats/test_mixture_bootstrap.py`` runs the full simulation and writes docs/validation-mixture.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.mixture import Indicators, bootstrap_lrt, fit, select
from cxresearch.stats.mixture.bootstrap import alike

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "data"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "validation-mixture.md"


def carcinoma() -> Indicators:
    return Indicators.of(categorical=pd.read_csv(REFERENCE / "polca_carcinoma.csv") - 1)


def test_carcinoma_has_three_classes():
    people = carcinoma()
    two, three, four = select(people, (2, 3, 4))
    needed = bootstrap_lrt(people, two, three)
    assert needed.p == 0.01
    assert needed.statistic == pytest.approx(2 * (three.log_likelihood - two.log_likelihood), abs=0.05)
    assert (needed.k, needed.larger, needed.n, needed.draws) == (2, 3, 118, 99)
    assert needed.replicates.max() < needed.statistic
    enough = bootstrap_lrt(people, three, four)
    assert enough.p > 0.05
    assert enough.draws < 99
    assert (enough.replicates >= enough.statistic).sum() == 10
    assert enough.p == 10 / enough.draws


def test_seed_and_cores():
    people = carcinoma()
    pair = select(people, (3, 4))
    one, same = (bootstrap_lrt(people, *pair, seed=3, draws=40, jobs=jobs) for jobs in (1, 3))
    assert (one.p, one.replicates.tolist()) == (same.p, same.replicates.tolist())
    assert bootstrap_lrt(people, *pair, seed=4, draws=40).replicates[0] != one.replicates[0]


def test_stopping_early_does_not_change_the_draws():
    people = carcinoma()
    pair = select(people, (3, 4))
    all_of_them = bootstrap_lrt(people, *pair, draws=60, enough=61)
    stopped = bootstrap_lrt(people, *pair, draws=60, enough=5)
    assert all_of_them.draws == 60
    assert stopped.replicates.tolist() == all_of_them.replicates[: stopped.draws].tolist()
    assert all_of_them.p == (1 + (all_of_them.replicates >= all_of_them.statistic).sum()) / 61


def test_holes_weights_and_all_kinds_of_columns_are_drawn_as_they_are():
    rng = np.random.default_rng(3)
    member = np.arange(240) % 2
    codes = np.where(rng.random((240, 3)) < 0.2, -1, rng.integers(0, 2, (240, 3)) | member[:, None])
    numbers = np.where(rng.random((240, 1)) < 0.2, np.nan, rng.normal(3 * member[:, None]))
    counts = rng.poisson(1 + 4 * member[:, None])
    people = Indicators.of(categorical=codes, numeric=numbers, counts=counts, weights=rng.uniform(0.5, 2, 240))
    one, two, three = select(people, (1, 2, 3))
    drawn = alike(two, people, ~people.answered, rng)
    assert np.array_equal(drawn.answered, people.answered)
    assert np.array_equal(drawn.weights, people.weights)
    assert drawn.counts.mean() == pytest.approx(3, abs=0.5)
    assert bootstrap_lrt(people, one, two, draws=19).p == 0.05
    assert bootstrap_lrt(people, two, three, draws=19, enough=3).p > 0.05


def test_models_that_do_not_belong_together_are_refused():
    people = carcinoma()
    two, three = select(people, (2, 3))
    with pytest.raises(ArgumentError, match=r"stats\.not-nested"):
        bootstrap_lrt(people, three, two)
    other = Indicators.of(categorical=people.categorical[:, :6])
    with pytest.raises(ArgumentError, match=r"stats\.other-columns"):
        bootstrap_lrt(other, two, three)
    with pytest.raises(ArgumentError, match=r"stats\.not-counts"):
        bootstrap_lrt(people, two, three, draws=0)


def test_a_larger_model_without_solution_is_said():
    numbers = np.repeat([[0.0], [1.0], [2.0]], 30, axis=0)
    people = Indicators.of(numeric=numbers)
    one = fit(people, 1)
    two = fit(people, 2, covariance="equal_diagonal")
    with pytest.raises(ArgumentError, match=r"stats\.not-nested"):
        bootstrap_lrt(people, one, two)
    with pytest.raises(NotEnoughData, match=r"stats\.degenerate"):
        fit(people, 3)


@dataclass(frozen=True)
class Cell:
    """A population of classes with equal shares: chance of yes, or shift of the middle of a five-point scale."""

    name: str
    truth: int
    tested: int
    n: int
    items: int
    apart: float
    levels: int = 2


CELLS = (
    Cell("independent yes/no items", 1, 1, 300, 8, 0.0),
    Cell("independent five-point items", 1, 1, 300, 6, 0.0, levels=5),
    Cell("two classes, yes/no items", 2, 2, 300, 8, 0.25),
    Cell("two classes, five-point items", 2, 2, 300, 6, 0.15, levels=5),
    Cell("two classes, yes/no items", 2, 1, 300, 8, 0.10),
    Cell("two classes, yes/no items", 2, 1, 300, 8, 0.15),
    Cell("three classes, yes/no items", 3, 2, 300, 8, 0.15),
    Cell("three classes, yes/no items", 3, 2, 300, 8, 0.25),
)


def people(cell: Cell, run: int) -> Indicators:
    """Answers: in each class every item leans to yes or to no; five points are five tries of that lean."""
    rng = np.random.default_rng([cell.truth, cell.n, cell.items, cell.levels, round(100 * cell.apart), run])
    item = np.arange(cell.items)
    lean = {1: 0 * item[None], 2: np.stack([0 * item + 1, 0 * item - 1])}.get(
        cell.truth, np.stack([0 * item + 1, 0 * item - 1, np.where(item % 2, 1, -1)])
    )
    chance = 0.5 + cell.apart * lean[rng.integers(0, cell.truth, cell.n)]
    return Indicators.of(categorical=rng.binomial(cell.levels - 1, chance), levels=[cell.levels] * cell.items)


def simulate(cell: Cell, runs: int) -> tuple[float, float]:
    """Share of runs with p at most .05 and .10 when `tested` is tested against one class more."""
    found = []
    for run in range(runs):
        data = people(cell, run)
        found.append(bootstrap_lrt(data, *select(data, (cell.tested, cell.tested + 1), starts=10), seed=run).p)
    p = np.array(found)
    return float((p <= 0.05).mean()), float((p <= 0.10).mean())


@pytest.mark.slow
@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.truth == cell.tested and cell.levels == 2])
def test_the_test_keeps_its_level(cell):
    assert simulate(cell, 150)[0] <= 0.09  # more than two standard errors above .05


@pytest.mark.slow
def test_the_test_sees_classes_that_are_there():
    assert simulate(CELLS[5], 40)[0] >= 0.95


NOTES = """# Latent classes: how often the bootstrap test is wrong

Per cent of {runs} simulated samples (Monte Carlo error {error:.1f} where the true value is 5; {few} samples for the
power) with p at most .05 and .10 when k classes are tested against k + 1. Made by
`python3 -m uv run python tests/stats/test_mixture_bootstrap.py` in {minutes:.0f} minutes of one core, seeded; the notes
at the end are written by hand.

Classes are equally large. In a class, an item is answered with yes in 50 per cent plus or minus `apart`; a five-point
answer is the sum of four such answers. 99 draws, 10 starts, stopping after 10 draws beyond the data.

| population | true classes | tested | n | items | apart | p <= .05 | p <= .10 |
|---|---|---|---|---|---|---|---|
"""
AFTERWARDS = """
- Where the tested number is the true one, the figures are the size of the test and should be 5 and 10; where it is
  smaller, they are its power. A third class that is 15 points apart goes unnoticed with 300 people.
- Data and draws are searched in the same way. A test that searches the data thoroughly and the draws hastily finds
  classes that are not there.
- The test answers whether one class more is needed *if there are classes*. Correlated attitudes without groups are
  imitated by classes, and it asks for as many as that takes (in one sample of 600 people x 8 five-point items: four
  classes for one factor, six for two): it is no evidence that groups exist.

## Agreement

Latent classes of carcinoma and gss82, two to four: log-likelihood within 2e-8 of poLCA (never below by more than
1e-9), shares within 1e-5, probabilities within 4e-5 (`tests/stats/test_mixture_reference.py`). Gaussian mixtures of
faithful: log-likelihood within 1e-7 of mclust in all five covariance models when mclust is run to the end; by default
it stops .0103 below its own maximum (EEE, three classes). Holes, weights and mixed columns: within 1e-7 of plain EM
in R.

## Speed and maxima

`tests/bench/bench_latent_classes.py`, k = 1 to 8, 20 starts each, 5,000 people x 20 five-point items, one core:
StepMix 3.0.0 takes 63 times as long (145 s against 2.3 s) at the same log-likelihoods when eight classes are true, 38
times (139 s against 3.6 s) when six are. 100,000 people x 6 items take half a minute, x 20 items (hardly two people
with the same answers) a little more than one.

Up to the true number of classes several starts find the same maximum. Beyond it there are countless maxima within a
few units: in the second case StepMix was luckier at k = 7 and 8 (by 3.5 and 6.2 units of 135,600), in other data it was
not; neither random memberships as starting values nor plain instead of accelerated steps do better on average.
`best_of` = 1 is the sign: that number of classes is too many, or needs more starts.
"""


def write(runs: int) -> None:
    """Write docs/validation-mixture.md."""
    start = time.process_time()
    lines = []
    for cell in CELLS:
        few = runs if cell.truth == cell.tested else runs // 4
        five, ten = simulate(cell, few)
        lines.append(
            f"| {cell.name} | {cell.truth} | {cell.tested} | {cell.n} | {cell.items} | {cell.apart:g} | "
            f"{100 * five:.1f} | {100 * ten:.1f} |\n"
        )
        print(lines[-1], end="", flush=True)
    minutes = (time.process_time() - start) / 60
    head = NOTES.format(runs=runs, few=runs // 4, error=100 * (0.05 * 0.95 / runs) ** 0.5, minutes=minutes)
    DOCS.write_text(head + "".join(lines) + AFTERWARDS, encoding="utf-8")


if __name__ == "__main__":
    write(200)
