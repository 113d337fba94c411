"""Runs with real kernels: what fails, what is not reportable, and what must survive."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cxresearch.errors import StudyError
from cxresearch.study.load import load_study
from cxresearch.study.pool import outcome_of
from cxresearch.study.progress import Progress
from cxresearch.study.run import run
from cxresearch.study.workplace import out_folder, workplace
from cxresearch.warm import Job, Processes, can_fork

from .conftest import outcomes_of
from .notebooks import HELPER, code, write_gallery, write_notebook, write_study

LINE = re.compile(r"\[\d/\d\] \w+ · \w\w  [a-z ]+  \d+\.\d s")


def tables(built: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((built / "tables").iterdir())}


def one_section(folder: Path, *sources: str, languages: str = "[en]") -> Path:
    write_notebook(folder / "one.ipynb", *(code(source) for source in sources))
    text = f"""
        study: one
        title: One
        languages: {languages}
        data: data/answers.csv
        sections:
          - {{id: one, notebook: one.ipynb, title: One}}
    """
    return write_study(folder, text)


def test_every_section_gets_its_state(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    states = {s["id"]: {r["status"] for r in s["runs"].values()} for s in manifest["sections"]}
    assert states == {"gaps": {"ok"}, "kinds": {"ok"}, "few": {"not-reportable"}, "bad": {"failed"}}
    error = manifest["sections"][3]["runs"]["en"]["error"]
    assert (error["kind"], error["cell"]) == ("FileNotFoundError", 3)


def test_the_report_is_complete(built: Path) -> None:
    names = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert names == {
        "index.html",
        "manifest.json",
        *(
            f"{lang}/{s}.{end}"
            for lang in ("de", "en")
            for s in ("gaps", "kinds", "few", "bad")
            for end in ("html", "ipynb")
        ),
        "de/index.html",
        "en/index.html",
        "tables/gaps.1.gaps.table.csv",
        "tables/gaps.2.verbatims.table.csv",
    }
    assert [path.name for path in built.parent.iterdir() if path.name.startswith(".building")] == []


def test_the_manifest_tells_inputs_parameters_and_versions(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    assert manifest["study_folder"] == ".."
    assert manifest["seed"] == 20111
    assert manifest["engine"].startswith("papermill 2")
    assert {(entry["role"], entry["path"]) for entry in manifest["inputs"]} == {
        ("study", "study.yaml"),
        ("data", "data/answers.csv"),
        *(("notebook", f"notebooks/{name}.ipynb") for name in ("gaps", "kinds", "few", "bad")),
    }
    run_ = manifest["sections"][0]["runs"]["de"]
    assert run_["parameters"] == {
        "language": "de",
        "seed": 20111,
        "minimum_cell": 7,
        "data": "data/answers.csv",
        "margin": 0.25,
        "inside": "teacher",
        "outside": "parent",
    }
    assert run_["headlines"] == [
        "Lehrkräfte bewerten die Kommunikation um 0,71 Punkte besser als Eltern (95-%-KI 0,62 bis 0,80)."
    ]


def test_nothing_tells_of_the_machine(built: Path) -> None:
    for path in built.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for trace in (str(built.parent), sys.prefix, str(Path.home() / "."), "ipykernel_"):
                assert trace not in text, (path.name, trace)


def test_the_executed_notebook_is_a_clean_notebook(built: Path) -> None:
    import nbformat

    for name in ("gaps", "bad"):
        notebook = nbformat.read(built / "de" / f"{name}.ipynb", as_version=4)
        nbformat.validate(notebook)
        assert "papermill" not in notebook.metadata
        assert not any("papermill" in cell.metadata for cell in notebook.cells)
        injected = [cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", [])]
        assert [cell.id for cell in injected] == ["injected-parameters"]
        assert 'data = "data/answers.csv"' in injected[0].source


def test_the_same_study_twice_gives_the_same_bytes(built: Path, tmp_path: Path, pool: Processes) -> None:
    study = load_study(built.parent)
    done = run(study, languages=["de"], sections=["gaps"], out=tmp_path / "again", pool=pool)
    assert done.good
    assert done.built is not None
    assert tables(done.built) == tables(built)
    again = (done.built / "de" / "gaps.ipynb").read_bytes()
    assert again == (built / "de" / "gaps.ipynb").read_bytes()
    index = (done.built / "index.html").read_text()
    assert "nur einen Teil der Studie: 1 von 4 Fragen" in index


def test_hostile_answers_survive_in_the_tables(built: Path) -> None:
    text = tables(built)["gaps.2.verbatims.table.csv"].decode()
    rows = text.splitlines()
    assert rows[0] == "answer,n"
    assert rows[1] == "<script>alert(1)</script><img src=x onerror=alert(2)>,2"
    assert rows[2] == "'=cmd()|' /C calc'!A0,-1"
    assert rows[3] == "\N{GRINNING FACE}" * 25_000 + ",3"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return one_section(tmp_path, "print(language, seed)")


def test_a_dry_run_writes_nothing(small: Path) -> None:
    before = sorted(small.parent.rglob("*"))
    done = run(load_study(small), dry_run=True)
    assert [task.name for task in done.tasks] == ["en/one"]
    assert (done.built, done.index, done.outcomes) == (None, None, ())
    assert sorted(small.parent.rglob("*")) == before


def test_a_faulty_study_writes_nothing_and_keeps_the_old_report(small: Path) -> None:
    old = small.parent / "built"
    old.mkdir()
    (old / "manifest.json").write_text("{}")
    small.write_text(small.read_text() + "parameters: {margn: 1}\n")
    with pytest.raises(StudyError) as error:
        run(small)
    assert error.value.codes == ("study.unknown-parameter",)
    assert [path.name for path in old.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    ("arguments", "code_"),
    [
        ({"sections": ["ones"]}, "study.unknown-section"),
        ({"languages": ["fr"]}, "study.unknown-language"),
        ({"sections": []}, "study.nothing-to-run"),
    ],
)
def test_what_is_not_in_the_study_cannot_run(small: Path, arguments: dict[str, list[str]], code_: str) -> None:
    with pytest.raises(StudyError) as error:
        run(load_study(small), **arguments)  # type: ignore[arg-type]
    assert error.value.codes == (code_,)


def test_only_a_report_is_overwritten(small: Path) -> None:
    study = load_study(small)
    (small.parent / "photos").mkdir()
    (small.parent / "photos" / "cat.png").touch()
    for out in (small.parent / "photos", small.parent, small.parent.parent, small):
        with pytest.raises(StudyError) as error:
            out_folder(study, out)
        assert error.value.codes == ("study.out-not-a-report",)
    assert out_folder(study, None) == small.parent.resolve() / "built"


def test_an_earlier_report_survives_a_crash(tmp_path: Path) -> None:
    target = tmp_path / "built"
    target.mkdir()
    (target / "old").touch()

    def crash() -> None:
        with workplace(target) as building:
            (building / "new").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert [path.name for path in tmp_path.iterdir()] == ["built"]
    assert [path.name for path in target.iterdir()] == ["old"]
    with workplace(target) as building:
        (building / "new").touch()
    assert [path.name for path in target.iterdir()] == ["new"]


def test_leftovers_of_a_killed_run_are_tidied_up(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead = int(done.stdout)
    (tmp_path / f".building-{dead}").mkdir()
    (tmp_path / f".building-{dead}-was-built").mkdir()
    (tmp_path / f".building-{dead}-was-built" / "old").touch()
    with pytest.raises(RuntimeError), workplace(tmp_path / "built"):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["built"]
    assert (tmp_path / "built" / "old").exists()


def test_kernels_are_ours_quiet_and_single_threaded(tmp_path: Path) -> None:
    probe = """
        import os, sys, logging
        os.write(2, b"noise")
        print([sys.executable, os.environ["OMP_NUM_THREADS"], os.environ["PYTHONHASHSEED"], os.getcwd(), seed, data])
    """
    stream = io.StringIO()
    done = run(load_study(one_section(tmp_path, probe)), progress=Progress(stream))
    assert done.good
    assert done.built is not None
    [line] = stream.getvalue().splitlines()
    assert LINE.fullmatch(line)
    notebook = json.loads((done.built / "en" / "one.ipynb").read_text())
    text = "".join(notebook["cells"][-1]["outputs"][0]["text"])
    assert text.endswith("'1', '0', '.', 0, 'data/answers.csv']\n")
    assert "<python>" in text
    assert Path(sys.executable).name in text


def test_a_kernel_that_dies_a_worker_that_dies_and_languages_that_disagree(tmp_path: Path, pool: Processes) -> None:
    """One run, four notebooks: each fate is told, none hides the others."""
    text = """
        study: fates
        title: Fates
        languages: [de, en]
        sections:
          - {id: kernel, notebook: kernel.ipynb, title: Kernel}
          - {id: worker, notebook: worker.ipynb, title: Worker}
          - {id: differ, notebook: differ.ipynb, title: Differ}
    """
    write_notebook(tmp_path / "kernel.ipynb", code("print('so far')"), code("import os\nos._exit(1)"))
    write_notebook(tmp_path / "worker.ipynb", code("import os\nos.kill(os.getppid(), 9)"))
    differ = "show('gaps', 'H', 'S', [{'d': 1.0 if language == 'de' else 2.0}])"
    write_notebook(tmp_path / "differ.ipynb", code(HELPER), code(differ))
    stream = io.StringIO()
    study = load_study(write_study(tmp_path, text))
    done = run(study, sections=["kernel", "differ"], progress=Progress(stream), pool=pool)
    fates = outcomes_of(done)
    assert fates["differ", "de"].status == "ok"
    assert fates["differ", "en"].status == "disagree"
    for language in ("de", "en"):
        kernel = fates["kernel", language]
        assert kernel.status == "failed"
        assert kernel.problem is not None
        assert (kernel.problem.kind, kernel.problem.hint) == ("ProcessDied", "died")
    assert not done.good
    assert len(stream.getvalue().splitlines()) == 4
    assert done.built is not None
    page = (done.built / "index.html").read_text()
    assert "gaps.table" in page
    assert page.index("Was nicht gelungen ist") < page.index("Alle Fragen")
    assert "so far" in (done.built / "de" / "kernel.html").read_text()
    if sys.platform == "linux":
        done = run(load_study(tmp_path), sections=["worker", "differ"], languages=["de"], jobs=2)
        fates = outcomes_of(done)
        assert fates["differ", "de"].status == "ok"
        problem = fates["worker", "de"].problem
        assert problem is not None
        assert problem.kind == "ProcessDied"


def test_where_nothing_can_be_forked_the_ordinary_engine_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "print('n', 3)\nimport warnings\nimport numpy as np\nwarnings.warn('careful', stacklevel=1)\nnp.random.random()"
    )
    made = {}
    for name, fork in (("forked", True), ("spawned", False)):
        monkeypatch.setattr("cxresearch.warm.can_fork", lambda fork=fork: fork)
        monkeypatch.setattr("cxresearch.study.manifest.can_fork", lambda fork=fork: fork)
        (tmp_path / name).mkdir()
        done = run(load_study(one_section(tmp_path / name, text)))
        assert done.good
        assert done.built is not None
        made[name] = (done.built / "en" / "one.ipynb").read_bytes()
        kernels = json.loads((done.built / "manifest.json").read_text())["kernels"]
        assert kernels == ("warm" if fork else "ordinary")
        assert f"({kernels} kernels)" in (done.built / "en" / "one.html").read_text()
    assert made["forked"] == made["spawned"]
    assert b"careful" in made["forked"]


@pytest.mark.skipif(not can_fork(), reason="the ordinary engine saves after every cell")
def test_what_was_said_before_a_kernel_left_is_kept(tmp_path: Path, pool: Processes) -> None:
    write_notebook(tmp_path / "one.ipynb", code("print('said before')"), code("exit()"), code("print('never')"))
    stuck = (
        "import time\nprint('stuck after this')\n"
        "while True:\n    try:\n        time.sleep(0.01)\n    except:\n        pass"
    )
    write_notebook(tmp_path / "two.ipynb", code(stuck))
    folder = str(tmp_path)
    jobs = [
        Job(
            id=name,
            function="cxresearch.study.engine:execute_job",
            arguments={
                "section": name,
                "language": "en",
                "notebook": str(tmp_path / f"{name}.ipynb"),
                "parameters": {},
                "folder": folder,
                "target": str(tmp_path / f"{name}.out.ipynb"),
                "journal": str(tmp_path / f"{name}.jsonl"),
                "cell_timeout": 1.0,
            },
            folder=folder,
        )
        for name in ("one", "two")
    ]
    outcomes = {}
    for job in jobs:
        pool.submit(job)
    while len(outcomes) < 2:
        outcomes.update({ended.job.id: outcome_of(ended) for ended in pool.wait(1)})
    kinds = {name: outcome.problem.kind for name, outcome in outcomes.items() if outcome.problem}
    assert kinds == {"one": "DeadKernelError", "two": "CellTimeoutError"}
    assert "said before" in (tmp_path / "one.out.ipynb").read_text()
    assert "stuck after this" in (tmp_path / "two.out.ipynb").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_an_interrupt_leaves_no_kernel_and_no_half_report(tmp_path: Path) -> None:
    file = one_section(tmp_path, "import pathlib, time\npathlib.Path('started').touch()\ntime.sleep(120)")
    built = tmp_path / "built"
    built.mkdir()
    (built / "manifest.json").write_text("{}")
    command = [sys.executable, "-m", "cxresearch.cli", "run", str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "started").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 2
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Interrupted" in told
    assert "Traceback" not in told
    _, alive = psutil.wait_procs([p for p in family if "resource_tracker" not in str(p)], timeout=10)
    assert alive == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "built",
        "data",
        "one.ipynb",
        "started",
        "study.yaml",
    ]
    assert [path.name for path in built.iterdir()] == ["manifest.json"]


def test_the_live_line_of_a_terminal_is_taken_away(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    study = load_study(write_gallery(tmp_path))
    task = run(study, dry_run=True).tasks[0]
    stream = Terminal()
    progress = Progress(stream)
    progress.start(8)
    progress.begin(task)
    progress.tick()
    progress.stop()
    assert "gaps · de 0 s" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")
