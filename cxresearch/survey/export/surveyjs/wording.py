"""Wordings as SurveyJS holds them: one string, or one per locale with ``default``."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cxresearch.survey.text import Text

PHRASES = Path(__file__).resolve().parent / "phrases.yaml"
BASE = "en"  # the language of SurveyJS; what has no wording in a locale is shown as `default`


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Writes texts in the languages of an export.

    Parameters
    ----------
    languages : tuple of str
        The first is the one a respondent begins with.

    Examples
    --------
    >>> wording = Wording(languages=("de", "de-du", "en"))
    >>> wording.plain(Text({"de": "Alter", "en": "Age"}))
    {'default': 'Age', 'de': 'Alter'}
    >>> wording.plain(Text("NPS")), wording.markup(Text("a < b\\n\\nc"))
    ('NPS', '<p>a &lt; b</p><p>c</p>')
    """

    languages: tuple[str, ...]

    @property
    def base(self) -> str:
        """The language that stands as ``default``."""
        return BASE if BASE in self.languages else self.languages[0]

    def plain(self, text: Text) -> Any:
        """Write a title, a label, a hint."""
        return self._located({language: _unpiped(text.get(language)) for language in self.languages})

    def markup(self, text: Text) -> Any:
        """Write paragraphs as HTML."""
        return self._located({language: _paragraphs(text.get(language)) for language in self.languages})

    def phrase(self, name: str, **values: Text | int) -> Any:
        """Write one of the ready sentences."""
        found = {}
        for language in self.languages:
            put = {key: value.get(language) if isinstance(value, Text) else value for key, value in values.items()}
            found[language] = _phrases()[name]["de" if language.split("-")[0] == "de" else "en"].format(**put)
        return self._located({language: _unpiped(text) for language, text in found.items()})

    def _located(self, found: Mapping[str, str]) -> Any:
        out = {"default": found[self.base]}
        for language, text in sorted(found.items(), key=lambda one: len(one[0])):
            fallback = out.get(language.split("-")[0], out["default"])
            if language != self.base and text != fallback:
                out[language] = text
        return out if len(out) > 1 else out["default"]


def pipes(text: Text) -> bool:
    """Tell whether SurveyJS could read a part of a text as the name of a question."""
    return any("{" in wording for wording in text.wordings())


def _unpiped(text: str) -> str:
    # what stands in braces would be replaced by an answer; a word joiner keeps them apart and is not seen
    return re.sub(r"\{(?!\u2060)", "{\u2060", text)


def _paragraphs(text: str) -> str:
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.strip())]
    return "".join(f"<p>{html.escape(_unpiped(part)).replace(chr(10), '<br>')}</p>" for part in parts if part)


@cache
def _phrases() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    return found
