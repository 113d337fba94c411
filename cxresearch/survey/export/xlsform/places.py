"""Where an ODK form keeps each variable, under which name and codes, and how the answers come home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxresearch.survey.export.codes import CodedColumn
from cxresearch.survey.export.xlsform.text import Names, choice_names, plain
from cxresearch.survey.export.xlsform.xpath import Stored
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.scale import Code

TICKED = {"1": 1, "1.0": 1, "True": 1, "TRUE": 1, "true": 1}


@dataclass(kw_only=True)
class Places:
    """The names of one form.

    Parameters
    ----------
    names : Names
    stored : dict
        By variable.
    columns : list of CodedColumn
    options : dict
        Variable of a tick or rank to the name of its option.
    """

    names: Names = field(default_factory=Names)
    stored: dict[str, Stored] = field(default_factory=dict)
    columns: list[CodedColumn] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    def silent(self, wanted: str) -> str:
        """Return a name for something of the form that holds no answer."""
        name = self.names.new(wanted)
        self.columns.append(CodedColumn(column=name, kind="order", variables={}))
        return name


def places_of(form: Form) -> Places:
    """Give every variable a name, in order; pages, notes and the like come after them."""
    places = Places()
    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Entry):
                _entry(part, places)
            elif isinstance(part, Group):
                _group(part, places)
    return places


def is_range(entry: Entry) -> bool:
    """Tell whether an entry becomes a slider."""
    scale = entry.scale
    return bool(entry.widget == "slider" and scale and scale.low is not None and scale.high is not None and scale.step)


def is_typed(entry: Entry) -> bool:
    """Tell whether an answer is no choice in a list, so that "don't know" needs a question of its own."""
    return entry.kind != "choice" or is_range(entry)


def _entry(entry: Entry, places: Places) -> None:
    name = places.names.new(entry.id)
    codes = choice_names(tuple(option.code for option in entry.options))
    if not is_typed(entry):
        numeric = bool(entry.scale and entry.scale.is_range)
        places.stored[entry.id] = Stored(
            kind="choice", names=(name,), codes=codes, missing=entry.missing, numeric=numeric
        )
        places.columns.append(CodedColumn(column=name, variables={"": entry.id}, codes=_home(codes)))
        return
    valid = {code: text for code, text in codes.items() if code not in entry.missing}
    missing = {code: text for code, text in codes.items() if code in entry.missing}
    places.columns.append(CodedColumn(column=name, variables={"": entry.id}, codes=_home(valid)))
    aside = places.names.new(f"{name}_missing") if missing else None
    if aside:
        places.columns.append(CodedColumn(column=aside, variables={"": entry.id}, codes=_home(missing)))
    places.stored[entry.id] = Stored(
        kind="number" if is_range(entry) or entry.kind == "number" else "text",
        names=(name,),
        codes=codes,
        missing=tuple(missing),
        aside=aside,
        numeric=True,
    )


def _group(group: Group, places: Places) -> None:
    if group.kind not in ("multiple", "ranking"):
        for entry in group.entries:
            _entry(entry, places)
        return
    most = group.top or len(group.rows)
    by_place = group.kind == "ranking" and most < len(group.rows)
    name = group.id if by_place else places.names.new(group.id)
    options = {row.id: places.names.new(row.id) for row in group.rows}
    places.options |= options
    by_option = {option: id for id, option in options.items()}
    if group.kind == "multiple":
        places.columns.append(CodedColumn(column=name, kind="ticks", variables=by_option, block=group.id))
        for id, option in options.items():
            # where the platform splits the ticks into a column each
            column = CodedColumn(column=option, kind="tick", variables={"": id}, codes=TICKED, block=group.id)
            places.columns.append(column)
            places.stored[id] = Stored(kind="tick", names=(name,), codes={1: option})
        return
    if not by_place:
        places.columns.append(CodedColumn(column=name, kind="order", variables=by_option, block=group.id))
        of_rank = {id: Stored(kind="order", names=(name,), codes={1: o}, most=most) for id, o in options.items()}
    else:
        names = tuple(places.names.new(f"{name}_{rank}") for rank in range(1, most + 1))
        for rank, one in enumerate(names, start=1):
            column = CodedColumn(column=one, kind="position", variables=by_option, block=group.id, position=rank)
            places.columns.append(column)
        of_rank = {id: Stored(kind="places", names=names, codes={1: o}, most=most) for id, o in options.items()}
    places.stored |= of_rank


def _home(codes: Mapping[Code, str]) -> dict[str, Code]:
    """Return the code of the survey for each way the platform may write its own."""
    out: dict[str, Code] = {text: code for code, text in codes.items()}
    for code in codes:
        if isinstance(code, int | float):
            out.setdefault(repr(float(code)), code)
            out.setdefault(plain(code), code)
    return out
