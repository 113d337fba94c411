"""McDonald's omega: how much of a sum's variance is common, and how much of it is one general factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.stats._check import Floats, check_count, no_variance, wrong
from cxresearch.stats._extract import LEAST_UNIQUENESS, extract
from cxresearch.stats._items import frozen, minority_signs
from cxresearch.stats.correlation import Correlation, correlation_of
from cxresearch.stats.factor import FactorSolution, efa, most_factors

#: What the codes in ``Omega.problems`` mean, beside those of ``factor.PROBLEMS``.
PROBLEMS = {
    "negative_items": "items load on the (general) factor against the others; reverse them or ask for flip",
    "higher_order_heywood": "a group factor is nothing but the general factor, or more than it",
    "higher_order_negative": "a group factor correlates negatively with the others: there is no general factor",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class SchmidLeiman:
    """Items on an orthogonal general factor and on what is left of the group factors.

    Parameters
    ----------
    general : ndarray, shape (k,)
    group : ndarray, shape (k, m)
    communalities, uniquenesses : ndarray, shape (k,)
    factor_loadings : ndarray, shape (m,)
        Loadings of the group factors on the general factor.
    share_general : ndarray, shape (k,)
        Part of each communality that is general.
    explained_common_variance : float
        General part of all common variance (ECV).
    """

    general: Floats
    group: Floats
    communalities: Floats
    uniquenesses: Floats
    factor_loadings: Floats
    share_general: Floats
    explained_common_variance: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Omega:
    """Omega of the sum of standardised items.

    Parameters
    ----------
    total : float
        Share of the sum's variance that is common: (V - sum of uniquenesses) / V, V being observed.
    hierarchical : float or None
        Share that is due to the general factor; None in a one-factor model.
    asymptotic : float or None
        hierarchical / total: the general factor's share in the limit of many items.
    model : {"one_factor", "schmid_leiman"}
    factors : int
        Group factors that were extracted.
    schmid_leiman : SchmidLeiman or None
    solution : FactorSolution
        The one-factor or the oblimin solution behind it (minres).
    flipped : tuple of int
        Items that were reversed because `flip` was asked for.
    negative : tuple of int
        Items that run against the others and were not reversed.
    admissible : bool
    problems : tuple of str
    n, n_dropped : int
    """

    total: float
    hierarchical: float | None
    asymptotic: float | None
    model: Literal["one_factor", "schmid_leiman"]
    factors: int
    schmid_leiman: SchmidLeiman | None
    solution: FactorSolution
    flipped: tuple[int, ...]
    negative: tuple[int, ...]
    admissible: bool
    problems: tuple[str, ...]
    n: int
    n_dropped: int


def omega(x: ArrayLike | Correlation, factors: int = 3, flip: bool = False) -> Omega:
    """McDonald's omega total, and omega hierarchical by a Schmid-Leiman transformation.

    Parameters
    ----------
    x : array_like, shape (n, k), or Correlation
        Answers, or correlations; polychoric ones give ordinal omega.
    factors : int
        Group factors, minres with oblimin. With 1 or 2 there is no general factor to tell from them (two
        correlated factors do not identify one), so omega total comes from a one-factor model and
        hierarchical is None.
    flip : bool
        Reverse items that load negatively on the general factor, as ``psych::omega`` does unasked. By
        default the sum is taken as it is, and such items are listed in ``negative``.

    Returns
    -------
    Omega

    Raises
    ------
    ArgumentError
        ``stats.too-many-factors`` when the items cannot carry them: three need at least six items.
    NotEnoughData
        ``stats.no-variance`` when the standardised items add up to a constant; what
        :func:`~cxresearch.stats.correlation.pearson` raises.

    References
    ----------
    McDonald 1999, Test theory; Schmid & Leiman 1957, Psychometrika 22:53-61; Zinbarg, Revelle, Yovel & Li
    2005, Psychometrika 70:123-133. As R ``psych::omega(fm = "minres", rotate = "oblimin")``.

    Examples
    --------
    >>> from cxresearch.stats.correlation import given
    >>> r = given([[1, .56, .48], [.56, 1, .42], [.48, .42, 1]], n=200)
    >>> found = omega(r, factors=1)
    >>> round(found.total, 4), found.model  # 2.1 squared / (2.1 squared + .36 + .51 + .64)
    (0.7449, 'one_factor')
    """
    c = correlation_of(x)
    m = check_count(factors, "factors", 1)
    if m >= 3 and m > most_factors(c.k):
        raise wrong(
            "too-many-factors",
            f"{c.k} items cannot carry {m} group factors.",
            given=m,
            allowed=f"1 to {most_factors(c.k)}" if most_factors(c.k) else "at least 3 items",
            do="Use factors=1 for omega total of one factor.",
        )
    hierarchical = m >= 3
    solution = efa(c, m if hierarchical else 1, "minres", "oblimin" if hierarchical else "none")
    problems = list(solution.problems)
    leiman = None
    general = solution.loadings[:, 0]
    if hierarchical:
        leiman, more = _schmid_leiman(solution)
        problems += more
        general = leiman.general
    negative = tuple(int(i) for i in np.flatnonzero(general < 0)) or minority_signs(c.r)
    key = np.ones(c.k)
    if flip:
        key[general < 0] = -1.0
    elif negative:
        problems.append("negative_items")
    total = float(key @ c.r @ key)
    if total <= 1e-12 * c.k:
        raise no_variance("The standardised items add up to a constant.")
    common = total - float(solution.uniquenesses.sum())
    of_general = float(key @ general) ** 2 if hierarchical else None
    return Omega(
        total=common / total,
        hierarchical=None if of_general is None else of_general / total,
        asymptotic=None if of_general is None or common <= 0 else of_general / common,
        model="schmid_leiman" if hierarchical else "one_factor",
        factors=m if hierarchical else 1,
        schmid_leiman=leiman,
        solution=solution,
        flipped=tuple(int(i) for i in np.flatnonzero(key < 0)),
        negative=() if flip else negative,
        admissible=not [p for p in problems if p != "negative_items"],
        problems=tuple(problems),
        n=c.n,
        n_dropped=c.n_dropped,
    )


def _schmid_leiman(solution: FactorSolution) -> tuple[SchmidLeiman, list[str]]:
    """Give every item its loading on a general factor behind the group factors, and what is left of theirs."""
    found = extract(solution.phi, 1, "minres")
    on_general = found.loadings[:, 0] * (-1.0 if found.loadings.sum() < 0 else 1.0)
    problems = []
    if (found.uniquenesses <= LEAST_UNIQUENESS * 1.001).any():
        problems.append("higher_order_heywood")
    if (on_general < 0).any():
        problems.append("higher_order_negative")
    if not found.converged:
        problems.append("not_converged")
    general = solution.loadings @ on_general
    left = np.sqrt(np.maximum(1 - on_general**2, 0.0))
    group = solution.loadings * left
    common = float((general**2).sum() + (group**2).sum())
    h2 = solution.communalities
    return (
        SchmidLeiman(
            general=frozen(general),
            group=frozen(group),
            communalities=h2,
            uniquenesses=solution.uniquenesses,
            factor_loadings=frozen(on_general),
            share_general=frozen(np.divide(general**2, h2, out=np.zeros_like(h2), where=h2 > 0)),
            explained_common_variance=float((general**2).sum()) / common,
        ),
        problems,
    )
