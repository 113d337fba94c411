"""What stands in a cell: codes, labels, numbers, text, and what is none of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import cxresearch as cx
from cxresearch.responses.codes import normal
from cxresearch.responses.numerals import Numerals

Read = Callable[..., cx.Responses]


def column(responses: cx.Responses, name: str) -> list[object]:
    return [None if value is None or value != value else value for value in responses.frame[name]]


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        ("1", 1.0, ""),
        ("5.0", 5.0, ""),
        ("05", 5.0, ""),
        ("+1", 1.0, ""),
        ("1e0", 1.0, ""),
        ("trifft nicht zu", 1.0, ""),
        ("  TRIFFT   Nicht zu ", 1.0, ""),
        ("I don't agree", 1.0, ""),
        ("I don’t agree", 1.0, ""),
        ('trifft "voll" zu', 5.0, ""),
        ("trifft »voll« zu", 5.0, ""),
        ("I agree", 5.0, ""),
        ("98", None, "98"),
        ("98.0", None, "98"),
        ("weiß nicht", None, "98"),
        ("WEISS NICHT", None, "98"),
        ("weiß nicht".replace("ß", "ss"), None, "98"),
        ("don't know", None, "98"),
        ("99", None, "99"),
        ("", None, "empty"),
        ("   ", None, "empty"),
    ],
)
def test_cells_of_a_rating(cell: str, value: float | None, reason: str, read: Read) -> None:
    quoted = '"{}"'.format(cell.replace('"', '""'))
    responses = read(f"rid,q1\n1,{quoted}\n2,3\n")
    assert column(responses, "q1") == [value, 3.0]
    assert responses.reasons["q1"].tolist() == [reason, ""]


def test_reasons_are_kept_apart_and_counted(read: Read) -> None:
    responses = read("rid,q1,size\n1,98,u\n2,99,s\n3,,unbekannt\n4,don't know,groß\n5,2,\n")
    assert responses.reasons["q1"].tolist() == ["98", "99", "empty", "98", ""]
    assert responses.reasons["size"].tolist() == ["u", "", "u", "", "empty"]
    assert column(responses, "size") == [None, "s", None, "l", None]
    counted = responses.report.missing.set_index("reason")["n"].to_dict()
    assert counted == {"98": 2, "99": 1, "empty": 1}


@pytest.mark.parametrize(
    "cell",
    ["0", "6", "2.5", "-1", "٣", "５", "²", "0x10", "1_0", "1e309", "inf", "nan", "NA", "3 ", "1 000", "5%", "\u200b3"],
)
def test_what_is_no_answer_on_the_scale_is_never_missing(cell: str, fault: Callable[..., Any], read: Read) -> None:
    if cell.strip() == "3":
        assert column(read(f"rid,q1\n1,{cell}\n"), "q1") == [3.0]
        return
    told = fault(f"rid,q1\n1,5\n2,{cell}\n3,{cell}\n")
    assert told.code == "data.unknown-value"
    assert told.given == cell
    assert (told.place.row, told.place.line, told.place.field) == (2, 3, "q1")
    assert "1 to 5" in told.allowed
    assert "2 rows" in told.what


@pytest.mark.parametrize(
    "cell", ["١٢", "1e309", "0x10", "1_0", "inf", "-inf", "nan", "infinity", "1.", ".5", "9" * 5000, "1e5000"]
)
def test_what_python_takes_for_a_number_and_people_do_not(cell: str, fault: Callable[..., Any]) -> None:
    told = fault(f"rid,q1,amount\n1,1,{cell}\n")
    assert (told.code, told.place.field) == ("data.unknown-value", "amount")


def test_an_unknown_label_names_the_nearest(fault: Callable[..., Any]) -> None:
    told = fault("rid,q1\n1,trift nicht zu\n")
    assert "'trifft nicht zu'" in told.do
    assert "trifft nicht zu" in told.allowed
    assert "98" in told.allowed


def test_every_different_unknown_value_is_told_and_then_counted(read: Read) -> None:
    with pytest.raises(cx.CxError) as caught:
        read("rid,q1\n" + "".join(f"{i},text {i}\n" for i in range(5000)))
    assert len(caught.value.faults) == 21
    assert "4980 more different values" in caught.value.faults[-1].what


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["3,5", "4", "0,25"], [3.5, 4.0, 0.25]),
        (["3.5", "4", "1e1"], [3.5, 4.0, 10.0]),
        (["-0", "-0.0", "0"], [0.0, 0.0, 0.0]),
        (["1.234", "2.5", "3"], [1.234, 2.5, 3.0]),
    ],
)
def test_decimals(cells: list[str], values: list[float], read: Read) -> None:
    text = "rid;q1;amount\n" + "".join(f"{i};1;{cell}\n" for i, cell in enumerate(cells))
    responses = read(text)
    assert column(responses, "amount") == values
    assert all(math.copysign(1, v) == 1 for v in values)
    assert ("decimal comma" in responses.report.text("en")) == ("," in "".join(cells))


def test_mixed_decimals_are_not_guessed(fault: Callable[..., Any]) -> None:
    told = fault("rid;q2\n1;3.5\n2;3,5\n3;4\n")
    assert (told.code, told.place.row) == ("data.mixed-decimals", 2)


def test_what_may_be_thousands_is_not_guessed(fault: Callable[..., Any], read: Read) -> None:
    told = fault("rid;q1;q2;amount\n1;1;2,5;1.234\n2;1;3,5;2.000\n")
    assert (told.code, told.place.field, told.given) == ("data.thousands", "amount", "1.234")
    # one column that cannot be thousands has said how this file writes numbers
    assert column(read("rid;q1;q2;amount\n1;1;2.5;1.234\n"), "amount") == [1.234]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("01", "01"), ("no", "no"), ("1e3", "1e3"), ("eins", "01"), ("NOPE", "no"), ("tausend", "1e3"), (" no ", "no")],
)
def test_text_codes(cell: str, value: str, read: Read) -> None:
    assert column(read(f"rid,q3\n1,{cell}\n"), "q3") == [value]


@pytest.mark.parametrize("cell", ["1", "1000", "1.0", "nein!", "001"])
def test_text_codes_are_no_numbers(cell: str, fault: Callable[..., Any]) -> None:
    assert fault(f"rid,q3\n1,{cell}\n").code == "data.unknown-value"


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 25_000,
        "=cmd()",
        "<script>alert(1)</script>",
        "+49 40 123",
        "@x",
        "a;b|c",
        "NA",
        "null",
        "0x10",
        "007",
        "1.0",
    ],
)
def test_free_text_is_kept_as_it_is(text: str, read: Read) -> None:
    responses = read(f'rid,q1,note,branch\n1,1,"{text}","{text}"\n')
    assert column(responses, "note") == [text]
    assert column(responses, "branch") == [text]
    assert len(repr(responses)) < 2000


def test_a_label_that_two_codes_share(tmp_path: Any, fault: Callable[..., Any], survey: Any) -> None:
    from cxresearch.survey.template import parse_survey

    shared = parse_survey(
        """\
id: t
title: T
languages: [de, en]
source: s
licence: l
perspectives: {p: {name: P, side: inside, role: other}}
scales: {s: {level: ordinal, low: 1, high: 3, labels: {1: {de: gut, en: good}, 2: {de: Good, en: fair}}}}
items: {q: {scale: s, text: Q}}
"""
    )
    path = tmp_path / "a.csv"
    path.write_text("q\ngood\n1\n", encoding="utf-8")
    with pytest.raises(cx.CxError) as caught:
        cx.read_responses(path, shared)
    assert caught.value.codes == ("data.ambiguous-label",)
    path.write_text("q\nfair\ngut\n3\n", encoding="utf-8")
    assert cx.read_responses(path, shared).frame["q"].tolist() == [2.0, 1.0, 3.0]


@pytest.mark.parametrize("cell", ["-1", "abc", "-0.5"])
def test_weights_that_are_none(cell: str, fault: Callable[..., Any]) -> None:
    assert fault(f"rid,q1,w\n1,1,{cell}\n").code == "data.unknown-value"


def test_numerals() -> None:
    assert Numerals.of(["1.000", "12.345"]).thousands
    assert not Numerals.of(["1.000", "12.34"]).thousands
    assert not Numerals.of(["0.500"]).thousands
    assert Numerals.of(["abc", "1.2.3", "1,2,3"]).decimal == "none"
    assert Numerals("comma").parse("1.5") is None
    assert Numerals("none").parse("1,5") is None


def test_normal() -> None:
    assert normal("Ärger") == normal("A\u0308rger")
    assert normal("ja – sehr") == normal("Ja - SEHR")
    assert normal("a\u00a0b") == normal("a b")
