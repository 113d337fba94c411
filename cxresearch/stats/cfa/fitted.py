"""Fit a model to a sample: several starts where needed, standard errors, and what is improper about the solution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cxresearch.stats._check import Floats
from cxresearch.stats.cfa.measures import Fit, fit_of
from cxresearch.stats.cfa.model import Kind, Layout, Release, Table, table
from cxresearch.stats.cfa.optimum import STEPS, Point, Problem, optimum
from cxresearch.stats.cfa.sample import Sample
from cxresearch.stats.cfa.start import starts

#: A variance this far below zero, on the scale where items have variance 1, is negative and not rounding.
NEGATIVE = -1e-7

#: Two improper ends of the search are the same if their chi-squares differ by less than this.
AGREE = 1e-2


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """One fitted model.

    Parameters
    ----------
    sample : Sample
    problem : Problem
    point : Point
        The solution on the common scale of the sample.
    full : array, shape (groups, size)
        The solution on the scale of the answers.
    covs : tuple of arrays, shape (size, size)
        Covariance of each group's estimates, on the scale of the answers; NaN where it does not exist.
    fit : Fit
    """

    sample: Sample
    problem: Problem
    point: Point
    full: Floats
    covs: tuple[Floats, ...]
    fit: Fit

    @property
    def parameters(self) -> Table:
        """Which parameters are free, fixed and equal."""
        return self.problem.parameters


def fit(
    found: Sample, equal: Iterable[Kind] = (), released: Iterable[Release] = (), near: Floats | None = None
) -> Fitted:
    """Fit a model by maximum likelihood.

    Parameters
    ----------
    found : Sample
    equal, released
        What is the same over groups, see :func:`cxresearch.stats.cfa.model.table`.
    near : array, optional
        Solution of a similar model on the common scale, to start from.
    """
    parameters = table(found.layout, len(found.groups), equal, released)
    problem = Problem(parameters=parameters, data=found.data, weights=found.weights, n=sum(found.effective))
    point, converged = _best(problem, found, near)
    scale, shift = _scales(found)
    full = point.full * scale + shift
    vcov = _covariance(problem, point, found.missing)
    problems = _improper(found, point.full, converged)
    if vcov is None:
        problems += ("information_not_positive_definite",)
        covs = tuple(np.full((full.shape[1],) * 2, np.nan) for _ in found.groups)
    else:
        covs = tuple(parameters.spread(vcov, g) * np.outer(scale, scale) for g in range(len(found.groups)))
    answers = sum(d.n * (d.shares @ d.seen) for d in found.data)
    measures = fit_of(
        found.layout,
        point.full,
        found.saturated,
        found.effective,
        deviance=point.deviance,
        jacobian_log=-float(np.sum(answers * np.log(found.scale))),
        n_parameters=parameters.n_free,
        converged=converged,
        problems=problems,
    )
    return Fitted(sample=found, problem=problem, point=point, full=full, covs=covs, fit=measures)


def _best(problem: Problem, found: Sample, near: Floats | None) -> tuple[Point, bool]:
    """Take the first start that converges to a proper solution, or the one that two starts agree on.

    Where neither is found, take the best end of all starts.
    """
    best: tuple[Point, bool] | None = None
    for start in starts(problem.parameters, found.saturated, near):
        tried = optimum(problem, start)
        if tried is None:
            continue
        agreed = best is not None and best[1] and tried[1] and _apart(best[0], tried[0]) * found.n < AGREE
        if best is None or (tried[1], -tried[0].deviance) > (best[1], -best[0].deviance):
            best = tried
        if agreed or (tried[1] and not _improper(found, tried[0].full, True)):
            break
    assert best is not None, "the first start has a positive definite covariance matrix by construction"
    return best if best[1] else optimum(problem, best[0].free, 3 * STEPS) or best


def _apart(one: Point, two: Point) -> float:
    return abs(one.deviance - two.deviance)


def _scales(found: Sample) -> tuple[Floats, Floats]:
    """What to multiply a group's parameters by, and to add, to get from the common scale to the answers."""
    layout, sd = found.layout, found.scale
    unit = sd[layout.markers]
    rows, columns = layout.latent_pairs
    scale = np.concatenate([sd / unit[layout.factor], sd, sd**2, unit[rows] * unit[columns], unit])
    shift = np.zeros(layout.size)
    shift[layout.at["intercept"]] = found.centre
    return scale, shift


def _covariance(problem: Problem, point: Point, missing: str) -> Floats | None:
    """Inverse information: expected for complete answers, observed where answers are missing (as lavaan)."""
    information = problem.n * problem.information(point, "expected" if missing == "listwise" else "observed")
    scale = np.sqrt(np.abs(np.diag(information)))
    if not (scale > 0).all():
        return None
    standard = information / np.outer(scale, scale)
    if np.linalg.eigvalsh(standard)[0] < 1e-9:
        return None
    inverse: Floats = np.linalg.inv(standard) / np.outer(scale, scale)
    return inverse


def _improper(found: Sample, full: Floats, converged: bool) -> tuple[str, ...]:
    """Ids of everything that makes a solution improper."""
    problems = [] if converged else ["not_converged"]
    for row, label, end in zip(full, found.groups, found.saturated, strict=True):
        where = "" if label is None else f"@{label}"
        if not end.converged:
            problems.append(f"saturated_not_converged{where}")
        problems += [p + where for p in _improper_group(found.layout, row)]
    return tuple(problems)


def _improper_group(layout: Layout, row: Floats) -> list[str]:
    residuals, phi = row[layout.at["residual"]], layout.latent_covariance(row)
    variances = np.diag(phi)
    problems = [
        f"negative_residual_variance:{item}"
        for item, value in zip(layout.items, residuals, strict=True)
        if value < NEGATIVE
    ]
    problems += [
        f"negative_latent_variance:{construct}"
        for construct, value in zip(layout.constructs, variances, strict=True)
        if value < NEGATIVE
    ]
    sd = np.sqrt(np.maximum(np.abs(variances), 1e-12))
    if np.linalg.eigvalsh(phi / np.outer(sd, sd))[0] < NEGATIVE:
        problems.append("latent_covariance_not_positive_definite")
    return problems
