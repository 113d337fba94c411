"""The documentation of the survey language names every key that a survey may have, where its part is told of."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from cxresearch.survey.block import KINDS, Dimension
from cxresearch.survey.coherence import PARTS
from cxresearch.survey.extend import EXTENDS
from cxresearch.survey.item import Ends, Page, Screenout
from cxresearch.survey.survey import Survey

TEXT = (Path(__file__).parents[2] / "docs" / "survey-language.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", f"survey\n{TEXT}", flags=re.MULTILINE)}
WHERE = {
    "perspectives": "Who, what, where",
    "scales": "Who, what, where",
    "touchpoints": "Who, what, where",
    "constructs": "Who, what, where",
    "items": "Items",
    "fields": "Fields",
    "quotas": "Pages, logic, quotas",
}
NOUNS: list[tuple[str, Any]] = [
    *((WHERE[part], noun) for part, noun in PARTS.items() if noun),
    *(("Blocks", noun) for noun in (*KINDS.values(), Dimension)),
    ("Items", Ends),
    ("Pages, logic, quotas", Page),
    ("Pages, logic, quotas", Screenout),
]


def _code(text: str) -> set[str]:
    """Return the words that stand in examples and between backticks, comments included."""
    parts = re.findall(r"```yaml\n(.*?)```|`([^`\n]+)`", text, flags=re.DOTALL)
    return {word for part in parts for word in re.findall(r"\w+", " ".join(part))}


@pytest.mark.parametrize(("section", "noun"), NOUNS, ids=[noun.__name__ for _, noun in NOUNS])
def test_every_key_of_a_part_is_told_of_in_its_section(section: str, noun: Any) -> None:
    keys = {field.name for field in dataclasses.fields(noun)} - ({"id"} if noun is not Page else set())
    assert sorted(keys - _code(SECTIONS[section])) == []


def test_every_outermost_key_is_told_of() -> None:
    keys = {field.name for field in dataclasses.fields(Survey)} | {EXTENDS}
    assert sorted(key for key in keys if not re.search(rf"^{key}:", TEXT, flags=re.MULTILINE)) == []
