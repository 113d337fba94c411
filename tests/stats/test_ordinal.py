"""The cumulative logit, against R's clm and polr and against statsmodels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.ordinal import ordinal_regression

HERE = Path(__file__).parents[1] / "reference"
REF = json.loads((HERE / "agreement.json").read_text(encoding="utf-8"))
GIVEN = json.loads((HERE / "agreement_given.json").read_text(encoding="utf-8"))
few = settings(max_examples=25, deadline=None, derandomize=True)


def _housing():
    frame = pd.read_csv(HERE / "data" / "mass_housing.csv")
    x = np.column_stack([
        frame["Infl"] == "Medium", frame["Infl"] == "High", frame["Type"] == "Apartment", frame["Type"] == "Atrium",
        frame["Type"] == "Terrace", frame["Cont"] == "High",
    ]).astype(float)  # fmt: skip
    return x, frame["Sat"].map({"Low": 1, "Medium": 2, "High": 3}).to_numpy(), frame["Freq"].to_numpy()


def _wine():
    frame = pd.read_csv(HERE / "data" / "ordinal_wine.csv")
    return np.column_stack([frame["temp"] == "warm", frame["contact"] == "yes"]).astype(float), frame["rating"]


def _all(fit):
    return [*fit.thresholds, *fit.coefficients]


def test_housing_as_clm():
    fit = ordinal_regression(*_housing())
    expected = REF["clm_housing"]
    assert [e.value for e in _all(fit)] == pytest.approx(list(expected["coef"].values()), abs=1e-10)
    assert [e.se for e in _all(fit)] == pytest.approx(list(expected["se"].values()), abs=1e-10)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=1e-9)
    assert fit.n == 1681
    assert fit.rows == 72


def test_housing_as_given():
    """polr's BFGS stops a few 1e-7 short of the maximum."""
    fit = ordinal_regression(*_housing())
    given = GIVEN["polr_housing"]
    assert [e.value for e in fit.coefficients] == pytest.approx(list(given["coef"].values()), abs=5e-7)
    assert [e.se for e in fit.coefficients] == pytest.approx(list(given["se"].values())[:6], abs=5e-8)
    assert fit.deviance == pytest.approx(given["deviance"], abs=1e-9)


def test_wine_as_clm():
    fit = ordinal_regression(*_wine())
    for expected in (REF["clm_wine"], GIVEN["clm_wine"]):
        assert [e.value for e in _all(fit)] == pytest.approx(list(expected["coef"].values()), abs=1e-10)
        assert [e.se for e in _all(fit)] == pytest.approx(list(expected["se"].values()), abs=1e-10)
        assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=1e-10)
    assert fit.categories.tolist() == [1, 2, 3, 4, 5]
    assert fit.p < 1e-6


def test_as_statsmodels_on_continuous_predictors():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    rng = np.random.default_rng(2)
    x = rng.normal(size=(120, 3))
    y = np.digitize(x @ [1, -0.5, 0] + rng.logistic(size=120), [-1, 0, 2])
    fit = ordinal_regression(x, y)
    theirs = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=False, gtol=1e-7)
    assert [e.value for e in fit.coefficients] == pytest.approx(theirs.params[:3], abs=1e-6)
    assert fit.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)
    assert fit.log_likelihood_null == pytest.approx(theirs.llnull, abs=1e-6)


def test_counts_suffice():
    x, y, counts = _housing()
    short = ordinal_regression(x, y, counts)
    long = ordinal_regression(np.repeat(x, counts, axis=0), np.repeat(y, counts))
    assert long.rows == 72
    assert [e.value for e in long.coefficients] == pytest.approx([e.value for e in short.coefficients], abs=1e-11)
    ten = ordinal_regression(x, y, 10 * counts)
    assert [e.se for e in ten.coefficients] == pytest.approx([e.se / np.sqrt(10) for e in short.coefficients], rel=1e-9)


def test_predictors_far_from_zero_and_of_odd_units():
    x, y = _wine()
    plain = ordinal_regression(x, y)
    moved = ordinal_regression(1e6 + 1e3 * x, y)
    assert [1e3 * e.value for e in moved.coefficients] == pytest.approx([e.value for e in plain.coefficients], rel=1e-6)
    assert [1e3 * e.se for e in moved.coefficients] == pytest.approx([e.se for e in plain.coefficients], rel=1e-6)


def test_refusals():
    with pytest.raises(NotEnoughData, match=r"stats\.separation"):
        ordinal_regression([[0], [0], [1], [1]], [1, 2, 3, 4])
    with pytest.raises(NotEnoughData, match=r"stats\.separation"):
        ordinal_regression([0, 0, 0, 1, 1, 1], [1, 2, 1, 3, 3, 3])  # quasi-complete
    with pytest.raises(NotEnoughData, match=r"stats\.collinear"):
        ordinal_regression(np.ones((6, 1)), [1, 2, 3, 1, 2, 3])
    with pytest.raises(NotEnoughData, match=r"stats\.collinear"):
        ordinal_regression(np.outer(np.arange(6), [1, 2]), [1, 2, 3, 1, 2, 3])
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        ordinal_regression([[1], [2], [3]], [4, 4, 4])
    with pytest.raises(ArgumentError, match=r"stats\.not-counts"):
        ordinal_regression([[1], [2], [3]], [1, 2, 1], [1.5, 1, 1])
    with pytest.raises(ArgumentError, match=r"stats\.unequal-length"):
        ordinal_regression([[1], [2], [3]], [1, 2])
    with pytest.raises(ArgumentError, match=r"stats\.missing-values"):
        ordinal_regression([[1], [np.nan], [3]], [1, 2, 1])


def test_rows_of_frequency_zero_do_not_count():
    x, y = [[0], [0], [1], [1], [1]], [0, 1, 0, 1, 7]
    fit = ordinal_regression(x, y, [30, 10, 10, 30, 0])
    assert fit.coefficients[0].value == pytest.approx(np.log(9))
    assert fit.coefficients[0].se == pytest.approx(np.sqrt(1 / 30 + 1 / 10 + 1 / 10 + 1 / 30))
    assert fit.categories.tolist() == [0, 1]


@few
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=20, max_size=60),
    st.floats(0.2, 5),
    st.floats(-9, 9),
)
def test_ordinal_laws(data, scale, shift):
    x, y = np.array(data, float).T
    try:
        fit = ordinal_regression(x, y)
    except NotEnoughData:
        assume(False)
    reversed_ = ordinal_regression(x, -y)
    assert reversed_.coefficients[0].value == pytest.approx(-fit.coefficients[0].value, abs=1e-8)
    assert reversed_.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-9)
    moved = ordinal_regression(scale * x + shift, y**3)
    assert moved.coefficients[0].value * scale == pytest.approx(fit.coefficients[0].value, abs=1e-8)
    assert fit.log_likelihood >= fit.log_likelihood_null - 1e-9
    assert (np.diff([t.value for t in fit.thresholds]) > 0).all()
    assert 0 <= fit.p <= 1
    wide = ordinal_regression(x, y, level=0.99)
    assert wide.coefficients[0].low < fit.coefficients[0].low
