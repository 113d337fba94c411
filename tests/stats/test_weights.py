"""Design-based means against R's survey package."""

from __future__ import annotations

import numpy as np
import pytest

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.mean import mean
from cxresearch.stats.weights import (
    design_effect,
    effective_n,
    kish_design_effect,
    linearised_mean,
    linearised_means,
)

CLOSE = {"rel": 1e-9, "abs": 1e-12}


def _design(name, clus, strat):
    frame = clus if name == "clus" else strat
    clusters = frame.dnum if name == "clus" else None
    strata = frame.stype if name == "strat" else None
    return frame.api00, frame.pw, clusters, strata


@pytest.mark.parametrize("name", ["clus", "strat", "plain"])
def test_mean_matches_svymean(ref, clus, strat, name):
    design, wanted = _design(name, clus, strat), ref["survey"][name]
    estimate = linearised_mean(*design)
    assert estimate.value == pytest.approx(wanted["mean"], **CLOSE)
    assert estimate.se == pytest.approx(wanted["se"], **CLOSE)
    assert estimate.df == wanted["df"]
    assert design_effect(*design) == pytest.approx(wanted["deff"], **CLOSE)


def test_domain_means_match_svyby(ref, clus):
    means, cov, df = linearised_means(clus.api00, clus.stype, clus.pw, clus.dnum)
    wanted = ref["survey"]["by_clus"]
    assert means == pytest.approx(wanted["means"], **CLOSE)
    assert cov == pytest.approx(np.array(wanted["cov"]), **CLOSE)
    assert df == wanted["df"]


def test_kish_matches_r(given):
    raked = given["raked"]
    assert effective_n(raked["weights"]) == pytest.approx(raked["ess"], **CLOSE)
    assert kish_design_effect(raked["weights"]) == pytest.approx(raked["kish_deff"], **CLOSE)


def test_equal_weights_give_the_plain_standard_error():
    values = [1, 5, 2, 4, 4, 3, 5]
    weighted, plain = linearised_mean(values, [7.5] * 7), mean(values)
    assert (weighted.value, weighted.se, weighted.low, weighted.df) == pytest.approx(
        (plain.value, plain.se, plain.low, plain.df), **CLOSE
    )
    assert weighted.n_effective == pytest.approx(7)


def test_weights_are_not_frequencies(airport):
    """Frequency weights would halve the error when all weights are multiplied by four."""
    one = linearised_mean(airport.netpro, airport.weight)
    four = linearised_mean(airport.netpro, 4 * airport.weight)
    assert one.se == pytest.approx(four.se, **CLOSE)


def test_extreme_weights_do_not_overflow():
    small = linearised_mean([1, 2, 3], [1e-300, 2e-300, 1e-300])
    large = linearised_mean([1, 2, 3], [1e300, 2e300, 1e300])
    assert small.se == pytest.approx(large.se, **CLOSE)
    assert effective_n([1e300, 1e300]) == pytest.approx(2)


def test_clusters_are_read_within_their_stratum():
    values, weights = [1, 2, 3, 5, 8, 9], [1, 2, 1, 1, 1, 2]
    nested = linearised_mean(values, weights, ["a", "b", "b", "a", "b", "b"], [1, 1, 1, 2, 2, 2])
    named = linearised_mean(values, weights, ["a", "b", "b", "c", "d", "d"], [1, 1, 1, 2, 2, 2])
    assert nested == named
    assert nested.df == 2


def test_respondents_of_weight_zero_do_not_count():
    estimate = linearised_mean([1, 2, 3, 999], [1, 1, 1, 0])
    assert estimate.value == pytest.approx(2)
    assert (estimate.n, estimate.df) == (3, 2)


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([1, -1, 1], "stats.weights"),
        ([0, 0, 0], "stats.weights"),
        ([1, np.nan, 1], "stats.missing-values"),
        ([1, np.inf, 1], "stats.missing-values"),
        ([1, 1], "stats.unequal-length"),
    ],
)
def test_bad_weights(weights, code):
    with pytest.raises(ArgumentError) as caught:
        linearised_mean([1, 2, 3], weights)
    assert caught.value.codes == (code,)


def test_missing_labels_are_refused():
    with pytest.raises(ArgumentError) as caught:
        linearised_mean([1, 2, 3], clusters=["a", None, "b"])
    assert caught.value.codes == ("stats.missing-values",)


@pytest.mark.parametrize(("clusters", "strata"), [(["a", "a", "a", "a"], None), (["a", "b", "c", "c"], [1, 1, 2, 2])])
def test_a_lone_cluster_has_no_error(clusters, strata):
    with pytest.raises(NotEnoughData) as caught:
        linearised_mean([1, 2, 3, 4], clusters=clusters, strata=strata)
    assert caught.value.codes == ("stats.lone-cluster",)


def test_one_respondent_with_weight_is_too_few():
    with pytest.raises(NotEnoughData):
        linearised_mean([1, 2, 3], [0, 1, 0])


def test_group_without_weight():
    with pytest.raises(NotEnoughData) as caught:
        linearised_means([1, 2, 3, 4], ["a", "a", "b", "b"], [1, 1, 0, 0])
    assert caught.value.codes == ("stats.empty-group",)


def test_design_effect_needs_variation():
    with pytest.raises(NotEnoughData):
        design_effect([3, 3, 3], [1, 2, 3])
