"""Answers on a survey: both sides are scored on the same items, and constructs on one scale where they are joined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.scores.item_matrix import shared_items
from cxresearch.survey.template import parse_survey

SURVEY = """
id: bakery
title: {en: Bakery}
languages: [en]
source: own wording
licence: CC-BY-4.0
perspectives:
  customer: {name: {en: Customers}, side: outside, role: customer}
  staff: {name: {en: Team}, side: inside, role: employee}
scales:
  agree7: {level: ordinal, low: 1, high: 7}
constructs:
  warmth: {name: {en: Warmth}, rule: RULE}
  speed: {name: {en: Speed}}
items:
  w1: {construct: warmth, scale: agree7, text: {customer: {en: A}, staff: {en: A}}}
  w2: {construct: warmth, scale: agree7, text: {customer: {en: B}, staff: {en: B}}}
  w3: {construct: warmth, scale: agree7, text: {customer: {en: C}, staff: {en: C}}}
  w4: {construct: warmth, scale: agree7, text: {customer: {en: For customers only.}}}
  s1: {construct: speed, scale: agree7, text: {customer: {en: D}, staff: {en: D}}}
  s2: {construct: speed, scale: agree7, text: {customer: {en: E}, staff: {en: E}}}
  s3: {construct: speed, scale: agree7, text: {customer: {en: F}, staff: {en: F}}}
fields:
  team: {name: {en: Team}, kind: group}
"""
SIDES = {"inside": "staff", "outside": "customer"}


@pytest.fixture(params=["mean", "sum"])
def answers(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    rng = np.random.default_rng(1)
    for who, items in (("customer", ["w1", "w2", "w3", "w4"]), ("staff", ["w1", "w2", "w3"])):
        columns: dict[str, Any] = {"team": [f"t{i % 2}" for i in range(200)]}
        for names in (items, ["s1", "s2", "s3"]):
            true = 4 + rng.normal(0, 0.9, 200)
            for item in names:
                true_item = true + rng.normal(0, 0.8, 200) - 3 * (item == "w4")
                columns[item] = np.clip(np.round(true_item), 1, 7).astype(int)
        pd.DataFrame(columns).to_csv(tmp_path / f"{who}.csv", index=False)
    survey = parse_survey(SURVEY.replace("RULE", request.param))
    return cx.read({who: tmp_path / f"{who}.csv" for who in ("customer", "staff")}, survey)


def row(table: pd.DataFrame) -> pd.Series:
    return table[table["construct"] == "warmth"].iloc[0]


def mirrored(answers: Any, who: str) -> float:
    frame = answers.frame
    return float(frame.loc[frame["perspective"] == who, ["w1", "w2", "w3"]].mean(axis=1).mean())


@pytest.mark.parametrize("gate", [True, False])
def test_items_asked_of_one_side_count_on_neither(answers: Any, gate: bool) -> None:
    result = cx.gaps(answers, margin=0.3, gate=gate, **SIDES)
    factor = 3 if answers.survey.constructs["warmth"].rule == "sum" else 1
    found = row(result.table)
    assert found["inside_mean"] == pytest.approx(factor * mirrored(answers, "staff"))
    assert found["outside_mean"] == pytest.approx(factor * mirrored(answers, "customer"))
    caveat = next(c for c in result.caveats if c.code == "asked_of_one_side")
    assert caveat.values["items"] == ("w4",)
    assert caveat.text("en", result.names) == "Left out, because not asked of all sides (“Team” and “Customers”): " + (
        "“For customers only”."
    )


@pytest.mark.parametrize("gate", [True, False])
def test_views_stand_on_the_scale_of_the_items(answers: Any, gate: bool) -> None:
    summed = answers.survey.constructs["warmth"].rule == "sum"
    gap = mirrored(answers, "staff") - mirrored(answers, "customer")
    johari = cx.johari(answers, gate=gate, **SIDES)
    assert johari.cut == 4.0
    assert row(johari.table)["inside_mean"] == pytest.approx(mirrored(answers, "staff"))
    alone = cx.credibility(answers, gate=gate, constructs=["warmth"], **SIDES)
    assert alone.table["bias"].item() == pytest.approx(gap)
    silos = cx.silos(answers, by="team", inside="staff", reference="customer", gate=gate)
    assert row(silos.table)["reference_mean"] == pytest.approx(mirrored(answers, "customer"))
    for result in (johari, alone, silos):
        said = {c.code for c in result.caveats}
        assert ("sums_as_means" in said) == summed
        assert "asked_of_one_side" in said


def test_shared_items_leave_out_what_one_side_did_not_answer(answers: Any) -> None:
    frame = answers.frame.copy()
    frame.loc[frame["perspective"] == "staff", "s2"] = np.nan
    constructs = {"warmth": ["w1", "w4"], "speed": ["s1", "s2"]}
    bundles, caveats = shared_items(frame, constructs, ["staff", "customer"], perspective="perspective")
    assert bundles == {"warmth": ["w1"], "speed": ["s1"]}
    assert [(c.code, c.values["items"]) for c in caveats] == [("one_sided_items", ("w4", "s2"))]
    frame.loc[frame["perspective"] == "staff", ["s1"]] = np.nan
    assert shared_items(frame, constructs, ["staff", "customer"], perspective="perspective")[0]["speed"] == ["s1", "s2"]


def test_no_more_answers_are_needed_than_items_are_left(answers: Any) -> None:
    strict = SURVEY.replace("rule: RULE", "min_answered: 3")
    data = type(answers)(
        survey=parse_survey(strict),
        frame=answers.frame,
        reasons=answers.reasons,
        provenance=answers.provenance,
        report=answers.report,
    )
    table = cx.gaps(data, margin=0.3, constructs={"warmth": ["w1", "w2"]}, **SIDES).table
    assert table["n_inside"].tolist() == [200]
