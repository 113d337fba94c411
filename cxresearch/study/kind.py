"""Which values a parameter accepts: from the annotation in a notebook to a check."""

from __future__ import annotations

import ast
import datetime as dt
import json
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Optional, Union

from pydantic import TypeAdapter, ValidationError

from cxresearch.survey.named import ColumnName, ConstructName, NameOf, Part, PerspectiveName

# the only names an annotation may use; nothing of the notebook is executed
_NAMES: dict[str, Any] = {
    "Any": Any,
    "ColumnName": ColumnName,
    "ConstructName": ConstructName,
    "Literal": Literal,
    "None": None,
    "Optional": Optional,
    "PerspectiveName": PerspectiveName,
    "Union": Union,
    "bool": bool,
    "date": dt.date,
    "datetime": dt.datetime,
    "Dict": dict,
    "List": list,
    "dict": dict,
    "float": float,
    "int": int,
    "list": list,
    "object": Any,
    "str": str,
    "tuple": tuple,
}


Named = tuple[Part, tuple[Any, ...], str]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A set of accepted values.

    Parameters
    ----------
    allowed : str
        The set in words, for messages.
    check : callable
        Returns None for an accepted value, else what is wrong with it.
    choices : tuple
        The values of a ``Literal``, for "did you mean".
    names : callable
        Returns what a value names: the kind of part, where in the value the name stands, the name.
    """

    allowed: str
    check: Callable[[Any], str | None] = field(repr=False)
    choices: tuple[Any, ...] = ()
    names: Callable[[Any], tuple[Named, ...]] = field(default=lambda value: (), repr=False)


UNKNOWN = Kind(allowed="any value", check=lambda value: None)


def kind_of(annotation: ast.expr | None, default: Any = None) -> Kind:
    """Return what a parameter accepts: its annotation decides, else the type of its default.

    Examples
    --------
    >>> kind = kind_of(ast.parse("Literal['welch', 'pooled'] | None", mode="eval").body)
    >>> kind.check("welch"), kind.check(None), kind.choices
    (None, None, ('welch', 'pooled'))
    >>> kind = kind_of(ast.parse("list[PerspectiveName]", mode="eval").body)
    >>> kind.names(["parent", "student"])
    (('perspective', (0,), 'parent'), ('perspective', (1,), 'student'))
    >>> kind_of(None, default=0.5).check("0.5")
    'this is text, not a number'
    >>> kind_of(None, default=0.5).check(1)
    """
    if annotation is not None:
        try:
            wanted = _evaluate(annotation)
        except _UnknownAnnotation:
            return UNKNOWN
        return _kind(wanted, ast.unparse(annotation))
    if default is None:
        return UNKNOWN
    return _kind(type(default), f"{type(default).__name__}, as the default {default!r}"[:120])


class _UnknownAnnotation(Exception):
    pass


def _kind(wanted: Any, allowed: str) -> Kind:
    try:
        adapter = TypeAdapter(wanted)
    except Exception:  # a shape pydantic does not know: nothing to check
        return UNKNOWN

    def check(value: Any) -> str | None:
        # JSON mode: what stands in a YAML file is JSON-like, so a list may fill a tuple, text a date
        try:
            adapter.validate_json(json.dumps(value), strict=True)
        except ValidationError as error:
            return _why(value, error)
        except (TypeError, ValueError) as error:
            return str(error)
        return None

    return Kind(
        allowed=allowed,
        check=check,
        choices=tuple(_choices(wanted)),
        names=lambda value: tuple(_names_in(wanted, value)),
    )


def _why(value: Any, error: ValidationError) -> str:
    kinds = {item["type"] for item in error.errors(include_url=False)}
    at_top = all(len([p for p in item["loc"] if isinstance(p, int)]) == 0 for item in error.errors())
    if at_top and isinstance(value, str) and kinds <= {"float_type", "int_type", "bool_type"}:
        return "this is text, not a number" if "bool_type" not in kinds else "this is text, not true or false"
    if isinstance(value, bool) and kinds <= {"float_type", "int_type", "string_type"}:
        return "true and false are not accepted here"
    first = error.errors(include_url=False)[0]
    where = "".join(f"[{part!r}]" for part in first["loc"] if isinstance(part, int)) if not at_top else ""
    message = first["msg"].removeprefix("Input ")
    return f"{'entry ' + where if where else 'it'} {message}"


def _choices(wanted: Any) -> list[Any]:
    if typing.get_origin(wanted) is Literal:
        return list(typing.get_args(wanted))
    return [choice for part in typing.get_args(wanted) for choice in _choices(part)]


def _names_in(wanted: Any, value: Any, path: tuple[Any, ...] = ()) -> Iterator[Named]:
    """Walk through type and value together, and yield the texts that the type marks as names."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is Annotated:
        marks = [mark for mark in wanted.__metadata__ if isinstance(mark, NameOf)]
        yield from ((mark.part, path, value) for mark in marks if isinstance(value, str))
    elif origin in (Union, types.UnionType):
        for part in arguments:
            yield from _names_in(part, value, path)
    elif origin in (list, tuple) and isinstance(value, list | tuple):
        each = arguments if origin is tuple and ... not in arguments else arguments[:1] * len(value)
        for i, (part, element) in enumerate(zip(each, value, strict=False)):
            yield from _names_in(part, element, (*path, i))
    elif origin is dict and isinstance(value, dict):
        for key, element in value.items():
            yield from _names_in(arguments[0], key, (*path, key))
            yield from _names_in(arguments[1], element, (*path, key))


def _evaluate(node: ast.expr) -> Any:
    if isinstance(node, ast.Name) and node.id in _NAMES:
        return _NAMES[node.id]
    if isinstance(node, ast.Attribute) and node.attr in _NAMES:  # typing.Literal, dt.date
        return _NAMES[node.attr]
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):  # a quoted annotation
            try:
                return _evaluate(ast.parse(node.value, mode="eval").body)
            except SyntaxError:
                raise _UnknownAnnotation from None
        if node.value is None:
            return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return Union[_evaluate(node.left), _evaluate(node.right)]  # noqa: UP007
    if isinstance(node, ast.Subscript):
        base = _evaluate(node.value)
        parts = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if base is Literal:
            values = tuple(_constant(part) for part in parts)
            return Literal[values]
        arguments = tuple(... if _is_ellipsis(part) else _evaluate(part) for part in parts)
        try:
            return base[arguments[0] if len(arguments) == 1 else arguments]
        except TypeError:
            raise _UnknownAnnotation from None
    raise _UnknownAnnotation


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _constant(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise _UnknownAnnotation from None
