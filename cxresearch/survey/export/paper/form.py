"""What of a form can be asked on paper at all: no sentence names a question that this perspective does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cxresearch.survey.expression import AnyOf, Condition, Every, Not
from cxresearch.survey.form import Entry, Form, FormPage, Group, Part


def askable(form: Form) -> tuple[Form, tuple[str, ...]]:
    """Return a form without what is never asked, and the ids of that.

    A comparison with a question that is not asked does not hold, so some conditions never do, and some always.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form, never = askable(load_survey("shipped:surveys/nps-pulse.yaml").form("customer"))
    >>> never
    ()
    """
    known = {entry.id for entry in form.entries}
    known |= {key for key, field in form.survey.fields.items() if field.text is None}
    pages = []
    for page in form.pages:
        relevance = reduced(page.relevance, known)
        parts = tuple(_parts(page, known)) if relevance is not False else ()
        end = page.screenout
        when = reduced(end.when, known) if end else False
        ending = replace(end, when=when) if end and not isinstance(when, bool) and when is not None else None
        if relevance is not False and (parts or page.intro or ending):
            pages.append(replace(page, relevance=_plain(relevance), parts=parts, screenout=ending))
    found = replace(form, pages=tuple(pages))
    kept = {entry.id for entry in found.entries}
    return found, tuple(entry.id for entry in form.entries if entry.id not in kept)


def _parts(page: FormPage, known: set[str]) -> Iterator[Part]:
    for part in page.parts:
        relevance = reduced(part.relevance, known)
        if relevance is False:
            continue
        if not isinstance(part, Group):
            yield replace(part, relevance=_plain(relevance))
            continue
        rows = [(row, reduced(row.relevance, known)) for row in part.rows]
        places = [place for place, (_, condition) in enumerate(rows) if condition is not False]
        if places:
            yield replace(
                part,
                relevance=_plain(relevance),
                rows=tuple(_with(*rows[place]) for place in places),
                second=tuple(part.second[place] for place in places) if part.second else (),
            )


def _with(row: Entry, relevance: Condition | bool | None) -> Entry:
    return replace(row, relevance=_plain(relevance))


def _plain(condition: Condition | bool | None) -> Condition | None:
    return None if isinstance(condition, bool) else condition


def reduced(condition: Condition | None, known: set[str]) -> Condition | bool | None:
    """Return what is left of a condition where only `known` can have an answer; True and False where it is settled.

    Examples
    --------
    >>> from cxresearch.survey.expression import parse
    >>> reduced(parse("a == 1 or x == 1"), {"a"}) == parse("a == 1")
    True
    >>> reduced(parse("a == 1 and x == 1"), {"a"}), reduced(parse("not answered(x)"), {"a"})
    (False, True)
    """
    match condition:
        case None:
            return None
        case Not(part=part):
            inner = reduced(part, known)
            return not inner if isinstance(inner, bool) else Not(part=inner) if inner is not None else None
        case Every(parts=parts) | AnyOf(parts=parts):
            settles = isinstance(condition, AnyOf)
            left = [reduced(part, known) for part in parts]
            if any(one is settles for one in left):
                return settles
            open_ = tuple(one for one in left if one is not None and not isinstance(one, bool))
            if len(open_) < 2:
                return open_[0] if open_ else not settles
            return Every(parts=open_) if isinstance(condition, Every) else AnyOf(parts=open_)
        case _:
            return condition if condition.name in known else False
