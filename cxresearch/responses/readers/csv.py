"""Text tables: encoding, delimiter and shape are found out, never assumed."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from cxresearch.errors import CxError, DataError, Fault, Place, nearest, shown_path
from cxresearch.shipped import resolve

DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
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
    file, sha256, encoding, delimiter : str
    """

    header: tuple[str, ...]
    columns: dict[str, list[str]]
    lines: list[int]
    file: str
    sha256: str
    encoding: str
    delimiter: str

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, row: int, field: str | None = None) -> Place:
        """Return the place of a zero-based data row."""
        return Place(file=self.file, line=self.lines[row], row=row + 1, field=field)


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
        ``data.missing-file``, ``data.empty``, ``data.encoding``, ``data.duplicate-column``,
        ``data.ragged-row``, ``data.quote``; all ragged rows at once.
    """
    try:
        full = resolve(path)
    except CxError as error:
        raise DataError(*error.faults) from None
    name = str(path) if str(path).startswith("shipped:") else shown_path(full)
    raw = _bytes(full, name)
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
    header, columns, lines = _cells(text, cut, name)
    return RawTable(
        header=header,
        columns=columns,
        lines=lines,
        file=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        encoding=used,
        delimiter=cut,
    )


def _bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        near = nearest(path.name, (p.name for p in path.parent.glob("*"))) if path.parent.is_dir() else None
        raise DataError(
            Fault(
                code="data.missing-file",
                what="The file cannot be read." if path.exists() else "The file does not exist.",
                place=Place(file=name),
                do=f"Did you mean {near!r}?" if near else "Check the path.",
            )
        ) from None


def _decode(raw: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    guess = encoding or next((enc for bom, enc in _BOMS if raw.startswith(bom)), "utf-8")
    try:
        return raw.decode(guess), guess
    except LookupError:
        fault = Fault(code="data.encoding", what="There is no such encoding.", given=guess)
        raise DataError(fault) from None
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


def _delimiter(text: str) -> str:
    first = next(csv.reader(io.StringIO(text.lstrip("\r\n")), delimiter="\0"), [""])[0]
    counts = {mark: len(next(csv.reader([first], delimiter=mark), [])) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def _cells(text: str, delimiter: str, name: str) -> tuple[tuple[str, ...], dict[str, list[str]], list[int]]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: tuple[str, ...] = ()
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    start = 1
    try:
        for cells in reader:
            here, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = tuple(cell.strip() for cell in cells)
                faults += _header_faults(header, name, here)
            elif len(cells) != len(header):
                faults.append(
                    Fault(
                        code="data.ragged-row",
                        what=f"This row has {len(cells)} cells, the header has {len(header)}.",
                        place=Place(file=name, line=here, row=len(rows) + 1),
                        given=delimiter.join(cells),
                        do=f"The file was cut at {delimiter!r}; is a text with {delimiter!r} missing its quotes?",
                    )
                )
            else:
                rows.append(cells)
                lines.append(here)
    except csv.Error as error:
        faults.append(
            Fault(
                code="data.quote",
                what=f"The quotes do not match: {error}.",
                place=Place(file=name, line=start),
                do="A quote inside a text is written twice.",
            )
        )
    if faults:
        raise DataError(*faults)
    if not rows:
        raise DataError(
            Fault(code="data.empty", what="There is a header but no row of data.", place=Place(file=name))
        )
    return header, {h: [row[i] for row in rows] for i, h in enumerate(header)}, lines


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
