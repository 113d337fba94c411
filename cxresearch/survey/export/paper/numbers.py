"""Numbers of the questions on paper, and how conditions and whoever types answers in speak of them."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass, field

from cxresearch.survey.export.paper.sentence import Reference
from cxresearch.survey.export.paper.words import Words, printable
from cxresearch.survey.expression import Value
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.text import Text

LETTERED = ("grid", "dual", "ranking", "kano")


@dataclass(kw_only=True)
class Numbers:
    """What each part and each variable is called on paper.

    Parameters
    ----------
    parts : dict
        Id of a part of a page to its number.
    variables : dict
        Id of a variable to its number, with a letter in a table.
    """

    form: Form
    parts: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def references(self, words: Words) -> dict[str, Reference]:
        """Return how conditions speak of each variable, in one language."""
        found: dict[str, Reference] = {}
        for key, column in self.form.survey.fields.items():
            name = words.say("quoted", text=printable(column.name.get(words.language)))
            labels: dict[Value, Text] = {**column.labels, **column.missing}
            found[key] = Reference(how="known", where=name, labels=labels, time=column.kind == "time")
        for page in self.form.pages:
            for part in page.parts:
                if isinstance(part, Group):
                    found |= self._group(part, words)
                elif isinstance(part, Entry):
                    found[part.id] = self._entry(part, words)
        return found

    def _entry(self, entry: Entry, words: Words, beside: Text | None = None) -> Reference:
        where = words.say("question", number=self.variables[entry.id])
        if entry.drawn:
            where = words.say("quoted", text=words.say("story_name", k=self.variables[entry.id]))
            return Reference(how="given", where=where)
        if beside is not None:
            where += f" ({printable(beside.get(words.language))})"
        labels: dict[Value, Text] = {option.code: option.text for option in entry.options}
        return Reference(how="given", where=where, labels=labels, time=entry.kind == "date")

    def _group(self, group: Group, words: Words) -> Iterator[tuple[str, Reference]]:
        heads = group.heads if group.kind == "dual" else None
        for entry in group.entries:
            if group.kind == "multiple":
                where = words.say("question", number=self.parts[group.id])
                yield entry.id, Reference(how="ticked", where=where, option=entry.text.get(words.language))
            elif group.kind == "maxdiff":
                yield entry.id, self._entry(entry, words, entry.text)
            else:
                beside = heads[1 if entry in group.second else 0] if heads else None
                yield entry.id, self._entry(entry, words, beside)


def numbered(form: Form) -> Numbers:
    """Number the questions of a form from 1, stories for themselves.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> numbers = numbered(load_survey("shipped:surveys/nps-pulse.yaml").form("customer"))
    >>> numbers.variables[numbers.form.entries[0].id]
    '1'
    """
    found = Numbers(form=form)
    count = told = 0
    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Entry) and part.drawn:
                told += 1
                found.variables[part.id] = str(told)
            elif isinstance(part, Entry):
                count += 1
                found.parts[part.id] = found.variables[part.id] = str(count)
            elif isinstance(part, Group):
                count += 1
                found.parts[part.id] = str(count)
                for place, row in enumerate(part.rows):
                    letter = _letter(place) if part.kind in LETTERED else ""
                    found.variables[row.id] = f"{count}{letter}"
                    if part.second:
                        found.variables[part.second[place].id] = f"{count}{letter}"
    return found


def _letter(place: int) -> str:
    """Return a, b, ... z, aa, ab, ..."""
    before, last = divmod(place, 26)
    return (_letter(before - 1) if before else "") + string.ascii_lowercase[last]
