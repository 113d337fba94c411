"""Polynomial regression and its response surface, against R (lm, sandwich, RSA) and against known surfaces."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats._intervals import delta, two_sided_p
from cxresearch.stats.regression import least_squares
from cxresearch.stats.surface import AXES, discrepancy, response_surface

HERE = Path(__file__).parents[1] / "reference"
REF = json.loads((HERE / "agreement.json").read_text(encoding="utf-8"))["surface"]
GIVEN = json.loads((HERE / "agreement_given.json").read_text(encoding="utf-8"))["rsa_motcon"]
KINDS = ["ols", "hc3", "cluster"]
few = settings(max_examples=25, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def motives() -> np.ndarray:
    return pd.read_csv(HERE / "data" / "rsa_motcon.csv").to_numpy(float).T


def _fit(data, kind, **more):
    clusters = np.tile(np.arange(12), 7) if kind == "cluster" else None
    return response_surface(
        *data, midpoint=0.0, errors="ols" if clusters is not None else kind, clusters=clusters, **more
    )


@pytest.mark.parametrize("kind", KINDS)
def test_surface_as_r(motives, kind):
    surface = _fit(motives, kind)
    assert surface.errors == kind
    assert surface.df == (11 if kind == "cluster" else 78)
    assert [e.value for e in surface.b.values()] == pytest.approx(REF["b"], abs=1e-12)
    assert [e.se for e in surface.b.values()] == pytest.approx(REF["b_se"][kind], abs=1e-10)
    assert [e.value for e in surface.a.values()] == pytest.approx(REF["a"], abs=1e-12)
    assert [e.se for e in surface.a.values()] == pytest.approx(REF["a_se"][kind], abs=1e-10)
    for name, expected in REF["axes"].items():
        assert surface.axes[name].value == pytest.approx(expected["value"], rel=1e-9)
        assert surface.axes[name].se == pytest.approx(expected[kind], rel=1e-8)
    assert surface.curvature.statistic == pytest.approx(REF["curvature"][kind]["f"], rel=1e-9)
    assert surface.curvature.p == pytest.approx(REF["curvature"][kind]["p"], rel=1e-9)


def test_surface_as_given(motives):
    surface = _fit(motives, "ols")
    assert [e.value for e in surface.b.values()] == pytest.approx(list(GIVEN["ols_b"].values()), abs=1e-12)
    assert [e.se for e in surface.b.values()] == pytest.approx(GIVEN["ols_se"], abs=1e-12)
    assert [e.se for e in surface.a.values()] == pytest.approx(GIVEN["a_se_ols"], abs=1e-12)
    assert [two_sided_p(e.value, e.se, e.df) for e in surface.a.values()] == pytest.approx(GIVEN["a_p"], abs=1e-10)
    assert surface.r2 == pytest.approx(GIVEN["r2"], abs=1e-12)
    for name, value in GIVEN["stationary"].items():
        assert surface.axes[name.lower()].value == pytest.approx(value, rel=2e-6)
    assert not surface.congruent
    assert [check.met for check in surface.checks] == [True, True, True, False]


def test_delta_errors_as_the_rsa_package(motives):
    """RSA takes lavaan's robust errors, which are White's HC0 for a regression."""
    x, y, z = motives
    design = np.column_stack([np.ones(84), x, y, x * x, x * y, y * y])
    bread = np.linalg.inv(design.T @ design)
    b = bread @ design.T @ z
    white = bread @ (design.T * (z - design @ b) ** 2) @ design @ bread
    for name, se in GIVEN["robust_se"].items():
        assert delta(AXES[name.lower()], b, white)[1] == pytest.approx(se, rel=5e-6)


def test_midpoint_moves_the_surface_not_its_shape(motives):
    x, y, z = motives
    at_zero, at_one = response_surface(x, y, z, 0.0), response_surface(x, y, z, 1.0)
    for name in ("a2", "a4", "a5"):
        assert at_one.a[name].value == pytest.approx(at_zero.a[name].value)
        assert at_one.a[name].se == pytest.approx(at_zero.a[name].se)
    assert at_one.axes["x0"].value == pytest.approx(at_zero.axes["x0"].value - 1)
    assert at_one.axes["p11"].value == pytest.approx(at_zero.axes["p11"].value)
    assert at_one.a["a1"].value != pytest.approx(at_zero.a["a1"].value)
    same = response_surface(x + 1, y + 1, z, 1.0)
    assert same.a["a1"].value == pytest.approx(at_zero.a["a1"].value)


def _grid(noise, effect):
    x, y = (v.ravel() for v in np.meshgrid(np.arange(1, 6.0), np.arange(1, 6.0)))
    x, y = np.tile(x, 8), np.tile(y, 8)
    return x, y, effect(x - 3, y - 3) + noise * np.random.default_rng(7).standard_normal(x.size)


def test_congruence_is_recognised_and_main_effects_are_not():
    assert response_surface(*_grid(0.5, lambda x, y: -((x - y) ** 2)), midpoint=3).congruent
    assert response_surface(*_grid(0.5, lambda x, y: -((x - y) ** 2)), midpoint=3, errors="hc3").congruent
    only_one_side = response_surface(*_grid(0.5, lambda x, y: x), midpoint=3)
    assert not only_one_side.congruent
    more_is_better = response_surface(*_grid(0.5, lambda x, y: x - y - 0.3 * (x - y) ** 2), midpoint=3)
    assert more_is_better.a["a4"].high < 0  # curved along disagreement, yet not a congruence effect
    assert not more_is_better.congruent
    shifted = response_surface(*_grid(0.1, lambda x, y: -((x - y - 1) ** 2)), midpoint=3)
    assert shifted.axes["shift"].value == pytest.approx(0.5, abs=0.02)  # Y = -X meets X - Y = 1 at X = 1/2
    assert not shifted.congruent


def test_axes_of_surfaces_along_the_coordinates():
    x, y, z = _grid(0.0, lambda x, y: x**2 - y**2 + 0.5 * np.sin(9 * x * y))
    b = np.array([0, 0.1, 0.2, 1.0, 0.0, -1.0])
    assert delta(AXES["p11"], b, np.eye(6) * 0.01)[0] == 0  # first axis along X
    assert np.isnan(delta(AXES["p21"], b, np.eye(6) * 0.01)[0])  # the second is vertical
    assert np.isnan(delta(AXES["x0"], np.array([0, 1, 1, 0, 0, 0.0]), np.eye(6))[0])
    assert np.isfinite(response_surface(x, y, z, 3).axes["p11"].value)


def test_discrepancy():
    pair = discrepancy([1, 2, 3, 4, 5], [2, 3, 4, 5, 6])
    assert (pair.over, pair.congruent, pair.under) == (0.0, 1.0, 0.0)  # own units remove the level
    common = discrepancy([1, 2, 3, 4, 5], [2, 3, 4, 5, 6], unit="common")
    assert common.under == 1.0
    with pytest.raises(NotEnoughData, match=r"stats\.no-variance"):
        discrepancy([1, 1, 1], [1, 2, 3])
    with pytest.raises(ArgumentError, match=r"stats\.unit"):
        discrepancy([1, 2], [1, 2], unit="pooled")
    with pytest.raises(ArgumentError, match=r"stats\.cut"):
        discrepancy([1, 2], [1, 2], cut=0)


def test_refusals(motives):
    x, y, z = motives
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        response_surface(x[:6], y[:6], z[:6], 0)
    with pytest.raises(NotEnoughData, match=r"stats\.collinear"):
        response_surface(x, x, z, 0)
    with pytest.raises(NotEnoughData, match=r"stats\.collinear"):
        response_surface(np.sign(x), y, z, 0)
    with pytest.raises(NotEnoughData, match=r"stats\.no-variance"):
        response_surface(x, y, np.ones(84), 0)
    with pytest.raises(ArgumentError, match=r"stats\.errors"):
        response_surface(x, y, z, 0, errors="hc4")
    with pytest.raises(ArgumentError, match=r"stats\.midpoint"):
        response_surface(x, y, z, float("nan"))
    with pytest.raises(ArgumentError, match=r"stats\.unequal-length"):
        response_surface(x, y, z[1:], 0)
    with pytest.raises(TypeError):
        _fit(motives, "ols").b["b0"] = None


def test_leverage_and_clusters_of_least_squares():
    design = np.column_stack([np.ones(5), [0, 0, 0, 0, 1.0]])
    with pytest.raises(NotEnoughData, match=r"stats\.leverage"):
        least_squares(design, [1, 2, 3, 4, 9], errors="hc3")
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        least_squares(design, [1, 2, 3, 4, 9], clusters=[1] * 5)
    every = least_squares(np.column_stack([np.ones(6), np.arange(6.0)]), [1, 3, 2, 5, 4, 7], clusters=np.arange(6))
    assert every.df == 5


def test_least_squares_as_statsmodels(motives):
    import statsmodels.api as sm

    x, y, z = motives
    design = np.column_stack([np.ones(84), x, y])
    fit = sm.OLS(z, design)
    assert least_squares(design, z, "hc3").cov == pytest.approx(fit.fit(cov_type="HC3").cov_params(), rel=1e-9)
    groups = np.tile(np.arange(12), 7)
    clustered = fit.fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert least_squares(design, z, clusters=groups).cov == pytest.approx(clustered.cov_params(), rel=1e-9)


def test_least_squares_on_longley():
    """NIST StRD, Longley: collinear and of very different sizes."""
    import statsmodels.api as sm

    data = sm.datasets.longley.load_pandas()
    design = np.column_stack([np.ones(16), data.exog.to_numpy(float)])
    fit = least_squares(design, data.endog.to_numpy(float))
    certified = [-3482258.63459582, 15.0618722713733, -0.358191792925910e-1, -2.02022980381683, -1.03322686717359,
                 -0.511041056535807e-1, 1829.15146461355]  # fmt: skip
    assert fit.coefficients == pytest.approx(certified, rel=1e-10)
    assert np.sqrt(fit.cov[0, 0]) == pytest.approx(890420.383607373, rel=1e-9)
    assert fit.r2 == pytest.approx(0.995479004577296, abs=1e-13)


@few
@given(st.integers(0, 10**6), st.floats(0.5, 4), st.sampled_from(KINDS[:2]))
def test_surface_laws(seed, scale, kind):
    rng = np.random.default_rng(seed)
    x, y, z = rng.normal(size=(3, 40))
    surface = response_surface(x, y, z, 0.2, errors=kind)
    swapped = response_surface(y, x, z, 0.2, errors=kind)
    assert swapped.a["a1"].value == pytest.approx(surface.a["a1"].value, abs=1e-9)
    assert swapped.a["a3"].value == pytest.approx(-surface.a["a3"].value, abs=1e-9)
    assert swapped.axes["p11"].value == pytest.approx(1 / surface.axes["p11"].value, rel=1e-6)
    assert swapped.axes["shift"].value == pytest.approx(-surface.axes["shift"].value, rel=1e-6)
    taller = response_surface(x, y, scale * z + 3, 0.2, errors=kind)
    assert taller.a["a4"].value == pytest.approx(scale * surface.a["a4"].value, abs=1e-8)
    assert taller.axes["x0"].value == pytest.approx(surface.axes["x0"].value, rel=1e-6)
    assert taller.curvature.p == pytest.approx(surface.curvature.p, rel=1e-6)
    assert sum((surface.discrepancy.over, surface.discrepancy.congruent, surface.discrepancy.under)) == pytest.approx(1)
