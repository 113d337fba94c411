"""A report is compared with its record: every change is found and told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cxresearch.errors import StudyError
from cxresearch.study.verify import verify


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    shutil.copytree(built.parent, folder)
    return folder


def codes(path: Path) -> list[str]:
    return [fault.code for fault in verify(path).faults]


def test_all_well_however_it_is_named(copy: Path) -> None:
    for path in (copy, copy / "study.yaml", copy / "built", copy / "built" / "manifest.json"):
        found = verify(path)
        assert found.good
        assert found.faults == ()
        assert found.checked == 6 + 21


def test_every_kind_of_change(copy: Path) -> None:
    (copy / "data" / "answers.csv").write_text("a,b\n1,3\n")
    (copy / "notebooks" / "few.ipynb").unlink()
    (copy / "built" / "de" / "gaps.html").write_text("better numbers")
    (copy / "built" / "tables" / "gaps.1.gaps.table.csv").unlink()
    (copy / "built" / "mine.txt").touch()
    found = verify(copy)
    assert not found.good
    assert [fault.code for fault in found.faults] == [
        "verify.input-changed",
        "verify.input-missing",
        "verify.output-changed",
        "verify.output-missing",
        "verify.output-extra",
    ]
    assert "cxresearch run" in str(found.faults[0])
    assert "data file has changed" in str(found.faults[0])


def test_another_version_is_a_note(copy: Path) -> None:
    path = copy / "built" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["versions"]["numpy"] = "0.1"
    path.write_text(json.dumps(manifest))
    found = verify(copy)
    assert found.good
    assert [fault.code for fault in found.faults] == ["verify.version"]
    assert "numpy 0.1" in found.faults[0].what


def test_a_report_far_from_its_study(copy: Path, tmp_path: Path) -> None:
    away = tmp_path / "away" / "report"
    shutil.copytree(copy / "built", away)
    path = away / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["study_folder"] = None
    path.write_text(json.dumps(manifest))
    assert codes(away) == ["verify.inputs-unknown"]
    assert verify(away, study=copy).faults == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "verify.no-report"),
        ("{", "verify.manifest"),
        ('{"schema": 99}', "verify.manifest"),
        ("[]", "verify.manifest"),
    ],
)
def test_no_report_at_all(tmp_path: Path, content: str | None, code: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(StudyError) as error:
        verify(tmp_path)
    assert error.value.codes == (code,)
