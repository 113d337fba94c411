"""The warm engine does what a kernel behind sockets does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from cxresearch.warm import can_fork, remote
from cxresearch.warm.forked import MODULES

from .notebooks import ALIKE, ALLOWED, TOGETHER, write

STOPS = ["raises", "exits politely", "kernel exits"]
# each costs a kernel of its own; one that raises is compared by default, and the exit of the warm one is looked at below
RARE = [pytest.param(name, marks=pytest.mark.slow) for name in STOPS[1:]]
pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="this system cannot fork"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module", autouse=True)
def _no_stack() -> Iterator[None]:
    """Fork from a process that has imported little, so that these tests start quickly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MODULES, "cxresearch.warm.kernel,matplotlib.pyplot,pandas")
        remote.close()
        yield
        remote.close()


def executed(path: Path, engine: str | None, **options: Any) -> tuple[Any, str]:
    """Run a notebook; return it and the name of what was raised."""
    out = path.with_name(f"{engine or 'ordinary'}.ipynb")
    folder = path.parent / (engine or "ordinary")
    folder.mkdir(exist_ok=True)
    raised = ""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # with it a kernel behind sockets reads no descriptors
        try:
            papermill.execute_notebook(
                str(path), str(out), engine_name=engine, progress_bar=False, cwd=folder, **options
            )
        except Exception as error:
            raised = type(error).__name__
    return nbformat.read(out, as_version=4), raised


def plain(notebook: Any) -> list[Any]:
    """Return what cells say, without what differs from run to run."""
    cells = []
    for cell in notebook.cells:
        if "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            continue
        outputs: list[Any] = []
        streams: dict[str, str] = {}
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                # the order of the two streams is not defined for a kernel behind sockets
                streams[output.name] = streams.get(output.name, "") + _neutral(output.text)
            else:
                outputs.append(_neutral(output))
        cells.append((cell.get("execution_count"), streams, outputs))
    return cells


def _neutral(value: Any) -> Any:
    if isinstance(value, str):
        value = re.sub(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py", "<cell>", value)
        value = re.sub(r"0x[0-9a-f]{6,}", "<address>", value)
        value = re.sub(r"IPY_MODEL_[0-9a-f]+|\b[0-9a-f]{32}\b", "<id>", value)
        return re.sub(r"<dc:date>[^<]*", "<date>", value)
    if isinstance(value, list):
        return [_neutral(part) for part in value]
    return {k: _neutral(v) for k, v in value.items()} if isinstance(value, dict) else value


def widgets(notebook: Any) -> list[tuple[str, Any, Any]]:
    """Return the state of the widgets that a notebook keeps."""
    state = notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    told = [(m["model_name"], m["state"].get("value"), m["state"].get("description")) for m in state.values()]
    return sorted(told, key=repr)


def test_no_topic_is_forgotten() -> None:
    assert {topic for topics in TOGETHER.values() for topic in topics} | {*ALLOWED, *STOPS} == set(ALIKE)


@pytest.mark.parametrize("name", [*TOGETHER, "errors", STOPS[0], *RARE])
def test_outputs_are_those_of_a_real_kernel(name: str, tmp_path: Path) -> None:
    topics = ALLOWED if name == "errors" else TOGETHER.get(name, [name])
    cells = [cell for topic in topics for cell in ALIKE[topic]]
    tags = {i: ["raises-exception"] for i in range(len(cells))} if name == "errors" else {}
    path = write(tmp_path / "asked.ipynb", cells, tags)
    ordinary, raised = executed(path, None)
    warm, also_raised = executed(path, "cxresearch")
    assert also_raised == raised
    assert plain(warm) == plain(ordinary)
    nbformat.validate(warm)
    assert warm.metadata.language_info == ordinary.metadata.language_info
    assert widgets(warm) == widgets(ordinary)
    assert bool(widgets(warm)) == ("widgets" in topics)
    same = ["exception", "status"]
    for a, b in zip(warm.cells, ordinary.cells, strict=True):
        assert [a.metadata.get("papermill", {}).get(k) for k in same] == [
            b.metadata.get("papermill", {}).get(k) for k in same
        ]


def test_parameters_tags_and_errors_that_are_allowed(tmp_path: Path) -> None:
    cells = ["x = 1", "1 / x", "raise ValueError('expected')", "print('still here', x)"]
    path = write(tmp_path / "asked.ipynb", cells, {0: ["parameters"], 2: ["raises-exception"]})
    results = [executed(path, engine, parameters={"x": 2}) for engine in (None, "cxresearch")]
    assert plain(results[0][0]) == plain(results[1][0])
    assert "still here 2" in str(results[1][0].cells[-1].outputs)


def test_a_second_notebook_finds_nothing_of_the_first(tmp_path: Path) -> None:
    first = write(tmp_path / "first.ipynb", ["import sys, os\nleft = 1\nsys.left = 1\nos.environ['LEFT'] = '1'"])
    second = write(
        tmp_path / "second.ipynb",
        ["import sys, os\nprint('left' in globals(), hasattr(sys, 'left'), 'LEFT' in os.environ, os.getpid())"],
    )
    executed(first, "cxresearch")
    told = [executed(second, "cxresearch")[0].cells[0].outputs[0].text.split() for _ in range(2)]
    assert told[0][:3] == told[1][:3] == ["False"] * 3
    assert told[0][3] != told[1][3]


def test_a_cell_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    for text in (
        "print('so far')\nwhile True: pass",
        "print('so far')\nimport time\ntime.sleep(60)",
        "import asyncio\nprint('so far')\nawait asyncio.sleep(60)",
        "import time\nprint('so far')\nwhile True:\n    try:\n        time.sleep(0.01)\n    except Exception: pass",
    ):
        path = write(tmp_path / "asked.ipynb", [text, "print('never')"])
        notebook, raised = executed(path, "cxresearch", execution_timeout=1)
        assert raised == "PapermillExecutionError", text
        told = [c for c in notebook.cells if "so far" in str(c.get("outputs"))]
        assert told[0].outputs[-1].ename == "CellTimeoutError"
        assert "never" not in str([c.get("outputs") for c in notebook.cells])


@pytest.mark.parametrize("text", ["import os\nprint('a')\nos._exit(3)", "import os\nos.kill(os.getpid(), 9)"])
def test_a_kernel_that_dies_is_said_to_be_dead(text: str, tmp_path: Path) -> None:
    path = write(tmp_path / "asked.ipynb", ["1 + 1", text])
    _, raised = executed(path, "cxresearch")
    assert raised == "DeadKernelError"
    _, raised = executed(write(tmp_path / "next.ipynb", ["2"]), "cxresearch")
    assert raised == ""


def test_exit_ends_the_kernel(tmp_path: Path) -> None:
    path = write(tmp_path / "asked.ipynb", ["exit()", "import time\ntime.sleep(0.3)", "print('never')"])
    _, raised = executed(path, "cxresearch")
    assert raised == "DeadKernelError"


def test_the_command_line_of_papermill_takes_it(tmp_path: Path) -> None:
    path = write(tmp_path / "asked.ipynb", ["x = 1", "print(x)"], {0: ["parameters"]})
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "--engine", "cxresearch", "-p", "x", "7", str(path), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "7" in str(nbformat.read(out, as_version=4).cells[-1].outputs)


def test_what_it_cannot_run_goes_to_the_ordinary_engine(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path / "asked.ipynb", ["print('x')"])
    with pytest.raises(Exception, match="no-such-kernel"):
        papermill.execute_notebook(
            str(path),
            None,
            engine_name="cxresearch",
            kernel_name="no-such-kernel",
            language="python",
            progress_bar=False,
        )
    assert "The ordinary engine runs it" in caplog.text


def test_the_entry_point_imports_next_to_nothing() -> None:
    text = "import sys; import cxresearch.warm.entry; print(sorted({m.split('.')[0] for m in sys.modules} & {'papermill', 'IPython', 'ipykernel', 'numpy', 'pandas', 'matplotlib', 'zmq'}))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_error_is_raised_as_papermill_raises_it(tmp_path: Path) -> None:
    path = write(tmp_path / "asked.ipynb", ["1 / 0"])
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(str(path), None, engine_name="cxresearch", progress_bar=False)
    assert caught.value.ename == "ZeroDivisionError"
