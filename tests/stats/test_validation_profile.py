"""How often are two profiles said to be alike, or opposite, where one of them has no highs and lows at all?

``python tests/stats/test_validation_profile.py`` runs the simulation and writes its part of docs/validation-gaps.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cxresearch.stats.profile import flatness, group_profiles

BEGIN, END = "<!-- flat profiles: begin -->\n", "<!-- flat profiles: end -->\n"
SHAPES = {"both flat": (0.0, 0.0), "one flat": (0.0, 0.5), "weak": (0.1, 0.5), "clear": (0.5, 0.5)}


def answers(rng: np.random.Generator, n: int, profile: np.ndarray, rounded: bool) -> np.ndarray:
    """Answers of n people with a level of their own; rounded to five points, which bends a profile a little."""
    latent = 3.6 + profile + 0.5 * rng.normal(size=(n, 1)) + rng.normal(size=(n, profile.size))
    return np.clip(np.round(latent), 1, 5) if rounded else latent


def rates(shape: str, n: int, k: int, runs: int) -> dict[str, float]:
    """Share of runs that say alike or opposite, that leave it open, and in which no spread is shown.

    The true profiles are uncorrelated (a straight line and a wave around it), so every claim is false.
    """
    line = np.linspace(-1, 1, k)
    wave = np.cos(np.linspace(0, 2 * np.pi, k))
    wave -= wave.mean() + line * (wave @ line) / (line @ line)
    a, b = (s * part / part.std() for s, part in zip(SHAPES[shape], (line, wave), strict=True))
    counts = dict.fromkeys(("claim", "open", "undetermined"), 0)
    for run in range(runs):
        rng = np.random.default_rng([sorted(SHAPES).index(shape), n, k, run])
        x, y = (answers(rng, n, profile, rounded="flat" in shape) for profile in (a, b))
        if max(flatness(x), flatness(y)) >= 0.05:
            counts["undetermined"] += 1  # saves the bootstrap
            continue
        q = group_profiles(x, y, draws=300, seed=rng).q
        counts["open" if q is None or q.contains(0) else "claim"] += 1
    return {key: count / runs for key, count in counts.items()}


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["both flat", "one flat"])
def test_a_flat_profile_is_not_judged(shape):
    found = rates(shape, 200, 8, 200)
    assert found["claim"] <= 0.05
    assert found["undetermined"] >= 0.9


@pytest.mark.slow
def test_a_clear_profile_is_judged():
    assert rates("clear", 200, 8, 60)["undetermined"] == 0


def main(runs: int = 300) -> None:
    """Write the part of docs/validation-gaps.md."""
    lines = [
        "## Profiles without highs and lows",
        "",
        f"{runs} runs a cell, 300 bootstrap draws, level 95 %; five-point answers where a side is flat, normal ones else. Both",
        "true profiles are uncorrelated, so that every `claim` (alike or opposite) is false; `cannot be told`: Hotelling's",
        "test does not show that both profiles have spread. Standard deviation of the true profiles on the two sides: 0",
        "and 0, 0 and .5, .1 and .5, .5 and .5. Made by `python tests/stats/test_validation_profile.py`.",
        "",
        "| profiles | constructs | n a side | claim | open | cannot be told |",
        "|---|---|---|---|---|---|",
    ]
    for shape in SHAPES:
        for k in (3, 8, 15):
            for n in (100, 1000):
                found = rates(shape, n, k, runs)
                cells = " | ".join(f"{100 * share:.1f} %" for share in found.values())
                lines.append(f"| {shape} | {k} | {n} | {cells} |")
                print(lines[-1], flush=True)
    target = Path(__file__).parents[2] / "docs" / "validation-gaps.md"
    before, _, rest = target.read_text(encoding="utf-8").partition(BEGIN)
    notes = rest.partition(END)[0].partition(NOTES)[2] or "\n"
    after = rest.partition(END)[2]
    target.write_text(before + BEGIN + "\n".join(lines) + "\n\n" + NOTES + notes + END + after, encoding="utf-8")


NOTES = "### What flat profiles mean\n"

if __name__ == "__main__":
    main()
