"""T: languages that do not say the same, or not in the same tone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cxresearch.survey.lint.instrument import Instrument, Worded
from cxresearch.survey.lint.rule import Hit, finds, hit
from cxresearch.survey.text import ANY

LONG_TEXT = 80  # characters from which the ratio of lengths says something
MOST_RATIO = 1.6
_SAID = ("question", "row", "stem", "intro", "story", "ending", "hint")
_WORDS = {
    "de": ["null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
}
_FORMAL = re.compile(r"(?<![.!?:–\"„“»] )(?<!^)\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b")
_FAMILIAR = re.compile(r"\b(?:du|dich|dir|dein(?:e[mnrs]?)?|euch|euer|eure[mnrs]?)\b", re.IGNORECASE)
_GENDERED = {
    ":innen": re.compile(r"\w[:]in(?:nen)?\b"),
    "*innen": re.compile(r"\w[*]in(?:nen)?\b"),
    "_innen": re.compile(r"\w_in(?:nen)?\b"),
    "Innen": re.compile(r"[a-zäöüß]Innen\b"),
    "-innen und -": re.compile(r"\b(\w{3,})(?:innen|in) (?:und|oder|bzw\.) (?:\w+e )?\1", re.IGNORECASE),
}
_MASCULINE = re.compile(
    r"\b(?:Kunden?|Mitarbeitern?|Kollegen?|Nutzern?|Bürgern?|Verkäufern?|Beratern?|Besuchern?|Lehrern?|Schülern?)\b"
)
_PAIR = re.compile(r"(?:innen|in) (?:und|oder|bzw\.|/) (?:\w+e[nrs]? )?$")
_BOTH_GENDERS = re.compile(r"\b(\w{3,})innen (?:und|oder) (?=\1)")  # German says both, English needs one word
_OLD = re.compile(r"\b(?:daß|muß(?:te\w*)?|läßt|müßte\w*|bißchen|Mißverständnis\w*|ißt|wißt|gewiß|Anlaß|Prozeß)\b")
_SWISS = re.compile(
    r"\b(?:Strasse\w*|gross(?:e\w*)?|heiss\w*|ausser\w*|Gruss|Grüsse\w*|regelmässig\w*|schliess\w*|weiss)\b"
)


@finds("T01")
def identical(instrument: Instrument) -> Iterator[Hit]:
    """Find sentences that are the same in German and English."""
    several = len({one.split("-")[0] for one in instrument.survey.languages}) > 1
    for one in instrument.worded:
        root = one.text.root
        same = root["de"] if "de" in root and root.get("de") == root.get("en") else root.get(ANY) if several else None
        if same and one.role in _SAID and len(re.sub(r"{\w+}", "", same).split()) > 2:
            yield hit((*one.where, "en"), same)


def _both(instrument: Instrument) -> Iterator[tuple[Worded, str, str]]:
    for one in instrument.worded:
        if "de" in one.text.root and "en" in one.text.root:
            yield one, one.text.root["de"], one.text.root["en"]


@finds("T02")
def other_numbers(instrument: Instrument) -> Iterator[Hit]:
    """Find numbers and placeholders that stand in one language only."""
    for one, german, english in _both(instrument):
        if one.role == "label":
            continue
        if differing := _differing(german, english):
            yield hit((*one.where, "en"), english, parts=", ".join(differing))
    for one in instrument.worded:
        root = one.text.root
        if "de" in root and "de-du" in root and (differing := _differing(root["de"], root["de-du"], ("de", "de"))):
            yield hit((*one.where, "de-du"), root["de-du"], parts=", ".join(differing))


def _differing(one: str, other: str, languages: tuple[str, str] = ("de", "en")) -> list[str]:
    holes = Counter(re.findall(r"{\w+}", one))
    holes.subtract(Counter(re.findall(r"{\w+}", other)))
    found = sorted(hole for hole, count in holes.items() if count)
    numbers = _numbers(one), _numbers(other)
    for mine, theirs, text, language in (
        (numbers[0], numbers[1], other, languages[1]),
        (numbers[1], numbers[0], one, languages[0]),
    ):
        found += sorted(n for n in mine - theirs if not _in_words(n, text, language))
    return found


def _numbers(text: str) -> set[str]:
    whole = re.sub(r"(?<=\d)[.,  ](?=\d{3}\b)", "", text)
    return {re.sub(",", ".", one).lstrip("0") or "0" for one in re.findall(r"\d+(?:[.,]\d+)?", whole)}


def _in_words(number: str, text: str, language: str) -> bool:
    if not number.isdigit() or int(number) > 12:
        return False
    return re.search(rf"\b{_WORDS[language][int(number)]}\w{{0,3}}\b", text, re.IGNORECASE) is not None


@finds("T03")
def other_emphasis(instrument: Instrument) -> Iterator[Hit]:
    """Find emphasis that stands in one language only."""
    for one, german, english in _both(instrument):
        if one.role in _SAID and _emphasis(german) != _emphasis(english):
            yield hit((*one.where, "en"), english)


def _emphasis(text: str) -> tuple[int, int, bool]:
    marks = len(re.findall(r"\*\*.+?\*\*|__.+?__", text))
    tags = len(re.findall(r"<(?:b|strong|em|i|u)>", text))
    return marks, tags, bool(re.search(r"\b(?:NICHT|NOT|KEIN\w*|NO|NUR|ONLY|ALLE|ALL)\b", text))


@finds("T04")
def mixed_address(instrument: Instrument) -> Iterator[Hit]:
    """Find du in a text that says Sie, and Sie in one that says du."""
    for one in instrument.worded:
        if one.role == "name":
            continue
        for language, wrong, told in (("de", _FAMILIAR, "de"), ("de-du", _FORMAL, "de-du")):
            text = one.text.root.get(language)
            found = wrong.search(text) if text else None
            if text and found:
                yield hit((*one.where, language), text, word=found[0], language=told)


@finds("T05")
def no_familiar_form(instrument: Instrument) -> Iterator[Hit]:
    """Find texts that say Sie where the survey has a du version."""
    if "de-du" not in instrument.survey.languages:
        return
    for one in instrument.worded:
        text = one.text.root.get("de")
        if text and "de-du" not in one.text.root and (found := _FORMAL.search(text)):
            yield hit((*one.where, "de"), text, word=found[0])


@finds("T06")
def other_length(instrument: Instrument) -> Iterator[Hit]:
    """Find long texts that are much longer in one language."""
    for one, german, english in _both(instrument):
        german = _BOTH_GENDERS.sub("", german)
        long, short = max(len(german), len(english)), min(len(german), len(english))
        if long >= LONG_TEXT and long / short > MOST_RATIO:
            yield hit((*one.where, "en"), english, ratio=f"{long / short:.1f}")


@finds("T07")
def mixed_gendering(instrument: Instrument) -> Iterator[Hit]:
    """Find the generic masculine beside gendered words, and two ways to gender."""
    texts = [
        (one, text) for one in instrument.worded for language, text in one.text.root.items() if language[:2] == "de"
    ]
    styles = Counter(name for _, text in texts for name, style in _GENDERED.items() if style.search(text))
    if not styles:
        return
    usual = styles.most_common(1)[0][0]
    for one, text in texts:
        other = next((name for name, style in _GENDERED.items() if name != usual and style.search(text)), None)
        if other is not None:
            yield hit((*one.where, "de"), text, word=other, usual=usual)
            continue
        for found in _MASCULINE.finditer(text):
            before, after = text[: found.start()], text[found.end() :]
            paired = _PAIR.search(before) or re.match(r"(?:[:*_/]-?in|innen|,? (?:und|oder|bzw\.) \w+in)", after)
            if not paired and not after.startswith("-") and not before.endswith("-"):
                yield hit((*one.where, "de"), text, word=found[0], usual=usual)
                break


@finds("T08")
def spelling(instrument: Instrument) -> Iterator[Hit]:
    """Find ß from before 1996, and Swiss ss in German."""
    for one in instrument.worded:
        for language, text in one.text.root.items():
            german = language.split("-")[0] == "de" and "ch" not in language.lower().split("-")
            if german and (found := _OLD.search(text) or _SWISS.search(text)):
                yield hit((*one.where, language), text, word=found[0])
