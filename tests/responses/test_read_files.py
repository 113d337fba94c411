"""Files as people have them: encodings, delimiters, line ends, and files that are broken."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.survey.survey import Survey

Read = Callable[..., cx.Responses]
PLAIN = "rid,q1\n1,1\n2,weiß nicht\n"


def answers(responses: cx.Responses) -> list[tuple[str, object]]:
    return [
        (r, None if q != q else q) for r, q in zip(responses.frame["respondent"], responses.frame["q1"], strict=True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip(),
        PLAIN + "\n\n\n",
        PLAIN + ",\n,\n",
        "\n\n" + PLAIN,
        " rid , q1 \n 1 , 1 \n2,weiß nicht\n",
        '"rid","q1"\n"1","1"\n"2","weiß nicht"\n',
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-32"),
        "rid,q1,\n1,1,\n2,weiß nicht,\n",
        "rid,q1,,\n1,1,,\n2,weiß nicht,,\n",
        "rid,q1\n1,1\n2,wei\u00df\u00a0nicht\n",
    ],
)
def test_one_table_in_many_files(text: str | bytes, read: Read) -> None:
    responses = read(text)
    assert answers(responses) == [("1", 1.0), ("2", None)]
    assert responses.reasons["q1"].tolist() == ["", "98"]
    assert responses.provenance[0].rows_read == responses.provenance[0].rows_kept == len(responses) == 2


def test_windows_encoding_is_taught_and_can_be_said(read: Read, fault: Callable[..., Any]) -> None:
    raw = PLAIN.encode("cp1252")
    told = fault(raw)
    assert told.code == "data.encoding"
    assert told.place.line == 3
    assert "encoding='cp1252'" in told.do
    assert "weiß nicht" in told.do
    assert answers(read(raw, encoding="cp1252")) == [("1", 1.0), ("2", None)]


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "hex", "undefined", "a\0b", 5])
def test_encodings_that_are_none(encoding: Any, fault: Callable[..., Any]) -> None:
    assert fault(PLAIN, encoding=encoding).code == "data.encoding"


def test_a_said_encoding_may_have_a_mark(read: Read) -> None:
    assert answers(read("\ufeff" + PLAIN, encoding="utf-8")) == answers(read(PLAIN))


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n", "\r", "\0", 5])
def test_delimiters_that_are_none(delimiter: Any, fault: Callable[..., Any]) -> None:
    assert fault(PLAIN, delimiter=delimiter).code == "data.delimiter"


def test_a_delimiter_can_be_said(read: Read, fault: Callable[..., Any]) -> None:
    assert answers(read("rid q1\n1 1\n", delimiter=" ")) == [("1", 1.0)]
    told = fault(PLAIN, delimiter=";")
    assert told.code == "data.nothing-matched"
    assert "';'" in told.do


def test_a_delimiter_inside_a_quoted_header_does_not_count(read: Read) -> None:
    responses = read('rid,"a;b;c;d;e;f","Question, one?"\n1,x,5\n')
    assert answers(responses) == [("1", 5.0)]
    assert responses.report.unmatched == ("a;b;c;d;e;f",)


def test_lines_are_counted_through_quoted_line_ends(fault: Callable[..., Any]) -> None:
    told = fault('rid,note,q1\n1,"a\nb",1\n2,"c\r\nd",9\n')
    assert (told.place.line, told.place.row, told.place.field) == (4, 2, "q1")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "data.empty", None),
        (" \n\n \n", "data.empty", None),
        (b"\xef\xbb\xbf", "data.empty", None),
        ("rid,q1\n", "data.empty", None),
        ("rid,q1\n1,1\n2\n", "data.ragged-row", 3),
        ("rid,q1\n1,1,1\n", "data.ragged-row", 2),
        ('rid,q1\n1,1\n2,"1\n', "data.quote", 3),
        ('rid,q1\n1,"1"x\n', "data.quote", 2),
        ("rid,q1,q1\n1,1,1\n", "data.duplicate-column", 1),
        (b"rid,q1\n1,1\n2,1\x00\n", "data.not-text", 3),
        (PLAIN.encode("utf-16-le"), "data.encoding", 3),
        ("rid,q1\n1,1\n".encode("utf-16-le"), "data.not-text", 1),
    ],
)
def test_broken_files(text: str | bytes, code: str, line: int | None, fault: Callable[..., Any]) -> None:
    told = fault(text)
    assert (told.code, told.place.line) == (code, line)


def test_all_ragged_rows_are_told_with_their_row(read: Read) -> None:
    with pytest.raises(cx.CxError) as caught:
        read("rid,q1\n" + "1,1\n2\n" * 500)
    assert [(f.place.row, f.place.line) for f in caught.value.faults if f.place][:2] == [(2, 3), (4, 5)]
    assert len(caught.value.faults) == 500
    assert len(str(caught.value)) < 20_000


def test_rows_without_content_are_told(read: Read) -> None:
    responses = read("rid,q1\n1,1\n,\n\n2,5\n,\n\n\n")
    assert len(responses) == 2
    assert "3 rows without any content were left out" in responses.report.text("en")


def test_in_a_single_column_an_empty_cell_is_an_answer_left_out(read: Read) -> None:
    responses = read('q1\n1\n""\n5\n')
    assert responses.reasons["q1"].tolist() == ["", "empty", ""]


def test_paths_that_are_none(survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answers.csv").write_text(PLAIN, encoding="utf-8")
    for path in ("answer.csv", ".", "", "a\0b", "x" * 5000, None, 5, "shipped:no.csv", "answers.csv/x"):
        with pytest.raises(cx.CxError) as caught:
            cx.read_responses(path, survey)  # type: ignore[arg-type]
        assert str(caught.value)
    with pytest.raises(cx.CxError, match=r"'answers\.csv'"):
        cx.read_responses("answer.csv", survey)


@pytest.mark.parametrize("wrong", ["survey.yaml", None, {"id": "x"}])
def test_what_is_no_survey(wrong: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PLAIN, encoding="utf-8")
    with pytest.raises(cx.CxError) as caught:
        cx.read_responses(path, wrong)
    assert caught.value.codes == ("data.not-a-survey",)


def test_the_collector_is_left_as_it_was(read: Read) -> None:
    import gc

    assert gc.isenabled()
    read(PLAIN)
    assert gc.isenabled()


def test_many_rows_are_read_fast(survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    cells = ["1", "5", "98", "", "trifft nicht zu", "I agree"]
    rows = (f"{i},{cells[i % 6]},{i % 1000 / 10},{i}.5,comment {i},=cmd()" for i in range(50_000))
    path.write_text("rid,q1,q2,amount,note,x\n" + "\n".join(rows), encoding="utf-8")
    start = time.process_time()
    responses = cx.read_responses(path, survey, perspective="customer", partial=True)
    assert time.process_time() - start < 3
    assert len(responses) == 50_000


def test_wide_files(survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    header = ["rid", *(f"some long column name {i}" for i in range(500)), "q1"]
    lines = [",".join(header)] + [",".join([str(i)] + ["1"] * 501) for i in range(50)]
    path.write_text("\n".join(lines), encoding="utf-8")
    responses = cx.read_responses(path, survey, perspective="customer", partial=True)
    assert len(responses.report.unmatched) == 500
    assert len(responses.report.text("en").splitlines()) < 120
    assert "    and 400 more" in responses.report.text("en").splitlines()
    assert responses.frame["q1"].tolist() == [1.0] * 50


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("rid,q1;\t\n\r\"' 15.,x=\0é\ufeff|"), max_size=60))
def test_any_text_is_read_or_taught(text: str, read: Read) -> None:
    try:
        responses = read("rid,q1\n" + text)
    except cx.CxError as error:
        codes = error.codes
    else:
        codes = ()
        assert responses.provenance[0].rows_kept == len(responses.frame)
    assert all(code.startswith("data.") for code in codes)
