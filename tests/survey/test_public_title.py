"""What a survey measures stands in its title; respondents need not read it."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from cxresearch.survey.export.export import export
from cxresearch.survey.preview.page import preview
from cxresearch.survey.template import load_survey
from cxresearch.survey.text import Text

TELLING, NEUTRAL = "Zuendstoff", "Umfrage"


@pytest.fixture(scope="module")
def survey():
    told = {key: Text({"de": text, "en": text}) for key, text in (("title", TELLING), ("public_title", NEUTRAL))}
    return replace(load_survey("shipped:surveys/effort.yaml"), description=told["title"], **told)


@pytest.mark.parametrize("to", ["limesurvey", "surveyjs", "xlsform", "docx"])
def test_respondents_read_the_public_title(survey, to):
    exported = export(survey, to, perspective="customer", languages=["de"])
    name, content = next(
        (name, content) for name, content in exported.files.items() if not name.endswith(".losses.json")
    )
    text = content.decode("utf-8", errors="replace") if isinstance(content, bytes) else content
    if name.endswith(("xlsx", "docx")):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            text = " ".join(packed.read(part).decode() for part in packed.namelist() if part.endswith(".xml"))
    assert NEUTRAL in text
    assert TELLING not in text


def test_so_do_those_of_the_preview(survey):
    page = preview(survey, perspectives="customer", languages="de").html
    assert f"<title>{NEUTRAL}</title>" in page
    assert TELLING not in page


def test_without_one_the_title_is_shown(survey):
    assert replace(survey, public_title=None).form("customer").title.get("de") == TELLING
