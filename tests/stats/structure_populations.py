"""Populations with and without groups, to test on: what people answer, and in which truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from cxresearch.stats.mixture import Indicators

Rng = np.random.Generator
#: Cumulated shares of five answers: symmetric, and those of satisfied customers (3, 7, 15, 40, 35 %).
EVEN = ndtri([0.07, 0.31, 0.69, 0.93])
SKEWED = ndtri([0.03, 0.10, 0.25, 0.65])
#: Who answers how, of three groups.
PROFILES = np.array([[1, 1, 1, 1, 1, 1, 1, 1], [-1, -1, -1, -1, 1, 1, 0, 0], [0, 0, 1, 1, -1, -1, -1, -1]], dtype=float)
CAMPS = np.array(
    [[1, 1, 1, 1, -1, -1, -1, -1], [-1, -1, -1, -1, 1, 1, 1, 1], [1, 1, -1, -1, -1, -1, 1, 1]], dtype=float
)
YES = np.array([[1, 1, 0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 0, 0, 1, 0], [0, 1, 0, 0, 1, 1, 0, 0]], dtype=float)
SHARES = (0.4, 0.35, 0.25)


def rated(latent: np.ndarray, cuts: np.ndarray = EVEN) -> Indicators:
    """Five-point answers."""
    codes = np.searchsorted(cuts, latent)
    return Indicators.of(categorical=codes, levels=[5] * codes.shape[1], ordered=[True] * codes.shape[1])


def standard(x: np.ndarray) -> np.ndarray:
    return (x - x.mean(axis=0)) / x.std(axis=0)


def wide(row: np.ndarray, m: int) -> np.ndarray:
    return np.tile(row, (1, m // 8 + 1))[:, :m]


# --- without groups ---------------------------------------------------------------------------------------
def noise(rng: Rng, n: int, m: int) -> np.ndarray:
    return rng.standard_normal((n, m))


def factors(rng: Rng, n: int, m: int, loading: float, how: Callable[[Rng, tuple[int, int]], np.ndarray], many: int = 1):
    """Items of one or two factors of any shape, with normal errors."""
    which = np.eye(many)[np.arange(m) * many // m].T * loading
    return how(rng, (n, many)) @ which + np.sqrt(1 - loading**2) * rng.standard_normal((n, m))


def normal(rng: Rng, shape: tuple[int, int]) -> np.ndarray:
    return rng.standard_normal(shape)


def flat(rng: Rng, shape: tuple[int, int]) -> np.ndarray:
    return rng.uniform(-np.sqrt(3), np.sqrt(3), shape)


def lopsided(rng: Rng, shape: tuple[int, int]) -> np.ndarray:
    return 1 - rng.exponential(1, shape)


def acquiescent(rng: Rng, n: int, m: int) -> np.ndarray:
    """Half of the items are reverse-keyed, and people differ in how much they agree to anything."""
    factor, agreeing = rng.standard_normal((2, n, 1))
    return 0.6 * factor * np.where(np.arange(m) % 2, 1, -1) + 0.5 * agreeing + np.sqrt(0.39) * noise(rng, n, m)


def extreme(rng: Rng, n: int, m: int) -> np.ndarray:
    """Some people use the ends of the scale, some the middle."""
    return np.exp(0.4 * rng.standard_normal((n, 1))) * factors(rng, n, m, 0.6, normal)


def yes_no(latent: np.ndarray, share: float) -> Indicators:
    return Indicators.of(categorical=(latent < ndtri(share)).astype(int), levels=[2] * latent.shape[1])


def mixed(rng: Rng, n: int, m: int) -> Indicators:
    """Ratings, two choices among several, a number and a count, all of two continuous factors."""
    latent = factors(rng, n, m, 0.8, normal, 2)
    factor = np.stack([latent[:, : m // 2].mean(axis=1), latent[:, m // 2 :].mean(axis=1)], axis=1)
    choices = [
        (factor @ rng.normal(0, 1, (2, options)) + rng.gumbel(size=(n, options))).argmax(axis=1) for options in (3, 5)
    ]
    ratings = np.searchsorted(EVEN, latent[:, : m - 4])
    return Indicators.of(
        categorical=np.column_stack([ratings, *choices]),
        levels=[5] * (m - 4) + [3, 5],
        ordered=[True] * (m - 4) + [False] * 2,
        numeric=np.exp(latent[:, [m - 2]]),
        counts=rng.poisson(np.exp(0.5 * latent[:, [m - 1]])),
    )


def holes(people: Indicators, rng: Rng, share: float = 0.15) -> Indicators:
    lost = rng.random(people.categorical.shape) < share
    return Indicators.of(
        categorical=np.where(lost, -1, people.categorical), levels=people.levels, ordered=people.ordered
    )


def weighted(people: Indicators, rng: Rng) -> Indicators:
    """Weights that go with the answers: design effect of about 1.5."""
    mean = standard(people.categorical.mean(axis=1))
    weights = np.exp(0.5 * mean + 0.4 * rng.standard_normal(people.n))
    return Indicators.of(categorical=people.categorical, levels=people.levels, ordered=people.ordered, weights=weights)


# --- with groups ------------------------------------------------------------------------------------------
def grouped(rng: Rng, n: int, m: int, distance: float, profiles: np.ndarray, factor: float = 0.0) -> Indicators:
    """Groups that differ by `distance` error SD a step of the profile; within them one factor or none."""
    means = wide(profiles, m)[rng.choice(len(profiles), n, p=SHARES)]
    error = factors(rng, n, m, factor, normal)
    return rated(standard(distance * means + error))


def levels(rng: Rng, n: int, m: int, distance: float, share: float = 0.4) -> Indicators:
    """Two groups, one higher on everything."""
    return rated(standard(distance * (rng.random((n, 1)) < share) + noise(rng, n, m)))


def classes(rng: Rng, n: int, m: int, likely: float, profiles: np.ndarray = YES) -> Indicators:
    """Latent classes of yes-or-no answers."""
    chance = np.where(wide(profiles, m)[rng.choice(len(profiles), n, p=SHARES)] > 0, likely, 1 - likely)
    return Indicators.of(categorical=(rng.random((n, m)) < chance).astype(int), levels=[2] * m)


@dataclass(frozen=True)
class Population:
    """Who is drawn, and how many of them answer how many items."""

    draw: Callable[[Rng, int, int], Indicators]
    n: int = 600
    m: int = 8


WITHOUT: dict[str, Population] = {
    "noise": Population(lambda r, n, m: rated(noise(r, n, m))),
    "noise, 20 items": Population(lambda r, n, m: rated(noise(r, n, m)), m=20),
    "one factor": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, normal))),
    "one factor, n = 200": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, normal)), n=200),
    "one factor, n = 200, 20 items": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, normal)), n=200, m=20),
    "one factor, n = 2,000": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, normal)), n=2000),
    "one factor, skewed answers": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, normal), SKEWED)),
    "one strong factor (.9), skewed": Population(lambda r, n, m: rated(factors(r, n, m, 0.9, normal), SKEWED)),
    "two factors": Population(lambda r, n, m: rated(factors(r, n, m, 0.8, normal, 2))),
    "two factors, skewed, n = 200": Population(lambda r, n, m: rated(factors(r, n, m, 0.8, normal, 2), SKEWED), n=200),
    "two factors, skewed, n = 2,000": Population(
        lambda r, n, m: rated(factors(r, n, m, 0.8, normal, 2), SKEWED), n=2000
    ),
    "acquiescence": Population(lambda r, n, m: rated(acquiescent(r, n, m))),
    "acquiescence, skewed, 20 items": Population(lambda r, n, m: rated(acquiescent(r, n, m), SKEWED), m=20),
    "yes or no, half yes": Population(lambda r, n, m: yes_no(factors(r, n, m, 0.7, normal), 0.5)),
    "yes or no, 15 % yes, 12 items": Population(lambda r, n, m: yes_no(factors(r, n, m, 0.7, normal), 0.15), m=12),
    "yes or no, 15 % yes, 12 items, n = 200": Population(
        lambda r, n, m: yes_no(factors(r, n, m, 0.7, normal), 0.15), n=200, m=12
    ),
    "two factors, 15 % missing": Population(lambda r, n, m: holes(rated(factors(r, n, m, 0.8, normal, 2)), r)),
    "two factors, 15 % missing, n = 200": Population(
        lambda r, n, m: holes(rated(factors(r, n, m, 0.8, normal, 2)), r), n=200
    ),
    "one factor, weights that go with answers": Population(
        lambda r, n, m: weighted(rated(factors(r, n, m, 0.7, normal)), r)
    ),
    "ratings, choices, a number, a count": Population(mixed, m=10),
    "ratings, choices, a number, a count, n = 2,000": Population(mixed, n=2000, m=10),
}
#: A continuum, though not a normal one: none of these is a group.
SHAPES: dict[str, Population] = {
    "extreme response style": Population(lambda r, n, m: rated(extreme(r, n, m))),
    "one flat factor": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, flat))),
    "two flat factors": Population(lambda r, n, m: rated(factors(r, n, m, 0.8, flat, 2))),
    "one lopsided factor (exponential)": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, lopsided))),
    "two lopsided factors": Population(lambda r, n, m: rated(factors(r, n, m, 0.8, lopsided, 2))),
    "one lopsided factor, n = 2,000": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, lopsided)), n=2000),
    "one flat factor, n = 2,000": Population(lambda r, n, m: rated(factors(r, n, m, 0.7, flat)), n=2000),
}
WITH: dict[str, Population] = {
    "three groups, 2 SD apart": Population(lambda r, n, m: grouped(r, n, m, 1.0, PROFILES)),
    "three groups, 2 SD apart, n = 200": Population(lambda r, n, m: grouped(r, n, m, 1.0, PROFILES), n=200),
    "three groups, 2 SD apart, 15 % missing": Population(lambda r, n, m: holes(grouped(r, n, m, 1.0, PROFILES), r)),
    "three groups, 1.2 SD apart": Population(lambda r, n, m: grouped(r, n, m, 0.6, PROFILES)),
    "three groups, 1.2 SD apart, n = 200": Population(lambda r, n, m: grouped(r, n, m, 0.6, PROFILES), n=200),
    "three groups, 0.8 SD apart": Population(lambda r, n, m: grouped(r, n, m, 0.4, PROFILES)),
    "three groups and a factor within, 1.2 SD": Population(lambda r, n, m: grouped(r, n, m, 0.6, CAMPS, 0.6)),
    "two levels, 1.5 SD apart": Population(lambda r, n, m: levels(r, n, m, 1.5)),
    "two levels, 1 SD apart": Population(lambda r, n, m: levels(r, n, m, 1.0)),
    "a tenth of people 2 SD higher": Population(lambda r, n, m: levels(r, n, m, 2.0, 0.1)),
    "latent classes, yes or no, .85": Population(lambda r, n, m: classes(r, n, m, 0.85)),
    "latent classes, yes or no, .75": Population(lambda r, n, m: classes(r, n, m, 0.75)),
    "latent classes, yes or no, .75, 20 items": Population(lambda r, n, m: classes(r, n, m, 0.75), m=20),
}
