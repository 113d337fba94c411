"""Correlation matrices against R, their laws and their edges."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats import correlation as co
from cxresearch.stats._bivariate import bivariate_normal

REFERENCE = Path(__file__).parents[1] / "reference"
few = settings(max_examples=30, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def r_values():
    return json.loads((REFERENCE / "measurement.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def r_given():
    return json.loads((REFERENCE / "measurement_given.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bfi():
    return pd.read_csv(REFERENCE / "data" / "bfi.csv").iloc[:, :25]


def code(call):
    with pytest.raises((ArgumentError, NotEnoughData)) as caught:
        call()
    return caught.value.codes[0]


@st.composite
def ratings(draw, columns=3, high=5):
    n = draw(st.integers(8, 40))
    rows = st.lists(st.integers(1, high), min_size=columns, max_size=columns)
    array = np.array(draw(st.lists(rows, min_size=n, max_size=n)), float)
    assume((array.std(axis=0) > 0).all())
    return array


# --- Pearson ------------------------------------------------------------------------------------------------


def test_pearson_drops_incomplete_rows_and_says_so(bfi):
    found = co.pearson(bfi)
    assert (found.n, found.n_dropped, found.kind, found.k) == (2436, 364, "pearson", 25)
    np.testing.assert_allclose(found.r, np.corrcoef(bfi.dropna().to_numpy(), rowvar=False), atol=1e-13)
    assert found.positive_definite
    assert not found.problems


def test_results_cannot_be_written_to(bfi):
    with pytest.raises(ValueError, match="read-only"):
        co.pearson(bfi).r[0, 1] = 0


def test_pearson_with_huge_tiny_and_offset_values():
    """Wilkinson's quiz: 99999991..99999999, the same divided by 1e12, and numbers near the largest float."""
    little = np.arange(1.0, 10) * [1, 1, 1, 1, 1, 1, 1, 1, 2]
    table = np.column_stack([little, 99999990 + little, little * 1e-200, little * 1e305, np.arange(9) % 3])
    found = co.pearson(table)
    np.testing.assert_allclose(found.r[:4, :4], 1, atol=1e-7)
    np.testing.assert_allclose(found.r[4, :4], found.r[4, 0], atol=1e-7)
    assert found.problems == ("not_positive_definite",)


def test_pandas_missing_values():
    frame = pd.DataFrame({"a": [1, 2, None, 4, 3], "b": [2, 1, 3, 5, 4]}).astype("Int64")
    assert co.pearson(frame).n == 4


@pytest.mark.parametrize("what", [co.pearson, co.polychoric])
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[1, 2], [2, 1]], "stats.too-few"),
        (np.full((9, 3), np.nan), "stats.too-few"),
        (np.empty((0, 3)), "stats.too-few"),
        ([[1, 2], [1, 3], [1, 1]], "stats.constant-item"),
        ([[0.1, 2], [0.1, 3], [0.1, 1]], "stats.constant-item"),
        ([1, 2, 3], "stats.shape"),
        ([[1], [2], [3]], "stats.shape"),
        ([["a", 1], ["b", 2], ["c", 3]], "stats.not-numeric"),
        ([[1, np.inf], [2, 2], [3, 1]], "stats.missing-values"),
    ],
)
def test_bad_answers_are_named(what, values, expected):
    assert code(lambda: what(values)) == expected


def test_constant_items_are_named_by_position():
    with pytest.raises(NotEnoughData, match=r"item 1, 2 \(counted from 0\)"):
        co.pearson([[1, 2, 7], [2, 2, 7], [3, 2, 7]])


@pytest.mark.parametrize("r", [[[1, 2], [2, 1]], [[1, 0.5], [0.4, 1]], [[1, 0.5]], [[2, 0.5], [0.5, 2]]])
def test_given_matrices_must_be_correlations(r):
    assert code(lambda: co.given(r, 50)) == "stats.not-correlation"


# --- polychoric ---------------------------------------------------------------------------------------------


def test_bivariate_normal_against_integration():
    rng = np.random.default_rng(5)
    h, k, rho = rng.normal(0, 1.5, 60), rng.normal(0, 1.5, 60), rng.uniform(-0.999, 0.999, 60)
    h[:5], k[3:8] = 0, 0
    want = [multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([x, y]) for x, y, r in zip(h, k, rho, strict=True)]
    np.testing.assert_allclose(bivariate_normal(h, k, rho), want, atol=1e-12)


def test_polychoric_of_bfi(bfi, r_given, r_values):
    start = time.perf_counter()
    found = co.polychoric(bfi)
    assert time.perf_counter() - start < 5
    # psych stops its one-dimensional search at 1e-4 or so: the first comparison is as good as that
    np.testing.assert_allclose(found.r, r_given["polychoric_bfi25"]["values"], atol=2.5e-5)
    ten = [0, 1, 2, 3, 4, 15, 16, 17, 18, 19]
    np.testing.assert_allclose(found.r[np.ix_(ten, ten)], r_values["polychoric"]["bfi10"]["r"], atol=1e-7)
    for mine, theirs in zip([found.thresholds[i] for i in ten], r_values["polychoric"]["bfi10"]["tau"], strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)
    assert (found.n, found.n_dropped, found.kind) == (2436, 364, "polychoric")


def test_polychoric_of_few_respondents_and_unequal_categories(r_values):
    small = r_values["polychoric"]["small"]
    found = co.polychoric(small["data"])
    np.testing.assert_allclose(found.r, small["r"], atol=1e-7)
    assert found.empty_cells > 0
    assert found.corrected_cells == 0
    assert len(found.thresholds[4]) == 1


def test_tetrachoric_with_an_empty_cell(r_values):
    ref = r_values["tetrachoric"]
    found = co.tetrachoric(ref["data"])
    np.testing.assert_allclose(found.r, ref["r"], atol=1e-7)
    np.testing.assert_allclose(found.r, ref["psych"], atol=1e-4)
    assert found.kind == "tetrachoric"
    assert found.corrected_cells == found.empty_cells == 4
    uncorrected = co.tetrachoric(ref["data"], correct=0)
    assert len(uncorrected.edge) == 4
    assert uncorrected.problems[0] == "edge"
    a, b = uncorrected.edge[0]
    assert abs(uncorrected.r[a, b]) == 1


def test_tetrachoric_of_even_margins_is_a_sine():
    share = 13
    table = [[0, 0]] * (50 - share) + [[1, 1]] * (50 - share) + [[0, 1]] * share + [[1, 0]] * share
    assert co.tetrachoric(table).r[0, 1] == pytest.approx(np.sin(np.pi / 2 * (1 - 4 * share / 100)), abs=1e-10)


def test_tetrachoric_wants_two_answers():
    assert code(lambda: co.tetrachoric([[1, 0], [2, 1], [3, 0]])) == "stats.too-many-categories"


def test_measurements_are_no_categories():
    values = np.random.default_rng(1).normal(size=(50, 2))
    assert code(lambda: co.polychoric(values)) == "stats.too-many-categories"


def test_an_item_twice_runs_to_the_edge(bfi):
    found = co.polychoric(np.column_stack([bfi["A2"], bfi["A2"], 7 - bfi["A2"], bfi["A3"]]))
    assert found.edge == ((0, 1), (0, 2), (1, 2))
    assert set(found.problems) == {"edge", "not_positive_definite"}


def test_polychoric_recovers_the_correlation_behind_coarse_answers():
    rng = np.random.default_rng(8)
    x = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=40_000)
    answers = np.column_stack([np.searchsorted([-1.5, 0.5, 1.2], x[:, 0]), np.searchsorted([0.8], x[:, 1])])
    assert co.polychoric(answers).r[0, 1] == pytest.approx(0.6, abs=0.015)
    assert co.pearson(answers).r[0, 1] < 0.5


@few
@given(ratings())
def test_polychoric_knows_order_only(table):
    found = co.polychoric(table)
    stretched = co.polychoric(np.exp(table))
    np.testing.assert_allclose(found.r, stretched.r, atol=1e-8)
    turned = co.polychoric(np.column_stack([-table[:, 0], table[:, 1:]]))
    sign = np.array([-1, 1, 1])
    np.testing.assert_allclose(found.r, turned.r * np.outer(sign, sign), atol=2e-6)


@few
@given(ratings(), st.integers(0, 10**6))
def test_order_of_rows_and_items_changes_nothing(table, seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(table)), rng.permutation(table.shape[1])
    for what in (co.pearson, co.polychoric):
        base, moved = what(table), what(table[rows][:, columns])
        np.testing.assert_allclose(moved.r, base.r[np.ix_(columns, columns)], atol=2e-6)
        np.testing.assert_allclose(moved.r, moved.r.T, atol=0)
        assert np.abs(moved.r).max() <= 1


# --- smoothing ----------------------------------------------------------------------------------------------


def test_smoothing_as_in_r_and_reported(r_values):
    bad = co.given(r_values["smooth"]["input"], 213)
    assert not bad.positive_definite
    assert bad.smoothed is None
    better = co.smoothed(bad)
    assert better.positive_definite
    assert not better.problems
    np.testing.assert_allclose(better.r, r_values["smooth"]["r"], atol=1e-9)
    assert better.smoothed == pytest.approx(np.abs(better.r - bad.r).max())


def test_smoothing_leaves_a_definite_matrix_alone(bfi):
    found = co.pearson(bfi)
    assert co.smoothed(found).r is found.r
    assert co.smoothed(found).smoothed == 0


def test_bad_options():
    r = co.given([[1, 0.5], [0.5, 1]], 50)
    assert code(lambda: co.smoothed(r, least=1)) == "stats.least"
    assert code(lambda: co.polychoric([[1, 2], [2, 1], [3, 3]], correct=-1)) == "stats.correct"
