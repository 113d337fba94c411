"""A survey that builds on another: what is merged, where faults point, and what a study depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxresearch.errors import CxError, SurveyError
from cxresearch.study.batch.keys import Keys
from cxresearch.study.load import load_study
from cxresearch.study.plan import Task
from cxresearch.study.sample import sample_study
from cxresearch.survey.extend import ancestors
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

CHILD = """\
extends: base.yaml
id: child
terms: {company: {de: Stadtwerke, en: City Works}}
items:
  q2: null
  q3: {scale: agree5, construct: trust, text: {customer: {de: "{company} hilft", en: "{company} helps"}}}
  q1: {required: true}
"""


@pytest.fixture
def child(tmp_path: Path, base: str) -> Path:
    (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
    path = tmp_path / "child.yaml"
    path.write_text(CHILD, encoding="utf-8")
    return path


def test_keys_are_merged_and_null_takes_out(child: Path) -> None:
    survey = load_survey(child)
    assert survey.id == "child"
    assert list(survey.items) == ["q1", "q3"]
    assert survey.items["q1"].required is True
    assert survey.items["q1"].scale == "agree5"
    assert survey.title.get("de") == "Titel"


def test_terms_are_put_in(child: Path) -> None:
    assert load_survey(child).items["q3"].label("en") == "City Works helps"


def test_unknown_terms_are_told(child: Path) -> None:
    child.write_text(CHILD.replace("{company} hilft", "{compny} hilft"), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        load_survey(child)
    fault = caught.value.faults[0]
    assert (fault.code, fault.given, fault.do) == ("survey.unknown-term", "{compny}", "Did you mean {company}?")


def test_a_misspelt_term_does_not_leave_the_old_name_in_the_field(child: Path, base: str) -> None:
    terms = "terms: {company: {de: Musterhaus, en: Sample House}}\n"
    (child.parent / "base.yaml").write_text(base + terms, encoding="utf-8")
    child.write_text(CHILD.replace("terms: {company", "terms: {compnay"), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        load_survey(child)
    (fault,) = caught.value.faults
    assert (fault.code, fault.given, fault.do) == ("survey.misspelt-term", "compnay", "Did you mean 'company'?")
    assert fault.place is not None
    assert (fault.place.file.endswith("child.yaml"), fault.place.line) == (True, 3)


def test_faults_name_the_file_they_stand_in(child: Path, base: str) -> None:
    (child.parent / "base.yaml").write_text(base.replace("scale: agree5", "scale: agre5", 1), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        load_survey(child)
    place = caught.value.faults[0].place
    assert place is not None
    assert place.file.endswith("base.yaml")
    assert place.line == 15


@pytest.mark.parametrize("name", ["child.yaml", "none.yaml", "[a]"])
def test_what_cannot_be_extended_is_told(child: Path, name: str) -> None:
    child.write_text(CHILD.replace("base.yaml", name), encoding="utf-8")
    with pytest.raises(CxError) as caught:
        load_survey(child)
    assert caught.value.codes == ("survey.extends",)


def test_text_alone_can_extend_a_shipped_survey() -> None:
    survey: Survey = parse_survey("extends: shipped:surveys/nps-pulse.yaml\nid: mine\n")
    assert survey.id == "mine"
    assert "recommend" in survey.items


def test_a_study_depends_on_what_its_survey_builds_on(child: Path, tmp_path: Path) -> None:
    assert [path.name for path in ancestors(child)] == ["base.yaml"]
    study = load_study(sample_study(load_survey(child), tmp_path / "mine", n=5))
    text = study.file.read_text(encoding="utf-8").replace("surveys/survey.yaml", "../child.yaml")
    study.file.write_text(text, encoding="utf-8")
    study = load_study(study.file)
    assert study.inputs()["../base.yaml"] == "survey"
    section = study.sections[0]
    task = Task(
        section=section.id,
        language="de",
        notebook=study.path(section.notebook),
        reference=section.notebook,
        parameters={"survey": "../child.yaml"},
        folder=study.folder,
    )
    before = Keys("papermill").of(task)
    base = child.parent / "base.yaml"
    base.write_text(base.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert Keys("papermill").of(task) != before


@pytest.mark.parametrize("name", ['""', '"a\\0b"', "x" * 5000, ".", "/", "shipped:nope", "shipped:../../etc/passwd"])
def test_what_is_no_file_cannot_be_extended(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"id: a\nextends: {name}\n", encoding="utf-8")
    with pytest.raises(CxError) as caught:
        load_survey(path)
    place = caught.value.faults[0].place
    assert place is not None
    assert (place.file, place.line) == (str(path), 2)
    assert ancestors(path) == ()


def test_what_was_taken_out_but_is_still_listed_is_told_where_it_was_taken_out(child: Path, base: str) -> None:
    pages = "pages:\n  - items: [q1, q2]\n"
    (child.parent / "base.yaml").write_text(base + pages, encoding="utf-8")
    child.write_text(CHILD.replace("  q3:", "  q1x: null\n  q3:"), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        load_survey(child)
    told = {fault.code: fault for fault in caught.value.faults}
    assert set(told) == {"survey.unknown-item", "survey.nothing-taken-out", "survey.item-on-no-page"}
    listed, nothing = told["survey.unknown-item"], told["survey.nothing-taken-out"]
    for fault, line in ((listed, 5), (nothing, 6)):
        assert fault.place is not None
        assert (Path(fault.place.file).name, fault.place.line) == ("child.yaml", line)
    assert "base.yaml:18" in listed.what
    assert listed.do is not None
    assert listed.do.startswith("Lists and conditions are replaced as a whole")
    assert nothing.do == "Did you mean 'q1'?"


def test_a_misspelt_name_in_an_extension_is_one_fault() -> None:
    for part, name, near in (("items", "recomend", "recommend"), ("blocks", "topic", "topics")):
        with pytest.raises(SurveyError) as caught:
            parse_survey(f"extends: shipped:surveys/nps-pulse.yaml\nid: mine\n{part}:\n  {name}: {{required: true}}\n")
        (fault,) = caught.value.faults
        assert (fault.code, fault.do) == ("survey.nothing-changed", f"Did you mean {near!r}?")
        assert (fault.place and fault.place.line) == 4
