"""The index page of a batch in a real Chromium: readable at every width, with and without script, on paper."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cxresearch.study.batch.options import Options
from cxresearch.study.batch.run import run_batch
from cxresearch.warm import Processes

from ..test_browser import CONTRAST, visit
from .studies import write_tiny

pytestmark = pytest.mark.browser

UNITS = {"Nord": 8, "Süd": 9, "West": 12, "<b>Ost</b>": 7, "Insel": 3, "Hof": 2, "langer Name " * 25: 9, "kaputt": 9}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, pool: Processes) -> Path:
    """A batch with every state: reported, failed, not reportable, withheld, total."""
    file = write_tiny(
        tmp_path_factory.mktemp("pages"),
        UNITS,
        {"kaputt": "raise"},
        missing=6,
        batch="batch: {by: branch, total: true}",
    )
    done = run_batch(file, Options(who="Ada <script>"), pool=pool)
    assert done.out is not None
    return done.out


@pytest.mark.parametrize("name", ["index.html", "de/index.html", "en/index.html", "reports/nord/de/index.html"])
def test_no_complaint_no_overflow_enough_contrast(browser: Any, out: Path, name: str) -> None:
    for width in (400, 1280):
        visit(browser, out / name, width)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), width
        browser.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), width
        assert browser.execute_script(CONTRAST) == []
    assert browser.get_log("browser") == []
    told = "return Array.from(document.querySelectorAll('svg')).every((s) => s.getAttribute('aria-label'))"
    assert browser.execute_script(told)


def rows(browser: Any) -> list[str]:
    return [row.text for row in browser.find_elements("css selector", "table.units tbody tr") if row.is_displayed()]


def test_failures_come_first_and_every_unit_is_there(browser: Any, out: Path) -> None:
    visit(browser, out / "en" / "index.html")
    assert "The notebook stopped with an error (ValueError)." in browser.find_element("css selector", "main").text
    browser.find_element("css selector", ".failure details summary").click()
    text = browser.find_element("css selector", "main").text
    assert text.index("What failed") < text.index("All reports")
    assert "a fault in 9 rows <script>alert(1)</script>" in text
    assert "Ada <script>" in text
    assert "<b>Ost</b>" in text
    assert "6 in data/answers.csv" in text.replace("n = ", "")
    assert len(rows(browser)) == len(UNITS) + 1
    insel = next(row for row in rows(browser) if row.startswith("Insel"))
    assert "not reportable" in insel
    assert "Fewer than 5 respondents, or withheld" in insel  # which of both is not told beside the total
    assert "3" not in insel
    nord = next(row for row in rows(browser) if row.startswith("Nord"))
    assert "The mean is 2.62." in nord
    assert "2.62 (1.62 to 3.62)" in nord


def test_filter_and_sort(browser: Any, out: Path) -> None:
    visit(browser, out / "de" / "index.html")
    field = browser.find_element("id", "filter")
    field.send_keys("sud")
    assert rows(browser)[0].startswith("Süd")
    assert len(rows(browser)) == 1
    assert "1 Bericht angezeigt" in browser.find_element("css selector", ".count").text
    field.clear()
    field.send_keys(" ")
    browser.execute_script(
        "const s = document.getElementById('filter-state'); s.value = 'failed'; s.dispatchEvent(new Event('change'))"
    )
    assert [row.split()[0] for row in rows(browser)] == ["Alle", "kaputt"]
    browser.execute_script(
        "const s = document.getElementById('filter-state'); s.value = ''; s.dispatchEvent(new Event('change'))"
    )
    heads = browser.find_elements("css selector", "table.units thead button")
    next(head for head in heads if "Befragte" in head.text).click()
    cells = browser.find_elements("css selector", "table.units tbody td.cx-num")
    values = [float(value) for cell in cells if (value := cell.get_attribute("data-value")) != "none"]
    assert values == sorted(values)
    assert len(values) >= 5


def test_from_the_overview_to_a_report_and_back_in_the_same_language(browser: Any, out: Path) -> None:
    visit(browser, out / "index.html")
    browser.find_element("link text", "English").click()
    browser.find_element("link text", "Nord").click()
    assert browser.current_url.endswith("/reports/nord/en/index.html")
    assert browser.find_element("css selector", "h1").text == "Small survey: Nord"
    assert "branch: Nord (n = 8)" in browser.find_element("css selector", "main").text
    browser.find_element("css selector", ".home").click()
    assert browser.current_url.endswith("batch/en/index.html")


def test_everything_is_readable_without_script(browser_without_script: Any, out: Path) -> None:
    browser = browser_without_script
    visit(browser, out / "en" / "index.html")
    assert len(rows(browser)) == len(UNITS) + 1
    assert not browser.find_element("css selector", ".filters").is_displayed()


def test_on_paper(browser: Any, out: Path, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    visit(browser, out / "en" / "index.html")
    pdf = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    (tmp_path / "page.pdf").write_bytes(base64.b64decode(pdf["data"]))
    command = ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "The mean is" in text
    assert "Filter by name" not in text
