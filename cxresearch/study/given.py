"""What a study gives to a notebook: standard values, study values, section values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cxresearch.errors import Fault, Place, listing, nearest
from cxresearch.located import Located
from cxresearch.study.notebook import Notebook, Parameter
from cxresearch.study.study import Section, Study

FIXED = ("language",)  # the runner goes through the languages of the study


def given(study: Study, section: Section, notebook: Notebook, language: str) -> dict[str, Any]:
    """Return the values one notebook gets in one language.

    Later ones win: what every study offers, what this study says, what the section says.
    Only names the notebook declares are given.
    """
    values = {**study.standard_parameters(language), **study.parameters, **section.parameters}
    return {name: values[name] for name in notebook.parameters if name in values}


def given_faults(
    data: Mapping[str, Any], located: Located, notebooks: Mapping[int, Notebook | None]
) -> Iterator[Fault]:
    """Compare the values in a study file with what its notebooks declare.

    Parameters
    ----------
    data : mapping
        The raw content of the study file.
    located : Located
        For the places of what is found.
    notebooks : mapping
        Position of a section to its notebook, None where it could not be read.
    """
    shared = _mapping(data.get("parameters"))
    offered = {name: data.get(name) for name in ("survey", "data") if data.get(name) is not None}
    read = [notebook for notebook in notebooks.values() if notebook]
    if len(read) == len(notebooks):
        declared = sorted({name for notebook in read for name in notebook.parameters})
        for name in shared:
            if name not in declared:
                yield _unknown(name, declared, located.place("parameters", name), "any notebook of this study")
    yield from _fixed(shared, located, ("parameters",))
    minimum = _mapping(data.get("privacy")).get("minimum_cell", 5)
    for i, notebook in notebooks.items():
        own = _mapping(data["sections"][i].get("parameters"))
        where = ("sections", i, "parameters")
        yield from _fixed(own, located, where)
        yield from _privacy(own, minimum, located, where)
        if notebook is None:
            continue
        for name, value in own.items():
            if name not in notebook.parameters:
                known = sorted(notebook.parameters)
                yield _unknown(name, known, located.place(*where, name), notebook.path.name)
            else:
                yield from _type(notebook.parameters[name], value, located.place(*where, name), notebook)
        for source, prefix in ((shared, ("parameters",)), (offered, ())):
            for name, value in source.items():
                if name in notebook.parameters and name not in own:
                    yield from _type(notebook.parameters[name], value, located.place(*prefix, name), notebook)
        yield from _missing(notebook, {*own, *shared, *offered}, located.place("sections", i))


def value_faults(name: str, value: Any, notebooks: Iterable[Notebook], place: Place) -> Iterator[Fault]:
    """Compare one value, which every notebook that declares its name gets, with what they accept.

    Parameters
    ----------
    name : str
    value : object
    notebooks : iterable of Notebook
    place : Place
        Where the value stands.
    """
    notebooks = tuple(notebooks)
    declaring = [notebook for notebook in notebooks if name in notebook.parameters]
    if not declaring:
        known = sorted({parameter for notebook in notebooks for parameter in notebook.parameters})
        yield _unknown(name, known, place, "any notebook of this study")
    for notebook in declaring:
        yield from _type(notebook.parameters[name], value, place, notebook)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _unknown(name: object, declared: list[str], place: Place, who: str) -> Fault:
    near = nearest(name, declared)
    return Fault(
        code="study.unknown-parameter",
        what=f"There is no parameter of that name in {who}.",
        place=place,
        given=name,
        allowed=listing(declared),
        do=f"Did you mean {near!r}?" if near else "Remove it.",
    )


def _type(parameter: Parameter, value: Any, place: Place, notebook: Notebook) -> Iterator[Fault]:
    problem = parameter.kind.check(value)
    if problem is None:
        return
    near = nearest(value, parameter.kind.choices) if parameter.kind.choices else None
    yield Fault(
        code="study.parameter-type",
        what=f"The parameter {parameter.name!r} of {notebook.path.name} does not accept this value: {problem}.",
        place=place,
        given=value,
        allowed=parameter.kind.allowed,
        do=f"Did you mean {near!r}?" if near else None,
    )


def _missing(notebook: Notebook, have: set[str], place: Place) -> Iterator[Fault]:
    standard = {"language", "seed", "minimum_cell"}
    for parameter in notebook.parameters.values():
        if parameter.required and parameter.name not in have | standard:
            yield Fault(
                code="study.missing-parameter",
                what=f"The notebook {notebook.path.name} needs the parameter {parameter.name!r}.",
                place=place,
                allowed=parameter.kind.allowed,
                do="Add it under parameters.",
            )


def _fixed(values: dict[str, Any], located: Located, where: tuple[Any, ...]) -> Iterator[Fault]:
    for name in FIXED:
        if name in values:
            yield Fault(
                code="study.fixed-parameter",
                what="The language comes from 'languages' and cannot be given here.",
                place=located.place(*where, name),
                do="Remove it.",
            )


def _privacy(values: dict[str, Any], minimum: Any, located: Located, where: tuple[Any, ...]) -> Iterator[Fault]:
    value = values.get("minimum_cell")
    if isinstance(value, int) and isinstance(minimum, int) and value < minimum:
        yield Fault(
            code="study.privacy-lowered",
            what="A section cannot report smaller groups than the study allows.",
            place=located.place(*where, "minimum_cell"),
            given=value,
            allowed=f"{minimum} or more",
        )
