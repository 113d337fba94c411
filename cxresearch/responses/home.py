"""Answers from a platform that an instrument was exported to, as a table of the survey's own columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, DataError, Fault, Place, listing, shown_path, unreadable
from cxresearch.responses.lacking import lacking, lacking_fault, of_others, other_perspective_fault
from cxresearch.responses.options import option_faults, placed_twice
from cxresearch.responses.readers import preview
from cxresearch.responses.readers.csv import RawTable
from cxresearch.responses.readers.submissions import Submissions, read_submissions
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.survey import Survey


@dataclass(frozen=True, kw_only=True, eq=False)
class HomeTable(RawTable):
    """A table whose rows came from a platform.

    Parameters
    ----------
    places : sequence of Place
        Where each row stood there.
    lacking : dict
        Columns of the platform that the file should have and has not, with what they hold of the survey.
    unanswered : tuple of str
        What no row holds, where a platform leaves out what was not answered.
    placed_twice : dict
        First item of a ranking to the rows in which one option stands at several places; the last one counts.
    """

    places: Sequence[Place] = ()
    respondents: Sequence[str] = ()
    reader: str = ""
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    placed_twice: Mapping[str, Sequence[int]] = field(default_factory=dict)

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


def read_home(
    path: str | Path, codes: Codes, survey: Survey, *, perspective: str | None = None, partial: bool = False
) -> HomeTable:
    """Read a platform's answers with the ids and codes of the survey.

    Parameters
    ----------
    path : str or Path
        What the platform handed out.
    codes : Codes
    survey : Survey
    perspective : str, optional
        Who answered, where the caller says so.
    partial : bool
        Accept that columns of the questionnaire are missing; by default they are an error, but for platforms that
        leave out what nobody answered.

    Raises
    ------
    DataError
        ``data.other-survey``, ``data.other-perspective``, ``data.other-codes``, ``data.missing-column``,
        ``data.nothing-matched``, ``data.unknown-value``, and what the platform's reader finds.
    """
    _check_codes(codes, survey, perspective)
    found = read_submissions(path, codes.platform)
    strange = codes.unmatched(found.columns)
    known = len(found.columns) - len(strange)
    if found.rows and not known:
        raise DataError(_nothing_matched(found, codes))
    absent = lacking(codes, found.columns) if found.rows else {}
    expected = sum(bool(column.variables) for column in codes.columns)
    if found.is_table and len(absent) > expected / 2 and len(strange) >= known:
        raise DataError(_other_codes(found, codes, list(absent)))
    others = of_others(survey, codes.perspective, strange)
    fits = list(dict.fromkeys(who for several in others.values() for who in several))
    if absent and found.is_table and not partial:
        raise DataError(lacking_fault(found.file, codes, absent, fits))
    if others and perspective is None:
        raise DataError(other_perspective_fault(found.file, codes, fits, list(others)))
    if faults := option_faults(found, codes):
        raise DataError(*faults)
    return _home_table(found, codes, absent, strange)


def _home_table(
    found: Submissions, codes: Codes, absent: Mapping[str, tuple[str, ...]], strange: Sequence[str]
) -> HomeTable:
    ids = dict.fromkeys(id for column in codes.columns for id in column.variables.values())
    here = {id for one in codes.columns if one.column in found.columns for id in one.variables.values()}
    nowhere = tuple(id for id in ids if id not in here) if found.rows else ()
    # a column that a table lacks was not read; what JSON and XML leave out was not answered
    header = [id for id in ids if id not in nowhere] if found.is_table else list(ids)
    table = _table(found, codes.home(found.rows), header, unmatched=strange)
    table = replace(table, placed_twice=placed_twice(found, codes))
    return replace(table, lacking=absent) if found.is_table else replace(table, unanswered=nowhere)


def _check_codes(codes: Codes, survey: Survey, perspective: str | None) -> None:
    if codes.survey != survey.id:
        what = "The mapping of codes belongs to another survey."
        raise DataError(Fault(code="data.other-survey", what=what, given=codes.survey, allowed=survey.id))
    if perspective in survey.perspectives and perspective != codes.perspective:
        what = f"The mapping of codes belongs to the questionnaire of {codes.perspective!r}."
        do = "Read these answers with the codes that were exported for them, or leave perspective=... out."
        raise DataError(Fault(code="data.other-perspective", what=what, given=perspective, do=do))


def _other_codes(found: Submissions, codes: Codes, absent: list[str]) -> Fault:
    return Fault(
        code="data.other-codes",
        what=f"{len(absent)} columns of the questionnaire are missing: {listing(absent)}.",
        place=Place(file=found.file),
        given=listing(found.columns),
        do=f"Do these answers come from {codes.platform}, from the questionnaire that these codes belong to?",
    )


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
