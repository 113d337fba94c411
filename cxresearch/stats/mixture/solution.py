"""A mixture that was fitted: classes, who belongs to which, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, Ints, wrong
from cxresearch.stats.mixture.density import Classes, posterior
from cxresearch.stats.mixture.indicators import Indicators


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """k classes, the largest first.  Of all criteria the smaller is the better.

    Parameters
    ----------
    k : int
    n : int
        People with an answer and a weight above 0; weights are rescaled to sum to it.
    shares : ndarray, shape (k,)
        Share of each class among people.
    probabilities : tuple of ndarray, shapes (k, levels)
        Of the categories, one array a categorical column.  A category that nobody chose has 0.
    means, covariances : ndarray, shapes (k, q) and (k, q, q)
        Of the numeric columns.  A constant column has variance 0 and does not enter the likelihood.
    rates : ndarray, shape (k, r)
        Of the counts.
    covariance : str
        Covariance model of the numeric columns.
    log_likelihood : float
        With survey weights a pseudo-log-likelihood.
    n_parameters : int
        Free parameters, those on a boundary (probability 0) among them.
    entropy : float
        Relative, 1 means that everybody's class is certain; 1 for one class.
    posterior : ndarray, shape (n rows, k)
        Probability of each class for each row; for a row without answers the shares.
    assigned : ndarray of int, shape (n rows,)
        The most probable class, -1 for a row without any answer.
    converged : bool
    starts, best_of, degenerate : int
        Random starts, how many of them reached this log-likelihood, and how many ended in a class without
        variation or without people, which is no solution.
    names, levels, ordered
        Of the columns, as in :class:`~cxresearch.stats.mixture.Indicators`.
    """

    k: int
    n: int
    shares: Floats
    probabilities: tuple[Floats, ...]
    means: Floats
    covariances: Floats
    rates: Floats
    covariance: str
    log_likelihood: float
    n_parameters: int
    entropy: float
    posterior: Floats = field(repr=False)
    assigned: Ints = field(repr=False)
    converged: bool
    starts: int
    best_of: int
    degenerate: int
    names: tuple[str, ...]
    levels: tuple[int, ...]
    ordered: tuple[bool, ...]

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return -2 * self.log_likelihood + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return -2 * self.log_likelihood + float(np.log(self.n)) * self.n_parameters

    @property
    def abic(self) -> float:
        """Schwarz's criterion with the adjusted sample size (n + 2) / 24 (Sclove 1987)."""
        return -2 * self.log_likelihood + float(np.log((self.n + 2) / 24)) * self.n_parameters

    @property
    def icl(self) -> float:
        """Schwarz's criterion plus twice the entropy of the memberships (Biernacki et al. 2000; McLachlan & Peel)."""
        return self.bic + 2 * (1 - self.entropy) * self.n * float(np.log(self.k))

    @property
    def residual_df(self) -> int | None:
        """Cells of the table (or people, if fewer) - 1 - parameters; negative: more classes than the table can tell.

        None where not all columns are categorical.
        """
        if self.means.shape[1] or self.rates.shape[1]:
            return None
        cells = float(np.prod([float(m) for m in self.levels]))
        return int(min(cells - 1, self.n)) - self.n_parameters

    @property
    def classes(self) -> Classes:
        """Parameters alone."""
        return Classes(
            shares=self.shares,
            probabilities=self.probabilities,
            means=self.means,
            covariances=self.covariances,
            rates=self.rates,
        )

    def classify(self, people: Indicators) -> Floats:
        """Return the probability of each class for new people, (n, k), from whatever they answered.

        Raises
        ------
        ArgumentError
            ``stats.other-columns`` when the columns are not those of the model.
        """
        self.check_columns(people)
        return frozen(posterior(self.classes, people)[0])

    def log_density(self, people: Indicators) -> Floats:
        """Return how likely the answers of new people are, (n,); 0 for a person without answers.

        Raises
        ------
        ArgumentError
            As :meth:`classify`.
        """
        self.check_columns(people)
        return frozen(posterior(self.classes, people)[1])

    def check_columns(self, people: Indicators) -> None:
        """Refuse people with other columns, or with a category that the model does not know."""
        same = people.names == self.names and (people.p, people.q) == (len(self.levels), self.means.shape[1])
        if not same:
            raise wrong(
                "other-columns",
                "These are not the columns of the model.",
                given=people.names,
                allowed=", ".join(self.names),
            )
        beyond = [
            name
            for name, codes, m in zip(self.names, people.categorical.T, self.levels, strict=False)
            if codes.max(initial=-1) >= m
        ]
        if beyond:
            raise wrong(
                "other-columns",
                "A column holds a category that the model does not know.",
                given=beyond,
                do="Set it to missing (-1), or fit the model with that category.",
            )
