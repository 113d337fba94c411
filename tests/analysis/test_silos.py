"""Departments against customers: numbers by other means, known truth, and nothing given away."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxresearch as cx
from cxresearch.analysis.silos import shared
from cxresearch.errors import ArgumentError
from cxresearch.privacy import hidden
from cxresearch.stats.mean import mean_difference
from cxresearch.stats.verdict import judge

DATA = "shipped:reports/credibility-demo/data/"
CONSTRUCTS = {"ease": ["a", "b"], "trust": ["c"], "speed": ["d"]}


@pytest.fixture(scope="module")
def answers():
    files = {who: f"{DATA}{who}.csv" for who in ("customer", "employee")}
    return cx.read(files, "shipped:surveys/credibility-gap.yaml", partial=True)


@pytest.fixture(scope="module")
def silos(answers):
    return cx.silos(answers, gate=False)


@pytest.fixture(scope="module")
def scores(answers):
    frame = cx.score(answers).frame
    return frame.assign(department=answers.frame["department"].to_numpy()[frame["row"]])


def _people(sizes, customers=60, seed=4, shift=0.0):
    rng = np.random.default_rng(seed)
    teams = [team for team, n in sizes.items() for _ in range(n)]
    n = len(teams) + customers
    frame = pd.DataFrame({"who": ["staff"] * len(teams) + ["customer"] * customers})
    frame["team"] = pd.Series([*teams, *[None] * customers], dtype=object)
    frame["person"] = np.arange(n)
    level = 3 + rng.normal(0, 0.5, n) + np.where(frame["who"] == "staff", shift, 0.0)
    for item in "abcd":
        frame[item] = np.clip(np.round(level + rng.normal(0, 0.8, n)), 1, 5)
    return frame


def _ask(frame, **more):
    options = {"by": "team", "inside": "staff", "perspective": "who", "constructs": CONSTRUCTS, "scale": (1, 5)}
    return cx.silos(frame, **{**options, **more})


def _groups(scores, construct, shown):
    rows = scores[(scores["perspective"] == "employee") & (scores["construct"] == construct)].dropna(subset="score")
    return {g: part["score"].to_numpy() for g, part in rows.groupby("department") if g in shown}


# ---- the same numbers by other means ---------------------------------------------------------------


def test_differences_are_those_of_welch(silos, scores):
    table = silos.table[silos.table["verdict"] != "not_reportable"]
    assert len(table) == 43
    for row in table.to_dict("records"):
        ours = _groups(scores, row["construct"], [row["group"]])[row["group"]]
        theirs = scores[(scores["perspective"] == "customer") & (scores["construct"] == row["construct"])]
        theirs = theirs["score"].dropna().to_numpy()
        test = stats.ttest_ind(ours, theirs, equal_var=False)
        bounds = test.confidence_interval(0.95)
        assert row["difference"] == pytest.approx(ours.mean() - theirs.mean(), abs=1e-12)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((bounds.low, bounds.high), abs=1e-10)
        assert row["p"] == pytest.approx(test.pvalue, rel=1e-8)
        lower = stats.ttest_ind(ours + 0.3, theirs, equal_var=False, alternative="greater").pvalue
        upper = stats.ttest_ind(ours - 0.3, theirs, equal_var=False, alternative="less").pvalue
        assert row["p_equivalence"] == pytest.approx(max(lower, upper), rel=1e-8)
        assert (row["n"], row["reference_n"]) == (len(ours), len(theirs))


def test_what_departments_and_customers_read_differently_is_not_averaged(answers, silos):
    """In the demonstration two of four items of fairness are read differently, so that none can stand in for it."""
    gated = cx.silos(answers)
    gate = gated.gate.set_index("construct")
    assert gate.loc["fairness", "status"] == "not_comparable"
    assert gate["status"].drop(["fairness", "trust"]).eq("comparable").all()  # trust: too few answers
    assert "left_out_not_comparable" in {c.code for c in gated.caveats}
    assert "fairness" not in set(gated.table["construct"])


def test_all_cells_are_one_family(silos):
    p = silos.table["p"].dropna().to_numpy()
    order = np.argsort(p)
    holm = np.maximum.accumulate(np.minimum(1, p[order] * np.arange(len(p), 0, -1)))
    assert silos.table["p_adjusted"].dropna().to_numpy()[order] == pytest.approx(holm, rel=1e-12)


def test_intraclass_correlations_from_mean_squares(silos, scores):
    for row in silos.agreement.to_dict("records"):
        shown = silos.table[(silos.table["construct"] == row["construct"]) & silos.table["n"].notna()]["group"]
        parts = list(_groups(scores, row["construct"], list(shown)).values())
        n, k = sum(map(len, parts)), len(parts)
        grand = np.concatenate(parts).mean()
        between = sum(len(p) * (p.mean() - grand) ** 2 for p in parts) / (k - 1)
        within = sum(((p - p.mean()) ** 2).sum() for p in parts) / (n - k)
        assert row["icc1"] == pytest.approx((between - within) / (between + (n / k - 1) * within), abs=1e-10)
        icc2 = (between - within) / between if between > within else math.nan
        assert row["icc2"] == pytest.approx(icc2, abs=1e-10, nan_ok=True)
        welch = stats.f_oneway(*parts, equal_var=False)
        assert (row["f"], row["p"]) == pytest.approx((welch.statistic, welch.pvalue), rel=1e-8)
        assert (row["n"], row["n_groups"]) == (n, k)


def test_agreement_within_departments(silos, answers):
    staff = answers.frame[answers.frame["perspective"] == "employee"]
    items = [i.id for i in answers.survey.items_of("ease", "employee")]
    found = []
    for _, part in staff.groupby("department"):
        variance = part[items].dropna().var(ddof=1).mean()  # turning an item does not change its variance
        share = 1 - variance / 2  # five points: (25 - 1) / 12
        found.append(len(items) * share / (len(items) * share + variance / 2))
    row = silos.agreement.set_index("construct").loc["ease"]
    assert row["rwg"] == pytest.approx(np.mean(found), abs=1e-10)
    assert row["n_items"] == len(items)
    assert row["rwg_skewed"] < row["rwg"]


def test_rank_order_against_the_customers(silos):
    table = silos.table[silos.table["construct"] != "trust"]
    wide = table.pivot(index="group", columns="construct", values="mean")
    reference = table.drop_duplicates("construct").set_index("construct")["reference_mean"][wide.columns]
    ranks = wide.rank(axis=1, ascending=False)
    target = reference.rank(ascending=False)
    far = (ranks - target).abs().mean(axis=1)
    found = silos.departments.set_index("group")
    assert found["rank_distance"].to_numpy() == pytest.approx(far.to_numpy(), abs=1e-12)
    rho = [stats.spearmanr(wide.loc[g], reference).statistic for g in wide.index]
    assert found["rank_correlation"].to_numpy() == pytest.approx(rho, abs=1e-12)
    row = silos.shared.iloc[0]
    friedman = stats.friedmanchisquare(*wide.to_numpy().T).statistic
    assert row["w"] == pytest.approx(friedman / (5 * 7), abs=1e-12)
    pooled = (wide.mean().rank(ascending=False) - target).abs().mean()
    assert row["pooled_rank_distance"] == pytest.approx(pooled, abs=1e-12)
    assert row["single_rank_distance"] == pytest.approx(far.mean(), abs=1e-12)
    orders = np.random.default_rng(1).permuted(np.tile(np.arange(8), (20_000, 1)), axis=1)
    assert row["chance_rank_distance"] == pytest.approx(np.abs(orders - np.arange(8)).mean(), abs=0.01)


def test_distance_is_cleared_of_sampling_error(silos):
    table = silos.table[(silos.table["construct"] != "trust") & (silos.table["group"] == 3)]
    expected = math.sqrt((table["difference"] ** 2 - table["se"] ** 2).mean())
    row = silos.departments.set_index("group").loc[3]
    assert row["distance"] == pytest.approx(expected, abs=1e-12)
    assert row["bias"] == pytest.approx(table["difference"].mean(), abs=1e-12)
    assert row["distance_low"] < row["distance"] < row["distance_high"]


@pytest.mark.slow
@pytest.mark.parametrize("n", [12, 60])
def test_distance_keeps_its_level_and_does_not_grow_where_departments_are_small(n, monkeypatch):
    monkeypatch.setattr(shared, "DRAWS", 400)
    rng = np.random.default_rng(1)
    true = np.array([0.5, 0.3, -0.4, 0.0])
    size = math.sqrt((true**2).mean())
    covered, squared = [], []
    for _ in range(300):
        inside = pd.DataFrame(3 + true + rng.normal(0, 0.6, (n, 1)) + rng.normal(0, 0.6, (n, 4)))
        outside = pd.DataFrame(3 + rng.normal(0, 0.6, (300, 1)) + rng.normal(0, 0.6, (300, 4)))
        row = shared._distance(shared._drawn(inside, rng), shared._drawn(outside, rng), 0.95)
        covered.append(row["distance_low"] <= size <= row["distance_high"])
        squared.append(row["distance"] ** 2)
    assert np.mean(covered) > 0.92
    assert np.mean(squared) == pytest.approx(size**2, abs=0.02)


# ---- known truth ----------------------------------------------------------------------------------


def test_departments_of_the_simulation_are_recovered(silos):
    shifts = {1: 0.25, 2: -0.35, 3: 0.35, 5: 0.0, 6: -0.1}
    gaps = {"ease": 0.4, "appreciation": 0.0}
    for construct, gap in gaps.items():
        rows = silos.table[silos.table["construct"] == construct].set_index("group")
        for group, shift in shifts.items():
            row = rows.loc[group]
            assert abs(row["difference"] - gap - shift) < 3.5 * row["se"], (construct, group)
    shown = silos.agreement.set_index("construct")["p_adjusted"] < 0.05
    assert set(shown[shown].index) == {"ease", "appreciation"}
    assert silos.sentence("de").startswith("Am weitesten vom Außenbild (Kundinnen und Kunden) entfernt ist „Marketing“")
    assert "Departments differ most in “Ease”" in silos.sentence("en")


def test_no_difference_is_shown_where_there_is_none():
    result = _ask(_people({"A": 300, "B": 300, "C": 300}, customers=600), margin=0.35)
    assert set(result.table["verdict"]) == {"aligned"}
    assert "was not shown for any construct" in result.sentence("en")


# ---- nothing is given away -------------------------------------------------------------------------


def test_which_departments_are_hidden():
    sizes = {"a": 3, "b": 9, "c": 7, "d": 30}
    assert hidden(sizes, sizes, 2) == set()
    assert hidden(sizes, sizes, 5) == {"a", "c"}  # a alone could be computed back
    assert hidden(sizes, sizes, 8) == {"a", "c"}  # two, and ten people together
    pair = {"a": 1, "b": 2, "c": 9, "d": 30}
    assert hidden(pair, pair, 5) == {"a", "b", "c"}  # a and b together are three people
    empty = {"a": 0, "b": 9, "c": 7}
    assert hidden(empty, empty, 5) == {"a"}  # nobody is there to be found out
    alone = {"a": 4}
    assert hidden(alone, alone, 5) == {"a"}


def test_suppressed_cells_cannot_be_computed_back_from_totals():
    frame = _people({"A": 3, "B": 20, "C": 7, "D": 12})
    frame.loc[frame.index[25:29], "d"] = np.nan  # team C has three answers left to `speed`
    result = _ask(frame)
    shown = result.table[result.table["n"].notna()].set_index(["group", "construct"])
    staff = frame[frame["who"] == "staff"].assign(ease=lambda f: f[["a", "b"]].mean(axis=1), trust=frame["c"])
    staff["speed"] = staff["d"]
    for construct in CONSTRUCTS:
        # an attacker knows the total over all departments, and subtracts what is published
        column = shown.xs(construct, level="construct")
        rest_n = staff[construct].notna().sum() - column["n"].sum()
        lost = [g for g in "ABCD" if g not in column.index]
        counts = [int(staff.loc[staff["team"] == g, construct].notna().sum()) for g in lost]
        assert len([n for n in counts if n]) >= 2, construct
        assert rest_n == sum(counts) >= 5
    hidden_rows = result.table[result.table["n"].isna()]
    numbers = hidden_rows.select_dtypes("number").drop(columns=["reference_n", "reference_mean", "margin"])
    assert numbers.isna().all().all()
    assert set(hidden_rows["reason"]) == {"suppressed"}  # primary and complementary look alike
    assert "A" not in set(result.departments["group"]) | set(result.ranking["group"])


def test_nothing_published_depends_on_hidden_answers():
    frame = _people({"A": 3, "B": 20, "C": 7, "D": 12})
    other = frame.copy()
    other.loc[other["team"] == "A", list("abcd")] = [[1, 1, 1, 1], [5, 5, 5, 5], [1, 5, 1, 5]]
    other.loc[other["team"] == "C", list("abcd")] = 5.0
    fewer = frame.drop(index=frame.index[frame["team"] == "A"][:1])
    first = _ask(frame)
    assert first.table["n"].isna().sum() == 6
    for changed in (other, fewer):
        second = _ask(changed)
        for name, part in first.frames().items():
            pd.testing.assert_frame_equal(part, second.frames()[name])
        assert first.show("de").html() == second.show("de").html()


def test_the_page_says_what_is_hidden_without_saying_how_many():
    result = _ask(_people({"A": 3, "B": 20, "C": 7, "D": 12}))
    codes = [c.code for c in result.caveats]
    assert "silos_suppressed" in codes
    assert "6 of 12 cells are not reported" in result.caveats[codes.index("silos_suppressed")].text("en")


# ---- traps ----------------------------------------------------------------------------------------


def test_one_department():
    result = _ask(_people({"A": 30}, shift=1.0))
    assert result.table["difference"].notna().all()
    assert result.agreement[["icc1", "icc2", "p"]].isna().all().all()
    assert "silos_one_group" in [c.code for c in result.caveats]
    assert "w" not in result.shared or result.shared["w"].isna().all()
    for lang in ("de", "en"):
        assert result.sentence(lang) and result.heading(lang) and result.method(lang)
        assert result.svg(lang).startswith("<svg")


def test_a_department_of_one_hides_a_second_one():
    result = _ask(_people({"A": 1, "B": 25, "C": 25}))
    assert set(result.table.loc[result.table["n"].notna(), "group"]) == {"C"}
    with pytest.raises(cx.NotEnoughData, match=r"No department has enough answers"):
        _ask(_people({"A": 1, "B": 25}))


def test_a_perspective_that_is_absent(answers):
    with pytest.raises(ArgumentError, match=r"silos\.unknown-perspective"):
        cx.silos(answers, inside="partner")
    with pytest.raises(ArgumentError, match=r"silos\.same-perspective"):
        cx.silos(answers, inside="employee", reference="employee")
    with pytest.raises(ArgumentError, match=r"data\.unknown-column"):
        cx.silos(answers, by="nowhere")
    with pytest.raises(ArgumentError, match=r"silos\.no-perspective"):
        cx.silos(answers.frame)
    with pytest.raises(cx.NotEnoughData, match=r"silos\.no-group"):
        cx.silos(answers, inside="customer", reference="employee")


@pytest.mark.parametrize(
    ("more", "code"),
    [({"margin": 0}, "silos.margin"), ({"level": 95}, "silos.level"), ({"minimum_cell": 1}, "silos.minimum-cell")],
)
def test_impossible_arguments(answers, more, code):
    with pytest.raises(ArgumentError, match=code):
        cx.silos(answers, **more)


def test_answers_without_variation():
    frame = _people({"A": 10, "B": 10})
    frame.loc[frame["team"] == "A", list("abcd")] = 4.0
    result = _ask(frame)  # customers vary, so there is a difference; the groups cannot be tested for equality
    assert result.table["difference"].notna().all()
    assert result.agreement["p"].isna().all()
    frame[list("abcd")] = 4.0
    with pytest.raises(cx.NotEnoughData, match=r"stats.no-variance|No department"):
        _ask(frame)


def test_respondents_without_a_department_are_counted_and_left_out():
    frame = _people({"A": 20, "B": 20})
    frame.loc[frame.index[:5], "team"] = None
    result = _ask(frame)
    assert result.table["n"].max() == 20
    assert result.table["n"].min() == 15
    assert [c.values["n"] for c in result.caveats if c.code == "silos_without_group"] == [5]


def test_two_constructs_make_no_rank_order():
    result = _ask(_people({"A": 20, "B": 20}), constructs={"ease": ["a"], "trust": ["b"]})
    assert result.ranking.empty
    assert result.departments["rank_distance"].isna().all()
    assert result.departments["distance"].notna().all()


# ---- the judgement that gaps, silos, maturity and calibration share --------------------------------


def test_judgement_of_single_differences():
    rng = np.random.default_rng(2)
    far = mean_difference(rng.normal(4, 1, 300), rng.normal(3, 1, 300))
    near = mean_difference(rng.normal(3, 1, 3000), rng.normal(3, 1, 3000))
    open_ = mean_difference(rng.normal(3, 1, 8), rng.normal(3, 1, 8))
    judged = judge([far, near, None, open_], 0.3, method="none")
    assert judged.verdict == ("inside_higher", "aligned", "not_reportable", "inconclusive")
    assert judged.relevance == ("beyond", "within", "not_reportable", "undecided")
    assert math.isnan(judged.p[2])
    t = far.value / far.se
    assert judged.p[0] == pytest.approx(2 * stats.t.sf(t, far.df), rel=1e-12)
    assert judged.p_beyond[0] == pytest.approx(2 * stats.t.sf((far.value - 0.3) / far.se, far.df), rel=1e-12)
    assert (judged.p_adjusted[[0, 1, 3]] == judged.p[[0, 1, 3]]).all()
