"""Whose answers are unlike those of anyone the personas were made from?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cxresearch.analysis.personas.models import Grouping
from cxresearch.stats.mixture import Indicators, Mixture, sample
from cxresearch.stats.mixture.density import log_densities

RARE = 0.01
DRAWS = 2000
TOLERANCE = 1e-9


def unlike(grouping: Grouping, people: Indicators, seed: int) -> np.ndarray:
    """Return whose answers are rarer than those of all but 1 % of people who follow the model.

    People are compared with simulated ones who left the same items unanswered.  Without a model nobody is flagged.

    Examples
    --------
    >>> from cxresearch.analysis.personas.models import group
    >>> usual = [[0] * 6] * 60 + [[1] * 6] * 40
    >>> found = group(Indicators.of(categorical=usual), 2, "latent_class")
    >>> unlike(found, Indicators.of(categorical=[[0] * 6, [0, 1, 0, 1, 0, 1]]), seed=1).tolist()
    [False, True]
    """
    own = grouping.log_density(people)
    if own is None or not isinstance(grouping.model, Mixture):
        return np.zeros(people.n, dtype=bool)
    rare = _Rare(grouping.model, seed)
    patterns, which = np.unique(people.answered, axis=0, return_inverse=True)
    limits = np.array([rare.below(seen) if seen.any() else -np.inf for seen in patterns])
    return np.asarray(own < limits[which.ravel()] - TOLERANCE)


class _Rare:
    """What simulated people reach whose answers to some columns are known."""

    def __init__(self, model: Mixture, seed: int) -> None:
        self.model = model
        self.drawn = sample(model, DRAWS, np.random.default_rng(seed))
        off = ~np.eye(model.covariances.shape[1], dtype=bool)
        self.separate = not (model.covariances * off).any()
        if self.separate:  # columns add up, so each is looked at once
            each = [log_densities(model.classes, _only(self.drawn, column)) for column in range(len(model.names))]
            self.each = np.stack(each).reshape(len(each), -1)

    def below(self, seen: np.ndarray) -> float:
        """Return the log density that only a few of them fall below."""
        if not self.separate:
            part = _with(self.drawn, seen)
            return float(np.quantile(self.model.log_density(part), RARE))
        joint = (seen.astype(float) @ self.each).reshape(DRAWS, -1) + np.log(self.model.shares)
        top = joint.max(axis=1)
        return float(np.quantile(top + np.log(np.exp(joint - top[:, None]).sum(axis=1)), RARE))


def _only(people: Indicators, column: int) -> Indicators:
    return _with(people, np.arange(people.p + people.q + people.r) == column)


def _with(people: Indicators, seen: np.ndarray) -> Indicators:
    """Return the same people with no answers but to these columns."""
    p, q = people.p, people.q
    return replace(
        people,
        categorical=np.where(seen[:p], people.categorical, -1),
        numeric=np.where(seen[p : p + q], people.numeric, np.nan),
        counts=np.where(seen[p + q :], people.counts, np.nan),
    )
