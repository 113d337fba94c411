"""40 reports of a realistic notebook with HTML: this package, papermill in a shell loop, xargs, and the limit.

Run it with ``python3 -m uv run pytest tests/bench/bench_batch.py -m slow -s -n 0`` on a quiet machine; it takes a quarter
of an hour.  CXRESEARCH_BENCH_REPORTS sets another number of reports.  All sides are compiled, have one thread a
process, and write the executed notebook and its page.  The limit is the same code as plain functions in one warm
process per core.

Against the limit, seconds of the processor are compared (user and system, all processes), which other work on the
machine disturbs less: all that the processes of the pool use for a report, from the fork to its end, without their
start and without the command that cuts the data.  Both sides take turns; the median of five such ratios counts.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cxresearch.study.batch.options import Options
from cxresearch.study.batch.run import run_batch
from cxresearch.warm import ForkedProcesses, Job, can_fork, warm_modules

from . import plain
from .realistic import UNITS, answers, write_notebook

REPORTS = int(os.environ.get("CXRESEARCH_BENCH_REPORTS", UNITS))
CORES = 2
ROUNDS = 5
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
STUDY = """
study: bench
title: Bench
languages: [en]
data: answers.csv
privacy: {minimum_cell: 5}
sections:
  - {id: report, notebook: report.ipynb, title: How do customers of this branch see us?}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bench")
    frame = answers()
    names = sorted(frame["branch"].unique())[:REPORTS]
    frame = frame[frame["branch"].isin(names)]
    frame.to_csv(made / "answers.csv", index=False)
    for i, name in enumerate(names):
        frame[frame["branch"] == name].to_csv(made / f"branch-{i}.csv", index=False)
    write_notebook(made / "report.ipynb")
    (made / "study.yaml").write_text(STUDY)
    return made


def environment() -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    clean["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"
    return {**clean, **THREADS}


def seconds(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    return time.perf_counter() - start


ONE = "papermill report.ipynb $0/$1.ipynb -p data branch-$1.csv && jupyter nbconvert --to html $0/$1.ipynb"


def loop(folder: Path) -> float:
    (folder / "loop").mkdir(exist_ok=True)
    text = f"for i in $(seq 0 {REPORTS - 1}); do bash -c '{ONE}' loop $i; done"
    return seconds(["bash", "-ec", text], folder)


def xargs(folder: Path) -> float:
    (folder / "xargs").mkdir(exist_ok=True)
    text = f"seq 0 {REPORTS - 1} | xargs -P{CORES} -n1 bash -c '{ONE}' xargs"
    return seconds(["bash", "-ec", text], folder)


def ours(folder: Path) -> float:
    command = [sys.executable, "-m", "cxresearch.cli", "batch", ".", "--by", "branch", "--fresh", "--jobs", str(CORES)]
    return seconds(command, folder)


def work(folder: Path) -> float:
    """Return the seconds of the processor for a report: all that the forked processes do, and the forks."""

    def used() -> float:
        assert pool._zygote is not None
        return sum(psutil.Process(pool._zygote.pid).cpu_times()[:4])  # its own and those of its children

    with ForkedProcesses(CORES, warm_modules()) as pool:
        pool.submit(Job(id="ready", function="os.path:basename", arguments={"p": "a"}))
        while not pool.wait(1):
            pass
        before = used()
        run_batch(folder, Options(by=("branch",)), out=folder / "measured", fresh=True, pool=pool)
        return (used() - before) / REPORTS


def steady(folder: Path) -> float:
    """Seconds for all reports at the pace between the first and the last, without the start of the processes.

    That is what the limit measures on its side.
    """
    text = (folder / "batch" / "batch.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in text]
    begun = max(i for i, event in enumerate(told) if event["event"] == "batch-begun")
    events = [(event["event"], dt.datetime.fromisoformat(event["time"])) for event in told[begun:]]
    first = next(time for name, time in events if name == "section-done")
    last = max(time for name, time in events if name == "report-published")
    return (last - first).total_seconds() / (REPORTS - CORES) * REPORTS


def limit(folder: Path) -> tuple[float, float]:
    """Return the time of the slowest of the warm processes, without their start, and the processor's for a report."""
    shares = [[f"branch-{i}.csv" for i in range(core, REPORTS, CORES)] for core in range(CORES)]
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    out: multiprocessing.Queue[float] = context.Queue()
    workers = [context.Process(target=plain.work, args=(str(folder), share, ready, go, out)) for share in shares]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    start = time.perf_counter()
    go.set()
    used = sum(out.get() for _ in workers)
    took = time.perf_counter() - start
    for worker in workers:
        worker.join()
    return took, used / REPORTS


@pytest.mark.slow
@pytest.mark.skipif(not can_fork(), reason="this system cannot fork")
def test_forty_reports(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in THREADS.items():
        monkeypatch.setenv(key, value)
    seconds([sys.executable, "-c", "import compileall, sys; compileall.compile_path(quiet=2)"], folder)
    took, paired = {}, []
    for _ in range(ROUNDS):
        took["limit"], least = limit(folder)
        paired.append((work(folder), least))
    took["ours"] = ours(folder)
    took["ours, steady"] = steady(folder)
    took["xargs -P2"], took["loop"] = xargs(folder), loop(folder)
    ratios = {
        "loop against ours": took["loop"] / took["ours"],
        "xargs against ours": took["xargs -P2"] / took["ours"],
        "ours against the limit, seconds of the processor": statistics.median(work / least for work, least in paired),
        "ours against the limit, steady": took["ours, steady"] / took["limit"],
        "ours against the limit, whole command": took["ours"] / took["limit"],
    }
    told = {"reports": REPORTS, "seconds": took, "of one report, ours and the limit": paired, "ratios": ratios}
    print(json.dumps(told, indent=1))
    pages = list((folder / "batch" / "reports").glob("*/en/report.html"))
    assert len(pages) == REPORTS
    assert all(page.read_text().count("<img") == 6 and page.read_text().count("<table") >= 18 for page in pages)
    assert ratios["loop against ours"] >= 10
    assert ratios["xargs against ours"] >= 5
    assert ratios["ours against the limit, seconds of the processor"] <= 1.25
