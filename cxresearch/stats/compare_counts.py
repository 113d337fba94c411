"""Tests of nominal answers: chi-square and its exact substitutes, McNemar, Cochran's Q."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import codes_of, counts_table, matrix, pairs, wrong
from cxresearch.stats._exact import DRAWS, SEED
from cxresearch.stats.association import cramers_v, odds_ratio_paired, pearson
from cxresearch.stats.compare_ranks import friedman_test
from cxresearch.stats.estimate import Test


def contingency(groups: Sequence[ArrayLike]) -> np.ndarray:
    """Count the answers of each group: rows are groups, columns the sorted answers that occur.

    Examples
    --------
    >>> contingency([["a", "b"], ["b", "b", "c"]]).tolist()
    [[1.0, 1.0, 0.0], [0.0, 2.0, 1.0]]
    """
    parts = [np.asarray(g) for g in groups]
    sizes = [part.size for part in parts]
    codes, labels = codes_of(np.concatenate([part.astype(object) for part in parts]), sum(sizes), "answers")
    table = np.zeros((len(parts), len(labels)))
    np.add.at(table, (np.repeat(np.arange(len(parts)), sizes), codes), 1)
    return table


def chi_square(table: ArrayLike, level: float = 0.95, seed: int = SEED) -> Test:
    """Pearson's chi-square of a table of counts, or an exact substitute where an expected count is below 5.

    Then a 2 x 2 table takes Fisher's exact test (statistic: sample odds ratio) and a larger one the same
    chi-square against 10,000 seeded random tables with its margins. No continuity correction. Effect:
    Cramer's V.

    Parameters
    ----------
    table : array_like, shape (r, c)
        Counts; empty rows and columns are left out.
    level : float
        Confidence level between 0 and 1.
    seed : int
        Of permutation tests, where one is needed.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`~cxresearch.stats.association.cramers_v`.

    References
    ----------
    Pearson 1900, Phil. Mag. 50:157-175; Cochran 1954, Biometrics 10:417-451 (expected counts); Fisher 1935;
    Patefield 1981, Appl. Statist. 30:91-97 (random tables). As R ``chisq.test(correct = FALSE)``.

    Examples
    --------
    >>> chi_square([[8, 2], [1, 5]]).name
    'fisher_exact'
    """
    counts = counts_table(table)
    chi2, df, expected = pearson(counts)
    n, effect = int(counts.sum()), cramers_v(counts, level)
    if (expected >= 5).all():
        return Test(
            name="chi_square",
            statistic=chi2,
            df=float(df),
            df2=None,
            p=float(stats.chi2.sf(chi2, df)),
            n=n,
            method="Pearson chi-square",
            effect=effect,
        )
    whole = counts.astype(np.int64)
    if counts.shape == (2, 2):
        odds, p = stats.fisher_exact(whole)
        return Test(
            name="fisher_exact",
            statistic=float(odds),
            df=None,
            df2=None,
            p=float(p),
            n=n,
            method="Fisher exact test, two-sided",
            effect=effect,
        )
    drawn = stats.random_table(whole.sum(axis=1), whole.sum(axis=0), seed=np.random.default_rng(seed)).rvs(
        DRAWS, method="patefield"
    )
    extreme = int(np.sum(np.sum((drawn - expected) ** 2 / expected, axis=(1, 2)) >= chi2 * (1 - 1e-9)))
    return Test(
        name="permutation_chi_square",
        statistic=chi2,
        df=None,
        df2=None,
        p=(extreme + 1) / (DRAWS + 1),
        n=n,
        method=f"Pearson chi-square, {DRAWS} seeded random tables",
        effect=effect,
    )


def mcnemar(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Test:
    """McNemar's test of paired yes/no answers; effect the paired odds ratio.

    Exact binomial (statistic: the smaller discordant count) below 25 discordant pairs, else chi-square
    without continuity correction.

    Raises
    ------
    ArgumentError
        ``stats.not-binary`` for answers other than 0 and 1, unequal lengths.
    NotEnoughData
        ``stats.too-few`` when no pair is discordant.

    References
    ----------
    McNemar 1947, Psychometrika 12:153-157; Fagerland, Lydersen & Laake 2013, BMC Med. Res. Methodol. 13:91.

    Examples
    --------
    >>> mcnemar([1, 1, 1, 0, 1, 1], [0, 0, 0, 1, 0, 1]).p
    0.375
    """
    x, y = pairs(a, b)
    _binary(x)
    _binary(y)
    only_a, only_b = int(np.sum(x > y)), int(np.sum(x < y))
    effect = odds_ratio_paired(only_a, only_b, level)
    discordant = only_a + only_b
    if discordant < 25:
        p = float(stats.binomtest(only_a, discordant).pvalue)
        return Test(
            name="mcnemar",
            statistic=float(min(only_a, only_b)),
            df=None,
            df2=None,
            p=p,
            n=x.size,
            method="McNemar test, exact binomial, two-sided",
            effect=effect,
        )
    chi2 = (only_a - only_b) ** 2 / discordant
    return Test(
        name="mcnemar",
        statistic=chi2,
        df=1.0,
        df2=None,
        p=float(stats.chi2.sf(chi2, 1)),
        n=x.size,
        method="McNemar test, chi-square without continuity correction",
        effect=effect,
    )


def cochran_q(values: ArrayLike, level: float = 0.95) -> Test:
    """Cochran's Q for several yes/no answers of the same respondents; effect Kendall's W.

    Raises
    ------
    ArgumentError
        ``stats.not-binary`` for answers other than 0 and 1.

    References
    ----------
    Cochran 1950, Biometrika 37:256-266; equal to Friedman's test on 0/1 answers.

    Examples
    --------
    >>> round(cochran_q([[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]).statistic, 4)
    4.5
    """
    x = matrix(values)
    _binary(x)
    return friedman_test("cochran_q", "Cochran Q test, chi-square approximation", x, level)


def _binary(x: np.ndarray) -> None:
    if not np.isin(x, (0.0, 1.0)).all():
        raise wrong("not-binary", "Answers must be 0 or 1.", given=sorted(set(x.ravel().tolist()))[:5])
