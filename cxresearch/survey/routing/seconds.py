"""How long a question takes: points by the kind of question, and reading by words."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from cxresearch.survey.form import Entry, Group
from cxresearch.survey.text import Text

Kind = Literal[
    "choice", "row", "pair", "tick", "rank", "task", "kano", "number", "date", "line", "lines", "skipped", "drawn"
]
_OF_GROUP: dict[str, Kind] = {
    "grid": "row", "dual": "pair", "multiple": "tick", "ranking": "rank", "maxdiff": "task", "kano": "kano",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Pace:
    """The rule by which durations are estimated; its sources stand in `seconds.yaml`."""

    seconds_per_point: float
    points: dict[Kind, float]
    words_per_minute: dict[str, float]
    words_within_point: int
    written: float

    def reading(self, words: int, language: str) -> float:
        """Return the seconds that it takes to read so many words."""
        base = language.split("-")[0]
        rate = self.words_per_minute.get(base) or min(self.words_per_minute.values())
        return 60 * words / rate

    def answering(self, kind: Kind) -> float:
        """Return the seconds that a question of this kind takes."""
        return self.points[kind] * self.seconds_per_point


@cache
def pace() -> Pace:
    """Return the rule.

    Examples
    --------
    >>> round(pace().seconds_per_point * 85 / 60)
    15
    """
    path = Path(__file__).parent / "seconds.yaml"
    return TypeAdapter(Pace).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))


def words(text: Text | None, language: str) -> int:
    """Count the words of a text.

    Examples
    --------
    >>> words(Text({"de": "Wie war es?", "en": "How was it?"}), "de-du")
    3
    """
    return len(text.get(language).split()) if text else 0


def of_text(text: Text | None, language: str) -> float:
    """Return the seconds that reading takes."""
    return pace().reading(words(text, language), language)


def of_entry(entry: Entry, group: Group | None, language: str) -> float:
    """Return the seconds of one variable, answered; in a MaxDiff task the second variable is part of the first."""
    rule = pace()
    if entry.drawn:
        return 0.0
    if group is not None:
        if (group.kind == "maxdiff" and entry != group.rows[0]) or entry in group.second:
            return 0.0
        beyond = max(0, words(entry.text, language) - rule.words_within_point)
        return rule.answering(_OF_GROUP[group.kind]) + rule.reading(beyond, language)
    kind: Kind = "choice" if entry.kind == "choice" else entry.kind if entry.kind != "text" else _text(entry)
    shown = [entry.text, entry.hint, *(option.text for option in entry.options)]
    beyond = max(0, sum(words(text, language) for text in shown) - rule.words_within_point)
    return rule.answering(kind) + rule.reading(beyond, language)


def of_skipped(entry: Entry) -> float:
    """Return the seconds that an open question takes off when it is left empty."""
    rule = pace()
    return rule.answering(_text(entry)) - rule.answering("skipped")


def _text(entry: Entry) -> Kind:
    return "lines" if entry.widget == "lines" else "line"
