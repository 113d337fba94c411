"""What is withheld of a table cannot be computed back, and no more is withheld than that takes."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError
from cxresearch.privacy import ALL, NOBODY, hidden, withheld
from cxresearch.privacy.attack import attack_table

COUNTS = st.one_of(st.integers(0, 4), st.integers(0, 40), st.just(0), st.just(1))


def frame(counts):
    return pd.DataFrame([(u, v, n) for (u, v), n in counts.items()], columns=["unit", "level", "n"])


@st.composite
def tables(draw):
    units, levels = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    names = [f"u{i}" for i in range(units)], [f"v{i}" for i in range(levels)]
    if draw(st.booleans()):
        names[1].append(NOBODY)
    if draw(st.integers(0, 4)) == 0:
        names[0].append(NOBODY)
    return {(u, v): draw(COUNTS) for u in names[0] for v in names[1]}


TABLES = given(counts=tables(), minimum=st.integers(3, 10), total=st.booleans())


@settings(max_examples=120)
@TABLES
def test_nothing_can_be_computed_back(counts, minimum, total):
    not_computed_back(counts, minimum, total)


@pytest.mark.slow
@settings(max_examples=600)
@TABLES
def test_nothing_can_be_computed_back_of_many_tables(counts, minimum, total):
    not_computed_back(counts, minimum, total)


def not_computed_back(counts, minimum, total):
    gone = withheld(frame(counts), minimum, total)
    found = attack_table(counts, gone, minimum=minimum, total=total)
    assert found.recovered == ()
    certain = found.bounds[(found.bounds["low"] == found.bounds["high"]) | found.bounds["by_algebra"]]
    assert not set(certain["cell"]) & gone  # not even a cell that is large enough to be shown


@settings(max_examples=150)
@given(counts=tables(), minimum=st.integers(3, 10), total=st.booleans())
def test_small_cells_and_totals_are_always_withheld(counts, minimum, total):
    gone = withheld(frame(counts), minimum, total)
    for (u, v), n in counts.items():
        if u is not NOBODY and v is not NOBODY:
            assert ((u, v) in gone) >= (0 < n < minimum)
            assert n or (u, v) not in gone
    for u in {u for u, _ in counts} - {NOBODY}:
        of = sum(n for (a, _), n in counts.items() if a == u)
        assert ((u, ALL) in gone) >= (0 < of < minimum)
        if (u, ALL) in gone:  # no report without its total
            assert all((u, v) in gone for (a, v), n in counts.items() if a == u and n and v is not NOBODY)
    if not total:
        assert not any(u == ALL for u, _ in gone)


@settings(max_examples=60)
@given(counts=tables(), minimum=st.integers(3, 10), total=st.booleans())
def test_nothing_is_withheld_that_could_be_shown(counts, minimum, total):
    """Each single cell or total of enough people, shown again, gives something away: no cell too many."""
    gone = withheld(frame(counts), minimum, total)
    totals = {(u, ALL): sum(n for (a, _), n in counts.items() if a == u) for u, _ in counts}
    people = {**counts, **totals}
    for cell in gone:
        u, v = cell
        if u == ALL or people[cell] < minimum or (v != ALL and (u, ALL) in gone):
            continue
        fewer = gone - {cell}
        found = attack_table(counts, fewer, minimum=minimum, total=total)
        certain = found.bounds[found.bounds["low"] == found.bounds["high"]]
        assert found.recovered or set(certain["cell"]) & fewer, cell


def test_the_order_of_the_rows_does_not_matter():
    counts = {(f"u{i}", f"v{j}"): (7 * i + 5 * j * j + i * j) % 23 for i in range(6) for j in range(5)}
    table = frame(counts)
    first = withheld(table, 6, True)
    assert first == withheld(table.sample(frac=1, random_state=3), 6, True)
    assert any(counts[c] >= 6 for c in first if c in counts)


def test_nothing_has_to_be_withheld_where_nothing_is_small():
    assert withheld(frame({("x", "a"): 5, ("x", "b"): 6, ("y", "a"): 0}), 5, True) == set()
    assert withheld(frame({}), 5, True) == set()


def test_a_unit_below_the_minimum_costs_another_where_there_is_a_total():
    counts = {("x", "a"): 2, ("x", "b"): 1, ("y", "a"): 20, ("y", "b"): 10, ("z", "a"): 40, ("z", "b"): 30}
    assert {c for c in withheld(frame(counts), 5, False) if ALL in c} == {("x", ALL)}
    assert {c for c in withheld(frame(counts), 5, True) if ALL in c} == {("x", ALL), ("y", ALL)}


def test_people_who_do_not_say_protect_or_have_to_be_protected():
    few = {("x", "a"): 9, ("x", "b"): 30, ("x", NOBODY): 2}
    assert withheld(frame(few), 5, False) == {("x", "a")}
    many = {("x", "a"): 2, ("x", "b"): 30, ("x", NOBODY): 7}
    assert withheld(frame(many), 5, False) == {("x", "a")}
    elsewhere = {("x", "a"): 2, ("x", "b"): 30, (NOBODY, "a"): 7, (NOBODY, "b"): 8}
    assert withheld(frame(elsewhere), 5, True) == {("x", "a"), ("x", "b")}


def test_missing_names_are_people_who_do_not_say():
    table = pd.DataFrame({"unit": ["x", "x", "x"], "level": ["a", "b", None], "n": [9, 30, 2]})
    assert withheld(table, 5, False) == {("x", "a")}
    assert withheld(table.assign(level=["a", "b", float("nan")]), 5, False) == {("x", "a")}


def test_three_single_people_give_each_other_away():
    """Three cells of one person each, known to be filled, add up to three."""
    counts = {("x", "a"): 1, ("x", "b"): 1, ("x", "c"): 1, ("x", "d"): 8, ("x", "e"): 9}
    assert withheld(frame(counts), 3, False) == {("x", "a"), ("x", "b"), ("x", "c"), ("x", "d")}
    assert attack_table(counts, {("x", c) for c in "abc"}, minimum=3, total=False).recovered


def test_each_figure_has_its_table_and_a_cell_is_withheld_in_all():
    one = frame({("x", "a"): 3, ("x", "b"): 20, ("x", "c"): 30}).assign(figure="ease")
    other = frame({("x", "a"): 30, ("x", "b"): 20, ("x", "c"): 2}).assign(figure="trust")
    assert withheld(pd.concat([one, other]), 5, False) == {("x", "a"), ("x", "b"), ("x", "c")}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.drop(columns="n"), "privacy.columns"),
        (lambda t: t.assign(n=-1), "privacy.count"),
        (lambda t: t.assign(n=2.5), "privacy.count"),
        (lambda t: pd.concat([t, t]), "privacy.twice"),
        (lambda t: t.assign(unit=ALL), "privacy.name"),
    ],
)
def test_what_is_no_table_of_counts_is_refused(change, code):
    with pytest.raises(ArgumentError) as caught:
        withheld(change(frame({("x", "a"): 3, ("x", "b"): 20})), 5, False)
    assert caught.value.codes == (code,)
    with pytest.raises(ArgumentError):
        withheld(frame({("x", "a"): 3}), 1, False)


@given(counts=st.dictionaries(st.sampled_from("abcdefg"), COUNTS, max_size=7), rest=COUNTS, minimum=st.integers(3, 10))
def test_one_breakdown_beside_its_total(counts, rest, minimum):
    gone = hidden({**counts, NOBODY: rest}, {}, minimum)
    table = {("x", level): n for level, n in {**counts, NOBODY: rest}.items()}
    assert gone >= {group for group, n in counts.items() if n < minimum}
    if gone < set(counts):
        found = attack_table(table, {("x", level) for level in gone}, minimum=minimum, total=False)
        assert found.recovered == ()
    filled = {g for g in gone if counts[g]}
    assert {c for c in withheld(frame(table), minimum, False) if ALL not in c} == {("x", g) for g in filled}


def test_the_smallest_other_group_is_taken():
    sizes = {"a": 3, "b": 9, "c": 7, "d": 30}
    assert hidden(sizes, sizes, 5) == {"a", "c"}
    assert hidden(sizes, {**sizes, "b": 1}, 5) == {"a", "b"}
    assert hidden(sizes, sizes, 5, also=["d"]) == {"a", "d"}
    assert all(hidden(sizes, sizes, m) <= hidden(sizes, sizes, n) for m, n in pairwise([2, 3, 4, 5]))
