"""Adjustment of p-values for the number of questions asked at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.stats._check import wrong

METHODS = ("holm", "hochberg", "bh", "by", "bonferroni", "none")


def adjust(p: ArrayLike, method: str = "holm") -> NDArray[np.float64]:
    """Adjust p-values of one family; missing ones stay missing and are not counted.

    Parameters
    ----------
    p : array_like, shape (m,)
        P-values between 0 and 1; NaN where no test was possible.
    method : {"holm", "hochberg", "bh", "by", "bonferroni", "none"}
        Holm and Bonferroni control the family-wise error always, Hochberg under independence,
        Benjamini-Hochberg the false discovery rate, Benjamini-Yekutieli under any dependence.

    Returns
    -------
    ndarray, shape (m,)

    Raises
    ------
    ArgumentError
        ``stats.method`` for an unknown method, ``stats.p-value`` for values outside 0..1.

    References
    ----------
    Holm 1979, Scand. J. Statist. 6:65-70. Hochberg 1988, Biometrika 75:800-802.
    Benjamini & Hochberg 1995, JRSS B 57:289-300. Benjamini & Yekutieli 2001, Ann. Statist. 29:1165-1188.
    As in R ``stats::p.adjust``.

    Examples
    --------
    >>> adjust([0.01, 0.5, float("nan")], "bonferroni").tolist()
    [0.02, 1.0, nan]
    """
    if method not in METHODS:
        raise ArgumentError(unknown_name("stats.method", "adjustment", method, METHODS))
    try:
        values = np.array(p, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise wrong("not-numeric", "P-values must be numbers.", given=p) from error
    if values.ndim != 1:
        raise wrong("shape", "P-values must have one dimension.", given=values.shape, allowed="(m,)")
    known = ~np.isnan(values)
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise wrong("p-value", "A p-value is not possible.", given=values.tolist(), allowed="0 to 1, or NaN")
    values[known] = _adjusted(values[known], method)
    return values


def _adjusted(p: NDArray[np.float64], method: str) -> NDArray[np.float64]:
    m = p.size
    if method == "none" or m == 0:
        return p
    if method == "bonferroni":
        return np.minimum(1.0, p * m)
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    factor = {
        "holm": m - rank + 1.0,
        "hochberg": m - rank + 1.0,
        "bh": m / rank,
        "by": m / rank * np.sum(1 / rank),
    }[method]
    ordered = p[order] * factor
    if method == "holm":
        ordered = np.maximum.accumulate(ordered)
    else:
        ordered = np.minimum.accumulate(ordered[::-1])[::-1]
    result = np.empty(m)
    result[order] = np.minimum(1.0, ordered)
    return result
