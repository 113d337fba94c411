"""The highest maximum that many starts find, without those that are no solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.errors import Fault, NotEnoughData
from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.mixture.em import Engine
from cxresearch.stats.mixture.squarem import climb

#: A class starts half way between the average of all and one person.
OWN = 0.5
#: Starts are run until three steps gain less than the first number; those further behind than the second stop there.
LADDER = ((1e-3, 10.0), (1e-4, 3.0), (1e-5, 1.0), (1e-6, 0.1))
#: Log-likelihoods that differ by less are the same maximum.
SAME = 1e-3
#: More rows than this: the first runs see a sample of that size.
ROWS = 20_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """The best start: its parameters in the units of the engine, (k, width), and how it compares."""

    theta: Floats
    log_likelihood: float
    converged: bool
    starts: int
    best_of: int
    degenerate: int


def search(engine: Engine, k: int, starts: int, seed: int, steps: int, tolerance: float) -> Found:
    """Run random starts, all of them until they hardly rise, those within reach of the best to the end."""
    rows = [random_rows(engine, k, 1, np.random.default_rng([seed, k, i])) for i in range(starts)]
    theta = engine.blend(np.concatenate(rows), OWN)
    if engine.weights.size > ROWS:
        rng = np.random.default_rng([seed, k])
        few = rng.multinomial(ROWS, engine.weights / engine.weights.sum())
        sample = engine.subset(np.flatnonzero(few), few[few > 0].astype(np.float64))
        theta, reached, _ = climb(sample, theta, steps, LADDER[0][0])
        usable = ~sample.degenerate(theta)
        reached = np.where(usable, reached * engine.weights.sum() / ROWS, -np.inf)
        theta = theta[np.argsort(-reached, kind="stable")[: max(starts // 4, 5)]]
    return best(engine, theta, steps, tolerance, starts)


def best(engine: Engine, theta: Floats, steps: int, tolerance: float, starts: int | None = None) -> Found:
    """Return the highest maximum above these starting values, (starts, k, width)."""
    theta = theta.copy()
    reached, broken = np.full(len(theta), -np.inf), np.zeros(len(theta), dtype=bool)
    while True:
        rows = np.flatnonzero(~broken)
        if not rows.size:
            raise every_start_broken(theta.shape[1])
        for gain, reach in LADDER:
            theta[rows], reached[rows], _ = climb(engine, theta[rows], steps, max(gain, tolerance))
            broken[rows] = engine.degenerate(theta[rows])
            rows = rows[~broken[rows]]
            rows = rows[reached[rows] >= reached[rows].max(initial=-np.inf) - reach]
        if not rows.size:
            continue
        winner = int(rows[np.argmax(reached[rows])])
        noise = 4 * float(np.finfo(np.float64).eps) * abs(float(reached[winner]))
        last, top, converged = climb(engine, theta[[winner]], steps, max(tolerance, noise))
        broken[winner] = engine.degenerate(last)[0]
        if not broken[winner]:
            break
    return Found(
        theta=last[0],
        log_likelihood=float(top[0]),
        converged=bool(converged[0]),
        starts=starts or reached.size,
        best_of=int((reached[rows] > reached[winner] - SAME).sum()),
        degenerate=int(broken.sum()),
    )


def random_rows(engine: Engine, k: int, starts: int, rng: np.random.Generator) -> Ints:
    """Return k different rows for each start, (starts, k), likelier where more people are."""
    chance = engine.weights / engine.weights.sum()
    return np.array([rng.choice(chance.size, k, replace=False, p=chance) for _ in range(starts)])


def one_more(engine: Engine, theta: Floats, more: int, rng: np.random.Generator) -> Floats:
    """Return starting values with `more` classes added, each around a random person, as large as the others."""
    starts, k, _ = theta.shape
    new = engine.blend(random_rows(engine, more, starts, rng), OWN)
    new[..., 0] = 1 / (k + more)
    old = theta.copy()
    old[..., 0] *= k / (k + more)
    return np.concatenate([old, new], axis=1)


def every_start_broken(k: int) -> NotEnoughData:
    """Build the error for a search that found no solution; the caller raises it."""
    return NotEnoughData(
        Fault(
            code="stats.degenerate",
            what="Every start ended in a class without people or without variation.",
            given=f"{k} classes",
            allowed="classes in which numbers vary",
            do="Use fewer classes, covariance='equal_diagonal', treat a column of few values as categorical, or leave "
            "out a column that repeats others.",
        )
    )
