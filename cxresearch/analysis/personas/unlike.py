"""Whose answers are unlike those of anyone the personas were made from?"""

from __future__ import annotations

import numpy as np

from cxresearch.analysis.personas.models import Grouping
from cxresearch.stats.mixture import Indicators, Mixture, sample

RARE = 0.01
DRAWS = 2000


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
    drawn = sample(grouping.model, DRAWS, np.random.default_rng(seed))
    found = np.zeros(people.n, dtype=bool)
    patterns, which = np.unique(people.answered, axis=0, return_inverse=True)
    for i, seen in enumerate(patterns):
        if not seen.any():
            continue
        rows = which.ravel() == i
        likely = np.asarray(grouping.model.log_density(_with_holes(drawn, seen)))
        found[rows] = own[rows] < np.quantile(likely, RARE) - 1e-9
    return found


def _with_holes(people: Indicators, seen: np.ndarray) -> Indicators:
    p, q = people.p, people.q
    return Indicators.of(
        categorical=np.where(seen[:p], people.categorical, -1) if p else None,
        numeric=np.where(seen[p : p + q], people.numeric, np.nan) if q else None,
        counts=np.where(seen[p + q :], people.counts, np.nan) if people.r else None,
        levels=people.levels if p else None,
        ordered=people.ordered if p else None,
        names=people.names,
        newcomers=True,
    )
