"""The estimates of one group as tables of columns, raw and standardised, with standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.stats._check import Floats
from cxresearch.stats.cfa.fitted import Fitted
from cxresearch.stats.cfa.measures import Fit
from cxresearch.stats.cfa.model import Kind, Layout


@dataclass(frozen=True, kw_only=True, eq=False)
class Coefficients:
    """Parameters of one kind, one after the other.

    Parameters
    ----------
    names : tuple of str
        Item, or construct.
    constructs : tuple of str
        The construct an item belongs to; the second construct of a latent covariance.
    value, se : array
        Estimate and its standard error; the error is 0 where the parameter is fixed, NaN where none exists.
    standardised, standardised_se : array
        With all items and constructs scaled to variance 1 (lavaan's ``std.all``), errors by the delta method.
    """

    names: tuple[str, ...]
    constructs: tuple[str, ...]
    value: Floats
    se: Floats
    standardised: Floats
    standardised_se: Floats

    @property
    def frame(self) -> pd.DataFrame:
        """One row per parameter."""
        return pd.DataFrame(
            {
                "name": self.names,
                "construct": self.constructs,
                "value": self.value,
                "se": self.se,
                "standardised": self.standardised,
                "standardised_se": self.standardised_se,
            }
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """All estimates of one group.

    Parameters
    ----------
    group : object
        Label of the group; None where there is one.
    n : int
    loadings, intercepts, residual_variances, latent_covariances, latent_means : Coefficients
        Latent covariances are listed row by row, variances included; standardised they are correlations.
    latent_correlations : array, shape (m, m)
        NaN where a latent variance is negative; may exceed 1 in an improper solution.
    sd : array, shape (p,)
        Standard deviations of the answers (n - 1).
    fit : Fit
        Of the model over all groups; it carries the flags of an improper solution.
    """

    group: Any
    n: int
    loadings: Coefficients
    intercepts: Coefficients
    residual_variances: Coefficients
    latent_covariances: Coefficients
    latent_means: Coefficients
    latent_correlations: Floats
    sd: Floats
    fit: Fit

    @property
    def admissible(self) -> bool:
        """Whether the solution is proper."""
        return self.fit.admissible


def solutions(fitted: Fitted) -> tuple[Solution, ...]:
    """Estimates of every group."""
    return tuple(_solution(fitted, g) for g in range(len(fitted.sample.groups)))


def members(layout: Layout) -> Mapping[str, tuple[str, ...]]:
    """Items of every construct.

    Examples
    --------
    >>> members(Layout(items=("a", "b"), constructs=("f",), factor=np.zeros(2, dtype=int)))
    {'f': ('a', 'b')}
    """
    return {
        construct: tuple(item for item, own in zip(layout.items, layout.factor, strict=True) if own == f)
        for f, construct in enumerate(layout.constructs)
    }


def _solution(fitted: Fitted, g: int) -> Solution:
    found = fitted.sample
    layout, full, cov = found.layout, fitted.full[g], fitted.covs[g]
    with np.errstate(invalid="ignore"):  # NaN where a variance is negative
        standard, slopes = _with_slopes(layout, full)
    se = _roots(np.diag(cov))
    standard_se = _roots(np.einsum("ij,jk,ik->i", slopes, cov, slopes))
    rows, columns = layout.latent_pairs
    of_item = tuple(layout.constructs[f] for f in layout.factor)

    def part(kind: Kind, names: tuple[str, ...], constructs: tuple[str, ...]) -> Coefficients:
        at = layout.at[kind]
        return Coefficients(
            names=names,
            constructs=constructs,
            value=full[at],
            se=se[at],
            standardised=standard[at],
            standardised_se=standard_se[at],
        )

    correlations = np.zeros((layout.m, layout.m))
    correlations[rows, columns] = correlations[columns, rows] = standard[layout.at["covariance"]]
    n = found.sizes[g]
    return Solution(
        group=found.groups[g],
        n=n,
        loadings=part("loading", layout.items, of_item),
        intercepts=part("intercept", layout.items, of_item),
        residual_variances=part("residual", layout.items, of_item),
        latent_covariances=part(
            "covariance",
            tuple(layout.constructs[r] for r in rows),
            tuple(layout.constructs[c] for c in columns),
        ),
        latent_means=part("mean", layout.constructs, layout.constructs),
        latent_correlations=correlations,
        sd=np.sqrt(np.diag(found.saturated[g].cov) * n / (n - 1)) * found.scale,
        fit=fitted.fit,
    )


def _roots(variances: Floats) -> Floats:
    """Square roots; rounding noise below zero is 0."""
    return np.sqrt(np.where(variances < 0, 0.0, variances))


def _standardised(layout: Layout, full: Any) -> Any:
    """Scale all items and constructs to variance 1; works on rows of parameters, complex ones too."""
    at = layout.at
    rows, columns = layout.latent_pairs
    covariance, loading = full[..., at["covariance"]], full[..., at["loading"]]
    latent = covariance[..., rows == columns]
    item = loading**2 * latent[..., layout.factor] + full[..., at["residual"]]
    item_sd = np.sqrt(np.where(item.real > 0, item, np.nan))
    latent_sd = np.sqrt(np.where(latent.real > 0, latent, np.nan))
    correlation = covariance / (latent_sd[..., rows] * latent_sd[..., columns])
    return np.concatenate(
        [
            loading * latent_sd[..., layout.factor] / item_sd,
            full[..., at["intercept"]] / item_sd,
            full[..., at["residual"]] / item_sd**2,
            np.where(rows == columns, 1.0 + 0 * latent_sd[..., rows].real, correlation),
            full[..., at["mean"]] / latent_sd,
        ],
        axis=-1,
    )


def _with_slopes(layout: Layout, full: Floats) -> tuple[Floats, Floats]:
    """Standardised parameters and their derivatives, by the complex step (Squire & Trapp 1998)."""
    moved = full + 1e-30j * np.eye(full.size)
    slopes: Floats = _standardised(layout, moved).imag.T / 1e-30
    return _standardised(layout, full), slopes
