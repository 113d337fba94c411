"""What a process of its own costs: forked from a warm one, in a standard pool, on a Dask cluster on this machine.

Run it with ``python3 -m uv run pytest tests/bench/bench_processes.py -m slow -s``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
import pytest

from cxresearch.warm import ForkedProcesses, Job, Processes, can_fork
from cxresearch.warm.cluster import DaskProcesses

from .realistic import RESPONDENTS, answers, write_notebook

PRELOAD = "cxresearch.study.preload"
TASKS = 200


def ended(pool: Processes, jobs: list[Job]) -> tuple[float, list[float]]:
    """Run jobs and return seconds and the peak memory of each in MiB."""
    start, peaks = time.perf_counter(), []
    for job in jobs:
        pool.submit(job)
    while len(peaks) < len(jobs):
        for one in pool.wait(1):
            assert one.cause == "done", one.message
            peaks.append(one.peak)
    return time.perf_counter() - start, peaks


def trivial(n: int) -> list[Job]:
    return [Job(id=str(i), function="os.path:basename", arguments={"p": "a/b"}) for i in range(n)]


@pytest.mark.slow
@pytest.mark.skipif(not can_fork(), reason="this system cannot fork")
@pytest.mark.filterwarnings("default")
def test_cost_of_a_task() -> None:
    import os.path

    import distributed

    cost = {}
    with ForkedProcesses(jobs=2, preload=[PRELOAD]) as pool:
        ended(pool, trivial(4))
        cost["forked"] = ended(pool, trivial(TASKS))[0] / TASKS
    with ProcessPoolExecutor(2) as standard:
        list(standard.map(os.path.basename, ["a/b"] * 4))
        start = time.perf_counter()
        list(standard.map(os.path.basename, ["a/b"] * TASKS))
        cost["standard pool"] = (time.perf_counter() - start) / TASKS
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        DaskProcesses(cluster.scheduler_address, preload=[PRELOAD]) as pool,
    ):
        ended(pool, trivial(4))
        cost["forked on Dask"] = ended(pool, trivial(TASKS))[0] / TASKS
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {PRELOAD}"], check=True, capture_output=True)
    cost["a process that imports"] = time.perf_counter() - start
    print(json.dumps({f"{name}, ms a task": round(1000 * value, 2) for name, value in cost.items()}, indent=1))
    # a forked process must cost next to nothing against one that imports for itself
    assert cost["a process that imports"] / cost["forked"] > 20
    assert cost["a process that imports"] / cost["forked on Dask"] > 10


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of processes as Linux tells it")
def test_memory_over_two_hundred_reports(tmp_path: Path) -> None:
    frame = answers()
    frame.iloc[:RESPONDENTS].to_csv(tmp_path / "answers.csv", index=False)
    write_notebook(tmp_path / "report.ipynb")
    jobs = [
        Job(
            id=str(i),
            function="cxresearch.study.engine:execute_job",
            arguments={
                "section": "report",
                "language": "en",
                "notebook": str(tmp_path / "report.ipynb"),
                "parameters": {"data": "answers.csv"},
                "folder": str(tmp_path),
                "target": str(tmp_path / f"{i}.ipynb"),
            },
            folder=str(tmp_path),
        )
        for i in range(TASKS)
    ]
    us = psutil.Process()
    with ForkedProcesses(jobs=2, preload=[PRELOAD]) as pool:
        ended(pool, jobs[:10])
        assert pool._zygote is not None
        warm = psutil.Process(pool._zygote.pid)
        before = us.memory_info().rss, warm.memory_info().rss, us.num_fds(), warm.num_fds()
        spent, peaks = ended(pool, jobs[10:])
        after = us.memory_info().rss, warm.memory_info().rss, us.num_fds(), warm.num_fds()
    told = {
        "reports": len(peaks),
        "seconds a report": round(spent / len(peaks), 2),
        "peak of a report, MiB (shared pages counted)": round(max(peaks)),
        "growth of the driver, MiB": round((after[0] - before[0]) / 2**20, 2),
        "growth of the warm process, MiB": round((after[1] - before[1]) / 2**20, 2),
        "descriptors before and after": [before[2:], after[2:]],
    }
    print(json.dumps(told, indent=1))
    assert after[2:] == before[2:]
    assert after[1] - before[1] < 4 << 20
    assert after[0] - before[0] < 16 << 20
    assert max(peaks[-20:]) < 1.1 * max(peaks[:20])
