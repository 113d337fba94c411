"""Answers to ODK forms: submissions as XML, tables of ODK Central and of KoboToolbox."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

from cxresearch.errors import DataError, Fault, Place, shorten, shown_path, unreadable
from cxresearch.responses.readers.csv import read_csv
from cxresearch.responses.readers.submissions import Submissions
from cxresearch.survey.export.xlsform.text import ABOUT

DEEPEST = 50
IDS = ("instanceID", "KEY", "_uuid", "_id")
META = "meta"


@dataclass(frozen=True, kw_only=True)
class _Submission:
    cells: Mapping[str, str]  # path of names, with "/"
    place: Place
    id: str | None


def read_submissions(path: str | Path) -> Submissions:
    """Read the answers to an ODK form.

    Parameters
    ----------
    path : str or Path
        A submission (XML), a folder of them, or a table (CSV) of ODK Central or KoboToolbox.

    Returns
    -------
    Submissions
        Columns bear the last part of their path, ``p1-channel`` is ``channel``; where two would be called the same,
        they keep their path.  A question that was not asked has no cell in XML, one that was left empty has ``""``;
        tables do not tell these apart.

    Raises
    ------
    DataError
        ``data.missing-file``, ``data.not-a-submission``, ``data.several-forms``, ``data.submission-twice``,
        and those of :func:`cxresearch.responses.readers.csv.read_csv`.
    """
    source = Path(path)
    try:
        files = sorted(source.rglob("*.xml")) if source.is_dir() else [source]
        is_xml = source.is_dir() or source.read_bytes()[:400].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    except (OSError, ValueError):
        raise DataError(unreadable(source, "data.missing-file")) from None
    return _from_xml(source, files) if is_xml else _from_table(source)


def _from_xml(source: Path, files: list[Path]) -> Submissions:
    name = shown_path(source)
    if not files:
        what = "There is no submission in this folder."
        raise DataError(
            Fault(code="data.not-a-submission", what=what, place=Place(file=name), allowed="files ending in .xml")
        )
    digest = hashlib.sha256()
    found: list[_Submission] = []
    forms: dict[str, Place] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            raw = file.read_bytes()
        except OSError:
            raise DataError(unreadable(file, "data.missing-file")) from None
        digest.update(raw)
        try:
            form, one = _submission(raw, Place(file=shown_path(file)))
        except DataError as error:
            faults += error.faults
            continue
        forms.setdefault(form, one.place)
        found.append(one)
    if len(forms) > 1:
        given = ", ".join(repr(form) for form in forms)
        what, do = "These are submissions to several forms.", "Read those of one form at a time."
        faults.append(Fault(code="data.several-forms", what=what, place=Place(file=name), given=given, do=do))
    faults += _twice(found)
    if faults:
        raise DataError(*faults)
    return replace(_submissions(found, name, digest.hexdigest(), "ODK submissions"), sparse=True)


def _submission(raw: bytes, place: Place) -> tuple[str, _Submission]:
    """Read one document; no type definition is accepted, so that no entity can grow or fetch anything."""
    stack: list[tuple[str, list[str], list[bool]]] = []
    cells: dict[str, str] = {}
    times: Counter[str] = Counter()
    form: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) >= DEEPEST:
            raise ValueError(f"More than {DEEPEST} elements lie inside each other.")
        if stack:
            stack[-1][2].append(True)
        elif "id" in attributes:
            form.append(attributes["id"])
        stack.append((tag.rpartition(" ")[2], [], []))

    def end(_: str) -> None:
        names = "/".join(tag for tag, _, _ in stack[1:])
        _, text, inner = stack.pop()
        if not inner and stack:
            times[names] += 1
            key = names if times[names] == 1 else f"{names}[{times[names]}]"
            cells[key] = "".join(text)

    def words(text: str) -> None:
        if stack:
            stack[-1][1].append(text)

    def refuse(*_: Any) -> None:
        raise ValueError("It has a document type definition, which a submission never has.")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = error.lineno if isinstance(error, expat.ExpatError) else None
        where = Place(file=place.file, line=line)
        raise DataError(
            Fault(code="data.not-a-submission", what="This is not a submission.", place=where, do=str(error))
        ) from None
    if not form:
        do = "Is it a form rather than an answer to one?"
        what = "The outermost element of a submission names its form (id)."
        raise DataError(Fault(code="data.not-a-submission", what=what, place=place, do=do))
    id = cells.get(f"{META}/instanceID")
    return form[0], _Submission(cells=cells, place=place, id=id)


def _from_table(source: Path) -> Submissions:
    table = read_csv(source)
    central = "KEY" in table.header
    paths = {head: _path(head, central) for head in table.header}
    found = []
    for row in range(len(table)):
        cells = {paths[head]: values[row] for head, values in table.columns.items()}
        ids = {path.rpartition("/")[2]: cell for path, cell in cells.items()}
        id = next((ids[one] for one in IDS if ids.get(one)), None)
        found.append(_Submission(cells=cells, place=table.place(row), id=id))
    if faults := _twice(found):
        raise DataError(*faults)
    reader = "table of ODK Central" if central else "table of KoboToolbox"
    return _submissions(found, table.file, table.sha256, reader)


def _path(head: str, central: bool) -> str:
    """Return the path of a column; ODK Central joins groups by ``-`` and options by ``/``, KoboToolbox all by ``/``."""
    if not central or head in ABOUT:
        return head
    groups, slash, option = head.partition("/")
    return groups.replace("-", "/") + slash + option


def _submissions(found: list[_Submission], file: str, sha256: str, reader: str) -> Submissions:
    paths = list(dict.fromkeys(path for one in found for path in one.cells))
    short = Counter(_last(path) for path in paths if not _about(path))
    names = {path: _last(path) if short[_last(path)] == 1 else path for path in paths if not _about(path)}
    times = [{_last(path): cell for path, cell in one.cells.items() if _about(path)} for one in found]
    return Submissions(
        rows=tuple({names[path]: cell for path, cell in one.cells.items() if path in names} for one in found),
        places=tuple(one.place for one in found),
        respondents=tuple(one.id or str(number) for number, one in enumerate(found, start=1)),
        file=file,
        sha256=sha256,
        reader=reader,
        languages=(None,) * len(found),
        started=tuple(one.get("start") or None for one in times),
        ended=tuple(one.get("end") or None for one in times),
        ignored=tuple(path for path in paths if path not in names),
    )


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _about(path: str) -> bool:
    return path.startswith((f"{META}/", "formhub/")) or path in ABOUT


def _twice(found: Iterable[_Submission]) -> list[Fault]:
    seen: dict[str, Place] = {}
    faults = []
    for one in found:
        if one.id is None:
            continue
        if one.id in seen:
            what = f"This submission stands in {seen[one.id]} already."
            faults.append(
                Fault(code="data.submission-twice", what=what, place=one.place, given=shorten(one.id), do="Remove one.")
            )
        seen.setdefault(one.id, one.place)
    return faults
