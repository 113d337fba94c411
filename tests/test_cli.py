"""The command line: what it prints, what it returns, what it leaves alone."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cxresearch.cli import main
from cxresearch.warm.forked import MODULES

PARAMETERS = 'language: str = "en"\nseed: int = 0\nmargin: float = 0.5'


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study of two sections, one of which fails."""
    for name, source in (("good", "print(seed)"), ("bad", "1 / 0")):
        cells = [
            {
                "cell_type": "code",
                "id": id_,
                "metadata": {"tags": tags},
                "execution_count": None,
                "outputs": [],
                "source": s,
            }
            for id_, tags, s in (("a", ["parameters"], PARAMETERS), ("b", [], source))
        ]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(notebook))
    text = """
        study: small
        title: Small
        languages: [en]
        seed: 42
        sections:
          - {id: good, notebook: good.ipynb, title: Good}
          - {id: bad, notebook: bad.ipynb, title: Bad, parameters: {margin: 1}}
    """
    (tmp_path / "study.yaml").write_text(textwrap.dedent(text).lstrip())
    return tmp_path


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, cxresearch.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    for command in ("run", "check", "new", "verify", "demo"):
        assert command in done.stdout
    for heavy in ("numpy", "pandas", "pydantic", "papermill", "yaml", "jinja2"):
        assert f"'{heavy}'" not in done.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["run"], ["run", "x", "--jobs", "0"], ["run", "x", "--jobs", "two"], ["check"]]
)
def test_bad_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert not stop.value.code
    assert capsys.readouterr().out[0].isdigit()


def test_run_then_verify_then_change(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(study)
    monkeypatch.setenv(MODULES, "cxresearch.warm.kernel,cxresearch.study.engine,papermill")  # its notebooks use little
    assert main(["run", "."]) == 1
    told = capsys.readouterr()
    assert told.out == "built/index.html\n"
    lines = sorted(told.err.splitlines()[:2], key=lambda line: "bad" in line)
    assert lines[0].split("  ")[:2][1] == "ok"
    assert "ZeroDivisionError (cell 2): division by zero" in lines[1]
    assert "1 of 2 runs failed" in told.err
    assert main(["verify", "."]) == 0
    assert "files are as recorded" in capsys.readouterr().out
    (study / "good.ipynb").write_text((study / "good.ipynb").read_text() + "\n")
    assert main(["verify", "built"]) == 1
    told = capsys.readouterr()
    assert "verify.input-changed" in told.out
    assert "good.ipynb" in told.out
    assert main(["run", ".", "--section", "good", "--quiet", "--out", "elsewhere"]) == 0
    assert capsys.readouterr() == ("elsewhere/index.html\n", "")


def test_a_faulty_study_is_2_and_told_without_traceback(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = study / "study.yaml"
    file.write_text(file.read_text().replace("margin: 1", "margn: 1"))
    assert main(["run", str(file)]) == 2
    told = capsys.readouterr().err
    assert "study.unknown-parameter" in told
    assert "Did you mean 'margin'?" in told
    assert "study.yaml:7" in told
    assert "Traceback" not in told
    assert not (study / "built").exists()


def test_a_dry_run_prints_the_plan(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(study.rglob("*"))
    assert main(["run", str(study), "--dry-run", "--section", "bad", "--language", "en"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines() == [
        "bad · en  bad.ipynb",
        "    language = 'en'",
        "    seed = 42",
        "    margin = 1",
        "1 runs planned; nothing was written.",
    ]
    assert sorted(study.rglob("*")) == before


def test_what_is_not_there_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["run", str(tmp_path / "no")],
        ["check", str(tmp_path / "no.yaml")],
        ["verify", str(tmp_path)],
    ):
        assert main(arguments) == 2
        told = capsys.readouterr().err
        assert "error" in told
        assert "Traceback" not in told


def test_check_tells_everything_sorted(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(study)]) == 0
    assert capsys.readouterr().out == "0 surveys, 1 study checked: no faults.\n"
    (study / "settings.yaml").write_text("colour: blue\n")
    (study / "words.yaml").write_text("study: {title: Study}\n")
    (study / "survey.yaml").write_text("perspectives: {}\nlanguages: [de]\n")
    (study / "broken.yaml").write_text("a: [\n")
    (study / "built").mkdir()
    (study / "built" / "ignored.yaml").write_text("a: [\n")
    file = study / "study.yaml"
    file.write_text(file.read_text().replace("title: Bad", "titel: Bad").replace("seed: 42", "seed: -1"))
    assert main(["check", str(study)]) == 1
    lines = capsys.readouterr().out.splitlines()
    faults = [line for line in lines if " error " in line]
    files = [line.split(": error")[0].rsplit("/", 1)[1] for line in faults]
    assert [name.split(":")[0] for name in files] == sorted(name.split(":")[0] for name in files)
    assert {name.split(":")[0] for name in files} == {"broken.yaml", "study.yaml", "survey.yaml"}
    assert any("study.yaml:4" in line for line in faults)
    skipped = [line for line in lines if line.endswith("skipped, neither a survey nor a study")]
    assert [line.split(":")[0].rsplit("/", 1)[1] for line in skipped] == ["settings.yaml", "words.yaml"]
    assert lines[-2] == f"1 survey, 1 study checked: {len(faults)} faults."
    assert lines[-1].startswith("Advice on wording and flow comes only for surveys without faults.")
    assert main(["check", str(study), "--no-lint"]) == 1
    assert capsys.readouterr().out.splitlines() == lines[:-1]


def test_check_in_german(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(study), "--language", "de"]) == 0
    assert capsys.readouterr().out == "0 Fragebögen, 1 Studie geprüft: keine Fehler.\n"
    (study / "settings.yaml").write_text("colour: blue\n")
    (study / "survey.yaml").write_text("perspectives: {}\nlanguages: [de]\nidd: x\n")
    assert main(["check", str(study), "--language", "de"]) == 1
    told = capsys.readouterr().out
    assert ": Fehler survey.unknown-key: " in told
    assert "übergangen, weder Fragebogen noch Studie" in told
    assert "1 Fragebogen, 1 Studie geprüft: " in told
    assert "Hinweise zu Wortlaut und Ablauf gibt es erst" in told
    for english in (" error ", "Given", "Allowed", "checked", "skipped"):
        assert english not in told
    assert main(["check", str(study / "no.yaml"), "--language", "de"]) == 2
    assert ": Fehler yaml.missing-file: " in capsys.readouterr().err


def test_a_check_of_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.yaml").write_text("colour: blue\n")
    assert main(["check", str(tmp_path)]) == 2
    assert "Nothing was checked" in capsys.readouterr().out


def test_a_survey_is_known_though_its_first_part_is_misspelt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cxresearch.shipped import shipped_file

    text = shipped_file("surveys/sfo-airport.yaml").read_text(encoding="utf-8")
    (tmp_path / "survey.yaml").write_text(text.replace("\nperspectives:", "\nperspectivs:"), encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("studdy: mine\ntitle: T\nlanguages: [en]\ndata: a.csv\nsections: []\n")
    assert main(["check", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert told.count("perspectivs") == 1
    assert "Did you mean 'perspectives'?" in told
    assert "Did you mean 'study'?" in told
    assert "skipped" not in told


# .ci/run checks all of them with the same command
@pytest.mark.parametrize(
    "places",
    [
        ["shipped:surveys/credibility-gap.yaml", "shipped:reports/nyc-schools"],
        pytest.param(["shipped:surveys", "shipped:reports"], marks=pytest.mark.slow),
    ],
)
def test_the_shipped_surveys_and_studies_are_sound(capsys: pytest.CaptureFixture[str], places: list[str]) -> None:
    assert main(["check", *places]) == 0
    assert "no faults" in capsys.readouterr().out


def test_new_creates_a_sound_study(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(study)
    assert main(["new", "mine", "--template", "."]) == 0
    assert capsys.readouterr().out == "Created mine/study.yaml.\nNext: cxresearch run mine\n"
    assert main(["check", "mine"]) == 0
    assert main(["new", "mine", "--template", "."]) == 2
    assert "new.exists" in capsys.readouterr().err
    assert main(["new"]) == 2
