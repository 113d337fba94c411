"""What the likelihood needs to know of the data: counts, means and covariances per pattern of missing answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.stats._check import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Patterns:
    """Sufficient statistics of one group for a multivariate normal likelihood.

    Complete answers are one pattern. Entries of unanswered items are 0.

    Parameters
    ----------
    people : int
        Respondents.
    n : float
        What counts as their number: under survey weights the effective number after Kish.
    shares : array, shape (k,)
        Share of the respondents, or of their weight, that has each pattern.
    seen : array, shape (k, p)
        1 where the pattern has an answer, else 0.
    means : array, shape (k, p)
    covs : array, shape (k, p, p)
        Divided by the number of respondents, as maximum likelihood has it.
    """

    people: int
    n: float
    shares: Floats
    seen: Floats
    means: Floats
    covs: Floats

    @property
    def p(self) -> int:
        """Number of items."""
        return int(self.seen.shape[1])

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.seen.all())

    @property
    def pairs_seen(self) -> Floats:
        """Per pattern, 1 where both items of a pair are answered."""
        both: Floats = self.seen[:, :, None] * self.seen[:, None, :]
        return both

    def scaled(self, centre: Floats, scale: Floats) -> Patterns:
        """Return the same data after subtracting `centre` and dividing by `scale`, item by item."""
        return Patterns(
            people=self.people,
            n=self.n,
            shares=self.shares,
            seen=self.seen,
            means=(self.means - centre) / scale * self.seen,
            covs=self.covs / (scale[:, None] * scale[None, :]),
        )


def patterns(values: Floats, weights: Floats | None = None) -> Patterns:
    """Summarise the answers of one group; NaN is a missing answer, no row may be empty.

    Weights enter as in pseudo maximum likelihood: weighted moments, and Kish's effective number of
    respondents in place of their number (Asparouhov 2005, Struct. Equ. Modeling 12:411-434, does the same
    with a scaled statistic).

    Examples
    --------
    >>> found = patterns(np.array([[1.0, 2.0], [3.0, np.nan], [3.0, 6.0]]))
    >>> found.n, found.seen.tolist(), found.means.tolist()
    (3, [[1.0, 0.0], [1.0, 1.0]], [[3.0, 0.0], [2.0, 4.0]])
    """
    answered = ~np.isnan(values)
    w = np.ones(len(values)) if weights is None else weights
    start = np.nanmean(values, axis=0)  # large offsets would eat the digits of the squares
    shifted = np.where(answered, values - start, 0.0)
    seen, which = np.unique(answered, axis=0, return_inverse=True)
    which = which.ravel()
    k, (n, p) = len(seen), values.shape
    means, covs, counts = np.zeros((k, p)), np.zeros((k, p, p)), np.bincount(which, w, minlength=k)
    for i in range(k):
        rows, own = shifted[which == i], w[which == i] / counts[i]
        centre = own @ rows
        around = rows - centre
        means[i] = np.where(seen[i], centre + start, 0.0)
        covs[i] = (around * own[:, None]).T @ around
    effective = n if weights is None else float(w.sum() ** 2 / (w @ w))
    return Patterns(
        people=n, n=effective, shares=counts / counts.sum(), seen=seen.astype(np.float64), means=means, covs=covs
    )
