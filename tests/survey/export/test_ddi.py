"""DDI-Codebook 2.5: as its schema wants it, and with everything that the form has.

No package that can be installed ships the schema.  ``ddi_subset.rng`` says in our own words what the XSD of version 2.5
says about the elements that we write; it was written with that text at hand, and every file is held against it.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from lxml import etree

from cxresearch.survey.export.ddi.xml import tagged
from cxresearch.survey.export.export import export
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"
SURVEYS = [WHOLE, *sorted((ROOT / "surveys").glob("*.yaml"))]
DDI, XML = "{ddi:codebook:2_5}", "{http://www.w3.org/XML/1998/namespace}"

GRAMMAR = Path(__file__).with_name("ddi_subset.rng")


def trees(path: Path) -> list[tuple[Survey, str, Element]]:
    survey = load_survey(path)
    asked = [who for who in survey.perspectives if survey.form(who).entries]
    return [(survey, who, tree(survey, who)) for who in asked]


def raw(survey: Survey, who: str) -> bytes:
    return next(iter(export(survey, "ddi", perspective=who).files.values()))


def tree(survey: Survey, who: str) -> Element:
    return ElementTree.fromstring(raw(survey, who))


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(GRAMMAR))


def faults(grammar: etree.RelaxNG, raw: bytes) -> list[str]:
    grammar.validate(etree.fromstring(raw))
    return [f"{one.line}: {one.message}" for one in grammar.error_log]


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_every_file_keeps_to_the_grammar(path: Path, grammar: etree.RelaxNG) -> None:
    survey = load_survey(path)
    for who in survey.perspectives:
        if survey.form(who).entries:
            assert not faults(grammar, raw(survey, who))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'nature="ordinal"', b'nature="likert"'),
        (b'intrvl="discrete"', b'intrvl="stepwise"'),
        (b'missing="Y"', b'missing="yes"'),
        (b'version="2.5"', b'version="2.6"'),
        (b'ID="V_age"', b'ID="1 age"'),
        (b' name="age"', b""),
        (b' VALUE="999"', b""),
        (b"<stdyInfo>", b"<notes/><stdyInfo>"),
        (b"</labl>", b"</labl><txt/><labl/>"),
        (b'xml:lang="de-x-du"', b'xml:lang="de_du"'),
    ],
)
def test_the_grammar_refuses(right: bytes, wrong: bytes, grammar: etree.RelaxNG) -> None:
    written = raw(load_survey(WHOLE), "customer")
    assert right in written
    assert faults(grammar, written.replace(right, wrong, 1))


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_identifiers_and_languages(path: Path) -> None:
    for survey, _, root in trees(path):
        ids = [element.attrib["ID"] for element in root.iter() if "ID" in element.attrib]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[A-Za-z_][\w.\-]*", id) for id in ids)
        variables = {element.attrib["ID"] for element in root.iter(f"{DDI}var")}
        for group in root.iter(f"{DDI}varGrp"):
            assert set(group.attrib["var"].split()) <= variables
        used = {element.attrib[f"{XML}lang"] for element in root.iter() if f"{XML}lang" in element.attrib}
        assert used <= {*tagged(survey.languages).values(), "en"}
        assert all(re.fullmatch(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", one) for one in used)


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_every_variable_in_every_language(path: Path) -> None:
    for survey, who, root in trees(path):
        found = {element.attrib["name"]: element for element in root.iter(f"{DDI}var")}
        form = survey.form(who)
        given = [key for key, field in survey.fields.items() if field.text is None]
        assert list(found) == [*(entry.id for entry in form.entries), *given]
        for entry in form.entries:
            variable = found[entry.id]
            literals = [node.text or "" for node in variable.iter(f"{DDI}qstnLit")]
            if not entry.drawn:
                assert len(literals) == len(survey.languages)
                for literal, language in zip(literals, survey.languages, strict=True):
                    assert literal.startswith(entry.text.get(language).strip())
            codes = [node.text for node in variable.iter(f"{DDI}catValu")]
            assert codes == [str(option.code) for option in entry.options]
            missing = [
                node.findtext(f"{DDI}catValu")
                for node in variable.iter(f"{DDI}catgry")
                if node.attrib["missing"] == "Y"
            ]
            assert missing == [item.attrib["VALUE"] for node in variable.iter(f"{DDI}invalrng") for item in node]
            assert missing == [str(code) for code in entry.missing]
            universe = list(variable.iter(f"{DDI}universe"))
            conditional = form.shown_when()[entry.id] is not None
            assert len(universe) == (len(survey.languages) if conditional else 0)


def test_what_the_whole_language_becomes() -> None:
    root = tree(load_survey(WHOLE), "customer")
    found = {element.attrib["name"]: element for element in root.iter(f"{DDI}var")}
    groups = {element.attrib["name"]: element for element in root.iter(f"{DDI}varGrp")}
    assert groups["used"].attrib["type"] == "multipleResp"
    assert groups["used"].attrib["var"] == "V_used_app V_used_shop V_used_phone V_used_none"
    assert groups["used"].findtext(f"{DDI}notes") == "at least 1; at most 2; alone: used_none; rows in random order"
    assert groups["ease"].findtext(f"{DDI}notes") == (
        "score: mean of the items, where at least 2 are answered; reversed before: tiring"
    )
    assert found["weight"].attrib["wgt"] == "wgt"
    assert found["respondent"].findtext(f"{DDI}security") is not None
    assert [dict(node.attrib) for node in found["stars"].iter(f"{DDI}range")] == [
        {"UNITS": "REAL", "min": "0", "max": "2"}
    ]
    assert [found[name].attrib["intrvl"] for name in ("spent", "weight", "minutes")] == ["contin", "contin", "discrete"]
    stories = [node.text for node in found["contact_1"].iter(f"{DDI}txt") if node.attrib[f"{XML}lang"] == "en"]
    assert stories[0] == "You have a quick question. A person takes care of it."
    assert len(stories) == 4
    assert found["mood_2"].findtext(f"{DDI}universe") == (
        "Kundinnen und Kunden, wenn Sie bei Frage 24 „Besuch“ angegeben haben und Sie bei Frage 23 „ja“ angegeben haben"
    )


def test_what_is_said_between_questions_is_kept() -> None:
    text = WHOLE.read_text(encoding="utf-8")
    diary = "    kind: diary\n    text: {de: Der Reihe nach bitte., en: One by one please.}\n    hint: {de: Von vorn., en: From the start.}\n"
    pages = "pages:\n  - {id: hello, intro: {de: Willkommen!, en: Welcome!}}\n"
    root = tree(parse_survey(text.replace("    kind: diary\n", diary).replace("pages:\n", pages)), "customer")
    groups = {element.attrib["name"]: element for element in root.iter(f"{DDI}varGrp")}

    def said(element: Element, tag: str) -> list[str | None]:
        return [node.text for node in element.findall(f"{DDI}{tag}") if node.attrib.get(f"{XML}lang") == "en"]

    assert groups["journey"].attrib["type"] == "repetition"
    assert groups["journey"].attrib["var"].split()[:3] == ["V_step_1", "V_mood_1", "V_journey_1_more"]
    assert said(groups["journey"], "txt") == ["One by one please.", "From the start."]
    assert groups["contact"].attrib["type"] == "randomized"
    assert said(groups["contact"], "txt") == ["Imagine:"]
    assert said(groups["start"], "txt") == ["Hello!\nIt takes five minutes."]
    data = root.find(f"{DDI}dataDscr")
    assert data is not None
    assert said(data, "notes") == ["Welcome!"]


def test_wordings_cannot_break_the_file() -> None:
    text = WHOLE.read_text(encoding="utf-8").replace("Es war leicht.", r"]]> \x07 <var name='x'> & é")
    found = tree(parse_survey(text), "customer")
    literals = [node.text for node in found.iter(f"{DDI}qstnLit")]
    assert "]]>  <var name='x'> & é" in literals


def test_losses_are_told_in_both_languages() -> None:
    exported = export(load_survey(WHOLE), "ddi", perspective="customer")
    assert exported.codes is None
    assert {loss.code for loss in exported.losses.losses} >= {
        "single-form",
        "conditions",
        "order",
        "quotas",
        "register",
    }
    for loss in exported.losses.losses:
        assert loss.text("de") != loss.text("en")
        assert "{" not in loss.text("de") + loss.text("en")
