"""How long a page takes against nbconvert's warm HTML exporter, in the same process.

Run it with ``python3 -m uv run pytest tests/bench/bench_render.py -m slow -s``.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import nbformat
import papermill
import pytest

from cxresearch.study.render import render
from cxresearch.study.results import results_in

ROOT = Path(__file__).resolve().parents[2]


def _median(work, rounds=9):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_pages_are_rendered_faster_than_by_nbconvert(tmp_path):
    from nbconvert import HTMLExporter

    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(
        str(ROOT / "notebooks" / "recommendation.ipynb"), str(out), progress_bar=False, kernel_name="python3"
    )
    notebook = nbformat.read(out, as_version=4)
    exporter = HTMLExporter()
    found = results_in(notebook)

    def ours():
        return render(notebook, found, "recommendation", "en", lambda key, **values: key)

    def theirs():
        return exporter.from_notebook_node(notebook)

    ours()
    theirs()
    ratio = _median(theirs) / _median(ours)
    print(f"\nnbconvert takes {ratio:.1f} times as long as our renderer for one executed notebook")
    assert ratio > 1
