"""Confirmatory factor analysis against lavaan, and what must not change it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.cfa import cfa
from cxresearch.stats.cfa.likelihood import (
    at_moments,
    expected_information,
    gradient,
    observed_information,
    slopes_at,
)
from cxresearch.stats.cfa.patterns import Patterns
from cxresearch.stats.cfa.sample import sample

REFERENCE = Path(__file__).parents[1] / "reference"
HS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
BFI = {k: [f"{k}{i}" for i in range(1, 6)] for k in "ACENO"}
MOBI = {
    "EXPE": ["CUEX1", "CUEX2", "CUEX3"],
    "SAT": ["CUSA1", "CUSA2", "CUSA3"],
    "LOY": ["CUSL1", "CUSL2", "CUSL3"],
    "IMAG": [f"IMAG{i}" for i in range(1, 6)],
    "QUAL": [f"PERQ{i}" for i in range(1, 8)],
    "VAL": ["PERV1", "PERV2"],
}
X = [f"x{i}" for i in range(1, 10)]


@pytest.fixture(scope="module")
def lavaan():
    return json.loads((REFERENCE / "cfa.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def given():
    return json.loads((REFERENCE / "cfa_given.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def hs():
    return pd.read_csv(REFERENCE / "data" / "holzinger_swineford_1939.csv")


@pytest.fixture(scope="module")
def bfi():
    return pd.read_csv(REFERENCE / "data" / "bfi.csv")


@pytest.fixture(scope="module")
def mobi():
    return pd.read_csv(REFERENCE / "data" / "ecsi_mobi.csv")


@pytest.fixture(scope="module")
def holes(hs):
    """The rule of make_cfa.R."""
    frame = hs.copy()
    row = np.arange(1, len(hs) + 1)
    for j in range(1, 10):
        frame.loc[(row * 7 + j * 13) % 11 == 0, f"x{j}"] = np.nan
    frame.loc[frame["x1"] > 5.5, "x9"] = np.nan
    frame.loc[4, X] = np.nan
    return frame


def same_fit(fit, wanted):
    assert fit.chi2 == pytest.approx(wanted["chisq"], abs=1e-4)
    assert (fit.df, fit.n_parameters, fit.n) == (wanted["df"], wanted["npar"], wanted["ntotal"])
    assert fit.baseline_chi2 == pytest.approx(wanted["baseline.chisq"], abs=1e-4)
    assert fit.baseline_df == wanted["baseline.df"]
    assert fit.log_likelihood == pytest.approx(wanted["logl"], abs=1e-4)
    assert fit.log_likelihood_saturated == pytest.approx(wanted["unrestricted.logl"], abs=1e-4)
    assert (fit.aic, fit.bic) == pytest.approx((wanted["aic"], wanted["bic"]), abs=2e-4)
    ours = (fit.cfi, fit.tli, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmr)
    names = ("cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr")
    assert ours == pytest.approx([wanted[n] for n in names], abs=1e-5)
    assert fit.p == pytest.approx(math.nan if wanted["pvalue"] is None else wanted["pvalue"], abs=1e-7, nan_ok=True)


def same_estimates(ours, table, group="all"):
    """Compare one group's estimates with lavaan's table, parameter by parameter."""
    kinds = {"=~": ours.loadings, "~1": ours.intercepts, "~~": ours.residual_variances}
    compared = 0
    for row in table:
        if str(row["group"]) != str(group):
            continue
        part, op, lhs, rhs = kinds[row["op"]], row["op"], row["lhs"], row["rhs"]
        latent = lhs not in ours.loadings.names
        if op == "=~":
            at = part.names.index(rhs)
        elif op == "~1" and not latent:
            at = part.names.index(lhs)
        elif op == "~1":
            if not hasattr(ours, "latent_means"):
                continue
            part, at = ours.latent_means, ours.latent_means.names.index(lhs)
        elif latent:
            part = ours.latent_covariances
            at = [{a, b} for a, b in zip(part.names, part.constructs, strict=True)].index({lhs, rhs})
        else:
            at = part.names.index(lhs)
        what = f"{group} {lhs} {op} {rhs}"
        assert part.value[at] == pytest.approx(row["est"], abs=1e-4), what
        assert part.se[at] == pytest.approx(row["se"], rel=1e-3, abs=1e-7), what
        assert part.standardised[at] == pytest.approx(row["std"], abs=1e-4), what
        assert part.standardised_se[at] == pytest.approx(row["std_se"], rel=1e-3, abs=1e-6), what
        compared += 1
    assert compared


def both(result, wanted):
    same_fit(result.fit, wanted["fit"])
    same_estimates(result, wanted["table"])


# --- against lavaan ---------------------------------------------------------------------------------------


def test_hs1939(hs, lavaan):
    both(cfa(hs, HS), lavaan["hs"])


def test_bfi_with_reverse_keyed_markers(bfi, lavaan):
    result = cfa(bfi, BFI)
    both(result, lavaan["bfi"])
    assert result.n_dropped == len(bfi) - result.n


def test_given_values(hs, bfi, given):
    for data, model, name in ((hs, HS, "hs_cfa_ml"), (bfi, BFI, "bfi_cfa_ml")):
        fit, wanted = cfa(data, model).fit, given[name]["fit"]
        assert fit.chi2 == pytest.approx(wanted["chisq"], abs=1e-4)
        assert (fit.cfi, fit.tli, fit.rmsea) == pytest.approx((wanted["cfi"], wanted["tli"], wanted["rmsea"]), abs=1e-6)
        p = sum(len(items) for items in model.values())
        without_means = math.sqrt((p * (p + 1) / 2 + p) / (p * (p + 1) / 2))
        assert fit.srmr * without_means == pytest.approx(wanted["srmr"], abs=1e-6)


def test_mobi_is_improper_and_says_so(mobi, lavaan):
    result = cfa(mobi, MOBI)
    both(result, lavaan["mobi"])
    assert result.converged
    assert not result.admissible
    assert not result.fit.admissible
    assert result.problems == ("latent_covariance_not_positive_definite",)


def test_full_information(holes, bfi, lavaan):
    result = cfa(holes, HS, missing="fiml")
    both(result, lavaan["hs_fiml"])
    assert (result.n, result.n_dropped, result.missing) == (300, 1, "fiml")
    both(cfa(bfi, BFI, missing="fiml"), lavaan["bfi_fiml"])


def test_full_information_of_complete_answers_is_the_plain_likelihood(hs):
    one, two = cfa(hs, HS), cfa(hs, HS, missing="fiml")
    assert one.fit.chi2 == pytest.approx(two.fit.chi2, abs=1e-8)
    assert one.loadings.value == pytest.approx(two.loadings.value, abs=1e-7)


def test_a_saturated_model_fits_perfectly(hs, lavaan):
    result = cfa(hs, {"visual": HS["visual"]})
    same_fit(result.fit, lavaan["hs_three"]["fit"] | {"srmr": 0.0})
    same_estimates(result, lavaan["hs_three"]["table"])
    assert math.isnan(result.fit.p)


def test_constructs_of_two_items_and_of_one(hs, lavaan):
    both(cfa(hs, {"visual": ["x1", "x2"], "textual": HS["textual"]}), lavaan["hs_two"])
    both(cfa(hs, {"visual": ["x1"], "textual": HS["textual"], "speed": HS["speed"]}), lavaan["hs_lone"])


# --- what must not change it --------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [["x2"], ["x1"], ["x1", "x5", "x9"], ["x4", "x6"], X])
@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_reverse_keying_leaves_chi2(hs, holes, turned, missing):
    frame = holes if missing == "fiml" else hs
    plain = cfa(frame, HS, missing)
    back = cfa(frame.assign(**{x: 9 - frame[x] for x in turned}), HS, missing)
    assert back.fit.chi2 == pytest.approx(plain.fit.chi2, abs=1e-6)
    sign = np.where(np.isin(plain.loadings.names, turned), -1, 1)
    marker = np.repeat([-1 if HS[c][0] in turned else 1 for c in HS], 3)
    assert back.loadings.value == pytest.approx(plain.loadings.value * sign * marker, abs=1e-5)


@pytest.mark.parametrize("turned", [["A1"], ["A1", "C4", "C5", "E1", "E2"], ["O2", "O5", "N1"], ["A2", "O1", "E3"]])
def test_reverse_keying_leaves_chi2_of_bfi(bfi, turned):
    back = cfa(bfi.assign(**{x: 7 - bfi[x] for x in turned}), BFI)
    assert back.fit.chi2 == pytest.approx(cfa(bfi, BFI).fit.chi2, abs=1e-6)
    assert back.admissible


def test_order_scale_and_origin_leave_chi2(hs):
    plain = cfa(hs, HS)
    shuffled = cfa(hs.sample(frac=1, random_state=4), HS)
    moved = cfa(hs.assign(x1=hs.x1 + 1e5, x5=hs.x5 * 1e-4, x8=hs.x8 * 1e6), HS)
    for other, tolerance in ((shuffled, 1e-8), (moved, 1e-6)):
        assert other.fit.chi2 == pytest.approx(plain.fit.chi2, abs=tolerance)
        assert other.fit.srmr == pytest.approx(plain.fit.srmr, abs=1e-8)
        assert other.loadings.standardised == pytest.approx(plain.loadings.standardised, abs=1e-6)
    assert moved.intercepts.value[0] == pytest.approx(plain.intercepts.value[0] + 1e5)
    assert moved.loadings.se[7] == pytest.approx(plain.loadings.se[7] * 1e6, rel=1e-6)


def test_ways_to_give_the_same_answers(hs):
    by_name = cfa({x: hs[x].tolist() for x in X}, HS)
    by_number = cfa(hs[X].to_numpy(), {"a": [0, 1, 2], "b": [3, 4, 5], "c": [6, 7, 8]})
    nullable = cfa(hs.astype(dict.fromkeys(X, "Float64")), HS)
    assert by_name.fit == by_number.fit == nullable.fit == cfa(hs, HS).fit
    assert by_name.constructs["visual"] == ("x1", "x2", "x3")
    assert list(by_name.loadings.frame["construct"][:4]) == ["visual", "visual", "visual", "textual"]


def test_derivatives(holes):
    """Gradient and second derivatives of the casewise likelihood against differences."""
    found = sample(holes, HS, missing="fiml")
    layout, data = found.layout, found.data[0]
    rng = np.random.default_rng(2)
    full = np.concatenate([rng.uniform(0.5, 1, 9), rng.normal(0, 0.2, 9), rng.uniform(0.4, 1, 9), np.zeros(9)])
    full[27:33] = [1.1, 0.3, 0.9, 0.2, -0.1, 0.8]
    full[33:] = [0.1, -0.2, 0.3]

    def level(x):
        return at_moments(data, *layout.moments(x)).deviance

    def slope(x):
        return gradient(at_moments(data, *layout.moments(x)), slopes_at(layout, x))

    steps = 1e-6 * np.eye(full.size)
    wanted = np.array([(level(full + s) - level(full - s)) / 2e-6 for s in steps])
    assert slope(full) == pytest.approx(wanted, abs=1e-7)
    curve = observed_information(at_moments(data, *layout.moments(full)), slopes_at(layout, full))
    wanted = np.array([(slope(full + s) - slope(full - s)) / 2e-6 for s in steps])
    assert 2 * curve == pytest.approx(wanted, abs=1e-7)


def test_expected_information_is_the_mean_of_the_observed():
    """At moments equal to those of the model the two are the same."""
    rng = np.random.default_rng(6)
    found = sample(rng.normal(size=(40, 4)) + rng.normal(size=(40, 1)), {"f": [0, 1], "g": [2, 3]})
    layout = found.layout
    full = np.array([1, 0.8, 1, 1.2, 0, 0.1, 0, 0, 0.4, 0.5, 0.6, 0.5, 1, 0.3, 0.9, 0.2, 0.1])
    mean, cov = layout.moments(full)
    data = Patterns(people=40, n=40, shares=np.ones(1), seen=np.ones((1, 4)), means=mean[None], covs=cov[None])
    at, slopes = at_moments(data, mean, cov), slopes_at(layout, full)
    assert gradient(at, slopes) == pytest.approx(np.zeros(full.size), abs=1e-12)
    assert expected_information(at, slopes) == pytest.approx(observed_information(at, slopes), abs=1e-12)


def test_a_negative_variance_is_named():
    """The correlations of two items with the third ask for more than all of its variance."""
    rng = np.random.default_rng(5)
    target = np.array([[1, 0.7, 0.7], [0.7, 1, 0.3], [0.7, 0.3, 1]])
    raw = rng.standard_normal((200, 3))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / 200)).T
    result = cfa(white @ np.linalg.cholesky(target).T, {"f": [0, 1, 2]})
    assert result.problems == ("negative_residual_variance:0",)
    assert not result.admissible
    assert result.fit.chi2 == pytest.approx(0, abs=1e-6)


# --- traps --------------------------------------------------------------------------------------------------

GOOD = np.random.default_rng(0).normal(size=(50, 1)) + np.random.default_rng(1).normal(size=(50, 4))


def spoil(column, value):
    answers = GOOD.copy()
    answers[:, column] = value
    return answers


@pytest.mark.parametrize(
    ("data", "constructs", "missing", "kind", "code"),
    [
        (GOOD, {"f": [0, 1]}, "listwise", ArgumentError, "stats.not-identified"),
        (GOOD, {"f": [0]}, "listwise", ArgumentError, "stats.not-identified"),
        (GOOD, {"f": [0, 1, 9]}, "listwise", ArgumentError, "stats.unknown-item"),
        (GOOD, {"f": [0, 1, 2], "g": [2, 3]}, "listwise", ArgumentError, "stats.item-twice"),
        (GOOD, {"f": []}, "listwise", ArgumentError, "stats.no-constructs"),
        (GOOD, {"f": "abc"}, "listwise", ArgumentError, "stats.no-constructs"),
        (GOOD, {}, "listwise", ArgumentError, "stats.no-constructs"),
        (GOOD, {"f": [0, 1, 2]}, "mean", ArgumentError, "stats.missing-method"),
        (GOOD[:, 0], {"f": [0, 1, 2]}, "listwise", ArgumentError, "stats.shape"),
        (spoil(1, np.inf), {"f": [0, 1, 2]}, "listwise", ArgumentError, "stats.infinite"),
        (
            {"a": ["x"] * 9, "b": [1] * 9, "c": [1] * 9},
            {"f": ["a", "b", "c"]},
            "fiml",
            ArgumentError,
            "stats.not-numeric",
        ),
        (
            {"a": [1] * 8, "b": [1] * 9, "c": [1] * 9},
            {"f": ["a", "b", "c"]},
            "fiml",
            ArgumentError,
            "stats.unequal-length",
        ),
        (spoil(2, 3.0), {"f": [0, 1, 2]}, "listwise", NotEnoughData, "stats.no-variance"),
        (spoil(2, np.nan), {"f": [0, 1, 2]}, "listwise", NotEnoughData, "stats.no-answers"),
        (spoil(2, np.nan), {"f": [0, 1, 2]}, "fiml", NotEnoughData, "stats.no-answers"),
        (spoil(3, GOOD[:, 0] + GOOD[:, 1]), {"f": [0, 1, 2, 3]}, "listwise", NotEnoughData, "stats.singular"),
        (GOOD[:4], {"f": [0, 1, 2, 3]}, "listwise", NotEnoughData, "stats.too-few"),
        (GOOD[:1], {"f": [0, 1, 2]}, "fiml", NotEnoughData, "stats.too-few"),
        (GOOD[:0], {"f": [0, 1, 2]}, "fiml", NotEnoughData, "stats.too-few"),
    ],
)
def test_traps(data, constructs, missing, kind, code):
    with pytest.raises(kind) as caught:
        cfa(data, constructs, missing)
    assert caught.value.codes[0] == code


def test_all_faults_of_a_model_are_told_at_once():
    with pytest.raises(ArgumentError) as caught:
        cfa(GOOD, {"f": [0, 1, 8], "g": [1, 2], "h": []})
    assert caught.value.codes == ("stats.unknown-item", "stats.item-twice", "stats.no-constructs")


def test_items_never_answered_together():
    answers = GOOD.copy()
    answers[:25, 0] = np.nan
    answers[25:, 1] = np.nan
    with pytest.raises(NotEnoughData) as caught:
        cfa(answers, {"f": [0, 1, 2, 3]}, "fiml")
    assert caught.value.codes == ("stats.never-together",)
    with pytest.raises(NotEnoughData) as caught:
        cfa(answers, {"f": [0, 1, 2, 3]})
    assert caught.value.codes == ("stats.too-few",)


def test_items_that_measure_nothing_are_no_crash():
    noise = np.random.default_rng(8).normal(size=(60, 8))
    result = cfa(noise, {"f": [0, 1, 2, 3], "g": [4, 5, 6, 7]})
    assert result.fit.df == 19
    assert result.admissible or result.problems
