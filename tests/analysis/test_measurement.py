"""The measurement questions give R's numbers and say what they cannot give."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.survey.template import parse_survey

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
HS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}


@pytest.fixture(scope="module")
def pupils():
    return pd.read_csv(REFERENCE / "data" / "holzinger_swineford_1939.csv")


@pytest.fixture(scope="module")
def mobi():
    return pd.read_csv(REFERENCE / "data" / "ecsi_mobi.csv")


def test_invariance_of_the_schools_as_in_lavaan(pupils):
    table = cx.invariance(pupils, constructs=HS, group="school").table
    assert table["model"].tolist() == ["configural", "metric", "scalar", "strict"]
    assert table["chi2"].to_numpy() == pytest.approx([115.851, 124.044, 164.103, 181.511], abs=6e-4)
    assert table["df"].tolist() == [48, 54, 60, 69]
    assert table["verdict"].tolist() == ["start", "passes", "fails", "passes"]


def test_a_study_can_choose_stricter_cut_offs(pupils):
    found = cx.invariance(pupils, constructs=HS, group="school", rule="meade2008")
    assert found.table["verdict"].tolist()[1] == "fails"
    assert "Meade" in found.method("en")
    with pytest.raises(ArgumentError, match="meade2008"):
        cx.invariance(pupils, constructs=HS, group="school", rule="meade")


def test_partial_invariance_frees_the_two_items_of_the_textbook(pupils):
    found = cx.invariance(pupils, constructs=HS, group="school", partial=True)
    assert found.verdict == "partially_comparable"
    assert found.freed["item"].tolist() == ["x3", "x7"]


def test_confirmation_as_in_lavaan(pupils):
    found = cx.confirm(pupils, HS)
    row = found.fit.iloc[0]
    assert (row["chi2"], row["df"]) == (pytest.approx(85.3055, abs=1e-4), 24)
    assert (row["cfi"], row["rmsea"]) == (pytest.approx(0.9306, abs=5e-5), pytest.approx(0.0921, abs=5e-5))


def test_an_inadmissible_solution_is_said_and_not_shown_as_a_fit(mobi):
    constructs = {}
    for column in mobi.columns:
        constructs.setdefault(column.rstrip("0123456789"), []).append(column)
    constructs = {k: v for k, v in constructs.items() if len(v) > 1}
    found = cx.confirm(mobi, constructs)
    assert not found.admissible
    assert "must not be read as a fit" in found.sentence("en")
    assert "inadmissible" in {c.code for c in found.caveats}


def test_reliability_as_in_psych(mobi):
    values = json.loads((REFERENCE / "measurement_given.json").read_text(encoding="utf-8"))
    assert values  # the floor is compared there; here the anchors of the smoke test
    quality = [c for c in mobi.columns if c.startswith("PERQ") or c.startswith("QUAL")]
    expectation = [c for c in mobi.columns if c.startswith(("CUEX", "EXPE"))]
    table = cx.reliability(mobi, {"EXPE": expectation, "QUAL": quality}).table.set_index("construct")
    assert table.loc["EXPE", "alpha"] == pytest.approx(0.4326, abs=5e-5)
    assert table.loc["EXPE", "alpha_low"] == pytest.approx(0.2989, abs=5e-5)
    assert table.loc["EXPE", "alpha_high"] == pytest.approx(0.5444, abs=5e-5)
    assert table.loc["EXPE", "alpha_standardised"] == pytest.approx(0.4519, abs=5e-5)
    assert table.loc["QUAL", "alpha"] == pytest.approx(0.8724, abs=5e-5)


def test_ordinal_reliability_is_higher_for_few_categories(mobi):
    frame = pd.DataFrame(np.clip(np.ceil(mobi.iloc[:, :5].to_numpy() / 4), 1, 3), columns=mobi.columns[:5])
    row = cx.reliability(frame, {"one": list(frame)}, ordinal=True).table.iloc[0]
    assert row["alpha_ordinal"] > row["alpha"]


def test_raters_of_the_published_example():
    # Krippendorff (2011), Computing Krippendorff's alpha-reliability, data C
    nan = np.nan
    ratings = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        "C": [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    }
    frame = pd.DataFrame(ratings)
    for metric, alpha in (("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)):
        found = cx.raters(frame, list("ABCD"), metric=metric, scale=(1, 5))
        assert found.table["value"].iloc[0] == pytest.approx(alpha, abs=5e-4)
        assert len(found.table) == 7


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda f: cx.invariance(f.assign(g="one"), HS, group="g"), NotEnoughData),
        (lambda f: cx.invariance(f.assign(g=["a"] + ["b"] * (len(f) - 1)), HS, group="g"), NotEnoughData),
        (lambda f: cx.reliability(f.assign(x1=1.0), {"v": ["x1"]}), NotEnoughData),
        (lambda f: cx.reliability(f.assign(x1=np.nan, x2=np.nan, x3=np.nan), {"v": ["x1", "x2", "x3"]}), NotEnoughData),
        (lambda f: cx.confirm(f, {"a": ["x1", "x2"], "b": ["x2", "x3"]}), ArgumentError),
        (lambda f: cx.factors(f, ["x1", "x2"]), ArgumentError),
        (lambda f: cx.raters(f, ["x1"]), ArgumentError),
        (lambda f: cx.invariance(f, HS, group="scool"), ArgumentError),
    ],
)
def test_what_cannot_be_measured_is_taught(pupils, call, error):
    with pytest.raises(error):
        call(pupils)


ASKED = """
id: asked
title: {en: Asked}
languages: [en]
source: own
licence: CC0-1.0
perspectives:
  staff: {name: {en: staff}, side: inside, role: employee}
  customer: {name: {en: customers}, side: outside, role: customer}
scales: {agree5: {level: interval, low: 1, high: 5}}
constructs: {warmth: {name: {en: Warmth}}, pride: {name: {en: Pride}}}
items:
  w1: {construct: warmth, scale: agree5, text: {customer: {en: A}, staff: {en: B}}}
  w2: {construct: warmth, scale: agree5, text: {customer: {en: C}, staff: {en: D}}}
  w3: {construct: warmth, scale: agree5, text: {customer: {en: E}}}
  p1: {construct: pride, scale: agree5, text: {staff: {en: F}}}
  p2: {construct: pride, scale: agree5, text: {staff: {en: G}}}
"""


def test_reliability_rests_on_items_that_all_are_asked(tmp_path):
    rng = np.random.default_rng(1)
    values = np.clip(np.round(3 + rng.normal(size=(90, 1)) + 0.7 * rng.normal(size=(90, 5))), 1, 5).astype(int)
    frame = pd.DataFrame(values, columns=["w1", "w2", "w3", "p1", "p2"])
    frame.loc[:49, ["w1", "w2", "w3"]].to_csv(tmp_path / "c.csv", index=False)
    frame.loc[50:, ["w1", "w2", "p1", "p2"]].to_csv(tmp_path / "s.csv", index=False)
    data = cx.read({"customer": tmp_path / "c.csv", "staff": tmp_path / "s.csv"}, parse_survey(ASKED))
    found = cx.reliability(data)
    table = found.table.set_index("construct")
    assert table.loc["warmth", ["n_items", "n", "n_dropped"]].tolist() == [2, 90, 0]
    assert table.loc["pride", ["n_items", "n", "n_dropped"]].tolist() == [2, 40, 0]
    said = {c.code: c.text("en", found.names) for c in found.caveats}
    assert "customers” and “staff" in said["perspectives_pooled"]
    assert "“E”" in said["items_not_asked_of_all"]
    assert "“Pride”" in said["asked_of_some"]
    one = cx.reliability(data, perspective="customer")
    assert one.table.set_index("construct").loc["warmth", ["n_items", "n", "n_dropped"]].tolist() == [3, 50, 0]
    assert "perspectives_pooled" not in {c.code for c in one.caveats}
    with pytest.raises(ArgumentError, match=r"reliability\.unknown-perspective.*'customer'"):
        cx.reliability(data, perspective="custmer")


def test_an_impossible_level_is_not_called_a_lack_of_items(pupils):
    with pytest.raises(ArgumentError, match=r"stats\.level"):
        cx.reliability(pupils, HS, level=2)


def test_one_model_of_several_constructs_says_so_and_a_bad_one_too(pupils):
    found = cx.invariance(pupils, HS, group="school", partial=True)
    said = {c.code: c for c in found.caveats}
    assert {"several_constructs", "partial_assumes_most"} <= set(said)
    assert said["partial_assumes_most"].values["constructs"] == ("visual", "speed")
    assert "poor_fit" not in said
    alone = cx.invariance(pupils, {"visual": HS["visual"]}, group="school")
    assert "several_constructs" not in {c.code for c in alone.caveats}
    mixed = cx.invariance(pupils, {"all": [i for items in HS.values() for i in items]}, group="school")
    (poor,) = [c for c in mixed.caveats if c.code == "poor_fit"]
    assert poor.severity == "warning" and poor.values["cfi"] < 0.9
