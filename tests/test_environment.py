"""The two lists of dependencies agree, and pins carry no address."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = tomllib.loads((ROOT / "uv.toml").read_text(encoding="utf-8"))


def test_conda_environment_agrees_with_pyproject():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    listed = {d for d in conda if isinstance(d, str)} - {"pip"}
    wanted = set(PROJECT["project"]["dependencies"]) | {f"python{PROJECT['project']['requires-python']}"}
    assert listed == wanted


def test_every_direct_dependency_is_pinned():
    pinned = {re.split(r"[=\[ ;]", pin)[0].lower() for pin in PINS["constraint-dependencies"]}
    groups = PROJECT["dependency-groups"].values()
    direct = [*PROJECT["project"]["dependencies"], *(d for group in groups for d in group)]
    names = {re.split(r"[><=\[ ;]", d)[0].lower() for d in direct}
    assert names - pinned == set()


def test_pins_carry_no_index_address():
    text = (ROOT / "uv.toml").read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text


def test_the_version_stands_in_one_place_each():
    import cxresearch

    assert PROJECT["project"]["version"] == cxresearch.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {cxresearch.__version__}" in changelog


def test_the_wheel_carries_every_study_without_what_it_built():
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for study in (ROOT / "reports").glob("*/study.yaml"):
        assert f"reports/{study.parent.name}/study.yaml" in included
        assert f"reports/{study.parent.name}/data" in included
    assert "reports" not in included
