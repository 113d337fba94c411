"""The same batch on a Dask cluster on this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cxresearch.cli import main
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.run import run_batch
from cxresearch.study.verify import verify
from cxresearch.warm import Processes, can_fork

from .studies import content_of, write_tiny

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")

pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="this system cannot fork"),
    pytest.mark.filterwarnings("default"),
]
UNITS = {f"u{i}": 6 for i in range(3)}


def test_a_cluster_gives_the_same_reports(tmp_path: Path, pool: Processes) -> None:
    one, other = (write_tiny(tmp_path / name, {**UNITS, "bad": 6}, {"bad": "raise"}) for name in ("one", "other"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster:
            away = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "cxresearch.cli",
                    "batch",
                    "--language",
                    "de",
                    str(one),
                    "--scheduler",
                    cluster.scheduler_address,
                ],
                capture_output=True,
                text=True,
                timeout=240,
            )
    assert away.returncode == 1, away.stderr
    assert run_batch(other, Options(languages=("de",)), pool=pool).failed
    assert content_of(tmp_path / "one" / "batch") == content_of(tmp_path / "other" / "batch")
    assert verify(tmp_path / "one" / "batch").faults == ()


def test_a_cluster_that_does_not_answer_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cxresearch.warm import cluster

    monkeypatch.setattr(cluster, "CONNECT", 1)
    assert main(["batch", str(write_tiny(tmp_path, UNITS)), "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "batch.no-cluster" in capsys.readouterr().err
