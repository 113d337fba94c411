"""Power and sample size against R, against published tables and against simulation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import ArgumentError, NotEnoughData
from cxresearch.stats import power as pw
from cxresearch.stats._verdict_chance import chances
from cxresearch.stats.compare_ranks import brunner_munzel
from cxresearch.stats.equivalence import tost
from cxresearch.stats.mean import mean_difference
from cxresearch.stats.power import Paired, Side, TwoSides
from cxresearch.stats.power_simulated import brunner_munzel_hits

FULL = json.loads((Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8"))
REF, ORD = FULL["power"], FULL["ordinal_power"]
few = settings(max_examples=30, deadline=None, derandomize=True)
ONE = TwoSides()


@pytest.mark.parametrize("row", REF["two"], ids=lambda r: f"n{r['n']}d{r['d']}")
def test_difference_power_as_r(row):
    assert pw.difference_power(ONE, row["n"], row["d"]) == pytest.approx(row["power"], abs=1e-10)


def test_other_designs_as_r():
    assert pw.difference_power(ONE, 40, 0.6, alpha=0.01) == pytest.approx(REF["two_alpha01"], abs=1e-10)
    # R's sd is that of the differences: sd sqrt(2 - 2 r) = 1.1
    pairs = Paired(correlation=0.5, a=Side(sd=1.1))
    assert pw.difference_power(pairs, 30, 0.4) == pytest.approx(REF["paired"], abs=1e-10)
    assert pw.sample_size(ONE, difference=0.3).n_a == np.ceil(REF["n_two"])
    assert pw.sample_size(ONE, difference=-0.5, power=0.9).n_a == np.ceil(REF["n_two90"])
    assert pw.sample_size(Paired(correlation=0.5), difference=0.25, power=0.9).n_a == np.ceil(REF["n_paired"])
    assert pw.detectable_difference(ONE, 100) == pytest.approx(REF["delta_100"], abs=1e-7)


@pytest.mark.parametrize("row", REF["tost"], ids=lambda r: f"n{r['n']}d{r['d']}")
def test_equivalence_power_by_owens_q(row):
    assert pw.equivalence_power(ONE, row["n"], 0.5, row["d"]) == pytest.approx(row["power"], abs=1e-9)
    assert pw.equivalence_power(ONE, row["n"], 0.5, -row["d"]) == pytest.approx(row["power"], abs=1e-9)


def test_equivalence_power_as_published():
    """PowerTOST: sampleN.TOST(CV = 0.3), a 2 x 2 cross-over of 40 subjects, has power 0.815845."""
    within = np.sqrt(np.log(1 + 0.3**2))
    found = chances(np.log(0.95), within * np.sqrt(2 / 40), 38.0, np.log(1.25), 0.05)
    assert found.aligned == pytest.approx(0.815845, abs=5e-7)


def test_verdicts_of_formula_and_of_simulation_are_those_of_the_package():
    rng = np.random.default_rng(5)
    design = TwoSides(a=Side(sd=1.0), b=Side(sd=1.6), ratio=0.5)
    expected = pw.verdict_power(design, 60, margin=0.9, difference=0.35)
    counts = dict.fromkeys(("aligned", "higher", "lower", "inconclusive"), 0)
    for _ in range(1000):
        gap = mean_difference(rng.normal(0.35, 1, 60), rng.normal(0, 1.6, 30))
        if tost(gap, 0.9).equivalent:
            counts["aligned"] += 1
        elif gap.contains(0):
            counts["inconclusive"] += 1
        else:
            counts["higher" if gap.value > 0 else "lower"] += 1
    for name, count in counts.items():
        assert getattr(expected, name) == pytest.approx(count / 1000, abs=0.05)


def test_clusters_and_weights():
    clusters = Side(cluster_size=10, icc=0.1)
    assert clusters.effect == pytest.approx(1.9)
    assert pw.cluster_effect(10, 0.1, cv=0.5) == pytest.approx(1 + (1.25 * 10 - 1) * 0.1)
    plain = pw.sample_size(ONE, difference=0.3).n_a
    needed = pw.sample_size(TwoSides(a=clusters), difference=0.3).n_a
    assert needed > 1.9 * plain  # and some more, because clusters carry the degrees of freedom
    assert needed < 2.0 * plain
    weighted = pw.sample_size(TwoSides(a=Side(weight_effect=1.5)), difference=0.3).n_a
    assert weighted == pytest.approx(1.5 * plain, abs=2)
    with pytest.raises(NotEnoughData, match=r"stats\.too-few"):
        pw.difference_power(TwoSides(a=clusters), 10, 0.3)


def test_sizes_are_the_smallest():
    for goal, more in (("difference", {"difference": 0.37}), ("aligned", {"margin": 0.4, "difference": 0.1}),
                       ("higher", {"margin": 0.2, "difference": 0.5})):  # fmt: skip
        for design in (ONE, TwoSides(ratio=0.4), Paired(correlation=0.3)):
            size = pw.sample_size(design, goal=goal, **more)
            assert size.power >= 0.8
            if goal == "difference":
                assert pw.difference_power(design, size.n_a - 1, 0.37) < 0.8
            else:
                margin, difference = more["margin"], more["difference"]
                before = pw.verdict_power(design, size.n_a - 1, margin, difference)
                assert getattr(before, goal) < 0.8
            assert size.n_b == np.ceil(design.ratio * size.n_a - 1e-9)


def test_margin_and_difference_found_again():
    margin = pw.detectable_margin(ONE, 150, difference=0.1)
    assert pw.equivalence_power(ONE, 150, margin, 0.1) == pytest.approx(0.8, abs=1e-9)
    difference = pw.detectable_difference(TwoSides(ratio=3), 40, power=0.95)
    assert pw.difference_power(TwoSides(ratio=3), 40, difference) == pytest.approx(0.95, abs=1e-9)


@pytest.mark.parametrize("call", [
    lambda: pw.sample_size(ONE, difference=0.0),
    lambda: pw.sample_size(ONE, margin=0.3, difference=0.3, goal="aligned"),
    lambda: pw.sample_size(ONE, margin=0.3, difference=0.2, goal="higher"),
])  # fmt: skip
def test_out_of_reach(call):
    with pytest.raises(ArgumentError, match=r"stats\.out-of-reach"):
        call()


def test_refusals():
    for call, code in (
        (lambda: Side(sd=0), "sd"), (lambda: Side(icc=1.2), "icc"), (lambda: TwoSides(ratio=-1), "ratio"),
        (lambda: Paired(correlation=1.0), "correlation"), (lambda: Side(cluster_size=0.5), "cluster-size"),
        (lambda: pw.verdict_power(ONE, 50, margin=0), "margin"), (lambda: pw.difference_power(ONE, 50, 1, alpha=5), "alpha"),
        (lambda: pw.sample_size(ONE, difference=1, goal="equal"), "goal"), (lambda: pw.sample_size(ONE, goal="aligned"), "margin"),
        (lambda: pw.sample_size(ONE, difference=1, power=80), "power"), (lambda: pw.difference_power(ONE, "50", 1), "n"),
        (lambda: pw.ordinal_power([0.5, 0.6], [0.5, 0.5], 9, 9), "shares"),
        (lambda: pw.ordinal_size([0.5, 0.5], [0.5, 0.5]), "out-of-reach"), (lambda: pw.ordinal_size([0.5, 0.5]), "odds-ratio"),
        (lambda: pw.proportional_odds([0.5, 0.5], 0), "odds-ratio"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=rf"stats\.{code}"):
            call()


def test_ordinal_formulas_as_r():
    p, q = ORD["p"], ORD["q"]
    assert pw.proportional_odds(p, 2) == pytest.approx(ORD["odds2"], abs=1e-12)
    assert pw.ordinal_size(p, q).n_a == np.ceil(ORD["noether_n"] / 2)
    assert pw.ordinal_size(p, q, ratio=2).n_a == np.ceil(ORD["noether_n_third"] / 3)
    assert pw.ordinal_size(p, odds_ratio=2, method="whitehead").n_a == np.ceil(ORD["whitehead_n"] / 2)
    size = pw.ordinal_size(p, q)
    assert pw.noether_power(p, q, size.n_a, size.n_b) == pytest.approx(size.power, abs=1e-12)


def test_ordinal_simulation_uses_the_test_of_the_package():
    rng = np.random.default_rng(8)
    x, y = rng.multinomial(25, ORD["p"], 60), rng.multinomial(30, ORD["q"], 60)
    hits = brunner_munzel_hits(x, y, 0.05)
    for hit, a, b in zip(hits, x, y, strict=True):
        test = brunner_munzel(np.repeat(np.arange(5), a), np.repeat(np.arange(5), b))
        assert hit == (test.p < 0.05)
    apart = brunner_munzel_hits(np.array([[12, 0, 0], [0, 12, 0]]), np.array([[0, 0, 12], [0, 12, 0]]), 0.05)
    assert apart.tolist() == [True, False]  # no overlap at all; all tied


def test_ordinal_power_agrees_with_the_formulas():
    p, q = ORD["p"], ORD["q"]
    simulated = pw.ordinal_power(p, q, 75, 75)
    assert simulated.value == pytest.approx(pw.noether_power(p, q, 75, 75), abs=0.02)
    assert simulated == pw.ordinal_power(p, q, 75, 75)
    assert pw.ordinal_power(p, p, 80, 80).value == pytest.approx(0.05, abs=0.01)
    scores = np.arange(5)
    gap = np.dot(q, scores) - np.dot(p, scores)
    sds = [np.sqrt(np.dot(s, scores**2) - np.dot(s, scores) ** 2) for s in (q, p)]
    normal = pw.verdict_power(TwoSides(a=Side(sd=sds[0]), b=Side(sd=sds[1])), 150, margin=0.3, difference=gap)
    ordinal = pw.ordinal_verdict_power(q, p, 150, 150, margin=0.3)
    for name in ("aligned", "higher", "lower", "inconclusive"):
        assert getattr(ordinal, name) == pytest.approx(getattr(normal, name), abs=0.02)


def test_nothing_varies_is_inconclusive():
    chance = pw.ordinal_verdict_power([0, 1, 0], [0, 1, 0], 20, 20, margin=0.5, draws=100)
    assert chance.inconclusive == 1


@few
@given(st.integers(3, 400), st.floats(0, 1.5), st.floats(0.05, 2), st.floats(0.3, 3), st.floats(0.4, 2))
def test_power_laws(n, difference, margin, ratio, sd):
    design = TwoSides(a=Side(sd=sd), ratio=max(ratio, 2 / n))
    chance = pw.verdict_power(design, n, margin, difference)
    parts = (chance.aligned, chance.higher, chance.lower, chance.inconclusive)
    assert sum(parts) == pytest.approx(1)
    assert min(parts) >= 0
    mirror = pw.verdict_power(design, n, margin, -difference)
    assert (mirror.higher, mirror.lower) == pytest.approx((chance.lower, chance.higher), abs=1e-12)
    assert pw.equivalence_power(design, n, margin, difference) == pytest.approx(chance.aligned, abs=1e-12)
    assert chance.higher + chance.lower <= pw.difference_power(design, n, difference) + 1e-12
    assert pw.difference_power(design, n, 0.0) == pytest.approx(0.05, abs=1e-9)
    assert pw.equivalence_power(design, n, margin, margin) <= 0.05 + 1e-9  # at the margin TOST keeps its level
    assert pw.difference_power(design, n + 1, difference) >= pw.difference_power(design, n, difference) - 1e-9
    assert pw.verdict_power(design, n, 1.2 * margin, difference).aligned >= chance.aligned - 1e-12


def test_one_answer_less_than_possible():
    assert pw.difference_power(ONE, 2, 3.0) > 0.05
    with pytest.raises(NotEnoughData, match="at least 2"):
        pw.difference_power(ONE, 1, 3.0)
    assert 0 < pw.difference_power(ONE, 10**9, 1e-4) < 1
