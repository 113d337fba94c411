"""Cumulative logit of 100,000 answers against statsmodels' OrderedModel, at the same maximum.

Run it with ``python3 -m uv run pytest tests/bench/bench_ordinal.py -m slow -s``.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from cxresearch.stats.ordinal import ordinal_regression


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_ordinal_regression_of_many_answers():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    rng = np.random.default_rng(3)
    n = 100_000
    x = np.column_stack([rng.integers(1, 6, n), rng.integers(0, 2, n), rng.integers(1, 6, n)]).astype(float)
    y = np.digitize(x @ [0.5, 0.3, -0.2] + rng.logistic(size=n), [0, 1, 2, 3])
    continuous = x + rng.normal(size=x.shape)

    start = time.process_time()
    fit = ordinal_regression(x, y)
    ours = time.process_time() - start
    start = time.process_time()
    rowwise = ordinal_regression(continuous, y)
    without_ties = time.process_time() - start
    start = time.process_time()
    theirs = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=False)
    by_statsmodels = time.process_time() - start

    gain = fit.log_likelihood - theirs.llf
    print(f"\nours {ours:.3f} s on {fit.rows} different rows, {without_ties:.2f} s on {rowwise.rows} different rows")
    print(f"statsmodels OrderedModel takes {by_statsmodels / ours:.0f} times as long; log-likelihood gain {gain:.2g}")
    assert gain > -1e-4
    assert [e.value for e in fit.coefficients] == pytest.approx(theirs.params[:3], abs=1e-3)
    assert by_statsmodels / ours > 10
