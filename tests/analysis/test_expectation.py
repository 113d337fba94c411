"""Expectation and experience: reference values, traps, and what the words say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.analysis.expectation import Expectation, ExpectationSurface
from cxresearch.errors import ArgumentError, NotEnoughData

REFERENCE = Path(__file__).parent.parent / "reference"
NUMBERS = [f"sq{i:02}" for i in range(1, 25)]
EXPECTED, EXPERIENCED = [f"{n}_exp" for n in NUMBERS], [f"{n}_per" for n in NUMBERS]


@pytest.fixture(scope="module")
def kiosk():
    return cx.read("shipped:reports/kiosk/data/kiosk_kservqual.csv", "shipped:surveys/kiosk-service.yaml")


@pytest.fixture(scope="module")
def servqual(kiosk):
    return cx.expectation(kiosk, expected=EXPECTED, experienced=EXPERIENCED)


@pytest.fixture(scope="module")
def motcon():
    frame = pd.read_csv(REFERENCE / "data" / "rsa_motcon.csv")
    return frame.set_axis(["x", "y", "z"], axis=1)


@pytest.fixture(scope="module")
def given():
    return json.loads((REFERENCE / "agreement.json").read_text(encoding="utf-8"))["surface"]


def surface(frame, **options):
    return cx.expectation(frame, expected="x", experienced="y", outcome="z", **{"midpoint": 0.0, **options})


def people(n=120, seed=3, noise=0.4, rule=lambda x, y: y):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(1, 8, n).astype(float), rng.integers(1, 8, n).astype(float)
    return pd.DataFrame({"x": x, "y": y, "z": rule(x - 4, y - 4) + rng.normal(0, noise, n)})


# ---- gaps ----------------------------------------------------------------------------------------


def test_kiosk_agrees_with_r(servqual):
    given = json.loads((REFERENCE / "servqual_given.json").read_text(encoding="utf-8"))["items"]
    table = servqual.table.assign(key=[item[:4] for item in servqual.table["item"]]).set_index("key")
    assert set(given) == set(table.index)
    for key, wanted in given.items():
        row = table.loc[key]
        assert [row["t"], row["p"]] == pytest.approx([wanted["t"], wanted["p"]], rel=1e-8)
        assert [row["ci_low"], row["ci_high"]] == pytest.approx(wanted["ci"], rel=1e-8)
        assert [row["expected_mean"], row["experienced_mean"]] == pytest.approx([wanted["mean_E"], wanted["mean_P"]])
    assert set(table["n"]) == {207}
    assert set(table["n_dropped"]) == {4}


def test_kiosk_overall_gap(servqual):
    overall = servqual.overall.iloc[0]
    assert overall["difference"] == pytest.approx(-1.10205314009662, rel=1e-12)
    assert overall["difference"] == pytest.approx(servqual.table["difference"].mean(), rel=1e-12)
    assert "−1,10" in servqual.sentence("de")
    assert "−1.10" in servqual.sentence("en")


def test_kiosk_shares_and_verdicts(servqual, kiosk):
    row = servqual.table.set_index("item").loc["sq23_per"]
    both = kiosk.frame[["sq23_exp", "sq23_per"]].dropna().astype(float)
    assert row["missed"] == pytest.approx((both["sq23_per"] < both["sq23_exp"]).mean())
    assert row["exceeded"] + row["met"] + row["missed"] == pytest.approx(1)
    assert servqual.table["verdict"].value_counts().to_dict() == {"missed": 20, "open": 3, "exceeded": 1}
    assert (servqual.table["p_adjusted"] >= servqual.table["p"]).all()


def test_criticism_stands_beside_the_numbers(servqual):
    caveats = {c.code: c for c in servqual.caveats}
    assert {"difference_scores", "expectation_ceiling", "ordinal_as_interval"} <= set(caveats)
    assert caveats["expectation_ceiling"].severity == "warning"
    assert "54%" in caveats["expectation_ceiling"].text("en")
    assert "SERVQUAL" in servqual.method("de")


def test_one_pair_has_no_overall_gap():
    frame = pd.DataFrame({"e": [5, 5, 4, 5, 4], "p": [3, 4, 4, 2, 4]})
    result = cx.expectation(frame, expected="e", experienced="p", scale=(1, 5))
    assert isinstance(result, Expectation)
    assert list(result.frames()) == ["table"]
    assert result.table["n"].tolist() == [5]


def test_clusters_widen_the_interval(kiosk):
    rng = np.random.default_rng(1)
    team = np.repeat(np.arange(40), 6)
    shift = rng.normal(0, 1, 40)[team]
    frame = pd.DataFrame({"team": team, "e": 5.0, "p": np.clip(np.round(4 + shift), 1, 7)})
    frame["e"] += rng.integers(0, 3, len(frame))
    options = {"expected": "e", "experienced": "p", "scale": (1, 7)}
    plain, clustered = cx.expectation(frame, **options), cx.expectation(frame, cluster="team", **options)
    width = [r.table["ci_high"].item() - r.table["ci_low"].item() for r in (plain, clustered)]
    assert width[1] > 1.5 * width[0]
    assert clustered.table["df"].item() == 39
    assert clustered.table["difference"].item() == pytest.approx(plain.table["difference"].item())


def test_rows_without_a_cluster_are_left_out():
    frame = pd.DataFrame({"team": ["a", "b", None, "c", "c"], "e": [5, 5, 1, 4, 5], "p": [3, 4, 5, 4, 2]})
    result = cx.expectation(frame, expected="e", experienced="p", scale=(1, 5), cluster="team")
    assert result.table[["n", "n_dropped"]].iloc[0].tolist() == [4, 1]


def test_constant_difference_is_not_reported_but_shown():
    frame = pd.DataFrame({"e": [5, 4, 5, 4], "p": [4, 3, 4, 3], "f": [5, 4, 5, 5], "q": [4, 4, 3, 4]})
    result = cx.expectation(frame, expected=["e", "f"], experienced=["p", "q"], scale=(1, 5))
    row = result.table.iloc[0]
    assert (row["verdict"], row["reason"]) == ("not_reportable", "stats.no-variance")
    assert row["missed"] == 1
    assert "pairs_not_reportable" in {c.code for c in result.caveats}
    assert np.isfinite(result.table["p_adjusted"].iloc[1])


def test_expected_equal_to_experienced_has_nothing_to_report():
    frame = pd.DataFrame({"e": [5, 4, 3, 4], "p": [5, 4, 3, 4]})
    with pytest.raises(NotEnoughData) as caught:
        cx.expectation(frame, expected="e", experienced="p", scale=(1, 5))
    assert caught.value.codes == ("expectation.nothing-reportable",)


@pytest.mark.parametrize("values", [[None] * 4, [np.nan] * 4, [9, 9, 9, 9]])
def test_all_missing(values):
    frame = pd.DataFrame({"e": [5, 4, 3, 4], "p": values})
    with pytest.raises(NotEnoughData):
        cx.expectation(frame, expected="e", experienced="p", scale=(1, 5), missing=[9])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_tiny_n(n):
    frame = pd.DataFrame({"e": [5.0, 4, 5, 4], "p": [4.0, 4, 5, 1]})
    frame.loc[n:, "p"] = np.nan
    if n < 2:
        with pytest.raises(NotEnoughData):
            cx.expectation(frame, expected="e", experienced="p", scale=(1, 5))
    else:
        row = cx.expectation(frame, expected="e", experienced="p", scale=(1, 5)).table.iloc[0]
        assert np.isnan(row["effect_size"])
        assert np.isfinite(row["difference"])


def test_small_cells_are_suppressed_with_their_counts():
    frame = pd.DataFrame({"e": [5, 4, 5, 4, 5, 4], "p": [4, 4, 5, 1, 2, 3], "f": [5, 4, None, None, None, None]})
    frame["q"] = [3, 1, 2, 2, 2, 2]
    options = {"expected": ["e", "f"], "experienced": ["p", "q"], "scale": (1, 5), "minimum_cell": 5}
    row = cx.expectation(frame, **options).table.iloc[1]
    assert row["reason"] == "minimum_cell"
    assert pd.isna(row["n"])
    assert pd.isna(row["n_dropped"])
    assert np.isnan(row["missed"])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"expected": ["e"], "experienced": ["p", "q"]}, "expectation.pairs"),
        ({"expected": [], "experienced": []}, "expectation.pairs"),
        ({"expected": "e", "experienced": "e"}, "expectation.pairs"),
        ({"expected": "e", "experienced": "word"}, "data.text-in-numbers"),
        ({"expected": "e", "experienced": "none"}, "data.unknown-column"),
        ({"expected": "e", "experienced": "p", "scale": {"e": (1, 5), "p": (1, 7)}}, "expectation.scales"),
        ({"expected": "e", "experienced": "p", "level": 95}, "expectation.level"),
        ({"expected": "e", "experienced": "p", "minimum_cell": 0}, "expectation.minimum-cell"),
        ({"expected": "e", "experienced": "p", "outcome": "e"}, "expectation.outcome"),
        ({"expected": "e", "experienced": "p", "outcome": "q", "scale": None}, "expectation.midpoint"),
    ],
)
def test_faults_teach(options, code):
    frame = pd.DataFrame({"e": [1, 2, 3], "p": [1, 3, 3], "q": [2, 2, 3], "word": ["a", "b", "c"]})
    with pytest.raises((ArgumentError, cx.CxError)) as caught:
        cx.expectation(frame, **{"scale": (1, 5), **options})
    assert code in caught.value.codes


def test_words_are_no_ratings():
    frame = pd.DataFrame({"e": [1, 2, 3], "word": ["a", "b", "c"]})
    with pytest.raises(ArgumentError) as caught:
        cx.expectation(frame, expected="e", experienced="word")
    assert caught.value.codes == ("expectation.not-rated",)


# ---- surface -------------------------------------------------------------------------------------


@pytest.mark.parametrize("errors", ["ols", "hc3"])
def test_motcon_agrees_with_r(errors, motcon, given):
    result = surface(motcon, errors=errors)
    table = result.table.set_index("term")
    for i in range(6):
        assert table.loc[f"b{i}", "estimate"] == pytest.approx(given["b"][i], rel=1e-8)
        assert table.loc[f"b{i}", "se"] == pytest.approx(given["b_se"][errors][i], rel=1e-8)
    for i in range(5):
        assert table.loc[f"a{i + 1}", "estimate"] == pytest.approx(given["a"][i], rel=1e-8)
        assert table.loc[f"a{i + 1}", "se"] == pytest.approx(given["a_se"][errors][i], rel=1e-8)
    axes = result.axes.set_index("term")
    for name in ("x0", "y0", "p10", "p11", "p20", "p21", "shift"):
        assert axes.loc[name, "estimate"] == pytest.approx(given["axes"][name]["value"], rel=1e-7)
        assert axes.loc[name, "se"] == pytest.approx(given["axes"][name][errors], rel=1e-6)
    curved = result.congruence.set_index("condition").loc["curvature"]
    assert curved["p"] == pytest.approx(given["curvature"][errors]["p"], rel=1e-8)


def test_motcon_clustered_agrees_with_r(motcon, given):
    frame = motcon.assign(group=np.tile(np.arange(1, 13), 7))
    result = surface(frame, cluster="group")
    assert result.errors == "cluster"
    assert result.table["se"][:6].to_numpy() == pytest.approx(given["b_se"]["cluster"], rel=1e-8)


def test_motcon_p_values(motcon):
    # R 4.2.2, lm and contrasts: p of a1..a5 with classical errors
    wanted = [0.00158157980664619, 0.731787182727617, 0.834893526733978, 0.181308322256602, 0.253199905048035]
    table = surface(motcon, errors="ols").table.set_index("term")
    assert table.loc["a1":"a5", "p"].to_numpy() == pytest.approx(wanted, rel=1e-8)


def test_slopes_at_the_average_are_those_of_the_surface(motcon):
    result = surface(motcon)
    b = result.table.set_index("term")["estimate"]
    x, y = motcon["x"].mean(), motcon["y"].mean()
    slopes = result.slopes.set_index("side")
    assert slopes.loc["expected", "estimate"] == pytest.approx(b["b1"] + 2 * b["b3"] * x + b["b4"] * y)
    assert slopes.loc["experienced", "estimate"] == pytest.approx(b["b2"] + b["b4"] * x + 2 * b["b5"] * y)
    both = slopes.loc[["expected", "experienced"], "estimate"]
    assert slopes.loc["difference", "estimate"] == pytest.approx(both.iloc[1] - both.iloc[0])
    assert slopes.loc["difference", "ci_low"] < slopes.loc["difference", "ci_high"]


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        (lambda x, y: -((x - y) ** 2), "congruence"),
        (lambda x, y: y, "experience"),
        (lambda x, y: x, "expectation"),
        (lambda x, y: y - x, "exceeding"),
        (lambda x, y: x + y, "both"),
        (lambda x, y: 0 * x, "open"),
    ],
)
def test_known_truths_are_told(rule, pattern):
    result = surface(people(rule=rule, seed=5), midpoint=4.0)
    assert isinstance(result, ExpectationSurface)
    assert result.summary["pattern"].item() == pattern
    assert result.sentence("de") != result.sentence("en")
    told = {"congruence": "All 5 conditions"}.get(pattern, "not supported")
    assert told in result.sentence("en")


def test_experience_alone_is_not_said_to_beat_expectation():
    frame = people(n=60, seed=9, noise=2.0, rule=lambda x, y: 0.5 * y + 0.35 * x)
    result = surface(frame, midpoint=4.0)
    assert result.summary["pattern"].item() in ("some_experience", "both")


def test_the_default_midpoint_is_that_of_the_scale():
    frame = people()
    scale = {"x": (1, 7), "y": (1, 7)}
    given = surface(frame, midpoint=4.0, scale=scale).table
    pd.testing.assert_frame_equal(surface(frame, midpoint=None, scale=scale).table, given)


def test_an_item_scale_is_not_that_of_the_outcome():
    frame = people().assign(z=lambda f: f["z"] + 90)
    assert surface(frame, midpoint=None, scale=(1, 7)).summary["n"].item() == 120


def test_agreement_without_discrepancy_is_not_run():
    frame = people(n=200)
    frame["y"] = frame["x"]
    frame.loc[:10, "y"] = 8 - frame.loc[:10, "x"]
    with pytest.raises(NotEnoughData) as caught:
        surface(frame, midpoint=4.0)
    assert caught.value.codes == ("expectation.no-discrepancy",)


def test_equal_sides_are_not_run():
    frame = people()
    with pytest.raises(NotEnoughData):
        surface(frame.assign(y=frame["x"]), midpoint=4.0)


@pytest.mark.parametrize("column", ["x", "y", "z"])
def test_a_constant_side_is_not_run(column):
    with pytest.raises(NotEnoughData):
        surface(people().assign(**{column: 4.0}), midpoint=4.0)


def test_too_few_for_six_coefficients():
    with pytest.raises(NotEnoughData) as caught:
        surface(people(n=6), midpoint=4.0)
    assert caught.value.codes == ("expectation.too-few",)


def test_small_samples_are_warned_of():
    assert "surface_small" in {c.code for c in surface(people(n=40), midpoint=4.0).caveats}


def test_kiosk_surface(kiosk):
    result = cx.expectation(kiosk, expected=EXPECTED, experienced=EXPERIENCED, outcome="total1")
    assert result.summary[["pattern", "n", "n_dropped"]].iloc[0].tolist() == ["experience", 207, 4]
    assert {"surface_few_above", "surface_far_expected", "surface_no_cause"} <= {c.code for c in result.caveats}


@pytest.mark.parametrize(("errors", "other"), [("ols", "hc3"), ("hc3", "ols")])
def test_a_finding_that_hangs_on_few_people_is_warned_of(kiosk, errors, other):
    # classical errors call total3 congruent; with robust ones nothing of that is left
    options = {"expected": EXPECTED, "experienced": EXPERIENCED, "outcome": "total3"}
    found = {e: cx.expectation(kiosk, errors=e, **options) for e in (errors, other)}
    assert found["ols"].summary["pattern"].item() == "congruence"
    assert found["hc3"].summary["pattern"].item() != "congruence"
    assert f"surface_fragile_{errors}" in {c.code for c in found[errors].caveats}


def test_missing_pairs_count_only_where_half_is_answered():
    frame = pd.concat([people(seed=s)[["x", "y"]].set_axis([f"x{s}", f"y{s}"], axis=1) for s in (1, 2, 3)], axis=1)
    frame["z"] = frame["y1"]
    frame.loc[0, ["x1", "x2"]] = np.nan  # one pair of three is left
    frame.loc[1, "x1"] = np.nan  # two of three
    names = {"expected": ["x1", "x2", "x3"], "experienced": ["y1", "y2", "y3"]}
    result = cx.expectation(frame, outcome="z", scale=(1, 7), **names)
    assert result.summary[["n", "n_dropped"]].iloc[0].tolist() == [119, 1]
    first = frame.loc[1, ["y2", "y3"]].mean()
    assert np.isclose(result.points["y"], first).any()


def test_the_map_shows_only_where_respondents_are(kiosk):
    result = cx.expectation(kiosk, expected=EXPECTED, experienced=EXPERIENCED, outcome="total1")
    grid = result._grid()
    near = grid[(grid["x"].sub(6).abs() < 0.05) & (grid["y"].sub(5).abs() < 0.05)]["value"]
    far = grid[(grid["x"] < 3) & (grid["y"] > 6)]["value"]
    assert near.notna().all()
    assert far.isna().all()
