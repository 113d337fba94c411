from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import CxError, SurveyError
from cxresearch.survey.block import Grid, Multiple, Ranking
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.imports.qualtrics.instrument import read_qsf
from cxresearch.survey.imports.qualtrics.logic import Asked, condition

HERE = Path(__file__).parent / "qualtrics"
REAL = sorted(HERE.glob("*.qsf"))
BETTER = HERE / "Better_Sample_Survey__Better_Sample_Survey.qsf"
MULTIPLE = HERE / "Multiple_Answer_Multiple_Choices_Questions__Multiple_Answer_MC_Questions.qsf"
MATRIX = HERE / "Single_Answer_Matrix_Questions__Single_Answer_Matrix_Questions.qsf"
ANSWERS = Path(__file__).parents[2] / "responses" / "qualtrics"
ABOUT = 14  # columns about the interview
PLAIN = "Click to write the question text"


def _texts(node: Any) -> set[str]:
    """Return every wording of a file."""
    if isinstance(node, dict):
        own = {str(node[key]) for key in ("QuestionText", "Display") if isinstance(node.get(key), str)}
        return own | {text for value in node.values() for text in _texts(value)}
    return {text for value in node for text in _texts(value)} if isinstance(node, list) else set()


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[:20])
def test_every_question_choice_and_logic_of_real_files_is_carried_over_or_told(path: Path) -> None:
    imported = read_qsf(path)
    survey = imported.survey
    data = json.loads(path.read_text(encoding="utf-8"))
    told = f"{imported.yaml} {imported.report()}"
    flat = " ".join(told.replace("''", "'").split())
    for text in _texts(data):
        first = text.replace("&nbsp;", " ").split("<")[0].strip()
        assert " ".join(first.split()) in flat, text
    questions = {one["PrimaryAttribute"]: one["Payload"] for one in data["SurveyElements"] if one["Element"] == "SQ"}
    parts = {*survey.items, *survey.fields, *survey.blocks}
    places = {note.place.field for note in imported.notes}
    for qid, payload in questions.items():
        tag = payload["DataExportTag"]
        assert any(part == tag or part.startswith(f"{tag}_") for part in parts) or qid in places
    logics = [qid for qid, q in questions.items() for one in q.get("Choices", {}).values() if "DisplayLogic" in one]
    said = sum(block.relevance is not None for block in survey.blocks.values())
    assert not logics or said or any(note.code == "qualtrics.logic" for note in imported.notes)
    assert {note.severity for note in imported.unmatched} <= {"lost"}


@pytest.mark.parametrize(
    ("path", "answers", "gone"),
    [
        (BETTER, "Better_Sample_Survey__Better_Sample_Survey.csv", {"Q13_1_-1", "Q13_2_-1", "Q13_3_-1"}),
        (MULTIPLE, f"{MULTIPLE.stem}__Insights_.csv", set()),
        (MULTIPLE, f"{MULTIPLE.stem}.csv", set()),
        (MATRIX, f"{MATRIX.stem}__Insights_.csv", set()),
    ],
)
def test_columns_of_real_answers_have_a_place_in_the_imported_survey(path: Path, answers: str, gone: set[str]) -> None:
    imported = read_qsf(path)
    known = {*imported.survey.items, *imported.survey.fields}
    with (ANSWERS / answers).open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    about = [tag for tag in header if tag.startswith(("V", "Location", "Recipient")) or tag in header[:11] or not tag]
    own = [tag for tag in header if tag not in about]
    assert len(own) > 15
    assert {tag for tag in own if imported.columns.get(tag, tag) not in known} == gone


def test_what_the_better_sample_became() -> None:
    imported = read_qsf(BETTER)
    survey = imported.survey
    assert survey.scale_of("q4_rank_1").codes == (1, 2, 3, -1)
    assert survey.scale_of("q4_rank_1").label(-1, "en") == "Never Tried It"
    volunteer = survey.blocks["q3_volunteer"]
    assert isinstance(volunteer, Multiple)
    assert volunteer.exclusive == ("q3_volunteer_4",)
    assert survey.blocks["q1_recent_1_ticks"].relevance == "not (q4_rank_1 == -1)"
    assert survey.fields["q5_position"].relevance == "not (q2_favorite == 1)"
    assert "relevance" not in imported.yaml.split("q2_favorite:\n")[1].split("q3_volunteer_1")[0]
    notes = {(note.code, note.place.field, note.severity) for note in imported.notes}
    assert ("qualtrics.skip", "QID1", "changed") in notes
    assert ("qualtrics.unused", "QID7", "lost") in notes
    assert ("qualtrics.note", "QID4", "lost") in notes
    assert ("qualtrics.side-by-side", "QID12", "changed") in notes


def test_recode_values_become_codes_and_export_tags_ids() -> None:
    matrix = read_qsf(MATRIX).survey
    assert isinstance(matrix.blocks["Q5"], Grid)
    assert matrix.scale_of("Q5_question_one").codes == (10, 11, 12, 13)
    assert matrix.scale_of("Q3_question_one").codes == (1, 2, 3, 4)
    multiple = read_qsf(MULTIPLE)
    assert multiple.survey.blocks["Q5"].items == tuple(f"Q5_{code}" for code in range(10, 17))
    assert multiple.survey.fields["mc_question_five_2_TEXT"].relevance == "mc_question_five_2 == 1"
    logic = next(note for note in multiple.notes if note.code == "qualtrics.logic")
    assert (logic.place.field, logic.given) == ("QID4/1", "If - Click to write Scale point 1 Is Displayed")


def _sq(qid: str, kind: str, selector: str, tag: str, **more: Any) -> dict[str, Any]:
    payload = {"QuestionText": f"Text {tag}", "DataExportTag": tag, "QuestionType": kind, "Selector": selector}
    return {"Element": "SQ", "PrimaryAttribute": qid, "Payload": {**payload, "QuestionID": qid, **more}}


def _choices(*texts: str) -> dict[str, dict[str, str]]:
    return {str(number): {"Display": text} for number, text in enumerate(texts, start=1)}


def _logic(operand: str, operator: str = "Selected", right: str | None = None) -> dict[str, Any]:
    leaf = {"LogicType": "Question", "LeftOperand": operand, "Operator": operator, "RightOperand": right}
    return {"0": {"0": leaf, "Type": "If"}, "Type": "BooleanExpression"}


def _qsf(path: Path, questions: list[dict[str, Any]], blocks: list[list[Any]], flow: list[Any], *more: Any) -> Imported:
    listed = [
        {"ID": f"BL_{n}", "Type": "Standard", "BlockElements": [_element(one) for one in block]}
        for n, block in enumerate(blocks, start=1)
    ]
    elements = [
        {"Element": "BL", "Payload": {str(n): one for n, one in enumerate(listed)}},
        {"Element": "FL", "Payload": {"Flow": flow}},
        *questions,
        *more,
    ]
    data = {"SurveyEntry": {"SurveyName": "Own", "SurveyLanguage": "DE"}, "SurveyElements": elements}
    path.write_text(json.dumps(data), encoding="utf-8")
    return read_qsf(path)


def _element(one: Any) -> Any:
    return {"Type": "Question", "QuestionID": one} if isinstance(one, str) else one


def test_flow_logic_languages_and_every_kind_of_question(tmp_path: Path) -> None:
    nps = [{"Display": str(n)} for n in range(11)]
    ends = [{"Display": "gar nicht"}, {"Display": "sehr"}]
    force = {"Validation": {"Settings": {"ForceResponse": "ON"}}}
    english = {"EN": {"QuestionText": "English nps", "Choices": {"0": {"Display": "0"}}}}
    number = {"Settings": {"ContentType": "ValidNumber", "ValidNumber": {"Min": "16", "Max": "99", "NumDecimals": "0"}}}
    questions = [
        _sq(
            "QID1",
            "MC",
            "NPS",
            "nps",
            Choices=nps,
            ChoiceOrder=[str(n) for n in range(11)],
            ColumnLabels=ends,
            Language=english,
            **force,
        ),
        _sq("QID2", "TE", "ML", "why", DisplayLogic=_logic("q://QID1/SelectableChoice/0")),
        _sq("QID3", "TE", "SL", "age", Validation=number),
        _sq("QID4", "RO", "DND", "order", Choices=_choices("A", "B", "C"), Randomization={"Type": "All"}),
        _sq(
            "QID5",
            "Slider",
            "HSLIDER",
            "bar",
            Choices=_choices("X"),
            Configuration={"CSSliderMin": "0", "CSSliderMax": "10"},
        ),
        _sq("QID6", "DB", "TB", "hello"),
        _sq("QID7", "CS", "VRTL", "split", Choices=_choices("P", "Q")),
        _sq("QID8", "HeatMap", "Image", "heat"),
        _sq("QID9", "MC", "DL", "place", Choices=_choices("2", "1"), QuestionJS="alert(1)"),
        _sq("QID10", "TE", "FORM", "who", Choices=_choices("Name", "Ort")),
        _sq("QID11", "TE", "SL", "note", DisplayLogic=_logic("q://QID3/ChoiceTextEntryValue", "GreaterThan", "65")),
    ]
    branch = {"Type": "Branch", "FlowID": "FL_5", "BranchLogic": _logic("q://QID9/SelectableChoice/2", "NotSelected")}
    flow = [
        {"Type": "EmbeddedData", "FlowID": "FL_1", "EmbeddedData": [{"Field": "source", "Value": "mail"}]},
        {"Type": "Block", "ID": "BL_1", "FlowID": "FL_2"},
        {
            "Type": "BlockRandomizer",
            "FlowID": "FL_3",
            "SubSet": 2,
            "Flow": [{"Type": "Block", "ID": "BL_2"}, {"Type": "Block", "ID": "BL_3"}],
        },
        {**branch, "Flow": [{"Type": "Block", "ID": "BL_4"}]},
        {"Type": "WebService", "FlowID": "FL_9"},
    ]
    blocks = [
        ["QID6", "QID1", "QID2", {"Type": "Page Break"}, "QID3"],
        ["QID4", "QID5"],
        ["QID7", "QID8", "QID9"],
        ["QID10", "QID11"],
    ]
    quota = {
        "Name": "Old",
        "Occurrences": 50,
        "Logic": _logic("q://QID3/ChoiceTextEntryValue", "GreaterThanOrEqual", "60"),
    }
    imported = _qsf(
        tmp_path / "own.qsf", questions, blocks, flow, {"Element": "QO", "PrimaryAttribute": "QO_1", "Payload": quota}
    )
    survey = imported.survey
    assert survey.languages == ("de", "en")
    assert survey.items["nps"].label("en") == "English nps"
    assert (survey.items["nps"].index, survey.items["nps"].required) == ("nps", True)
    assert survey.scale_of("nps").codes == tuple(range(11))
    assert survey.fields["why"].relevance == "nps == 0"
    assert survey.items["nps"].ends is not None
    assert survey.items["nps"].ends.high.get("de") == "sehr"
    assert (survey.fields["age"].low, survey.fields["age"].high, survey.fields["age"].kind) == (16, 99, "number")
    assert isinstance(survey.blocks["order"], Ranking)
    assert survey.blocks["order"].shuffle
    assert survey.items["bar_1"].widget == "slider"
    assert survey.fields["note"].relevance == "age > 65"
    assert survey.fields["source"].text is None
    assert survey.scale_of("place").label(1, "de") == "(2)"
    pages = survey.pages
    assert pages[0].intro is not None
    assert pages[0].items == ("nps", "why")
    assert [page.group for page in pages] == [None, None, "random_FL_3", "random_FL_3", None]
    assert pages[4].relevance == "not (place == 2)"
    assert (survey.quotas["Old"].n, survey.quotas["Old"].when) == (50, "age >= 60")
    codes = {(note.code, note.place.field) for note in imported.unmatched}
    assert {("qualtrics.question-type", "QID8"), ("qualtrics.question-js", "QID9"), ("qualtrics.flow", "FL_9")} <= codes
    assert ("qualtrics.constant-sum", "QID7") in codes
    assert ("qualtrics.embedded-value", "FL_1") in codes


def _leaf(qid: str, choice: int, **more: str) -> dict[str, Any]:
    return {
        "LogicType": "Question",
        "LeftOperand": f"q://{qid}/SelectableChoice/{choice}",
        "Operator": "Selected",
        **more,
    }


def test_expressions_and_groups_are_joined_as_qualtrics_does() -> None:
    asked = {"QID1": Asked(single="a", codes={"1": 1, "2": 2}), "QID2": Asked(ticks={("1",): "b_1"})}
    both = {"0": _leaf("QID1", 1), "1": _leaf("QID1", 2, Conjuction="Or"), "Type": "If"}
    assert condition({"0": both}, asked) == "(a == 1) or (a == 2)"
    more = {"0": _leaf("QID2", 1, Conjuction="And"), "Type": "If"}
    assert (
        condition({"0": both, "1": more, "Type": "BooleanExpression"}, asked) == "((a == 1) or (a == 2)) and (b_1 == 1)"
    )
    more = {"0": _leaf("QID2", 1), "Type": "OrIf"}
    assert condition({"0": both, "1": more}, asked) == "((a == 1) or (a == 2)) or (b_1 == 1)"
    assert condition({"0": {"0": _leaf("QID9", 1)}}, asked) is None
    assert condition({"0": {"0": _leaf("QID1", 1, QuestionIsInLoop="yes")}}, asked) is None


def test_a_setting_nobody_knows_is_told(tmp_path: Path) -> None:
    question = _sq(
        "QID1", "MC", "SAVR", "q", Choices={"1": {"Display": "a", "Wobble": 3}, "2": {"Display": "b"}}, Frob={"x": 1}
    )
    more = {"Element": "ZZ", "PrimaryAttribute": "ZZ_1", "Payload": {"a": 1}}
    imported = _qsf(tmp_path / "own.qsf", [question], [["QID1"]], [{"Type": "Block", "ID": "BL_1"}], more)
    told = {(note.code, note.place.field) for note in imported.unmatched}
    assert {
        ("qualtrics.setting", "QID1"),
        ("qualtrics.choice-setting", "QID1/1"),
        ("qualtrics.element", "ZZ_1"),
    } <= told


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"SurveyEntry": {}}', b"\xff\xfe", b'{"SurveyElements": {}}'])
def test_what_is_no_qsf_is_taught(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.qsf"
    path.write_bytes(content)
    with pytest.raises(SurveyError) as caught:
        read_qsf(path)
    assert caught.value.codes == ("import.not-qsf",)
    with pytest.raises(SurveyError) as caught:
        read_qsf(tmp_path / "none.qsf")
    assert caught.value.codes == ("import.missing-file",)


JUNK = [
    None,
    "",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    "x",
    [1, "a", None],
    {"a": 1, "1": {"Display": 5}},
    "{nps} <b>",
    "${q://QID1}",
]


def _places(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        found += [(node, key), *_places(node[key])]
    return found


@given(st.sampled_from(REAL), st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(JUNK)), min_size=1, max_size=6))
@settings(max_examples=60)
def test_a_damaged_file_is_read_or_refused_but_never_breaks(
    tmp_path_factory: Any, path: Path, damage: list[Any]
) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    for number, junk in damage:
        places = _places(data)
        if places:
            node, key = places[number % len(places)]
            node[key] = junk
    file = tmp_path_factory.getbasetemp() / "damaged.qsf"
    file.write_text(json.dumps(data), encoding="utf-8")
    try:
        imported = read_qsf(file)
    except CxError:
        return
    assert imported.survey.id
    assert imported.report()
