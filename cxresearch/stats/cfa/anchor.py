"""Which item of every construct should link the groups: the one that differs least between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, wrong
from cxresearch.stats.cfa.fitted import fit
from cxresearch.stats.cfa.model import EQUAL
from cxresearch.stats.cfa.sample import Constructs, Data, sample
from cxresearch.stats.cfa.score import score_tests


def anchored(
    data: Data,
    group: ArrayLike,
    constructs: Constructs,
    missing: str,
    reference: object,
    anchor: str,
    weights: ArrayLike | None = None,
) -> Constructs:
    """Return the constructs with the item first that is to be their marker.

    Parameters
    ----------
    data, group, constructs, missing, reference, weights
        As in :func:`cxresearch.stats.cfa.invariance`.
    anchor : {"first", "soundest"}
        Leave the constructs as they are; or take the item whose equality strains the scalar model least,
        by the largest of its score tests over parameters and groups.

    References
    ----------
    Woods 2009, Appl. Psychol. Meas. 33:42-57; Kim & Yoon 2011 on referents that differ themselves.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> who = np.repeat([1, 2], 400)
    >>> answers = rng.normal(size=(800, 1)) * [1, 0.8, 0.9, 0.7] + 0.6 * rng.normal(size=(800, 4))
    >>> answers[who == 2, 0] += 0.8
    >>> anchored(answers, who, {"ease": [0, 1, 2, 3]}, "listwise", None, "soundest")["ease"][0] == 0
    False
    """
    if anchor not in ("first", "soundest"):
        raise wrong("anchor", "There is no such choice of markers.", anchor, "first, soundest")
    if anchor == "first":
        return constructs
    strain = _strain(data, group, constructs, missing, reference, weights)
    chosen: dict[str, list[int | str]] = {}
    done = 0
    for construct, members in constructs.items():
        order = list(members)
        best = int(np.argmin(strain[done : done + len(order)]))
        chosen[construct] = [order[best], *order[:best], *order[best + 1 :]]
        done += len(order)
    return chosen


def _strain(
    data: Data, group: ArrayLike, constructs: Constructs, missing: str, reference: object, weights: ArrayLike | None
) -> Floats:
    """Largest score test of every item in the scalar model, in the given order of items.

    The model is fitted with two choices of markers, so that every loading is tested once at least.
    """
    turned = {construct: list(members)[1:] + list(members)[:1] for construct, members in constructs.items()}
    names = [str(item) for members in constructs.values() for item in members]
    largest = np.zeros(len(names))
    for order in (constructs, turned):
        fitted = fit(sample(data, order, group, missing, reference, weights), EQUAL["scalar"])
        for test in score_tests(fitted, EQUAL["scalar"]).values():
            at = names.index(test.item)
            largest[at] = max(largest[at], test.statistic)
    return largest
