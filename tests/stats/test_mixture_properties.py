"""What must hold for any data: EM climbs, rows and codes may be shuffled, weights and seeds repeat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import adjusted_rand_score

from cxresearch.errors import NotEnoughData
from cxresearch.stats.mixture import COVARIANCES, Indicators, Mixture, fit, sample, select
from cxresearch.stats.mixture.fitting import prepare
from cxresearch.stats.mixture.search import random_rows
from cxresearch.stats.mixture.squarem import climb

FEW = settings(max_examples=25)


@st.composite
def tables(draw: st.DrawFn) -> Indicators:
    """Categories, numbers and counts with holes and weights; each column has an answer."""
    n = draw(st.integers(6, 40))
    codes = draw(hnp.arrays(np.int64, (n, 3), elements=st.integers(-1, 2)))
    numbers = np.random.default_rng(draw(st.integers(0, 99))).standard_normal((n, 2)).round(2)
    counts = draw(hnp.arrays(np.int64, (n, 1), elements=st.integers(-1, 9))).astype(float)
    counts[counts < 0] = np.nan
    numbers[codes[:, :2] == 2] = np.nan
    codes[0], numbers[:2], counts[0] = 0, [[1.0, 2.0], [3.0, 0.0]], 1.0
    weights = draw(st.none() | hnp.arrays(np.int64, n, elements=st.integers(1, 5)))
    return Indicators.of(categorical=codes, numeric=numbers, counts=counts, levels=[3] * 3, weights=weights)


def fit_roughly(people: Indicators, k: int) -> Mixture:
    """Fit in few steps; data that hold no solution are no example."""
    try:
        return fit(people, k, covariance="equal_diagonal", starts=3, max_iterations=60)
    except NotEnoughData as error:
        assume(error.codes != ("stats.degenerate",))
        raise


@FEW
@given(tables(), st.integers(1, 4), st.sampled_from(["diagonal", "equal_diagonal", "spherical"]), st.integers(0, 99))
def test_the_likelihood_never_falls(people, k, covariance, seed):
    data, specification = prepare(people, covariance)
    engine = specification.engine(data)
    k = min(k, data.rows.n)
    theta = engine.blend(random_rows(engine, k, 3, np.random.default_rng(seed)), 0.5)
    before = np.full(3, -np.inf)
    for _ in range(15):
        theta, now = engine.step(theta)
        assert (now >= before - 1e-8).all()
        before = now
        assert theta[..., 0].sum(axis=1) == pytest.approx(np.ones(3))
    _, far, _ = climb(engine, theta, 90, 1e-9)
    assert (far >= before - 1e-8).all()


@FEW
@given(st.integers(0, 999), st.sampled_from(["full", "equal_full"]))
def test_the_likelihood_never_falls_with_correlated_columns(seed, covariance):
    rng = np.random.default_rng(seed)
    people = Indicators.of(numeric=rng.standard_normal((40, 3)) @ rng.standard_normal((3, 3)))
    data, specification = prepare(people, covariance)
    engine = specification.engine(data)
    theta = engine.blend(random_rows(engine, 2, 4, rng), 0.5)
    before = np.full(4, -np.inf)
    for _ in range(20):
        theta, now = engine.step(theta)
        assert (now >= before - 1e-8).all()
        before = now


@FEW
@given(tables(), st.integers(1, 3))
def test_posteriors_are_shares_and_likelihoods_are_recomputed(people, k):
    found = fit_roughly(people, k)
    assert found.posterior.sum(axis=1) == pytest.approx(np.ones(people.n))
    assert (np.diff(found.shares) <= 1e-6).all()
    assert found.classify(people) == pytest.approx(found.posterior, abs=1e-12)
    answered = people.answered.any(axis=1)
    assert (found.assigned[~answered] == -1).all()
    assert found.posterior[~answered] == pytest.approx(np.tile(found.shares, ((~answered).sum(), 1)))
    weights = np.ones(found.n) if people.weights is None else people.weights[answered]
    weighted = weights / weights.mean() @ found.log_density(people)[answered]
    assert found.log_likelihood == pytest.approx(weighted)
    data, specification = prepare(people, "equal_diagonal")
    engine = specification.engine(data)  # the same by matrix products as by hand
    assert engine.step(specification.theta(found.classes))[1][0] == pytest.approx(found.log_likelihood, abs=1e-6)
    assert found.icl >= found.bic - 1e-9


@FEW
@given(tables(), st.integers(0, 99))
def test_rows_may_be_shuffled(people, seed):
    order = np.random.default_rng(seed).permutation(people.n)
    one = fit_roughly(people, 2)
    other = fit_roughly(people.take(order), 2)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-5)
    assert other.shares == pytest.approx(one.shares, abs=1e-3)


@FEW
@given(tables())
def test_a_weight_of_two_is_a_row_twice(people):
    weights = np.ones(people.n) if people.weights is None else people.weights.astype(int)
    repeated = people.take(np.repeat(np.arange(people.n), weights.astype(int)))
    plain = Indicators.of(
        categorical=repeated.categorical, numeric=repeated.numeric, counts=repeated.counts, levels=people.levels
    )
    one = fit_roughly(people, 2)
    other = fit_roughly(plain, 2)
    assert one.log_likelihood / one.n == pytest.approx(other.log_likelihood / other.n, abs=1e-6)
    assert one.shares == pytest.approx(other.shares, abs=1e-4)


def planted(seed: int = 3, n: int = 900) -> tuple[Mixture, Indicators, np.ndarray]:
    """Three clear groups in four items, two numbers and a count."""
    rng = np.random.default_rng(seed)
    member = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    home = np.array([[0, 1, 2, 0], [2, 0, 1, 1], [1, 2, 0, 2]])
    codes = np.where(rng.random((n, 4)) < 0.75, home[member], rng.integers(0, 3, (n, 4)))
    numbers = rng.normal(np.array([[0, 10], [2, 30], [4, 20]])[member], [1, 5])
    counts = rng.poisson(np.array([1, 4, 12])[member])[:, None]
    people = Indicators.of(categorical=codes, numeric=numbers, counts=counts)
    return fit(people, 3), people, member


def test_planted_groups_are_found():
    found, _, member = planted()
    assert adjusted_rand_score(member, found.assigned) > 0.95
    assert found.shares == pytest.approx([0.5, 0.3, 0.2], abs=0.04)
    assert found.means == pytest.approx(np.array([[0, 10], [2, 30], [4, 20]]), abs=1.0)
    assert found.rates[:, 0] == pytest.approx([1, 4, 12], rel=0.15)
    assert found.best_of > 1
    assert found.entropy > 0.9


def test_what_is_drawn_from_a_model_gives_it_back():
    found, _, _ = planted()
    drawn = sample(found, 20_000, np.random.default_rng(5))
    again = fit(drawn, 3, starts=5)
    assert again.shares == pytest.approx(found.shares, abs=0.015)
    for mine, yours in zip(again.probabilities, found.probabilities, strict=True):
        assert mine == pytest.approx(yours, abs=0.025)
    assert again.means == pytest.approx(found.means, abs=0.25)
    assert again.covariances == pytest.approx(found.covariances, rel=0.1, abs=0.3)
    assert again.rates == pytest.approx(found.rates, rel=0.03)
    assert drawn.names == found.names


@pytest.mark.parametrize("covariance", ["full", "equal_full"])
def test_correlations_within_classes_come_back(covariance):
    rng = np.random.default_rng(2)
    spread = np.array([[2.0, 1.2], [1.2, 1.0]])
    values = np.vstack([rng.multivariate_normal([0, 0], spread, 800), rng.multivariate_normal([6, -6], spread, 400)])
    found = fit(Indicators.of(numeric=values * [1, 1000] + [0, 1e6]), 2, covariance=covariance, starts=5)
    again = fit(sample(found, 20_000, rng), 2, covariance=covariance, starts=5)
    for mixture in (found, again):
        units = np.outer([1, 1000], [1, 1000])
        assert mixture.covariances / units == pytest.approx(np.array([spread, spread]), abs=0.25)
    assert again.log_likelihood / again.n == pytest.approx(found.log_likelihood / found.n, abs=0.05)


def test_codes_may_be_renamed():
    _, people, _ = planted()
    rename = np.array([2, 0, 1])
    other = Indicators.of(categorical=rename[people.categorical], numeric=people.numeric, counts=people.counts)
    one, two = fit(people, 3), fit(other, 3)
    assert two.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    for mine, yours in zip(one.probabilities, two.probabilities, strict=True):
        assert yours[:, rename] == pytest.approx(mine, abs=1e-5)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_units_do_not_matter(covariance):
    _, people, _ = planted()
    factor = 1000.0 if covariance == "spherical" else np.array([1000.0, 0.01])
    one = fit(people, 2, covariance=covariance)
    moved = Indicators.of(categorical=people.categorical, numeric=people.numeric * factor + 7, counts=people.counts)
    two = fit(moved, 2, covariance=covariance)
    jacobian = people.n * np.log(np.broadcast_to(factor, 2)).sum()
    assert two.log_likelihood + jacobian == pytest.approx(one.log_likelihood, abs=1e-5)
    assert two.posterior == pytest.approx(one.posterior, abs=1e-5)


def test_someone_who_skips_is_judged_by_the_rest():
    found, people, _ = planted()
    codes = people.categorical.copy()
    codes[:, 1:] = -1
    holed = Indicators.of(
        categorical=codes, numeric=np.full((people.n, 2), np.nan), counts=np.full((people.n, 1), np.nan), newcomers=True
    )
    by_hand = found.shares * found.probabilities[0][:, codes[:, 0]].T
    assert found.classify(holed) == pytest.approx(by_hand / by_hand.sum(axis=1, keepdims=True))
    assert np.exp(found.log_density(holed)) == pytest.approx(by_hand.sum(axis=1))
    rest = Indicators.of(
        categorical=people.categorical, numeric=np.full((people.n, 2), np.nan), counts=people.counts, newcomers=True
    )
    assert found.classify(rest)[0] != pytest.approx(found.posterior[0])


def test_holes_at_random_do_not_move_the_classes():
    found, people, member = planted(n=3000)
    rng = np.random.default_rng(9)
    codes = np.where(rng.random(people.categorical.shape) < 0.2, -1, people.categorical)
    numbers = np.where(rng.random(people.numeric.shape) < 0.2, np.nan, people.numeric)
    holed = fit(Indicators.of(categorical=codes, numeric=numbers, counts=people.counts), 3)
    assert holed.shares == pytest.approx(found.shares, abs=0.02)
    for mine, yours in zip(holed.probabilities, found.probabilities, strict=True):
        assert mine == pytest.approx(yours, abs=0.05)
    assert adjusted_rand_score(member, holed.assigned) > 0.9


def test_the_same_seed_gives_the_same_numbers_on_any_number_of_cores():
    _, people, _ = planted(n=300)
    runs = [select(people, (1, 2, 3, 4), seed=7, jobs=jobs) for jobs in (1, 1, 3)]
    for mixtures in zip(*runs, strict=True):
        assert len({(m.log_likelihood, m.best_of) for m in mixtures}) == 1
        for other in mixtures[1:]:
            assert np.array_equal(other.posterior, mixtures[0].posterior)
    alone = fit(people, 3, seed=7)
    assert alone.log_likelihood == runs[0][2].log_likelihood


def test_more_starts_are_never_worse():
    rng = np.random.default_rng(1)
    people = Indicators.of(categorical=rng.integers(0, 4, (200, 6)))
    gains = []
    for seed in range(6):
        reached = [fit(people, 5, starts=starts, seed=seed).log_likelihood for starts in (1, 2, 16)]
        assert reached == pytest.approx(sorted(reached), abs=1e-6)
        gains.append(reached[2] - reached[0])
    assert max(gains) > 1


def test_one_class_is_the_margins():
    found, people, _ = planted(n=200)
    one = fit(people, 1)
    for column, probability in zip(people.categorical.T, one.probabilities, strict=True):
        assert probability[0] == pytest.approx(np.bincount(column, minlength=3) / 200)
    assert one.means[0] == pytest.approx(people.numeric.mean(axis=0))
    assert np.diag(one.covariances[0]) == pytest.approx(people.numeric.var(axis=0))
    assert one.rates[0] == pytest.approx(people.counts.mean(axis=0))
    assert (one.entropy, one.icl) == (1.0, one.bic)
    assert one.n_parameters == 8 + 4 + 1
    assert found.n_parameters == 2 + 3 * 13


def test_equal_rows_cost_nothing():
    rng = np.random.default_rng(4)
    base = rng.integers(0, 2, (40, 6))
    people = Indicators.of(categorical=np.tile(base, (500, 1)))
    few, many = fit(Indicators.of(categorical=base), 2), fit(people, 2)
    assert many.log_likelihood == pytest.approx(500 * few.log_likelihood, rel=1e-6)
    assert prepare(people, "diagonal")[0].rows.n <= 40


def test_many_different_rows_are_first_searched_in_a_sample(monkeypatch):
    found, people, _ = planted(n=2000)
    assert prepare(people, "diagonal")[0].rows.n > 500
    monkeypatch.setattr("cxresearch.stats.mixture.search.ROWS", 500)
    quick = fit(people, 3)
    assert quick.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-6)
    assert quick.posterior == pytest.approx(found.posterior, abs=1e-4)
    assert (quick.starts, quick.best_of) == (20, 5)


def test_criteria_are_what_their_formulas_say():
    found, people, _ = planted(n=300)
    data, penalty = -2 * found.log_likelihood, found.n_parameters
    doubt = -(found.posterior * np.log(np.maximum(found.posterior, 1e-300))).sum()
    assert found.aic == pytest.approx(data + 2 * penalty)
    assert found.bic == pytest.approx(data + penalty * np.log(300))
    assert found.abic == pytest.approx(data + penalty * np.log(302 / 24))
    assert found.icl == pytest.approx(found.bic + 2 * doubt)
    assert found.entropy == pytest.approx(1 - doubt / (300 * np.log(3)))
    assert found.residual_df is None
    assert people.n == found.n
