"""A study built once, and a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cxresearch.study.load import load_study
from cxresearch.study.outcome import Outcome
from cxresearch.study.run import StudyRun, run

from .notebooks import write_gallery

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --force-prefers-reduced-motion --window-size=1280,900"
)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
        run(load_study(write_gallery(folder)), jobs=2)
        ready.touch()
    return folder / "built"


def outcomes_of(done: StudyRun) -> dict[tuple[str, str], Outcome]:
    """Return the outcomes of a run by section and language."""
    return {(outcome.section, outcome.language): outcome for outcome in done.outcomes}


def _driver(javascript: bool = True) -> Any:
    if not (Path(CHROMIUM).exists() and Path(DRIVER).exists()):
        if os.environ.get("CXRESEARCH_FORBID_SKIP") == "1":
            pytest.fail("chromium or chromedriver is not installed")
        pytest.skip("chromium or chromedriver is not installed")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in OPTIONS.split():
        options.add_argument(option)
    if not javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    driver = _driver()
    yield driver
    driver.quit()


@pytest.fixture
def browser_without_script() -> Iterator[Any]:
    """A real Chromium with JavaScript off."""
    driver = _driver(javascript=False)
    yield driver
    driver.quit()
