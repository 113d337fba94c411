"""The commands around surveys, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cxresearch as cx
from cxresearch.cli import main
from cxresearch.shipped import shipped_surveys
from cxresearch.study.new import TEMPLATES
from cxresearch.survey.template import load_survey


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_export_writes_questionnaire_losses_and_codes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "nps-pulse", "--to", "limesurvey", "--report", "de", "--perspective", "customer"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        f"nps-pulse-limesurvey/nps-pulse-customer{end}" for end in (".txt", ".losses.json", ".codes.json")
    ]
    assert "lauten in LimeSurvey anders" in told.err
    losses = json.loads((here / "nps-pulse-limesurvey/nps-pulse-customer.losses.json").read_text(encoding="utf-8"))
    assert losses["platform"] == "limesurvey"
    assert {"de", "en"} == set(losses["losses"][0]["text"])


def test_export_of_everybody_in_some_languages(here: Path) -> None:
    assert main(["export", "triad", "--to", "surveyjs", "--language", "en,de", "--out", "out"]) == 0
    assert sorted(path.name for path in (here / "out").glob("*.codes.json")) == [
        f"triad-{who}.codes.json" for who in ("customer", "employee", "partner")
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["export", "nps-pulse", "--to", "surveymonkey"], "export.unknown-platform"),
        (["export", "nps-puls", "--to", "surveyjs"], "Did you mean 'nps-pulse'?"),
        (["export", "zzzzzz", "--to", "surveyjs"], "yaml.missing-file"),
        (["export", "nps-pulse", "--to", "surveyjs", "--perspective", "custmer"], "survey.unknown-perspective"),
        (["export", "nps-pulse", "--to", "surveyjs", "--language", "fr"], "survey.unknown-language"),
        (["preview", "nps-pulse", "--language", "fr"], "survey.unknown-language"),
        (["paths", "nps-pulse", "--language", "fr"], "survey.unknown-language"),
        (["rehearse", "nps-pulse", "--perspective", "nobody"], "survey.unknown-perspective"),
        (["rehearse", "nps-pulse", "--n", "5", "--out", __file__], "responses.not-writable"),
        (["import", "nothing.xlsx"], "missing-file"),
        (["new", "mine", "--template", "nps-puls"], "new.unknown-template"),
        (["run", "shipped:surveys/nps-pulse.yaml"], "study.is-a-survey"),
    ],
)
def test_what_cannot_be_done_is_2(arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert code in told
    assert "Traceback" not in told


def test_preview_is_one_file(here: Path) -> None:
    assert main(["preview", "effort", "--collect", "--out", "kiosk.html"]) == 0
    page = (here / "kiosk.html").read_text(encoding="utf-8")
    assert '"collect":true' in page
    assert "http" not in page.replace("http-equiv", "").replace("https://www.w3.org", "")


def test_paths_tell_numbers_and_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paths", "nps-pulse", "--perspective", "customer"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("customer: ")
    assert "shortest" in told
    assert "minutes" in told
    assert main(["paths", "credibility-gap", "--perspective", "customer"]) == 0
    assert capsys.readouterr().out.startswith("customer: 1 path, 0 of them end early")


def test_advice_in_german_has_no_english_lead(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "shipped:surveys/nps-pulse.yaml", "--language", "de"])
    told = capsys.readouterr().out
    assert "Namen werden für LimeSurvey geändert. Hier steht: " in told
    assert "Given" not in told


def test_rehearsed_answers_are_read_again(here: Path) -> None:
    assert main(["rehearse", "nps-pulse", "--n", "30", "--seed", "4"]) == 0
    survey = load_survey("shipped:surveys/nps-pulse.yaml")
    answers = cx.read_responses(here / "nps-pulse-rehearsal" / "customer.csv", survey, perspective="customer")
    assert len(answers) == 30
    assert answers.is_synthetic


def test_import_of_what_was_exported(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "usability", "--to", "surveyjs", "--language", "de,en", "--out", "."]) == 0
    assert main(["import", "usability-customer.json", "--out", "again.yaml"]) in (0, 1)
    survey = load_survey(here / "again.yaml")
    assert len(survey.items) >= 10
    assert main(["import", "usability-customer.json", "--out", "again.yaml"]) == 2
    assert "import.file-exists" in capsys.readouterr().err


def test_an_imported_questionnaire_brings_its_answers_home(here: Path) -> None:
    assert main(["export", "usability", "--to", "limesurvey", "--language", "de,en", "--out", "."]) == 0
    assert main(["import", "usability-customer.txt", "--out", "mine.yaml"]) in (0, 1)
    assert json.loads((here / "mine.codes.json").read_text(encoding="utf-8"))["survey"] == load_survey("mine.yaml").id


def test_a_study_from_a_survey_is_stamped(here: Path) -> None:
    assert main(["new", "my-pulse", "--template", "nps-pulse"]) == 0
    assert main(["check", "my-pulse"]) == 0
    assert main(["run", "my-pulse", "--quiet", "--section", "ratings-customer"]) == 0
    page = (here / "my-pulse" / "built" / "de" / "ratings-customer.html").read_text(encoding="utf-8")
    assert "Probelauf mit erfundenen Antworten" in page
    assert "# Recommendation pulse" in (here / "my-pulse" / "surveys" / "survey.yaml").read_text(encoding="utf-8")


def test_the_list_shows_studies_and_surveys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--list", "--language", "de"]) == 0
    told = capsys.readouterr().out
    assert "Fluggäste am Flughafen San Francisco 2018" in told
    assert "Puls: Weiterempfehlung" in told
    assert "gefragt werden: Kundinnen und Kunden" in told
    names = {line.split()[0] for line in told.splitlines() if line.startswith("  ") and line[2] != " "}
    assert {*TEMPLATES, *shipped_surveys()} ^ names == {"nyc-school-survey"}  # published as scores, without questions
