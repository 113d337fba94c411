"""A study file: everything that is wrong is told at once, with its line, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxresearch.errors import StudyError
from cxresearch.study.load import check_study, load_study, parse_study

from .notebooks import code, write_gallery, write_notebook, write_study

SOUND = """
    study: tiny
    title: {de: Klein, en: Small}
    languages: [de, en]
    data: data/answers.csv
    sections:
      - id: one
        notebook: nb/one.ipynb
        title: {de: Eins, en: One}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_notebook(tmp_path / "nb" / "one.ipynb", code("1 + 1"))
    return tmp_path


def faults_of(folder: Path, text: str) -> list[tuple[str, int | None]]:
    checked = check_study(write_study(folder, text))
    return [(fault.code, fault.place.line if fault.place else None) for fault in checked.faults]


def test_a_sound_study_is_read_from_file_and_folder(folder: Path) -> None:
    file = write_study(folder, SOUND)
    for path in (file, folder, str(file)):
        study = load_study(path)
        assert study.id == "tiny"
        assert study.languages == ("de", "en")
        assert study.privacy.minimum_cell == 5
        assert study.folder == folder.resolve()
        assert study.sections[0].title.get("en") == "One"


def test_the_gallery_has_every_part(tmp_path: Path) -> None:
    study = load_study(write_gallery(tmp_path))
    assert study.privacy.minimum_cell == 7
    assert str(study.fieldwork.start) == "2011-02-01"
    stated = study.disclosure.statements()
    assert [name for name, text in stated.items() if text is None] == [
        "sampling",
        "weighting",
        "instrument",
        "limitations",
    ]
    assert study.inputs() == {
        "data/answers.csv": "data",
        "notebooks/gaps.ipynb": "notebook",
        "notebooks/kinds.ipynb": "notebook",
        "notebooks/few.ipynb": "notebook",
        "notebooks/bad.ipynb": "notebook",
    }


def test_many_faults_at_once(folder: Path) -> None:
    text = """
        study: Tiny Study
        titel: {de: Klein, en: Small}
        languages: [de, en, fr]
        data: data/anwers.csv
        survey: surveys/none.yaml
        seed: "7"
        privacy: {minimum_cell: 0}
        fieldwork: {start: 2011-03-01, end: 2011-02-01}
        population: {de: Nur deutsch}
        parameters: {marginn: 1}
        sections:
          - id: one
            notebook: nb/one.ipynb
            title: {de: Eins, en: One}
            parameters: {outside: parents, margin: "0.5", insidee: teacher, language: de}
          - id: one
            notebook: nb/ones.ipynb
    """
    write_study(folder, text)
    found = faults_of(folder, text)
    codes = {code for code, _ in found}
    assert codes == {
        "study.string-pattern-mismatch",
        "study.unknown-key",
        "study.missing-key",
        "study.unknown-language",
        "study.missing-data",
        "study.missing-survey",
        "study.int-type",
        "study.greater-than-equal",
        "study.not-coherent",
        "study.missing-translation",
        "study.fixed-parameter",
        "study.unknown-parameter",
        "study.parameter-type",
        "study.twice",
        "study.missing-notebook",
    }
    assert all(line is not None for _, line in found)
    assert [line for _, line in found] == sorted(line or 0 for _, line in found)
    with pytest.raises(StudyError) as error:
        load_study(folder)
    assert len(error.value.faults) == len(found) >= 16
    told = str(error.value)
    for near in ("'title'", "'answers.csv'", "'one.ipynb'", "'parent'", "'inside'"):
        assert near in told
    assert not (folder / "built").exists()


def test_a_section_cannot_lower_the_minimum_cell(folder: Path) -> None:
    text = SOUND + "        parameters: {minimum_cell: 4}\n"
    assert faults_of(folder, text) == [("study.privacy-lowered", 9)]
    assert faults_of(folder, text.replace("4", "6")) == []


def test_a_misspelt_parameter_names_the_nearest(folder: Path) -> None:
    checked = parse_study(
        SOUND.replace("title: {de: Eins", "parameters: {margn: 1}\n        title: {de: Eins"),
        folder / "s.yaml",
    )
    [fault] = [f for f in checked.faults if f.code == "study.unknown-parameter"]
    assert fault.do == "Did you mean 'margin'?"
    assert fault.place is not None
    assert fault.place.line == 9


def test_a_shared_parameter_needs_one_notebook_that_has_it(folder: Path) -> None:
    write_notebook(folder / "nb" / "two.ipynb", parameters='language: str = "en"\nextra: int = 1')
    two = SOUND + "      - {id: two, notebook: nb/two.ipynb, title: Two}\n"
    assert faults_of(folder, two + "    parameters: {extra: 2, margin: 1}\n") == []
    assert faults_of(folder, two + "    parameters: {extra: x}\n") == [("study.parameter-type", 10)]


@pytest.mark.parametrize(
    ("key", "misspelt", "line"), [("sections", "sektions", 5), ("title", "titel", 2), ("notebook", "notbook", 7)]
)
def test_a_misspelt_key_is_one_fault(folder: Path, key: str, misspelt: str, line: int) -> None:
    checked = check_study(write_study(folder, SOUND.replace(f"{key}:", f"{misspelt}:", 1)))
    assert [(fault.code, fault.place and fault.place.line) for fault in checked.faults] == [("study.unknown-key", line)]
    assert f"Did you mean {key!r}?" in str(checked.faults[0])


def test_a_parameter_without_default_must_be_given(folder: Path) -> None:
    write_notebook(folder / "nb" / "one.ipynb", parameters="language: str\ninside: str")
    assert faults_of(folder, SOUND) == [("study.missing-parameter", 6)]


def test_the_file_parameters_must_fit_too(folder: Path) -> None:
    text = SOUND.replace("data: data/answers.csv", "data: {customer: data/answers.csv}")
    assert faults_of(folder, text) == [("study.parameter-type", 4)]


def test_a_section_may_have_its_own_data(folder: Path) -> None:
    text = SOUND + "        parameters: {data: data/other.csv}\n"
    assert faults_of(folder, text) == [("study.missing-data", 9)]
    (folder / "data" / "other.csv").write_text("a\n1\n")
    assert faults_of(folder, text) == []
    assert "data/other.csv" in load_study(folder).inputs()


def test_faults_of_the_survey_keep_their_own_place(folder: Path) -> None:
    (folder / "survey.yaml").write_text("id: x\nlanguages: [de]\nperspectives: {}\nscales: {}\n")
    checked = check_study(write_study(folder, SOUND + "    survey: survey.yaml\n"))
    assert checked.study is None
    assert {fault.code.split(".")[0] for fault in checked.faults} == {"survey"}
    assert all(fault.place and fault.place.file.endswith("survey.yaml") for fault in checked.faults)


@pytest.mark.parametrize(
    ("content", "code_"),
    [
        ("", "study.not-a-notebook"),
        ('{"cells": 3}', "study.not-a-notebook"),
        ('{"cells": []}', "study.no-parameters-cell"),
    ],
)
def test_something_that_is_not_a_notebook(folder: Path, content: str, code_: str) -> None:
    (folder / "nb" / "one.ipynb").write_text(content)
    assert faults_of(folder, SOUND) == [(code_, None)]


def test_stored_outputs_are_a_warning(folder: Path) -> None:
    cell = code("1 + 1")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    write_notebook(folder / "nb" / "one.ipynb", cell)
    checked = check_study(write_study(folder, SOUND))
    assert checked.study is not None
    assert [fault.code for fault in checked.warnings] == ["study.stored-outputs"]


def test_an_absolute_path_is_a_warning(folder: Path) -> None:
    text = SOUND.replace("data/answers.csv", str(folder / "data" / "answers.csv"))
    checked = check_study(write_study(folder, text))
    assert checked.study is not None
    assert [fault.code for fault in checked.faults] == ["study.absolute-path"]


@pytest.mark.parametrize("text", ["[]", "a string", "study: [", "study: x\nstudy: y"])
def test_not_a_study_at_all(folder: Path, text: str) -> None:
    assert check_study(write_study(folder, text)).errors


def test_a_missing_file_names_its_neighbour(folder: Path) -> None:
    write_study(folder, SOUND)
    [fault] = check_study(folder / "studi.yaml").faults
    assert "'study.yaml'" in str(fault)
