"""The pages in a real Chromium: nothing hostile runs, nothing overflows, everything works by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = [f"{lang}/{p}.html" for lang in ("de", "en") for p in ("index", "gaps", "kinds", "few", "bad")]

CONTRAST = """
const luminance = (c) => { const f = c.map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
const parse = (text) => { const m = text.match(/[\\d.]+/g).map(Number); return m.length === 3 ? [...m, 1] : m; };
const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3]));
const ground = (e) => { const stack = []; for (; e; e = e.parentElement) stack.push(parse(getComputedStyle(e).backgroundColor));
  return stack.reverse().reduce((b, c) => over(c, b), [255, 255, 255]); };
document.querySelectorAll("details").forEach((d) => { d.open = true; });
const low = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || ["SCRIPT", "STYLE"].includes(e.tagName) || !e.getClientRects().length) continue;
  const b = ground(e), a = luminance(over(parse(getComputedStyle(e).color), b)), l = luminance(b);
  const ratio = (Math.max(a, l) + .05) / (Math.min(a, l) + .05);
  if (ratio < 4.5) low.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
}
return Array.from(low);
"""


def visit(browser: Any, path: Path, width: int | None = None) -> None:
    """Open a page; with a width, as on a screen of that width (clicks need the real window)."""
    if width is None:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    else:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())


@pytest.mark.parametrize("name", PAGES)
def test_no_complaint_no_overflow_no_hostile_script(browser: Any, built: Path, name: str) -> None:
    for width in (400, 1280):
        visit(browser, built / name, width)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), width
        folded = browser.execute_script("const t = document.querySelector('.toc'); return t && !t.open")
        assert folded is None or folded == (width == 400)
        browser.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), width
    assert browser.get_log("browser") == []
    assert browser.execute_script("return window.hacked") is None
    assert browser.execute_script(
        "return Array.from(document.images).every((i) => i.alt.trim() && i.complete && i.naturalWidth)"
    )
    assert browser.execute_script(CONTRAST) == []


def column(browser: Any, number: int) -> list[str]:
    """Return the cells of a column of the first table."""
    table = browser.find_element("css selector", "main table")
    return [cell.text for cell in table.find_elements("css selector", f"tbody td:nth-child({number + 1})")]


def test_tables_are_sorted_by_click_and_key(browser: Any, built: Path) -> None:
    visit(browser, built / "de" / "gaps.html")
    original = ["0,71", "0,34", "-0,06", "–"]
    assert column(browser, 4) == original
    head = browser.find_element("css selector", "main table th:nth-child(5)")
    button = head.find_element("css selector", "button")
    button.click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(browser, 4) == ["-0,06", "0,34", "0,71", "–"]
    button.send_keys("\ue007")  # Enter
    assert head.get_attribute("aria-sort") == "descending"
    assert column(browser, 4) == original
    button.send_keys(" ")
    assert head.get_attribute("aria-sort") is None
    first = browser.find_element("css selector", "main table th:first-child button")
    first.click()
    assert column(browser, 0) == ["Anspruch", "Einbindung", "Kommunikation", "Sicherheit"]


def test_numbers_in_text_cells_sort_as_numbers(browser: Any, built: Path) -> None:
    visit(browser, built / "en" / "kinds.html")
    browser.find_element("css selector", "main table th button").click()
    assert column(browser, 0) == ["2", "10"]


def test_one_switch_shows_all_code(browser: Any, built: Path) -> None:
    visit(browser, built / "en" / "gaps.html")
    count = "return Array.from(document.querySelectorAll('details.code')).filter((d) => d.open).length"
    total = browser.execute_script("return document.querySelectorAll('details.code').length")
    switch = browser.find_element("css selector", ".code-switch")
    assert total == 2
    assert browser.execute_script(count) == 0
    switch.click()
    assert browser.execute_script(count) == total
    assert switch.get_attribute("aria-pressed") == "true"
    assert "total = 40 + 2" in browser.find_element("css selector", "main").text
    switch.click()
    assert browser.execute_script(count) == 0


def test_from_the_index_to_a_section_to_the_other_language(browser: Any, built: Path) -> None:
    visit(browser, built / "index.html")
    browser.find_element("css selector", ".answer h3 a").click()
    assert browser.current_url.endswith("/de/gaps.html")
    browser.find_element("link text", "English").click()
    assert browser.current_url.endswith("/en/gaps.html")
    browser.find_element("css selector", ".turn .next").click()
    assert browser.current_url.endswith("/en/kinds.html")
    browser.find_element("css selector", ".home").click()
    assert browser.current_url.endswith("/en/index.html")


def test_the_method_opens_when_it_is_asked_for(browser: Any, built: Path) -> None:
    visit(browser, built / "en" / "gaps.html")
    box = browser.find_element("css selector", "details.method")
    assert not box.get_property("open")
    browser.find_element("link text", "How it was made").click()
    assert box.get_property("open")


def test_everything_is_readable_without_script(browser_without_script: Any, built: Path) -> None:
    browser = browser_without_script
    for name in ("en/index.html", "en/gaps.html"):
        visit(browser, built / name)
        assert browser.find_elements("css selector", "th button") == []
        assert "Teachers rate communication" in browser.find_element("css selector", "main").text
    assert not browser.find_element("css selector", ".code-switch").is_displayed()
    browser.find_element("css selector", "details.code summary").click()
    assert "total = 40 + 2" in browser.find_element("css selector", "details.code").text


def test_on_paper_the_method_is_there_and_the_code_is_not(browser: Any, built: Path, tmp_path: Path) -> None:
    import base64
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    visit(browser, built / "en" / "gaps.html")
    pdf = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    (tmp_path / "page.pdf").write_bytes(base64.b64decode(pdf["data"]))
    command = ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Teachers rate communication" in text
    assert "SHA-256" in text
    assert "Welch" in text
    assert re.search(r"1 ?/ ?3", text)
    assert "total = 40 + 2" not in text
    assert "Show code" not in text
