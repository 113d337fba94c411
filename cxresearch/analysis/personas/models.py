"""One grouping, whatever the method: who belongs where, how surely, and how to place other people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats.mixture import Indicators, Mixture, fit
from cxresearch.stats.partition import Partition, partition

Method = Literal["latent_class", "gaussian", "kmeans", "ward", "kprototypes", "gower"]
MODELS: tuple[Method, ...] = ("latent_class", "gaussian")


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouping:
    """People in k groups, the largest first.

    Parameters
    ----------
    method : str
    k : int
    labels : ndarray of int, shape (n,)
        1 to k; 0 for a person without any answer.
    probabilities : ndarray, shape (n, k)
        Of each group; NaN throughout for methods that know no probability.
    model : Mixture or Partition
    """

    method: Method
    k: int
    labels: np.ndarray
    probabilities: np.ndarray
    model: Mixture | Partition

    @property
    def is_model(self) -> bool:
        """Whether memberships have probabilities."""
        return isinstance(self.model, Mixture)

    def place(self, people: Indicators) -> tuple[np.ndarray, np.ndarray]:
        """Return the group of other people (0 without any answer) and the probabilities of each group."""
        answered = people.answered.any(axis=1)
        if isinstance(self.model, Mixture):
            chance = np.asarray(self.model.classify(people))
            return np.where(answered, chance.argmax(axis=1) + 1, 0), chance
        labels = np.asarray(self.model.assign(people)) + 1
        return np.where(answered, labels, 0), np.full((people.n, self.k), np.nan)

    def log_density(self, people: Indicators) -> np.ndarray | None:
        """Return how likely the answers of other people are; None for methods that do not know."""
        return np.asarray(self.model.log_density(people)) if isinstance(self.model, Mixture) else None


def group(
    people: Indicators, k: int, method: Method, *, covariance: str = "diagonal", starts: int = 20, seed: int = 1
) -> Grouping:
    """Group people by one of the methods.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0, 0, 0]] * 30 + [[1, 1, 1]] * 20)
    >>> found = group(people, 2, "latent_class")
    >>> found.labels[[0, 40]].tolist(), found.is_model
    ([1, 2], True)
    """
    if method not in get_args(Method):
        raise ArgumentError(unknown_name("personas.method", "method", method, get_args(Method)))
    if method in MODELS:
        return of_mixture(fit(people, k, covariance=covariance, starts=starts, seed=seed), method)
    made = partition(people, k, method, starts=starts, seed=seed)
    labels = np.asarray(made.labels) + 1
    return Grouping(method=method, k=k, labels=labels, probabilities=np.full((people.n, k), np.nan), model=made)


def of_mixture(mixture: Mixture, method: Method) -> Grouping:
    """Return a fitted mixture as a grouping."""
    return Grouping(
        method=method,
        k=mixture.k,
        labels=np.asarray(mixture.assigned) + 1,
        probabilities=np.asarray(mixture.posterior),
        model=mixture,
    )
