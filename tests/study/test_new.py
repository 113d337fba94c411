"""A new study starts as a copy that is sound and one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxresearch.errors import CxError, StudyError
from cxresearch.study.load import load_study
from cxresearch.study.new import TEMPLATES, new_study, templates

from .notebooks import write_gallery, write_notebook


def test_everything_is_copied_and_comments_stay(tmp_path: Path) -> None:
    source = write_gallery(tmp_path / "source")
    write_notebook(tmp_path / "elsewhere" / "gaps.ipynb")
    text = source.read_text().replace(
        "notebook: notebooks/bad.ipynb", "notebook: ../elsewhere/gaps.ipynb  # my comment"
    )
    source.write_text(text)
    file = new_study("mine", template=source, into=tmp_path)
    assert file == tmp_path / "mine" / "study.yaml"
    study = load_study(file)
    assert study.id == "mine"
    assert [section.notebook for section in study.sections] == [
        "notebooks/gaps.ipynb",
        "notebooks/kinds.ipynb",
        "notebooks/few.ipynb",
        "notebooks/gaps-2.ipynb",
    ]
    assert study.data == "data/answers.csv"
    written = file.read_text()
    assert "# my comment" in written
    assert "cxresearch run mine" in written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "mine", "source"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    source = write_gallery(tmp_path / "source")
    (tmp_path / "mine").mkdir()
    with pytest.raises(StudyError) as error:
        new_study("mine", template=source, into=tmp_path)
    assert error.value.codes == ("new.exists",)


@pytest.mark.parametrize("name", ["", "My Study", "../up", "a/b", ".hidden", "-x"])
def test_names_that_cannot_be(tmp_path: Path, name: str) -> None:
    source = write_gallery(tmp_path / "source")
    with pytest.raises(StudyError) as error:
        new_study(name, template=source, into=tmp_path)
    assert error.value.codes == ("new.name",)


def test_an_unknown_template_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CxError) as error:
        new_study("mine", template="gap", into=tmp_path)
    assert error.value.codes == ("new.unknown-template",)
    assert "'gaps'" in str(error.value)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_shipped_templates_are_sound(tmp_path: Path, template: str) -> None:
    study = load_study(new_study("mine", template=template, into=tmp_path))
    references = list(study.inputs())
    assert references
    for reference in references:
        assert (study.folder / reference).is_file()
        assert not reference.startswith(("shipped:", ".."))


def test_every_template_is_there() -> None:  # that all are listed, see test_cli_instrument
    assert [template.name for template in templates()] == list(TEMPLATES)


def test_every_inside_view_is_compared_with_the_outside(tmp_path: Path) -> None:
    study = load_study(new_study("mine", template="product-balance", into=tmp_path))
    insides = [section.parameters["inside"] for section in study.sections if section.id.startswith("gaps")]
    assert insides == ["employee", "management"]
    assert len({section.title.get("de") for section in study.sections}) == len(study.sections)
