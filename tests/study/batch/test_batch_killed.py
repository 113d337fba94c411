"""Batches that are killed, interrupted or run out of disk: what is finished stays, what is not is made again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cxresearch.study.batch.journal import events
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.run import run_batch
from cxresearch.study.verify import verify
from cxresearch.warm import Processes

from .studies import content_of, counted, write_tiny

BATCH = [sys.executable, "-m", "cxresearch.cli", "batch"]


def test_a_full_disk_fails_reports_and_is_told(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    assert resource
    file = write_tiny(tmp_path, {"a": 6, "b": 6, "c": 6})
    (tmp_path / "small").mkdir()
    script = (
        "import resource, sys; sys.dont_write_bytecode = True; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000));"
        "from cxresearch.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, "batch", str(file), "--language", "de"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "disk is full" in done.stderr.lower() or "Datenträger ist voll" in done.stderr
    assert not list((tmp_path / "batch").rglob("*.part"))
    # with room again the batch goes on, and computes nothing twice
    done = subprocess.run(
        [sys.executable, "-m", "cxresearch.cli", "batch", str(file), "--resume"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert verify(tmp_path / "batch").good


def stopped_and_resumed(folder: Path, how: signal.Signals, n: int, pool: Processes | None = None) -> Path:
    """Stop a batch of so many reports after a third of them and resume it, here or by the command; return its folder."""
    units = {f"u{i:03d}": 6 for i in range(n)}
    file = write_tiny(folder, units)
    out = folder / "batch"
    command = [*BATCH, str(file), "--jobs", "2", "--language", "de"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        deadline = time.monotonic() + 300
        while len(counted(out, "section-done")) < n // 3:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(how)
        _, told = process.communicate(timeout=30)
    assert process.returncode == (-9 if how == signal.SIGKILL else 130)
    assert "Traceback" not in told
    assert ("--resume" in told) == (how == signal.SIGINT)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    assert n // 3 <= len(counted(out, "section-done")) < n
    if pool is None:
        resumed = subprocess.run([*BATCH, str(file), "--resume"], capture_output=True, text=True, timeout=600)
        assert resumed.returncode == 0, resumed.stderr
        assert resumed.stderr == f"{n} units: {n} ok.\n"
    else:
        assert not run_batch(file, resume=True, pool=pool).failed
    # none computed twice, none missing, nothing left over
    assert max(counted(out, "section-done").values()) == 1
    assert {unit for unit, _ in counted(out, "section-done") + counted(out, "section-reused")} == set(units)
    assert {path.name for path in (out / "reports").iterdir()} == set(units)
    assert [path for path in out.iterdir() if path.name.startswith(".")] == []
    assert verify(out).faults == ()
    return out


def uninterrupted(folder: Path, n: int, pool: Processes) -> Path:
    file = write_tiny(folder, {f"u{i:03d}": 6 for i in range(n)})
    assert not run_batch(file, Options(languages=("de",)), pool=pool).failed
    return folder / "batch"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_batch_that_was_killed_is_resumed_as_if_nothing_had_happened(tmp_path: Path, pool: Processes) -> None:
    out = stopped_and_resumed(tmp_path / "one", signal.SIGKILL, 6, pool)
    assert content_of(out) == content_of(uninterrupted(tmp_path / "two", 6, pool))


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_a_batch_that_was_interrupted_by_hand_says_how_to_go_on(tmp_path: Path) -> None:
    stopped_and_resumed(tmp_path, signal.SIGINT, 6)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_two_hundred_reports_survive_a_kill(tmp_path: Path, pool: Processes) -> None:
    out = stopped_and_resumed(tmp_path / "one", signal.SIGKILL, 200)
    assert content_of(out) == content_of(uninterrupted(tmp_path / "two", 200, pool))


@pytest.mark.skipif(sys.platform != "linux", reason="forked processes are looked for by their command")
def test_a_worker_that_is_killed_costs_its_section_a_retry(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"a": 6, "b": 6, "c": 6}, {"b": "hang"})
    command = [sys.executable, "-m", "cxresearch.cli", "batch", str(file), "--language", "de", "--jobs", "2", "--quiet"]
    out = tmp_path / "batch"
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for round_ in range(2):
            deadline = time.monotonic() + 120
            while True:
                # the process in which the unit b hangs: forked from the warm one, alive for a while
                here = psutil.Process(process.pid)
                own = [p for p in here.children(recursive=True) if p.ppid() != process.pid]
                old = [p for p in own if time.time() - p.create_time() > 3.0]
                retried = sum(event["event"] == "retried" for event in events(out))
                if old and retried == round_ and len(counted(out, "section-done")) >= 2:
                    old[0].kill()
                    break
                assert time.monotonic() < deadline
                time.sleep(0.1)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1, told
    assert [e["unit"] for e in events(out) if e["event"] == "retried"] == ["b"]
    assert states_of(out) == {"a": "ok", "b": "failed", "c": "ok"}


def states_of(out: Path) -> dict[str, str]:
    manifest = json.loads((out / "manifest.json").read_text())
    return {entry["slug"]: entry["state"] for entry in manifest["reports"]}
