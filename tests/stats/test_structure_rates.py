"""How often does the structure test see groups where there are none, and where there are some?

``python -m tests.stats.test_structure_rates without`` (or ``shapes``, ``with``, ``speed``; nothing for all of them)
runs the simulation and writes its part of docs/validation-structure.md. A number of runs can follow (default 100).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cxresearch.stats.structure import StructureTest, structure_test

from .structure_populations import SHAPES, WITH, WITHOUT, Population

SEED, ALPHA, DRAWS = 20240417, 0.05, 19
PAGE = Path(__file__).parents[2] / "docs" / "validation-structure.md"


def once(population: Population, null: str, run: int, draws: int = DRAWS) -> StructureTest:
    rng = np.random.default_rng([SEED, run])
    return structure_test(population.draw(rng, population.n, population.m), null=null, draws=draws, seed=run)


def rejected(population: Population, null: str, runs: int) -> tuple[float, float]:
    """Share of samples in which groups are seen at .05, and the median statistic."""
    found = [once(population, null, run) for run in range(runs)]
    return float(np.mean([f.p <= ALPHA for f in found])), float(np.median([f.statistic for f in found]))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one factor, n = 200", "two factors, skewed, n = 200", "acquiescence"])
def test_attitudes_without_groups_are_no_groups(name):
    assert rejected(WITHOUT[name], "copula", 60)[0] <= 0.13  # .05, and three standard errors


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one flat factor", "one lopsided factor (exponential)", "extreme response style"])
def test_a_continuum_of_another_shape_is_no_group_either(name):
    assert rejected(SHAPES[name], "continuum", 30)[0] <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize("null", ["copula", "continuum"])
@pytest.mark.parametrize("name", ["three groups, 2 SD apart", "latent classes, yes or no, .85"])
def test_separated_groups_are_seen(name, null):
    assert rejected(WITH[name], null, 30)[0] >= 0.95


def table(populations: dict[str, Population], nulls: tuple[str, ...], runs: int) -> list[str]:
    lines = ["| people | n | items | runs | " + " | ".join(nulls) + " |", "|---|---|---|---|" + "---|" * len(nulls)]
    for name, population in populations.items():
        cells = []
        for null in nulls:
            share, statistic = rejected(population, null, runs)
            cells.append(f"{100 * share:.0f} ({statistic:.1f})")
        lines.append(f"| {name} | {population.n:,} | {population.m} | {runs} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    return lines


def speed() -> list[str]:
    lines = ["| people | items | draws | processor seconds |", "|---|---|---|---|"]
    for n, m in ((600, 8), (600, 20), (5000, 8), (5000, 20)):
        people = WITHOUT["two factors"].draw(np.random.default_rng(1), n, m)
        start = time.process_time()
        structure_test(people, draws=99)
        lines.append(f"| {n:,} | {m} | 99 | {time.process_time() - start:.1f} |")
    return lines


def write(part: str, lines: list[str]) -> None:
    """Put a table between its marks."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(begin)
    PAGE.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1], encoding="utf-8")


if __name__ == "__main__":
    which = sys.argv[1:2] or ["without", "shapes", "with", "speed"]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    both = ("copula", "continuum")
    for one in which:
        made = {
            "without": lambda: table(WITHOUT, ("copula",), count),
            "shapes": lambda: table(SHAPES, both, count),
            "with": lambda: table(WITH, both, count),
            "speed": speed,
        }[one]()
        write(one, made)
