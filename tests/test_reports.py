"""The numbers of both shipped reports, recomputed by other means from the raw files."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxresearch as cx

NYC = cx.shipped_file("reports/nyc-schools/data/nyc_school_survey_2011_scores.csv")
SFO = cx.shipped_file("reports/sfo-airport/data/sfo_2018.csv")


@pytest.fixture(scope="module")
def schools():
    survey = cx.load_survey("shipped:surveys/nyc-school-survey.yaml")
    return cx.read_scores(NYC, unit="dbn", construct="dimension", score="score", n="n_respondents", survey=survey)


@pytest.fixture(scope="module")
def passengers():
    return cx.read_responses(SFO, cx.load_survey("shipped:surveys/sfo-airport.yaml"))


@pytest.fixture(scope="module")
def raw_schools():
    return pd.read_csv(NYC)


@pytest.fixture(scope="module")
def raw_passengers():
    return pd.read_csv(SFO)


def test_gaps_of_the_schools(schools, raw_schools):
    table = cx.gaps(schools, inside="teacher", outside=["parent", "student"], margin=0.5).table
    assert len(table) == 8
    for row in table.to_dict("records"):
        wide = raw_schools[raw_schools["dimension"] == row["construct"]].pivot(
            index="dbn", columns="perspective", values="score"
        )
        both = wide[["teacher", row["outside"]]].dropna()
        difference = (both["teacher"] - both[row["outside"]]).to_numpy()
        n = len(difference)
        half = stats.t.ppf(0.975, n - 1) * difference.std(ddof=1) / math.sqrt(n)
        assert row["n_units"] == n
        assert row["difference"] == pytest.approx(difference.mean(), abs=1e-12)
        assert row["ci_low"] == pytest.approx(difference.mean() - half, abs=1e-10)
        assert row["ci_high"] == pytest.approx(difference.mean() + half, abs=1e-10)
        assert row["p"] == pytest.approx(stats.ttest_rel(both["teacher"], both[row["outside"]]).pvalue, rel=1e-8)
        pooled = math.sqrt((both["teacher"].var() + both[row["outside"]].var()) / 2)
        correction = math.exp(math.lgamma((n - 1) / 2) - math.lgamma((n - 2) / 2)) / math.sqrt((n - 1) / 2)
        assert row["effect_size"] == pytest.approx(correction * difference.mean() / pooled, rel=1e-9)
        lower = stats.ttest_1samp(difference, -0.5, alternative="greater").pvalue
        upper = stats.ttest_1samp(difference, 0.5, alternative="less").pvalue
        assert row["p_equivalence"] == pytest.approx(max(lower, upper), rel=1e-8)
        counts = raw_schools[(raw_schools["dimension"] == row["construct"]) & raw_schools["dbn"].isin(both.index)]
        assert row["n_inside"] == counts.loc[counts["perspective"] == "teacher", "n_respondents"].sum()
        assert row["n_outside"] == counts.loc[counts["perspective"] == row["outside"], "n_respondents"].sum()


def test_holm_over_the_family_of_eight(schools):
    table = cx.gaps(schools, inside="teacher", outside=["parent", "student"], margin=0.5).table
    p = table["p"].to_numpy()
    order = np.argsort(p)
    holm = np.maximum.accumulate(np.minimum(1, p[order] * np.arange(len(p), 0, -1)))
    assert table["p_adjusted"].to_numpy()[order] == pytest.approx(holm, rel=1e-12)


def test_the_answer_on_the_schools_in_words(schools):
    gaps = cx.gaps(schools, inside="teacher", outside=["parent", "student"], margin=0.5)
    assert gaps.table["verdict"].tolist() == ["inside_lower"] * 4 + ["aligned"] * 4
    assert gaps.sentence("de").startswith(
        "Innen Lehrkräfte, außen Eltern: Innenbild bei allen 4 Konstrukten niedriger."
    )
    assert "−1.31 points (95% CI −1.41 to −1.21), beyond the margin of 0.50" in gaps.sentence("en")


def test_by_type_of_school(schools, raw_schools):
    table = cx.gaps(schools, inside="teacher", outside="parent", margin=0.5, by="schooltype", minimum_cell=5).table
    row = table[(table["group"] == "High School") & (table["construct"] == "communication")].iloc[0]
    part = raw_schools[(raw_schools["schooltype"] == "High School") & (raw_schools["dimension"] == "communication")]
    wide = part.pivot(index="dbn", columns="perspective", values="score")[["teacher", "parent"]].dropna()
    assert row["difference"] == pytest.approx((wide["teacher"] - wide["parent"]).mean(), abs=1e-12)
    lone = table[table["verdict"] == "not_reportable"]
    assert set(lone["group"]) == {"Elementary / Middle / High School"}
    assert lone["difference"].isna().all()


def test_nps_of_the_passengers(passengers, raw_passengers):
    row = cx.nps(passengers).table.iloc[0]
    assert (round(row["nps"], 2), row["n"], row["n_dropped"]) == (30.98, 2650, 159)
    answers = raw_passengers.loc[raw_passengers["NETPRO"] <= 10, "NETPRO"]
    promoters, detractors, n = (answers >= 9).sum(), (answers <= 6).sum(), len(answers)
    assert row["nps"] == pytest.approx(100 * (promoters - detractors) / n, abs=1e-12)
    # adjusted Wald: 3/4 promoters, 3/4 detractors and 3/2 passives more (Rocks 2016)
    p, d, m = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3), n + 3
    half = stats.norm.ppf(0.975) * math.sqrt((p + d - (p - d) ** 2) / m)
    assert row["ci_low"] == pytest.approx(100 * (p - d - half), abs=1e-9)
    assert row["ci_high"] == pytest.approx(100 * (p - d + half), abs=1e-9)


def test_a_frame_gives_the_same_nps_and_says_what_it_left_out(raw_passengers):
    result = cx.nps(raw_passengers, "NETPRO")
    assert (result.table["n"].item(), result.table["n_dropped"].item()) == (2650, 159)
    assert "11 (159)" in result.caveats[0].text("en")


def test_weighted_means_of_facilities(passengers, raw_passengers):
    table = cx.describe(passengers, ["Q7ART", "Q7FOOD"], weights="WEIGHT").table.set_index("item")
    for item in ("Q7ART", "Q7FOOD"):
        valid = raw_passengers[raw_passengers[item].between(1, 5)]
        x, w = valid[item].to_numpy(float), valid["WEIGHT"].to_numpy(float)
        centre = (w * x).sum() / w.sum()
        score = w * (x - centre) / w.sum()
        se = math.sqrt(len(x) / (len(x) - 1) * (score**2).sum())
        half = stats.t.ppf(0.975, len(x) - 1) * se
        row = table.loc[item]
        assert row["n"] == len(x)
        assert row["mean"] == pytest.approx(centre, abs=1e-12)
        assert row["ci_low"] == pytest.approx(centre - half, abs=1e-10)
        assert row["ci_high"] == pytest.approx(centre + half, abs=1e-10)
        assert row["top_box"] == pytest.approx(w[x >= 4].sum() / w.sum(), abs=1e-12)


def test_codes_that_are_no_answer_stand_outside_the_base(passengers, raw_passengers):
    shares = cx.describe(passengers, "Q7ART").distribution
    outside = shares[~shares["in_base"]].set_index("code")["n"]
    assert outside.to_dict() == {"0": (raw_passengers["Q7ART"] == 0).sum(), "6": (raw_passengers["Q7ART"] == 6).sum()}
    assert shares.loc[shares["in_base"], "share"].sum() == pytest.approx(1.0)


def test_comparison_of_boarding_areas(passengers, raw_passengers):
    result = cx.compare(passengers, "Q7ALL", by="BAREA")
    valid = raw_passengers[raw_passengers["Q7ALL"].between(1, 5)]
    expected = stats.kruskal(*[g["Q7ALL"] for _, g in valid.groupby("BAREA")])
    test = result.test.iloc[0]
    assert test["test"] == "kruskal_wallis"
    assert test["statistic"] == pytest.approx(expected.statistic, rel=1e-10)
    assert test["p"] == pytest.approx(expected.pvalue, rel=1e-8)
    assert "ordinal" in result.method("en")


def test_first_visit_compares_two_groups_by_ranks(passengers, raw_passengers):
    result = cx.compare(passengers, "NETPRO", by="Q5FIRSTTIME")
    valid = raw_passengers[(raw_passengers["NETPRO"] <= 10) & raw_passengers["Q5FIRSTTIME"].isin([1, 2])]
    one, two = (valid.loc[valid["Q5FIRSTTIME"] == c, "NETPRO"] for c in (1, 2))
    test = result.test.iloc[0]
    assert test["test"] == "brunner_munzel"
    assert test["p"] == pytest.approx(stats.brunnermunzel(one, two).pvalue, rel=1e-6)
    below = (one.to_numpy()[:, None] < two.to_numpy()).mean()
    above = (one.to_numpy()[:, None] > two.to_numpy()).mean()
    assert test["effect_size"] == pytest.approx(above - below, abs=1e-12)


def test_a_problem_costs_recommendation_weighted(passengers, raw_passengers):
    import statsmodels.api as sm

    result = cx.compare(passengers, "NETPRO", by="Q15PROBLEM", measurement="interval", weights="WEIGHT")
    valid = raw_passengers[(raw_passengers["NETPRO"] <= 10) & raw_passengers["Q15PROBLEM"].isin([1, 2])]
    design = pd.get_dummies(valid["Q15PROBLEM"], dtype=float)
    fit = sm.WLS(valid["NETPRO"], design, weights=valid["WEIGHT"]).fit(cov_type="HC0")
    assert result.table["mean"].tolist() == pytest.approx(fit.params.tolist(), rel=1e-10)
    # linearisation without clusters is the sandwich up to n / (n - 1)
    wald = float(np.squeeze(fit.wald_test(np.array([[1.0, -1]]), use_f=False, scalar=True).statistic))
    n = len(valid)
    assert result.test["statistic"].item() == pytest.approx(wald * (n - 1) / n, rel=1e-6)
