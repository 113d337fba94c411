"""Before a factor analysis: do the items share enough, and how many dimensions do they have?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import Floats, check_count, too_few, wrong
from cxresearch.stats._correlation import need_definite
from cxresearch.stats._extract import extract
from cxresearch.stats._items import frozen, in_range
from cxresearch.stats.correlation import Correlation, correlation_of
from cxresearch.stats.estimate import Test


@dataclass(frozen=True, kw_only=True, eq=False)
class SamplingAdequacy:
    """Kaiser-Meyer-Olkin measure: shared against partial correlation, 0 to 1.

    Parameters
    ----------
    overall : float
    items : ndarray, shape (k,)
        Measure of sampling adequacy (MSA) of each item.
    n : int
    """

    overall: float
    items: Floats
    n: int


@dataclass(frozen=True, kw_only=True, eq=False)
class ParallelAnalysis:
    """Eigenvalues beside those of unrelated normal variables.

    Parameters
    ----------
    components, factors : int
        Leading eigenvalues above the quantile of the simulated ones, in an unbroken row.
    component_eigenvalues, factor_eigenvalues : ndarray, shape (k,)
        Of the correlations, and of the correlations with the communalities of a one-factor minres solution
        in the diagonal.
    component_quantiles, factor_quantiles, component_means, factor_means : ndarray, shape (k,)
        Of the simulated eigenvalues.
    quantile : float
    draws, seed, n : int
    """

    components: int
    factors: int
    component_eigenvalues: Floats
    factor_eigenvalues: Floats
    component_quantiles: Floats
    factor_quantiles: Floats
    component_means: Floats
    factor_means: Floats
    quantile: float
    draws: int
    seed: int
    n: int


@dataclass(frozen=True, kw_only=True, eq=False)
class AveragePartial:
    """Velicer's minimum average partial test.

    Parameters
    ----------
    components : int
        Number of components with the smallest average squared partial correlation (Velicer 1976).
    components_revised : int
        The same with fourth powers (Velicer, Eaton & Fava 2000).
    squared, fourth : ndarray, shape (m + 1,)
        Averages after 0, 1, ..., m components are taken out.
    """

    components: int
    components_revised: int
    squared: Floats
    fourth: Floats


def sampling_adequacy(x: ArrayLike | Correlation) -> SamplingAdequacy:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, overall and for each item.

    Parameters
    ----------
    x : array_like, shape (n, k), or Correlation

    Raises
    ------
    NotEnoughData
        ``stats.singular`` when the correlations cannot be inverted.

    References
    ----------
    Kaiser 1970, Psychometrika 35:401-415; Kaiser & Rice 1974, Educ. Psychol. Meas. 34:111-117; as R
    ``psych::KMO``.

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> round(sampling_adequacy(given([[1, .5, .5], [.5, 1, .5], [.5, .5, 1]], n=50)).overall, 4)
    0.6923
    """
    c = correlation_of(x)
    need_definite(c, "The Kaiser-Meyer-Olkin measure")
    inverse = np.linalg.inv(c.r)
    root = np.sqrt(np.diag(inverse))
    partial = (inverse / np.outer(root, root)) ** 2
    shared = c.r**2
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(shared, 0.0)
    whole, rest = shared.sum(axis=0), partial.sum(axis=0)
    # an item that correlates with nothing at all shares nothing: 0, as the limit
    items = np.divide(whole, whole + rest, out=np.zeros(c.k), where=whole + rest > 0)
    total = float(whole.sum() + rest.sum())
    return SamplingAdequacy(overall=float(whole.sum()) / total if total > 0 else 0.0, items=frozen(items), n=c.n)


def bartlett_sphericity(x: ArrayLike | Correlation) -> Test:
    """Bartlett's test that all correlations are zero; with many respondents it rejects nearly always.

    Raises
    ------
    NotEnoughData
        ``stats.singular`` when the correlations cannot be inverted.

    References
    ----------
    Bartlett 1951, Biometrika 38:337-344; as R ``psych::cortest.bartlett``.

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> test = bartlett_sphericity(given([[1, .5], [.5, 1]], n=50))
    >>> round(test.statistic, 4), test.df
    (13.6649, 1.0)
    """
    c = correlation_of(x)
    need_definite(c, "Bartlett's test")
    statistic = max(-float(np.linalg.slogdet(c.r)[1]) * (c.n - 1 - (2 * c.k + 5) / 6), 0.0)
    df = c.k * (c.k - 1) / 2
    return Test(
        name="bartlett_sphericity",
        statistic=statistic,
        df=df,
        df2=None,
        p=float(stats.chi2.sf(statistic, df)),
        n=c.n,
        method="Bartlett test of sphericity, chi-square",
        effect=None,
    )


def parallel_analysis(
    x: ArrayLike | Correlation, draws: int = 200, quantile: float = 0.95, seed: int = 1
) -> ParallelAnalysis:
    """Horn's parallel analysis for components and for common factors.

    Parameters
    ----------
    x : array_like, shape (n, k), or Correlation
        More respondents than items. Polychoric correlations vary more than the simulated Pearson ones do:
        with few respondents they suggest too many dimensions.
    draws : int
        Simulated data sets of unrelated normal variables.
    quantile : float
        Of the simulated eigenvalues; 0.5 and less suggest too many dimensions.
    seed : int
        The same seed gives the same answer.

    Raises
    ------
    NotEnoughData
        ``stats.too-few`` when respondents are not more than items.

    References
    ----------
    Horn 1965, Psychometrika 30:179-185; Glorfeld 1995, Educ. Psychol. Meas. 55:377-393; as R
    ``psych::fa.parallel``, whose final numbers also come from simulated, not from resampled data.

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> r = given([[1, .6, .5], [.6, 1, .5], [.5, .5, 1]], n=200)
    >>> parallel_analysis(r, draws=50).components
    1
    """
    c = correlation_of(x)
    times, start = check_count(draws, "draws", 20), check_count(seed, "seed")
    quantile = in_range(quantile, "quantile", "The quantile", 0.01, 0.999)
    if c.n <= c.k:
        raise too_few(
            "too-few",
            "Parallel analysis needs more respondents than items.",
            given=(c.n, c.k),
            allowed=f"more than {c.k} respondents",
        )
    rng = np.random.default_rng(start)
    values = np.empty((times, 2, c.k))
    for draw in range(times):
        values[draw] = _both(_unrelated(rng, c.n, c.k))
    observed = _both(c.r)
    limit = np.quantile(values, quantile, axis=0)
    mean = values.mean(axis=0)
    return ParallelAnalysis(
        components=_leading(observed[0] > limit[0]),
        factors=_leading(observed[1] > limit[1]),
        component_eigenvalues=frozen(observed[0]),
        factor_eigenvalues=frozen(observed[1]),
        component_quantiles=frozen(limit[0]),
        factor_quantiles=frozen(limit[1]),
        component_means=frozen(mean[0]),
        factor_means=frozen(mean[1]),
        quantile=quantile,
        draws=times,
        seed=start,
        n=c.n,
    )


def minimum_average_partial(x: ArrayLike | Correlation, most: int | None = None) -> AveragePartial:
    """Velicer's minimum average partial (MAP) test, original and revised.

    Parameters
    ----------
    x : array_like, shape (n, k), or Correlation
        At least three items.
    most : int, optional
        Largest number of components to try; by default and at most the number of items minus two.

    References
    ----------
    Velicer 1976, Psychometrika 41:321-327; Velicer, Eaton & Fava 2000, in Goffin & Helmes, Problems and
    solutions in human assessment, 41-71. R ``psych::vss`` starts at one component, Velicer at none.

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> minimum_average_partial(given([[1, .6, .5], [.6, 1, .5], [.5, .5, 1]], n=200)).components
    1
    """
    c = correlation_of(x)
    if c.k < 3:
        raise wrong("shape", "There are too few items.", given=c.k, allowed="at least 3")
    limit = c.k - 2 if most is None else min(check_count(most, "most", 1), c.k - 2)
    values, vectors = np.linalg.eigh(c.r)
    parts = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0))
    averages = []
    for m in range(limit + 1):
        partial = c.r - parts[:, :m] @ parts[:, :m].T
        left = np.diag(partial)
        if (left < 1e-10).any():
            break  # an item is used up: its partial correlations are not defined
        squared = partial**2 / np.outer(left, left)
        np.fill_diagonal(squared, 0.0)
        averages.append((squared.sum(), (squared**2).sum()))
    table = np.array(averages) / (c.k * (c.k - 1))
    best = table.argmin(axis=0)
    return AveragePartial(
        components=int(best[0]),
        components_revised=int(best[1]),
        squared=frozen(table[:, 0]),
        fourth=frozen(table[:, 1]),
    )


def _both(r: Floats) -> Floats:
    """Eigenvalues of a correlation matrix and of its one-factor reduced form, (2, k), falling."""
    reduced = r.copy()
    if r.shape[0] > 2:
        np.fill_diagonal(reduced, (extract(r, 1, "minres").loadings ** 2).sum(axis=1))
    else:  # two items determine no factor: equal loadings
        np.fill_diagonal(reduced, abs(r[0, 1]))
    values: Floats = np.array([np.linalg.eigvalsh(r)[::-1], np.linalg.eigvalsh(reduced)[::-1]])
    return values


def _unrelated(rng: np.random.Generator, n: int, k: int) -> Floats:
    """Correlations of n draws of k unrelated normal variables, by Bartlett's decomposition of their products."""
    root = np.tril(rng.standard_normal((k, k)), -1)
    root[np.diag_indices(k)] = np.sqrt(rng.chisquare(n - 1 - np.arange(k)))
    length = np.sqrt((root**2).sum(axis=1, keepdims=True))
    unit = root / length
    r: Floats = unit @ unit.T
    np.fill_diagonal(r, 1.0)
    return r


def _leading(above: np.ndarray) -> int:
    return int(above.size if above.all() else above.argmin())
