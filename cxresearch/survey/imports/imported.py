"""What came of a questionnaire of another platform."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from cxresearch.errors import Place
from cxresearch.located import reads_as_value
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

Severity = Literal["lost", "changed", "note"]
_ORDER: tuple[Severity, ...] = ("lost", "changed", "note")


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something in the source that the survey does not say, or says otherwise.

    Parameters
    ----------
    code : str
        Stable name of the kind of note, for example ``"xlsform.calculation"``.
    what : str
        What it is, in one sentence.
    place : Place
        Where it stands: the file, its sheet or part as `field`, its row or line.
    given : object, optional
        As it stands there.
    severity : {"lost", "changed", "note"}
        Lost: it is not in the survey.  Changed: it is there by other means.  Note: something to look at.

    Examples
    --------
    >>> note = Note(code="xlsform.calculation", what="A calculation is not asked.", given="now()",
    ...             place=Place(file="form.xlsx", row=7, field="survey"))
    >>> print(note)
    form.xlsx (row 7, column 'survey'): lost xlsform.calculation: A calculation is not asked. Given: now()
    """

    code: str
    what: str
    place: Place
    given: Any = None
    severity: Severity = "lost"

    def __str__(self) -> str:
        given = "" if self.given is None else f" Given: {self.given}"
        return f"{self.place}: {self.severity} {self.code}: {self.what}{given}"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A survey that was read from another platform's questionnaire.

    Parameters
    ----------
    yaml : str
        The survey as a file would hold it.
    notes : tuple of Note
        Every construct of the source that was not taken over as it was.
    columns : dict
        The platform's column of an answer to the id of the variable, where they differ.
    """

    yaml: str
    notes: tuple[Note, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def survey(self) -> Survey:
        """The survey; faults in it, if any, are told with the lines of `yaml`."""
        return parse_survey(self.yaml, "<imported>")

    @property
    def unmatched(self) -> tuple[Note, ...]:
        """What is not in the survey at all."""
        return tuple(note for note in self.notes if note.severity == "lost")

    def report(self) -> str:
        """Return the notes, one kind after the other: what is lost, what changed, what to look at.

        Examples
        --------
        >>> what, where = "A calculation is not taken over.", Place(file="form.xlsx", row=7, field="survey total")
        >>> print(Imported(yaml="id: a", notes=(Note(code="xlsform.calculation", what=what, place=where),)).report())
        form.xlsx
        lost xlsform.calculation: A calculation is not taken over.
          row 7 survey total
        """
        kinds: dict[tuple[int, str, str], list[Note]] = {}
        for note in self.notes:
            kinds.setdefault((_ORDER.index(note.severity), note.code, note.what), []).append(note)
        lines = list(dict.fromkeys(note.place.file for note in self.notes))
        for (order, code, what), notes in sorted(kinds.items(), key=lambda one: one[0][0]):
            lines.append(f"{_ORDER[order]} {code}: {what}")
            lines += [f"  {line}" for line in _listed(notes)]
        return "\n".join(lines).encode("utf-8", "backslashreplace").decode()


def _listed(notes: Sequence[Note]) -> Iterator[str]:
    """Yield where a note stands and what is given there; places where the same is given share a line."""
    places: dict[str, list[str]] = {}
    for note in notes:
        places.setdefault(_given(note.given), []).append(_where(note.place))
    for given, where in places.items():
        told = ", ".join(filter(None, where))
        if told or given:
            yield ": ".join(filter(None, (told, given)))


def _where(place: Place) -> str:
    line = f"line {place.line}" if place.line is not None else ""
    row = f"row {place.row}" if place.row is not None else ""
    return " ".join(filter(None, (line, row, place.field)))


def _given(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, Mapping) and given and all(isinstance(text, str) for text in given.values()):
        return " | ".join(f"{key}: {text}" for key, text in given.items())
    return str(given)


def written(data: Mapping[str, Any]) -> str:
    """Return a survey as YAML: keys in the order given, every text that could be taken for something else in quotes.

    Examples
    --------
    >>> print(written({"id": "a", "languages": ["1e3", "en"]}), end="")
    id: a
    languages:
    - "1e3"
    - en
    """
    return yaml.dump(dict(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and quotes what this package's reader, other than YAML 1.1, takes for a number."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    text = re.sub(r"[\ud800-\udfff]", "\ufffd", text)  # half a character, which no file can hold
    # line ends other than \n are lost unless they are escaped
    style = '"' if reads_as_value(text) or re.search(r"[^\n -~\u00a1-\uffff]|[\u2028\u2029\ufeff]", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
