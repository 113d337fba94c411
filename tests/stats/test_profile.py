"""Similarity of profiles, against the kiosk data and against its own arithmetic."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.profile import flatness, group_profiles, pair_profiles, similarity

HERE = Path(__file__).parents[1] / "reference"
GIVEN = json.loads((HERE / "agreement_given.json").read_text(encoding="utf-8"))["profile_kiosk"]
few = settings(max_examples=40, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def kiosk() -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(HERE / "data" / "kiosk_servqual.csv")
    return tuple(frame.filter(regex=f"_{side}$").to_numpy(float) for side in ("exp", "per"))


@pytest.fixture(scope="module")
def pairs(kiosk):
    return pair_profiles(*kiosk, draws=1000)


def test_profiles_as_given(pairs):
    each = pairs.similarity
    assert each.q[:5] == pytest.approx(GIVEN["q_first5"], abs=1e-12)
    assert each.d2[:5] == pytest.approx(GIVEN["D2_first5"], abs=1e-9)
    assert np.sqrt(each.d2).mean() == pytest.approx(GIVEN["D_mean"], abs=1e-12)
    assert each.icc[:5] == pytest.approx(GIVEN["icc1_first5"], abs=1e-12)
    assert np.nanmean(each.icc) == pytest.approx(GIVEN["icc1_mean"], abs=1e-12)
    assert each.q_distinctive[:5] == pytest.approx(GIVEN["distinctive_first5"], abs=1e-12)
    assert pairs.q.value == pytest.approx(GIVEN["q_corr_mean"], abs=1e-12)
    assert pairs.q_distinctive.value == pytest.approx(GIVEN["distinctive_q_mean"], abs=1e-12)
    assert pairs.undefined == 7  # flat profiles
    assert pairs.n_items == 24


def test_intervals_over_pairs(pairs, kiosk):
    assert pairs.q.low < pairs.q.value < pairs.q.high
    known = pairs.similarity.q[~np.isnan(pairs.similarity.q)]
    assert pairs.q.se == pytest.approx(known.std(ddof=1) / np.sqrt(known.size), rel=0.1)
    again = pair_profiles(*kiosk, draws=1000)
    assert again.q == pairs.q
    assert again.q_distinctive == pairs.q_distinctive


def test_groups_of_different_people(kiosk):
    expected, perceived = kiosk
    result = group_profiles(expected, perceived, draws=1000)
    direct = np.corrcoef(expected.mean(axis=0), perceived.mean(axis=0))[0, 1]
    assert result.q.value == pytest.approx(direct, abs=1e-12)
    assert result.q.low < direct < result.q.high
    assert result.q_distinctive is None
    assert result.q.n == 2 * 207
    norm = (expected.mean(axis=0) + perceived.mean(axis=0)) / 2 + np.linspace(-1, 1, 24)
    with_norm = group_profiles(expected, perceived, normative=norm, draws=1000)
    own = np.corrcoef(expected.mean(axis=0) - norm, perceived.mean(axis=0) - norm)[0, 1]
    assert with_norm.q_distinctive.value == pytest.approx(own, abs=1e-12)
    assert with_norm.q == result.q


def test_a_known_profile():
    each = similarity([[1.0, 2, 3]], [[3.0, 4, 8]])
    assert each.d2[0] == 4 + 4 + 25
    assert each.elevation[0] == pytest.approx(3 * 3**2)
    assert each.scatter[0] == pytest.approx((np.sqrt(2) - np.sqrt(14)) ** 2)
    assert each.q[0] == pytest.approx(5 / np.sqrt(28))
    double = np.corrcoef([1, 2, 3, 3, 4, 8], [3, 4, 8, 1, 2, 3])[0, 1]
    assert each.icc_double_entry[0] == pytest.approx(double)
    assert np.isnan(each.q_distinctive[0])


def test_flat_profiles_have_no_shape():
    each = similarity([[2.0, 2, 2], [1, 2, 3]], [[1.0, 2, 3], [1, 2, 3]])
    assert np.isnan(each.q[0])
    assert each.d2[0] == pytest.approx(each.elevation[0] + each.scatter[0] + each.shape[0])
    assert each.q[1] == 1
    assert np.isnan(similarity([[0.1, 0.1, 0.1]], [[0.1, 0.1, 0.1]]).icc_double_entry[0])
    flat = np.full((5, 3), 2.0)
    nothing = pair_profiles(flat, flat, draws=100)
    assert nothing.q is None
    assert nothing.undefined == 5


def test_refusals():
    with pytest.raises(ArgumentError, match=r"stats\.shape"):
        similarity([[1, 2]], [[1, 2]])
    with pytest.raises(ArgumentError, match=r"stats\.unequal-length"):
        similarity([[1, 2, 3]], [[1, 2, 3, 4]])
    with pytest.raises(ArgumentError, match=r"stats\.missing-values"):
        similarity([[1, 2, np.nan]], [[1, 2, 3]])
    with pytest.raises(ArgumentError, match=r"stats\.unequal-length"):
        similarity([[1, 2, 3]], [[1, 2, 3]], [1, 2], [1, 2, 3])
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        pair_profiles([[1, 2, 3]] * 2, [[1, 2, 4]] * 2)
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        group_profiles([[1, 2, 3]] * 2, [[1, 2, 4]] * 5)


profile = st.lists(st.floats(-50, 50), min_size=5, max_size=5)


@few
@given(profile, profile, st.floats(-20, 20), st.floats(0.1, 10))
def test_profile_laws(x, y, shift, scale):
    a, b = np.array([x]), np.array([y])
    each, swapped = similarity(a, b), similarity(b, a)
    assert each.elevation[0] + each.scatter[0] + each.shape[0] == pytest.approx(each.d2[0], abs=1e-8)
    assert min(each.elevation[0], each.scatter[0], each.shape[0]) >= 0
    for name in ("q", "d2", "elevation", "scatter", "shape", "icc_double_entry", "icc"):
        assert getattr(swapped, name)[0] == pytest.approx(getattr(each, name)[0], abs=1e-8, nan_ok=True)
    both = similarity(a + shift, b + shift)
    assert both.d2[0] == pytest.approx(each.d2[0], abs=1e-7)
    if not np.isnan(each.q[0]) and min(np.ptp(a), np.ptp(b)) > 1e-3:
        moved = similarity(scale * a + shift, b)
        assert moved.q[0] == pytest.approx(each.q[0], abs=1e-6)  # shape alone
        assert each.icc_double_entry[0] <= abs(each.q[0]) + 1e-9  # level and spread can only lower it
    taken = similarity(a, b, a[0], b[0])
    assert np.isnan(taken.q_distinctive[0])


def test_a_flat_profile_is_not_judged():
    rng = np.random.default_rng(4)
    flat = rng.normal(3, 1, size=(200, 6))
    shaped = rng.normal([2, 3, 4, 3, 2, 4], 1, size=(200, 6))
    one = group_profiles(flat, shaped, draws=200)
    assert np.isnan([one.q.low, one.q.high]).all()
    assert not np.isnan(one.q.value)
    assert one.icc.low < one.icc.high  # level and spread of one side count there
    assert one.p_spread[0] > 0.05 > one.p_spread[1]
    neither = group_profiles(flat, rng.normal(3, 1, size=(200, 6)), draws=200)
    assert np.isnan([neither.q.low, neither.icc.low]).all()
    both = group_profiles(shaped + rng.normal(size=(200, 6)), shaped, draws=200)
    assert both.q.low <= both.q.value <= both.q.high
    few = group_profiles(shaped[:5], shaped, draws=200)  # fewer people than items cannot show anything
    assert np.isnan(few.p_spread[0]) and np.isnan(few.q.low)


def test_flatness_is_hotellings_test():
    rng = np.random.default_rng(5)
    x = rng.normal([0, 0.2, 0, 0.1], 1, size=(40, 4))
    contrasts = x[:, 1:] - x[:, [0]]  # any contrasts give the same value
    mean, cov = contrasts.mean(axis=0), np.cov(contrasts.T)
    t2 = 40 * mean @ np.linalg.solve(cov, mean)
    assert flatness(x) == pytest.approx(scipy.stats.f.sf(t2 * 37 / (3 * 39), 3, 37), rel=1e-9)
    two = x[:, :2]
    assert flatness(two) == pytest.approx(scipy.stats.ttest_rel(two[:, 0], two[:, 1]).pvalue, rel=1e-9)
    assert flatness(np.full((9, 3), 4.0)) == 1.0
    assert flatness([[1, 2, 5]] * 9) == 0.0
    assert flatness(np.column_stack([x, x.mean(axis=1)])) == pytest.approx(flatness(x), rel=1e-6)
    assert np.isnan(flatness(x[:3]))


@pytest.mark.parametrize("seed", range(8))
def test_the_value_lies_in_its_interval(seed):
    rng = np.random.default_rng(seed)
    a, b = (rng.normal(np.linspace(0, 1, 3) ** power, 0.7, size=(12, 3)) for power in (1, 9))
    q = group_profiles(a, b, draws=200).q
    assert np.isnan(q.low) or q.low <= q.value <= q.high
