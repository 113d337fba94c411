"""The rows of one unit as files of their own; they stay in the work folder and are never published."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from cxresearch.study.batch.durable import write_whole
from cxresearch.study.batch.source import Source
from cxresearch.study.batch.units import Unit

FOLDER = "units"


def slice_text(source: Source, rows: Iterable[int]) -> str:
    """Return some rows of a file as text that reads back as the very same cells.

    Every cell is quoted, so that the reader finds the same delimiter and keeps what looks like the end of a line.
    """
    table = source.table
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=table.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(table.columns)
    columns = list(table.columns.values())
    writer.writerows([column[row] for column in columns] for row in rows)
    return stream.getvalue()


def write_slices(unit: Unit, found: Iterable[Source], work: Path) -> Mapping[str, str]:
    """Write the rows of a unit, one file for each file of the study.

    Parameters
    ----------
    unit : Unit
    found : iterable of Source
        Those that every report gets whole, and the whole files of a total, are used as they are.
    work : Path
        The work folder, which lies beside the study file.

    Returns
    -------
    dict
        Reference of the study to the reference in its place; unchanged where the whole file is used.
    """
    taken: dict[str, str] = {}
    names: set[str] = set()
    for source in found:
        if source.shared or unit.kind == "total":
            taken[source.reference] = source.reference
            continue
        name = PurePosixPath(source.reference.replace("\\", "/")).name
        while name in names:
            name = f"_{name}"
        names.add(name)
        rows = sorted(row for key in unit.keys for row in source.rows.get(key, ()))
        content = slice_text(source, rows).encode("utf-8", "surrogatepass")
        path = work / FOLDER / unit.slug / name
        if not path.is_file() or path.read_bytes() != content:
            write_whole(path, content)
        taken[source.reference] = f"{work.name}/{FOLDER}/{unit.slug}/{name}"
    return taken


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file.

    The hash of few rows stays in the work folder: whoever knows all but one of them could find the last one with it.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
