"""What can be wrong with the ``batch:`` block of a study, with lines, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, listing, nearest, unknown_name
from cxresearch.located import Located
from cxresearch.responses.readers.csv import read_csv
from cxresearch.shipped import PREFIX, resolve
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
    """Find columns that no file of the study has; which file has to have them is seen when the batch starts."""
    headers = [header for reference in _references(data) if (header := _header(reference, folder))]
    known = list(dict.fromkeys(name for header in headers for name in header))
    if not known:
        return
    asked: list[tuple[Any, Place]] = []
    by = batch.get("by")
    for i, name in enumerate(by if isinstance(by, list) else [by]):
        asked.append((name, located.place("batch", "by", i) if isinstance(by, list) else located.place("batch", "by")))
    for i, row in enumerate(_list(batch.get("matrix"))):
        values = row.get("values") if isinstance(row, dict) else None
        for name in values if isinstance(values, dict) else ():
            asked.append((name, located.place("batch", "matrix", i, "values", name)))
    asked.append((batch.get("count"), located.place("batch", "count")))
    for name, place in asked:
        if isinstance(name, str) and name not in known:
            yield unknown_column(name, known, place)
    given = data.get("data")
    shareable = [*(given if isinstance(given, dict) else ()), *_references(data)]
    for i, name in enumerate(_list(batch.get("shared"))):
        if name not in shareable:
            place = located.place("batch", "shared", i)
            yield unknown_name("batch.unknown-shared", "perspective or file of data", name, shareable, place)


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


def _header(reference: str, folder: Path) -> tuple[str, ...]:
    try:
        return read_csv(_path(reference, folder)).header
    except CxError:
        return ()  # told elsewhere


def _parameters(batch: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    parts: list[tuple[tuple[Any, ...], Any]] = [(("batch",), batch)]
    parts += [(("batch", "matrix", i), row) for i, row in enumerate(_list(batch.get("matrix")))]
    for where, part in parts:
        if isinstance(part, dict) and isinstance(part.get("parameters"), dict):
            yield (*where, "parameters"), part["parameters"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
