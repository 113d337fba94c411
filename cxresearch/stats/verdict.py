"""From differences to verdicts: shown to matter, shown not to matter, or not to be told.

Three questions are asked of every difference, each adjusted over all differences as one family: does it differ
from zero, does it lie within the margin (equivalence), does it lie beyond the margin (minimal effect).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from cxresearch.stats._check import Floats
from cxresearch.stats.adjust import adjust
from cxresearch.stats.equivalence import tost
from cxresearch.stats.estimate import Estimate

VERDICTS = ("inside_higher", "inside_lower", "aligned", "inconclusive")
NOT_REPORTABLE = "not_reportable"


@dataclass(frozen=True, kw_only=True, eq=False)
class Judgement:
    """What may be said about each of several differences, in their order.

    Parameters
    ----------
    p, p_equivalence, p_beyond : ndarray
        P-values of the three questions; NaN where there is no difference.
    p_adjusted, p_equivalence_adjusted, p_beyond_adjusted : ndarray
        The same, adjusted.
    equivalence_low, equivalence_high : ndarray
        Interval of the equivalence test, level 1 - 2 alpha.
    relevance : tuple of str
        ``"beyond"``, ``"within"``, ``"undecided"`` or ``"not_reportable"``.
    verdict : tuple of str
        One of `VERDICTS`, or ``"not_reportable"``.
    """

    p: Floats
    p_adjusted: Floats
    equivalence_low: Floats
    equivalence_high: Floats
    p_equivalence: Floats
    p_equivalence_adjusted: Floats
    p_beyond: Floats
    p_beyond_adjusted: Floats
    relevance: tuple[str, ...]
    verdict: tuple[str, ...]

    @property
    def p_values(self) -> dict[str, Floats]:
        """The p-values of the three questions as columns of a table, each followed by its adjusted one."""
        questions = ("p", "p_equivalence", "p_beyond")
        return {name: getattr(self, name) for question in questions for name in (question, f"{question}_adjusted")}


def judge(
    differences: Sequence[Estimate | None], margin: float, level: float = 0.95, method: str = "holm"
) -> Judgement:
    """Judge differences against zero and against a margin, as one family.

    Parameters
    ----------
    differences : sequence of Estimate or None
        Each with its standard error; None where there is nothing to judge.
    margin : float
        Smallest difference that matters, set before the data.
    level : float
        Confidence level; tests use ``1 - level``.
    method : str
        Adjustment, see :func:`cxresearch.stats.adjust.adjust`.

    Returns
    -------
    Judgement
        Equivalence comes first: a difference that is shown to lie within the margin is aligned, even where it
        is also shown to differ from zero.

    Raises
    ------
    ArgumentError
        ``stats.margin``, ``stats.alpha``, ``stats.method``.
    NotEnoughData
        ``stats.no-variance`` for a difference without an error.

    References
    ----------
    Schuirmann 1987, J. Pharmacokinet. Biopharm. 15:657-680; Murphy & Myors 1999, J. Appl. Psychol. 84:234-248.

    Examples
    --------
    >>> from cxresearch.stats.mean import mean_difference
    >>> clear, none = mean_difference([4, 5, 4, 5, 4], [2, 1, 2, 1, 2]), mean_difference([1, 5, 3], [2, 5, 1])
    >>> judge([clear, none, None], margin=0.3).verdict
    ('inside_higher', 'inconclusive', 'not_reportable')
    """
    alpha = 1 - level
    tests = [None if d is None else tost(d, margin, alpha=alpha) for d in differences]
    p = np.array([math.nan if d is None else two_sided(d) for d in differences])
    within = np.array([math.nan if t is None else t.p for t in tests])
    far = np.array([math.nan if d is None else beyond(d, margin) for d in differences])
    p_adjusted, within_adjusted, far_adjusted = (adjust(x, method) for x in (p, within, far))
    relevance, verdict = [], []
    for i, difference in enumerate(differences):
        if difference is None:
            relevance.append(NOT_REPORTABLE)
            verdict.append(NOT_REPORTABLE)
            continue
        aligned = bool(within_adjusted[i] < alpha)
        relevance.append("beyond" if far_adjusted[i] < alpha else "within" if aligned else "undecided")
        differs = "inside_higher" if difference.value > 0 else "inside_lower"
        verdict.append("aligned" if aligned else differs if p_adjusted[i] < alpha else "inconclusive")
    return Judgement(
        p=p,
        p_adjusted=p_adjusted,
        equivalence_low=np.array([math.nan if t is None else t.low for t in tests]),
        equivalence_high=np.array([math.nan if t is None else t.high for t in tests]),
        p_equivalence=within,
        p_equivalence_adjusted=within_adjusted,
        p_beyond=far,
        p_beyond_adjusted=far_adjusted,
        relevance=tuple(relevance),
        verdict=tuple(verdict),
    )


def two_sided(estimate: Estimate) -> float:
    """P-value of the hypothesis that the true value is zero.

    Examples
    --------
    >>> from cxresearch.stats.mean import mean
    >>> round(two_sided(mean([1, 2, 3, 4])), 4)
    0.0305
    """
    return 2 * _upper(estimate, abs(estimate.value))


def beyond(estimate: Estimate, margin: float) -> float:
    """Two-sided p-value of the hypothesis that the true size is at most `margin`.

    Twice the one-sided p-value in the observed direction, at most 1 (minimal-effect test,
    Murphy & Myors 1999, J. Appl. Psychol. 84:234-248).

    Examples
    --------
    >>> from cxresearch.stats.mean import mean
    >>> beyond(mean([1, 2, 3, 4]), 2.5)
    1.0
    """
    return min(1.0, 2 * _upper(estimate, abs(estimate.value) - margin))


def _upper(estimate: Estimate, distance: float) -> float:
    se = math.nan if estimate.se is None else estimate.se
    if estimate.df is None:
        return float(stats.norm.sf(distance / se))
    return float(stats.t.sf(distance / se, estimate.df))
