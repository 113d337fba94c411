"""Answers from SurveyJS: the JSON that a page with survey-core hands over when somebody completes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import DataError, Fault, Place, shorten, shown_path, unreadable
from cxresearch.responses.readers.submissions import Submissions

ABOUT = ("id", "locale", "started", "ended")
HIDDEN = ("random_seed",)  # the start of the draws; no question of ours bears this name
ALLOWED = 'a list of results, one result a line, or one result; bare or as {"id": ..., "locale": ..., "data": {...}}'
DEEPEST = 20


@dataclass(frozen=True, kw_only=True)
class _Result:
    about: Mapping[str, Any]
    data: Mapping[str, Any]
    place: Place


def read_submissions(path: str | Path) -> Submissions:
    """Read results of SurveyJS.

    A cell of a matrix gets a column of its own, ``matrix.row`` or ``matrix.row.column``; the rounds of a dynamic
    panel or matrix are ``panel[0].question``.  The text beside "other" is ``question-Comment``.

    Parameters
    ----------
    path : str or Path
        JSON: a list, one result a line, or one result.  SurveyJS keeps neither time nor language; who runs the
        survey can put ``{"id", "locale", "started", "ended", "data"}`` around a result.

    Raises
    ------
    DataError
        ``data.missing-file``, ``data.not-json``, ``data.not-answers``, ``data.submission-twice``.
    """
    name = shown_path(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise DataError(unreadable(path, "data.missing-file")) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        what, do = "The file is not UTF-8, as JSON has to be.", "Save it again as UTF-8."
        raise DataError(Fault(code="data.not-json", what=what, place=Place(file=name), do=do)) from None
    faults: list[Fault] = []
    found = [_result(one, place, faults) for one, place in _records(text, name)]
    results = [one for one in found if one is not None]
    rows = []
    for one in results:
        row: dict[str, Any] = {}
        for column, cell in _cells(one, faults):
            if column in row:
                what = "Two answers of one result would stand in the same column."
                faults.append(Fault(code="data.not-answers", what=what, place=one.place, given=column))
            row[column] = cell
        rows.append(row)
    faults += _twice(results)
    if faults:
        raise DataError(*faults)
    more = dict.fromkeys(key for one in results for key in one.about if key not in ABOUT)
    hidden = [column for column in HIDDEN if any(column in row for row in rows)]
    return Submissions(
        rows=tuple({column: cell for column, cell in row.items() if column not in HIDDEN} for row in rows),
        places=tuple(one.place for one in results),
        respondents=tuple(_text(one.about.get("id")) or str(i) for i, one in enumerate(results, start=1)),
        languages=tuple(_text(one.about.get("locale")) for one in results),
        started=tuple(_text(one.about.get("started")) for one in results),
        ended=tuple(_text(one.about.get("ended")) for one in results),
        file=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        reader="surveyjs",
        ignored=(*more, *hidden),
        sparse=True,
    )


def _records(text: str, name: str) -> Iterator[tuple[Any, Place]]:
    """Yield each result and where it stands."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        what = "The file is empty."
        raise DataError(Fault(code="data.not-json", what=what, place=Place(file=name), allowed=ALLOWED))
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if len(lines) == 1 or not _alone(lines[0][1]):
            line = error.lineno if isinstance(error, json.JSONDecodeError) else None
            raise DataError(_not_json(Place(file=name, line=line), error)) from None
    else:
        if isinstance(whole, list):
            yield from ((one, Place(file=name, row=row)) for row, one in enumerate(whole, start=1))
        else:
            yield whole, Place(file=name, row=1)
        return
    faults = []
    found = []
    for row, (number, one) in enumerate(lines, start=1):
        try:
            found.append((json.loads(one), Place(file=name, line=number, row=row)))
        except (ValueError, RecursionError) as error:
            faults.append(_not_json(Place(file=name, line=number), error))
    if faults:
        raise DataError(*faults)
    yield from found


def _alone(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _not_json(place: Place, error: Exception) -> Fault:
    said = error.msg if isinstance(error, json.JSONDecodeError) else "a number or nesting in it is too large"
    do = f"Was the file cut off or changed by hand? ({said})"
    return Fault(code="data.not-json", what="This is not JSON.", place=place, allowed=ALLOWED, do=do)


def _result(one: Any, place: Place, faults: list[Fault]) -> _Result | None:
    if not isinstance(one, dict):
        what = "A result of SurveyJS is an object with a value for each question."
        faults.append(Fault(code="data.not-answers", what=what, place=place, given=shorten(str(one)), allowed=ALLOWED))
        return None
    if isinstance(one.get("data"), dict) and (len(one) == 1 or any(key in one for key in ABOUT)):
        return _Result(about={key: value for key, value in one.items() if key != "data"}, data=one["data"], place=place)
    if not {"pages", "elements"}.isdisjoint(one) and any(
        isinstance(one.get(key), list) for key in ("pages", "elements")
    ):
        what, do = "This is a questionnaire, not an answer to one.", "Read it with 'cxresearch import'."
        faults.append(Fault(code="data.not-answers", what=what, place=place, do=do))
        return None
    return _Result(about={}, data=one, place=place)


def _cells(one: _Result, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    waiting: list[tuple[str, Any, int]] = [(key, value, 1) for key, value in reversed(list(one.data.items()))]
    while waiting:
        path, value, depth = waiting.pop()
        inner: list[tuple[str, Any]] = []
        if isinstance(value, dict):
            inner = [(f"{path}.{key}", cell) for key, cell in value.items()]
        elif isinstance(value, list) and any(isinstance(cell, dict | list) for cell in value):
            inner = [(f"{path}[{number}]", cell) for number, cell in enumerate(value)]
        elif isinstance(value, list):
            yield path, [_cell(cell) for cell in value]
        else:
            yield path, _cell(value)
        if inner and depth >= DEEPEST:
            what = f"More than {DEEPEST} values lie inside each other."
            faults.append(Fault(code="data.not-answers", what=what, place=one.place, given=shorten(path)))
            return
        waiting += [(key, cell, depth + 1) for key, cell in reversed(inner)]


def _cell(value: Any) -> Any:
    # Python would write True, which no code is called
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _twice(results: list[_Result]) -> Iterator[Fault]:
    seen: dict[str, Place] = {}
    for one in results:
        id = _text(one.about.get("id"))
        if id is None:
            continue
        if id in seen:
            what = f"This result stands in {seen[id]} already."
            yield Fault(code="data.submission-twice", what=what, place=one.place, given=shorten(id), do="Remove one.")
        seen.setdefault(id, one.place)
