"""How answers on paper come home: a table to type them into, what to type, and the mapping."""

from __future__ import annotations

import csv
import io

from cxresearch.spreadsheet import defused
from cxresearch.survey.export.codes import CodedColumn, Codes
from cxresearch.survey.export.paper.numbers import Numbers
from cxresearch.survey.export.paper.words import Words, printable
from cxresearch.survey.form import Entry, Form, Group

PLATFORM = "paper"


def template(form: Form) -> bytes:
    """Return an empty CSV table with a column for each answer, in the order of the paper.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> template(load_survey("shipped:surveys/nps-pulse.yaml").form("customer")).decode("utf-8-sig")[:10]
    'respondent'
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([*_with_data(form), *(entry.id for entry in form.entries)])
    return out.getvalue().encode("utf-8-sig")


def guide(form: Form, numbers: Numbers, language: str) -> bytes:
    """Return a CSV table that says for each column where it is on paper and what to type."""
    words = Words(language)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([words.say(f"entry_{key}") for key in ("column", "question", "text", "codes")])
    for id in _with_data(form):
        name = printable(form.survey.fields[id].name.get(language))
        writer.writerow([id, "", defused(name), words.say("entry_given")])
    groups = {
        entry.id: part
        for page in form.pages
        for part in page.parts
        if isinstance(part, Group)
        for entry in part.entries
    }
    for entry in form.entries:
        text = printable(entry.text.get(language))
        number = numbers.variables.get(entry.id, "")
        if entry.drawn:
            number = words.say("story_name", k=number)
        cells = [number, " ".join(text.split()), _codes(entry, groups.get(entry.id), words)]
        writer.writerow([entry.id, *map(defused, cells)])
    return out.getvalue().encode("utf-8-sig")


def codes_of(form: Form, languages: tuple[str, ...]) -> Codes:
    """Return the mapping of the typed-in table."""
    columns = [CodedColumn(column=key, variables={"": key}) for key in _with_data(form)]
    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Group) and part.kind == "multiple":
                tick = {"1": 1, "x": 1, "X": 1}
                columns += [
                    CodedColumn(column=row.id, kind="tick", variables={"": row.id}, codes=tick, block=part.id)
                    for row in part.rows
                ]
                continue
            entries = part.entries if isinstance(part, Group) else (part,) if isinstance(part, Entry) else ()
            for entry in entries:
                codes = {str(option.code): option.code for option in entry.options}
                columns.append(CodedColumn(column=entry.id, variables={"": entry.id}, codes=codes))
    survey = form.survey
    return Codes(
        platform=PLATFORM,
        survey=survey.id,
        version=survey.version,
        perspective=form.perspective,
        languages={language: language for language in languages},
        columns=tuple(columns),
    )


def _with_data(form: Form) -> list[str]:
    """Return the columns that say whose paper it is."""
    asked = {entry.id for entry in form.entries}
    kinds = ("respondent", "unit")
    return [key for key, field in form.survey.fields.items() if field.kind in kinds and key not in asked]


def _codes(entry: Entry, group: Group | None, words: Words) -> str:
    if entry.drawn:
        return words.say("entry_story")
    if group and group.kind == "multiple":
        return words.say("entry_tick")
    if group and group.kind == "ranking":
        return words.say("entry_rank")
    told = []
    if entry.kind == "number":
        told.append(words.say("entry_number"))
    elif entry.kind == "date":
        told.append(words.say("entry_date"))
    elif entry.kind == "text":
        told.append(words.say("entry_text_as_is"))
    for option in entry.options:
        text = " ".join(printable(option.text.get(words.language)).split())
        told.append(f"{option.code}" if text == str(option.code) else f"{option.code} = {text}")
    return "; ".join(told)
