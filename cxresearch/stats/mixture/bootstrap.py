"""Are more classes needed?  The likelihood ratio against its distribution under fewer classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, check_count, wrong
from cxresearch.stats.mixture.draw import sample
from cxresearch.stats.mixture.fitting import prepare
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.mixture.patterns import patterns
from cxresearch.stats.mixture.search import OWN, every_start_broken, one_more, random_rows
from cxresearch.stats.mixture.solution import Mixture
from cxresearch.stats.mixture.squarem import climb
from cxresearch.stats.mixture.threads import in_turn, one_thread

#: Three steps that gain less end a run: a hundredth does not matter beside the spread of the statistic.
NEAR = 0.01
STEPS = 3000


@dataclass(frozen=True, kw_only=True, eq=False)
class BootstrapTest:
    """Likelihood-ratio test of k against more classes by parametric bootstrap.

    Parameters
    ----------
    name : str
    statistic : float
        Twice the gain in log-likelihood, found in the data by the same short search as in the draws.
    p : float
    k, larger : int
        Numbers of classes that were compared.
    n : int
        People.
    draws : int
        How many were needed.
    replicates : ndarray, shape (draws,)
        Statistics of the draws; infinite where no solution was found.
    method : str
    """

    name: str
    statistic: float
    p: float
    k: int
    larger: int
    n: int
    draws: int
    replicates: Floats = field(repr=False)
    method: str


def bootstrap_lrt(
    indicators: Indicators,
    smaller: Mixture,
    larger: Mixture,
    *,
    draws: int = 99,
    seed: int = 1,
    starts: int = 10,
    enough: int = 10,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> BootstrapTest:
    """Test whether the larger number of classes fits better than chance lets it.

    Answers are drawn from the smaller model, with the unanswered questions and the weights of the data, and both
    models are fitted to each draw.  The search is the same in the data and in the draws, so that a maximum that is
    missed now and then does not bias the test.

    Parameters
    ----------
    indicators : Indicators
        What both were fitted to, or a random part of it.
    smaller, larger : Mixture
    draws : int
        At most; the smallest possible p is 1 / (draws + 1).
    seed : int
    starts : int
        Starts of the larger model in the data and in each draw: half of them add a class to the smaller model, half
        are random.
    enough : int
        Stop when so many draws were at least as far out as the data: p is then certainly large.
    jobs : int
        Draws at a time; p does not depend on it.
    progress : callable, optional
        Called with (done, draws) after each draw; an exception raised in it cancels the rest.

    Returns
    -------
    BootstrapTest

    Raises
    ------
    ArgumentError
        ``stats.not-nested`` when the models cannot be compared, ``stats.other-columns``, ``stats.not-counts``.
    NotEnoughData
        As :func:`~cxresearch.stats.mixture.fit`.

    Notes
    -----
    p = (1 + e) / (draws + 1) with e draws at least as far out, or `enough` / draws needed when stopped early; both
    are valid.  With survey weights the draws carry the weights, and so the design effect of weighting, but not that
    of clusters.

    References
    ----------
    McLachlan 1987, Appl. Stat. 36:318-324; Besag & Clifford 1991, Biometrika 78:301-304; Nylund, Asparouhov &
    Muthen 2007, Struct. Equ. Modeling 14:535-569.

    Examples
    --------
    >>> from cxresearch.stats.mixture.fitting import select
    >>> people = Indicators.of(categorical=[[0, 0, 0]] * 30 + [[1, 1, 1]] * 20 + [[0, 1, 0], [1, 0, 1]])
    >>> test = bootstrap_lrt(people, *select(people, [1, 2]), draws=19)
    >>> test.p, test.draws
    (0.05, 19)
    """
    draws, starts = check_count(draws, "draws", least=1), check_count(starts, "starts", least=1)
    seed, enough = check_count(seed, "seed"), check_count(enough, "enough", least=1)
    jobs = check_count(jobs, "jobs", least=1)
    if larger.k <= smaller.k or larger.covariance != smaller.covariance or larger.names != smaller.names:
        raise wrong(
            "not-nested",
            "The models must have the same columns and covariances, the second more classes.",
            given=((smaller.k, smaller.covariance), (larger.k, larger.covariance)),
        )
    smaller.check_columns(indicators)
    holes = ~indicators.answered

    def statistic(draw: int) -> float:
        rng = np.random.default_rng([seed, larger.k, draw])
        people = indicators if draw == 0 else alike(smaller, indicators, holes, rng)
        return _ratio(people, smaller, larger.k, starts, rng)

    with one_thread():
        observed = statistic(0)
    if np.isinf(observed):
        raise every_start_broken(larger.k)
    found: list[float] = []
    beyond = 0
    for value in in_turn(statistic, range(1, draws + 1), jobs, progress):
        found.append(value)
        beyond += value >= observed
        if beyond == enough:
            break
    early = beyond == enough and len(found) < draws
    return BootstrapTest(
        name="bootstrap_lrt",
        statistic=observed,
        p=beyond / len(found) if early else (1 + beyond) / (draws + 1),
        k=smaller.k,
        larger=larger.k,
        n=patterns(indicators).n,
        draws=len(found),
        replicates=frozen(np.array(found)),
        method="likelihood ratio, parametric bootstrap",
    )


def alike(mixture: Mixture, people: Indicators, holes: NDArray[np.bool_], rng: np.random.Generator) -> Indicators:
    """Draw answers from the mixture, with the holes and the weights of these people."""
    drawn = sample(mixture, people.n, rng)
    p, q = people.p, people.q
    return replace(
        drawn,
        categorical=np.where(holes[:, :p], -1, drawn.categorical),
        numeric=np.where(holes[:, p : p + q], np.nan, drawn.numeric),
        counts=np.where(holes[:, p + q :], np.nan, drawn.counts),
        weights=people.weights,
    )


def _ratio(people: Indicators, smaller: Mixture, larger: int, starts: int, rng: np.random.Generator) -> float:
    """Twice the gain of the larger model, infinite where it has no solution."""
    data, specification = prepare(people, smaller.covariance)
    if data.rows.n < larger:
        return np.inf
    engine = specification.engine(data)
    few, low, _ = climb(engine, specification.theta(smaller.classes), STEPS, NEAR)
    added = (starts + 1) // 2
    theta = one_more(engine, np.repeat(few, added, axis=0), larger - smaller.k, rng)
    if starts > added:
        theta = np.concatenate([theta, engine.blend(random_rows(engine, larger, starts - added, rng), OWN)])
    theta, high, _ = climb(engine, theta, STEPS, NEAR)
    usable = ~engine.degenerate(theta)
    return max(2 * float(high[usable].max() - low[0]), 0.0) if usable.any() else np.inf
