from __future__ import annotations

import csv
import random
import re
from pathlib import Path
from typing import Any

import pytest

from cxresearch.errors import CxError, SurveyError
from cxresearch.survey.block import Dual, Multiple
from cxresearch.survey.export.export import export
from cxresearch.survey.imports.limesurvey.instrument import read_limesurvey
from cxresearch.survey.imports.limesurvey.relevance import Variable, relevance
from cxresearch.survey.template import load_survey

HERE = Path(__file__).parent / "limesurvey"
OWN = HERE / "own_cx_de_en.txt"
TSV = HERE / "ls_export_777001.txt"
LSS = HERE / "ls_export_777001.lss"
ANSWERS = Path(__file__).parents[2] / "responses" / "limesurvey"


@pytest.mark.parametrize("path", [OWN, TSV, LSS], ids=lambda path: path.name)
def test_real_files_import_with_everything_carried_over_or_told(path: Path) -> None:
    imported = read_limesurvey(path)
    survey = imported.survey
    assert survey.languages == ("de", "en")
    assert survey.title.get("de") == "CX-Größe Test"
    assert [page.items for page in survey.pages] == [
        ("channel", "channel_other", "used", "used_other", "sat", "ip"),
        ("nps", "why", "whynot", "age", "date", "yn", "rank"),
    ]
    assert survey.pages[0].title is not None
    assert survey.pages[0].title.get("de") == 'Touchpoints & "Kontakt"'
    assert survey.items["channel"].required is True
    assert survey.items["channel"].shuffle
    assert survey.scale_of("channel").codes == ("A1", "A2", "A3", "-oth-")
    assert survey.fields["channel_other"].relevance == "channel == '-oth-'"
    used = survey.blocks["used"]
    assert isinstance(used, Multiple)
    assert used.exclusive == ("used_NONE",)
    assert survey.scale_of("sat_comp").codes == (1, 2, 3, 4, 5)
    assert survey.scale_of("sat_comp").missing[9].get("en") == "don't know"
    gap = survey.blocks["ip"]
    assert isinstance(gap, Dual)
    assert gap.second == ("ip_app_1", "ip_hot_1")
    assert gap.heads is not None
    assert gap.heads[0].get("de") == "Wichtigkeit"
    assert survey.scale_of("ip_app_1").label(1, "en") == "p1"
    assert survey.fields["why"].relevance == "nps >= 9"
    assert survey.fields["whynot"].relevance == "answered(nps) and nps <= 6"
    assert (survey.fields["age"].low, survey.fields["age"].high) == (16, 99)
    assert [(note.code, note.place.field) for note in imported.unmatched] == [("limesurvey.equation", "grp")]
    assert imported.unmatched[0].given == '{if(nps>=9,"P",if(nps>=7,"N","D"))}'


def test_every_wording_of_a_real_file_is_in_the_survey() -> None:
    told = " ".join(read_limesurvey(OWN).yaml.replace("''", "'").split())
    with OWN.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["class"] in ("Q", "SQ", "A")]
    assert len(rows) > 90
    for row in rows:
        if row["type/scale"] != "*" and row["text"] != row["name"]:
            assert row["text"] in told, row["text"]


def test_the_two_formats_tell_the_same_but_for_what_limesurvey_itself_loses_in_its_text_format() -> None:
    own, lss, tsv = (read_limesurvey(path) for path in (OWN, LSS, TSV))
    ranked = re.sub(r"\s+top: \d+", "", lss.yaml)
    assert ranked == own.yaml
    lost = [note for note in tsv.notes if note.code == "limesurvey.untranslated"]
    assert {note.given for note in lost} == {"Wichtigkeit", "Performance"}


def test_columns_of_real_answers_have_a_place() -> None:
    imported = read_limesurvey(LSS)
    with (ANSWERS / "ls_resp_code_short.csv").open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=";"))
    about = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp")
    own = [column for column in header if column not in about and "Time" not in column]
    known = {*imported.survey.items, *imported.survey.fields}
    gone = [column for column in own if imported.columns.get(column, column) not in known]
    assert len(own) > 15
    assert gone == ["rank[1]", "rank[2]"]
    assert any(note.code == "limesurvey.ranking" for note in imported.notes)


NAMES = {
    "nps": Variable(id="nps", kind="choice", codes={str(code): code for code in range(11)}),
    "channel": Variable(id="channel", kind="choice", codes={"A1": "A1", "-oth-": "-oth-"}),
    "used_SQ1": Variable(id="used_SQ1", kind="tick"),
    "age": Variable(id="age", kind="number"),
    "why": Variable(id="why", kind="text"),
    "777X1X5": Variable(id="nps", kind="choice", codes={"3": 3}),
}


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", ""),
        ("{1}", ""),
        ("nps.NAOK >= 9", "nps >= 9"),
        ('((nps.NAOK == "3"))', "((nps == 3))"),
        ("9 <= nps", "nps >= 9"),
        ('channel.NAOK == "-oth-" or age gt 17.5', "channel == '-oth-' or age > 17.5"),
        ('channel != "A1"', "not (channel == 'A1')"),
        ('used_SQ1.NAOK == "Y" && !(nps < 7)', "used_SQ1 == 1 and not ((nps < 7))"),
        ("used_SQ1 != 'Y'", "not (used_SQ1 == 1)"),
        ("is_empty(used_SQ1.NAOK)", "not (used_SQ1 == 1)"),
        ("!is_empty(why.NAOK)", "answered(why)"),
        ("why != ''", "answered(why)"),
        ("777X1X5.NAOK == 3", "nps == 3"),
        ("nps == 12", None),
        ("why == 'x'", None),
        ("count(used_SQ1) > 0", None),
        ("nps > age", None),
        ("channel > 'A1'", None),
        ("unknown == 1", None),
        ("nps.shown == 1", None),
        ("nps == ", None),
        ("(nps == 3", None),
        ("nps == 3)", None),
        ("nps + 1 == 3", None),
        ("!" * 500 + "(nps == 3)", None),
        ("0", None),
    ],
)
def test_relevance_is_said_or_left_to_a_note(expression: str, said: str | None) -> None:
    assert relevance(expression, NAMES) == said


HEAD = "id\tclass\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\tvalidation\tmandatory\tother\tdefault\t"


def _tsv(path: Path, *rows: dict[str, str]) -> Path:
    names = [*HEAD.strip().split("\t"), "array_filter", "em_validation_q", "cssclass", "min_answers", "random_group"]
    lines = ["\t".join(names)]
    given = [
        {"class": "S", "name": "language", "text": "de-informal"},
        {"class": "G", "type/scale": "1", "name": "Eins"},
        *rows,
    ]
    lines += ["\t".join(row.get(name, "") for name in names) for row in given]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _q(kind: str, name: str, **more: str) -> dict[str, str]:
    return {"class": "Q", "type/scale": kind, "name": name, "text": f"Text {name}", **more}


def test_every_other_type_and_attribute_is_taken_over_or_told(tmp_path: Path) -> None:
    path = _tsv(
        tmp_path / "a.txt",
        _q("X", "hello"),
        _q("M", "used", min_answers="1"),
        {"class": "SQ", "name": "a", "text": "A"},
        {"class": "SQ", "name": "b", "text": "B"},
        _q("A", "rate", array_filter="used", help="Hilfe"),
        {"class": "SQ", "name": "a", "text": "A"},
        {"class": "SQ", "name": "c", "text": "C"},
        _q("O", "why"),
        {"class": "A", "type/scale": "0", "name": "1", "text": "eins"},
        {"class": "A", "type/scale": "0", "name": "2", "text": "1"},
        _q("K", "many"),
        {"class": "SQ", "name": "x", "text": "X"},
        _q(";", "cells"),
        {"class": "SQ", "type/scale": "0", "name": "r", "text": "R"},
        {"class": "SQ", "type/scale": "1", "name": "c", "text": "C"},
        _q("5", "five", validation="/x/", default="3"),
        _q("C", "sure"),
        {"class": "SQ", "name": "a", "text": "A"},
        _q("|", "file"),
        _q("S", "late", relevance="count(used_a) > 1", em_validation_q="late > 1", cssclass="x"),
        _q("S", "late"),
        {"class": "QTA", "name": "quota", "text": "1"},
    )
    imported = read_limesurvey(path)
    survey = imported.survey
    assert survey.languages == ("de-du",)
    assert survey.pages[0].intro is not None
    assert survey.items["rate_a"].relevance == "used_a == 1"
    assert survey.items["rate_c"].relevance is None
    assert survey.blocks["rate"].hint is not None
    assert survey.scale_of("rate_a").codes == (1, 2, 3, 4, 5)
    assert survey.scale_of("why").label(2, "de") == "(1)"
    assert {"why_comment", "many_x", "cells_r_c", "late"} <= set(survey.fields)
    assert imported.columns["why[comment]"] == "why_comment"
    assert survey.scale_of("sure_a").codes == ("Y", "N")
    assert set(survey.scale_of("sure_a").missing) == {"U"}
    told = {(note.code.removeprefix("limesurvey."), note.place.field) for note in imported.unmatched}
    assert {("question-type", "file"), ("relevance", "late"), ("attribute", "late")} <= told
    assert {("validation", "five"), ("default", "five")} <= told
    assert {code for code, _ in told} >= {"duplicate", "quota"}


@pytest.mark.parametrize(
    "content", [b"", b"a\tb\n1\t2\n", b"<document/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><document/>", b"\xff\xfe\x00"]
)
def test_what_is_no_such_file_is_taught(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(SurveyError) as caught:
        read_limesurvey(path)
    assert caught.value.codes == ("import.not-limesurvey",)
    with pytest.raises(SurveyError) as caught:
        read_limesurvey(tmp_path / "none.txt")
    assert caught.value.codes == ("import.missing-file",)


def test_a_question_that_lost_its_number_stays(tmp_path: Path) -> None:
    text = LSS.read_text(encoding="utf-8-sig")
    start = text.index("<questions>")
    damaged = text[:start] + re.sub(r"<qid>.*?</qid>", "", text[start:], count=1)
    path = tmp_path / "a.lss"
    path.write_text(damaged, encoding="utf-8")
    whole, found = read_limesurvey(LSS).survey, read_limesurvey(path).survey
    named = {*found.items, *found.fields, *found.blocks}
    assert len({*whole.items, *whole.fields, *whole.blocks} & named) >= len(named) - 1


JUNK = [
    "",
    "x",
    '"',
    "0",
    "-1",
    "{nps}",
    "<b>",
    *"MRPOKX|*:;1S",
    'nps.NAOK == "3"',
    "((a",
    "de",
    "Y",
    "class",
    "9" * 12,
]


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_read_or_refused_but_never_breaks(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    text = (OWN if seed % 2 else LSS).read_text(encoding="utf-8-sig")
    for _ in range(rng.choice([1, 3, 6])):
        text = _damaged(text, rng)
    file = tmp_path / "damaged"
    file.write_text(text, encoding="utf-8")
    try:
        imported = read_limesurvey(file)
    except CxError:
        return
    assert imported.survey.id
    assert imported.report()


def _damaged(text: str, rng: random.Random) -> str:
    if text.startswith("<"):
        cell: Any = rng.choice(list(re.finditer(r"<!\[CDATA\[(.*?)\]\]>", text, re.DOTALL)))
        return text[: cell.start(1)] + rng.choice(JUNK).replace("<", "") + text[cell.end(1) :]
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    cells = lines[at].split("\t")
    cells[rng.randrange(min(len(cells), 14))] = rng.choice(JUNK)
    lines[at] = "\t".join(cells)
    return "\n".join(lines[:at] + lines[at + (rng.random() < 0.2) :])


def test_an_own_export_comes_back_with_its_order_and_its_titles(tmp_path: Path) -> None:
    survey = load_survey("shipped:surveys/nps-pulse.yaml")
    export(survey, "limesurvey", perspective="customer").write(tmp_path)
    found = read_limesurvey(next(tmp_path.glob("*.txt"))).survey
    given, back = survey.scale_of("recommend"), found.scale_of("recommend")
    assert (back.level, back.low, back.high) == (given.level, 0, 10)
    for language in survey.languages:
        assert [back.label(code, language) for code in back.codes] == [
            given.label(code, language) for code in back.codes
        ]
        titles = [
            [page.title and page.title.get(language) for page in one.form("customer").pages] for one in (survey, found)
        ]
        assert titles[0] == titles[1]
        assert None in titles[0]


def test_numbers_with_words_at_their_ends_have_an_order(tmp_path: Path) -> None:
    def answers(*texts: str) -> list[dict[str, str]]:
        return [{"class": "A", "type/scale": "0", "name": str(i), "text": text} for i, text in enumerate(texts, 1)]

    path = _tsv(
        tmp_path / "a.txt",
        _q("L", "ends"),
        *answers("nie", "2", "3", "<p>4</p>", "immer", "weiß nicht"),
        _q("L", "middle"),
        *answers("nie", "2", "teils", "4", "immer"),
        _q("L", "colours"),
        *answers("rot", "blau", "3"),
        _q("L", "words"),
        *answers("rot", "blau", "gelb"),
    )
    survey = read_limesurvey(path).survey
    asked = {id: survey.scale_of(id) for id in ("ends", "middle", "colours", "words")}
    assert [scale.level.value for scale in asked.values()] == ["ordinal", "ordinal", "nominal", "nominal"]
    assert (asked["ends"].low, asked["ends"].high, list(asked["ends"].missing)) == (1, 5, [6])
    assert {code: text.get("de") for code, text in asked["middle"].labels.items()} == {1: "nie", 3: "teils", 5: "immer"}
