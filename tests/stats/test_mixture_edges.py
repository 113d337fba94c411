"""Columns that are wrong, too few people, nothing to tell apart: each is said, none ends in a wrong number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxresearch.errors import ArgumentError, CxError, NotEnoughData
from cxresearch.stats.mixture import COVARIANCES, Indicators, bootstrap_lrt, fit, sample, select
from cxresearch.stats.mixture.patterns import patterns

RNG = np.random.default_rng(1)
CODES = RNG.integers(0, 3, (200, 5))
NUMBERS = RNG.normal(size=(200, 3))


def codes_of(caught: pytest.ExceptionInfo[CxError]) -> set[str]:
    return set(caught.value.codes)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({}, "stats.no-columns"),
        ({"categorical": np.empty((5, 0))}, "stats.no-columns"),
        ({"categorical": [0, 1, 1]}, "stats.shape"),
        ({"categorical": [[0], [1]], "numeric": [[1.0], [2.0], [3.0]]}, "stats.shape"),
        ({"categorical": [["a"], ["b"]]}, "stats.not-numeric"),
        ({"categorical": [[0], [-2]]}, "stats.code"),
        ({"categorical": [[0], [1.5]]}, "stats.code"),
        ({"categorical": [[0], [np.inf]]}, "stats.code"),
        ({"categorical": [[0], [3]], "levels": [3]}, "stats.code"),
        ({"categorical": [[0], [1]], "levels": [0]}, "stats.code"),
        ({"categorical": [[0], [1]], "levels": [2, 2]}, "stats.shape"),
        ({"categorical": [[0], [1]], "ordered": []}, "stats.shape"),
        ({"numeric": [[0.0], [np.inf]]}, "stats.not-finite"),
        ({"counts": [[1], [-1]]}, "stats.not-counts"),
        ({"counts": [[1], [0.5]]}, "stats.not-counts"),
        ({"categorical": [[0, 1], [1, 1]], "names": ["a", "a"]}, "stats.names"),
        ({"categorical": [[0], [1]], "names": ["a", "b"]}, "stats.names"),
        ({"categorical": [[0], [1]], "weights": [0, 0]}, "stats.weights"),
        ({"categorical": [[0], [1]], "weights": [1, -1]}, "stats.weights"),
        ({"categorical": [[0], [1]], "weights": [1, np.nan]}, "stats.weights"),
        ({"categorical": [[0], [1]], "weights": [1, 1, 1]}, "stats.weights"),
        ({"categorical": [[0], [1]], "weights": ["x", "y"]}, "stats.weights"),
    ],
)
def test_impossible_columns_are_refused(columns, code):
    with pytest.raises(ArgumentError) as caught:
        Indicators.of(**columns)
    assert codes_of(caught) == {code}


def test_all_faults_are_told_at_once():
    with pytest.raises(ArgumentError) as caught:
        Indicators.of(
            categorical=[[0, 7], [1, 0]], levels=[2, 2], numeric=[[np.inf], [0]], counts=[[-1], [0]], weights=[0, 0]
        )
    assert codes_of(caught) == {"stats.code", "stats.not-finite", "stats.not-counts", "stats.weights"}
    assert "'item2'" in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"categorical": [[0, 1]]}, "stats.too-few"),
        ({"categorical": [[0, -1], [1, -1]]}, "stats.all-missing"),
        ({"numeric": [[np.nan], [np.nan]]}, "stats.all-missing"),
    ],
)
def test_too_little_to_group_by_is_said(columns, code):
    with pytest.raises(NotEnoughData) as caught:
        Indicators.of(**columns)
    assert codes_of(caught) == {code}


def test_one_newcomer_with_holes_is_enough():
    newcomer = Indicators.of(categorical=[[0, -1]], newcomers=True)
    assert (newcomer.n, newcomer.levels) == (1, (2, 2))


def test_the_callers_arrays_stay_as_they_were():
    given = np.array([[0.0, np.nan], [1.0, 2.0]])
    weights = np.array([1.0, 3.0])
    people = Indicators.of(categorical=given, weights=weights)
    given[0, 0] = weights[0] = 1.0
    assert people.categorical.tolist() == [[0, -1], [1, 2]]
    assert people.case_weights.tolist() == [0.5, 1.5]
    with pytest.raises(ValueError, match="read-only"):
        people.categorical[0, 0] = 1


def test_a_frame_may_be_given():
    frame = pd.DataFrame({"a": [0, 1, None], "b": [2, 1, 0]})
    people = Indicators.of(categorical=frame, names=list(frame), ordered=[True, False])
    assert people.names == ("a", "b")
    assert people.answered.tolist() == [[True, True], [True, True], [False, True]]
    assert people.take([False, False, True]).ordered == (True, False)


def test_three_people():
    people = Indicators.of(categorical=[[0, 1], [1, 0], [1, 1]])
    two = fit(people, 2)
    assert two.residual_df == 3 - 5  # says that the table cannot tell so many classes
    assert two.log_likelihood <= 3 * np.log(1 / 3) + 1e-9
    with pytest.raises(NotEnoughData) as caught:
        fit(people, 4)
    assert codes_of(caught) == {"stats.too-few-patterns"}
    assert "3 different rows" in str(caught.value)


def test_numbers_of_classes_that_cannot_be_fitted_are_handed_over():
    people = Indicators.of(categorical=[[0, 1], [1, 0], [1, 1]])
    failed: dict[int, CxError] = {}
    done: list[tuple[int, int]] = []
    found = select(people, (1, 2, 5), on_fault=failed.__setitem__, progress=lambda *at: done.append(at))
    assert ([m.k for m in found], list(failed)) == ([1, 2], [5])
    assert done == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(NotEnoughData):
        select(people, (1, 5))


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_can_cancel(jobs):
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    people = Indicators.of(categorical=CODES)
    with pytest.raises(Cancelled):
        select(people, range(1, 6), jobs=jobs, starts=1, progress=stop)
    with pytest.raises(Cancelled):
        bootstrap_lrt(people, *select(people, (1, 2)), jobs=jobs, progress=stop)


def test_rows_without_answers_stay_and_belong_nowhere():
    codes = CODES.copy()
    codes[[0, 7]] = -1
    found = fit(Indicators.of(categorical=codes), 2)
    assert (found.n, found.posterior.shape) == (198, (200, 2))
    assert np.flatnonzero(found.assigned < 0).tolist() == [0, 7]
    assert found.posterior[0] == pytest.approx(found.shares)


def test_nobody_answered_or_counts():
    people = Indicators.of(categorical=[[-1], [-1], [0], [1]], weights=[1, 1, 0, 0])
    for rows in ([0, 1], [2, 3], [0, 2]):
        with pytest.raises(NotEnoughData) as caught:
            fit(people.take(rows), 1)
        assert codes_of(caught) == {"stats.too-few"}


def test_people_of_weight_zero_are_classified_but_do_not_count():
    weights = np.ones(200)
    weights[:50] = 0
    found = fit(Indicators.of(categorical=CODES, weights=weights), 2)
    without = fit(Indicators.of(categorical=CODES[50:]), 2)
    assert found.n == 150
    assert found.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-6)
    assert found.posterior[:50].sum(axis=1) == pytest.approx(np.ones(50))


def test_a_constant_category_is_no_parameter():
    codes = CODES.copy()
    codes[:, 2] = 1
    with_it, without = (
        fit(Indicators.of(categorical=codes), 2),
        fit(Indicators.of(categorical=codes[:, [0, 1, 3, 4]]), 2),
    )
    assert with_it.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-6)
    assert with_it.n_parameters == without.n_parameters
    assert with_it.probabilities[2].tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_constant_number_says_nothing(covariance):
    numbers = NUMBERS.copy()
    numbers[:, 1] = 0.1
    with_it = fit(Indicators.of(numeric=numbers), 2, covariance=covariance)
    without = fit(Indicators.of(numeric=numbers[:, [0, 2]]), 2, covariance=covariance)
    assert with_it.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-6)
    assert with_it.n_parameters == without.n_parameters
    assert with_it.means[:, 1] == pytest.approx([0.1, 0.1])
    assert not with_it.covariances[:, 1].any()
    other = Indicators.of(numeric=numbers + np.array([0, 5, 0]))
    assert with_it.classify(other) == pytest.approx(with_it.posterior)
    assert sample(with_it, 5, np.random.default_rng(1)).numeric[:, 1] == pytest.approx(np.full(5, 0.1))


def test_a_category_nobody_chose_has_probability_zero_and_is_no_parameter():
    wide = fit(Indicators.of(categorical=CODES, levels=[5] * 5), 2)
    narrow = fit(Indicators.of(categorical=CODES), 2)
    assert wide.log_likelihood == pytest.approx(narrow.log_likelihood, abs=1e-9)
    assert wide.n_parameters == narrow.n_parameters
    assert not wide.probabilities[0][:, 3:].any()
    stranger = Indicators.of(categorical=[[4, 0, 1, 0, 0]], levels=[5] * 5, newcomers=True)
    usual = Indicators.of(categorical=[[-1, 0, 1, 0, 0]], levels=[5] * 5, newcomers=True)
    assert wide.classify(stranger) == pytest.approx(wide.classify(usual))  # the category favours no class
    assert wide.log_density(stranger)[0] < -600 < wide.log_density(usual)[0]
    assert sample(wide, 2000, np.random.default_rng(1)).categorical.max() == 2


def test_other_columns_are_refused():
    found = fit(Indicators.of(categorical=CODES), 2)
    for people in (
        Indicators.of(categorical=CODES[:, :4]),
        Indicators.of(categorical=CODES, names=list("abcde")),
        Indicators.of(categorical=CODES[:, :4], numeric=CODES[:, 4:]),
        Indicators.of(categorical=CODES + 1),
    ):
        with pytest.raises(ArgumentError) as caught:
            found.classify(people)
        assert codes_of(caught) == {"stats.other-columns"}


def test_points_are_no_groups():
    numbers = np.where(np.arange(400)[:, None] < 200, 5.0, RNG.integers(1, 6, (400, 6)))
    with pytest.raises(NotEnoughData) as caught:
        fit(Indicators.of(numeric=numbers), 2)
    assert codes_of(caught) == {"stats.degenerate"}
    assert "equal_diagonal" in str(caught.value)
    assert fit(Indicators.of(numeric=numbers), 2, covariance="equal_diagonal").degenerate == 0


def test_a_start_that_ends_in_a_point_is_not_the_best():
    rng = np.random.default_rng(6)
    numbers = np.concatenate([rng.normal(0, 1, 60), rng.normal(6, 1, 60), np.full(9, 2.5)])[:, None]
    found = fit(Indicators.of(numeric=numbers), 3, starts=40)
    assert found.degenerate > 0
    assert found.covariances.min() > 1e-4
    assert found.log_likelihood < 0


@pytest.mark.parametrize("covariance", ["full", "equal_full"])
def test_full_covariances_need_whole_rows_and_columns_of_their_own(covariance):
    holed = NUMBERS.copy()
    holed[3, 1] = np.nan
    with pytest.raises(ArgumentError) as caught:
        fit(Indicators.of(numeric=holed), 2, covariance=covariance)
    assert codes_of(caught) == {"stats.covariance"}
    holed[3] = np.nan
    assert fit(Indicators.of(numeric=holed), 2, covariance=covariance, starts=3).n == 199
    with pytest.raises(NotEnoughData) as repeated:
        fit(Indicators.of(numeric=NUMBERS[:, [0, 1, 0]]), 2, covariance=covariance)
    assert codes_of(repeated) == {"stats.degenerate"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"k": 0}, "stats.not-counts"),
        ({"k": 2.5}, "stats.not-counts"),
        ({"k": 2, "starts": 0}, "stats.not-counts"),
        ({"k": 2, "seed": -1}, "stats.not-counts"),
        ({"k": 2, "covariance": "VVV"}, "stats.covariance"),
        ({"k": 2, "tolerance": 0}, "stats.tolerance"),
        ({"k": 2, "max_iterations": 0}, "stats.not-counts"),
    ],
)
def test_impossible_options_are_refused(options, code):
    with pytest.raises(ArgumentError) as caught:
        fit(Indicators.of(categorical=CODES), **options)
    assert codes_of(caught) == {code}


def test_too_few_steps_are_said():
    assert not fit(Indicators.of(categorical=CODES), 4, max_iterations=3).converged


def test_counts_that_are_all_zero():
    people = Indicators.of(counts=np.zeros((20, 1)), categorical=RNG.integers(0, 2, (20, 3)))
    found = fit(people, 2)
    assert not found.rates.any()
    assert np.isfinite(found.log_likelihood)


def test_an_item_that_a_class_never_saw():
    codes = np.array([[0, 0, 0, -1]] * 30 + [[1, 1, 1, 0]] * 20 + [[1, 1, 1, 1]] * 10)
    found = fit(Indicators.of(categorical=codes), 2)
    assert found.shares == pytest.approx([0.5, 0.5])
    rows = sorted(found.probabilities[3].tolist())
    assert rows[0] == pytest.approx([0.5, 0.5])  # nothing is known
    assert rows[1] == pytest.approx([2 / 3, 1 / 3])


def test_many_columns_and_far_numbers():
    rng = np.random.default_rng(2)
    wide = Indicators.of(categorical=rng.integers(0, 5, (50, 300)))
    assert patterns(wide).rows.n == 50  # more answers than one whole number can tell apart
    assert np.isfinite(fit(wide, 2, starts=2).log_likelihood)
    far = np.concatenate([rng.normal(1e9, 1, 100), rng.normal(1e9 + 10, 1, 100)])[:, None]
    found = fit(Indicators.of(numeric=far), 2)
    assert np.sort(found.means.ravel() - 1e9) == pytest.approx([0, 10], abs=0.5)


def test_equal_patterns_of_all_kinds_are_put_together():
    people = Indicators.of(
        categorical=[[0], [-1], [0], [-1], [0]],
        numeric=[[1.5], [np.nan], [1.5], [np.nan], [2.5]],
        counts=[[3], [0], [3], [0], [3]],
        weights=[1, 2, 3, 0, 4],
    )
    found = patterns(people)
    assert (found.n, found.rows.n) == (4, 3)
    assert sorted(found.weights.tolist()) == pytest.approx([0.8, 1.6, 1.6])
