"""The bootstrap of many means: the right distribution, the right intervals, the same every time."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.bca import bca_bounds, jackknife_acceleration, percentile_bounds
from cxresearch.stats.resample import bootstrap_gaps, bootstrap_means, resampled_means, resampling_weights

few = settings(max_examples=25, deadline=None, derandomize=True)


def _answers(n, k=3, seed=3):
    return np.random.default_rng(seed).choice(np.arange(1.0, 6), size=(n, k), p=[0.05, 0.1, 0.2, 0.4, 0.25])


@pytest.mark.parametrize("joint", [False, True])
@pytest.mark.parametrize("values", [[1, 2, 2, 5], [1, 1, 4, 5, 5]])
def test_distribution_is_that_of_all_resamples(values, joint):
    """Every one of the n^n resamples, against 200,000 draws, by a chi-square test."""
    means = np.array([np.mean(sample) for sample in product(values, repeat=len(values))])
    support, exact = np.unique(means.round(9), return_counts=True)
    drawn = resampled_means(np.array(values, float)[:, None], 200_000, np.random.default_rng(4), joint)[:, 0]
    found, counts = np.unique(drawn.round(9), return_counts=True)
    assert set(found) <= set(support)
    observed = np.zeros(support.size)
    observed[np.searchsorted(support, found)] = counts
    assert stats.chisquare(observed, exact / exact.sum() * 200_000).pvalue > 0.001


def test_gap_distribution_is_that_of_all_resamples():
    a, b = [1, 2, 4], [2, 2, 5]
    exact = np.array([np.mean(s) - np.mean(t) for s in product(a, repeat=3) for t in product(b, repeat=3)])
    drawn = bootstrap_gaps(a, b, draws=100_000).replicates[:, 0]
    for share in (0.05, 0.3, 0.5, 0.8, 0.95):
        point = np.quantile(exact, share) + 1e-6
        assert np.mean(drawn <= point) == pytest.approx(np.mean(exact <= point), abs=0.006)
    assert drawn.std() == pytest.approx(exact.std(), rel=0.01)


def test_weights_count_respondents():
    blocks = list(resampling_weights(7, 1000, np.random.default_rng(1)))
    weights = np.concatenate(blocks)
    assert weights.shape == (1000, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(7), abs=0.15)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_intervals_as_scipy(method):
    x = np.exp(_answers(60, 1)[:, 0])  # skewed, so that BCa differs
    ours = bootstrap_means(x, method=method, draws=20_000).estimates[0]
    theirs = stats.bootstrap((x,), np.mean, n_resamples=20_000, method=method, rng=np.random.default_rng(9))
    width = ours.high - ours.low
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=0.03 * width)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=0.03 * width)
    assert ours.se == pytest.approx(theirs.standard_error, rel=0.03)


def _gap(a, b, axis=-1):
    return a.mean(axis=axis) - b.mean(axis=axis)


def test_gap_intervals_as_scipy():
    a, b = np.exp(_answers(40, 1)[:, 0]), np.exp(_answers(25, 1, seed=8)[:, 0])
    ours = bootstrap_gaps(a, b, method="bca", draws=20_000).estimates[0]
    theirs = stats.bootstrap((a, b), _gap, n_resamples=20_000, method="BCa", rng=np.random.default_rng(9))
    width = ours.high - ours.low
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=0.03 * width)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=0.03 * width)


def test_bca_on_the_same_replicates_as_scipy():
    x = np.exp(_answers(30, 1)[:, 0])
    theirs = stats.bootstrap((x,), np.mean, n_resamples=3000, method="BCa", rng=np.random.default_rng(2))
    left_out = [(x.sum() - x) / (x.size - 1)]
    low, high = bca_bounds(theirs.bootstrap_distribution, x.mean(), jackknife_acceleration(left_out), 0.95)
    assert [low, high] == pytest.approx(list(theirs.confidence_interval), rel=1e-9)


def test_continuous_and_joint_give_the_same_intervals():
    x = _answers(300, 4)
    marginal, joint = bootstrap_means(x, draws=8000), bootstrap_means(x, draws=8000, joint=True)
    for one, two in zip(marginal.estimates, joint.estimates, strict=True):
        assert two.low == pytest.approx(one.low, abs=0.01)
        assert two.high == pytest.approx(one.high, abs=0.01)
    correlated = np.column_stack([x[:, 0], x[:, 0] + x[:, 1]])
    together = bootstrap_means(correlated, joint=True).replicates
    assert np.corrcoef(together.T)[0, 1] == pytest.approx(np.corrcoef(correlated.T)[0, 1], abs=0.05)
    apart = bootstrap_means(correlated).replicates
    assert np.corrcoef(apart.T)[0, 1] == pytest.approx(0, abs=0.05)


def test_missing_answers_are_left_out_item_by_item():
    x = _answers(80, 2)
    x[:50, 1] = np.nan
    for joint in (False, True):
        result = bootstrap_means(x, draws=4000, joint=joint)
        assert [e.n for e in result.estimates] == [80, 30]
        assert result.estimates[1].value == pytest.approx(np.nanmean(x[:, 1]))
        alone = bootstrap_means(x[50:, 1], draws=4000).estimates[0]
        assert result.estimates[1].se == pytest.approx(alone.se, rel=0.1)


def test_edges_and_refusals():
    constant = bootstrap_means([3, 3, 3, 3], method="bca", draws=200).estimates[0]
    assert (constant.low, constant.value, constant.high) == (3, 3, 3)
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        bootstrap_means([[1, np.nan], [2, 3]])
    with pytest.raises(ArgumentError, match=r"stats\.method"):
        bootstrap_means([1, 2, 3], method="basic")
    with pytest.raises(ArgumentError, match=r"stats\.missing-values"):
        bootstrap_means([1, np.inf, 2])
    with pytest.raises(ArgumentError, match=r"stats\.not-numeric"):
        bootstrap_means(["a", "b"])
    with pytest.raises(ArgumentError, match=r"stats\.not-counts"):
        bootstrap_means([1, 2, 3], draws=10)
    with pytest.raises(ArgumentError, match=r"stats\.unequal-length"):
        bootstrap_gaps([[1, 2], [2, 3]], [1, 2])


@few
@given(
    st.lists(st.integers(1, 5), min_size=5, max_size=30),
    st.lists(st.integers(1, 5), min_size=5, max_size=30),
    st.integers(0, 99),
)
def test_bootstrap_laws(a, b, seed):
    for method in ("percentile", "bca"):
        result = bootstrap_gaps(a, b, method, draws=2000, seed=seed).estimates[0]
        assert result == bootstrap_gaps(a, b, method, draws=2000, seed=seed).estimates[0]
        assert min(a) - max(b) <= result.low <= result.high <= max(a) - min(b)
        shifted = bootstrap_gaps(np.add(a, 2), b, method, draws=2000, seed=seed).estimates[0]
        assert (shifted.low, shifted.high) == pytest.approx((result.low + 2, result.high + 2))
        wide = bootstrap_gaps(a, b, method, level=0.99, draws=2000, seed=seed).estimates[0]
        assert wide.low <= result.low
        assert wide.high >= result.high
    generator = np.random.default_rng(seed)
    from_generator = bootstrap_gaps(a, b, draws=2000, seed=generator).estimates[0]
    assert from_generator == bootstrap_gaps(a, b, draws=2000, seed=seed).estimates[0]
    assert from_generator != bootstrap_gaps(a, b, draws=2000, seed=generator).estimates[0] or from_generator.se == 0


def test_percentiles_skip_what_is_missing():
    assert percentile_bounds(np.array([np.nan, 1.0, 1.0]), 0.9) == (1.0, 1.0)
    assert np.isnan(percentile_bounds(np.array([np.nan]), 0.9)).all()
