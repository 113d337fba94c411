"""Forecasts against answers: numbers by other means, known truth, traps."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxresearch as cx
from cxresearch.errors import ArgumentError

FOLDER = cx.shipped_file("reports/credibility-demo/make_data.py").parent
SURVEY = "shipped:surveys/credibility-gap.yaml"


@pytest.fixture(scope="module")
def truth():
    spec = importlib.util.spec_from_file_location("make_data", FOLDER / "make_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def answers():
    return cx.read({who: str(FOLDER / f"data/{who}.csv") for who in ("customer", "employee", "forecast")}, SURVEY)


@pytest.fixture(scope="module")
def calibration(answers):
    return cx.calibration(answers, link="respondent")


def _frame(n=60, seed=2, forecast=3.0, actual=3.0, own=4.0):
    rng = np.random.default_rng(seed)
    sides = {"staff guess": forecast, "customer": actual, "staff": own}
    parts = [
        pd.DataFrame({"who": who, "person": np.arange(n), "ease": rng.normal(mean, 0.8, n).round().clip(1, 5)})
        for who, mean in sides.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _ask(frame, **more):
    options = {"forecast": "staff guess", "actual": "customer", "items": ["ease"], "perspective": "who"}
    return cx.calibration(frame, **{**options, "scale": (1, 5), **more})


# ---- the same numbers by other means ---------------------------------------------------------------


def test_bias_error_and_hits(calibration, answers):
    frame = answers.frame
    for row in calibration.table.to_dict("records"):
        guesses = frame.loc[frame["perspective"] == "forecast", row["item"]].dropna()
        theirs = frame.loc[frame["perspective"] == "customer", row["item"]].dropna()
        test = stats.ttest_ind(guesses, theirs, equal_var=False)
        bounds = test.confidence_interval(0.95)
        assert row["bias"] == pytest.approx(guesses.mean() - theirs.mean(), abs=1e-12)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((bounds.low, bounds.high), abs=1e-10)
        assert row["p"] == pytest.approx(test.pvalue, rel=1e-8)
        mean = stats.ttest_1samp(theirs, 0).confidence_interval(0.95)
        assert (row["actual_low"], row["actual_high"]) == pytest.approx((mean.low, mean.high), abs=1e-10)
        assert row["mae"] == pytest.approx(np.abs(guesses - theirs.mean()).mean(), abs=1e-12)
        hits = int((np.abs(guesses - theirs.mean()) <= 0.5).sum())
        wilson = stats.binomtest(hits, len(guesses)).proportion_ci(method="wilson")
        assert row["within"] == pytest.approx(hits / len(guesses), abs=1e-12)
        assert (row["within_low"], row["within_high"]) == pytest.approx((wilson.low, wilson.high), abs=1e-10)


def test_skill_against_the_own_view(calibration, answers):
    frame = answers.frame
    sides = {who: part.set_index("respondent") for who, part in frame.groupby("perspective")}
    total = [0.0, 0.0]
    for row in calibration.table.to_dict("records"):
        mean = sides["customer"][row["item"]].mean()
        both = pd.DataFrame({"guess": sides["forecast"][row["item"]], "own": sides["employee"][row["item"]]}).dropna()
        errors = (both - mean).abs().mean()
        assert row["n_linked"] == len(both)
        assert row["own_mae"] == pytest.approx(errors["own"], abs=1e-12)
        assert row["skill"] == pytest.approx(1 - errors["guess"] / errors["own"], abs=1e-12)
        assert row["skill_low"] < row["skill"] < row["skill_high"]
        total = [total[0] + errors["guess"], total[1] + errors["own"]]
    assert calibration.overall["skill"].item() == pytest.approx(1 - total[0] / total[1], abs=1e-12)


def test_reversed_items_are_turned():
    plain_, turned = _ask(_frame(forecast=4.0)), _ask(_frame(forecast=4.0), reversed=["ease"])
    assert turned.table["bias"].item() == pytest.approx(-plain_.table["bias"].item(), abs=1e-12)
    assert turned.table["mae"].item() == pytest.approx(plain_.table["mae"].item(), abs=1e-12)


def test_interval_of_the_skill_is_that_of_a_plain_bootstrap():
    frame = _frame()
    row = _ask(frame, own="staff", link="person").table.iloc[0]
    guess, actual, own = (frame.loc[frame["who"] == w, "ease"].to_numpy() for w in ("staff guess", "customer", "staff"))
    rng = np.random.default_rng(9)
    drawn = []
    for _ in range(2000):
        people = rng.integers(0, 60, 60)
        mean = rng.choice(actual, 60).mean()
        drawn.append(1 - np.abs(guess[people] - mean).mean() / np.abs(own[people] - mean).mean())
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (row["skill_low"], row["skill_high"]) == pytest.approx((low, high), abs=0.04)


# ---- known truth ----------------------------------------------------------------------------------


def test_biases_of_the_simulation_are_recovered(calibration, truth):
    table = calibration.table.set_index("construct")
    assert set(table.index) == set(truth.FORECAST)
    for construct, bias in truth.FORECAST.items():
        row = table.loc[construct]
        half = (row["ci_high"] - row["ci_low"]) / 2
        assert abs(row["bias"] - bias) < 1.5 * half, construct
        expected = "over" if bias > 0.2 else "under" if bias < -0.2 else "calibrated"
        assert row["verdict"] == expected, construct
    # answers in whole points with a spread of 1.06 against .71 (and the pull of the own view) around the same mean
    assert calibration.overall["skill_low"].item() > 0


def test_the_answer_in_words(calibration):
    assert calibration.heading("de") == "Die Vorhersage trifft bei 5 von 9 Aussagen zu"
    assert "too high for “Being understood”, “Ease”, and “Fast and final solution”" in calibration.sentence("en")


def test_a_forecast_that_is_the_own_view_has_no_skill():
    frame = _frame(n=200)
    frame.loc[frame["who"] == "staff guess", "ease"] = frame.loc[frame["who"] == "staff", "ease"].to_numpy()
    result = _ask(frame, own="staff", link="person")
    assert result.overall["skill"].item() == 0
    assert "was not shown" in result.sentence("en")
    worse = _ask(_frame(n=200, forecast=5.0, own=3.0), own="staff", link="person")
    assert "% larger than" in worse.sentence("en")


# ---- traps ----------------------------------------------------------------------------------------


def test_nobody_is_linked_unless_it_is_said_how(answers, calibration):
    result = cx.calibration(answers)
    assert result.table["skill"].isna().all() and result.table["n_linked"].isna().all()
    pd.testing.assert_series_equal(result.table["bias"], calibration.table["bias"])
    other = answers.frame.assign(
        respondent=answers.frame["respondent"].where(
            answers.frame["perspective"] != "forecast", "x-" + answers.frame["respondent"]
        )
    )
    unlinked = cx.calibration(replace(answers, frame=other), link="respondent")
    assert "calibration_not_linked" in [c.code for c in unlinked.caveats]
    assert unlinked.overall["skill"].isna().all()


def test_links_survive_another_order_of_rows(answers, calibration):
    order = np.random.default_rng(1).permutation(len(answers))
    shuffled = replace(
        answers,
        frame=answers.frame.iloc[order].reset_index(drop=True),
        reasons=answers.reasons.iloc[order].reset_index(drop=True),
    )
    pd.testing.assert_frame_equal(cx.calibration(shuffled, link="respondent").table, calibration.table)


def test_a_person_who_stands_in_a_perspective_twice():
    frame = _frame()
    frame.loc[1, "person"] = 0
    with pytest.raises(ArgumentError, match=r"calibration\.link-twice"):
        _ask(frame, own="staff", link="person")


def test_perspectives_that_are_absent_or_do_not_fit(answers):
    with pytest.raises(ArgumentError, match=r"calibration\.unknown-perspective"):
        cx.calibration(answers.where(perspective=["customer", "employee"]))
    with pytest.raises(ArgumentError, match=r"calibration\.predicts"):
        cx.calibration(answers, actual="employee")
    with pytest.raises(ArgumentError, match=r"calibration\.same-perspective"):
        _ask(_frame(), actual="staff guess")
    with pytest.raises(ArgumentError, match=r"calibration\.no-perspective"):
        cx.calibration(_frame(), items=["ease"])
    with pytest.raises(ArgumentError, match=r"calibration\.no-items"):
        _ask(_frame(), items=None)
    with pytest.raises(ArgumentError, match=r"calibration\.unknown-item"):
        cx.calibration(answers, items=["listens"])


@pytest.mark.parametrize("name", ["margin", "tolerance", "level", "minimum_cell"])
def test_impossible_arguments(answers, name):
    with pytest.raises(ArgumentError, match=f"calibration.{name.replace('_', '-')}"):
        cx.calibration(answers, **{name: 0})


def test_few_forecasts_are_not_reported():
    frame = _frame()
    frame["speed"] = frame["ease"]
    frame.loc[frame["who"].eq("staff guess") & (frame["person"] > 2), "speed"] = np.nan
    result = _ask(frame, items=["ease", "speed"])
    row = result.table.iloc[1]
    assert row["verdict"] == "not_reportable" and pd.isna(row["n_forecast"]) and np.isnan(row["actual_mean"])
    assert "calibration_not_reportable" in [c.code for c in result.caveats]
    assert result.overall["items"].item() == 1
    for lang in ("de", "en"):
        assert result.svg(lang).startswith("<svg")
    with pytest.raises(cx.NotEnoughData, match=r"calibration\.nothing-reportable"):
        _ask(frame, items=["speed"])


def test_answers_without_variation():
    frame = _frame()
    frame.loc[frame["who"] == "staff guess", "ease"] = 3.0  # everybody guesses the same: that is an answer
    assert _ask(frame).table["bias"].notna().all()
    frame["ease"] = 3.0
    with pytest.raises(cx.NotEnoughData, match=r"stats\.no-variance"):
        _ask(frame)
