"""Reliability and validity of scales against R, their laws and their edges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats import correlation as co
from cxresearch.stats import reliability as rel

REFERENCE = Path(__file__).parents[1] / "reference"
EXACT = {"rtol": 0, "atol": 1e-8}
few = settings(max_examples=40, deadline=None, derandomize=True)
MOBI = {
    "EXPE": ["CUEX1", "CUEX2", "CUEX3"],
    "SAT": ["CUSA1", "CUSA2", "CUSA3"],
    "LOY": ["CUSL1", "CUSL2", "CUSL3"],
    "IMAG": [f"IMAG{i}" for i in range(1, 6)],
    "QUAL": [f"PERQ{i}" for i in range(1, 8)],
    "VAL": ["PERV1", "PERV2"],
}


@pytest.fixture(scope="module")
def r_values():
    return json.loads((REFERENCE / "measurement.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def r_given():
    return json.loads((REFERENCE / "measurement_given.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bfi():
    return pd.read_csv(REFERENCE / "data" / "bfi.csv").iloc[:, :25].dropna()


@pytest.fixture(scope="module")
def mobi():
    return pd.read_csv(REFERENCE / "data" / "ecsi_mobi.csv")


@pytest.fixture(scope="module")
def thurstone():
    table = pd.read_csv(REFERENCE / "data" / "thurstone_corr.csv", index_col=0)
    return co.given(table.to_numpy(), n=213)


def code(call):
    with pytest.raises((ArgumentError, NotEnoughData)) as caught:
        call()
    return caught.value.codes[0]


def column(alpha, name):
    return [getattr(item, name) for item in alpha.items]


@st.composite
def ratings(draw, least=2, most=5):
    k, n = draw(st.integers(least, most)), draw(st.integers(4, 30))
    rows = st.lists(st.integers(1, 5), min_size=k, max_size=k)
    array = np.array(draw(st.lists(rows, min_size=n, max_size=n)), float)
    assume((array.std(axis=0) > 0).all())
    assume(array.sum(axis=1).std() > 0)
    assume(np.corrcoef(array, rowvar=False).sum() > 1e-6)
    return array


# --- alpha --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(MOBI))
def test_alpha_of_mobi(name, mobi, r_given):
    ref = r_given["mobi_alpha"][name]
    alpha = rel.cronbach_alpha(mobi[MOBI[name]])
    got = [alpha.raw.value, alpha.standardised, alpha.mean_r, alpha.raw.low, alpha.raw.high]
    np.testing.assert_allclose(
        got, [ref["raw_alpha"], ref["std_alpha"], ref["average_r"], *ref["feldt_exact"]], **EXACT
    )
    np.testing.assert_allclose(column(alpha, "r_total"), list(ref["raw_r"].values()), **EXACT)
    np.testing.assert_allclose(column(alpha, "r_drop"), list(ref["r_drop"].values()), **EXACT)
    if ref["k"] > 2:
        np.testing.assert_allclose(column(alpha, "alpha_dropped"), list(ref["alpha_if_dropped"].values()), **EXACT)
    else:
        assert column(alpha, "alpha_dropped") == [None, None]
    assert (alpha.n, alpha.n_dropped, len(alpha.items)) == (250, 0, ref["k"])
    assert not alpha.problems


def test_smoke_anchors(mobi):
    alpha = rel.cronbach_alpha(mobi[MOBI["EXPE"]])
    assert alpha.raw.value == pytest.approx(0.4326, abs=5e-5)
    assert (alpha.raw.low, alpha.raw.high) == pytest.approx((0.2989, 0.5444), abs=5e-5)
    assert alpha.standardised == pytest.approx(0.4519, abs=5e-5)
    assert rel.cronbach_alpha(mobi[MOBI["QUAL"]]).raw.value == pytest.approx(0.8724, abs=5e-5)


@pytest.mark.parametrize(
    ("name", "columns"),
    [("bfi_A_unreversed", [0, 1, 2, 3, 4]), ("bfi_N", [15, 16, 17, 18, 19])],
)
def test_alpha_of_bfi_at_another_level(name, columns, bfi, r_values):
    ref = r_values["alpha"][name]
    alpha = rel.cronbach_alpha(bfi.iloc[:, columns], level=0.9)
    np.testing.assert_allclose(
        [alpha.raw.low, alpha.raw.value, alpha.raw.high], [ref["ci90"][0], ref["raw"], ref["ci90"][1]], **EXACT
    )
    for mine, theirs in (
        ("r_total", "raw_r"),
        ("r_drop", "r_drop"),
        ("alpha_dropped", "dropped"),
        ("mean", "mean"),
        ("sd", "sd"),
    ):
        np.testing.assert_allclose(column(alpha, mine), ref[theirs], **EXACT)
    assert alpha.standardised == pytest.approx(ref["std"], abs=1e-8)


def test_a_reversed_item_is_flagged_not_turned(bfi):
    alpha = rel.cronbach_alpha(bfi.iloc[:, :5])
    assert alpha.negative == (0,)
    assert alpha.problems == ("negative_items",)
    assert alpha.items[0].r_drop < 0 < alpha.items[1].r_drop
    right = rel.cronbach_alpha(bfi.iloc[:, :5].assign(A1=7 - bfi["A1"]))
    assert right.negative == ()
    assert right.raw.value > alpha.raw.value + 0.2


def test_negative_average_is_said():
    alpha = rel.cronbach_alpha([[1, 5], [2, 3], [3, 4], [4, 2], [5, 2]])
    assert alpha.raw.value < 0
    assert alpha.problems == ("negative_items", "negative_average")
    assert len(alpha.negative) == 1


def test_missing_answers_are_dropped_and_counted():
    frame = pd.read_csv(REFERENCE / "data" / "bfi.csv").iloc[:, 15:20]
    alpha = rel.cronbach_alpha(frame)
    assert (alpha.n, alpha.n_dropped) == (len(frame.dropna()), len(frame) - len(frame.dropna()))
    assert alpha.raw == rel.cronbach_alpha(frame.dropna()).raw


def test_psych_gives_other_values_without_one_of_two_items(mobi, r_given):
    """What psych prints there is a covariance over a variance, not an alpha."""
    x = mobi[MOBI["VAL"]].to_numpy()
    cov = np.cov(x, rowvar=False)
    theirs = list(r_given["mobi_alpha"]["VAL"]["alpha_if_dropped"].values())
    np.testing.assert_allclose(theirs, [cov[0, 1] / cov[1, 1], cov[0, 1] / cov[0, 0]], atol=1e-9)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[1, 2], [2, 1]], "stats.too-few"),
        (np.full((9, 3), np.nan), "stats.too-few"),
        ([[1, 2], [1, 3], [1, 1]], "stats.constant-item"),
        ([[1, -1], [2, -2], [3, -3]], "stats.no-variance"),
        ([[1], [2], [3]], "stats.shape"),
        ([["a", 1], ["b", 2], ["c", 3]], "stats.not-numeric"),
    ],
)
@pytest.mark.parametrize("what", [rel.cronbach_alpha, rel.ordinal_reliability, lambda v: rel.omega(v, factors=1)])
def test_bad_answers_are_named(what, values, expected):
    if np.shape(values) == (3, 2) and expected == "stats.no-variance" and what is not rel.cronbach_alpha:
        assert code(lambda: what(values)) in ("stats.no-variance", "stats.too-many-factors")
    else:
        assert code(lambda: what(values)) == expected


def test_distribution_free_error_is_the_jackknife_and_the_bootstrap(bfi):
    x = bfi.iloc[:200, 15:20].to_numpy(float)
    found = rel.cronbach_alpha(x).robust
    left_out = np.array([rel.cronbach_alpha(np.delete(x, i, 0)).raw.value for i in range(200)])
    jackknife = np.sqrt(199 / 200 * ((left_out - left_out.mean()) ** 2).sum())
    assert found.se == pytest.approx(jackknife, rel=0.02)
    rng = np.random.default_rng(1)
    again = [rel.cronbach_alpha(x[rng.integers(0, 200, 200)]).raw.value for _ in range(600)]
    assert found.se == pytest.approx(np.std(again), rel=0.12)
    plain, robust = rel.spearman_brown(x[:, 0], x[:, 1]), rel.spearman_brown(x[:, 0], x[:, 1], robust=True)
    again = [rel.spearman_brown(*x[rng.integers(0, 200, 200), :2].T).value for _ in range(600)]
    assert robust.value == plain.value
    assert (robust.high - robust.low) / 3.92 == pytest.approx(np.std(again), rel=0.12)


def test_distribution_free_and_feldt_agree_for_normal_answers():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(4000, 1)) + rng.normal(size=(4000, 4))
    alpha = rel.cronbach_alpha(x)
    assert (alpha.robust.low, alpha.robust.high) == pytest.approx((alpha.raw.low, alpha.raw.high), abs=1e-3)


def test_perfectly_collinear_items():
    x = np.array([1.0, 2, 3, 5, 4, 2])
    alpha = rel.cronbach_alpha(np.column_stack([x, x, x]))
    assert alpha.raw.value == pytest.approx(1)
    assert alpha.standardised == pytest.approx(1)


def test_an_item_against_the_constant_rest():
    x = np.array([1.0, 2, 3, 5, 4, 2])
    alpha = rel.cronbach_alpha(np.column_stack([x, -x, [3, 1, 2, 2, 5, 1]]))
    assert alpha.items[2].r_drop is None
    assert alpha.items[2].alpha_dropped is None


def test_huge_values_and_offsets(mobi):
    x = mobi[MOBI["SAT"]].to_numpy(float)
    plain = rel.cronbach_alpha(x)
    for moved in (x * 1e300, x * 1e-300, x + 1e9):
        alpha = rel.cronbach_alpha(moved)
        assert alpha.raw.value == pytest.approx(plain.raw.value, abs=1e-7)
        np.testing.assert_allclose(column(alpha, "r_drop"), column(plain, "r_drop"), atol=1e-7)


@few
@given(ratings(), st.integers(0, 10**6))
def test_alpha_ignores_constants_order_and_reversal_of_all(table, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(table.shape[1])
    base = rel.cronbach_alpha(table)
    for other in (
        table + rng.integers(-50, 50, table.shape[1]),
        table[:, order],
        6 - table,
        table[rng.permutation(len(table))],
    ):
        moved = rel.cronbach_alpha(other)
        for name in ("value", "low", "high"):
            assert getattr(moved.raw, name) == pytest.approx(getattr(base.raw, name), rel=1e-9, abs=1e-9)
        assert moved.robust.low == pytest.approx(base.robust.low, rel=1e-9, abs=1e-9)
        assert moved.standardised == pytest.approx(base.standardised, rel=1e-9, abs=1e-9)
    assert base.robust.low <= base.raw.value <= base.robust.high <= 1
    assert base.raw.low <= base.raw.value <= base.raw.high <= 1
    assert rel.cronbach_alpha(table, 0.99).raw.low <= base.raw.low


@few
@given(ratings(), st.lists(st.floats(0.01, 100), min_size=5, max_size=5))
def test_standardised_alpha_ignores_scale(table, scale):
    base = rel.cronbach_alpha(table).standardised
    moved = table * np.array(scale[: table.shape[1]])
    assert rel.standardised_alpha(co.pearson(moved)) == pytest.approx(base, rel=1e-7, abs=1e-7)


# --- two items ----------------------------------------------------------------------------------------------


def test_spearman_brown(mobi, r_values):
    ref = r_values["spearman_brown"]
    found = rel.spearman_brown(mobi["PERV1"], mobi["PERV2"])
    np.testing.assert_allclose([found.value, found.low, found.high], [ref["value"], *ref["ci"]], **EXACT)
    assert found.value == pytest.approx(rel.cronbach_alpha(mobi[MOBI["VAL"]]).standardised, abs=1e-12)


def test_spearman_brown_at_its_edges():
    up = [1, 2, 3, 4, 5]
    same = rel.spearman_brown(up, up)
    assert (same.value, same.low, same.high) == pytest.approx((1, 1, 1))
    assert code(lambda: rel.spearman_brown(up, up[::-1])) == "stats.no-variance"
    assert code(lambda: rel.spearman_brown([1, 2, 3], [2, 1, 3])) == "stats.too-few"
    assert code(lambda: rel.spearman_brown(up, [3] * 5)) == "stats.constant-item"
    assert code(lambda: rel.spearman_brown(up, [3] * 4)) == "stats.unequal-length"
    assert rel.spearman_brown([*up, 3], [2, 1, 5, 3, 4, np.nan]).n == 5


# --- omega --------------------------------------------------------------------------------------------------


def test_omega_of_thurstone(thurstone, r_given, r_values):
    ref = r_given["omega_Thurstone_3f"]
    found = rel.omega(thurstone)
    assert (found.model, found.factors, found.admissible) == ("schmid_leiman", 3, True)
    got = [found.hierarchical, found.total, found.asymptotic]
    np.testing.assert_allclose(got, [ref["omega_h"], ref["omega_tot"], ref["omega_lim"]], atol=1e-5)
    table = np.array(ref["schmid_sl"]["values"])
    np.testing.assert_allclose(found.schmid_leiman.general, table[:, 0], atol=1e-4)
    np.testing.assert_allclose(np.sort(np.abs(found.schmid_leiman.group)), np.sort(np.abs(table[:, 1:4])), atol=1e-4)
    np.testing.assert_allclose(found.schmid_leiman.communalities, table[:, 4], atol=1e-4)
    np.testing.assert_allclose(found.schmid_leiman.share_general, table[:, 6], atol=1e-4)
    assert rel.standardised_alpha(thurstone) == pytest.approx(ref["alpha"], abs=1e-8)
    np.testing.assert_allclose(
        got[:2], [r_values["omega"]["thurstone3"]["h"], r_values["omega"]["thurstone3"]["total"]], atol=1e-5
    )


def test_omega_of_one_factor(mobi, r_values):
    for factors in (1, 2):
        found = rel.omega(mobi[MOBI["QUAL"]], factors=factors)
        assert found.total == pytest.approx(r_values["omega"]["QUAL1"]["total"], abs=1e-5)
        assert (found.model, found.hierarchical, found.factors) == ("one_factor", None, 1)


def test_omega_of_many_items(mobi, r_values):
    ref = r_values["omega"]["mobi3"]
    found = rel.omega(mobi)
    np.testing.assert_allclose([found.hierarchical, found.total], [ref["h"], ref["total"]], atol=1e-4)


def test_items_are_flipped_only_when_asked(bfi, r_values):
    ref = r_values["omega"]["bfi3_flip"]
    plain, flipped = rel.omega(bfi), rel.omega(bfi, flip=True)
    assert not plain.flipped
    assert "negative_items" in plain.problems
    minus = tuple(int(i) for i in np.flatnonzero(np.array(ref["key"]) < 0))
    every = set(range(25))
    assert set(flipped.flipped) in (set(minus), every - set(minus))
    np.testing.assert_allclose([flipped.hierarchical, flipped.total], [ref["h"], ref["total"]], atol=2e-4)


def test_too_many_group_factors(mobi):
    assert code(lambda: rel.omega(mobi[MOBI["IMAG"]])) == "stats.too-many-factors"
    assert code(lambda: rel.omega(mobi[MOBI["VAL"]], factors=1)) == "stats.too-many-factors"
    assert code(lambda: rel.omega(mobi, factors=0)) == "stats.not-counts"


def test_ordinal_reliability(bfi, r_values):
    found = rel.ordinal_reliability(bfi.iloc[:, 15:20])
    assert found.alpha == pytest.approx(r_values["ordinal_alpha_N"], abs=1e-7)
    assert found.omega == pytest.approx(r_values["omega"]["poly_N1"]["total"], abs=1e-5)
    assert not found.problems
    assert found.alpha > rel.cronbach_alpha(bfi.iloc[:, 15:20]).standardised
    assert rel.ordinal_reliability(bfi.iloc[:, 15:17]).omega is None
    assert rel.ordinal_reliability(bfi.iloc[:, :5]).problems == ("negative_items",)


# --- constructs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(MOBI))
def test_composite_reliability_and_ave(name, r_values):
    ref = r_values["constructs"]
    one = ref["each"][name]
    load, theta = np.array(one["load"]), np.array(one["theta"])
    assert rel.composite_reliability(load, theta) == pytest.approx(ref["cr_model"][name], abs=1e-8)
    assert rel.average_variance_extracted(load, theta) == pytest.approx(ref["ave_model"][name], abs=1e-8)
    std = np.array(one["std"])
    by_hand = std.sum() ** 2 / (std.sum() ** 2 + (1 - std**2).sum())
    assert rel.composite_reliability(std) == pytest.approx(by_hand, abs=1e-12)
    assert rel.average_variance_extracted(std) == pytest.approx((std**2).mean(), abs=1e-12)


def test_given_composite_reliability_is_over_the_observed_variance(mobi, r_given, r_values):
    """semTools' default divides by what was observed, which is why mobi_compRelSEM is not the textbook formula."""
    for name, items in MOBI.items():
        load = np.array(r_values["constructs"]["each"][name]["load"])
        total = np.cov(mobi[items], rowvar=False, ddof=0).sum()
        assert load.sum() ** 2 / total == pytest.approx(r_given["mobi_compRelSEM"][name], abs=5e-6)


def test_htmt(mobi, r_values, r_given):
    order = [[mobi.columns.get_loc(i) for i in items] for items in MOBI.values()]
    plain, second = rel.htmt(mobi, order), rel.htmt(mobi, order, kind="htmt2")
    np.testing.assert_allclose(plain.ratios, r_values["constructs"]["htmt"], **EXACT)
    np.testing.assert_allclose(second.ratios, r_values["constructs"]["htmt2"], **EXACT)
    np.testing.assert_allclose(second.ratios, r_given["mobi_htmt"]["values"], **EXACT)
    assert plain.n == 250


def test_htmt_ignores_reversal_but_says_so(mobi):
    items = [[3, 4, 5], [10, 11, 12]]
    base = rel.htmt(mobi, items)
    turned = rel.htmt(mobi.assign(CUSA1=11 - mobi["CUSA1"]), items)
    np.testing.assert_allclose(turned.ratios, base.ratios, atol=1e-12)
    assert base.problems == ()
    assert turned.problems == ("negative_within", "negative_between")


@pytest.mark.parametrize(
    "constructs", [[[0, 1]], [[0, 1], [2]], [[0, 1], [1, 2]], [[0, 1], [2, 99]], [[0, 1], [-1, 2]], []]
)
def test_impossible_constructs(constructs, mobi):
    assert code(lambda: rel.htmt(mobi, constructs)) == "stats.constructs"


def test_htmt_without_correlation_inside():
    r = co.given(np.eye(4), 90)
    assert code(lambda: rel.htmt(r, [[0, 1], [2, 3]])) == "stats.no-variance"


def test_bad_loadings():
    assert code(lambda: rel.composite_reliability([1.2, 0.5])) == "stats.loadings"
    assert code(lambda: rel.composite_reliability([0.8, 0.5], [0.2, -0.1])) == "stats.loadings"
    assert code(lambda: rel.average_variance_extracted([0.8, 0.5], [0.2])) == "stats.unequal-length"
    assert code(lambda: rel.average_variance_extracted([0.8, np.nan])) == "stats.missing-values"
