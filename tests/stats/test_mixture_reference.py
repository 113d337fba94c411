"""Latent classes against poLCA, Gaussian mixtures against mclust, holes, weights and mixed columns against plain EM."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxresearch.stats.mixture import COVARIANCES, Indicators, Mixture, fit

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
#: Order of the categories in R's `gss82`.
GSS = {
    "PURPOSE": ["Good", "Depends", "Waste of time"],
    "ACCURACY": ["Mostly true", "Not true"],
    "UNDERSTA": ["Good", "Fair/Poor"],
    "COOPERAT": ["Interested", "Cooperative", "Impatient"],
}


def read(name: str) -> Any:
    return json.loads((REFERENCE / name).read_text(encoding="utf-8"))


def data(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / name)


def gss(order: dict[str, list[str]] = GSS) -> np.ndarray:
    frame = data("polca_gss82.csv")
    return np.column_stack([frame[name].map(order[name].index) for name in GSS])


def polca(name: str) -> tuple[Indicators, list[str]]:
    if name == "lca_gss82":
        return Indicators.of(categorical=gss(), names=list(GSS)), list(GSS)
    frame = data("polca_carcinoma.csv")
    return Indicators.of(categorical=frame - 1, names=list(frame)), list(frame)


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("name", ["lca_carcinoma", "lca_gss82"])
def test_latent_classes_agree_with_polca(name, k):
    people, columns = polca(name)
    expected = read("mixture_given.json")[name][f"k{k}"]
    found = fit(people, k)
    assert found.log_likelihood == pytest.approx(expected["llik"], abs=1e-6)
    assert found.log_likelihood > expected["llik"] - 1e-9
    assert (found.aic, found.bic) == pytest.approx((expected["aic"], expected["bic"]), abs=1e-6)
    assert (found.n, found.n_parameters, found.residual_df) == (expected["N"], expected["npar"], expected["resid_df"])
    order = np.argsort(-np.array(expected["P"]))
    assert found.shares == pytest.approx(np.array(expected["P"])[order], abs=1e-4)
    for column, probability in zip(columns, found.probabilities, strict=True):
        assert probability == pytest.approx(np.array(expected["probs"][column])[order], abs=1e-4)
    assert found.entropy == pytest.approx(expected["entropy_rel"], abs=1e-4)
    share = np.bincount(found.assigned, minlength=k) / found.n
    assert share == pytest.approx(np.array(expected["predclass_share"])[order], abs=1e-12)
    assert found.converged
    assert found.best_of > 1


@pytest.mark.parametrize("case", read("mixture.json")["mclust"], ids=lambda case: f"{case['model']}{case['k']}")
def test_gaussian_mixtures_agree_with_mclust(case):
    covariance = next(name for name, model in COVARIANCES.items() if model == case["model"])
    found = fit(Indicators.of(numeric=data("faithful.csv")), case["k"], covariance=covariance)
    assert found.log_likelihood == pytest.approx(case["log_likelihood"], abs=1e-7)
    assert (found.n_parameters, found.bic) == (case["n_parameters"], pytest.approx(case["bic"], abs=1e-6))
    assert found.shares == pytest.approx(case["shares"], abs=1e-5)
    assert found.means == pytest.approx(np.array(case["means"]), rel=1e-5)
    assert found.covariances == pytest.approx(np.array(case["covariances"]), rel=1e-4, abs=1e-4)


def test_the_model_that_mclust_chooses_for_faithful():
    expected = read("mixture_given.json")["mclust_faithful"]
    found = fit(Indicators.of(numeric=data("faithful.csv")), expected["G"], covariance="equal_full")
    # mclust stops .0103 below the maximum that it reaches itself when it goes on, see make_mixture.R
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=0.011)
    assert found.log_likelihood > expected["loglik"]
    assert -found.bic == pytest.approx(expected["bic"], abs=0.022)
    assert np.sort(found.shares) == pytest.approx(np.sort(expected["pro"]), abs=0.004)


def agrees(found: Mixture, expected: dict[str, Any], kinds: str) -> None:
    assert found.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-7)
    assert found.shares == pytest.approx(expected["shares"], abs=1e-4)
    assert found.posterior[:5] == pytest.approx(np.array(expected["posterior"]), abs=1e-4)
    probabilities = iter(found.probabilities)
    for kind, parameters in zip(kinds, expected["parameters"], strict=True):
        given = np.array(parameters)
        if kind == "c":
            assert next(probabilities) == pytest.approx(given, abs=1e-4)
        elif kind == "r":
            assert found.rates[:, 0] == pytest.approx(given, abs=1e-4)
        else:
            assert found.means[:, 0] == pytest.approx(given[0], abs=1e-4)
            assert found.covariances[:, 0, 0] == pytest.approx(given[1], abs=1e-4)


ALPHABETICAL = {name: sorted(labels) for name, labels in GSS.items()}


@pytest.mark.parametrize("at", [0, 1])
def test_unanswered_questions_drop_out(at):
    codes = gss(ALPHABETICAL)
    i, j = np.arange(1, len(codes) + 1)[:, None], np.arange(1, 5)
    expected = read("mixture.json")["holes"][at]
    found = fit(Indicators.of(categorical=np.where((7 * i + 3 * j) % 11 == 0, -1, codes)), expected["k"])
    agrees(found, expected, "cccc")


def test_weights_make_a_pseudo_likelihood():
    codes = gss(ALPHABETICAL)
    weights = 1 + np.arange(1, len(codes) + 1) % 3
    found = fit(Indicators.of(categorical=codes, weights=weights), 2)
    agrees(found, read("mixture.json")["weights"], "cccc")


def mixed(holes: bool = False) -> Indicators:
    frame = data("faithful.csv")
    waiting, eruptions = frame["waiting"].to_numpy(), frame["eruptions"].to_numpy()
    columns = np.column_stack([np.digitize(waiting, [60.5, 75.5]), eruptions, np.floor(waiting * eruptions / 40)])
    if holes:
        i, j = np.arange(1, 273)[:, None], np.arange(1, 4)
        columns = np.where((5 * i + 2 * j) % 13 == 0, np.nan, columns)
    return Indicators.of(categorical=columns[:, :1], numeric=columns[:, 1:2], counts=columns[:, 2:])


@pytest.mark.parametrize("at", [0, 1])
def test_categories_numbers_and_counts_together(at):
    agrees(fit(mixed(), at + 2), read("mixture.json")["mixed"][at], "cnr")


def test_holes_in_categories_numbers_and_counts():
    agrees(fit(mixed(holes=True), 2), read("mixture.json")["mixed_holes"], "cnr")
