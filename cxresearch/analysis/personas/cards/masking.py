"""Mask in free text what points to a person, as far as a pattern can see it."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Final

from cxresearch.words.catalog import say

MOST_READ: Final = 4000  # characters of a comment that are looked at
KINDS: Final = ("link", "email", "account", "handle", "name", "address", "number")

# stand for what was masked until all patterns are through; letters would be masked once more
_SIGNS: Final = {kind: chr(0xE000 + i) for i, kind in enumerate(KINDS)}

_ENDINGS: Final = (
    "de|com|net|org|eu|info|at|ch|uk|fr|it|es|nl|be|pl|cz|dk|se|no|fi|us|ca|au|io|co|biz|app|dev|online|shop|me|tv|gmbh"
)
_FORMS: Final = (
    r"(?:[Hh]errn?|HERRN?|[Ff]rau|FRAU|[Ff]räulein|[Hh]r\.|[Ff]r\.|M(?:r|rs|s|x|ister|issis|iss|me|lle)\b\.?|"
    r"m(?:r|rs|ister)\b\.?|[Mm]onsieur|[Mm]adame|Señora?|Signora?)"
)
_DEGREES: Final = (
    r"(?:(?:(?:[Dd]octor|[Dd]oktor|[Pp]rofessor(?:in)?)\s|(?:[Dd]r\b\.?|[Pp]rof\b\.?|[Dd]ipl\.-?\s?\w{2,5}\.)\s?)"
    r"(?:(?:h\.\s?c\.|mult\.|habil\.|med\.|dent\.|vet\.|phil\.|jur\.|rer\.|nat\.|pol\.|oec\.|Ing\.)\s?){0,3})"
)
_PARTICLES: Final = r"(?:(?:von|vom|van|de|del|della|di|da|zu|zur|der|den|ten|el|al|le|la|St\.)\s)"
_UPPER: Final = r"[^\W\d_a-zß-öø-ÿ]"  # a letter that is not plainly a small one
_WORD: Final = rf"(?:{_UPPER}\.|{_UPPER}[^\W\d_]*(?:['’`\-][^\W\d_]+)*)"
_NAMES: Final = rf"{_WORD}(?:\s{_PARTICLES}{{0,2}}{_WORD}){{0,2}}"
# words after "Frau" and the like that are no name: "die Frau am Schalter", "Herr der Lage"
_NO_NAME: Final = (
    "ab|als|am|an|and|at|auf|aus|bei|beim|bin|bis|da|das|dass|dem|den|der|des|die|dort|du|durch|er|es|for|from|für|"
    "ganz|hat|hatte|haben|has|hinter|ich|im|in|ins|is|ist|kam|kann|konnte|machte|mich|mir|mit|nach|nicht|oder|of|on|or|"
    "sagte|schon|sehr|sich|sie|sind|so|that|the|to|um|und|unter|vom|von|vor|war|waren|was|weil|wenn|were|who|wie|wird|"
    "with|wo|wollte|wurde|zu|zum|zur|über"
)
_STREET: Final = (
    r"\b(?!(?:[Pp]ark|[Ss]itz|[Ss]teh|[Aa]rbeits)pl)[^\W\d_][\w.\-]{0,40}"
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ufer|damm|chaussee)\s?\d{1,4}\s?[a-z]?\b|"
    r"\b[^\W\d_][\w.\-]{0,40}\s(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|Weg|Platz|Allee|Gasse)\s?\d{1,4}\s?[a-z]?\b|"
    r"\b\d{1,5}[a-z]?\s(?:[A-Z][\w'’]{1,40}\s){1,2}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Square|Sq|Court|Close)\b\.?"
)

_PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("link", re.compile(r"\b(?:https?|ftp|file)\s?:\s?/{1,2}\S+|\bwww\.\S+|\bmailto:\S+", re.IGNORECASE)),
    ("email", re.compile(r"[^\s@<>()\[\]{},;:]{1,80}\s?@\s?[\w\-]{1,60}(?:\s?\.\s?[\w\-]{2,60}){1,4}")),
    (
        "email",
        re.compile(
            r"[\w.+\-]{1,80}\s?(?:[(\[{<]\s?(?:at|ät|a)\s?[)\]}>]|\s(?:at|ät)\s)\s?"
            r"[\w\-]{1,60}(?:(?:\s?[(\[{<]?\s?(?:dot|punkt)\s?[)\]}>]?\s?|\.)[\w\-]{2,60}){1,4}",
            re.IGNORECASE,
        ),
    ),
    ("link", re.compile(rf"(?<![\w@])(?:[\w\-]{{1,60}}\.){{1,4}}(?:{_ENDINGS})\b(?:[/?#]\S*)?", re.IGNORECASE)),
    ("account", re.compile(r"\b[A-Z]{2}\s?\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")),
    ("account", re.compile(r"\b[a-z]{2}\s?\d{2}(?:\s?\d{2,4}){3,8}\b")),
    ("handle", re.compile(r"(?<![\w.])@\s?[\w.\-]{2,}")),
    ("address", re.compile(_STREET)),
    (
        "name",
        re.compile(
            rf"(?P<before>\b{_FORMS}(?:\s|(?<=\.)){_DEGREES}{{0,3}}|\b{_DEGREES}{{1,3}})"
            rf"(?:{_PARTICLES}{{0,2}}{_NAMES}|(?!(?:{_NO_NAME})\b)[^\W\d_]{{2,}}(?:-[^\W\d_]+)?)"
        ),
    ),
    (
        "name",
        re.compile(
            r"(?P<before>\b(?:(?:[Mm]ein|[Ii]hr|[Ss]ein)\s[Nn]ame\s(?:ist|war|lautet)|[Nn]amens|"
            r"[Ii]ch\s(?:heiße|heisse)|"
            r"(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir)\sname\s(?:is|was)|named|called|"
            r"[Kk]olleg(?:e|in|en)|[Mm]itarbeiter(?:in|s)?|[Bb]erater(?:in|s)?|[Gg]ez\.|"
            r"[Vv]erkäufer(?:in|s)?|[Ff]ilialleiter(?:in|s)?|[Cc]hef(?:in|s)?|[Cc]olleague|[Aa]dvis[eo]r|[Aa]gent|"
            r"[Mm]anager|[Ss]igned:?|"
            r"(?:[Gg]ruß|[Gg]rüßen?|[Gg]russ|[Gg]rüssen?|[Rr]egards|[Cc]heers|[Ss]incerely|LG|VG|MfG)[,!]?)\s)"
            rf"(?!{_FORMS}\s){_NAMES}"
        ),
    ),
    ("number", re.compile(r"[A-Za-z]{0,4}[+(]?\d(?:[\s./()\-–_:]{0,3}\d){4,}\w*")),
    ("number", re.compile(r"\b(?=\w*[^\W\d_])\w*\d{4,}\w*|\b[A-ZÄÖÜ]{1,3}-\s?[A-Z]{1,2}\s?\d{1,4}[EH]?\b")),
)


def masked(text: object, lang: str) -> str:
    """Return a comment as one line in which addresses, numbers and names are masked.

    E-mail addresses, links, account, telephone and other long numbers, handles, street addresses, number plates, and
    names after a form of address, a title or the like ("Frau Keller", "my name is ...").  A name that stands alone
    is not seen, so the text has to be read before anybody else gets it.

    Examples
    --------
    >>> masked("Frau Dr. Keller half, anna@example.org oder 0171 2345678!", "de")
    'Frau Dr. [Name] half, [E-Mail] oder [Nummer]!'
    >>> masked("Mr Smith knew @anna_b, see www.example.org/anna", "en")
    'Mr [name] knew [user name], see [link]'
    >>> masked("Die Frau am Schalter 4 war seit 2018 da.", "de")
    'Die Frau am Schalter 4 war seit 2018 da.'
    """
    line = _signed(text)
    for kind, sign in _SIGNS.items():
        line = line.replace(sign, say(f"personas.card.mask.{kind}", lang))
    return line


def letters_left(text: object) -> int:
    """Count the letters of a comment that no mask covers.

    Examples
    --------
    >>> letters_left("anna@example.org, ok")
    2
    """
    return sum(character.isalpha() for character in _signed(text))


def _signed(text: object) -> str:
    line = _one_line(str(text)[:MOST_READ])
    for kind, pattern in _PATTERNS:
        line = pattern.sub(partial(_replaced, _SIGNS[kind]), line)
    return line


def _replaced(sign: str, found: re.Match[str]) -> str:
    return f"{found.groupdict().get('before', '')}{sign}"


def _one_line(text: str) -> str:
    """Bring lookalikes into one form and drop what cannot be seen, so that patterns see what readers see."""
    spelled = unicodedata.normalize("NFKC", text)
    kept = "".join(
        " " if character.isspace() or unicodedata.category(character) == "Cc" else character
        for character in spelled
        if unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join(kept.split())
