"""B: more than respondents are willing to give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.rule import Hit, finds, hit

MOST_MINUTES = 15
MOST_OPEN = 3
FAR = 1.6  # times the promised minutes
_NUMBERS = ("eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TOLD = re.compile(r"(?:(\d+)|\b(\w+)) (?:bis (?:\w+|\d+) |to (?:\w+|\d+) )?(?:Minuten?|minutes?)\b")


@finds("B01")
def long(instrument: Instrument) -> Iterator[Hit]:
    """Find questionnaires that take longer than a quarter of an hour."""
    survey = instrument.survey
    for perspective, minutes in instrument.minutes.items():
        if minutes > MOST_MINUTES:
            name = survey.perspectives[perspective].name
            yield hit(("perspectives", perspective), None, minutes=round(minutes), most=MOST_MINUTES, perspective=name)


@finds("B02")
def many_open(instrument: Instrument) -> Iterator[Hit]:
    """Find questionnaires with many open questions for everybody."""
    survey = instrument.survey
    for perspective, form in instrument.forms.items():
        shown = form.shown_when()
        texts = [entry.id for entry in form.entries if entry.kind == "text" and shown[entry.id] is None]
        if len(texts) > MOST_OPEN:
            name = survey.perspectives[perspective].name
            yield hit(("fields", texts[MOST_OPEN]), None, number=len(texts), most=MOST_OPEN, perspective=name)


@finds("B03")
def promised(instrument: Instrument) -> Iterator[Hit]:
    """Find introductions that promise a much shorter questionnaire."""
    for one in instrument.wordings("intro"):
        found = _TOLD.search(one.text)
        said = _number(found) if found else None
        asked = [one.of.perspective] if one.of.perspective in instrument.forms else list(instrument.forms)
        for perspective in asked:
            minutes = instrument.minutes[str(perspective)] if said else 0
            if said and minutes > FAR * said and minutes - said > 1:
                yield hit(one.where, found[0] if found else None, said=said, minutes=round(minutes))


def _number(found: re.Match[str]) -> int | None:
    if found[1]:
        return int(found[1])
    word = found[2].lower()
    for known in (_NUMBERS, _WORDS):
        if word in known:
            return known.index(word) + 1
    return None
