"""Which cells must not be published, so that none of them can be computed back from the others and the totals."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any, Final

import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.privacy.network import Edge, Network
from cxresearch.stats.thresholds import minimum_cell_faults

ALL: Final = "_all"
NOBODY: Final = None  # people who do not say where they belong: counted in totals, published nowhere by themselves
FIGURE: Final = "figure:"  # in front of an item or construct in a list of what is withheld, which else names groups
Cell = tuple[Any, Any]


def hidden(counts: Mapping[Any, int], sizes: Mapping[Any, int], minimum: int, also: Collection[Any] = ()) -> set[Any]:
    """Return the groups of one breakdown that must not be shown beside its total.

    Those below `minimum`; and where the total would give one of them away, or all of them together as a group below
    `minimum`, the smallest other group as well.

    Parameters
    ----------
    counts : dict
        Group to its people with a score. People without a group belong here as well, under None: the total counts
        them, so that they can be computed back like any other group.
    sizes : dict
        Group to all its people, so that the same group is taken for every construct.
    minimum : int
    also : collection
        Groups that are hidden for another reason. None is always among them.

    Examples
    --------
    >>> sorted(hidden({"a": 3, "b": 9, "c": 7}, {"a": 3, "b": 9, "c": 7}, 5))
    ['a', 'c']
    >>> sorted(hidden({"a": 3, "b": 4, "c": 7}, {"a": 3, "b": 4, "c": 7}, 5))
    ['a', 'b']
    >>> sorted(hidden({"a": 8, "b": 9, "c": 7}, {}, 5, also=["c"]))
    ['c']
    """
    gone = {*also, NOBODY}
    edges = [
        Edge(
            name=group,
            tail="total",
            head="groups",
            n=counts[group],
            cost=sizes.get(group, counts[group]),
            withheld=group in gone or counts[group] < minimum,
            fixed=group in gone,
        )
        for group in sorted(counts, key=str)
        if counts[group]
    ]
    network = Network(edges, minimum)
    network.protect()
    few = {group for group, n in counts.items() if n < minimum}
    return (few | set(also) | {e.name for e in edges if e.withheld}) - {NOBODY}


def figures(withhold: Iterable[Any]) -> set[str]:
    """Return the items and constructs among what is withheld.

    Examples
    --------
    >>> figures(["north", "figure:ease"])
    {'ease'}
    """
    return {str(name).removeprefix(FIGURE) for name in withhold if str(name).startswith(FIGURE)}


def withheld(counts: pd.DataFrame, minimum: int, total: bool) -> set[Cell]:
    """Return the cells of a batch of reports that must not be published.

    Every report shows the people of one unit by level and in total; where `total` is true, one more report shows the
    people of all units by level and in total. Cells and totals of fewer than `minimum` people are withheld, and
    further ones as far as they are needed so that somebody who knows all that is published can compute

    - no figure of a withheld cell, neither its number of people nor a mean of theirs;
    - no figure of any group of people that consists of withheld cells and has fewer than `minimum` members,

    even knowing which cells are empty. What is withheld beyond the small cells is chosen so that few people are lost.

    Parameters
    ----------
    counts : DataFrame
        Columns unit, level and n, a row a cell; a cell that is not there has nobody. Where unit or level is missing
        stand the people who do not say; they count in totals and are published nowhere by themselves. With a column
        figure (a construct, an item) each of these has its own table, and a cell that must be withheld in one of
        them is withheld in all.
    minimum : int
    total : bool
        Whether there is a report on all units together.

    Returns
    -------
    set of (unit, level)
        `ALL` as level: the total of a unit, so that the unit gets no report. `ALL` as unit: the report on all units
        together. Cells of nobody are not among them.

    Raises
    ------
    ArgumentError
        ``privacy.columns``, ``privacy.minimum``, ``privacy.count``, ``privacy.twice``, ``privacy.name``.

    Notes
    -----
    Complementary cell suppression (Cox 1980, J. Am. Stat. Assoc. 75:377-385) on the network of a table with margins,
    by cheapest paths (Kelly, Golden & Assad 1992, Networks 22:397-417); see docs/disclosure.md. A unit that has fewer
    than `minimum` people in all costs a second report, because the total of all units would give it away; leave such
    units out of the report on all, or pool them, before asking.

    Examples
    --------
    >>> counts = pd.DataFrame({"unit": ["x", "x", "x", "y", "y", "y"], "level": ["a", "b", "c"] * 2,
    ...                        "n": [3, 20, 30, 9, 8, 40]})
    >>> sorted(withheld(counts, 5, total=False))
    [('x', 'a'), ('x', 'b')]
    >>> sorted(withheld(counts, 5, total=True))
    [('x', 'a'), ('x', 'b'), ('y', 'a'), ('y', 'b')]
    """
    _check(counts, minimum)
    found: set[Cell] = set()
    tables = [counts] if "figure" not in counts else [part for _, part in counts.groupby("figure", sort=False)]
    for table in tables:
        found |= _withheld({(_key(u), _key(v)): int(n) for u, v, n in _rows(table) if n}, int(minimum), total)
    return found


def _rows(table: pd.DataFrame) -> Iterable[tuple[Any, Any, Any]]:
    return zip(table["unit"].tolist(), table["level"].tolist(), table["n"].tolist(), strict=True)


def _key(value: Any) -> Any:
    return NOBODY if pd.isna(value) else value


def _withheld(n: Mapping[Cell, int], minimum: int, total: bool) -> set[Cell]:
    edges, reports = _edges(n, minimum, total)
    network = Network(list(edges.values()), minimum)
    number = {name: i for i, name in enumerate(edges)}
    for whole, parts in reports.items():
        network.in_report(number[whole], [number[part] for part in parts])
    for i, edge in enumerate(network.edges):
        if edge.withheld:
            network.withhold(i)
    network.protect()
    return {e.name for e in network.edges if e.withheld and not e.fixed}


def _edges(n: Mapping[Cell, int], minimum: int, total: bool) -> tuple[dict[Cell, Edge], dict[Cell, list[Cell]]]:
    """Return cells and margins as edges, and for every total of a report the figures in that report."""
    units = sorted({u for u, _ in n}, key=_order)
    levels = sorted({v for _, v in n}, key=_order)
    edges: dict[Cell, Edge] = {}

    def add(name: Cell, tail: Hashable, head: Hashable, count: int, inner: bool, published: bool, weight: int) -> None:
        edges[name] = Edge(
            name=name,
            tail=tail,
            head=head,
            n=count,
            cost=count * weight,
            inner=inner,
            withheld=not published or count < minimum,
            fixed=not published,
        )

    for (u, v), count in sorted(n.items(), key=lambda item: (_order(item[0][0]), _order(item[0][1]))):
        add((u, v), ("unit", u), ("level", v), count, True, u is not NOBODY and v is not NOBODY, 1)
    # a withheld total takes its report with it, hence twice its people
    for u in units:
        count = sum(n.get((u, v), 0) for v in levels)
        add((u, ALL), ("level", ALL), ("unit", u), count, False, u is not NOBODY, 2)
    for v in levels:
        count = sum(n.get((u, v), 0) for u in units)
        add((ALL, v), ("level", v), ("unit", ALL), count, False, total and v is not NOBODY, 1)
    if units:
        add((ALL, ALL), ("unit", ALL), ("level", ALL), sum(n.values()), False, total, 2)
    reports = {(u, ALL): [(u, v) for v in levels if (u, v) in edges] for u in units}
    if units:
        reports[ALL, ALL] = [(ALL, v) for v in levels]
    return edges, reports


def _order(value: Any) -> tuple[bool, str, str]:
    return value is NOBODY, str(value), type(value).__name__


def _check(counts: pd.DataFrame, minimum: int) -> None:
    missing = [c for c in ("unit", "level", "n") if c not in counts]
    if missing:
        what = "Counts need a row a cell."
        raise ArgumentError(
            Fault(code="privacy.columns", what=what, given=listing(counts.columns), allowed="unit, level, n")
        )
    faults = minimum_cell_faults("privacy.minimum", minimum)
    n = pd.to_numeric(counts["n"], errors="coerce")
    wrong = counts.loc[~((n >= 0) & (n == n.round())), "n"]
    if len(wrong):
        what = "A count is a number of people."
        faults.append(Fault(code="privacy.count", what=what, given=listing(wrong.head(3)), allowed="0, 1, 2, ..."))
    key = [c for c in ("figure", "unit", "level") if c in counts]
    twice = counts[counts.duplicated(key)]
    if len(twice):
        given = listing(f"{u} / {v}" for u, v, _ in _rows(twice.head(3)))
        faults.append(Fault(code="privacy.twice", what="A cell stands there twice.", given=given))
    if (counts[["unit", "level"]] == ALL).to_numpy().any():
        what = f"{ALL!r} stands for all units together, so no unit and no level can have this name."
        faults.append(Fault(code="privacy.name", what=what, given=ALL))
    if faults:
        raise ArgumentError(*faults)
