"""The attack finds what can be computed: it succeeds where nothing protects, and agrees with trying everything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cxresearch.errors import ArgumentError
from cxresearch.privacy import ALL
from cxresearch.privacy.attack import Relation, attack, attack_table


def small(counts, minimum):
    return {cell for cell, n in counts.items() if 0 < n < minimum}


def test_a_single_withheld_cell_is_total_minus_what_is_shown():
    counts = {("x", "a"): 3, ("x", "b"): 20, ("x", "c"): 9}
    (found,) = attack_table(counts, [("x", "a")], minimum=5, total=False).recovered
    assert (found.cells, found.n, found.how) == ((("x", "a"),), 3, "algebra")


def test_a_group_of_withheld_cells_that_is_itself_too_small():
    counts = {("x", "a"): 1, ("x", "b"): 2, ("x", "c"): 9}
    (found,) = attack_table(counts, [("x", "a"), ("x", "b")], minimum=5, total=False).recovered
    assert set(found.cells) == {("x", "a"), ("x", "b")} and found.n == 3


def test_what_each_report_hides_well_is_found_over_the_batch():
    """Every report is safe by itself: two cells, enough people. The third unit and the total give both away."""
    counts = {("x", "a"): 3, ("x", "b"): 9, ("x", "c"): 20, ("y", "a"): 30, ("y", "b"): 30, ("y", "c"): 30}
    gone = [("x", "a"), ("x", "b")]
    assert attack_table(counts, gone, minimum=5, total=False).recovered == ()
    (found,) = attack_table(counts, gone, minimum=5, total=True).recovered
    assert found.cells == (("x", "a"),) and found.n == 3


def test_rows_minus_columns_single_out_a_group():
    counts = {("x", "a"): 2, ("x", "b"): 8, ("y", "a"): 7, ("y", "b"): 9, ("x", "c"): 3, ("z", "c"): 50, ("z", "d"): 60}
    gone = [("x", "a"), ("x", "b"), ("y", "a"), ("y", "b"), ("x", "c")]
    found = attack_table(counts, gone, minimum=5, total=True).recovered
    assert (("x", "c"),) in [r.cells for r in found]


def test_the_mean_of_whom_is_withheld_comes_with_the_number():
    known, means = {"all": 60, "b": 20, "c": 37}, {"all": 4.0, "b": 3.9, "c": 4.2}
    (found,) = attack(known, ["a"], [Relation("all", ("a", "b", "c"))], minimum=5, means=means).recovered
    assert found.figure == pytest.approx((240 - 78 - 155.4) / 3)
    (found,) = attack(known, ["a"], [Relation("all", ("a", "b", "c"))], minimum=5, means={"all": 4.0}).recovered
    assert found.figure is None


def test_a_number_may_be_certain_by_its_bounds_alone():
    counts = {("x", "a"): 1, ("x", "b"): 1, ("x", "c"): 1, ("x", "d"): 9}
    gone = [("x", c) for c in "abc"]
    found = attack_table(counts, gone, minimum=3, total=False)
    assert {r.how for r in found.recovered} == {"bounds"}
    assert attack_table(counts, gone, minimum=3, total=False, least=0).recovered == ()


def test_bounds_without_end():
    found = attack({}, ["a", "b", "t"], [Relation("t", ("a", "b"))], minimum=5)
    assert np.isinf(found.bounds["high"]).all() and (found.bounds["low"] == 0).all()


def test_tables_that_contradict_each_other_are_refused():
    rules = [Relation("t", ("a",)), Relation("s", ("a",))]
    with pytest.raises(ArgumentError, match="contradict"):
        attack({"t": 5, "s": 6}, ["a"], rules, minimum=5)


def test_tables_without_the_form_of_a_network():
    """Three breakdowns in a triangle: a + b, b + c and a + c tell all three."""
    rules = [Relation("ab", ("a", "b")), Relation("bc", ("b", "c")), Relation("ac", ("a", "c"))]
    found = attack({"ab": 11, "bc": 12, "ac": 5}, ["a", "b", "c"], rules, minimum=5)
    assert found.bounds["by_algebra"].all()
    assert {r.cells: r.n for r in found.recovered} == {("a",): 2, ("c",): 3}


def _tried(counts, gone, minimum, total):
    """Return all groups whose sum lies in the row space and that are too small, and all cells with one value."""
    units, levels = sorted({u for u, _ in counts}), sorted({v for _, v in counts})
    cells = [c for c in counts if c in gone and counts[c]]
    rows = [[float(c[0] == u) for c in cells] for u in units]
    if total:
        rows += [[float(c[1] == v) for c in cells] for v in levels]
    a = np.array(rows)
    rank = np.linalg.matrix_rank(a)
    groups = set()
    for k in range(1, len(cells) + 1):
        for chosen in itertools.combinations(range(len(cells)), k):
            if sum(counts[cells[i]] for i in chosen) < minimum:
                row = np.zeros(len(cells))
                row[list(chosen)] = 1
                if np.linalg.matrix_rank(np.vstack([a, row])) == rank:
                    groups.add(frozenset(cells[i] for i in chosen))
    target = a @ [counts[c] for c in cells]
    top = int(max(target, default=0))
    values: list[set[int]] = [set() for _ in cells]
    for x in itertools.product(range(1, top + 1), repeat=len(cells)):
        if (a @ x == target).all():
            for seen, value in zip(values, x, strict=True):
                seen.add(value)
    return groups, {c for c, seen in zip(cells, values, strict=True) if len(seen) == 1}


@pytest.mark.parametrize("seed", range(60))
def test_it_agrees_with_trying_everything(seed):
    rng = np.random.default_rng(seed)
    units, levels, total, minimum = (
        rng.integers(1, 4),
        rng.integers(2, 4),
        bool(rng.integers(2)),
        int(rng.integers(3, 5)),
    )
    counts = {(f"u{i}", f"v{j}"): int(rng.integers(0, 5)) for i in range(units) for j in range(levels)}
    order = rng.permutation(len(counts))[:5]
    gone = {list(counts)[i] for i in order}
    found = attack_table(counts, gone, minimum=minimum, total=total)
    groups, certain = _tried(counts, gone, minimum, total)
    people = lambda group: sum(counts[cell] for cell in group)  # noqa: E731
    recovered = {frozenset(r.cells) for r in found.recovered if r.how == "algebra"}
    assert recovered <= groups
    for cell in gone:
        least = [min((people(g) for g in found_ if cell in g), default=0) for found_ in (groups, recovered)]
        assert least[0] == least[1], cell
    bounds = found.bounds.set_index("cell")
    assert {c for c in bounds.index if bounds.at[c, "low"] == bounds.at[c, "high"]} == certain


def test_most_tables_give_something_away_when_only_small_cells_are_withheld():
    """The attack can succeed, so that finding nothing means something."""
    rng = np.random.default_rng(0)
    hits = tried = 0
    for _ in range(60):
        counts = {(f"u{i}", f"v{j}"): int(rng.integers(0, 25)) for i in range(5) for j in range(4)}
        gone = small(counts, 5)
        if gone:
            tried += 1
            hits += bool(attack_table(counts, gone, minimum=5, total=True).recovered)
    assert tried > 50 and hits / tried > 0.8


def test_published_margins_are_not_needed_where_they_are_withheld():
    counts = {("x", "a"): 3, ("x", "b"): 20}
    assert attack_table(counts, [("x", "a"), ("x", ALL)], minimum=5, total=False).recovered == ()
