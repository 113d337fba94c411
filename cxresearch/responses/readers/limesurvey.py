"""Answers exported from LimeSurvey: CSV or JSON, with question codes as headings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxresearch.errors import DataError, Fault, Place, listing, shown_path, unreadable
from cxresearch.responses.readers.csv import read_csv
from cxresearch.responses.readers.submissions import Submissions

META = ("id", "submitdate", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp", "ipaddr", "refurl")
# headings of exports with the full text of questions, in the languages people export with
_FULL = ("response id", "antwort id", "date submitted", "datum abgeschickt")
_TIMES = re.compile(r"(\d{4}-\d{2}-\d{2}) 00:00:00")
_BREAK = re.compile(r"\r\n?")
_TIMING = re.compile(r"(interviewtime|groupTime\d+|questionTime\d+)$")


def read_submissions(path: str | Path) -> Submissions:
    """Read a response export of LimeSurvey.

    JSON keeps a question that was not shown apart from one that was left empty; in CSV both are empty cells, and
    the survey's own flow tells them apart.

    Raises
    ------
    DataError
        ``data.limesurvey-headings`` for an export with the full text of questions, ``data.not-answers``, and what
        :func:`read_csv` finds.
    """
    name = shown_path(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise DataError(unreadable(path, "data.missing-file")) from None
    if raw.lstrip()[:1] in (b"{", b"["):
        rows, lines = _of_json(raw, name), None
    else:
        table = read_csv(path)
        rows = [dict(zip(table.header, row, strict=True)) for row in zip(*table.columns.values(), strict=True)]
        lines = table.lines
    if rows:
        _check_headings(rows[0], name)
    return Submissions(
        rows=tuple({column: _cell(value) for column, value in row.items() if not _is_meta(column)} for row in rows),
        places=tuple(Place(file=name, line=lines[i] if lines else None, row=i + 1) for i in range(len(rows))),
        respondents=tuple(str(row.get("id") or i) for i, row in enumerate(rows, start=1)),
        languages=tuple(_text(row.get("startlanguage")) for row in rows),
        started=tuple(_text(row.get("startdate")) for row in rows),
        ended=tuple(_text(row.get("submitdate")) for row in rows),
        file=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        reader="limesurvey",
        ignored=tuple(column for column in (rows[0] if rows else ()) if _is_meta(column)),
    )


def _of_json(raw: bytes, name: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        data = None
    found = data.get("responses") if isinstance(data, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        what = "This is not a response export of LimeSurvey."
        raise DataError(Fault(code="data.not-answers", what=what, place=Place(file=name), allowed="CSV or JSON"))
    # older versions put each response under its number
    return [
        next(iter(one.values())) if len(one) == 1 and isinstance(next(iter(one.values())), dict) else one
        for one in found
    ]


def _check_headings(row: Mapping[str, Any], name: str) -> None:
    if "id" in row or not any(column.strip().casefold() in _FULL for column in row):
        return
    raise DataError(
        Fault(
            code="data.limesurvey-headings",
            what="The headings of this export are the texts of the questions, which need not be unique.",
            place=Place(file=name, line=1),
            given=listing(list(row)[:4]),
            do="Export again with 'Question code' as heading.",
        )
    )


def _is_meta(column: str) -> bool:
    return column in META or bool(_TIMING.fullmatch(column))


def _cell(value: Any) -> Any:
    """Return an answer as it was typed; LimeSurvey itself takes the zeros off numbers, and writes N/A for ticks only."""
    if not isinstance(value, str):
        return value
    midnight = _TIMES.fullmatch(value)
    return midnight[1] if midnight else _BREAK.sub("\n", value) or None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
