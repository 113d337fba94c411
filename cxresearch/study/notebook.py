"""What a notebook asks for: its parameters, read without running anything."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cxresearch.errors import Fault, Place, StudyError, nearest, shown_path
from cxresearch.study.kind import UNKNOWN, Kind, kind_of

NO_DEFAULT: Any = object()
TAG = "parameters"
INJECTED = "injected-parameters"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One line of the ``parameters`` cell.

    Parameters
    ----------
    name : str
    annotation : str, optional
        The type as written, for messages.
    default : object
        Value, or `NO_DEFAULT` where there is none or it is computed.
    help : str
        The comment behind it.
    required : bool
        True when the notebook cannot run without a value.
    kind : Kind
        What values are accepted.
    """

    name: str
    annotation: str | None = None
    default: Any = NO_DEFAULT
    help: str = ""
    required: bool = False
    kind: Kind = field(default=UNKNOWN, repr=False)


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook as a study sees it.

    Parameters
    ----------
    path : Path
    parameters : dict of str to Parameter
    warnings : tuple of Fault
        What does not stop a run, for example stored outputs.
    """

    path: Path
    parameters: dict[str, Parameter]
    warnings: tuple[Fault, ...] = ()


def inspect(path: str | Path) -> Notebook:
    """Read the parameters of a notebook without starting a kernel.

    Raises
    ------
    StudyError
        ``study.missing-notebook``, ``study.not-a-notebook``, ``study.no-parameters-cell``
        or ``study.parameters-cell``.
    """
    path = Path(path)
    cells = _cells(path)
    place = Place(file=shown_path(path))
    tagged = [cell for cell in cells if TAG in cell_tags(cell)]
    if not tagged or tagged[0].get("cell_type") != "code":
        raise StudyError(
            Fault(
                code="study.no-parameters-cell",
                what="The notebook has no code cell tagged 'parameters'.",
                place=place,
                do="Put the default values into the first code cell and give that cell the tag 'parameters'.",
            )
        )
    parameters = parse_parameters(source_of(tagged[0]), place)
    warnings = []
    if any(cell.get("outputs") for cell in cells):
        warnings.append(
            Fault(
                code="study.stored-outputs",
                what="The notebook is stored with outputs; a run does not use them, but they travel with the file.",
                place=place,
                do="Clear all outputs before saving.",
                severity="warning",
            )
        )
    return Notebook(path=path, parameters=parameters, warnings=tuple(warnings))


def parse_parameters(source: str, place: Place) -> dict[str, Parameter]:
    """Read assignments such as ``margin: float = 0.5  # smallest relevant gap``.

    Examples
    --------
    >>> found = parse_parameters("margin: float = 0.5  # smallest relevant gap", Place(file="a.ipynb"))
    >>> found["margin"].annotation, found["margin"].default, found["margin"].help
    ('float', 0.5, 'smallest relevant gap')
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise StudyError(
            Fault(
                code="study.parameters-cell",
                what=f"The 'parameters' cell is not valid Python: {error.msg}.",
                place=place,
                given=(error.text or "").strip(),
            )
        ) from None
    comments = _comments(source)
    found: dict[str, Parameter] = {}
    for name, annotation, value, line in _assignments(tree):
        default = _literal(value)
        found[name] = Parameter(
            name=name,
            annotation=ast.unparse(annotation) if annotation else None,
            default=default,
            help=comments.get(line, ""),
            required=value is None,
            kind=kind_of(annotation, None if default is NO_DEFAULT else default),
        )
    return found


def cell_tags(cell: dict[str, Any]) -> list[str]:
    """Return the tags of a cell."""
    tags = cell.get("metadata", {}).get("tags", [])
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def source_of(cell: dict[str, Any]) -> str:
    """Return the source of a cell as one string; files hold it in either form."""
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _cells(path: Path) -> list[dict[str, Any]]:
    place = Place(file=shown_path(path))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [cell for cell in content["cells"] if isinstance(cell, dict)]
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        folder = path.parent
        near = nearest(path.name, sorted(p.name for p in folder.glob("*.ipynb"))) if folder.is_dir() else None
        raise StudyError(
            Fault(
                code="study.missing-notebook",
                what="The notebook does not exist.",
                place=place,
                do=f"In that folder there is {near!r}; did you mean that?" if near else "Check the path.",
            )
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise StudyError(
            Fault(
                code="study.not-a-notebook",
                what=f"The file is not a Jupyter notebook (version 4): {type(error).__name__}.",
                place=place,
                do="Open it in JupyterLab and save it again.",
            )
        ) from None


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None, ast.expr | None, int]]:
    for node in tree.body:
        line = node.end_lineno or node.lineno
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.annotation, node.value, line
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, None, node.value, line


def _literal(value: ast.expr | None) -> Any:
    if value is None:
        return NO_DEFAULT
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NO_DEFAULT


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}
