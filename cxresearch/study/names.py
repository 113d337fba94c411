"""Whether the names that a study gives to its notebooks stand for parts of its survey."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, listing, nearest
from cxresearch.located import Located
from cxresearch.responses.readers.csv import RawTable, read_csv
from cxresearch.shipped import PREFIX, resolve
from cxresearch.study.notebook import NO_DEFAULT, Notebook, Parameter
from cxresearch.study.study import FILE_PARAMETERS, file_references
from cxresearch.survey.named import Part
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

PERSPECTIVE, RESPONDENT = "perspective", "respondent"  # the same as in cxresearch.responses, which needs pandas
Where = tuple[Any, ...]
Values = dict[str, tuple[Any, Where | None]]


@dataclass(frozen=True, kw_only=True)
class _Valid:
    """The names of one kind of part, and what to say of another name; `more` is asked only before a fault."""

    names: tuple[str, ...]
    lack: str
    more: Callable[[], tuple[str, ...]] = tuple

    def has(self, name: str) -> bool:
        return name in self.names or name in self.more()


def name_faults(
    data: Mapping[str, Any], located: Located, notebooks: Mapping[int, Notebook | None], folder: Path
) -> Iterator[Fault]:
    """Compare the perspectives, constructs and columns that parameters name with the survey of their section.

    What a parameter names is declared in its notebook, see :mod:`cxresearch.survey.named`; the keys of ``data``
    are perspectives in any notebook.  A survey or a file of data that cannot be read is told elsewhere.
    """
    files = _Files(folder)
    for i, notebook in notebooks.items():
        if notebook is None:
            continue
        values = _values(data, i, notebook)
        own = located.place("sections", i)
        for name, (value, where) in values.items():
            parameter = notebook.parameters[name]
            for part, path, given, valid in _named(parameter, value, values, files):
                if given and not valid.has(given):
                    place = own if where is None else located.place(*where, *path)
                    yield _unknown(parameter, part, given, valid, place, notebook if where is None else None)


def _values(data: Mapping[str, Any], section: int, notebook: Notebook) -> Values:
    """Return what each parameter is given and where that stands, None for the notebook's own value."""
    offered = {name: data[name] for name in FILE_PARAMETERS if data.get(name) is not None}
    holders: list[tuple[Any, Where]] = [
        (offered, ()),
        (data.get("parameters"), ("parameters",)),
        (data["sections"][section].get("parameters"), ("sections", section, "parameters")),
    ]
    found: Values = {p.name: (p.default, None) for p in notebook.parameters.values() if p.default is not NO_DEFAULT}
    for holder, where in holders:
        for name, value in holder.items() if isinstance(holder, dict) else ():
            if name in notebook.parameters:
                found[name] = (value, (*where, name))
    return found


def _named(
    parameter: Parameter, value: Any, values: Values, files: _Files
) -> Iterator[tuple[Part, Where, str, _Valid]]:
    survey = files.survey(values.get("survey", (None,))[0])
    data = values.get("data", (None,))[0]
    if parameter.name == "data" and isinstance(value, dict) and survey is not None:
        valid = _of_survey("perspective", survey)
        yield from (("perspective", (key,), key, valid) for key in value if isinstance(key, str))
    for part, path, given in parameter.kind.names(value):
        known = _valid(part, survey, data, files)
        if known is not None:
            yield part, path, given, known


def _valid(part: Part, survey: Survey | None, data: Any, files: _Files) -> _Valid | None:
    """Return what may be named; None where nobody knows."""
    if part == "perspective" and isinstance(data, dict):
        return _Valid(names=tuple(map(str, data)), lack="data names no file of that one")
    if survey is not None:
        found = _of_survey(part, survey)
        if part != "column":
            return found
        return _Valid(names=found.names, lack=found.lack, more=lambda: files.columns(data))
    if part == "construct":
        return None
    names = files.columns(data) if part == "column" else files.cells(data, PERSPECTIVE)
    return _Valid(names=names, lack="the data have none of that name") if names else None


def _of_survey(part: Part, survey: Survey) -> _Valid:
    lack = f"the survey {survey.id!r} has none of that name"
    if part == "perspective":
        return _Valid(names=tuple(survey.perspectives), lack=lack)
    if part == "construct":
        return _Valid(names=tuple(survey.constructs), lack=lack)
    fields = [f.id for f in survey.fields.values() if f.kind not in (PERSPECTIVE, RESPONDENT) and not f.identifying]
    # ready-made scores have a column a perspective, and one for each of its constructs
    scores = [f"{who}.{construct}" for who in survey.perspectives for construct in survey.constructs]
    lack = f"the survey {survey.id!r} has no item or field of that name"
    names = (*survey.items, *fields, RESPONDENT, PERSPECTIVE, *survey.perspectives, *scores)
    return _Valid(names=names, lack=lack)


def _unknown(
    parameter: Parameter, part: Part, given: str, valid: _Valid, place: Place, notebook: Notebook | None
) -> Fault:
    names = (*valid.names, *(name for name in valid.more() if name not in valid.names))
    near = nearest(given, names)
    do = f"Did you mean {near!r}?" if near else None
    who = repr(parameter.name)
    if notebook is not None:
        who = f"The study gives no {who}, so that {notebook.path.name} uses its own. That"
        do = f"Give {parameter.name!r} under parameters."
    elif parameter.name == "data":
        who = "A key of 'data'"
    return Fault(
        code=f"study.unknown-{part}",
        what=f"{who} names a {part}, and {valid.lack}.",
        place=place,
        given=given,
        allowed=listing(names),
        do=do,
    )


class _Files:
    """The surveys and data that a study refers to, each read once; None or nothing for what cannot be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._surveys: dict[str, Survey | None] = {}
        self._tables: dict[str, RawTable | None] = {}

    def survey(self, reference: Any) -> Survey | None:
        if not isinstance(reference, str) or not reference:
            return None
        if reference not in self._surveys:
            try:
                self._surveys[reference] = load_survey(self._path(reference))
            except CxError:
                self._surveys[reference] = None
        return self._surveys[reference]

    def columns(self, data: Any) -> tuple[str, ...]:
        """Return the columns of the data, whatever the survey makes of them."""
        tables = [self._table(reference) for reference in file_references(data)]
        return tuple(dict.fromkeys(name for table in tables if table for name in table.header))

    def cells(self, data: Any, column: str) -> tuple[str, ...]:
        """Return the different cells of a column."""
        tables = [self._table(reference) for reference in file_references(data)]
        cells = (cell.strip() for table in tables if table for cell in table.columns.get(column, ()))
        return tuple(dict.fromkeys(cell for cell in cells if cell))

    def _table(self, reference: str) -> RawTable | None:
        if reference not in self._tables:
            try:
                self._tables[reference] = read_csv(self._path(reference))
            except CxError:
                self._tables[reference] = None
        return self._tables[reference]

    def _path(self, reference: str) -> Path:
        return resolve(reference) if reference.startswith(PREFIX) else self.folder / reference
