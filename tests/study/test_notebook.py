"""The parameters of a notebook are read from its source; nothing is executed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from cxresearch.errors import Place, StudyError
from cxresearch.study.notebook import NO_DEFAULT, inspect, parse_parameters

from .notebooks import code, write_notebook

HERE = Place(file="a.ipynb")


def test_names_types_defaults_and_comments(tmp_path: Path) -> None:
    notebook = inspect(write_notebook(tmp_path / "a.ipynb", code("import no_such_module")))
    margin = notebook.parameters["margin"]
    assert (margin.annotation, margin.default, margin.help) == ("float", 0.5, "smallest relevant gap")
    assert notebook.parameters["outside"].kind.choices == ("parent", "student")
    assert notebook.warnings == ()


def test_nothing_runs() -> None:
    found = parse_parameters("import sys\nsys.exit(3)\na: int\nb = open('x')\nc, d = 1, 2", HERE)
    assert found["a"].required
    assert found["a"].default is NO_DEFAULT
    assert found["b"].default is NO_DEFAULT
    assert not found["b"].required
    assert list(found) == ["a", "b"]


def test_a_broken_cell_is_told() -> None:
    with pytest.raises(StudyError) as error:
        parse_parameters("a: int = (", HERE)
    assert error.value.codes == ("study.parameters-cell",)


GOOD_AND_BAD: list[tuple[str, list[Any], list[Any]]] = [
    ("a: float = 0.5", [1, 0.25, -3], ["0.5", True, None, [1]]),
    ("a: int = 1", [0, 7], [0.5, "1", True, None]),
    ("a: str = ''", ["", "x"], [1, None, True, ["x"]]),
    ("a: bool = False", [True, False], [0, 1, "true", None]),
    ("a: list[str] = []", [[], ["x"]], ["x", [1], {"a": 1}]),
    ("a: list = []", [[], ["x", 1]], ["x", {"a": 1}]),
    ("a: dict[str, str] = {}", [{}, {"a": "b"}], [[], {"a": 1}, "x"]),
    ("a: Literal['x', 'y'] = 'x'", ["x", "y"], ["z", 1, None]),
    ("a: typing.Literal['x'] | None = None", ["x", None], ["z"]),
    ("a: str | None = None", ["x", None], [1, True]),
    ("a: Optional[int] = None", [1, None], ["1"]),
    ("a: Union[int, list[int]] = 1", [1, [1, 2]], ["1", ["1"]]),
    ("a: 'float' = 1.0", [2], ["x"]),
    ("a: tuple[int, int] = (1, 2)", [[1, 2]], [[1], [1, "2"]]),
    ("a: tuple[int, ...] = ()", [[1, 2, 3]], [["x"]]),
    ("a: date = '2011-01-01'", ["2011-02-03"], ["yesterday", 3]),
    ("a: Unknown[int] = 3", ["anything", 3], []),
    ("a = 0.5", [1, 0.25], ["x", True]),
    ("a = 5", [7], [0.5, "x"]),
    ("a = 'x'", ["y"], [1]),
    ("a = []", [[1]], ["x"]),
    ("a = None", ["anything", 3, None], []),
    ("a = compute()", ["anything"], []),
]


@pytest.mark.parametrize(("source", "good", "bad"), GOOD_AND_BAD, ids=[case[0] for case in GOOD_AND_BAD])
def test_what_is_accepted(source: str, good: list[Any], bad: list[Any]) -> None:
    kind = parse_parameters(source, HERE)["a"].kind
    assert {repr(value): kind.check(value) for value in good} == {repr(value): None for value in good}
    for value in bad:
        assert kind.check(value), value


def test_inspecting_needs_no_papermill(tmp_path: Path) -> None:
    import subprocess

    path = write_notebook(tmp_path / "a.ipynb")
    lines = [
        "import sys",
        "from cxresearch.study.notebook import inspect",
        f"inspect({str(path)!r})",
        "print(sorted({'papermill', 'nbformat', 'pandas', 'numpy', 'jupyter_client'} & set(sys.modules)))",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
