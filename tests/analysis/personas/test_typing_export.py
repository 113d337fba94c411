"""The typing tool as a file: each format scores like the tool itself, and no wording becomes a formula."""

from __future__ import annotations

import csv
import json
import math
import re
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.analysis.personas.input import frame_of
from cxresearch.analysis.personas.typing import typing_tool
from cxresearch.analysis.personas.typing.instrument import survey_of
from cxresearch.errors import ArgumentError, SurveyError
from cxresearch.responses.simulate import Truth, simulate
from cxresearch.survey.scale import Scale
from cxresearch.survey.text import Text

HOSTILE = ["=1+1", "@SUM(A1)", "-2+3", "+4", "#N/A", "Why? *"]
NAMES = {
    "persona=1": Text({"de": '=HYPERLINK("x")', "en": '@first; high: a long question about "speed"' * 4}),
    "persona=2": Text({"de": "hoch: ‚Tempo‘; niedrig: Preis", "en": "+second"}),
    "persona=3": Text({"de": "-dritte", "en": "third, \x01 with\na break"}),
}


def _tool(data, kind, *, kinds=None, scale=None, items=None, perspective=None, most=9, keep=None):
    """Return a typing tool of people whose persona is known."""
    frame = frame_of(
        data,
        items or list(data),
        perspective=perspective,
        weights=None,
        kinds=kinds or {},
        style="raw",
        scale=scale,
        missing=None,
    )
    used = np.flatnonzero(frame.answered)
    placed = SimpleNamespace(is_model=False, place=lambda people: (kind[used] + 1, None))
    found = SimpleNamespace(
        k=3,
        frame=frame,
        used=used,
        chosen=SimpleNamespace(grouping=placed),
        names=frame.names.adding(NAMES),
        lang=frame.source.lang,
        level=0.95,
        seed=1,
        verdict="not supported",
        supported=False,
        withheld=frozenset(),
    )
    return typing_tool(found, most)


def _people(n=500, seed=1):
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, n, p=[0.45, 0.33, 0.22])

    def told(options, grip):
        return np.where(rng.random(n) < grip, np.array(options)[kind], rng.choice(options + HOSTILE[3:], n))

    data = pd.DataFrame(
        {
            "=HYPERLINK(1)": told(HOSTILE[:3], 0.5),
            "rating": np.clip(np.round(2 + kind + rng.normal(0, 1.1, n)), 1, 5),
            "half": np.clip(np.round(2 * (2 + 0.6 * kind + rng.normal(0, 0.9, n))) / 2, 1, 4),
            "spent": np.round(np.exp(3 + 0.6 * kind + rng.normal(0, 0.5, n)), 2),
            "calls": rng.poisson(4 + 4 * kind),
            "balance": np.round(rng.normal(-10 + 12 * kind, 11), 1),
            "mixed": told(["1", "x", "yes"], 0.4),
            "owns": rng.random(n) < np.array([0.2, 0.5, 0.8])[kind],
        }
    )
    for column, step in (("spent", 11), ("rating", 7), ("mixed", 13)):
        data[column] = data[column].astype(object).mask(np.arange(n) % step == 0)
    return data, kind


KINDS = {"half": "number", "spent": "number", "calls": "count", "balance": "number"}


@pytest.fixture(scope="module")
def people():
    return _people()


@pytest.fixture(scope="module")
def tool(people):
    made = _tool(*people, kinds=KINDS, scale={"rating": (1, 5)})
    assert {q.brackets for q in made.questions} == {True, False}
    assert {"=HYPERLINK(1)", "spent"} < set(made.items)
    return made


@pytest.fixture(scope="module")
def newcomers():
    return _people(300, 9)[0]


# ---- JSON --------------------------------------------------------------------------------------------


def _score(tool, person):
    """Score one person with the file alone, as another program would."""
    points = [p["start"] for p in tool["personas"]]
    answered = 0
    for question in tool["questions"]:
        value = person[question["column"]]
        by = question["answered_by"]
        if value is None or value != value:
            continue
        fits = [a for a in question["answers"] if (a["code"] == value if by == "code" else _below(value, a["up_to"]))]
        points = [p + q for p, q in zip(points, fits[0]["points"], strict=True)] if fits else points
        answered += bool(fits)
    total = sum(math.exp(p) for p in points)
    rare = answered == len(tool["questions"]) and math.log(total) < tool["unlike_below"]
    return points.index(max(points)) + 1, math.exp(max(points)) / total, rare, answered


def _below(value, limit):
    return limit is None or value <= limit


def test_the_json_scores_everybody_as_the_tool_does(tool, people, newcomers, tmp_path):
    told = json.loads(tool.write(tmp_path / "tool.json").read_text(encoding="utf-8"))
    for data in (people[0], newcomers):
        got = tool.assign(data)
        records = data.assign(owns=data["owns"].map(str)).to_dict("records")
        theirs = [_score(told, person) for person in records]
        assert [t[0] for t in theirs] == got["persona"].fillna(1).tolist()
        np.testing.assert_allclose([t[1] for t in theirs], got["probability"], rtol=1e-9)
        whole = np.array([t[3] == len(tool.items) for t in theirs])
        assert whole.sum() > 100
        assert [t[2] for t, w in zip(theirs, whole, strict=True) if w] == got["unlike"][whole].tolist()


def test_the_json_says_what_it_is(tool, tmp_path):
    text = tool.write(tmp_path / "tool.json", lang="de").read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["package"] == {"name": "cxresearch", "version": cx.__version__}
    assert told["schema"] == 1 and told["languages"] == ["en", "de"] and len(told["how"]) == 5
    assert "Startpunkte" in told["how"][0]
    assert [p["name"]["de"] for p in told["personas"]] == [NAMES[f"persona={i}"].get("de") for i in (1, 2, 3)]
    assert [q["column"] for q in told["questions"]] == list(tool.items)
    assert told["accuracy"]["share"] == tool.accuracy
    np.testing.assert_allclose([p["accuracy"] for p in told["personas"]], tool.right_by_persona()["share"])
    np.testing.assert_allclose([sum(p["placed"]) for p in told["personas"]], 1)
    spent = next(q for q in told["questions"] if q["column"] == "spent")
    assert [a["up_to"] for a in spent["answers"]] == [
        *next(q for q in tool.questions if q.name == "spent").limits,
        None,
    ]
    assert spent["answers"][0]["wording"]["de"].startswith("bis ")
    assert "NaN" not in text and "Infinity" not in text


# ---- CSV ---------------------------------------------------------------------------------------------


def test_the_csv_holds_all_points_and_no_formula(tool, tmp_path):
    path = tool.write(tmp_path / "tool.csv", lang="de")
    with path.open(encoding="utf-8", newline="") as file:
        head, start, *rows = csv.reader(file)
    assert head[:5] == ["item", "question", "code", "up_to", "answer"]
    assert head[5] == f"persona_1: {NAMES['persona=1'].get('de')}"
    assert [float(x) for x in start[5:]] == tool.points.start.tolist()
    np.testing.assert_array_equal(np.array([r[5:] for r in rows], dtype=float), np.vstack(tool.points.points))
    words = [cell for row in [head, start, *rows] for cell in (*row[:3], row[4])] + head
    assert not [w for w in words if w.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {"'=HYPERLINK(1)", "'=1+1", "'@SUM(A1)"} <= set(words)
    assert [r[2] for r in rows] == tool.scoring["answer"].map(lambda x: "'" + x if x[0] in "=+-@" else x).tolist()


# ---- XLSX --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["de", "en"])
def book(request, tool, tmp_path_factory):
    path = tool.write(tmp_path_factory.mktemp("book") / "tool.xlsx", lang=request.param)
    return SimpleNamespace(sheets=openpyxl.load_workbook(path).worksheets, lang=request.param)


def _cells(sheet):
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_wordings_are_words_and_formulas_are_ours(book, tool):
    person, points, guide = book.sheets
    hostile = {*HOSTILE, *tool.items, *(NAMES[f"persona={i}"].get(book.lang) for i in (1, 2, 3))}
    assert not [c for sheet in (points, guide) for c in _cells(sheet) if c.data_type in "fe"]
    formulas = [c for c in _cells(person) if c.data_type == "f"]
    for cell in formulas:
        assert not [h for h in hostile if h in cell.value and h not in ("+4",)], cell.value
        assert len(cell.value) < 1000
        assert all(len(words) <= 255 for words in re.findall(r'"([^"]*)"', cell.value))
    k, count = 3, len(tool.items)
    assert len(formulas) == 4 + count * (2 + k) + 3 * k
    starting = [c for s in book.sheets for c in _cells(s) if isinstance(c.value, str) and c.value[0] in "=+-@"]
    written = [c for c in starting if c.data_type == "s"]
    assert {c.value for c in written} >= {"=HYPERLINK(1)", "=1+1", "@SUM(A1)"}
    assert all(c.quotePrefix for c in written)
    assert "#N/A" in {c.value for c in _cells(points) if c.data_type == "s"}


def test_the_points_sheet_holds_the_points(book, tool):
    points = book.sheets[1]
    rows = [r for r in points.iter_rows(min_row=3, values_only=True) if r[0] is not None]
    np.testing.assert_allclose(np.array([r[4:7] for r in rows], dtype=float), np.vstack(tool.points.points), rtol=1e-14)
    start = next(points.iter_rows(min_row=2, max_row=2, values_only=True))
    np.testing.assert_allclose(np.array(start[4:7], dtype=float), tool.points.start, rtol=1e-14)
    assert {c.number_format for row in points.iter_rows(min_row=2, min_col=5, max_col=7) for c in row} >= {"0.000"}
    expected = [
        (i, q.name, q.answer_label(a, tool.names, book.lang))
        for i, q in enumerate(tool.questions, start=1)
        for a in range(len(q.codes))
    ]
    assert [(r[0], r[1], r[3]) for r in rows] == expected
    for i, question in enumerate(tool.questions, start=1):
        told = [r[2] for r in rows if r[0] == i]
        if question.brackets:
            assert told == [*question.limits, None]
        else:
            assert told == [c if question.variable.column.numeric else str(c) for c in question.codes]


def test_formulas_meet_the_right_cells(book, tool):
    person, points, _ = book.sheets
    head = next(r for r in range(1, 20) if person.cell(r, 1).value == points.cell(1, 1).value)
    names = [person.cell(head, c).value for c in (7, 8, 9)]
    assert names == [points.cell(1, c).value for c in (5, 6, 7)]
    first, last = head + 1, head + len(tool.items)
    blocks = {}
    for row in points.iter_rows(min_row=3):
        if row[0].value is not None:
            blocks.setdefault(row[0].value, []).append(row[0].row)
    sheet = f"'{points.title}'!"
    for number, question in enumerate(tool.questions, start=1):
        row, (top, bottom) = head + number, (blocks[number][0], blocks[number][-1])
        assert person.cell(row, 2).value == question.name == points.cell(top, 2).value
        place = person.cell(row, 6).value
        if question.brackets:
            assert f"{sheet}$C${top}:$C${bottom - 1}<$D{row}" in place
        else:
            numeric = question.variable.column.numeric
            codes = f"{sheet}$C${top}:$C${bottom}"
            assert (f"(({codes}=$D{row})*" if numeric else f"EXACT({codes},$D{row})*") in place
            assert f"(ROW({codes})-{top - 1})" in place
            assert place.startswith(f"=IF(ISNUMBER($D{row})," if numeric else "=SUMPRODUCT(")
        assert f"INDEX({sheet}$D${top}:$D${bottom},$F{row})" in person.cell(row, 5).value
        for column, letter in zip((7, 8, 9), "EFG", strict=True):
            found = person.cell(row, column).value
            assert found == f"=IF($F{row}=0,0,INDEX({sheet}{letter}${top}:{letter}${bottom},$F{row}))"
        assert person.cell(row, 4).value is None
    for column, letter, theirs in zip((7, 8, 9), "GHI", "EFG", strict=True):
        assert person.cell(last + 1, column).value == f"={sheet}{theirs}$2"
        assert person.cell(last + 2, column).value == f"=SUM({letter}{first}:{letter}{last + 1})"
        total = f"$G${last + 2}:$I${last + 2}"
        assert person.cell(last + 3, column).value == (
            f"=EXP({letter}{last + 2}-MAX({total}))/SUMPRODUCT(EXP({total}-MAX({total})))"
        )
    result = person["C4"].value
    assert f"INDEX($G${head}:$I${head},1,MATCH(MAX({total}),{total},0))" in result
    assert f"MAX($G${last + 3}:$I${last + 3})" in person["C5"].value
    assert person["C6"].value == f"=SUMPRODUCT(--($F${first}:$F${last}>0))"
    rare = next(c for c in points["E"] if c.value == pytest.approx(tool.unlike_below, rel=1e-14))
    assert f"{sheet}$E${rare.row}" in person["C7"].value


def test_answers_can_be_chosen_from_a_list(book, tool):
    person, points, _ = book.sheets
    lists = {str(v.sqref): v.formula1 for v in person.data_validations.dataValidation}
    chosen = [i for i, q in enumerate(tool.questions) if not q.brackets]
    assert len(lists) == len(chosen)
    for i in chosen:
        first, last = re.fullmatch(rf"'{points.title}'!\$C\$(\d+):\$C\$(\d+)", lists[f"D{10 + i}"]).groups()
        assert int(last) - int(first) + 1 == len(tool.questions[i].codes)
        assert person.cell(10 + i, 4).number_format == ("General" if tool.questions[i].variable.column.numeric else "@")


def test_the_guide_tells_how_often_each_persona_is_recognised(book, tool):
    guide = book.sheets[2]
    text = "\n".join(str(c.value) for c in _cells(guide))
    assert tool.caveats[0].text(book.lang) in text and tool.method(book.lang) in text
    rows = [r for r in guide.iter_rows(values_only=True) if isinstance(r[1], float)]
    np.testing.assert_allclose([r[1] for r in rows], tool.right_by_persona()["share"])
    assert [r[2] for r in rows] == tool.confusion.groupby("persona")["n"].sum().tolist()
    assert {s.title for s in book.sheets} == (
        {"Eine Person", "Punkte", "Anleitung"} if book.lang == "de" else {"One person", "Points", "How to use"}
    )


# ---- YAML --------------------------------------------------------------------------------------------


def test_a_plain_frame_becomes_a_survey_that_loads(tool, tmp_path):
    survey = cx.load_survey(tool.write(tmp_path / "tool.yaml", lang="de"))
    assert survey.languages == ("de",) and tuple(survey.items) == tool.items
    asked = survey.questionnaire("customer", "de")
    assert [q.text for q in asked] == list(tool.items)
    scales = {item: survey.scale_of(item) for item in survey.items}
    for item, scale in scales.items():
        if item == "=HYPERLINK(1)":
            assert set(scale.codes) == set(HOSTILE) and scale.level == "nominal"
        elif item == "rating":
            assert (scale.low, scale.high, scale.level) == (1, 5, "ordinal")
        elif item in ("spent", "calls"):
            assert scale.level == "ratio" and not scale.is_range
        elif item == "balance":
            assert scale.low < 0 and scale.step is None
        elif item == "owns":
            assert scale.codes == ("False", "True")
    assert {"rating", "spent"} <= set(scales)


def test_answers_to_that_survey_are_placed_the_same(tool, newcomers, tmp_path):
    path = tool.write(tmp_path / "tool.yaml")
    data = newcomers[list(tool.items)].astype(object)
    if "balance" in data:
        data = data[data["balance"].between(*newcomers["balance"].quantile([0.1, 0.9]))]
    file = tmp_path / "answers.csv"
    data.to_csv(file, index=False)
    read = cx.read({"customer": str(file)}, str(path))
    again = tool.assign(read)
    np.testing.assert_array_equal(again["persona"], tool.assign(data)["persona"])


SURVEY = "shipped:surveys/credibility-gap.yaml"


@pytest.fixture(scope="module")
def answered():
    survey = cx.load_survey(SURVEY)
    constructs = list(survey.constructs)[:4]
    rng = np.random.default_rng(2)
    n = 240
    fields = {"department": rng.integers(1, 4, n).tolist()}
    truth = Truth(means=dict.fromkeys(constructs, 3.2), silence={constructs[0]: 0.05})
    answers = simulate(survey, perspective="employee", n=n, truth=truth, seed=4, fields=fields)
    items = [i.id for c in constructs for i in survey.items_of(c, "employee")]
    kind = pd.qcut(answers.frame[items].mean(axis=1), 3, labels=False).to_numpy(int)
    return answers, kind, [*items, "department"]


def test_a_survey_keeps_its_wording_and_its_scales(answered, tmp_path):
    answers, kind, items = answered
    data = answers.frame.copy()
    rare = np.random.default_rng(1).random(240) < 0.15
    data["department"] = np.where(rare, 5, kind + 1)  # so that it is among the questions
    answers = cx.Responses(**{**vars(answers), "frame": data})
    tool = _tool(answers, kind, items=items, most=4)
    assert "department" in tool.items
    given = answers.survey
    survey = cx.load_survey(tool.write(tmp_path / "tool.yaml"))
    assert survey.languages == given.languages == ("de", "de-du", "en")
    assert (survey.source, survey.licence, survey.notices) == (given.source, given.licence, given.notices)
    assert tuple(survey.perspectives) == ("employee",) and tuple(survey.items) == tool.items
    for item in survey.items.values():
        if item.id == "department":
            assert dict(survey.scale_of(item.id).labels) == {
                c: Text({lang: t.get(lang) for lang in given.languages})
                for c, t in given.fields["department"].labels.items()
            }
            assert survey.scale_of(item.id).codes == tuple(given.fields["department"].labels)
            continue
        assert item.text == {"employee": given.items[item.id].text["employee"]}
        assert survey.scale_of(item.id) == given.scale_of(item.id)
        assert item.reversed == given.items[item.id].reversed
    for lang in survey.languages:
        assert str(len(tool.items)) in survey.title.get(lang)
        asked = {q.item: q.text for q in survey.questionnaire("employee", lang)}
        assert asked[tool.items[1]] == (
            given.items[tool.items[1]].label(lang, "employee")
            if tool.items[1] in given.items
            else given.fields["department"].name.get(lang)
        )


def test_answers_on_a_survey_are_placed_by_every_file_alike(answered, tmp_path):
    answers, kind, items = answered
    tool = _tool(answers, kind, items=items[:-1], most=5)
    got = tool.assign(answers)
    assert "respondent" in got and len(got) == 240
    told = json.loads(tool.write(tmp_path / "t.json").read_text(encoding="utf-8"))
    assert told["languages"] == ["de", "de-du", "en"]
    theirs = [_score(told, person)[0] for person in answers.frame.to_dict("records")]
    assert theirs == got["persona"].fillna(1).tolist()
    question = told["questions"][0]
    wording = answers.survey.items[question["column"]].text["employee"]
    assert question["wording"] == {lang: wording.get(lang) for lang in told["languages"]}
    assert question["answers"][0]["wording"]["en"] == answers.survey.scale_of(question["column"]).label(1, "en")
    plain = tool.assign(answers.frame[list(tool.items)])
    np.testing.assert_array_equal(plain["persona"], got["persona"])
    book = openpyxl.load_workbook(tool.write(tmp_path / "t.xlsx", lang="en"))
    assert book.worksheets[0]["B10"].value == wording.get("en")


def test_scales_with_other_languages_are_cut_to_that_of_the_survey(people, tmp_path):
    data, kind = people
    scale = Scale(level="ordinal", low=1, high=5, labels={1: {"de": "nie", "en": "never"}}, missing={9: "weiß nicht"})
    tool = _tool(data[["rating", "half"]], kind, kinds={"half": "number"}, scale={"rating": scale}, most=2)
    survey = cx.load_survey(tool.write(tmp_path / "t.yaml", lang="de"))
    assert survey.scale_of("rating").labels[1].root == {"de": "nie"}
    assert survey.scale_of("rating").missing[9].root == {"de": "weiß nicht"}


def test_a_column_that_no_survey_can_hold_is_taught(people, tmp_path):
    data, kind = people
    tool = _tool(data[["rating", "half"]].rename(columns={"rating": "perspective"}), kind, most=2)
    with pytest.raises(SurveyError) as error:
        tool.write(tmp_path / "t.yaml")
    assert error.value.codes == ("survey.reserved-id",)
    assert not (tmp_path / "t.yaml").exists()


# ---- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "near"), [("t.xls", ".xlsx"), ("t.yml", ".yaml"), ("t.jsn", ".json"), ("t", None)])
def test_an_unknown_ending_is_taught(tool, tmp_path, name, near):
    with pytest.raises(ArgumentError, match=r"Allowed: .xlsx, .csv, .json, .yaml") as error:
        tool.write(tmp_path / name)
    assert error.value.codes == ("personas.typing-format",)
    assert (f"{near!r}" in str(error.value)) == (near is not None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json", ".yaml", ".XLSX"])
def test_files_are_written_again_where_nothing_is_lost(tool, tmp_path, ending):
    path = tmp_path / "new folder" / f"tool{ending}"
    assert tool.write(str(path)) == path
    size = path.stat().st_size
    assert tool.write(path) == path and abs(path.stat().st_size - size) < 50


def test_a_survey_that_was_refined_is_not_replaced(tool, tmp_path):
    path = tmp_path / "tool.yaml"
    path.write_text("id: mine\n", encoding="utf-8")
    with pytest.raises(SurveyError) as error:
        tool.write(path)
    assert error.value.codes == ("survey.file-exists",)
    assert path.read_text(encoding="utf-8") == "id: mine\n"
    tool.write(path, overwrite=True)
    assert tuple(cx.load_survey(path).items) == tool.items


def test_what_cannot_be_written_is_taught(tool, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ArgumentError, match="open elsewhere") as error:
        tool.write(tmp_path / "folder.csv")
    assert error.value.codes == ("personas.typing-not-writable",)
    with pytest.raises(ArgumentError) as error:
        tool.write(None)
    assert error.value.codes == ("shipped.no-path",)
    with pytest.raises(ArgumentError, match="en, de"):
        tool.write(tmp_path / "t.csv", lang="fr")


def test_a_long_code_and_many_answers(tmp_path):
    rng = np.random.default_rng(4)
    kind = rng.choice(3, 300)
    codes = [f"{'a very long answer ' * 20}{i}: \"quoted\", 'single' # {{x}}" for i in range(8)]
    data = pd.DataFrame(
        {"long": np.array(codes)[(kind * 2 + rng.integers(0, 3, 300)) % 8], "b": rng.integers(1, 4, 300)}
    )
    tool = _tool(data, kind)
    for ending in (".xlsx", ".csv", ".json"):
        tool.write(tmp_path / f"t{ending}")
    survey = cx.load_survey(tool.write(tmp_path / "t.yaml"))
    assert set(survey.scale_of("long").codes) == set(data["long"])
    assert survey_of(tool, "en") == survey
