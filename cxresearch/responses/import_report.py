"""What became of every column and cell of the files that answers were read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import nearest
from cxresearch.responses.codes import CodedColumn
from cxresearch.responses.match import Match
from cxresearch.responses.readers.csv import RawTable
from cxresearch.result import Ids, Names, shorten
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import Text
from cxresearch.words.catalog import say

COLUMNS = ("file", "column", "became", "part", "how", "hint")
PARTS = ("item", "field", "identifying", "ignored")
MOST_COLUMNS = 100  # of one part, in words; the frame holds them all
MOST_NAMES = 12
LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something about a file that a reader has to know; its wording stands under ``import.note.<code>``."""

    code: str
    file: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str, names: Names) -> str:
        """Return the note in words, without its file."""
        told = {key: _told(value, lang, names) for key, value in self.values.items()}
        return say(f"import.note.{self.code}", lang, **told)


@dataclass(frozen=True, kw_only=True, eq=False)
class ImportReport:
    """What became of every column and cell of a file.

    Parameters
    ----------
    columns : DataFrame
        A row a column: file, column, became (id in the survey), part ("item", "field", "identifying",
        "ignored"), how ("id", "wording", "given", "unmatched"), hint (the nearest id of an ignored one).
    missing : DataFrame
        A row an item and reason: file, column, reason, n.
    absent : tuple of str
        Items of the perspective that no column was found for.
    notes : tuple of Note
    names : Names
    lang : str
        Language of the report when none is asked for.
    """

    columns: pd.DataFrame
    missing: pd.DataFrame
    absent: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    names: Names = Names()
    lang: str = "en"

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Columns of the file that no part of the survey was found for."""
        return tuple(self.columns.loc[self.columns["how"] == "unmatched", "column"])

    def __str__(self) -> str:
        return self.text()

    def text(self, lang: str | None = None) -> str:
        """List what each column became; what holds for several files is said once."""
        lang = lang or self.lang
        lines = []
        if len(self.columns):
            files = [self._short(file) for file in dict.fromkeys(self.columns["file"])]
            n = self.columns["column"].nunique()
            lines.append(say("import.columns", lang, n=n, files=files))
        for part in PARTS:
            lines += self._part(part, lang)
        if self.absent:
            lines.append(say("import.absent", lang, items=_some(self.absent, lang)))
        lines.append(say("import.missing", lang, n=int(self.missing["n"].sum())))
        told: dict[str, list[str]] = {}
        for note in self.notes:
            told.setdefault(note.text(lang, self.names), []).append(self._short(note.file))
        lines += [f"{_some(files, lang)}: {text}" for text, files in told.items()]
        return "\n".join(lines)

    def _part(self, part: str, lang: str) -> Iterator[str]:
        """Yield a heading and a line a column, those of several files together."""
        chosen = self.columns[self.columns["part"] == part]
        found: dict[str, list[str]] = {}
        for row in chosen.to_dict("records"):
            found.setdefault(self._line(row["column"], row["became"], row["hint"], lang), []).append(row["file"])
        if not found:
            return
        yield f"  {say(f'import.part.{part}', lang)}"
        everywhere = self.columns["file"].nunique()
        for line, files in list(found.items())[:MOST_COLUMNS]:
            where = say("import.only", lang, files=[self._short(f) for f in files]) if len(files) < everywhere else ""
            yield f"    {line}{where}"
        if len(found) > MOST_COLUMNS:
            yield f"    {say('import.more', lang, n=len(found) - MOST_COLUMNS)}"

    def _line(self, column: str, became: str | None, hint: str | None, lang: str) -> str:
        shown = shorten(column, LONGEST_NAME)
        if became is None:
            return shown + (say("import.nearest", lang, name=hint) if hint else "")
        name = self.names.of(became, lang)
        return f"{shown} -> {became}" + ("" if name in (column, became) else f" ({shorten(name, LONGEST_NAME)})")

    def _short(self, file: str) -> str:
        """Return the name of a file without its folder, where no other file has that name."""
        name = PurePath(file).name
        alike = [other for other in self.columns["file"].unique() if PurePath(other).name == name]
        return name if len(alike) == 1 else file


def report_of(
    table: RawTable,
    survey: Survey,
    coded: Mapping[str, CodedColumn],
    matches: list[Match],
    said: Mapping[str, str],
    asked: list[str],
    absent: tuple[str, ...],
    numbered: bool,
    strange: Mapping[str, int],
) -> ImportReport:
    """Report on one file.

    `said` are columns that the user named as respondent or perspective; `numbered` tells that the number of
    the row stands for the respondent; `strange` counts answers to questions that were not to be shown.
    """
    routed = tuple(f"{id} ({n})" for id, n in strange.items())
    off = (Note(code="off_route", file=table.file, values={"columns": routed}),) if routed else ()
    missing = [
        (table.file, target, reason, n)
        for target, column in coded.items()
        for reason, n in column.missing.items()
        if target in survey.items
    ]
    return ImportReport(
        columns=_columns(table, survey, matches, said),
        missing=pd.DataFrame(missing, columns=["file", "column", "reason", "n"]),
        absent=absent,
        notes=(*_notes(table, coded, matches, numbered), *_unasked(table, survey, coded, asked), *off),
        names=Names({id: _name(id, survey) for id in (*survey.items, *survey.fields, *survey.perspectives)}),
        lang=survey.languages[0],
    )


def _name(id: str, survey: Survey) -> Text:
    if id in survey.items:
        item = survey.items[id]
        return item.name or next(iter(item.text.values()))
    return survey.texts()[id]


def _notes(table: RawTable, coded: Mapping[str, CodedColumn], matches: list[Match], numbered: bool) -> Iterator[Note]:
    commas = tuple(match.column for match in matches if coded[match.target].numerals.decimal == "comma")
    if commas:
        yield Note(code="decimal_comma", file=table.file, values={"columns": commas})
    if table.blank:
        yield Note(code="blank_rows", file=table.file, values={"n": table.blank})
    if numbered:
        yield Note(code="row_numbers", file=table.file)


def _unasked(table: RawTable, survey: Survey, coded: Mapping[str, CodedColumn], asked: list[str]) -> Iterator[Note]:
    """Tell of answers to questions that these respondents are not asked."""
    who = np.array(asked, dtype=object)
    found: dict[tuple[str, ...], list[str]] = {}
    for item in survey.items.values():
        others = tuple(name for name in survey.perspectives if name in set(asked) - set(item.text))
        if item.id in coded and others:
            n = int((np.isin(who, others) & pd.notna(coded[item.id].values)).sum())
            if n:
                found.setdefault(others, []).append(f"{item.id} ({n})")
    for others, items in found.items():
        values = {"perspectives": Ids(others), "columns": tuple(items)}
        yield Note(code="unasked", file=table.file, values=values)


def _columns(table: RawTable, survey: Survey, matches: list[Match], said: Mapping[str, str]) -> pd.DataFrame:
    how = {m.column: m for m in matches}
    ids = [*survey.items, *survey.fields]
    rows: list[tuple[str, str | None, str, str, str | None]] = []
    for column in table.header:
        match = how.get(column)
        if match is not None:
            rows.append((column, match.target, _part(match.target, survey), match.how, None))
        elif column in said:
            rows.append((column, said[column], "field", "given", None))
        else:
            rows.append((column, None, "ignored", "unmatched", nearest(column, ids)))
    # what was read from elsewhere is no hint
    rows += [(c, None, "ignored", "unmatched", None if c in how else nearest(c, ids)) for c in table.unmatched]
    return pd.DataFrame([(table.file, *row) for row in rows], columns=list(COLUMNS), dtype=object)


def _part(target: str, survey: Survey) -> str:
    if target in survey.items:
        return "item"
    return "identifying" if survey.fields[target].identifying else "field"


def _told(value: Any, lang: str, names: Names) -> Any:
    if isinstance(value, Ids):
        return [say("common.quoted", lang, name=names.of(who, lang)) for who in value]
    return _some(value, lang) if isinstance(value, tuple) else value


def _some(names: Iterable[str], lang: str) -> str:
    listed = list(names)
    more = [say("import.more", lang, n=len(listed) - MOST_NAMES)] if len(listed) > MOST_NAMES else []
    return ", ".join([*(shorten(name, LONGEST_NAME) for name in listed[:MOST_NAMES]), *more])
