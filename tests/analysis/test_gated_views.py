"""No figure made of construct means escapes the gate: what is read differently is left out, and that is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.checks.comparability import comparability
from cxresearch.errors import ArgumentError, NotEnoughData

CONSTRUCTS = {"ease": ["e1", "e2", "e3"], "trust": ["t1", "t2", "t3"], "care": ["c1", "c2", "c3"],
              "pace": ["p1", "p2", "p3"]}  # fmt: skip
SIDES = {"inside": "staff", "outside": "customers", "perspective": "who", "scale": (1, 7)}


def answers(seed: int, broken: tuple[str, ...] = ("trust",), n: int = 400) -> pd.DataFrame:
    """Return answers of both sides; the items of broken constructs are shifted each its own way by the staff."""
    rng = np.random.default_rng(seed)
    who = np.repeat(["staff", "customers"], n)
    columns = {}
    for construct, items in CONSTRUCTS.items():
        true = rng.normal(0, 1, 2 * n)
        for item, shift in zip(items, (1.5, -1.5, 0.0), strict=True):
            moved = shift * (who == "staff") * (construct in broken)
            columns[item] = np.clip(np.round(4 + true + moved + rng.normal(0, 0.7, 2 * n)), 1, 7)
    frame = pd.DataFrame(columns)
    return frame.assign(who=who, shop=[f"s{i % 8}" for i in range(2 * n)])


VIEWS = {
    "credibility": lambda data, **more: cx.credibility(data, constructs=CONSTRUCTS, **SIDES, **more),
    "profile": lambda data, **more: cx.profile(data, constructs=CONSTRUCTS, **SIDES, **more),
    "ranking": lambda data, **more: cx.ranking(data, constructs=CONSTRUCTS, unit="shop", **SIDES, **more),
    "johari": lambda data, **more: cx.johari(data, constructs=CONSTRUCTS, **SIDES, **more),
    "silos": lambda data, **more: cx.silos(
        data, by="shop", inside="staff", reference="customers", perspective="who", scale=(1, 7),
        constructs=CONSTRUCTS, **more,
    ),
}  # fmt: skip


def codes(result: object) -> set[str]:
    return {c.code for c in result.caveats}


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_read_differently_is_left_out_and_said(view):
    result = VIEWS[view](answers(1))
    gate = result.gate.set_index("construct")["status"]
    assert gate["trust"] == "not_comparable" and gate.drop("trust").eq("comparable").all()
    assert codes(result) & {"left_out_not_comparable", "not_comparable"}
    assert "gate" in result.frames()
    for lang in ("de", "en"):
        assert "CFI" in result.method(lang)
        assert "0,010" in result.method(lang) or "0.010" in result.method(lang)


def test_a_construct_that_is_left_out_does_not_move_the_index():
    frame = answers(2)
    whole = VIEWS["credibility"](frame).table.iloc[0]
    others = {c: items for c, items in CONSTRUCTS.items() if c != "trust"}
    rest = cx.credibility(frame, constructs=others, **SIDES).table.iloc[0]
    assert whole["constructs"] == 3
    assert whole["bias"] == pytest.approx(rest["bias"], abs=1e-12)


def test_the_map_shows_the_items_of_a_construct_that_is_not_released():
    table = VIEWS["johari"](answers(3)).table.set_index("construct")
    assert list(table.index[table["basis"] == "item"]) == CONSTRUCTS["trust"]


@pytest.mark.parametrize("view", VIEWS)
def test_an_override_is_printed(view):
    result = VIEWS[view](answers(1), override=True)
    assert "released_by_override" in codes(result)
    assert "left_out_not_comparable" not in codes(result)


@pytest.mark.parametrize("view", VIEWS)
def test_without_the_gate_the_result_says_so(view):
    result = VIEWS[view](answers(1), gate=False)
    assert "comparability_untested" in codes(result)
    assert "gate" not in result.frames()


@pytest.mark.parametrize("view", ["credibility", "profile", "ranking", "silos"])
def test_nothing_comparable_is_told(view):
    with pytest.raises(NotEnoughData) as caught:
        VIEWS[view](answers(4, broken=tuple(CONSTRUCTS)))
    assert caught.value.codes == ("gate.nothing-comparable",)


def test_the_rule_of_the_gate_is_chosen_by_name():
    strict = VIEWS["johari"](answers(1), rule="meade2008")
    assert "0.002" in strict.method("en") and "Meade" in strict.method("en")
    with pytest.raises(ArgumentError) as caught:
        VIEWS["johari"](answers(1), rule="meade")
    assert caught.value.codes == ("gate.unknown-rule",)
    assert "meade2008" in str(caught.value)


def weighted(seed: int, biased: bool) -> tuple[np.ndarray, pd.Series, np.ndarray]:
    """Half of the customers read the first item differently; with weights of (nearly) zero they do not count."""
    rng = np.random.default_rng(seed)
    n = 600
    who = pd.Series(["staff"] * n + ["customers"] * n, dtype=object)
    values = rng.normal(size=(2 * n, 1)) + 0.7 * rng.normal(size=(2 * n, 4))
    odd = (np.arange(2 * n) % 2 == 0) & (who == "customers").to_numpy()
    values[odd, 0] += 1.2
    return values, who, np.where(odd, 1.0 if biased else 1e-6, 1.0)


def test_the_gate_weights_its_respondents():
    items = ("a", "b", "c", "d")
    values, who, weights = weighted(1, biased=False)
    assert comparability("ease", items, values, who, "staff", "customers").broken == ("a",)
    assert comparability("ease", items, values, who, "staff", "customers", weights=weights).status == "comparable"


def test_weights_reach_the_gate_of_a_gap():
    frame = answers(5).assign(w=1.0)
    rng = np.random.default_rng(1)
    frame["w"] = rng.uniform(0.2, 3, len(frame))
    plain = cx.gaps(frame, margin=0.3, constructs=CONSTRUCTS, **SIDES).gate
    weighted = cx.gaps(frame, margin=0.3, constructs=CONSTRUCTS, weights="w", **SIDES).gate
    assert not np.allclose(plain["delta_cfi_scalar"], weighted["delta_cfi_scalar"])
    assert weighted["status"].tolist() == plain["status"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_weights_do_not_raise_the_false_alarms_of_the_gate(spread):
    """Log-normal weights unrelated to the answers; figures in docs/validation-gate-weights.md."""
    assert false_alarms(spread, 300, 200) <= 0.10


def false_alarms(spread: float, n: int, runs: int) -> float:
    found = 0
    for run in range(runs):
        rng = np.random.default_rng((run, 7))
        who = pd.Series(["staff"] * n + ["customers"] * n, dtype=object)
        true = rng.normal(size=(2 * n, 1)) + 0.4 * (who == "staff").to_numpy()[:, None]
        values = np.clip(np.round(3 + true + 0.8 * rng.normal(size=(2 * n, 4))), 1, 5)
        weights = np.exp(spread * rng.normal(size=2 * n))
        status = comparability("ease", tuple("abcd"), values, who, "staff", "customers", weights=weights).status
        found += status != "comparable"
    return found / runs


if __name__ == "__main__":
    lines = [
        "# The gate before a gap, with survey weights",
        "",
        "Share of 300 samples in which the gate raises a false alarm: four five-point items, read alike by both sides, a",
        "true gap of 0.4; log-normal weights that have nothing to do with the answers, with the given standard deviation",
        "of their logarithm. Made by `python3 -m uv run python tests/analysis/test_gated_views.py`.",
        "",
        "| n per side | spread of the weights | false alarms |",
        "|---|---|---|",
    ]
    for size in (100, 300):
        for log_sd in (0.0, 0.5, 1.0):
            lines.append(f"| {size} | {log_sd:g} | {100 * false_alarms(log_sd, size, 300):.1f} % |")
    target = Path(__file__).resolve().parents[2] / "docs" / "validation-gate-weights.md"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
