"""What the numbers floor may see."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cxresearch.stats

FILES = sorted(Path(cxresearch.stats.__file__).parent.glob("*.py"))
NEVER = {"matplotlib", "yaml", "papermill", "IPython", "jinja2", "babel"}
LATE = {"statsmodels", "pingouin", "sklearn"}


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_imports_point_down(file):
    names = _imports(ast.parse(file.read_text(encoding="utf-8")))
    assert not {name.split(".")[0] for name in names} & NEVER
    own = {name for name in names if name.startswith("cxresearch")}
    assert all(name == "cxresearch.errors" or name.startswith("cxresearch.stats") for name in own)


def test_slow_libraries_are_not_imported_at_the_door():
    modules = ", ".join(f"cxresearch.stats.{f.stem}" for f in FILES if f.stem != "__init__")
    code = f"import sys, {modules}; print(*sorted({{m.split('.')[0] for m in sys.modules}} & {LATE!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""
