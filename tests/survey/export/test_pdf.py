"""The PDF file, read again by another program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cxresearch.survey.export.export import export
from cxresearch.survey.export.paper.content import paper_of
from cxresearch.survey.export.paper.numbers import numbered
from cxresearch.survey.export.paper.words import printable
from cxresearch.survey.template import load_survey, parse_survey

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        if os.environ.get("CXRESEARCH_FORBID_SKIP") == "1":
            pytest.fail(f"{name} (poppler-utils) is not installed")
        pytest.skip(f"{name} (poppler-utils) is not installed")
    return path


def said(name: str, *arguments: str) -> str:
    found = subprocess.run([program(name), *arguments], capture_output=True, text=True, check=True)
    assert not found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pdf")
    export(load_survey(WHOLE), "pdf", perspective="customer").write(out)
    return out


@pytest.mark.parametrize("language", ["de", "de-du", "en"])
def test_every_word_can_be_read_again(folder: Path, language: str) -> None:
    text = said("pdftotext", "-raw", str(folder / f"whole-language-customer-{language}.pdf"), "-")
    found = re.sub(r"\s", "", text)
    paper = paper_of(numbered(load_survey(WHOLE).form("customer")), language)
    missed = [word for word in paper.text().split() if word not in found]
    assert not missed


@pytest.mark.parametrize(("language", "tag"), [("de", "de-DE"), ("en", "en-GB")])
def test_language_title_and_fonts(folder: Path, language: str, tag: str) -> None:
    path = folder / f"whole-language-customer-{language}.pdf"
    assert f"/Lang ({tag})".encode() in path.read_bytes()
    assert b"/DisplayDocTitle true" in path.read_bytes()
    told = said("pdfinfo", str(path))
    assert load_survey(WHOLE).title.get(language) in told
    assert "A4" in told
    fonts = said("pdffonts", str(path)).splitlines()[2:]
    assert len(fonts) == 3
    assert all(re.search(r"DejaVuSans.* yes yes yes ", font) for font in fonts)


def test_bookmarks_lead_to_sections(folder: Path) -> None:
    raw = (folder / "whole-language-customer-en.pdf").read_bytes()
    assert raw.count(b"/Parent") > 4 and b"/Outlines" in raw


def test_heads_come_again_on_the_next_page_and_nothing_leaves_the_page(tmp_path: Path) -> None:
    rows = ", ".join(
        f"i{n}: {{scale: s, text: 'Zeile {n} mit einem längeren Text, der umbrochen wird'}}" for n in range(60)
    )
    text = f"""\
id: long
title: Lang
languages: [de]
source: own
licence: CC0
perspectives: {{p: {{name: Leute, side: outside, role: customer}}}}
scales: {{s: {{level: ordinal, low: 1, high: 5, labels: {{1: nie, 5: immer}}}}}}
items: {{{rows}}}
blocks: {{g: {{kind: grid, text: Bitte, items: [{", ".join(f"i{n}" for n in range(60))}]}}}}
"""
    export(parse_survey(text), "pdf").write(tmp_path)
    path = tmp_path / "long-p-de.pdf"
    pages = said("pdftotext", "-layout", str(path), "-").split("\f")[:-1]
    assert len(pages) > 2
    assert all("Aussage" in page and "immer" in page for page in pages[:-1])
    assert [f"Seite {n} von {len(pages)}" in page for n, page in enumerate(pages, start=1)] == [True] * len(pages)
    box = said("pdftotext", "-bbox", str(path), "-")
    assert max(float(y) for y in re.findall(r'yMax="([\d.]+)"', box)) < 842
    assert max(float(x) for x in re.findall(r'xMax="([\d.]+)"', box)) < 595


def test_short_words_above_narrow_columns_stay_whole(tmp_path: Path) -> None:
    export(load_survey("shipped:surveys/service-quality.yaml"), "pdf", perspective="employee", languages=["de"]).write(
        tmp_path
    )
    text = said("pdftotext", "-layout", str(tmp_path / "service-quality-employee-de.pdf"), "-")
    assert len(re.findall(r"\bAngabe\b", text)) == 5 + 2  # above five tables, and of two questions
    assert "Vielen Dank" in text.split("\f")[-2]
    assert "Was macht guten Service" in text.split("\f")[-2]


def test_a_text_longer_than_a_page_is_whole(tmp_path: Path) -> None:
    long = " ".join(f"Wort{n}" for n in range(2000))
    text = WHOLE.read_text(encoding="utf-8").replace("Was war das Wichtigste?", long).replace("Es ging schnell.", long)
    export(parse_survey(text), "pdf", perspective="customer", languages=["de"]).write(tmp_path)
    path = tmp_path / "whole-language-customer-de.pdf"
    found = re.findall(r"Wort\d+", said("pdftotext", "-raw", str(path), "-"))
    assert found == 2 * [f"Wort{n}" for n in range(2000)]
    box = said("pdftotext", "-bbox", str(path), "-")
    assert max(float(y) for y in re.findall(r'yMax="([\d.]+)"', box)) < 842


def test_signs_that_the_font_lacks_are_told() -> None:
    text = WHOLE.read_text(encoding="utf-8").replace("Es war leicht.", "Es war 漢 leicht.")
    losses = export(parse_survey(text), "pdf", perspective="customer", languages=["de"]).losses.losses
    told = [loss.values["signs"] for loss in losses if loss.code == "glyphs"]
    assert told == ["漢 (U+6F22)"]
    ours = export(load_survey(WHOLE), "pdf", perspective="customer").losses.losses
    assert "glyphs" not in [loss.code for loss in ours]
    assert printable("ä ö ü ß „“ – ○ ☐ ▸") == "ä ö ü ß „“ – ○ ☐ ▸"
