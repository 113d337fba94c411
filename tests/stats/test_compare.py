"""Tests against R, the choice among them, and their edges."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats import compare
from cxresearch.stats._exact import rank_sum_monte_carlo_p, rank_sum_p, signed_rank_p
from cxresearch.stats.pairwise import games_howell, pairwise

CLOSE = {"rel": 1e-8, "abs": 1e-12}


def _same(test, wanted, *fields):
    for field in fields:
        assert getattr(test, field) == pytest.approx(wanted[field], **CLOSE)


def test_tests_of_independent_groups_match_r(ref):
    data = ref["input"]
    groups = [data["x"], data["y"], data["z"]]
    _same(compare.welch_t(data["x"], data["y"]), ref["welch_95"], "statistic", "df", "p")
    _same(compare.welch_anova(groups), ref["welch_anova"], "statistic", "df", "df2", "p")
    _same(compare.kruskal_wallis(groups), ref["kruskal"], "statistic", "df", "p")
    _same(compare.brunner_munzel(data["x"], data["y"]), ref["brunner_munzel"], "statistic", "df", "p")
    _same(compare.chi_square(data["tab"]), ref["chi_square"], "statistic", "df", "p")
    _same(compare.chi_square(data["small"]), ref["fisher"], "p")
    first, second = data["u"][:6], data["v"][1:5] + data["v"][7:10]
    _same(compare.brunner_munzel(first, second), ref["mann_whitney_exact"], "statistic", "p")


def test_tests_of_pairs_match_r(ref):
    data = ref["input"]
    _same(compare.paired_t(data["u"], data["v"]), ref["paired"], "statistic", "df", "p")
    _same(compare.wilcoxon(data["u"], data["v"]), ref["wilcoxon_exact"], "statistic", "p")
    _same(compare.wilcoxon(data["big_a"], data["big_b"]), ref["wilcoxon_normal"], "statistic", "p")
    _same(compare.rm_anova(data["m"]), ref["rm_anova"], "statistic", "df", "df2", "p")
    _same(compare.friedman(data["m"]), ref["friedman"], "statistic", "df", "p")
    _same(compare.cochran_q(data["yes"]), ref["cochran_q"], "statistic", "df", "p")
    a, b = np.repeat([1, 1, 0, 0], [40, 31, 12, 17]), np.repeat([1, 0, 1, 0], [40, 31, 12, 17])
    _same(compare.mcnemar(a, b), ref["mcnemar"], "statistic", "df", "p")
    few = compare.mcnemar([1] * 3 + [0] * 11 + [1] * 5, [0] * 3 + [1] * 11 + [1] * 5)
    _same(few, ref["mcnemar_exact"], "p")
    assert few.df is None


def test_brunner_munzel_matches_scipy(ref):
    x, y = ref["input"]["x"], ref["input"]["y"]
    theirs = stats.brunnermunzel(y, x)
    assert compare.brunner_munzel(x, y).p == pytest.approx(theirs.pvalue, **CLOSE)


def test_games_howell_matches_r(ref):
    data = ref["input"]
    for pair, name in zip(games_howell([data["x"], data["y"], data["z"]]), ("xy", "xz", "yz"), strict=True):
        wanted = ref["games_howell"][name]
        assert (pair.test.statistic, pair.test.df) == pytest.approx((wanted["t"], wanted["df"]), **CLOSE)
        assert pair.p_adjusted == pytest.approx(wanted["p"], rel=1e-6)  # quadrature on both sides
        interval = (pair.difference.low, pair.difference.high)
        assert interval == pytest.approx((wanted["low"], wanted["high"]), abs=1e-6)


def test_design_based_tests_match_survey(ref, clus, strat):
    wald = compare.wald_f(clus.api00, clus.stype, clus.pw, clus.dnum)
    wanted = ref["survey"]["by_clus"]
    assert (wald.statistic, wald.df, wald.df2, wald.p) == pytest.approx(
        (wanted["F"], wanted["df1"], wanted["df2"], wanted["p"]), **CLOSE
    )
    for name, frame, design in [
        ("clus", clus, {"clusters": clus.dnum}),
        ("strat", strat, {"strata": strat.stype}),
        ("plain", strat, {}),
    ]:
        test, wanted = (
            compare.rao_scott(frame.sch_wide, frame.stype, frame.pw, **design),
            ref["survey"]["rao_scott"][name],
        )
        assert (test.statistic, test.df, test.df2, test.p) == pytest.approx(
            (wanted["F"], wanted["df1"], wanted["df2"], wanted["p"]), **CLOSE
        )


def _by_hand_rank_sum(x, y):
    ranks = stats.rankdata([*x, *y])
    sums = np.array([sum(chosen) for chosen in itertools.combinations(ranks, len(x))])
    seen = ranks[: len(x)].sum()
    return min(1, 2 * min(np.mean(sums <= seen + 1e-9), np.mean(sums >= seen - 1e-9)))


@pytest.mark.parametrize(("x", "y"), [([1, 2, 2], [2, 3, 3, 5]), ([4, 5, 5, 5], [1, 1, 2, 3, 3]), ([3, 3], [3, 4, 1])])
def test_exact_rank_sum_counts_all_choices(x, y):
    p = rank_sum_p(np.array(x, float), np.array(y, float))[1]
    assert p == pytest.approx(_by_hand_rank_sum(x, y), **CLOSE)
    drawn = rank_sum_monte_carlo_p(np.array(x, float), np.array(y, float), 20_000, 3)[1]
    assert drawn == pytest.approx(p, abs=0.02)


def test_exact_signed_rank_counts_all_signs():
    differences = np.array([1, 1, -2, 3, 3, -1, 4.0])
    ranks = stats.rankdata(np.abs(differences))
    sums = np.array([ranks[list(keep)].sum() for keep in itertools.product([False, True], repeat=7)])
    seen = ranks[differences > 0].sum()
    by_hand = min(1, 2 * min(np.mean(sums <= seen), np.mean(sums >= seen)))
    assert signed_rank_p(differences) == pytest.approx((seen, by_hand), **CLOSE)


@pytest.mark.parametrize(
    ("groups", "scale", "name"),
    [
        (2, "interval", "welch_t"), (3, "interval", "welch_anova"), (2, "ordinal", "brunner_munzel"),
        (3, "ordinal", "kruskal_wallis"), (2, "nominal", "chi_square"),
    ],
)  # fmt: skip
def test_choice_for_independent_groups(groups, scale, name):
    rng = np.random.default_rng(5)
    test = compare.compare_independent([rng.integers(1, 4, 40) for _ in range(groups)], scale)
    assert test.name == name
    assert test.n == 40 * groups
    assert test.effect.contains(test.effect.value)


@pytest.mark.parametrize(
    ("columns", "scale", "name"),
    [
        (2, "interval", "paired_t"), (3, "interval", "rm_anova"), (2, "ordinal", "wilcoxon"),
        (3, "ordinal", "friedman"), (2, "nominal", "mcnemar"), (3, "nominal", "cochran_q"),
    ],
)  # fmt: skip
def test_choice_for_pairs(columns, scale, name):
    values = np.random.default_rng(6).integers(0, 2, (40, columns))
    test = compare.compare_paired(values, scale)
    assert test.name == name
    assert test.n == 40
    assert test.effect.contains(test.effect.value)


def test_small_tables_and_groups_fall_back():
    assert compare.chi_square([[8, 2], [1, 5]]).name == "fisher_exact"
    assert compare.chi_square([[8, 2, 1], [1, 5, 3]]).name == "permutation_chi_square"
    rng = np.random.default_rng(2)
    for few, many, how in [(9, 30, "exact"), (9, 400, "seeded")]:
        test = compare.brunner_munzel(rng.integers(1, 6, few), rng.integers(1, 6, many))
        assert test.name == "mann_whitney"
        assert how in test.method


def test_no_overlap_falls_back_however_large():
    test = compare.brunner_munzel([4, 5] * 10, [1, 2] * 10)
    assert test.name == "mann_whitney"
    assert test.p < 1e-6
    assert test.statistic == 400


def test_permutation_tests_repeat_themselves():
    table = [[8, 2, 1], [1, 5, 3], [0, 2, 2]]
    assert compare.chi_square(table) == compare.chi_square(table)
    exact = stats.fisher_exact([[8, 2, 1], [1, 5, 3]])[1]  # Freeman-Halton orders by probability
    assert compare.chi_square([[8, 2, 1], [1, 5, 3]]).p == pytest.approx(exact, abs=0.03)


def test_labels_are_nominal_answers():
    test = compare.compare_independent([["a", "b", "b", "c"] * 10, ["a", "a", "a", "c"] * 10], "nominal")
    assert test.name == "chi_square"
    assert test.df == 2


def test_pairwise_adjusts_over_the_family(ref):
    data = ref["input"]
    pairs = pairwise([data["x"], data["y"], data["z"]], "ordinal", "bonferroni")
    assert [(p.first, p.second) for p in pairs] == [(0, 1), (0, 2), (1, 2)]
    assert [p.p_adjusted for p in pairs] == pytest.approx([min(1, 3 * p.test.p) for p in pairs])
    nominal = pairwise([["a", "b"] * 12, ["b", "b"] * 12, ["a", "a"] * 12], "nominal", "none")
    assert [p.p_adjusted for p in nominal] == [p.test.p for p in nominal]


def test_an_impossible_pair_leaves_the_others():
    groups = [[5, 5, 5, 5], [5, 5, 5], [1, 2, 3, 4]]
    for pairs in (pairwise(groups), games_howell(groups), pairwise(groups, "nominal")):
        assert pairs[0].test is None
        assert np.isnan(pairs[0].p_adjusted)
        assert all(0 <= pair.p_adjusted <= 1 for pair in pairs[1:])
    with pytest.raises(NotEnoughData):
        pairwise([[5, 5], [5, 5]])


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: compare.compare_independent([[1, 2], [2, 3]], "ratio"), "stats.scale"),
        (lambda: compare.compare_paired([[1, 2], [2, 3]], "nominal"), "stats.not-binary"),
        (lambda: compare.cochran_q([[1, 2], [2, 3]]), "stats.not-binary"),
        (lambda: compare.rm_anova([[1, np.nan], [2, 3]]), "stats.missing-values"),
        (lambda: compare.wald_f([1, 2, 3], ["a", "b"]), "stats.unequal-length"),
        (lambda: compare.rao_scott(["a", None, "b"], [1, 2, 1]), "stats.missing-values"),
        (lambda: pairwise([[1, 2], [2, 3]], "interval"), "stats.scale"),
    ],
)
def test_impossible_arguments(call, code):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert caught.value.codes == (code,)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: compare.compare_independent([[1, 2, 3]]), "stats.too-few-groups"),
        (lambda: compare.welch_anova([[1, 2], [3, 3], [1, 4]]), "stats.no-variance"),
        (lambda: compare.rm_anova([[1, 2, 3], [2, 3, 4]]), "stats.no-variance"),
        (lambda: compare.wilcoxon([1, 2, 3], [1, 2, 3]), "stats.no-variance"),
        (lambda: compare.mcnemar([1, 0, 1], [1, 0, 1]), "stats.too-few"),
        (lambda: compare.wald_f([1, 2, 3], ["a", "a", "a"]), "stats.too-few-groups"),
        (lambda: compare.wald_f([1, 1, 2, 2], ["a", "a", "b", "b"]), "stats.no-variance"),
        (lambda: compare.rao_scott(["a", "a"], [1, 2]), "stats.too-few-categories"),
    ],
)
def test_too_little_data_says_why(call, code):
    with pytest.raises(NotEnoughData) as caught:
        call()
    assert caught.value.codes == (code,)
