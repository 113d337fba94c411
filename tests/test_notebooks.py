"""Every notebook is thin, stored without outputs, and runs with plain papermill and by hand."""

from __future__ import annotations

import ast
import itertools
import json
from pathlib import Path

import nbformat
import papermill
import pytest

from cxresearch.result import MIME
from cxresearch.shipped import shipped_file
from cxresearch.warm import can_fork, remote
from cxresearch.warm.forked import THREADS

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
# nbclient and papermill leave sockets and loops to the garbage collector
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*Kernel is running over TCP.*"),
]


def _cells(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook.cells


@every
def test_is_stored_without_outputs(path):
    for cell in _cells(path):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@every
def test_is_thin(path):
    for cell in _cells(path):
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", []):
            continue
        assert len(cell.source.splitlines()) <= 15
        nodes = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not nodes & {ast.FunctionDef, ast.For, ast.While, ast.ClassDef, ast.Lambda, ast.ListComp}


@every
def test_has_parameters_a_headline_and_a_language(path):
    tags = [tag for cell in _cells(path) for tag in cell.metadata.get("tags", [])]
    assert tags.count("parameters") == 1
    assert tags.count("headline") == 1
    parameters = next(c for c in _cells(path) if "parameters" in c.metadata.get("tags", []))
    assert 'language: str = "en"' in parameters.source


@every
def test_parameters_are_declared_and_nothing_else_is_done(path):
    parameters = next(c for c in _cells(path) if "parameters" in c.metadata.get("tags", []))
    for node in ast.parse(parameters.source).body:
        if isinstance(node, ast.ImportFrom):
            assert {alias.name for alias in node.names} <= {"ColumnName", "ConstructName", "PerspectiveName"}
        else:
            assert isinstance(node, ast.AnnAssign)
            ast.literal_eval(node.value)


@every
def test_prose_stands_in_both_languages(path):
    tags = [set(c.metadata.get("tags", [])) for c in _cells(path) if c.cell_type == "markdown"]
    assert tags.count({"de"}) == tags.count({"en"}) == len(tags) / 2


# fewer draws, constructs and people for what is only to run here; by hand it runs with what it says
LIGHTER = {
    "measurement": {"constructs": ["ease", "friendliness"]},
    "personas": {"draws": 6, "null_draws": 39, "k_max": 3},
}
FEWER = {
    "personas": ("reports/personas-demo/data/separated.csv", 160),
    "units": ("reports/nyc-schools/data/nyc_school_survey_2011_scores.csv", 700),
}
# this one starts a kernel behind sockets; the others do so when slow tests are asked for
PLAIN = ("recommendation",)


def _results(notebook):
    return [o["data"][MIME] for c in notebook.cells for o in c.get("outputs", []) if MIME in o.get("data", {})]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    with pytest.MonkeyPatch.context() as patch:
        for name in THREADS:  # the last digits depend on it
            patch.setenv(name, "1")
        yield
    remote.close()


def _run(path, out, language, engine, cwd):
    given = {"language": language, **LIGHTER.get(path.stem, {})}
    if path.stem in FEWER:
        name, rows = FEWER[path.stem]
        with shipped_file(name).open(encoding="utf-8") as data:
            out.with_name("fewer.csv").write_text("".join(itertools.islice(data, rows + 1)), encoding="utf-8")
        given["data"] = str(out.with_name("fewer.csv"))
    papermill.execute_notebook(
        str(path),
        str(out),
        parameters=given,
        engine_name=engine,
        progress_bar=False,
        kernel_name="python3",
        cwd=cwd,
    )
    return _results(nbformat.read(out, as_version=4))


@every
def test_runs_anywhere_and_from_its_folder_in_both_languages(path, tmp_path):
    # the warm engine does as a kernel does, see tests/warm, and starts at once
    engine = "cxresearch" if can_fork() else None
    english = _run(path, tmp_path / "en.ipynb", "en", engine, tmp_path)
    german = _run(path, tmp_path / "de.ipynb", "de", engine, path.parent)
    assert german
    for one, other in zip(german, english, strict=True):
        assert (one["lang"], other["lang"]) == ("de", "en")
        assert json.dumps(one["frames"]) == json.dumps(other["frames"])
        assert one["sentence"] != other["sentence"]


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=[] if p.stem in PLAIN else pytest.mark.slow, id=p.stem) for p in NOTEBOOKS],
)
def test_runs_with_plain_papermill(path, tmp_path):
    results = _run(path, tmp_path / "en.ipynb", "en", None, tmp_path)
    assert results
    assert {result["lang"] for result in results} == {"en"}
