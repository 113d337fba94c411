"""What Word and PDF have in common: one document for each language, the cards, and the table to type answers into."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.loss import Loss, LossReport
from cxresearch.survey.export.paper.content import cards_of, paper_of
from cxresearch.survey.export.paper.entry import PLATFORM, codes_of, guide, template
from cxresearch.survey.export.paper.form import askable
from cxresearch.survey.export.paper.losses import losses_of
from cxresearch.survey.export.paper.numbers import numbered
from cxresearch.survey.export.paper.paper import Paper
from cxresearch.survey.form import Form


def on_paper(
    form: Form,
    languages: tuple[str, ...],
    name: str,
    *,
    platform: str,
    draw: Callable[[Paper], bytes],
    losses: Callable[[str, Iterable[Paper]], Iterable[Loss]] = lambda *_: (),
) -> Exported:
    """Write a form on paper.

    Parameters
    ----------
    form : Form
    languages : tuple of str
        Each becomes a document.
    name : str
        Of the files, without language and ending.
    platform : str
        The ending of the files.
    draw : callable
        From a paper to a file.
    losses : callable, optional
        What the format loses beyond what paper does, from the id of the survey and its papers.

    Raises
    ------
    ArgumentError
        ``export.not-installed``
    """
    asked, never = askable(form)
    numbers = numbered(asked)
    papers = [paper_of(numbers, language) for language in languages]
    files = {f"{name}-{paper.language}.{platform}": draw(paper) for paper in papers}
    for language in languages:
        if cards := cards_of(numbers, language):
            files[f"{name}-{language}-cards.{platform}"] = draw(cards)
    entry, told = f"{name}-entry.csv", f"{name}-entry-guide.csv"
    files |= {entry: template(form), told: guide(form, numbers, languages[0])}
    survey = form.survey.id
    found = [*losses_of(asked, papers), *losses(survey, papers)]
    if never:
        values = {"ids": ", ".join(never)}
        found.append(Loss(platform=PLATFORM, code="never", where=survey, severity="note", values=values))
    if len(languages) > 1:
        found.append(Loss(platform=PLATFORM, code="languages", where=survey, severity="note"))
    values = {"template": entry, "guide": told}
    found.append(Loss(platform=PLATFORM, code="typed", where=survey, severity="note", values=values))
    report = LossReport(
        platform=platform, survey=survey, perspective=form.perspective, languages=languages, losses=tuple(found)
    )
    return Exported(files=files, losses=report, codes=codes_of(form, languages))
