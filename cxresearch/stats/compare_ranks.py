"""Tests of ordinal answers: Brunner-Munzel, Kruskal-Wallis, Wilcoxon, Friedman."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import Floats, matrix, numbers, pairs, samples
from cxresearch.stats._exact import DRAWS, SEED, rank_sum_monte_carlo_p, rank_sum_p, signed_rank_p
from cxresearch.stats.association import epsilon_squared, friedman_q, kendalls_w, kruskal_h
from cxresearch.stats.dominance import brunner_munzel_parts, cliffs_delta, cliffs_delta_paired
from cxresearch.stats.estimate import Test

#: Brunner-Munzel needs about this many answers in each group (Brunner & Munzel 2000, sec. 5).
SMALL_GROUP = 10
_EXACT_RANK_SUM, _EXACT_SIGNED_RANK = 200, 50


def brunner_munzel(a: ArrayLike, b: ArrayLike, level: float = 0.95, seed: int = SEED) -> Test:
    """Does one group tend to answer higher? Brunner-Munzel, or Mann-Whitney where a group is small.

    With fewer than 10 answers in a group, or no overlap at all, the studentised test is not to be trusted;
    then the rank sum is referred to its exact permutation distribution given the ties (up to 200 answers in
    all) or to 10,000 seeded permutations, named ``"mann_whitney"``. Effect: Cliff's delta.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`~cxresearch.stats.dominance.cliffs_delta`.

    References
    ----------
    Brunner & Munzel 2000, Biom. J. 42:17-25; Mann & Whitney 1947, Ann. Math. Statist. 18:50-60.

    Examples
    --------
    >>> brunner_munzel([3, 4, 5, 4], [2, 3, 2, 1]).name
    'mann_whitney'
    """
    x, y = numbers(a, "a"), numbers(b, "b")
    effect = cliffs_delta(x, y, level)
    n = x.size + y.size
    p_higher, se, df = brunner_munzel_parts(x, y)
    if min(x.size, y.size) >= SMALL_GROUP and se > 0:
        t = (p_higher - 0.5) / se
        return Test(
            name="brunner_munzel",
            statistic=t,
            df=df,
            df2=None,
            p=float(2 * stats.t.sf(abs(t), df)),
            n=n,
            method="Brunner-Munzel test, t approximation, two-sided",
            effect=effect,
        )
    first, second = (x, y) if x.size <= y.size else (y, x)
    if n <= _EXACT_RANK_SUM:
        u, p = rank_sum_p(first, second)
        how = "exact given the ties"
    else:
        u, p = rank_sum_monte_carlo_p(first, second, DRAWS, seed)
        how = f"{DRAWS} seeded permutations"
    u_a = u if first is x else x.size * y.size - u
    return Test(
        name="mann_whitney",
        statistic=u_a,
        df=None,
        df2=None,
        p=p,
        n=n,
        method=f"Mann-Whitney test, {how}, two-sided",
        effect=effect,
    )


def kruskal_wallis(groups: Sequence[ArrayLike], level: float = 0.95) -> Test:
    """Kruskal-Wallis test corrected for ties; effect rank epsilon squared.

    References
    ----------
    Kruskal & Wallis 1952, JASA 47:583-621. As R ``kruskal.test``. Errors as
    :func:`~cxresearch.stats.association.epsilon_squared`.

    Examples
    --------
    >>> round(kruskal_wallis([[1, 2, 3], [2, 3, 4], [5, 6, 7]]).statistic, 4)
    6.0565
    """
    arrays = samples(groups, least=1)
    h, n = kruskal_h(arrays)
    df = len(arrays) - 1
    return Test(
        name="kruskal_wallis",
        statistic=h,
        df=float(df),
        df2=None,
        p=float(stats.chi2.sf(h, df)),
        n=n,
        method="Kruskal-Wallis test, chi-square approximation",
        effect=epsilon_squared(arrays, level),
    )


def wilcoxon(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Test:
    """Wilcoxon's signed-rank test; effect Cliff's within-pair delta.

    Pairs without a difference are left out (Wilcoxon's own rule); tied differences share their mean rank.
    Up to 50 remaining pairs the distribution is exact given the ties, beyond it is normal with the variance
    corrected for ties and a continuity correction (as R ``wilcox.test``). The statistic is the sum of
    positive ranks; n counts all pairs.

    Raises
    ------
    ArgumentError
        Missing values, unequal lengths.
    NotEnoughData
        ``stats.too-few``, ``stats.no-variance`` when no pair differs.

    References
    ----------
    Wilcoxon 1945, Biometrics Bull. 1:80-83; Streitberg & Roehmel 1986, Statist. Software Newsl. 12:10-17.

    Examples
    --------
    >>> test = wilcoxon([3, 4, 5, 4], [2, 4, 2, 3])
    >>> test.statistic, test.p
    (6.0, 0.25)
    """
    x, y = pairs(a, b)
    effect = cliffs_delta_paired(x, y, level)
    difference = (x - y)[x != y]
    m = difference.size
    if m <= _EXACT_SIGNED_RANK:
        positive, p = signed_rank_p(difference)
        how = "exact given the ties"
    else:
        ranks = stats.rankdata(np.abs(difference))
        positive = float(ranks[difference > 0].sum())
        z = max(0.0, abs(positive - m * (m + 1) / 4) - 0.5) / float(np.sqrt(np.sum(ranks**2) / 4))
        p, how = min(1.0, float(2 * stats.norm.sf(z))), "normal with continuity correction"
    return Test(
        name="wilcoxon",
        statistic=positive,
        df=None,
        df2=None,
        p=p,
        n=x.size,
        method=f"Wilcoxon signed-rank test without zero differences, {how}, two-sided",
        effect=effect,
    )


def friedman(values: ArrayLike, level: float = 0.95) -> Test:
    """Friedman's test corrected for ties; effect Kendall's W.

    References
    ----------
    Friedman 1937, JASA 32:675-701. As R ``friedman.test``. Errors as
    :func:`~cxresearch.stats.association.kendalls_w`.

    Examples
    --------
    >>> friedman([[1, 2, 3], [1, 2, 3], [1, 3, 2]]).df
    2.0
    """
    x = matrix(values)
    return friedman_test("friedman", "Friedman test, chi-square approximation", x, level)


def friedman_test(name: str, method: str, x: Floats, level: float) -> Test:
    """Friedman's chi-square under the name of the test that asked (Cochran's Q is the same on 0/1 answers)."""
    q, df = friedman_q(x), x.shape[1] - 1
    return Test(
        name=name,
        statistic=q,
        df=float(df),
        df2=None,
        p=float(stats.chi2.sf(q, df)),
        n=x.shape[0],
        method=method,
        effect=kendalls_w(x, level),
    )
