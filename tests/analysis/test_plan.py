"""Planning a survey: what is needed, what can be told, and what the field costs."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.charts.theme import new_figure
from cxresearch.errors import ArgumentError
from cxresearch.stats.multinomial import chance_all_at_least

few = settings(max_examples=25, deadline=None, derandomize=True)
WANTED = [
    {"statistic": "share", "margin": 0.05},
    {"statistic": "mean", "margin": 0.1},
    {"statistic": "nps", "margin": 3.5},
    {"statistic": "share_difference", "difference": 0.05, "share": 0.7},
    {"statistic": "mean_difference", "difference": 0.3},
    {"statistic": "nps_difference", "difference": 5, "between": "waves"},
    {"statistic": "nps_difference", "difference": 5, "between": "waves", "correlation": 0.4, "name": "panel"},
    {"statistic": "share_difference", "difference": 0.05, "between": "waves", "correlation": 0.4, "name": "panel box"},
    {"statistic": "gap", "margin": 0.3, "ratio": 3.0},
    {"statistic": "personas", "share": 0.1, "personas": 4, "people": 50},
    {"statistic": "kano", "shares": [0.4, 0.25, 0.2]},
]
every = pytest.mark.parametrize("target", WANTED, ids=lambda t: t.get("name", t["statistic"]))


def row(*args, **options):
    return cx.plan(*args, **options).table.iloc[0]


def codes(call):
    with pytest.raises(ArgumentError) as caught:
        call()
    return set(caught.value.codes)


# ---- sizes ---------------------------------------------------------------------------------------


def test_sizes_that_everybody_knows():
    assert row("share", margin=0.05)["n"] == 385
    assert row("share", margin=0.03)["n"] == 1068
    assert row("share", margin=0.05, population=1000)["n"] == 278
    assert row("nps", margin=3.5)["n"] == 1882
    assert row("share_difference", difference=0.25, share=0.75, power=0.9)["n_per_group"] == 77  # R's own example
    assert row("mean_difference", difference=0.5)["n_per_group"] == 64  # Cohen's d = .5


def test_a_gap_is_planned_as_by_power_gap():
    for ratio, sd, comparisons in ((1.0, 1.0, 1), (4.0, [0.9, 1.2], 3)):
        found = row("gap", margin=0.3, ratio=ratio, sd=sd, comparisons=comparisons, power=0.9)
        asked = cx.power_gap(margin=0.3, ratio=ratio, sd=sd, comparisons=comparisons, power=0.9).precision.iloc[0]
        assert (found["n_per_group"], found["n_second_group"]) == (asked["n_inside"], asked["n_outside"])
        worst = max(asked["detectable_difference"], asked["detectable_margin"])
        assert found["reached"] == pytest.approx(worst, rel=1e-4)


def test_clusters_and_weights_of_a_gap_are_those_of_power_gap():
    design = {"icc": 0.05, "cluster_size": 15, "weights_cv": 0.4}
    found, asked = row("gap", margin=0.4, **design), cx.power_gap(margin=0.4, **design).precision.iloc[0]
    assert found["n_per_group"] == asked["n_inside"]
    assert found["deff"] == pytest.approx((1 + 14 * 0.05) * (1 + 0.16))


@every
def test_the_needed_size_reaches_what_is_wanted_and_one_less_does_not(target):
    plan = cx.plan(target)
    found, goal = plan.table.iloc[0], plan.goals[0]
    better = (lambda a, b: a >= b) if goal.unit == "people" else (lambda a, b: a <= b * (1 + 1e-9))
    assert better(found["reached"], found["wanted"])
    assert not better(goal.reached(found["n_per_group"] - 1, goal.ratio), found["wanted"])
    assert found["n_per_group"] * (1 + goal.ratio) >= found["n_exact"] - 1e-6
    assert found["n"] == found["n_per_group"] + (0 if math.isnan(found["n_second_group"]) else found["n_second_group"])


@every
def test_the_way_back_comes_back(target):
    need = cx.plan(target)
    again = cx.plan(target, n=need.answers)
    assert again.table["reached"].item() == pytest.approx(need.table["reached"].item(), rel=1e-12)
    assert "plan_short" not in {c.code for c in again.caveats}
    less = cx.plan(target, n=int(0.8 * need.answers))
    assert "plan_short" in {c.code for c in less.caveats}


@every
def test_what_costs_costs(target):
    base = row(target)["n"]
    assert row(target, deff=1.5)["n"] >= 1.4 * base
    assert row(target, icc=0.05, cluster_size=11)["n"] >= 1.4 * base
    assert row(target, weights_cv=0.5)["n"] >= 1.2 * base
    assert row(target, deff=1.5)["n"] == pytest.approx(row(target, weights_cv=math.sqrt(0.5))["n"], abs=4)
    if target["statistic"] != "kano":
        name = "probability" if target["statistic"] == "personas" else "level"
        more = cx.plan({**target, "probability": 0.99}) if name == "probability" else cx.plan(target, level=0.99)
        assert more.table["n"].item() > base


def test_comparisons_cost_as_a_stricter_level():
    many = row("share_difference", difference=0.05, comparisons=5)["n"]
    assert many == row("share_difference", difference=0.05, level=0.99)["n"]


def test_personas_hold_what_is_promised():
    target = {"statistic": "personas", "shares": [0.5, 0.3, 0.12], "people": 40}
    n = row(target)["n"]
    assert chance_all_at_least([0.5, 0.3, 0.12], n, 40) >= 0.95 > chance_all_at_least([0.5, 0.3, 0.12], n - 1, 40)
    margin = row("personas", share=0.2, margin=0.1)
    assert margin["wanted"] == 97  # people for a share within 10 points
    assert row("personas", share=0.1, personas=4, people=50)["n"] > row("personas", share=0.1, people=50)["n"]


def test_finite_population_never_asks_for_more_than_there_are_and_spares_differences():
    assert row("share", margin=0.01, population=300)["n"] <= 300
    assert row("mean", margin=0.01, population=300)["n"] <= 300
    found = cx.plan("nps_difference", difference=5, population=3000)
    assert found.table["n"].item() == row("nps_difference", difference=5)["n"]
    assert "plan_differences_uncorrected" in {c.code for c in found.caveats}


# ---- the field -----------------------------------------------------------------------------------


def test_invitations_are_answers_over_the_product_of_all_rates():
    rates = {"reach": 0.9, "response": 0.3, "completion": 0.85, "screen_out": 0.2, "quality_loss": 0.05}
    plan = cx.plan("nps", margin=3.5, **rates)
    usable = 0.9 * 0.3 * 0.85 * 0.8 * 0.95
    assert plan.table["invitations"].item() == math.ceil(1882 / usable)
    steps = plan.fieldwork.set_index("step")
    assert steps.loc["of_invited", "rate"] == pytest.approx(usable)
    assert steps.loc["usable", "expected"] >= 1882
    assert (steps["expected"].diff().dropna() <= 1e-9).all()


def test_invitations_that_are_given_become_answers():
    plan = cx.plan(["nps", {"statistic": "share_difference"}], invitations=5000, response=0.2)
    assert plan.table["n"].tolist() == [1000, 1000]
    assert plan.table["n_per_group"].tolist() == [1000, 500]
    assert "5,000" in plan.sentence("en")
    assert "5.000" in plan.sentence("de")


def test_more_invitations_than_people_is_a_warning_with_a_way_out():
    plan = cx.plan("nps", margin=3.5, response=0.1, population=8000)
    caveat = next(c for c in plan.caveats if c.code == "plan_population")
    assert (caveat.severity, caveat.values["n"]) == ("warning", 800)
    assert cx.plan("nps", n=800, population=8000).table["reached"].item() > 3.5


def test_rare_answers_are_a_caveat():
    assert "plan_rare" in {c.code for c in cx.plan("share", margin=0.05, share=0.05).caveats}
    assert "plan_rare" not in {c.code for c in cx.plan("share", margin=0.02, share=0.05).caveats}


def test_a_panel_is_invited_once_and_waves_twice():
    waves = row("nps_difference", difference=5, between="waves", response=0.5)
    panel = row("nps_difference", difference=5, between="waves", correlation=0.5, response=0.5)
    assert waves["invitations"] == 2 * waves["n"]
    assert panel["invitations"] == 2 * panel["n_per_group"] == panel["n"]
    assert panel["n_per_group"] == pytest.approx(waves["n_per_group"] / 2, abs=1)


@few
@given(
    st.floats(0.01, 0.2), st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0, 0.9), st.floats(1, 3),
    st.one_of(st.none(), st.integers(500, 10**6)),
)  # fmt: skip
def test_invitations_there_and_back(margin, response, completion, loss, deff, population):
    rates = {"response": response, "completion": completion, "quality_loss": loss}
    need = row("share", margin=margin, deff=deff, population=population, **rates)
    assume(population is None or need["invitations"] <= population)
    back = row("share", invitations=int(need["invitations"]), deff=deff, population=population, **rates)
    assert back["n"] >= need["n"]
    assert back["n"] <= need["n"] + 1
    assert back["reached"] <= margin + 1e-12


# ---- what is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "en", "de"),
    [
        ({"statistic": "mean", "margin": 0.2, "sd": 1.3}, "of 1.30 scale points", "von 1,30 Skalenpunkten"),
        ({"statistic": "share", "margin": 0.05, "share": 0.3}, "a true share of 30%", "ein wahrer Anteil von 30 %"),
        ({"statistic": "share", "margin": 0.05}, "50%, the least favourable", "50 %, der ungünstigste"),
        ({"statistic": "nps", "margin": 3.5, "variance": 0.49}, "of 70.0 points", "von 70,0 Punkten"),
        ({"statistic": "gap", "margin": 0.3, "sd": [1.1, 0.9]}, "1.10 scale points inside and 0.90", "innen und 0,90"),
        ({"statistic": "personas", "share": 0.1, "personas": 4, "people": 50}, "smallest 10%", "mit 10 %"),
        ({"statistic": "kano", "shares": [0.45, 0.3]}, "shares of 45% and 30%", "Anteile von 45 % und 30 %"),
        (
            {
                "statistic": "mean_difference",
                "difference": 0.3,
                "sd": [1.2, 0.8],
                "between": "waves",
                "correlation": 0.5,
            },
            "of 1.20 and 0.80 scale points, and answers that correlate by 0.50",
            "von 1,20 und 0,80 Skalenpunkten und Antworten, die mit 0,50 korrelieren",
        ),
        (
            {"statistic": "nps_difference", "difference": 7, "between": "waves"},
            "of 77.5 points on both sides",
            "von 77,5 Punkten auf beiden Seiten",
        ),
    ],
)
def test_the_sentence_says_what_is_assumed(target, en, de):
    plan = cx.plan(target)
    assert en in plan.sentence("en").split("Assumed: ")[1]
    assert de in plan.sentence("de").split("Angenommen: ")[1].replace("\xa0", " ")


def test_with_given_answers_every_target_says_what_it_assumes():
    told = cx.plan(["nps", "share", {"statistic": "share_difference", "share": 0.7}], n=800).sentence("en")
    assert told.count("Assumed: ") == 3
    assert "a share of 70% in the first group" in told


def test_the_sentence_names_what_needs_most():
    plan = cx.plan(WANTED)
    assert plan.decides.statistic == "nps_difference"
    assert plan.answers == 3768
    assert "7,536" in plan.sentence("en")
    assert "7.536" in plan.sentence("de")


def test_every_line_is_marked_at_its_point():
    for targets, lines in ((WANTED[:3], 3), (WANTED, 5), (WANTED[2:3], 1)):
        plan = cx.plan(targets)
        _, ax = new_figure()
        plan.plot(ax=ax)
        marks = [line for line in ax.get_lines() if line.get_gid() == "mark"]
        assert len(marks) == lines
        assert len({mark.get_marker() for mark in marks}) == lines  # told apart without colour
    _, ax = new_figure()
    cx.plan("nps", margin=3.5).plot(ax=ax)
    mark = next(line for line in ax.get_lines() if line.get_gid() == "mark")
    assert mark.get_xydata()[0].tolist() == [1882, pytest.approx(3.5, abs=0.001)]


def test_a_point_on_the_grid_and_a_point_nowhere_are_drawn():
    for plan in (cx.plan("mean", margin=20, sd=1.0), cx.plan("share_difference", n=4)):
        _, ax = new_figure()
        assert plan.plot(ax=ax) is ax
    assert cx.plan("share_difference", n=4).table["reached"].item() == math.inf


def test_given_answers_are_drawn_in_one_unit():
    plan = cx.plan(["nps", "mean", "share"], n=500)
    _, ax = new_figure()
    plan.plot(ax=ax, lang="de")
    assert len([line for line in ax.get_lines() if line.get_gid() == "mark"]) == 2


def test_values_stand_in_the_unit_of_their_target():
    plan = cx.plan(WANTED)
    rows = plan.table.to_dict("records")
    shown = {r["statistic"]: plan.cell("wanted", r, "de") for r in rows}
    assert shown["share"] == "5,0\u00a0%"
    assert (shown["nps"], shown["mean"], shown["personas"]) == ("3,5", "0,10", "50")
    assert all(plan.cell("assumption", r, lang) for r in rows for lang in ("de", "en"))


def test_equal_targets_are_numbered():
    plan = cx.plan([{"statistic": "nps", "margin": 5}, {"statistic": "nps", "margin": 3}])
    assert plan.table["target"].tolist() == ["nps", "nps 2"]
    assert plan.names.of("nps 2", "de") == "NPS 2"


# ---- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("targets", "options", "code"),
    [
        ("npss", {}, "plan.statistic"), ("nps", {}, "plan.missing"), ([], {}, "plan.no-target"),
        (5, {}, "plan.target"), ([5], {}, "plan.target"), ("kano", {"shares": {"must": 0.5, "one": 0.3}}, "plan.shares"),
        ("nps", {"marign": 3}, "plan.unknown"), ("nps", {"margin": 3, "sd": 1}, "plan.unused"),
        ("share", {"margin": 5}, "plan.margin"), ("share", {"margin": 0.05, "share": 1.0}, "plan.share"),
        ("mean", {"margin": 0.1, "sd": [1, 1]}, "plan.sd"), ("mean", {"margin": 0.1, "sd": 0}, "plan.sd"),
        ("nps", {"margin": 3, "promoters": 0.4}, "plan.variance"),
        ("nps", {"margin": 3, "promoters": 0.7, "detractors": 0.5}, "plan.promoters"),
        ("nps", {"margin": 3, "level": 95}, "plan.level"), ("nps", {"margin": 3, "power": 80}, "plan.power"),
        ("nps", {"margin": 3, "response": 25}, "plan.response"),
        ("nps", {"margin": 3, "screen_out": 1.0}, "plan.screen-out"),
        ("nps", {"margin": 3, "deff": 2.0, "icc": 0.1}, "plan.deff"), ("nps", {"margin": 3, "icc": 2}, "plan.icc"),
        ("nps", {"n": 100, "invitations": 900}, "plan.invitations"),
        ("nps", {"invitations": 900, "population": 800}, "plan.invitations"), ("nps", {"n": 1.5}, "plan.n"),
        ("nps", {"n": 500, "population": 400}, "plan.n"), ("gap", {"n": 3, "ratio": 5.0}, "plan.n"),
        ("mean", {"n": 3, "deff": 4.0}, "plan.n"), ("nps", {"population": 1.0, "n": 50}, "plan.population"),
        ("nps", {"invitations": 10, "response": 0.05}, "plan.invitations"),
        ("nps_difference", {"difference": 5, "between": "weeks"}, "plan.between"),
        ("nps_difference", {"difference": 5, "correlation": 0.4}, "plan.correlation"),
        ("personas", {"people": 50}, "plan.shares"), ("personas", {"share": 0.3, "personas": 5, "people": 9}, "plan.share"),
        ("personas", {"share": 0.3, "people": 9, "margin": 0.1}, "plan.people"),
        ("kano", {"shares": [0.3, 0.3]}, "plan.shares"), ("kano", {"n": 300}, "plan.missing"),
        (["nps", "mean"], {"n": 300, "sd": 1.0}, "plan.several"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_taught(targets, options, code):
    assert code in codes(lambda: cx.plan(targets, **options))


def test_a_slip_is_told_with_the_nearest_name():
    for slip, name in (("marign", "margin"), ("respons", "response"), ("cluster_sise", "cluster_size")):
        with pytest.raises(ArgumentError, match=f"Did you mean '{name}'"):
            cx.plan("nps", **{slip: 0.5})


def test_all_faults_are_told_at_once():
    found = codes(lambda: cx.plan([{"statistic": "npss"}, {"statistic": "share", "margin": 5}, "mean"]))
    assert found == {"plan.statistic", "plan.margin", "plan.missing"}


def test_a_plan_that_asks_more_people_than_there_are_says_so():
    plan = cx.plan("nps", margin=5, population=300, response=0.2)
    assert plan.sentence("en").endswith("There are not that many people.")
    assert plan.sentence("de").endswith("So viele Personen gibt es nicht.")
    assert "not that many" not in cx.plan("nps", margin=5, population=30_000, response=0.2).sentence("en")
