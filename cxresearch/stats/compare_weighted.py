"""Tests under a survey design: weights, clusters, strata."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import Floats, check_weights, codes_of, no_variance, numbers, too_few
from cxresearch.stats.association import pearson
from cxresearch.stats.estimate import Test
from cxresearch.stats.weights import linearised_means, score_covariance


def wald_f(
    values: ArrayLike,
    groups: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> Test:
    """Adjusted Wald test that the weighted means of k groups are equal.

    F = W (df - q + 1) / (df q) with q = k - 1 contrasts and df = clusters - strata, referred to
    F(q, df - q + 1).

    Parameters
    ----------
    values, groups, weights, clusters, strata : array_like, shape (n,)
        As in :func:`~cxresearch.stats.weights.linearised_means`.

    Returns
    -------
    Test
        Without an effect.

    Raises
    ------
    ArgumentError
        Missing values, impossible weights.
    NotEnoughData
        One group only, ``stats.too-few`` clusters for the number of groups, ``stats.no-variance`` when the
        covariance of the differences is singular.

    References
    ----------
    Fay 1985; Korn & Graubard 1990, Am. Statist. 44:270-276.

    Examples
    --------
    >>> test = wald_f([1, 2, 3, 3, 4, 6], ["a", "a", "a", "b", "b", "b"])
    >>> round(test.statistic, 4), test.df, test.df2
    (6.125, 1.0, 5.0)
    """
    means, cov, df = linearised_means(values, groups, weights, clusters, strata)
    q = means.size - 1
    if q < 1:
        raise too_few("too-few-groups", "There is one group only.", given=1, allowed="at least 2")
    if df - q + 1 < 1:
        raise too_few("too-few", "There are too few clusters for so many groups.", given=df, allowed=f"at least {q}")
    contrast = np.eye(q + 1)[1:] - np.eye(q + 1)[0]
    spread = contrast @ cov @ contrast.T
    gap = contrast @ means
    if np.linalg.matrix_rank(spread, hermitian=True) < q:
        raise no_variance("The differences between the groups have no full covariance.")
    wald = float(gap @ np.linalg.solve(spread, gap))
    f = wald * (df - q + 1) / (df * q)
    return Test(
        name="wald_f",
        statistic=f,
        df=float(q),
        df2=float(df - q + 1),
        p=float(stats.f.sf(f, q, df - q + 1)),
        n=_used(values, weights),
        method="adjusted Wald test, Taylor-linearised",
        effect=None,
    )


def rao_scott(
    rows: ArrayLike,
    columns: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> Test:
    """Second-order Rao-Scott test of independence in a weighted table.

    Parameters
    ----------
    rows, columns : array_like, shape (n,)
        Codes or labels of each respondent.
    weights, clusters, strata : array_like, shape (n,), optional
        Sampling weights, primary sampling units and strata.

    Returns
    -------
    Test
        F with Satterthwaite's degrees of freedom; without an effect.

    Raises
    ------
    ArgumentError
        Missing labels, impossible weights.
    NotEnoughData
        ``stats.too-few-categories`` when fewer than two rows or columns have weight.

    References
    ----------
    Rao & Scott 1984, Ann. Statist. 12:46-60; Thomas & Rao 1987, JASA 82:630-636.
    As R ``survey::svychisq(statistic = "F")``.

    Examples
    --------
    >>> test = rao_scott(["a"] * 4 + ["b"] * 4, [1, 1, 1, 0, 1, 0, 0, 0])
    >>> round(test.statistic, 4), round(test.df, 4), round(test.df2, 4)
    (1.75, 1.0, 7.0)
    """
    n = np.asarray(rows).size
    w = check_weights(weights, n)
    row, row_labels = codes_of(rows, n, "rows")
    column, column_labels = codes_of(columns, n, "columns")
    cell = row * len(column_labels) + column
    shape = (len(row_labels), len(column_labels))
    share = (np.bincount(cell, weights=w, minlength=shape[0] * shape[1]) / w.sum()).reshape(shape)
    alive = np.ix_(share.sum(axis=1) > 0, share.sum(axis=0) > 0)
    if min(share[alive].shape) < 2:
        raise too_few(
            "too-few-categories",
            "Fewer than two rows or columns have any weight.",
            given=share[alive].shape,
            allowed="at least 2 x 2",
        )
    kept = np.arange(share.size).reshape(shape)[alive].ravel()
    p = share.ravel()[kept]
    scores = (w / w.sum())[:, None] * ((cell[:, None] == kept[None, :]) - p)
    cov, df = score_covariance(scores, w, clusters, strata)
    chi2 = n * pearson(share[alive])[0]
    delta = _generalised_effects(share[alive].shape, p, cov, n)
    trace = float(np.trace(delta))
    if trace <= 0:
        raise no_variance("The table does not vary between clusters.")
    d0 = trace**2 / float(np.trace(delta @ delta))
    f = chi2 / trace
    return Test(
        name="rao_scott",
        statistic=f,
        df=d0,
        df2=d0 * df,
        p=float(stats.f.sf(f, d0, d0 * df)),
        n=_used(np.zeros(n), w),
        method="Rao-Scott chi-square, second order, F",
        effect=None,
    )


def _generalised_effects(shape: tuple[int, ...], p: Floats, cov: Floats, n: int) -> Floats:
    """Matrix whose eigenvalues are the generalised design effects of the interaction."""
    r, c = shape
    row, column = np.divmod(np.arange(r * c), c)
    main = np.column_stack([np.ones(r * c)] + [row == i for i in range(1, r)] + [column == j for j in range(1, c)])
    both = np.column_stack([(row == i) & (column == j) for i in range(1, r) for j in range(1, c)]).astype(float)
    contrast = both - main @ np.linalg.lstsq(main.astype(float), both, rcond=None)[0]
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    scaled = contrast * inverse[:, None]
    result: Floats = np.linalg.solve(contrast.T @ scaled / n, scaled.T @ cov @ scaled)
    return result


def _used(values: ArrayLike, weights: ArrayLike | None) -> int:
    x = numbers(values)
    return int((check_weights(weights, x.size) > 0).sum())
