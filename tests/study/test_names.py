"""A perspective, construct or column that the survey does not have is found before anything runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cxresearch.shipped import shipped_file
from cxresearch.study.load import check_study
from cxresearch.study.new import new_study

from .notebooks import write_notebook, write_study

SURVEY = """
id: visitors
title: Visitors
languages: [en]
source: own
licence: CC0
perspectives:
  guest: {name: Guests, side: outside, role: customer}
  staff: {name: Staff, side: inside, role: employee}
  partner: {name: Partners, side: outside, role: partner}
scales: {agree5: {level: ordinal, low: 1, high: 5}}
constructs: {trust: {name: Trust}, ease: {name: Ease}}
items:
  q1: {scale: agree5, construct: trust, text: {guest: a, staff: b}}
  q2: {scale: agree5, construct: ease, text: {guest: c, staff: d}}
fields:
  mail: {name: Mail, kind: text, identifying: true}
  branch: {name: Branch, kind: unit}
"""
PARAMETERS = """
    from cxresearch import ColumnName, ConstructName, PerspectiveName

    data: object = ""
    survey: str = ""
    inside: PerspectiveName = ""
    outside: list[PerspectiveName] = []
    one_or_more: PerspectiveName | list[PerspectiveName] = ""
    constructs: list[ConstructName] = []
    by: ColumnName = ""
    names: dict[ConstructName, str] = {}
    reference: str = "2019"
    language: str = "en"
"""
STUDY = """
    study: mine
    title: Mine
    languages: [en]
    survey: survey.yaml
    data: data/answers.csv
    parameters: {inside: staff}
    sections:
      - id: one
        notebook: nb/one.ipynb
        title: One
        parameters:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "survey.yaml").write_text(SURVEY)
    write_notebook(tmp_path / "nb" / "one.ipynb", parameters=PARAMETERS)
    return tmp_path


def told(folder: Path, *values: str, study: str = STUDY) -> list[tuple[str, int | None, str]]:
    """Return code, line and message of every fault; values of the section begin in line 12."""
    lines = "".join(f"          {value}\n" for value in values) or "          {}\n"
    checked = check_study(write_study(folder, study + lines))
    return [(f.code, f.place.line if f.place else None, str(f)) for f in checked.faults]


SOUND = [
    "inside: guest",
    "outside: [guest, partner]",
    "one_or_more: guest",
    "one_or_more: [guest, staff]",
    "constructs: [trust, ease]",
    "constructs: []",
    "by: branch",
    "by: q1",
    "by: perspective",
    "by: respondent",
    "by: guest.trust",
    "by: b",  # a column of the data
    'by: ""',
    "names: {trust: trsut}",
    "reference: gest",
]
FAULTY = [
    # value, part, name, nearest, an allowed name
    ("inside: gest", "perspective", "gest", "guest", "partner"),
    ("outside: [guest, parner]", "perspective", "parner", "partner", "staff"),
    ("one_or_more: stff", "perspective", "stff", "staff", "guest"),
    ("one_or_more: [stff]", "perspective", "stff", "staff", "guest"),
    ("constructs: [trust, eas]", "construct", "eas", "ease", "trust"),
    ("names: {trsut: Trust}", "construct", "trsut", "trust", "ease"),
    ("by: brnch", "column", "brnch", "branch", "q1"),
    ("by: mial", "column", "mial", None, "q1"),  # identifying columns are not read
]


@pytest.mark.parametrize("value", SOUND)
def test_names_that_there_are(value: str, folder: Path) -> None:
    assert told(folder, value) == []


@pytest.mark.parametrize(("value", "part", "name", "near", "other"), FAULTY)
def test_names_that_there_are_not(value: str, part: str, name: str, near: str | None, other: str, folder: Path) -> None:
    [(code, line, text)] = told(folder, value)
    assert (code, line) == (f"study.unknown-{part}", 12)
    assert f"Given: {name!r}." in text
    assert other in text.split("Allowed: ")[1]
    assert text.endswith(f"Did you mean {near!r}?" if near else ".")
    assert "the survey 'visitors'" in text


def test_every_entry_of_a_list_has_its_own_place(folder: Path) -> None:
    found = told(folder, "outside:", "  - gest", "  - guest", "  - parner")
    assert [(code, line) for code, line, _ in found] == [
        ("study.unknown-perspective", 13),
        ("study.unknown-perspective", 15),
    ]


def test_a_shared_value_is_told_once_for_all_sections(folder: Path) -> None:
    two = "      - {id: two, notebook: nb/one.ipynb, title: Two}\n"
    text = STUDY.replace("inside: staff", "inside: stff").replace("        parameters:\n", "") + two
    checked = check_study(write_study(folder, text))
    assert [(f.code, f.place and f.place.line) for f in checked.faults] == [("study.unknown-perspective", 6)]


def test_the_notebooks_own_value_may_not_fit_the_survey(folder: Path) -> None:
    write_notebook(
        folder / "nb" / "one.ipynb",
        parameters=PARAMETERS.replace('PerspectiveName = ""', 'PerspectiveName = "teacher"'),
    )
    [(code, line, text)] = told(folder, study=STUDY.replace("parameters: {inside: staff}", "seed: 1"))
    assert (code, line) == ("study.unknown-perspective", 8)
    assert "one.ipynb uses its own" in text
    assert text.endswith("Give 'inside' under parameters.")


def test_a_perspective_without_a_file_has_no_answers(folder: Path) -> None:
    study = STUDY.replace("data: data/answers.csv", "data: {guest: data/answers.csv, staff: data/answers.csv}")
    assert told(folder, "outside: [guest]", study=study) == []
    [(code, line, text)] = told(folder, "outside: [guest, partner]", study=study)
    assert (code, line) == ("study.unknown-perspective", 12)
    assert "data names no file of that one" in text
    assert "Allowed: guest, staff." in text


def test_the_keys_of_data_are_perspectives(folder: Path) -> None:
    study = STUDY.replace("data: data/answers.csv", "data: {gest: data/answers.csv, staff: data/answers.csv}")
    [(code, line, text)] = told(folder, study=study)
    assert (code, line) == ("study.unknown-perspective", 5)
    assert "Did you mean 'guest'?" in text


def test_a_section_with_a_survey_of_its_own(folder: Path) -> None:
    other = SURVEY.replace("guest", "visitor").replace("id: visitors", "id: other")
    (folder / "other.yaml").write_text(other)
    assert told(folder, "survey: other.yaml", "outside: [visitor]") == []
    [(_, line, text)] = told(folder, "survey: other.yaml", "outside: [guest]")
    assert line == 13
    assert "the survey 'other'" in text


def test_ready_made_scores_without_a_survey(folder: Path) -> None:
    study = STUDY.replace("survey: survey.yaml", "seed: 1").replace("answers.csv", "scores.csv")
    (folder / "data").mkdir()
    (folder / "data" / "scores.csv").write_text("unit;perspective;score\nA;guest;1\nA;staff;2\n")
    assert told(folder, "outside: [guest]", "by: unit", "constructs: [anything]", study=study) == []
    found = told(folder, "outside: [gest]", "by: unti", study=study)
    assert [(code, line) for code, line, _ in found] == [
        ("study.unknown-perspective", 12),
        ("study.unknown-column", 13),
    ]
    assert "Allowed: guest, staff. Did you mean 'guest'?" in found[0][2]
    assert "Did you mean 'unit'?" in found[1][2]


def test_what_cannot_be_read_is_told_once_and_nothing_else(folder: Path) -> None:
    study = STUDY.replace("survey.yaml", "survy.yaml")
    assert [code for code, *_ in told(folder, "outside: [gest]", study=study)] == ["study.missing-survey"]
    (folder / "survey.yaml").write_text(SURVEY.replace("low: 1", "low: 9"))
    assert [code for code, *_ in told(folder, "outside: [gest]")] == ["survey.not-coherent"]


def test_values_of_a_wrong_type_are_told_as_such(folder: Path) -> None:
    for value in ("outside: guest", "outside: [3]", "inside: [guest]"):
        assert [code for code, *_ in told(folder, value)] == ["study.parameter-type"]


@pytest.mark.parametrize(
    ("report", "old", "new", "near"),
    [
        ("nyc-schools", "inside: teacher", "inside: techer", "teacher"),
        ("nyc-schools", "outside: [parent, student]", "outside: [parent, studnt]", "student"),
        ("nyc-schools", "by: schooltype", "by: scooltype", "schooltype"),
        ("nyc-schools", "experienced: [parent]", "experienced: [parnt]", "parent"),
        ("sfo-airport", "outcome: Q7ALL", "outcome: Q7AL", "Q7ALL"),
        ("kiosk", "sq24_per", "sq24_pre", "sq24_per"),
        ("credibility-demo", "fast_final_solution", "fast_finl_solution", "fast_final_solution"),
        ("credibility-demo", "{outside: [partner]}", "{outside: [partners]}", "partner"),
    ],
)
def test_a_slip_in_a_shipped_study_is_found(report: str, old: str, new: str, near: str, tmp_path: Path) -> None:
    root = shipped_file("reports").parent
    for name in ("surveys", "notebooks"):
        (tmp_path / name).symlink_to(root / name)
    folder = tmp_path / "reports" / report
    folder.mkdir(parents=True)
    (folder / "data").symlink_to(root / "reports" / report / "data")
    text = (root / "reports" / report / "study.yaml").read_text(encoding="utf-8")
    before, _ = text.split(old, 1)
    (folder / "study.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    [fault] = check_study(folder).errors
    assert fault.place is not None
    assert fault.place.line == before.count("\n") + 1
    assert str(fault).endswith(f"Did you mean {near!r}?")


def test_a_new_study_is_checked_too(tmp_path: Path) -> None:
    file = new_study("mine", into=tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("inside: teacher", "inside: techer"), encoding="utf-8")
    assert [fault.code for fault in check_study(file).faults] == ["study.unknown-perspective"]


def test_checking_names_needs_no_frames(folder: Path) -> None:
    write_study(folder, STUDY + "          outside: [gest]\n")
    script = (
        "import sys\nfrom cxresearch.study.load import check_study\n"
        f"print(len(check_study({str(folder)!r}).faults), sorted({{'pandas', 'numpy', 'papermill'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "1 []\n"
