"""A form as data for the page: texts in all languages, conditions as trees."""

from __future__ import annotations

from typing import Any

from cxresearch.survey.expression import Among, Answered, AnyOf, Compare, Condition, Every, Not
from cxresearch.survey.form import LAST, Entry, Form, FormPage, Group, Option, Part, Passage, last_rows
from cxresearch.survey.item import BackgroundField
from cxresearch.survey.text import Text


def content_of(form: Form, languages: tuple[str, ...]) -> dict[str, Any]:
    """Return what the page needs to know about one perspective.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> survey = load_survey("shipped:surveys/credibility-gap.yaml")
    >>> content = content_of(survey.form("customer"), ("de",))
    >>> content["name"], len(content["pages"]) == len(survey.form("customer").pages)
    ({'de': 'Kundinnen und Kunden'}, True)
    """
    writer = _Writer(languages)
    return {
        "perspective": form.perspective,
        "name": writer.text(form.survey.perspectives[form.perspective].name),
        "pages": [writer.page(page) for page in form.pages],
    }


def tree(condition: Condition | None) -> Any:
    """Return a condition as nested lists.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> tree(parse("a == 1 and not answered(b)"))
    ['and', ['==', 'a', 1, []], ['not', ['answered', 'b']]]
    """
    match condition:
        case None:
            return None
        case Compare():
            return [condition.op, condition.name, condition.value, list(condition.missing)]
        case Among():
            return ["not in" if condition.negated else "in", condition.name, list(condition.values)]
        case Answered():
            return ["answered", condition.name]
        case Not():
            return ["not", tree(condition.part)]
        case Every():
            return ["and", *map(tree, condition.parts)]
        case AnyOf():
            return ["or", *map(tree, condition.parts)]


class _Writer:
    def __init__(self, languages: tuple[str, ...]) -> None:
        self.languages = languages

    def text(self, text: Text | None) -> dict[str, str] | None:
        return {language: text.get(language) for language in self.languages} if text else None

    def page(self, page: FormPage) -> dict[str, Any]:
        end = page.screenout
        return {
            "id": page.id,
            "title": self.text(page.title),
            "intro": self.text(page.intro),
            "when": tree(page.relevance),
            "shuffle": page.shuffle,
            "group": page.group,
            "end": {"when": tree(end.when), "text": self.text(end.text)} if end else None,
            "parts": [self.part(part) for part in page.parts],
        }

    def part(self, part: Part) -> dict[str, Any]:
        if isinstance(part, Passage):
            return {"is": "passage", "id": part.id, "text": self.text(part.text), "when": tree(part.relevance)}
        if isinstance(part, Group):
            return self.group(part)
        return {"is": "entry", **self.entry(part)}

    def group(self, group: Group) -> dict[str, Any]:
        return {
            "is": group.kind,
            "id": group.id,
            "text": self.text(group.text),
            "hint": self.text(group.hint),
            "when": tree(group.relevance),
            "need": group.required,
            "shuffle": group.shuffle,
            "rows": [self.entry(row) for row in group.rows],
            "second": [self.entry(row) for row in group.second],
            "heads": [self.text(head) for head in group.heads or ()],
            "exclusive": list(group.exclusive),
            "last": list(last_rows(group)),
            "atLeast": group.at_least,
            "atMost": group.at_most,
            "top": group.top,
        }

    def entry(self, entry: Entry) -> dict[str, Any]:
        secret = isinstance(entry.source, BackgroundField) and entry.source.identifying
        return {
            "id": entry.id,
            "kind": entry.kind,
            "text": self.text(entry.text),
            "hint": self.text(entry.hint),
            "when": tree(entry.relevance),
            "need": entry.required,
            "options": [self.option(option) for option in entry.options],
            "widget": entry.widget,
            "shuffle": entry.shuffle,
            "low": entry.low,
            "high": entry.high,
            "step": entry.step,
            "range": bool(entry.scale and entry.scale.is_range),
            "ends": [self.text(entry.ends.low), self.text(entry.ends.high)] if entry.ends else None,
            "drawn": entry.drawn,
            "apart": list(entry.apart),
            "secret": secret,
        }

    def option(self, option: Option) -> dict[str, Any]:
        named = str(option.code) != next(iter(option.text.wordings()))
        return {
            "code": option.code,
            "text": self.text(option.text),
            "missing": option.missing,
            "last": option.missing or option.code in LAST,
            "named": named,
        }
