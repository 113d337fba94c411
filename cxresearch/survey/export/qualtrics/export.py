"""Qualtrics, by its text format (Advanced Format): questions and codes; everything else is told in the losses."""

from __future__ import annotations

from collections.abc import Iterator

from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.loss import Loss, LossReport, mixed_pages
from cxresearch.survey.export.qualtrics.logic import in_syntax, in_words
from cxresearch.survey.export.qualtrics.questions import PLATFORM, Question, Questions
from cxresearch.survey.export.qualtrics.text import line, tag
from cxresearch.survey.expression import Condition, bound, parse
from cxresearch.survey.form import Entry, Form, FormPage, Group, Passage


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write a form as one text file per language; a block for each page.

    Parameters
    ----------
    form : Form
    languages : tuple of str
        The first makes the questionnaire ``NAME.txt``; each other one ``NAME.LANGUAGE.txt`` with the same ids.
    name : str
        Of the files.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> exported = export(form, ("de", "en"), "pulse")
    >>> list(exported.files)
    ['pulse.txt', 'pulse.en.txt']
    >>> exported.files["pulse.txt"].decode().splitlines()[0]
    '[[AdvancedFormat]]'
    """
    questions = Questions(form)
    pages = [(page, [*_intro(page, questions), *questions.of(page)]) for page in form.pages]
    losses = [
        Loss(platform=PLATFORM, code="by-hand", where=form.survey.id, severity="note"),
        *_languages(form, languages),
        *questions.losses,
        *_logic(form, questions),
    ]
    files = {}
    for number, language in enumerate(languages):
        text = "\n".join(_lines(pages, questions, language)) + "\n"
        files[f"{name}.txt" if number == 0 else f"{name}.{language}.txt"] = text.encode()
    return Exported(
        files=files,
        losses=LossReport(
            platform=PLATFORM,
            survey=form.survey.id,
            perspective=form.perspective,
            languages=languages,
            losses=tuple(losses),
        ),
        codes=Codes(
            platform=PLATFORM,
            survey=form.survey.id,
            version=form.survey.version,
            perspective=form.perspective,
            languages={tag(language): language for language in reversed(languages)},
            columns=tuple(questions.columns),
        ),
    )


def _intro(page: FormPage, questions: Questions) -> Iterator[Question]:
    texts = [text for text in (page.title, page.intro) if text is not None]
    if texts:
        yield Question(kind="DB", id=questions.name(f"{page.id}_intro"), texts=tuple(texts))


def _lines(pages: list[tuple[FormPage, list[Question]]], questions: Questions, language: str) -> Iterator[str]:
    yield "[[AdvancedFormat]]"
    yield ""
    for field in questions.embedded:
        yield f"[[ED:{field}]]"
    for page, asked in pages:
        yield ""
        yield f"[[Block:{questions.blocks[page.id]}]]"
        for question in asked:
            yield ""
            yield from question.lines(language)


def _languages(form: Form, languages: tuple[str, ...]) -> Iterator[Loss]:
    if len(languages) > 1:
        values = {"first": languages[0], "others": ", ".join(languages[1:])}
        yield Loss(platform=PLATFORM, code="languages", where=form.survey.id, severity="changed", values=values)


def _logic(form: Form, questions: Questions) -> Iterator[Loss]:
    """Yield what has to be set up by hand, in the order of the questionnaire."""
    for page in form.pages:
        block = questions.blocks[page.id]
        if page.relevance:
            yield _condition("relevance-page", block, page.relevance, form, questions)
        if page.shuffle:
            yield Loss(platform=PLATFORM, code="shuffle-page", where=block)
        for part in page.parts:
            yield from _part(part, form, questions)
        if page.screenout:
            text = page.screenout.text
            more = {f"text_{lang}": line(text.get(lang)) for lang in ("de", "en")}
            yield _condition("screenout", block, page.screenout.when, form, questions, **more)
    for group, pages in sorted(mixed_pages(form).items()):
        values = {"pages": ", ".join(questions.blocks[page.id] for page in pages)}
        yield Loss(platform=PLATFORM, code="page-group", where=group, values=values)
    yield from _quotas(form, questions)


def _quotas(form: Form, questions: Questions) -> Iterator[Loss]:
    for id, quota in form.quotas.items():
        named = {f"name_{lang}": quota.name.get(lang) for lang in ("de", "en")}
        yield _condition(
            "quota",
            id,
            bound(parse(quota.when), {entry.id: entry.missing for entry in form.entries}),
            form,
            questions,
            n=quota.n,
            **named,
        )


def _part(part: Entry | Group | Passage, form: Form, questions: Questions) -> Iterator[Loss]:
    if isinstance(part, Entry):
        if part.relevance and not part.drawn:
            where = ", ".join(filter(None, (part.id, questions.beside.get(part.id))))
            yield _condition("relevance", where, part.relevance, form, questions)
        return
    if part.relevance:
        yield _condition("relevance", part.id, part.relevance, form, questions)
    if isinstance(part, Group):
        for entry in part.entries:
            if entry.relevance:
                single = part.id in questions.singles
                code = "relevance" if single else "relevance-row"
                yield _condition(code, entry.id, entry.relevance, form, questions, question=part.id)


def _condition(
    code: str, where: str, condition: Condition, form: Form, questions: Questions, **more: str | int
) -> Loss:
    entries = {entry.id: entry for entry in form.entries}
    told = {lang: in_words(condition, entries, questions.names, questions.ticks, lang) for lang in ("de", "en")}
    return Loss(platform=PLATFORM, code=code, where=where, values={"condition": in_syntax(condition), **told, **more})
