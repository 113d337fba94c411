"""Text tables: encoding, delimiter and shape are found out, never assumed."""

from __future__ import annotations

import codecs
import csv
import gc
import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cxresearch.errors import CxError, DataError, Fault, Place, shown_path, unreadable
from cxresearch.shipped import resolve

EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class RawTable:
    """Cells as text, exactly as they stand in the file.

    Parameters
    ----------
    header : tuple of str
    columns : dict
        Header to the list of cells, one per data row.
    lines : list of int
        Line of the file on which each data row starts.
    blank : int
        Rows without any content between the others; they are not in `columns`.
    unmatched : tuple of str
        Columns of the file that are known to be nothing of the survey; not in `columns` either.
    file, sha256, encoding, delimiter : str
    """

    header: tuple[str, ...]
    columns: dict[str, list[str]]
    lines: list[int]
    file: str
    sha256: str
    encoding: str
    delimiter: str
    blank: int = 0
    unmatched: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """How the file was read, for the provenance."""
        return f"csv ({self.encoding}, {self.delimiter!r})"

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, row: int, field: str | None = None) -> Place:
        """Return the place of a zero-based data row."""
        return Place(file=self.file, line=self.lines[row], row=row + 1, field=field)


def read_header(path: str | Path) -> tuple[str, ...]:
    """Return the column names of a text table without reading the rest; empty where that is not possible."""
    try:
        with Path(path).open("rb") as file:
            start = file.readline(1_000_000)
    except (OSError, ValueError):
        return ()
    text = start.decode("utf-8-sig", errors="replace")
    delimiter = max(DELIMITERS, key=text.count)
    return tuple(next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter), ()))


def read_csv(path: str | Path, *, encoding: str | None = None, delimiter: str | None = None) -> RawTable:
    """Read a text table without interpreting its cells.

    Parameters
    ----------
    path : str or Path
    encoding : str, optional
        By default from the byte-order mark, else UTF-8; never guessed beyond that.
    delimiter : str, optional
        By default the one of ``, ; tab |`` that cuts the header into most cells.

    Raises
    ------
    DataError
        ``data.missing-file``, ``data.excel``, ``data.empty``, ``data.encoding``, ``data.not-text``,
        ``data.delimiter``, ``data.duplicate-column``, ``data.ragged-row``, ``data.quote``;
        all ragged rows at once.
    """
    if delimiter and (not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0'):
        what = "A delimiter is one character that is neither a quote nor the end of a line."
        raise DataError(Fault(code="data.delimiter", what=what, given=delimiter, allowed="such as ',' ';' or a tab"))
    try:
        full = resolve(path)
    except CxError as error:
        raise DataError(*error.faults) from None
    name = str(path) if str(path).startswith("shipped:") else shown_path(full)
    try:
        raw = full.read_bytes()
    except (OSError, ValueError):
        raise DataError(unreadable(full, "data.missing-file")) from None
    if raw.startswith(EXCEL):
        raise DataError(
            Fault(
                code="data.excel",
                what="This is an Excel workbook, not a text table.",
                place=Place(file=name),
                do="Save it in Excel as 'CSV UTF-8', or read it with pandas.read_excel and pass the frame.",
            )
        )
    text, used = _decode(raw, name, encoding)
    if not text.strip():
        raise DataError(
            Fault(
                code="data.empty",
                what="The file holds no data.",
                place=Place(file=name),
                allowed="a header line and at least one row",
            )
        )
    cut = delimiter or _delimiter(text)
    with _without_gc():
        columns, lines, blank = _table(text, cut, name)
    return RawTable(
        header=tuple(columns),
        columns=columns,
        lines=lines,
        file=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        encoding=used,
        delimiter=cut,
        blank=blank,
    )


@contextmanager
def _without_gc() -> Iterator[None]:
    """Keep the collector of circles from looking through millions of cells again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _decode(raw: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    guess = encoding or next((enc for bom, enc in _BOMS if raw.startswith(bom)), "utf-8")
    try:
        text = raw.decode(guess).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line_start = raw.rfind(b"\n", 0, error.start) + 1
        line_end = raw.find(b"\n", error.start)
        snippet = raw[line_start : line_end if line_end >= 0 else None]
        as_windows = snippet.decode("cp1252", errors="replace").strip()
        raise DataError(
            Fault(
                code="data.encoding",
                what=f"The file is not valid {guess}; byte {error.start} cannot be read.",
                place=Place(file=name, line=raw[: error.start].count(b"\n") + 1),
                given=snippet[:60],
                do=f"Excel often saves cp1252: with encoding='cp1252' this line reads {as_windows[:60]!r}.",
            )
        ) from None
    except (LookupError, TypeError, ValueError):
        fault = Fault(code="data.encoding", what="There is no such encoding.", given=guess, allowed="such as cp1252")
        raise DataError(fault) from None
    if "\0" in text:
        raise DataError(
            Fault(
                code="data.not-text",
                what="The file holds NUL characters, which no text has.",
                place=Place(file=name, line=text.count("\n", 0, text.index("\0")) + 1),
                do="Is it a spreadsheet? Save it as CSV. Is it UTF-16? Say encoding='utf-16-le'.",
            )
        )
    return text, guess


def _delimiter(text: str) -> str:
    """Return the mark that stands most often in the first line, outside of quotes."""
    first = re.match(r'(?:[^"\r\n]|"(?:[^"]|"")*")*', text.lstrip(" \r\n"))
    bare = re.sub(r'"(?:[^"]|"")*"', "", first.group() if first else "")
    return max(DELIMITERS, key=bare.count)


def _table(text: str, delimiter: str, name: str) -> tuple[dict[str, list[str]], list[int], int]:
    """Return the columns, the line of each row, and the number of rows left out because they hold nothing."""
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: tuple[str, ...] = ()
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    start, blank, pending = 1, 0, 0
    try:
        for cells in reader:
            here, start = start, reader.line_num + 1
            one_empty_answer = cells and len(header) == 1
            if not "".join(cells).strip() and not one_empty_answer:
                # empty lines at the end are no rows; a row of empty cells is one, wherever it stands
                blank, pending = (blank + 1, pending) if cells else (blank, pending + 1)
            elif not header:
                header = tuple(cell.strip() or f"(column {i})" for i, cell in enumerate(cells, start=1))
                faults += _header_faults(header, name, here)
                blank = pending = 0
            else:
                rows.append(cells)
                lines.append(here)
                blank, pending = blank + pending, 0
    except csv.Error as error:
        faults.append(
            Fault(
                code="data.quote",
                what=f"The quotes do not match: {error}.",
                place=Place(file=name, line=start),
                do="A quote inside a text is written twice.",
            )
        )
    faults += _ragged(rows, lines, len(header), delimiter, name)
    if faults:
        raise DataError(*faults)
    if not rows:
        raise DataError(Fault(code="data.empty", what="There is a header but no row of data.", place=Place(file=name)))
    columns = {h: list(column) for h, column in zip(header, zip(*rows, strict=True), strict=True)}
    unnamed = [h for i, h in enumerate(header, start=1) if h == f"(column {i})"]
    for h in unnamed:
        if not "".join(columns[h]).strip():
            del columns[h]
    return columns, lines, blank


def _ragged(rows: list[list[str]], lines: list[int], width: int, delimiter: str, name: str) -> list[Fault]:
    return [
        Fault(
            code="data.ragged-row",
            what=f"This row has {len(cells)} cells, the header has {width}.",
            place=Place(file=name, line=line, row=row),
            given=delimiter.join(cells),
            do=f"The file was cut at {delimiter!r}; is a text with {delimiter!r} missing its quotes?",
        )
        for row, (cells, line) in enumerate(zip(rows, lines, strict=True), start=1)
        if len(cells) != width
    ]


def _header_faults(header: tuple[str, ...], name: str, line: int) -> list[Fault]:
    faults = []
    for i, column in enumerate(header):
        if header.index(column) != i:
            faults.append(
                Fault(
                    code="data.duplicate-column",
                    what="Two columns have the same name.",
                    place=Place(file=name, line=line, field=column),
                    given=column,
                    do="Rename one of them; answers are matched by name, never by position.",
                )
            )
    return faults
