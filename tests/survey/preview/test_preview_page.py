"""The preview in a real browser: its flow is that of the form, and what it collects comes home."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.preview.page import preview
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

pytestmark = pytest.mark.browser

WHOLE = Path(__file__).resolve().parent.parent / "whole.yaml"


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load_survey(WHOLE)


def opened(browser: Any, survey: Survey, folder: Path, hash: str = "", **options: Any) -> None:
    path = preview(survey, **options).write(folder / "preview.html")
    browser.get("about:blank")
    browser.get_log("browser")  # what earlier pages left there
    browser.get(f"{path.as_uri()}#{hash}")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def some_answers(form: Form, rng: random.Random) -> dict[str, Any]:
    """Answer at random, without regard for what is shown."""
    answers: dict[str, Any] = {}
    for page in form.pages:
        for part in page.parts:
            ticked = isinstance(part, Group) and part.kind == "multiple"
            for entry in part.entries if isinstance(part, Group) else [part] if isinstance(part, Entry) else []:
                if entry.drawn or rng.random() < 0.25:
                    continue
                if ticked:
                    answers[entry.id] = 1
                elif entry.kind == "choice" or (entry.options and rng.random() < 0.2):
                    answers[entry.id] = rng.choice(entry.options).code
                elif entry.kind == "number":
                    answers[entry.id] = rng.randint(int(entry.low or 0), int(entry.high or 100))
                else:
                    answers[entry.id] = "2020-02-29" if entry.kind == "date" else "words"
    return answers


def expected(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """Follow the form in Python: what is shown counts, nothing after a screen-out."""
    given: dict[str, Any] = {}
    over = False
    for page in form.pages:
        shown = not over and (page.relevance is None or page.relevance.holds(given))
        for part in page.parts:
            inside = shown and (not isinstance(part, Group) or part.relevance is None or part.relevance.holds(given))
            entries = part.entries if isinstance(part, Group) else (part,) if isinstance(part, Entry) else ()
            asked = []
            for entry in entries:
                counts = inside and (entry.relevance is None or entry.relevance.holds(given))
                given[entry.id] = answers.get(entry.id) if counts else None
                asked += [entry.id] if counts else []
            if isinstance(part, Group) and part.kind == "multiple" and any(given[id] == 1 for id in asked):
                given |= {id: 0 for id in asked if given[id] is None}
        over = over or bool(shown and page.screenout and page.screenout.when.holds(given))
    return given


@pytest.mark.parametrize("perspective", ["customer", "employee"])
def test_what_counts_is_what_the_form_shows(browser: Any, survey: Survey, tmp_path: Path, perspective: str) -> None:
    opened(browser, survey, tmp_path, f"perspective={perspective}")
    form = survey.form(perspective)
    rng = random.Random(5)
    drawn = [entry.id for entry in form.entries if entry.drawn]
    for _ in range(150):
        answers = some_answers(form, rng)
        script = "Object.assign(cxresearch.state, {answers: arguments[0]}); return cxresearch.effective().given"
        found = browser.execute_script(script, answers)
        for id in drawn:
            found.pop(id)
        wanted = expected(form, answers)
        assert found == {id: value for id, value in wanted.items() if id not in drawn}


def walk(browser: Any, form: Form, rng: random.Random) -> int:
    """Click through the pages as a respondent would, and return how many there were."""
    pages = 0
    while not browser.find_elements("css selector", ".end"):
        pages += 1
        assert pages < 40, "the questionnaire does not end"
        fill(browser, rng)
        browser.find_element("css selector", "button.main").click()
        if browser.find_elements("css selector", ".problem:not([hidden])"):
            browser.find_element("css selector", "button.main").click()  # a reminder is given once
        left = [box.text for box in browser.find_elements("css selector", ".problem:not([hidden])")]
        assert left == []
    return pages


def fill(browser: Any, rng: random.Random) -> None:
    """Answer all that is shown, and what appears by that."""
    done: set[str] = set()
    while todo := [box for box in browser.find_elements("css selector", "main fieldset") if _open(box, done)]:
        for box in todo:
            done.add(box.get_attribute("id"))
            if box.is_displayed():
                answer(browser, box, rng)


def _open(box: Any, done: set[str]) -> bool:
    inner = box.find_elements("css selector", "fieldset")
    return box.is_displayed() and not inner and box.get_attribute("id") not in done


def answer(browser: Any, box: Any, rng: random.Random) -> None:
    from selenium.webdriver.support.ui import Select

    selects = [one for one in box.find_elements("css selector", "select") if one.is_displayed()]
    if len(selects) > 1:
        for rank, one in enumerate(rng.sample(selects, min(3, len(selects))), start=1):
            Select(one).select_by_value(str(rank))
        return
    for one in selects:
        Select(one).select_by_index(rng.randrange(1, len(one.find_elements("css selector", "option"))))
    names: dict[str, list[Any]] = {}
    for one in box.find_elements("css selector", "input[type=radio]"):
        if one.is_displayed():
            names.setdefault(one.get_attribute("name"), []).append(one)
    numbers = box.find_elements("css selector", "input[type=number]")
    taken: set[str] = set()
    for radios in () if numbers else names.values():
        free = (
            [one for one in radios if one.get_attribute("value") not in taken] if "_best" in "".join(names) else radios
        )
        chosen = rng.choice(free)
        taken.add(chosen.get_attribute("value"))
        browser.execute_script("arguments[0].click()", chosen)
    boxes = [one for one in box.find_elements("css selector", "input[type=checkbox]") if one.is_displayed()]
    if boxes:
        browser.execute_script("arguments[0].click()", rng.choice(boxes))
    for one in numbers:
        low, high = float(one.get_attribute("min") or 0), float(one.get_attribute("max") or 50)
        one.send_keys(str(int(min(low + 20, high))))
    for one in box.find_elements("css selector", "input[type=text], textarea"):
        one.send_keys('=1+1 <b>"ä"</b>')
    for one in box.find_elements("css selector", "input[type=date]"):
        browser.execute_script("arguments[0].value = '2024-02-29'; arguments[0].dispatchEvent(new Event('input'))", one)
    for one in box.find_elements("css selector", "input[type=range]"):
        browser.execute_script("arguments[0].value = 3; arguments[0].dispatchEvent(new Event('input'))", one)


PULSE = "shipped:surveys/nps-pulse.yaml"


@pytest.mark.parametrize(
    ("source", "walked"),
    [
        (PULSE, [("customer", "en"), ("employee", "de")]),
        pytest.param(WHOLE, [("customer", "en"), ("employee", "de-du")], marks=pytest.mark.slow, id="whole"),
    ],
)
def test_what_is_collected_comes_home(
    browser: Any, tmp_path: Path, source: Path | str, walked: list[tuple[str, str]]
) -> None:
    survey = load_survey(source)
    opened(browser, survey, tmp_path, "seed=1", collect=True)
    browser.execute_script("localStorage.clear()")
    rng = random.Random(2)
    for perspective, language in walked:
        path = (tmp_path / "preview.html").as_uri()
        browser.get("about:blank")
        browser.get(f"{path}#perspective={perspective}&lang={language}")
        walk(browser, survey.form(perspective), rng)
    kept = browser.execute_script("return cxresearch.file()")
    saved = tmp_path / "answers.json"
    saved.write_text(kept, encoding="utf-8")
    collected = json.loads(kept)["responses"]
    assert [(one["perspective"], one["language"]) for one in collected] == walked
    answers = cx.read_responses(saved, survey, partial=True)
    assert list(answers.frame["perspective"]) == [perspective for perspective, _ in walked]
    assert "gefragt" not in answers.report.text("de") or "off_route" not in str(answers.report.notes)
    for row, one in enumerate(collected):
        for id, value in one["answers"].items():
            if id not in answers.frame:
                continue
            cell, reason = answers.frame[id].iloc[row], answers.reasons[id].iloc[row]
            if value is None:
                assert pd.isna(cell)
                assert reason in ("empty", "not_asked")
            else:
                assert cell == value or reason == str(value)
    browser.execute_script("localStorage.clear()")


def test_a_required_question_is_asked_for_and_named(browser: Any, survey: Survey, tmp_path: Path) -> None:
    opened(browser, survey, tmp_path, "perspective=customer&lang=en")
    needed = next(p for p in survey.form("customer").pages if any(e.required == "yes" for e in p.entries))
    for _ in range(needed.number):
        browser.find_element("css selector", "button.main").click()
    problem = browser.find_element("css selector", ".problem:not([hidden])")
    assert problem.text.endswith("Please answer this question.")
    assert problem.get_attribute("role") == "alert"
    focused = browser.execute_script("return document.activeElement.closest('fieldset').id")
    assert focused == problem.get_attribute("id").replace("problem-", "part-")


@pytest.mark.slow
def test_every_control_has_a_name(browser: Any, survey: Survey, tmp_path: Path) -> None:
    opened(browser, survey, tmp_path, "perspective=customer&lang=en")
    rng = random.Random(1)
    while not browser.find_elements("css selector", ".end"):
        nameless = browser.execute_script(
            "return [...document.querySelectorAll('input, select, textarea, button')].filter(e => e.offsetParent && "
            "!e.getAttribute('aria-label') && !e.textContent.trim() && !(e.labels || []).length).map(e => e.outerHTML)"
        )
        assert nameless == []
        fill(browser, rng)
        browser.find_element("css selector", "button.main").click()
        if browser.find_elements("css selector", ".problem:not([hidden])"):
            browser.find_element("css selector", "button.main").click()


def test_nothing_is_wider_than_a_phone(browser: Any, survey: Survey, tmp_path: Path) -> None:
    size = browser.get_window_size()
    browser.set_window_size(520, 900)
    try:
        opened(browser, survey, tmp_path, "perspective=customer&lang=de")
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        )
        rng = random.Random(3)
        while not browser.find_elements("css selector", ".end"):
            assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
            fill(browser, rng)
            browser.execute_script("document.querySelector('button.main').click()")
            if browser.find_elements("css selector", ".problem:not([hidden])"):
                browser.execute_script("document.querySelector('button.main').click()")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.set_window_size(size["width"], size["height"])


def test_answers_and_wordings_are_no_markup(browser: Any, tmp_path: Path) -> None:
    text = WHOLE.read_text(encoding="utf-8").replace(
        "Everything the language can say", "</script><img src=x onerror=boom()>"
    )
    path = tmp_path / "hostile.yaml"
    path.write_text(text, encoding="utf-8")
    opened(browser, load_survey(path), tmp_path, "lang=en")
    assert browser.find_elements("css selector", "img") == []
    assert "onerror" in browser.title


STRANGE = """\
id: strange
title: Titel
languages: [de, de-du]
source: own
licence: CC0
perspectives:
  all: {name: Alle, side: outside, role: customer}
scales:
  yes: {level: nominal, labels: {1: ja, 0: nein}}
items:
  constructor: {scale: yes, text: Eins, required: soft}
  "__proto__": {scale: yes, text: Zwei}
  '"><img src=x onerror=boom()>': {scale: yes, text: Drei}
  after: {scale: yes, text: Vier, relevance: "answered(constructor)"}
fields:
  spent: {name: Geld, kind: number, low: 0.5, high: 100000, step: 0.5, text: Geld}
"""


def test_ids_that_belong_to_every_object_are_ids_like_others(browser: Any, tmp_path: Path) -> None:
    opened(browser, parse_survey(STRANGE), tmp_path)
    form = parse_survey(STRANGE).form("all")
    given = "return JSON.stringify(cxresearch.effective().given)"
    assert json.loads(browser.execute_script(given)) == dict.fromkeys(entry.id for entry in form.entries)
    assert browser.find_elements("css selector", "img") == []
    browser.execute_script("for (const id of ['constructor', '__proto__']) document.getElementById(`${id}=0`).click()")
    browser.find_element("id", "in-spent").send_keys("200000")
    found = json.loads(browser.execute_script(given))
    assert (found["constructor"], found["__proto__"], found["after"]) == (0, 0, None)


def test_reminders_name_the_button_and_write_numbers_as_the_language_does(browser: Any, tmp_path: Path) -> None:
    opened(browser, parse_survey(STRANGE), tmp_path)
    browser.find_element("id", "in-spent").send_keys("200000")
    browser.find_element("css selector", "button.main").click()
    told = [box.text for box in browser.find_elements("css selector", ".problem:not([hidden])")]
    assert any("Mit „Absenden“ können Sie sie überspringen." in text for text in told)
    assert any("höchstens 100.000" in text for text in told)


def test_where_no_page_can_be_reached_it_ends_at_once(browser: Any, tmp_path: Path) -> None:
    never = (
        STRANGE
        + "pages: [{items: [constructor, __proto__, '\"><img src=x onerror=boom()>', after, spent], relevance: 'spent > 1'}]\n"
    )
    opened(browser, parse_survey(never), tmp_path)
    assert browser.find_elements("css selector", ".end")


def test_a_notebook_shows_it_in_a_frame(browser: Any, survey: Survey, tmp_path: Path) -> None:
    page = tmp_path / "cell.html"
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8>{preview(survey)._repr_html_()}", encoding="utf-8")
    browser.get(page.as_uri())
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))
    before = browser.find_element("css selector", "h1").text
    fill(browser, random.Random(1))
    browser.find_element("css selector", "button.main").click()
    assert browser.find_element("css selector", "h1").text != before
    browser.switch_to.default_content()


RANKED = """\
id: ranked
title: What this is about
public_title: {de: Umfrage, en: Survey}
languages: [de, en]
source: own
licence: CC0
perspectives: {p: {name: People, side: outside, role: customer}}
scales:
  rank: {level: ordinal, low: 1, high: 3}
  yes: {level: nominal, labels: {1: "ja", 0: "nein"}}
items:
  old: {scale: yes, text: Old}
  a: {scale: rank, text: A}
  b: {scale: rank, text: B}
  c: {scale: rank, text: C, relevance: "old == 1"}
  d: {scale: rank, text: D}
  e: {scale: rank, text: E}
  f: {scale: rank, text: F}
blocks:
  every: {kind: ranking, text: Order, items: [a, b, c]}
  first: {kind: ranking, text: Order, items: [d, e, f], top: 2}
  tasks: {kind: maxdiff, text: Which, best: Most, worst: Least, tasks: 3, show: 3, options: {u: U, v: V, w: W, x: X}}
"""


def test_a_ranking_says_what_1_means_and_tasks_are_counted(browser: Any, tmp_path: Path) -> None:
    opened(browser, parse_survey(RANKED), tmp_path, "lang=de")

    def described(id: str) -> str:
        select = browser.find_element("id", f"in-{id}")
        return str(browser.find_element("id", select.get_attribute("aria-describedby")).text)

    assert described("a").startswith("Bitte Ränge vergeben: 1 für den ersten Platz bis 2 für den letzten.")
    browser.find_element("id", "old=1").click()
    assert "bis 3 für den letzten" in described("b")
    assert described("d").startswith("Bitte nur die ersten 2 Ränge vergeben, mit 1 für den ersten Platz.")
    legends = [one.text.split("\n") for one in browser.find_elements("css selector", "fieldset[id^=part-tasks] legend")]
    assert legends == [[f"Aufgabe {n} von 3", "Which"] for n in (1, 2, 3)]


def test_the_frame_in_a_notebook_bears_the_public_title() -> None:
    assert preview(parse_survey(RANKED))._repr_html_().startswith('<iframe title="Umfrage"')
