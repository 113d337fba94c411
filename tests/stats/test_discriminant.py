"""Canonical variates: agreement with scikit-learn, invariance, two groups, weights, faults."""

from __future__ import annotations

import numpy as np
import pytest

from cxresearch.errors import CxError
from cxresearch.stats.discriminant import discriminant_plane


def clouds(seed=1, n=80, k=4, p=5):
    rng = np.random.default_rng(seed)
    label = np.repeat(np.arange(k), n)
    centres = rng.normal(0, 3, (k, p))
    return centres[label] + rng.normal(size=(k * n, p)), label


def test_agrees_with_discriminant_analysis():
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    x, label = clouds()
    ours = discriminant_plane(x, label)
    theirs = LinearDiscriminantAnalysis(solver="eigen", n_components=2).fit(x, label)
    scores = theirs.transform(x)
    for dimension in (0, 1):
        r = np.corrcoef(ours.people[:, dimension], scores[:, dimension])[0, 1]
        assert abs(r) == pytest.approx(1, abs=1e-8)
    assert ours.explained == pytest.approx(theirs.explained_variance_ratio_[:2], abs=1e-4)


def test_variance_within_groups_is_one_and_directions_are_uncorrelated():
    x, label = clouds(2)
    people = discriminant_plane(x, label).people
    away = people - np.array([people[label == g].mean(axis=0) for g in range(4)])[label]
    assert away.T @ away / len(x) == pytest.approx(np.eye(2), abs=1e-4)


def test_two_groups_and_doubled_people():
    x, label = clouds(3, k=2)
    plane = discriminant_plane(x, label)
    assert plane.explained.tolist() == [1.0, 0.0]
    assert np.isfinite(plane.people).all()
    twice = discriminant_plane(np.vstack([x, x[:40]]), np.concatenate([label, label[:40]]))
    weighted = discriminant_plane(x, label, weights=np.where(np.arange(len(x)) < 40, 2.0, 1.0))
    assert weighted.centres == pytest.approx(twice.centres, abs=1e-8)


def test_columns_that_add_up_do_no_harm():
    x, label = clouds(4)
    plane = discriminant_plane(np.column_stack([x, x.sum(axis=1), np.ones(len(x))]), label)
    assert np.isfinite(plane.people).all()


def test_faults():
    x, label = clouds(5)
    for bad in (lambda: discriminant_plane(x[:, :1], label), lambda: discriminant_plane(x, np.zeros(len(x), int))):
        with pytest.raises(CxError):
            bad()
