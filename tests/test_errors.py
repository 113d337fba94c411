"""Errors teach: also about odd values, and in a notebook."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import cxresearch as cx
from cxresearch.errors import (
    CxError,
    Fault,
    Place,
    listing,
    nearest,
    shorten,
    shown_path,
    unknown_name,
    unreadable,
)


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def test_nearest() -> None:
    assert nearest("AGREE5", ["agree5"]) == "agree5"
    assert nearest("agre5", ["yesno", "agree5"]) == "agree5"
    assert nearest("zzz", ["agree5"]) is None
    assert nearest("x", []) is None
    assert nearest(None, ["none"]) == "none"
    assert nearest(5, [5, 6]) == "5"
    assert nearest(Broken(), ["a"]) is None
    assert nearest("a", [Broken(), "A"]) == "A"
    assert nearest("a" * 100_000, ["a", "b"]) is None


def test_listing() -> None:
    assert listing([]) == "(none)"
    assert listing(["a", 5, None]) == "a, 5, None"
    assert listing(range(20), most=3) == "0, 1, 2 and 17 more"
    assert listing(iter("ab")) == "a, b"
    assert listing([Broken()]) == "<Broken>"
    assert "\x1b" not in listing(["\x1b[31mred"])
    assert len(listing(["x" * 100_000])) < 200


@pytest.mark.parametrize("value", ["😀" * 100_000, b"\x00" * 1000, list(range(10**5)), Broken(), None, float("nan")])
def test_shorten(value: object) -> None:
    assert len(shorten(value)) < 120


def test_shorten_writes_one_line() -> None:
    assert "\n" not in shorten(pd.DataFrame({"a": [1, 2]}))
    assert shorten("two\nlines") == r"'two\nlines'"


def test_messages_of_odd_faults() -> None:
    fault = Fault(code="x.y", what="What.", given=Broken(), place=Place(file="a\0b", line=3, row=2, field="c"))
    assert str(fault) == r"'a\x00b':3 (row 2, column 'c'): error x.y: What. Given: <Broken>."
    assert str(Fault(code="x.y", what="What.", given="")) == "error x.y: What. Given: ''."
    assert unknown_name("x", "scale", Broken(), ["a"]).do is None


def test_many_faults_are_all_kept_and_some_are_shown() -> None:
    error = CxError(*(Fault(code=f"x.{i}", what="What.") for i in range(1000)))
    assert len(error.codes) == 1000
    assert str(error).startswith("1000 faults:")
    assert str(error).endswith("and 950 more")
    assert error.told("de").startswith("1000 Fehler:\n  Fehler x.0: What.")
    assert error.told("de").endswith("und 950 weitere")


def test_errors_travel_between_processes() -> None:
    error = CxError(Fault(code="x.y", what="What.", place=Place(file="a")))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert shown_path("/etc/hosts") == "/etc/hosts"
    Path("answers.csv").touch()
    assert "'answers.csv'" in str(unreadable("answer.csv", "x"))
    assert "folder" in str(unreadable(tmp_path, "x"))
    assert unreadable("a\0b", "x").code == "x"
    assert unreadable("x" * 5000, "x").what == "This cannot be the path of a file."


def test_a_folder_that_was_removed_while_working_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(cx.CxError):
        cx.load_survey("a.yaml")


def test_a_notebook_shows_the_fault_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell.instance()
    try:
        result = shell.run_cell("import cxresearch as cx\ncx.load_survey('missing.yaml')")
        shown = capsys.readouterr()
    finally:
        InteractiveShell.clear_instance()
    assert isinstance(result.error_in_exec, CxError)
    text = shown.out + shown.err
    assert "yaml.missing-file" in text
    assert "Traceback" not in text
    assert "located.py" not in text
    assert len(text.strip().splitlines()) == 1
