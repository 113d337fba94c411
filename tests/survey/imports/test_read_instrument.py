from __future__ import annotations

import io
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


def _zip(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "what", "do"),
    [
        (b"", "empty", "export it there"),
        (b"%PDF-1.7", "a PDF", "write it as a survey file"),
        (_zip(word__document_dot_xml="<w/>"), "a Word document", "write it as a survey file"),
        (_zip(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "LibreOffice", "Save it as .xlsx"),
        (_zip(my__old_dot_qsf="{}", read_dot_me=""), "an archive", "import one of these: my/old.qsf."),
        (_zip(read_dot_me=""), "holds read.me", "export it there"),
        (b"PK\x03\x04nothing", "damaged", "export it there"),
        (b"\xd0\xcf\x11\xe0", "old Office file", "Save a workbook as .xlsx"),
        (b'{"a": 1}', "neither of SurveyJS nor of Qualtrics; it holds a", "export it there"),
        (b'{"a": ', "cut off", "export it there"),
        (b'[{"nps": 1}]', "a list, such as answers", "cx.read_responses"),
        (b'{"responses": []}', "a list, such as answers", "cx.read_responses"),
        (b'{"platform": "xlsform", "columns": []}', "comes with an export", "lies beside it"),
        (b"[[AdvancedFormat]]\n", "text file for Qualtrics", ".qsf"),
        (b"id;nps\n1;10\n2;9\n", "a table with 2 columns and 2 rows", "cx.infer_survey"),
        (b"PKW;nps\n1;10\n2;9\n", "a table with 2 columns", "cx.infer_survey"),
        ("größe;nps\n1;10\n".encode("cp1252"), "a table with 2 columns", "cx.infer_survey"),
        (b"<html/>", "a web page", "write it as a survey file"),
        (b'<h:html xmlns="http://www.w3.org/2002/xforms">', "an XForm", ".xlsx"),
        (b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>", "a part of a LimeSurvey", ".lss"),
        (b"id: a\ntitle: A\nitems: {}\n", "a survey file of this package", "cxresearch check"),
        (b"Wie war es?\n", "a text and no questionnaire", "write it as a survey file"),
        ("id;größe\n1;2\n".encode("utf-16"), "UTF-16", "UTF-8"),
        ("class\ttype\tgröße".encode("latin-1"), "not in UTF-8", "UTF-8"),
    ],
)
def test_what_is_unknown_is_taught(tmp_path: Path, content: bytes, what: str, do: str) -> None:
    path = tmp_path / "a.qsf"
    path.write_bytes(content)
    with pytest.raises(SurveyError) as caught:
        read_instrument(path)
    assert caught.value.codes == ("import.unknown-kind",)
    (fault,) = caught.value.faults
    assert what in fault.what
    assert do in str(fault.do)
    assert ".qsf" in str(fault.allowed)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as caught:
        read_instrument(tmp_path / "none.xlsx")
    assert caught.value.codes == ("import.missing-file",)
