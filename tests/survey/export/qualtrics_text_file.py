"""Reads Qualtrics' text format by its documentation, knowing nothing of how we write it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TAG = re.compile(r"\[\[([A-Za-z]+)(?::([^\]]*))?\]\]")
KINDS = {
    "DB",
    "RO",
    "Matrix",
    "TE:SingleLine",
    "TE:Essay",
    "MC:SingleAnswer:Vertical",
    "MC:SingleAnswer:Horizontal",
    "MC:MultipleAnswer:Vertical",
    "MC:Dropdown",
}


@dataclass
class Asked:
    """A question with the recode values of its choices and answers."""

    kind: str
    block: str
    id: str = ""
    text: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


def read_text_file(text: str) -> tuple[list[Asked], list[str]]:
    """Return the questions and the embedded fields."""
    lines = text.split("\n")
    assert lines[0] == "[[AdvancedFormat]]"
    asked: list[Asked] = []
    fields: list[str] = []
    block, into = "", None
    for line in lines[1:]:
        tag = _TAG.fullmatch(line)
        if tag is None:
            if line:
                assert asked, f"text outside of a question: {line!r}"
                if into is None:
                    asked[-1].text.append(line)
                else:
                    listed, code = into
                    assert code not in listed, f"recode value twice: {code}"
                    listed[code] = line
            continue
        name, value = tag.groups()
        match name:
            case "Block":
                block = value
            case "ED":
                fields.append(value)
            case "Question":
                assert value in KINDS, value
                asked.append(Asked(kind=value, block=block))
                into = None
            case "ID":
                asked[-1].id = value
            case "AdvancedChoices" | "AdvancedAnswers":
                into = (asked[-1].choices if name == "AdvancedChoices" else asked[-1].answers, "")
            case "Choice" | "Answer":
                assert into is not None
                into = (into[0], value or str(len(into[0]) + 1))
            case _:
                raise AssertionError(f"not a tag of the format: {line}")
    return asked, fields
