"""An exported survey as a page shows it: clicked through in Chromium with the interface of SurveyJS."""

from __future__ import annotations

import importlib.util
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from cxresearch.responses.home import read_home
from cxresearch.survey.export.export import export
from cxresearch.survey.template import load_survey

HERE = Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("surveyjs_engine", HERE / "surveyjs_engine.py")
assert _spec is not None
engine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(engine)  # type: ignore[union-attr]

PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="{home}/survey-core/survey-core.fontless.css">
<body style="margin:0"><div id="here"></div>
<script src="{home}/survey-core/survey.core.js"></script><script src="{home}/survey-core/survey.i18n.js"></script>
<script src="{home}/survey-js-ui/survey-js-ui.js"></script>
<script>
const survey = new Survey.Model({model});
survey.locale = "{locale}";
window.began = survey.jsonErrors;
survey.onComplete.add((one) => {{ window.done = JSON.stringify(one.data); }});
survey.render(document.getElementById("here"));
</script>"""
NEXT = ".sd-navigation__next-btn"
DONE = ".sd-navigation__complete-btn"

pytestmark = pytest.mark.browser


class Respondent:
    def __init__(self, browser: Any, language: str) -> None:
        self.browser = browser
        self.language = language

    def until(self, script: str, *given: Any) -> Any:
        for _ in range(100):
            if found := self.browser.execute_script(script, *given):
                return found
            time.sleep(0.05)
        raise AssertionError(script)

    def question(self, name: str) -> Any:
        return self.until("return document.querySelector(`[data-name='${arguments[0]}']`)", name)

    def shown(self, name: str) -> bool:
        return bool(
            self.browser.execute_script("return !!document.querySelector(`[data-name='${arguments[0]}']`)", name)
        )

    def choose(self, name: str, value: Any, row: str = "") -> None:
        script = """
          const one = document.querySelector(`[data-name='${arguments[0]}']`);
          const line = arguments[2] ? [...one.querySelectorAll('tr')].find((tr) => tr.textContent.includes(arguments[2])) : one;
          const found = line && [...line.querySelectorAll('input')].find((input) => input.value === arguments[1]);
          return found && (found.closest('label') || found);"""
        self.until(script, name, str(value), row).click()

    def type(self, name: str, text: str) -> None:
        from selenium.webdriver.common.keys import Keys

        box = self.question(name).find_element("css selector", "input, textarea")
        box.send_keys(text, Keys.TAB)

    def picture(self, name: str) -> None:
        if folder := os.environ.get("CXRESEARCH_SCREENSHOTS"):
            time.sleep(0.3)
            height = self.browser.execute_script("return document.documentElement.scrollHeight")
            self.browser.set_window_size(1100, min(height + 200, 3000))
            self.browser.save_screenshot(f"{folder}/surveyjs-{self.language}-{name}.png")
            self.browser.set_window_size(1280, 900)

    def go(self, selector: str = NEXT) -> None:
        self.until("return document.querySelector(arguments[0])", selector).click()

    def at(self, name: str) -> None:
        self.question(name)


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_clicked_comes_home(browser: Any, language: str, tmp_path: Path) -> None:
    engine.needed()
    survey = load_survey(HERE.parent / "whole.yaml")
    exported = export(survey, "surveyjs", perspective="employee")
    model = next(iter(exported.files.values())).decode()
    page = tmp_path / "page.html"
    home = (engine.HOME / "node_modules").as_uri()
    page.write_text(PAGE.format(home=home, model=model.replace("</", "<\\/"), locale=language), encoding="utf-8")
    browser.get(page.as_uri())
    one = Respondent(browser, language)
    one.at("age")
    assert browser.execute_script("return window.began") is None
    words = browser.execute_script("return document.body.innerText")
    assert {"de": "Guten Tag, liebe Kolleginnen und Kollegen!", "en": "Hello, dear colleagues!"}[language] in words
    one.type("age", "41")
    one.choose("gender", "d")
    one.picture("start")
    one.go()
    one.at("nps")
    assert not one.shown("channel")
    one.go()  # the required question holds back
    one.until("return document.querySelector(`[data-name='nps'] .sd-error, [data-name='nps'] [role=alert]`)")
    one.choose("nps", 6)
    one.type("why", '=1+1 "ä"')
    one.choose("contacted", 1)
    one.choose("channel", "other")
    one.type("channel_other", "Messe")
    one.picture("general")
    one.go()
    one.at("agreement")
    labels = {
        "de": ("Es war leicht.", "Es ging schnell.", "Es war mühsam."),
        "en": ("It was easy.", "It was quick.", "It was tiring."),
    }
    easy, quick, tiring = labels[language]
    rows = "return document.querySelector(`[data-name='agreement']`).innerText"
    one.choose("agreement", 99, easy)
    one.until(f"{rows}.includes(arguments[0])", tiring)
    one.choose("agreement", 4, easy)
    one.until(f"{rows}.includes(arguments[0]) === false", tiring)
    one.choose("agreement", 5, quick)
    one.choose("used", "used_none")
    one.choose("used", "used_app")
    one.picture("rating")
    one.go()
    one.at("gap")
    one.picture("wishes")
    one.go()
    one.at("reasons_1_best")
    for number in (1, 2, 3):
        for role, pick in (("best", 0), ("worst", 1)):
            name = f"reasons_{number}_{role}"
            options = {entry.id: entry.options for entry in survey.form("employee").entries}[name]
            one.choose(name, options[pick].code)
    one.go()
    one.at("step_1")
    one.choose("step_1", "call")
    one.go()
    one.at("spent")
    one.type("spent", "12.5")
    one.choose("minutes_missing", -1)
    one.picture("end")
    one.go(DONE)
    data = json.loads(one.until("return window.done"))
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"id": "a", "locale": language, "data": data}), encoding="utf-8")
    assert exported.codes is not None
    table = read_home(file, exported.codes, survey)
    assert table.unmatched == ()
    home_answers = {
        id: cells[0] for id, cells in table.columns.items() if cells[0] != "" and not id.startswith("reasons_")
    }
    assert home_answers == {
        "age": "41", "gender": "d", "nps": "6", "why": '=1+1 "ä"', "contacted": "1", "channel": "other",
        "channel_other": "Messe", "easy": "4", "quick": "5", "used_app": "1", "used_shop": "0", "used_none": "0",
        "step_1": "call", "spent": "12.5", "minutes": "-1",
    }  # fmt: skip
    assert len([id for id, cells in table.columns.items() if id.startswith("reasons_") and cells[0]]) == 6
    severe = [one["message"] for one in browser.get_log("browser") if one["level"] == "SEVERE"]
    assert severe == []
