"""Reliability from polychoric correlations."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from cxresearch.stats._check import no_variance
from cxresearch.stats._items import alpha_of, mean_off, minority_signs
from cxresearch.stats.correlation import Correlation, polychoric
from cxresearch.stats.omega import omega

#: What the codes in ``problems`` mean, beside those of ``correlation.PROBLEMS``.
PROBLEMS = {
    "negative_items": "items run against the others: reverse them, or they do not belong",
    "negative_average": "items correlate negatively on average: the value is not a reliability",
    "factor_not_admissible": "the one-factor solution is not admissible; omega is None",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class OrdinalReliability:
    """Reliability of the normal variables behind ordered categories.

    Parameters
    ----------
    alpha : float
        Standardised alpha of the polychoric correlations.
    omega : float or None
        Omega total of one factor; None with two items or an inadmissible solution.
    mean_r : float
    correlation : Correlation
    problems : tuple of str
        Codes, explained in ``PROBLEMS`` of this module and of ``correlation``.
    """

    alpha: float
    omega: float | None
    mean_r: float
    correlation: Correlation
    problems: tuple[str, ...]


def standardised_alpha(correlation: Correlation) -> float:
    """Cronbach's alpha of correlations, k r / (1 + (k - 1) r) with r their mean.

    Raises
    ------
    NotEnoughData
        ``stats.no-variance`` when the correlations add up to nothing.

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> round(standardised_alpha(given([[1, .5, .5], [.5, 1, .5], [.5, .5, 1]], n=50)), 6)
    0.75
    """
    if correlation.r.sum() <= 1e-12 * correlation.k:
        raise no_variance("The standardised items add up to a constant.")
    return alpha_of(correlation.r)


def ordinal_reliability(values: ArrayLike, correct: float = 0.5) -> OrdinalReliability:
    """Alpha and one-factor omega total from polychoric correlations.

    They describe the continuous variables behind the answers, not the sum of the answers that is reported:
    for that sum :func:`~cxresearch.stats.reliability.cronbach_alpha` is the smaller and the honest figure (Chalmers 2018).

    Parameters
    ----------
    values : array_like, shape (n, k)
    correct : float
        As in :func:`~cxresearch.stats.correlation.polychoric`, which also says what is raised.

    References
    ----------
    Zumbo, Gadermann & Zeisser 2007, J. Mod. Appl. Stat. Methods 6:21-29; Chalmers 2018, Educ. Psychol. Meas.
    78:1056-1071.

    Examples
    --------
    >>> from cxresearch.stats.reliability import cronbach_alpha
    >>> answers = [[1, 2, 2], [3, 3, 4], [4, 5, 5], [2, 2, 1], [5, 4, 5], [3, 4, 3], [2, 3, 2], [1, 1, 2]]
    >>> ordinal_reliability(answers).alpha > cronbach_alpha(answers).standardised
    True
    """
    found = polychoric(values, correct)
    problems = list(found.problems)
    if minority_signs(found.r):
        problems.append("negative_items")
    if mean_off(found.r) < 0:
        problems.append("negative_average")
    total = None
    if found.k > 2:
        one = omega(found, factors=1)
        if set(one.problems) <= {"not_positive_definite", "negative_items"}:
            total = one.total
        else:
            problems.append("factor_not_admissible")
    return OrdinalReliability(
        alpha=standardised_alpha(found),
        omega=total,
        mean_r=mean_off(found.r),
        correlation=found,
        problems=tuple(problems),
    )
