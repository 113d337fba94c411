"""Survey weights in factor models: equal weights change nothing, and the effective number of respondents counts."""

from __future__ import annotations

import numpy as np
import pytest

from cxresearch.errors import ArgumentError
from cxresearch.stats.cfa import invariance

MODEL = {"ease": ["0", "1", "2", "3"]}


def answers(seed: int, n: int = 300) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2 * n, 1)) * [1, 0.8, 0.9, 0.7] + 0.6 * rng.normal(size=(2 * n, 4))
    return {str(j): x[:, j] for j in range(4)}, np.repeat(["a", "b"], n)


def test_equal_weights_are_no_weights():
    x, who = answers(1)
    plain, weighted = invariance(x, who, MODEL), invariance(x, who, MODEL, weights=np.full(len(who), 2.5))
    for model, fit in plain.fits.items():
        assert weighted.fits[model].chi2 == pytest.approx(fit.chi2, rel=1e-7)
    assert weighted.sizes == (300, 300)


def test_moments_are_weighted_and_the_statistic_counts_effective_people():
    """Half the people with weight 3: the same solution as with these people thrice, chi-square scaled by n."""
    x, who = answers(2)
    w = np.where(np.arange(len(who)) % 2, 3.0, 1.0)
    times = np.repeat(np.arange(len(who)), w.astype(int))
    weighted = invariance(x, who, MODEL, weights=w)
    copied = invariance({k: v[times] for k, v in x.items()}, who[times], MODEL)
    effective = w.sum() ** 2 / (w @ w)
    for model in weighted.fits:
        ours, theirs = weighted.fits[model], copied.fits[model]
        assert ours.n == pytest.approx(effective)
        assert ours.chi2 == pytest.approx(theirs.chi2 * effective / w.sum(), rel=1e-6)
    ours, theirs = weighted.solutions["scalar"][1], copied.solutions["scalar"][1]
    assert ours.loadings.value == pytest.approx(theirs.loadings.value, abs=1e-6)


def test_no_weight_no_respondent():
    x, who = answers(3)
    w = np.ones(len(who))
    w[:50] = 0
    w[50:60] = np.nan
    assert invariance(x, who, MODEL, weights=w).sizes == (240, 300)
    with pytest.raises(ArgumentError) as caught:
        invariance(x, who, MODEL, weights=-w)
    assert caught.value.codes == ("stats.weights",)
