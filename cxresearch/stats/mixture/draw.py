"""People as a mixture would have them."""

from __future__ import annotations

import numpy as np

from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, Ints, check_count
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.mixture.solution import Mixture


def sample(mixture: Mixture, n: int, rng: np.random.Generator) -> Indicators:
    """Draw n people who answered everything, without weights; the classes come in random order.

    Parameters
    ----------
    mixture : Mixture
    n : int
    rng : numpy.random.Generator

    Returns
    -------
    Indicators

    Examples
    --------
    >>> from cxresearch.stats.mixture.fitting import fit
    >>> one = fit(Indicators.of(categorical=[[0, 1], [1, 1], [1, 0], [1, 1]]), 1)
    >>> drawn = sample(one, 1000, np.random.default_rng(1))
    >>> drawn.categorical.mean(axis=0).round(1).tolist()
    [0.7, 0.7]
    """
    n = check_count(n, "n", least=1)
    member: Ints = rng.choice(mixture.k, n, p=mixture.shares / mixture.shares.sum())
    codes = [_categories(probability[member], rng) for probability in mixture.probabilities]
    values = mixture.means[member]
    for c, covariance in enumerate(mixture.covariances):
        roots, axes = np.linalg.eigh(covariance)  # a constant column has no Cholesky factor
        own = np.flatnonzero(member == c)
        noise = rng.standard_normal((own.size, roots.size)) * np.sqrt(np.maximum(roots, 0.0))
        values[own] += noise @ axes.T
    return Indicators(
        categorical=frozen(np.column_stack(codes) if codes else np.empty((n, 0), dtype=np.intp)),
        levels=mixture.levels,
        ordered=mixture.ordered,
        numeric=frozen(values),
        counts=frozen(rng.poisson(mixture.rates[member]).astype(np.float64)),
        names=mixture.names,
    )


def _categories(chances: Floats, rng: np.random.Generator) -> Ints:
    """One category a row, from cumulated chances; one that has no chance is never drawn."""
    ends = chances.cumsum(axis=1)
    drawn = rng.random(len(chances)) * ends[:, -1]
    found: Ints = (drawn[:, None] >= ends).sum(axis=1)
    return found
