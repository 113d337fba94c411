"""Elements of DDI-Codebook, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from cxresearch.survey.export.paper.words import printable
from cxresearch.survey.text import Text

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"


class Xml:
    """Adds elements; `languages` are those of the survey, `tags` what XML calls them."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self.languages = languages
        self.tags = tagged(languages)

    def add(
        self,
        parent: ElementTree.Element,
        tag: str,
        text: str | None = None,
        language: str | None = None,
        /,
        **attributes: str | None,
    ) -> ElementTree.Element:
        """Add an element and return it."""
        given = {key: printable(value) for key, value in attributes.items() if value is not None}
        if language:
            given["xml:lang"] = self.tags.get(language, language)
        element = ElementTree.SubElement(parent, tag, given)
        if text is not None:
            element.text = printable(text)
        return element

    def each(self, parent: ElementTree.Element, tag: str, text: Text | None, /, **attributes: str | None) -> None:
        """Add an element for each language; once where the wording is the same in all."""
        if text is None:
            return
        told = {language: text.get(language) for language in self.languages}
        if len(set(told.values())) == 1 and len(text.root) == 1:
            self.add(parent, tag, told[self.languages[0]], None, **attributes)
            return
        for language, wording in told.items():
            self.add(parent, tag, wording, language, **attributes)


def tagged(languages: Iterable[str]) -> dict[str, str]:
    """Return each language as XML names it: registered tags, what is our own behind an x.

    Examples
    --------
    >>> tagged(("de", "de-du", "en-GB"))
    {'de': 'de', 'de-du': 'de-x-du', 'en-GB': 'en-GB'}
    """
    out = {}
    for language in languages:
        base, _, rest = language.partition("-")
        known = not rest or re.fullmatch(r"[A-Z]{2}|[0-9]{3}|[A-Z][a-z]{3}", rest)
        # a part of a private tag has at most eight signs
        parts = [part[:8] for part in re.findall(r"[A-Za-z0-9]+", rest)]
        out[language] = language if known else "-".join([base, "x", *parts])
    return out


def identifiers(names: Iterable[str], prefix: str) -> dict[str, str]:
    """Return an XML identifier for each name, no two alike.

    Examples
    --------
    >>> identifiers(["nps", "1 a", "1-a"], "V")
    {'nps': 'V_nps', '1 a': 'V_1_a', '1-a': 'V_1-a'}
    """
    out: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        base = f"{prefix}_{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}"
        found, count = base, 1
        while found in taken:
            count += 1
            found = f"{base}_{count}"
        taken.add(found)
        out[name] = found
    return out
