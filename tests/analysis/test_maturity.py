"""Saying and doing: numbers by other means, known truth, traps; and the trend tests they rest on."""

from __future__ import annotations

import importlib.util

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxresearch as cx
from cxresearch.errors import ArgumentError
from cxresearch.stats.trend import every_step, linear_trend, page_test

DATA = cx.shipped_file("reports/credibility-demo/data/maturity_employee.csv")
LEVELS = ("maxim", "experience", "levers", "passion")


def _truth():
    path = DATA.parents[1] / "make_data.py"
    spec = importlib.util.spec_from_file_location("make_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def truth():
    return _truth()


@pytest.fixture(scope="module")
def answers():
    return cx.read({"employee": str(DATA)}, "shipped:surveys/passion-maturity.yaml")


@pytest.fixture(scope="module")
def maturity(answers):
    return cx.maturity(answers)


@pytest.fixture(scope="module")
def wide(answers):
    return cx.score(answers).pivot()


def _frame(means, n=80, seed=3, held=4.0):
    rng = np.random.default_rng(seed)
    person = rng.normal(0, 0.5, n)
    frame = pd.DataFrame({f"do{i}": m + person + rng.normal(0, 0.7, n) for i, m in enumerate(means)})
    for i in range(len(means)):
        frame[f"say{i}"] = held + person + rng.normal(0, 0.7, n)
    return frame.round().clip(1, 5)


def _ask(frame, k, **more):
    done = {f"level{i}": [f"do{i}"] for i in range(k)}
    held = {f"level{i}": [f"say{i}"] for i in range(k)}
    return cx.maturity(frame, **{"action": done, "importance": held, "scale": (1, 5), **more})


# ---- the same numbers by other means ---------------------------------------------------------------


def test_scores_and_lip_service(maturity, wide):
    for row in maturity.table.to_dict("records"):
        done, held = wide[f"{row['step']}_action"], wide[f"{row['step']}_importance"]
        bounds = stats.ttest_1samp(done, 0).confidence_interval(0.95)
        assert row["action"] == pytest.approx(done.mean(), abs=1e-12)
        assert (row["action_low"], row["action_high"]) == pytest.approx((bounds.low, bounds.high), abs=1e-10)
        test = stats.ttest_rel(held, done)
        bounds = test.confidence_interval(0.95)
        assert row["lip_service"] == pytest.approx((held - done).mean(), abs=1e-12)
        assert (row["lip_low"], row["lip_high"]) == pytest.approx((bounds.low, bounds.high), abs=1e-10)
        assert row["p"] == pytest.approx(test.pvalue, rel=1e-8)
        lower = stats.ttest_1samp(held - done, -0.3, alternative="greater").pvalue
        upper = stats.ttest_1samp(held - done, 0.3, alternative="less").pvalue
        assert row["p_equivalence"] == pytest.approx(max(lower, upper), rel=1e-8)
        assert (row["n"], row["n_pairs"]) == (300, 300)


def test_lip_service_overall(maturity, wide):
    done = wide[[f"{s}_action" for s in LEVELS]].mean(axis=1)
    held = wide[[f"{s}_importance" for s in LEVELS]].mean(axis=1)
    bounds = stats.ttest_rel(held, done).confidence_interval(0.95)
    row = maturity.index.iloc[0]
    assert row["lip_service"] == pytest.approx((held - done).mean(), abs=1e-12)
    assert (row["lip_low"], row["lip_high"]) == pytest.approx((bounds.low, bounds.high), abs=1e-10)
    assert row["verdict"] == "lip_service"


def test_order_of_the_levels(maturity, wide):
    x = wide[[f"{s}_action" for s in LEVELS]].to_numpy()
    slopes = np.polyfit(np.arange(4), x.T, 1)[0]
    bounds = stats.ttest_1samp(slopes, 0).confidence_interval(0.95)
    row = maturity.order.iloc[0]
    assert row["trend"] == pytest.approx(slopes.mean(), abs=1e-12)
    assert (row["trend_low"], row["trend_high"]) == pytest.approx((bounds.low, bounds.high), abs=1e-10)
    steps = [stats.ttest_rel(x[:, i + 1], x[:, i]) for i in range(3)]
    assert maturity.steps["change"].tolist() == pytest.approx(np.diff(x.mean(axis=0)).tolist(), abs=1e-12)
    assert maturity.steps["p"].tolist() == pytest.approx([s.pvalue for s in steps], rel=1e-8)
    one_sided = [stats.ttest_rel(x[:, i + 1], x[:, i], alternative="less").pvalue for i in range(3)]
    assert row["p_every_step"] == pytest.approx(max(one_sided), rel=1e-8)


# ---- the trend tests -------------------------------------------------------------------------------


def test_page_is_that_of_scipy_without_ties():
    x = np.random.default_rng(1).normal(size=(25, 4)) + np.array([0, 0.2, 0.1, 0.4])
    theirs = stats.page_trend_test(x, method="asymptotic")
    ours = page_test(x)
    assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-10)
    falling = page_test(-x, falling=True)
    assert falling.p == pytest.approx(ours.p, rel=1e-12)


def test_page_with_ties_is_that_of_permutation():
    rng = np.random.default_rng(5)
    x = np.clip(np.round(rng.normal(3, 0.8, (40, 4)) + np.array([0, 0.05, 0.1, 0.2])), 1, 5)
    ours = page_test(x)
    draws = 20_000
    drawn = np.array(
        [(stats.rankdata(rng.permuted(x, axis=1), axis=1).sum(axis=0) @ np.arange(1, 5)) for _ in range(draws // 10)]
    )
    p = (drawn >= ours.statistic - 1e-9).mean()
    assert ours.p == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / len(drawn)) + 0.01)


def test_trend_of_one_sided_p_values_sums_to_one():
    x = np.random.default_rng(2).normal(size=(30, 3))
    assert page_test(x).p + page_test(x, falling=True).p == pytest.approx(1.0, abs=1e-12)


def test_trend_does_not_move_with_the_level_of_people_and_turns_with_the_order():
    x = np.random.default_rng(2).normal(size=(30, 4))
    shifted = x + np.arange(30)[:, None]
    assert linear_trend(shifted).value == pytest.approx(linear_trend(x).value, abs=1e-12)
    assert linear_trend(x[:, ::-1]).value == pytest.approx(-linear_trend(x).value, abs=1e-12)


def test_trend_without_variance_is_refused():
    with pytest.raises(cx.NotEnoughData, match=r"stats\.no-variance"):
        linear_trend(np.full((5, 3), 4.0))
    with pytest.raises(cx.NotEnoughData, match=r"stats\.no-variance"):
        page_test(np.full((5, 3), 4.0))


@pytest.mark.slow
def test_every_step_keeps_its_level_where_one_step_does_not_fall():
    rng = np.random.default_rng(8)
    found = [
        every_step(rng.normal(size=(40, 3)) + np.array([2.0, 0.0, 0.0]), falling=True).p < 0.05 for _ in range(2000)
    ]
    assert np.mean(found) == pytest.approx(0.05, abs=0.016)


# ---- known truth ----------------------------------------------------------------------------------


def _on_five_points(mean, sd):
    """Expected answer when a normal latent value is rounded and cut to 1..5."""
    cuts = stats.norm.cdf((np.array([1.5, 2.5, 3.5, 4.5]) - mean) / sd)
    return float(np.diff([0, *cuts, 1]) @ np.arange(1, 6))


def test_levels_of_the_simulation_are_recovered(maturity, truth):
    sd = np.hypot(0.6, 0.6)
    for kind, means in (("action", truth.ACTION), ("importance", truth.IMPORTANCE)):
        for row, mean in zip(maturity.table.to_dict("records"), means.values(), strict=True):
            expected = _on_five_points(mean, sd)
            half = (row[f"{kind}_high"] - row[f"{kind}_low"]) / 2
            assert abs(row[kind] - expected) < 1.8 * half, (kind, row["step"])


def test_the_answer_in_words(maturity):
    assert maturity.heading("de") == "Die Umsetzung fällt von Ebene zu Ebene ab"
    assert "a fall is shown from each level to the next" in maturity.sentence("en")
    assert "The gap is largest in “Organisational passion”" in maturity.sentence("en")
    assert maturity.table["verdict"].tolist() == ["lip_service"] * 4


def test_data_are_those_of_the_script(truth, tmp_path, monkeypatch):
    monkeypatch.setattr(truth, "DATA", tmp_path)
    truth.main()
    made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert made.keys() >= {"customer.csv", "employee.csv", "forecast.csv", "maturity_employee.csv"}
    for name, content in made.items():
        assert (DATA.parent / name).read_bytes() == content, name


def test_flat_levels_are_not_called_falling():
    result = _ask(_frame([3.5, 3.5, 3.5], n=300), 3, importance=None)
    assert result.heading("en") == "What is said and what is done on each level"
    assert "was not shown" in result.sentence("en")
    rising = _ask(_frame([2.0, 3.0, 4.0]), 3)
    assert rising.heading("en") == "On the whole, what is done rises over the levels"
    dented = _ask(_frame([4.5, 3.0, 3.0, 2.0], n=200), 4)
    assert dented.heading("en") == "On the whole, what is done falls over the levels"


def test_saying_and_doing_alike_is_shown_as_aligned():
    result = _ask(_frame([4.0, 4.0], n=900), 2)
    assert result.table["verdict"].tolist() == ["aligned"] * 2
    assert result.index["verdict"].item() == "aligned"
    ahead = _ask(_frame([4.5, 4.5], n=200, held=3.0), 2)
    assert ahead.table["verdict"].tolist() == ["ahead"] * 2
    assert "points below action" in ahead.sentence("en")


# ---- traps ----------------------------------------------------------------------------------------


def test_without_importance_there_is_no_lip_service():
    result = _ask(_frame([4, 3, 2]), 3, importance=None)
    assert list(result.frames()) == ["table", "order", "steps"]
    assert "maturity_importance" not in [c.code for c in result.caveats]
    for lang in ("de", "en"):
        assert result.svg(lang).startswith("<svg")
        assert "None" not in result.show(lang).text()


def test_one_level_has_no_order():
    result = _ask(_frame([3.0]), 1)
    assert list(result.frames()) == ["table", "index"]
    assert result.sentence("de") and result.method("de")


def test_a_level_that_hardly_anybody_answered():
    frame = _frame([4, 3, 2])
    frame.loc[frame.index[3:], "do1"] = np.nan
    result = _ask(frame, 3)
    row = result.table.iloc[1]
    assert np.isnan(row["action"]) and pd.isna(row["n"]) and row["verdict"] == "not_reportable"
    assert result.steps["step"].tolist() == ["level2"]
    assert "maturity_not_reportable" in [c.code for c in result.caveats]
    with pytest.raises(cx.NotEnoughData, match=r"maturity\.nothing-reportable"):
        _ask(frame.head(3), 3)


def test_answers_without_variation():
    frame = _frame([4, 3])
    frame[:] = 4.0
    result = _ask(frame, 2)
    assert result.table["verdict"].tolist() == ["not_reportable"] * 2
    assert result.order.empty and result.index.empty
    assert result.sentence("de")


def test_a_perspective_that_is_absent(answers):
    with pytest.raises(ArgumentError, match=r"maturity\.unknown-perspective"):
        cx.maturity(answers, inside="management")


def test_faults_are_taught(answers):
    frame = _frame([4, 3])
    with pytest.raises(ArgumentError, match=r"maturity\.no-levels"):
        cx.maturity(frame)
    with pytest.raises(ArgumentError, match=r"maturity\.unknown-level"):
        _ask(frame, 2, levels=["level0", "level9"])
    with pytest.raises(ArgumentError, match=r"maturity\.unknown-level"):
        _ask(frame, 2, importance={"other": ["say0"]})
    with pytest.raises(ArgumentError, match=r"maturity\.perspective"):
        _ask(frame.assign(who=["a", "b"] * 40), 2, perspective="who")
    for more, code in (({"margin": -1}, "margin"), ({"level": 1.0}, "level"), ({"minimum_cell": 0}, "minimum-cell")):
        with pytest.raises(ArgumentError, match=f"maturity.{code}"):
            cx.maturity(answers, **more)


def test_order_and_wording_of_levels_are_those_given(answers):
    result = cx.maturity(answers, ["passion", "maxim"])
    assert result.table["step"].tolist() == ["passion", "maxim"]
    assert result.steps["change"].item() > 0
    named = _ask(_frame([4, 3]), 2, levels={"level0": {"de": "Sagen", "en": "Saying"}, "level1": "Tun"})
    assert "„Sagen“" in named.sentence("de") and "“Saying”" in named.sentence("en")


# ---- the instrument -------------------------------------------------------------------------------


def test_every_action_has_its_importance(answers):
    survey = answers.survey
    for step in LEVELS:
        done = [i.id for i in survey.items_of(f"{step}_action")]
        held = [i.id for i in survey.items_of(f"{step}_importance")]
        assert held == [f"{i}_imp" for i in done] and len(done) == 3
        assert all("customer" not in survey.items[i].text for i in held)
    assert len(survey.mirrored("employee", "management")) == len(survey.items) == 24
    mirrored = {i.construct for i in survey.mirrored("customer", "employee")}
    assert mirrored == {"experience_action", "levers_action", "passion_action"}


def test_no_item_asks_two_things(answers):
    for item in answers.survey.items.values():
        for who, text in item.text.items():
            bare = text.get("de").replace("Kundinnen und Kunden", "").replace("Hand in Hand", "")
            assert not {"und", "oder", "sowie", "sowohl"} & set(bare.split()), (item.id, who)
            assert not {"and", "or"} & set(text.get("en").split()), (item.id, who)
