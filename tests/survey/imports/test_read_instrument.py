from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cxresearch.errors import SurveyError
from cxresearch.survey.imports.read import kind_of, read_instrument

HERE = Path(__file__).parent
FILES = [
    ("qualtrics/Single_Answer_Matrix_Questions__Single_Answer_Matrix_Questions.qsf", "Q5_question_one"),
    ("limesurvey/own_cx_de_en.txt", "nps"),
    ("limesurvey/ls_export_777001.lss", "nps"),
]


@pytest.mark.parametrize(("file", "item"), FILES)
def test_the_content_tells_the_kind_whatever_the_file_is_called(tmp_path: Path, file: str, item: str) -> None:
    path = tmp_path / "questionnaire.bin"
    path.write_bytes((HERE / file).read_bytes())
    assert item in read_instrument(path).survey.items


def test_spss_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    pytest.importorskip("pyreadstat", reason="pyreadstat is not installed")
    path = tmp_path / "questionnaire.txt"
    path.write_bytes((HERE / "spss" / "haven_umlauts.sav").read_bytes())
    assert "var1" in read_instrument(path).survey.items


def test_workbooks_and_json_go_to_their_importers(tmp_path: Path) -> None:
    book = tmp_path / "a.zip"
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert kind_of(book.read_bytes())[0] == "xlsform"
    assert kind_of(b'{"elements": []}')[0] == "surveyjs"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "no questionnaire"),
        (b"PK\x03\x04nothing", "archive"),
        (b"\xd0\xcf\x11\xe0", ".xlsx"),
        (b'{"a": 1}', "neither"),
        (b'{"a": ', "cut off"),
        (b"[[AdvancedFormat]]\n", ".qsf"),
        (b"a,b\n1,2\n", "no questionnaire"),
        (b"<html/>", "no questionnaire"),
        (b"\xff\xfe\x00", "no questionnaire"),
    ],
)
def test_what_is_unknown_is_taught(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "a.qsf"
    path.write_bytes(content)
    with pytest.raises(SurveyError) as caught:
        read_instrument(path)
    assert caught.value.codes == ("import.unknown-kind",)
    assert word in caught.value.faults[0].what
    assert ".qsf" in str(caught.value.faults[0].allowed)
    with pytest.raises(SurveyError) as caught:
        read_instrument(tmp_path / "none.xlsx")
    assert caught.value.codes == ("import.missing-file",)
