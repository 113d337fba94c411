"""A real Dask cluster on this machine: the same jobs, shipped files, killed workers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cxresearch.warm import Ended, Job, can_fork
from cxresearch.warm.cluster import DaskProcesses

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")

pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="this system cannot fork"),
    pytest.mark.filterwarnings("default"),
]
HERE = "tests.warm.work"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as made:
            yield made


def all_of(pool: DaskProcesses, jobs: list[Job], seconds: float = 120) -> dict[str, Ended]:
    for job in jobs:
        pool.submit(job)
    ended: dict[str, Ended] = {}
    until = time.monotonic() + seconds
    while len(ended) < len(jobs):
        assert time.monotonic() < until, f"still waiting; so far {sorted(ended)}"
        ended.update({one.job.id: one for one in pool.wait(1)})
    return ended


def job(name: str, function: str, **options: Any) -> Job:
    given = {k: options.pop(k) for k in ("timeout", "memory", "folder", "reads", "writes") if k in options}
    return Job(id=name, function=f"{HERE}:{function}", arguments=options, **given)


def test_every_fate_is_told(cluster: Any) -> None:
    with DaskProcesses(cluster.scheduler_address) as pool:
        assert pool.jobs == 2
        ended = all_of(
            pool,
            [
                job("add", "add", a=2, b=3),
                job("fail", "fail", text="größer"),
                job("leave", "leave", code=3),
                job("long", "sleep", seconds=600, timeout=1),
            ],
        )
    assert {name: one.cause for name, one in ended.items()} == {
        "add": "done",
        "fail": "raised",
        "leave": "died",
        "long": "timeout",
    }
    assert ended["add"].value == 5
    assert "größer" in ended["fail"].message


def test_files_are_shipped_and_come_back(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "answers.csv"
    source.write_text("a\n1\n")
    out = tmp_path / "out" / "copy.csv"
    options = {"source": str(source), "target": str(out), "reads": (str(source),), "writes": (str(out),)}
    with DaskProcesses(cluster.scheduler_address) as pool:
        ended = all_of(pool, [job("seen", "copy", **options)])
        assert ended["seen"].cause == "done", ended["seen"].message
        assert out.read_text() == "a\n1\n"
        out.unlink()
        monkeypatch.setattr(pool, "_visible", lambda *_: False)  # as on a machine that shares no disk
        ended = all_of(pool, [job(f"shipped {i}", "copy", **options) for i in range(3)])
        assert {one.cause for one in ended.values()} == {"done"}
        assert len(pool._shipped) == 1
        assert out.read_text() == "a\n1\n"
        places = {one.value for one in ended.values()}
        assert str(source) not in places


def test_what_a_killed_worker_held_is_shipped_again(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "answers.csv", tmp_path / "copy.csv"
    source.write_text("a\n1\n")
    options = {"source": str(source), "target": str(out), "reads": (str(source),), "writes": (str(out),)}
    with DaskProcesses(cluster.scheduler_address) as pool:
        monkeypatch.setattr(pool, "_visible", lambda *_: False)
        assert all_of(pool, [job("first", "copy", **options)])["first"].cause == "done"
        for process in pool._client.run(os.getpid).values():
            os.kill(process, signal.SIGKILL)
        until = time.monotonic() + 60
        while next(iter(pool._shipped.values())).status == "finished":
            assert time.monotonic() < until
            time.sleep(0.1)
        pool._client.wait_for_workers(2, timeout=60)
        ended = all_of(pool, [job("second", "copy", **options)])
    assert ended["second"].cause == "done", ended["second"].message


def test_a_killed_worker_costs_a_retry(cluster: Any, tmp_path: Path) -> None:
    mark = tmp_path / "worker"
    with DaskProcesses(cluster.scheduler_address) as pool:
        ended = all_of(pool, [job("victim", "kill_worker_once", mark=str(mark)), job("other", "add", a=1, b=1)])
    assert ended["victim"].cause == "done", ended["victim"].message
    assert ended["victim"].value == "second try"
    assert ended["other"].value == 2


def test_leaving_ends_what_runs(cluster: Any, tmp_path: Path) -> None:
    with DaskProcesses(cluster.scheduler_address) as pool:
        pool.submit(job("long", "write_pid", mark=str(tmp_path / "pid")))
        until = time.monotonic() + 60
        while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text()):
            assert time.monotonic() < until
            time.sleep(0.05)
    process = int((tmp_path / "pid").read_text())
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(process, signal.SIGKILL)
    pytest.fail("it outlived the batch")


def test_no_scheduler_is_an_error_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxresearch.warm.cluster.CONNECT", 1)
    with pytest.raises(OSError, match="127"):
        DaskProcesses("tcp://127.0.0.1:9").__enter__()
