"""What the loadings of constructs say about them, and whether two constructs are more than one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.errors import listing
from cxresearch.stats._check import Floats, numbers, too_few, wrong
from cxresearch.stats._items import frozen
from cxresearch.stats.correlation import Correlation, correlation_of

#: What the codes in ``HeterotraitMonotrait.problems`` mean.
PROBLEMS = {
    "negative_within": "items of one construct correlate negatively; their size was taken, reverse them first",
    "negative_between": "items of two constructs correlate negatively; their size was taken",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class HeterotraitMonotrait:
    """Correlations between constructs, estimated from the items alone.

    Parameters
    ----------
    ratios : ndarray, shape (c, c)
        Symmetric with a unit diagonal. Above .85 or .90 two constructs can hardly be told apart.
    kind : {"htmt", "htmt2"}
    problems : tuple of str
        Codes, explained in ``PROBLEMS``.
    n, n_dropped : int
    """

    ratios: Floats
    kind: Literal["htmt", "htmt2"]
    problems: tuple[str, ...]
    n: int
    n_dropped: int


def composite_reliability(loadings: ArrayLike, uniquenesses: ArrayLike | None = None) -> float:
    """Composite reliability of one construct, (sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses).

    Parameters
    ----------
    loadings : array_like, shape (k,)
        Of one factor with unit variance and unrelated errors; standardised unless `uniquenesses` are given.
    uniquenesses : array_like, shape (k,), optional
        Error variances; by default 1 - loading^2.

    Raises
    ------
    ArgumentError
        ``stats.loadings`` for a standardised loading beyond 1 or a negative uniqueness.

    References
    ----------
    Joreskog 1971, Psychometrika 36:109-133; Raykov 1997, Appl. Psychol. Meas. 21:173-184.

    Examples
    --------
    >>> round(composite_reliability([0.8, 0.7, 0.6]), 4)
    0.7449
    """
    load, unique = _construct(loadings, uniquenesses)
    common = float(load.sum()) ** 2
    return common / (common + float(unique.sum()))


def average_variance_extracted(loadings: ArrayLike, uniquenesses: ArrayLike | None = None) -> float:
    """Average variance extracted (AVE): the mean squared standardised loading; .5 is the usual demand.

    Parameters
    ----------
    loadings, uniquenesses : array_like, shape (k,)
        As in :func:`composite_reliability`; with uniquenesses, sum of squares / (the same + their sum).

    References
    ----------
    Fornell & Larcker 1981, J. Mark. Res. 18:39-50.

    Examples
    --------
    >>> round(average_variance_extracted([0.8, 0.7, 0.6]), 4)
    0.4967
    """
    load, unique = _construct(loadings, uniquenesses)
    common = float((load**2).sum())
    return common / (common + float(unique.sum()))


def htmt(
    x: ArrayLike | Correlation,
    constructs: Sequence[Sequence[int]],
    kind: Literal["htmt", "htmt2"] = "htmt",
) -> HeterotraitMonotrait:
    """Heterotrait-monotrait ratio of correlations between constructs.

    Mean size of the correlations between the items of two constructs over the geometric mean of the mean
    sizes within them. HTMT2 takes geometric means throughout, which suits items of unequal loadings.

    Parameters
    ----------
    x : array_like, shape (n, k), or Correlation
    constructs : sequence of sequences of int
        Columns (counted from 0) of each construct's items: at least two constructs of at least two items,
        none shared.
    kind : {"htmt", "htmt2"}

    Raises
    ------
    ArgumentError
        ``stats.constructs`` for an impossible or shared column or too few of them.
    NotEnoughData
        ``stats.no-variance`` when the items of a construct do not correlate at all.

    References
    ----------
    Henseler, Ringle & Sarstedt 2015, J. Acad. Mark. Sci. 43:115-135; Roemer, Schuberth & Henseler 2021, Ind.
    Manag. Data Syst. 121:2637-2650. As R ``semTools::htmt`` (absolute correlations).

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> r = given([[1, .6, .3, .3], [.6, 1, .3, .3], [.3, .3, 1, .5], [.3, .3, .5, 1]], n=100)
    >>> round(float(htmt(r, [[0, 1], [2, 3]]).ratios[0, 1]), 4)
    0.5477
    """
    c = correlation_of(x)
    if kind not in ("htmt", "htmt2"):
        raise wrong("unknown-method", "There is no such ratio.", given=kind, allowed="htmt, htmt2")
    groups = _groups(constructs, c.k)
    size = np.abs(c.r)
    count = len(groups)
    average = np.empty((count, count))
    negative = {"negative_within": False, "negative_between": False}
    for a, first in enumerate(groups):
        for b, second in enumerate(groups[: a + 1]):
            block = np.ix_(first, second)
            inside = ~np.eye(len(first), dtype=bool) if a == b else np.ones((len(first), len(second)), bool)
            average[a, b] = average[b, a] = _average(size[block][inside], kind)
            where = "negative_within" if a == b else "negative_between"
            negative[where] |= bool((c.r[block][inside] < 0).any())
    within = np.diag(average)
    if (within < 1e-12).any():
        raise too_few(
            "no-variance",
            "The items of a construct do not correlate with each other.",
            given=f"construct {listing(np.flatnonzero(within < 1e-12).tolist())} (counted from 0)",
        )
    ratios = average / np.sqrt(np.outer(within, within))
    np.fill_diagonal(ratios, 1.0)
    return HeterotraitMonotrait(
        ratios=frozen(ratios),
        kind=kind,
        problems=tuple(code for code, there in negative.items() if there),
        n=c.n,
        n_dropped=c.n_dropped,
    )


def _average(sizes: Floats, kind: str) -> float:
    if kind == "htmt":
        return float(sizes.mean())
    return float(np.exp(np.log(sizes).mean())) if (sizes > 0).all() else 0.0


def _construct(loadings: ArrayLike, uniquenesses: ArrayLike | None) -> tuple[Floats, Floats]:
    load = numbers(loadings, "loadings")
    if uniquenesses is None:
        if np.abs(load).max() > 1:
            raise wrong(
                "loadings",
                "A standardised loading lies beyond 1.",
                given=float(np.abs(load).max()),
                allowed="-1 to 1",
                do="Give standardised loadings, or the uniquenesses too.",
            )
        return load, 1 - load**2
    unique = numbers(uniquenesses, "uniquenesses", least=1)
    if unique.size != load.size:
        raise wrong("unequal-length", "Each loading needs a uniqueness.", given=(load.size, unique.size))
    if (unique < 0).any():
        raise wrong("loadings", "A uniqueness is negative.", given=float(unique.min()), allowed="0 or more")
    if not (load.any() or unique.any()):
        raise wrong("loadings", "All loadings and uniquenesses are zero.", allowed="a construct that varies")
    return load, unique


def _groups(constructs: Sequence[Sequence[int]], k: int) -> list[list[int]]:
    groups = [[int(i) for i in group] for group in constructs]
    every = [i for group in groups for i in group]
    if len(groups) < 2 or min((len(g) for g in groups), default=0) < 2:
        raise wrong(
            "constructs",
            "The ratio needs two constructs of two items each.",
            given=[len(g) for g in groups],
            allowed="at least two constructs, at least two items each",
            do="Leave out constructs with one item.",
        )
    if len(set(every)) < len(every) or min(every) < 0 or max(every) >= k:
        raise wrong(
            "constructs",
            "A column is not there, or belongs to two constructs.",
            given=groups,
            allowed=f"each of 0 to {k - 1} once",
        )
    return groups
