"""Confirmatory factor analysis of one group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cxresearch.stats._check import Floats
from cxresearch.stats.cfa.fitted import fit
from cxresearch.stats.cfa.measures import Fit
from cxresearch.stats.cfa.sample import Constructs, Data, Missing, sample
from cxresearch.stats.cfa.solution import Coefficients, members, solutions


@dataclass(frozen=True, kw_only=True, eq=False)
class CFAResult:
    """A confirmatory factor analysis, unrounded. Look at `admissible` first.

    Parameters
    ----------
    constructs : mapping of str to tuple of str
        Items of every construct; the first one is the marker.
    loadings, intercepts, residual_variances, latent_covariances : Coefficients
    latent_correlations : array, shape (m, m)
    fit : Fit
    n, n_dropped : int
        Rows used and not used.
    missing : {"listwise", "fiml"}
    """

    constructs: Mapping[str, tuple[str, ...]]
    loadings: Coefficients
    intercepts: Coefficients
    residual_variances: Coefficients
    latent_covariances: Coefficients
    latent_correlations: Floats
    fit: Fit
    n: int
    n_dropped: int
    missing: Missing

    @property
    def converged(self) -> bool:
        """Whether the search for the maximum of the likelihood ended at one."""
        return self.fit.converged

    @property
    def admissible(self) -> bool:
        """Whether the solution is proper; if not, its numbers must not be shown as a fit."""
        return self.fit.admissible

    @property
    def problems(self) -> tuple[str, ...]:
        """Ids of what is improper, see :class:`~cxresearch.stats.cfa.measures.Fit`."""
        return self.fit.problems


def cfa(data: Data, constructs: Constructs, missing: str = "listwise") -> CFAResult:
    """Fit a measurement model of simple structure by maximum likelihood, with intercepts.

    Constructs correlate freely; errors do not. The first item of each construct is its marker (loading 1),
    latent means are 0: lavaan's ``cfa(..., std.lv = FALSE, meanstructure = TRUE)`` with likelihood "normal".
    A construct of one item is measured without error, as in lavaan.

    Parameters
    ----------
    data : mapping or frame of item -> answers, or array of shape (n, items)
        NaN is a missing answer. Reverse-keyed items may stay as they are.
    constructs : mapping of construct -> items
        Names of `data`, or column numbers where it is an array.
    missing : {"listwise", "fiml"}
        Use complete rows only, with standard errors from the expected information; or use every answer
        (full information, missing at random), with standard errors from the observed information.

    Returns
    -------
    CFAResult

    Raises
    ------
    ArgumentError, NotEnoughData
        See :func:`cxresearch.stats.cfa.sample.sample`.

    Notes
    -----
    Ordinal answers are treated as numbers. Five or more categories that are not very skewed are commonly
    held to bear this (Rhemtulla, Brosseau-Liard & Savalei 2012, Psychol. Methods 17:354-373).

    References
    ----------
    Joreskog 1969, Psychometrika 34:183-202; Bollen 1989, Structural equations with latent variables;
    Arbuckle 1996 and Enders & Bandalos 2001, Struct. Equ. Modeling 8:430-457 (full information);
    Rosseel 2012, J. Stat. Softw. 48(2) (lavaan).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(3)
    >>> ease = rng.normal(size=(400, 1))
    >>> answers = ease * [1, 0.8, -0.9, 0.7] + 0.6 * rng.normal(size=(400, 4))
    >>> result = cfa(answers, {"ease": [0, 1, 2, 3]})
    >>> result.admissible, result.fit.df, round(result.fit.cfi, 2)
    (True, 2, 1.0)
    >>> result.loadings.value.round(1).tolist()
    [1.0, 0.8, -0.9, 0.7]
    """
    found = sample(data, constructs, missing=missing)
    only = solutions(fit(found))[0]
    return CFAResult(
        constructs=members(found.layout),
        loadings=only.loadings,
        intercepts=only.intercepts,
        residual_variances=only.residual_variances,
        latent_covariances=only.latent_covariances,
        latent_correlations=only.latent_correlations,
        fit=only.fit,
        n=found.n,
        n_dropped=found.n_dropped,
        missing=found.missing,
    )
