"""W: words and sentences that people understand differently, or not at all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from cxresearch.survey.block import Kano, Vignette
from cxresearch.survey.item import Item
from cxresearch.survey.level import Level
from cxresearch.survey.lint.instrument import Instrument, Wording
from cxresearch.survey.lint.patterns import LANGUAGES, find, listed, pattern
from cxresearch.survey.lint.rule import Hit, finds, hit

MOST_WORDS = 25
STEM = 3  # letters
MOST_BETWEEN = 8  # words between two negations that are read together
_JOINS = {"de": r"und|sowie|oder", "en": r"and|or"}
_UPPER = re.compile(r"\b[A-ZÄÖÜ][A-ZÄÖÜ0-9]{1,5}s?\b")


def _asked(instrument: Instrument) -> Iterator[Wording]:
    """Yield questions and statements that are rated, and may be worded anew."""
    for one in instrument.wordings("question", "row"):
        item = instrument.survey.items.get(one.of.id)
        if one.base in LANGUAGES and (item is None or item.wording != "verbatim"):
            yield one


def _rated(instrument: Instrument, one: Wording) -> bool:
    """Tell whether a wording is answered on a scale with an order."""
    item = instrument.survey.items.get(one.of.id) or instrument.survey.items.get(f"{one.of.id}_1")
    return item is not None and instrument.survey.scales[item.scale].level is not Level.NOMINAL


@finds("W01")
def double_barrelled(instrument: Instrument) -> Iterator[Hit]:
    """Find two attributes that are rated at once."""
    for one in _asked(instrument):
        item = instrument.survey.items.get(one.of.id)
        bipolar = item is not None and item.ends is not None
        if not bipolar and _rated(instrument, one) and (found := _joined(one.text, one.base)):
            yield hit(one.where, one.text, words=found)


def _joined(text: str, language: str) -> str | None:
    join = _JOINS[language]
    said = re.sub("|".join(map(re.escape, listed(language, "pairs"))), " ", text, flags=re.IGNORECASE)
    article = r"(?:(?:der|die|das|den|dem|des|the|our|your|their|its|sehr|very|so) )?"
    for name in ("attributes", "predicates"):
        word = pattern(language, name).pattern
        joins = join if name == "attributes" else join.removesuffix("|oder").removesuffix("|or")  # "good or bad"
        joined = re.compile(rf"\b(?:{word}) (?:{joins}) {article}(?:{word})\b", re.IGNORECASE)
        for found in joined.finditer(said):
            if name == "attributes" or _alike(found[0], language):
                return found[0]
    for name in ("ending", "pair_asked"):
        for found in pattern(language, name).finditer(said):
            first, last = (found.span(i) for i, word in enumerate(found.groups(), start=1) if word)
            if _stem(said, first) != _stem(said, last):  # Kundinnen und Kunden are one thing
                return said[first[0] : last[1]]
    return None if find(language, "subordinate", said) else find(language, "clauses", said)


def _stem(text: str, word: tuple[int, int]) -> str:
    return text[word[0] : word[0] + STEM].lower()


def _alike(words: str, language: str) -> bool:
    """Tell whether both words are written alike: German nouns such as Kundinnen are no predicates."""
    first, *_, last = words.split()
    return language != "de" or (first[0].islower() and last[0].islower())


@finds("W02")
def leading(instrument: Instrument) -> Iterator[Hit]:
    """Find questions that push towards an answer."""
    for one in instrument.wordings("question", "row", "stem"):
        if found := find(one.base, "leading", one.text):
            yield hit(one.where, one.text, words=found)


@finds("W03")
def negated(instrument: Instrument) -> Iterator[Hit]:
    """Find negated statements."""
    checks = {id for id, item in instrument.survey.items.items() if item.expects is not None}
    for one in _asked(instrument):
        found = find(one.base, "negation", one.text) if one.of.id not in checks else None
        if found and _rated(instrument, one) and not one.text.rstrip().endswith("?") and not _doubled(one):
            yield hit(one.where, one.text, words=found)


@finds("W04")
def double_negation(instrument: Instrument) -> Iterator[Hit]:
    """Find two negations in one sentence."""
    for one in _asked(instrument):
        if doubled := _doubled(one):
            yield hit(one.where, one.text, words=doubled)


def _doubled(one: Wording) -> str | None:
    for sentence in re.split(r"[.!?;:]", one.text):
        found = list(pattern(one.base, "second_negation").finditer(sentence))
        for first, second in itertools.pairwise(found):
            plain = any(pattern(one.base, "negation").fullmatch(word[0]) for word in (first, second))
            if plain and len(sentence[first.end() : second.start()].split()) <= MOST_BETWEEN:
                return f"{first[0]} … {second[0]}"
    return None


def _by_pattern(instrument: Instrument, name: str) -> Iterator[Hit]:
    for one in _asked(instrument):
        if found := find(one.base, name, one.text):
            yield hit(one.where, one.text, words=found)


@finds("W05")
def absolute(instrument: Instrument) -> Iterator[Hit]:
    """Find always and never."""
    yield from _by_pattern(instrument, "absolutes")


@finds("W06")
def vague(instrument: Instrument) -> Iterator[Hit]:
    """Find frequencies without a number, in questions and in answers."""
    yield from _by_pattern(instrument, "vague")
    for one in instrument.wordings("label"):
        if found := find(one.base, "vague", one.text):
            yield hit(one.where, one.text, words=found)


@finds("W07")
def presupposed(instrument: Instrument) -> Iterator[Hit]:
    """Find what not everybody has, asked of everybody."""
    survey = instrument.survey
    filtered = any(page.screenout or page.relevance for page in survey.pages)
    for one in _asked(instrument):
        source = survey.items.get(one.of.id) or survey.fields.get(one.of.id)
        block = instrument.blocks_of.get(one.of.id)
        free = source is not None and not source.relevance and not (block and block.relevance)
        if free and not filtered and (found := find(one.base, "presupposed", one.text)):
            yield hit(one.where, one.text, words=found)


@finds("W08")
def hypothetical(instrument: Instrument) -> Iterator[Hit]:
    """Find questions about what might be, other than Kano pairs, vignettes and likelihoods."""
    for one in _asked(instrument):
        source = instrument.survey.items.get(one.of.id)
        block = instrument.blocks_of.get(one.of.id)
        meant = isinstance(block, Kano | Vignette) or (isinstance(source, Item) and source.index is not None)
        if not meant and not find(one.base, "likely", one.text) and (found := find(one.base, "hypothetical", one.text)):
            yield hit(one.where, one.text, words=found)


@finds("W09")
def jargon(instrument: Instrument) -> Iterator[Hit]:
    """Find abbreviations and trade terms."""
    survey = instrument.survey
    own = " ".join(w for text in (survey.title, *survey.terms.values()) for w in text.wordings())
    for one in instrument.wordings("question", "row", "stem", "option", "label", "hint"):
        if one.base not in LANGUAGES:
            continue
        short = [word for word in _UPPER.findall(one.text) if _is_short(word, one, own)]
        found = find(one.base, "jargon", one.text)
        if found and not re.search(rf"\b{re.escape(found)}\b", own, re.IGNORECASE):
            short.append(found)
        if short:
            yield hit(one.where, one.text, words=short[0])


def _is_short(word: str, one: Wording, own: str) -> bool:
    shouted = sum(token.isupper() and len(token) > 1 for token in one.text.split()) > 2
    explained = f"({word}" in one.text or re.search(rf"\b{re.escape(word)} \(", one.text)
    return word not in listed(one.base, "known") and word not in own and not shouted and not explained


@finds("W10")
def long(instrument: Instrument) -> Iterator[Hit]:
    """Find questions that are longer than working memory."""
    for one in _asked(instrument):
        longest = max((len(sentence.split()) for sentence in re.split(r"[.!?](?:\s|$)", one.text)), default=0)
        if longest > MOST_WORDS:
            yield hit(one.where, one.text, number=longest, most=MOST_WORDS)
