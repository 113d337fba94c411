"""Laws that hold for all data: levels, swaps, weights, order, shift and scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cxresearch.errors import NotEnoughData
from cxresearch.stats import compare
from cxresearch.stats.adjust import METHODS, adjust
from cxresearch.stats.effect import (
    cliffs_delta,
    cliffs_delta_paired,
    cramers_v,
    epsilon_squared,
    hedges_g,
    hedges_g_paired,
    kendalls_w,
    odds_ratio_paired,
    omega_squared,
    superiority,
)
from cxresearch.stats.equivalence import tost
from cxresearch.stats.mean import mean, mean_difference, paired_difference, weighted_mean_difference
from cxresearch.stats.nps import nps
from cxresearch.stats.proportion import proportion_difference, weighted_proportion
from cxresearch.stats.weights import linearised_mean

few = settings(max_examples=40, deadline=None, derandomize=True)
likert = st.lists(st.integers(1, 5), min_size=3, max_size=25).filter(lambda x: len(set(x)) > 1)
many = st.lists(st.integers(0, 10), min_size=4, max_size=25)
weight = st.floats(0.1, 10)


@st.composite
def paired(draw, columns=2, low=1, high=5):
    n = draw(st.integers(4, 20))
    rows = draw(st.lists(st.lists(st.integers(low, high), min_size=columns, max_size=columns), min_size=n, max_size=n))
    array = np.array(rows, float)
    assume(all(len(set(array[:, 0] - array[:, j])) > 1 for j in range(1, columns)))
    return array


@st.composite
def weighted(draw):
    values = draw(likert)
    return values, draw(st.lists(weight, min_size=len(values), max_size=len(values)))


INDEPENDENT = [mean_difference, weighted_mean_difference, hedges_g, cliffs_delta, superiority]
PAIRED = [paired_difference, hedges_g_paired, cliffs_delta_paired]


def _bounds(estimate):
    return np.array([estimate.low, estimate.value, estimate.high])


def _wider(call):
    narrow, wide = call(0.8), call(0.99)
    assert wide.value == narrow.value
    assert wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high


@few
@given(likert, likert)
def test_an_interval_widens_with_its_level(a, b):
    for function in INDEPENDENT[:1] + INDEPENDENT[2:]:
        _wider(lambda level, f=function: f(a, b, level))
    _wider(lambda level: weighted_mean_difference(a, b, level=level))
    _wider(lambda level: mean(a, level))
    _wider(lambda level: omega_squared([a, b, [*a[:2], 9]], level))
    _wider(lambda level: epsilon_squared([a, b], level))
    _wider(lambda level: nps(a, level=level))
    _wider(lambda level: weighted_proportion([x > 3 for x in a], level=level))
    _wider(lambda level: cramers_v([[len(a), a[0]], [len(b), b[0]]], level))
    _wider(lambda level: odds_ratio_paired(a[0], b[0], level))
    _wider(lambda level: proportion_difference(a[0], 5, b[0], 6, level))


@few
@given(paired(3))
def test_a_paired_interval_widens_with_its_level(x):
    for function in PAIRED:
        _wider(lambda level, f=function: f(x[:, 0], x[:, 1], level))
    _wider(lambda level: kendalls_w(x, level))


@few
@given(likert, likert)
def test_swapping_groups_turns_value_and_bounds(a, b):
    for function in INDEPENDENT:
        here, there = _bounds(function(a, b)), _bounds(function(b, a))
        turned = (1 - there if function is superiority else -there)[::-1]
        assert here == pytest.approx(turned, abs=1e-9)
    here, there = proportion_difference(a[0], 5, b[0], 9), proportion_difference(b[0], 9, a[0], 5)
    assert _bounds(here) == pytest.approx(-_bounds(there)[::-1], abs=1e-12)
    assert compare.brunner_munzel(a, b).p == pytest.approx(compare.brunner_munzel(b, a).p, abs=1e-12)
    assert compare.welch_t(a, b).p == pytest.approx(compare.welch_t(b, a).p, abs=1e-12)


@few
@given(paired())
def test_swapping_pairs_turns_value_and_bounds(x):
    for function in PAIRED:
        here, there = function(x[:, 0], x[:, 1]), function(x[:, 1], x[:, 0])
        assert _bounds(here) == pytest.approx(-_bounds(there)[::-1], abs=1e-9)
    one, two = compare.wilcoxon(x[:, 0], x[:, 1]), compare.wilcoxon(x[:, 1], x[:, 0])
    assert one.p == pytest.approx(two.p, abs=1e-12)


@few
@given(likert, likert, st.floats(0.01, 3))
def test_one_sided_p_values_complete_each_other(a, b, margin):
    """Swapping the groups exchanges the two tests, and shrinking the margin only raises p."""
    here, there = tost(mean_difference(a, b), margin), tost(mean_difference(b, a), margin)
    assert here.p_lower == pytest.approx(there.p_upper, abs=1e-12)
    assert here.p == max(here.p_lower, here.p_upper)
    assert here.equivalent == (-margin < here.low and here.high < margin)
    assert tost(mean_difference(a, b), margin / 2).p >= here.p
    almost = tost(mean_difference(a, b), 1e-12)
    assert almost.p_lower + almost.p_upper == pytest.approx(1, abs=1e-6)


@few
@given(weighted(), weighted(), st.floats(1e-6, 1e6))
def test_rescaling_weights_changes_nothing(one, two, factor):
    (a, w), (b, v) = one, two
    scaled = [factor * x for x in w]
    for call in (
        lambda u: linearised_mean(a, u),
        lambda u: nps(a, u),
        lambda u: weighted_proportion([x > 3 for x in a], u),
        lambda u: weighted_mean_difference(a, b, u, v),
    ):
        before, after = call(w), call(scaled)
        assert _bounds(after) == pytest.approx(_bounds(before), rel=1e-9, abs=1e-9)
        assert after.n_effective == pytest.approx(before.n_effective)
    groups = [x > 2 for x in a]
    try:
        before = compare.wald_f(a, groups, w)
    except NotEnoughData:
        return
    assert compare.wald_f(a, groups, scaled).p == pytest.approx(before.p, rel=1e-6, abs=1e-12)


@few
@given(weighted(), st.randoms(use_true_random=False))
def test_order_of_respondents_changes_nothing(one, random):
    values, weights = np.array(one[0]), np.array(one[1])
    order = list(range(values.size))
    random.shuffle(order)
    clusters = np.arange(values.size) // 2
    other = np.arange(values.size) % 2
    for call in (
        lambda i: linearised_mean(values[i], weights[i], clusters[i]),
        lambda i: nps(values[i], weights[i]),
        lambda i: mean(values[i]),
        lambda i: cliffs_delta(values[i], [1, 3, 4]),
        lambda i: hedges_g(values[i], [1, 3, 4]),
    ):
        assert _bounds(call(order)) == pytest.approx(_bounds(call(slice(None))), abs=1e-9)
    before = compare.rao_scott(values > values.min(), other, weights)
    after = compare.rao_scott((values > values.min())[order], other[order], weights[order])
    assert after.p == pytest.approx(before.p, abs=1e-9)


@few
@given(weighted())
def test_equal_weights_reproduce_the_unweighted_error(one):
    values = one[0]
    plain, even = mean(values), linearised_mean(values, [one[1][0]] * len(values))
    assert even.se == pytest.approx(plain.se, rel=1e-9)
    assert even.df == plain.df


@few
@given(likert, likert, st.integers(-100, 100), st.sampled_from([0.5, 2, 10]))
def test_shift_and_scale(a, b, shift, scale):
    x, y = np.array(a, float), np.array(b, float)
    moved = (scale * x + shift, scale * y + shift)
    assert _bounds(mean(moved[0])) == pytest.approx(scale * _bounds(mean(x)) + shift, abs=1e-9)
    assert _bounds(mean_difference(*moved)) == pytest.approx(scale * _bounds(mean_difference(x, y)), abs=1e-9)
    for standard in (hedges_g, cliffs_delta, superiority):
        assert _bounds(standard(*moved)) == pytest.approx(_bounds(standard(x, y)), abs=1e-7)
    stretched = (np.exp(x), np.exp(y))  # ranks do not notice
    assert _bounds(cliffs_delta(*stretched)) == pytest.approx(_bounds(cliffs_delta(x, y)), abs=1e-12)


@few
@given(paired(3), st.randoms(use_true_random=False))
def test_order_of_conditions_changes_nothing(x, random):
    order = [0, 1, 2]
    random.shuffle(order)
    assert compare.friedman(x[:, order]).p == pytest.approx(compare.friedman(x).p, abs=1e-12)
    try:
        before = compare.rm_anova(x)
    except NotEnoughData:
        return
    assert compare.rm_anova(x[:, order]).p == pytest.approx(before.p, abs=1e-9)


@few
@given(st.lists(st.floats(0, 1), max_size=12), st.sampled_from(METHODS))
def test_adjusted_p_values_keep_their_order(p, method):
    adjusted = adjust(p, method)
    assert ((adjusted >= np.array(p) - 1e-15) & (adjusted <= 1)).all()
    order = np.argsort(p)
    assert (np.diff(adjusted[order]) >= 0).all()


@few
@given(many, many)
def test_p_values_are_probabilities(a, b):
    for scale in ("interval", "ordinal", "nominal"):
        try:
            test = compare.compare_independent([a, b], scale)
        except NotEnoughData:
            continue
        assert 0 <= test.p <= 1 + 1e-12
        assert test.effect.contains(test.effect.value)
