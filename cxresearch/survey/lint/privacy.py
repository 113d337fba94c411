"""P: what could tell who answered."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cxresearch.survey.item import BackgroundField
from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.patterns import find
from cxresearch.survey.lint.rule import Hit, finds, hit

MOST_CELLS = 100  # combinations of groups among employees


@finds("P01")
def identifier(instrument: Instrument) -> Iterator[Hit]:
    """Find questions for names, addresses and numbers of persons that are not marked as identifying."""
    for part, id, source in instrument.parts():
        if isinstance(source, BackgroundField) and source.kind == "text" and not source.identifying:
            for perspective, text in (source.text or {}).items():
                found = [w for language, w in text.root.items() if find(language.split("-")[0], "identifiers", w)]
                if found:
                    yield hit((part, id, "text", perspective), found[0], id=id)
                    break


@finds("P02")
def no_consent(instrument: Instrument) -> Iterator[Hit]:
    """Find questionnaires that start without a word on taking part freely or on anonymity."""
    survey = instrument.survey
    for perspective, form in instrument.forms.items():
        if not form.entries:
            continue
        first = form.pages[0]
        told = [text for page in form.pages[:2] for text in (page.intro,) if text]
        said = any(find(lang.split("-")[0], "consent", w) for text in told for lang, w in text.root.items())
        questions = [entry.text for entry in first.entries]
        asked = any(find(lang.split("-")[0], "consent", w) for text in questions for lang, w in text.root.items())
        if not said and not asked:
            yield hit(("perspectives", perspective), None, perspective=survey.perspectives[perspective].name)


@finds("P03")
def small_groups(instrument: Instrument) -> Iterator[Hit]:
    """Find perspectives inside the organisation that are asked for many groups at once."""
    survey = instrument.survey
    for perspective, form in instrument.forms.items():
        if survey.perspectives[perspective].side != "inside":
            continue
        groups = [e.source for e in form.entries if isinstance(e.source, BackgroundField) and e.source.kind == "group"]
        cells = prod(len(group.labels) for group in groups)
        if len(groups) > 1 and cells > MOST_CELLS:
            name = survey.perspectives[perspective].name
            ids = ", ".join(group.id for group in groups)
            yield hit(("fields", groups[-1].id), None, number=cells, groups=ids, perspective=name)
