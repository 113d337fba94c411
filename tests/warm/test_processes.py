"""Both pools keep the same promises."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cxresearch.warm import Ended, ForkedProcesses, Job, Processes, SpawnedProcesses, can_fork

HERE = "tests.warm.work"
fork_only = pytest.mark.skipif(not can_fork(), reason="this system cannot fork")
KINDS = [pytest.param(ForkedProcesses, marks=fork_only), SpawnedProcesses]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture(params=KINDS)
def pool(request: pytest.FixtureRequest) -> Iterator[Processes]:
    with request.param(jobs=2) as made:
        yield made


def job(function: str, name: str = "", **options: object) -> Job:
    given = {key: options.pop(key) for key in ("timeout", "memory", "folder") if key in options}
    return Job(id=name or function, function=f"{HERE}:{function}", arguments=dict(options), **given)  # type: ignore[arg-type]


def all_of(pool: Processes, jobs: list[Job]) -> dict[str, Ended]:
    for one in jobs:
        pool.submit(one)
    ended: dict[str, Ended] = {}
    until = time.monotonic() + 90
    while len(ended) < len(jobs):
        assert time.monotonic() < until, f"still waiting; so far {sorted(ended)}"
        for one in pool.wait(1):
            assert one.job.id not in ended
            ended[one.job.id] = one
    return ended


def test_every_fate_is_told(pool: Processes) -> None:
    ended = all_of(
        pool,
        [
            job("add", a=2, b=3),
            job("fail", text="größer"),
            job("leave", code=3),
            job("kill", number=int(signal.SIGKILL) if sys.platform != "win32" else 9),
            job("sleep", name="long", seconds=600, timeout=1.5),
            job("sleep", name="short", seconds=0.01, timeout=60),
            job("loud"),
            job("add", name="last", a=1, b=1),
        ],
    )
    fates = {name: one.cause for name, one in ended.items()}
    assert fates == {
        "add": "done",
        "fail": "raised",
        "leave": "died",
        "kill": "died",
        "long": "timeout",
        "short": "done",
        "loud": "done",
        "last": "done",
    }
    assert (ended["add"].value, ended["last"].value, ended["loud"].value) == (5, 2, "said")
    assert "ValueError: größer" in ended["fail"].message
    assert ended["leave"].message
    assert ended["long"].seconds >= 1.4


def test_no_more_run_at_once_than_allowed_and_all_in_turn(pool: Processes, tmp_path: Path) -> None:
    marks = [tmp_path / str(i) for i in range(4)]
    for i, mark in enumerate(marks):
        pool.submit(job("sleep", name=str(i), seconds=600, mark=str(mark)))
    until = time.monotonic() + 60
    while not all(mark.exists() for mark in marks[:2]):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert not any(mark.exists() for mark in marks[2:])
    for i in range(4):
        pool.cancel(str(i))
    ended: list[Ended] = []
    while len(ended) < 4:
        ended += pool.wait(1)
    assert {one.cause for one in ended} == {"cancelled"}


def test_nothing_outlives_the_block(tmp_path: Path) -> None:
    for kind in [ForkedProcesses, SpawnedProcesses] if can_fork() else [SpawnedProcesses]:
        mark = tmp_path / kind.__name__
        with kind(jobs=1) as pool:
            pool.submit(job("with_child", mark=str(mark)))
            until = time.monotonic() + 60
            while not (mark.exists() and mark.read_text()):
                assert time.monotonic() < until
                time.sleep(0.05)
        _gone(int(mark.read_text()))


def _gone(process: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        found = psutil.Process(process)
        with contextlib.suppress(psutil.TimeoutExpired):
            found.wait(10)
        assert not found.is_running() or found.status() == psutil.STATUS_ZOMBIE


def test_much_is_sent_while_much_runs(pool: Processes) -> None:
    jobs = [job("length", name=str(i), text="x" * size) for i, size in enumerate([30_000] * 40 + [600_000] * 4)]
    ended = all_of(pool, jobs)
    assert {one.cause for one in ended.values()} == {"done"}
    assert sum(one.value for one in ended.values()) == 40 * 30_000 + 4 * 600_000


def test_a_name_stands_for_one_job_at_a_time(pool: Processes) -> None:
    pool.submit(job("sleep", name="one", seconds=600))
    with pytest.raises(ValueError, match="'one' runs or waits"):
        pool.submit(job("add", name="one", a=1, b=1))


def test_trouble_of_a_job_is_its_own(pool: Processes, tmp_path: Path) -> None:
    ended = all_of(
        pool,
        [
            job("add", name="nowhere", a=1, b=1, folder=str(tmp_path / "missing")),
            Job(id="exit", function="sys:exit", arguments={}),
            job("not_json"),
            job("add", a=1, b=1),
        ],
    )
    assert ended["nowhere"].cause in ("raised", "died")
    assert ended["exit"].cause in ("raised", "died")
    assert ended["not_json"].cause == "raised"
    assert ended["add"].value == 2


@fork_only
def test_a_file_beside_the_data_does_not_stand_in_for_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "random.py").write_text("raise RuntimeError('hijacked')")
    monkeypatch.chdir(tmp_path)
    with ForkedProcesses(jobs=1) as pool:
        assert all_of(pool, [job("add", a=1, b=1)])["add"].value == 2


@fork_only
def test_the_end_of_a_job_is_that_of_a_process(tmp_path: Path) -> None:
    with ForkedProcesses(jobs=1) as pool:
        ended = all_of(pool, [job("leave_open", folder=str(tmp_path))])
    assert ended["leave_open"].cause == "done"
    assert (tmp_path / "at-exit.txt").read_text() == "handled"
    assert not Path(ended["leave_open"].value).exists()


@fork_only
def test_what_a_job_leaves_running_is_ended_with_it(tmp_path: Path) -> None:
    with ForkedProcesses(jobs=1) as pool:
        all_of(pool, [job("left_behind", mark=str(tmp_path / "pid"))])
        _gone(int((tmp_path / "pid").read_text()))


@fork_only
def test_every_job_has_a_process_a_folder_and_a_group_of_its_own(tmp_path: Path) -> None:
    with ForkedProcesses(jobs=2) as pool:
        ended = all_of(pool, [job("environment", name=str(i), folder=str(tmp_path)) for i in range(3)])
    told = [one.value for one in ended.values()]
    assert len({one["pid"] for one in told}) == 3
    assert len({one["parent"] for one in told}) == 1
    assert all(one["group"] == one["pid"] and one["folder"] == str(tmp_path) for one in told)
    assert all(one.peak > 1 for one in ended.values())


@fork_only
@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_memory_has_a_limit() -> None:
    with ForkedProcesses(jobs=1) as pool:
        ended = all_of(
            pool, [job("take", name="much", mib=900, memory=300), job("take", name="little", mib=100, memory=300)]
        )
    assert (ended["much"].cause, ended["little"].cause) == ("raised", "done")
    assert "MemoryError" in ended["much"].message


@fork_only
def test_random_numbers_differ_between_jobs_and_not_between_runs() -> None:
    seen = []
    for _ in range(2):
        with ForkedProcesses(jobs=2, preload=["numpy"]) as pool:
            ended = all_of(pool, [job("draw", name=who, who=who) for who in "ab"])
            seen.append({name: one.value for name, one in ended.items()})
    assert seen[0] == seen[1]
    assert seen[0]["a"] != seen[0]["b"]


@fork_only
def test_the_warm_process_itself_may_be_killed() -> None:
    with ForkedProcesses(jobs=1) as pool:
        all_of(pool, [job("add", a=1, b=1)])
        assert pool._zygote is not None
        pool.submit(job("sleep", name="running", seconds=600))
        pool.submit(job("add", name="waiting", a=2, b=2))
        time.sleep(0.5)
        os.kill(pool._zygote.pid, signal.SIGKILL)
        ended: dict[str, Ended] = {}
        until = time.monotonic() + 60
        while len(ended) < 2 and time.monotonic() < until:
            ended.update({one.job.id: one for one in pool.wait(1)})
    assert ended["running"].cause == "died"
    assert ended["waiting"].value == 4


@fork_only
def test_a_module_that_computes_when_it_is_imported_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "computes.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ['PYTHONPATH']}")
    with ForkedProcesses(jobs=1, preload=["computes"]) as pool, pytest.raises(RuntimeError, match="2 threads"):
        all_of(pool, [job("add", a=1, b=1)])


@fork_only
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the warm process notices at its next step")
def test_all_die_with_the_process_that_asked(tmp_path: Path) -> None:
    text = (
        "import sys, time\nfrom cxresearch.warm import ForkedProcesses, Job\n"
        f"pool = ForkedProcesses(jobs=1).__enter__()\n"
        f"pool.submit(Job(id='a', function='{HERE}:with_child', arguments={{'mark': {str(tmp_path / 'pid')!r}}}))\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", text]) as asking:
        until = time.monotonic() + 60
        while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text()):
            assert time.monotonic() < until
            time.sleep(0.05)
        family = psutil.Process(asking.pid).children(recursive=True)
        asking.kill()
    for process in family:
        _gone(process.pid)


@fork_only
def test_two_hundred_jobs_leave_no_memory_and_no_descriptor() -> None:
    with ForkedProcesses(jobs=2) as pool:
        all_of(pool, [job("add", name=f"w{i}", a=1, b=i) for i in range(20)])
        us, zygote = psutil.Process(), psutil.Process(pool._zygote.pid)  # type: ignore[union-attr]
        before = (us.num_fds(), zygote.num_fds(), zygote.memory_info().rss)
        all_of(pool, [job("add", name=str(i), a=1, b=i) for i in range(200)])
        after = (us.num_fds(), zygote.num_fds(), zygote.memory_info().rss)
        assert list(pool._scratch.iterdir()) == [pool._scratch / "zygote.txt"]
    assert after[0] <= before[0] and after[1] <= before[1]
    assert after[2] - before[2] < 4 << 20
