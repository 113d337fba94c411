"""Texts, languages and recode values as Qualtrics takes them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from cxresearch.survey.scale import Code

_TAGS = {"en": "EN", "de": "DE", "de-du": "DE"}


def line(text: str) -> str:
    """Write plain text as one line that is neither markup nor a tag nor piped text.

    Examples
    --------
    >>> line("A & B\\n[[PageBreak]] ${e://Field/x}")
    'A &amp; B<br>&#91;&#91;PageBreak]] &#36;{e://Field/x}'
    """
    written = "<br>".join(escape(text, quote=False).splitlines())
    return written.replace("[[", "&#91;&#91;").replace("${", "&#36;{")


def tag(language: str) -> str:
    """Return the name of a language in the column UserLanguage.

    Examples
    --------
    >>> tag("de"), tag("en"), tag("pt-br")
    ('DE', 'EN', 'PT-BR')
    """
    return _TAGS.get(language, language.upper())


def recodes(codes: Iterable[Code]) -> dict[Code, int]:
    """Return a whole number for each code: itself where it is one from 0, else one that is free.

    Examples
    --------
    >>> recodes([1, 2, 99, -1]), recodes(["app", "shop"]), recodes([0, 0.5, 1])
    ({1: 1, 2: 2, 99: 99, -1: 100}, {'app': 1, 'shop': 2}, {0: 0, 0.5: 2, 1: 1})
    """
    codes = list(codes)
    kept = {code: code for code in codes if isinstance(code, int) and code >= 0}
    next_free = max(kept.values(), default=0) + 1
    out: dict[Code, int] = {}
    for code in codes:
        if isinstance(code, int) and code in kept:
            out[code] = code
        else:
            out[code] = next_free
            next_free += 1
    return out
