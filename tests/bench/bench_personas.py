"""All of steps 1 to 3 of ``cx.personas`` (how many, is there anything, does it come back) on 5,000 people x 20 items.

Run it with ``python3 -m uv run pytest tests/bench/bench_personas.py -m slow -s``. It is compared with what StepMix needs
for the first step alone (see bench_latent_classes.py), and the cluster indices with scikit-learn's k-means.
"""

from __future__ import annotations

import json
import os
import subprocess
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

import cxresearch as cx
from cxresearch.stats.mixture import Indicators
from cxresearch.stats.structure.index import TEST_STARTS, Indices, leading
from cxresearch.stats.structure.ladder import ladder_of

from .bench_latent_classes import THEIRS, other_python


def people(n: int, items: int = 20) -> np.ndarray:
    """Five-point answers of four kinds of people."""
    rng = np.random.default_rng(1)
    kind = rng.choice(4, n, p=[0.35, 0.3, 0.2, 0.15])
    latent = rng.choice([-1, 0, 1], (4, items))[kind] + rng.normal(0, 0.9, (n, items))
    return np.clip(np.round(3 + latent), 1, 5).astype(int)


def seconds(n: int) -> tuple[float, dict[str, float], cx.Personas]:
    """Return processor seconds in all and by step."""
    frame = pd.DataFrame(people(n)).add_prefix("q")
    steps: dict[str, float] = {}
    before = ["start", time.process_time()]

    def told(step: str, done: int, of: int) -> None:
        now = time.process_time()
        steps[step] = steps.get(step, 0.0) + now - before[1]
        before[:] = [step, now]

    start = time.process_time()
    found = cx.personas(frame, list(frame), seed=1, jobs=1, progress=told)
    return time.process_time() - start, steps, found


@pytest.mark.slow
def test_the_whole_proof_against_the_first_step_of_stepmix(tmp_path):
    python = other_python()
    total, steps, found = seconds(5000)
    np.save(tmp_path / "answers.npy", people(5000) - 1)
    one_core = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, "-c", THEIRS, tmp_path / "answers.npy"], capture_output=True, text=True, env=one_core, timeout=3000
    )
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = sum(json.loads(line)[1] for line in done.stdout.splitlines())
    print(
        f"\nsteps 1 to 3: {total:.0f} s of one core { ({k: round(v, 1) for k, v in steps.items()}) }; StepMix {theirs:.0f} s"
    )
    assert (found.k, found.verdict) == (4, "stable")
    assert total < theirs


@pytest.mark.slow
def test_a_hundred_thousand_people_against_five_thousand():
    few, _, _ = seconds(5000)
    many, steps, found = seconds(100_000)
    print(
        f"\n5,000 people: {few:.0f} s of one core; 100,000: {many:.0f} s { ({k: round(v, 1) for k, v in steps.items()}) }"
    )
    assert (found.k, found.verdict, found.evidence.n) == (4, "stable", 5000)
    assert many < 10 * few  # twenty times as many people


@pytest.mark.slow
def test_cluster_indices_against_scikit_learn():
    ladder = ladder_of(Indicators.of(categorical=people(5000) - 1, levels=[5] * 20, ordered=[True] * 20))
    indices = Indices(ks=(2, 3, 4, 5), dimensions=4, seed=1)
    start = time.process_time()
    for _ in range(10):
        ours = indices.of(ladder, ladder.places)
    here = time.process_time() - start
    items = ladder.table(ladder.places)
    start = time.process_time()
    for _ in range(10):
        theirs = [
            KMeans(k, n_init=TEST_STARTS, random_state=1).fit(x).inertia_ / (x**2).sum()
            for x in (items, leading(items, ladder.weights, 4))
            for k in indices.ks
        ]
    ratio = (time.process_time() - start) / here
    print(f"\nscikit-learn takes {ratio:.1f} times as long for the cluster indices of one data set")
    assert np.array(theirs) == pytest.approx(ours, rel=0.02)
    assert ratio > 1.5
