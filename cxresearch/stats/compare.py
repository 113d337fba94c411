"""Which test for which level of measurement; all tests can be imported from here.

The tests themselves live in `compare_means`, `compare_ranks`, `compare_counts` and `compare_weighted`,
follow-ups of several groups in `pairwise`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from numpy.typing import ArrayLike

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import matrix
from cxresearch.stats._exact import SEED
from cxresearch.stats.compare_counts import chi_square, cochran_q, contingency, mcnemar
from cxresearch.stats.compare_means import paired_t, rm_anova, welch_anova, welch_t
from cxresearch.stats.compare_ranks import brunner_munzel, friedman, kruskal_wallis, wilcoxon
from cxresearch.stats.compare_weighted import rao_scott, wald_f
from cxresearch.stats.estimate import Test

__all__ = [
    "Scale",
    "brunner_munzel",
    "chi_square",
    "cochran_q",
    "compare_independent",
    "compare_paired",
    "contingency",
    "friedman",
    "kruskal_wallis",
    "mcnemar",
    "paired_t",
    "rao_scott",
    "rm_anova",
    "wald_f",
    "welch_anova",
    "welch_t",
    "wilcoxon",
]

Scale = Literal["nominal", "ordinal", "interval"]


def compare_independent(
    groups: Sequence[ArrayLike], scale: Scale = "interval", level: float = 0.95, seed: int = SEED
) -> Test:
    """Test independent groups with the method that suits the level of measurement.

    Parameters
    ----------
    groups : sequence of array_like
        Two groups or more; nominal answers may be any codes, the others must be numbers.
    scale : {"nominal", "ordinal", "interval"}
        Interval: Welch's t or Welch's analysis of variance. Ordinal: Brunner-Munzel or Kruskal-Wallis.
        Nominal: chi-square of the table of groups by answers, or its exact substitute.
    level : float
        Of the effect's interval.
    seed : int
        Of permutation tests, where one is needed.

    Returns
    -------
    Test

    Raises
    ------
    ArgumentError
        ``stats.scale``, missing values.
    NotEnoughData
        Too few answers or groups, or nothing varies.

    References
    ----------
    Delacre, Lakens & Leys 2017, Int. Rev. Soc. Psychol. 30:92-101 (Welch by default).

    Examples
    --------
    >>> compare_independent([[1, 2, 3, 4], [3, 4, 5, 5]]).name
    'welch_t'
    """
    _check_scale(scale)
    if scale == "nominal":
        return chi_square(contingency(groups), level, seed)
    if len(groups) == 2:
        two = welch_t if scale == "interval" else brunner_munzel
        return two(groups[0], groups[1], level)
    return welch_anova(groups, level) if scale == "interval" else kruskal_wallis(groups, level)


def compare_paired(values: ArrayLike, scale: Scale = "interval", level: float = 0.95) -> Test:
    """Test paired columns with the method that suits the level of measurement.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Rows are respondents or linked units, columns the conditions; nominal answers must be 0 or 1.
    scale : {"nominal", "ordinal", "interval"}
        Interval: paired t or repeated-measures analysis of variance. Ordinal: Wilcoxon or Friedman.
        Nominal: McNemar or Cochran's Q.
    level : float
        Of the effect's interval.

    Returns
    -------
    Test

    Raises
    ------
    ArgumentError
        ``stats.scale``, ``stats.not-binary``, missing values.
    NotEnoughData
        Too few rows, or nothing varies.

    Examples
    --------
    >>> compare_paired([[3, 2], [4, 4], [5, 2], [4, 3]], "ordinal").name
    'wilcoxon'
    """
    _check_scale(scale)
    x = matrix(values)
    if x.shape[1] > 2:
        many = {"interval": rm_anova, "ordinal": friedman, "nominal": cochran_q}[scale]
        return many(x, level)
    two = {"interval": paired_t, "ordinal": wilcoxon, "nominal": mcnemar}[scale]
    return two(x[:, 0], x[:, 1], level)


def _check_scale(scale: object) -> None:
    """Raise where `scale` is no level of measurement that a test is known for."""
    if scale not in get_args(Scale):
        raise ArgumentError(unknown_name("stats.scale", "level of measurement", scale, get_args(Scale)))
