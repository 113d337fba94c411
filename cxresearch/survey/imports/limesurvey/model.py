"""What a LimeSurvey file holds, the same for both of its formats."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Texts = dict[str, str]


@dataclass(kw_only=True)
class Part:
    """An answer or a subquestion; `scale` is 1 for the second scale."""

    code: str
    scale: int = 0
    texts: Texts = field(default_factory=dict)
    relevance: str = ""
    more: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Question:
    """A question with its attributes; those of a language stand under ``name:language``."""

    code: str
    type: str
    id: str = ""
    texts: Texts = field(default_factory=dict)
    helps: Texts = field(default_factory=dict)
    relevance: str = ""
    mandatory: str = "N"
    other: bool = False
    validation: str = ""
    default: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    subs: list[Part] = field(default_factory=list)
    answers: list[Part] = field(default_factory=list)
    line: int | None = None

    def of_scale(self, scale: int) -> list[Part]:
        """Return the answers of a scale."""
        return [answer for answer in self.answers if answer.scale == scale]


@dataclass(kw_only=True)
class Group:
    """A group of questions, which is a page in most surveys."""

    id: str
    titles: Texts = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    relevance: str = ""
    random: str = ""
    questions: list[Question] = field(default_factory=list)


@dataclass(kw_only=True)
class LimeSurvey:
    """A survey; `others` is what the file has beside groups and questions: kind, where, content; `strange` tags of no language."""

    languages: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    wordings: dict[str, Texts] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    quotas: list[dict[str, Any]] = field(default_factory=list)
    others: list[tuple[str, str, object]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
