"""Factor analysis against R, its laws and its edges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats import correlation as co
from cxresearch.stats import factor as fa
from cxresearch.stats._extract import _least_squares, _likelihood
from cxresearch.stats.rotation import oblimin, unrotated, varimax

REFERENCE = Path(__file__).parents[1] / "reference"
few = settings(max_examples=25, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def r_values():
    return json.loads((REFERENCE / "measurement.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def r_given():
    return json.loads((REFERENCE / "measurement_given.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bfi():
    return pd.read_csv(REFERENCE / "data" / "bfi.csv").iloc[:, :25]


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


def matched(mine, theirs):
    """Their columns and signs on ours, found by congruence."""
    mine, theirs = np.asarray(mine), np.asarray(theirs, float)
    length = np.sqrt(np.outer((mine**2).sum(axis=0), (theirs**2).sum(axis=0)))
    congruence = mine.T @ theirs / length
    rows, columns = linear_sum_assignment(-np.abs(congruence))
    sign = np.sign(congruence[rows, columns])
    return theirs[:, columns] * sign, columns, sign


def made(k_per, m, loading=0.7, phi=0.3):
    """Population correlations of m factors with k_per items each."""
    load = np.kron(np.eye(m), np.full((k_per, 1), loading))
    r = load @ (np.full((m, m), phi) + (1 - phi) * np.eye(m)) @ load.T
    np.fill_diagonal(r, 1)
    return r, load


# --- before and how many ------------------------------------------------------------------------------------


def test_adequacy_and_sphericity(bfi, thurstone, r_given, r_values):
    ref = r_given["kmo_bfi25"]
    found = fa.sampling_adequacy(bfi)
    assert found.overall == pytest.approx(ref["MSA"], abs=1e-8)
    np.testing.assert_allclose(found.items, list(ref["MSAi"].values()), atol=1e-8)
    test = fa.bartlett_sphericity(bfi)
    assert (test.statistic, test.df, test.p) == pytest.approx((r_given["bartlett_bfi25"]["chisq"], 300, 0), rel=1e-10)
    second = fa.sampling_adequacy(thurstone)
    np.testing.assert_allclose(
        [second.overall, *second.items],
        [r_values["kmo_thurstone"]["overall"], *r_values["kmo_thurstone"]["items"]],
        atol=1e-8,
    )
    other = fa.bartlett_sphericity(thurstone)
    assert other.statistic == pytest.approx(r_values["bartlett_thurstone"]["chisq"], abs=1e-8)
    assert other.p == pytest.approx(r_values["bartlett_thurstone"]["p.value"], rel=1e-6)


def test_map(bfi, mobi, thurstone, r_given, r_values):
    found = fa.minimum_average_partial(bfi, most=8)
    assert found.components == r_given["map_bfi25"]["map_nf"]
    np.testing.assert_allclose(found.squared[1:], r_given["map_bfi25"]["map"], atol=1e-8)
    for x, name in ((thurstone, "thurstone"), (mobi, "mobi")):
        ref, found = np.array(r_values["map"][name]), fa.minimum_average_partial(x)
        np.testing.assert_allclose(found.squared, ref[:, 0], rtol=1e-7)
        np.testing.assert_allclose(found.fourth, ref[:, 1], rtol=1e-7)
        assert (found.components, found.components_revised) == tuple(ref.argmin(axis=0))


def test_parallel_analysis(bfi, r_given):
    """Eigenvalues of the data exactly; simulated ones as far as 50 and 100 draws agree."""
    ref = r_given["parallel_bfi25"]
    found = fa.parallel_analysis(bfi, draws=100)
    assert (found.factors, found.components) == (ref["nfact"], ref["ncomp"])
    np.testing.assert_allclose(found.component_eigenvalues, ref["pc.values"], atol=1e-8)
    np.testing.assert_allclose(found.factor_eigenvalues, ref["fa.values"], atol=1e-5)
    np.testing.assert_allclose(found.component_means, ref["sim_pc"], atol=0.006)
    np.testing.assert_allclose(found.factor_means, ref["sim_fa"], atol=0.012)
    assert (found.component_quantiles >= found.component_means).all()


def test_parallel_analysis_is_seeded(mobi):
    base, same, other = (fa.parallel_analysis(mobi, draws=20, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(base.factor_quantiles, same.factor_quantiles)
    assert (base.factor_quantiles != other.factor_quantiles).any()


def test_parallel_analysis_of_noise_finds_nothing():
    noise = np.random.default_rng(3).normal(size=(400, 8))
    found = fa.parallel_analysis(noise, draws=100)
    assert found.components == 0
    assert fa.minimum_average_partial(noise).components == 0


# --- extraction and fit -------------------------------------------------------------------------------------


def test_minres_oblimin_of_bfi(bfi, r_given):
    ref = r_given["efa_minres_oblimin_bfi25"]
    found = fa.efa(bfi, 5)
    assert (found.admissible, found.n, found.n_dropped) == (True, 2436, 364)
    theirs, columns, sign = matched(found.loadings, ref["loadings"]["values"])
    np.testing.assert_allclose(found.loadings, theirs, atol=1e-4)
    assert columns.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(
        found.phi, np.array(ref["Phi"]["values"])[np.ix_(columns, columns)] * np.outer(sign, sign), atol=1e-4
    )
    np.testing.assert_allclose(found.communalities, list(ref["communality"].values()), atol=1e-5)
    np.testing.assert_allclose(found.ss_loadings, ref["vaccounted"]["values"][0], atol=1e-4)
    fit = found.fit
    got = [fit.objective, fit.df, fit.chi2, fit.tli, fit.rmsr, fit.bic]
    want = [ref[name] for name in ("objective", "dof", "STATISTIC", "TLI", "rms", "BIC")]
    np.testing.assert_allclose(got, want, rtol=1e-5)
    np.testing.assert_allclose([fit.rmsea.low, fit.rmsea.high], ref["RMSEA"][1:3], atol=1e-6)
    # psych divides by n in the point value and by n - 1 in the limits; ours is the one that fits its limits
    assert np.sqrt(fit.chi2 / (fit.df * found.n) - 1 / (found.n - 1)) == pytest.approx(ref["RMSEA"][0], abs=1e-6)
    assert fit.rmsea.value == pytest.approx(ref["RMSEA"][0], abs=2e-5)
    assert fit.rmsea.low < fit.rmsea.value < fit.rmsea.high


def test_ml_varimax_of_bfi(bfi, r_given, r_values):
    ref = r_given["efa_ml_varimax_bfi25"]
    found = fa.efa(bfi, 5, method="ml", rotation="varimax")
    np.testing.assert_allclose(found.communalities, list(ref["communality"].values()), atol=1e-5)
    np.testing.assert_allclose(
        [found.fit.chi2, found.fit.tli, found.fit.rmsr], [ref["STATISTIC"], ref["TLI"], ref["rms"]], rtol=1e-5
    )
    theirs, columns, _ = matched(found.loadings, r_values["rotation"]["varimax"])
    np.testing.assert_allclose(found.loadings, theirs, atol=1e-4)
    # R's varimax with its default eps stops .001 short of the optimum
    early = matched(found.loadings, ref["loadings"]["values"])[0]
    assert 5e-4 < np.abs(found.loadings - early).max() < 2e-3
    assert columns.size == 5
    np.testing.assert_array_equal(found.phi, np.eye(5))


@pytest.mark.parametrize(("name", "factors"), [("thurstone3", 3), ("mobi4", 4), ("bfi5", 5)])
def test_ml_against_factanal(name, factors, request, r_values):
    ref = r_values["ml"][name]
    found = fa.efa(request.getfixturevalue(name[:-1]), factors, method="ml", rotation="none")
    np.testing.assert_allclose(found.communalities, ref["communality"], atol=2e-5)
    np.testing.assert_allclose(
        [found.fit.chi2, found.fit.df, found.fit.objective], [ref["chi2"], ref["df"], ref["objective"]], rtol=1e-7
    )
    assert found.fit.p == pytest.approx(ref["p"], rel=1e-5)


@pytest.mark.parametrize(
    ("name", "factors", "rotation"),
    [("thurstone3", 3, "oblimin"), ("mobi2", 2, "varimax"), ("thurstone1", 1, "none")],
)
def test_minres_against_psych(name, factors, rotation, request, r_values):
    ref = r_values["minres"][name]
    found = fa.efa(request.getfixturevalue(name[:-1]), factors, rotation=rotation)
    theirs, columns, sign = matched(found.loadings, ref["loadings"])
    np.testing.assert_allclose(found.loadings, theirs, atol=3e-4 if rotation == "varimax" else 1e-4)
    if ref.get("phi"):
        np.testing.assert_allclose(
            found.phi, np.array(ref["phi"])[np.ix_(columns, columns)] * np.outer(sign, sign), atol=1e-4
        )
    np.testing.assert_allclose(
        [found.fit.chi2, found.fit.df, found.fit.rmsr, found.fit.tli],
        [ref["chi2"], ref["df"], ref["rms"], ref["tli"]],
        rtol=2e-4,
    )
    assert found.fit.p == pytest.approx(ref["p"], rel=5e-3)


@pytest.mark.parametrize("objective", [_least_squares, _likelihood])
def test_slopes_and_curvatures_are_those_of_the_objective(objective):
    r, _ = made(3, 3)
    x = np.linspace(0.3, 0.8, 9) if objective is _least_squares else np.log(np.linspace(0.3, 0.8, 9))
    _, slope, curve = objective(x, r, 2)
    step = 1e-5 * np.eye(9)
    by_hand = [(objective(x + e, r, 2)[0] - objective(x - e, r, 2)[0]) / 2e-5 for e in step]
    np.testing.assert_allclose(slope, by_hand, atol=1e-8)
    by_hand = [(objective(x + e, r, 2)[1] - objective(x - e, r, 2)[1]) / 2e-5 for e in step]
    np.testing.assert_allclose(curve, by_hand, atol=1e-7)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_a_known_structure_is_recovered(method):
    r, load = made(4, 3)
    found = fa.efa(co.given(r, 500), 3, method=method)
    np.testing.assert_allclose(found.loadings, matched(found.loadings, load)[0], atol=1e-6)
    np.testing.assert_allclose(found.phi[np.triu_indices(3, 1)], 0.3, atol=1e-6)
    assert found.fit.rmsr < 1e-8
    assert found.fit.chi2 < 1e-6
    assert found.fit.rmsea.value == 0
    np.testing.assert_allclose(found.structure, found.loadings @ found.phi)
    np.testing.assert_allclose(found.communalities + found.uniquenesses, 1)
    np.testing.assert_allclose(found.residuals + found.loadings @ found.phi @ found.loadings.T, r, atol=1e-9)


def test_polychoric_solution_has_no_normal_theory_fit(bfi):
    found = fa.efa(co.polychoric(bfi), 5)
    assert found.admissible
    assert (found.fit.chi2, found.fit.rmsea, found.fit.tli) == (None, None, None)
    assert found.fit.rmsr < 0.05
    assert np.abs(found.loadings).max() > np.abs(fa.efa(bfi, 5).loadings).max()


# --- rotation -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "turn"),
    [
        ("varimax", lambda a: varimax(a)),
        ("varimax_no_kaiser", lambda a: varimax(a, kaiser=False)),
        ("oblimin", lambda a: oblimin(a)),
        ("oblimin_kaiser", lambda a: oblimin(a, kaiser=True)),
        ("oblimin_minus_half", lambda a: oblimin(a, gamma=-0.5)),
    ],
)
def test_rotations_of_given_loadings(name, turn, r_values):
    ref = r_values["rotation"][name]
    found = turn(r_values["rotation"]["unrotated"])
    theirs, columns, sign = matched(found.loadings, ref["loadings"] if "oblimin" in name else ref)
    np.testing.assert_allclose(found.loadings, theirs, atol=1e-6)
    if "oblimin" in name:
        np.testing.assert_allclose(
            found.phi, np.array(ref["phi"])[np.ix_(columns, columns)] * np.outer(sign, sign), atol=1e-6
        )
    assert found.converged


def test_kaiser_normalisation_matters(r_values):
    raw = r_values["rotation"]["unrotated"]
    with_it, without = varimax(raw), varimax(raw, kaiser=False)
    gap = np.abs(with_it.loadings - matched(with_it.loadings, without.loadings)[0]).max()
    assert gap > 0.02


def test_varimax_leaves_a_saddle():
    """A general and a bipolar factor of equal size: R's iteration stands still here."""
    turned = varimax([[0.6, 0.6], [0.5, 0.5], [0.6, -0.6], [0.4, -0.4]])
    assert np.abs(turned.loadings).min(axis=1) == pytest.approx(0, abs=1e-12)
    assert np.abs(oblimin([[0.6, 0.6], [0.5, 0.5], [0.6, -0.6], [0.4, -0.4]]).loadings).min(axis=1) == pytest.approx(
        0, abs=1e-6
    )


@few
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_rotation_leaves_communalities_and_fit(seed, m):
    rng = np.random.default_rng(seed)
    a = rng.uniform(-0.6, 0.6, (3 * m, m))
    model = a @ a.T
    for turned in (varimax(a), varimax(a, kaiser=False), oblimin(a), oblimin(a, kaiser=True), unrotated(a)):
        np.testing.assert_allclose(turned.loadings @ turned.phi @ turned.loadings.T, model, atol=1e-8)
        assert (turned.loadings.sum(axis=0) >= -1e-9).all()
        assert (np.diff(turned.ss_loadings) <= 1e-12).all()
        np.testing.assert_allclose(np.diag(turned.phi), 1)
        assert turned.ss_loadings.sum() == pytest.approx(np.trace(model))


@few
@given(st.integers(0, 10**6))
def test_order_of_respondents_items_and_units_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    r, _ = made(3, 2)
    x = rng.multivariate_normal(np.zeros(6), r, size=300)
    base = fa.efa(x, 2)
    rows, columns = rng.permutation(300), rng.permutation(6)
    for other, order in (
        (x[rows], np.arange(6)),
        (x * rng.uniform(0.1, 9, 6) + 3, np.arange(6)),
        (x[:, columns], columns),
    ):
        found = fa.efa(other, 2)
        np.testing.assert_allclose(found.loadings, base.loadings[order], atol=1e-5)
        assert found.fit.chi2 == pytest.approx(base.fit.chi2, rel=1e-6)
    free = fa.efa(x, 2, rotation="none")
    assert free.fit == base.fit
    np.testing.assert_allclose(free.communalities, base.communalities, atol=1e-12)


# --- edges --------------------------------------------------------------------------------------------------


def heywood():
    """Three items whose one-factor solution needs a loading above 1: r12 r13 / r23 = 1.28."""
    return co.given([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]], 100)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_heywood_cases_are_said(method):
    found = fa.efa(heywood(), 1, method=method)
    assert not found.admissible
    assert "heywood" in found.problems
    assert found.heywood == (0,)
    assert found.fit.chi2 is None  # no degrees of freedom


def test_too_many_factors_are_refused(thurstone):
    with pytest.raises(ArgumentError, match="1 to 5") as caught:
        fa.efa(thurstone, 6)
    assert caught.value.codes == ("stats.too-many-factors",)
    assert code(lambda: fa.efa([[1, 2], [2, 1], [3, 5], [4, 4]], 1)) == "stats.too-many-factors"
    assert code(lambda: fa.efa(thurstone, 0)) == "stats.not-counts"


def test_a_factor_too_many_is_not_admissible():
    r, _ = made(4, 2)
    found = fa.efa(co.given(r, 500), 3)
    assert not found.admissible


def test_perfect_collinearity(bfi):
    x = bfi.dropna().iloc[:, :5].to_numpy()
    twice = np.column_stack([x, x[:, 0], x[:, 1] + x[:, 2]])
    for call in (
        lambda: fa.efa(twice, 2, method="ml"),
        lambda: fa.sampling_adequacy(twice),
        lambda: fa.bartlett_sphericity(twice),
    ):
        assert code(call) == "stats.singular"
    found = fa.efa(twice, 2)
    assert not found.admissible
    assert "not_positive_definite" in found.problems
    assert found.fit.chi2 is None
    assert fa.minimum_average_partial(twice).components >= 1


def test_fewer_respondents_than_items():
    x = np.random.default_rng(2).normal(size=(6, 9))
    assert "not_positive_definite" in fa.efa(x, 2).problems
    assert code(lambda: fa.parallel_analysis(x)) == "stats.too-few"
    assert code(lambda: fa.sampling_adequacy(x)) == "stats.singular"


@pytest.mark.parametrize(
    "what",
    [
        lambda x: fa.efa(x, 1),
        fa.sampling_adequacy,
        fa.bartlett_sphericity,
        fa.parallel_analysis,
        fa.minimum_average_partial,
    ],
)
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[1, 2, 3], [2, 1, 1]], "stats.too-few"),
        (np.full((9, 3), np.nan), "stats.too-few"),
        ([[1, 2, 4], [1, 3, 3], [1, 1, 7], [1, 2, 2]], "stats.constant-item"),
    ],
)
def test_bad_answers_are_named(what, values, expected):
    assert code(lambda: what(values)) == expected


def test_huge_values_change_nothing(mobi):
    x = mobi.iloc[:, 10:16].to_numpy(float)
    base = fa.efa(x, 2)
    np.testing.assert_allclose(fa.efa(x * 1e300, 2).loadings, base.loadings, atol=1e-6)
    np.testing.assert_allclose(fa.efa(x + 1e9, 2).loadings, base.loadings, atol=1e-5)


def test_unrelated_items():
    r = co.given(np.eye(6), 100)
    assert fa.sampling_adequacy(r).overall == 0
    assert fa.bartlett_sphericity(r).p == 1
    found = fa.efa(r, 2)
    assert not found.admissible
    assert "empty_factor" in found.problems


def test_bad_options(thurstone):
    assert code(lambda: fa.efa(thurstone, 2, method="pca")) == "stats.unknown-method"
    assert code(lambda: fa.efa(thurstone, 2, rotation="promax")) == "stats.unknown-method"
    assert code(lambda: fa.parallel_analysis(thurstone, draws=2)) == "stats.not-counts"
    assert code(lambda: fa.parallel_analysis(thurstone, quantile=95)) == "stats.quantile"
    assert code(lambda: oblimin(np.eye(3), gamma=0.5)) == "stats.gamma"
    assert code(lambda: varimax([[1, 0, 0]])) == "stats.shape"
