"""Data without groups: the same margins, and what may still hold the columns together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.structure.cut import cut
from cxresearch.stats.structure.ladder import Ladder, ladder_of
from cxresearch.stats.structure.moments import (
    coefficients,
    correlations,
    definite,
    latent_correlations,
    visible,
)

SPREADS = ("normal", "even")
#: Corrections of each draw towards the correlations that were seen, and the pace below which it is left at that.
CORRECTIONS, SLOWEST = 6, 0.25
#: Nominal columns: draws and corrections of each by which the latent correlations are found.
PILOTS, PILOT_CORRECTIONS = 3, 16
#: People a column that are needed before correlations of a draw can be corrected.
PER_COLUMN = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Null:
    """People without groups, from whom samples can be drawn.

    Parameters
    ----------
    ladder : Ladder
        The columns as they were seen.
    seen, latent : ndarray, shape (d, d)
        Correlations of the numbers, and of the normal variables behind them.
    slope : ndarray, shape (d, d)
        Change of the former with the latter.
    even : int
        Leading dimensions that are spread evenly instead of normally.
    held : bool
        Whether each sample is given the correlations that were seen.
    """

    ladder: Ladder
    seen: Floats
    latent: Floats
    slope: Floats
    even: int
    held: bool

    def draw(self, rng: np.random.Generator) -> Indicators:
        """Draw as many people as were seen, with the same weights and the same holes."""
        return self.ladder.indicators(self.places(rng))

    def places(self, rng: np.random.Generator) -> Ints:
        """Draw people as places on the ladders of the columns."""
        return self.corrected(rng, CORRECTIONS)[0]

    def corrected(self, rng: np.random.Generator, steps: int) -> tuple[Ints, Floats]:
        """Draw people, and return also the latent correlations that gave this sample those that were seen."""
        n, d = self.ladder.n, self.latent.shape[0]
        noise = rng.standard_normal((n, d))
        if self.even:
            noise[:, d - self.even :] = rng.uniform(-np.sqrt(3), np.sqrt(3), (n, self.even))
        held = self.held and n >= PER_COLUMN * d
        if held:
            noise = _whitened(noise, self.ladder.weights)
        root = np.linalg.cholesky(self.latent)
        if self.even:
            values, vectors = np.linalg.eigh(self.latent)
            noise = np.linalg.solve(root, (noise * np.sqrt(values) @ vectors.T).T).T
        latent, places = self.latent, cut(self.ladder, noise @ root.T)
        missed, pace = self._missed(places), 1.0
        for _ in range(steps if held else 0):
            tried = definite(np.clip(latent + pace * missed / self.slope, -1.0, 1.0))
            other = cut(self.ladder, noise @ np.linalg.cholesky(tried).T)
            left = self._missed(other)
            if np.square(left).sum() < np.square(missed).sum():
                latent, places, missed = tried, other, left
            elif pace > SLOWEST:
                pace /= 2
            else:
                break
        return places, latent

    def _missed(self, places: Ints) -> Floats:
        """What these people lack of the correlations that were seen; of one column with itself nothing."""
        missed = self.seen - correlations(self.ladder, self.ladder.table(places))
        return np.where(self.ladder.owner[:, None] == self.ladder.owner, 0.0, missed)


def independent_null(people: Indicators, rng: np.random.Generator) -> Indicators:
    """Draw people with the same margins and the same holes whose columns have nothing to do with each other.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0, 0], [0, 0], [1, 1], [-1, 1]])
    >>> drawn = independent_null(people, np.random.default_rng(1))
    >>> sorted(drawn.categorical[:, 0].tolist()), drawn.categorical[3, 0].item()
    ([-1, 0, 0, 1], -1)
    """
    return independent(ladder_of(people)).draw(rng)


def copula_null(people: Indicators, spread: str = "normal", dimensions: int = 1) -> Null:
    """People with the same margins and the same correlations, cut from normal variables: attitudes without groups.

    Parameters
    ----------
    people : Indicators
        A nominal column becomes the largest of as many normal variables as it has categories (a choice by utility),
        so that what goes with each category is kept, not only what goes with one order of them.
    spread : {"normal", "even"}
        "even": the leading dimensions are spread evenly over an interval (independently, along the principal axes)
        instead of normally: a continuum of the shape that looks most like groups.
    dimensions : int
        How many are spread evenly.

    Returns
    -------
    Null
        Its ``draw(rng)`` returns people.

    Notes
    -----
    Latent correlations are those that leave the correlations seen (weighted, over the pairs that were answered)
    behind: polychoric, polyserial and normal-score correlations by moments instead of by likelihood. Each sample
    is then corrected until its own correlations are those seen, as far as the size of the sample lets them. So
    draws do not differ in correlations, which are the sufficient statistics of normal data, and it does not matter
    that the latent ones are estimates. Samples with fewer than twice as many people as columns are not corrected.
    Margins are kept exactly (weighted ones to within one person).

    References
    ----------
    Cario & Nelson 1997, Modeling and generating random vectors (NORTA), Northwestern University; Hermite series of
    the correlation: Mehler 1866; Liu et al. 2008, J. Am. Stat. Assoc. 103:1281-1293; even spread: Tibshirani,
    Walther & Hastie 2001, J. R. Stat. Soc. B 63:411-423.

    Examples
    --------
    >>> answers = np.random.default_rng(1).integers(0, 5, (200, 1)) + np.random.default_rng(2).integers(0, 2, (200, 3))
    >>> people = Indicators.of(categorical=answers, ordered=[True] * 3)
    >>> drawn = copula_null(people).draw(np.random.default_rng(3))
    >>> (np.sort(drawn.categorical, axis=0) == np.sort(answers, axis=0)).all().item()
    True
    >>> np.abs(np.corrcoef(drawn.categorical.T) - np.corrcoef(answers.T)).max().item() < 0.01
    True
    """
    if spread not in SPREADS:
        raise ArgumentError(unknown_name("stats.spread", "spread", spread, SPREADS))
    return copula(ladder_of(people), dimensions if spread == "even" else 0)


def independent(ladder: Ladder) -> Null:
    """Return the null of unrelated columns."""
    unit = np.eye(ladder.owner.size)
    return Null(ladder=ladder, seen=unit, latent=unit, slope=unit, even=0, held=False)


def copula(ladder: Ladder, even: int = 0) -> Null:
    """Return the null of columns with the same correlations."""
    coefficient, seen = coefficients(ladder), correlations(ladder, ladder.table(ladder.places))
    latent = latent_correlations(coefficient, seen)
    own = (ladder.owner[:, None] == ladder.owner) & ~np.eye(ladder.owner.size, dtype=bool)
    latent[own] = 0.0
    for column in np.flatnonzero(ladder.nominal):
        latent = _related(latent, ladder.owner == column)
    latent = definite(latent)
    slope = np.maximum(visible(coefficient, latent)[1], 0.1)
    null = Null(ladder=ladder, seen=seen, latent=latent, slope=slope, even=min(even, ladder.owner.size), held=True)
    if not any(ladder.nominal):
        return null
    found = [null.corrected(np.random.default_rng(pilot), PILOT_CORRECTIONS)[1] for pilot in range(PILOTS)]
    return replace(null, latent=definite(np.mean(found, axis=0)))


def _related(latent: Floats, block: NDArray[np.bool_]) -> Floats:
    """Let the utilities of a choice go together as far as the other columns make them."""
    others = definite(latent[np.ix_(~block, ~block)])
    to = latent[np.ix_(block, ~block)]
    to = to - to.mean(axis=0)  # what all categories have in common does not choose
    through = np.clip(to @ np.linalg.solve(others, to.T), -0.95, 0.95)
    np.fill_diagonal(through, 1.0)
    latent = latent.copy()
    latent[np.ix_(block, ~block)], latent[np.ix_(~block, block)] = to, to.T
    latent[np.ix_(block, block)] = through
    return latent


def _whitened(noise: Floats, weights: Floats) -> Floats:
    """Make the columns uncorrelated in the sample, with mean 0 and variance 1."""
    n = weights.size
    centred = noise - weights @ noise / n
    root = np.linalg.cholesky((centred * weights[:, None]).T @ centred / n)
    result: Floats = np.linalg.solve(root, centred.T).T
    return result
