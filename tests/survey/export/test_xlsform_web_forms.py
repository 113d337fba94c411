"""Exported forms filled in ODK Web Forms: what is shown, what is sent, and what comes home."""

from __future__ import annotations

import functools
import http.server
import os
import platform
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cxresearch.responses.home import read_home
from cxresearch.responses.readers.odk import read_submissions
from cxresearch.survey.export.export import Exported, export
from cxresearch.survey.export.xlsform.places import is_typed, places_of
from cxresearch.survey.export.xlsform.text import STRAIGHT, language_name
from cxresearch.survey.form import Entry, Form, Group, Passage
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

HARNESS = Path(__file__).resolve().parents[2] / "platforms" / "odk"
WHOLE = Path(__file__).resolve().parents[1] / "whole.yaml"
EVERY = "return [...document.querySelectorAll('.question-container')]"
OPTIONS = "[...document.querySelectorAll('.p-select-option')]"
REFUSED = (
    "[...document.querySelectorAll('.submit-pressed .validation-message, .validation-message')]"
    ".filter(one => one.style.display !== 'none').map(one => one.closest('.question-container').textContent)"
)
LABELS = f"{EVERY}.map(one => (one.querySelector('.control-text label') || {{textContent: ''}}).textContent)"

pytestmark = pytest.mark.browser


def _absent(reason: str) -> None:
    if os.environ.get("CXRESEARCH_FORBID_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with ODK Web Forms; installed as pinned where npm is there."""
    if not shutil.which("node") or not shutil.which("npm"):
        _absent("node and npm are not installed")
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        _absent("the bundler is pinned for Linux on x86-64")
    bundler = HARNESS / "node_modules" / "@esbuild" / "linux-x64" / "bin" / "esbuild"
    if not bundler.exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=HARNESS, capture_output=True, text=True, check=False)
        if done.returncode:
            _absent(f"ODK Web Forms cannot be installed: {done.stderr[-300:]}")
    folder = tmp_path_factory.mktemp("odk")
    options = ["--bundle", "--format=esm", "--minify", '--define:process.env.NODE_ENV="production"']
    bundle = [str(bundler), "main.js", *options, f"--outfile={folder / 'main.js'}", "--log-level=error"]
    subprocess.run(bundle, cwd=HARNESS, check=True)
    shutil.copy(HARNESS / "index.html", folder)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()
    thread.join()


def bare(text: str) -> str:
    return "".join(text.translate(STRAIGHT).split())


class Filler:
    """Fills one form from top to bottom, and checks that just what is relevant is there."""

    def __init__(self, browser: Any, form: Form, language: str, given: Mapping[str, Any]) -> None:
        self.browser = browser
        self.form = form
        self.language = language
        self.wanted = given
        self.given: dict[str, Any] = {entry.id: None for entry in form.entries}
        self.places = places_of(form)
        self.at = 0

    def fill(self) -> None:
        for page in self.form.pages:
            if page.relevance and not page.relevance.holds(self.given):
                continue
            if page.intro:
                self.next(page.intro.get(self.language))
            for part in page.parts:
                self.part(part)
            if page.screenout and page.screenout.when.holds(self.given):
                assert bare(page.screenout.text.get(self.language)) in bare(self.labels()[self.at])
                self.at += 1
                break
        assert len(self.labels()) == self.at

    def part(self, part: Entry | Group | Passage) -> None:
        if part.relevance and not isinstance(part, Passage) and not part.relevance.holds(self.given):
            return
        if isinstance(part, Entry):
            self.drawn(part) if part.drawn else self.entry(part)
        elif isinstance(part, Passage):
            if part.relevance is None or part.relevance.holds(self.given):
                self.next(part.text.get(self.language))
        else:
            self.group(part)

    def drawn(self, entry: Entry) -> None:
        """Tell the story that was drawn from the words on the page."""
        page = next(page for page in self.form.pages if entry in page.parts)
        told = {
            bare(part.text.get(self.language)): option.code
            for option in entry.options
            for part in page.parts
            if isinstance(part, Passage) and part.id == f"{entry.id}_{option.code}"
        }
        labels = [bare(one) for one in self.labels()[self.at : self.at + 2]]
        (self.given[entry.id],) = {told[one] for one in labels[: 1 + (labels[0] not in told)] if one in told}
        assert self.given[entry.id] not in [self.given[id] for id in entry.apart]

    def group(self, group: Group) -> None:
        stored = self.places.stored[group.rows[0].id]
        if group.kind == "multiple":
            ticked = [self.places.options[row.id] for row in group.rows if self.wanted.get(row.id) == 1]
            for option in ticked:
                self.click(self.next(group.text.get(self.language), stay=True), option)
            self.at += 1
            if ticked:
                self.given |= {row.id: int(self.wanted.get(row.id) == 1) for row in group.rows}
            return
        if stored.kind == "order":
            self.ranked(group)
            return
        if group.hint:
            self.next(group.hint.get(self.language))
        if stored.kind == "places":
            by_rank = {self.wanted[one]: one for one in (row.id for row in group.rows) if self.wanted.get(one)}
            for rank in range(1, min(len(stored.names), len(by_rank) + 1) + 1):
                where = self.next({"de": "Platz", "en": "Place"}[self.language[:2]] + f" {rank}")
                if rank in by_rank:
                    self.click(where, self.places.options[by_rank[rank]])
                    self.given[by_rank[rank]] = rank
            return
        for rows in (group.rows, group.second):
            if rows and group.kind in ("grid", "dual") and not any(is_typed(row) for row in rows):
                self.next("")  # the headings
            for row in rows:
                if row.relevance is None or row.relevance.holds(self.given):
                    self.entry(row)

    def ranked(self, group: Group) -> None:
        """Bring the options into order by the buttons that move one up."""
        container = self.container(self.next(group.text.get(self.language)))
        script = "return arguments[0].querySelector('.rank-overlay button')"
        if begin := self.browser.execute_script(script, container):
            begin.click()
        order = sorted(group.rows, key=lambda row: self.wanted[row.id])
        for rank, row in enumerate(order, start=1):
            while (at := self.shown(container).index(bare(row.text.get(self.language)))) >= rank:
                script = "arguments[0].querySelectorAll('.rank-option')[arguments[1]].querySelector('button').click()"
                self.browser.execute_script(script, container, at)
            self.given[row.id] = rank

    def shown(self, container: Any) -> list[str]:
        script = "return [...arguments[0].querySelectorAll('.rank-label')].map(one => one.textContent)"
        return [bare(one) for one in self.browser.execute_script(script, container)]

    def entry(self, entry: Entry) -> None:
        stored = self.places.stored[entry.id]
        value = self.wanted.get(entry.id)
        text = entry.text.get(self.language)
        where = self.next(text)
        if not is_typed(entry):
            if value is not None:
                self.click(where, stored.codes[value], dropdown=entry)
                self.given[entry.id] = value
            return
        if value is not None and value not in entry.missing:
            self.type(where, entry, value)
        if stored.aside and (value is None or value in entry.missing):
            aside = self.next({"de": "Oder:", "en": "Or:"}[self.language[:2]])
            if value is not None:
                self.click(aside, stored.codes[value])
        self.given[entry.id] = value

    def next(self, label: str, stay: bool = False) -> int:
        found = self.labels()
        assert bare(found[self.at]).endswith(bare(label)), (label, found[self.at], self.at)
        self.at += not stay
        return self.at - (not stay)

    def labels(self) -> list[str]:
        return list(self.browser.execute_script(LABELS))

    def container(self, where: int) -> Any:
        return self.browser.execute_script(f"{EVERY}[arguments[0]]", where)

    def click(self, where: int, value: str, dropdown: Entry | None = None) -> None:
        if dropdown is not None and dropdown.widget == "dropdown":
            self.browser.execute_script("arguments[0].querySelector('.p-select').click()", self.container(where))
            texts = {self.places.stored[dropdown.id].codes[option.code]: option.text for option in dropdown.options}
            script = f"return {OPTIONS}.find(one => one.textContent.trim() === arguments[0])"
            wanted = texts[value].get(self.language)
            self.until(lambda: self.browser.execute_script(script, wanted)).click()
            self.until(lambda: not self.browser.execute_script(f"return {OPTIONS}.length"))
            return
        script = 'arguments[0].querySelector(`input[value="${arguments[1]}"]`).click()'
        self.browser.execute_script(script, self.container(where), value)

    def type(self, where: int, entry: Entry, value: Any) -> None:
        from selenium.webdriver.common.keys import Keys

        container = self.container(where)
        if entry.kind == "date":
            container.find_element("css selector", "input").click()
            day = "[data-pc-section='day']:not([data-p-other-month='true'])"
            script = (
                f'return [...document.querySelectorAll("{day}")].find(one => one.textContent.trim() === arguments[0])'
            )
            self.until(lambda: self.browser.execute_script(script, str(int(value[-2:]))))
            self.browser.execute_script(f"({script.replace('return ', '')}).click()", str(int(value[-2:])))
        elif entry.widget == "slider":
            handle = container.find_element("css selector", "[role=slider]")
            handle.send_keys(Keys.END if value == entry.high else Keys.HOME)
        else:
            box = container.find_element("css selector", "input, textarea")
            box.send_keys(str(value))
            box.send_keys(Keys.TAB)

    def until(self, done: Any) -> Any:
        for _ in range(100):
            if found := done():
                return found
            time.sleep(0.05)
        raise AssertionError("the page does not come")


def sent(browser: Any, page: str, xml: str, form: Form, language: str, given: Mapping[str, Any]) -> tuple[str, Filler]:
    """Fill a form in the browser and return the submission."""
    filler = Filler(browser, form, language, given)
    browser.get(page)
    filler.until(lambda: browser.execute_script("return typeof window.show === 'function'"))
    browser.execute_script("window.show(arguments[0])", xml)
    filler.until(lambda: browser.execute_script(f"{EVERY}.length > 0"))
    if language_name(language) != language_name(form.survey.languages[0]):
        browser.execute_script("document.querySelector('.language-changer').click()")
        choose = f"return {OPTIONS}.find(one => one.textContent.trim() === arguments[0])"
        filler.until(lambda: browser.execute_script(choose, language_name(language))).click()
        filler.until(lambda: not browser.execute_script(f"return {OPTIONS}.length"))
    filler.fill()
    if folder := os.environ.get("CXRESEARCH_SCREENSHOTS"):
        height = browser.execute_script("return document.documentElement.scrollHeight")
        browser.set_window_size(1100, height + 200)
        browser.save_screenshot(f"{folder}/odk-{language}.png")
        browser.set_window_size(1280, 900)
    browser.execute_script("[...document.querySelectorAll('.footer button, button[type=submit]')].pop().click()")
    filler.until(lambda: browser.execute_script(f"return window.sent || window.faults.length || {REFUSED}.length"))
    assert browser.execute_script(f"return {REFUSED}") == []
    assert browser.execute_script("return window.faults") == []
    return browser.execute_script("return window.sent"), filler


def converted(exported: Exported, folder: Path) -> str:
    from pyxform.xls2xform import convert

    return str(convert(str(exported.write(folder)[0])).xform)


def _today(day: int) -> str:
    return time.strftime(f"%Y-%m-{day:02d}")


ANSWERS: dict[str, Any] = {
    "age": 41, "gender": "f", "nps": 3, "why": 'Zu "langsam" & <teuer>; =1+1', "contacted": 1, "channel": "web-shop",
    "main_place": "shop_floor", "warm": 7, "easy": 99, "quick": 5, "tiring": -1, "used_app": 1, "used_shop": 1,
    "rank_price": 2, "rank_speed": 1, "rank_care": 3, "imp_staff": 5, "imp_hours": 1, "perf_staff": 7,
    "chat_with": 1, "chat_without": 5, "effort": 100, "reasons_1_best": "OPTION1", "fair_1": 4, "fair_2": -1,
    "step_1": "visit", "mood_1": 2, "journey_1_more": 1, "step_2": "call", "journey_2_more": 0, "spent": 12.5,
    "minutes": -1, "since": _today(15), "note": "Grüße", "fair_quote": 0, "rank_near": 4,
}  # fmt: skip


def _answered(form: Form, **other: Any) -> dict[str, Any]:
    given = {**ANSWERS, **other}
    for group in (part for page in form.pages for part in page.parts if isinstance(part, Group)):
        if group.kind == "maxdiff":
            best, worst = group.rows
            given |= {best.id: best.options[0].code, worst.id: worst.options[-1].code}
    return given


def _home(survey: Survey, exported: Exported, xml: str, folder: Path) -> dict[str, str]:
    file = folder / "submission.xml"
    file.write_text(xml, encoding="utf-8")
    assert exported.codes is not None
    table = read_home(file, exported.codes, survey)
    assert table.unmatched == ()
    return {id: cells[0] for id, cells in table.columns.items()}


@pytest.mark.parametrize("language", [pytest.param("de", marks=pytest.mark.slow), "en"])
def test_what_was_entered_comes_home(browser: Any, page: str, language: str, tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    if language == "en":  # all options in one order
        survey = parse_survey(WHOLE.read_text(encoding="utf-8").replace(", top: 3}", "}"))
    form = survey.form("customer")
    exported = export(survey, "xlsform", perspective="customer")
    other = {} if language == "de" else {"contacted": 0, "age": 999, "nps": 9, "spent": -9, "easy": 3, "minutes": 2}
    xml, filler = sent(browser, page, converted(exported, tmp_path), form, language, _answered(form, **other))
    home = _home(survey, exported, xml, tmp_path)
    assert home == {id: "" if value is None else str(value) for id, value in filler.given.items()}
    assert home["rank_near"] == ("" if language == "de" else "4")  # in German only three are ranked
    assert {home["contact_1"], home["contact_2"]} < {"1", "2", "3", "4"}
    (row,) = read_submissions(tmp_path / "submission.xml").rows
    assert ("why" in row) is (language == "de")  # not asked has no cell
    assert row["perf_hours"] == ""  # left empty has one


def test_who_is_screened_out_sees_no_more(browser: Any, page: str, tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    form = survey.form("employee")
    exported = export(survey, "xlsform", perspective="employee")
    given = {"age": 16, "department": "service"}
    xml, _ = sent(browser, page, converted(exported, tmp_path), form, "de-du", given)
    home = _home(survey, exported, xml, tmp_path)
    assert {id: cell for id, cell in home.items() if cell} == {"age": "16", "department": "service"}
