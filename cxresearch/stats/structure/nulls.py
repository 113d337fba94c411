"""Data without groups: the same margins, and what may still hold the columns together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import Floats, Ints
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.structure.ladder import Ladder, ladder_of
from cxresearch.stats.structure.moments import (
    coefficients,
    correlations,
    definite,
    latent_correlations,
    visible,
)

SPREADS = ("normal", "even")
#: Corrections of each draw towards the correlations that were seen.
CORRECTIONS = 3
#: People a column that are needed before correlations of a draw can be corrected.
PER_COLUMN = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Null:
    """People without groups, from whom samples can be drawn.

    Parameters
    ----------
    ladder : Ladder
        The columns as they were seen.
    seen, latent : ndarray, shape (m, m)
        Correlations of the scores, and of the normal variables behind them.
    slope : ndarray, shape (m, m)
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
        n, m = self.ladder.n, self.ladder.m
        noise = rng.standard_normal((n, m))
        if self.even:
            noise[:, m - self.even :] = rng.uniform(-np.sqrt(3), np.sqrt(3), (n, self.even))
        held = self.held and n >= PER_COLUMN * m
        if held:
            noise = _whitened(noise, self.ladder.weights)
        root = np.linalg.cholesky(self.latent)
        if self.even:
            values, vectors = np.linalg.eigh(self.latent)
            noise = np.linalg.solve(root, (noise * np.sqrt(values) @ vectors.T).T).T
        best, nearest, latent = self._cut(noise @ root.T), np.inf, self.latent
        for _ in range(CORRECTIONS if held else 0):
            missed = self.seen - correlations(self.ladder, self.ladder.scored(best))
            nearest = min(nearest, float(np.abs(missed).sum()))
            tried = np.clip(latent + missed / self.slope, -1.0, 1.0)
            np.fill_diagonal(tried, 1.0)
            tried = definite(tried)
            places = self._cut(noise @ np.linalg.cholesky(tried).T)
            left = float(np.abs(self.seen - correlations(self.ladder, self.ladder.scored(places))).sum())
            if left >= nearest:
                break
            best, latent = places, tried
        return best

    def _cut(self, latent: Floats) -> Ints:
        """Give the answers of each column to the same people in the order of their latent values."""
        places = np.full(latent.shape, -1, dtype=np.intp)
        for j, margin in enumerate(self.ladder.margins):
            rows = np.flatnonzero(self.ladder.answered[:, j])
            order = rows[np.argsort(latent[rows, j])]
            weight = self.ladder.weights[order]
            reached = (np.cumsum(weight) - weight / 2) / max(weight.sum(), np.finfo(np.float64).tiny)
            places[order, j] = np.searchsorted(np.cumsum(margin)[:-1], reached, side="right")
        return places


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
        Categories of a nominal column are put into the order of the first dimension of a multiple correspondence
        analysis. That makes their relations as strong as one dimension can, so the null is more generous and a test
        against it errs on the side of finding no groups.
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
    unit = np.eye(ladder.m)
    return Null(ladder=ladder, seen=unit, latent=unit, slope=unit, even=0, held=False)


def copula(ladder: Ladder, even: int = 0) -> Null:
    """Return the null of columns with the same correlations."""
    coefficient, seen = coefficients(ladder), correlations(ladder, ladder.scored(ladder.places))
    latent = definite(latent_correlations(coefficient, seen))
    slope = np.maximum(visible(coefficient, latent)[1], 0.1)
    return Null(ladder=ladder, seen=seen, latent=latent, slope=slope, even=min(even, ladder.m), held=True)


def _whitened(noise: Floats, weights: Floats) -> Floats:
    """Make the columns uncorrelated in the sample, with mean 0 and variance 1."""
    n = weights.size
    centred = noise - weights @ noise / n
    root = np.linalg.cholesky((centred * weights[:, None]).T @ centred / n)
    result: Floats = np.linalg.solve(root, centred.T).T
    return result
