"""What somebody could compute who knows all that is published: by linear algebra, and by bounds on whole numbers.

This knows nothing of how cells were withheld (:mod:`cxresearch.privacy.withheld`), so that each proves the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from cxresearch.errors import ArgumentError, Fault
from cxresearch.privacy.withheld import ALL, NOBODY, Cell

Key = Any
TINY = 1e-7
AT_ONCE = 20_000  # unknowns of one linear program


@dataclass(frozen=True)
class Relation:
    """People that are counted twice: the `parts` together are the `whole`."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """Withheld people whose figures can be computed.

    Parameters
    ----------
    cells : tuple
        The withheld cells that these people make up.
    n : int or None
        How many they are, where that can be computed.
    figure : float or None
        Their mean, where the means of what was used are known.
    how : {"algebra", "bounds"}
        Computed from sums and differences; or the only number of people that fits.
    """

    cells: tuple[Key, ...]
    n: int
    figure: float | None = None
    how: str = "algebra"


@dataclass(frozen=True, kw_only=True, eq=False)
class Attacked:
    """What an attack found.

    Parameters
    ----------
    bounds : DataFrame
        A row a withheld cell: cell, low, high (whole numbers that fit what is published; high is inf where there is
        no end), by_algebra (its people can be computed as a sum or difference of what is published).
    recovered : tuple of Recovered
        What must not be: see :func:`attack`.
    """

    bounds: pd.DataFrame
    recovered: tuple[Recovered, ...]


def attack(
    known: Mapping[Key, int],
    unknown: Collection[Key],
    relations: Iterable[Relation],
    *,
    minimum: int,
    least: Mapping[Key, int] | int = 0,
    means: Mapping[Key, float] | None = None,
) -> Attacked:
    """Compute all that can be known of what is withheld.

    Recovered is a withheld cell of 1 to ``minimum - 1`` people whose number is certain, and a group of withheld cells
    of which the figures can be computed as sums and differences of what is published, and which has 1 to
    ``minimum - 1`` people. That such a cell has at least one and fewer than `minimum` people is what withholding it
    says; so an interval for its number of people is no recovery, until it has only one number in it.

    Parameters
    ----------
    known : dict
        Published cells and totals with their people.
    unknown : collection
        Withheld cells and totals.
    relations : iterable of Relation
    minimum : int
    least : dict or int
        People that a withheld cell has at least. 1 stands for somebody who knows which cells are empty.
    means : dict, optional
        Published cells and totals with a mean.

    Returns
    -------
    Attacked

    Notes
    -----
    A sum over withheld cells can be computed when its coefficients lie in the row space of the relations. The
    smallest such sum that counts every person at most once is found by a linear program, with whole coefficients
    where the tables do not have them by themselves. Bounds are those of the linear
    program, rounded inwards; in tables with margins they are exact.

    Examples
    --------
    >>> found = attack({"all": 60, "b": 20, "c": 37}, ["a"], [Relation("all", ("a", "b", "c"))], minimum=5,
    ...                means={"all": 4.0, "b": 3.9, "c": 4.2})
    >>> found.recovered
    (Recovered(cells=('a',), n=3, figure=2.2, how='algebra'),)
    >>> attack({"all": 60, "c": 37}, ["a", "b"], [Relation("all", ("a", "b", "c"))], minimum=5).recovered
    ()
    """
    names = list(dict.fromkeys(unknown))
    rules = list(relations)
    if not names:
        return Attacked(bounds=pd.DataFrame(columns=["cell", "low", "high", "by_algebra"]), recovered=())
    a, b, sums = _equations(names, rules, known, means or {})
    at_least = np.array([least if isinstance(least, int) else least.get(name, 0) for name in names], dtype=float)
    low, high = _bounds(a, b, at_least)
    by_algebra = _in_row_space(a)
    wholes = {rule.whole for rule in rules}
    atoms = np.array([name not in wholes for name in names])
    groups = _smallest_groups(a, b, atoms, np.flatnonzero(atoms & (high >= 1)))
    recovered: dict[tuple[Key, ...], Recovered] = {}
    for weights, coefficients in groups:
        cells = tuple(names[i] for i in np.flatnonzero(coefficients > 0.5))
        n = round(float(weights @ b))
        # what cannot have anybody in it tells of nobody
        if 1 <= n < minimum and cells not in recovered:
            total = float(weights @ sums)
            mean = None if np.isnan(total) else round(total / n, 9)
            recovered[cells] = Recovered(cells=cells, n=n, figure=mean)
    for i in np.flatnonzero(low == high):
        cells = (names[i],)
        if 1 <= low[i] < minimum and cells not in recovered:
            recovered[cells] = Recovered(cells=cells, n=int(low[i]), how="bounds")
    bounds = pd.DataFrame({"cell": pd.Series(names, dtype=object), "low": low, "high": high, "by_algebra": by_algebra})
    return Attacked(bounds=bounds, recovered=tuple(recovered.values()))


def attack_table(
    counts: Mapping[Cell, int], gone: Collection[Cell], *, minimum: int, total: bool, least: int = 1
) -> Attacked:
    """Attack a table of units and levels, of which the cells and totals in `gone` are withheld.

    Parameters
    ----------
    counts : dict
        (unit, level) to people.
    gone : collection of (unit, level)
        As :func:`cxresearch.privacy.withheld` returns them.
    minimum, total, least
        As in :func:`attack` and :func:`cxresearch.privacy.withheld`. By default the attacker knows which cells are
        empty.

    Examples
    --------
    >>> attack_table({("x", "a"): 3, ("x", "b"): 20, ("x", "c"): 9}, [("x", "a")], minimum=5, total=False).recovered
    (Recovered(cells=(('x', 'a'),), n=3, figure=None, how='algebra'),)
    """
    filled = {cell: n for cell, n in counts.items() if n}
    units, levels = list(dict.fromkeys(u for u, _ in filled)), list(dict.fromkeys(v for _, v in filled))
    people: dict[Key, int] = dict(filled)
    rules = []
    for u in units:
        rules.append(Relation((u, ALL), tuple(c for c in filled if c[0] == u)))
    for v in levels if total else ():
        rules.append(Relation((ALL, v), tuple(c for c in filled if c[1] == v)))
    if total:
        rules.append(Relation((ALL, ALL), tuple((u, ALL) for u in units)))
        rules.append(Relation((ALL, ALL), tuple((ALL, v) for v in levels)))
    for rule in rules:
        people[rule.whole] = sum(people[part] for part in rule.parts)
    unknown = [c for c in people if c in gone or NOBODY in c]
    known = {c: n for c, n in people.items() if c not in unknown}
    return attack(known, unknown, rules, minimum=minimum, least=least)


def _equations(
    names: Sequence[Key], rules: Sequence[Relation], known: Mapping[Key, int], means: Mapping[Key, float]
) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Return A, b and s with A n = b for the people of withheld cells, and A m = s for the sums of their answers."""
    place = {name: i for i, name in enumerate(names)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    people: list[float] = []
    sums: list[float] = []
    for rule in rules:
        terms = [(rule.whole, -1), *((part, 1) for part in rule.parts)]
        own = [(place[key], sign) for key, sign in terms if key in place]
        if not own:
            continue
        rows += [len(people)] * len(own)
        columns += [i for i, _ in own]
        values += [float(sign) for _, sign in own]
        rest = [(key, sign) for key, sign in terms if key not in place]
        people.append(-sum(sign * known[key] for key, sign in rest))
        sums.append(-sum(sign * known[key] * means.get(key, np.nan) for key, sign in rest if known[key]))
    a = sparse.csr_array((values, (rows, columns)), shape=(len(people), len(names)))
    return a, np.array(people, dtype=float), np.array(sums, dtype=float)


def _bounds(a: sparse.csr_array, b: np.ndarray, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and the largest number of people of every withheld cell."""
    k = a.shape[1]
    low, high = np.empty(k), np.empty(k)
    for part in _parts(k):
        free = -_minima(a, np.zeros(a.shape[0]), np.zeros(k), part, -1.0, np.ones(k)) > TINY
        low[part] = _minima(a, b, least, part, 1.0)
        high[part] = np.inf
        high[part[~free]] = -_minima(a, b, least, part[~free], -1.0)
    return np.ceil(low - TINY), np.floor(high + TINY)


def _parts(k: int) -> Iterator[np.ndarray]:
    step = max(1, AT_ONCE // k)
    for start in range(0, k, step):
        yield np.arange(start, min(start + step, k))


def _minima(
    a: sparse.csr_array,
    b: np.ndarray,
    least: np.ndarray,
    chosen: np.ndarray,
    sign: float,
    most: np.ndarray | None = None,
) -> np.ndarray:
    """Return the minimum of ``sign * x_i`` for every chosen unknown, all in one linear program of separate blocks."""
    k, blocks = a.shape[1], len(chosen)
    if not blocks:
        return np.empty(0)
    at = np.arange(blocks) * k + chosen
    objective = np.zeros(blocks * k)
    objective[at] = sign
    most = np.full(k, np.inf) if most is None else most
    found = optimize.linprog(
        objective,
        A_eq=sparse.block_diag([a] * blocks, format="csr") if a.shape[0] else None,
        b_eq=np.tile(b, blocks) if a.shape[0] else None,
        bounds=np.column_stack([np.tile(least, blocks), np.tile(most, blocks)]),
        method="highs",
    )
    if found.status != 0:
        what = "These tables contradict each other."
        raise ArgumentError(Fault(code="privacy.contradiction", what=what, given=found.message))
    return np.asarray(sign * found.x[at])


def _in_row_space(a: sparse.csr_array) -> np.ndarray:
    """Tell which unknowns are the same in every solution: no direction in the null space moves them."""
    if a.shape[0] == 0:
        return np.zeros(a.shape[1], dtype=bool)
    _, s, v = np.linalg.svd(a.toarray(), full_matrices=True)
    rank = int((s > TINY).sum())
    return np.asarray(np.abs(v[rank:]).max(axis=0, initial=0.0) < TINY)


def _smallest_groups(
    a: sparse.csr_array, b: np.ndarray, atoms: np.ndarray, wanted: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Find for every cell the smallest group with it whose sum can be computed, as weights of the equations.

    A combination w of the equations is a group when its coefficients w A are 0 or 1 for cells, and 0 for totals, which
    would count people again.
    """
    equations, cells = a.shape
    if not equations:
        return
    turned = a.T.tocsr()
    both = sparse.hstack([turned, -sparse.eye_array(cells)], format="csr")
    upper = atoms.astype(float)
    whole = np.r_[np.zeros(equations), np.ones(cells)]
    for i in wanted:
        lower = np.zeros(cells)
        lower[i] = 1.0
        found = optimize.milp(
            b, constraints=optimize.LinearConstraint(turned, lower, upper), bounds=optimize.Bounds(-np.inf, np.inf)
        )
        if found.status != 0:
            continue
        weights = found.x
        if np.abs(turned @ weights - (turned @ weights).round()).max() > TINY:
            # tables without the form of a network: the coefficients have to be asked to be whole
            found = optimize.milp(
                np.r_[b, np.zeros(cells)],
                constraints=optimize.LinearConstraint(both, 0.0, 0.0),
                bounds=optimize.Bounds(
                    np.r_[np.full(equations, -np.inf), lower], np.r_[np.full(equations, np.inf), upper]
                ),
                integrality=whole,
            )
            if found.status != 0:
                continue
            weights = found.x[:equations]
        yield weights, (turned @ weights).round()
