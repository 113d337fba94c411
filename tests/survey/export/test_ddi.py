"""DDI-Codebook 2.5: in the order that its schema wants, and with everything that the form has.

No package that can be installed ships the schema, so this is no validation against it.  The content model below was
compared with the text of the XSD of version 2.5 for var, varGrp, qstn, valrng, useStmt, prodStmt and verStmt, and with
the published field documentation of version 2.6 for catgry; the rest is the documented order as far as we know it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from cxresearch.survey.export.ddi.xml import tagged
from cxresearch.survey.export.export import export
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"
SURVEYS = [WHOLE, *sorted((ROOT / "surveys").glob("*.yaml"))]
DDI, XML = "{ddi:codebook:2_5}", "{http://www.w3.org/XML/1998/namespace}"

# element to its children in order; those with ! at most once
CHILDREN = {
    "codeBook": "docDscr stdyDscr fileDscr dataDscr otherMat",
    "docDscr": "citation! guide! docStatus! docSrc notes",
    "citation": "titlStmt! rspStmt! prodStmt! distStmt! serStmt verStmt biblCit holdings notes",
    "titlStmt": "titl! subTitl altTitl parTitl IDNo",
    "prodStmt": "producer copyright! prodDate prodPlac software fundAg grantNo",
    "verStmt": "version! verResp! notes",
    "stdyDscr": "citation studyAuthorization stdyInfo studyDevelopment method dataAccs othrStdyMat notes",
    "stdyInfo": "studyBudget subject abstract sumDscr qualityStatement notes exPostEvaluation",
    "sumDscr": "timePrd collDate nation geogCover geogUnit geoBndBox boundPoly anlyUnit universe dataKind",
    "method": "dataColl notes anlyInfo! stdyClas dataProcessing codingInstructions",
    "dataColl": "timeMeth dataCollector collectorTraining frequenc sampProc sampleFrame targetSampleSize deviat "
    "collMode resInstru instrumentDevelopment sources",
    "dataAccs": "setAvail useStmt notes",
    "useStmt": "confDec! specPerm! restrctn! contact citReq! deposReq! conditions! disclaimer!",
    "dataDscr": "varGrp nCubeGrp var nCube notes",
    "varGrp": "labl txt concept defntn! universe! notes",
    "var": "location labl imputation! security! embargo! respUnit! anlysUnit! qstn valrng invalrng undocCod universe "
    "TotlResp! sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept derivation! varFormat! geoMap "
    "catLevel notes",
    "qstn": "preQTxt qstnLit postQTxt forward backward ivuInstr",
    "valrng": "item range",
    "invalrng": "item range",
    "catgry": "catValu! labl txt catStat mrow!",
}
ATTRIBUTES = {
    "codeBook": "version lang schemaLocation",
    "varGrp": "ID type name var",
    "var": "ID name wgt intrvl nature representationType",
    "qstn": "seqNo lang",
    "range": "UNITS min max",
    "item": "VALUE",
    "universe": "clusion lang",
    "catgry": "missing",
    "concept": "vocab lang",
    "varFormat": "type category",
    "notes": "type subject lang",
}
CHOICES = {
    ("varGrp", "type"): "section multipleResp grid analysis",
    ("var", "wgt"): "wgt",
    ("var", "intrvl"): "contin discrete",
    ("var", "nature"): "nominal ordinal interval ratio",
    ("var", "representationType"): "text numeric code datetime",
    ("catgry", "missing"): "Y N",
    ("varFormat", "type"): "character numeric",
    ("varFormat", "category"): "date",
    ("range", "UNITS"): "INT REAL",
    ("universe", "clusion"): "I",
}


def trees(path: Path) -> list[tuple[Survey, str, Element]]:
    survey = load_survey(path)
    asked = [who for who in survey.perspectives if survey.form(who).entries]
    return [(survey, who, tree(survey, who)) for who in asked]


def tree(survey: Survey, who: str) -> Element:
    return ElementTree.fromstring(next(iter(export(survey, "ddi", perspective=who).files.values())))


def bare(name: str) -> str:
    return name.rsplit("}", 1)[-1]


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_elements_stand_in_the_order_of_the_schema(path: Path) -> None:
    for _, _, root in trees(path):
        for element in root.iter():
            name = bare(element.tag)
            assert element.tag == f"{DDI}{name}"
            model = CHILDREN.get(name, "").split()
            order = [one.rstrip("!") for one in model]
            found = [bare(child.tag) for child in element]
            assert set(found) <= set(order), (name, found)
            assert all(order.index(a) <= order.index(b) for a, b in pairwise(found)), (name, found)
            for one in model:
                assert not one.endswith("!") or found.count(one[:-1]) <= 1, (name, one)
            allowed = ATTRIBUTES.get(name, "lang").split()
            for key, value in element.attrib.items():
                assert bare(key) in allowed, (name, key)
                choices = CHOICES.get((name, key))
                assert not choices or value in choices.split(), (name, key, value)
            if model and name != "qstn":
                assert not (element.text or "").strip()
            if name in ("valrng", "invalrng"):
                assert found


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
    assert found["spent"].attrib["intrvl"] == "contin"
    stories = [node.text for node in found["contact_1"].iter(f"{DDI}txt") if node.attrib[f"{XML}lang"] == "en"]
    assert stories[0] == "You have a quick question. A person takes care of it."
    assert len(stories) == 4
    assert found["mood_2"].findtext(f"{DDI}universe") == (
        "Kundinnen und Kunden, wenn Sie bei Frage 24 „Besuch“ angegeben haben und Sie bei Frage 23 „ja“ angegeben haben"
    )


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
