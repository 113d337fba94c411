"""What can be wrong with the ``batch:`` block of a study, with lines, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, listing, nearest, unknown_name
from cxresearch.located import Located
from cxresearch.responses.readers.csv import RawTable, read_csv
from cxresearch.shipped import PREFIX, resolve
from cxresearch.study.batch.source import lacks, plain
from cxresearch.study.given import value_faults
from cxresearch.study.notebook import Notebook, inspect
from cxresearch.study.study import FILE_PARAMETERS, file_references

FIXED = ("language", "minimum_cell", *FILE_PARAMETERS)


def batch_faults(data: dict[str, Any], located: Located, folder: Path) -> Iterator[Fault]:
    """Compare the batch of a study with its sections, data and rules of privacy.

    Parameters
    ----------
    data : dict
        The raw content of the study file.
    located : Located
        For the places of what is found.
    folder : Path
        Folder of the study.
    """
    batch = data.get("batch")
    if not isinstance(batch, dict):
        return
    sections = [section for section in _list(data.get("sections")) if isinstance(section, dict)]
    ids = [str(section.get("id")) for section in sections]
    for i, name in enumerate(_list(batch.get("sections"))):
        if name not in ids:
            yield unknown_name("batch.unknown-section", "section", name, ids, located.place("batch", "sections", i))
    yield from _minimum(data, batch, located)
    notebooks = _notebooks(sections, folder)
    for where, holder in _parameters(batch):
        for name in holder:
            if name in FIXED:
                yield Fault(
                    code="batch.fixed-parameter",
                    what=f"The batch itself decides what {name!r} is.",
                    place=located.place(*where, name),
                    do="Remove it.",
                )
            elif notebooks:
                yield from value_faults(name, holder[name], notebooks, located.place(*where, name))
    yield from _columns(data, batch, located, folder)


def _minimum(data: dict[str, Any], batch: dict[str, Any], located: Located) -> Iterator[Fault]:
    privacy = data.get("privacy")
    least = privacy.get("minimum_cell", 5) if isinstance(privacy, dict) else 5
    given = batch.get("minimum")
    if isinstance(given, int) and isinstance(least, int) and given < least:
        yield Fault(
            code="batch.privacy-lowered",
            what="A batch cannot report smaller units than the study allows.",
            place=located.place("batch", "minimum"),
            given=given,
            allowed=f"{least} or more",
        )


def _columns(data: dict[str, Any], batch: dict[str, Any], located: Located, folder: Path) -> Iterator[Fault]:
    """Find columns and values that no file of the study has, and files that are cut into units and lack a column."""
    tables = {reference: table for reference in _references(data) if (table := _table(reference, folder))}
    known = list(dict.fromkeys(name for table in tables.values() for name in table.header))
    if not known:
        return
    asked: list[tuple[Any, Place]] = []
    by = batch.get("by")
    for i, name in enumerate(by if isinstance(by, list) else [by]):
        asked.append((name, located.place("batch", "by", i) if isinstance(by, list) else located.place("batch", "by")))
    cut = [(batch.get("count"), located.place("batch", "count")), *(asked if by else ())]
    for i, row in enumerate(_list(batch.get("matrix"))):
        values = row.get("values") if isinstance(row, dict) else None
        for name in values if isinstance(values, dict) else ():
            asked.append((name, located.place("batch", "matrix", i, "values", name)))
    cut += [] if by else asked
    asked.append((batch.get("count"), located.place("batch", "count")))
    for name, place in asked:
        if isinstance(name, str) and name not in known:
            yield unknown_column(name, known, place)
    shared = set(map(str, _list(batch.get("shared"))))
    own = {r: p for r, p in _used(data, batch, folder).items() if r in tables and not {r, p} & shared}
    needed = {name: place for name, place in reversed(cut) if isinstance(name, str) and name in known}
    for reference, perspective in own.items():
        header = tables[reference].header
        lacking = [name for name in needed if name not in header]
        yield from (lacks(name, reference, perspective, header, needed[name]) for name in lacking)
    yield from _values(batch, located, [tables[reference] for reference in own])
    given = data.get("data")
    shareable = [*(given if isinstance(given, dict) else ()), *_references(data)]
    for i, name in enumerate(_list(batch.get("shared"))):
        if name not in shareable:
            place = located.place("batch", "shared", i)
            yield unknown_name("batch.unknown-shared", "perspective or file of data", name, shareable, place)


def _values(batch: dict[str, Any], located: Located, tables: list[RawTable]) -> Iterator[Fault]:
    """Find values of the matrix that are not in the data, and units that stand in it twice."""
    seen = set()
    for i, row in enumerate(_list(batch.get("matrix"))):
        values = row.get("values") if isinstance(row, dict) else None
        if not isinstance(values, dict):
            continue
        unit = frozenset((name, plain(str(value))) for name, value in values.items())
        if unit in seen:
            yield Fault(
                code="batch.unit-twice",
                what="This unit stands in the matrix already, and only one report can be made of it.",
                place=located.place("batch", "matrix", i, "values"),
                given=listing(f"{name}: {value}" for name, value in values.items()),
                do="Leave one of the two out.",
            )
        seen.add(unit)
        for name, value in values.items():
            known = sorted({plain(cell) for table in tables for cell in table.columns.get(name, ())} - {""})
            if known and plain(str(value)) not in known:
                near = nearest(value, known)
                yield Fault(
                    code="batch.unknown-value",
                    what=f"No row of the data has this value of {name!r}.",
                    place=located.place("batch", "matrix", i, "values", name),
                    given=value,
                    allowed=listing(known),
                    do=f"Did you mean {near!r}?" if near else None,
                )


def _used(data: dict[str, Any], batch: dict[str, Any], folder: Path) -> dict[str, str]:
    """Return the files that the sections of the batch are given, with the perspective of each."""
    wanted = _list(batch.get("sections"))
    used: dict[str, str] = {}
    for section in _list(data.get("sections")):
        if not isinstance(section, dict) or (wanted and section.get("id") not in wanted):
            continue
        if any("data" not in notebook.parameters for notebook in _notebooks([section], folder)):
            continue
        value = data.get("data")
        for holder in (data, section):
            own = holder.get("parameters")
            value = own["data"] if isinstance(own, dict) and own.get("data") else value
        names = {v: str(k) for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}
        for reference in file_references(value):
            used.setdefault(reference, names.get(reference, ""))
    return used


def unknown_column(name: str, known: list[str], place: Place | None) -> Fault:
    """Build the fault for a column that the data do not have."""
    near = nearest(name, known)
    return Fault(
        code="batch.unknown-column",
        what="The data have no column of that name.",
        place=place,
        given=name,
        allowed=listing(known),
        do=f"Did you mean {near!r}?" if near else None,
    )


def _notebooks(sections: list[dict[str, Any]], folder: Path) -> list[Notebook]:
    """Return the notebooks of the sections; none where one of them cannot be read, which is told elsewhere."""
    try:
        return [inspect(_path(section["notebook"], folder)) for section in sections]
    except (CxError, KeyError, TypeError):
        return []


def _path(reference: str, folder: Path) -> Path:
    return resolve(reference) if reference.startswith(PREFIX) else folder / reference


def _references(data: dict[str, Any]) -> list[str]:
    found = file_references(data.get("data"))
    for holder in (data, *_list(data.get("sections"))):
        values = holder.get("parameters") if isinstance(holder, dict) else None
        found += file_references(values.get("data")) if isinstance(values, dict) else []
    return list(dict.fromkeys(found))


def _table(reference: str, folder: Path) -> RawTable | None:
    try:
        return read_csv(_path(reference, folder))
    except CxError:
        return None  # told elsewhere


def _parameters(batch: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    parts: list[tuple[tuple[Any, ...], Any]] = [(("batch",), batch)]
    parts += [(("batch", "matrix", i), row) for i, row in enumerate(_list(batch.get("matrix")))]
    for where, part in parts:
        if isinstance(part, dict) and isinstance(part.get("parameters"), dict):
            yield (*where, "parameters"), part["parameters"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
