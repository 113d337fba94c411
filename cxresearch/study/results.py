"""The machine-readable results in an executed notebook, and their tables as CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cxresearch.spreadsheet import defused
from cxresearch.study.notebook import cell_tags

MIME = "application/vnd.cxresearch.result+json"  # the same as cxresearch.result.MIME, which needs pandas
HEADLINE = "headline"

Records = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """One result in an executed notebook.

    Parameters
    ----------
    number : int
        Position among the results of the notebook, one-based.
    cell, output : int
        Where it stands.
    kind, lang, heading, sentence : str
    caveats : tuple of dict
        With code, severity and text.
    frames : dict of str to records
        The first is the one called ``table``.
    columns : dict of str to list of str
        Columns of a frame in order; a notebook file keeps no order of keys, so a result tells it.
    headline : bool
        True when its cell has the tag ``headline``.
    """

    number: int
    cell: int
    output: int
    kind: str
    lang: str = ""
    heading: str = ""
    sentence: str = ""
    caveats: tuple[dict[str, str], ...] = ()
    frames: dict[str, Records] = field(default_factory=dict, repr=False)
    columns: dict[str, list[str]] = field(default_factory=dict, repr=False)
    headline: bool = False

    def table_name(self, section: str, frame: str) -> str:
        """Return the name of the CSV file of a frame."""
        return f"{section}.{self.number}.{_slug(self.kind)}.{_slug(frame)}.csv"


def results_in(notebook: dict[str, Any]) -> tuple[Found, ...]:
    """Return the results of an executed notebook in order."""
    found: list[Found] = []
    for c, cell in enumerate(notebook["cells"]):
        for o, output in enumerate(cell.get("outputs", [])):
            data = output.get("data", {}).get(MIME)
            if not isinstance(data, dict):
                continue
            frames = data.get("frames")
            found.append(
                Found(
                    number=len(found) + 1,
                    cell=c,
                    output=o,
                    kind=str(data.get("kind", "result")),
                    lang=str(data.get("lang", "")),
                    heading=str(data.get("heading", "")),
                    sentence=str(data.get("sentence", "")),
                    caveats=tuple(_caveats(data.get("caveats"))),
                    frames=dict(_frames(frames)) if isinstance(frames, dict) else {},
                    columns=dict(_columns(data.get("columns"))),
                    headline=HEADLINE in cell_tags(cell),
                )
            )
    return tuple(found)


def headlines(found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Return the results for the index page: those in tagged cells, else the first."""
    return tuple(f for f in found if f.headline) or found[:1]


def disagreements(one: tuple[Found, ...], other: tuple[Found, ...]) -> list[str]:
    """Name the frames whose content differs between two languages; they must not."""
    if [f.kind for f in one] != [f.kind for f in other]:
        return [f"{len(one)} / {len(other)}"]
    return [
        f"{a.kind}.{name}"
        for a, b in zip(one, other, strict=True)
        for name in sorted({*a.frames, *b.frames})
        if a.frames.get(name) != b.frames.get(name)
    ]


def write_tables(found: tuple[Found, ...], section: str, folder: Path) -> None:
    """Write every frame of the results as a CSV file."""
    for result in found:
        for name, records in result.frames.items():
            folder.mkdir(exist_ok=True)
            (folder / result.table_name(section, name)).write_text(
                csv_text(records, result.columns.get(name, ())),
                encoding="utf-8",
                errors="replace",
                newline="",
            )


def csv_text(records: Records, columns: Iterable[str] = ()) -> str:
    r"""Write records as CSV; text that a spreadsheet would take for a formula gets an apostrophe.

    Columns come in the order given, then in that of the records.

    Examples
    --------
    >>> csv_text([{"n": 3, "d": -0.1, "text": "=cmd()"}, {"n": 4, "d": None, "text": "a,b"}])
    'n,d,text\n3,-0.1,\'=cmd()\n4,,"a,b"\n'
    """
    columns = list(dict.fromkeys([*columns, *(key for record in records for key in record)]))
    rows = [[defused(str(column)) for column in columns]]
    rows += [[_cell(record.get(column)) for column in columns] for record in records]
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return defused(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True))


def _quoted(text: str) -> str:
    # not the csv module: before Python 3.13 it leaves a lone carriage return unquoted
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r') else text


def _caveats(value: Any) -> Iterator[dict[str, str]]:
    for caveat in value if isinstance(value, list) else []:
        if isinstance(caveat, dict):
            yield {key: str(caveat.get(key, "")) for key in ("code", "severity", "text")}


def _frames(frames: dict[str, Any]) -> Iterator[tuple[str, Records]]:
    for name, records in sorted(frames.items(), key=lambda item: (item[0] != "table", item[0])):
        if isinstance(records, list):
            yield str(name), [record for record in records if isinstance(record, dict)]


def _columns(columns: Any) -> Iterator[tuple[str, list[str]]]:
    for name, names in (columns if isinstance(columns, dict) else {}).items():
        if isinstance(names, list):
            yield str(name), [str(column) for column in names]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-") or "x"
