"""How often the verdict of a gap is right, with and without a sound measurement, with and without the gate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx

ITEMS = ["a", "b", "c", "d"]
MARGIN = 0.3


def answers(seed, n_inside, n_outside, gap, shift):
    rng = np.random.default_rng(seed)
    who = np.repeat(["staff", "customers"], [n_inside, n_outside])
    construct = 3.3 + rng.normal(0, 0.75, len(who)) + gap * (who == "staff")
    values = construct[:, None] + 0.75 * rng.normal(size=(len(who), 4))
    values[who == "staff", 1] += shift
    return pd.DataFrame(np.clip(np.round(values), 1, 5), columns=ITEMS).assign(who=who)


def rates(n_inside, n_outside, gap, shift, gate, replications):
    """Return the share of each verdict on the construct (or the items it falls back to)."""
    counts = dict.fromkeys(("aligned", "inside_higher", "inside_lower", "inconclusive", "items"), 0)
    for run in range(replications):
        frame = answers((n_inside, run, round(10 * gap)), n_inside, n_outside, gap, shift)
        table = cx.gaps(
            frame, inside="staff", outside="customers", margin=MARGIN, perspective="who", scale=(1, 5),
            constructs={"ease": ITEMS}, gate=gate,
        ).table  # fmt: skip
        counts[table["verdict"].iloc[0] if table["basis"].iloc[0] != "item" else "items"] += 1
    return {key: count / replications for key, count in counts.items()}


@pytest.mark.slow
def test_errors_of_the_verdict_stay_near_the_level():
    none = rates(100, 300, 0.0, 0.0, True, 200)
    assert none["inside_higher"] + none["inside_lower"] <= 0.10
    edge = rates(100, 300, MARGIN, 0.0, True, 200)
    assert edge["aligned"] <= 0.10


@pytest.mark.slow
def test_the_gate_saves_the_verdict_from_a_biased_item():
    blind = rates(300, 300, 0.0, 0.9, False, 60)
    gated = rates(300, 300, 0.0, 0.9, True, 60)
    assert blind["inside_higher"] > 0.5
    assert gated["inside_higher"] < 0.2


def write(replications: int, path: Path) -> None:
    """Write docs/validation-verdicts.md."""
    lines = [
        "# How often the verdict of a gap is right",
        "",
        f"{replications} runs a cell; four five-point items, margin {MARGIN:g} points. `gap` is the true difference of the",
        "construct, `shift` how much higher the inside answers one item than the construct would have it (0: the",
        "measurement is comparable). Right are: `aligned` for gap 0, `inside_higher` for a gap above 0; at a gap of",
        "exactly the margin, `aligned` is an error. Rounding to the scale shrinks true gaps by about 5 %. Made by",
        "`python3 -m uv run python tests/analysis/test_verdict_rates.py`.",
        "",
        "| n inside, outside | gap | shift | gate | aligned | higher | lower | cannot be told | items only |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for sizes in ((60, 400), (300, 300)):
        for gap in (0.0, 0.3, 0.6):
            for shift in (0.0, 0.9):
                for gate in (False, True):
                    found = rates(*sizes, gap, shift, gate, replications)
                    cells = " | ".join(f"{100 * share:.1f} %" for share in found.values())
                    lines.append(
                        f"| {sizes[0]}, {sizes[1]} | {gap:g} | {shift:g} | {'on' if gate else 'off'} | {cells} |"
                    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(200, Path(__file__).resolve().parents[2] / "docs" / "validation-verdicts.md")
