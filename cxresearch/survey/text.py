"""Wording in several languages."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ConfigDict, RootModel, model_validator

ANY = "und"  # BCP 47 for "undetermined": wording that is the same in every language


class Text(RootModel[dict[str, str]]):
    """Wording per language; a plain string stands for every language.

    A language is a BCP 47 tag.  German Sie is ``de``, German du is ``de-du``;
    where ``de-du`` has no wording of its own, ``de`` is used.

    Examples
    --------
    >>> text = Text({"de": "Fairness", "en": "Fairness"})
    >>> text.get("de-du")
    'Fairness'
    >>> Text("NPS").get("en")
    'NPS'
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _one_string_for_all(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {ANY: value}
        return value

    @model_validator(mode="after")
    def _not_empty(self) -> Text:
        if not self.root:
            raise ValueError("a text needs at least one language")
        empty = [lang for lang, wording in self.root.items() if not wording.strip()]
        if empty:
            raise ValueError(f"the text is empty in {', '.join(empty)}")
        return self

    def has(self, language: str) -> bool:
        """Tell whether there is wording for `language` or its base language."""
        return language in self.root or _base(language) in self.root or ANY in self.root

    def get(self, language: str) -> str:
        """Return the wording in `language`, its base language, or the first there is."""
        for tag in (language, _base(language), ANY):
            if tag in self.root:
                return self.root[tag]
        return next(iter(self.root.values()))

    def wordings(self) -> list[str]:
        """Return the wording in every language."""
        return list(self.root.values())


def _base(language: str) -> str:
    return language.split("-")[0]


def file_name(*parts: str) -> str:
    """Join ids to the name of a file; an id may hold what leads out of a folder.

    Examples
    --------
    >>> file_name("my-pulse", "customer"), file_name("../../etc/x")
    ('my-pulse-customer', 'etc-x')
    """
    return "-".join(re.sub(r"[^\w.-]+", "-", part).strip(".-") for part in parts).strip("-") or "survey"
