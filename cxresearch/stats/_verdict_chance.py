"""Chances of what a comparison of two means can end in, by integrating over its standard error.

The difference D is normal, its squared standard error a multiple of chi-square with `df` degrees of freedom,
independent of D. Given the standard error every outcome is an interval of D, so each chance is one integral.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from cxresearch.stats._check import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)


class Chances(NamedTuple):
    """Chances of the four verdicts, in the order of precedence of the verdict."""

    aligned: float
    higher: float
    lower: float


def chances(difference: float, se: float, df: float, margin: float | None, alpha: float) -> Chances:
    """Chances of aligned (TOST), higher and lower (two-sided t, where not aligned).

    Parameters
    ----------
    difference, se : float
        True difference and true standard error of its estimate.
    df : float
        Degrees of freedom of the standard error.
    margin : float or None
        Of equivalence; None makes `aligned` impossible.
    alpha : float

    Examples
    --------
    >>> round(sum(chances(0.0, 0.1, 50.0, None, 0.05)), 12)
    0.05
    """
    one, two = float(special.stdtrit(df, 1 - alpha)), float(special.stdtrit(df, 1 - alpha / 2))
    room = np.inf if margin is None else margin / se
    centre = difference / se
    kinks = [] if margin is None else [room / one, room / (one + two)]
    s, weight = _spread(df, kinks)
    inner = np.full(s.size, -1.0) if margin is None else room - one * s
    outer = np.maximum(two * s, inner)
    aligned = np.where(inner > 0, _between(-inner - centre, inner - centre), 0.0)
    return Chances(
        min(1.0, float(weight @ aligned)),
        min(1.0, float(weight @ special.ndtr(centre - outer))),
        min(1.0, float(weight @ special.ndtr(-centre - outer))),
    )


def _between(low: Floats, high: Floats) -> Floats:
    """P(low < Z < high), taken from the nearer tail so that nothing cancels."""
    swap = low > 0
    left, right = np.where(swap, -high, low), np.where(swap, -low, high)
    result: Floats = special.ndtr(right) - special.ndtr(left)
    return result


def _spread(df: float, kinks: list[float]) -> tuple[Floats, Floats]:
    """Nodes and weights of s = sqrt(chi2 / df), with edges where an outcome appears or ends."""
    ends = np.sqrt(special.chdtri(df, [1 - 1e-15, 1e-15]) / df)
    inside = [k for k in kinks if ends[0] < k < ends[1]]
    quarter = np.sqrt(special.chdtri(df, [0.999, 0.8, 0.5, 0.2, 0.001]) / df)
    edges = np.unique(np.concatenate([ends, inside, quarter]))
    half = np.diff(edges) / 2
    s = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    with np.errstate(divide="ignore"):
        log = df * np.log(s) - df * s**2 / 2 - np.log(s)
    constant = np.log(2) + df / 2 * np.log(df / 2) - special.gammaln(df / 2)
    weight = half[:, None] * _WEIGHTS * np.exp(log + constant)
    weight /= weight.sum()  # gammaln loses digits at very large df
    return s.ravel(), weight.ravel()
