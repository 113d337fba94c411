"""LimeSurvey's tab-separated format (6.x).

The import of LimeSurvey reports success and drops what it does not like: answer codes of more than five
characters, underscores, duplicate codes.  Nothing of that kind is written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.limesurvey.names import PLATFORM, Names
from cxresearch.survey.export.limesurvey.question import Question
from cxresearch.survey.export.limesurvey.questions import Questions
from cxresearch.survey.export.limesurvey.text import decimal_mark, heading, html, tag
from cxresearch.survey.export.loss import Loss, LossReport
from cxresearch.survey.expression import AnyOf, Condition, Not, both
from cxresearch.survey.form import Form, FormPage
from cxresearch.survey.text import Text

COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "other", "default", "same_default", "same_script"),
    *("answer_order", "random_order", "subquestion_order", "keep_codes_order", "random_group"),
    *("exclude_all_others", "min_answers", "max_answers", "max_subquestions"),
    *("min_num_value_n", "max_num_value_n", "num_value_int_only", "hidden", "em_validation_q"),
    *("dualscale_headerA", "dualscale_headerB"),
)
SETTINGS = {
    "format": "G",
    "datestamp": "Y",
    "savetimings": "Y",
    "anonymized": "N",
    "allowprev": "Y",
    "showprogress": "Y",
    "shownoanswer": "N",
}
_THANKS = {
    "de": "Vielen Dank für Ihre Teilnahme.",
    "de-du": "Vielen Dank für deine Teilnahme.",
    "en": "Thank you for taking part.",
}
_END = {"de": "Ende", "en": "End"}


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write a form as a tab-separated file for LimeSurvey's "Import survey".

    Raises
    ------
    CxError
        ``export.refused`` for a vignette block that shows more than three stories.
    """
    names = Names(form)
    questions = Questions(names)
    losses: list[Loss] = []
    pages = [(page, questions.page(page)) for page in form.pages]
    ended: Condition | None = None
    groups: list[tuple[FormPage, list[Question], str]] = []
    endings: list[Question] = []
    for page, asked in pages:
        shown = both(page.relevance, Not(part=ended) if ended is not None else None)
        groups.append((page, asked, names.script(shown)))
        if page.screenout:
            losses.append(Loss(platform=PLATFORM, code="screenout", where=page.id, severity="changed"))
            now = both(page.screenout.when, Not(part=ended) if ended is not None else None)
            endings.append(questions.ending(page, names.script(now)))
            ended = page.screenout.when if ended is None else AnyOf(parts=(ended, page.screenout.when))
    groups[0][1][:0] = questions.drawn
    losses += [Loss(platform=PLATFORM, code="no-quotas", where=quota) for quota in form.quotas]
    table = io.StringIO(newline="")
    write = csv.DictWriter(table, COLUMNS, delimiter="\t", lineterminator="\n", restval="")
    write.writeheader()
    write.writerows(_settings(form, languages))
    for language in languages:
        write.writerows(_content(form.title, groups, endings, language, first=language == languages[0]))
    report = LossReport(
        platform=PLATFORM,
        survey=form.survey.id,
        perspective=form.perspective,
        languages=languages,
        losses=(*names.losses(), *losses, *questions.losses),
    )
    codes = Codes(
        platform=PLATFORM,
        survey=form.survey.id,
        version=form.survey.version,
        perspective=form.perspective,
        languages={tag(language): language for language in languages},
        columns=tuple(names.columns),
    )
    # the byte-order mark lets spreadsheets and LimeSurvey read it as UTF-8
    return Exported(files={f"{name}.txt": b"\xef\xbb\xbf" + table.getvalue().encode()}, losses=report, codes=codes)


def _settings(form: Form, languages: tuple[str, ...]) -> Iterable[dict[str, str]]:
    first, *others = [tag(language) for language in languages]
    values = {"language": first} | ({"additional_languages": " ".join(others)} if others else {}) | SETTINGS
    # introductions are descriptions of groups; where no page has a title, the survey's alone says enough
    values["showgroupinfo"] = "B" if any(page.title for page in form.pages) else "D"
    for name, value in values.items():
        yield {"class": "S", "name": name, "text": value}
    survey = form.survey
    for language in languages:
        # with a point as mark, which is the default of an import, a comma is dropped while it is typed: 19,5 becomes 195
        texts = {
            "surveyls_title": heading(form.title.get(language)),
            "surveyls_numberformat": decimal_mark(language),
        }
        if survey.notices:
            thanks = Text(_THANKS).get(language)
            texts["surveyls_endtext"] = "<br />".join(
                [html(thanks), *(html(notice.get(language)) for notice in survey.notices)]
            )
        for name, value in texts.items():
            yield {"class": "SL", "name": name, "text": value, "language": tag(language)}


def _content(
    survey: Text,
    groups: Sequence[tuple[FormPage, list[Question], str]],
    endings: Sequence[Question],
    language: str,
    *,
    first: bool,
) -> Iterable[dict[str, Any]]:
    for number, (page, asked, relevance) in enumerate(groups, start=1):
        # a group has to have a name, and respondents may read it
        row = _group(number, (page.title or survey).get(language), relevance, language)
        if page.intro:
            row["text"] = html(page.intro.get(language))
        if page.group and first:
            row["random_group"] = page.group
        yield row
        for question in asked:
            group = {"random_group": page.id} if page.shuffle and question.shuffled and first else {}
            yield from _question(question, language, group, first=first)
    if endings:
        yield _group(len(groups) + 1, Text(_END).get(language), "1", language)
        for question in endings:
            yield from _question(question, language, {}, first=first)


def _group(number: int, title: str, relevance: str, language: str) -> dict[str, Any]:
    return {
        "class": "G",
        "type/scale": number,
        "name": heading(title),
        "relevance": relevance,
        "language": tag(language),
    }


def _question(question: Question, language: str, more: Mapping[str, str], *, first: bool) -> Iterable[dict[str, Any]]:
    attributes = {**question.attributes, **more} if first else {}
    yield {
        "class": "Q",
        "type/scale": question.type,
        "name": question.code,
        "relevance": question.relevance,
        "text": question.text(language),
        "help": html(question.hint.get(language)) if question.hint else "",
        "language": tag(language),
        "mandatory": question.mandatory,
        "other": "N",
        **attributes,
        **{name: html(text.get(language)) for name, text in question.headers.items()},
    }
    for row in question.rows:
        yield {
            "class": "SQ",
            "type/scale": 0,
            "name": row.code,
            "relevance": row.relevance,
            "text": row.text(language),
            "language": tag(language),
        }
    for scale, options in enumerate(question.options):
        for code, text in options:
            yield {
                "class": "A",
                "type/scale": scale,
                "name": code,
                "text": html(text.get(language)),
                "language": tag(language),
            }
