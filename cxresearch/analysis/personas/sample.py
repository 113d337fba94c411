"""Whom the proof rests on: everybody, or with very many people a random sample of them."""

from __future__ import annotations

import numpy as np

from cxresearch.stats.mixture import Indicators

#: With more people than this, what is computed on many drawn data sets sees a sample of that size.
MOST_PROVED = 5000


def proof_rows(people: Indicators, seed: int) -> np.ndarray:
    """Return the rows of the people that tests and refits are made with.

    The groupings themselves are always those of everybody.  A smaller sample finds less and lets groups come back
    less surely, so it errs on the side of refusing.

    Examples
    --------
    >>> many = Indicators.of(categorical=np.arange(12_000)[:, None] % 2)
    >>> len(proof_rows(many, seed=1)), len(proof_rows(many.take(range(4000)), seed=1))
    (5000, 4000)
    """
    if people.n <= MOST_PROVED:
        return np.arange(people.n)
    rows = np.random.default_rng([seed, people.n]).choice(people.n, MOST_PROVED, replace=False)
    return np.sort(rows)
