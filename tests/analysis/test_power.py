"""Planning a comparison: reference values, a simulation by other means, limits, and what the words say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import cxresearch as cx
from cxresearch.errors import ArgumentError

REFERENCE = Path(__file__).parent.parent / "reference"
VERDICTS = ["aligned", "inside_higher", "inside_lower", "inconclusive"]


@pytest.fixture(scope="module")
def given():
    return json.loads((REFERENCE / "agreement.json").read_text(encoding="utf-8"))["power"]


def at(plan, difference):
    return plan.table.set_index("difference").loc[difference]


def needed(plan, goal, difference):
    return plan.needed.set_index(["goal", "difference"]).loc[(goal, difference)]


def simulated(n, m, truth, margin, sd=(1.0, 1.0), alpha=0.05, draws=20_000, seed=4):
    """Share of each verdict among simulated samples, with scipy's Welch test and two one-sided tests."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(truth, sd[0], (draws, n)), rng.normal(0, sd[1], (draws, m))
    gap = a.mean(axis=1) - b.mean(axis=1)
    p = stats.ttest_ind(a, b, axis=1, equal_var=False).pvalue
    above = stats.ttest_ind(a + margin, b, axis=1, equal_var=False, alternative="greater").pvalue
    below = stats.ttest_ind(a - margin, b, axis=1, equal_var=False, alternative="less").pvalue
    aligned = np.maximum(above, below) < alpha
    higher, lower = (~aligned & (p < alpha) & (s * gap > 0) for s in (1, -1))
    shares = [float(part.mean()) for part in (aligned, higher, lower)]
    return [*shares, 1 - sum(shares)], float((p < alpha).mean())


# ---- numbers -------------------------------------------------------------------------------------


def test_found_agrees_with_r(given):
    for case in given["two"]:
        plan = cx.power_gap(margin=case["d"], n_inside=case["n"], n_outside=case["n"], difference=[])
        assert at(plan, case["d"])["found"] == pytest.approx(case["power"], rel=1e-7)


def test_needed_sizes_agree_with_r(given):
    assert needed(cx.power_gap(margin=0.3), "difference", 0.3)["n_inside"] == int(np.ceil(given["n_two"]))


@pytest.mark.parametrize("truth", [0.0, 0.15, 0.3, 0.45])
def test_verdicts_agree_with_a_simulation(truth):
    plan = cx.power_gap(margin=0.3, sd=[0.8, 1.1], n_inside=60, n_outside=150, difference=[truth])
    verdicts, found = simulated(60, 150, truth, 0.3, (0.8, 1.1))
    assert at(plan, truth)[VERDICTS].to_numpy(dtype=float) == pytest.approx(verdicts, abs=0.015)
    assert at(plan, truth)["found"] == pytest.approx(found, abs=0.015)


@pytest.mark.parametrize(
    "options",
    [
        {"n_inside": 60, "n_outside": 400},
        {},
        {"n_inside": 30, "correlation": 0.5},
        {"n_inside": 60, "n_outside": 90, "shares": [0.1, 0.2, 0.3, 0.25, 0.15], "draws": 500},
    ],
)
def test_verdicts_sum_to_one(options):
    plan = cx.power_gap(**options)
    for frame in (plan.table, plan.chances):
        assert frame[VERDICTS].sum(axis=1).to_numpy() == pytest.approx(1.0)
        assert frame[[*VERDICTS, "found"]].min(axis=None) >= 0


def test_the_planner_of_the_example():
    plan = cx.power_gap(margin=0.3, sd=1.0, n_inside=60, n_outside=400)
    assert plan.table["difference"].tolist() == pytest.approx([0, 0.15, 0.3, 0.45, 0.6])
    assert plan.sentence("en").startswith(
        "With 60 inside and 400 outside respondents, a true gap of 0.30 points is found with a probability of 57%; "
        "where both sides truly agree, they are recognised as aligned with a probability of 39%."
    )
    assert "57\u00a0% gefunden" in plan.sentence("de")
    (aligned, *_), found = simulated(60, 400, 0.0, 0.3)
    assert at(plan, 0.0)["aligned"] == pytest.approx(aligned, abs=0.015)
    assert at(plan, 0.0)["found"] == pytest.approx(0.05)
    assert found == pytest.approx(0.05, abs=0.01)


def test_needed_sizes_reach_the_wanted_power_and_one_less_does_not():
    plan = cx.power_gap(margin=0.4, sd=1.3, ratio=2.0, power=0.9)
    for goal, difference, column in (("difference", 0.4, "found"), ("aligned", 0.0, "aligned")):
        n = int(needed(plan, goal, difference)["n_inside"])
        reached = [
            at(cx.power_gap(margin=0.4, sd=1.3, n_inside=k, n_outside=2 * k), difference)[column] for k in (n - 1, n)
        ]
        assert reached[0] < 0.9 <= reached[1]


def test_the_plan_that_was_asked_for_serves_both_goals():
    plan = cx.power_gap(margin=0.3, ratio=3.0)
    assert at(plan, 0.3)["found"] >= 0.8
    assert at(plan, 0.0)["aligned"] >= 0.8
    row = plan.precision.iloc[0]
    assert row["n_outside"] == pytest.approx(3 * row["n_inside"], abs=1)
    assert row["detectable_difference"] <= 0.3


def test_detectable_difference_is_found_with_the_wanted_power():
    plan = cx.power_gap(n_inside=60, n_outside=400)
    least = float(plan.precision["detectable_difference"].iloc[0])
    again = cx.power_gap(n_inside=60, n_outside=400, difference=[least])
    assert at(again, least)["found"] == pytest.approx(0.8)


def test_more_of_everything_that_costs_lowers_the_power():
    base = {"margin": 0.3, "n_inside": 80, "n_outside": 300}
    found = at(cx.power_gap(**base), 0.3)["found"]
    for more in (
        {"sd": 1.5},
        {"comparisons": 4},
        {"icc": 0.05, "cluster_size": 10},
        {"weights_cv": 0.8},
    ):
        assert at(cx.power_gap(**base, **more), 0.3)["found"] < found, more


def test_design_effects_count_on_their_own_side():
    plan = cx.power_gap(n_inside=60, n_outside=400, icc=[0.0, 0.05], cluster_size=[1, 21], weights_cv=[0.0, 0.5])
    assert plan.precision[["effect_inside", "effect_outside"]].iloc[0].tolist() == pytest.approx([1.0, 2.0 * 1.25])
    assert "2.50 outside" in plan.method("en")


def test_comparisons_are_those_of_bonferroni():
    four = cx.power_gap(n_inside=60, n_outside=400, comparisons=4)
    strict = cx.power_gap(n_inside=60, n_outside=400, level=1 - 0.05 / 4)
    assert four.table.to_numpy() == pytest.approx(strict.table.to_numpy())
    assert "4 comparisons" in four.method("en")


def test_linked_units_are_paired(given):
    loose, tight = (cx.power_gap(n_inside=50, correlation=r) for r in (0.0, 0.8))
    assert at(tight, 0.3)["found"] > at(loose, 0.3)["found"]
    assert "50 linked units" in tight.sentence("en")
    assert tight.precision[["n_inside", "n_outside"]].iloc[0].tolist() == [50, 50]
    # a correlation of .5 leaves differences the spread of 1
    plan = cx.power_gap(margin=0.3, correlation=0.5, n_inside=30)
    rng = np.random.default_rng(2)
    p = stats.ttest_1samp(rng.normal(0.3, 1.0, (20_000, 30)), 0.0, axis=1).pvalue
    assert at(plan, 0.3)["found"] == pytest.approx((p < 0.05).mean(), abs=0.015)


def test_one_size_gives_the_other_by_the_ratio():
    assert cx.power_gap(n_inside=60, ratio=5.0).precision["n_outside"].item() == 300
    assert cx.power_gap(n_outside=300, ratio=5.0).precision["n_inside"].item() == 60


# ---- ordered answers -----------------------------------------------------------------------------


def test_simulated_answers_agree_with_the_formula():
    shares = [0.1, 0.2, 0.4, 0.2, 0.1]
    sd = float(np.sqrt(np.average((np.arange(5) - 2) ** 2, weights=shares)))
    exact = cx.power_gap(sd=sd, n_inside=120, n_outside=200)
    drawn = cx.power_gap(shares=shares, n_inside=120, n_outside=200, draws=20_000)
    assert drawn.table.to_numpy() == pytest.approx(exact.table.to_numpy(), abs=0.03)
    assert drawn.precision["sd_inside"].item() == pytest.approx(sd)
    assert "simulated" in drawn.method("en")


def test_simulation_is_the_same_with_the_same_seed():
    options = {"shares": [0.2, 0.3, 0.5], "n_inside": 40, "n_outside": 40, "draws": 300}
    first, again, other = (cx.power_gap(**options, seed=s).table for s in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_a_ceiling_leaves_no_room_for_the_difference():
    with pytest.raises(ArgumentError) as caught:
        cx.power_gap(shares=[0.0, 0.0, 0.0, 0.1, 0.9], margin=0.3, n_inside=50, n_outside=50)
    assert caught.value.codes == ("power.out-of-scale",)


# ---- limits and words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"margin": 0}, "power.margin"),
        ({"margin": -0.3}, "power.margin"),
        ({"power": 80}, "power.power"),
        ({"level": 95}, "power.level"),
        ({"ratio": 0}, "power.ratio"),
        ({"comparisons": 0}, "power.comparisons"),
        ({"n_inside": 1, "n_outside": 100}, "power.n-inside"),
        ({"n_inside": 60, "n_outside": 2.5}, "power.n-outside"),
        ({"n_inside": 60, "n_outside": 50, "correlation": 0.5}, "power.units"),
        ({"sd": [1.0, 1.0, 1.0]}, "power.pair"),
        ({"sd": 0.0}, "stats.sd"),
        ({"correlation": 2.0, "n_inside": 20}, "stats.correlation"),
        ({"difference": -0.5}, "power.difference"),
        ({"shares": [0.5, 0.5], "icc": 0.1}, "power.shares"),
        ({"shares": [0.5, 0.4], "n_inside": 20, "n_outside": 20}, "stats.shares"),
    ],
)
def test_faults_teach(options, code):
    with pytest.raises(cx.CxError) as caught:
        cx.power_gap(**options)
    assert code in caught.value.codes


@pytest.mark.parametrize(("n", "m"), [(2, 2), (2, 500), (3, 3)])
def test_tiny_groups_still_have_an_answer_and_a_warning(n, m):
    plan = cx.power_gap(n_inside=n, n_outside=m)
    assert "power_undecided" in {c.code for c in plan.caveats}
    assert at(plan, 0.0)["aligned"] < 0.05


def test_spread_is_said_to_be_assumed():
    caveat = next(c for c in cx.power_gap(n_inside=60, n_outside=400).caveats if c.code == "power_spread")
    wider = at(cx.power_gap(n_inside=60, n_outside=400, sd=1.2), 0.3)["found"]
    assert caveat.values["found_then"] == pytest.approx(wider)


def test_language_of_the_display():
    assert "Befragten" in repr(cx.power_gap(n_inside=60, n_outside=400, lang="de"))


def test_a_large_sample_needs_no_more():
    assert "needed" not in cx.power_gap(n_inside=900, n_outside=900).sentence("en")
