"""What a terminal is told: the whole message of a failure, and no endless one."""

from __future__ import annotations

import io
import re

import pytest

from cxresearch.errors import CxError, Fault, unknown_name
from cxresearch.study.outcome import Outcome, Problem
from cxresearch.study.progress import Progress

VALID = [f"perspective_number_{i}" for i in range(12)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(problem: Problem | None, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    progress = Progress(stream)
    progress.start(1)
    status = "failed" if problem else "ok"
    progress.finish(Outcome(section="gaps", language="de", status=status, seconds=1.0, problem=problem))  # type: ignore[arg-type]
    return stream.getvalue()


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_the_whole_teaching_message_is_shown() -> None:
    fault = unknown_name("gaps.unknown-perspective", "perspective in the data", "perspective_numbr_7", VALID)
    message = str(CxError(fault))
    assert len(message) > 300
    text = told(Problem(kind="ArgumentError", message=message, cell=4))
    assert text.startswith("[1/1] gaps · de  failed  1.0 s  ArgumentError (cell 4): There is no perspective")
    assert unwrapped(text).endswith(message.removeprefix("error gaps.unknown-perspective: "))
    assert "Did you mean 'perspective_number_7'?" in unwrapped(text)
    _first, *more = text.splitlines()
    assert all(line.startswith("    ") for line in more)
    assert max(map(len, text.splitlines())) <= 100


def test_every_fault_of_several_is_shown() -> None:
    faults = [unknown_name("a.b", "item", f"perspective_numbr_{i}", VALID) for i in range(9)]
    text = told(Problem(kind="DataError", message=str(CxError(*faults))))
    for i in range(9):
        assert f"Did you mean 'perspective_number_{i}'?" in unwrapped(text)
    assert len([line for line in text.splitlines() if line.startswith("    error a.b")]) == 9


@pytest.mark.parametrize("columns", [30, 60, 200])
def test_lines_fit_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    fault = Fault(code="a.b", what="What happened. " * 20, do="Did you mean 'it'?")
    text = re.sub(r"\r\x1b\[K", "", told(Problem(kind="E", message=str(fault)), Terminal()))
    assert max(map(len, text.splitlines())) <= max(40, columns)
    assert unwrapped(text).endswith("Did you mean 'it'?")


def test_a_path_is_not_torn() -> None:
    path = "/".join(["a-long-folder-name"] * 9)
    assert path in told(Problem(kind="FileNotFoundError", message=f"No such file: {path}"))


def test_an_endless_message_ends() -> None:
    lines = told(Problem(kind="E", message="a line\n" * 5000)).splitlines()
    assert len(lines) < 130
    assert lines[-1] == "    and 4880 more lines; the report has them all"


def test_a_good_section_is_one_line() -> None:
    assert told(None) == "[1/1] gaps · de  ok  1.0 s\n"
