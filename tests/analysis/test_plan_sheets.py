"""Quotas and random lists: whole numbers, balance, and sheets that run no formula of others."""

from __future__ import annotations

import csv

import numpy as np
import openpyxl
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import ArgumentError


def codes(call):
    with pytest.raises(ArgumentError) as caught:
        call()
    return set(caught.value.codes)


# ---- quotas --------------------------------------------------------------------------------------

MARGINS = {"gender": {"female": 0.514, "male": 0.486}, "age": {"young": 1, "middle": 2, "old": 3}}
CELLS = [
    {"gender": "female", "age": "young", "share": 0.2},
    {"gender": "female", "age": "old", "share": 0.31},
    {"gender": "male", "age": "young", "share": 0.19},
    {"gender": "male", "age": "old", "share": 0.3},
]


def test_every_set_of_quotas_sums_to_n():
    sheet = cx.quota_sheet(MARGINS, 1001)
    assert sheet.table.groupby("variables")["quota"].sum().tolist() == [1001, 1001]
    assert (sheet.table["quota"] - sheet.table["exact"]).abs().max() < 1
    for crossed in (cx.quota_sheet(MARGINS, 1001, crossed=True), cx.quota_sheet(CELLS, 1001)):
        assert crossed.table["quota"].sum() == 1001
        assert list(crossed.sheet.columns) == ["gender", "age", "share", "exact", "quota"]


def test_a_frame_is_as_good_as_a_list():
    one, other = cx.quota_sheet(CELLS, 77, seed=2), cx.quota_sheet(pd.DataFrame(CELLS), 77, seed=2)
    pd.testing.assert_frame_equal(one.table, other.table)


def test_small_and_scaled_quotas_are_told():
    found = {c.code for c in cx.quota_sheet({"a": {"x": 0.333, "y": 0.333, "z": 0.333}}, 60).caveats}
    assert found == {"quota_scaled", "quota_few"}
    assert "quota_empty" in {c.code for c in cx.quota_sheet({"a": {"x": 0.01, "y": 0.99}}, 10).caveats}


@pytest.mark.parametrize(
    ("targets", "n", "code"),
    [
        (MARGINS, 0, "quotas.n"), ({}, 10, "quotas.targets"), ({"a": {"x": 1.0}}, 10, "quotas.targets"),
        ({"a": {"x": 0.5, "y": 0.3}}, 10, "quotas.shares"), ({"a": {"x": -1, "y": 2}}, 10, "quotas.shares"),
        ({"a": {"x": "half", "y": 0.5}}, 10, "quotas.shares"), ([*CELLS, CELLS[0]], 10, "quotas.cell-twice"),
        ([{"a": "x"}, {"a": "y"}], 10, "quotas.targets"), ([{"quota": "x", "share": 1}] * 2, 10, "quotas.targets"),
        ([{"a": "x", "share": 0.5}, {"b": "y", "share": 0.5}], 10, "quotas.targets"),
    ],
)  # fmt: skip
def test_quotas_that_cannot_be_are_taught(targets, n, code):
    assert codes(lambda: cx.quota_sheet(targets, n)) == {code}


HOSTILE = '=HYPERLINK("http://x")'


def test_sheets_run_no_formula_of_others(tmp_path):
    sheet = cx.quota_sheet({HOSTILE: {"@a": 0.5, "-b": 0.5}, "c": {"+1": 0.5, "d": 0.5}}, 10, crossed=True)
    rows = list(csv.reader(sheet.write(tmp_path / "quotas.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0][0] == f"'{HOSTILE}"
    assert rows[1][:2] == ["'@a", "'+1"]
    cells = openpyxl.load_workbook(sheet.write(tmp_path / "quotas.xlsx", "de")).active
    assert cells["A1"].data_type == "s"
    assert (cells["A2"].value, cells["A2"].data_type, cells["A2"].quotePrefix) == ("@a", "s", True)
    formulas = [c.value for r in cells.iter_rows() for c in r if c.data_type == "f"]
    assert formulas == [f"=E{i}-F{i}" for i in range(2, 6)]
    assert cells["F1"].value == "erreicht"


def test_other_formats_are_refused(tmp_path):
    assert codes(lambda: cx.quota_sheet(MARGINS, 10).write(tmp_path / "q.ods")) == {"plan.sheet-format"}
    (tmp_path / "taken.csv").mkdir()
    assert codes(lambda: cx.quota_sheet(MARGINS, 10).write(tmp_path / "taken.csv")) == {"plan.sheet-not-writable"}


# ---- random lists --------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_list_and_another_one_another():
    first, again, other = (cx.randomisation_list(["a", "b"], 100, seed=s).table["arm"].tolist() for s in (4, 4, 5))
    assert first == again != other


def test_a_further_stratum_leaves_the_others_as_they_are():
    two, three = (cx.randomisation_list(["a", "b"], 40, strata=s, seed=2).table for s in (["x", "y"], ["x", "y", "z"]))
    pd.testing.assert_frame_equal(two, three[three["stratum"] != "z"])
    assert two.loc[two["stratum"] == "x", "arm"].tolist() != two.loc[two["stratum"] == "y", "arm"].tolist()


def test_arms_stay_balanced_at_every_point():
    table = cx.randomisation_list({"old": 1, "new": 2}, 90, block_sizes=[6, 9], seed=3).table
    drift = np.cumsum(np.where(table["arm"] == "old", 2, -1))
    assert np.abs(drift).max() <= 6  # no more than the arms of one block
    full = table.groupby("block")["arm"].value_counts().unstack()
    assert (full["new"] == 2 * full["old"]).all()


def test_strata_have_places_of_their_own():
    drawn = cx.randomisation_list(
        ["a", "b"], {"x × 1": 10, "x × 2": 20}, strata={"s": ["x"], "t": [1, 2]}, block_sizes=2
    )
    assert drawn.table.groupby("stratum").size().tolist() == [10, 20]
    assert drawn.table.groupby("stratum")["number"].max().tolist() == [10, 20]
    assert "randomisation_foreseen" in {c.code for c in drawn.caveats}


def test_a_random_list_is_written(tmp_path):
    drawn = cx.randomisation_list([HOSTILE, "b"], 8, strata=["-x"], seed=1)
    cells = openpyxl.load_workbook(drawn.write(tmp_path / "list.xlsx", "de")).active
    assert [c.value for c in cells[1]] == ["Schicht", "Nummer", "Block", "Größe des Blocks", "Bedingung"]
    assert not [c for r in cells.iter_rows() for c in r if c.data_type == "f"]
    assert pd.read_csv(drawn.write(tmp_path / "list.csv"))["stratum"].unique().tolist() == ["'-x"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"arms": ["a"]}, "arms"), ({"arms": ["a", "a"]}, "arms"), ({"arms": "ab"}, "arms"), ({"arms": {"a": 0, "b": 1}}, "arms"),
        ({"n": 0}, "n"), ({"n": {"x": 4}}, "n"), ({"block_sizes": 3}, "block-sizes"), ({"block_sizes": []}, "block-sizes"),
        ({"strata": ["x", "x"]}, "strata"), ({"strata": "x"}, "strata"), ({"seed": -1}, "seed"),
        ({"strata": ["x", "y"], "n": {"x": 4}}, "n"),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_are_taught(options, code):
    assert codes(lambda: cx.randomisation_list(**{"arms": ["a", "b"], "n": 8, **options})) == {f"randomisation.{code}"}
