"""A withheld group leaves no figure in table, picture and sentence, and never gives itself away by the total."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.analysis.personas.input import Variable
from cxresearch.analysis.personas.profile import profile_table
from cxresearch.responses.source import Source

SIZES = {"a": 4, "b": 31, "c": 17, "d": 23, "e": 45}


def frame(sizes=SIZES):
    rng = np.random.default_rng(3)
    teams = [team for team, n in sizes.items() for _ in range(n)]
    table = pd.DataFrame({"team": teams * 2, "who": ["staff"] * len(teams) + ["customer"] * len(teams)})
    return table.assign(x=rng.integers(1, 11, len(table)), y=rng.integers(1, 11, len(table)))


STAFF = frame().query("who == 'staff'")
TWO = {"constructs": {"x": ["x"], "y": ["y"]}, "perspective": "who", "scale": (1, 10), "gate": False, "margin": 1.0}
ASKED = {
    "nps": lambda table, **o: cx.nps(table.query("who == 'staff'"), "x", by="team", minimum_cell=5, **o),
    "csat": lambda t, **o: cx.csat(t.query("who == 'staff'"), "x", scale=(1, 10), by="team", minimum_cell=5, **o),
    "compare": lambda t, **o: cx.compare(t.query("who == 'staff'"), "x", "team", scale=(1, 10), minimum_cell=5, **o),
    "gaps": lambda t, **o: cx.gaps(t, inside="staff", outside="customer", by="team", minimum_cell=5, **TWO, **o),
    "silos": lambda t, **o: cx.silos(t, by="team", inside="staff", reference="customer", minimum_cell=5, **TWO, **o),
}
every = pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)


def shown(result):
    table = result.table
    column = "n" if "n" in table else "n_inside"
    return set(table.loc[table[column].notna(), "group"])


@every
def test_the_total_does_not_give_a_small_group_away(ask):
    assert shown(ask(frame())) == {"b", "d", "e"}  # a has four people; c is the smallest other group


@every
def test_a_withheld_group_is_gone(ask):
    result = ask(frame(), withhold=["d"])
    assert shown(result) == {"b", "c", "e"}  # d protects a, so that c need not
    assert shown(ask(frame(), withhold=["nobody", "d"])) == {"b", "c", "e"}
    assert shown(ask(frame(), withhold=[])) == {"b", "d", "e"}


@every
def test_nothing_shown_depends_on_who_is_withheld(ask):
    """Other answers of a withheld group, other figures nowhere: neither in tables nor on the page."""
    table, other = frame(), frame()
    gone = other["team"].isin(["a", "d"]) & (other["who"] == "staff")
    other.loc[gone, ["x", "y"]] = 11 - other.loc[gone, ["x", "y"]]
    one, two = (ask(t, withhold=["d"]) for t in (table, other))
    for name, part in one.frames().items():
        pd.testing.assert_frame_equal(part, two.frames()[name])
    assert one.show("de").html() == two.show("de").html()


@every
def test_the_page_does_not_say_which_group_is_too_small_nor_how_many(ask):
    four, many = frame(), frame({**SIZES, "a": 12})
    codes = {"groups_not_reportable", "gaps_not_reportable", "silos_suppressed"}
    texts = [
        [c.text("en") for c in result.caveats if c.code in codes]
        for result in (ask(four, withhold=["a", "c"]), ask(many, withhold=["a", "c"]))
    ]
    assert texts[0] == texts[1] and len(texts[0]) == 1
    assert "computed back" in texts[0][0]


@every
def test_codes_are_named_as_a_notebook_writes_them(ask):
    table = frame()
    table["team"] = table["team"].map({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    assert shown(ask(table, withhold=["4"])) == {2, 3, 5}


@every
def test_people_without_a_group_are_protected(ask):
    table = frame({**SIZES, "a": 3})
    table.loc[table["team"] == "a", "team"] = None
    assert shown(ask(table)) == {"b", "d", "e"}  # the total minus b, c, d and e would be these three
    table = frame({**SIZES, "a": 9})
    table.loc[table["team"] == "a", "team"] = None
    assert shown(ask(table)) == {"b", "c", "d", "e"}


def test_errors_give_no_counts_away():
    few = pd.DataFrame({"team": ["a"] * 3 + ["b"] * 4, "x": [1, 2, 3, 4, 5, 6, 7]})
    for ask in (
        lambda: cx.compare(few, "x", "team", minimum_cell=5),
        lambda: cx.nps(few, "x", by="team", minimum_cell=5),
        lambda: cx.nps(few.head(3), "x", minimum_cell=5),
    ):
        with pytest.raises(cx.NotEnoughData) as caught:
            ask()
        assert not any(f" {n}" in str(caught.value) or f": {n}" in str(caught.value) for n in (3, 4, 7))


def test_a_small_persona_is_not_told_by_the_average_of_all():
    rng = np.random.default_rng(1)
    members = np.repeat([1, 2, 3], [30, 20, 12])
    answers = pd.DataFrame({"x": rng.integers(1, 6, len(members)).astype(float)})
    answers.loc[np.flatnonzero(members == 3)[3:], "x"] = np.nan  # three of the third are left
    column = Source.of(answers).column("x", scale=(1, 5))
    variable = Variable(name="x", column=column, kind="ordered", codes=(1, 2, 3, 4, 5), low=1.0, spread=4.0)
    table = profile_table(
        [variable], ["describing"], members, 3, weights=None, level=0.95, method="holm", minimum_cell=5
    )
    assert table.loc[table["n"].notna(), "persona"].tolist() == [1]


def test_what_all_pairs_give_together_rests_on_pairs_that_are_shown():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({f"{k}{i}": rng.integers(1, 6, 40).astype(float) for k in "ep" for i in (1, 2, 3)})
    table.loc[3:, ["e3", "p3"]] = np.nan
    expected, experienced = ["e1", "e2", "e3"], ["p1", "p2", "p3"]
    one = cx.expectation(table, expected=expected, experienced=experienced, minimum_cell=5, scale=(1, 5))
    two = cx.expectation(table, expected=expected[:2], experienced=experienced[:2], minimum_cell=5, scale=(1, 5))
    pd.testing.assert_frame_equal(one.overall, two.overall)


@pytest.mark.parametrize("name", ["comparison", "gaps", "recommendation", "silos"])
def test_the_notebooks_take_it(name):
    path = Path(__file__).parents[2] / "notebooks" / f"{name}.ipynb"
    text = "".join("".join(c["source"]) for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code")
    assert "withhold: list[str] = []  # levels of by that are not shown, set by a batch" in text
    assert text.count("withhold") >= 2
