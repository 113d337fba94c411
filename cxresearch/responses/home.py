"""Answers from a platform that an instrument was exported to, as a table of the survey's own columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, DataError, Fault, Place, listing, shown_path, unreadable
from cxresearch.responses.readers import preview
from cxresearch.responses.readers.csv import RawTable
from cxresearch.responses.readers.submissions import Submissions, read_submissions
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.survey import Survey


@dataclass(frozen=True, kw_only=True, eq=False)
class HomeTable(RawTable):
    """A table whose rows came from a platform; `places` tells where each stood there."""

    places: Sequence[Place] = ()
    respondents: Sequence[str] = ()
    reader: str = ""

    @property
    def how(self) -> str:
        return self.reader

    def place(self, row: int, field: str | None = None) -> Place:
        there = self.places[row]
        return Place(file=there.file, line=there.line, row=there.row or row + 1, field=field)


def read_codes(path: str | Path) -> Codes:
    """Read the mapping that an export wrote beside its questionnaire.

    Raises
    ------
    DataError
        ``codes.missing-file``, ``codes.unreadable``.
    """
    name = shown_path(path)
    try:
        return Codes.read(Path(path).read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError, ValueError):
        raise DataError(unreadable(path, "codes.missing-file")) from None
    except CxError as error:
        raise DataError(*error.faults) from None


def read_home(path: str | Path, codes: Codes, survey: Survey) -> HomeTable:
    """Read a platform's answers with the ids and codes of the survey.

    Parameters
    ----------
    path : str or Path
        What the platform handed out.
    codes : Codes
    survey : Survey

    Raises
    ------
    DataError
        ``data.other-survey``, ``data.other-codes``, ``data.nothing-matched``, and what the platform's reader finds.
    """
    if codes.survey != survey.id:
        what = "The mapping of codes belongs to another survey."
        raise DataError(Fault(code="data.other-survey", what=what, given=codes.survey, allowed=survey.id))
    found = read_submissions(path, codes.platform)
    known = [column for column in found.columns if column not in set(codes.unmatched(found.columns))]
    if found.rows and not known:
        raise DataError(_nothing_matched(found, codes))
    absent = [column.column for column in codes.columns if column.column not in found.columns]
    # JSON and XML leave out what nobody answered; in a table every question has its column
    strange = len(found.columns) - len(known)
    if _is_table(found) and len(absent) > len(codes.columns) / 2 and strange >= len(known):
        raise DataError(_other_codes(found, codes, absent))
    answers = codes.home(found.rows)
    ids = list(dict.fromkeys(id for column in codes.columns for id in column.variables.values()))
    return _table(found, answers, ids, unmatched=codes.unmatched(found.columns))


def _other_codes(found: Submissions, codes: Codes, absent: list[str]) -> Fault:
    return Fault(
        code="data.other-codes",
        what=f"{len(absent)} of {len(codes.columns)} columns of the questionnaire are missing: {listing(absent)}.",
        place=Place(file=found.file),
        given=listing(found.columns),
        do=f"Do these answers come from {codes.platform}, from the questionnaire that these codes belong to?",
    )


def _is_table(found: Submissions) -> bool:
    return Path(found.file).suffix.lower() not in (".json", ".jsonl", ".ndjson", ".xml") and bool(found.rows)


def read_preview(path: str | Path, survey: Survey) -> HomeTable:
    """Read a file that a collecting preview of this survey saved; who answered stands in ``perspective``.

    Raises
    ------
    DataError
        ``data.missing-file``, ``data.not-answers``, ``data.other-survey``, ``data.nothing-matched``.
    """
    found = preview.read_submissions(path, survey.id)
    known = [name for name in (*survey.items, *survey.fields) if name in found.columns]
    if found.rows and not known:
        what = "No answer in this file belongs to the survey."
        do = "Is it the right survey?"
        raise DataError(Fault(code="data.nothing-matched", what=what, place=Place(file=found.file), do=do))
    header = (*(name for name in known if name != preview.PERSPECTIVE), preview.PERSPECTIVE)
    strange = [name for name in found.columns if name not in header]
    return _table(found, found.rows, header, unmatched=strange)


def _table(
    found: Submissions, rows: Sequence[Mapping[str, Any]], header: Sequence[str], unmatched: Sequence[str]
) -> HomeTable:
    return HomeTable(
        header=tuple(header),
        columns={name: [_text(row.get(name)) for row in rows] for name in header},
        lines=[place.line or number for number, place in enumerate(found.places, start=1)],
        file=found.file,
        sha256=found.sha256,
        encoding="utf-8",
        delimiter="",
        places=found.places,
        respondents=found.respondents,
        reader=found.reader,
        unmatched=tuple(unmatched),
    )


def _nothing_matched(found: Submissions, codes: Codes) -> Fault:
    return Fault(
        code="data.nothing-matched",
        what=f"No column of the file belongs to the questionnaire exported for {codes.platform}.",
        place=Place(file=found.file),
        given=listing(found.columns),
        allowed=listing(column.column for column in codes.columns),
        do="Is this the right file, and was the questionnaire changed on the platform?",
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
