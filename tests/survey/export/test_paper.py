"""What stands on paper, whichever file it becomes."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from pathlib import Path

import pytest

from cxresearch.responses.readers.typed import read_submissions
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.export import export
from cxresearch.survey.export.paper.content import cards_of, paper_of
from cxresearch.survey.export.paper.form import askable
from cxresearch.survey.export.paper.numbers import numbered
from cxresearch.survey.export.paper.paper import Blank, Boxes, Paper, Paragraph, Ruler, Table
from cxresearch.survey.export.paper.sentence import Reference, Sentences, formula
from cxresearch.survey.export.paper.words import Words
from cxresearch.survey.expression import parse
from cxresearch.survey.form import Group
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey
from cxresearch.survey.text import Text

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"
SURVEYS = [WHOLE, *sorted((ROOT / "surveys").glob("*.yaml"))]


def whole(language: str = "de", perspective: str = "customer") -> Paper:
    return paper_of(numbered(load_survey(WHOLE).form(perspective)), language)


def papers(path: Path) -> list[tuple[Survey, str, Paper]]:
    survey = load_survey(path)
    asked = [who for who in survey.perspectives if survey.form(who).entries]
    return [
        (survey, who, paper_of(numbered(survey.form(who)), language))
        for who, language in itertools.product(asked, survey.languages)
    ]


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_every_question_and_answer_is_on_paper(path: Path) -> None:
    for survey, who, paper in papers(path):
        told = " ".join(paper.text().split())
        for entry in survey.form(who).entries:
            if entry.drawn:
                continue
            wanted = " ".join(entry.text.get(paper.language).split())
            assert wanted in told, entry.id
            labelled = [option for option in entry.options if option.missing or entry.kind == "choice"]
            ticked = any(
                isinstance(part, Group) and part.kind in ("multiple", "ranking") and entry in part.rows
                for page in survey.form(who).pages
                for part in page.parts
            )
            for option in [] if ticked else labelled:
                text = " ".join(option.text.get(paper.language).split())
                if text == str(option.code) and not isinstance(option.code, str):
                    continue  # a bare number, written as the language does
                poles = entry.ends and option.code in (entry.low, entry.high)
                assert poles or text in told, (entry.id, text)


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_sentences_name_questions_that_exist(path: Path) -> None:
    word = {"de": "Frage", "en": "question"}
    for _, _, paper in papers(path):
        questions = [piece for piece in paper.pieces if isinstance(piece, Paragraph) and piece.number]
        assert all(piece.text for piece in questions), "a number without a question"
        numbers = {re.sub(r"[a-z]+$", "", piece.number) for piece in questions}
        filters = [piece.text for piece in paper.pieces if isinstance(piece, Paragraph) and piece.role == "filter"]
        for text in filters:
            for found in re.findall(rf"{word[paper.language[:2]]} (\d+)", text):
                assert found in numbers, text


def test_numbers_are_in_order_and_unique() -> None:
    numbers = numbered(load_survey(WHOLE).form("customer"))
    assert [int(one) for one in numbers.parts.values()] == list(range(1, len(numbers.parts) + 1))
    assert numbers.variables["tiring"] == "10c"
    assert (numbers.variables["contact_1"], numbers.variables["contact_2"]) == ("1", "2")


@pytest.mark.parametrize(
    ("condition", "de", "du", "en"),
    [
        (
            "a == 1",
            "Sie bei Frage 1 „ja“ angegeben haben",
            "du bei Frage 1 „ja“ angegeben hast",
            "you answered “yes” in question 1",
        ),
        (
            "n <= 6.5 or not answered(n)",
            "Sie bei Frage 2 höchstens 6,5 angegeben haben oder Sie Frage 2 nicht beantwortet haben",
            "du bei Frage 2 höchstens 6,5 angegeben hast oder du Frage 2 nicht beantwortet hast",
            "you answered 6.5 or less in question 2 or you did not answer question 2",
        ),
        (
            "a != 1 and t == 1",
            "Sie bei Frage 1 etwas anderes als „ja“ angegeben haben und Sie bei Frage 3 „App“ angekreuzt haben",
            "du bei Frage 1 etwas anderes als „ja“ angegeben hast und du bei Frage 3 „App“ angekreuzt hast",
            "you answered something other than “yes” in question 1 and you ticked “App” in question 3",
        ),
        (
            "not (n > 3 and t == 1)",
            "nicht zutrifft, dass (Sie bei Frage 2 mehr als 3 angegeben haben und Sie bei Frage 3 „App“ angekreuzt haben)",
            "nicht zutrifft, dass (du bei Frage 2 mehr als 3 angegeben hast und du bei Frage 3 „App“ angekreuzt hast)",
            "it is not the case that (you answered more than 3 in question 2 and you ticked “App” in question 3)",
        ),
        (
            "not (t == 1)",
            "Sie bei Frage 3 „App“ nicht angekreuzt haben",
            "du bei Frage 3 „App“ nicht angekreuzt hast",
            "you did not tick “App” in question 3",
        ),
        (
            "a not in [1, 2] and not (a in [1, 2])",
            "Sie bei Frage 1 etwas anderes als „ja“ oder „2“ angegeben haben und Sie bei Frage 1 nicht „ja“ oder „2“ "
            "angegeben haben",
            "du bei Frage 1 etwas anderes als „ja“ oder „2“ angegeben hast und du bei Frage 1 nicht „ja“ oder „2“ "
            "angegeben hast",
            "you answered something other than “yes” or “2” in question 1 and you did not answer “yes” or “2” in "
            "question 1",
        ),
        (
            "b == 'x' or not answered(b)",
            "zu „Filiale“ „x“ vermerkt ist oder zu „Filiale“ nichts vermerkt ist",
            "zu „Filiale“ „x“ vermerkt ist oder zu „Filiale“ nichts vermerkt ist",
            "“x” is on record for “Branch” or nothing is on record for “Branch”",
        ),
    ],
)
def test_conditions_in_words(condition: str, de: str, du: str, en: str) -> None:
    for language, wanted in (("de", de), ("de-du", du), ("en", en)):
        words = Words(language)

        def where(number: int, words: Words = words) -> str:
            return words.say("question", number=number)

        branch = words.say("quoted", text=Text({"de": "Filiale", "en": "Branch"}).get(language))
        references = {
            "a": Reference(how="given", where=where(1), labels={1: Text({"de": "ja", "en": "yes"})}),
            "n": Reference(how="given", where=where(2)),
            "t": Reference(how="ticked", where=where(3), option="App"),
            "b": Reference(how="known", where=branch),
        }
        assert Sentences(words, references).clause(parse(condition)) == wanted


def test_a_row_not_ticked_is_not_a_question_left_empty() -> None:
    references = {"t": Reference(how="ticked", where="Frage 3", option="App")}
    clause = Sentences(Words("de"), references).clause
    assert clause(parse("t == 0")) == "Sie bei Frage 3 „App“ nicht angekreuzt, aber anderes angekreuzt haben"
    assert clause(parse("t != 1")) == clause(parse("t == 0")) == clause(parse("t < 1"))
    assert clause(parse("t == 0")) != clause(parse("not t == 1"))


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_a_condition_written_is_the_condition_read(path: Path) -> None:
    survey = load_survey(path)
    for who in survey.perspectives:
        for condition in survey.form(who).shown_when().values():
            if condition is not None:
                again = parse(formula(condition))
                assert formula(again) == formula(condition)


def test_long_words_do_not_make_narrow_columns() -> None:
    text = """\
id: wide
title: Title
languages: [de]
source: own
licence: CC0
perspectives: {p: {name: Leute, side: outside, role: customer}}
scales:
  s: {level: nominal, labels: {a: Unabhängigkeitserklärung, b: Kraftfahrzeugversicherung, c: Donaudampfschifffahrt,
      d: Lebensmittelüberwachung, e: Grundstücksverkehrsgenehmigung}}
  r: {level: ordinal, low: 1, high: 5, labels: {1: Unabhängigkeitserklärung, 5: Kraftfahrzeugversicherung}}
items: {one: {scale: s, text: Eins}, two: {scale: s, text: Zwei}, three: {scale: r, text: Drei}}
blocks: {g: {kind: grid, text: Bitte, items: [one, two]}, h: {kind: grid, text: Bitte, items: [three]}}
"""
    survey = parse_survey(text)
    paper = paper_of(numbered(survey.form("p")), "de")
    assert paper.apart == ("g",)
    tables = [piece for piece in paper.pieces if isinstance(piece, Table)]
    assert [cell.text for cell in tables[0].head[0]] == ["Aussage", "1", "2", "3", "4", "5"]
    # no line breaks around the equals sign
    assert "1\xa0=\xa0Unabhängigkeitserklärung; 5\xa0=\xa0Kraftfahrzeugversicherung" in paper.text()
    assert "apart" in [loss.code for loss in export(survey, "pdf").losses.losses]


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_tables_are_whole(path: Path) -> None:
    for _, _, paper in papers(path):
        for piece in paper.pieces:
            if isinstance(piece, Table):
                assert sum(piece.widths) == pytest.approx(1)
                for row in (*piece.head, *piece.rows):
                    assert sum(cell.span for cell in row) == len(piece.widths)


ELSEWHERE = """\
id: elsewhere
title: Title
languages: [en]
source: own
licence: CC0
perspectives:
  p: {name: People, side: outside, role: customer}
  q: {name: Others, side: inside, role: employee}
scales: {s: {level: ordinal, low: 1, high: 7, labels: {1: never, 4: often, 7: always}}}
items:
  only_q: {scale: s, text: {q: Only theirs}}
  never: {scale: s, text: Never, relevance: "only_q == 1"}
  always: {scale: s, text: Always, relevance: "not answered(only_q)"}
  some: {scale: s, text: Some, relevance: "always > 2 or only_q == 3"}
"""


def test_what_is_never_asked_is_not_on_paper() -> None:
    survey = parse_survey(ELSEWHERE)
    exported = export(survey, "pdf", perspective="p")
    form, never = askable(survey.form("p"))
    told = paper_of(numbered(form), "en").text()
    assert never == ("never",)
    assert "Never" not in told
    assert "1 Always" in told
    assert "Please answer only if you answered more than 2 in question 1." in told
    assert [loss.values["ids"] for loss in exported.losses.losses if loss.code == "never"] == ["never"]
    assert exported.codes is not None
    assert [column.column for column in exported.codes.columns] == ["never", "always", "some"]
    both = paper_of(numbered(askable(survey.form("q"))[0]), "en").text()
    assert "only if you answered “never” in question 1" in both


def test_a_scale_with_a_labelled_middle_stays_one_line() -> None:
    paper = paper_of(numbered(askable(parse_survey(ELSEWHERE).form("p"))[0]), "en")
    ruler = next(piece for piece in paper.pieces if isinstance(piece, Ruler))
    assert (ruler.low, ruler.middle, ruler.high) == ("1 = never", "4 = often", "7 = always")


PLAIN = """\
id: plain
title: Title
languages: [en]
source: own
licence: CC0
perspectives: {p: {name: People, side: outside, role: customer}}
scales: {s: {level: ordinal, low: 0, high: 10, labels: {0: never, 10: always}}}
"""


@pytest.mark.parametrize(
    ("asked", "explained"),
    [
        ("fields: {why: {name: Why, kind: text, text: 'Why?'}}", []),
        ("items: {a: {scale: s, text: A}}", ["how_one", "mistake"]),
        (
            "fields: {g: {name: G, kind: group, labels: {x: Ex, y: Why}, text: 'G?'}}",
            ["how_one", "mistake", "small"],
        ),
        (
            "fields: {why: {name: Why, kind: text, text: 'Why?', relevance: 'a > 1'}}\nitems: {a: {scale: s, text: A}}",
            ["how_one", "mistake", "filters"],
        ),
    ],
)
def test_only_signs_that_are_printed_are_explained(asked: str, explained: list[str]) -> None:
    paper = paper_of(numbered(parse_survey(PLAIN + asked).form("p")), "en")
    keys = ("how", "how_one", "how_several", "mistake", "filters", "small")
    told = paper.text().splitlines()
    assert [key for key in keys if Words("en").say(key) in told] == explained


def test_thanks_stand_with_the_last_question() -> None:
    paper = whole("en")
    said = [piece.text for piece in paper.parts[-1].pieces if isinstance(piece, Paragraph)]
    assert Words("en").say("thanks") in said
    assert said[0].startswith("What do they say")


def test_what_a_section_asks_for_is_said_once() -> None:
    pages = "pages: [{items: [a]}, {items: [b, c], relevance: 'a > 1'}]"
    items = "items: {a: {scale: s, text: A}, b: {scale: s, text: B, relevance: 'a > 1'}, c: {scale: s, text: C}}"
    paper = paper_of(numbered(parse_survey(f"{PLAIN}{items}\n{pages}").form("p")), "en")
    filters = [piece.text for piece in paper.pieces if isinstance(piece, Paragraph) and piece.role == "filter"]
    assert filters == ["▸ Please fill in this section only if you answered more than 1 in question 1."]


def test_scales_and_boxes() -> None:
    paper = whole("en")
    rulers = [piece for piece in paper.pieces if isinstance(piece, Ruler)]
    assert (rulers[0].low, rulers[0].high, len(rulers[0].marks)) == (
        "0 = not at all likely",
        "10 = extremely likely",
        11,
    )
    assert ("1 = cold", "7 = warm") in [(ruler.low, ruler.high) for ruler in rulers]
    boxes = [box for piece in paper.pieces if isinstance(piece, Boxes) for box in piece.boxes]
    assert ("App", "☐") in [(box.text, box.mark) for box in boxes]
    assert ("Online shop", "web-shop", "○") in [(box.text, box.code, box.mark) for box in boxes]


def test_cards_hold_every_story_once() -> None:
    survey = load_survey(WHOLE)
    cards = cards_of(numbered(survey.form("customer")), "en")
    assert cards is not None
    stories = [piece.text for piece in cards.pieces if isinstance(piece, Paragraph) and piece.role == "story"]
    assert len(stories) == len(set(stories)) == 4
    assert "draw 2 different cards" in cards.text()
    told = whole("en").text()
    assert not any(story in told for story in stories)
    assert cards_of(numbered(survey.form("employee")), "en") is None


def test_which_card_to_read_stays_with_the_first_question_about_it() -> None:
    paper = whole("en")
    told = [part for part in paper.parts if any(isinstance(one, Blank) and "card" in one.text for one in part.pieces)]
    assert len(told) == 2
    for part in told:
        roles = [one.role for one in part.pieces if isinstance(one, Paragraph)]
        assert roles.index("question") > roles.index("hint")


def test_wordings_cannot_break_a_document() -> None:
    text = WHOLE.read_text(encoding="utf-8").replace("Es war leicht.", r"Es \x07 war\u2028 leicht")
    text = text.replace("source: own wording", 'source: "own {page} {0} {pages} wording"')
    survey = parse_survey(text)
    told = paper_of(numbered(survey.form("customer")), "de").text()
    assert "\x07" not in told
    assert "own {page} {0} {pages} wording" in told
    for platform in ("docx", "pdf"):
        assert len(export(survey, platform, perspective="customer", languages=["de"]).files) == 4


def typed(survey: Survey, rows: list[dict[str, str]], folder: Path) -> tuple[Path, Codes]:
    exported = export(survey, "pdf", perspective="customer", languages=["de"])
    name = f"{survey.id}-customer"
    header = next(csv.reader(io.StringIO(exported.files[f"{name}-entry.csv"].decode("utf-8-sig"))))
    path = folder / "typed.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    assert exported.codes is not None
    return path, Codes.read(exported.codes.json())


def test_what_is_typed_in_comes_home(tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    rows = [
        {
            "respondent": "P1",
            "age": "44",
            "gender": "f",
            "nps": "99",
            "channel": "web-shop",
            "used_app": "1",
            "used_shop": "x",
            "rank_price": "2",
            "reasons_1_best": "price",
            "contact_1": "3",
            "since": "2020-02-29",
            "why": "=1+1",
        },
        {"respondent": "P2"},
    ]
    path, codes = typed(survey, rows, tmp_path)
    found = codes.home(read_submissions(path).rows)
    assert found[0]["respondent"] == "P1"
    assert (found[0]["gender"], found[0]["nps"], found[0]["channel"]) == ("f", 99, "web-shop")
    assert [found[0][id] for id in ("used_app", "used_shop", "used_phone", "used_none")] == [1, 1, 0, 0]
    assert (found[0]["rank_price"], found[0]["reasons_1_best"], found[0]["contact_1"]) == (2, "price", 3)
    assert (found[0]["since"], found[0]["why"]) == ("2020-02-29", "=1+1")
    assert {value for id, value in found[1].items() if id != "respondent"} == {None}
    assert set(found[0]) == {"respondent", *(entry.id for entry in survey.form("customer").entries)}


def test_the_guide_tells_every_column_and_runs_no_formula() -> None:
    text = WHOLE.read_text(encoding="utf-8").replace("Es war leicht.", "=cmd()")
    survey = parse_survey(text)
    files = export(survey, "docx", perspective="customer").files
    rows = list(csv.reader(io.StringIO(files["whole-language-customer-entry-guide.csv"].decode("utf-8-sig"))))
    header = next(csv.reader(io.StringIO(files["whole-language-customer-entry.csv"].decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == header
    told = {row[0]: row[1:] for row in rows}
    assert told["easy"][1] == "'=cmd()"
    assert told["used_app"] == ["11", "App", "1 = angekreuzt, sonst leer"]
    assert told["gender"][2] == "f = weiblich; m = männlich; d = divers; na = keine Angabe"
    assert told["contact_1"][0] == "Geschichte 1"


def test_losses_are_told_in_both_languages() -> None:
    report = export(load_survey(WHOLE), "pdf", perspective="customer").losses
    codes = [loss.code for loss in report.losses]
    assert {"required", "filters", "shuffle", "drawn", "screenout", "limits", "attention", "no-quotas"} <= set(codes)
    for loss in report.losses:
        assert loss.text("de") != loss.text("en")
        assert "{" not in loss.text("de") + loss.text("en")
    json.dumps(report.data())
