"""How often the verdict is right: refusal where there are no groups, acceptance and recovery where there are."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import cxresearch as cx

ITEMS = list("abcdefgh")
SETTINGS = {"draws": 8, "halves": 0, "null_draws": 39, "k_max": 4, "starts": 6, "jobs": 1}
EVEN = np.array([-1.5, -0.5, 0.5, 1.5])
SKEWED = np.array([-1.9, -1.2, -0.6, 0.4])
KINDS = np.array([[1, 1, 1, 1, -1, -1, -1, -1], [-1, -1, 1, 1, 1, 1, -1, -1], [0, 0, -1, -1, 0, 0, 1, 1]]) * 1.0
GROUPS = ("three groups, clearly apart", "three groups, overlapping", "two groups, one large")


def people(truth: str, seed: int, n: int = 600) -> tuple[pd.DataFrame, np.ndarray]:
    """Return answers of n invented people, and their kind (-1 where there is none)."""
    rng = np.random.default_rng([seed, 11])
    z, kind = rng.normal(size=(n, 8)), np.full(n, -1)
    one, two = rng.normal(size=(n, 1)), rng.normal(size=(n, 2))
    loading = np.zeros((2, 8))
    loading[0, :4], loading[1, 4:] = 0.8, 0.8
    cuts = SKEWED if "skewed" in truth else EVEN
    if truth.startswith("one dimension"):
        latent = 0.75 * one + 0.66 * z
    elif truth.startswith("two dimensions"):
        latent = two @ loading + 0.6 * z
    elif truth.startswith("yea-saying"):
        latent = 0.5 * one + 0.6 * rng.normal(size=(n, 1)) * np.where(np.arange(8) % 2, 1, -1) + 0.62 * z
    elif truth == "two groups, one large":
        kind = rng.choice(2, n, p=[0.75, 0.25])
        latent = 1.6 * KINDS[kind] * 0.8 + 0.8 * z
    elif truth in GROUPS:
        kind = rng.choice(3, n, p=[0.4, 0.35, 0.25])
        latent = (1.3 if "clearly" in truth else 0.8) * KINDS[kind] + (0.75 if "clearly" in truth else 0.9) * z
    else:
        latent = z
    return pd.DataFrame(np.searchsorted(cuts, latent) + 1.0, columns=ITEMS), kind


TRUTHS = (
    "pure chance",
    "one dimension",
    "one dimension, skewed answers",
    "two dimensions",
    "two dimensions, skewed answers",
    "yea-saying",
    *GROUPS,
)


def verdicts(truth: str, runs: range) -> pd.DataFrame:
    """Return a row a run: verdict, k, and how well the kinds were recovered."""
    rows = []
    for run in runs:
        frame, kind = people(truth, run)
        found = cx.personas(frame, ITEMS, seed=run + 1, **SETTINGS)
        recovered = adjusted_rand_score(kind, found.members["persona"].astype(int)) if kind[0] >= 0 else np.nan
        rows.append({"verdict": found.verdict, "k": found.k, "ari": recovered, "reasons": " ".join(found.reasons)})
    return pd.DataFrame(rows)


@pytest.mark.slow
@pytest.mark.parametrize("truth", TRUTHS)
def test_the_verdict_is_right(truth):
    found = verdicts(truth, range(20))
    refused = (found["verdict"] == "not supported").mean()
    if truth == "three groups, clearly apart":
        assert refused <= 0.05
        assert found["ari"].median() > 0.9
    elif truth not in GROUPS:
        assert refused >= 0.9


if __name__ == "__main__":
    wanted = TRUTHS if len(sys.argv) < 3 else [TRUTHS[int(i)] for i in sys.argv[2].split(",")]
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print("| truth | runs | refused | with care | stable | k found (median) | recovery (ARI, median) |", flush=True)
    for truth in wanted:
        table = verdicts(truth, range(count))
        shares = [100 * (table["verdict"] == v).mean() for v in ("not supported", "use with care", "stable")]
        cells = " | ".join(f"{share:.0f} %" for share in shares)
        ari = "" if table["ari"].isna().all() else f"{table['ari'].median():.2f}"
        print(f"| {truth} | {count} | {cells} | {table['k'].median():.0f} | {ari} |", flush=True)
