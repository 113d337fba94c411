"""A study built once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxresearch.study.load import load_study
from cxresearch.study.outcome import Outcome
from cxresearch.study.run import StudyRun, run
from cxresearch.warm import Processes, processes, warm_modules
from cxresearch.warm.forked import MODULES

from .notebooks import write_gallery


@pytest.fixture(scope="session", autouse=True)
def _light() -> Iterator[None]:
    """Import little in warm processes: the notebooks of these tests use little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MODULES, "cxresearch.warm.kernel,cxresearch.study.engine,cxresearch.study.batch.work,papermill")
        yield


@pytest.fixture(scope="session")
def pool(_light: None) -> Iterator[Processes]:
    """Warm processes, two at a time."""
    with processes(2, preload=warm_modules()) as warm:
        yield warm


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The report of a study with every kind of section; built once for all test processes, not to be changed."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, ready = base / "gallery", base / "gallery.ready"
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 240
        while not ready.exists():
            assert time.monotonic() < deadline, "the other test process did not build the gallery"
            time.sleep(0.1)
    else:
        run(load_study(write_gallery(folder)), pool=request.getfixturevalue("pool"))
        ready.touch()
    return folder / "built"


def outcomes_of(done: StudyRun) -> dict[tuple[str, str], Outcome]:
    """Return the outcomes of a run by section and language."""
    return {(outcome.section, outcome.language): outcome for outcome in done.outcomes}
