"""The questions of a typing tool as an instrument: their wording in every language, and a survey of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cxresearch.analysis.personas.typing.questions import TypingQuestion
from cxresearch.responses.responses import PERSPECTIVE
from cxresearch.result import plain
from cxresearch.survey.infer import MOST_CATEGORIES, survey_yaml
from cxresearch.survey.item import Item, Perspective
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Code, Scale
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey
from cxresearch.survey.text import Text
from cxresearch.words.catalog import say
from cxresearch.words.numbers import LANGUAGES, base

if TYPE_CHECKING:
    from cxresearch.analysis.personas.typing.tool import TypingTool

WHO = "customer"  # answers on a plain frame


def languages_of(tool: TypingTool) -> tuple[str, ...]:
    """Return the languages of the survey; of a plain frame those this package speaks, that of the tool first."""
    survey = tool.frame.source.survey
    if survey is not None:
        return survey.languages
    return tuple(dict.fromkeys((tool.lang, *LANGUAGES)))


def spoken(lang: str) -> str:
    """Return the language in which our own words are said: `lang`, or English where it has none."""
    return lang if base(lang) in LANGUAGES else "en"


def perspective_of(tool: TypingTool) -> str | None:
    """Return who answered; None for a plain frame."""
    source = tool.frame.source
    if source.survey is None or PERSPECTIVE not in source.frame:
        return None
    return str(source.frame[PERSPECTIVE].iloc[tool.frame.rows[0]])


def wording_of(tool: TypingTool, question: TypingQuestion, lang: str) -> str:
    """Return the question as it was put to these people."""
    survey = tool.frame.source.survey
    if survey is not None and question.name in survey.items:
        return survey.items[question.name].label(lang, perspective_of(tool))
    return tool.names.of(question.name, lang)


def survey_of(tool: TypingTool, lang: str) -> Survey:
    """Return a survey of the questions, which :func:`cxresearch.load_survey` reads once it is written.

    Parameters
    ----------
    tool : TypingTool
    lang : str
        Language of a survey made from a plain frame; one that is part of a survey keeps all its languages.

    Raises
    ------
    SurveyError
        Where a question cannot stand in a survey, for example a column called "perspective".
    """
    given = tool.frame.source.survey
    made = _part_of(tool, given) if given is not None else _made(tool, (lang,))
    return parse_survey(survey_yaml(made), "typing questions")


def _part_of(tool: TypingTool, given: Survey) -> Survey:
    """Return the same questions for the same people, in all languages, on the same scales."""
    who = perspective_of(tool) or next(iter(given.perspectives))
    scales: dict[str, Scale] = {}
    items: dict[str, Item] = {}
    for question in tool.questions:
        name = question.name
        if name in given.items:
            item = given.items[name]
            text = item.text.get(who) or next(iter(item.text.values()))
            # a construct of a few of its items would be another construct
            items[name] = replace(item, text={who: text}, construct=None, relevance=None)
            scales[item.scale] = given.scales[item.scale]
        else:
            scale = _scale(question, given.languages, tool, taken={*given.scales, *scales})
            items[name] = Item(id=name, text={who: given.fields[name].name}, scale=scale.id, wording="verbatim")
            scales[scale.id] = scale
    used = {i.touchpoint for i in items.values()}
    return replace(
        given,
        id=f"{given.id}-typing",
        title=Text({lang: _title(tool, given.title.get(lang), lang) for lang in given.languages}),
        description=_description(tool, given.languages),
        perspectives=_people(given, who),
        scales=scales,
        touchpoints={key: part for key, part in given.touchpoints.items() if key in used},
        constructs={},
        items=items,
        fields={},
        blocks={},
        pages=(),
        quotas={},
    )


def _people(given: Survey, who: str) -> dict[str, Perspective]:
    """Return who is asked, and whose answers they guess."""
    found: dict[str, Perspective] = {}
    ask: str | None = who
    while ask is not None and ask not in found:
        found[ask] = given.perspectives[ask]
        ask = found[ask].predicts
    return found


def _made(tool: TypingTool, languages: tuple[str, ...]) -> Survey:
    """Return a survey of columns, worded by their names."""
    scales: dict[str, Scale] = {}
    items: dict[str, Item] = {}
    for question in tool.questions:
        name = str(question.name)
        scale = _scale(question, languages, tool, taken=set(scales))
        same = next((s.id for s in scales.values() if replace(s, id=scale.id) == scale), None)
        scales |= {} if same else {scale.id: scale}
        text = Text({lang: tool.names.of(name, lang) for lang in languages})
        items[name] = Item(id=name, text={WHO: text}, scale=same or scale.id, wording="verbatim")
    said = {lang: say("personas.typing.people", spoken(lang)) for lang in languages}
    return Survey(
        id="typing-tool",
        title=Text({lang: tool.heading(spoken(lang)) for lang in languages}),
        description=_description(tool, languages),
        languages=languages,
        perspectives={WHO: Perspective(id=WHO, name=Text(said), side="outside", role="customer")},
        scales=scales,
        items=items,
        source="columns of a table; check every part",
        licence="unknown",
    )


def _scale(question: TypingQuestion, languages: tuple[str, ...], tool: TypingTool, taken: set[str]) -> Scale:
    """Return the scale on which a column was answered, or one that holds what was found."""
    found = question.variable.column.scale or _found_scale(question, languages, tool)
    wish = found.id or (_range_id(found) if found.is_range else _slug(str(question.name)))
    name, number = wish, 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return replace(found, id=name, labels=_in(found.labels, languages), missing=_in(found.missing, languages))


def _found_scale(question: TypingQuestion, languages: tuple[str, ...], tool: TypingTool) -> Scale:
    column, kind = question.variable.column, question.variable.kind
    if kind == "category" or not column.numeric:
        labels: dict[Any, Text] = {}
        for code in {plain(c): c for c in column.codes()}.values():
            key = _whole(code) if column.numeric else plain(code)
            labels[key] = Text({lang: tool.names.code(question.name, code, lang) for lang in languages})
        level = Level.ORDINAL if kind == "ordered" else Level.NOMINAL
        return Scale(level=level, labels=labels, higher_is_better=None)
    low, high = float(column.values.min()), float(column.values.max())
    whole = bool((column.values.dropna() % 1 == 0).all())
    if kind != "count" and whole and high - low < MOST_CATEGORIES:
        return Scale(level=Level.ORDINAL, low=low, high=high, higher_is_better=None)
    if low >= 0:  # others may give more than these people did
        return Scale(id="number", level=Level.RATIO, higher_is_better=None)
    return Scale(level=Level.INTERVAL, low=low, high=high, step=None, higher_is_better=None)


def _title(tool: TypingTool, title: str, lang: str) -> str:
    return say("personas.typing.survey_title", spoken(lang), title=title, k=len(tool.questions))


def _description(tool: TypingTool, languages: tuple[str, ...]) -> Text:
    names = {lang: [tool.names.code("persona", i + 1, lang) for i in range(tool.k)] for lang in languages}
    return Text(
        {
            lang: say("personas.typing.survey", spoken(lang), personas="; ".join(names[lang]), accuracy=tool.accuracy)
            for lang in languages
        }
    )


def _in(texts: dict[Code, Text], languages: tuple[str, ...]) -> dict[Code, Text]:
    return {code: Text({lang: text.get(lang) for lang in languages}) for code, text in texts.items()}


def _range_id(scale: Scale) -> str:
    return f"from_{scale.low:g}_to_{scale.high:g}".replace("-", "minus_")


def _whole(code: Any) -> int | float:
    return int(code) if float(code).is_integer() else float(code)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_") or "answers"
