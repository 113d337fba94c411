"""The Word file, opened again."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from cxresearch.errors import ArgumentError
from cxresearch.survey.export.export import export
from cxresearch.survey.export.paper.content import paper_of
from cxresearch.survey.export.paper.numbers import numbered
from cxresearch.survey.export.paper.paper import Table
from cxresearch.survey.template import load_survey

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(export(load_survey(WHOLE), "docx", perspective="customer").files)


def words_of(raw: bytes) -> str:
    document = docx.Document(io.BytesIO(raw))
    return " ".join("".join(node.text or "" for node in document.element.body.iter(qn("w:t"))).split())


def test_one_document_for_each_language(files: dict[str, bytes]) -> None:
    names = [name for name in files if name.endswith(".docx") and "cards" not in name]
    assert names == [f"whole-language-customer-{language}.docx" for language in ("de", "de-du", "en")]
    assert "Wie alt sind Sie?" in words_of(files[names[0]])
    assert "Wie alt bist du?" in words_of(files[names[1]])
    assert "How old are you?" in words_of(files[names[2]])


def test_it_says_all_that_is_on_paper(files: dict[str, bytes]) -> None:
    paper = paper_of(numbered(load_survey(WHOLE).form("customer")), "en")
    found = words_of(files["whole-language-customer-en.docx"]).replace(" ", "")
    for line in paper.text().splitlines():
        for word in line.split():
            assert word in found


@pytest.mark.parametrize(("language", "tag"), [("de", "de-DE"), ("de-du", "de-DE"), ("en", "en-GB")])
def test_language_and_title(files: dict[str, bytes], language: str, tag: str) -> None:
    document = docx.Document(io.BytesIO(files[f"whole-language-customer-{language}.docx"]))
    assert document.core_properties.language == tag
    assert document.core_properties.title == load_survey(WHOLE).title.get(language)
    styles = document.styles.element.iter(qn("w:lang"))
    assert {node.get(qn("w:val")) for node in styles} == {tag}


def test_headings_and_heads_of_tables(files: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(files["whole-language-customer-de.docx"]))
    headings = [line.text for line in document.paragraphs if line.style and line.style.name == "Heading 1"]
    assert headings == ["Zu Beginn", "Ihre Bewertung", "Ihre Wünsche", "Zum Schluss"]
    paper = paper_of(numbered(load_survey(WHOLE).form("customer")), "de")
    tables = [piece for piece in paper.pieces if isinstance(piece, Table)]
    marked = [row for table in document.tables for row in table.rows if row._tr.findall(f".//{qn('w:tblHeader')}")]
    assert len(marked) == sum(len(table.head) for table in tables)
    for table in document.tables:
        for row in table.rows:
            if table.style and table.style.name == "Table Grid":
                assert row._tr.findall(f".//{qn('w:cantSplit')}")


def test_the_dual_grid_has_two_heads(files: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(files["whole-language-customer-de.docx"]))
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    dual = next(head for head in heads if "Wichtigkeit" in head)
    assert (dual.count("Wichtigkeit"), dual.count("Leistung")) == (7, 7)


def test_lines_to_write_on_are_no_borders(files: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(files["whole-language-customer-de.docx"]))
    leaders = [line for line in document.paragraphs if line._p.findall(f".//{qn('w:tab')}[@{qn('w:leader')}]")]
    written = [line for line in leaders if not line.text.strip()]
    assert len(written) == 4 + 2  # one field of lines, two of one line
    assert all(line.paragraph_format.left_indent for line in written)
    borders = [line for line in document.paragraphs if line._p.findall(f".//{qn('w:pBdr')}")]
    assert not {id(line._p) for line in borders} & {id(line._p) for line in written}


def test_wordings_are_text_and_no_markup(files: dict[str, bytes]) -> None:
    raw = zipfile.ZipFile(io.BytesIO(files["whole-language-customer-de.docx"])).read("word/document.xml").decode()
    assert "&lt;b&gt;Ehrlich&lt;/b&gt; &amp; offen" in raw


@pytest.mark.parametrize(("platform", "module"), [("docx", "docx"), ("pdf", "fpdf")])
def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch, platform: str, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ArgumentError) as caught:
        export(load_survey(WHOLE), platform, perspective="customer")
    assert caught.value.codes == ("export.not-installed",)
