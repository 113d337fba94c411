"""The credibility index: known values, an interval that holds, and no growth with the number of people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx

CONSTRUCTS = {"ease": ["a"], "trust": ["b"], "fairness": ["c"]}


def answers(seed, n_inside, n_outside, gaps=(0.6, 0.0, -0.3)):
    rng = np.random.default_rng(seed)
    who = np.repeat(["staff", "customers"], [n_inside, n_outside])
    shared = rng.normal(0, 0.6, len(who))
    columns = {
        name: np.clip(np.round(3 + shared + gap * (who == "staff") + rng.normal(0, 0.8, len(who))), 1, 5)
        for name, gap in zip("abc", gaps, strict=True)
    }
    return pd.DataFrame(columns).assign(who=who)


def index(frame, **more):
    options = {"inside": "staff", "outside": "customers", "perspective": "who", "constructs": CONSTRUCTS}
    return cx.credibility(frame, scale=(1, 5), **options, **more).table.iloc[0]


def test_bias_is_the_mean_of_the_gaps_and_distance_the_mean_of_their_sizes():
    frame = answers(1, 80, 200)
    means = frame.groupby("who")[["a", "b", "c"]].mean()
    gaps = means.loc["staff"] - means.loc["customers"]
    row = index(frame)
    assert row["bias"] == pytest.approx(gaps.mean(), abs=1e-12)
    assert row["distance"] == pytest.approx(gaps.abs().mean(), abs=1e-12)


def test_interval_agrees_with_the_normal_one_where_that_holds():
    frame = answers(2, 400, 400)
    person = frame[["a", "b", "c"]].mean(axis=1)
    sides = [person[frame["who"] == who] for who in ("staff", "customers")]
    se = np.sqrt(sum(side.var() / len(side) for side in sides))
    row = index(frame)
    assert (row["bias_high"] - row["bias_low"]) / 2 == pytest.approx(1.96 * se, rel=0.08)


def test_a_hundred_thousand_respondents_fit_into_memory():
    row = index(answers(3, 50_000, 50_000))
    assert row["bias_high"] - row["bias_low"] < 0.05


def coverage(n_inside, n_outside, replications):
    """Return the share of runs whose interval holds the bias of a very large sample."""
    truth = index(answers(99, 300_000, 300_000))["bias"]
    hits = 0
    for run in range(replications):
        row = index(answers((n_inside, run), n_inside, n_outside), seed=run)
        hits += row["bias_low"] <= truth <= row["bias_high"]
    return hits / replications


@pytest.mark.slow
def test_coverage_of_the_bias():
    assert 0.92 <= coverage(60, 200, 400) <= 0.98


if __name__ == "__main__":
    lines = [
        "# Does the interval of the credibility index hold?",
        "",
        "Share of 1,000 samples whose 95 % percentile interval holds the true bias (three five-point constructs).",
        "Made by `python3 -m uv run python tests/analysis/test_credibility.py`.",
        "",
        "| n inside, outside | holds |",
        "|---|---|",
    ]
    for inside, outside in ((10, 50), (30, 100), (60, 200), (300, 300)):
        lines.append(f"| {inside}, {outside} | {100 * coverage(inside, outside, 1000):.1f} % |")
    target = Path(__file__).resolve().parents[2] / "docs" / "validation-credibility.md"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
