"""Rules: what each is called, why it matters, where that is known from; the words stand in `texts/*.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from cxresearch.errors import Severity
from cxresearch.located import Key

if TYPE_CHECKING:
    from cxresearch.survey.lint.instrument import Instrument

GROUPS = {
    "W": "wording",
    "S": "scales",
    "F": "flow",
    "L": "logic",
    "T": "translation",
    "M": "mirror",
    "X": "portability",
    "B": "burden",
    "P": "privacy",
}


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Words:
    """A text in German and English."""

    de: str
    en: str

    def get(self, language: str) -> str:
        """Return the wording; German for every kind of German, English otherwise."""
        return self.de if language.split("-")[0] == "de" else self.en


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Rule:
    """One thing that the linter looks for.

    Parameters
    ----------
    severity : {"error", "warning", "note"}
        An error is certainly wrong; a warning is likely to harm; a note is worth a look.
    title, reason : Words
    source : str
        Citation.
    message, do : Words
        What is told about a finding, with ``{facts}``, and what to do.
    bad, good : Words or str
        A wording, or a part of a survey in YAML, where the rule finds something and where it does not.
    """

    severity: Severity
    title: Words
    reason: Words
    source: str
    message: Words
    do: Words
    bad: Words | str
    good: Words | str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What a rule found: where, which text, and the facts for its message."""

    where: Key
    given: Any = None
    facts: dict[str, Any]


def hit(where: Key, given: Any = None, **facts: Any) -> Hit:
    """Build a hit.

    Examples
    --------
    >>> hit(("items", "q1"), "always", word="always").facts
    {'word': 'always'}
    """
    return Hit(where=where, given=given, facts=facts)


Check = Callable[["Instrument"], Iterator[Hit]]
CHECKS: dict[str, Check] = {}


def finds(code: str) -> Callable[[Check], Check]:
    """Mark a function as the one that looks for a rule."""

    def mark(check: Check) -> Check:
        CHECKS[code] = check
        return check

    return mark


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by code.

    Examples
    --------
    >>> rules()["W01"].severity
    'warning'
    """
    found: dict[str, Any] = {}
    for name in GROUPS.values():
        path = Path(__file__).parent / "texts" / f"{name}.yaml"
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Rule]).validate_python(found)
