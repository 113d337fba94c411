"""Names, languages and wordings as XLSForm takes them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from babel import Locale, UnknownLocaleError

from cxresearch.survey.scale import Code
from cxresearch.survey.text import Text

_ABOUT = (
    "start end today deviceid DeviceID username phonenumber simserial subscriberid email audit "
    "background-audio  SubmissionDate KEY SubmitterID SubmitterName AttachmentsPresent "
    "AttachmentsExpected Status ReviewState Edits  FormVersion instanceID instanceName rootUuid "
    "deprecatedID _id _uuid uuid _submission_time _validation_status  _notes _status _submitted_by "
    "__version__ _tags _index _parent_index _parent_table_name  _submission__id __id PARENT_KEY "
)
# columns about the interview, put there by ODK, Kobo or their servers; no variable is called like one of them
ABOUT = frozenset(_ABOUT.split())
_ALSO = "meta instanceid instancename name label data item root entity"
RESERVED = frozenset(_ALSO.split()) | {one.lower() for one in ABOUT}
STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})
JOINER = "\u2060"  # word joiner, not seen; keeps "${" from being taken for an answer
_LINE = re.compile(r"^(\d+[.)]|[-+*]) ", re.MULTILINE)
_HEAD = re.compile(r"^(#+|>)(?=\s|\w)", re.MULTILINE)


class Names:
    """Names of one form: each once, whatever the case of its letters.

    Examples
    --------
    >>> names = Names()
    >>> names.new("nps"), names.new("NPS"), names.new("1a-b"), names.new("end")
    ('nps', 'NPS_2', 'q_1a_b', 'end_2')
    """

    def __init__(self) -> None:
        self._taken = set(RESERVED)

    def new(self, wanted: str) -> str:
        """Return a name that is near the one wanted."""
        base = re.sub(r"[^A-Za-z0-9_]", "_", wanted)
        if not re.match(r"[A-Za-z_]", base) or base.lower().startswith("xml"):
            base = f"q_{base}"
        name, number = base, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name.lower())
        return name


def choice_names(codes: tuple[Code, ...]) -> dict[Code, str]:
    """Return the name of each code in a list of choices: no spaces, no quotes, no two alike.

    Examples
    --------
    >>> choice_names((1, 0.5, -1, "web-shop", "don't know"))
    {1: '1', 0.5: '0.5', -1: '-1', 'web-shop': 'web-shop', "don't know": 'don_t_know'}
    """
    out: dict[Code, str] = {}
    for code in codes:
        base = re.sub(r"[^\w.\-]", "_", code) if isinstance(code, str) else plain(code)
        name, number = base or "_", 1
        while name in out.values():
            number += 1
            name = f"{base}_{number}"
        out[code] = name
    return out


def plain(number: float) -> str:
    """Write a number without exponent and without ``.0``.

    Examples
    --------
    >>> plain(1.0), plain(0.5), plain(1000000)
    ('1', '0.5', '1000000')
    """
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def language_name(language: str) -> str:
    """Return a language as XLSForm names it, with a subtag that is registered.

    Examples
    --------
    >>> language_name("de"), language_name("de-du"), language_name("en"), language_name("fr")
    ('Deutsch (de)', 'Deutsch, du (de)', 'English (en)', 'Français (fr)')
    """
    base, _, rest = language.partition("-")
    try:
        own = Locale.parse(base).get_language_name() or base
    except (UnknownLocaleError, ValueError):
        own = base
    own = own[:1].upper() + own[1:]
    return f"{own}, {rest} ({base})" if rest else f"{own} ({base})"


def wording(text: str) -> str:
    """Return a wording so that it is shown as it is written: marks of Markdown and HTML stand for themselves.

    Examples
    --------
    >>> print(wording("<b>a</b> & 5 < 6, *b* snake_case “c”"))
    &lt;b>a&lt;/b> & 5 < 6, \\*b\\* snake_case "c"
    """
    out = text.strip().translate(STRAIGHT).replace("${", f"${JOINER}{{")
    out = re.sub(r"&(?=#?\w+;)", "&amp;", out).replace("\\", "\\\\")
    out = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", out)
    out = re.sub(r"[*`]|(?<!\w)_|_(?!\w)|\](?=\()", lambda found: f"\\{found.group()}", out)
    out = _LINE.sub(lambda found: f"{found.group(1)}\u00a0", out)
    return _HEAD.sub(lambda found: f"\\{found.group(1)}", out)


def straightened(text: Text) -> bool:
    """Tell whether a wording holds marks that ODK's converter replaces."""
    return any(one.translate(STRAIGHT) != one for one in text.wordings())


def said(key: str, languages: tuple[str, ...], **values: object) -> Text:
    """Return a sentence of the form itself; languages without one of their own take English.

    Examples
    --------
    >>> said("at_least", ("de-du", "en"), n=2).get("de-du")
    'Bitte mindestens 2 auswählen.'
    """
    sentences = _phrases()[key]
    out = {}
    for language in languages:
        sentence = sentences.get(language.split("-")[0], sentences["en"])
        put = {name: value.get(language) if isinstance(value, Text) else value for name, value in values.items()}
        out[language] = sentence.format(**put)
    return Text(out)


@cache
def _phrases() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("phrases.yaml").read_text(encoding="utf-8")
    )
    return found
