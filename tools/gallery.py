"""Write docs/templates.md, the gallery of shipped surveys, and its pictures.

Run it after changing a survey; the pictures need Chromium and its driver::

    python3 -m uv run python tools/gallery.py            # the page
    python3 -m uv run python tools/gallery.py --pictures # and the pictures
    python3 -m uv run python tools/gallery.py --pictures nps-pulse triad # those of two only
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from pathlib import Path

from cxresearch.survey.form import Form
from cxresearch.survey.paths import paths
from cxresearch.survey.preview.page import preview
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "templates.md"
PICTURES = ROOT / "docs" / "img" / "templates"
WIDTH, HEIGHT, COLOURS = 800, 600, 48
HEAD = """\
# Surveys that come along

Each is one YAML file in [`surveys/`](../surveys): in own words, German and English, with constructs, scoring, source and
licence in its head. `cxresearch new my-study --template NAME` starts a study with made-up answers, `cxresearch preview NAME`
shows the questionnaire, `cxresearch export NAME --to PLATFORM` brings it to a platform. Minutes are those of the longest
form, for half of the interviews. This page is written by `tools/gallery.py`.

"""


def surveys() -> dict[str, Survey]:
    """Return the shipped surveys that are asked, by file name."""
    found = {path.stem: load_survey(path) for path in sorted((ROOT / "surveys").glob("*.yaml"))}
    return {name: survey for name, survey in found.items() if forms(survey)}


def forms(survey: Survey) -> list[Form]:
    """Return the forms in which something is asked."""
    return [form for form in map(survey.form, survey.perspectives) if form.entries]


def page() -> str:
    """Return the gallery."""
    return HEAD + "\n".join(entry(name, survey) for name, survey in surveys().items())


def entry(name: str, survey: Survey) -> str:
    """Return what the gallery says about one survey."""
    asked = forms(survey)
    minutes = max(1, round(max(paths(form).minutes.p50 for form in asked)))
    questions = max(len([one for one in form.entries if not one.drawn]) for form in asked)
    who = ", ".join(survey.perspectives[form.perspective].name.get("en") for form in asked)
    constructs = ", ".join(construct.name.get("en") for construct in survey.constructs.values())
    lines = [f"## {name}", "", f"**{survey.title.get('en')}** ({survey.title.get('de')})", ""]
    if survey.description:
        lines += [survey.description.get("en"), ""]
    lines += [f"![{alt(survey)}](img/templates/{name}.png)", ""]
    lines += [
        f"- asked: {who}; up to {questions} variables, about {minutes} min; languages {', '.join(survey.languages)}"
    ]
    lines += [f"- measures: {constructs}"] if constructs else []
    lines += [f"- source: {survey.source}", f"- licence: {survey.licence}"]
    lines += [f"- {notice.get('en')}" for notice in survey.notices]
    return "\n".join(lines) + "\n"


def alt(survey: Survey) -> str:
    """Describe the picture of a survey."""
    first = next((one for one in forms(survey)[0].entries if not one.drawn), None)
    return f"A page of the questionnaire: {first.text.get('en') if first else survey.title.get('en')}".replace(
        "\n", " "
    )


def draw(names: dict[str, Survey]) -> None:
    """Take a picture of the first page with questions of each survey."""
    from PIL import Image
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(option)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    with tempfile.TemporaryDirectory() as folder:
        for name, survey in names.items():
            form = forms(survey)[0]
            path = preview(survey, perspectives=form.perspective, languages="de").write(Path(folder) / "page.html")
            driver.get("about:blank")
            driver.get(f"{path.as_uri()}#seed=1")
            script = (
                "const pages = cxresearch.pagesNow(); return [...document.querySelectorAll('main fieldset')].length"
            )
            if not driver.execute_script(script):
                driver.find_element("css selector", "button.main").click()
            clip = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": 1}
            taken = driver.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
            picture = Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")
            picture.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
    driver.quit()


def main() -> None:
    """Write the page and, where asked for, the pictures."""
    PAGE.write_text(page(), encoding="utf-8")
    if "--pictures" in sys.argv[1:]:
        wanted = [name for name in sys.argv[1:] if name != "--pictures"]
        draw({name: survey for name, survey in surveys().items() if not wanted or name in wanted})


if __name__ == "__main__":
    main()
