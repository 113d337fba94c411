"""What all tests share: calm property tests, and a real browser for those that look at pages."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# a loaded machine is no reason to fail, and a failure has to come back on the next run
settings.register_profile("calm", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

# a shell that starts us in the background lets all that we start ignore Ctrl-C
signal.signal(signal.SIGINT, signal.default_int_handler)

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --force-prefers-reduced-motion --window-size=1280,900"
)


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


@pytest.fixture(scope="session")
def stack() -> Iterator[Any]:
    """Warm processes that have imported all that the notebooks of this package use; two at a time, started once."""
    from cxresearch.warm import processes
    from cxresearch.warm.forked import STANDARD

    with processes(2, preload=[STANDARD]) as warm:
        yield warm


# long files go first, so that no core idles at the end while another works through one of them
LONG = ("test_shipped_studies", "test_notebooks", "test_personas", "test_cards", "test_result_contract", "test_run")

# tests/survey/test_every_template.py takes every survey to every platform; what looks closer at each of them does so
# with these by default, and with all with -m slow
CLOSER = tuple(
    f"test_{name}"
    for name in (
        "paper",
        "ddi",
        "codebook",
        "limesurvey",
        "qualtrics",
        "xlsform",
        "paths",
        "rehearse",
        "shipped_and_docs",
    )
)
STAND_FOR_ALL = {
    *("whole", "nps-pulse", "human-or-machine", "journeys", "personas-battery", "basic-delight-factors"),
    *("credibility-gap", "speed-ease-resolution", "customer-cafe", "sfo-airport"),
}
SURVEYS = {path.stem for path in (Path(__file__).resolve().parent.parent / "surveys").glob("*.yaml")}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))
    for item in items:
        if item.path.stem in CLOSER and hasattr(item, "callspec"):
            named = {Path(str(value)).stem for value in item.callspec.params.values() if isinstance(value, str | Path)}
            if named & SURVEYS - STAND_FOR_ALL:
                item.add_marker(pytest.mark.slow)
