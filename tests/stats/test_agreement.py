"""Agreement within groups and the reliability of group means, against R and against their own laws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.agreement import NULLS, average_deviation, awg, icc1, icc2, null_variance, rwg
from cxresearch.stats.icc import FORMS, icc_raters, one_way

HERE = Path(__file__).parents[1] / "reference"
REF = json.loads((HERE / "agreement.json").read_text(encoding="utf-8"))["agreement"]
GIVEN = json.loads((HERE / "agreement_given.json").read_text(encoding="utf-8"))
few = settings(max_examples=40, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / "bh1996_extract.csv")


@pytest.fixture(scope="module")
def teams() -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(HERE / "data" / "lq2002_lead.csv")
    return frame.iloc[:, 1:].to_numpy(float), frame["COMPID"].to_numpy()


@pytest.mark.parametrize("name", ["HRS", "COHES"])
def test_icc_as_r(units, name):
    one, two = icc1(units[name], units["GRP"]), icc2(units[name], units["GRP"])
    expected = REF[name.lower()]
    assert one.value == pytest.approx(GIVEN["icc"][name]["ICC1"], abs=1e-12)
    assert two.value == pytest.approx(GIVEN["icc"][name]["ICC2"], abs=1e-12)
    assert [one.low, one.high] == pytest.approx(expected["icc1_ci"], abs=1e-9)
    assert [two.low, two.high] == pytest.approx(expected["icc2_ci"], abs=1e-9)
    assert one.n == 7382


def test_rwg_as_r(units, teams):
    items, group = teams
    assert rwg(units["COHES"], units["GRP"]).values == pytest.approx(GIVEN["rwg_cohes"], abs=1e-12)
    slight = rwg(units["COHES"], units["GRP"], 5, "slight")
    assert slight.values == pytest.approx(REF["rwg_cohes_slight"], abs=1e-12)
    lead = rwg(items, group)
    assert lead.values == pytest.approx(GIVEN["rwgj_lead"], abs=1e-12)
    assert list(map(str, lead.labels)) == GIVEN["group_lead"]
    assert lead.n.tolist() == GIVEN["size_lead"]
    assert rwg(items, group, 5, "moderate").values == pytest.approx(REF["rwgj_lead_moderate"], abs=1e-12)
    assert rwg(items[:, 0], group).values == pytest.approx(REF["rwg_lead01"], abs=1e-12)


def test_deviation_and_awg_as_r(teams):
    items, group = teams
    assert average_deviation(items, group).values == pytest.approx(GIVEN["ad_mean_lead"], abs=1e-12)
    assert average_deviation(items, group, "median").values == pytest.approx(REF["ad_median_lead"], abs=1e-12)
    assert awg(items, group).values == pytest.approx(GIVEN["awg_lead"], abs=1e-12)
    assert awg(items[:, 0], group).values == pytest.approx(REF["awg_lead01"], abs=1e-12)


def test_spread_over_groups(units):
    result = rwg(units["COHES"], units["GRP"])
    spread = result.spread
    assert spread.n_groups == 99
    assert spread.mean == pytest.approx(0.631644069458514, abs=1e-12)
    assert spread.smallest <= spread.low_quartile <= spread.median <= spread.high_quartile <= spread.largest
    assert result.share_at_least(0.7) + result.share_at_most(np.nextafter(0.7, 0)) == pytest.approx(1)


def test_null_variances():
    assert null_variance(7) == 4
    assert [null_variance(5, name) for name in NULLS] == [2.0, 1.34, 0.90, 0.44, 1.32, 1.04]
    assert [null_variance(7, name) for name in NULLS] == [4.0, 2.90, 2.14, 1.39, 2.10, 1.40]
    for points in range(5, 12):
        uniform, slight, moderate, heavy = (null_variance(points, name) for name in NULLS[:4])
        assert uniform > slight > moderate > heavy
    with pytest.raises(ArgumentError, match=r"stats\.points"):
        null_variance(4, "slight")
    with pytest.raises(ArgumentError, match="moderate"):
        null_variance(5, "modrate")
    assert rwg([1, 2, 4, 4], [0, 0, 1, 1], null=2.0).values == pytest.approx(rwg([1, 2, 4, 4], [0, 0, 1, 1]).values)


def test_edges_of_agreement():
    groups = ["a", "a", "b", "b", "c"]
    result = rwg([1, 5, 3, 3, 2], groups)
    assert result.values.tolist() == pytest.approx([0.0, 1.0, np.nan], nan_ok=True)
    assert result.cut.tolist() == [True, False, False]
    assert result.spread.n_groups == 2
    assert awg([5, 5, 1, 1, 2], groups).values.tolist() == pytest.approx([1.0, 1.0, np.nan], nan_ok=True)
    assert awg([5, 5, 5, 1, 3, 3], [0, 0, 0, 0, 1, 1]).values[0] == pytest.approx(-1)  # one member away from an end
    assert np.isnan(average_deviation([1, 5, 3, 3, 2], groups).values[2])
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        rwg([1, 2, 3], ["a", "b", "c"])
    with pytest.raises(ArgumentError, match=r"stats\.range"):
        awg([0, 5], [1, 1])
    with pytest.raises(ArgumentError, match=r"stats\.missing-values"):
        rwg([1, np.nan], [1, 1])
    with pytest.raises(ValueError, match="read-only"):
        result.values[0] = 1


def test_icc_refusals():
    with pytest.raises(NotEnoughData, match=r"stats\.no-variance"):
        icc1([1, 1, 2, 2], [0, 0, 1, 1])
    with pytest.raises(NotEnoughData, match=r"stats\.no-variance"):
        icc2([1, 2, 1, 2], [0, 0, 1, 1])
    with pytest.raises(NotEnoughData, match=r"stats\.too-few-groups"):
        icc1([1, 2, 3], [0, 0, 0])
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        icc1([1, 2, 3], [0, 1, 2])
    assert icc1([1, 2, 1, 2], [0, 0, 1, 1]).value == -1  # the lowest possible, -1 / (k - 1)


def test_icc_interval_of_equal_groups_is_the_usual_one():
    rng = np.random.default_rng(4)
    group = np.repeat(np.arange(8), 6)
    values = rng.normal(size=8)[group] + rng.normal(size=48)
    table = one_way(values, group)
    f = table.f / stats.f.ppf([0.975, 0.025], 7, 40)
    one, two = icc1(values, group), icc2(values, group)
    assert [one.low, one.high] == pytest.approx((f - 1) / (f + 5), abs=1e-10)
    assert [two.low, two.high] == pytest.approx(1 - 1 / f, abs=1e-10)


def test_icc_with_a_huge_offset(units):
    shifted = icc1(units["HRS"] + 1e9, units["GRP"])
    assert shifted.value == pytest.approx(icc1(units["HRS"], units["GRP"]).value, abs=1e-6)


@pytest.mark.parametrize("row", GIVEN["icc_shrout_fleiss"]["results"], ids=lambda r: r["type"])
def test_shrout_fleiss_as_r(row):
    form = row["type"].removeprefix("ICC")
    estimate = icc_raters(GIVEN["icc_shrout_fleiss"]["data"], form)
    # psych fits by lmer, whose variances stop a little short of the mean squares
    assert estimate.value == pytest.approx(row["ICC"], abs=1e-8)
    assert [estimate.low, estimate.high] == pytest.approx([row["lower bound"], row["upper bound"]], abs=1e-7)


grouped = st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=6), min_size=2, max_size=6)


def _long(data):
    values = np.array([v for group in data for v in group], float)
    return values, np.repeat(np.arange(len(data)), [len(group) for group in data])


@few
@given(grouped, st.floats(0.5, 3), st.floats(-5, 5), st.randoms())
def test_icc_laws(data, scale, shift, random):
    values, group = _long(data)
    assume(any(len(set(g)) > 1 for g in data))
    estimate = icc1(values, group)
    assert estimate.low <= estimate.value <= estimate.high <= 1
    assert icc1(values * scale + shift, group).value == pytest.approx(estimate.value, abs=1e-9)
    order = list(range(values.size))
    random.shuffle(order)
    assert icc1(values[order], group[order]).value == pytest.approx(estimate.value, abs=1e-12)
    wide = icc1(values, group, level=0.99)
    assert wide.low <= estimate.low
    assert wide.high >= estimate.high


@few
@given(grouped, st.randoms())
def test_agreement_laws(data, random):
    values, group = _long(data)
    uniform = rwg(values, group)
    assert ((uniform.values >= 0) & (uniform.values <= 1)).all()
    assert (rwg(values, group, 5, "slight").values <= uniform.values + 1e-12).all()  # a stricter null agrees less
    assert rwg(6 - values, group).values == pytest.approx(uniform.values)  # reversing the scale changes nothing
    assert awg(6 - values, group).values == pytest.approx(awg(values, group).values, nan_ok=True)
    twice = np.column_stack([values, values])
    assert average_deviation(twice, group).values == pytest.approx(average_deviation(values, group).values)
    assert (rwg(twice, group).values >= uniform.values - 1e-12).all()  # two items step agreement up
    order = list(range(values.size))
    random.shuffle(order)
    mixed = average_deviation(values[order], group[order], "median")
    assert mixed.values == pytest.approx(average_deviation(values, group, "median").values)
    median = [np.mean(np.abs(np.array(g) - np.median(g))) for g in data]
    assert mixed.values == pytest.approx(median)


@few
@given(st.lists(st.lists(st.integers(1, 7), min_size=3, max_size=3), min_size=3, max_size=8), st.floats(-3, 3))
def test_rater_laws(rows, shift):
    x = np.array(rows, float)
    try:
        values = {form: icc_raters(x, form) for form in FORMS}
    except NotEnoughData:
        return
    for form, estimate in values.items():
        assert estimate.low <= estimate.value <= estimate.high
        assert icc_raters(x + shift, form).value == pytest.approx(estimate.value, abs=1e-8)
        assert icc_raters(x[:, ::-1], form).value == pytest.approx(estimate.value, abs=1e-8)
    lenient = x + np.array([0, 1, 2]) * shift  # consistency does not mind a rater's level
    assert icc_raters(lenient, "3").value == pytest.approx(values["3"].value, abs=1e-8)
    with pytest.raises(ArgumentError, match=r"stats\.icc-form"):
        icc_raters(x, "ICC2")
