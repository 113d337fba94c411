"""The codebook, opened again in each of its forms."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cxresearch.survey.export.codebook.rows import Book
from cxresearch.survey.export.export import export
from cxresearch.survey.template import load_survey, parse_survey

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"
SURVEYS = [WHOLE, *sorted((ROOT / "surveys").glob("*.yaml"))]
VOID = {"meta", "br", "link"}


class Page(HTMLParser):
    """Tags that are open, and what stands in cells, with its language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        if tag in ("td", "th"):
            self.cells.append((given.get("lang") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            language, text = self.cells.pop()
            self.cells.append((language, text + data))


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    raw = next(content for file, content in files.items() if file.endswith(f"-{name}.csv"))
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_every_variable_and_value(path: Path) -> None:
    survey = load_survey(path)
    for who in survey.perspectives:
        form = survey.form(who)
        if not form.entries:
            continue
        files = dict(export(survey, "codebook", perspective=who, languages=[survey.languages[-1]]).files)
        given = [key for key, field in survey.fields.items() if field.text is None]
        book = Book(form, (survey.languages[-1],))
        head = book.sheets()[0].head
        rows = table(files, "variables")
        assert [row[head[0]] for row in rows] == [*(entry.id for entry in form.entries), *given]
        workbook = load_workbook(io.BytesIO(files[f"{survey.id}-{who}.xlsx"]))
        assert workbook.sheetnames == ["Variables", "Values", "Blocks", "Constructs"]
        for sheet in book.sheets():
            assert workbook[sheet.name].max_row == len(sheet.rows) + 1
            assert all(len(row) == len(sheet.head) == len(sheet.languages) for row in sheet.rows)
        page = Page(files[f"{survey.id}-{who}.html"].decode())
        assert page.open == []
        assert len(set(page.ids)) == len(page.ids)
        assert {link[1:] for link in page.links} <= set(page.ids)


def test_what_the_whole_language_becomes() -> None:
    files = dict(export(load_survey(WHOLE), "codebook", perspective="customer", languages=["en", "de"]).files)
    variables = {row["Variable"]: row for row in table(files, "variables")}
    tiring = variables["tiring"]
    assert (tiring["Wording (en)"], tiring["Wording (de)"]) == ("It was tiring.", "Es war mühsam.")
    assert (tiring["Asked if"], tiring["Reversed"], tiring["Construct"]) == ("easy < 4 or easy == 99", "yes", "ease")
    assert (tiring["Lowest value"], tiring["Highest value"], tiring["No answer are"]) == ("1", "5", "99, -1")
    assert variables["main_place"]["Required"] == "reminder"
    assert variables["attention"]["Right answer (attention)"] == "4"
    assert variables["weight"]["Kind"] == "comes with the data (weight)"
    assert variables["respondent"]["Kind"].endswith("can identify somebody")
    assert variables["warm"]["left end (en)"] == "cold"
    values = [(row["Variable"], row["Code"], row["Label (en)"], row["No answer"]) for row in table(files, "values")]
    assert ("gender", "na", "rather not say", "yes") in values
    assert ("easy", "'-1", "rather not say", "yes") in values or ("easy", "-1", "rather not say", "yes") in values
    assert ("contact_2", "4", "You have serious trouble. A program takes care of it.", "") in values
    assert table(files, "constructs") == [
        {
            "Construct": "ease",
            "Name (en)": "Ease",
            "Name (de)": "Leichtigkeit",
            "Definition (en)": "",
            "Definition (de)": "",
            "Scoring": "mean of the items",
            "Answered at least": "2 of 3",
            "Items": "easy, quick, tiring",
            "Of these reversed": "tiring",
            "Source": "own",
        }
    ]
    blocks = {row["Block"]: row for row in table(files, "blocks")}
    assert (blocks["contact"]["Kind"], blocks["contact"]["Question (en)"]) == ("vignette", "Imagine:")
    assert blocks["journey"]["Variables"].startswith("step_1, mood_1, journey_1_more, step_2")
    assert blocks["used"]["Rules"] == "Required: yes; at least 1; at most 2; rules out others: used_none; rows shuffled"


def test_formulas_stay_text() -> None:
    text = WHOLE.read_text(encoding="utf-8").replace("It was easy.", "=HYPERLINK(1) <script>x</script>")
    files = dict(export(parse_survey(text), "codebook", perspective="customer", languages=["en"]).files)
    cells = [
        cell for row in load_workbook(io.BytesIO(files["whole-language-customer.xlsx"]))["Variables"] for cell in row
    ]
    found = [cell for cell in cells if str(cell.value).startswith("=HYPERLINK")]
    assert [(cell.data_type, cell.quotePrefix) for cell in found] == [("s", True)]
    told = [row["Wording (en)"] for row in table(files, "variables") if row["Variable"] == "easy"]
    assert told == ["'=HYPERLINK(1) <script>x</script>"]
    page = files["whole-language-customer.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_wordings_bear_their_language() -> None:
    files = dict(export(load_survey(WHOLE), "codebook", perspective="customer").files)
    page = Page(files["whole-language-customer.html"].decode())
    assert ("de", "Wie alt sind Sie?") in page.cells
    assert ("de-x-du", "Wie alt bist du?") in page.cells
    assert ("en", "How old are you?") in page.cells


def test_losses_are_told_in_both_languages() -> None:
    exported = export(load_survey(WHOLE), "codebook", perspective="customer")
    assert exported.codes is None
    assert [loss.code for loss in exported.losses.losses] == ["single-form"]
    for loss in exported.losses.losses:
        assert loss.text("de") != loss.text("en")
