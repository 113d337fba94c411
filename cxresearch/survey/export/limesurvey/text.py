"""Texts, numbers and languages as LimeSurvey understands them."""

from __future__ import annotations

import re
from decimal import Decimal
from html import escape

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

_TAGS = {"de-du": "de-informal"}
# what the import takes for the end of a line (\R of PCRE), wherever it stands
_BREAK = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
# braces hold expressions; control characters would make the import refuse the whole file
_SAFE = str.maketrans({"{": "&#123;", "}": "&#125;", **{chr(code): " " for code in range(32)}})


def html(text: str) -> str:
    """Write plain text so that LimeSurvey shows it as it is: no markup, no expressions.

    Quotes are written as entities: the import takes off those around a whole text, and a backslash before one
    would hide the end of the cell from it.

    Examples
    --------
    >>> html("A & B <C> {nps}\\nnext")
    'A &amp; B &lt;C&gt; &#123;nps&#125;<br />next'
    >>> html('"quick" and "kind"')
    '&quot;quick&quot; and &quot;kind&quot;'
    """
    lines = (escape(line, quote=False).replace('"', "&quot;").translate(_SAFE) for line in _BREAK.split(text))
    return "<br />".join(lines)


def heading(text: str) -> str:
    """Write the title of a survey or a page: one line, and as little escaped as can be, for it is edited as text.

    Examples
    --------
    >>> heading("A & B\\n{nps}"), heading('The "best" one'), heading('"Best" or "worst"')
    ('A & B &#123;nps&#125;', 'The "best" one', '&quot;Best&quot; or &quot;worst&quot;')
    """
    line = _BREAK.sub(" ", text).replace("<", "&lt;").replace(">", "&gt;").translate(_SAFE)
    return line.replace('"', "&quot;") if line.startswith('"') or "\\" in line else line


def number(value: float) -> str:
    """Write a number as expressions and limits know it: digits and a point, no exponent.

    Examples
    --------
    >>> number(10.5), number(1e-05), number(123456.7), number(-3.0), number(10**17)
    ('10.5', '0.00001', '123456.7', '-3', '100000000000000000')
    """
    return str(int(value)) if float(value).is_integer() else f"{Decimal(repr(float(value))):f}"


def tag(language: str) -> str:
    """Return LimeSurvey's name of a language; du is a language of its own there.

    Examples
    --------
    >>> tag("de-du"), tag("en")
    ('de-informal', 'en')
    """
    return _TAGS.get(language, language)


def decimal_mark(language: str) -> str:
    """Return LimeSurvey's number of the mark that a language has: 0 is a point, 1 a comma.

    Examples
    --------
    >>> decimal_mark("de-du"), decimal_mark("en"), decimal_mark("pt-BR"), decimal_mark("xx")
    ('1', '0', '1', '0')
    """
    try:
        return "1" if get_decimal_symbol(Locale.parse(language.split("-")[0])) == "," else "0"
    except (UnknownLocaleError, ValueError):
        return "0"
