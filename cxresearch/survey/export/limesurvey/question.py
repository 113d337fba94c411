"""A question as LimeSurvey knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cxresearch.survey.export.limesurvey.expressionscript import ALWAYS
from cxresearch.survey.text import Text

Wording = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A subquestion."""

    code: str
    text: Wording
    relevance: str = ALWAYS


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with all its rows; texts per language are functions of it."""

    code: str
    type: str
    text: Wording
    relevance: str = ALWAYS
    hint: Text | None = None
    mandatory: str = "N"
    rows: tuple[Row, ...] = ()
    options: tuple[tuple[tuple[str, Text], ...], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, Text] = field(default_factory=dict)
    shuffled: bool = True
