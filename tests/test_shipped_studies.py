"""The shipped studies, built and looked at in a real browser."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cxresearch.study.run import run

ROOT = Path(__file__).resolve().parent.parent
STUDIES = ("credibility-demo", "kiosk", "nyc-schools", "sfo-airport")
# one language and each kind of section once; both languages and all sections, as a user builds them, in the slow test
SOME = {
    "credibility-demo": {
        "languages": ["de"],
        "sections": ["measurement", "customers", "touchpoints", "departments", "forecast", "maturity"],
    },
    "kiosk": {"languages": ["de"], "sections": ["expectation", "satisfaction", "next-wave", "next-wave-size"]},
    "nyc-schools": {"languages": ["en"], "sections": ["gaps", "parents-by-type", "schools", "agreement-and-students"]},
    "sfo-airport": {
        "languages": ["en"],
        "sections": ["recommendation", "recommendation-weighted", "facilities", "problems", "overall"],
    },
}


def cxresearch(*words, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "cxresearch.cli", *words], cwd=cwd, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory, stack):
    folder = tmp_path_factory.mktemp("reports")
    for study in STUDIES:
        assert run(ROOT / "reports" / study, out=folder / study, pool=stack, **SOME[study]).good
    return folder


def test_manifest_says_all_sections_went_well(reports):
    for study in STUDIES:
        manifest = json.loads((reports / study / "manifest.json").read_text(encoding="utf-8"))
        runs = [run for section in manifest["sections"] for run in section["runs"].values()]
        assert {run["status"] for run in runs} == {"ok"}
        assert all(run["headlines"] for run in runs)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("study", [*STUDIES, "personas-demo"])
def test_whole_studies_in_both_languages_with_personas(tmp_path, browser, study):
    done = cxresearch("run", f"reports/{study}/study.yaml", "--out", str(tmp_path / study))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("index.html")
    sections = json.loads((tmp_path / study / "manifest.json").read_text(encoding="utf-8"))["sections"]
    assert {run["status"] for section in sections for run in section["runs"].values()} == {"ok"}
    look(browser, tmp_path / study)


def test_the_same_study_twice_gives_the_same_tables(reports, stack, tmp_path):
    again = tmp_path / "again"
    done = run(ROOT / "reports" / "nyc-schools", ["en"], ["gaps", "parents-by-type"], out=again, pool=stack)
    assert done.good
    second = {p.name: p.read_bytes() for p in (again / "tables").iterdir()}
    first = {name: (reports / "nyc-schools" / "tables" / name).read_bytes() for name in second}
    assert first == second
    assert {"gaps.1.gaps.table.csv", "gaps.2.credibility.table.csv", "parents-by-type.1.gaps.table.csv"} <= set(first)


@pytest.mark.browser
@pytest.mark.parametrize("study", STUDIES)
def test_pages_in_a_browser(reports, browser, study):
    look(browser, reports / study)


def look(browser, folder):
    """Look at every page of a report, on a phone and on a desk."""
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) >= 6
    try:
        for page in pages:
            for width in (400, 1280):
                metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
                if width == 400:
                    browser.get(page.as_uri())
                assert browser.execute_script("return document.documentElement.scrollWidth") <= width, page
            assert browser.get_log("browser") == [], page
            assert all(browser.execute_script("return [...document.images].map(i => i.alt)")), page
            loaded = "return [...document.images].every(i => i.complete && i.naturalWidth > 0)"
            assert browser.execute_script(loaded), page
            assert browser.execute_script("return document.documentElement.lang") in ("de", "en"), page
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
