"""What paper cannot do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cxresearch.survey.export.loss import Loss, Severity, mixed_pages
from cxresearch.survey.export.paper.paper import Paper
from cxresearch.survey.expression import names
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.item import BackgroundField

PLATFORM = "paper"


def losses_of(form: Form, papers: Iterable[Paper]) -> Iterator[Loss]:
    """Yield what respondents can do on paper, or cannot, that the survey has otherwise."""
    entries = form.entries
    groups = [part for page in form.pages for part in page.parts if isinstance(part, Group)]
    needed = [entry.id for entry in entries if entry.required != "no"]
    yield from _several(form, "required", [*needed, *(group.id for group in groups if group.required != "no")])
    conditional = [id for id, condition in form.shown_when().items() if condition is not None]
    yield from _several(form, "filters", conditional, "changed")
    shuffled = [entry.id for entry in entries if entry.shuffle] + [group.id for group in groups if group.shuffle]
    shuffled += [page.id for page in form.pages if page.shuffle or page.group in mixed_pages(form)]
    yield from _several(form, "shuffle", shuffled)
    yield from _several(form, "ranges", [entry.id for entry in entries if entry.kind == "number"], "changed")
    widgets = [entry.id for entry in entries if entry.widget in ("slider", "dropdown")]
    yield from _several(form, "widgets", widgets, "changed")
    yield from _several(form, "drawn", [entry.id for entry in entries if entry.drawn], "changed")
    for page in form.pages:
        if page.screenout:
            yield Loss(platform=PLATFORM, code="screenout", where=page.id, severity="changed")
    for group in groups:
        if group.exclusive or group.at_least or group.at_most or group.kind in ("ranking", "maxdiff"):
            yield Loss(platform=PLATFORM, code="limits", where=group.id, severity="changed")
    for id in dict.fromkeys(id for paper in papers for id in paper.apart):
        yield Loss(platform=PLATFORM, code="apart", where=id, severity="changed")
    for entry in entries:
        if entry.expects is not None:
            yield Loss(platform=PLATFORM, code="attention", where=entry.id, severity="note")
        if isinstance(entry.source, BackgroundField) and entry.source.identifying:
            yield Loss(platform=PLATFORM, code="identifying", where=entry.id, severity="note")
    for name in sorted(_outside(form, entries)):
        yield Loss(platform=PLATFORM, code="outside", where=name, severity="note")
    for quota in form.quotas:
        yield Loss(platform=PLATFORM, code="no-quotas", where=quota)


def _several(form: Form, code: str, ids: list[str], severity: Severity = "lost") -> Iterator[Loss]:
    if ids:
        listed = ", ".join(dict.fromkeys(ids))
        yield Loss(platform=PLATFORM, code=code, where=form.survey.id, severity=severity, values={"ids": listed})


def _outside(form: Form, entries: Iterable[Entry]) -> set[str]:
    conditions = [condition for condition in form.shown_when().values() if condition is not None]
    conditions += [page.screenout.when for page in form.pages if page.screenout]
    return {name for condition in conditions for name in names(condition)} - {entry.id for entry in entries}
