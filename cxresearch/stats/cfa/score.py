"""Which equality over groups strains the model most: univariate score tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from cxresearch.stats.cfa.cholesky import cholesky, solve
from cxresearch.stats.cfa.fitted import Fitted
from cxresearch.stats.cfa.model import Kind, Release, candidates


@dataclass(frozen=True, kw_only=True)
class ScoreTest:
    """What chi-square would about drop by if one parameter of one group were set free.

    Parameters
    ----------
    kind : {"loading", "intercept", "residual"}
    item : str
    group : object
        The group whose parameter would differ from that of the others.
    statistic, p : float
        Modification index, chi-square with one degree of freedom; not adjusted for the number of tests.
    """

    kind: Kind
    item: str
    group: Any
    statistic: float
    p: float


def score_tests(fitted: Fitted, kinds: Iterable[Kind]) -> dict[Release, ScoreTest]:
    """Test every equality of these kinds; a marker has no loading that could be tested.

    With two groups there is one test per item, reported for the second group (lavaan's ``lavTestScore``
    with the expected information). With more, every group is tested against the others, the first too.

    References
    ----------
    Bentler & Chou 1992, Sociol. Methods Res. 21:259-282; Sorbom 1989, Psychometrika 54:371-384.
    """
    parameters, problem, point = fitted.parameters, fitted.problem, fitted.point
    layout = parameters.layout
    scores = -problem.gradients(point) / 2
    informations = problem.informations(point)
    root = cholesky(parameters.add_up_matrix(informations))
    if root is None:
        return {}
    found: dict[Release, ScoreTest] = {}
    for kind in kinds:
        for release in candidates(parameters, kind):
            g, place = release.group, layout.at[kind].start + release.item
            row = np.zeros_like(scores)
            row[g] = informations[g][place]
            with_free = parameters.add_up(row)
            own = informations[g][place, place] - with_free @ solve(root, with_free)
            statistic = problem.n * float(scores[g, place]) ** 2 / float(own) if own > 1e-12 else 0.0
            found[release] = ScoreTest(
                kind=kind,
                item=layout.items[release.item],
                group=fitted.sample.groups[g],
                statistic=statistic,
                p=float(stats.chi2.sf(statistic, 1)),
            )
    return found
