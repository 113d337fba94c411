"""What each part of a form becomes in SurveyJS, and where its answers will stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cxresearch.survey.export.codes import CodedColumn
from cxresearch.survey.export.surveyjs.conditions import Place, plain_codes, plain_names
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.scale import Code

Shape = Literal["matrix", "double", "checkbox", "ranking", "apart"]
SIDES = ("first", "second")
SEED = "random.seed"  # becomes random_seed, which the reader of answers leaves out


def shape(group: Group) -> Shape:
    """Return what a group becomes; `apart` is a panel with a question for each variable."""
    if group.kind == "multiple":
        return "checkbox"
    if group.kind == "ranking":
        return "ranking"
    choices = all(entry.kind == "choice" and entry.ends is None and not slides(entry) for entry in group.entries)
    if group.kind == "grid" and choices:
        return "matrix"
    # a row of two scales is shown or hidden as a whole
    together = all(a.relevance == b.relevance for a, b in zip(group.rows, group.second, strict=False))
    return "double" if group.kind == "dual" and choices and together else "apart"


def slides(entry: Entry) -> bool:
    """Tell whether a question becomes a slider."""
    return entry.kind == "choice" and entry.widget == "slider" and entry.scale is not None and entry.scale.is_range


def beside(entry: Entry) -> bool:
    """Tell whether the answers that are none ("don't know") need a question of their own."""
    return bool(entry.missing) and (entry.kind != "choice" or slides(entry))


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Names, places and columns of a form.

    Parameters
    ----------
    names : dict
        Id of an entry, group or passage to the name of its question; ``ID.missing`` to that of the question for
        "don't know", ``PAGE.intro`` to that of a page's first text.
    pages : dict
    places : dict
        Id of an entry to where its answer stands.
    columns : tuple of CodedColumn
    """

    names: Mapping[str, str]
    pages: Mapping[str, str]
    places: Mapping[str, Place]
    columns: tuple[CodedColumn, ...]


def layout_of(form: Form) -> Layout:
    """Give every variable its place."""
    names = plain_names(_wanted(form))
    places: dict[str, Place] = {}
    columns: list[CodedColumn] = []
    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Group) and (kind := shape(part)) != "apart":
                for entry, place, column in _together(part, kind, names):
                    places[entry.id] = place
                    columns += [column] if column else []
            else:
                entries = part.entries if isinstance(part, Group) else (part,) if isinstance(part, Entry) else ()
                for entry in entries:
                    places[entry.id] = _own(entry, names)
                    columns += _columns(entry, places[entry.id])
    pages = plain_names(page.id for page in form.pages)
    return Layout(names=names, pages=pages, places=places, columns=tuple(columns))


def _wanted(form: Form) -> Iterator[str]:
    yield SEED
    yield from (entry.id for entry in form.entries)
    for page in form.pages:
        yield from (part.id for part in page.parts if not isinstance(part, Entry))
        yield from (f"{entry.id}.missing" for entry in page.entries if beside(entry))
        yield f"{page.id}.intro"


def _own(entry: Entry, names: Mapping[str, str]) -> Place:
    return Place(
        question=names[entry.id],
        beside=names[f"{entry.id}.missing"] if beside(entry) else None,
        codes=plain_codes(option.code for option in entry.options),
        missing=entry.missing,
        number=_numeric(entry),
    )


def _numeric(entry: Entry) -> bool:
    asked = [option.code for option in entry.options if not option.missing]
    return entry.kind == "number" or (entry.kind == "choice" and not any(isinstance(code, str) for code in asked))


def _columns(entry: Entry, place: Place) -> Iterator[CodedColumn]:
    inside = [option.code for option in entry.options if place.beside is None or not option.missing]
    yield _column(place.question, entry, inside if entry.kind == "choice" else [], place)
    if place.beside:
        yield _column(place.beside, entry, list(entry.missing), place)


def _column(column: str, entry: Entry, codes: list[Code], place: Place) -> CodedColumn:
    home = {_written(place.codes.get(code, code)): code for code in codes}
    return CodedColumn(column=column, variables={"": entry.id}, codes=home)


def _written(code: Code) -> str:
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def _together(group: Group, kind: Shape, names: Mapping[str, str]) -> Iterator[tuple[Entry, Place, CodedColumn | None]]:
    block = names[group.id]
    if kind in ("checkbox", "ranking"):
        variables = {names[row.id]: row.id for row in group.rows}
        ways: tuple[Literal["ticks", "order"], Literal["tick", "rank"]]
        ways = ("ticks", "tick") if kind == "checkbox" else ("order", "rank")
        column: CodedColumn | None = CodedColumn(column=block, kind=ways[0], variables=variables, block=group.id)
        ranks = group.top or len(group.rows)
        for row in group.rows:
            value = names[row.id]
            place = Place(question=block, kind=ways[1], value=value, places=ranks, only_if=row.relevance)
            yield row, place, column
            column = None
        return
    for side, rows in zip(SIDES, (group.rows, group.second), strict=True):
        for row, entry in zip(group.rows, rows, strict=False):
            path = f"{block}.{names[row.id]}" + (f".{side}" if kind == "double" else "")
            codes = plain_codes(option.code for option in entry.options)
            numeric = _numeric(entry)
            place = Place(question=path, codes=codes, missing=entry.missing, number=numeric, only_if=entry.relevance)
            yield entry, place, _column(path, entry, [option.code for option in entry.options], place)
