"""Correlation matrices of items: Pearson, polychoric and tetrachoric, and what to do when one is not definite."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from cxresearch.errors import listing
from cxresearch.stats._bivariate import FAR, fit_tables
from cxresearch.stats._check import Floats, Ints, check_count, matrix, wrong
from cxresearch.stats._correlation import DEFINITE, PROBLEMS, Correlation, correlation_result
from cxresearch.stats._items import complete_rows, frozen, in_range, items, refuse_constant

__all__ = [
    "DEFINITE",
    "PROBLEMS",
    "Correlation",
    "correlation_of",
    "given",
    "pearson",
    "polychoric",
    "smoothed",
    "tetrachoric",
]

#: More categories than this are refused: such an item is no rating, and Pearson's r serves it.
MOST_CATEGORIES = 20


def pearson(values: ArrayLike) -> Correlation:
    """Product-moment correlations of items, over respondents who answered all of them.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Answers; NaN is a missing one.

    Returns
    -------
    Correlation

    Raises
    ------
    NotEnoughData
        ``stats.too-few`` below three complete respondents, ``stats.constant-item``.

    References
    ----------
    Pearson 1896, Phil. Trans. R. Soc. A 187:253-318.

    Examples
    --------
    >>> found = pearson([[1, 2], [2, 1], [3, 5], [4, 4], [float("nan"), 3]])
    >>> round(float(found.r[0, 1]), 4), found.n, found.n_dropped
    (0.7071, 4, 1)
    """
    x = items(values)
    return correlation_result(x.r, x.values.shape[0], x.n_dropped, "pearson")


def given(r: ArrayLike, n: int) -> Correlation:
    """Take a published correlation matrix as it is.

    Raises
    ------
    ArgumentError
        ``stats.not-correlation`` unless symmetric with a unit diagonal and entries from -1 to 1.

    Examples
    --------
    >>> given([[1, 0.5], [0.5, 1]], n=100).kind
    'given'
    """
    array = matrix(r, "r", rows=1)
    square = array.shape[0] == array.shape[1]
    if not square or np.abs(array - array.T).max() > 1e-8 or np.abs(np.diag(array) - 1).max() > 1e-8:
        raise wrong(
            "not-correlation",
            "This is not a correlation matrix.",
            given=array.shape if not square else array.tolist(),
            allowed="a symmetric matrix with ones in the diagonal",
            do="Hand over answers to pearson() or polychoric() instead.",
        )
    if np.abs(array).max() > 1 + 1e-8:
        raise wrong("not-correlation", "A correlation lies outside -1 to 1.", given=float(np.abs(array).max()))
    return correlation_result((array + array.T) / 2, check_count(n, "n", 3), 0, "given")


def polychoric(values: ArrayLike, correct: float = 0.5) -> Correlation:
    """Polychoric correlations: of the normal variables that ordered categories are cuts of.

    Two steps: thresholds from each item's shares, then each pair's correlation by maximum likelihood with
    the thresholds held.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Answers; NaN is a missing one. Only the order of the values counts.
    correct : float
        Put into the empty cells of 2 x 2 tables (whose likelihood would otherwise end at 1 or -1), as in
        ``psych::tetrachoric``; thresholds are not touched. Larger tables keep their empty cells, as in
        ``psych::polychoric`` for items with equal numbers of categories. 0 turns the correction off.

    Returns
    -------
    Correlation
        Not smoothed; it need not be positive definite, see ``problems`` and :func:`smoothed`.

    Raises
    ------
    NotEnoughData
        ``stats.too-few`` below three complete respondents, ``stats.constant-item``.
    ArgumentError
        ``stats.too-many-categories`` above 20 different answers to an item.

    References
    ----------
    Olsson 1979, Psychometrika 44:443-460; Owen 1956, Ann. Math. Statist. 27:1075-1090.

    Examples
    --------
    >>> found = polychoric([[1, 1], [1, 2], [2, 2], [2, 3], [3, 3], [3, 2], [2, 2], [1, 1]])
    >>> round(float(found.r[0, 1]), 3), found.empty_cells
    (0.825, 3)
    """
    correct = in_range(correct, "correct", "The correction", 0, 1)
    x, dropped = complete_rows(values)
    refuse_constant((x != x[0]).any(axis=0).astype(np.float64), np.zeros(x.shape[1]))
    codes, shares = _categories(x)
    n, k = codes.shape
    widths = [len(s) for s in shares]
    cuts = np.full((k, max(widths) - 1), FAR)
    for item, share in enumerate(shares):
        cuts[item, : share.size - 1] = ndtri(np.cumsum(share)[:-1])
    first, second = np.triu_indices(k, 1)
    counts = _tables(codes, max(widths), first, second)
    real = np.array([[w > c for c in range(max(widths))] for w in widths])
    possible = real[first][:, :, None] & real[second][:, None, :]
    empty = possible & (counts == 0)
    corrected = empty & (possible.sum(axis=(1, 2)) == 4)[:, None, None] & (correct > 0)
    counts[corrected] = correct
    start = items(codes).r[first, second]
    fitted = fit_tables(counts, cuts[first], cuts[second], start)
    r = np.eye(k)
    r[first, second] = r[second, first] = fitted.rho
    edge = tuple((int(first[i]), int(second[i])) for i in fitted.at_edge)
    problems = (("edge",) if edge else ()) + (() if fitted.converged else ("not_converged",))
    return replace(
        correlation_result(r, n, dropped, "tetrachoric" if max(widths) == 2 else "polychoric", problems),
        thresholds=tuple(tuple(float(t) for t in row[: w - 1]) for row, w in zip(cuts, widths, strict=True)),
        empty_cells=int(empty.sum()),
        corrected_cells=int(corrected.sum()),
        edge=edge,
    )


def tetrachoric(values: ArrayLike, correct: float = 0.5) -> Correlation:
    """Polychoric correlations of items with two categories; see :func:`polychoric`.

    Raises
    ------
    ArgumentError
        ``stats.too-many-categories`` when an item has more than two different answers.

    References
    ----------
    Pearson 1900, Phil. Trans. R. Soc. A 195:1-47; as R ``psych::tetrachoric``.

    Examples
    --------
    >>> found = tetrachoric([[0, 0]] * 4 + [[1, 1]] * 4 + [[0, 1]] * 2 + [[1, 0]] * 2)
    >>> round(float(found.r[0, 1]), 6)  # sin(pi / 6) when both margins are a half and a third disagrees
    0.5
    """
    x, _ = complete_rows(values)
    most = max(np.unique(column).size for column in x.T)
    if most > 2:
        raise wrong(
            "too-many-categories",
            "A tetrachoric correlation needs items with two answers.",
            given=most,
            allowed="2",
            do="Use polychoric().",
        )
    return polychoric(values, correct)


def smoothed(correlation: Correlation, least: float = 1e-6) -> Correlation:
    """Lift small eigenvalues to `least`, so that the matrix becomes positive definite, and say what changed.

    Nothing is smoothed unless this is called. ``smoothed`` of the result is the largest change of any
    correlation, 0.0 if none was needed.

    References
    ----------
    Wothke 1993, in Bollen & Long, Testing structural equation models; as R ``psych::cor.smooth``.

    Examples
    --------
    >>> bad = given([[1, 0.9, 0.2], [0.9, 1, 0.9], [0.2, 0.9, 1]], n=50)
    >>> bad.problems, smoothed(bad).positive_definite, round(smoothed(bad).smoothed, 3)
    (('not_positive_definite',), True, 0.115)
    """
    least = in_range(least, "least", "The smallest eigenvalue", 1e-9, 0.1)
    values, vectors = np.linalg.eigh(correlation.r)
    if values[0] >= least:
        return replace(correlation, smoothed=0.0)
    values = np.maximum(values, least)
    lifted = vectors * (values * correlation.k / values.sum()) @ vectors.T
    root = np.sqrt(np.diag(lifted))
    r = lifted / np.outer(root, root)
    np.fill_diagonal(r, 1.0)
    left = tuple(p for p in correlation.problems if p != "not_positive_definite")
    return replace(
        correlation,
        r=frozen(r),
        smallest_eigenvalue=float(np.linalg.eigvalsh(r)[0]),
        problems=left,
        smoothed=float(np.abs(r - correlation.r).max()),
    )


def correlation_of(x: ArrayLike | Correlation) -> Correlation:
    """Pass a correlation on; answers (n, k) become Pearson correlations.

    Examples
    --------
    >>> correlation_of([[1, 2], [2, 1], [3, 5]]).kind
    'pearson'
    """
    return x if isinstance(x, Correlation) else pearson(x)


def _categories(x: Floats) -> tuple[Ints, list[Floats]]:
    """Return every item's answers as 0, 1, ... in their order, and the share of each."""
    codes = np.empty(x.shape, dtype=np.intp)
    shares, many = [], []
    for item, column in enumerate(x.T):
        unique, codes[:, item], count = np.unique(column, return_inverse=True, return_counts=True)
        shares.append(count / x.shape[0])
        if unique.size > MOST_CATEGORIES:
            many.append(item)
    if many:
        raise wrong(
            "too-many-categories",
            "A polychoric correlation is for ordered categories.",
            given=f"item {listing(many)} (counted from 0)",
            allowed=f"at most {MOST_CATEGORIES} different answers",
            do="Use pearson() for measurements.",
        )
    return codes, shares


def _tables(codes: Ints, width: int, first: Ints, second: Ints) -> Floats:
    """Count the two-way table of every pair of items, (pairs, width, width), in chunks of respondents."""
    k = codes.shape[1]
    joint = np.zeros((k * width, k * width))
    for start in range(0, codes.shape[0], 20_000):
        member = (codes[start : start + 20_000, :, None] == np.arange(width)).reshape(-1, k * width)
        hot = member.astype(np.float64)
        joint += hot.T @ hot
    tables: Floats = joint.reshape(k, width, k, width).transpose(0, 2, 1, 3)[first, second].copy()
    return tables
