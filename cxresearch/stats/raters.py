"""Do two or more raters sort the same cases alike? Kappa for two and for many raters.

Krippendorff's alpha is in `krippendorff`, intraclass correlations in `icc`; both can be imported from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import Floats, check_level, matrix, no_variance, too_few, wrong
from cxresearch.stats._intervals import t_interval
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.icc import icc_raters
from cxresearch.stats.krippendorff import krippendorff_alpha

__all__ = ["cohens_kappa", "fleiss_kappa", "icc_raters", "krippendorff_alpha"]

WEIGHTS = ("none", "linear", "quadratic")


def cohens_kappa(
    a: ArrayLike,
    b: ArrayLike,
    weights: str = "none",
    categories: Sequence[Any] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Agreement of two raters beyond chance: Cohen's kappa, plain or weighted.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Category that each rater gave to each case: numbers or words, complete.
    weights : {"none", "linear", "quadratic"}
        How disagreement by one or more steps counts; quadratic is nearly ICC(2,1).
    categories : sequence, optional
        All categories in their order; the sorted ones that occur where None. Weights count steps between them.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        At most 1; 0 is agreement by chance. n counts cases; normal interval with the large-sample standard
        error of Fleiss, Cohen and Everitt, cut at -1 and 1; it has no width
        where the raters agree on every case.

    Raises
    ------
    ArgumentError
        ``stats.weights-of-kappa``, ``stats.category`` for an unknown category, missing values, unequal lengths.
    NotEnoughData
        ``stats.too-few`` below two cases, ``stats.no-variance`` when only one category occurs.

    References
    ----------
    Cohen 1960, Educ. Psychol. Meas. 20:37-46; Cohen 1968, Psychol. Bull. 70:213-220; Fleiss, Cohen & Everitt
    1969, Psychol. Bull. 72:323-327. As in R ``vcd::Kappa`` and ``psych::cohen.kappa``.

    Examples
    --------
    >>> estimate = cohens_kappa(["yes"] * 25 + ["no"] * 25, ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15)
    >>> round(estimate.value, 4), round(estimate.low, 4), round(estimate.high, 4)
    (0.4, 0.1511, 0.6489)
    """
    level = check_level(level)
    if weights not in WEIGHTS:
        raise ArgumentError(unknown_name("stats.weights-of-kappa", "weighting", weights, WEIGHTS))
    table = _cross(a, b, categories)
    n, k = int(table.sum()), table.shape[0]
    step = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    agree = {"none": np.eye(k), "linear": 1 - step, "quadratic": 1 - step**2}[weights]
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, chance = float(np.sum(agree * p)), float(rows @ agree @ columns)
    if 1 - chance < 1e-14:
        raise no_variance("Only one category occurs, so agreement by chance is complete.")
    kappa = (observed - chance) / (1 - chance)
    pull = (agree @ columns)[:, None] + (rows @ agree)[None, :]  # mean weight of each rater's category
    spread = float(np.sum(p * (agree - pull * (1 - kappa)) ** 2)) - (kappa - chance * (1 - kappa)) ** 2
    se = float(np.sqrt(max(spread, 0.0) / n)) / (1 - chance)
    name = "cohens_kappa" if weights == "none" else f"weighted_kappa_{weights}"
    return _cut(t_interval(name, kappa, se, None, level, n, "Fleiss-Cohen-Everitt standard error"))


def fleiss_kappa(counts: ArrayLike, level: float = 0.95) -> Estimate:
    """Agreement of many raters beyond chance, from how many of them put each case into each category.

    Parameters
    ----------
    counts : array_like, shape (n, k)
        Rows are cases, columns categories. Raters may change from case to case, and so may their number;
        a case needs at least two.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Estimate
        n counts cases. The interval is for other cases of the same kind: t with n - 1 degrees of freedom and
        Gwet's linearised standard error, which does not suppose that there is no agreement (Fleiss' own does).

    Raises
    ------
    ArgumentError
        ``stats.not-counts``, ``stats.raters`` for a case with fewer than two ratings.
    NotEnoughData
        ``stats.too-few`` below two cases, ``stats.no-variance`` when only one category occurs.

    Notes
    -----
    With unequal numbers of raters cases count alike in the observed agreement and by their ratings' shares in
    the expected one (Gwet 2014). With equal numbers this is Fleiss' kappa.

    References
    ----------
    Fleiss 1971, Psychol. Bull. 76:378-382; Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 5.

    Examples
    --------
    >>> round(fleiss_kappa([[4, 0], [3, 1], [0, 4], [1, 3], [4, 0]]).value, 4)
    0.5833
    """
    level = check_level(level)
    x = matrix(counts, "counts", columns=1)
    if (x < 0).any() or (x != np.floor(x)).any():
        raise wrong("not-counts", "The table must hold counts.", allowed="whole numbers of 0 or more")
    raters = x.sum(axis=1)
    if raters.min() < 2:
        raise wrong(
            "raters", "A case has fewer than two ratings.", given=float(raters.min()), do="Leave such cases out."
        )
    n = x.shape[0]
    share = x / raters[:, None]
    overall = share.mean(axis=0)
    expected = float(overall @ overall)
    if 1 - expected < 1e-14:
        raise no_variance("Only one category occurs, so agreement by chance is complete.")
    agreement = np.sum(x * (x - 1), axis=1) / (raters * (raters - 1))
    each = (agreement - expected) / (1 - expected)
    kappa = float(each.mean())
    linear = each - 2 * (1 - kappa) * (share @ overall - expected) / (1 - expected)
    se = float(np.sqrt(np.sum((linear - kappa) ** 2) / (n * (n - 1))))
    return _cut(t_interval("fleiss_kappa", kappa, se, n - 1.0, level, n, "linearised standard error, t"))


def _cross(a: ArrayLike, b: ArrayLike, categories: Sequence[Any] | None) -> Floats:
    """Square table of counts, rater a in rows."""
    first, second = pd.Series(np.asarray(a, dtype=object)), pd.Series(np.asarray(b, dtype=object))
    if first.size != second.size:
        raise wrong("unequal-length", "Both raters must rate the same cases.", given=(first.size, second.size))
    if first.isna().any() or second.isna().any():
        missing = int((first.isna() | second.isna()).sum())
        raise wrong("missing-values", "A case lacks a rating.", given=missing, do="Leave it out, or use alpha.")
    if first.size < 2:
        raise too_few("too-few", "There are too few cases.", given=first.size, allowed="at least 2")
    try:
        seen = sorted(set(first) | set(second)) if categories is None else list(categories)
    except TypeError as error:
        raise wrong(
            "category", "Categories mix words and numbers.", given=first.iloc[0], do="Name them all in `categories`."
        ) from error
    place = {category: i for i, category in enumerate(seen)}
    strange = [v for v in [*first, *second] if v not in place]
    if strange:
        raise ArgumentError(unknown_name("stats.category", "category", strange[0], seen))
    k = len(seen)
    code = first.map(place).to_numpy(np.intp) * k + second.map(place).to_numpy(np.intp)
    return np.bincount(code, minlength=k * k).reshape(k, k).astype(np.float64)


def _cut(estimate: Estimate) -> Estimate:
    """The estimate with its interval cut at -1 and 1."""
    return Estimate(
        statistic=estimate.statistic,
        value=estimate.value,
        low=max(-1.0, estimate.low),
        high=min(1.0, estimate.high),
        level=estimate.level,
        n=estimate.n,
        method=estimate.method,
        se=estimate.se,
        df=estimate.df,
    )
