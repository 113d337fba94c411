"""Measurement invariance over groups against lavaan, its properties, partial invariance and dMACS."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.cfa import Rule, dmacs, invariance, item_differences, partial
from cxresearch.stats.cfa.fitted import fit
from cxresearch.stats.cfa.model import EQUAL, Release
from cxresearch.stats.cfa.sample import sample
from cxresearch.stats.cfa.score import score_tests
from cxresearch.stats.cfa.solution import solutions

REFERENCE = Path(__file__).parents[1] / "reference"
HS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
BFI = {k: [f"{k}{i}" for i in range(1, 6)] for k in "ACENO"}
X = [f"x{i}" for i in range(1, 10)]
NEVER, ALWAYS = Rule(delta_cfi=1.0), Rule(delta_cfi=-1.0, delta_rmsea=1.0)


@pytest.fixture(scope="module")
def lavaan():
    return json.loads((REFERENCE / "cfa.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def given():
    return json.loads((REFERENCE / "cfa_given.json").read_text(encoding="utf-8"))["hs_invariance_school"]


@pytest.fixture(scope="module")
def hs():
    frame = pd.read_csv(REFERENCE / "data" / "holzinger_swineford_1939.csv")
    age = np.select([frame.ageyr <= 12, frame.ageyr == 13], ["young", "middle"], "old")
    return frame.assign(age=age)


@pytest.fixture(scope="module")
def bfi():
    return pd.read_csv(REFERENCE / "data" / "bfi.csv")


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


@pytest.fixture(scope="module")
def school(hs):
    return invariance(hs, hs.school, HS, reference="Pasteur")


def same_fit(ours, wanted):
    assert ours.chi2 == pytest.approx(wanted["chisq"], abs=1e-4)
    assert (ours.df, ours.n_parameters, ours.n) == (wanted["df"], wanted["npar"], wanted["ntotal"])
    assert ours.log_likelihood == pytest.approx(wanted["logl"], abs=1e-4)
    names = ("cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr")
    values = (ours.cfi, ours.tli, ours.rmsea, ours.rmsea_low, ours.rmsea_high, ours.srmr)
    assert values == pytest.approx([wanted[n] for n in names], abs=1e-5)
    assert (ours.aic, ours.bic) == pytest.approx((wanted["aic"], wanted["bic"]), abs=2e-4)


def same_estimates(solution, table):
    """Compare one group's estimates with lavaan's table, parameter by parameter."""
    kinds = {"=~": solution.loadings, "~1": solution.intercepts, "~~": solution.residual_variances}
    compared = 0
    for row in table:
        if str(row["group"]) != str(solution.group):
            continue
        part, op, lhs, rhs = kinds[row["op"]], row["op"], row["lhs"], row["rhs"]
        if op == "=~":
            at = part.names.index(rhs)
        elif lhs in part.names:
            at = part.names.index(lhs)
        elif op == "~1":
            part, at = solution.latent_means, solution.latent_means.names.index(lhs)
        else:
            part = solution.latent_covariances
            at = [{a, b} for a, b in zip(part.names, part.constructs, strict=True)].index({lhs, rhs})
        what = f"{solution.group} {lhs} {op} {rhs}"
        assert part.value[at] == pytest.approx(row["est"], abs=1e-4), what
        assert part.se[at] == pytest.approx(row["se"], rel=1e-3, abs=1e-7), what
        assert part.standardised[at] == pytest.approx(row["std"], abs=1e-4), what
        assert part.standardised_se[at] == pytest.approx(row["std_se"], rel=1e-3, abs=1e-6), what
        compared += 1
    assert compared


def same_scores(tests, wanted):
    ours = {(t.kind, t.item, str(t.group)): t.statistic for t in tests}
    for row in wanted:
        kind = {"=~": "loading", "~1": "intercept", "~~": "residual"}[row["op"]]
        item = row["rhs"] if row["op"] == "=~" else row["lhs"]
        assert ours[kind, item, str(row["group"])] == pytest.approx(row["x2"], abs=1e-3)
    return len(ours), len(wanted)


def same_ladder(result, wanted):
    for model in EQUAL:
        same_fit(result.fits[model], wanted[model]["fit"])
        for solution in result.solutions[model] if "table" in wanted[model] else ():
            same_estimates(solution, wanted[model]["table"])


# --- against lavaan -----------------------------------------------------------------------------------------


def test_hs1939_over_school(school, lavaan, given):
    same_ladder(school, lavaan["hs_school"])
    assert [s.delta_cfi for s in school.steps] == pytest.approx(given["delta_cfi"], abs=1e-6)
    for step, row in zip(school.steps, given["lrt"][1:], strict=True):
        assert step.chi2_difference == pytest.approx(row["Chisq.diff"], abs=1e-4)
        assert step.df_difference == row["Df.diff"]
        assert step.p == pytest.approx(row["Pr..Chisq."], abs=1e-6)
    assert (school.verdict, school.reasons) == ("not_comparable", ("fails:scalar",))
    assert [s.passes for s in school.steps] == [True, False, True]
    wanted = [row for row in given["latent_means_scalar"] if row["group"] == 2]
    for ours, row in zip(school.latent_means, wanted, strict=True):
        assert (ours.group, ours.construct) == ("Grant-White", row["lhs"])
        assert ours.estimate.value == pytest.approx(row["est"], abs=1e-4)
        assert ours.estimate.se == pytest.approx(row["se"], rel=1e-3)
        assert ours.estimate.high == pytest.approx(row["est"] + 1.959964 * row["se"], abs=1e-4)


def test_three_groups(hs, lavaan):
    result = invariance(hs, hs.age, HS, reference="young")
    assert result.groups == ("young", "middle", "old")
    same_ladder(result, lavaan["hs_age"])
    for model in ("metric", "scalar"):
        same_scores(result.score_tests[model], lavaan["hs_age"][model]["score"])
    assert [m.group for m in result.latent_means] == ["middle"] * 3 + ["old"] * 3


def test_bfi_over_gender(bfi, lavaan):
    result = invariance(bfi, bfi.gender, BFI)
    same_ladder(result, lavaan["bfi_gender"])
    same_scores(result.score_tests["scalar"], lavaan["bfi_gender"]["scalar"]["score"])


def test_full_information(holes, lavaan):
    result = invariance(holes, holes.school, HS, missing="fiml", reference="Pasteur")
    same_ladder(result, lavaan["hs_fiml_school"])
    assert (result.n, result.n_dropped) == (300, 1)
    for model in ("metric", "scalar"):
        same_scores(result.score_tests[model], lavaan["hs_fiml_school"][model]["score"])


def test_score_tests_are_lavaans(school, lavaan):
    for model in ("metric", "scalar"):
        ours, wanted = same_scores(school.score_tests[model], lavaan["hs_school"][model]["score"])
        assert ours == wanted


def test_partial_model(hs, lavaan):
    found = sample(hs, HS, hs.school, reference="Pasteur")
    fitted = fit(found, EQUAL["scalar"], [Release("intercept", 2, 1), Release("intercept", 6, 1)])
    same_fit(fitted.fit, lavaan["hs_partial"]["fit"])
    for solution in solutions(fitted):
        same_estimates(solution, lavaan["hs_partial"]["table"])
    tests = score_tests(fitted, ("loading", "intercept")).values()
    assert {t.item for t in tests if t.kind == "intercept"} == set(X) - {"x3", "x7"}
    ours, wanted = same_scores(tests, lavaan["hs_partial"]["score"])
    assert ours == wanted


def test_a_construct_of_one_item(hs, lavaan):
    model = {"visual": ["x1"], "textual": HS["textual"], "speed": HS["speed"]}
    result = invariance(hs, hs.school, model, reference="Pasteur")
    same_fit(result.fits["strict"], lavaan["hs_lone_strict"]["fit"])
    for solution in result.solutions["strict"]:
        same_estimates(solution, lavaan["hs_lone_strict"]["table"])


# --- partial invariance -------------------------------------------------------------------------------------


def test_partial_finds_the_two_intercepts_of_hs1939(hs, lavaan):
    result = partial(hs, hs.school, HS, reference="Pasteur", anchor="soundest")
    assert [(f.model, f.kind, f.item, f.group) for f in result.freed] == [
        ("scalar", "intercept", "x3", "Grant-White"),
        ("scalar", "intercept", "x7", "Grant-White"),
    ]
    assert result.verdict == "partially_comparable"
    assert result.fits["scalar"].chi2 == pytest.approx(lavaan["hs_partial"]["fit"]["chisq"], abs=1e-4)
    first = result.freed[0]
    scores = {row["lhs"]: row["x2"] for row in lavaan["hs_school"]["scalar"]["score"] if row["op"] == "~1"}
    assert first.index == pytest.approx(scores["x3"], abs=1e-3)
    assert first.chi2_drop == pytest.approx(first.index, rel=0.25)
    assert [s.model for s in result.steps] == ["metric", "scalar", "strict"]
    assert result.steps[1].passes
    before = invariance(hs, hs.school, HS).fits["scalar"].chi2
    assert before - sum(f.chi2_drop for f in result.freed) == pytest.approx(result.fits["scalar"].chi2, abs=1e-6)


def test_a_marker_that_differs_itself_is_not_freed_but_can_be_avoided(hs):
    """x7 differs between the schools; as a marker it makes x8 look guilty."""
    blamed = [f.item for f in partial(hs, hs.school, HS).freed]
    assert "x7" not in blamed
    assert "x8" in blamed
    model = partial(hs, hs.school, HS, anchor="soundest").constructs
    assert model["speed"][0] == "x9"
    turned = {k: list(items) for k, items in model.items()}
    assert {f.item for f in partial(hs, hs.school, turned).freed} == {"x3", "x7"}


def test_partial_never_frees_the_last_two_items(hs):
    result = partial(hs, hs.school, HS, rule=NEVER)
    assert result.verdict == "not_comparable"
    for kind in ("loading", "intercept"):
        freed = [f.item for f in result.freed if f.kind == kind]
        assert not set(freed) & {"x1", "x4", "x7"}
        for items in HS.values():
            assert sum(item in freed for item in items) <= 1
    assert [f.step for f in result.freed] == list(range(1, len(result.freed) + 1))


def test_a_free_loading_takes_the_intercept_and_the_residual_along(hs):
    result = partial(hs, hs.school, HS, rule=NEVER)
    freed = [f.item for f in result.freed if f.model == "metric"]
    assert freed
    for item in freed:
        at = X.index(item)
        for model, part in (("scalar", "intercepts"), ("strict", "residual_variances")):
            one, two = (getattr(s, part).value[at] for s in result.solutions[model])
            assert one != pytest.approx(two, abs=1e-9)


def test_a_poor_configural_fit_can_be_ruled_out(hs):
    poor = invariance(hs, hs.school, HS, rule=Rule(delta_cfi=-1, delta_rmsea=1, least_cfi=0.95))
    assert (poor.verdict, poor.reasons) == ("not_comparable", ("poor_fit:configural",))


def test_partial_frees_nothing_where_the_rule_passes(hs):
    result = partial(hs, hs.school, HS, rule=ALWAYS)
    assert (result.verdict, result.freed) == ("comparable", ())


def planted(seed=3, n=500, shift=0.0, tilt=0.0, groups=2):
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(groups), n)
    latent = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=groups * n)
    loadings = np.array([1, 0.8, 0.9, 0.7])
    answers = np.hstack([latent[:, [f]] * loadings for f in (0, 1)]) + 0.6 * rng.normal(size=(groups * n, 8))
    last = who == groups - 1
    answers[last, 2] += shift + tilt * latent[last, 0]
    return answers, who


TWO = {"ease": [0, 1, 2, 3], "trust": [4, 5, 6, 7]}


def test_a_planted_shift_is_found():
    result = partial(*planted(shift=0.6), TWO)
    assert [(f.kind, f.item) for f in result.freed] == [("intercept", "2")]
    assert result.verdict == "partially_comparable"
    difference = {d.item: d for d in item_differences(result)}
    assert difference["2"].bias == pytest.approx(0.6, abs=0.1)
    assert difference["2"].dmacs == pytest.approx(0.6 / np.sqrt(0.81 + 0.36), abs=0.1)
    assert all(d.dmacs < 1e-9 for item, d in difference.items() if item != "2")


def test_a_planted_loading_is_found():
    result = partial(*planted(tilt=-0.6), TWO)
    assert (result.freed[0].kind, result.freed[0].item) == ("loading", "2")


@pytest.mark.parametrize("reference", [0, 1, 2])
def test_the_odd_one_of_three_groups_is_found_whatever_the_reference(reference):
    result = partial(*planted(shift=0.8, groups=3), TWO, reference=reference)
    assert [(f.kind, f.item, f.group) for f in result.freed] == [("intercept", "2", 2)]


# --- properties ---------------------------------------------------------------------------------------------


def chi2s(result):
    return np.array([f.chi2 for f in result.fits.values()])


def test_chi2_never_falls_with_more_equalities(school):
    assert (np.diff(chi2s(school)) > 0).all()


def test_order_of_rows_labels_scale_and_origin_leave_chi2(hs, school):
    mixed = hs.sample(frac=1, random_state=1)
    renamed = hs.school.map({"Pasteur": "z", "Grant-White": "a"})
    moved = hs.assign(x2=hs.x2 + 1e4, x3=hs.x3 * 1e5, x6=9 - hs.x6, x7=-hs.x7)
    for data, group in ((mixed, mixed.school), (hs, renamed), (moved, hs.school)):
        assert chi2s(invariance(data, group, HS)) == pytest.approx(chi2s(school), abs=1e-6)


def test_swapping_the_groups_mirrors_latent_means(hs, school):
    other = invariance(hs, hs.school, HS, reference="Grant-White")
    for one, two in zip(school.latent_means, other.latent_means, strict=True):
        assert one.estimate.value == pytest.approx(-two.estimate.value, abs=1e-7)
        assert one.estimate.se == pytest.approx(two.estimate.se, rel=1e-6)
        assert one.standardised == pytest.approx(-two.standardised, abs=1e-7)


def test_two_copies_of_one_group_are_comparable(hs):
    twice = pd.concat([hs, hs])
    result = invariance(twice, np.repeat([1, 2], len(hs)), HS)
    assert result.verdict == "comparable"
    assert np.diff(chi2s(result)) == pytest.approx(0, abs=1e-6)
    assert [m.estimate.value for m in result.latent_means] == pytest.approx([0, 0, 0], abs=1e-7)


def test_a_wider_level_widens_latent_means(hs, school):
    wide = invariance(hs, hs.school, HS, reference="Pasteur", level=0.99).latent_means[0].estimate
    narrow = school.latent_means[0].estimate
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


def test_a_shift_of_the_construct_is_a_latent_mean_and_no_bias():
    answers, who = planted()
    loadings = np.array([1, 0.8, 0.9, 0.7])
    answers[who == 1, :4] += 0.5 * loadings
    result = invariance(answers, who, TWO)
    assert result.verdict == "comparable"
    ease, trust = result.latent_means
    assert ease.estimate.contains(0.5)
    assert ease.estimate.value == pytest.approx(0.5, abs=0.15)
    assert trust.estimate.contains(0)
    assert ease.standardised == pytest.approx(ease.estimate.value / 1.0, abs=0.05)


def test_shorter_ladder_gives_the_same(hs, school):
    short = invariance(hs, hs.school, HS, models=("configural", "metric", "scalar"), reference="Pasteur")
    assert list(short.fits) == ["configural", "metric", "scalar"]
    assert short.fits["scalar"].chi2 == pytest.approx(school.fits["scalar"].chi2, abs=1e-9)
    assert short.verdict == school.verdict


def test_an_improper_solution_is_never_comparable():
    """One item of the second group is the construct itself and more: its residual variance is negative."""
    rng = np.random.default_rng(5)

    def exactly(cor, n=300):
        raw = rng.standard_normal((n, 3))
        raw -= raw.mean(axis=0)
        return raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / n)).T @ np.linalg.cholesky(cor).T

    good = exactly(np.array([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]))
    bad = exactly(np.array([[1, 0.7, 0.7], [0.7, 1, 0.3], [0.7, 0.3, 1]]))
    result = invariance(np.vstack([good, bad]), ["g"] * 300 + ["h"] * 300, {"f": [0, 1, 2]}, rule=ALWAYS)
    assert result.fits["configural"].problems == ("negative_residual_variance:0@h",)
    assert not result.admissible
    assert result.verdict == "not_comparable"
    assert "inadmissible:configural" in result.reasons
    assert not result.steps[0].passes


# --- dMACS --------------------------------------------------------------------------------------------------


def test_dmacs_is_the_integral():
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b, s, t, m = rng.normal(size=5)
        v, sd = rng.uniform(0.2, 2, 2)

        def inside(eta):
            gap = (t - s) + (b - a) * eta
            return gap**2 * stats.norm.pdf(eta, m, math.sqrt(v))

        wanted = math.sqrt(integrate.quad(inside, m - 12 * math.sqrt(v), m + 12 * math.sqrt(v), limit=200)[0]) / sd
        assert float(dmacs(a, b, s, t, m, v, sd)) == pytest.approx(wanted, rel=1e-7)


def test_dmacs_of_the_partial_model_matches_r(hs, lavaan):
    result = partial(hs, hs.school, HS, reference="Pasteur", anchor="soundest")
    r = {row["item"]: row for row in lavaan["dmacs"]}
    for ours in item_differences(result):
        assert ours.dmacs == pytest.approx(r[ours.item]["dmacs"], abs=1e-4)
        assert ours.bias == pytest.approx(r[ours.item]["bias"], abs=1e-4)


def test_configural_dmacs_is_anchored_at_the_markers(school):
    found = {d.item: d for d in item_differences(school, "configural")}
    assert all(found[x].dmacs == pytest.approx(0, abs=1e-9) for x in ("x1", "x4", "x7"))
    assert found["x3"].dmacs > 0.3
    reference, focal = school.solutions["configural"]
    link = focal.intercepts.value[0] - reference.intercepts.value[0]
    mean_at_reference_line = reference.intercepts.value[2] + reference.loadings.value[2] * link
    assert found["x3"].bias == pytest.approx(focal.intercepts.value[2] - mean_at_reference_line, abs=1e-9)


def test_all_pairs_of_groups(hs):
    result = invariance(hs, hs.age, HS)
    assert len(item_differences(result, "configural")) == 3 * 9


# --- traps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"group": np.ones(301)}, NotEnoughData, "stats.too-few-groups"),
        ({"group": np.arange(301) == 7}, NotEnoughData, "stats.too-few"),
        ({"group": np.where(np.arange(301) < 5, "a", "b")}, NotEnoughData, "stats.too-few"),
        ({"group": [1, 2]}, ArgumentError, "stats.unequal-length"),
        ({"group": [None] + [1] * 150 + [2] * 150}, ArgumentError, "stats.missing-values"),
        ({"group": None}, ArgumentError, "stats.group"),
        ({"models": ("metric", "scalar")}, ArgumentError, "stats.models"),
        ({"models": ("configural", "metric")}, ArgumentError, "stats.models"),
        ({"reference": "Pastor"}, ArgumentError, "stats.unknown-group"),
        ({"anchor": "last"}, ArgumentError, "stats.anchor"),
        ({"level": 95}, ArgumentError, "stats.level"),
        ({"missing": "drop"}, ArgumentError, "stats.missing-method"),
        ({"constructs": {"f": ["x1", "x2"]}}, ArgumentError, "stats.not-identified"),
    ],
)
def test_traps(hs, change, kind, code):
    call = {"data": hs, "group": hs.school, "constructs": HS} | change
    for function in (partial,) if "anchor" in change else (invariance, partial):
        with pytest.raises(kind) as caught:
            function(**call)
        assert caught.value.codes[0] == code


@pytest.mark.parametrize(("value", "code"), [(3.0, "stats.no-variance"), (np.nan, "stats.no-answers")])
def test_an_item_that_is_constant_or_empty_in_one_group(hs, value, code):
    spoilt = hs.assign(x5=hs.x5.mask(hs.school == "Pasteur", value))
    for missing in ("listwise", "fiml"):
        with pytest.raises(NotEnoughData) as caught:
            invariance(spoilt, spoilt.school, HS, missing)
        assert caught.value.codes == (code,)
        assert "Pasteur" in str(caught.value)


def test_two_items_per_construct(hs):
    two = {"visual": ["x1", "x2"], "textual": ["x4", "x5"]}
    result = partial(hs, hs.school, two, rule=NEVER)
    assert result.freed == ()
    assert result.fits["configural"].df == 2


def test_unknown_model_for_item_differences(school):
    with pytest.raises(ArgumentError):
        item_differences(school, "weak")
    with pytest.raises(ArgumentError):
        dmacs(1, 1, 0, 0, 0, 1, 0)
