"""How often does the gate of measurement invariance cry wolf, and how often does it see one?

``python tests/stats/test_invariance_simulation.py`` runs the full simulation and writes
docs/validation-invariance.md.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from cxresearch.stats.cfa import invariance, partial

MODELS = ("configural", "metric", "scalar")
CONSTRUCTS = {"ease": [0, 1, 2, 3], "trust": [4, 5, 6, 7]}
LOADINGS = np.tile([0.80, 0.70, 0.75, 0.65], 2)
LATENT = np.array([[1, 0.5], [0.5, 1]])
#: Cumulated shares of five answers: symmetric ones, and those of satisfied customers (3, 7, 15, 40, 35 %).
SCALES = {
    "even": stats.norm.ppf([0.07, 0.31, 0.69, 0.93]),
    "skewed": stats.norm.ppf([0.03, 0.10, 0.25, 0.65]),
}
SIZES = (100, 300, 1000)
ODD = 2  # the item that shifts


@dataclass(frozen=True)
class Cell:
    """What the population looks like: a shift of one item, a difference of latent means, in SD."""

    name: str
    shift: float = 0.0
    gap: float = 0.0
    scale: str = "even"


CELLS = (
    Cell("invariant"),
    Cell("invariant, means .5 apart", gap=0.5),
    Cell("invariant, skewed answers", scale="skewed"),
    Cell("invariant, skewed, means .5 apart", gap=0.5, scale="skewed"),
    Cell("one item shifted by .2", shift=0.2),
    Cell("one item shifted by .5", shift=0.5),
    Cell("one item shifted by .5, skewed", shift=0.5, scale="skewed"),
)


def draw(rng: np.random.Generator, cell: Cell, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers of two groups: a factor model cut into five categories; shifts are in SD of the item."""
    who = np.repeat([0, 1], n)
    latent = rng.multivariate_normal([0, 0], LATENT, size=2 * n) + cell.gap * who[:, None]
    noise = rng.standard_normal((2 * n, 8)) * np.sqrt(1 - LOADINGS**2)
    response = np.repeat(latent, 4, axis=1) * LOADINGS + noise
    response[:, ODD] += cell.shift * who
    return np.searchsorted(SCALES[cell.scale], response) + 1.0, who


@dataclass(frozen=True)
class Outcome:
    alarm: bool
    metric: bool
    likelihood_ratio: bool
    improper: bool
    blamed: tuple[str, ...]
    rescued: bool


def once(rng: np.random.Generator, cell: Cell, n: int) -> Outcome:
    answers, who = draw(rng, cell, n)
    gate = invariance(answers, who, CONSTRUCTS, models=MODELS)
    alarm = gate.verdict != "comparable"
    after = partial(answers, who, CONSTRUCTS, models=MODELS, anchor="soundest") if alarm else gate
    return Outcome(
        alarm=alarm,
        metric="fails:metric" in gate.reasons,
        likelihood_ratio=gate.steps[1].p < 0.05,
        improper=not gate.admissible,
        blamed=tuple(sorted({f.item for f in after.freed})),
        rescued=after.verdict == "partially_comparable",
    )


def cell_of(cell: Cell, n: int, times: int) -> list[Outcome]:
    rng = np.random.default_rng([n, CELLS.index(cell), 7])
    return [once(rng, cell, n) for _ in range(times)]


def share(hits: list[bool]) -> float:
    return 100 * float(np.mean(hits)) if hits else float("nan")


@pytest.mark.slow
def test_the_gate_is_quiet_where_it_should_be_and_finds_what_matters():
    quiet = cell_of(CELLS[0], 300, 60)
    assert share([o.alarm for o in quiet]) <= 5
    loud = cell_of(CELLS[5], 300, 60)
    assert share([str(ODD) in o.blamed for o in loud if o.alarm]) >= 80
    nominal = cell_of(CELLS[0], 1000, 150)
    assert share([o.likelihood_ratio for o in nominal]) <= 12


NOTES = "## What to take from it\n"


def report(times: int) -> str:
    rows = []
    with ProcessPoolExecutor(2) as pool:
        jobs = {(c, n): pool.submit(cell_of, c, n, times) for c in CELLS for n in SIZES}
        for (cell, n), job in jobs.items():
            out = job.result()
            alarms = [o for o in out if o.alarm]
            right = share([o.blamed == (str(ODD),) for o in alarms]) if cell.shift else float("nan")
            numbers = (
                share([o.alarm for o in out]),
                share([o.metric for o in out]),
                share([o.likelihood_ratio for o in out]),
                share([o.improper for o in out]),
                right,
                share([o.rescued for o in alarms]),
            )
            cells = " | ".join("" if np.isnan(x) else f"{x:.1f}" for x in numbers)
            rows.append(f"| {cell.name} | {n} | {cells} |")
            print(rows[-1], flush=True)
    return "\n".join(
        [
            "# Does the gate of measurement invariance see what matters?",
            "",
            f"Per cent of {times} simulated samples (Monte Carlo error at most {50 / np.sqrt(times):.1f}). Made by",
            "`python tests/stats/test_invariance_simulation.py`, seeded; the notes at the end are written by hand.",
            "",
            "Two groups of n respondents answer two constructs of four items each (standardised loadings .80, .70,",
            ".75, .65; constructs correlate .5) on five-point scales, cut from a normal variable: even answers are",
            "7, 24, 38, 24, 7 %, skewed ones 3, 7, 15, 40, 35 %. A shift moves the third item of the first construct",
            "in the second group by so many standard deviations, a difference of means moves both constructs.",
            "The rule is the default one: CFI may drop by .010, RMSEA may rise by .015.",
            "",
            '- *alarm*: `invariance` does not say "comparable"; *metric*: of all samples, already at the loadings.',
            "- *test*: the likelihood-ratio test of the scalar step has p < .05.",
            "- *improper*: a solution is improper.",
            '- *right item*: of the alarms, `partial(anchor="soundest")` frees the shifted item and no other.',
            '- *rescued*: of the alarms, `partial` reaches "partially comparable".',
            "",
            "| population | n per group | alarm | metric | test | improper | right item | rescued |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    started = time.perf_counter()
    path = Path(__file__).parents[2] / "docs" / "validation-invariance.md"
    notes = path.read_text(encoding="utf-8").split(NOTES) if path.exists() else []
    text = report(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    path.write_text(text + "\n" + NOTES + (notes[1] if len(notes) > 1 else ""), encoding="utf-8")
    print(f"{time.perf_counter() - started:.0f} s")
