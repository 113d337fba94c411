"""One family of errors, each of which teaches.

A :class:`Fault` says what happened, where, what was given, what is allowed and
what to do.  A :class:`CxError` carries one or many of them: whoever checks
input collects *all* faults first and raises once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]

MOST_SHOWN = 50
# what stands around the text of a fault, by language
_LABELS: dict[str, dict[str, str]] = {
    "en": {"given": "Given", "allowed": "Allowed", "faults": "faults", "more": "and {n} more"},
    "de": {
        "given": "Hier steht",
        "allowed": "Erlaubt",
        "faults": "Fehler",
        "more": "und {n} weitere",
        "error": "Fehler",
        "warning": "Warnung",
        "note": "Hinweis",
        "row": "Zeile",
        "column": "Spalte",
    },
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something was found: a line of a text file or a cell of a table.

    Parameters
    ----------
    file : str
        Path as the user gave it, or a name such as ``"frame"``.
    line, column : int, optional
        One-based position in a text file.
    row : int, optional
        One-based data row (the header does not count).
    field : str, optional
        Name of the column of the table.

    Examples
    --------
    >>> str(Place(file="surveys/a.yaml", line=3, column=5))
    'surveys/a.yaml:3:5'
    >>> str(Place(file="answers.csv", line=9, row=8, field="q1"))
    "answers.csv:9 (row 8, column 'q1')"
    """

    file: str
    line: int | None = None
    column: int | None = None
    row: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        return self.told("en")

    def told(self, language: str) -> str:
        """Write it in one language, "de" or "en"."""
        text = _visible(self.file)
        if self.line is not None:
            text += f":{self.line}"
            if self.column is not None:
                text += f":{self.column}"
        cell = []
        if self.row is not None:
            cell.append(f"{_label('row', language)} {self.row}")
        if self.field is not None:
            cell.append(f"{_label('column', language)} {self.field!r}")
        return f"{text} ({', '.join(cell)})" if cell else text


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong, told so that it can be put right.

    Parameters
    ----------
    code : str
        Stable identifier, for example ``"survey.unknown-scale"``.
    what : str
        What happened, in one sentence.
    place : Place, optional
    given : object, optional
        The offending value as it was given.
    allowed : str, optional
        What would have been accepted.
    do : str, optional
        The next step, often the nearest valid name.
    severity : {"error", "warning", "note"}
    language : str
        Of `what` and `do`.

    Examples
    --------
    >>> print(Fault(code="x.y", what="Unknown scale.", given="agre5", allowed="agree5, yesno",
    ...             do="Did you mean 'agree5'?"))
    error x.y: Unknown scale. Given: 'agre5'. Allowed: agree5, yesno. Did you mean 'agree5'?
    """

    code: str
    what: str
    place: Place | None = None
    given: Any = field(default=None)
    allowed: str | None = None
    do: str | None = None
    severity: Severity = "error"
    language: str = "en"

    def __str__(self) -> str:
        return self.told(self.language)

    def told(self, language: str) -> str:
        """Write it with severity and labels in one language; `what` and `do` stay as they are.

        Parameters
        ----------
        language : {"de", "en"}

        Examples
        --------
        >>> Fault(code="x.y", what="Unknown scale.", given="agre5", severity="warning").told("de")
        "Warnung x.y: Unknown scale. Hier steht: 'agre5'."
        """
        parts = [self.what]
        if self.given is not None:
            parts.append(f"{_label('given', language)}: {shorten(self.given)}.")
        if self.allowed:
            parts.append(f"{_label('allowed', language)}: {self.allowed}.")
        if self.do:
            parts.append(self.do)
        head = f"{self.place.told(language)}: " if self.place else ""
        return f"{head}{_label(self.severity, language)} {self.code}: {' '.join(parts)}"


class CxError(Exception):
    """Input that cannot be used, with every fault that was found.

    Parameters
    ----------
    *faults : Fault

    Examples
    --------
    >>> try:
    ...     raise CxError(Fault(code="demo.one", what="First."), Fault(code="demo.two", what="Second."))
    ... except CxError as error:
    ...     print(error.codes)
    ('demo.one', 'demo.two')
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all faults, in order."""
        return tuple(fault.code for fault in self.faults)

    def __str__(self) -> str:
        return self.told("en")

    def told(self, language: str) -> str:
        """Write all faults as :meth:`Fault.told` does."""
        if len(self.faults) == 1:
            return self.faults[0].told(language)
        lines = [f"{len(self.faults)} {_label('faults', language)}:"]
        lines += [f"  {fault.told(language)}" for fault in self.faults[:MOST_SHOWN]]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"  {_label('more', language).format(n=len(self.faults) - MOST_SHOWN)}")
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """Shown by IPython in place of a traceback: the reader's input is at fault, not our code."""
        return [f"{type(self).__name__}: {self}"]


class SurveyError(CxError):
    """A survey file or template that is not valid."""


class DataError(CxError):
    """Answers or scores that do not fit their survey."""


class StudyError(CxError):
    """A study file, or what it refers to, that is not valid."""


class ArgumentError(CxError, ValueError):
    """An argument of a question that is not possible."""


class NotEnoughData(CxError):
    """Too little data for an answer: a state of a report ("not reportable"), not a crash."""


def nearest(name: object, valid: Iterable[object]) -> str | None:
    """Return the valid name that looks most like `name`, or None.

    Examples
    --------
    >>> nearest("agre5", ["agree5", "yesno"])
    'agree5'
    >>> nearest("zzz", ["agree5", "yesno"]) is None
    True
    """
    names = [_text(v) for v in valid]
    wanted = _text(name)
    lowered = {n.casefold(): n for n in reversed(names)}
    if wanted.casefold() in lowered:
        return lowered[wanted.casefold()]
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    return close[0] if close else None


def unknown_name(code: str, kind: str, given: object, valid: Iterable[object], place: Place | None = None) -> Fault:
    """Build the fault for a name that does not exist, with what does and the nearest one."""
    names = [_text(v) for v in valid]
    close = nearest(given, names)
    return Fault(
        code=code,
        what=f"There is no {kind} of that name.",
        place=place,
        given=given,
        allowed=listing(names),
        do=f"Did you mean {close!r}?" if close else None,
    )


def listing(names: Iterable[object], most: int = 12) -> str:
    """Join names for a message and say how many were left out.

    Examples
    --------
    >>> listing(["a", "b"])
    'a, b'
    >>> listing(range(20), most=3)
    '0, 1, 2 and 17 more'
    """
    items = [_visible(_text(n)) for n in names]
    if not items:
        return "(none)"
    if len(items) <= most:
        return ", ".join(items)
    return f"{', '.join(items[:most])} and {len(items) - most} more"


def shorten(value: object, most: int = 80) -> str:
    """Show a value in a message; answers can be 100 kB long.

    Examples
    --------
    >>> shorten("a" * 1000, most=5)
    "'aaaa... (1002 characters)"
    """
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    if not text.isprintable():
        text = " ".join(text.split())
    return _cut(text, most)


def _label(name: str, language: str) -> str:
    return _LABELS.get(language, {}).get(name) or _LABELS["en"].get(name, name)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _visible(name: str, most: int = 120) -> str:
    """Write a name so that control characters in it do no harm on a terminal."""
    return _cut(name if name.isprintable() else repr(name), most)


def shown_path(path: str | Path) -> str:
    """Show a path relative to the working directory where that is shorter."""
    full = Path(path)
    try:
        return full.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (OSError, ValueError):
        return str(full)


def unreadable(path: str | Path, code: str) -> Fault:
    """Build the fault for a file that cannot be read: not there, a folder, or not permitted."""
    full = Path(path)
    try:
        if full.is_dir():
            what, do = "This is a folder, not a file.", "Name a file in it."
        elif full.exists():
            what, do = "The file cannot be read.", "Is it open elsewhere, or not yours to read?"
        else:
            names = [p.name for p in full.parent.iterdir()] if full.parent.is_dir() else []
            near = nearest(full.name, sorted(names))
            what = "The file does not exist."
            do = f"In that folder there is {near!r}; did you mean that?" if near else "Check the path."
    except (OSError, ValueError):
        what, do = "This cannot be the path of a file.", "Check the path."
    return Fault(code=code, what=what, place=Place(file=shown_path(path)), do=do)
