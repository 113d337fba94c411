"""The instruments that come with the package: they load, they are well worded, they fit their data."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxresearch.shipped import root
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey
from cxresearch.survey.text import Text

SURVEYS = root() / "surveys"
FILES = sorted(path.name for path in SURVEYS.glob("*.yaml"))
MIRRORED = ("customer", "partner", "employee", "management")

DU = re.compile(r"\b(?:du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE)
SIE = re.compile(r"\b(?:Sie|Ihnen|Ihr|Ihre|Ihrem|Ihren|Ihrer|Ihres)\b")
PLACEHOLDER = re.compile(r"\[[^\]]*\]|[{}<>_]|\.\.\.|…|\b(?:TODO|TBD|XXX|FIXME)\b")
ABSOLUTE = re.compile(
    r"\b(?:immer|nie|niemals|stets|jederzeit|alles?|allen|jede[mnrs]?|kein\w*|nicht|"
    r"always|never|every\w*|all|none|not|no)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def surveys() -> dict[str, Survey]:
    return {name: load_survey(SURVEYS / name) for name in FILES}


@pytest.fixture(scope="module")
def gap(surveys: dict[str, Survey]) -> Survey:
    return surveys["credibility-gap.yaml"]


def texts_of(survey: Survey) -> Iterator[tuple[str, Text]]:
    """Yield every wording of a survey with the place where it stands."""
    yield "title", survey.title
    if survey.public_title:
        yield "public_title", survey.public_title
    if survey.description:
        yield "description", survey.description
    for part in ("perspectives", "touchpoints", "constructs", "fields"):
        for key, entry in getattr(survey, part).items():
            yield f"{part}.{key}", entry.name
    for key, construct in survey.constructs.items():
        if construct.definition:
            yield f"constructs.{key}.definition", construct.definition
    for part in ("scales", "fields"):
        for key, entry in getattr(survey, part).items():
            for code, text in {**entry.labels, **entry.missing}.items():
                yield f"{part}.{key}.{code}", text
    for key, item in survey.items.items():
        for perspective, text in item.text.items():
            yield f"items.{key}.{perspective}", text
    for number, page in enumerate(survey.pages):
        if page.title:
            yield f"pages.{number}.title", page.title
        for perspective, text in (page.intro or {}).items():
            yield f"pages.{number}.intro.{perspective}", text


def wordings(survey: Survey, language: str) -> Iterator[tuple[str, str]]:
    for where, text in texts_of(survey):
        yield where, text.get(language)


def item_wordings(survey: Survey) -> Iterator[tuple[str, str, str]]:
    for key, item in survey.items.items():
        for perspective, text in item.text.items():
            for language in survey.languages:
                yield f"{key}.{perspective}.{language}", perspective, text.get(language)


def rows(study: str, name: str) -> list[dict[str, str]]:
    with (root() / "reports" / study / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_three() -> None:
    assert {"credibility-gap.yaml", "nyc-school-survey.yaml", "sfo-airport.yaml"} <= set(FILES)


# how the customer, the partner and the management speak of themselves
SPEAKERS = {
    "de": (
        r"\b(?:ich|mir|mich|mein\w*|Sie)\b",
        r"\b(?:wir|uns|unser\w*|Ihre Organisation)\b|Geschäftspartner",
        r"nser\w* Unternehmen",
    ),
    "en": (
        r"\b(?:I|me|my|you)\b",
        r"\b(?:we|us|our|your organisation)\b|business partner",
        r"[Oo]ur company",
    ),
}


# ---- every file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_loads_and_is_named_after_its_file(name: str, surveys: dict[str, Survey]) -> None:
    assert surveys[name].id == Path(name).stem


@pytest.mark.parametrize("name", FILES)
def test_every_item_has_source_and_licence(name: str, surveys: dict[str, Survey]) -> None:
    survey = surveys[name]
    assert survey.source.strip() and survey.licence.strip()
    for item in survey.items.values():
        assert (item.source or survey.source).strip(), item.id
        assert (item.licence or survey.licence).strip(), item.id
        assert item.wording in ("own", "paraphrase"), f"{item.id}: verbatim wording needs permission"


@pytest.mark.parametrize("name", FILES)
def test_ids_survive_every_platform(name: str, surveys: dict[str, Survey]) -> None:
    ids = list(surveys[name].items)
    assert [i for i in ids if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,19}", i)] == []
    bare = [i.replace("_", "").lower() for i in ids]
    assert len(set(bare)) == len(bare), "LimeSurvey drops the underscore"


@pytest.mark.parametrize("name", FILES)
def test_no_placeholders(name: str, surveys: dict[str, Survey]) -> None:
    found = [(w, t) for lang in surveys[name].languages for w, t in wordings(surveys[name], lang)]
    assert [pair for pair in found if PLACEHOLDER.search(pair[1])] == []


@pytest.mark.parametrize("name", FILES)
def test_no_item_is_longer_than_25_words(name: str, surveys: dict[str, Survey]) -> None:
    long = [(w, len(t.split())) for w, _, t in item_wordings(surveys[name]) if len(t.split()) > 25]
    assert long == []


@pytest.mark.parametrize("name", FILES)
def test_sie_and_du_are_not_mixed(name: str, surveys: dict[str, Survey]) -> None:
    survey = surveys[name]
    assert [w for w in wordings(survey, "de") if DU.search(w[1])] == []
    if "de-du" in survey.languages:
        assert [w for w in wordings(survey, "de-du") if SIE.search(w[1])] == []


@pytest.mark.parametrize("name", FILES)
def test_notices_for_the_nps(name: str, surveys: dict[str, Survey]) -> None:
    survey = surveys[name]
    if any(item.index == "nps" for item in survey.items.values()):
        notice = " ".join(text.get("en") for text in survey.notices)
        assert all(owner in notice for owner in ("Bain & Company", "NICE Satmetrix", "Fred Reichheld"))


@pytest.mark.parametrize("name", FILES)
def test_german_and_english_are_different_texts(name: str, surveys: dict[str, Survey]) -> None:
    same = [w for w, _, _ in item_wordings(surveys[name]) if w.endswith(".de") and _is_same(surveys[name], w)]
    assert same == []


def _is_same(survey: Survey, where: str) -> bool:
    item, perspective, _ = where.split(".")
    text = survey.items[item].text[perspective]
    return text.get("de") == text.get("en") and len(text.get("en").split()) > 2


def test_the_example_of_the_readme_loads() -> None:
    readme = (SURVEYS / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", readme, re.DOTALL)
    assert example is not None
    survey = parse_survey(example.group(1))
    assert [q.text for q in survey.questionnaire("customer", "de-du")] == ["Du wirst fair behandelt."]


@pytest.mark.parametrize("study", ["nyc-schools", "sfo-airport"])
def test_data_say_where_they_come_from(study: str) -> None:
    origin = (root() / "reports" / study / "data" / "ORIGIN.md").read_text(encoding="utf-8")
    assert all(word in origin for word in ("Attribution", "Licence", "What was changed"))
    assert not re.search(r"(?<![\w.:/])/(?:work|home|tmp|root|Users)\b", origin)


# ---- credibility gap -----------------------------------------------------------------------------


@pytest.mark.parametrize("perspective", MIRRORED)
def test_gap_has_enough_items_per_construct_and_perspective(perspective: str, gap: Survey) -> None:
    full = [c for c in gap.constructs if len(gap.items_of(c, perspective)) >= 3]
    assert len(full) >= 8
    assert len(full) == len(gap.constructs)


def test_gap_is_mirrored_completely(gap: Survey) -> None:
    assert len(gap.mirrored(*MIRRORED)) == len(gap.items)
    assert {p.side for k, p in gap.perspectives.items() if k in ("customer", "partner")} == {"outside"}
    assert {p.side for k, p in gap.perspectives.items() if k in ("employee", "management")} == {"inside"}


def test_gap_reversed_share(gap: Survey) -> None:
    rated = [item for item in gap.items.values() if item.construct]
    assert 0.1 <= sum(item.reversed for item in rated) / len(rated) <= 0.5
    for construct in gap.constructs:
        items = gap.items_of(construct)
        assert sum(item.reversed for item in items) / len(items) <= 0.5, construct


def test_gap_items_of_a_construct_share_their_scale(gap: Survey) -> None:
    for construct in gap.constructs:
        assert {item.scale for item in gap.items_of(construct)} == {"agree5"}
    assert gap.scales["agree5"].level == "ordinal"
    assert list(gap.scales["agree5"].labels) == [1, 2, 3, 4, 5]


def test_gap_indices(gap: Survey) -> None:
    found = {item.index: gap.scale_of(item.id).codes for item in gap.items.values() if item.index}
    assert found == {"nps": tuple(range(11)), "csat": tuple(range(1, 6)), "ces": tuple(range(1, 8))}


def test_gap_forecast_quotes_one_customer_statement_per_construct(gap: Survey) -> None:
    assert gap.perspectives["forecast"].predicts == "customer"
    markers = [item for item in gap.items.values() if "forecast" in item.text]
    assert sorted(str(item.construct) for item in markers) == sorted(gap.constructs)
    for item in markers:
        assert not item.reversed and item.touchpoint is None, item.id
        for language in gap.languages:
            statement = item.text["customer"].get(language).removesuffix(".")
            assert statement in item.text["forecast"].get(language), (item.id, language)


def test_gap_wording_is_plain(gap: Survey) -> None:
    for where, perspective, text in item_wordings(gap):
        if perspective != "forecast":
            assert len(text.split()) <= 20, where
        assert not ABSOLUTE.search(text), where
        assert not re.search(r"\b(?:und|oder|sowie)\b", _without_pairs(text)), where
        assert text.endswith((".", "?")), where


def _without_pairs(text: str) -> str:
    for pair in ("Kundinnen und Kunden", "zufrieden oder unzufrieden"):
        text = text.replace(pair, "")
    return text


def test_gap_speaks_from_the_right_side(gap: Survey) -> None:
    for item in gap.items.values():
        for language, (me, us, company) in SPEAKERS.items():
            said = {p: item.text[p].get(language) for p in MIRRORED}
            assert re.search(me, said["customer"], re.IGNORECASE), (item.id, said["customer"])
            assert re.search(us, said["partner"], re.IGNORECASE), (item.id, said["partner"])
            assert re.search(r"\b(?:wir|uns|unser\w*|we|us|our)\b", said["employee"], re.IGNORECASE), item.id
            assert re.search(company, said["management"]), (item.id, said["management"])


def test_gap_forms_have_the_same_order(gap: Survey) -> None:
    order = [[q.item for q in gap.questionnaire(p, "de")] for p in MIRRORED]
    assert all(o == order[0] for o in order)
    assert order[0][0] == "recommend"
    forecast = [q.item for q in gap.questionnaire("forecast", "de")]
    assert forecast == [i for i in order[0] if i in forecast]


# ---- New York schools ----------------------------------------------------------------------------


def test_nyc_fits_its_data(surveys: dict[str, Survey]) -> None:
    survey = surveys["nyc-school-survey.yaml"]
    data = rows("nyc-schools", "nyc_school_survey_2011_scores.csv")
    assert len(data) == 4828
    assert {row["dimension"] for row in data} == set(survey.constructs)
    assert {row["perspective"] for row in data} == set(survey.perspectives)
    assert {row["schooltype"] for row in data} == set(survey.fields["schooltype"].labels)
    assert set(survey.fields) == set(data[0]) - {"perspective", "dimension", "score"}
    assert [row for row in data if not survey.scales["score10"].contains(float(row["score"]))] == []


# ---- San Francisco airport -----------------------------------------------------------------------


def test_sfo_declares_every_column_once(surveys: dict[str, Survey]) -> None:
    survey = surveys["sfo-airport.yaml"]
    columns = list(rows("sfo-airport", "sfo_2018.csv")[0])
    assert sorted([*survey.items, *survey.fields]) == sorted(columns)


def test_sfo_knows_every_code(surveys: dict[str, Survey]) -> None:
    survey = surveys["sfo-airport.yaml"]
    data = rows("sfo-airport", "sfo_2018.csv")
    assert len(data) == 2809
    unknown: list[tuple[str, object]] = []
    for key in survey.items:
        scale = survey.scale_of(key)
        codes = {float(row[key]) for row in data if row[key] != ""}
        unknown += [(key, code) for code in codes if not scale.contains(code) and code not in scale.missing]
    for key, field in survey.fields.items():
        if field.kind == "group":
            known = {str(code) for code in (*field.labels, *field.missing)}
            unknown += [(key, code) for code in {row[key] for row in data} - known]
    assert unknown == []


def test_sfo_keeps_blank_apart_from_zero(surveys: dict[str, Survey]) -> None:
    survey = surveys["sfo-airport.yaml"]
    assert survey.scale_of("NETPRO").contains(0) and 11 in survey.scale_of("NETPRO").missing
    assert not survey.scale_of("Q7ART").contains(0)
    assert 6 not in survey.scale_of("Q10SAFE").missing
    assert {i.index: i.id for i in survey.items.values() if i.index} == {"nps": "NETPRO", "csat": "Q7ALL"}
