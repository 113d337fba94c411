"""Latent classes k = 1 to 8 of 5,000 people x 20 five-point items, 20 starts each, against StepMix where it is there.

Run it with ``python3 -m uv run pytest tests/bench/bench_latent_classes.py -m slow -s``. StepMix takes minutes. It may
live in another environment: set CXRESEARCH_STEPMIX to a Python that can import it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from cxresearch.stats.mixture import Indicators, select

THEIRS = """
import json, sys, time
import numpy as np
from stepmix.stepmix import StepMix
answers = np.load(sys.argv[1])
for k in range(1, 9):
    start = time.process_time()
    model = StepMix(n_components=k, measurement="categorical", n_init=20, random_state=1, verbose=0, progress_bar=0)
    model.fit(answers)
    print(json.dumps([k, time.process_time() - start, float(model.score(answers)) * len(answers)]), flush=True)
"""


def answers(n: int, items: int, classes: int, seed: int = 1) -> np.ndarray:
    """Five-point answers: each class leans, item by item, to another part of the scale.

    With more classes than there are, the likelihood has countless maxima within some units of each other and luck
    decides who finds the better one; so that the comparison is one of speed, the largest number is the true one.
    """
    rng = np.random.default_rng(seed)
    member = rng.integers(0, classes, n)
    chance = rng.uniform(0.15, 0.85, (classes, items))
    return rng.binomial(4, chance[member])


def other_python() -> str:
    given = os.environ.get("CXRESEARCH_STEPMIX")
    if given is None and importlib.util.find_spec("stepmix") is None:
        pytest.skip("StepMix is not installed, and CXRESEARCH_STEPMIX does not name a Python that has it")
    return given or sys.executable


@pytest.mark.slow
def test_latent_classes_against_stepmix(tmp_path):
    python = other_python()
    data = answers(5000, 20, 8)
    people = Indicators.of(categorical=data, levels=[5] * 20)
    start = time.process_time()
    ours = select(people, range(1, 9), starts=20, seed=1)
    seconds = time.process_time() - start
    np.save(tmp_path / "answers.npy", data)
    one_core = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, "-c", THEIRS, tmp_path / "answers.npy"], capture_output=True, text=True, env=one_core, timeout=3000
    )
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = [json.loads(line) for line in done.stdout.splitlines()]
    print()
    for mixture, (k, took, reached) in zip(ours, theirs, strict=True):
        print(f"k = {k}: StepMix {took:.1f} s; log-likelihood {mixture.log_likelihood:.3f} here, {reached:.3f} there")
    ratio = sum(took for _, took, _ in theirs) / seconds
    print(f"StepMix takes {ratio:.0f} times as long for k = 1 to 8 ({seconds:.1f} s here, of one core)")
    assert ratio > 5
    assert all(mixture.log_likelihood > reached - 0.01 for mixture, (_, _, reached) in zip(ours, theirs, strict=True))


@pytest.mark.slow
def test_a_hundred_thousand_people():
    for items in (6, 20):
        people = Indicators.of(categorical=answers(100_000, items, 6), levels=[5] * items)
        start = time.process_time()
        found = select(people, range(1, 9))
        seconds = time.process_time() - start
        print(f"\n100,000 people x {items} items, k = 1 to 8, 20 starts: {seconds:.0f} s of one core")
        assert min(found, key=lambda mixture: mixture.bic).k == 6
        assert seconds < 300
