"""XLSForms read as surveys: real ones, our own exports, and what is no form."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

import cxresearch as cx
from cxresearch.shipped import root
from cxresearch.survey.export.export import export
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.imports.xlsform.instrument import read_xlsform
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

FILES = Path(__file__).with_name("xlsform")
WHOLE = Path(__file__).resolve().parents[1] / "whole.yaml"
DESIGNS = {"xlsform.maxdiff", "xlsform.vignette", "xlsform.diary"}
SURVEYS = [WHOLE, *sorted((root() / "surveys").glob("*.yaml"))]


def test_a_form_with_everything() -> None:
    found = read_xlsform(FILES / "own_cx_de_en.xlsx")
    form = found.survey.form("customer")
    entries = {entry.id: entry for entry in form.entries}
    assert found.survey.languages == ("de", "en")
    assert list(entries) == [
        "channel", "channel_other", "newsletter", "poster", "none", "frien", "comp", "attn", "nps", "why", "age", "d",
        "price", "service",
    ]  # fmt: skip
    assert [option.code for option in entries["channel"].options] == ["branch", "phone", "other"]
    assert (entries["channel"].required, entries["channel"].shuffle) == ("yes", True)
    assert entries["frien"].text.get("de") == "Freundlichkeit"
    assert (entries["age"].low, entries["age"].high, entries["age"].step) == (16, 99, 1)
    assert (entries["nps"].widget, entries["nps"].low, entries["nps"].high) == ("slider", 0, 10)
    assert entries["why"].widget == "lines"
    condition = form.shown_when()["why"]
    assert condition is not None
    assert [condition.holds({"nps": value}) for value in (8, 9, None)] == [False, True, False]
    used, sat, rank = (part for page in form.pages for part in page.parts if isinstance(part, Group))
    assert (used.kind, used.exclusive, sat.kind, rank.kind) == ("multiple", ("none",), "grid", "ranking")
    assert [note.code for note in found.unmatched] == ["xlsform.calculation"]
    assert found.unmatched[0].place.row == 22


@pytest.mark.parametrize(("name", "id"), [("pyxform_or_other", "fav_color"), ("pyxform_specify_other", "sex")])
def test_or_other_of_older_forms(name: str, id: str) -> None:
    found = read_xlsform(FILES / f"{name}.xlsx")
    form = found.survey.form("customer")
    assert [entry.id for entry in form.entries][:2] == [id, f"{id}_other"]
    condition = form.shown_when()[f"{id}_other"]
    assert condition is not None
    assert condition.holds({id: "other"})
    assert "xlsform.or-other" in [note.code for note in found.notes]


def _asked(form: Form) -> dict[str, Entry]:
    return {entry.id: entry for entry in form.entries if not entry.drawn}


def _needs(form: Form) -> dict[str, bool]:
    out = {entry.id: entry.required == "yes" for entry in form.entries}
    for group in (part for page in form.pages for part in page.parts if isinstance(part, Group)):
        any_row = group.kind in ("multiple", "ranking") and any(row.required == "yes" for row in group.rows)
        out |= {entry.id: out[entry.id] or any_row or group.required == "yes" for entry in group.entries}
    return out


def _answers(form: Form, rng: random.Random) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Group) and part.kind in ("multiple", "ranking"):
                rows = [row.id for row in part.rows]
                some = rng.sample(rows, rng.randint(0, len(rows) if part.kind == "multiple" else part.top or len(rows)))
                if part.kind == "ranking" and not part.top and some:
                    some = rng.sample(rows, len(rows))
                for id in rows:
                    rank = some.index(id) + 1 if id in some else None
                    out[id] = rank if part.kind == "ranking" else (int(id in some) if some else None)
            else:
                entries = part.entries if isinstance(part, Group) else (part,) if isinstance(part, Entry) else ()
                out |= {entry.id: _answer(entry, rng) for entry in entries}
    return out


def _answer(entry: Entry, rng: random.Random) -> Any:
    if rng.random() < 0.2:
        return None
    if entry.options and (entry.kind == "choice" or rng.random() < 0.3):
        return rng.choice(entry.options).code
    return rng.choice([0, 1, 2, 17, 18, 65, 10.5, 12]) if entry.kind == "number" else "x"


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_an_export_comes_back_equivalent(path: Path, tmp_path: Path) -> None:
    survey = load_survey(path)
    for perspective in survey.perspectives:
        form = survey.form(perspective)
        if not form.entries:
            continue
        file = export(survey, "xlsform", perspective=perspective).write(tmp_path)[0]
        found = read_xlsform(file)
        back = found.survey.form("customer")
        before, after = _asked(form), _asked(back)
        home = {id: found.columns.get(id, id) for id in before}
        assert sorted(home.values()) == sorted(after)
        assert _needs(back) == {home[id]: need for id, need in _needs(form).items() if id in home}
        for id, entry in before.items():
            _same(entry, after[home[id]])
        _same_conditions(form, back, home)
        told = {note.code for note in found.unmatched}
        assert told & DESIGNS == _written_out(survey, form)
        assert told - DESIGNS <= {
            "xlsform.calculation",
            "xlsform.relevance",
            "xlsform.group-heading",
            "xlsform.constraint",
        }
        drawn = any(entry.drawn for entry in form.entries)
        assert drawn or not told & {"xlsform.calculation", "xlsform.relevance"}


def _written_out(survey: Survey, form: Form) -> set[str]:
    """Return the kinds of blocks of which a form holds the single questions only."""
    asked = [entry.id for entry in form.entries]
    found = {block.kind for block in survey.blocks.values() if any(id.startswith(f"{block.id}_1") for id in asked)}
    return {f"xlsform.{kind}" for kind in found} & DESIGNS


def _same(one: Entry, other: Entry) -> None:
    slider = one.widget == "slider"
    assert one.kind == other.kind or slider, one.id
    assert {option.code for option in one.options} == {option.code for option in other.options}, one.id
    if one.kind == "number":
        assert (one.low, one.high, one.step) == (other.low, other.high, other.step), one.id
    for language in one.text.root:
        if language != "und":
            assert _bare(one.text.get(language)) in _bare(other.text.get(language)), one.id
    assert one.shuffle == other.shuffle


def _bare(text: str) -> str:
    quotes = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})
    return "".join(text.translate(quotes).split())


def _same_conditions(form: Form, back: Form, home: dict[str, str]) -> None:
    rng = random.Random(1)
    before, after = form.shown_when(), back.shown_when()
    for _ in range(100):
        answers = _answers(form, rng)
        given = {home.get(id, id): value for id, value in answers.items()}
        # the story that is drawn is no answer, and what hangs on it is reported
        for id, new in home.items():
            one, other = before[id], after[new]
            assert (one is None or one.holds(answers)) == (other is None or other.holds(given)), (id, answers)
        ends = [page.screenout.when.holds(answers) for page in form.pages if page.screenout and not page.relevance]
        over = [page.screenout.when.holds(given) for page in back.pages if page.screenout]
        assert any(ends) == any(over) or len(ends) != len(over)


def _book(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _read(tmp_path: Path, rows: list[list[Any]], choices: list[list[Any]] | None = None) -> Imported:
    file = tmp_path / "form.xlsx"
    file.write_bytes(_book(survey=rows, choices=choices or [["list_name", "name", "label"]]))
    return read_xlsform(file)


HEAD = ["type", "name", "label", "relevant", "required", "constraint", "default", "appearance"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["geopoint", "where", "Where?"], "xlsform.type"),
        (["image", "photo", "Photo"], "xlsform.type"),
        (["select_one_from_file a.csv", "x", "X"], "xlsform.type"),
        (["select_one absent", "x", "X"], "xlsform.type"),
        (["calculate", "x", None], "xlsform.calculation"),
        (["text", "x", "X", "today() > 5"], "xlsform.relevance"),
        (["text", "x", "X", "${absent} = 1"], "xlsform.relevance"),
        (["text", "x", "X", "${age} = "], "xlsform.relevance"),
        (["text", "x", "X", None, "${age} > 5"], "xlsform.required"),
        (["text", "x", "X", None, None, "regex(., 'a+')"], "xlsform.constraint"),
        (["integer", "x", "X", None, None, ". > ${age}"], "xlsform.constraint"),
        (["integer", "x", "X", None, None, ". >= 5 and . <= 3"], "xlsform.constraint"),
        (["text", "x", "X", None, None, None, "7"], "xlsform.column"),
        (["begin_repeat", "x", "X"], "xlsform.repeat"),
    ],
)
def test_what_a_survey_cannot_say_is_told_with_its_row(row: list[Any], code: str, tmp_path: Path) -> None:
    found = _read(tmp_path, [HEAD, ["integer", "age", "Age"], row, ["text", "last", "Last"]])
    assert "last" in found.survey.fields
    (note,) = [note for note in found.unmatched if note.code == code]
    assert note.place.row == 3


DE_EN = ["type", "name", "label::Deutsch (de)", "label::English (en)"]


def _titled(tmp_path: Path, title: str, default: str | None, *rows: list[Any]) -> Imported:
    file = tmp_path / "form.xlsx"
    settings = [["form_title", "default_language"], [title, default]]
    file.write_bytes(_book(survey=list(rows), choices=[["list_name", "name", "label"]], settings=settings))
    return read_xlsform(file)


@pytest.mark.parametrize(
    ("title", "default", "head", "languages", "main"),
    [
        ("Wie war die Reise?", "English (en)", DE_EN, ("en", "de"), "de"),
        ("Kundenstimme", "Deutsch (de)", DE_EN, ("de", "en"), "de"),
        ("Kundenstimme", None, ["type", "name", "label"], ("de",), "de"),
        ("Kundenstimme", None, ["type", "name", "label", "label::English (en)"], ("de", "en"), "de"),
        ("Kundenstimme", "German", ["type", "name", "label", "label::English (en)"], ("de", "en"), "de"),
        ("Voice", None, ["type", "name", "label::Quenya", "label::Sindarin"], ("mis-quenya", "mis-sindarin"), "mis-quenya"),
    ],
)  # fmt: skip
def test_every_wording_keeps_its_language(
    title: str, default: str | None, head: list[str], languages: tuple[str, ...], main: str, tmp_path: Path
) -> None:
    found = _titled(tmp_path, title, default, head, ["text", "x", "Wie war es mit der Bahn?", "How was the train?"])
    survey = found.survey
    assert survey.languages == languages
    text = survey.items["x"].text["customer"] if "x" in survey.items else survey.fields["x"].text["customer"]  # type: ignore[index]
    assert text.root == dict(zip(sorted(languages), ["Wie war es mit der Bahn?", "How was the train?"], strict=False))
    told = [note.given for note in found.notes if note.code == "xlsform.untranslated"]
    assert told == ([title] if len(languages) > 1 else [])
    assert survey.title.get(main) == title
    guessed = "label" in head and default is None
    assert ("xlsform.language" in [note.code for note in found.notes]) == (guessed or main.startswith("mis"))


def test_what_stands_twice_is_told(tmp_path: Path) -> None:
    head = ["type", "name", "label", "label::English (en)", "label::en"]
    rows = [["select_one yn", "x", "Was it?", "Was it good?", "And so?"], ["text", "x", "Why?"]]
    choices = [["list_name", "name", "label"], ["yn", "1", "yes"], ["yn", "0", "no"], ["yn", "1", "sure"]]
    found = _read(tmp_path, [head, *rows], choices)
    told = {note.code: (note.given, note.severity) for note in found.notes}
    assert told["xlsform.two-wordings"] == ("Was it?", "lost")
    assert told["xlsform.column"] == ("And so?", "lost")
    assert told["xlsform.choice"] == ({"": "sure"}, "lost")
    assert told["xlsform.duplicate-name"] == ("x_2", "changed")
    assert found.survey.items["x"].label("en") == "Was it good?"


def test_a_group_of_unlike_questions_is_no_grid(tmp_path: Path) -> None:
    group = [["begin_group", "p", "P"], ["begin_group", "g", "G"]]
    ends = [["end_group"], ["end_group"]]
    rows = [["select_one yn", "x", "X"], ["select_multiple yn", "y", "Y"]]
    choices = [["list_name", "name", "label"], ["yn", "1", "yes"], ["yn", "0", "no"]]
    found = _read(tmp_path, [HEAD[:3], *group, *rows, *ends], choices)
    assert [block.kind for block in found.survey.blocks.values()] == ["multiple"]
    lost = [["select_one absent", "x", "X"], ["select_one absent", "y", "Y"], ["text", "z", None]]
    found = _read(tmp_path, [HEAD[:3], *group, *lost, *ends], choices)
    assert list(found.survey.fields) == ["z"]
    assert [note.code for note in found.unmatched] == ["xlsform.group-heading", "xlsform.type", "xlsform.type"]
    assert ("xlsform.no-wording", 6) in [(note.code, note.place.row) for note in found.notes]


def test_everything_that_a_wording_loses_is_told_with_its_row(tmp_path: Path) -> None:
    found = _read(tmp_path, [HEAD[:3], ["text", "x", "Hi <script>a()</script> <img src='b'>"]])
    told = [(note.what, note.place.row) for note in found.unmatched]
    assert told == [("A text holds a script, which a wording cannot.", 2), ("A text holds a picture, which a wording cannot.", 2)]  # fmt: skip


def test_an_early_end_without_its_page_is_told(tmp_path: Path) -> None:
    head = ["type", "name", "label", "calculation"]
    end = ["calculate", "p_screenout", None, "if((${x} = 1), '1', '0')"]
    found = _read(tmp_path, [head, ["integer", "x", "X"], end, ["text", "y", "Y"]])
    assert [(note.code, note.place.row) for note in found.unmatched] == [("xlsform.calculation", 3)]
    assert found.survey.pages[0].screenout is None


def test_words_as_codes_are_no_order(tmp_path: Path) -> None:
    rows = [["type", "name", "label"], ["select_one g", "x", "Gender?"], ["select_one n", "y", "How much?"]]
    codes = {"g": ("f", "m", "d"), "n": (1, 2, 3)}
    choices = [["list_name", "name", "label"], *([key, code, f"{code}!"] for key, all in codes.items() for code in all)]
    survey = _read(tmp_path, rows, choices).survey
    assert [survey.scale_of(id).level.name for id in ("x", "y")] == ["NOMINAL", "ORDINAL"]


def test_a_wording_with_braces_and_marks(tmp_path: Path) -> None:
    found = _read(tmp_path, [HEAD, ["text", "x", "A {b} &lt;c> ${age} 1e3"], ["text", "y", "no"]])
    assert found.survey.fields["x"].text
    assert found.survey.fields["x"].text["customer"].get("en") == "A [b] <c> [age] 1e3"
    assert "xlsform.piped-text" in [note.code for note in found.notes]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"type,name\ntext,a\n", _book(other=[["a"]]), _book(survey=[["a"]])]
)
def test_what_is_no_form(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(content)
    with pytest.raises(cx.CxError) as caught:
        read_xlsform(file)
    assert caught.value.codes == ("import.not-xlsform",)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(cx.CxError) as caught:
        read_xlsform(tmp_path / "none.xlsx")
    assert caught.value.codes == ("import.missing-file",)


JUNK: list[Any] = [
    None, "", "x", 1, -1, 1.5, True, "select_one absent", "select_multiple", "rank", "begin_group", "end_group",
    "begin_repeat", "note", "calculate", "range", "integer", "${x}", "${nps} > 3", "(((", "<b>{a}</b>", "=1+1",
    "start=1 end=0 step=0", ". >= 5 and . <= 3", "count-selected(.) >= 99", "if((${a} = 1), '1', '0')", "9" * 30,
]  # fmt: skip


def _cells(name: str) -> dict[str, list[list[Any]]]:
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in load_workbook(FILES / name)
    }


def _damaged(sheets: dict[str, list[list[Any]]], rng: random.Random) -> dict[str, list[list[Any]]]:
    for _ in range(rng.choice([1, 2, 4, 8])):
        rows = sheets[rng.choice(["survey", "survey", "survey", *sheets])]
        if not rows:
            continue
        one, other = rng.randrange(len(rows)), rng.randrange(len(rows))
        column = rng.randrange(len(rows[0])) if rows[0] else 0
        match rng.randrange(6):
            case 0:
                rows.pop(one)
            case 1:
                rows[one], rows[other] = rows[other], rows[one]
            case 2:
                rows.insert(one, list(rows[one]))
            case _ if column < len(rows[one]):
                rows[one][column] = rng.choice(JUNK)
    return sheets


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_form_is_read_or_refused_but_never_breaks(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    names = ("own_cx_de_en.xlsx", "pyxform_or_other.xlsx", "pyxform_specify_other.xlsx")
    file = tmp_path / "damaged.xlsx"
    file.write_bytes(_book(**_damaged(_cells(names[seed % 3]), rng)))
    try:
        found = read_xlsform(file)
    except cx.CxError:
        return
    assert found.survey.form("customer").shown_when() is not None
    assert found.report()
