"""Answers as Qualtrics hands them out: CSV with three header rows, or two."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cxresearch.errors import DataError, Fault, Place, shown_path, unreadable
from cxresearch.responses.readers.csv import EXCEL, _decode, _delimiter
from cxresearch.responses.readers.submissions import Submissions

SEEN_UNANSWERED = "-99"
_RESPONSE = re.compile(r"R_[0-9A-Za-z]{6,}")
_SEVERAL = re.compile(r"-?\d+(,-?\d+)+")
_QUESTION = re.compile(r"(\d+_)?QID\d+")
_DERIVED = re.compile(r"QID\d+.*_(DO(_\S+)?|NPS_GROUP|FIRST_CLICK|LAST_CLICK|PAGE_SUBMIT|CLICK_COUNT)")
# what Qualtrics knows about an interview, by ImportId and by both generations of its own names
_KINDS: Mapping[str, str] = {
    "startdate": "started",
    "enddate": "ended",
    "_recordid": "respondent",
    "responseid": "respondent",
    "userlanguage": "language",
    **dict.fromkeys(
        [
            "responseset",
            "responsesetid",
            "name",
            "externaldatareference",
            "externalreference",
            "emailaddress",
            "ipaddress",
            "status",
            "progress",
            "duration",
            "durationinseconds",
            "finished",
            "recordeddate",
            "recipientlastname",
            "recipientfirstname",
            "recipientemail",
            "locationlatitude",
            "locationlongitude",
            "locationaccuracy",
            "distributionchannel",
        ],
        "about",
    ),
}


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A column: its name among the answers, its ImportId, and what it is if it holds no answers."""

    name: str
    import_id: str = ""
    kind: str = "answer"
    zone: str = ""


def read_submissions(path: str | Path) -> Submissions:
    """Read a CSV or TSV file of Qualtrics; the columns bear the export tags.

    Whether there are two header rows or three is found out, and the texts in the second one may be in any
    language.  A cell of several answers (``1,4``) becomes a list.  ``-99`` (seen but unanswered) is no answer.
    Two columns of the same name are told apart by their ImportIds, never by their position: both bear it in
    brackets, and neither counts as the tag.

    Raises
    ------
    DataError
        ``data.missing-file``, ``data.excel``, ``data.empty``, ``data.encoding``, ``data.not-text``, ``data.quote``,
        ``data.ragged-row``, ``data.not-qualtrics``.
    """
    file = shown_path(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise DataError(unreadable(path, "data.missing-file")) from None
    if raw.startswith(EXCEL):
        what, do = "This is an archive or a workbook, not a text table.", "Unpack it, or export as CSV."
        raise DataError(Fault(code="data.excel", what=what, place=Place(file=file), do=do))
    text, _ = _decode(raw, file, None)
    table, lines = _table(text, file)
    heads = _header_rows(table, file)
    columns = _columns(table[:heads], table[heads:])
    rows, width = table[heads:], len(columns)
    wrong = [
        Fault(
            code="data.ragged-row",
            what=f"This row has {len(cells)} cells, the header has {width}.",
            place=Place(file=file, line=line, row=row),
        )
        for row, (cells, line) in enumerate(zip(rows, lines[heads:], strict=True), start=1)
        if len(cells) != width
    ]
    if wrong:
        raise DataError(*wrong)
    found = {kind: _first(kind, columns, rows) for kind in ("respondent", "language", "started", "ended")}
    zones = {column.kind: column.zone for column in columns}
    return Submissions(
        rows=tuple(_answers(columns, cells) for cells in rows),
        places=tuple(Place(file=file, line=line, row=row) for row, line in enumerate(lines[heads:], start=1)),
        respondents=tuple(id or str(row) for row, id in enumerate(found["respondent"], start=1)),
        languages=tuple(cell or None for cell in found["language"]),
        started=tuple(_time(cell, zones.get("started", "")) for cell in found["started"]),
        ended=tuple(_time(cell, zones.get("ended", "")) for cell in found["ended"]),
        file=file,
        sha256=hashlib.sha256(raw).hexdigest(),
        reader=f"qualtrics ({heads} header rows)",
        ignored=tuple(column.name for column in columns if column.kind != "answer" and column.name),
    )


def _table(text: str, file: str) -> tuple[list[list[str]], list[int]]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    table, lines, start = [], [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                table.append(cells)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        what, do = f"The quotes do not match: {error}.", "A quote inside a text is written twice."
        raise DataError(Fault(code="data.quote", what=what, place=Place(file=file, line=start), do=do)) from None
    if not table:
        raise DataError(Fault(code="data.empty", what="The file holds no data.", place=Place(file=file)))
    return table, lines


def _header_rows(table: Sequence[Sequence[str]], file: str) -> int:
    """Count the rows above the answers: tags, texts, ImportIds."""
    if len(table) > 2 and all(_import(cell)[0] for cell in table[2] if cell.strip()):
        return 3
    width = range(len(table[0]))
    id = next((i for i in width if any(_kind(row[i]) == "respondent" for row in table[:2] if i < len(row))), None)
    if id is None or len(table) < 2:
        raise DataError(
            Fault(
                code="data.not-qualtrics",
                what="This does not look like answers from Qualtrics.",
                place=Place(file=file, line=1),
                given=", ".join(table[0][:6]),
                allowed="a column ResponseId, or a third row of ImportIds",
                do="Export the answers as CSV, with the header rows as they come.",
            )
        )
    return 1 if id < len(table[1]) and _RESPONSE.fullmatch(table[1][id].strip()) else 2


def _import(cell: str) -> tuple[str, str]:
    """Return ImportId and time zone of a cell of the third row; older exports quote like Python."""
    if "ImportId" not in cell[:20]:
        return "", ""
    try:
        data = json.loads(cell)
    except (ValueError, RecursionError):
        found = re.match(r"\{'ImportId': ?'([^']*)'", cell)
        return (found.group(1) if found else ""), ""
    if not isinstance(data, dict):
        return "", ""
    return str(data.get("ImportId") or ""), str(data.get("timeZone") or "")


def _kind(name: str) -> str | None:
    plain = re.sub(r"^(panel|location)-", "", name.strip().lower())
    return _KINDS.get(re.sub(r"[^a-z_]", "", plain))


def _named(tag: str, label: str) -> str | None:
    """Tell from its name what a column is; a question called ``status`` is no Status."""
    return _kind(label) if re.fullmatch(r"V\d+", tag) else _kind(tag) if tag[:1].isupper() else None


def _columns(heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> list[_Column]:
    tags = [tag.strip() for tag in heads[0]]
    twice = {tag for tag, n in Counter(tags).items() if n > 1}
    out: list[_Column] = []
    for i, tag in enumerate(tags):
        import_id, zone = _import(heads[2][i]) if len(heads) == 3 and i < len(heads[2]) else ("", "")
        label = heads[1][i] if len(heads) > 1 and i < len(heads[1]) else ""
        kind = _kind(import_id) if import_id else _named(tag, label)
        if import_id and (_QUESTION.match(import_id) or kind is None):
            kind = "derived" if _DERIVED.fullmatch(import_id) else "answer"
        if not tag and not any(len(cells) > i and cells[i].strip() for cells in rows):
            kind = "nothing"
        name = f"{tag} [{import_id or i + 1}]" if tag in twice and tag else tag or f"(column {i + 1})"
        if kind == "nothing":
            name = ""
        while any(name and name == other.name for other in out):
            name += "'"
        out.append(_Column(name=name, import_id=import_id, kind=kind or "answer", zone=zone))
    return out


def _first(kind: str, columns: Sequence[_Column], rows: Sequence[Sequence[str]]) -> list[str]:
    at = next((i for i, column in enumerate(columns) if column.kind == kind), None)
    return [cells[at].strip() if at is not None else "" for cells in rows]


def _answers(columns: Sequence[_Column], cells: Sequence[str]) -> dict[str, str | list[str] | None]:
    return {
        column.name: _cell(cell, column) for column, cell in zip(columns, cells, strict=True) if column.kind == "answer"
    }


def _cell(cell: str, column: _Column) -> str | list[str] | None:
    text = cell.strip()
    if not text or text == SEEN_UNANSWERED:
        return None
    # only a question of several answers has commas between codes; a text bears _TEXT in its ImportId
    if re.fullmatch(r"(\d+_)?QID\d+", column.import_id) and _SEVERAL.fullmatch(text):
        return text.split(",")
    return cell


def _time(cell: str, zone: str) -> str | None:
    """Return a time as ISO 8601; Qualtrics writes local time, and only newer files tell of which zone."""
    if not cell:
        return None
    try:
        time = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    if zone and time.tzinfo is None:
        try:
            time = time.replace(tzinfo=UTC if zone in ("Z", "UTC") else ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return time.isoformat()
    return time.isoformat()
