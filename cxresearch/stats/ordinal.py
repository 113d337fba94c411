"""Ordinal regression: the cumulative logit (proportional odds) model by Newton's method on counts.

Equal rows are counted once, so with rating scales the cost depends on the number of different rows, not on n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, Ints, check_level, matrix, numbers, too_few, wrong
from cxresearch.stats._intervals import t_interval
from cxresearch.stats.estimate import Estimate

_STEPS, _TOLERANCE = 100, 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class OrdinalFit:
    """A fitted cumulative logit, logit P(Y <= j) = threshold_j - x b.

    Parameters
    ----------
    coefficients : tuple of Estimate
        Log odds ratios of a higher answer, one a column of x; normal intervals.
    thresholds : tuple of Estimate
        One between each two neighbouring answers, rising.
    categories : ndarray, shape (k,)
        The answers that occur, sorted.
    cov : ndarray
        Covariance of the thresholds, then the coefficients.
    log_likelihood, log_likelihood_null : float
        Of this model and of thresholds alone.
    n : int
        Respondents (the sum of the frequencies).
    rows : int
        Different rows that were computed.
    iterations : int

    Examples
    --------
    >>> fit = ordinal_regression([[0], [0], [0], [1], [1], [1]], [1, 2, 3, 2, 3, 3])
    >>> round(fit.coefficients[0].value, 4), fit.rows
    (1.7238, 5)
    """

    coefficients: tuple[Estimate, ...]
    thresholds: tuple[Estimate, ...]
    categories: Floats
    cov: Floats
    log_likelihood: float
    log_likelihood_null: float
    n: int
    rows: int
    iterations: int

    @property
    def deviance(self) -> float:
        """Twice the negative log-likelihood."""
        return -2 * self.log_likelihood

    @property
    def p(self) -> float:
        """P-value of the likelihood ratio test against thresholds alone."""
        gain = max(0.0, 2 * (self.log_likelihood - self.log_likelihood_null))
        return float(special.chdtrc(len(self.coefficients), gain))


class _Point(NamedTuple):
    value: float
    gradient: Floats
    information: Floats


def ordinal_regression(
    x: ArrayLike, y: ArrayLike, frequencies: ArrayLike | None = None, level: float = 0.95
) -> OrdinalFit:
    """Fit the cumulative logit of an ordinal answer on predictors.

    Parameters
    ----------
    x : array_like, shape (n, p)
        Predictors without a constant; dummies for groups.
    y : array_like, shape (n,)
        Answers; only their order counts, any number of different ones.
    frequencies : array_like, shape (n,), optional
        How many respondents each row stands for: whole numbers. Survey weights are not frequencies.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    OrdinalFit
        Standard errors from the observed information.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths, ``stats.not-counts`` for frequencies that are not whole numbers.
    NotEnoughData
        ``stats.too-few`` with one answer only or too few rows, ``stats.collinear`` when predictors depend on each
        other or do not vary, ``stats.separation`` when a predictor orders the answers without overlap, so that
        its coefficient would be infinite.

    References
    ----------
    McCullagh 1980, J. R. Stat. Soc. B 42:109-142. As in R ``MASS::polr`` and ``ordinal::clm``.

    Examples
    --------
    >>> x, y, counts = [[0], [0], [1], [1]], [0, 1, 0, 1], [30, 10, 10, 30]
    >>> fit = ordinal_regression(x, y, counts)
    >>> round(fit.coefficients[0].value, 6), fit.n  # two answers: the log odds ratio, log 9
    (2.197225, 80)
    """
    level = check_level(level)
    rows, codes, categories, count = _unique(x, y, frequencies)
    k, p = categories.size, rows.shape[1]
    if k < 2:
        raise too_few("too-few", "All answers are equal.", given=k, allowed="two different answers or more")
    total = float(count.sum())
    centre = count @ rows / total
    scale = np.sqrt(count @ (rows - centre) ** 2 / total)
    z = (rows - centre) / np.where(scale > 0, scale, 1.0)
    spread = np.linalg.eigvalsh(z.T @ (z * count[:, None]) / total)
    if spread[0] < 1e-10:
        raise too_few("collinear", "Predictors depend on each other, or one does not vary.", allowed="independent ones")
    below = np.cumsum(np.bincount(codes, weights=count))[:-1] / total
    start = np.concatenate([special.logit(below), np.zeros(p)])
    null = _evaluate(start, z, codes, count, k).value
    at, point, iterations = _newton(start, z, codes, count, k)
    back = np.zeros((k - 1 + p, k - 1 + p))  # from centred and scaled predictors to those given
    back[: k - 1, : k - 1] = np.eye(k - 1)
    back[k - 1 :, k - 1 :] = np.diag(1 / scale)
    back[: k - 1, k - 1 :] = centre / scale
    theta, cov = back @ at, back @ np.linalg.inv(point.information) @ back.T
    se, n = np.sqrt(np.diag(cov)), round(total)
    method = "cumulative logit, observed information"
    names = ["threshold"] * (k - 1) + ["log_odds_ratio"] * p
    estimates = [
        t_interval(name, float(value), float(error), None, level, n, method)
        for name, value, error in zip(names, theta, se, strict=True)
    ]
    return OrdinalFit(
        coefficients=tuple(estimates[k - 1 :]),
        thresholds=tuple(estimates[: k - 1]),
        categories=frozen(categories),
        cov=frozen(cov),
        log_likelihood=point.value,
        log_likelihood_null=null,
        n=n,
        rows=rows.shape[0],
        iterations=iterations,
    )


def _newton(start: Floats, z: Floats, codes: Ints, count: Floats, k: int) -> tuple[Floats, _Point, int]:
    """Newton's method with step halving; the log-likelihood is concave (Pratt 1981)."""
    at, point = start, _evaluate(start, z, codes, count, k)
    for iteration in range(1, _STEPS + 1):
        try:
            step = np.linalg.solve(point.information, point.gradient)
        except np.linalg.LinAlgError:
            break
        decrement = float(step @ point.gradient)
        share = 1.0
        while share > 1e-8:
            new = at + share * step
            if (np.diff(new[: k - 1]) > 0).all():
                candidate = _evaluate(new, z, codes, count, k)
                if candidate.value >= point.value - 1e-12 * abs(point.value):
                    break
            share /= 2
        else:
            break
        at, point = new, candidate
        if np.abs(at).max() > 30:
            break
        if decrement < _TOLERANCE**2 * count.sum() or float(np.abs(share * step).max()) < _TOLERANCE:
            return at, point, iteration
    raise too_few(
        "separation", "A predictor orders the answers without overlap, so its coefficient has no finite value."
    )


def _evaluate(at: Floats, z: Floats, codes: Ints, count: Floats, k: int) -> _Point:
    """Log-likelihood, gradient and observed information in the thresholds and coefficients."""
    cuts, b = at[: k - 1], at[k - 1 :]
    line = z @ b
    bounds = np.concatenate([[-np.inf], cuts, [np.inf]])
    high, low = bounds[codes + 1] - line, bounds[codes] - line
    chance = np.where(low > 0, special.expit(-low) - special.expit(-high), special.expit(high) - special.expit(low))
    chance = np.maximum(chance, 1e-300)
    up, down = _density(high), _density(low)
    slope_up, slope_down = up * -np.tanh(high / 2), down * -np.tanh(low / 2)  # derivatives of the densities
    u, v = count * up / chance, -count * down / chance
    score = np.bincount(codes + 1, u, k + 1) + np.bincount(codes, v, k + 1)
    gradient = np.concatenate([score[1:k], -((u + v) @ z)])
    # second derivatives in (high, low) of each row
    hh = count * (slope_up / chance - (up / chance) ** 2)
    ll = count * (-slope_down / chance - (down / chance) ** 2)
    hl = count * up * down / chance**2
    table = np.diag(np.bincount(codes + 1, hh, k + 1) + np.bincount(codes, ll, k + 1))
    beside = np.bincount(codes, hl, k)  # a row ties the two thresholds around its answer
    table += np.diag(beside, 1) + np.diag(beside, -1)
    from_high, from_low = (hh + hl)[:, None] * z, (ll + hl)[:, None] * z
    mixed = np.empty((k + 1, z.shape[1]))
    for j in range(z.shape[1]):
        mixed[:, j] = -np.bincount(codes + 1, from_high[:, j], k + 1) - np.bincount(codes, from_low[:, j], k + 1)
    mixed = mixed[1:k]
    inner = z.T @ (z * (hh + ll + 2 * hl)[:, None])
    information = -np.block([[table[1:k, 1:k], mixed], [mixed.T, inner]])
    return _Point(float(count @ np.log(chance)), gradient, information)


def _density(at: Floats) -> Floats:
    """Logistic density, 0 at infinity."""
    tail = special.expit(-np.abs(at))
    result: Floats = tail * (1 - tail)
    return result


def _unique(x: ArrayLike, y: ArrayLike, frequencies: ArrayLike | None) -> tuple[Floats, Ints, Floats, Floats]:
    """Different rows of predictors and answer, the answers as codes, the answers, and how often each row occurs."""
    given = np.asarray(x)
    table = matrix(given[:, None] if given.ndim == 1 else given, "x", columns=1)
    answers = numbers(y, "y")
    n = answers.size
    if table.shape[0] != n:
        raise wrong("unequal-length", "Predictors and answers must have equal length.", given=(table.shape[0], n))
    count = np.ones(n) if frequencies is None else numbers(frequencies, "frequencies", least=0)
    if count.size != n:
        raise wrong("unequal-length", "Frequencies and answers must have equal length.", given=(count.size, n))
    if (count < 0).any() or (count != np.floor(count)).any():
        raise wrong(
            "not-counts",
            "Frequencies must be whole numbers: how many respondents a row stands for.",
            given=float(count[(count < 0) | (count != np.floor(count))][0]),
            do="Survey weights are not frequencies.",
        )
    table, answers, count = table[count > 0], answers[count > 0], count[count > 0]
    categories, codes = np.unique(answers, return_inverse=True)
    key = codes.astype(np.int64)
    for column in table.T:  # one whole number for each different row
        part = pd.factorize(column)[0].astype(np.int64)
        key = pd.factorize(key * (int(part.max(initial=0)) + 1) + part)[0].astype(np.int64)
    first = np.unique(key, return_index=True)[1]
    summed: Floats = np.bincount(key, weights=count).astype(np.float64)
    return table[first], codes[first].astype(np.intp), categories, summed
