"""Four invariance models on 25 items and 2,400 people, against lavaan where R is there.

Run it with ``python3 -m uv run pytest tests/bench/bench_invariance.py -m slow -s``.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

from cxresearch.stats.cfa import invariance

DATA = Path(__file__).resolve().parents[1] / "reference" / "data" / "bfi.csv"
FACTORS = ("A", "C", "E", "N", "O")
R = """
suppressMessages(library(lavaan)); d <- read.csv('{path}'); d <- d[complete.cases(d[, c({items}, 'gender')]), ]
m <- '{model}'; t <- proc.time()[['elapsed']]
for (e in list('', 'loadings', c('loadings', 'intercepts'), c('loadings', 'intercepts', 'residuals')))
  cfa(m, d, group = 'gender', group.equal = e, meanstructure = TRUE)
cat(proc.time()[['elapsed']] - t)
"""


@pytest.mark.slow
def test_four_models_against_lavaan():
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    items = [f"{f}{i}" for f in FACTORS for i in range(1, 6)]
    frame = pd.read_csv(DATA)[[*items, "gender"]].dropna()
    constructs = {f: [f"{f}{i}" for i in range(1, 6)] for f in FACTORS}
    start = time.perf_counter()
    invariance({i: frame[i].to_numpy() for i in items}, frame["gender"].to_numpy(), constructs)
    ours = time.perf_counter() - start
    model = "\\n".join(f"{f} =~ " + " + ".join(members) for f, members in constructs.items())
    code = R.format(path=DATA.as_posix(), items=", ".join(f"'{i}'" for i in items), model=model)
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"lavaan is not installed: {done.stderr.strip()[-80:]}")
    theirs = float(done.stdout.split()[-1])
    print(f"\nlavaan takes {theirs / ours:.1f} times as long for four invariance models ({ours:.2f} s here)")
    assert theirs / ours > 1
