"""The YAML reader: hostile files do no harm, and every value knows its line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxresearch.errors import CxError
from cxresearch.located import DEEPEST, parse_yaml, read_yaml, reads_as_number, reads_as_value


def codes(text: str) -> tuple[str, ...]:
    with pytest.raises(CxError) as caught:
        parse_yaml(text)
    return caught.value.codes


def test_billion_laughs() -> None:
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    start = time.process_time()
    assert codes("\n".join(lines)) == ("yaml.too-large",)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a: " + "[" * 100_000 + "]" * 100_000,
        "- " * 100_000,
        "{a: " * 100_000,
        "? " * 100_000,
        "".join(" " * i + "a:\n" for i in range(500)),
    ],
)
def test_very_deep_nesting(text: str) -> None:
    assert codes(text) == ("yaml.too-deep",)


def test_depth_that_is_allowed() -> None:
    parse_yaml("[" * DEEPEST + "]" * DEEPEST)


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: *b", "b: *a\na: &a 1"])
def test_aliases_without_a_part_before_them(text: str) -> None:
    assert codes(text) == ("yaml.alias",)


def test_aliases_repeat_a_part_and_have_their_own_place() -> None:
    located = parse_yaml("a: &x {de: eins}\nb: *x\nc:\n  - *x\n")
    assert located.data == {"a": {"de": "eins"}, "b": {"de": "eins"}, "c": [{"de": "eins"}]}
    assert located.place("b", "de").line == 2
    assert located.place("c", 0, "de").line == 4


def test_every_fault_of_a_file_is_told() -> None:
    assert codes("a: 1\na: 2\nb: *c\n[x]: 1\nd: !t 1\n") == (
        "yaml.duplicate-key",
        "yaml.alias",
        "yaml.key",
        "yaml.tag",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("null", None),
        ("~", None),
        ("yes", "yes"),
        ("True", "True"),
        ("012", "012"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("٣", "٣"),
        ("2018-01-01", "2018-01-01"),
        ("'5'", "5"),
        ('"null"', "null"),
        ("!!str 5", "5"),
        ("! 5", "5"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_scalars(text: str, value: object) -> None:
    found = parse_yaml(f"a: {text}").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_empty_values_are_null_and_empty_quotes_are_text() -> None:
    assert parse_yaml("a:\nb: ''\n").data == {"a": None, "b": ""}


def test_places_are_one_based_and_fall_back_to_what_encloses() -> None:
    located = parse_yaml("a:\n  - b: 1\n    c: 2\n")
    assert str(located.place("a", 0, "c")) == "<text>:3:5"
    assert str(located.place("a", 0, "zzz", "deeper")) == "<text>:2:5"
    assert str(located.place("nowhere")) == "<text>:1:1"


def test_reads_as() -> None:
    assert reads_as_value("1e3")
    assert not reads_as_value("no")
    assert reads_as_number(" 2.0 ") == 2.0
    assert reads_as_number("true") is None


def test_byte_order_mark_and_windows_lines(tmp_path: object) -> None:
    path = tmp_path / "a.yaml"  # type: ignore[operator]
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read_yaml(path).data == {"a": 1, "b": 2}


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("ab01 :-[]{}&*!|>'\"\n\t#?~,.%@`\0é😀\u0085\u2028"), max_size=60))
def test_any_text_is_read_or_taught(text: str) -> None:
    try:
        parse_yaml(text)
        found: tuple[str, ...] = ()
    except CxError as error:
        found = error.codes
    assert all(code.startswith("yaml.") for code in found)
