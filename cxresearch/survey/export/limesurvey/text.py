"""Texts and languages as LimeSurvey understands them."""

from __future__ import annotations

from html import escape

_TAGS = {"de-du": "de-informal"}


def html(text: str) -> str:
    """Write plain text so that LimeSurvey shows it as it is: no markup, no expressions.

    Examples
    --------
    >>> html("A & B <C> {nps}\\nnext")
    'A &amp; B &lt;C&gt; &#123;nps&#125;<br />next'
    """
    return escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;").replace("\n", "<br />")


def tag(language: str) -> str:
    """Return LimeSurvey's name of a language; du is a language of its own there.

    Examples
    --------
    >>> tag("de-du"), tag("en")
    ('de-informal', 'en')
    """
    return _TAGS.get(language, language)
