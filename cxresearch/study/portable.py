"""Make an executed notebook the same on every machine: no paths, no times, no random names."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cxresearch.study.notebook import INJECTED, cell_tags
from cxresearch.study.outcome import Problem

_MARKER = "papermill-error-cell-tag"
_CELL_FILE = re.compile(r"[^\s\"'<>]{0,300}ipykernel_\d+[/\\]\d+\.py")
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[@-Z\\-_]")
_BINARY = ("image/png", "image/jpeg", "image/gif", "application/pdf")

Cell = dict[str, Any]
_Hide = tuple[str, re.Pattern[str], str]  # a path, where it ends, and what stands in its place


def portable(notebook: dict[str, Any], folder: Path, scratch: Path) -> dict[str, Any]:
    """Return an executed notebook without marks of the machine and the moment.

    Parameters
    ----------
    notebook : dict
        Content of an ``.ipynb`` file as papermill wrote it.
    folder : Path
        Folder of the study; its path becomes ``.``.
    scratch : Path
        Folder of temporary files.
    """
    hide = list(_replacements(folder, scratch))
    cells = []
    for cell in notebook["cells"]:
        tags = cell_tags(cell)
        if _MARKER in tags:
            continue
        metadata = {k: v for k, v in cell.get("metadata", {}).items() if k not in ("papermill", "execution")}
        cell = {**cell, "metadata": metadata}
        if INJECTED in tags:
            cell["id"] = INJECTED
        if "outputs" in cell:
            cell["outputs"] = [_hidden(output, hide) for output in cell["outputs"]]
        cells.append(cell)
    metadata = {k: v for k, v in notebook.get("metadata", {}).items() if k != "papermill"}
    return {**notebook, "cells": cells, "metadata": metadata}


def first_error(notebook: dict[str, Any]) -> Problem | None:
    """Return the exception that stopped a notebook, with its cell counted as in the stored notebook."""
    stored = [cell for cell in notebook["cells"] if INJECTED not in cell_tags(cell)]
    for position, cell in enumerate(stored, start=1):
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error" and not _polite_exit(output):
                kind = str(output.get("ename", "Error"))
                return Problem(kind=kind, message=plain_text(str(output.get("evalue", ""))) or kind, cell=position)
    return None


def plain_text(text: str) -> str:
    r"""Remove the colours of a terminal.

    Examples
    --------
    >>> plain_text("\x1b[31mred\x1b[0m")
    'red'
    """
    return _ANSI.sub("", text)


def _polite_exit(output: dict[str, Any]) -> bool:
    return output.get("ename") == "SystemExit" and output.get("evalue") in ("", "0", None)


def _replacements(folder: Path, scratch: Path) -> Iterator[_Hide]:
    names = {
        str(folder): ".",
        str(scratch): "<temporary>",
        str(Path(__file__).resolve().parents[1]): "cxresearch",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
        tempfile.gettempdir(): "<temporary>",
        str(Path.home()): "~",
    }
    for path in sorted(names, key=len, reverse=True):
        if len(Path(path).parts) > (2 if path == sys.base_prefix else 1):
            yield path, re.compile(re.escape(path) + r"(?![\w.-])"), names[path]


def _hidden(value: Any, hide: list[_Hide]) -> Any:
    if isinstance(value, str):
        if "ipykernel_" in value:  # the pattern is slow on long runs such as base64 pictures
            value = _CELL_FILE.sub("<cell>", value)
        for path, pattern, name in hide:
            if path in value:
                value = pattern.sub(name, value)
        return value
    if isinstance(value, list):
        return [_hidden(part, hide) for part in value]
    if isinstance(value, dict):
        return {k: v if k in _BINARY else _hidden(v, hide) for k, v in value.items()}
    return value
