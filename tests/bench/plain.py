"""The cells of the realistic notebook as plain functions, in one warm process: what no engine can beat."""

from __future__ import annotations

import ast
import base64
import gc
import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from .realistic import CELLS

Cell = tuple[CodeType, CodeType | None]


def compiled() -> list[Cell]:
    """Compile the cells once; the last expression of a cell is shown."""
    cells: list[Cell] = []
    for text in CELLS:
        tree = ast.parse(text)
        shown = None
        if isinstance(tree.body[-1], ast.Expr) and not text.rstrip().endswith(";"):
            last = tree.body.pop()
            assert isinstance(last, ast.Expr)
            shown = compile(ast.Expression(last.value), "cell", "eval")
        cells.append((compile(tree, "cell", "exec"), shown))
    return cells


def page(cells: list[Cell], data: str) -> str:
    """Run the cells and return a page with every table and picture."""
    import matplotlib.pyplot as plt

    out: list[str] = []

    def show(*values: Any) -> None:
        out.extend(getattr(value, "_repr_html_", value.__repr__)() for value in values)

    space: dict[str, Any] = {"display": show, "data": data, "print": lambda *a: out.append(" ".join(map(str, a)))}
    for run, shown in cells:
        exec(run, space)
        value = eval(shown, space) if shown else None
        if value is not None:
            show(value)
        for number in plt.get_fignums():
            picture = io.BytesIO()
            # as the inline backend draws it
            plt.figure(number).savefig(picture, format="png", bbox_inches="tight")
            code = base64.b64encode(picture.getvalue()).decode()
            out.append(f'<img alt="" src="data:image/png;base64,{code}">')
            plt.close(number)
    return "<!doctype html><html><body>" + "\n".join(out) + "</body></html>"


def work(folder: str, names: list[str], ready: Any, go: Any, done: Any) -> None:
    """Warm up, wait for the start, write a page for each branch and say how many seconds of the processor it took."""
    os.chdir(folder)
    os.environ["MPLBACKEND"] = "agg"
    cells = compiled()
    write: Callable[[str], int] = lambda name: Path(f"{name}.html").write_text(page(cells, name))  # noqa: E731
    write(names[0])
    gc.collect()
    gc.freeze()
    ready.release()
    go.wait()
    start = time.process_time()
    for name in names:
        write(name)
    done.put(time.process_time() - start)
