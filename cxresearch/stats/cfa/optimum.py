"""Maximum likelihood: Fisher scoring that turns into Newton's method near the optimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxresearch.stats._check import Floats
from cxresearch.stats.cfa.cholesky import cholesky, solve
from cxresearch.stats.cfa.likelihood import (
    AtMoments,
    Slopes,
    at_moments,
    expected_information,
    gradient,
    observed_information,
    slopes_at,
)
from cxresearch.stats.cfa.model import Table
from cxresearch.stats.cfa.patterns import Patterns

#: Converged when one more step would change chi-square by less than this.
TOLERANCE = 1e-10
STEPS = 150


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """The likelihood of all groups at one vector of free parameters.

    Parameters
    ----------
    free : array
    full : array, shape (groups, size)
    deviance : float
        Minus twice the log-likelihood per respondent, over all groups.
    at : tuple of AtMoments
    """

    free: Floats
    full: Floats
    deviance: float
    at: tuple[AtMoments, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """A model and the data it is to be fitted to.

    Parameters
    ----------
    parameters : Table
    data : tuple of Patterns
    weights : array
        Share of every group in the sample.
    n : float
        Respondents of all groups; under survey weights their effective number.
    """

    parameters: Table
    data: tuple[Patterns, ...]
    weights: Floats
    n: float

    def point(self, free: Floats) -> Point | None:
        """Evaluate the likelihood; None where a covariance matrix is not positive definite."""
        full = self.parameters.expand(free)
        if not np.isfinite(full).all():
            return None
        found = []
        for data, row in zip(self.data, full, strict=True):
            at = at_moments(data, *self.parameters.layout.moments(row))
            if at is None or not np.isfinite(at.deviance):
                return None
            found.append(at)
        deviance = float(self.weights @ np.array([at.deviance for at in found]))
        return Point(free=free, full=full, deviance=deviance, at=tuple(found))

    def _slopes(self, point: Point) -> list[Slopes]:
        return [slopes_at(self.parameters.layout, row) for row in point.full]

    def gradients(self, point: Point) -> Floats:
        """Gradient of the deviance by every group's parameters, free or not."""
        return np.array(
            [w * gradient(at, s) for w, at, s in zip(self.weights, point.at, self._slopes(point), strict=True)]
        )

    def informations(self, point: Point, kind: str = "expected") -> list[Floats]:
        """Information per respondent of the sample on every group's parameters, free or not."""
        found = []
        for w, at, s in zip(self.weights, point.at, self._slopes(point), strict=True):
            found.append(w * (expected_information(at, s) if kind == "expected" else observed_information(at, s)))
        return found

    def information(self, point: Point, kind: str = "expected") -> Floats:
        """Information per respondent on the free parameters."""
        return self.parameters.add_up_matrix(self.informations(point, kind))


def optimum(problem: Problem, start: Floats, steps: int = STEPS) -> tuple[Point, bool] | None:
    """Climb to the nearest maximum of the likelihood.

    Returns
    -------
    tuple of (Point, bool) or None
        The best point found and whether the search converged; None where the start is impossible.

    References
    ----------
    Lee & Jennrich 1979, Psychometrika 44:99-113 (Fisher scoring in covariance structures).
    """
    here = problem.point(start)
    if here is None:
        return None
    damping, left = 0.0, np.inf
    for _ in range(steps):
        slope = problem.parameters.add_up(problem.gradients(here))
        near = left < 1.0
        information = problem.information(here, "observed" if near else "expected")
        root = cholesky(information)
        step = None if root is None else -solve(root, slope) / 2
        if step is not None:
            left = float(-slope @ step) * problem.n / 2
            if left < TOLERANCE:
                return _polished(problem, here, step), True
        better, damping = _descend(problem, here, slope, information, step, damping)
        if better is None:
            return here, left < 1e-6
        here = better
    return here, False


def _polished(problem: Problem, here: Point, step: Floats) -> Point:
    last = problem.point(here.free + step)
    return last if last is not None and last.deviance <= here.deviance else here


def _descend(
    problem: Problem, here: Point, slope: Floats, information: Floats, step: Floats | None, damping: float
) -> tuple[Point | None, float]:
    """One step that lowers the deviance, damped until it does."""
    diagonal = np.maximum(np.diag(information), 1e-8)
    for _ in range(25):
        if damping == 0.0 and step is not None:
            move = step
        else:
            root = cholesky(information + damping * np.diag(diagonal))
            if root is None:
                damping = max(10 * damping, 1e-4)
                continue
            move = -solve(root, slope) / 2
        there = problem.point(here.free + move)
        if there is not None and there.deviance < here.deviance + 1e-4 * float(slope @ move):
            return there, 0.0 if damping < 1e-5 else damping / 10
        damping = max(10 * damping, 1e-4)
    return None, damping
