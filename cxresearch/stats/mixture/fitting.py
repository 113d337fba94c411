"""Latent classes and Gaussian mixtures by maximum likelihood, with many starts and full information."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from scipy import special

from cxresearch.errors import ArgumentError, CxError, Fault, NotEnoughData, unknown_name
from cxresearch.stats._arguments import check_real, frozen
from cxresearch.stats._check import Floats, Ints, check_count, too_few
from cxresearch.stats.mixture.density import posterior
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.mixture.patterns import Patterns, distinct, patterns
from cxresearch.stats.mixture.search import Found, search
from cxresearch.stats.mixture.solution import Mixture
from cxresearch.stats.mixture.specification import COVARIANCES, Specification
from cxresearch.stats.mixture.threads import in_turn, one_thread

STARTS = 20
TOLERANCE = 1e-10
MAX_ITERATIONS = 6000


def fit(
    indicators: Indicators,
    k: int,
    *,
    covariance: str = "diagonal",
    starts: int = STARTS,
    seed: int = 1,
    max_iterations: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Mixture:
    """Fit k classes, within which the columns are independent (numeric ones may be correlated).

    Categorical columns have probabilities of their own in each class (a latent class model), counts are Poisson,
    numeric columns normal.  An unanswered question drops out of the product (full information, missing at random).

    Parameters
    ----------
    indicators : Indicators
    k : int
        Number of classes, at most the number of different rows.
    covariance : {"diagonal", "equal_diagonal", "spherical", "full", "equal_full"}
        Of the numeric columns: mclust's VVI, EEI, VII, VVV and EEE.  The full ones need people who answered all
        numeric columns or none.
    starts : int
        Random starts; all are run until they hardly rise, the best to the end.
    seed : int
        Start i draws from a generator of its own, so that many starts hold the few.
    max_iterations : int
        EM steps of each start.
    tolerance : float
        A start has converged when three steps raise the log-likelihood by less.

    Returns
    -------
    Mixture
        The highest maximum in which each class has people and variation.

    Raises
    ------
    ArgumentError
        ``stats.not-counts``, ``stats.covariance``, ``stats.tolerance``.
    NotEnoughData
        ``stats.too-few`` without any answer, ``stats.too-few-patterns`` when there are more classes than different
        rows, ``stats.degenerate`` when every start ends in a class without variation.

    Notes
    -----
    Survey weights make it a pseudo-likelihood: parameters are those of the population, but criteria and tests
    based on the log-likelihood do not know the design effect.  A local maximum is always possible: see `best_of`.

    References
    ----------
    Goodman 1974, Biometrika 61:215-231; Dempster, Laird & Rubin 1977, J. R. Stat. Soc. B 39:1-38; Linzer & Lewis
    2011, J. Stat. Softw. 42(10) (poLCA); Fraley & Raftery 2002, J. Am. Stat. Assoc. 97:611-631 (mclust).

    Examples
    --------
    >>> answers = [[0, 0, 0]] * 40 + [[1, 1, 1]] * 20 + [[0, 1, 0], [1, 0, 1]] * 3
    >>> two = fit(Indicators.of(categorical=answers), 2)
    >>> two.shares.round(2).tolist(), two.assigned[[0, 50]].tolist()
    ([0.65, 0.35], [0, 1])
    """
    k, starts = check_count(k, "k", least=1), check_count(starts, "starts", least=1)
    seed, steps = check_count(seed, "seed"), check_count(max_iterations, "max_iterations", least=1)
    tolerance = check_real(tolerance, "tolerance", low=0, open_low=True)
    data, specification = prepare(indicators, covariance)
    check_classes(data, k)
    with one_thread():
        found = search(specification.engine(data), k, starts if k > 1 else 1, seed, steps, tolerance)
    return solution(indicators, data, specification, found)


def select(
    indicators: Indicators,
    ks: Iterable[int],
    *,
    covariance: str = "diagonal",
    starts: int = STARTS,
    seed: int = 1,
    max_iterations: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    on_fault: Callable[[int, CxError], None] | None = None,
) -> tuple[Mixture, ...]:
    """Fit several numbers of classes; the same numbers whatever `jobs` is.

    Parameters
    ----------
    indicators, covariance, starts, seed, max_iterations, tolerance
        As in :func:`fit`.
    ks : iterable of int
    jobs : int
        Fits at a time.
    progress : callable, optional
        Called with (done, total) after each fit; an exception raised in it cancels the rest.
    on_fault : callable, optional
        Called with (k, error) for a number of classes that cannot be fitted, which is then left out; without it
        the error is raised.

    Returns
    -------
    tuple of Mixture
        In the order of `ks`.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`fit`.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0, 0, 0]] * 30 + [[1, 1, 1]] * 20 + [[0, 1, 0], [1, 0, 1]])
    >>> found = select(people, [1, 2])
    >>> min(found, key=lambda mixture: mixture.bic).k
    2
    """
    wanted = [check_count(k, "k", least=1) for k in ks]
    jobs = check_count(jobs, "jobs", least=1)

    def one(k: int) -> Mixture | CxError:
        try:
            return fit(
                indicators,
                k,
                covariance=covariance,
                starts=starts,
                seed=seed,
                max_iterations=max_iterations,
                tolerance=tolerance,
            )
        except CxError as error:
            if on_fault is None:
                raise
            return error

    found: list[Mixture] = []
    for k, outcome in zip(wanted, in_turn(one, wanted, jobs, progress), strict=True):
        if isinstance(outcome, Mixture):
            found.append(outcome)
        elif on_fault is not None:
            on_fault(k, outcome)
    return tuple(found)


def prepare(indicators: Indicators, covariance: str) -> tuple[Patterns, Specification]:
    """Collapse equal rows and look at the columns."""
    if covariance not in COVARIANCES:
        raise ArgumentError(unknown_name("stats.covariance", "covariance model", covariance, COVARIANCES))
    data = patterns(indicators)
    if data.n < 2:
        what = "Fewer than two people have an answer and a weight above 0."
        raise too_few("too-few", what, given=data.n, allowed="at least 2")
    return data, Specification.of(data, covariance)


def check_classes(data: Patterns, k: int) -> None:
    """Refuse more classes than there are different rows."""
    if k > data.rows.n:
        raise NotEnoughData(
            Fault(
                code="stats.too-few-patterns",
                what="There are more classes than different rows of answers.",
                given=f"{k} classes, {data.rows.n} different rows",
                allowed=f"at most {data.rows.n} classes",
                do="Use fewer classes or more items.",
            )
        )


def solution(indicators: Indicators, data: Patterns, specification: Specification, found: Found) -> Mixture:
    """Put classes into order and classify everybody."""
    classes = specification.classes(found.theta[_order(found.theta)])
    first, which = distinct(indicators)
    chance, _ = posterior(classes, indicators.take(first))
    members, density = posterior(classes, data.rows)
    k = classes.shares.size
    doubt = float(data.weights @ special.entr(members).sum(axis=1))
    answered = indicators.answered.any(axis=1)
    return Mixture(
        k=k,
        n=data.n,
        shares=frozen(classes.shares),
        probabilities=tuple(frozen(p) for p in classes.probabilities),
        means=frozen(classes.means),
        covariances=frozen(classes.covariances),
        rates=frozen(classes.rates),
        covariance=specification.covariance,
        log_likelihood=float(data.weights @ density),
        n_parameters=specification.n_parameters(k),
        entropy=1 - doubt / (data.n * float(np.log(k))) if k > 1 else 1.0,
        posterior=frozen(chance[which]),
        assigned=frozen(np.where(answered, chance.argmax(axis=1)[which], -1)),
        converged=found.converged,
        starts=found.starts,
        best_of=found.best_of,
        degenerate=found.degenerate,
        names=indicators.names,
        levels=indicators.levels,
        ordered=indicators.ordered,
    )


def _order(theta: Floats) -> Ints:
    """Largest class first; equal shares by their parameters, so that the order does not depend on the start."""
    keys = [*theta[:, :0:-1].round(6).T, -theta[:, 0].round(6)]
    return np.lexsort(keys)
