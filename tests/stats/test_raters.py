"""Kappa and alpha against R, against published examples and against their own laws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats.krippendorff import METRICS
from cxresearch.stats.raters import cohens_kappa, fleiss_kappa, icc_raters, krippendorff_alpha

FULL = json.loads((Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8"))
REF, ALPHA = FULL["raters"], FULL["alpha"]
few = settings(max_examples=30, deadline=None, derandomize=True)


def _ratings(rows):
    return np.array([[np.nan if v is None else v for v in row] for row in rows], float)


def _spread_out(table):
    table = np.array(table)
    first, second = np.indices(table.shape).reshape(2, -1)
    return np.repeat(first, table.ravel()), np.repeat(second, table.ravel())


@pytest.mark.parametrize(("weights", "key"), [("none", "kappa"), ("linear", "linear"), ("quadratic", "quadratic")])
def test_kappa_as_r(weights, key):
    a, b = _spread_out(REF["table"])
    estimate = cohens_kappa(a, b, weights)
    assert estimate.value == pytest.approx(REF[key]["value"], abs=1e-12)
    assert estimate.se == pytest.approx(REF[key]["ASE"], abs=1e-12)
    assert estimate.n == 118
    if weights == "none":  # Agresti 2002, sec. 10.5.4 prints .493 and .057
        assert estimate.se**2 == pytest.approx(REF["psych_var"][0], abs=1e-14)


def test_kappa_standard_error_by_the_jackknife():
    a, b = _spread_out(np.array(REF["table"]) * 8)
    for weights in ("none", "linear", "quadratic"):
        full = cohens_kappa(a, b, weights)
        cells, counts = np.unique(a * 4 + b, return_counts=True)
        values = []
        for cell in cells:
            keep = np.ones(a.size, bool)
            keep[np.flatnonzero(a * 4 + b == cell)[0]] = False
            values.append(cohens_kappa(a[keep], b[keep], weights, categories=range(4)).value)
        spread = counts @ (np.array(values) - full.value) ** 2
        assert full.se == pytest.approx(np.sqrt(spread), rel=0.01)


def test_categories_and_words():
    a, b = ["good", "bad", "good", "poor"], ["good", "bad", "bad", "poor"]
    order = ["bad", "poor", "good"]
    assert cohens_kappa(a, b).value == cohens_kappa(a, b, categories=order).value
    assert cohens_kappa(a, b, "linear").value != cohens_kappa(a, b, "linear", categories=order).value
    with pytest.raises(ArgumentError, match="poor"):
        cohens_kappa(a, b, categories=["bad", "good"])
    with pytest.raises(ArgumentError, match=r"stats\.missing-values"):
        cohens_kappa([1, np.nan], [1, 2])
    with pytest.raises(ArgumentError, match=r"stats\.category"):
        cohens_kappa([1, "a"], [1, "a"])
    with pytest.raises(ArgumentError, match=r"stats\.weights-of-kappa"):
        cohens_kappa(a, b, "square")
    with pytest.raises(NotEnoughData, match=r"stats\.no-variance"):
        cohens_kappa([1, 1, 1], [1, 1, 1])


def test_fleiss_as_published():
    estimate = fleiss_kappa(REF["fleiss_table"])
    assert estimate.value == pytest.approx(REF["fleiss"], abs=1e-12)
    assert estimate.value == pytest.approx(0.210, abs=5e-4)  # the textbook table of 14 raters and 10 cases
    # linearised and jackknifed errors differ in the second order: 10 cases
    assert estimate.se == pytest.approx(REF["fleiss_jackknife_se"], rel=0.1)
    many = fleiss_kappa(np.tile(REF["fleiss_table"], (50, 1)))
    assert many.value == pytest.approx(estimate.value, abs=1e-12)
    assert many.se == pytest.approx(estimate.se * np.sqrt(9 / 499), rel=1e-9)


def test_fleiss_refusals():
    with pytest.raises(ArgumentError, match=r"stats\.raters"):
        fleiss_kappa([[1, 0], [1, 1]])
    with pytest.raises(ArgumentError, match=r"stats\.not-counts"):
        fleiss_kappa([[1.5, 0.5], [1, 1]])
    with pytest.raises(NotEnoughData, match=r"stats\.no-variance"):
        fleiss_kappa([[3, 0], [3, 0]])


@pytest.mark.parametrize(("metric", "printed"), list(zip(METRICS, [0.743, 0.815, 0.849, 0.797], strict=True)))
def test_alpha_as_published(metric, printed):
    place = METRICS.index(metric)
    alpha = krippendorff_alpha(_ratings(ALPHA["ratings"]), metric, draws=2000)
    assert alpha.value == pytest.approx(printed, abs=5e-4)  # Krippendorff 2011, section C
    assert alpha.value == pytest.approx(ALPHA["values"][place], abs=1e-12)
    assert alpha.n == 11  # the twelfth unit has one rating
    assert alpha.low < alpha.value < alpha.high
    other = krippendorff_alpha(_ratings(ALPHA["other"]), metric, draws=100)
    assert other.value == pytest.approx(ALPHA["other_values"][place], abs=1e-12)


def test_alpha_bootstraps_are_seeded_and_unbiased():
    ratings = _ratings(ALPHA["ratings"])
    one = krippendorff_alpha(ratings, "interval", "pairs", seed=1)
    assert one == krippendorff_alpha(ratings, "interval", "pairs", seed=1)
    assert one != krippendorff_alpha(ratings, "interval", "pairs", seed=2)
    wide = krippendorff_alpha(ratings, "interval", "pairs", level=0.99, seed=1)
    assert wide.low <= one.low
    assert wide.high >= one.high
    units = krippendorff_alpha(ratings, "interval")
    assert units.high - units.low > one.high - one.low  # few units: their choice matters more than pairs
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3]], "interval").low == 1


def test_alpha_refusals():
    with pytest.raises(NotEnoughData, match=r"stats\.no-variance"):
        krippendorff_alpha([[1, 1], [1, 1]])
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        krippendorff_alpha([[1, np.nan], [2, 1]])
    with pytest.raises(ArgumentError, match=r"stats\.negative"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")
    with pytest.raises(ArgumentError, match="nominal"):
        krippendorff_alpha([[1, 2], [1, 2]], "nominl")
    with pytest.raises(ArgumentError, match=r"stats\.not-numeric"):
        krippendorff_alpha([["a", "b"], ["a", "c"]])


table = st.lists(st.lists(st.integers(1, 4), min_size=3, max_size=3), min_size=4, max_size=12).map(np.array)


@few
@given(table)
def test_laws_of_raters(x):
    try:
        kappa = cohens_kappa(x[:, 0], x[:, 1], categories=[1, 2, 3, 4])
        alpha = {m: krippendorff_alpha(x.T, m, draws=100) for m in METRICS}
    except NotEnoughData:
        return
    assert -1 <= kappa.low <= kappa.value <= kappa.high <= 1
    assert cohens_kappa(x[:, 1], x[:, 0], categories=[1, 2, 3, 4]).value == pytest.approx(kappa.value)
    quadratic = cohens_kappa(x[:, 0], x[:, 1], "quadratic", categories=[1, 2, 3, 4]).value
    reversed_ = cohens_kappa(5 - x[:, 0], 5 - x[:, 1], "quadratic", categories=[1, 2, 3, 4]).value
    assert reversed_ == pytest.approx(quadratic)
    counts = np.column_stack([(x == v).sum(axis=1) for v in (1, 2, 3, 4)])
    fleiss = fleiss_kappa(counts)
    n = x.size  # nominal alpha is Fleiss' kappa with a correction for few ratings
    assert alpha["nominal"].value == pytest.approx(1 - (1 - fleiss.value) * (n - 1) / n, abs=1e-9)
    assert krippendorff_alpha(10 * x.T, "ratio", draws=100).value == pytest.approx(alpha["ratio"].value)
    assert krippendorff_alpha(x.T**2, "ordinal", draws=100).value == pytest.approx(alpha["ordinal"].value)
    assert krippendorff_alpha(x.T + 3.0, "interval", draws=100).value == pytest.approx(alpha["interval"].value)


def test_quadratic_kappa_is_nearly_the_icc():
    a, b = _spread_out(np.array(REF["table"]) * 20)
    kappa = cohens_kappa(a, b, "quadratic").value
    assert icc_raters(np.column_stack([a, b]), "2").value == pytest.approx(kappa, abs=1e-3)  # Fleiss & Cohen 1973
