"""How much does an item that works differently in two groups matter? The effect size dMACS."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, wrong
from cxresearch.stats.cfa.outcome import InvarianceResult
from cxresearch.stats.cfa.solution import Solution


@dataclass(frozen=True, kw_only=True)
class ItemDifference:
    """How differently one item works in two groups.

    Parameters
    ----------
    item, construct : str
    reference, focal : object
        Labels of the two groups.
    dmacs : float
        Root mean square distance of the two regression lines over the focal group, in pooled standard
        deviations of the item; 0 or more.
    bias : float
        Mean answer of the focal group minus what the same people would answer with the reference group's
        line, in the units of the item. This much of a gap between item means is not a gap in the construct.
    """

    item: str
    construct: str
    reference: Any
    focal: Any
    dmacs: float
    bias: float


def dmacs(
    reference_loading: ArrayLike,
    focal_loading: ArrayLike,
    reference_intercept: ArrayLike,
    focal_intercept: ArrayLike,
    focal_mean: ArrayLike,
    focal_variance: ArrayLike,
    pooled_sd: ArrayLike,
) -> Floats:
    """Effect size of non-invariance; the integral over the latent normal in closed form.

    Parameters
    ----------
    reference_loading, focal_loading, reference_intercept, focal_intercept : array_like
        Item parameters on a common latent scale.
    focal_mean, focal_variance : array_like
        Distribution of the construct in the focal group.
    pooled_sd : array_like
        Standard deviation of the item, pooled over the groups.

    Returns
    -------
    array

    References
    ----------
    Nye & Drasgow 2011, J. Appl. Psychol. 96:966-980, eq. 3.

    Examples
    --------
    >>> float(dmacs(1.0, 1.0, 3.0, 3.5, 0.0, 1.0, 1.0))  # intercepts half a standard deviation apart
    0.5
    >>> float(dmacs(1.0, 1.25, 3.0, 3.0, 0.0, 4.0, 1.0))  # loadings that differ
    0.5
    """
    slope = np.asarray(focal_loading, dtype=np.float64) - np.asarray(reference_loading, dtype=np.float64)
    shift = np.asarray(focal_intercept, dtype=np.float64) - np.asarray(reference_intercept, dtype=np.float64)
    mean, variance = np.asarray(focal_mean, dtype=np.float64), np.asarray(focal_variance, dtype=np.float64)
    sd = np.asarray(pooled_sd, dtype=np.float64)
    if (sd <= 0).any() or (variance < 0).any():
        raise wrong("variance", "Standard deviations must be positive and variances not negative.")
    distance: Floats = np.sqrt((shift + slope * mean) ** 2 + slope**2 * variance) / sd
    return distance


def item_differences(result: InvarianceResult, model: str = "scalar") -> tuple[ItemDifference, ...]:
    """Effect sizes of every item and pair of groups.

    Parameters
    ----------
    result : InvarianceResult
        From :func:`~cxresearch.stats.cfa.partial` or :func:`~cxresearch.stats.cfa.invariance`.
    model : str
        "scalar" or "metric" take the model's own estimates: only what was freed differs. "configural"
        lets all items differ but the markers, which link the groups.

    Returns
    -------
    tuple of ItemDifference
        NaN where a latent variance is negative. The earlier group of a pair is the reference.

    Raises
    ------
    ArgumentError
        ``stats.models`` for a model that was not fitted.

    References
    ----------
    Nye & Drasgow 2011, J. Appl. Psychol. 96:966-980; Nye et al. 2019, Organ. Res. Methods 22:678-709.
    """
    if model not in result.solutions:
        raise wrong("models", "This model was not fitted.", model, ", ".join(result.solutions))
    found: list[ItemDifference] = []
    for reference, focal in combinations(result.solutions[model], 2):
        found += _of_pair(reference, focal)
    return tuple(found)


def _of_pair(reference: Solution, focal: Solution) -> list[ItemDifference]:
    names, constructs = focal.loadings.names, focal.loadings.constructs
    order = focal.latent_means.names
    factor = np.array([order.index(c) for c in constructs])
    markers = np.array([constructs.index(c) for c in order])
    link = (focal.intercepts.value - reference.intercepts.value)[markers]  # 0 where markers are held equal
    mean = (focal.latent_means.value + link)[factor]
    intercept = focal.intercepts.value - focal.loadings.value * link[factor]
    variances = [
        value
        for value, a, b in zip(
            focal.latent_covariances.value,
            focal.latent_covariances.names,
            focal.latent_covariances.constructs,
            strict=True,
        )
        if a == b
    ]
    variance = np.array(variances)[factor]
    weights = np.array([reference.n - 1, focal.n - 1])
    pooled = (weights[0] * reference.sd + weights[1] * focal.sd) / weights.sum()
    bias = intercept - reference.intercepts.value + (focal.loadings.value - reference.loadings.value) * mean
    size = np.where(
        variance >= 0,
        dmacs(
            reference.loadings.value,
            focal.loadings.value,
            reference.intercepts.value,
            intercept,
            mean,
            np.maximum(variance, 0.0),
            pooled,
        ),
        np.nan,
    )
    return [
        ItemDifference(
            item=names[j],
            construct=constructs[j],
            reference=reference.group,
            focal=focal.group,
            dmacs=float(size[j]),
            bias=float(bias[j]),
        )
        for j in range(len(names))
    ]
