"""Make the simulated answers of this study; the truth is stated here and nowhere else.

Run it from the root of the project::

    python3 -m uv run python reports/personas-demo/make_data.py

Six truths, 600 invented people each. In two of them there are groups; in the other four there are none, however much
attitudes hang together, and a report that shows personas there would be wrong.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parent / "data"
N = 600
ITEMS = [
    "online_first", "own_solution", "any_hour", "personal_advice", "same_person", "time_for_me",
    "compare_prices", "wait_for_offers",
]  # fmt: skip
# what three kinds of people want, in standard deviations from the middle
KINDS = np.array(
    [
        [1.0, 1.0, 0.9, -0.9, -0.9, -0.7, 0.1, 0.0],  # on their own, digital
        [-0.9, -0.7, -0.6, 1.0, 0.9, 1.0, -0.5, -0.5],  # advised by a person
        [-0.1, -0.2, 0.0, -0.6, -0.4, -0.6, 1.1, 1.1],  # after the price
    ]
)
SHARES = [0.4, 0.35, 0.25]
CUTS = np.array([-1.3, -0.5, 0.4, 1.2])
CHANNELS = np.array([[0.75, 0.1, 0.15], [0.1, 0.6, 0.3], [0.45, 0.35, 0.2]])  # app, branch, hotline
COMMENTS = [
    ["Die App reicht mir völlig.", "Bitte keine Anrufe, ich finde alles selbst.", "Abends online, das passt."],
    [
        "Frau Keller in der Filiale ist großartig.",
        "Am Telefon 0171 2345678 erreicht man mich gut.",
        "Mehr Zeit, bitte.",
    ],
    ["Zu teuer, ich warte auf Angebote.", "Anderswo billiger gesehen.", "Gutscheine an anna@example.org, gern."],
]


def truths() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the latent answers (people x items) and the true kind of each person (-1: there are no kinds)."""
    none = np.full(N, -1)
    out = {}
    rng = np.random.default_rng(41)
    kind = rng.choice(3, N, p=SHARES)
    out["separated"] = (1.5 * KINDS[kind] + rng.normal(0, 0.75, (N, 8)), kind)
    rng = np.random.default_rng(42)
    kind = rng.choice(3, N, p=SHARES)
    out["overlapping"] = (1.0 * KINDS[kind] + rng.normal(0, 0.9, (N, 8)), kind)
    rng = np.random.default_rng(43)
    level = rng.normal(size=(N, 1))
    out["one_dimension"] = (level * [0.8, 0.7, 0.7, -0.7, -0.7, -0.6, 0.5, 0.4] + rng.normal(0, 0.7, (N, 8)), none)
    rng = np.random.default_rng(44)
    two = rng.normal(size=(N, 2))
    loadings = np.array([[0.8, 0.8, 0.7, -0.6, -0.6, -0.5, 0.0, 0.0], [0.0, 0.0, 0.0, -0.3, -0.3, -0.4, 0.9, 0.9]])
    out["two_dimensions"] = (two @ loadings + rng.normal(0, 0.6, (N, 8)), none)
    rng = np.random.default_rng(45)
    out["noise"] = (rng.normal(size=(N, 8)), none)
    rng = np.random.default_rng(46)
    yes = rng.normal(0, 0.7, (N, 1))  # some say yes to everything
    taste = rng.normal(size=(N, 1)) * [0.6, 0.6, 0.5, -0.6, -0.6, -0.5, 0.2, 0.2]
    out["response_style"] = (yes + taste + rng.normal(0, 0.7, (N, 8)), none)
    return out


def main() -> None:
    """Write one file a truth."""
    DATA.mkdir(exist_ok=True)
    for number, (name, (latent, kind)) in enumerate(truths().items()):
        rng = np.random.default_rng([7, number])
        frame = pd.DataFrame(np.searchsorted(CUTS, latent) + 1, columns=ITEMS)
        frame = frame.mask(rng.random(frame.shape) < 0.02, 9)  # "don't know"
        seen = np.where(kind < 0, rng.choice(3, N), kind)
        chance = CHANNELS[seen] if kind[0] >= 0 else np.tile([0.4, 0.35, 0.25], (N, 1))
        channel = (rng.random((N, 1)) > chance.cumsum(axis=1)).sum(axis=1).clip(0, 2)
        frame["main_channel"] = np.array(["app", "branch", "hotline"])[channel]
        lift = np.where(kind == 1, 0.5, np.where(kind == 2, -0.5, 0.0))
        for column, shift in (("app_satisfaction", -1), ("branch_satisfaction", 1), ("hotline_satisfaction", 1)):
            liking = 3.6 + lift + 0.5 * shift * (kind == 1) + rng.normal(0, 0.9, N)
            frame[column] = np.clip(np.round(liking), 1, 5).astype(int)
        frame["recommendation"] = np.clip(np.round(7.2 + 1.2 * lift + rng.normal(0, 1.8, N)), 0, 10).astype(int)
        frame["visits"] = rng.poisson(np.where(kind == 1, 6.0, 3.0))
        words = [COMMENTS[k][rng.integers(3)] if rng.random() < 0.3 else "" for k in seen]
        frame["comment"] = words if kind[0] >= 0 else ""
        frame.insert(0, "person", [f"p{i + 1:03d}" for i in range(N)])
        frame.to_csv(DATA / f"{name}.csv", index=False, lineterminator="\n")
        if kind[0] >= 0:
            truth = pd.DataFrame({"person": frame["person"], "kind": kind + 1})
            truth.to_csv(DATA / f"{name}.truth.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
