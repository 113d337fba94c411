"""Exploratory factor analysis; how many factors and whether at all is in :mod:`cxresearch.stats.dimensions`.

All of it can be imported from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import Floats, check_count, wrong
from cxresearch.stats._correlation import DEFINITE, need_definite
from cxresearch.stats._extract import LEAST_UNIQUENESS, Extracted, Method, extract
from cxresearch.stats._items import frozen
from cxresearch.stats._noncentral import holding, noncentral_chi2
from cxresearch.stats.correlation import Correlation, correlation_of
from cxresearch.stats.dimensions import (
    AveragePartial,
    ParallelAnalysis,
    SamplingAdequacy,
    bartlett_sphericity,
    minimum_average_partial,
    parallel_analysis,
    sampling_adequacy,
)
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.rotation import Rotation, oblimin, unrotated, varimax

__all__ = [
    "PROBLEMS",
    "AveragePartial",
    "FactorFit",
    "FactorSolution",
    "ParallelAnalysis",
    "SamplingAdequacy",
    "bartlett_sphericity",
    "efa",
    "minimum_average_partial",
    "parallel_analysis",
    "sampling_adequacy",
]

Turn = Literal["none", "varimax", "oblimin"]

#: What the codes in ``FactorSolution.problems`` mean.
PROBLEMS = {
    "not_converged": "the extraction did not reach its minimum",
    "rotation_not_converged": "the rotation did not reach its optimum",
    "heywood": "an item's uniqueness ran to zero or below; see `heywood`",
    "factors_collinear": "two factors correlate perfectly; ask for fewer",
    "empty_factor": "a factor accounts for nothing; ask for fewer",
    "not_positive_definite": "the correlations are not positive definite: fit is not defined",
}


@dataclass(frozen=True, kw_only=True)
class FactorFit:
    """How well the factors reproduce the correlations.

    Parameters
    ----------
    rmsr : float
        Root mean square of the residual correlations off the diagonal.
    df : int
    chi2, p, rmsea, tli, bic : float, float, Estimate (90 %), float, float; each or None
        Bartlett-corrected likelihood-ratio statistic of the solution and what follows from it. None where
        not defined: no degrees of freedom, a model or correlations that are not positive definite,
        polychoric correlations (whose sampling errors are not those of Pearson's).
    objective : float or None
        Maximum-likelihood discrepancy of the solution.
    """

    rmsr: float
    df: int
    objective: float | None
    chi2: float | None
    p: float | None
    rmsea: Estimate | None
    tli: float | None
    bic: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class FactorSolution:
    """Factors of a set of items, in falling order of the variance they account for, columns summing above 0.

    Parameters
    ----------
    loadings : ndarray, shape (k, m)
        Pattern matrix.
    phi : ndarray, shape (m, m)
        Factor correlations.
    structure : ndarray, shape (k, m)
        Correlations of items with factors, loadings @ phi.
    communalities, uniquenesses : ndarray, shape (k,)
        They add up to 1.
    ss_loadings, proportion : ndarray, shape (m,)
        Variance accounted for, and its share of all items.
    residuals : ndarray, shape (k, k)
        Observed minus reproduced correlations.
    fit : FactorFit
    method, rotation : str
    kaiser : bool
    n, n_dropped : int
    iterations : int
    admissible : bool
        False when there is any problem; then do not interpret the loadings.
    problems : tuple of str
        Codes, explained in ``PROBLEMS``.
    heywood : tuple of int
        Items (counted from 0) whose uniqueness is at its lower bound of .005 or below.
    """

    loadings: Floats
    phi: Floats
    structure: Floats
    communalities: Floats
    uniquenesses: Floats
    ss_loadings: Floats
    proportion: Floats
    residuals: Floats
    fit: FactorFit
    method: Method
    rotation: Turn
    kaiser: bool
    n: int
    n_dropped: int
    iterations: int
    admissible: bool
    problems: tuple[str, ...]
    heywood: tuple[int, ...]


def efa(
    x: ArrayLike | Correlation,
    factors: int,
    method: Method = "minres",
    rotation: Turn = "oblimin",
    kaiser: bool | None = None,
) -> FactorSolution:
    """Exploratory factor analysis of correlations.

    Parameters
    ----------
    x : array_like, shape (n, k), or Correlation
        Answers (Pearson correlations are taken, listwise), or correlations from
        :func:`~cxresearch.stats.correlation.polychoric` or :func:`~cxresearch.stats.correlation.given`.
    factors : int
    method : {"minres", "ml"}
        Least squares of the residual correlations, or maximum likelihood (needs a positive definite matrix).
    rotation : {"oblimin", "varimax", "none"}
    kaiser : bool, optional
        Row normalisation while rotating; by default on for varimax and off for oblimin, as in ``psych::fa``.

    Returns
    -------
    FactorSolution
        ``admissible`` must be read before the loadings.

    Raises
    ------
    ArgumentError
        ``stats.too-many-factors`` when the model has negative degrees of freedom.
    NotEnoughData
        ``stats.singular`` under maximum likelihood; what
        :func:`~cxresearch.stats.correlation.pearson` raises.

    Notes
    -----
    RMSEA is sqrt(max(chi2 - df, 0) / (df (n - 1))), so that it belongs to its interval; ``psych`` 2.2.9
    divides chi2 by n in the point value only. R's ``varimax`` stops early (``eps = 1e-5``): its loadings
    can be off by .001.

    References
    ----------
    Harman & Jones 1966, Psychometrika 31:351-368; Joreskog 1967, Psychometrika 32:443-482; Bartlett 1951,
    Biometrika 38:337-344; Tucker & Lewis 1973, Psychometrika 38:1-10; Steiger & Lind 1980. As R ``psych::fa``.

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> r = given([[1, .56, .48], [.56, 1, .42], [.48, .42, 1]], n=200)
    >>> solution = efa(r, factors=1)
    >>> solution.loadings.ravel().round(4).tolist(), solution.admissible
    ([0.8, 0.7, 0.6], True)
    """
    c = correlation_of(x)
    m = check_count(factors, "factors", 1)
    df = ((c.k - m) ** 2 - c.k - m) // 2
    if m >= c.k or df < 0:
        raise wrong(
            "too-many-factors",
            f"{c.k} items cannot carry {m} factors.",
            given=m,
            allowed=f"1 to {most_factors(c.k)}" if most_factors(c.k) else "at least 3 items",
            do="Ask for fewer factors or add items.",
        )
    if method not in ("minres", "ml"):
        raise wrong("unknown-method", "There is no such extraction.", given=method, allowed="minres, ml")
    if method == "ml":
        need_definite(c, "Maximum likelihood")
    found = extract(c.r, m, method)
    turned = _turn(found.loadings, rotation, kaiser)
    model = found.loadings @ found.loadings.T
    communalities = np.diag(model)
    residuals = c.r - model
    problems, heywood = _problems(c, found, turned, communalities)
    return FactorSolution(
        loadings=turned.loadings,
        phi=turned.phi,
        structure=frozen(turned.loadings @ turned.phi),
        communalities=frozen(communalities),
        uniquenesses=frozen(1 - communalities),
        ss_loadings=turned.ss_loadings,
        proportion=frozen(turned.ss_loadings / c.k),
        residuals=frozen(residuals),
        fit=_fit(c, model, m, df),
        method=method,
        rotation=rotation,
        kaiser=turned.kaiser,
        n=c.n,
        n_dropped=c.n_dropped,
        iterations=found.iterations,
        admissible=not problems,
        problems=problems,
        heywood=heywood,
    )


def most_factors(k: int) -> int:
    """Largest number of factors that k items can carry (Ledermann's bound).

    Examples
    --------
    >>> [most_factors(k) for k in (2, 3, 5, 6, 9)]
    [0, 1, 2, 3, 5]
    """
    return max([m for m in range(1, k) if (k - m) ** 2 >= k + m], default=0)


def _turn(loadings: Floats, rotation: Turn, kaiser: bool | None) -> Rotation:
    if rotation == "varimax":
        return varimax(loadings, kaiser=kaiser is not False)
    if rotation == "oblimin":
        return oblimin(loadings, kaiser=kaiser is True)
    if rotation == "none":
        return unrotated(loadings)
    raise wrong("unknown-method", "There is no such rotation.", given=rotation, allowed="oblimin, varimax, none")


def _problems(
    c: Correlation, found: Extracted, turned: Rotation, communalities: Floats
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    held = (found.uniquenesses <= LEAST_UNIQUENESS * 1.001) | (communalities >= 1 - LEAST_UNIQUENESS / 2)
    heywood = tuple(int(i) for i in np.flatnonzero(held))
    off = turned.phi - np.eye(turned.phi.shape[0])
    found_problems = {
        "not_converged": not found.converged,
        "rotation_not_converged": not turned.converged,
        "heywood": bool(heywood),
        "factors_collinear": bool(np.abs(off).max(initial=0.0) > 0.999),
        "empty_factor": bool(turned.ss_loadings.min() < 1e-6),
        "not_positive_definite": not c.positive_definite,
    }
    return tuple(code for code, there in found_problems.items() if there), heywood


def _fit(c: Correlation, model: Floats, m: int, df: int) -> FactorFit:
    residuals = c.r - model
    np.fill_diagonal(residuals, 0.0)
    rmsr = float(np.sqrt((residuals**2).sum() / (c.k * (c.k - 1))))
    implied = model.copy()
    np.fill_diagonal(implied, 1.0)
    objective = chi2 = p = tli = bic = None
    rmsea = None
    if c.positive_definite and np.linalg.eigvalsh(implied)[0] > DEFINITE:
        ratio = np.linalg.solve(implied, c.r)
        objective = max(float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - c.k), 0.0)
        scale = (c.n - 1) - (2 * c.k + 5) / 6 - 2 * m / 3
        if df > 0 and scale > 0 and c.kind in ("pearson", "given"):
            chi2 = objective * scale
            p = float(stats.chi2.sf(chi2, df))
            bic = chi2 - df * float(np.log(c.n))
            null = -float(np.linalg.slogdet(c.r)[1]) * 2 / (c.k * (c.k - 1))
            tli = (null - objective / df) / (null - 1 / scale) if null > 1 / scale else None
            unit = df * (c.n - 1)
            low, high = (np.sqrt(b / unit) for b in noncentral_chi2(chi2, df, 0.90))
            value = float(np.sqrt(max(chi2 - df, 0.0) / unit))
            rmsea = holding("rmsea", value, (float(low), float(high)), 0.90, c.n, "noncentral chi-square")
    return FactorFit(rmsr=rmsr, df=df, objective=objective, chi2=chi2, p=p, rmsea=rmsea, tli=tli, bic=bic)
