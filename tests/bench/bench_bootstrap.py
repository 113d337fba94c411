"""Bootstrap of 30 gaps on five-point answers against scipy.stats.bootstrap and pingouin.compute_bootci.

Run it with ``python3 -m uv run pytest tests/bench/bench_bootstrap.py -m slow -s``. Everything is measured in the
same run; the others are timed on one item and multiplied by 30, which is how their users would loop.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats

from cxresearch.stats.resample import bootstrap_gaps, bootstrap_means

N, ITEMS, DRAWS = 5_000, 30, 10_000


def _seconds(work, rounds=3):
    best = np.inf
    for _ in range(rounds):
        start = time.process_time()  # CPU: a busy machine slows both sides, but not equally
        work()
        best = min(best, time.process_time() - start)
    return best


def _gap(a, b, axis=-1):
    return a.mean(axis=axis) - b.mean(axis=axis)


def _data():
    rng = np.random.default_rng(1)
    inside = rng.choice(np.arange(1.0, 6), size=(N, ITEMS), p=[0.05, 0.1, 0.2, 0.4, 0.25])
    return inside, rng.choice(np.arange(1.0, 6), size=(N, ITEMS), p=[0.1, 0.15, 0.25, 0.3, 0.2])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_gaps_of_two_groups(method):
    a, b = _data()
    x, y = a[:, 0], b[:, 0]
    ours = _seconds(lambda: bootstrap_gaps(a, b, method, draws=DRAWS))
    joint = _seconds(lambda: bootstrap_gaps(a, b, method, joint=True, draws=DRAWS), rounds=1)
    by_scipy = ITEMS * _seconds(
        lambda: stats.bootstrap((x, y), _gap, n_resamples=DRAWS, method=method, batch=500), rounds=1
    )
    print(f"\n30 gaps, two groups of 5,000, {method}: ours {ours:.3f} s, jointly resampled {joint:.2f} s")
    print(
        f"scipy.stats.bootstrap takes {by_scipy / ours:.0f} times as long, {by_scipy / joint:.1f} times the joint way"
    )
    assert by_scipy / ours > 10
    assert by_scipy / joint > 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_gaps_of_pairs():
    import pingouin

    a, b = _data()
    gaps = a - b
    x = gaps[:, 0]
    ours = _seconds(lambda: bootstrap_means(gaps, draws=DRAWS))
    by_scipy = ITEMS * _seconds(
        lambda: stats.bootstrap((x,), np.mean, n_resamples=DRAWS, method="percentile", batch=500), rounds=1
    )
    by_pingouin = ITEMS * _seconds(
        lambda: pingouin.compute_bootci(x, func="mean", n_boot=DRAWS, method="per", seed=1), rounds=1
    )
    print(f"\n30 paired gaps of 5,000: ours {ours:.3f} s, scipy {by_scipy / ours:.0f} times, pingouin "
          f"{by_pingouin / ours:.0f} times as long")  # fmt: skip
    assert by_scipy / ours > 10
    assert by_pingouin / ours > 10


@pytest.mark.slow
def test_cost_does_not_grow_with_n():
    a, b = _data()
    small = _seconds(lambda: bootstrap_gaps(a, b, draws=DRAWS))
    many = [np.tile(v, (40, 1)) for v in (a, b)]
    large = _seconds(lambda: bootstrap_gaps(*many, draws=DRAWS), rounds=1)
    print(f"\n200,000 a group instead of 5,000: {large / small:.1f} times as long (40 times the answers)")
    assert large / small < 20
